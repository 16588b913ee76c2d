/**
 * IPv4 headers (RFC 791) and addresses, which are unsigned 32-bit numbers everywhere inside and text only at the edges.
 *
 * What surprises: the header's length is a field (IHL, in 32-bit words); the total length may be shorter than the
 * frame's payload, because Ethernet pads small frames; what is behind it is not part of the packet.
 */
import { malformed, type Malformed } from './malformed.ts';
import { concatBytes, readUint16, readUint32, writeUint16, writeUint32 } from './bytes.ts';
import { checksum, expectedChecksum } from './checksum.ts';

// --- Constants

export const IPV4_HEADER_SIZE = 20;
export const PROTOCOL_ICMP = 1;
export const PROTOCOL_TCP = 6;
export const PROTOCOL_UDP = 17;
export const DEFAULT_TTL = 64;
export const LIMITED_BROADCAST = 0xffffffff;

/** Unsigned 32 bits. */
export type Ipv4Address = number;

export interface Ipv4Network {
  readonly address: Ipv4Address;
  /** 0 to 32. */
  readonly prefix: number;
}

export interface Ipv4Packet {
  readonly dscp: number;
  /** The two bits behind DSCP (RFC 3168 5). */
  readonly ecn: number;
  readonly identification: number;
  readonly dontFragment: boolean;
  readonly moreFragments: boolean;
  /** In bytes. */
  readonly fragmentOffset: number;
  readonly ttl: number;
  readonly protocol: number;
  readonly src: Ipv4Address;
  readonly dst: Ipv4Address;
  readonly options: Uint8Array;
  readonly payload: Uint8Array;
}

// --- View over bytes (`at`: the header's first byte)

export function headerSizeOf(bytes: Uint8Array, at: number): number {
  return (bytes[at]! & 0x0f) * 4;
}

export function totalLengthOf(bytes: Uint8Array, at: number): number {
  return readUint16(bytes, at + 2);
}

export function ttlOf(bytes: Uint8Array, at: number): number {
  return bytes[at + 8] ?? 0;
}

export function srcIpOf(bytes: Uint8Array, at: number): Ipv4Address {
  return readUint32(bytes, at + 12);
}

export function dstIpOf(bytes: Uint8Array, at: number): Ipv4Address {
  return readUint32(bytes, at + 16);
}

// --- Checked parse

export function parseIpv4(bytes: Uint8Array, at = 0): Ipv4Packet | Malformed {
  const size = bytes.length - at;
  if (size < IPV4_HEADER_SIZE) return malformed('ipv4', 'length', at, `${size} B`, `${IPV4_HEADER_SIZE} B`);
  if (bytes[at]! >> 4 !== 4) return malformed('ipv4', 'version', at, bytes[at]! >> 4, '4');
  const headerSize = headerSizeOf(bytes, at);
  if (headerSize < IPV4_HEADER_SIZE || headerSize > size) {
    const most = headerSize < IPV4_HEADER_SIZE ? 15 : size >> 2;
    return malformed('ipv4', 'IHL', at, headerSize / 4, `5〜${most}`);
  }
  const total = totalLengthOf(bytes, at);
  if (total < headerSize || total > size) {
    return malformed('ipv4', 'total length', at + 2, total, `${headerSize}〜${size}`);
  }
  const flags = readUint16(bytes, at + 6);
  return {
    dscp: bytes[at + 1]! >> 2,
    ecn: bytes[at + 1]! & 3,
    identification: readUint16(bytes, at + 4),
    dontFragment: (flags & 0x4000) !== 0,
    moreFragments: (flags & 0x2000) !== 0,
    fragmentOffset: (flags & 0x1fff) * 8,
    ttl: bytes[at + 8]!,
    protocol: bytes[at + 9]!,
    src: srcIpOf(bytes, at),
    dst: dstIpOf(bytes, at),
    options: bytes.slice(at + IPV4_HEADER_SIZE, at + headerSize),
    payload: bytes.slice(at + headerSize, at + total),
  };
}

/** The sum over a correct header is zero (RFC 1071). */
export function hasGoodHeaderChecksum(bytes: Uint8Array, at = 0): boolean {
  return checksum(bytes, at, at + headerSizeOf(bytes, at)) === 0;
}

/** What the checksum field should hold. */
export function expectedHeaderChecksum(bytes: Uint8Array, at = 0): number {
  return expectedChecksum(bytes, at, at + headerSizeOf(bytes, at), at + 10);
}

/** Without leading zeros: some tools read them as octal, others do not (RFC 6943 3.1.1). */
export function parseIpv4Address(text: string): Ipv4Address | Malformed {
  const isDotted = /^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(text.trim());
  const parts = text.split('.').map(Number);
  if (!isDotted || parts.some((part) => part > 255)) return malformed('ipv4', 'address', 0, text, '192.0.2.11');
  return parts.reduce((address, part) => address * 256 + part, 0);
}

/** `192.0.2.11/24`: an address and how many leading bits name its subnet. */
export function parseIpv4Network(text: string): Ipv4Network | Malformed {
  const [addressText = '', prefixText = '', ...rest] = text.trim().split('/');
  const address = parseIpv4Address(addressText);
  if (typeof address !== 'number') return malformed('ipv4', 'network', 0, text, '192.0.2.11/24');
  const prefix = /^\d{1,2}$/.test(prefixText) && rest.length === 0 ? Number(prefixText) : Number.NaN;
  if (!(prefix <= 32)) return malformed('ipv4', 'prefix', addressText.length, text, '/0〜/32');
  return { address, prefix };
}

export function subnetMask(prefix: number): number {
  return prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
}

export function isInNetwork(address: Ipv4Address, network: Ipv4Network): boolean {
  return ((address ^ network.address) & subnetMask(network.prefix)) === 0;
}

/** The address whose host bits are all ones (RFC 919); a network of one or two addresses has none (RFC 3021). */
export function directedBroadcast(network: Ipv4Network): Ipv4Address | null {
  return network.prefix > 30 ? null : (network.address | ~subnetMask(network.prefix)) >>> 0;
}

/** 224.0.0.0/4 (RFC 1112 4). */
export function isMulticast(address: Ipv4Address): boolean {
  return address >>> 28 === 14;
}

/** 0.0.0.0/8 and 127.0.0.0/8 (RFC 1122 3.2.1.3): "this host", never on a wire but as the source of who has no address. */
export function isThisHost(address: Ipv4Address): boolean {
  return address >>> 24 === 0 || address >>> 24 === 127;
}

// --- Emit

export function emitIpv4(packet: Ipv4Packet): Uint8Array {
  const headerSize = IPV4_HEADER_SIZE + packet.options.length;
  const header = new Uint8Array(headerSize);
  header[0] = 0x40 | (headerSize / 4);
  header[1] = (packet.dscp << 2) | packet.ecn;
  writeUint16(header, 2, headerSize + packet.payload.length);
  writeUint16(header, 4, packet.identification);
  const flags = (packet.dontFragment ? 0x4000 : 0) | (packet.moreFragments ? 0x2000 : 0);
  writeUint16(header, 6, flags | (packet.fragmentOffset / 8));
  header[8] = packet.ttl;
  header[9] = packet.protocol;
  writeUint32(header, 12, packet.src);
  writeUint32(header, 16, packet.dst);
  header.set(packet.options, IPV4_HEADER_SIZE);
  writeUint16(header, 10, checksum(header));
  return concatBytes(header, packet.payload);
}

/** The same packet with another TTL; its checksum is right again, nothing else changes. */
export function withTtl(packet: Uint8Array, ttl: number): Uint8Array {
  const bytes = packet.slice();
  bytes[8] = ttl;
  writeUint16(bytes, 10, expectedHeaderChecksum(bytes));
  return bytes;
}

// --- Printer

export function formatIpv4Address(address: Ipv4Address): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

export function formatIpv4Network(network: Ipv4Network): string {
  return `${formatIpv4Address(network.address)}/${network.prefix}`;
}

export function formatIpv4(packet: Ipv4Packet): string {
  return `${formatIpv4Address(packet.src)} > ${formatIpv4Address(packet.dst)} proto ${packet.protocol} ttl ${packet.ttl}`;
}
