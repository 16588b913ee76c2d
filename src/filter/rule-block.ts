/**
 * A run of simple rules as one look-up: of rules that only compare fields with values, and then decide, the first that
 * matches counts, however many they are. Everything else in a chain is asked rule by rule.
 */
import { Classifier, type Classified } from './classifier.ts';
import { baseCode, load, value, words } from './field-reader.ts';
import type { PacketView } from './packet-view.ts';
import { isNameTest, type Field, type FieldTest, type NameTest, type Rule } from './ruleset.ts';

/** Shorter runs are as fast rule by rule. */
export const RUN_MIN = 16;
/** A rule on ranges and sets stands for as many rules on prefixes; beyond this it is asked by itself. */
const EXPANSION_MAX = 64;

export interface RuleBlock<R> {
  /** The rule that decides, or null. */
  find(view: PacketView): R | null;
}

/** `compiled` and `rules` are the same rules in the same order. */
export function asBlocks<R>(compiled: readonly R[], rules: readonly Rule[]): readonly (R | RuleBlock<R>)[] {
  const steps: (R | RuleBlock<R>)[] = [];
  let from = 0;
  while (from < rules.length) {
    let to = from;
    while (to < rules.length && expansionOf(rules[to]!) !== null) to++;
    if (to - from >= RUN_MIN) steps.push(new Block(compiled.slice(from, to), rules.slice(from, to)));
    else steps.push(...compiled.slice(from, Math.max(to, from)));
    if (to < rules.length) steps.push(compiled[to]!);
    from = to + 1;
  }
  return steps;
}

interface Loaded {
  readonly base: number;
  readonly offset: number;
  readonly size: number;
  /** First word in the packet's list; the one before says whether the field could be read. */
  readonly word: number;
}

const [IN_PORT, OUT_PORT] = [0, 1];

class Block<R> implements RuleBlock<R> {
  readonly #rules: readonly R[];
  readonly #owner: Int32Array;
  readonly #classifier: Classifier;
  readonly #fields: readonly Loaded[];
  readonly #packet: Int32Array;
  readonly #names: ReadonlyMap<string, number>;

  constructor(compiled: readonly R[], rules: readonly Rule[]) {
    this.#rules = compiled;
    const names = new Map<string, number>();
    const fields = new Map<string, Loaded>();
    let end = 2;
    const place = (field: Field): Loaded => {
      const key = `${field.base} ${field.offset} ${field.size}`;
      let known = fields.get(key);
      if (known === undefined) {
        known = { base: baseCode(field), offset: field.offset, size: field.size, word: end + 1 };
        fields.set(key, known);
        end += 1 + Math.ceil(field.size / 4);
      }
      return known;
    };
    const owners: number[] = [];
    const entries = rules.flatMap((rule, index) =>
      expansionOf(rule)!.map((tests) => {
        owners.push(index);
        return entryOf(tests, rule.tests.filter(isNameTest), place, names, rules.length - index);
      }),
    );
    this.#owner = Int32Array.from(owners);
    this.#classifier = new Classifier(entries);
    this.#fields = [...fields.values()];
    this.#packet = new Int32Array(end);
    this.#names = names;
  }

  find(view: PacketView): R | null {
    const packet = this.#packet;
    packet[IN_PORT] = this.#names.get(view.inPort) ?? 0;
    packet[OUT_PORT] = this.#names.get(view.outPort) ?? 0;
    for (const { base, offset, size, word } of this.#fields) {
      const isThere = load(base, offset, size, view);
      packet[word - 1] = isThere ? 1 : 0;
      const count = (size + 3) >> 2;
      for (let index = 0; index < count; index++) packet[word + index] = isThere ? value[index]! : 0;
    }
    const found = this.#classifier.find(packet);
    return found < 0 ? null : this.#rules[this.#owner[found]!]!;
  }
}

/** A field under a mask against one value. */
interface Prefix {
  readonly field: Field;
  readonly mask: readonly number[];
  readonly value: readonly number[];
}

function entryOf(
  tests: readonly Prefix[],
  nameTests: readonly NameTest[],
  place: (field: Field) => Loaded,
  names: Map<string, number>,
  rank: number,
): Classified {
  const wanted = new Map<number, { mask: number; value: number }>();
  for (const {
    field,
    names: [name],
  } of nameTests) {
    const number = names.get(name!) ?? names.size + 1;
    names.set(name!, number);
    wanted.set(field.base === 'in-port' ? IN_PORT : OUT_PORT, { mask: -1, value: number });
  }
  for (const { field, mask, value: bits } of tests) {
    const { word } = place(field);
    wanted.set(word - 1, { mask: 1, value: 1 });
    mask.forEach((bitsOfMask, index) => {
      const held = wanted.get(word + index);
      wanted.set(word + index, {
        mask: (held?.mask ?? 0) | bitsOfMask,
        value: (held?.value ?? 0) | bits[index]!,
      });
    });
  }
  const sorted = [...wanted].filter(([, { mask }]) => mask !== 0).toSorted(([a], [b]) => a - b);
  return {
    words: sorted.map(([word]) => word),
    masks: sorted.map(([, { mask }]) => mask),
    values: sorted.map(([, { value: bits }]) => bits),
    rank,
  };
}

/** The rule as alternatives, each a list of prefixes; null: it is not simple. */
function expansionOf(rule: Rule): Prefix[][] | null {
  const { kind } = rule.verdict;
  if (kind === 'continue' || kind === 'jump' || rule.rewrites.length > 0) return null;
  let alternatives: Prefix[][] = [[]];
  const seen = new Set<string>();
  for (const test of rule.tests) {
    const key = isNameTest(test) ? test.field.base : `${test.field.base} ${test.field.offset} ${test.field.size}`;
    // Two tests of one field would have to agree first.
    if (seen.has(key) || test.negated) return null;
    seen.add(key);
    if (isNameTest(test)) {
      if (test.names.length !== 1 || test.names[0]!.endsWith('*')) return null;
      continue;
    }
    const prefixes = prefixesOf(test);
    if (prefixes === null || alternatives.length * prefixes.length > EXPANSION_MAX) return null;
    alternatives = alternatives.flatMap((tests) => prefixes.map((prefix) => [...tests, prefix]));
  }
  return alternatives;
}

function prefixesOf(test: FieldTest): Prefix[] | null {
  if (test.set !== undefined) return null;
  const { field } = test;
  const all = test.mask ?? new Uint8Array(field.size).fill(0xff);
  const found: Prefix[] = [];
  for (const { low, high } of test.intervals) {
    if (low.every((byte, index) => byte === high[index])) {
      found.push({ field, mask: words(all), value: words(low) });
    } else {
      if (field.size > 4 || test.mask !== undefined) return null;
      found.push(...rangeOf(field, numberOf(low), numberOf(high)));
    }
    if (found.length > EXPANSION_MAX) return null;
  }
  // A value outside the mask can never be met.
  return found.filter(({ mask, value: bits }) => bits.every((word, index) => (word & ~mask[index]!) === 0));
}

/** The fewest prefixes that cover a range. */
function rangeOf(field: Field, low: number, high: number): Prefix[] {
  const width = 8 * field.size;
  const whole = width === 32 ? -1 : 2 ** width - 1;
  const found: Prefix[] = [];
  let from = low;
  while (from <= high) {
    let free = 0;
    while (free < width && from % 2 ** (free + 1) === 0 && from + 2 ** (free + 1) - 1 <= high) free++;
    const mask = free === 32 ? 0 : whole & ~(2 ** free - 1);
    found.push({ field, mask: [mask], value: [from | 0] });
    from += 2 ** free;
  }
  return found;
}

function numberOf(bytes: Uint8Array): number {
  return bytes.reduce((number, byte) => number * 256 + byte, 0);
}
