/**
 * A VLAN bridge as IEEE 802.1Q-2018 describes it, and nothing more: the physical switch that uplinks end at.
 *
 * It is no product. Where the standard leaves a choice, the usual default of managed switches is taken: independent VLAN
 * learning, ageing time 300 s (802.1Q-2018 Table 8-6), ingress filtering, no spanning tree. Rule ids Q-… are its clauses.
 */
import { BY_PVID, BY_PVID_OTHER_TPID, BY_PVID_PRIORITY, BY_TAG, describeRecord } from '../describe.ts';
import { Fdb } from '../fdb.ts';
import type { FrameContext } from '../frame-context.ts';
import { Port } from '../port.ts';
import { FLOOD_BROADCAST, FLOOD_MULTICAST, FLOOD_UNKNOWN, type Profile, type ProfileId } from '../profile.ts';
import { EGRESS, INGRESS, LEARNING, LINK, LOOKUP, VLAN, type TraceRecord } from '../trace.ts';
import type { Values } from '../../outcome/decision.ts';
import type { Doubts } from '../../outcome/doubts.ts';
import { reasonCode } from '../../outcome/reasons.ts';
import { ruleCode } from '../../outcome/rules.ts';
import { pcpOf, TPID_C, TPID_S, VID_RESERVED, vidOf } from '../../wire/dot1q.ts';
import { MIN_WIRE_SIZE } from '../../wire/ethernet.ts';
import { isBroadcast, isGroup, isReserved, isZero, type MacAddress } from '../../wire/mac-address.ts';

const R = {
  delivered: reasonCode('delivered'),
  entryMoved: reasonCode('entry-moved'),
  entryRefreshed: reasonCode('entry-refreshed'),
  ingressPort: reasonCode('ingress-port'),
  invalidSrc: reasonCode('invalid-src'),
  learned: reasonCode('learned'),
  linkDown: reasonCode('link-down'),
  noPvid: reasonCode('no-pvid'),
  pause: reasonCode('pause'),
  reservedDst: reasonCode('reserved-dst'),
  reservedVid: reasonCode('reserved-vid'),
  runt: reasonCode('runt'),
  samePort: reasonCode('same-port'),
  tagPopped: reasonCode('tag-popped'),
  tagPushed: reasonCode('tag-pushed'),
  vlanMismatch: reasonCode('vlan-mismatch'),
  vlanNotAllowed: reasonCode('vlan-not-allowed'),
} as const;

const GEN_2 = ruleCode('GEN-2');
const GEN_3 = ruleCode('GEN-3');
const GEN_4 = ruleCode('GEN-4');
const GEN_5 = ruleCode('GEN-5');
const GEN_6 = ruleCode('GEN-6');
const Q = {
  classify: ruleCode('Q-6.9.1'),
  topology: ruleCode('Q-8.6.1'),
  ingress: ruleCode('Q-8.6.2'),
  filtering: ruleCode('Q-8.6.3'),
  egress: ruleCode('Q-8.6.4'),
  learning: ruleCode('Q-8.7'),
  database: ruleCode('Q-8.8'),
} as const;

/** The clauses were not read in the standard itself. */
const DOUBTS: Doubts = {
  'Q-6.9.1': 'U',
  'Q-8.6.1': 'U',
  'Q-8.6.2': 'U',
  'Q-8.6.3': 'U',
  'Q-8.6.4': 'U',
  'Q-8.7': 'U',
  'Q-8.8': 'U',
};

/** Above any VLAN state: members always forward here. */
const FORWARDING = 1;

export class Ieee8021q implements Profile {
  readonly id: ProfileId = 'ieee-8021q';
  readonly unknownPortRule = Q.topology;
  readonly noTargetRule = Q.filtering;
  readonly doubts = DOUBTS;
  readonly program = null;
  readonly hasObservers = false;
  /** Number 0 would be the switch's own management port: nobody stands behind it. */
  readonly ports: (Port | undefined)[] = [undefined];
  readonly fdb = new Fdb(300_000);
  #cameTagged = false;

  /** `native` 0: untagged frames are refused. */
  addPort(name: string, mac: MacAddress, native: number, tagged: readonly number[]): Port {
    const port = new Port(this.ports.length, name, mac);
    this.ports.push(port);
    for (const vid of tagged) port.join(vid, false, FORWARDING);
    if (native !== 0) port.join(native, true, FORWARDING);
    port.pvid = native;
    return port;
  }

  receive(context: FrameContext): boolean {
    const port = this.ports[context.ingress]!;
    const { srcHigh, srcLow, dstHigh, dstLow } = context;
    if (!port.linkUp) return context.refuse(LINK, R.linkDown, Q.topology, port.index);
    if (context.length < MIN_WIRE_SIZE) {
      return context.refuse(LINK, R.runt, GEN_5, port.index, context.length, MIN_WIRE_SIZE);
    }
    if (isGroup(srcHigh) || isZero(srcHigh, srcLow)) {
      return context.refuse(INGRESS, R.invalidSrc, GEN_3, port.index, srcHigh, srcLow);
    }
    if (isReserved(dstHigh, dstLow)) {
      return context.refuse(INGRESS, dstLow === 1 ? R.pause : R.reservedDst, GEN_4, port.index, dstHigh, dstLow);
    }
    context.pass(INGRESS, GEN_3, port.index, srcHigh, srcLow);
    return false;
  }

  classify(context: FrameContext): boolean {
    const port = this.ports[context.ingress]!;
    // A customer VLAN bridge knows C-tags only: an S-tag is payload.
    this.#cameTagged = context.tpid === TPID_C;
    if (!this.#cameTagged) context.putTagBack();
    const tagged = this.#cameTagged ? vidOf(context.tci) : 0;
    if (tagged === VID_RESERVED) return context.refuse(VLAN, R.reservedVid, GEN_2, port.index, tagged);
    const vid = tagged === 0 ? port.pvid : tagged;
    const isForeign = context.outerType === TPID_S;
    const how = tagged !== 0 ? BY_TAG : this.#cameTagged ? BY_PVID_PRIORITY : isForeign ? BY_PVID_OTHER_TPID : BY_PVID;
    if (vid === 0) return context.refuse(VLAN, R.noPvid, Q.classify, port.index, how);
    if (!port.isMember(vid)) {
      return context.refuse(VLAN, R.vlanMismatch, Q.ingress, port.index, TPID_C, context.tci);
    }
    context.vid = vid;
    context.tpid = TPID_C;
    context.tci = (context.tci & ~0x0fff) | vid;
    context.pass(VLAN, Q.classify, port.index, how, vid, pcpOf(context.tci));
    return false;
  }

  admit(): boolean {
    return false;
  }

  learn(context: FrameContext): void {
    const { srcHigh, srcLow, vid, nowMs, ingress } = context;
    const slot = this.fdb.find(vid, srcHigh, srcLow, nowMs);
    const held = slot < 0 ? -1 : this.fdb.portAt(slot);
    this.fdb.put(vid, srcHigh, srcLow, ingress, 0, nowMs);
    if (held < 0) context.note(LEARNING, R.learned, Q.learning, ingress, srcHigh, srcLow, vid);
    else if (held === ingress) context.note(LEARNING, R.entryRefreshed, Q.learning, ingress, srcHigh, srcLow, vid);
    else context.note(LEARNING, R.entryMoved, Q.learning, ingress, srcHigh, srcLow, held);
  }

  proceed(): boolean {
    return false;
  }

  lookUp(context: FrameContext): number {
    const { dstHigh, dstLow, vid, nowMs } = context;
    if (isGroup(dstHigh)) return isBroadcast(dstHigh, dstLow) ? FLOOD_BROADCAST : FLOOD_MULTICAST;
    const slot = this.fdb.find(vid, dstHigh, dstLow, nowMs);
    if (slot < 0) return FLOOD_UNKNOWN;
    context.pass(LOOKUP, Q.database, this.fdb.portAt(slot), dstHigh, dstLow, vid);
    return this.fdb.portAt(slot);
  }

  floodRule(): number {
    return Q.filtering;
  }

  exclude(context: FrameContext, port: Port, flood: number): boolean {
    if (port.index === context.ingress) {
      if (flood !== 0) return context.refuse(EGRESS, R.ingressPort, GEN_6, port.index);
      return context.refuse(LOOKUP, R.samePort, GEN_6, port.index, context.dstHigh, context.dstLow);
    }
    if (!port.linkUp) return context.refuse(LINK, R.linkDown, Q.topology, port.index);
    if (port.isMember(context.vid)) return false;
    return context.refuse(EGRESS, R.vlanNotAllowed, Q.egress, port.index, context.vid);
  }

  observes(): boolean {
    return false;
  }

  encode(context: FrameContext, port: Port): void {
    const leavesTagged = !port.isUntagged(context.vid);
    context.outTpid = leavesTagged ? TPID_C : 0;
    context.outTci = leavesTagged ? context.tci : 0;
    if (!context.trace.on) return;
    if (!isGroup(context.dstHigh) && this.#isKnown(context)) {
      context.note(EGRESS, R.delivered, Q.database, port.index, context.dstHigh, context.dstLow, context.vid);
    }
    if (leavesTagged === this.#cameTagged) return;
    context.note(EGRESS, leavesTagged ? R.tagPushed : R.tagPopped, Q.egress, port.index, context.vid);
  }

  #isKnown({ vid, dstHigh, dstLow, nowMs }: FrameContext): boolean {
    return this.fdb.find(vid, dstHigh, dstLow, nowMs) >= 0;
  }

  stop(): boolean {
    return false;
  }

  describe(record: TraceRecord): Values {
    return describeRecord(this, record, {});
  }
}
