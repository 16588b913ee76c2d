/**
 * Frames on their way out of a switch, as descriptions: which ingress frame, which egress port, with which outer tag, and
 * where the part after addresses and tag begins. No byte is copied until {@link CopyBatch.bytes} is asked.
 *
 * What leaves is: the twelve address bytes, the outer tag if there is one, then everything from `body` on. A rule that
 * rewrites a frame (nftables `ether saddr set`) leaves its own version in `rewritten`.
 */
import { writeUint16 } from '../wire/bytes.ts';
import { TAG_SIZE } from '../wire/dot1q.ts';
import { TYPE_AT } from '../wire/ethernet.ts';
import type { FrameBatch } from './frame-batch.ts';

const STRIDE = 5;

export class CopyBatch {
  count = 0;
  #table: Int32Array;
  readonly #rewritten = new Map<number, Uint8Array>();

  constructor(capacity = 64) {
    this.#table = new Int32Array(capacity * STRIDE);
  }

  clear(): void {
    this.count = 0;
    if (this.#rewritten.size > 0) this.#rewritten.clear();
  }

  /** Forgets the copies from this one on. */
  truncate(count: number): void {
    for (let copy = count; copy < this.count; copy++) this.#rewritten.delete(copy);
    this.count = count;
  }

  /** `body`: offset from the frame's first byte. `tpid` 0: no outer tag. */
  add(frame: number, port: number, tpid: number, tci: number, body: number): number {
    if ((this.count + 1) * STRIDE > this.#table.length) this.#grow();
    const at = this.count * STRIDE;
    const table = this.#table;
    table[at] = frame;
    table[at + 1] = port;
    table[at + 2] = tpid;
    table[at + 3] = tci;
    table[at + 4] = body;
    return this.count++;
  }

  /** The copy's addresses and body come from these bytes instead of the ingress frame's. */
  rewrite(copy: number, frame: Uint8Array): void {
    this.#rewritten.set(copy, frame);
  }

  frameOf(copy: number): number {
    return this.#table[copy * STRIDE]!;
  }

  portOf(copy: number): number {
    return this.#table[copy * STRIDE + 1]!;
  }

  tpidOf(copy: number): number {
    return this.#table[copy * STRIDE + 2]!;
  }

  tciOf(copy: number): number {
    return this.#table[copy * STRIDE + 3]!;
  }

  bodyOf(copy: number): number {
    return this.#table[copy * STRIDE + 4]!;
  }

  /** The copy as it leaves its port, in an array of its own. */
  bytes(copy: number, frames: FrameBatch): Uint8Array {
    const frame = this.#rewritten.get(copy) ?? frames.frame(this.frameOf(copy));
    const body = this.bodyOf(copy);
    const tagSize = this.tpidOf(copy) === 0 ? 0 : TAG_SIZE;
    const bytes = new Uint8Array(TYPE_AT + tagSize + frame.length - body);
    bytes.set(frame.subarray(0, TYPE_AT));
    if (tagSize > 0) {
      writeUint16(bytes, TYPE_AT, this.tpidOf(copy));
      writeUint16(bytes, TYPE_AT + 2, this.tciOf(copy));
    }
    bytes.set(frame.subarray(body), TYPE_AT + tagSize);
    return bytes;
  }

  /**
   * Puts the copy into the batch of whatever stands behind the link, at that device's port. The bytes are copied once and
   * nothing is allocated, so that frames can cross any number of switches without leaving garbage.
   */
  handOn(copy: number, frames: FrameBatch, next: FrameBatch, port: number): void {
    if (this.#rewritten.size > 0 && this.#rewritten.has(copy)) {
      next.add(port, this.bytes(copy, frames));
      return;
    }
    const at = copy * STRIDE;
    const frame = this.#table[at]!;
    const tpid = this.#table[at + 2]!;
    const body = this.#table[at + 4]!;
    const head = tpid === 0 ? TYPE_AT : TYPE_AT + TAG_SIZE;
    const length = head + frames.length[frame]! - body;
    const index = next.reserve(port, length);
    const to = next.start[index]!;
    const from = frames.start[frame]!;
    copyWords(frames.words, from, next.words, to, TYPE_AT);
    if (tpid !== 0) {
      writeUint16(next.bytes, to + TYPE_AT, tpid);
      writeUint16(next.bytes, to + TYPE_AT + 2, this.#table[at + 3]!);
    }
    copyWords(frames.words, from + body, next.words, to + head, length - head);
  }

  #grow(): void {
    const bigger = new Int32Array(this.#table.length * 2);
    bigger.set(this.#table);
    this.#table = bigger;
  }
}

/**
 * Copies by words, because `set` would want a view of just this part, one more object a copy. Offsets are those of bytes
 * and fall on words, since a frame begins at one and a tag is one long. Up to three bytes more than asked for are copied:
 * there is room for them.
 */
function copyWords(source: Int32Array, from: number, target: Int32Array, to: number, bytes: number): void {
  const shift = (from - to) >> 2;
  const end = (to + bytes + 3) >> 2;
  for (let at = to >> 2; at < end; at++) target[at] = source[at + shift]!;
}
