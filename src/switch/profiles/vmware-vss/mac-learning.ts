/**
 * MAC learning of a distributed port group (VDS-3): the sources behind a virtual adapter, for machines that run machines.
 *
 * Read first: vSphere Networking, "What is MAC Learning Policy". What surprises: an address that an adapter of this host has
 * is not learned, in whatever VLAN; nothing is learned at uplinks; a port may learn so many addresses and no more.
 */
import { STATIC, type Fdb } from '../../fdb.ts';
import type { FrameContext } from '../../frame-context.ts';
import { ADMISSION, LEARNING, NO_PORT } from '../../trace.ts';
import { reasonCode } from '../../../outcome/reasons.ts';
import { ruleCode } from '../../../outcome/rules.ts';
import { isGroup, isZero } from '../../../wire/mac-address.ts';
import type { AddressTable } from './address-table.ts';
import type { VswitchPort } from './vswitch-port.ts';

const R = {
  entryExpired: reasonCode('entry-expired'),
  entryMoved: reasonCode('entry-moved'),
  entryPinned: reasonCode('entry-pinned'),
  entryRefreshed: reasonCode('entry-refreshed'),
  learned: reasonCode('learned'),
  macLimit: reasonCode('mac-limit'),
  tableFull: reasonCode('table-full'),
} as const;
const VDS_3 = ruleCode('VDS-3');

export class MacLearning {
  readonly #ports: readonly (VswitchPort | undefined)[];
  readonly #table: AddressTable;
  readonly #fdb: Fdb;
  /** Before this nothing can have expired that is counted. */
  #dueMs = 0;

  constructor(ports: readonly (VswitchPort | undefined)[], table: AddressTable) {
    this.#ports = ports;
    this.#table = table;
    this.#fdb = table.fdb;
  }

  /** The source is one too many, and the port drops such. */
  refuses(context: FrameContext, port: VswitchPort): boolean {
    const { srcHigh, srcLow, vid, nowMs } = context;
    if (!port.dropsBeyondLimit || !this.#mayLearn(srcHigh, srcLow)) return false;
    const slot = this.#fdb.find(vid, srcHigh, srcLow, nowMs);
    if (slot >= 0 && this.#fdb.portAt(slot) === port.index) return false;
    if (!this.#isFull(port, nowMs)) return false;
    return context.refuse(ADMISSION, R.macLimit, VDS_3, port.index, port.learnedCount, port.macLimit);
  }

  learn(context: FrameContext, port: VswitchPort): void {
    const { srcHigh, srcLow, vid, nowMs } = context;
    if (isGroup(srcHigh) || isZero(srcHigh, srcLow)) return;
    const owner = this.#table.ownerOf(srcHigh, srcLow);
    if (owner === port) return;
    if (owner !== null) {
      context.note(LEARNING, R.entryPinned, VDS_3, port.index, srcHigh, srcLow, owner.index);
      return;
    }
    const slot = this.#fdb.find(vid, srcHigh, srcLow, nowMs);
    const held = slot < 0 ? NO_PORT : this.#fdb.portAt(slot);
    if (held === port.index) {
      this.#fdb.refreshAt(slot, nowMs);
      context.note(LEARNING, R.entryRefreshed, VDS_3, port.index, srcHigh, srcLow, vid);
      return;
    }
    if (this.#isFull(port, nowMs)) {
      const { learnedCount, macLimit } = port;
      context.note(LEARNING, R.tableFull, VDS_3, port.index, srcHigh, srcLow, learnedCount, macLimit);
      return;
    }
    if (context.trace.on) this.noteExpired(context, srcHigh, srcLow);
    this.#fdb.put(vid, srcHigh, srcLow, port.index, 0, nowMs);
    port.learnedCount++;
    if (held === NO_PORT) {
      context.note(LEARNING, R.learned, VDS_3, port.index, srcHigh, srcLow, vid);
    } else {
      this.#ports[held]!.learnedCount--;
      context.note(LEARNING, R.entryMoved, VDS_3, port.index, srcHigh, srcLow, held);
    }
  }

  noteExpired(context: FrameContext, high: number, low: number): void {
    const { vid, nowMs } = context;
    const age = this.#fdb.expiredAge(vid, high, low, nowMs);
    if (age >= 0) context.note(LEARNING, R.entryExpired, VDS_3, NO_PORT, high, low, age, this.#fdb.ageingTimeMs);
  }

  /** How many addresses each port has learned; those that have expired and were not swept away yet are counted. */
  recount(): void {
    for (const port of this.#ports) if (port !== undefined) port.learnedCount = 0;
    for (const { port, flags } of this.#fdb.entries(0)) {
      if ((flags & STATIC) === 0) this.#ports[port]!.learnedCount++;
    }
  }

  #sweep(nowMs: number): void {
    this.#fdb.sweep(nowMs);
    this.recount();
    const ages = this.#fdb.entries(nowMs).map(({ flags, ageMs }) => ((flags & STATIC) === 0 ? ageMs : 0));
    this.#dueMs = nowMs + this.#fdb.ageingTimeMs - Math.max(0, ...ages);
  }

  #mayLearn(high: number, low: number): boolean {
    return !isGroup(high) && !isZero(high, low) && this.#table.ownerOf(high, low) === null;
  }

  #isFull(port: VswitchPort, nowMs: number): boolean {
    if (port.learnedCount < port.macLimit) return false;
    if (nowMs >= this.#dueMs) this.#sweep(nowMs);
    return port.learnedCount >= port.macLimit;
  }
}
