/**
 * TCP headers (RFC 9293 3.1): ports, sequence and acknowledgement numbers, data offset, flags, window, checksum, urgent
 * pointer, options.
 *
 * What surprises: the data offset counts 32-bit words; there is no length field, the IP header's total length decides
 * where the segment ends.
 */
import { malformed, type Malformed } from './malformed.ts';
import { concatBytes, readUint16, readUint32, writeUint16, writeUint32 } from './bytes.ts';
import { expectedTransportChecksum, transportChecksum } from './checksum.ts';
import { PROTOCOL_TCP, type Ipv4Address } from './ipv4.ts';

// --- Constants

export const TCP_HEADER_SIZE = 20;
export const TCP_FIN = 0x01;
export const TCP_SYN = 0x02;
export const TCP_RST = 0x04;
export const TCP_PSH = 0x08;
export const TCP_ACK = 0x10;
export const TCP_URG = 0x20;

export interface TcpSegment {
  readonly srcPort: number;
  readonly dstPort: number;
  readonly sequence: number;
  readonly acknowledgement: number;
  /** Union of the TCP_* bits. */
  readonly flags: number;
  readonly window: number;
  /** Counts from the sequence number; means something with TCP_URG only. */
  readonly urgentPointer: number;
  /** A multiple of four bytes. */
  readonly options: Uint8Array;
  readonly payload: Uint8Array;
}

// --- View over bytes

export function tcpHeaderSizeOf(bytes: Uint8Array, at: number): number {
  return (bytes[at + 12]! >> 4) * 4;
}

// --- Checked parse

/** `bytes` is the IP packet's payload; the addresses are those of its pseudo header. */
export function parseTcp(bytes: Uint8Array, src: Ipv4Address, dst: Ipv4Address): TcpSegment | Malformed {
  if (bytes.length < TCP_HEADER_SIZE) return malformed('tcp', 'length', 0, `${bytes.length} B`, `${TCP_HEADER_SIZE} B`);
  const headerSize = tcpHeaderSizeOf(bytes, 0);
  if (headerSize < TCP_HEADER_SIZE || headerSize > bytes.length) {
    const most = headerSize < TCP_HEADER_SIZE ? 15 : bytes.length >> 2;
    return malformed('tcp', 'data offset', 12, headerSize / 4, `5〜${most}`);
  }
  if (transportChecksum(bytes, src, dst, PROTOCOL_TCP) !== 0) {
    const expected = expectedTransportChecksum(bytes, src, dst, PROTOCOL_TCP, 16);
    return malformed('tcp', 'checksum', 16, readUint16(bytes, 16), String(expected));
  }
  return {
    srcPort: readUint16(bytes, 0),
    dstPort: readUint16(bytes, 2),
    sequence: readUint32(bytes, 4),
    acknowledgement: readUint32(bytes, 8),
    flags: bytes[13]!,
    window: readUint16(bytes, 14),
    urgentPointer: readUint16(bytes, 18),
    options: bytes.slice(TCP_HEADER_SIZE, headerSize),
    payload: bytes.slice(headerSize),
  };
}

// --- Emit

export function emitTcp(segment: TcpSegment, src: Ipv4Address, dst: Ipv4Address): Uint8Array {
  const header = new Uint8Array(TCP_HEADER_SIZE);
  writeUint16(header, 0, segment.srcPort);
  writeUint16(header, 2, segment.dstPort);
  writeUint32(header, 4, segment.sequence);
  writeUint32(header, 8, segment.acknowledgement);
  header[12] = ((TCP_HEADER_SIZE + segment.options.length) / 4) << 4;
  header[13] = segment.flags;
  writeUint16(header, 14, segment.window);
  writeUint16(header, 18, segment.urgentPointer);
  const bytes = concatBytes(header, segment.options, segment.payload);
  writeUint16(bytes, 16, transportChecksum(bytes, src, dst, PROTOCOL_TCP));
  return bytes;
}

// --- Printer

const FLAG_NAMES: readonly [number, string][] = [
  [TCP_SYN, 'SYN'],
  [TCP_ACK, 'ACK'],
  [TCP_FIN, 'FIN'],
  [TCP_RST, 'RST'],
  [TCP_PSH, 'PSH'],
  [TCP_URG, 'URG'],
];

export function formatTcp(segment: TcpSegment): string {
  const flags = FLAG_NAMES.filter(([bit]) => segment.flags & bit).map(([, name]) => name);
  return `tcp ${segment.srcPort} > ${segment.dstPort} [${flags.join(' ')}] ${segment.payload.length} B`;
}
