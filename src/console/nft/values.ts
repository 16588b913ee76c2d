/**
 * Right-hand sides of nft matches: a value, a range, a prefix or a set becomes intervals of byte strings, laid out as the
 * field's bytes are.
 */
import { malformed, type Malformed } from '../../wire/malformed.ts';
import type { Interval } from '../../filter/ruleset.ts';
import { NAMED_VALUES, type FieldSpec } from './fields.ts';
import type { Token } from './lexer.ts';

/** Everything a field's value can be, as a number of its bits. */
export function parseValue(token: Token, field: FieldSpec): bigint | Malformed {
  const value = numberOf(token, field);
  if (value === null) return malformed('nft', 'value', token.at, token.text, examples(field));
  const max = (1n << BigInt(field.bits)) - 1n;
  return value <= max ? value : malformed('nft', 'value', token.at, token.text, `0〜${max}`);
}

function numberOf(token: Token, field: FieldSpec): bigint | null {
  const named = NAMED_VALUES[field.type];
  if (named !== undefined && Object.hasOwn(named, token.text)) return BigInt(named[token.text]!);
  switch (field.type) {
    case 'mac':
      return token.kind === 'mac' ? macNumber(token.text) : null;
    case 'ip':
      // A plain number is an address, too (inet_aton).
      if (token.kind === 'number') return BigInt(token.text);
      return token.kind === 'ip' ? ipNumber(token.text) : null;
    case 'ip6':
      return token.kind === 'ip6' ? ip6Number(token.text) : null;
    default:
      return token.kind === 'number' ? BigInt(token.text) : null;
  }
}

const EXAMPLES: Partial<Record<FieldSpec['type'], string>> = {
  mac: '00:00:5e:00:53:0a',
  ip: '192.0.2.11',
  ip6: '2001:db8::1',
};

function examples(field: FieldSpec): string {
  const names = Object.keys(NAMED_VALUES[field.type] ?? {});
  const number = `0〜${(1n << BigInt(field.bits)) - 1n}`;
  return EXAMPLES[field.type] ?? (names.length > 0 ? `${names.slice(0, 6).join(', ')}, ${number}` : number);
}

function macNumber(text: string): bigint {
  return BigInt(
    `0x${text
      .split(':')
      .map((octet) => octet.padStart(2, '0'))
      .join('')}`,
  );
}

function ipNumber(text: string): bigint | null {
  // A leading zero means octal, as in inet_aton, which nft inherits.
  const octets = text.split('.').map((octet) => Number.parseInt(octet, /^0\d/.test(octet) ? 8 : 10));
  if (octets.length !== 4 || octets.some((octet) => octet > 255)) return null;
  return octets.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
}

function ip6Number(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map(groups);
  if (head === null || tail === null || head === undefined) return null;
  if (tail === undefined) return head.length === 8 ? joinGroups(head) : null;
  const gap = 8 - head.length - tail.length;
  return gap < 1 ? null : joinGroups([...head, ...Array<number>(gap).fill(0), ...tail]);
}

function groups(text: string): number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const last = parts.at(-1)!;
  if (last.includes('.')) {
    const ip = ipNumber(last);
    if (ip === null) return null;
    parts.splice(-1, 1, (ip >> 16n).toString(16), (ip & 0xffffn).toString(16));
  }
  return parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part)) ? parts.map((part) => Number.parseInt(part, 16)) : null;
}

function joinGroups(all: readonly number[]): bigint {
  return all.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
}

/** The value's bits at their place in the field's bytes. */
export function toBytes(value: bigint, field: FieldSpec): Uint8Array {
  const bytes = new Uint8Array(field.size);
  let rest = value << BigInt(field.shift);
  for (let at = field.size - 1; at >= 0; at--) {
    bytes[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

export function fullMask(field: FieldSpec): bigint {
  return (1n << BigInt(field.bits)) - 1n;
}

/** A mask of `length` leading ones. */
export function prefixMask(length: number, field: FieldSpec): bigint {
  return (fullMask(field) >> BigInt(length)) ^ fullMask(field);
}

export interface Range {
  readonly low: bigint;
  readonly high: bigint;
  /** Written with two ends, which may be the same. */
  readonly hasEnds?: boolean;
}

export function toIntervals(ranges: readonly Range[], field: FieldSpec): Interval[] {
  return ranges.map(({ low, high }) => ({ low: toBytes(low, field), high: toBytes(high, field) }));
}
