/** Tables of a switch in words: settings of its ports, its MAC address table. */
import type { Scenario } from '../lab/scenario.ts';
import type { SwitchNode } from '../lab/switch-node.ts';
import { LOCAL, STATIC } from '../switch/fdb.ts';
import { ranges } from '../switch/describe.ts';
import { HOST_PORT } from '../switch/profile.ts';
import { namingOf } from './naming.ts';

export interface PortRow {
  readonly port: string;
  /** Who is at the other end. */
  readonly peer: string;
  readonly pvid: string;
  readonly members: string;
  readonly untagged: string;
  readonly state: string;
}

export function portRows(node: SwitchNode, { links }: Scenario): PortRow[] {
  const peers = new Map(links.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]));
  return node.profile.ports.flatMap((port): PortRow[] => {
    if (port === undefined || port.index === HOST_PORT) return [];
    const members = port.memberSet();
    const list = (vids: readonly number[]): string => (node.knowsVlans ? ranges(vids).join(', ') || 'なし' : '—');
    return [
      {
        port: port.name,
        peer: (peers.get(`${node.name}.${port.name}`) ?? '—').replace(/\.eth0$/, ''),
        pvid: node.knowsVlans ? String(port.pvid || 'なし') : '—',
        members: list(members),
        untagged: list(members.filter((vid) => port.isUntagged(vid))),
        state: port.linkUp ? '接続' : '切断',
      },
    ];
  });
}

export interface FdbRow {
  readonly vlan: string;
  readonly mac: string;
  readonly owner: string;
  readonly port: string;
  readonly left: string;
}

/** Learned and static entries; the switch's own addresses are left out. */
export function fdbRows(node: SwitchNode, nowMs: number, scenario: Scenario): FdbRow[] {
  const naming = namingOf(scenario);
  return node.fdb
    .entries(nowMs)
    .filter(({ flags, vid }) => (flags & LOCAL) === 0 && node.isInForce(vid))
    .map(({ mac, vid, port, flags, ageMs }) => ({
      vlan: vid === 0 ? '—' : String(vid),
      mac,
      owner: naming(mac) ?? '',
      port: node.profile.ports[port]?.name ?? '',
      left: (flags & STATIC) !== 0 ? '期限なし' : `${Math.ceil((node.fdb.ageingTimeMs - ageMs) / 1000)}秒`,
    }));
}
