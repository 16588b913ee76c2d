/**
 * Set-VMNetworkAdapterVlan and Set-VMNetworkAdapterIsolation.
 *
 * Read first: their pages in the reference. That a mode goes with its own parameters only, and which of them it needs, is told
 * by the examples; what the cmdlets say otherwise is not known, so the complaints are empty here.
 */
import type { Isolation, VlanSetting } from '../../switch/profiles/hyper-v/hyper-v-port.ts';
import { VID_MAX, VID_MIN } from '../../wire/dot1q.ts';
import type { Argument, Bound } from '../powershell/binder.ts';
import { Complaint, Unmodelled } from '../powershell/complaint.ts';
import { readVlanList } from './vlan-list.ts';

type Given = ReadonlyMap<string, Argument>;

const MODES: Readonly<Record<string, readonly string[]>> = {
  Untagged: [],
  Access: ['VlanId'],
  Trunk: ['AllowedVlanIdList', 'NativeVlanId'],
  Isolated: ['PrimaryVlanId', 'SecondaryVlanId'],
  Community: ['PrimaryVlanId', 'SecondaryVlanId'],
  Promiscuous: ['PrimaryVlanId', 'SecondaryVlanIdList'],
};
const DETAILS = [...new Set(Object.values(MODES).flat())];
const MODE_WORDS = Object.keys(MODES)
  .map((mode) => `-${mode}`)
  .join(', ');
const VID_RANGE = `${VID_MIN}〜${VID_MAX}`;

export function readVlan({ arguments: given, end }: Bound): VlanSetting {
  const [mode, other] = Object.keys(MODES).filter((each) => given.get(each)?.items[0] === 'true');
  if (mode === undefined) throw new Complaint('', end, 'missing', '', MODE_WORDS);
  if (other !== undefined) throw new Complaint('', given.get(other)!.place, 'conflict', `-${other}`, `-${mode}`);
  const needed = MODES[mode]!;
  const stray = DETAILS.find((name) => given.has(name) && !needed.includes(name));
  if (stray !== undefined) throw new Complaint('', given.get(stray)!.place, 'conflict', `-${stray}`, `-${mode}`);
  const missing = needed.find((name) => !given.has(name));
  if (missing !== undefined) throw new Complaint('', end, 'missing', `-${mode}`, `-${missing}`);
  switch (mode) {
    case 'Access':
      return { mode, vlanId: vid(given, 'VlanId') };
    case 'Trunk':
      return { mode, allowed: list(given, 'AllowedVlanIdList'), native: vid(given, 'NativeVlanId', 0) };
    case 'Isolated':
    case 'Community': {
      const [primary, secondary] = [vid(given, 'PrimaryVlanId'), vid(given, 'SecondaryVlanId')];
      return { mode, primary, secondary: apart(given, 'SecondaryVlanId', primary, [secondary])[0]! };
    }
    case 'Promiscuous': {
      const primary = vid(given, 'PrimaryVlanId');
      const secondaries = list(given, 'SecondaryVlanIdList');
      return { mode, primary, secondaries: apart(given, 'SecondaryVlanIdList', primary, secondaries) };
    }
    default:
      return { mode: 'Untagged' };
  }
}

function vid(given: Given, name: string, least: number = VID_MIN): number {
  const { items, place } = given.get(name)!;
  const number = Number(items[0]);
  if (number >= least && number <= VID_MAX) return number;
  throw new Complaint('', place, 'bad-value', items[0], `${least}〜${VID_MAX}`);
}

function list(given: Given, name: string): readonly number[] {
  const { items, place } = given.get(name)!;
  const vids = readVlanList(items[0]!);
  if (vids !== null) return vids;
  throw new Complaint('', place, 'bad-value', items[0], '"1-100,200"');
}

/** A secondary VLAN is another one than the primary. */
function apart(given: Given, name: string, primary: number, vids: readonly number[]): readonly number[] {
  if (!vids.includes(primary)) return vids;
  throw new Complaint('', given.get(name)!.place, 'bad-value', String(primary), VID_RANGE);
}

/** Null: IsolationMode None. Parameters that are not given have the defaults of the WMI class. */
export function readIsolation({ arguments: given, end }: Bound): Isolation | null {
  const mode = given.get('IsolationMode');
  if (mode === undefined) throw new Complaint('', end, 'missing', '', '-IsolationMode');
  if (mode.items[0] === 'None') return null;
  // Networks of virtual subnets (NVGRE, VXLAN) are beyond this switch.
  if (mode.items[0] !== 'Vlan') throw new Unmodelled(mode.items[0]!, mode.place);
  const id = given.has('DefaultIsolationID') ? vid(given, 'DefaultIsolationID', 0) : 0;
  return { defaultIsolationId: id, allowUntaggedTraffic: given.get('AllowUntaggedTraffic')?.items[0] === 'true' };
}
