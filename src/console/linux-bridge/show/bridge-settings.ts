/**
 * A bridge's options by their names in `ip -d link show`, in the order in which they are printed: those that the profile models,
 * and those that are as Linux makes them (LB-1).
 *
 * Read first: iproute2 6.1 ip/iplink_bridge.c (bridge_print_opt).
 */
import type { LinuxBridge } from '../../../switch/profiles/linux-bridge/linux-bridge.ts';
import { TPID_C } from '../../../wire/dot1q.ts';
import { USUAL_OPTIONS } from '../settings.ts';
import { hexPair, pair, timerPair, type Member } from './writer.ts';

/** ether_ntoa: octets without leading zeros. */
export function bridgeId(priority: number, mac: string): string {
  const octets = mac.split(':').map((octet) => Number.parseInt(octet, 16).toString(16));
  return `${priority.toString(16).padStart(4, '0')}.${octets.join(':')}`;
}

export function bridgeMembers(bridge: LinuxBridge): Member[] {
  const idle = (name: string, label = name): Member =>
    pair(name, Number(bridge.idle.get(label) ?? USUAL_OPTIONS[label]), label);
  const id = bridgeId(priorityOf(bridge), bridge.hostPort.mac);
  return [
    idle('forward_delay'),
    idle('hello_time'),
    idle('max_age'),
    pair('ageing_time', bridge.fdb.ageingTimeMs / 10),
    idle('stp_state'),
    idle('priority'),
    pair('vlan_filtering', bridge.vlanFiltering ? 1 : 0),
    pair('vlan_protocol', bridge.vlanProtocol === TPID_C ? '802.1Q' : '802.1ad'),
    pair('bridge_id', id),
    pair('root_id', id, 'designated_root'),
    ...['root_port', 'root_path_cost', 'topology_change', 'topology_change_detected'].map((name) => pair(name, 0)),
    ...['hello_timer', 'tcn_timer', 'topology_change_timer'].map((name) => timerPair(name, 0)),
    timerPair('gc_timer', bridge.isUp ? bridge.fdb.ageingTimeMs / 1000 : 0),
    pair('vlan_default_pvid', bridge.defaultPvid),
    idle('vlan_stats_enabled'),
    idle('vlan_stats_per_port'),
    hexPair('group_fwd_mask', bridge.groupFwdMask),
    pair('group_addr', groupAddress(bridge), 'group_address'),
    ...multicastMembers(bridge, idle),
    ...['nf_call_iptables', 'nf_call_ip6tables', 'nf_call_arptables'].map((name) => idle(name)),
  ];
}

export function priorityOf(bridge: LinuxBridge): number {
  return Number(bridge.idle.get('priority') ?? USUAL_OPTIONS['priority']);
}

/** A bridge of S-VLANs answers to another address (LB-24). */
function groupAddress(bridge: LinuxBridge): string {
  const isProvider = bridge.vlanFiltering && bridge.vlanProtocol !== TPID_C;
  return isProvider ? '01:80:c2:00:00:08' : '01:80:c2:00:00:00';
}

function multicastMembers(bridge: LinuxBridge, idle: (name: string, label?: string) => Member): Member[] {
  return [
    idle('mcast_snooping'),
    pair('no_linklocal_learn', bridge.noLinklocalLearn ? 1 : 0),
    idle('mcast_vlan_snooping'),
    idle('mcast_router'),
    idle('mcast_query_use_ifaddr'),
    idle('mcast_querier'),
    idle('mcast_hash_elasticity'),
    idle('mcast_hash_max'),
    idle('mcast_last_member_cnt', 'mcast_last_member_count'),
    idle('mcast_startup_query_cnt', 'mcast_startup_query_count'),
    idle('mcast_last_member_intvl', 'mcast_last_member_interval'),
    idle('mcast_membership_intvl', 'mcast_membership_interval'),
    idle('mcast_querier_intvl', 'mcast_querier_interval'),
    idle('mcast_query_intvl', 'mcast_query_interval'),
    idle('mcast_query_response_intvl', 'mcast_query_response_interval'),
    idle('mcast_startup_query_intvl', 'mcast_startup_query_interval'),
    idle('mcast_stats_enabled'),
    idle('mcast_igmp_version'),
    idle('mcast_mld_version'),
  ];
}
