/**
 * Values as nft prints them: names where it has one, sets in ascending order, prefixes where a range is one; as text and for
 * `-j`.
 *
 * Read first: nftables 1.0.6 src/datatype.c, src/segtree.c (interval_map_decompose), src/json.c.
 */
import type { Interval } from '../../filter/ruleset.ts';
import { NAMED_VALUES, type FieldSpec } from './fields.ts';
import { fullMask } from './values.ts';

export type Json = string | number | null | readonly Json[] | { readonly [name: string]: Json };

export interface Printed {
  readonly text: string;
  readonly json: Json;
}

export interface Bounds {
  readonly low: bigint;
  readonly high: bigint;
}

/** The field's value in its bytes. */
export function valueOf(bytes: Uint8Array, { shift, bits }: FieldSpec): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return (value >> BigInt(shift)) & ((1n << BigInt(bits)) - 1n);
}

export function boundsOf(intervals: readonly Interval[], spec: FieldSpec): Bounds[] {
  return intervals.map(({ low, high }) => ({ low: valueOf(low, spec), high: valueOf(high, spec) }));
}

/** Kinds whose unknown values are hexadecimal, with their digits. */
const HEX_DIGITS: Partial<Record<FieldSpec['type'], number>> = { ethertype: 4, dscp: 2, 'tcp-flags': 2 };

export function printValue(value: bigint, spec: FieldSpec): Printed {
  const name = nameOf(value, spec);
  return name === undefined ? printNumber(value, spec) : same(name);
}

/** Without names. */
function printNumber(value: bigint, spec: FieldSpec): Printed {
  if (spec.type === 'mac')
    return same(
      octets(value, 6, 16)
        .map((octet) => octet.padStart(2, '0'))
        .join(':'),
    );
  if (spec.type === 'ip') return same(octets(value, 4, 10).join('.'));
  if (spec.type === 'ip6') return same(ip6Text(value));
  if (spec.type === 'raw') return printBytes(value);
  if (spec.type === 'tcp-flags') return printFlags(value, ' | ');
  const digits = HEX_DIGITS[spec.type];
  const text = digits === undefined ? String(value) : `0x${value.toString(16).padStart(digits, '0')}`;
  return { text, json: Number(value) };
}

/** A number too long for JSON is text there. */
function printBytes(value: bigint): Printed {
  const text = `0x${value.toString(16)}`;
  return { text, json: value > BigInt(Number.MAX_SAFE_INTEGER) ? text : Number(value) };
}

function same(text: string): Printed {
  return { text, json: text };
}

/** Names that nft prefers to the first of its list. */
const PREFERRED: Readonly<Record<string, string>> = { icmpv6: 'ipv6-icmp', vlan: '8021q' };

function nameOf(value: bigint, { type }: FieldSpec): string | undefined {
  // Ports are numbers unless one asks for names; flags are told by their bits.
  if (type === 'service' || type === 'tcp-flags') return undefined;
  const names = NAMED_VALUES[type] ?? {};
  const name = Object.keys(names).find((each) => BigInt(names[each]!) === value);
  return name === undefined ? undefined : (PREFERRED[name] ?? name);
}

/** Bits by name from the lowest on; what has none, or nothing, as a number. */
export function printFlags(value: bigint, separator: string): Printed {
  const names = Object.entries(NAMED_VALUES['tcp-flags']!)
    .filter(([, bit]) => (value & BigInt(bit)) !== 0n)
    .map(([name]) => name);
  if (names.length === 0) return { text: '0x0', json: 0 };
  return { text: names.join(separator), json: names.length === 1 ? names[0]! : names };
}

function octets(value: bigint, count: number, radix: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    ((value >> BigInt(8 * (count - 1 - index))) & 0xffn).toString(radix),
  );
}

/** RFC 5952, and as inet_ntop the dotted form of addresses that are mapped. */
function ip6Text(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => (value >> BigInt(16 * (7 - index))) & 0xffffn);
  const isMapped = groups.slice(0, 5).every((group) => group === 0n) && groups[5] === 0xffffn;
  const isCompatible = groups.slice(0, 6).every((group) => group === 0n) && groups[6] !== 0n;
  if (isMapped || isCompatible) {
    const dotted = octets(value & 0xffff_ffffn, 4, 10).join('.');
    return isMapped ? `::ffff:${dotted}` : `::${dotted}`;
  }
  const texts = groups.map((group) => group.toString(16));
  const gap = longestGap(groups);
  if (gap === null) return texts.join(':');
  return `${texts.slice(0, gap.at).join(':')}::${texts.slice(gap.at + gap.length).join(':')}`;
}

/** The first of the longest runs of zeros, if it is longer than one. */
function longestGap(groups: readonly bigint[]): { at: number; length: number } | null {
  let best: { at: number; length: number } | null = null;
  for (let at = 0; at < groups.length; at++) {
    let length = 0;
    while (groups[at + length] === 0n) length++;
    if (length > 1 && length > (best?.length ?? 1)) best = { at, length };
  }
  return best;
}

// --- Ranges and sets

const HAS_PREFIXES: ReadonlySet<FieldSpec['type']> = new Set(['ip', 'ip6']);

/** In text its ends are numbers, even where they have names. */
export function printRange({ low, high }: Bounds, spec: FieldSpec): Printed {
  const [first, last] = [printNumber(low, spec), printNumber(high, spec)];
  const json = { range: [printValue(low, spec).json, printValue(high, spec).json] };
  return { text: `${first.text}-${last.text}`, json };
}

export function printPrefix(address: bigint, length: number, spec: FieldSpec): Printed {
  const { text, json } = printValue(address, spec);
  return { text: `${text}/${length}`, json: { prefix: { addr: json, len: length } } };
}

/** An element of a set: one value, a prefix where the range is one, or a range. */
function printElement(bounds: Bounds, spec: FieldSpec): Printed {
  const { low, high } = bounds;
  if (low === high) return printValue(low, spec);
  const span = low ^ high;
  const isPrefix = (span & (span + 1n)) === 0n && (low & span) === 0n;
  if (isPrefix && HAS_PREFIXES.has(spec.type)) return printPrefix(low, spec.bits - span.toString(2).length, spec);
  return printRange(bounds, spec);
}

export function printElements(all: readonly Bounds[], spec: FieldSpec): Printed[] {
  return all.map((bounds) => printElement(bounds, spec));
}

export function ascending(all: readonly Bounds[]): Bounds[] {
  return [...all].sort((a, b) => (a.low < b.low ? -1 : a.low > b.low ? 1 : a.high < b.high ? -1 : 1));
}

/** Once each; where there are ranges, what touches or overlaps is one. */
export function merged(all: readonly Bounds[]): Bounds[] {
  const hasRanges = all.some(({ low, high }) => low !== high);
  const result: Bounds[] = [];
  for (const bounds of ascending(all)) {
    const last = result.at(-1);
    const touches = last !== undefined && bounds.low <= (hasRanges ? last.high + 1n : last.high);
    if (touches) result[result.length - 1] = { low: last.low, high: bounds.high > last.high ? bounds.high : last.high };
    else result.push(bounds);
  }
  return result;
}

export function printSet(elements: readonly Printed[]): Printed {
  return {
    text: `{ ${elements.map(({ text }) => text).join(', ')} }`,
    json: { set: elements.map(({ json }) => json) },
  };
}

/** The length of a mask that is a prefix's; null where it is none. */
export function prefixLength(mask: bigint, spec: FieldSpec): number | null {
  const rest = mask ^ fullMask(spec);
  if (!HAS_PREFIXES.has(spec.type) || (rest & (rest + 1n)) !== 0n) return null;
  return spec.bits - (rest === 0n ? 0 : rest.toString(2).length);
}
