/** What Open vSwitch itself calls each outcome (log texts, coverage counters, ofproto/trace), and the command that shows it. */
import type { Sighting } from './sighting.ts';
import type { ReasonId } from '../../outcome/reasons.ts';

const NONE = 'この事象だけを見るコマンドはありません。';

export const OPEN_VSWITCH: Readonly<Partial<Record<ReasonId, Sighting>>> = {
  'link-down': { name: null, command: 'ovs-vsctl get Interface <ポート> link_state' },
  'port-disabled': { name: null, command: 'ovs-ofctl show br0' },
  'short-tagged': { name: 'partial VLAN tag, dropping', command: 'ovs-appctl ofproto/trace br0 <フレーム>' },
  'unknown-port': { name: null, command: 'ovs-appctl ofproto/trace br0 <フレーム>' },
  'reserved-dst': {
    name: 'packet has reserved destination MAC, dropping',
    command: 'ovs-appctl ofproto/trace br0 <フレーム>',
  },
  'bond-admission': {
    name: 'bonding refused admissibility, dropping',
    command: 'ovs-appctl ofproto/trace br0 <フレーム>',
  },
  'mirror-output': {
    name: 'dropping packet received on port <port>, which is reserved exclusively for mirroring',
    command: 'ovs-appctl ofproto/trace br0 <フレーム>',
  },
  'vlan-mismatch': {
    name: 'dropping VLAN <vid> tagged packet received on port <port> configured as VLAN <tag> access port / not configured for trunking VLAN <vid>',
    command: 'ovs-appctl ofproto/trace br0 <フレーム>',
  },
  'vlan-not-allowed': { name: null, command: 'ovs-vsctl list port <ポート>' },
  'inner-vlan-not-allowed': { name: null, command: 'ovs-vsctl list port <ポート>' },
  'acl-deny': { name: 'n_packets=<n>', command: 'ovs-ofctl dump-flows br0' },
  'implicit-deny': { name: 'No match.', command: 'ovs-appctl ofproto/trace br0 <フレーム>' },
  'ct-invalid': { name: 'ct_state=+inv', command: 'ovs-appctl dpctl/dump-conntrack' },
  'same-port': { name: 'learned port is input port, dropping', command: 'ovs-appctl ofproto/trace br0 <フレーム>' },
  'no-target': { name: null, command: 'ovs-appctl ofproto/trace br0 <フレーム>' },
  'ingress-port': { name: null, command: null, none: NONE },
  isolated: { name: null, command: 'ovs-vsctl get Port <ポート> protected' },
  'flood-off': { name: null, command: 'ovs-ofctl show br0' },
  'mcast-not-member': { name: null, command: 'ovs-appctl mdb/show br0' },
  'mtu-exceeded': { name: 'dropped over-mtu packet: <length> > <mtu>', command: 'dmesg' },
  learned: { name: null, command: 'ovs-appctl fdb/show br0' },
  'entry-refreshed': { name: null, command: 'ovs-appctl fdb/show br0' },
  'entry-moved': { name: 'mac_learning_moved', command: 'ovs-appctl fdb/stats-show br0' },
  'entry-pinned': { name: 'mac_learning_static_none_move', command: 'ovs-appctl coverage/show' },
  'entry-expired': { name: null, command: 'ovs-appctl fdb/show br0' },
  'entry-evicted': { name: null, command: 'ovs-appctl fdb/stats-show br0' },
  'learning-off': { name: null, command: 'ovs-vsctl get Bridge br0 flood_vlans' },
  'group-src': { name: null, command: 'ovs-appctl ofproto/trace br0 <フレーム>' },
  'garp-hold': { name: null, command: 'ovs-appctl fdb/show br0' },
  'filter-before-learning': { name: null, command: null, none: NONE },
  delivered: { name: null, command: 'ovs-appctl ofproto/trace br0 <フレーム>' },
  flooded: { name: 'no learned MAC for destination, flooding', command: 'ovs-appctl ofproto/trace br0 <フレーム>' },
  'to-host': { name: null, command: null, none: NONE },
  'to-control': { name: null, command: null, none: NONE },
  mirrored: { name: null, command: 'ovs-vsctl list Mirror' },
  'tag-pushed': { name: null, command: null, none: NONE },
  'tag-popped': { name: null, command: null, none: NONE },
  'pcp-reset': { name: null, command: null, none: NONE },
  'connection-state': { name: null, command: 'ovs-appctl dpctl/dump-conntrack' },
  'too-deep': { name: 'Recursion too deep', command: 'ovs-appctl ofproto/trace br0 <フレーム>' },
};
