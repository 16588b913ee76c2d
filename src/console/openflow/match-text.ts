/**
 * A match as Open vSwitch prints it: its own order, its own notation for each field. Read first: lib/match.c (match_format).
 */
import { ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from '../../wire/ethernet.ts';
import { macText, maskedIpv4Text, maskedIpv6Text, type Masked } from './addresses.ts';
import { onesOf, type Slot } from './fields.ts';
import { alternateHex, hexText } from './field-values.ts';
import { CT_STATES, flagsText, fragmentText, TCP_FLAGS } from './flag-words.ts';
import { ETHERTYPE_RARP, TAG_PRESENT, type Match } from './match.ts';
import { portText } from './ports.ts';

/** Names of protocols, by EtherType and, below it, IP protocol. */
export const PROTOCOL_WORDS: readonly (readonly [name: string, etherType: number, ipProtocol?: number])[] = [
  ['ip', ETHERTYPE_IPV4],
  ['ipv4', ETHERTYPE_IPV4],
  ['ip4', ETHERTYPE_IPV4],
  ['arp', ETHERTYPE_ARP],
  ['icmp', ETHERTYPE_IPV4, 1],
  ['tcp', ETHERTYPE_IPV4, 6],
  ['udp', ETHERTYPE_IPV4, 17],
  ['sctp', ETHERTYPE_IPV4, 132],
  ['ipv6', ETHERTYPE_IPV6],
  ['ip6', ETHERTYPE_IPV6],
  ['icmp6', ETHERTYPE_IPV6, 58],
  ['tcp6', ETHERTYPE_IPV6, 6],
  ['udp6', ETHERTYPE_IPV6, 17],
  ['sctp6', ETHERTYPE_IPV6, 132],
  ['rarp', ETHERTYPE_RARP],
  ['mpls', 0x8847],
  ['mplsm', 0x8848],
];

const DEFAULT_PRIORITY = 32_768;

/** `names`: of ports, by number. */
export function matchText(
  match: Match,
  priority = DEFAULT_PRIORITY,
  names: ReadonlyMap<number, string> = new Map(),
): string {
  const { word, isTypeTold, isProtocolTold } = protocolWord(match);
  const isIpv6 = match.etherType === ETHERTYPE_IPV6;
  const { isArp } = match;
  const ask = (slot: Slot, name: string, text: (masked: Masked) => string): string => {
    const masked = match.get(slot);
    return masked.mask === 0n ? '' : `${name}=${text(masked)}`;
  };
  const parts = [
    priority === DEFAULT_PRIORITY ? '' : `priority=${priority}`,
    ask('ct_state', 'ct_state', (state) => flagsText(state, CT_STATES)),
    ask('ct_zone', 'ct_zone', (zone) => decimalText(zone, 16)),
    ask('ct_mark', 'ct_mark', (mark) => hexMaskedText(mark, 32)),
    word,
    ...(['reg0', 'reg1', 'reg2', 'reg3'] as const).map((reg) => ask(reg, reg, (value) => hexMaskedText(value, 32))),
    ask('metadata', 'metadata', (value) => hexMaskedText(value, 64)),
    ask('in_port', 'in_port', ({ value }) => portText(Number(value), names)),
    ...tagTexts(match.get('vlan_tci')),
    ask('eth_src', 'dl_src', maskedMacText),
    ask('eth_dst', 'dl_dst', maskedMacText),
    isTypeTold ? '' : ask('eth_type', 'dl_type', ({ value }) => paddedHex(value)),
    ...addressTexts(ask, isIpv6, isArp),
    isProtocolTold ? '' : ask('nw_proto', isArp ? 'arp_op' : 'nw_proto', ({ value }) => String(value)),
    isArp ? ask('arp_sha', 'arp_sha', maskedMacText) : '',
    isArp ? ask('arp_tha', 'arp_tha', maskedMacText) : '',
    ...tosTexts(match.get('nw_tos')),
    ask('nw_ttl', 'nw_ttl', ({ value }) => String(value)),
    ask('nw_frag', 'nw_frag', fragmentText),
    ...transportTexts(match, ask),
  ];
  return parts.filter((part) => part !== '').join(',');
}

type Ask = (slot: Slot, name: string, text: (masked: Masked) => string) => string;

function protocolWord(match: Match): { word: string; isTypeTold: boolean; isProtocolTold: boolean } {
  const isAsked = match.get('eth_type').mask !== 0n;
  const ofType = isAsked ? PROTOCOL_WORDS.filter(([, etherType]) => etherType === match.etherType) : [];
  const hasProtocol = match.get('nw_proto').mask !== 0n;
  const protocol = hasProtocol ? ofType.find(([, , ipProtocol]) => ipProtocol === match.ipProtocol) : undefined;
  const word = protocol ?? ofType[0];
  return { word: word?.[0] ?? '', isTypeTold: word !== undefined, isProtocolTold: protocol !== undefined };
}

/** A whole VID and a whole PCP have their names; anything else is bits of the TCI. */
function tagTexts({ value, mask }: Masked): string[] {
  if (mask === 0n) return [];
  const [vidMask, pcpMask] = [mask & 0x0fffn, mask & 0xe000n];
  const isWhole = (vidMask === 0n || vidMask === 0x0fffn) && (pcpMask === 0n || pcpMask === 0xe000n);
  if (isWhole && (mask & value & TAG_PRESENT) !== 0n && (vidMask | pcpMask) !== 0n) {
    return [vidMask === 0n ? '' : `dl_vlan=${value & 0x0fffn}`, pcpMask === 0n ? '' : `dl_vlan_pcp=${value >> 13n}`];
  }
  return [`vlan_tci=${paddedHex(value)}${mask === 0xffffn ? '' : `/${paddedHex(mask)}`}`];
}

function addressTexts(ask: Ask, isIpv6: boolean, isArp: boolean): string[] {
  if (isIpv6) return (['ipv6_src', 'ipv6_dst'] as const).map((slot) => ask(slot, slot, maskedIpv6Text));
  const names = isArp ? (['arp_spa', 'arp_tpa'] as const) : (['nw_src', 'nw_dst'] as const);
  return [ask('nw_src', names[0], maskedIpv4Text), ask('nw_dst', names[1], maskedIpv4Text)];
}

function tosTexts({ value, mask }: Masked): string[] {
  return [
    (mask & 0xfcn) === 0n ? '' : `nw_tos=${value & 0xfcn}`,
    (mask & 0x03n) === 0n ? '' : `nw_ecn=${value & 0x03n}`,
  ];
}

function transportTexts(match: Match, ask: Ask): string[] {
  const isIcmp = match.meets('icmp') || match.meets('icmp6');
  const isTcp = match.isIp && match.ipProtocol === 6;
  return [
    ask('tp_src', isIcmp ? 'icmp_type' : 'tp_src', (port) => decimalText(port, 16)),
    ask('tp_dst', isIcmp ? 'icmp_code' : 'tp_dst', (port) => decimalText(port, 16)),
    isTcp ? ask('tcp_flags', 'tcp_flags', (flags) => flagsText(flags, TCP_FLAGS)) : '',
  ];
}

// --- Notations

function maskedMacText({ value, mask }: Masked): string {
  return mask === onesOf(48) ? macText(value) : `${macText(value)}/${macText(mask)}`;
}

function decimalText({ value, mask }: Masked, bits: number): string {
  return mask === onesOf(bits) ? String(value) : `${hexText(value)}/${hexText(mask)}`;
}

function hexMaskedText({ value, mask }: Masked, bits: number): string {
  return mask === onesOf(bits) ? alternateHex(value) : `${alternateHex(value)}/${alternateHex(mask)}`;
}

function paddedHex(value: bigint): string {
  return `0x${value.toString(16).padStart(4, '0')}`;
}
