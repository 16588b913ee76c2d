/**
 * One test as nft prints it: which field of which protocol its bytes are, the relation and the value.
 *
 * Read first: nftables 1.0.6 src/netlink_delinearize.c (relational_binop_postprocess), src/payload.c (payload_expr_complete).
 */
import type { FieldTest, NameTest } from '../../filter/ruleset.ts';
import { TAG_SIZE } from '../../wire/dot1q.ts';
import { FIELDS, rawSpec, type FieldSpec, type Protocol } from './fields.ts';
import {
  boundsOf,
  merged,
  prefixLength,
  printElements,
  printFlags,
  printPrefix,
  printRange,
  printSet,
  printValue,
  valueOf,
  type Json,
  type Printed,
} from './print-values.ts';
import { fullMask } from './values.ts';

/** How a rule is written: as nft lists it, which for some rules it would read as another, or so that it is read as itself. */
export interface Style {
  /** With what nft does not recognize as bytes, prefixes that lose bits, and comparisons in its order. */
  readonly asListed: boolean;
  /** Without tests that another one implies. */
  readonly omitsImplied: boolean;
  /** Elements of sets without a name in ascending order. */
  readonly sorts: boolean;
}

export const LISTED: Style = { asListed: true, omitsImplied: true, sorts: true };

/** What the tests so far have settled about the layers. */
export interface Layers {
  hasTag: boolean;
  network: Protocol | null;
  transport: Protocol | null;
}

export interface Located {
  /** Null: bytes that stand for no field that nft knows there. */
  readonly protocol: Protocol | null;
  readonly name: string;
  readonly spec: FieldSpec;
}

const META_NAMES: Readonly<Record<string, string>> = {
  protocol: 'protocol',
  'l4-protocol': 'l4proto',
  'packet-type': 'pkttype',
};
const ETHER_SIZE = 14;

/** The field that a test reads. Which header there is has to be settled; of a transport header ports are known. */
export function locate(test: FieldTest, { hasTag, network, transport }: Layers): Located {
  const { base, offset } = test.field;
  const meta = META_NAMES[base];
  if (meta !== undefined) return { protocol: 'meta', name: meta, spec: FIELDS.meta[meta]! };
  if (base === 'link' && offset < ETHER_SIZE) return find(test, 'ether', 0);
  if (base === 'link' && !hasTag) return find(test, null, 0);
  if (base === 'link') return find(test, 'vlan', TAG_SIZE * Math.floor((offset - ETHER_SIZE) / TAG_SIZE));
  if (base === 'network') return find(test, network, 0);
  const found = find(test, transport, 0);
  return found.protocol === null ? find(test, 'th', 0) : found;
}

function find(test: FieldTest, protocol: Protocol | null, behind: number): Located {
  const fields = protocol === null ? [] : Object.entries(FIELDS[protocol]);
  const found = fields.find(([, spec]) => isField(test, spec, behind));
  if (found !== undefined) return { protocol, name: found[0], spec: found[1] };
  const { base, offset, size } = test.field;
  return { protocol: null, name: '', spec: rawSpec(base as 'link', offset, size) };
}

/** A field of whole bytes is found by its place, one of bits by its mask as well. */
function isField({ field, mask }: FieldTest, spec: FieldSpec, behind: number): boolean {
  if (field.offset !== spec.offset + behind || field.size !== spec.size) return false;
  const isWhole = spec.bits === spec.size * 8;
  if (mask === undefined || isWhole) return isWhole;
  const number = valueOf(mask, { ...spec, bits: spec.size * 8, shift: 0 });
  const own = fullMask(spec) << BigInt(spec.shift);
  return (number & ~own) === 0n;
}

/** Whether the test compares the field with one value for equality. */
export function equalTo(test: FieldTest, spec: FieldSpec): bigint | null {
  const [only, more] = boundsOf(test.intervals, spec);
  if (test.negated || test.set !== undefined || test.relation !== undefined || more !== undefined) return null;
  return only !== undefined && only.low === only.high && maskOf(test, spec) === null ? only.low : null;
}

/** Compared with one value and nothing else, be it for equality or not. */
export function isPlain(test: FieldTest, spec: FieldSpec): boolean {
  return equalTo({ ...test, negated: false }, spec) !== null;
}

/** A mask that is more than the field's own bits. */
function maskOf({ mask }: FieldTest, spec: FieldSpec): bigint | null {
  if (mask === undefined) return null;
  const value = valueOf(mask, spec);
  return value === fullMask(spec) ? null : value;
}

export interface PrintedMatch {
  readonly text: string;
  readonly json: Json;
}

/** `isHidden`: nft does not recognize it where it stands. */
export function printMatch(
  test: FieldTest,
  { protocol, name, spec: own }: Located,
  style: Style,
  isHidden: boolean,
): PrintedMatch {
  const spec: FieldSpec = isHidden ? { ...own, type: 'raw' } : own;
  const left: Printed =
    spec.type === 'raw'
      ? rawField(spec)
      : {
          text: `${protocol} ${name}`,
          json: protocol === 'meta' ? { meta: { key: name } } : { payload: { protocol, field: name } },
        };
  const mask = maskOf(test, spec);
  if (spec.type === 'tcp-flags' && test.set === undefined && test.intervals.length === 1) {
    return printFlagMatch(test, left, mask, spec);
  }
  const length = mask === null || (!style.asListed && hasHostBits(test, mask, spec)) ? null : prefixLength(mask, spec);
  if (mask === null || (length !== null && test.set === undefined && test.intervals.length === 1)) {
    return match(left, printRight(test, spec, length, style), relationOf(test));
  }
  const printedMask = printValue(mask, spec);
  const masked = {
    text: `${left.text} & ${printedMask.text}`,
    json: { '&': [left.json, printedMask.json] },
  };
  const right = printRight(test, spec, null, style);
  const isSet = right.text.startsWith('{') || right.text.startsWith('@');
  return match(masked, right, relationOf(test), !isSet);
}

/** Bits outside the mask, which a prefix would lose when it is read. */
function hasHostBits(test: FieldTest, mask: bigint, spec: FieldSpec): boolean {
  return boundsOf(test.intervals, spec).some(({ low }) => (low & mask) !== low);
}

const BASE_NAMES: Readonly<Record<string, string>> = { link: 'll', network: 'nh', transport: 'th' };

function rawField({ base, offset, bits }: FieldSpec): Printed {
  const name = BASE_NAMES[base]!;
  return {
    text: `@${name},${8 * offset},${bits}`,
    json: { payload: { base: name, offset: 8 * offset, len: bits } },
  };
}

/** The frame's destination, where nft does not know it. */
export function printRawRewrite(value: bigint): PrintedMatch {
  const spec: FieldSpec = { ...FIELDS.ether['daddr']!, type: 'raw' };
  const [left, right] = [rawField(spec), printValue(value, spec)];
  return { text: `${left.text} set ${right.text}`, json: { mangle: { key: left.json, value: right.json } } };
}

function relationOf({ relation, negated }: FieldTest): string {
  return relation ?? (negated ? '!=' : '==');
}

/** Equality is written out only behind a mask. */
function match(left: Printed, right: Printed, relation: string, isWritten = false): PrintedMatch {
  const operator = relation === '==' && !isWritten ? '' : ` ${relation}`;
  return {
    text: `${left.text}${operator} ${right.text}`,
    json: { match: { op: relation, left: left.json, right: right.json } },
  };
}

const KIND_OF_SIZE: Readonly<Record<number, FieldSpec['type']>> = { 6: 'mac', 16: 'ip6' };

function printRight(test: FieldTest, spec: FieldSpec, length: number | null, style: Style): Printed {
  if (test.set !== undefined) return { text: `@${test.set}`, json: `@${test.set}` };
  const written = boundsOf(test.intervals, spec);
  const elements = style.sorts ? merged(written) : written;
  // A set that has one element left is still one, to nft.
  const all = style.asListed ? written : elements;
  const [only] = all;
  // A set without a name keeps of what kind its elements are.
  const element: FieldSpec = spec.type === 'raw' ? { ...spec, type: KIND_OF_SIZE[spec.size] ?? 'integer' } : spec;
  if (all.length > 1) return printSet(printElements(elements, element));
  // Less than nothing, more than everything.
  if (only === undefined) return printValue(test.relation === '<' ? 0n : fullMask(spec), spec);
  if (length !== null) return printPrefix(only.low, length, spec);
  if (test.relation !== undefined) return printValue(limitOf(test.relation, only), spec);
  return only.low === only.high ? printValue(only.low, spec) : printRange(only, spec);
}

/**
 * What nft makes of two tests in a row, the first for at least and the second for at most: one range, of the second's field,
 * whether the first was of the same or not (expr_may_merge_range). Less and then greater become what is outside.
 */
export function mergedRange(
  last: { readonly test: FieldTest; readonly spec: FieldSpec } | null,
  test: FieldTest,
  { protocol, name, spec }: Located,
): PrintedMatch | null {
  const relations = `${last?.test.relation ?? ''} ${test.relation ?? ''}`;
  if (relations !== '>= <=' && relations !== '< >') return null;
  const [before] = boundsOf(last!.test.intervals, last!.spec);
  const [behind] = boundsOf(test.intervals, spec);
  if (before === undefined || behind === undefined || protocol === null) return null;
  const ends = { low: limitOf(last!.test.relation!, before), high: limitOf(test.relation!, behind) };
  const left = { text: `${protocol} ${name}`, json: { payload: { protocol, field: name } } };
  return match(left, printRange(ends, spec), relations === '< >' ? '!=' : '==');
}

function limitOf(relation: '<' | '>' | '<=' | '>=', { low, high }: { low: bigint; high: bigint }): bigint {
  if (relation === '<') return high + 1n;
  if (relation === '<=') return high;
  return relation === '>' ? low - 1n : low;
}

/** `syn` any of them, `! syn` none, `== syn` these and no others, `syn / syn,ack` these of those. */
function printFlagMatch(test: FieldTest, left: Printed, mask: bigint | null, spec: FieldSpec): PrintedMatch {
  const [{ low, high }] = boundsOf(test.intervals, spec) as [{ low: bigint; high: bigint }];
  if (mask === null) {
    const right =
      low === high && test.relation === undefined ? printFlags(low, ' | ') : printRight(test, spec, null, LISTED);
    const isMany = Array.isArray(right.json);
    const json = isMany ? { '|': right.json } : right.json;
    return match(left, { text: right.text, json }, relationOf(test), true);
  }
  const masks = printFlags(mask, ',');
  if (low === 0n && high === 0n) {
    const [operator, op] = test.negated ? ['', 'in'] : [' !', '!'];
    return {
      text: `${left.text}${operator} ${masks.text}`,
      json: { match: { op, left: left.json, right: masks.json } },
    };
  }
  const flags = printFlags(low, ',');
  const relation = relationOf(test);
  const json: Json = {
    match: { op: relation, left: { '&': [left.json, masks.json] }, right: flags.json },
  };
  // One flag of itself is what it is with a mask.
  if (low === mask && !masks.text.includes(','))
    return { text: `${left.text} & ${masks.text} ${relation} ${flags.text}`, json };
  const operator = relation === '!=' ? ' !=' : '';
  return { text: `${left.text}${operator} ${flags.text} / ${masks.text}`, json };
}

// --- Port names

export function printNameMatch({ field, names, negated }: NameTest, { asListed }: Style): PrintedMatch {
  const name = field.base === 'in-port' ? 'iifname' : 'oifname';
  const left = { text: name, json: { meta: { key: name } } };
  const all = distinct(names);
  const printed = all.map((each) => ({ text: `"${each}"`, json: each }));
  const right = (asListed ? names : all).length > 1 ? printSet(printed) : printed[0]!;
  return match(left, right, negated ? '!=' : '==');
}

/** Without those that a pattern covers; in alphabetical order with patterns, else as numbers of the machine. */
export function distinct(names: readonly string[]): string[] {
  const isCovered = (name: string): boolean =>
    names.some((other) => other !== name && other.endsWith('*') && name.startsWith(other.slice(0, -1)));
  const hasPatterns = names.some((name) => name.endsWith('*'));
  return [...new Set(names)].filter((name) => !isCovered(name)).sort(hasPatterns ? byText : byBytes);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byBytes(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  for (let at = a.length - 1; at >= 0; at--) {
    if (a[at] !== b[at]) return a.charCodeAt(at) - b.charCodeAt(at);
  }
  return 0;
}
