/**
 * OpenFlow tables: of the flows of a table that match, the one of the highest priority counts (ACL-O-1). Between flows of
 * equal priority OpenFlow leaves the choice open (ACL-O-2); here the first counts, and a warning says so beforehand.
 */
import { Classifier } from './classifier.ts';
import type { Flow } from './flow.ts';
import { classified } from './flow-key.ts';

interface Table {
  readonly classifier: Classifier;
  readonly flows: readonly Flow[];
  /** Position of each among all flows. */
  readonly numbers: readonly number[];
}

export class FlowTables {
  readonly flows: readonly Flow[];
  readonly packets: Float64Array;
  readonly bytes: Float64Array;
  readonly #tables = new Map<number, Table>();

  constructor(flows: readonly Flow[]) {
    this.flows = flows;
    this.packets = new Float64Array(flows.length);
    this.bytes = new Float64Array(flows.length);
    for (const [id, numbers] of Map.groupBy(flows.keys(), (number) => flows[number]!.table)) {
      const own = numbers.map((number) => flows[number]!);
      const classifier = new Classifier(own.map(({ match, priority }) => classified(match, priority)));
      this.#tables.set(id, { classifier, flows: own, numbers });
    }
  }

  /** The number of the flow that decides, or -1: none matches. It is counted. */
  find(table: number, key: Int32Array, size: number): number {
    const asked = this.#tables.get(table);
    const found = asked === undefined ? -1 : asked.classifier.find(key);
    if (found < 0) return -1;
    const number = asked!.numbers[found]!;
    this.packets[number]!++;
    this.bytes[number]! += size;
    return number;
  }

  /** How many flows a table holds. */
  countIn(table: number): number {
    return this.#tables.get(table)?.flows.length ?? 0;
  }
}
