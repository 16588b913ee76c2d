/** `192.0.2.0/24`, `2001:db8::/32`, or one address: what access lists of either version of IP are written with (RFC 4291 2.2, 2.3). */
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from '../wire/ethernet.ts';
import { isMalformed, malformed, type Malformed } from '../wire/malformed.ts';
import { parseIpv4Address } from '../wire/ipv4.ts';

export interface IpPrefix {
  /** EtherType of its version. */
  readonly type: number;
  /** 4 or 16, big-endian. */
  readonly bytes: Uint8Array;
  /** Leading bits that count. */
  readonly length: number;
}

export function parseIpPrefix(text: string): IpPrefix | Malformed {
  const wrong = malformed('ip', 'prefix', 0, text, '192.0.2.0/24, 2001:db8::/32');
  const [, address = '', digits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text.trim()) ?? [];
  const bytes = address.includes(':') ? ipv6Bytes(address) : ipv4Bytes(address);
  if (bytes === null) return wrong;
  const length = digits === undefined ? 8 * bytes.length : Number(digits);
  return length > 8 * bytes.length
    ? wrong
    : { type: bytes.length === 4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6, bytes, length };
}

function ipv4Bytes(text: string): Uint8Array | null {
  return isMalformed(parseIpv4Address(text)) ? null : Uint8Array.from(text.split('.').map(Number));
}

/** One run of zeros may be left out; the last four bytes may be written as IPv4. */
function ipv6Bytes(text: string): Uint8Array | null {
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  if (halves.length > 2) return null;
  const parts = halves.map((half) => half.map((group, at) => groupBytes(group, at === half.length - 1)));
  if (parts.flat().includes(null)) return null;
  const [head = [], tail = []] = parts.map((half) => (half as number[][]).flat());
  const left = 16 - head.length - tail.length;
  if (halves.length === 1 ? left !== 0 : left < 2) return null;
  return Uint8Array.from([...head, ...Array.from({ length: left }, () => 0), ...tail]);
}

function groupBytes(group: string, isLast: boolean): readonly number[] | null {
  if (group.includes('.')) {
    const bytes = isLast ? ipv4Bytes(group) : null;
    return bytes === null ? null : [...bytes];
  }
  if (!/^[\da-f]{1,4}$/i.test(group)) return null;
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 0xff];
}
