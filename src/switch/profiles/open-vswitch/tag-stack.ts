/**
 * The VLAN tags of a frame as Open vSwitch keeps them: the outer two at most, taken out of the bytes, and put back on output.
 *
 * Read first: lib/flow.c (parse_vlan, flow_skip_common_vlan_headers), lib/odp-util.c (commit_vlan_action). What surprises:
 * only as many tags are parsed as `vlan-limit` allows, the rest is payload (OVS-18); a tag needs two bytes behind it
 * (OVS-37); on output the tags that stay the same from the bottom up are not touched at all, every other one is popped and
 * pushed anew and so loses its DEI (OVS-38).
 */
import { readUint16, writeUint16 } from '../../../wire/bytes.ts';
import { isTpid, TAG_SIZE } from '../../../wire/dot1q.ts';
import { TYPE_AT } from '../../../wire/ethernet.ts';
import type { FrameContext } from '../../frame-context.ts';

/** A tag is there: where the wire has the DEI, since a tag in the tables carries none. */
export const PRESENT = 0x1000;
export const MAX_TAGS = 2;

export class TagStack {
  /** Outermost first; TCI 0: no tag. */
  readonly tpids = new Int32Array(MAX_TAGS);
  readonly tcis = new Int32Array(MAX_TAGS);

  get count(): number {
    return this.tcis[0] === 0 ? 0 : this.tcis[1] === 0 ? 1 : 2;
  }

  copy(other: TagStack): void {
    this.tpids[0] = other.tpids[0]!;
    this.tpids[1] = other.tpids[1]!;
    this.tcis[0] = other.tcis[0]!;
    this.tcis[1] = other.tcis[1]!;
  }

  clear(): void {
    this.set(0, 0, 0);
    this.set(1, 0, 0);
  }

  set(index: number, tpid: number, tci: number): void {
    this.tpids[index] = tpid;
    this.tcis[index] = tci;
  }

  /** A third tag falls off the bottom. */
  push(tpid: number, tci: number): void {
    this.set(1, this.tpids[0]!, this.tcis[0]!);
    this.set(0, tpid, tci);
  }

  pop(): void {
    this.set(0, this.tpids[1]!, this.tcis[1]!);
    this.set(1, 0, 0);
  }
}

/** The tags of the bytes at hand: what was parsed, where it ends, and how much of it no output has touched yet. */
export class ParsedTags {
  readonly stack = new TagStack();
  /** As on the wire, DEI included. */
  readonly #wire = new Int32Array(MAX_TAGS);
  #count = 0;
  /** Tags from the bottom that are still the original ones. */
  #untouched = 0;
  /** Where the type field behind the parsed tags stands, from the frame's first byte. */
  end = TYPE_AT;

  read(bytes: Uint8Array, start: number, length: number, limit: number): void {
    this.stack.clear();
    let at = TYPE_AT;
    let count = 0;
    while (count < limit && at + TAG_SIZE + 2 <= length && isTpid(readUint16(bytes, start + at))) {
      const tci = readUint16(bytes, start + at + 2);
      this.#wire[count] = tci;
      this.stack.set(count, readUint16(bytes, start + at), tci | PRESENT);
      at += TAG_SIZE;
      count++;
    }
    this.#count = count;
    this.#untouched = count;
    this.end = at;
  }

  /** Shows the frame with these tags to whoever writes the copy. `length`: of the frame at hand, in bytes. */
  write(context: FrameContext, out: TagStack, length: number): void {
    const wanted = out.count;
    let kept = 0;
    while (kept < Math.min(this.#untouched, wanted) && this.#isSame(out, kept, wanted)) kept++;
    this.#untouched = kept;
    context.length = length;
    context.body = this.end - kept * TAG_SIZE;
    if (kept === wanted) return this.#showKept(context);
    const added = wanted - kept;
    context.outTpid = out.tpids[0]!;
    context.outTci = out.tcis[0]! & ~PRESENT;
    if (added === MAX_TAGS) this.#writeInner(context, out);
  }

  /** From the bottom up: is the tag at this height the original one? */
  #isSame(out: TagStack, height: number, wanted: number): boolean {
    const [own, other] = [this.#count - 1 - height, wanted - 1 - height];
    return this.stack.tpids[own] === out.tpids[other] && this.stack.tcis[own] === out.tcis[other];
  }

  /** The outermost of the tags that stay goes beside the bytes, where every outer tag stands. */
  #showKept(context: FrameContext): void {
    const isTagged = context.body < this.end;
    const outermost = this.#count - (this.end - context.body) / TAG_SIZE;
    context.outTpid = isTagged ? this.stack.tpids[outermost]! : 0;
    context.outTci = isTagged ? this.#wire[outermost]! : 0;
    if (isTagged) context.body += TAG_SIZE;
  }

  /** Two new tags: the inner one goes into a version of the frame of its own. */
  #writeInner(context: FrameContext, out: TagStack): void {
    const { bytes, start, length, body } = context;
    const written = new Uint8Array(TYPE_AT + TAG_SIZE + length - body);
    written.set(bytes.subarray(start, start + TYPE_AT));
    writeUint16(written, TYPE_AT, out.tpids[1]!);
    writeUint16(written, TYPE_AT + 2, out.tcis[1]! & ~PRESENT);
    written.set(bytes.subarray(start + body, start + length), TYPE_AT + TAG_SIZE);
    context.rewritten = written;
    context.length = written.length;
    context.body = TYPE_AT;
  }
}
