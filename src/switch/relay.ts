/**
 * The relay (IEEE 802.1Q-2018 8.6): takes frames in at ports and gives copies out at ports.
 *
 * Read from top to bottom: this is the order in which every product's switch works. What each stage answers is the
 * profile's business. Frames are counted as the vocabulary in `reasons.ts` defines it: a frame has copies or exactly one
 * drop, a copy is delivered or dropped.
 */
import { CopyBatch } from './copy-batch.ts';
import { FrameContext } from './frame-context.ts';
import { FrameBatch } from './frame-batch.ts';
import { RX_BYTES, RX_FRAMES, TX_BYTES, TX_FRAMES, type Port } from './port.ts';
import { HOST_PORT, NOWHERE, packFlood, type Passage, type Profile, type Program } from './profile.ts';
import type { Decision } from '../outcome/decision.ts';
import { doubtKey } from '../outcome/doubts.ts';
import { reasonCode } from '../outcome/reasons.ts';
import { ruleCode } from '../outcome/rules.ts';
import { DROP, INGRESS, LOOKUP, NO_PORT, Trace } from './trace.ts';
import { ETHERNET_HEADER_SIZE } from '../wire/ethernet.ts';

const UNKNOWN_PORT = reasonCode('unknown-port');
const MALFORMED_HEADER = reasonCode('malformed-header');
const NO_TARGET = reasonCode('no-target');
const FLOODED = reasonCode('flooded');
const GEN_1 = ruleCode('GEN-1');

/** Conservation: frames = framesWithCopies + framesDropped; copies = delivered + copiesDropped. */
export class Tally {
  frames = 0;
  framesWithCopies = 0;
  framesDropped = 0;
  copies = 0;
  delivered = 0;
  copiesDropped = 0;
}

export class Relay<P extends Profile = Profile> {
  readonly profile: P;
  readonly trace: Trace;
  readonly tally = new Tally();
  readonly #context: FrameContext;
  /** By port: the frame at hand has a copy there. Kept only for switches with observers. */
  #reached = new Uint8Array(16);
  /** Of the program that is running: where its copies go, and whether its last way came to nothing. */
  #copies: CopyBatch = new CopyBatch();
  #isRefused = false;
  #frames: FrameBatch = new FrameBatch();
  #firstCopy = 0;
  #before = { ...this.tally };

  constructor(profile: P, trace = new Trace()) {
    this.profile = profile;
    this.trace = trace;
    this.#context = new FrameContext(trace);
  }

  /**
   * Relays a batch in order; the copies are added to `copies`. `nowMs`: milliseconds since the lab began. Never throws,
   * whatever the bytes are.
   */
  relay(frames: FrameBatch, copies: CopyBatch, nowMs: number): void {
    const context = this.#context;
    context.nowMs = nowMs | 0;
    this.#frames = frames;
    for (let index = 0; index < frames.count; index++) {
      context.load(index, frames.bytes, frames.start[index]!, frames.length[index]!, frames.port[index]!);
      const before = this.tally.copies;
      this.tally.frames++;
      this.#pass(context, copies);
      if (this.tally.copies === before) {
        this.tally.framesDropped++;
        context.record(DROP);
      } else {
        this.tally.framesWithCopies++;
      }
    }
  }

  /** The records since `from`, with their values named. */
  decisions(from: number): Decision[] {
    return this.trace.read(from).map((record) => {
      const { stage, verdict, reason, rule } = record;
      const doubt = doubtKey(this.profile.doubts, rule, reason);
      const port = this.profile.ports[record.port]?.name ?? null;
      const decision = { stage, verdict, reason, rule, port, values: this.profile.describe(record) };
      return doubt === null ? decision : { ...decision, doubt };
    });
  }

  /** One frame through all stages. Whoever returns without having made a copy leaves the refusal in the context. */
  #pass(context: FrameContext, copies: CopyBatch): void {
    const profile = this.profile;
    const ingress = profile.ports[context.ingress];
    if (ingress === undefined) {
      context.refuse(INGRESS, UNKNOWN_PORT, profile.unknownPortRule, NO_PORT, context.ingress);
      return;
    }
    if (context.length < ETHERNET_HEADER_SIZE) {
      context.refuse(INGRESS, MALFORMED_HEADER, GEN_1, ingress.index, context.length);
      return;
    }
    ingress.counters[RX_FRAMES]!++;
    ingress.counters[RX_BYTES]! += context.length;
    if (profile.receive(context)) return;
    if (profile.program === null) this.#bridge(context, copies);
    else this.#runProgram(context, copies, profile.program);
  }

  /** From classification to the copies. */
  #bridge(context: FrameContext, copies: CopyBatch): void {
    const profile = this.profile;
    if (profile.classify(context) || profile.admit(context)) return;
    profile.learn(context);
    if (profile.proceed(context)) return;
    const target = profile.lookUp(context);
    if (profile.hasObservers) this.#bridgeObserved(context, copies, target);
    else if (target >= 0) this.#forward(context, copies, target);
    else if (target !== NOWHERE) this.#flood(context, copies, target);
  }

  /**
   * A program may send a frame many ways. A way that came to nothing while another made a copy is no loss but a port left
   * out; what stands in the context at the end is the last such.
   */
  #runProgram(context: FrameContext, copies: CopyBatch, program: Program): void {
    const before = this.tally.copies;
    this.#copies = copies;
    this.#firstCopy = copies.count;
    this.#before = { ...this.tally };
    this.#isRefused = false;
    program.run(context, this.#passage);
    if (this.#isRefused && this.tally.copies !== before) context.recordFiltered();
  }

  /** What a program is handed: each way writes the refusal of the one before it down, since another may follow. */
  readonly #passage: Passage = {
    bridge: (context) => {
      if (this.#isRefused) context.recordFiltered();
      const before = this.tally.copies;
      this.#bridge(context, this.#copies);
      this.#isRefused = this.tally.copies === before;
    },
    emit: (context, port) => {
      if (this.#isRefused) context.recordFiltered();
      this.#isRefused = !this.#offer(context, this.#copies, port);
    },
    abandon: () => this.#takeBack(),
  };

  #takeBack(): void {
    const copies = this.#copies;
    for (let copy = this.#firstCopy; copy < copies.count; copy++) {
      const { counters } = this.profile.ports[copies.portOf(copy)]!;
      counters[TX_FRAMES]!--;
      counters[TX_BYTES]! -= copies.bytes(copy, this.#frames).length;
    }
    copies.truncate(this.#firstCopy);
    this.tally.copies = this.#before.copies;
    this.tally.delivered = this.#before.delivered;
    this.tally.copiesDropped = this.#before.copiesDropped;
  }

  /** The lookup named one port. */
  #forward(context: FrameContext, copies: CopyBatch, target: number): void {
    const port = this.profile.ports[target];
    if (port !== undefined) this.#offer(context, copies, port);
  }

  /** False: the port is excluded, and the context knows why. */
  #offer(context: FrameContext, copies: CopyBatch, port: Port): boolean {
    if (this.profile.exclude(context, port, 0)) return false;
    this.#transmit(context, copies, port);
    return true;
  }

  /** Ports that see what is not for them. With their copies a refusal of the frame as a whole is no longer a loss. */
  #bridgeObserved(context: FrameContext, copies: CopyBatch, target: number): void {
    const before = this.tally.copies;
    if (this.#reached.length < this.profile.ports.length) this.#reached = new Uint8Array(2 * this.profile.ports.length);
    const reached = this.#reached.fill(0);
    if (target >= 0) this.#forward(context, copies, target);
    else if (target !== NOWHERE) this.#flood(context, copies, target);
    const isRefused = this.tally.copies === before;
    const { stage, reason, rule, port, a, b, c, d } = context;
    for (const observer of this.profile.ports) {
      if (observer === undefined || reached[observer.index] === 1 || !this.profile.observes(context, observer))
        continue;
      this.#transmit(context, copies, observer);
    }
    if (!isRefused) return;
    context.refuse(stage, reason, rule, port, a, b, c, d);
    // A flood has told port by port why it reached none.
    const isTold = target < 0 && target !== NOWHERE;
    if (!isTold && this.tally.copies !== before) context.recordFiltered();
  }

  #flood(context: FrameContext, copies: CopyBatch, flood: number): void {
    const note = context.trace.end;
    const before = this.tally.copies;
    context.note(
      LOOKUP,
      FLOODED,
      this.profile.floodRule(flood),
      NO_PORT,
      context.dstHigh,
      context.dstLow,
      packFlood(flood, context.vid),
      0,
    );
    const ports = this.profile.ports;
    let reached = 0;
    for (let index = 1; index <= ports.length; index++) {
      // The host's port comes last, as in Linux and Open vSwitch.
      const port = ports[index === ports.length ? HOST_PORT : index];
      if (port === undefined) continue;
      if (this.profile.exclude(context, port, flood)) {
        context.recordFiltered();
      } else {
        reached++;
        this.#transmit(context, copies, port);
      }
    }
    if (context.trace.on) context.trace.patch(note, reached);
    if (this.tally.copies === before) context.refuse(LOOKUP, NO_TARGET, this.profile.noTargetRule, NO_PORT, flood);
  }

  /** A copy exists from here on: it is delivered or dropped. */
  #transmit(context: FrameContext, copies: CopyBatch, port: Port): void {
    this.tally.copies++;
    if (this.profile.hasObservers) this.#reached[port.index] = 1;
    context.rewritten = context.rewrittenAtIngress;
    this.profile.encode(context, port);
    if (this.profile.stop(context, port)) {
      this.tally.copiesDropped++;
      context.record(DROP);
      return;
    }
    this.tally.delivered++;
    port.counters[TX_FRAMES]!++;
    port.counters[TX_BYTES]! += context.outLength;
    const copy = copies.add(context.frame, port.index, context.outTpid, context.outTci, context.body);
    if (context.rewritten !== null) copies.rewrite(copy, context.rewritten);
  }
}
