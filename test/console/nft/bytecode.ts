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

export function ourNotation(tests: readonly Test[]): string[] {
  return tests.flatMap((test) => {
    if (isNameTest(test)) {
      const field = test.field.base === 'in-port' ? 'meta iifname' : 'meta oifname';
      return [`${field} ${test.negated ? 'outside' : 'in'} ${[...test.names].toSorted().join(' ')}`];
    }
    const { base, offset, size } = test.field;
    const load = { field: META_FIELDS[base] ?? `${base}+${offset}`, size, mask: maskOf(test), shift: 0 };
    return notation(
      load,
      test.negated,
      test.intervals.map(({ low, high }) => [toNumber(low), toNumber(high)]),
    );
  });
}

function maskOf(test: FieldTest): bigint {
  return test.mask === undefined ? ones(test.field.size) : toNumber(test.mask);
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

interface Load {
  field: string;
  size: number;
  mask: bigint;
  /** Bits that a shift has moved out on the right. */
  shift: number;
}

/** Groups nft's load, bitwise, cmp, range and lookup lines into tests. */
export function nftNotation(lines: readonly string[]): string[] {
  const tests: string[] = [];
  let load = null as Load | null;
  const sets: Element[][] = [];
  lines.forEach((line, index) => {
    const loaded = parseLoad(line);
    if (line.includes('element')) sets.push(parseElements(line));
    else if (loaded !== null) load = loaded;
    else if (line.startsWith('[ bitwise')) applyBitwise(load!, line);
    else if (line.startsWith('[ lookup')) tests.push(...setTest(load!, sets.shift()!));
    else if (line.startsWith('[ range')) tests.push(...rangeTest(load!, line));
    // A range is a gte and an lte on the same load.
    else if (line.startsWith('[ cmp gte') && lines[index + 1]?.startsWith('[ cmp lte')) {
      tests.push(...notation(load!, false, [[valueOf(load!, line), valueOf(load!, lines[index + 1]!)]]));
    } else if (line.startsWith('[ cmp lte') && lines[index - 1]?.startsWith('[ cmp gte')) return;
    else if (line.startsWith('[ cmp')) tests.push(...cmpTest(load!, line));
  });
  return tests;
}

const META_SIZES: Readonly<Record<string, number>> = { protocol: 2, l4proto: 1, pkttype: 1, iifname: 16, oifname: 16 };

function parseLoad(line: string): Load | null {
  const payload = /^\[ payload load (\d+)b @ (\w+) header \+ (\d+) /.exec(line);
  if (payload) {
    const size = Number(payload[1]);
    return { field: `${payload[2]}+${payload[3]}`, size, mask: ones(size), shift: 0 };
  }
  const meta = /^\[ meta load (\w+) /.exec(line);
  if (!meta) return null;
  const size = META_SIZES[meta[1]!]!;
  return { field: `meta ${meta[1]}`, size, mask: ones(size), shift: 0 };
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

function applyBitwise(load: Load, line: string): void {
  const shift = />> (0x[0-9a-f]+)/.exec(line);
  if (shift) {
    load.shift += Number(shift[1]);
    return;
  }
  const mask = fromWords(/& ((?:0x[0-9a-f]+ ?)+)\)/.exec(line)![1]!, load.size) << BigInt(load.shift);
  load.mask &= mask;
}

function valueOf(load: Load, line: string): bigint {
  const text = /reg \d+ ((?:0x[0-9a-f]+ ?)+)\]/.exec(line)![1]!;
  // A prefix of a name: fewer words than the register holds.
  return fromWords(text, load.size) << BigInt(load.shift);
}

function cmpTest(load: Load, line: string): string[] {
  const operator = /^\[ cmp (\w+)/.exec(line)![1]!;
  if (load.field.endsWith('ifname')) {
    const bytes = /reg \d+ ((?:0x[0-9a-f]+ ?)+)\]/.exec(line)![1]!.trim().split(' ');
    const name = nameOf(bytes.join(' '));
    return [`${load.field} ${operator === 'neq' ? 'outside' : 'in'} ${bytes.length < 4 ? `${name}*` : name}`];
  }
  const value = valueOf(load, line);
  const max = load.mask;
  const ranges: Record<string, [bigint, bigint]> = {
    eq: [value, value],
    neq: [value, value],
    lt: [0n, value - 1n],
    lte: [0n, value],
    gt: [value + 1n, max],
    gte: [value, max],
  };
  return notation(load, operator === 'neq', [ranges[operator]!]);
}

function nameOf(words: string): string {
  return words
    .split(/\s+/)
    .flatMap((word) => word.replace('0x', '').match(/../g)!.toReversed())
    .map((hex) => Number.parseInt(hex, 16))
    .filter((code) => code !== 0)
    .map((code) => String.fromCharCode(code))
    .join('');
}

function rangeTest(load: Load, line: string): string[] {
  const [, operator, low, high] = /^\[ range (\w+) reg \d+ (0x[0-9a-f]+) (0x[0-9a-f]+)/.exec(line)!;
  return notation(load, operator === 'neq', [[fromWords(low!, load.size), fromWords(high!, load.size)]]);
}

interface Element {
  readonly value: bigint;
  readonly isEnd: boolean;
  readonly size: number;
  readonly words: string;
}

function parseElements(line: string): Element[] {
  return line
    .split('element')
    .slice(1)
    .map((part) => {
      const [words, flag] = part.split(':');
      const size = words!.trim().split(/\s+/).length * 4;
      return { value: fromWords(words!, size), isEnd: flag!.trim().startsWith('1'), size, words: words! };
    });
}

function setTest(load: Load, elements: readonly Element[]): string[] {
  if (load.field.endsWith('ifname')) {
    return [
      `${load.field} in ${elements
        .map(({ words }) => nameOf(words.trim()))
        .toSorted()
        .join(' ')}`,
    ];
  }
  const points = elements.map(({ value, isEnd, size }) => ({ value: value >> BigInt(8 * (size - load.size)), isEnd }));
  const hasEnds = points.some(({ isEnd }) => isEnd);
  const ranges: [bigint, bigint][] = [];
  points
    .toSorted((a, b) => (a.value < b.value ? -1 : 1))
    .forEach((point, index, all) => {
      if (point.isEnd) return;
      const next = all[index + 1];
      ranges.push([point.value, hasEnds && next?.isEnd ? next.value - 1n : point.value]);
    });
  return notation(load, false, hasEnds ? withGaps(ranges, points) : ranges);
}

/** In an interval set each point opens or closes; an open point that the next one does not close runs up to it. */
function withGaps(
  ranges: [bigint, bigint][],
  points: readonly { value: bigint; isEnd: boolean }[],
): [bigint, bigint][] {
  return ranges.map(([low, high]): [bigint, bigint] => {
    const next = points.filter(({ value }) => value > low).toSorted((a, b) => (a.value < b.value ? -1 : 1))[0];
    return next === undefined ? [low, high] : [low, next.value - 1n];
  });
}

/**
 * One line a test; a test for one value becomes a line a byte, since nft joins loads of adjacent fields (ether saddr and
 * ether type become eight bytes) and shortens those of prefixes.
 */
function notation(load: Load, negated: boolean, ranges: readonly (readonly [bigint, bigint])[]): string[] {
  const hex = (value: bigint, size = load.size): string => value.toString(16).padStart(size * 2, '0');
  const [only] = ranges;
  if (ranges.length === 1 && only![0] === only![1] && !negated && !load.field.startsWith('meta')) {
    return perByte(load, only![0]);
  }
  const field = load.field.startsWith('meta') ? load.field : `${load.field}/${load.size}`;
  const values = ranges
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([low, high]) => (low === high ? hex(low) : `${hex(low)}-${hex(high)}`));
  return [`${field} & ${hex(load.mask)} ${negated ? 'outside' : 'in'} ${values.join(' ')}`];
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
