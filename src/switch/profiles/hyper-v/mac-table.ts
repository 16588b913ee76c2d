/**
 * Which address is behind which port, VLAN by VLAN: what the adapters were assigned, for good, and what was learned.
 *
 * Read first: Msvm_TransparentBridgingService (AgingTime 300, read-only), Msvm_DynamicForwardingEntry (has a VlanId),
 * Get-VMSwitch (2048 learnable addresses).
 */
import { Fdb, STATIC } from '../../fdb.ts';
import type { FrameContext } from '../../frame-context.ts';
import { LEARNING, NO_PORT } from '../../trace.ts';
import { reasonCode } from '../../../outcome/reasons.ts';
import { ruleCode } from '../../../outcome/rules.ts';
import { VID_COUNT } from '../../../wire/dot1q.ts';
import type { HyperVPort } from './hyper-v-port.ts';

export const AGEING_TIME_MS = 300_000;
/** Besides those that were assigned. */
export const LEARNABLE_ADDRESSES = 2048;

const R = {
  entryExpired: reasonCode('entry-expired'),
  entryMoved: reasonCode('entry-moved'),
  entryPinned: reasonCode('entry-pinned'),
  entryRefreshed: reasonCode('entry-refreshed'),
  learned: reasonCode('learned'),
  learningOff: reasonCode('learning-off'),
  tableFull: reasonCode('table-full'),
} as const;

const HV_2 = ruleCode('HV-2');
const HV_4 = ruleCode('HV-4');
const HV_21 = ruleCode('HV-21');

export class MacTable {
  readonly fdb = new Fdb(AGEING_TIME_MS);
  /** The number under which a VLAN's addresses stand: its own, or that of the private VLAN it is a part of. */
  readonly tableOf = Uint16Array.from({ length: VID_COUNT }, (_, vid) => vid);
  /** How many entries were assigned; `configuration.ts` keeps it. */
  assignedCount = 0;
  /** When expired entries were last removed to make room. */
  #sweptAtMs = -1;

  /** The port of a frame's destination in its VLAN; -1: not known. */
  portOfDst({ vid, dstHigh, dstLow, nowMs }: FrameContext): number {
    const slot = this.fdb.find(this.tableOf[vid]!, dstHigh, dstLow, nowMs);
    return slot < 0 ? -1 : this.fdb.portAt(slot);
  }

  learn(context: FrameContext, port: HyperVPort): void {
    const { srcHigh, srcLow, nowMs, vid } = context;
    if (!port.isExternal && !port.macAddressSpoofing) {
      context.note(LEARNING, R.learningOff, HV_4, port.index, srcHigh, srcLow);
      return;
    }
    const slot = this.fdb.find(this.tableOf[vid]!, srcHigh, srcLow, nowMs);
    if (slot < 0) this.#learnNew(context, port);
    else if ((this.fdb.flagsAt(slot) & STATIC) === 0) this.#learnAgain(context, port, slot);
    else if (this.fdb.portAt(slot) !== port.index) {
      context.note(LEARNING, R.entryPinned, HV_2, port.index, srcHigh, srcLow, this.fdb.portAt(slot));
    }
  }

  #learnNew(context: FrameContext, port: HyperVPort): void {
    const { srcHigh, srcLow, nowMs, vid } = context;
    this.noteExpired(context, srcHigh, srcLow);
    if (this.#isFull(nowMs)) {
      context.note(LEARNING, R.tableFull, HV_2, port.index, srcHigh, srcLow, LEARNABLE_ADDRESSES);
      return;
    }
    this.fdb.put(this.tableOf[vid]!, srcHigh, srcLow, port.index, 0, nowMs);
    context.note(LEARNING, R.learned, port.isExternal ? HV_2 : HV_4, port.index, srcHigh, srcLow, vid);
  }

  #learnAgain(context: FrameContext, port: HyperVPort, slot: number): void {
    const { srcHigh, srcLow, nowMs, vid } = context;
    const held = this.fdb.portAt(slot);
    this.fdb.refreshAt(slot, nowMs);
    if (held === port.index) {
      context.note(LEARNING, R.entryRefreshed, HV_2, port.index, srcHigh, srcLow, vid);
      return;
    }
    this.fdb.moveAt(slot, port.index);
    context.note(LEARNING, R.entryMoved, HV_2, port.index, srcHigh, srcLow, held);
  }

  /** Nothing expires within a millisecond, so one sweep in each is enough. */
  #isFull(nowMs: number): boolean {
    const limit = LEARNABLE_ADDRESSES + this.assignedCount;
    if (this.fdb.size < limit) return false;
    if (this.#sweptAtMs !== nowMs) this.fdb.sweep(nowMs);
    this.#sweptAtMs = nowMs;
    return this.fdb.size >= limit;
  }

  noteExpired(context: FrameContext, high: number, low: number): void {
    if (!context.trace.on) return;
    const age = this.fdb.expiredAge(this.tableOf[context.vid]!, high, low, context.nowMs);
    if (age >= 0) context.note(LEARNING, R.entryExpired, HV_21, NO_PORT, high, low, age, AGEING_TIME_MS);
  }
}
