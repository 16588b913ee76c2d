/**
 * A frame layer by layer, in three forms: as fields (`Layers`), as bytes, and as the list of field values that tshark prints
 * for it. Tests compare the last with tshark's own, live or recorded.
 */
import { emitArp, parseArp, type ArpPacket } from '../../src/wire/arp.ts';
import { concatBytes, readUint16, toHex } from '../../src/wire/bytes.ts';
import { TPID_S, type Tag } from '../../src/wire/dot1q.ts';
import { emitEthernet, ETHERTYPE_ARP, ETHERTYPE_IPV4, parseEthernet } from '../../src/wire/ethernet.ts';
import { emitIcmp, isEcho, parseIcmp, type IcmpMessage } from '../../src/wire/icmp.ts';
import {
  emitIpv4,
  formatIpv4Address,
  hasGoodHeaderChecksum,
  parseIpv4,
  PROTOCOL_ICMP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  type Ipv4Packet,
} from '../../src/wire/ipv4.ts';
import type { MacAddress } from '../../src/wire/mac-address.ts';
import { isMalformed, type Malformed } from '../../src/wire/malformed.ts';
import { emitTcp, parseTcp, type TcpSegment } from '../../src/wire/tcp.ts';
import { emitUdp, parseUdp, type UdpDatagram } from '../../src/wire/udp.ts';

export interface Layers {
  readonly dst: MacAddress;
  readonly src: MacAddress;
  readonly tags: readonly Tag[];
  readonly etherType: number;
  readonly content:
    | { readonly kind: 'arp'; readonly arp: ArpPacket }
    | { readonly kind: 'ipv4'; readonly ip: IpLayers }
    | { readonly kind: 'data'; readonly data: Uint8Array };
  /** What stands behind the packet until the end of the frame. */
  readonly padding: Uint8Array;
}

export interface IpLayers {
  readonly packet: Omit<Ipv4Packet, 'payload'>;
  readonly content:
    | { readonly kind: 'icmp'; readonly icmp: IcmpMessage; readonly quoted?: IpLayers }
    | { readonly kind: 'udp'; readonly udp: UdpDatagram }
    | { readonly kind: 'tcp'; readonly tcp: TcpSegment }
    | { readonly kind: 'data'; readonly data: Uint8Array };
}

// --- Fields to bytes

export function emitLayers(layers: Layers): Uint8Array {
  const { dst, src, tags, etherType, content, padding } = layers;
  return emitEthernet({ dst, src, tags, etherType, payload: concatBytes(emitContent(content), padding) });
}

function emitContent(content: Layers['content']): Uint8Array {
  if (content.kind === 'arp') return emitArp(content.arp);
  return content.kind === 'ipv4' ? emitIp(content.ip) : content.data;
}

export function emitIp({ packet, content }: IpLayers): Uint8Array {
  return emitIpv4({ ...packet, payload: emitTransport(packet, content) });
}

function emitTransport({ src, dst }: IpLayers['packet'], content: IpLayers['content']): Uint8Array {
  if (content.kind === 'icmp') return emitIcmp(content.icmp);
  if (content.kind === 'udp') return emitUdp(content.udp, src, dst);
  return content.kind === 'tcp' ? emitTcp(content.tcp, src, dst) : content.data;
}

// --- Bytes to fields

export function dissect(bytes: Uint8Array): Layers | Malformed {
  const frame = parseEthernet(bytes);
  if (isMalformed(frame)) return frame;
  const { dst, src, tags, etherType, payload } = frame;
  const outer = { dst, src, tags, etherType };
  if (etherType === ETHERTYPE_ARP) {
    const arp = parseArp(payload);
    return isMalformed(arp) ? arp : { ...outer, content: { kind: 'arp', arp }, padding: payload.slice(28) };
  }
  if (etherType !== ETHERTYPE_IPV4) {
    return { ...outer, content: { kind: 'data', data: payload.slice() }, padding: new Uint8Array(0) };
  }
  const ip = dissectIp(payload);
  if (isMalformed(ip)) return ip;
  return { ...outer, content: { kind: 'ipv4', ip }, padding: payload.slice(readUint16(payload, 2)) };
}

export function dissectIp(bytes: Uint8Array): IpLayers | Malformed {
  const whole = parseIpv4(bytes);
  if (isMalformed(whole)) return whole;
  const { payload, ...packet } = whole;
  if (!hasGoodHeaderChecksum(bytes)) throw new Error('a frame that these tests take for good has a bad IP checksum');
  const { protocol, src, dst } = packet;
  // A fragment's content is no whole message.
  if (!packet.moreFragments && packet.fragmentOffset === 0) {
    if (protocol === PROTOCOL_ICMP) return dissectIcmp(packet, payload);
    if (protocol === PROTOCOL_UDP) {
      const udp = parseUdp(payload, src, dst);
      return isMalformed(udp) ? udp : { packet, content: { kind: 'udp', udp } };
    }
    if (protocol === PROTOCOL_TCP) {
      const tcp = parseTcp(payload, src, dst);
      return isMalformed(tcp) ? tcp : { packet, content: { kind: 'tcp', tcp } };
    }
  }
  return { packet, content: { kind: 'data', data: payload } };
}

function dissectIcmp(packet: IpLayers['packet'], payload: Uint8Array): IpLayers | Malformed {
  const icmp = parseIcmp(payload);
  if (isMalformed(icmp)) return icmp;
  const quoted = isEcho(icmp.type) ? null : dissectIp(icmp.payload);
  if (quoted === null || isMalformed(quoted)) return { packet, content: { kind: 'icmp', icmp } };
  return { packet, content: { kind: 'icmp', icmp, quoted } };
}

// --- Fields to what tshark prints

/** tshark's field names; where a field occurs twice (two tags, a quoted header) the values stand in order. */
export const TSHARK_FIELDS = [
  'eth.dst',
  'eth.src',
  'eth.type',
  'vlan.id',
  'vlan.priority',
  'vlan.dei',
  'vlan.etype',
  'ieee8021ad.id',
  'ieee8021ad.priority',
  'ieee8021ad.dei',
  'ieee8021ah.etype',
  'arp.hw.type',
  'arp.proto.type',
  'arp.hw.size',
  'arp.proto.size',
  'arp.opcode',
  'arp.src.hw_mac',
  'arp.src.proto_ipv4',
  'arp.dst.hw_mac',
  'arp.dst.proto_ipv4',
  'ip.version',
  'ip.hdr_len',
  'ip.dsfield.dscp',
  'ip.len',
  'ip.id',
  'ip.flags.df',
  'ip.flags.mf',
  'ip.frag_offset',
  'ip.ttl',
  'ip.proto',
  'ip.checksum.status',
  'ip.src',
  'ip.dst',
  'icmp.type',
  'icmp.code',
  'icmp.checksum.status',
  'icmp.ident',
  'icmp.seq',
  'udp.srcport',
  'udp.dstport',
  'udp.length',
  'udp.checksum.status',
  'udp.payload',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.seq_raw',
  'tcp.ack_raw',
  'tcp.hdr_len',
  'tcp.flags',
  'tcp.window_size_value',
  'tcp.checksum.status',
  'tcp.options',
  'tcp.payload',
] as const;
export type TsharkField = (typeof TSHARK_FIELDS)[number];
export type TsharkValues = Partial<Record<TsharkField, string[]>>;

/** What tshark calls a checksum that it has verified. */
const GOOD = '1';

export function tsharkView(layers: Layers): TsharkValues {
  const values: TsharkValues = {};
  const add: Add = (field, value) => {
    (values[field] ??= []).push(typeof value === 'boolean' ? String(Number(value)) : String(value));
  };
  const { dst, src, tags, etherType, content } = layers;
  add('eth.dst', dst);
  add('eth.src', src);
  add('eth.type', hex(tags[0]?.tpid ?? etherType));
  tags.forEach(({ tpid, pcp, dei, vid }, index) => {
    const isServiceTag = tpid === TPID_S;
    add(isServiceTag ? 'ieee8021ad.id' : 'vlan.id', vid);
    add(isServiceTag ? 'ieee8021ad.priority' : 'vlan.priority', pcp);
    add(isServiceTag ? 'ieee8021ad.dei' : 'vlan.dei', dei);
    add(isServiceTag ? 'ieee8021ah.etype' : 'vlan.etype', hex(tags[index + 1]?.tpid ?? etherType));
  });
  if (content.kind === 'arp') addArp(content.arp, add);
  else if (content.kind === 'ipv4') addIp(content.ip, add);
  return values;
}

type Add = (field: TsharkField, value: string | number | boolean) => void;

function addArp(arp: ArpPacket, add: Add): void {
  add('arp.hw.type', 1);
  add('arp.proto.type', '0x0800');
  add('arp.hw.size', 6);
  add('arp.proto.size', 4);
  add('arp.opcode', arp.operation);
  add('arp.src.hw_mac', arp.senderMac);
  add('arp.src.proto_ipv4', formatIpv4Address(arp.senderIp));
  add('arp.dst.hw_mac', arp.targetMac);
  add('arp.dst.proto_ipv4', formatIpv4Address(arp.targetIp));
}

function addIp({ packet, content }: IpLayers, add: Add): void {
  add('ip.version', 4);
  add('ip.hdr_len', 20 + packet.options.length);
  add('ip.dsfield.dscp', packet.dscp);
  add('ip.len', 20 + packet.options.length + transportSize(content));
  add('ip.id', hex(packet.identification));
  add('ip.flags.df', packet.dontFragment);
  add('ip.flags.mf', packet.moreFragments);
  // tshark 4 prints the field itself, in units of eight bytes.
  add('ip.frag_offset', packet.fragmentOffset / 8);
  add('ip.ttl', packet.ttl);
  add('ip.proto', packet.protocol);
  add('ip.checksum.status', GOOD);
  add('ip.src', formatIpv4Address(packet.src));
  add('ip.dst', formatIpv4Address(packet.dst));
  if (content.kind === 'icmp') addIcmp(content.icmp, content.quoted, add);
  else if (content.kind === 'udp') addUdp(content.udp, add);
  else if (content.kind === 'tcp') addTcp(content.tcp, add);
}

function addIcmp(icmp: IcmpMessage, quoted: IpLayers | undefined, add: Add): void {
  add('icmp.type', icmp.type);
  add('icmp.code', icmp.code);
  add('icmp.checksum.status', GOOD);
  if (isEcho(icmp.type)) {
    add('icmp.ident', icmp.identifier);
    add('icmp.seq', icmp.sequence);
  }
  if (quoted !== undefined) addIp(quoted, add);
}

function addUdp(udp: UdpDatagram, add: Add): void {
  add('udp.srcport', udp.srcPort);
  add('udp.dstport', udp.dstPort);
  add('udp.length', 8 + udp.payload.length);
  add('udp.checksum.status', GOOD);
  if (udp.payload.length > 0) add('udp.payload', toHex(udp.payload));
}

function addTcp(tcp: TcpSegment, add: Add): void {
  add('tcp.srcport', tcp.srcPort);
  add('tcp.dstport', tcp.dstPort);
  add('tcp.seq_raw', tcp.sequence);
  add('tcp.ack_raw', tcp.acknowledgement);
  add('tcp.hdr_len', 20 + tcp.options.length);
  add('tcp.flags', hex(tcp.flags));
  add('tcp.window_size_value', tcp.window);
  add('tcp.checksum.status', GOOD);
  if (tcp.options.length > 0) add('tcp.options', toHex(tcp.options));
  if (tcp.payload.length > 0) add('tcp.payload', toHex(tcp.payload));
}

function transportSize(content: IpLayers['content']): number {
  if (content.kind === 'icmp') return 8 + content.icmp.payload.length;
  if (content.kind === 'udp') return 8 + content.udp.payload.length;
  return content.kind === 'tcp' ? 20 + content.tcp.options.length + content.tcp.payload.length : content.data.length;
}

function hex(number: number): string {
  return `0x${number.toString(16).padStart(4, '0')}`;
}
