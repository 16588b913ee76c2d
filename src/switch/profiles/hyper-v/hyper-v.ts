/**
 * The Hyper-V virtual switch (Windows Server 2012 R2 and later): how it answers the relay.
 *
 * Read first: "Packet Flow through the Extensible Switch Data Path" of the Windows driver kit, whose order of policies the
 * methods follow; Set-VMNetworkAdapter and Set-VMNetworkAdapterVlan; John Howard, "Hyper-V: MAC Address Spoofing" (2009).
 *
 * What surprises: adapters do not teach the switch who they are, their addresses are known before the first frame; what is
 * learned is who stands behind the external port, or behind an adapter that may use any address. Untagged frames are a
 * VLAN of their own, number 0. The management OS has an ordinary port. A private VLAN and its secondaries share one table.
 */
import { BY_PVID, BY_PVID_OTHER_TPID, BY_PVID_PRIORITY, BY_TAG } from '../../describe.ts';
import type { Fdb } from '../../fdb.ts';
import type { FrameContext } from '../../frame-context.ts';
import {
  FLOOD_BROADCAST,
  FLOOD_MULTICAST,
  FLOOD_UNKNOWN,
  NOWHERE,
  type Profile,
  type ProfileId,
} from '../../profile.ts';
import { ADMISSION, EGRESS, INGRESS, LINK, LOOKUP, VLAN, type TraceRecord } from '../../trace.ts';
import type { Values } from '../../../outcome/decision.ts';
import { reasonCode } from '../../../outcome/reasons.ts';
import { ruleCode } from '../../../outcome/rules.ts';
import { pcpOf, TPID_C, TPID_S, vidOf } from '../../../wire/dot1q.ts';
import { ETHERNET_HEADER_SIZE, TYPE_AT } from '../../../wire/ethernet.ts';
import { isBroadcast, isGroup, isReserved, isZero } from '../../../wire/mac-address.ts';
import { describe } from './describe.ts';
import { DOUBTS } from './doubts.ts';
import { isDhcpServerMessage, routerMessageOf } from './guards.ts';
import { MIRRORING_DESTINATION, MIRRORING_SOURCE, type HyperVPort } from './hyper-v-port.ts';
import { MacTable } from './mac-table.ts';

/** Everything of a TCI but its PCP. */
const WITHOUT_PCP = 0x1fff;

const R = {
  delivered: reasonCode('delivered'),
  dhcpGuard: reasonCode('dhcp-guard'),
  forgedSrcMac: reasonCode('forged-src-mac'),
  ingressPort: reasonCode('ingress-port'),
  invalidSrc: reasonCode('invalid-src'),
  linkDown: reasonCode('link-down'),
  mirrored: reasonCode('mirrored'),
  mtuExceeded: reasonCode('mtu-exceeded'),
  pcpReset: reasonCode('pcp-reset'),
  portDisabled: reasonCode('port-disabled'),
  pvlanBlocked: reasonCode('pvlan-blocked'),
  reservedDst: reasonCode('reserved-dst'),
  routerGuard: reasonCode('router-guard'),
  samePort: reasonCode('same-port'),
  splitHorizon: reasonCode('split-horizon'),
  stormLimit: reasonCode('storm-limit'),
  tagPopped: reasonCode('tag-popped'),
  tagPushed: reasonCode('tag-pushed'),
  unknownDst: reasonCode('unknown-dst'),
  unknownNotFlooded: reasonCode('unknown-not-flooded'),
  uplinkNotChosen: reasonCode('uplink-not-chosen'),
  vlanMismatch: reasonCode('vlan-mismatch'),
  vlanNotAllowed: reasonCode('vlan-not-allowed'),
} as const;

const GEN_3 = ruleCode('GEN-3');
const GEN_6 = ruleCode('GEN-6');
const HV = Object.freeze({
  1: ruleCode('HV-1'),
  2: ruleCode('HV-2'),
  3: ruleCode('HV-3'),
  4: ruleCode('HV-4'),
  5: ruleCode('HV-5'),
  6: ruleCode('HV-6'),
  7: ruleCode('HV-7'),
  11: ruleCode('HV-11'),
  12: ruleCode('HV-12'),
  13: ruleCode('HV-13'),
  14: ruleCode('HV-14'),
  15: ruleCode('HV-15'),
  21: ruleCode('HV-21'),
  22: ruleCode('HV-22'),
  25: ruleCode('HV-25'),
} as const);

export class HyperV implements Profile {
  readonly id: ProfileId = 'hyper-v';
  readonly unknownPortRule = HV[1];
  readonly noTargetRule = HV[6];
  readonly doubts = DOUBTS;
  readonly program = null;
  /** Number 0 is the management OS, where it has an adapter of its own making. */
  readonly ports: (HyperVPort | undefined)[] = [undefined];
  readonly macTable = new MacTable();

  // What follows from the settings of all ports; `configuration.ts` keeps it.

  hasObservers = false;
  /** Numbers of the physical NICs. */
  uplinks: readonly number[] = [];
  /** How many ports have MacAddressSpoofing on. */
  spoofingCount = 0;

  // Of the frame at hand.

  /** It came with an 802.1Q tag. */
  #cameTagged = false;
  /** The lookup found its destination. */
  #isKnown = false;
  /** A port whose traffic is mirrored has it, or gave it. */
  #isWatched = false;
  /** The copy at hand is one for a mirror. */
  #isMirror = false;

  get fdb(): Fdb {
    return this.macTable.fdb;
  }

  // --- Ingress

  receive(context: FrameContext): boolean {
    const port = this.ports[context.ingress]!;
    this.#isWatched = port.portMirroring === MIRRORING_SOURCE;
    this.#isMirror = false;
    if (this.#isClosed(context, port)) return true;
    // It reads 802.1Q tags only: an S-tag is payload.
    if (context.tpid === TPID_S) context.putTagBack();
    // Ingress ACLs belong here, before the guards (HV-23).
    if (port.dhcpGuard && isDhcpServerMessage(context)) {
      return context.refuse(ADMISSION, R.dhcpGuard, HV[13], port.index);
    }
    if (port.routerGuard && this.#refusesRouter(context, port)) return true;
    const { dstHigh, dstLow, srcHigh, srcLow } = context;
    if (isReserved(dstHigh, dstLow)) {
      return context.refuse(INGRESS, R.reservedDst, HV[21], port.index, dstHigh, dstLow);
    }
    if (isGroup(srcHigh)) return context.refuse(INGRESS, R.invalidSrc, HV[4], port.index, srcHigh, srcLow);
    // Where every source has to be the adapter's own, it is refused as any other stranger.
    if (isZero(srcHigh, srcLow) && (port.isExternal || port.macAddressSpoofing)) {
      return context.refuse(INGRESS, R.invalidSrc, GEN_3, port.index, srcHigh, srcLow);
    }
    context.pass(INGRESS, HV[4], port.index, srcHigh, srcLow);
    return false;
  }

  #isClosed(context: FrameContext, port: HyperVPort): boolean {
    if (!port.linkUp) return context.refuse(LINK, R.linkDown, HV[25], port.index);
    return !port.isEnabled && context.refuse(LINK, R.portDisabled, HV[25], port.index);
  }

  #refusesRouter(context: FrameContext, port: HyperVPort): boolean {
    const message = routerMessageOf(context);
    return message !== 0 && context.refuse(ADMISSION, R.routerGuard, HV[14], port.index, message);
  }

  // --- VLAN

  classify(context: FrameContext): boolean {
    const port = this.ports[context.ingress]!;
    this.#cameTagged = context.tpid === TPID_C;
    const tagged = this.#cameTagged ? vidOf(context.tci) : 0;
    if (tagged === 0 ? !port.admitsUntagged : !port.admits(tagged)) {
      return context.refuse(VLAN, R.vlanMismatch, port.vlanRule, port.index, TPID_C, context.tci);
    }
    const vid = tagged === 0 ? port.pvid : tagged;
    context.vid = vid;
    context.tpid = TPID_C;
    this.#resetPriority(context, port);
    context.tci = (context.tci & ~0x0fff) | vid;
    this.#passVlan(context, port, tagged, vid);
    return false;
  }

  /** What the guest asks for counts only where it may (HV-12). */
  #resetPriority(context: FrameContext, port: HyperVPort): void {
    const pcp = pcpOf(context.tci);
    if (pcp === 0 || port.isExternal || port.ieeePriorityTag) return;
    context.tci &= WITHOUT_PCP;
    context.note(VLAN, R.pcpReset, HV[12], port.index, pcp);
  }

  #passVlan(context: FrameContext, port: HyperVPort, tagged: number, vid: number): void {
    const isForeign = context.outerType === TPID_S;
    const how = tagged !== 0 ? BY_TAG : this.#cameTagged ? BY_PVID_PRIORITY : isForeign ? BY_PVID_OTHER_TPID : BY_PVID;
    const rule = how === BY_PVID_PRIORITY ? HV[12] : how === BY_PVID_OTHER_TPID ? HV[7] : port.vlanRule;
    context.pass(VLAN, rule, port.index, how, vid, pcpOf(context.tci));
  }

  // --- Admission and learning

  admit(context: FrameContext): boolean {
    const port = this.ports[context.ingress]!;
    const { srcHigh, srcLow } = context;
    if (port.isExternal) return false;
    if (!port.macAddressSpoofing && (srcHigh !== port.assignedHigh || srcLow !== port.assignedLow)) {
      return context.refuse(ADMISSION, R.forgedSrcMac, HV[4], port.index, srcHigh, srcLow);
    }
    context.pass(ADMISSION, HV[4], port.index, srcHigh, srcLow);
    return false;
  }

  learn(context: FrameContext): void {
    this.macTable.learn(context, this.ports[context.ingress]!);
  }

  /** StormLimit, by seconds of the lab's clock: what would go to more than one port is counted. */
  proceed(context: FrameContext): boolean {
    const port = this.ports[context.ingress]!;
    if (port.stormLimit === 0 || this.#isForOne(context)) return false;
    const second = (context.nowMs / 1000) | 0;
    if (second !== port.stormSecond) port.stormCount = 0;
    port.stormSecond = second;
    if (++port.stormCount <= port.stormLimit) return false;
    return context.refuse(ADMISSION, R.stormLimit, HV[3], port.index, port.stormCount, port.stormLimit);
  }

  #isForOne(context: FrameContext): boolean {
    return !isGroup(context.dstHigh) && this.macTable.portOfDst(context) >= 0;
  }

  // --- Lookup

  lookUp(context: FrameContext): number {
    const { dstHigh, dstLow, vid } = context;
    this.#isKnown = false;
    if (isGroup(dstHigh)) return isBroadcast(dstHigh, dstLow) ? FLOOD_BROADCAST : FLOOD_MULTICAST;
    const ingress = this.ports[context.ingress]!;
    const held = this.macTable.portOfDst(context);
    if (held < 0) {
      this.macTable.noteExpired(context, dstHigh, dstLow);
      if (this.#hasOthersToAsk(ingress)) return FLOOD_UNKNOWN;
      context.refuse(LOOKUP, R.unknownDst, HV[5], ingress.index, dstHigh, dstLow, vid);
      return NOWHERE;
    }
    this.#isKnown = true;
    context.pass(LOOKUP, HV[2], held, dstHigh, dstLow, vid);
    // Whichever NIC of a team the address was seen on, each adapter sends by its own.
    return this.ports[held]!.isExternal && !ingress.isExternal ? this.#uplinkOf(ingress) : held;
  }

  /** Does an unknown address have a place to be at: outside, or behind an adapter that may use any address. */
  #hasOthersToAsk(ingress: HyperVPort): boolean {
    if (!ingress.isExternal && this.uplinks.length > 0) return true;
    return this.spoofingCount > (ingress.macAddressSpoofing ? 1 : 0);
  }

  /** The NIC of the team by which an adapter sends: by its port's number, among those that have a link. */
  #uplinkOf(ingress: HyperVPort): number {
    const { uplinks, ports } = this;
    let connected = 0;
    for (const uplink of uplinks) if (ports[uplink]!.linkUp) connected++;
    if (connected === 0) return uplinks[0]!;
    let left = ingress.index % connected;
    for (const uplink of uplinks) if (ports[uplink]!.linkUp && left-- === 0) return uplink;
    return uplinks[0]!;
  }

  floodRule(flood: number): number {
    return flood === FLOOD_UNKNOWN ? HV[5] : HV[6];
  }

  // --- Egress

  exclude(context: FrameContext, port: HyperVPort, flood: number): boolean {
    const ingress = this.ports[context.ingress]!;
    if (port === ingress) return this.#excludesIngress(context, port, flood);
    if (this.#isClosed(context, port)) return true;
    if (port.isExternal) return this.#excludesUplink(context, port, flood, ingress);
    if (!port.isMember(context.vid)) return this.#excludesForeignVlan(context, port, ingress);
    if (flood !== FLOOD_UNKNOWN || port.macAddressSpoofing) return false;
    return context.refuse(LOOKUP, R.unknownNotFlooded, HV[5], port.index, context.dstHigh, context.dstLow);
  }

  #excludesIngress(context: FrameContext, port: HyperVPort, flood: number): boolean {
    if (flood !== 0) return context.refuse(EGRESS, R.ingressPort, HV[6], port.index);
    // With a mirror that sees it the frame is not lost.
    if (this.#isMirrored(context)) return context.refuse(EGRESS, R.ingressPort, GEN_6, port.index);
    return context.refuse(LOOKUP, R.samePort, GEN_6, port.index, context.dstHigh, context.dstLow);
  }

  /** The external port carries every VLAN; a team sends one copy, and passes nothing from NIC to NIC. */
  #excludesUplink(context: FrameContext, port: HyperVPort, flood: number, ingress: HyperVPort): boolean {
    if (ingress.isExternal) return context.refuse(LOOKUP, R.splitHorizon, HV[21], port.index, ingress.index);
    if (flood === 0) return false;
    const chosen = this.#uplinkOf(ingress);
    return chosen !== port.index && context.refuse(LOOKUP, R.uplinkNotChosen, HV[1], port.index, chosen);
  }

  #excludesForeignVlan(context: FrameContext, port: HyperVPort, ingress: HyperVPort): boolean {
    if (port.primary !== 0 && port.primary === ingress.primary) {
      return context.refuse(EGRESS, R.pvlanBlocked, HV[11], port.index, ingress.index);
    }
    return context.refuse(EGRESS, R.vlanNotAllowed, port.vlanRule, port.index, context.vid);
  }

  observes(context: FrameContext, port: HyperVPort): boolean {
    this.#isMirror = this.#mirrorsTo(context, port);
    return this.#isMirror;
  }

  #isMirrored(context: FrameContext): boolean {
    if (this.#isWatched) for (const port of this.ports) if (port && this.#mirrorsTo(context, port)) return true;
    return false;
  }

  /** A mirror gets what the ports that it watches have sent or received, where it carries the VLAN (HV-15). */
  #mirrorsTo(context: FrameContext, port: HyperVPort): boolean {
    if (!this.#isWatched || port.portMirroring !== MIRRORING_DESTINATION || port.index === context.ingress)
      return false;
    return port.linkUp && port.isEnabled && port.isMember(context.vid);
  }

  encode(context: FrameContext, port: HyperVPort): void {
    if (port.portMirroring === MIRRORING_SOURCE) this.#isWatched = true;
    // Outside, the priority of a frame without a VLAN travels in a tag with VID 0.
    const hasPriority = port.isExternal && pcpOf(context.tci) !== 0;
    const leavesTagged = hasPriority || !port.isUntagged(context.vid);
    context.outTpid = leavesTagged ? TPID_C : 0;
    context.outTci = leavesTagged ? context.tci : 0;
    if (context.trace.on) this.#noteEgress(context, port, leavesTagged);
  }

  #noteEgress(context: FrameContext, port: HyperVPort, leavesTagged: boolean): void {
    const { dstHigh, dstLow, vid, tci } = context;
    if (this.#isMirror) context.note(EGRESS, R.mirrored, HV[15], port.index);
    else if (this.#isKnown) context.note(EGRESS, R.delivered, HV[2], port.index, dstHigh, dstLow, vid);
    if (leavesTagged === this.#cameTagged) return;
    // Outside it is the adapter's setting that decides, not the external port's.
    const rule = port.isExternal ? this.ports[context.ingress]!.vlanRule : port.vlanRule;
    context.note(EGRESS, leavesTagged ? R.tagPushed : R.tagPopped, rule, port.index, vid);
    if (!leavesTagged && pcpOf(tci) !== 0) context.note(EGRESS, R.pcpReset, rule, port.index, pcpOf(tci), 1);
  }

  stop(context: FrameContext, port: HyperVPort): boolean {
    // Egress ACLs belong here (HV-23).
    const length = TYPE_AT + context.length - context.body;
    const limit = port.mtu + ETHERNET_HEADER_SIZE;
    return length > limit && context.refuse(EGRESS, R.mtuExceeded, HV[22], port.index, length, limit);
  }

  // --- Explanation

  describe(record: TraceRecord): Values {
    return describe(this, record);
  }
}
