/**
 * An access list: of the entries that match a packet in its direction, the one of the highest rank decides. "First", "longest"
 * and "heaviest" of the products are ranks here; what an entry does is the product's business.
 */
import { Classifier } from './classifier.ts';
import { alternativesOf, type Condition } from './conditions.ts';
import { IN, OUT } from './direction.ts';
import { classified } from './flow-key.ts';

export interface AccessEntry {
  /** Bits of `direction.ts`. */
  readonly directions: number;
  /** All have to hold; none: every packet. */
  readonly conditions: readonly Condition[];
  /** The highest decides, of equal rank the first given. A fraction orders what the product itself leaves open. */
  readonly rank: number;
}

interface Direction {
  readonly classifier: Classifier;
  /** Which entry each rule of the classifier belongs to. */
  readonly owners: Int32Array;
}

export class AccessList<E extends AccessEntry = AccessEntry> {
  readonly entries: readonly E[];
  readonly #in: Direction;
  readonly #out: Direction;

  constructor(entries: readonly E[]) {
    this.entries = entries;
    this.#in = compile(entries, IN);
    this.#out = compile(entries, OUT);
  }

  /** The number of the entry that decides, or -1. */
  find(direction: number, packet: Int32Array): number {
    const { classifier, owners } = direction === IN ? this.#in : this.#out;
    const found = classifier.find(packet);
    return found < 0 ? -1 : owners[found]!;
  }

  countOf(direction: number): number {
    let count = 0;
    for (const { directions } of this.entries) if ((directions & direction) !== 0) count++;
    return count;
  }
}

function compile(entries: readonly AccessEntry[], direction: number): Direction {
  const owners: number[] = [];
  const rules = entries.flatMap(({ directions, conditions, rank }, entry) => {
    if ((directions & direction) === 0) return [];
    return alternativesOf(conditions).map((tests) => {
      owners.push(entry);
      return classified(tests, rank);
    });
  });
  return { classifier: new Classifier(rules), owners: Int32Array.from(owners) };
}
