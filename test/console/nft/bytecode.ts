/**
 * The bytecode that nft prints with `--debug=netlink`, and our tests, in one notation, so that the two can be compared.
 * One line a test: what is loaded, the mask, the relation, the values, all as network-order hexadecimal.
 */
import { isNameTest, type FieldTest, type Test } from '../../../src/filter/ruleset.ts';
import { toHex } from '../../../src/wire/bytes.ts';

export interface Recorded {
  readonly rule: string;
  readonly bytecode?: readonly string[];
  readonly error?: string;
}

const META_FIELDS: Readonly<Record<string, string>> = {
  protocol: 'meta protocol',
  'l4-protocol': 'meta l4proto',
  'packet-type': 'meta pkttype',
};
const META_SIZES: Readonly<Record<string, number>> = { protocol: 2, l4proto: 1, pkttype: 1, iifname: 16, oifname: 16 };

interface Load {
  /** `network+12`, `meta protocol` … */
  readonly field: string;
  readonly size: number;
  mask: bigint;
}

type Range = readonly [low: bigint, high: bigint];

// --- Ours

export function ourNotation(tests: readonly Test[]): string[] {
  return tests.flatMap((test) => {
    if (isNameTest(test)) {
      return nameNotation(test.field.base === 'in-port' ? 'meta iifname' : 'meta oifname', test.negated, test.names);
    }
    const { base, offset, size } = test.field;
    const load = { field: META_FIELDS[base] ?? `${base}+${offset}`, size, mask: maskOf(test) };
    return notation(
      load,
      test.negated,
      test.intervals.map(({ low, high }): Range => [toNumber(low), toNumber(high)]),
    );
  });
}

function maskOf(test: FieldTest): bigint {
  return test.mask === undefined ? ones(test.field.size) : toNumber(test.mask);
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

// --- Theirs

/** The lines of a rule that are about its tests: loads, comparisons and elements of sets, without the verdict. */
export function printedLines(output: string): string[] {
  return output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.includes('element') || /^\[ (payload|meta|bitwise|cmp|range|lookup) /.test(line));
}

/** Groups nft's load, bitwise, cmp, range and lookup lines into tests. */
export function nftNotation(lines: readonly string[]): string[] {
  const tests: string[] = [];
  let load: Load | null = null;
  let least: bigint | null = null;
  const sets: Element[][] = [];
  for (const line of lines) {
    if (line.includes('element')) {
      sets.push(parseElements(line));
      continue;
    }
    const loaded = parseLoad(line);
    if (loaded !== null) {
      load = loaded;
    } else if (line.startsWith('[ bitwise')) {
      load!.mask &= fromWords(/& ((?:0x[0-9a-f]+ ?)+)\)/.exec(line)![1]!, load!.size);
    } else if (line.startsWith('[ lookup')) {
      tests.push(...setTest(load!, line.endsWith(' 0x1 ]'), sets.shift()!));
    } else if (line.startsWith('[ range')) {
      tests.push(...rangeTest(load!, line));
    } else if (line.startsWith('[ cmp gte') && isFollowedByLte(lines, line)) {
      // A range is a gte and an lte on the same load.
      least = valueOf(load!, line);
    } else if (line.startsWith('[ cmp lte') && least !== null) {
      tests.push(...notation(load!, false, [[least, valueOf(load!, line)]]));
      least = null;
    } else if (line.startsWith('[ cmp')) {
      tests.push(...cmpTest(load!, line));
    } else if (!line.startsWith('[ immediate') && !line.startsWith('[ counter')) {
      throw new Error(`not understood: ${line}`);
    }
  }
  return tests;
}

function isFollowedByLte(lines: readonly string[], line: string): boolean {
  return lines[lines.indexOf(line) + 1]?.startsWith('[ cmp lte') ?? false;
}

function parseLoad(line: string): Load | null {
  const payload = /^\[ payload load (\d+)b @ (\w+) header \+ (\d+) /.exec(line);
  if (payload) {
    const size = Number(payload[1]);
    return { field: `${payload[2]}+${payload[3]}`, size, mask: ones(size) };
  }
  const meta = /^\[ meta load (\w+) /.exec(line);
  if (!meta) return null;
  const size = META_SIZES[meta[1]!]!;
  return { field: `meta ${meta[1]}`, size, mask: ones(size) };
}

function ones(size: number): bigint {
  return (1n << BigInt(8 * size)) - 1n;
}

/** nft prints registers as words of four bytes in the machine's little-endian order. */
function fromWords(text: string, size: number): bigint {
  const hex = text
    .trim()
    .split(/\s+/)
    .map((word) => word.replace('0x', '').match(/../g)!.toReversed().join(''))
    .join('');
  return BigInt(`0x${hex.slice(0, size * 2)}`);
}

function wordsOf(line: string): string {
  return /reg \d+ ((?:0x[0-9a-f]+ ?)+)\]/.exec(line)![1]!.trim();
}

function valueOf(load: Load, line: string): bigint {
  return fromWords(wordsOf(line), load.size);
}

function cmpTest(load: Load, line: string): string[] {
  const operator = /^\[ cmp (\w+)/.exec(line)![1]!;
  if (isName(load)) {
    const words = wordsOf(line).split(' ');
    // The prefix of a name: fewer words than the register holds.
    const name = nameOf(fromWords(words.join(' '), 4 * words.length), 4 * words.length);
    return nameNotation(load.field, operator === 'neq', [words.length < 4 ? `${name}*` : name]);
  }
  const value = valueOf(load, line);
  // The next value that can stand there.
  const step = load.mask & -load.mask;
  const ranges: Record<string, Range> = {
    eq: [value, value],
    neq: [value, value],
    lt: [0n, value - step],
    lte: [0n, value],
    gt: [value + step, load.mask],
    gte: [value, load.mask],
  };
  return notation(load, operator === 'neq', [ranges[operator]!]);
}

function rangeTest(load: Load, line: string): string[] {
  const words = wordsOf(line).split(' ');
  const [low, high] = [words.slice(0, words.length / 2), words.slice(words.length / 2)].map((half) =>
    fromWords(half.join(' '), load.size),
  );
  return notation(load, line.startsWith('[ range neq'), [[low!, high!]]);
}

interface Element {
  readonly value: bigint;
  /** In a set of intervals each point opens one or ends one. */
  readonly isEnd: boolean;
  readonly size: number;
}

function parseElements(line: string): Element[] {
  return line
    .split('element')
    .slice(1)
    .map((part) => {
      const [words, flag] = part.split(':');
      const size = words!.trim().split(/\s+/).length * 4;
      return { value: fromWords(words!, size), isEnd: flag!.trim().startsWith('1'), size };
    });
}

function setTest(load: Load, negated: boolean, elements: readonly Element[]): string[] {
  const points = elements
    .map(({ value, isEnd, size }) => ({ value: value >> BigInt(8 * (size - load.size)), isEnd }))
    .toSorted((a, b) => (a.value < b.value ? -1 : 1));
  const hasEnds = points.some(({ isEnd }) => isEnd);
  // A point that nothing ends runs to the greatest value.
  const ranges = points.flatMap(({ value, isEnd }, index): Range[] => {
    if (isEnd) return [];
    const next = points[index + 1];
    if (!hasEnds) return [[value, value]];
    return [[value, next === undefined ? ones(load.size) : next.value - 1n]];
  });
  if (!isName(load)) return notation(load, negated, ranges);
  const names = ranges.map(([low, high]) => `${nameOf(low, load.size)}${low === high ? '' : '*'}`);
  return nameNotation(load.field, negated, names);
}

function isName({ field }: Load): boolean {
  return field.endsWith('ifname');
}

function nameOf(value: bigint, size: number): string {
  const hex = value.toString(16).padStart(2 * size, '0');
  return Buffer.from(hex, 'hex').toString('latin1').replaceAll('\0', '');
}

// --- The notation

/** A name that another one with a star covers says nothing. */
function nameNotation(field: string, negated: boolean, names: readonly string[]): string[] {
  const isCovered = (name: string): boolean =>
    names.some((other) => other !== name && other.endsWith('*') && name.startsWith(other.slice(0, -1)));
  const needed = [...new Set(names)].filter((name) => !isCovered(name)).toSorted();
  return [`${field} ${negated ? 'outside' : 'in'} ${needed.join(' ')}`];
}

/**
 * One line a test; a test for one value becomes a line a byte, since nft joins loads of adjacent fields (ether saddr and
 * ether type become eight bytes) and shortens those of prefixes.
 */
function notation(load: Load, negated: boolean, ranges: readonly Range[]): string[] {
  const [only] = ranges;
  const isMeta = load.field.startsWith('meta');
  if (ranges.length === 1 && only![0] === only![1] && !negated && !isMeta) return perByte(load, only![0]);
  const [field, size, cut] = isMeta ? [load.field, load.size, 0] : trimmed(load);
  const hex = (value: bigint): string => (value >> BigInt(8 * cut)).toString(16).padStart(size * 2, '0');
  const values = merged(ranges, load.mask).map(([low, high]) => (low === high ? hex(low) : `${hex(low)}-${hex(high)}`));
  return [`${field}/${size} & ${hex(load.mask)} ${negated ? 'outside' : 'in'} ${values.join(' ')}`];
}

/** Without the bytes on the right that the mask leaves out; how many these are. */
function trimmed({ field, size, mask }: Load): [field: string, size: number, cut: number] {
  let cut = 0;
  while (cut < size - 1 && ((mask >> BigInt(8 * cut)) & 0xffn) === 0n) cut++;
  return [field, size - cut, cut];
}

/** In order, nothing twice, what touches or overlaps as one; what lies outside the mask cut off, empty ones left out. */
function merged(ranges: readonly Range[], mask: bigint): Range[] {
  const all: [bigint, bigint][] = [];
  const step = mask & -mask;
  const inside = ranges
    .map(([low, high]): Range => [low, high > mask ? mask : high])
    .filter(([low, high]) => low <= high);
  for (const [low, high] of inside.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const last = all.at(-1);
    if (last !== undefined && low <= last[1] + step) last[1] = high > last[1] ? high : last[1];
    else all.push([low, high]);
  }
  return all;
}

function perByte(load: Load, value: bigint): string[] {
  const [base, offset] = load.field.split('+');
  const lines: string[] = [];
  for (let at = 0; at < load.size; at++) {
    const shift = BigInt(8 * (load.size - 1 - at));
    const mask = Number((load.mask >> shift) & 0xffn);
    const byte = Number((value >> shift) & 0xffn);
    if (mask !== 0) lines.push(`${base}+${Number(offset) + at} & ${mask.toString(16)} is ${byte.toString(16)}`);
  }
  return lines;
}
