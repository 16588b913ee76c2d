/**
 * What nft can match in the bridge family: for each expression the bytes it reads, and which protocol it presumes.
 *
 * Source: nftables src/proto.c. The tests compare the result with the bytecode that nft 1.0.6 itself makes
 * (`nft --debug=netlink`), which is where the surprises come from: `ip …` presumes `meta protocol` and so looks through a
 * tag, `arp …` and `icmp …` presume the type field of the link header and do not.
 */
import type { FieldBase } from '../../filter/ruleset.ts';

export type ValueType =
  | 'mac'
  | 'ethertype'
  | 'ip'
  | 'ip6'
  | 'protocol'
  | 'service'
  | 'icmp-type'
  | 'icmpv6-type'
  | 'icmp-code'
  | 'icmpv6-code'
  | 'arp-operation'
  | 'pkttype'
  | 'dscp'
  | 'tcp-flags'
  | 'integer'
  /** Bytes that stand for no field. */
  | 'raw';

export interface FieldSpec {
  readonly base: Exclude<FieldBase, 'in-port' | 'out-port'>;
  /** Bytes from the layer's start, and how many. */
  readonly offset: number;
  readonly size: number;
  /** Bits of the value within these bytes: how many, and how far from the right. */
  readonly bits: number;
  readonly shift: number;
  readonly type: ValueType;
}

export type Protocol = 'ether' | 'vlan' | 'arp' | 'ip' | 'ip6' | 'icmp' | 'icmpv6' | 'tcp' | 'udp' | 'th' | 'meta';

function field(base: FieldSpec['base'], offset: number, size: number, type: ValueType): FieldSpec {
  return { base, offset, size, bits: size * 8, shift: 0, type };
}

function bits(base: FieldSpec['base'], offset: number, size: number, count: number, shift: number): FieldSpec {
  return { base, offset, size, bits: count, shift, type: 'integer' };
}

/** Names of two words (`saddr ip`) stand with a space. */
export const FIELDS: Readonly<Record<Protocol, Readonly<Record<string, FieldSpec>>>> = {
  ether: {
    daddr: field('link', 0, 6, 'mac'),
    saddr: field('link', 6, 6, 'mac'),
    type: field('link', 12, 2, 'ethertype'),
  },
  vlan: {
    id: bits('link', 14, 2, 12, 0),
    dei: bits('link', 14, 1, 1, 4),
    cfi: bits('link', 14, 1, 1, 4),
    pcp: bits('link', 14, 1, 3, 5),
    type: field('link', 16, 2, 'ethertype'),
  },
  arp: {
    htype: field('network', 0, 2, 'integer'),
    ptype: field('network', 2, 2, 'ethertype'),
    hlen: field('network', 4, 1, 'integer'),
    plen: field('network', 5, 1, 'integer'),
    operation: field('network', 6, 2, 'arp-operation'),
    'saddr ether': field('network', 8, 6, 'mac'),
    'saddr ip': field('network', 14, 4, 'ip'),
    'daddr ether': field('network', 18, 6, 'mac'),
    'daddr ip': field('network', 24, 4, 'ip'),
  },
  ip: {
    version: bits('network', 0, 1, 4, 4),
    hdrlength: bits('network', 0, 1, 4, 0),
    dscp: { ...bits('network', 1, 1, 6, 2), type: 'dscp' },
    length: field('network', 2, 2, 'integer'),
    id: field('network', 4, 2, 'integer'),
    'frag-off': field('network', 6, 2, 'integer'),
    ttl: field('network', 8, 1, 'integer'),
    protocol: field('network', 9, 1, 'protocol'),
    checksum: field('network', 10, 2, 'integer'),
    saddr: field('network', 12, 4, 'ip'),
    daddr: field('network', 16, 4, 'ip'),
  },
  ip6: {
    version: bits('network', 0, 1, 4, 4),
    length: field('network', 4, 2, 'integer'),
    nexthdr: field('network', 6, 1, 'protocol'),
    hoplimit: field('network', 7, 1, 'integer'),
    saddr: field('network', 8, 16, 'ip6'),
    daddr: field('network', 24, 16, 'ip6'),
  },
  icmp: {
    type: field('transport', 0, 1, 'icmp-type'),
    code: field('transport', 1, 1, 'icmp-code'),
    checksum: field('transport', 2, 2, 'integer'),
  },
  icmpv6: {
    type: field('transport', 0, 1, 'icmpv6-type'),
    code: field('transport', 1, 1, 'icmpv6-code'),
    checksum: field('transport', 2, 2, 'integer'),
  },
  tcp: {
    sport: field('transport', 0, 2, 'service'),
    dport: field('transport', 2, 2, 'service'),
    sequence: field('transport', 4, 4, 'integer'),
    ackseq: field('transport', 8, 4, 'integer'),
    flags: field('transport', 13, 1, 'tcp-flags'),
    window: field('transport', 14, 2, 'integer'),
    checksum: field('transport', 16, 2, 'integer'),
    urgptr: field('transport', 18, 2, 'integer'),
  },
  udp: {
    sport: field('transport', 0, 2, 'service'),
    dport: field('transport', 2, 2, 'service'),
    length: field('transport', 4, 2, 'integer'),
    checksum: field('transport', 6, 2, 'integer'),
  },
  th: {
    sport: field('transport', 0, 2, 'service'),
    dport: field('transport', 2, 2, 'service'),
  },
  meta: {
    protocol: field('protocol', 0, 2, 'ethertype'),
    l4proto: field('l4-protocol', 0, 1, 'protocol'),
    pkttype: field('packet-type', 0, 1, 'pkttype'),
  },
};

/** `@ll,0,48`: bytes without a name. */
export function rawSpec(base: 'link' | 'network' | 'transport', offset: number, size: number): FieldSpec {
  return field(base, offset, size, 'raw');
}

/** `type …` of a named set. */
export const SET_TYPES: Readonly<Record<string, FieldSpec>> = {
  ether_addr: FIELDS.ether['saddr']!,
  ipv4_addr: FIELDS.ip['saddr']!,
  ipv6_addr: FIELDS.ip6['saddr']!,
  inet_service: FIELDS.tcp['dport']!,
  inet_proto: FIELDS.ip['protocol']!,
  ether_type: FIELDS.ether['type']!,
};

/** The word for a set whose elements a field can be compared with; '' where sets of that type are not modelled. */
export function setTypeOf({ type }: FieldSpec): string {
  return Object.keys(SET_TYPES).find((name) => SET_TYPES[name]!.type === type) ?? '';
}

export function isProtocol(word: string): word is Protocol {
  return Object.hasOwn(FIELDS, word);
}

/** Numbers of what stands behind a header. */
export const ETHERTYPES: Readonly<Record<string, number>> = {
  ip: 0x0800,
  arp: 0x0806,
  ip6: 0x86dd,
  vlan: 0x8100,
  '8021q': 0x8100,
  '8021ad': 0x88a8,
};

export const PROTOCOL_NUMBERS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  'ipv6-icmp': 58,
  sctp: 132,
};

/** Names that nft or the system resolves to a number, by the type of the value. */
export const NAMED_VALUES: Readonly<Partial<Record<ValueType, Readonly<Record<string, number>>>>> = {
  ethertype: ETHERTYPES,
  protocol: PROTOCOL_NUMBERS,
  service: {
    ftp: 21,
    ssh: 22,
    telnet: 23,
    smtp: 25,
    domain: 53,
    bootps: 67,
    bootpc: 68,
    http: 80,
    ntp: 123,
    https: 443,
  },
  'icmp-type': {
    'echo-reply': 0,
    'destination-unreachable': 3,
    'source-quench': 4,
    redirect: 5,
    'echo-request': 8,
    'router-advertisement': 9,
    'router-solicitation': 10,
    'time-exceeded': 11,
    'parameter-problem': 12,
    'timestamp-request': 13,
    'timestamp-reply': 14,
    'info-request': 15,
    'info-reply': 16,
    'address-mask-request': 17,
    'address-mask-reply': 18,
  },
  'icmp-code': {
    'net-unreachable': 0,
    'host-unreachable': 1,
    'prot-unreachable': 2,
    'port-unreachable': 3,
    'frag-needed': 4,
    'net-prohibited': 9,
    'host-prohibited': 10,
    'admin-prohibited': 13,
  },
  'icmpv6-code': {
    'no-route': 0,
    'admin-prohibited': 1,
    'addr-unreachable': 3,
    'port-unreachable': 4,
    'policy-fail': 5,
    'reject-route': 6,
  },
  'icmpv6-type': {
    'destination-unreachable': 1,
    'packet-too-big': 2,
    'time-exceeded': 3,
    'parameter-problem': 4,
    'echo-request': 128,
    'echo-reply': 129,
    'mld-listener-query': 130,
    'mld-listener-report': 131,
    'mld-listener-done': 132,
    'mld-listener-reduction': 132,
    'nd-router-solicit': 133,
    'nd-router-advert': 134,
    'nd-neighbor-solicit': 135,
    'nd-neighbor-advert': 136,
    'nd-redirect': 137,
    'router-renumbering': 138,
    'ind-neighbor-solicit': 141,
    'ind-neighbor-advert': 142,
    'mld2-listener-report': 143,
  },
  'arp-operation': { request: 1, reply: 2, rrequest: 3, rreply: 4, inrequest: 8, inreply: 9, nak: 10 },
  pkttype: { host: 0, unicast: 0, broadcast: 1, multicast: 2, other: 3 },
  dscp: {
    cs0: 0,
    cs1: 8,
    cs2: 16,
    cs3: 24,
    cs4: 32,
    cs5: 40,
    cs6: 48,
    cs7: 56,
    be: 0,
    lephb: 1,
    af11: 10,
    af12: 12,
    af13: 14,
    af21: 18,
    af22: 20,
    af23: 22,
    af31: 26,
    af32: 28,
    af33: 30,
    af41: 34,
    af42: 36,
    af43: 38,
    va: 44,
    ef: 46,
  },
  'tcp-flags': { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ecn: 64, cwr: 128 },
};
