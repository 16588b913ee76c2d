/** Options and attributes of Linux that the profile does not model, with what they are where nobody has set them (LB-1, LB-2). */

/** By their names in `ip link set … type bridge`. */
export const USUAL_OPTIONS: Readonly<Record<string, number>> = {
  forward_delay: 1500,
  hello_time: 200,
  max_age: 2000,
  stp_state: 0,
  priority: 0x8000,
  vlan_stats_enabled: 0,
  vlan_stats_per_port: 0,
  mcast_snooping: 1,
  mcast_vlan_snooping: 0,
  mcast_router: 1,
  mcast_query_use_ifaddr: 0,
  mcast_querier: 0,
  mcast_hash_elasticity: 16,
  mcast_hash_max: 4096,
  mcast_last_member_count: 2,
  mcast_startup_query_count: 2,
  mcast_last_member_interval: 100,
  mcast_membership_interval: 26_000,
  mcast_querier_interval: 25_500,
  mcast_query_interval: 12_500,
  mcast_query_response_interval: 1000,
  mcast_startup_query_interval: 3125,
  mcast_stats_enabled: 0,
  mcast_igmp_version: 2,
  mcast_mld_version: 1,
  nf_call_iptables: 0,
  nf_call_ip6tables: 0,
  nf_call_arptables: 0,
};

/** Numbers of a port, by their names in `bridge link`; its cost comes from the speed of its link. */
export const USUAL_NUMBERS: Readonly<Record<string, number>> = { priority: 32, mcast_router: 1 };

/** Switches of a port that are on where nobody has touched them. */
export const ON_BY_DEFAULT: ReadonlySet<string> = new Set(['learning', 'flood', 'mcast_flood', 'bcast_flood']);
