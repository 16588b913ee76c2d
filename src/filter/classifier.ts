/**
 * Finds, among thousands of rules, the one that counts: tuple space search (Srinivasan, Suri and Varghese 1999; Open
 * vSwitch's lib/classifier.c works the same way).
 *
 * A rule is a list of words with a mask each; a packet is a list of words. Rules with the same masks stand in one hash
 * table, so that a look-up costs as many probes as there are different mask shapes, not as many as there are rules. Tables
 * are asked from the one that holds the highest rank downwards, and no further than to the rank already found.
 */
export interface Classified {
  /** Words that the rule looks at, ascending, and for each its mask and its value under that mask. */
  readonly words: readonly number[];
  readonly masks: readonly number[];
  readonly values: readonly number[];
  /** Higher wins; of equal rank the first given. */
  readonly rank: number;
}

interface Shape {
  readonly words: Int32Array;
  readonly masks: Int32Array;
  /** Of the rules in it. */
  readonly highestRank: number;
  /** Open addressing: rule number + 1, or 0; the values stand in `values`, `words.length` a slot. */
  readonly slots: Int32Array;
  readonly values: Int32Array;
  readonly mask: number;
}

export class Classifier {
  readonly #shapes: readonly Shape[];
  readonly #ranks: Float64Array;

  constructor(rules: readonly Classified[]) {
    this.#ranks = Float64Array.from(rules, ({ rank }) => rank);
    const byShape = Map.groupBy(rules.keys(), (index) => shapeKey(rules[index]!));
    this.#shapes = [...byShape.values()]
      .map((indices) => shapeOf(indices, rules))
      .toSorted((a, b) => b.highestRank - a.highestRank);
  }

  get shapes(): number {
    return this.#shapes.length;
  }

  /** The number of the rule that matches these words, or -1. */
  find(packet: Int32Array): number {
    let best = -1;
    for (const shape of this.#shapes) {
      if (best >= 0 && shape.highestRank < this.#ranks[best]!) break;
      const found = probe(shape, packet);
      if (found >= 0 && (best < 0 || this.#isBefore(found, best))) best = found;
    }
    return best;
  }

  #isBefore(rule: number, other: number): boolean {
    const difference = this.#ranks[rule]! - this.#ranks[other]!;
    return difference > 0 || (difference === 0 && rule < other);
  }
}

function shapeKey({ words, masks }: Classified): string {
  return words.map((word, index) => `${word}:${masks[index]! | 0}`).join(' ');
}

function shapeOf(indices: readonly number[], rules: readonly Classified[]): Shape {
  const { words, masks } = rules[indices[0]!]!;
  let size = 2;
  while (size < 2 * indices.length) size *= 2;
  const shape: Shape = {
    words: Int32Array.from(words),
    masks: Int32Array.from(masks),
    highestRank: indices.reduce((highest, index) => Math.max(highest, rules[index]!.rank), -Infinity),
    slots: new Int32Array(size),
    values: new Int32Array(size * words.length),
    mask: size - 1,
  };
  // Of rules that match exactly the same, only the first counts; those that come later would never be met.
  const ordered = indices.toSorted((a, b) => rules[b]!.rank - rules[a]!.rank || a - b);
  for (const index of ordered) insert(shape, Int32Array.from(rules[index]!.values), index);
  return shape;
}

function insert({ slots, values, mask, words }: Shape, key: Int32Array, index: number): void {
  let hash = 0;
  for (const value of key) hash = mix(hash, value);
  for (let slot = finish(hash) & mask; ; slot = (slot + 1) & mask) {
    if (slots[slot] === 0) {
      slots[slot] = index + 1;
      values.set(key, slot * words.length);
      return;
    }
    if (key.every((value, word) => values[slot * words.length + word] === value)) return;
  }
}

/** The rule of this shape that matches, or -1. */
function probe({ words, masks, slots, values, mask }: Shape, packet: Int32Array): number {
  const count = words.length;
  let hash = 0;
  for (let word = 0; word < count; word++) hash = mix(hash, packet[words[word]!]! & masks[word]!);
  for (let slot = finish(hash) & mask; ; slot = (slot + 1) & mask) {
    const held = slots[slot]!;
    if (held === 0) return -1;
    let word = 0;
    while (word < count && values[slot * count + word] === (packet[words[word]!]! & masks[word]!)) word++;
    if (word === count) return held - 1;
  }
}

function mix(hash: number, value: number): number {
  return Math.imul(hash ^ value, 0x9e3779b1) ^ (value >>> 15);
}

function finish(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}
