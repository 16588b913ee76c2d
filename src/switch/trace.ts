/**
 * What the relay decided about a frame, stage by stage, as integers in a ring.
 *
 * Nothing is written while `on` is false, and no text or object is made while it is true: a record is a few integers,
 * which {@link Trace.read} unpacks when somebody asks. What the four values of a record mean depends on its reason and
 * is known to the profile that wrote it ({@link Profile.describe}).
 */
import { STAGES, VERDICTS, type Stage, type Verdict } from '../outcome/decision.ts';
import { reasonOf, type ReasonId } from '../outcome/reasons.ts';
import { ruleOf, type RuleId } from '../outcome/rules.ts';

export const [LINK, INGRESS, VLAN, ADMISSION, LEARNING, LOOKUP, EGRESS, FILTER] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
export const [PASS, NOTE, FILTERED, DROP] = [0, 1, 2, 3] as const;

/** No port: the record is about the frame as a whole. */
export const NO_PORT = 0xffff;

const STRIDE = 8;

export interface TraceRecord {
  /** Index of the frame in its batch. */
  readonly frame: number;
  readonly stage: Stage;
  readonly verdict: Verdict;
  /** Null where a stage was passed. */
  readonly reason: ReasonId | null;
  readonly rule: RuleId | null;
  /** The port that the record is about, or {@link NO_PORT}. */
  readonly port: number;
  readonly values: readonly [number, number, number, number];
}

export class Trace {
  on = false;
  readonly #ring: Int32Array;
  readonly #mask: number;
  /** Records written since the beginning. */
  #written = 0;

  /** `capacity`: how many records are kept, a power of two. */
  constructor(capacity = 4096) {
    this.#ring = new Int32Array(capacity * STRIDE);
    this.#mask = capacity - 1;
  }

  /** The position of the next record, for {@link read}. */
  get end(): number {
    return this.#written;
  }

  add(
    frame: number,
    stage: number,
    verdict: number,
    reason: number,
    rule: number,
    port: number,
    a: number,
    b: number,
    c: number,
    d: number,
  ): number {
    const ring = this.#ring;
    const at = (this.#written & this.#mask) * STRIDE;
    ring[at] = frame;
    ring[at + 1] = verdict | (stage << 2) | (reason << 8);
    ring[at + 2] = rule | (port << 16);
    ring[at + 3] = a;
    ring[at + 4] = b;
    ring[at + 5] = c;
    ring[at + 6] = d;
    return this.#written++;
  }

  /** Completes a record whose last value was not known when its turn came (how many ports a flood reached). */
  patch(position: number, d: number): void {
    this.#ring[(position & this.#mask) * STRIDE + 6] = d;
  }

  /** The records from `from` on, oldest first; those that the ring has overwritten are gone. */
  read(from: number): TraceRecord[] {
    const records: TraceRecord[] = [];
    for (let position = Math.max(from, this.#written - this.#mask - 1); position < this.#written; position++) {
      const at = (position & this.#mask) * STRIDE;
      const [frame, kind, where, a, b, c, d] = this.#ring.subarray(at, at + STRIDE) as unknown as number[];
      records.push({
        frame: frame!,
        stage: STAGES[(kind! >> 2) & 0x0f]!,
        verdict: VERDICTS[kind! & 3]!,
        reason: reasonOf(kind! >> 8),
        rule: ruleOf(where! & 0xffff),
        port: where! >>> 16,
        values: [a!, b!, c!, d!],
      });
    }
    return records;
  }
}
