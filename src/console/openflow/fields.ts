/**
 * The fields of Open vSwitch that are modelled, by the names that a flow may use. Read first: ovs-fields(7), whose tables these
 * rows are.
 *
 * Several fields share one place: `nw_src` of IPv4 and `arp_spa` of ARP, the ports of TCP and the type of ICMP. Open vSwitch
 * itself has one struct for all of them, so that `tcp,icmp_type=80` is the source port.
 */
import type { FlowField } from '../../filter/flow.ts';
import { ANY, NXM_OF11_UP, NXM_OXM, type Formats } from './protocols.ts';

/** Places in `struct flow`. */
export type Slot =
  | 'in_port'
  | 'eth_dst'
  | 'eth_src'
  | 'eth_type'
  | 'vlan_tci'
  | 'nw_src'
  | 'nw_dst'
  | 'ipv6_src'
  | 'ipv6_dst'
  | 'nw_proto'
  | 'nw_tos'
  | 'nw_ttl'
  | 'nw_frag'
  | 'tp_src'
  | 'tp_dst'
  | 'tcp_flags'
  | 'arp_sha'
  | 'arp_tha'
  | 'ct_state'
  | 'ct_zone'
  | 'ct_mark'
  | 'metadata'
  | 'reg0'
  | 'reg1'
  | 'reg2'
  | 'reg3';

export type Notation =
  'decimal' | 'hexadecimal' | 'ethernet' | 'ipv4' | 'ipv6' | 'port' | 'fragment' | 'ct-state' | 'tcp-flags';

/** What the match has to say before the field may be written. */
export type Prerequisite = 'none' | 'vlan' | 'arp' | 'ipv4' | 'ipv6' | 'ip' | 'tcp' | 'udp' | 'sctp' | 'icmp' | 'icmp6';

export interface FieldEntry {
  /** As complaints name it. */
  readonly name: string;
  readonly bytes: number;
  readonly bits: number;
  readonly notation: Notation;
  readonly isMaskable: boolean;
  readonly isWritable: boolean;
  readonly needs: Prerequisite;
  /** As `load` names it; empty: it has no such name. */
  readonly nxm: string;
  /** Formats that can match on it, whole or with a mask; with a mask that is no prefix. */
  readonly exact: Formats;
  readonly prefix: Formats;
  readonly bitwise: Formats;
  /** Where its bits lie. */
  readonly slot: Slot;
  readonly region: bigint;
  readonly shift: bigint;
}

/** Names; bytes; notation; `m` maskable, `w` writable; needs; NXM name; formats (exact, prefix, bitwise). */
type Row = readonly [string, number, Notation, string, Prerequisite, string, Formats, Formats?, Formats?];

const ROWS: readonly Row[] = [
  ['in_port', 2, 'port', 'w', 'none', 'NXM_OF_IN_PORT', ANY],
  ['eth_src dl_src', 6, 'ethernet', 'mw', 'none', 'NXM_OF_ETH_SRC', ANY, NXM_OF11_UP],
  ['eth_dst dl_dst', 6, 'ethernet', 'mw', 'none', 'NXM_OF_ETH_DST', ANY, NXM_OF11_UP],
  ['eth_type dl_type', 2, 'hexadecimal', '', 'none', 'NXM_OF_ETH_TYPE', ANY],
  ['vlan_tci', 2, 'hexadecimal', 'mw', 'none', 'NXM_OF_VLAN_TCI', ANY, NXM_OXM],
  ['dl_vlan', 2, 'decimal', 'w', 'none', '', ANY],
  ['vlan_vid', 2, 'decimal', 'mw', 'none', 'OXM_OF_VLAN_VID', ANY, NXM_OXM],
  ['dl_vlan_pcp', 1, 'decimal', 'w', 'vlan', '', ANY],
  ['vlan_pcp', 1, 'decimal', 'w', 'vlan', 'OXM_OF_VLAN_PCP', ANY],
  ['ip_src nw_src', 4, 'ipv4', 'mw', 'ipv4', 'NXM_OF_IP_SRC', ANY, ANY, NXM_OF11_UP],
  ['ip_dst nw_dst', 4, 'ipv4', 'mw', 'ipv4', 'NXM_OF_IP_DST', ANY, ANY, NXM_OF11_UP],
  ['ipv6_src', 16, 'ipv6', 'mw', 'ipv6', 'NXM_NX_IPV6_SRC', NXM_OXM],
  ['ipv6_dst', 16, 'ipv6', 'mw', 'ipv6', 'NXM_NX_IPV6_DST', NXM_OXM],
  ['nw_proto ip_proto', 1, 'decimal', '', 'ip', 'NXM_OF_IP_PROTO', ANY],
  ['nw_tos', 1, 'decimal', 'w', 'ip', 'NXM_OF_IP_TOS', ANY],
  ['ip_dscp', 1, 'decimal', 'w', 'ip', 'OXM_OF_IP_DSCP', ANY],
  ['nw_ecn ip_ecn', 1, 'decimal', 'w', 'ip', 'NXM_NX_IP_ECN', NXM_OF11_UP],
  ['nw_ttl', 1, 'decimal', 'w', 'ip', 'NXM_NX_IP_TTL', NXM_OXM],
  ['ip_frag nw_frag', 1, 'fragment', 'm', 'ip', 'NXM_NX_IP_FRAG', NXM_OXM],
  ['arp_op', 2, 'decimal', 'w', 'arp', 'NXM_OF_ARP_OP', ANY],
  ['arp_spa', 4, 'ipv4', 'mw', 'arp', 'NXM_OF_ARP_SPA', ANY, ANY, NXM_OF11_UP],
  ['arp_tpa', 4, 'ipv4', 'mw', 'arp', 'NXM_OF_ARP_TPA', ANY, ANY, NXM_OF11_UP],
  ['arp_sha', 6, 'ethernet', 'mw', 'arp', 'NXM_NX_ARP_SHA', NXM_OXM],
  ['arp_tha', 6, 'ethernet', 'mw', 'arp', 'NXM_NX_ARP_THA', NXM_OXM],
  ['tcp_src tp_src', 2, 'decimal', 'mw', 'tcp', 'NXM_OF_TCP_SRC', ANY, NXM_OXM],
  ['tcp_dst tp_dst', 2, 'decimal', 'mw', 'tcp', 'NXM_OF_TCP_DST', ANY, NXM_OXM],
  ['tcp_flags', 2, 'tcp-flags', 'm', 'tcp', 'NXM_NX_TCP_FLAGS', NXM_OXM],
  ['udp_src', 2, 'decimal', 'mw', 'udp', 'NXM_OF_UDP_SRC', ANY, NXM_OXM],
  ['udp_dst', 2, 'decimal', 'mw', 'udp', 'NXM_OF_UDP_DST', ANY, NXM_OXM],
  ['sctp_src', 2, 'decimal', 'mw', 'sctp', 'OXM_OF_SCTP_SRC', NXM_OF11_UP, NXM_OXM],
  ['sctp_dst', 2, 'decimal', 'mw', 'sctp', 'OXM_OF_SCTP_DST', NXM_OF11_UP, NXM_OXM],
  ['icmp_type', 1, 'decimal', 'w', 'icmp', 'NXM_OF_ICMP_TYPE', ANY],
  ['icmp_code', 1, 'decimal', 'w', 'icmp', 'NXM_OF_ICMP_CODE', ANY],
  ['icmpv6_type', 1, 'decimal', 'w', 'icmp6', 'NXM_NX_ICMPV6_TYPE', NXM_OXM],
  ['icmpv6_code', 1, 'decimal', 'w', 'icmp6', 'NXM_NX_ICMPV6_CODE', NXM_OXM],
  ['ct_state', 4, 'ct-state', 'm', 'none', 'NXM_NX_CT_STATE', NXM_OXM],
  ['ct_zone', 2, 'hexadecimal', '', 'none', 'NXM_NX_CT_ZONE', NXM_OXM],
  ['ct_mark', 4, 'hexadecimal', 'mw', 'none', 'NXM_NX_CT_MARK', NXM_OXM],
  ['metadata', 8, 'hexadecimal', 'mw', 'none', 'OXM_OF_METADATA', NXM_OF11_UP],
  ...['reg0', 'reg1', 'reg2', 'reg3'].map((name): Row => [
    name,
    4,
    'hexadecimal',
    'mw',
    'none',
    `NXM_NX_${name.toUpperCase()}`,
    NXM_OXM,
  ]),
];

/** Bits of a field, where they are not as many as its bytes. */
const BITS: Readonly<Record<string, number>> = {
  vlan_vid: 12,
  dl_vlan: 12,
  vlan_pcp: 3,
  dl_vlan_pcp: 3,
  ip_dscp: 6,
  nw_ecn: 2,
  ip_frag: 2,
  tcp_flags: 12,
};

/** Slot, the bits of it that are meant, and how far up they lie; all others are their slot's namesake. */
const PLACES: Readonly<Record<string, readonly [Slot, bigint, bigint?]>> = {
  dl_vlan: ['vlan_tci', 0x0fffn],
  vlan_vid: ['vlan_tci', 0x1fffn],
  dl_vlan_pcp: ['vlan_tci', 0xe000n, 13n],
  vlan_pcp: ['vlan_tci', 0xe000n, 13n],
  ip_src: ['nw_src', 0xffffffffn],
  ip_dst: ['nw_dst', 0xffffffffn],
  arp_spa: ['nw_src', 0xffffffffn],
  arp_tpa: ['nw_dst', 0xffffffffn],
  arp_op: ['nw_proto', 0xffn],
  nw_tos: ['nw_tos', 0xfcn],
  ip_dscp: ['nw_tos', 0xfcn, 2n],
  nw_ecn: ['nw_tos', 0x03n],
  ip_frag: ['nw_frag', 0x03n],
  tcp_src: ['tp_src', 0xffffn],
  tcp_dst: ['tp_dst', 0xffffn],
  tcp_flags: ['tcp_flags', 0x0fffn],
  udp_src: ['tp_src', 0xffffn],
  udp_dst: ['tp_dst', 0xffffn],
  sctp_src: ['tp_src', 0xffffn],
  sctp_dst: ['tp_dst', 0xffffn],
  icmp_type: ['tp_src', 0xffffn],
  icmp_code: ['tp_dst', 0xffffn],
  icmpv6_type: ['tp_src', 0xffffn],
  icmpv6_code: ['tp_dst', 0xffffn],
  ct_state: ['ct_state', 0xffn],
};

function entryOf([
  names,
  bytes,
  notation,
  flags,
  needs,
  nxm,
  exact,
  prefix = exact,
  bitwise = prefix,
]: Row): FieldEntry {
  const name = names.split(' ')[0]!;
  const [slot, region, shift = 0n] = PLACES[name] ?? [name as Slot, onesOf(8 * bytes)];
  return {
    name,
    bytes,
    bits: BITS[name] ?? 8 * bytes,
    notation,
    isMaskable: flags.includes('m'),
    isWritable: flags.includes('w'),
    needs,
    nxm,
    exact,
    prefix,
    bitwise,
    slot,
    region,
    shift,
  };
}

export function onesOf(bits: number): bigint {
  return (1n << BigInt(bits)) - 1n;
}

const ENTRIES = ROWS.map((row) => ({ row, entry: entryOf(row) }));

/** By any name that a match may use. */
export const FIELDS: ReadonlyMap<string, FieldEntry> = new Map(
  ENTRIES.flatMap(({ row: [names], entry }) => names.split(' ').map((name) => [name, entry] as const)),
);

/** OXM names that mean the same as an NXM one. */
const OXM_NAMES: Readonly<Record<string, string>> = {
  OXM_OF_ETH_DST: 'eth_dst',
  OXM_OF_ETH_SRC: 'eth_src',
  OXM_OF_ETH_TYPE: 'eth_type',
  OXM_OF_IP_ECN: 'nw_ecn',
  OXM_OF_IP_PROTO: 'nw_proto',
  OXM_OF_IPV4_SRC: 'ip_src',
  OXM_OF_IPV4_DST: 'ip_dst',
  OXM_OF_TCP_SRC: 'tcp_src',
  OXM_OF_TCP_DST: 'tcp_dst',
  OXM_OF_UDP_SRC: 'udp_src',
  OXM_OF_UDP_DST: 'udp_dst',
  OXM_OF_ICMPV4_TYPE: 'icmp_type',
  OXM_OF_ICMPV4_CODE: 'icmp_code',
  OXM_OF_ARP_OP: 'arp_op',
  OXM_OF_ARP_SPA: 'arp_spa',
  OXM_OF_ARP_TPA: 'arp_tpa',
  OXM_OF_ARP_SHA: 'arp_sha',
  OXM_OF_ARP_THA: 'arp_tha',
  OXM_OF_IPV6_SRC: 'ipv6_src',
  OXM_OF_IPV6_DST: 'ipv6_dst',
  OXM_OF_ICMPV6_TYPE: 'icmpv6_type',
  OXM_OF_ICMPV6_CODE: 'icmpv6_code',
  ONFOXM_ET_TCP_FLAGS: 'tcp_flags',
  OXM_OF_TCP_FLAGS: 'tcp_flags',
};

/** By the names that `load` and subfields may use. */
export const SUBFIELDS: ReadonlyMap<string, FieldEntry> = new Map([
  ...FIELDS,
  ...ENTRIES.filter(({ entry }) => entry.nxm !== '').map(({ entry }) => [entry.nxm, entry] as const),
  ...Object.entries(OXM_NAMES).map(([name, field]) => [name, FIELDS.get(field)!] as const),
]);

/** Where the slot's bits go in the data model; in an ARP packet some mean something else. */
export function modelField(slot: Slot, isArp: boolean): FlowField {
  switch (slot) {
    case 'nw_src':
      return isArp ? 'arp_spa' : 'ip_src';
    case 'nw_dst':
      return isArp ? 'arp_tpa' : 'ip_dst';
    case 'nw_proto':
      return isArp ? 'arp_op' : 'ip_proto';
    case 'nw_tos':
      return 'ip_tos';
    case 'nw_ttl':
      return 'ip_ttl';
    case 'nw_frag':
      return 'ip_frag';
    default:
      return slot;
  }
}
