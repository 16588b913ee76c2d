/**
 * The one frame that is passing through the relay: its fields as integers, what the stages so far have found out, and the
 * refusal of the stage that stopped it. One such object exists per switch; nothing is allocated per frame.
 */
import { isTpid, TAG_SIZE } from '../wire/dot1q.ts';
import { readUint16, readUint24 } from '../wire/bytes.ts';
import { TYPE_AT } from '../wire/ethernet.ts';
import { FILTERED, NO_PORT, NOTE, PASS, type Trace } from './trace.ts';

export class FrameContext {
  readonly trace: Trace;
  /** Index in the batch. */
  frame = 0;
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  /** Bytes without FCS. */
  length = 0;
  ingress = 0;
  nowMs = 0;
  dstHigh = 0;
  dstLow = 0;
  srcHigh = 0;
  srcLow = 0;
  /** The frame's outer tag, moved out of the bytes; TPID 0: none. Stages may change it. */
  tpid = 0;
  tci = 0;
  /** Where what follows addresses and outer tag begins, from the frame's first byte. */
  body = TYPE_AT;
  /** The first type field, tag or not. */
  outerType = 0;
  /** Where the network layer begins behind the one tag that was moved out; stays when a stage puts the tag back. */
  network = TYPE_AT + 2;
  /** The VLAN that the frame was classified to; 0 where the switch knows no VLANs. */
  vid = 0;
  /** What the egress port makes of the tag. */
  outTpid = 0;
  outTci = 0;
  /** A version of the whole frame that a rule has written, for the copy at hand; null: the frame as it came. */
  rewritten: Uint8Array | null = null;
  /** The same for all copies, where the rule stood before the lookup. */
  rewrittenAtIngress: Uint8Array | null = null;

  /** Why a stage said no. */
  stage = 0;
  reason = 0;
  rule = 0;
  port = NO_PORT;
  a = 0;
  b = 0;
  c = 0;
  d = 0;

  constructor(trace: Trace) {
    this.trace = trace;
  }

  load(frame: number, bytes: Uint8Array, start: number, length: number, ingress: number): void {
    this.frame = frame;
    this.bytes = bytes;
    this.start = start;
    this.length = length;
    this.ingress = ingress;
    this.vid = 0;
    this.rewrittenAtIngress = null;
    this.dstHigh = readUint24(bytes, start);
    this.dstLow = readUint24(bytes, start + 3);
    this.srcHigh = readUint24(bytes, start + 6);
    this.srcLow = readUint24(bytes, start + 9);
    this.outerType = readUint16(bytes, start + TYPE_AT);
    if (isTpid(this.outerType) && length >= TYPE_AT + TAG_SIZE) this.takeTag();
    else this.putTagBack();
    this.network = this.body + 2;
  }

  /** Goes on with other addresses; `frame` is the frame as a whole, what follows the addresses unchanged. */
  readdress(frame: Uint8Array): void {
    this.rewrittenAtIngress = frame;
    this.bytes = frame;
    this.start = 0;
    this.dstHigh = readUint24(frame, 0);
    this.dstLow = readUint24(frame, 3);
    this.srcHigh = readUint24(frame, 6);
    this.srcLow = readUint24(frame, 9);
  }

  /** Moves the outer tag out of the bytes. */
  takeTag(): void {
    this.tpid = this.outerType;
    this.tci = readUint16(this.bytes, this.start + TYPE_AT + 2);
    this.body = TYPE_AT + TAG_SIZE;
  }

  /** The tag counts as payload. */
  putTagBack(): void {
    this.tpid = 0;
    this.tci = 0;
    this.body = TYPE_AT;
  }

  /** Length of the copy at hand as it leaves, in bytes without FCS; its outer tag is counted. */
  get outLength(): number {
    return TYPE_AT + (this.outTpid === 0 ? 0 : TAG_SIZE) + this.length - this.body;
  }

  /** A stage says no: always returns true, so that it reads `return context.refuse(…)`. The relay decides what it costs. */
  refuse(stage: number, reason: number, rule: number, port: number, a = 0, b = 0, c = 0, d = 0): true {
    this.stage = stage;
    this.reason = reason;
    this.rule = rule;
    this.port = port;
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
    return true;
  }

  pass(stage: number, rule: number, port: number, a = 0, b = 0, c = 0, d = 0): void {
    if (this.trace.on) this.trace.add(this.frame, stage, PASS, 0, rule, port, a, b, c, d);
  }

  note(stage: number, reason: number, rule: number, port: number, a = 0, b = 0, c = 0, d = 0): void {
    if (this.trace.on) this.trace.add(this.frame, stage, NOTE, reason, rule, port, a, b, c, d);
  }

  /** Writes the standing refusal down. */
  record(verdict: number): void {
    if (!this.trace.on) return;
    this.trace.add(this.frame, this.stage, verdict, this.reason, this.rule, this.port, this.a, this.b, this.c, this.d);
  }

  recordFiltered(): void {
    this.record(FILTERED);
  }
}
