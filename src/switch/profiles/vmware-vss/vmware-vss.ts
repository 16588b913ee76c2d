/**
 * The virtual switches of VMware ESXi: vSphere Standard Switch, and with `kind` 'vds' what the Distributed Switch adds.
 *
 * Read first: vSphere Networking and vSphere Security (8.0), "Virtual Networking Concepts". What surprises: the switch does
 * not learn, it knows the addresses of the adapters that are connected to it (VSS-1); what it does not know is outside, so
 * a guest's frame goes out of one uplink (VSS-11) and an uplink's frame goes nowhere (VSS-13); nothing goes from uplink to
 * uplink, so there is no loop and no spanning tree (VSS-14).
 */
import type { FrameContext } from '../../frame-context.ts';
import {
  FLOOD_BROADCAST,
  FLOOD_MULTICAST,
  FLOOD_UNKNOWN,
  NOWHERE,
  type Profile,
  type ProfileId,
} from '../../profile.ts';
import { ADMISSION, EGRESS, INGRESS, LEARNING, LINK, LOOKUP, NO_PORT, type TraceRecord } from '../../trace.ts';
import type { Values } from '../../../outcome/decision.ts';
import { TPID_C } from '../../../wire/dot1q.ts';
import { MIN_WIRE_SIZE, TYPE_AT } from '../../../wire/ethernet.ts';
import { isBroadcast, isGroup, isReserved } from '../../../wire/mac-address.ts';
import { AddressTable } from './address-table.ts';
import { Classification } from './classification.ts';
import { describe } from './describe.ts';
import { DOUBTS } from './doubts.ts';
import { MacLearning } from './mac-learning.ts';
import { GEN, R, VDS, VSS } from './outcomes.ts';
import { defaultPolicy, EXPLICIT, type Policy, type SwitchKind, type Version } from './policy.ts';
import type { PortGroup } from './port-group.ts';
import { isKeptApart, NO_ROLE, PrivateVlans } from './private-vlans.ts';
import { isBackwards, ownUplink, shareOf } from './teaming.ts';
import type { TrafficFilter, TrafficKit } from './traffic-rules.ts';
import type { VswitchPort } from './vswitch-port.ts';

export class VmwareVss implements Profile {
  readonly id: ProfileId = 'vmware-vss';
  readonly unknownPortRule = VSS[1];
  readonly doubts = DOUBTS;
  readonly program = null;
  readonly name: string;
  readonly kind: SwitchKind;
  readonly version: Version;
  /** Number 0 would be the switch's own port: it has none, the host is connected by vmkernel adapters. */
  readonly ports: (VswitchPort | undefined)[] = [undefined];
  readonly groups = new Map<string, PortGroup>();
  /** Null: it will have no traffic rules. */
  readonly trafficKit: TrafficKit | null;
  /** Of the uplink port group. */
  uplinkFilter: TrafficFilter | null = null;
  policy: Policy;
  mtu = 1500;
  /** Kept and shown only (VSS-3). */
  readonly configuredPorts = 128;
  readonly cdp = 'listen';
  readonly beacon = false;
  /** `/Net/BlockGuestBPDU` */
  blocksGuestBpdu = false;
  /** `/Net/ReversePathFwdCheckPromisc` */
  checksPromiscuous = false;
  privateVlans = new PrivateVlans();
  readonly table = new AddressTable(this.ports);
  readonly learning = new MacLearning(this.ports, this.table);
  hasObservers = false;
  hasUplinks = false;
  /** Does any port get unknown unicast? */
  hasFlooders = false;

  // Of the frame at hand
  #ingress: VswitchPort | null = null;
  readonly #vlan: Classification;
  /** The port that has the destination's address; 0: none. */
  #local = 0;
  #uplink = 0;
  #flood = 0;
  #isReflected = false;
  noTargetRule = VSS[12];

  constructor(name: string, kind: SwitchKind, version: Version, trafficKit: TrafficKit | null) {
    this.trafficKit = trafficKit;
    this.name = name;
    this.kind = kind;
    this.version = version;
    this.policy = defaultPolicy(kind, version);
    this.#vlan = new Classification(kind);
  }

  // --- Ingress

  receive(context: FrameContext): boolean {
    const port = this.ports[context.ingress]!;
    const { dstHigh, dstLow, length } = context;
    this.#ingress = port;
    if (!port.linkUp) return context.refuse(LINK, R.linkDown, port.isUplink ? VSS[17] : VSS[1], port.index);
    if (port.isBlocked) return context.refuse(LINK, R.portDisabled, VDS[5], port.index);
    if (port.isUplink && length < MIN_WIRE_SIZE) {
      return context.refuse(LINK, R.runt, GEN[5], port.index, length, MIN_WIRE_SIZE);
    }
    if (context.outerType === TPID_C && context.tpid === 0) {
      return context.refuse(INGRESS, R.malformedHeader, GEN[1], port.index, length);
    }
    if (isReserved(dstHigh, dstLow)) {
      if (dstLow === 1) return context.refuse(INGRESS, R.pause, GEN[4], port.index, dstHigh, dstLow);
      if (dstLow === 0 && this.blocksGuestBpdu && !port.isUplink) {
        return context.refuse(INGRESS, R.bpduFilter, VSS[15], port.index);
      }
    }
    // Between an adapter and its port is the place of a distributed switch's traffic rules (VDS-4).
    return port.filter?.refusesIn(context, port) === true;
  }

  classify(context: FrameContext): boolean {
    const port = this.#ingress!;
    if (this.#vlan.classify(context, port, this.privateVlans)) return true;
    port.filter?.mark(context);
    return false;
  }

  // --- Admission and learning

  admit(context: FrameContext): boolean {
    const port = this.#ingress!;
    if (port.isUplink) return false;
    const { srcHigh, srcLow } = context;
    const isOwn = srcHigh === port.effectiveHigh && srcLow === port.effectiveLow;
    if (!isOwn && !port.acceptsForged) {
      return context.refuse(ADMISSION, R.forgedSrcMac, VSS[19], port.index, srcHigh, srcLow);
    }
    if (port.learns && this.learning.refuses(context, port)) return true;
    context.pass(ADMISSION, VSS[19], port.index, srcHigh, srcLow);
    if (isGroup(srcHigh)) context.note(ADMISSION, R.groupSrc, VSS[19], port.index, srcHigh, srcLow);
    return false;
  }

  learn(context: FrameContext): void {
    const port = this.#ingress!;
    if (port.learns) this.learning.learn(context, port);
    else context.note(LEARNING, R.learningOff, VSS[1], port.index, context.srcHigh, context.srcLow);
  }

  proceed(): boolean {
    return false;
  }

  // --- Lookup

  lookUp(context: FrameContext): number {
    const { dstHigh, dstLow, vid } = context;
    const ingress = this.#ingress!;
    this.#flood = 0;
    this.#local = isGroup(dstHigh) ? 0 : this.table.find(vid, dstHigh, dstLow, context.nowMs);
    this.#isReflected = ingress.isUplink && this.#reflects(context, ingress);
    if (this.#isReflected) return NOWHERE;
    this.#uplink = ingress.isUplink ? 0 : this.#chooseUplink(context);
    if (isGroup(dstHigh)) return this.#lookUpGroup(context, ingress);
    if (this.#local !== 0) return this.#lookUpLocal(context, ingress);
    if (context.trace.on) this.learning.noteExpired(context, dstHigh, dstLow);
    if (this.hasFlooders && this.#isFloodedUnknown(vid, ingress)) {
      if (context.trace.on && this.#uplink !== 0) this.#noteFailover(context);
      this.noTargetRule = VDS[3];
      return (this.#flood = FLOOD_UNKNOWN);
    }
    return ingress.isUplink ? this.#refuseUnknown(context, ingress) : this.#lookUpOutside(context);
  }

  #lookUpGroup(context: FrameContext, ingress: VswitchPort): number {
    const { dstHigh, dstLow } = context;
    const isControl = isReserved(dstHigh, dstLow);
    if (context.trace.on && this.#uplink !== 0) this.#noteFailover(context);
    this.noTargetRule = isControl ? (dstLow === 0 ? VSS[15] : GEN[4]) : ingress.isUplink ? VSS[14] : VSS[12];
    return (this.#flood = isBroadcast(dstHigh, dstLow) ? FLOOD_BROADCAST : FLOOD_MULTICAST);
  }

  #lookUpLocal(context: FrameContext, ingress: VswitchPort): number {
    const { dstHigh, dstLow, vid, trace } = context;
    context.pass(LOOKUP, ingress.isUplink ? VSS[13] : VSS[10], this.#local, dstHigh, dstLow, vid);
    if (trace.on && this.#uplink !== 0 && this.#local !== ingress.index) {
      context.refuse(LOOKUP, R.localOnly, VSS[10], this.#uplink, dstHigh, dstLow, this.#local);
      context.recordFiltered();
    }
    return this.#local;
  }

  #lookUpOutside(context: FrameContext): number {
    const { dstHigh, dstLow, vid, trace } = context;
    const uplink = this.#uplink;
    if (uplink === 0) {
      context.refuse(LOOKUP, R.noUplink, this.hasUplinks ? VSS[17] : VSS[11], NO_PORT, dstHigh, dstLow);
      return NOWHERE;
    }
    if (!trace.on) return uplink;
    this.#noteFailover(context);
    const rule = this.table.ownerOf(dstHigh, dstLow) !== null ? VSS[9] : VSS[11];
    context.note(LOOKUP, R.toUplink, rule, uplink, dstHigh, dstLow);
    for (const port of this.ports) {
      if (port === undefined || port === this.#ingress || port.index === uplink || port.promiscuous) continue;
      if (!port.linkUp || !(port.isUplink || port.isMember(vid))) continue;
      if (port.isUplink) this.#refuseUplink(context, port);
      else this.#refuseUnflooded(context, port, VSS[11]);
      context.recordFiltered();
    }
    return uplink;
  }

  #refuseUnknown(context: FrameContext, ingress: VswitchPort): number {
    const { dstHigh, dstLow, vid, trace } = context;
    const rule = trace.on && this.table.ownerOf(dstHigh, dstLow) !== null ? VSS[9] : VSS[13];
    context.refuse(LOOKUP, R.unknownDst, rule, ingress.index, dstHigh, dstLow, vid);
    return NOWHERE;
  }

  /** What comes in at an uplink with the address of an adapter of this host is the host's own, sent back (VSS-16). */
  #reflects(context: FrameContext, ingress: VswitchPort): boolean {
    const { srcHigh, srcLow, vid, nowMs } = context;
    const owner = this.table.find(vid, srcHigh, srcLow, nowMs);
    if (owner === 0) return false;
    return context.refuse(LOOKUP, R.reverseFilter, VSS[16], ingress.index, srcHigh, srcLow, ingress.index, owner);
  }

  #isFloodedUnknown(vid: number, ingress: VswitchPort): boolean {
    for (const port of this.ports) if (port?.floodsUnknown && port !== ingress && port.isMember(vid)) return true;
    return false;
  }

  #chooseUplink(context: FrameContext): number {
    const { team } = this.#ingress!.group!;
    return team.choose(shareOf(context, this.#ingress!, team.mode));
  }

  #noteFailover(context: FrameContext): void {
    const { team } = this.#ingress!.group!;
    const intended = team.intended(shareOf(context, this.#ingress!, team.mode));
    if (intended === 0 || intended === this.#uplink) return;
    context.note(LINK, R.uplinkFailover, VSS[17], this.#uplink, intended);
  }

  floodRule(): number {
    return this.noTargetRule;
  }

  // --- Egress

  exclude(context: FrameContext, port: VswitchPort, flood: number): boolean {
    const ingress = this.#ingress!;
    if (port === ingress) {
      if (flood !== 0) return context.refuse(EGRESS, R.ingressPort, GEN[6], port.index);
      return context.refuse(LOOKUP, R.samePort, GEN[6], port.index, context.dstHigh, context.dstLow);
    }
    if (port.isUplink && ingress.isUplink) {
      return context.refuse(LOOKUP, R.splitHorizon, VSS[14], port.index, ingress.index);
    }
    if (!port.linkUp) return context.refuse(LINK, R.linkDown, port.isUplink ? VSS[17] : VSS[1], port.index);
    if (port.isBlocked) return context.refuse(LINK, R.portDisabled, VDS[5], port.index);
    if (port.isUplink) return flood !== 0 && port.index !== this.#uplink && this.#refuseUplink(context, port);
    if (!port.isMember(context.vid)) {
      const rule = !port.isTrunk ? (port.vid === 0 ? VSS[5] : VSS[9]) : VDS[1];
      return context.refuse(EGRESS, R.vlanNotAllowed, rule, port.index, context.vid);
    }
    const { role, wireVid } = this.#vlan;
    if (isKeptApart(role, wireVid, port.role, port.wireVid)) {
      return context.refuse(EGRESS, R.pvlanBlocked, VDS[2], port.index, role, wireVid);
    }
    return flood !== 0 && this.#excludesFromFlood(context, port, ingress);
  }

  #excludesFromFlood(context: FrameContext, port: VswitchPort, ingress: VswitchPort): boolean {
    if (isBackwards(port, ingress) && !(port.promiscuous && !this.checksPromiscuous)) {
      const { srcHigh, srcLow } = context;
      const own = ownUplink(port);
      return context.refuse(INGRESS, R.reverseFilter, VSS[16], port.index, srcHigh, srcLow, ingress.index, own);
    }
    if (port.promiscuous) return false;
    if (this.#flood === FLOOD_UNKNOWN) return !port.floodsUnknown && this.#refuseUnflooded(context, port, VDS[3]);
    if (this.#flood === FLOOD_BROADCAST || port.hasJoined(context.dstHigh, context.dstLow)) return false;
    return context.refuse(EGRESS, R.mcastNotMember, VSS[12], port.index, context.dstHigh, context.dstLow);
  }

  #refuseUplink(context: FrameContext, port: VswitchPort): true {
    const isByOrder = this.#ingress!.group!.team.mode === EXPLICIT;
    const rule = !isByOrder ? VSS[17] : this.#flood === 0 ? VSS[11] : VSS[12];
    return context.refuse(LOOKUP, R.uplinkNotChosen, rule, port.index, this.#uplink);
  }

  #refuseUnflooded(context: FrameContext, port: VswitchPort, rule: number): true {
    return context.refuse(LOOKUP, R.unknownNotFlooded, rule, port.index, context.dstHigh, context.dstLow);
  }

  /** Promiscuous ports see what crosses the switch in their VLANs (VSS-20). */
  observes(context: FrameContext, port: VswitchPort): boolean {
    const ingress = this.#ingress!;
    if (!port.promiscuous || port === ingress || !port.linkUp || port.isBlocked || port.isDeaf) return false;
    const { role, wireVid } = this.#vlan;
    if (!port.isMember(context.vid) || isKeptApart(role, wireVid, port.role, port.wireVid)) return false;
    if (!this.checksPromiscuous) return true;
    return !this.#isReflected && (this.#local !== 0 || !isBackwards(port, ingress));
  }

  encode(context: FrameContext, port: VswitchPort): void {
    const { cameTagged, wireVid } = this.#vlan;
    // A guest's tag with VID 0 stays where tags are not looked at.
    const keepsTag = port.isTrunk && (wireVid !== 0 || cameTagged);
    context.outTpid = keepsTag ? TPID_C : 0;
    context.outTci = keepsTag ? (context.tci & 0xf000) | wireVid : 0;
    if (!context.trace.on) return;
    if (!port.isUplink) this.#noteDelivery(context, port);
    if (keepsTag === cameTagged) return;
    if (keepsTag) context.note(EGRESS, R.tagPushed, this.#pushRule(port), port.index, wireVid);
    else context.note(EGRESS, R.tagPopped, context.vid === 0 ? VSS[5] : VSS[6], port.index, context.vid);
  }

  #pushRule(port: VswitchPort): number {
    if (this.#vlan.role !== NO_ROLE) return VDS[2];
    return port.isUplink ? VSS[6] : this.kind === 'vss' ? VSS[7] : VDS[1];
  }

  #noteDelivery(context: FrameContext, port: VswitchPort): void {
    const { dstHigh, dstLow, vid } = context;
    const ingress = this.#ingress!;
    const isWrongWay = isBackwards(port, ingress);
    if (this.#local === port.index) {
      const rule = isWrongWay ? VSS[16] : ingress.isUplink ? VSS[13] : VSS[10];
      context.note(EGRESS, R.delivered, rule, port.index, dstHigh, dstLow, vid);
      return;
    }
    const isDue =
      this.#flood === FLOOD_BROADCAST ||
      (this.#flood === FLOOD_UNKNOWN && port.floodsUnknown) ||
      (this.#flood === FLOOD_MULTICAST && port.hasJoined(dstHigh, dstLow));
    if (!isDue || isWrongWay) context.note(EGRESS, R.promiscuousCopy, VSS[20], port.index, vid);
  }

  stop(context: FrameContext, port: VswitchPort): boolean {
    if (port.isDeaf) return context.refuse(EGRESS, R.macChangedRx, VSS[18], port.index);
    const counted = TYPE_AT + context.length - context.body;
    const limit = this.mtu + TYPE_AT + 2;
    if (counted > limit) return context.refuse(EGRESS, R.mtuExceeded, VSS[3], port.index, counted, limit);
    return port.filter?.refusesOut(context, port) === true;
  }

  // --- Explanation

  describe(record: TraceRecord): Values {
    return describe(this, record);
  }
}
