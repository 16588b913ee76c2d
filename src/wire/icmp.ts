/**
 * ICMP (RFC 792): type, code, checksum, four bytes whose meaning the type decides, payload.
 *
 * What surprises: an error carries the IP header and the first eight bytes of the packet it is about (RFC 792; RFC 1812
 * 4.3.2.3 allows more), and that is how the sender knows whose packet it was.
 */
import { malformed, type Malformed } from './malformed.ts';
import { concatBytes, readUint16, writeUint16 } from './bytes.ts';
import { checksum, expectedChecksum } from './checksum.ts';

// --- Constants

export const ICMP_HEADER_SIZE = 8;
export const ICMP_ECHO_REPLY = 0;
export const ICMP_UNREACHABLE = 3;
export const ICMP_ECHO_REQUEST = 8;
export const ICMP_TIME_EXCEEDED = 11;
export const UNREACHABLE_NET = 0;
export const UNREACHABLE_HOST = 1;
export const UNREACHABLE_PROTOCOL = 2;
export const UNREACHABLE_PORT = 3;

export interface IcmpMessage {
  readonly type: number;
  readonly code: number;
  /** Echo: identifier. Otherwise the first half of the four bytes. */
  readonly identifier: number;
  /** Echo: sequence number. Otherwise the second half. */
  readonly sequence: number;
  readonly payload: Uint8Array;
}

// --- View over bytes

export function isEcho(type: number): boolean {
  return type === ICMP_ECHO_REQUEST || type === ICMP_ECHO_REPLY;
}

// --- Checked parse

export function parseIcmp(bytes: Uint8Array, at = 0): IcmpMessage | Malformed {
  const size = bytes.length - at;
  if (size < ICMP_HEADER_SIZE) return malformed('icmp', 'length', at, `${size} B`, `${ICMP_HEADER_SIZE} B`);
  if (checksum(bytes, at) !== 0) {
    const expected = expectedChecksum(bytes, at, bytes.length, at + 2);
    return malformed('icmp', 'checksum', at + 2, readUint16(bytes, at + 2), String(expected));
  }
  return {
    type: bytes[at]!,
    code: bytes[at + 1]!,
    identifier: readUint16(bytes, at + 4),
    sequence: readUint16(bytes, at + 6),
    payload: bytes.slice(at + ICMP_HEADER_SIZE),
  };
}

// --- Emit

export function emitIcmp(message: IcmpMessage): Uint8Array {
  const header = new Uint8Array(ICMP_HEADER_SIZE);
  header[0] = message.type;
  header[1] = message.code;
  writeUint16(header, 4, message.identifier);
  writeUint16(header, 6, message.sequence);
  const bytes = concatBytes(header, message.payload);
  writeUint16(bytes, 2, checksum(bytes));
  return bytes;
}

// --- Printer

const TYPE_NAMES: Readonly<Record<number, string>> = {
  [ICMP_ECHO_REPLY]: 'echo reply',
  [ICMP_UNREACHABLE]: 'destination unreachable',
  [ICMP_ECHO_REQUEST]: 'echo request',
  [ICMP_TIME_EXCEEDED]: 'time exceeded',
};

export function formatIcmp(message: IcmpMessage): string {
  const name = TYPE_NAMES[message.type] ?? `type ${message.type}`;
  return isEcho(message.type)
    ? `${name} id ${message.identifier} seq ${message.sequence}`
    : `${name} code ${message.code}`;
}
