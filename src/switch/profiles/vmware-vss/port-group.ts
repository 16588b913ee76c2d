/**
 * A port group: ports with the same VLAN and the same policies. Standard switches keep a VLAN ID (VSS-5 to VSS-7),
 * distributed ones a VLAN, a trunk range or a private VLAN (VDS-1, VDS-2).
 */
import { refusal, type Refusal } from '../../../outcome/refusal.ts';
import { VID_MAX, VID_RESERVED } from '../../../wire/dot1q.ts';
import type { Policy, SwitchKind } from './policy.ts';
import { Team } from './teaming.ts';

export type GroupVlan =
  /** 0: none. */
  | { readonly kind: 'access'; readonly vid: number }
  /** 0 stands for untagged frames. */
  | { readonly kind: 'trunk'; readonly ranges: readonly (readonly [number, number])[] }
  | { readonly kind: 'private'; readonly secondary: number };

export const NO_VLAN: GroupVlan = { kind: 'access', vid: 0 };
/** VLAN ID 4095 of a standard switch: the guest sees all VLANs and tags for itself. */
const GUEST_TAGGING: GroupVlan = { kind: 'trunk', ranges: [[0, VID_MAX]] };

export class PortGroup {
  readonly name: string;
  vlan: GroupVlan = NO_VLAN;
  /** What it does not inherit from the switch. */
  overrides: Partial<Policy> = {};
  team: Team;

  constructor(name: string, team: Team) {
    this.name = name;
    this.team = team;
  }
}

/** `vlan`, `trunk` or `private-vlan`. A private VLAN's number is checked by who knows which there are. */
export function readVlan(kind: SwitchKind, setting: string, value: string | number): GroupVlan | Refusal {
  const refused = (expected: string): Refusal => refusal('InvalidArgument', setting, value, expected);
  const number = /^\d{1,4}$/.test(String(value)) ? Number(value) : Number.NaN;
  if (setting === 'vlan') {
    const isKnown = number <= VID_MAX || (kind === 'vss' && number === VID_RESERVED);
    if (!isKnown) return refused(kind === 'vss' ? '0〜4095' : '0〜4094');
    return number === VID_RESERVED ? GUEST_TAGGING : { kind: 'access', vid: number };
  }
  if (kind === 'vss') return refused('vlan 4095');
  if (setting === 'private-vlan') {
    return number >= 1 && number <= VID_MAX ? { kind: 'private', secondary: number } : refused('1〜4094');
  }
  const ranges = String(value)
    .split(',')
    .map((part) => /^\s*(\d{1,4})(?:-(\d{1,4}))?\s*$/.exec(part))
    .map((found) => [Number(found?.[1]), Number(found?.[2] ?? found?.[1])] as const);
  const isGood = ranges.every(([first, last]) => first <= last && last <= VID_MAX);
  return isGood ? { kind: 'trunk', ranges } : refused('0-4094');
}
