/**
 * UDP (RFC 768): source port, destination port, length, checksum over a pseudo header.
 *
 * What surprises: a checksum field of 0 means that none was computed; a computed 0 is sent as 0xffff.
 */
import { malformed, type Malformed } from './malformed.ts';
import { concatBytes, readUint16, writeUint16 } from './bytes.ts';
import { expectedTransportChecksum, transportChecksum } from './checksum.ts';
import { PROTOCOL_UDP, type Ipv4Address } from './ipv4.ts';

// --- Constants

export const UDP_HEADER_SIZE = 8;

export interface UdpDatagram {
  readonly srcPort: number;
  readonly dstPort: number;
  readonly payload: Uint8Array;
}

// --- View over bytes

export function udpLengthOf(bytes: Uint8Array, at: number): number {
  return readUint16(bytes, at + 4);
}

// --- Checked parse

/** `bytes` is the IP packet's payload; the addresses are those of its pseudo header. */
export function parseUdp(bytes: Uint8Array, src: Ipv4Address, dst: Ipv4Address): UdpDatagram | Malformed {
  if (bytes.length < UDP_HEADER_SIZE) return malformed('udp', 'length', 0, `${bytes.length} B`, `${UDP_HEADER_SIZE} B`);
  const length = udpLengthOf(bytes, 0);
  if (length < UDP_HEADER_SIZE || length > bytes.length) {
    return malformed('udp', 'length', 4, length, `${UDP_HEADER_SIZE}〜${bytes.length}`);
  }
  const datagram = bytes.slice(0, length);
  const field = readUint16(datagram, 6);
  if (field !== 0 && transportChecksum(datagram, src, dst, PROTOCOL_UDP) !== 0) {
    const expected = expectedTransportChecksum(datagram, src, dst, PROTOCOL_UDP, 6) || 0xffff;
    return malformed('udp', 'checksum', 6, field, String(expected));
  }
  return {
    srcPort: readUint16(datagram, 0),
    dstPort: readUint16(datagram, 2),
    payload: datagram.slice(UDP_HEADER_SIZE),
  };
}

// --- Emit

export function emitUdp(datagram: UdpDatagram, src: Ipv4Address, dst: Ipv4Address): Uint8Array {
  const header = new Uint8Array(UDP_HEADER_SIZE);
  writeUint16(header, 0, datagram.srcPort);
  writeUint16(header, 2, datagram.dstPort);
  writeUint16(header, 4, UDP_HEADER_SIZE + datagram.payload.length);
  const bytes = concatBytes(header, datagram.payload);
  writeUint16(bytes, 6, transportChecksum(bytes, src, dst, PROTOCOL_UDP) || 0xffff);
  return bytes;
}

// --- Printer

export function formatUdp(datagram: UdpDatagram): string {
  return `udp ${datagram.srcPort} > ${datagram.dstPort} ${datagram.payload.length} B`;
}
