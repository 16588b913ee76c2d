/**
 * `bridge vlan show`.
 *
 * Read first: iproute2 6.1 bridge/vlan.c (print_vlan_info, print_vlan_opts), Linux br_netlink.c (br_fill_ifvlaninfo_range).
 * What surprises: a port without VLANs does not stand there at all; ranges have a `flags` of their own in JSON, even an empty
 * one, but only with `-compressvlans`; with `-d` VLANs of equal state are always one range, a PVID excepted.
 */
import { STATE_NAMES, type BridgePort } from '../../../switch/profiles/linux-bridge/bridge-port.ts';
import type { LinuxBridge } from '../../../switch/profiles/linux-bridge/linux-bridge.ts';
import { runsOf } from '../plan.ts';
import type { LinuxRequest } from '../request.ts';
import { devicesOf } from './devices.ts';
import type { Surroundings } from './surroundings.ts';
import { jsonText, member, objectOf, textOf, type Json, type Member } from './writer.ts';

/** IFNAMSIZ and two blanks. */
const NAME_WIDTH = 18;
const HEADER = `${'port'.padEnd(NAME_WIDTH)}vlan-id  `;
const CONTINUATION = ' '.repeat(NAME_WIDTH);

type Request = LinuxRequest & { show: 'bridge vlan' };

export function showVlans(bridge: LinuxBridge, request: Request, surroundings: Surroundings): string {
  const { form, device, vid = 0 } = request;
  const ports = devicesOf(bridge, surroundings).filter(
    ({ name, port, isPort, isBridge }) =>
      port !== null && (isPort || isBridge) && (device === undefined || device === name),
  );
  const rows = ports
    .map(({ name, port }) => ({ name, vlans: vlansOf(port!, request).filter((run) => holds(run, vid)) }))
    .filter(({ vlans }) => vlans.length > 0);
  if (form.json) {
    const all = rows.map(({ name, vlans }): Json => ({
      ifname: name,
      vlans: vlans.map(({ members }) => objectOf(members)),
    }));
    return jsonText(all, form.pretty);
  }
  const newline = form.oneLine ? '\\' : '\n';
  const lines = rows.flatMap(({ name, vlans }) =>
    vlans.map(({ members }, index) => {
      const start = index === 0 ? name.padEnd(NAME_WIDTH) : CONTINUATION;
      return start + textOf(members).replaceAll('\n', newline) + newline;
    }),
  );
  return `${HEADER}\n${lines.join('')}`;
}

interface Run {
  readonly first: number;
  readonly last: number;
  readonly members: readonly Member[];
}

/** filter_vlan_check: 0 is no filter. */
function holds({ first, last }: Run, vid: number): boolean {
  return vid === 0 || (first <= vid && vid <= last);
}

function vlansOf(port: BridgePort, { form }: Request): Run[] {
  const isAlike = (a: number, b: number): boolean =>
    port.isUntagged(a) === port.isUntagged(b) &&
    a !== port.pvid &&
    b !== port.pvid &&
    (!form.details || port.vlanState(a) === port.vlanState(b));
  const isSingle = !form.details && !form.compressVlans;
  return runsOf(port.memberSet(), isSingle ? () => false : isAlike).map(([first, last]) => ({
    first,
    last,
    members: [...rangeMembers(port, first, last, form.details), ...(form.details ? stateMembers(port, first) : [])],
  }));
}

function rangeMembers(port: BridgePort, first: number, last: number, details: boolean): Member[] {
  const flags = [...(port.pvid === first ? ['PVID'] : []), ...(port.isUntagged(first) ? ['Egress Untagged'] : [])];
  const isRange = first !== last;
  return [
    member('vlan', first, String(first)),
    ...(isRange ? [member('vlanEnd', last, `-${last}`)] : []),
    // The end of a range carries a flag of its own, which is not printed, but opens the list.
    ...(flags.length > 0 || (isRange && !details)
      ? [member('flags', flags, flags.map((flag) => ` ${flag}`).join(''))]
      : []),
  ];
}

const MULTICAST_ROUTER = 1;

function stateMembers(port: BridgePort, vid: number): Member[] {
  const state = STATE_NAMES[port.vlanState(vid)]!;
  const line = `\n${CONTINUATION}  `;
  return [
    member('state', state, `${line}state ${state} `),
    member('mcast_router', MULTICAST_ROUTER, `mcast_router ${MULTICAST_ROUTER} `),
  ];
}
