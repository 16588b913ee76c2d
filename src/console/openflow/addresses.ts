/**
 * Addresses as Open vSwitch reads and prints them. It reads numbers too large for their place without complaint and keeps their
 * low byte: 10.0.0.300 is 10.0.0.44. Read first: lib/packets.c (ip_parse_masked, ipv6_parse_masked, ip_format_masked),
 * lib/util.c (ovs_scan), glibc's inet_pton(3) and inet_ntop(3).
 */
import { onesOf } from './fields.ts';
import { scanUnsigned, wholeNumber } from './numbers.ts';
import { wrong, type Piece } from './problem.ts';

export interface Masked {
  readonly value: bigint;
  readonly mask: bigint;
}

// --- Ethernet

const OCTET = String.raw`\s*[+-]?(?:0[xX])?[0-9a-fA-F]+`;
const MAC = Array.from({ length: 6 }, () => `(${OCTET})`).join(':');
const MAC_START = new RegExp(`^${MAC}`);
const MAC_WHOLE = new RegExp(`^${MAC}(?:/${MAC})?$`);

export function readMaskedMac(piece: Piece): Masked {
  const octets = MAC_WHOLE.exec(piece.text);
  if (octets === null) {
    return wrong(piece, 'address', `${piece.text}: invalid Ethernet address`, '00:00:5e:00:53:0a[/ff:ff:ff:00:00:00]');
  }
  const mask = octets[7] === undefined ? onesOf(48) : macOf(octets.slice(7, 13));
  return { value: macOf(octets.slice(1, 7)), mask };
}

/** What stands behind the address is not looked at. */
export function readMac(piece: Piece): bigint {
  const octets = MAC_START.exec(piece.text);
  if (octets === null) return wrong(piece, 'address', `invalid mac address ${piece.text}`, '00:00:5e:00:53:0a');
  return macOf(octets.slice(1, 7));
}

function macOf(octets: readonly string[]): bigint {
  return octets.reduce((mac, octet) => (mac << 8n) | lowByte(octet, 16), 0n);
}

function lowByte(text: string, base: 10 | 16): bigint {
  const [, sign, digits] = /^\s*([+-]?)(.*)$/s.exec(text)!;
  const magnitude = BigInt(base === 16 ? `0x${digits!.replace(/^0x/i, '')}` : digits!);
  return BigInt.asUintN(8, sign === '-' ? -magnitude : magnitude);
}

export function macText(value: bigint): string {
  return value.toString(16).padStart(12, '0').match(/../g)!.join(':');
}

// --- IPv4

const QUAD = Array.from({ length: 4 }, () => String.raw`(\s*[+-]?\d+)`).join('\\.');
const IPV4_AND_MASK = new RegExp(`^${QUAD}/${QUAD}`);
const IPV4_AND_PREFIX = new RegExp(String.raw`^${QUAD}/(\s*[+-]?\d+)`);
const IPV4 = new RegExp(`^${QUAD}`);

export function readMaskedIpv4(piece: Piece): Masked {
  const { text } = piece;
  const [match, mask] = ipv4AndMask(piece);
  if (match === null || match[0].length !== text.length) {
    return wrong(piece, 'address', `${text}: invalid IP address`, '192.0.2.11[/24]');
  }
  return { value: quadOf(match.slice(1, 5)), mask };
}

function ipv4AndMask(piece: Piece): [RegExpExecArray | null, bigint] {
  const masked = IPV4_AND_MASK.exec(piece.text);
  if (masked !== null) return [masked, quadOf(masked.slice(5, 9))];
  const prefixed = IPV4_AND_PREFIX.exec(piece.text);
  if (prefixed === null) return [IPV4.exec(piece.text), onesOf(32)];
  const what = 'IPv4 network prefix bits not between 0 and 32, inclusive';
  return [prefixed, prefixMask(prefixed[5]!, 32) ?? wrong(piece, 'prefix', `${piece.text}: ${what}`, '/0〜/32')];
}

function quadOf(bytes: readonly string[]): bigint {
  return bytes.reduce((address, byte) => (address << 8n) | lowByte(byte, 10), 0n);
}

/** As inet_pton(3) reads it: four decimal numbers up to 255, without leading zeros. */
export function readHostIpv4(piece: Piece): bigint {
  const address = ipv4Of(piece.text);
  if (address !== null) return address;
  return wrong(piece, 'address', `${piece.text}: could not convert to IP address`, '192.0.2.11');
}

function ipv4Of(text: string): bigint | null {
  const isDotted = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/.test(text);
  const bytes = text.split('.').map(Number);
  if (!isDotted || bytes.some((byte) => byte > 255)) return null;
  return bytes.reduce((address, byte) => (address << 8n) | BigInt(byte), 0n);
}

export function ipv4Text(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
}

export function maskedIpv4Text({ value, mask }: Masked): string {
  const prefix = prefixOf(mask, 32);
  if (prefix === 32) return ipv4Text(value);
  return `${ipv4Text(value)}/${prefix ?? ipv4Text(mask)}`;
}

// --- IPv6

const IPV6_CHARACTERS = /^\s*([0-9a-fA-F:.]{1,46})/;

export function readMaskedIpv6(piece: Piece): Masked {
  const invalid = `${piece.text}: invalid IPv6 address`;
  const address = IPV6_CHARACTERS.exec(piece.text);
  const value = address === null ? null : ipv6Of(address[1]!);
  if (value === null) return wrong(piece, 'address', invalid, '2001:db8::1[/64]');
  let rest = piece.text.slice(address![0].length);
  let mask: bigint | null = onesOf(128);
  const prefix = /^\/(\s*[+-]?\d+)/.exec(rest);
  const pattern = /^\/([0-9a-fA-F:.]{1,46})/.exec(rest);
  if (prefix !== null) {
    const what = 'IPv6 network prefix bits not between 0 and 128, inclusive';
    mask = prefixMask(prefix[1]!, 128) ?? wrong(piece, 'prefix', `${piece.text}: ${what}`, '/0〜/128');
    rest = rest.slice(prefix[0].length);
  } else if (pattern !== null) {
    mask = ipv6Of(pattern[1]!);
    if (mask === null) return wrong(piece, 'mask', `${piece.text}: Invalid IPv6 mask`, '/64');
    rest = rest.slice(pattern[0].length);
  }
  if (rest !== '') return wrong(piece, 'address', invalid, '2001:db8::1[/64]');
  return { value, mask };
}

/** inet_pton(3) */
function ipv6Of(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half, index) => groupsOf(half, index === halves.length - 1));
  if (head === null || head === undefined || tail === null) return null;
  if (tail === undefined) return head.length === 8 ? joined(head) : null;
  const missing = 8 - head.length - tail.length;
  return missing < 1 ? null : joined([...head, ...Array.from({ length: missing }, () => 0n), ...tail]);
}

/** Groups of 16 bits; the last two may be an IPv4 address. */
function groupsOf(text: string, isLast: boolean): bigint[] | null {
  if (text === '') return [];
  const groups: bigint[] = [];
  const words = text.split(':');
  for (const [index, word] of words.entries()) {
    const ipv4 = isLast && index === words.length - 1 ? ipv4Of(word) : null;
    if (ipv4 !== null) groups.push(ipv4 >> 16n, ipv4 & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/i.test(word)) groups.push(BigInt(`0x${word}`));
    else return null;
  }
  return groups;
}

function joined(groups: readonly bigint[]): bigint {
  return groups.reduce((address, group) => (address << 16n) | group, 0n);
}

/** inet_ntop(3): the longest run of zero groups is left out; what begins with zeros may end like an IPv4 address. */
export function ipv6Text(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => (value >> BigInt(112 - 16 * index)) & 0xffffn);
  const run = longestRun(groups);
  const isIpv4 = run?.start === 0 && (run.length === 6 || (run.length === 5 && groups[5] === 0xffffn));
  const text = (from: number, to: number): string => {
    const words = groups.slice(from, isIpv4 ? Math.min(to, 6) : to).map((group) => group.toString(16));
    return [...words, ...(isIpv4 && to === 8 ? [ipv4Text(value & 0xffffffffn)] : [])].join(':');
  };
  if (run === null) return text(0, 8);
  return `${text(0, run.start)}::${text(run.start + run.length, 8)}`;
}

/** The first of the longest, of two groups at least. */
function longestRun(groups: readonly bigint[]): { start: number; length: number } | null {
  let best: { start: number; length: number } | null = null;
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0n) length++;
    if (length >= 2 && length > (best?.length ?? 0)) best = { start, length };
  }
  return best;
}

export function maskedIpv6Text({ value, mask }: Masked): string {
  const prefix = prefixOf(mask, 128);
  if (prefix === 128) return ipv6Text(value);
  return `${ipv6Text(value)}/${prefix ?? ipv6Text(mask)}`;
}

// --- Masks

/** `text`: an int of C, which may be negative. */
function prefixMask(text: string, bits: number): bigint | null {
  const trimmed = text.trim();
  const scanned = scanUnsigned(trimmed, 10);
  const prefix = wholeNumber(trimmed, bits, 10) ?? (scanned === null ? -1 : Number(BigInt.asIntN(32, scanned.value)));
  if (prefix < 0 || prefix > bits) return null;
  return onesOf(bits) ^ onesOf(bits - prefix);
}

/** How many leading ones, if nothing but zeros follows. */
export function prefixOf(mask: bigint, bits: number): number | null {
  const zeros = onesOf(bits) ^ mask;
  return (zeros & (zeros + 1n)) === 0n ? bits - zeros.toString(2).replace(/^0$/, '').length : null;
}
