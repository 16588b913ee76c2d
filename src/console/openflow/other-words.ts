/**
 * Words of the flow language that the real thing understands and this engine does not model. Read first: ovs-fields(7),
 * ovs-actions(7).
 */

const NUMBERED: readonly (readonly [string, number, number])[] = [
  ['tun_metadata', 0, 63],
  ['reg', 4, 15],
  ['xreg', 0, 7],
  ['xxreg', 0, 3],
  ['NXM_NX_TUN_METADATA', 0, 63],
  ['NXM_NX_REG', 4, 15],
  ['OXM_OF_PKT_REG', 0, 7],
  ['NXM_NX_XXREG', 0, 3],
];
const NAMES =
  'conj_id tun_id tunnel_id tun_src tun_dst tun_ipv6_src tun_ipv6_dst tun_gbp_id tun_gbp_flags tun_erspan_ver tun_erspan_idx ' +
  'tun_erspan_dir tun_erspan_hwid tun_gtpu_flags tun_gtpu_msgtype tun_flags tun_tos tun_ttl in_port_oxm skb_priority pkt_mark ' +
  'actset_output packet_type ct_label ct_nw_src ct_nw_dst ct_ipv6_src ct_ipv6_dst ct_nw_proto ct_tp_src ct_tp_dst dp_hash ' +
  'recirc_id mpls_label mpls_tc mpls_bos mpls_ttl ipv6_label nsh_flags nsh_ttl nsh_mdtype nsh_np nsh_spi nsp nsh_si nsi ' +
  'nsh_c1 nsh_c2 nsh_c3 nsh_c4 nshc1 nshc2 nshc3 nshc4 nd_target nd_sll nd_tll nd_reserved nd_options_type ' +
  'NXM_NX_CONJ_ID NXM_NX_CT_IPV6_DST NXM_NX_CT_IPV6_SRC NXM_NX_CT_LABEL NXM_NX_CT_NW_DST NXM_NX_CT_NW_PROTO NXM_NX_CT_NW_SRC ' +
  'NXM_NX_CT_TP_DST NXM_NX_CT_TP_SRC NXM_NX_DP_HASH NXM_NX_IPV6_LABEL NXM_NX_MPLS_TTL NXM_NX_ND_SLL NXM_NX_ND_TARGET ' +
  'NXM_NX_ND_TLL NXM_NX_PKT_MARK NXM_NX_RECIRC_ID NXM_NX_TUN_FLAGS NXM_NX_TUN_GBP_FLAGS NXM_NX_TUN_GBP_ID NXM_NX_TUN_ID ' +
  'NXM_NX_TUN_IPV4_DST NXM_NX_TUN_IPV4_SRC NXM_NX_TUN_IPV6_DST NXM_NX_TUN_IPV6_SRC NXOXM_ET_DP_HASH NXOXM_ET_ERSPAN_DIR ' +
  'NXOXM_ET_ERSPAN_HWID NXOXM_ET_ERSPAN_IDX NXOXM_ET_ERSPAN_VER NXOXM_ET_GTPU_FLAGS NXOXM_ET_GTPU_MSGTYPE NXOXM_NSH_C1 ' +
  'NXOXM_NSH_C2 NXOXM_NSH_C3 NXOXM_NSH_C4 NXOXM_NSH_FLAGS NXOXM_NSH_MDTYPE NXOXM_NSH_NP NXOXM_NSH_SI NXOXM_NSH_SPI ' +
  'NXOXM_NSH_TTL ONFOXM_ET_ACTSET_OUTPUT OXM_OF_ACTSET_OUTPUT OXM_OF_IN_PORT OXM_OF_IPV6_FLABEL OXM_OF_IPV6_ND_SLL ' +
  'OXM_OF_IPV6_ND_TARGET OXM_OF_IPV6_ND_TLL OXM_OF_MPLS_BOS OXM_OF_MPLS_LABEL OXM_OF_MPLS_TC OXM_OF_PACKET_TYPE ' +
  'OXM_OF_TUNNEL_ID';

/** Fields, by all their names. */
export const OTHER_FIELDS: ReadonlySet<string> = new Set([
  ...NAMES.split(' '),
  ...NUMBERED.flatMap(([name, low, high]) =>
    Array.from({ length: high - low + 1 }, (_, index) => `${name}${low + index}`),
  ),
]);

/** What may stand among the matches and is none. */
export const OTHER_KEYS: ReadonlySet<string> = new Set(
  'send_flow_rem check_overlap no_packet_counts no_byte_counts importance'.split(' '),
);

/** Actions; the tool takes them in any case. */
export const OTHER_ACTIONS: ReadonlySet<string> = new Set(
  (
    'group enqueue output_reg bundle bundle_load move push pop set_mpls_label set_mpls_tc set_mpls_ttl dec_mpls_ttl push_mpls ' +
    'pop_mpls set_tunnel set_tunnel64 set_queue pop_queue fin_timeout learn conjunction multipath note exit sample ' +
    'unroll_xlate ct_clear nat output_trunc clone check_pkt_larger delete_field encap decap dec_nsh_ttl meter clear_actions ' +
    'write_actions write_metadata debug_recirc debug_slow'
  ).split(' '),
);
