/**
 * Private VLANs of a distributed switch (VDS-2): a primary VLAN is divided into secondary ones, and who may talk to whom
 * follows from the secondary VLANs of both. The primary VLAN is its own promiscuous one.
 */
import { refusal, type Refusal } from '../../../outcome/refusal.ts';
import { VID_COUNT, VID_MAX, VID_MIN } from '../../../wire/dot1q.ts';

export const [NO_ROLE, PROMISCUOUS, COMMUNITY, ISOLATED] = [0, 1, 2, 3] as const;
export const ROLE_NAMES = ['', 'promiscuous', 'community', 'isolated'] as const;

const EXPECTED = '100:101 isolated, 100:102 community';

export class PrivateVlans {
  readonly #primary = new Int16Array(VID_COUNT);
  readonly #role = new Uint8Array(VID_COUNT);

  roleOf(vid: number): number {
    return this.#role[vid]!;
  }

  /** Of a VLAN that has a role. */
  primaryOf(vid: number): number {
    return this.#primary[vid]!;
  }

  add(primary: number, secondary: number, role: number): void {
    this.#primary[secondary] = primary;
    this.#role[secondary] = role;
    this.#primary[primary] = primary;
    this.#role[primary] = PROMISCUOUS;
  }
}

/** `100:101 isolated, 100:102 community`, as pairs of primary and secondary VLAN. */
export function readPrivateVlans(text: string): PrivateVlans | Refusal {
  const map = new PrivateVlans();
  const refused = refusal('InvalidArgument', 'private-vlans', text, EXPECTED);
  const isolated = new Set<number>();
  for (const item of text.split(',').filter((part) => part.trim() !== '')) {
    const [, first, second, name] = /^\s*(\d{1,4}):(\d{1,4})\s+(promiscuous|community|isolated)\s*$/.exec(item) ?? [];
    const [primary, secondary] = [Number(first), Number(second)];
    const role = ROLE_NAMES.indexOf(name as (typeof ROLE_NAMES)[number]);
    if (name === undefined || !isVid(primary) || !isVid(secondary)) return refused;
    // The promiscuous secondary VLAN has the number of the primary one, the others have numbers of their own.
    if ((role === PROMISCUOUS) !== (primary === secondary)) return refused;
    const isSecondary = map.roleOf(primary) > PROMISCUOUS;
    const isTaken = role !== PROMISCUOUS && map.roleOf(secondary) !== NO_ROLE;
    if (isSecondary || isTaken || (role === ISOLATED && isolated.has(primary))) return refused;
    if (role === ISOLATED) isolated.add(primary);
    map.add(primary, secondary, role);
  }
  return map;
}

function isVid(vid: number): boolean {
  return vid >= VID_MIN && vid <= VID_MAX;
}

/** May a frame of this role and wire VLAN not reach a port of that role and wire VLAN? */
export function isKeptApart(fromRole: number, fromVid: number, role: number, vid: number): boolean {
  if (fromRole <= PROMISCUOUS || role <= PROMISCUOUS) return false;
  return fromRole === ISOLATED || role === ISOLATED || fromVid !== vid;
}
