/**
 * The Linux bridge (net/bridge of Linux 6.1): how it answers the relay.
 *
 * Read first: br_input.c (br_handle_frame, br_handle_frame_finish), br_vlan.c (__allowed_ingress, br_allowed_egress),
 * br_forward.c (should_deliver, br_flood). Methods stand in the order in which the kernel takes these steps.
 *
 * What surprises: an outer tag is moved out of the bytes on receive, whatever the bridge's settings, so that nothing
 * behind looks at it as payload; a tag of the other TPID is put back and the frame counts as untagged (LB-26). The host
 * stands behind port 0 (br0 itself), which learns nothing and is skipped by unknown unicast (LB-34).
 */
import { BY_PVID, BY_PVID_OTHER_TPID, BY_PVID_PRIORITY, BY_TAG, UNAWARE } from '../../describe.ts';
import { Fdb, LOCAL, STICKY } from '../../fdb.ts';
import type { FrameContext } from '../../frame-context.ts';
import { RX_DROPPED, type Port } from '../../port.ts';
import {
  FLOOD_BROADCAST,
  FLOOD_MULTICAST,
  FLOOD_UNKNOWN,
  HOST_PORT,
  type Profile,
  type ProfileId,
} from '../../profile.ts';
import type { Values } from '../../../outcome/decision.ts';
import { NO_DOUBTS } from '../../../outcome/doubts.ts';
import { reasonCode } from '../../../outcome/reasons.ts';
import { ruleCode } from '../../../outcome/rules.ts';
import { ADMISSION, EGRESS, INGRESS, LEARNING, LINK, LOOKUP, NO_PORT, VLAN, type TraceRecord } from '../../trace.ts';
import { isTpid, pcpOf, TAG_SIZE, TPID_C, TPID_S, VID_RESERVED, vidOf } from '../../../wire/dot1q.ts';
import { readUint16 } from '../../../wire/bytes.ts';
import { isBroadcast, isGroup, isReserved, isZero, type MacAddress } from '../../../wire/mac-address.ts';
import { TYPE_AT } from '../../../wire/ethernet.ts';
import { BridgePort, FORWARDING, LEARNING as STATE_LEARNING } from './bridge-port.ts';
import { describe } from './describe.ts';
import { Netfilter } from './netfilter.ts';

/** skb_vlan_untag needs the tag and two more bytes behind the EtherType (LB-51). */
export const MIN_TAGGED_SIZE = 20;
/** is_skb_forwardable: the header and one VLAN tag's worth of slack (LB-45). */
export const MTU_SLACK = 18;
/** BR_GROUPFWD_8021AD without the provider bridge group address itself (LB-24). */
const REQUIRED_MASK_8021AD = 0xb801;

const R = {
  delivered: reasonCode('delivered'),
  entryExpired: reasonCode('entry-expired'),
  entryMoved: reasonCode('entry-moved'),
  entryPinned: reasonCode('entry-pinned'),
  entryRefreshed: reasonCode('entry-refreshed'),
  floodOff: reasonCode('flood-off'),
  hairpinned: reasonCode('hairpinned'),
  hostExcluded: reasonCode('host-excluded'),
  hostNotInVlan: reasonCode('host-not-in-vlan'),
  ingressPort: reasonCode('ingress-port'),
  invalidSrc: reasonCode('invalid-src'),
  isolated: reasonCode('isolated'),
  learned: reasonCode('learned'),
  learningOff: reasonCode('learning-off'),
  linkDown: reasonCode('link-down'),
  locked: reasonCode('locked'),
  mtuExceeded: reasonCode('mtu-exceeded'),
  noPvid: reasonCode('no-pvid'),
  ownSrc: reasonCode('own-src'),
  pause: reasonCode('pause'),
  pcpReset: reasonCode('pcp-reset'),
  promiscuousCopy: reasonCode('promiscuous-copy'),
  reservedDst: reasonCode('reserved-dst'),
  reservedVid: reasonCode('reserved-vid'),
  samePort: reasonCode('same-port'),
  shortTagged: reasonCode('short-tagged'),
  stpState: reasonCode('stp-state'),
  tagPopped: reasonCode('tag-popped'),
  tagPushed: reasonCode('tag-pushed'),
  toHost: reasonCode('to-host'),
  vlanMismatch: reasonCode('vlan-mismatch'),
  vlanNotAllowed: reasonCode('vlan-not-allowed'),
  vlanState: reasonCode('vlan-state'),
} as const;

/** Frozen: only then does V8 put the numbers into the code instead of looking each of them up, frame by frame. */
const LB = Object.freeze({
  5: ruleCode('LB-5'),
  10: ruleCode('LB-10'),
  12: ruleCode('LB-12'),
  15: ruleCode('LB-15'),
  16: ruleCode('LB-16'),
  18: ruleCode('LB-18'),
  21: ruleCode('LB-21'),
  22: ruleCode('LB-22'),
  24: ruleCode('LB-24'),
  25: ruleCode('LB-25'),
  26: ruleCode('LB-26'),
  27: ruleCode('LB-27'),
  28: ruleCode('LB-28'),
  29: ruleCode('LB-29'),
  30: ruleCode('LB-30'),
  31: ruleCode('LB-31'),
  34: ruleCode('LB-34'),
  35: ruleCode('LB-35'),
  36: ruleCode('LB-36'),
  37: ruleCode('LB-37'),
  38: ruleCode('LB-38'),
  39: ruleCode('LB-39'),
  40: ruleCode('LB-40'),
  41: ruleCode('LB-41'),
  43: ruleCode('LB-43'),
  45: ruleCode('LB-45'),
  49: ruleCode('LB-49'),
  50: ruleCode('LB-50'),
  51: ruleCode('LB-51'),
  52: ruleCode('LB-52'),
  54: ruleCode('LB-54'),
  56: ruleCode('LB-56'),
  57: ruleCode('LB-57'),
  59: ruleCode('LB-59'),
  60: ruleCode('LB-60'),
} as const);

export class LinuxBridge implements Profile {
  readonly id: ProfileId = 'linux-bridge';
  readonly unknownPortRule = LB[59];
  readonly noTargetRule = LB[35];
  readonly doubts = NO_DOUBTS;
  readonly program = null;
  /** Port 0 is the bridge device itself. */
  readonly ports: (BridgePort | undefined)[];
  readonly fdb: Fdb;
  readonly netfilter: Netfilter;
  /** Ports that have left, by name: what remains is the device with its link. */
  readonly departed = new Map<string, BridgePort>();
  vlanFiltering = false;
  vlanProtocol: number = TPID_C;
  defaultPvid = 1;
  groupFwdMask = 0;
  noLinklocalLearn = false;
  /** br0 is in promiscuous mode: it also gets what is not for it. */
  isPromiscuous = false;
  isUp = true;
  /** An MTU was set on the bridge itself, so that it no longer follows its ports (LB-4). */
  hasOwnMtu = false;
  /** Options as they were set that change nothing here, for whoever shows them. */
  readonly idle = new Map<string, string | number>();
  /** State of the port, narrowed by the VLAN's state on it. */
  #state: number = FORWARDING;
  /** The state that decided is the VLAN's. */
  #vlanDecided = false;
  /** The frame came in with a tag of the bridge's own TPID. */
  #cameTagged = false;
  /** Where a locked port's admission found the source: learning, which comes next, need not look again. */
  #srcSlot = -1;

  constructor(name: string, mac: MacAddress) {
    this.ports = [new BridgePort(HOST_PORT, name, mac)];
    this.fdb = new Fdb(300_000);
    this.netfilter = new Netfilter(this.hostPort);
  }

  get hostPort(): BridgePort {
    return this.ports[HOST_PORT]!;
  }

  get name(): string {
    return this.hostPort.name;
  }

  // --- Ingress

  receive(context: FrameContext): boolean {
    const port = this.ports[context.ingress]!;
    if (!port.linkUp) return context.refuse(LINK, R.linkDown, LB[43], port.index);
    if (port.index === HOST_PORT) return this.#receiveFromHost(context);
    if (isTpid(context.outerType) && context.length < MIN_TAGGED_SIZE) return this.#refuseShort(context, port);
    const { srcHigh, srcLow } = context;
    if (isGroup(srcHigh) || isZero(srcHigh, srcLow)) {
      return context.refuse(INGRESS, R.invalidSrc, LB[10], port.index, srcHigh, srcLow);
    }
    if (isReserved(context.dstHigh, context.dstLow) && this.#trapsReserved(context, port)) return true;
    if (port.state !== STATE_LEARNING && port.state !== FORWARDING) {
      return context.refuse(INGRESS, R.stpState, LB[12], port.index, port.state);
    }
    context.pass(INGRESS, LB[10], port.index, srcHigh, srcLow);
    if (!this.netfilter.has('prerouting')) return false;
    this.netfilter.show(context, port, context.tpid, context.tci);
    if (this.netfilter.denies('prerouting', context, port.name, '', port.index)) return true;
    const rewritten = this.netfilter.rewritten();
    if (rewritten !== null) context.readdress(rewritten);
    return false;
  }

  /** What br0 sends has its tag in the bytes; only a VLAN-aware bridge takes it out (LB-60). */
  #receiveFromHost(context: FrameContext): boolean {
    context.putTagBack();
    if (this.vlanFiltering && context.outerType === this.vlanProtocol) {
      if (context.length < MIN_TAGGED_SIZE) return this.#refuseShort(context, this.hostPort);
      context.takeTag();
    }
    context.network = this.#networkBehindTags(context);
    context.pass(INGRESS, LB[49], HOST_PORT, context.srcHigh, context.srcLow);
    return false;
  }

  #networkBehindTags(context: FrameContext): number {
    let at = context.body;
    if (context.tpid !== 0) return at + 2;
    while (at + TAG_SIZE + 2 <= context.length && isTpid(readUint16(context.bytes, context.start + at))) at += TAG_SIZE;
    return at + 2;
  }

  #refuseShort(context: FrameContext, port: Port): boolean {
    return context.refuse(LINK, R.shortTagged, LB[51], port.index, context.length, MIN_TAGGED_SIZE);
  }

  /** 01:80:c2:00:00:0X. True: refused. */
  #trapsReserved(context: FrameContext, port: BridgePort): boolean {
    const last = context.dstLow & 0x0f;
    // With STP off the bridge group address has to be forwarded, or a neighbour's loop detection would fail (LB-20).
    if (last === 0) return false;
    if (last === 1) return context.refuse(INGRESS, R.pause, LB[21], port.index, context.dstHigh, context.dstLow);
    const isProvider = this.vlanFiltering && this.vlanProtocol === TPID_S;
    const required = isProvider ? REQUIRED_MASK_8021AD : 0;
    const mask = required | this.groupFwdMask | port.groupFwdMask;
    if ((mask >> last) & 1) return false;
    // LLDP goes to the port's stack without passing the hook (LB-22).
    if (last !== 0x0e && this.netfilter.has('input')) {
      this.netfilter.show(context, port, context.tpid, context.tci);
      if (this.netfilter.denies('input', context, port.name, '', port.index)) return true;
    }
    this.#learnTrapped(context, port);
    port.counters[RX_DROPPED]!++;
    const rule = isProvider ? LB[24] : LB[22];
    return context.refuse(INGRESS, R.reservedDst, rule, port.index, context.dstHigh, context.dstLow, mask);
  }

  /** br_should_learn: past `prerouting` and the locked check (LB-52, LB-53). */
  #learnTrapped(context: FrameContext, port: BridgePort): void {
    if (!port.learning || this.noLinklocalLearn || (port.state !== FORWARDING && port.state !== STATE_LEARNING)) return;
    if (!this.vlanFiltering) return this.#learn(context, port, 0, LB[52], this.#findSrc(context, 0));
    const vid = (context.tpid === this.vlanProtocol ? vidOf(context.tci) : 0) || port.pvid;
    if (!port.isMember(vid)) return;
    const state = port.vlanState(vid);
    if (state !== FORWARDING && state !== STATE_LEARNING) return;
    this.#learn(context, port, vid, LB[52], this.#findSrc(context, vid));
  }

  // --- VLAN classification and admission

  classify(context: FrameContext): boolean {
    const port = this.ports[context.ingress]!;
    this.#state = port.index === HOST_PORT ? FORWARDING : port.state;
    this.#vlanDecided = false;
    this.#cameTagged = context.tpid !== 0;
    if (!this.vlanFiltering) {
      context.pass(VLAN, LB[25], port.index, UNAWARE);
      return false;
    }
    this.#cameTagged = context.tpid === this.vlanProtocol;
    const isForeign = context.tpid !== 0 && !this.#cameTagged;
    if (isForeign) context.putTagBack();
    const vid = this.#cameTagged ? vidOf(context.tci) : 0;
    return vid === 0 ? this.#classifyByPvid(context, port, isForeign) : this.#classifyByTag(context, port, vid);
  }

  #classifyByPvid(context: FrameContext, port: BridgePort, isForeign: boolean): boolean {
    const rule = isForeign ? LB[26] : port.index === HOST_PORT ? LB[60] : LB[27];
    const how = isForeign ? BY_PVID_OTHER_TPID : this.#cameTagged ? BY_PVID_PRIORITY : BY_PVID;
    const pvid = port.pvid;
    if (pvid === 0) return context.refuse(VLAN, R.noPvid, port.index === HOST_PORT ? LB[60] : LB[27], port.index, how);
    context.vid = pvid;
    context.tpid = this.vlanProtocol;
    // A priority tag keeps its PCP and DEI; what is pushed carries none.
    context.tci |= pvid;
    context.pass(VLAN, rule, port.index, how, pvid, pcpOf(context.tci));
    return this.#narrowState(context, port, pvid);
  }

  #classifyByTag(context: FrameContext, port: BridgePort, vid: number): boolean {
    if (!port.isMember(vid)) {
      if (vid === VID_RESERVED) return context.refuse(VLAN, R.reservedVid, LB[29], port.index, vid);
      const rule = port.index === HOST_PORT ? LB[60] : LB[28];
      return context.refuse(VLAN, R.vlanMismatch, rule, port.index, context.tpid, context.tci);
    }
    context.vid = vid;
    context.pass(VLAN, LB[28], port.index, BY_TAG, vid, pcpOf(context.tci));
    return this.#narrowState(context, port, vid);
  }

  /** The VLAN's state on the port counts where the port itself forwards (LB-28). */
  #narrowState(context: FrameContext, port: BridgePort, vid: number): boolean {
    if (this.#state !== FORWARDING) return false;
    this.#state = port.vlanState(vid);
    this.#vlanDecided = true;
    if (this.#state === FORWARDING || this.#state === STATE_LEARNING) return false;
    return context.refuse(VLAN, R.vlanState, LB[28], port.index, vid, this.#state);
  }

  // --- Admission and learning

  admit(context: FrameContext): boolean {
    const port = this.ports[context.ingress]!;
    if (!port.locked) return false;
    const { srcHigh, srcLow, vid } = context;
    const slot = this.#findSrc(context, vid);
    this.#srcSlot = slot;
    if (slot < 0 || this.fdb.portAt(slot) !== port.index || (this.fdb.flagsAt(slot) & LOCAL) !== 0) {
      return context.refuse(ADMISSION, R.locked, LB[15], port.index, srcHigh, srcLow, vid);
    }
    context.pass(ADMISSION, LB[15], port.index, srcHigh, srcLow, vid);
    return false;
  }

  learn(context: FrameContext): void {
    if (context.ingress === HOST_PORT) return;
    const port = this.ports[context.ingress]!;
    const slot = port.locked ? this.#srcSlot : this.#findSrc(context, context.vid);
    if (port.learning) this.#learn(context, port, context.vid, LB[16], slot);
    else context.note(LEARNING, R.learningOff, LB[57], port.index, context.srcHigh, context.srcLow);
  }

  #findSrc({ srcHigh, srcLow, nowMs }: FrameContext, vid: number): number {
    return this.fdb.find(vid, srcHigh, srcLow, nowMs);
  }

  /** br_fdb_update (LB-40, LB-57). `slot`: of the source in the table, -1: not there. */
  #learn(context: FrameContext, port: BridgePort, vid: number, rule: number, slot: number): void {
    const { srcHigh, srcLow, nowMs } = context;
    const fdb = this.fdb;
    if (fdb.ageingTimeMs === 0) {
      context.note(LEARNING, R.learningOff, LB[40], NO_PORT, srcHigh, srcLow);
      return;
    }
    if (slot < 0) {
      if (context.trace.on) this.#noteExpired(context, vid, srcHigh, srcLow);
      fdb.put(vid, srcHigh, srcLow, port.index, 0, nowMs);
      context.note(LEARNING, R.learned, rule, port.index, srcHigh, srcLow, vid);
      return;
    }
    if ((fdb.flagsAt(slot) & LOCAL) !== 0) {
      context.note(LEARNING, R.ownSrc, LB[40], port.index, srcHigh, srcLow);
      return;
    }
    fdb.refreshAt(slot, nowMs);
    const held = fdb.portAt(slot);
    if (held === port.index) {
      context.note(LEARNING, R.entryRefreshed, LB[57], port.index, srcHigh, srcLow, vid);
    } else if ((fdb.flagsAt(slot) & STICKY) !== 0) {
      context.note(LEARNING, R.entryPinned, LB[40], port.index, srcHigh, srcLow, held);
    } else {
      fdb.moveAt(slot, port.index);
      context.note(LEARNING, R.entryMoved, LB[40], port.index, srcHigh, srcLow, held);
    }
  }

  #noteExpired(context: FrameContext, vid: number, high: number, low: number): void {
    const age = this.fdb.expiredAge(vid, high, low, context.nowMs);
    if (age >= 0) context.note(LEARNING, R.entryExpired, LB[41], NO_PORT, high, low, age, this.fdb.ageingTimeMs);
  }

  proceed(context: FrameContext): boolean {
    if (this.#state !== STATE_LEARNING) return false;
    if (this.#vlanDecided) {
      return context.refuse(VLAN, R.vlanState, LB[28], context.ingress, context.vid, this.#state);
    }
    return context.refuse(INGRESS, R.stpState, LB[18], context.ingress, this.#state);
  }

  // --- Lookup

  lookUp(context: FrameContext): number {
    const { dstHigh, dstLow, vid, nowMs } = context;
    if (isGroup(dstHigh)) return isBroadcast(dstHigh, dstLow) ? FLOOD_BROADCAST : FLOOD_MULTICAST;
    const slot = this.fdb.find(vid, dstHigh, dstLow, nowMs);
    if (slot < 0) {
      if (context.trace.on) this.#noteExpired(context, vid, dstHigh, dstLow);
      return FLOOD_UNKNOWN;
    }
    const held = this.fdb.portAt(slot);
    const isLocal = (this.fdb.flagsAt(slot) & LOCAL) !== 0;
    context.pass(LOOKUP, isLocal ? LB[5] : LB[34], held, dstHigh, dstLow, vid, isLocal ? 1 : 0);
    return isLocal && context.ingress !== HOST_PORT ? HOST_PORT : held;
  }

  floodRule(flood: number): number {
    return flood === FLOOD_UNKNOWN ? LB[34] : LB[37];
  }

  // --- Egress

  exclude(context: FrameContext, port: BridgePort, flood: number): boolean {
    return port.index === HOST_PORT ? this.#excludesHost(context, flood) : this.#excludesPort(context, port, flood);
  }

  #excludesHost(context: FrameContext, flood: number): boolean {
    const port = this.hostPort;
    const { vid, dstHigh, dstLow } = context;
    if (context.ingress === HOST_PORT) return this.#excludesIngress(context, port, flood);
    if (this.isPromiscuous) return false;
    if (flood === FLOOD_UNKNOWN) return context.refuse(EGRESS, R.hostExcluded, LB[34], HOST_PORT, dstHigh, dstLow);
    if (this.vlanFiltering && !(port.isMember(vid) && port.vlanState(vid) === FORWARDING)) {
      return context.refuse(EGRESS, R.hostNotInVlan, flood === 0 ? LB[54] : LB[31], HOST_PORT, vid);
    }
    return false;
  }

  #excludesIngress(context: FrameContext, port: BridgePort, flood: number): boolean {
    // With br0 promiscuous there is another copy, so nothing is lost.
    if (flood !== 0 || this.observes(context, this.hostPort))
      return context.refuse(EGRESS, R.ingressPort, LB[35], port.index);
    return context.refuse(LOOKUP, R.samePort, LB[35], port.index, context.dstHigh, context.dstLow);
  }

  /** br_flood's gates, then should_deliver (LB-35, LB-36). */
  #excludesPort(context: FrameContext, port: BridgePort, flood: number): boolean {
    const { vid } = context;
    const isIngress = port.index === context.ingress;
    if (isIngress && !port.hairpin) return this.#excludesIngress(context, port, flood);
    if (flood !== 0 && !this.#floodsTo(port, flood, context.ingress === HOST_PORT)) {
      return context.refuse(EGRESS, R.floodOff, LB[36], port.index, flood);
    }
    if (!port.linkUp) return context.refuse(LINK, R.linkDown, LB[43], port.index);
    if (port.state !== FORWARDING) return context.refuse(EGRESS, R.stpState, LB[35], port.index, port.state);
    if (this.vlanFiltering) {
      if (!port.isMember(vid)) return context.refuse(EGRESS, R.vlanNotAllowed, LB[30], port.index, vid);
      const state = port.vlanState(vid);
      if (state !== FORWARDING) return context.refuse(EGRESS, R.vlanState, LB[35], port.index, vid, state);
    }
    if (port.isolated && context.ingress !== HOST_PORT && this.ports[context.ingress]!.isolated) {
      return context.refuse(EGRESS, R.isolated, isIngress ? LB[56] : LB[38], port.index, context.ingress);
    }
    return false;
  }

  #floodsTo(port: BridgePort, flood: number, fromHost: boolean): boolean {
    if (flood === FLOOD_UNKNOWN) return port.flood;
    if (fromHost) return true;
    return flood === FLOOD_BROADCAST ? port.bcast_flood : port.mcast_flood;
  }

  get hasObservers(): boolean {
    return this.isPromiscuous;
  }

  observes(context: FrameContext, port: Port): boolean {
    return port.index === HOST_PORT && this.isPromiscuous && context.ingress !== HOST_PORT;
  }

  encode(context: FrameContext, port: BridgePort): void {
    context.outTpid = context.tpid;
    context.outTci = context.tci;
    if (this.vlanFiltering && port.isUntagged(context.vid)) {
      context.outTpid = 0;
      context.outTci = 0;
    }
    if (context.trace.on) this.#noteEgress(context, port);
  }

  #noteEgress(context: FrameContext, port: BridgePort): void {
    const { dstHigh, dstLow, vid } = context;
    const isGroupDst = isGroup(dstHigh);
    if (port.index === HOST_PORT) {
      const isOwn = !this.isPromiscuous || isGroupDst || this.#isLocal(context);
      if (isOwn) context.note(LOOKUP, R.toHost, isGroupDst ? LB[37] : LB[5], HOST_PORT, dstHigh, dstLow);
      else context.note(EGRESS, R.promiscuousCopy, LB[50], HOST_PORT, vid);
    } else if (port.index === context.ingress) {
      context.note(EGRESS, R.hairpinned, LB[39], port.index);
    } else if (!isGroupDst && this.fdb.find(vid, dstHigh, dstLow, context.nowMs) >= 0) {
      context.note(EGRESS, R.delivered, LB[34], port.index, dstHigh, dstLow, vid);
    }
    if (!this.vlanFiltering) return;
    const leavesTagged = context.outTpid !== 0;
    if (leavesTagged && !this.#cameTagged) context.note(EGRESS, R.tagPushed, LB[26], port.index, vid);
    if (leavesTagged || !this.#cameTagged) return;
    context.note(EGRESS, R.tagPopped, LB[30], port.index, vid);
    if (pcpOf(context.tci) !== 0) context.note(EGRESS, R.pcpReset, LB[30], port.index, pcpOf(context.tci));
  }

  #isLocal(context: FrameContext): boolean {
    const slot = this.fdb.find(context.vid, context.dstHigh, context.dstLow, context.nowMs);
    return slot >= 0 && (this.fdb.flagsAt(slot) & LOCAL) !== 0;
  }

  stop(context: FrameContext, port: BridgePort): boolean {
    const netfilter = this.netfilter;
    const ingress = this.ports[context.ingress]!;
    if (netfilter.evaluator !== null) {
      netfilter.show(context, ingress, context.outTpid, context.outTci);
      if (this.#deniedByRules(context, ingress, port)) return true;
      context.rewritten = netfilter.rewritten() ?? context.rewritten;
    }
    return port.index === HOST_PORT ? this.#stopsAtHost(context) : this.#exceedsMtu(context, port);
  }

  #deniedByRules(context: FrameContext, ingress: BridgePort, port: BridgePort): boolean {
    const netfilter = this.netfilter;
    if (port.index === HOST_PORT) return netfilter.denies('input', context, ingress.name, '', HOST_PORT);
    const fromHost = ingress.index === HOST_PORT;
    const hook = fromHost ? 'output' : 'forward';
    return (
      netfilter.denies(hook, context, fromHost ? '' : ingress.name, port.name, port.index) ||
      netfilter.denies('postrouting', context, '', port.name, port.index)
    );
  }

  /** The copy for br0 is received once more: an inner tag that now stands first has to be whole (LB-51). */
  #stopsAtHost(context: FrameContext): boolean {
    if (context.outTpid !== 0 || context.outLength >= MIN_TAGGED_SIZE) return false;
    if (!isTpid(readUint16(context.bytes, context.start + context.body))) return false;
    return context.refuse(LINK, R.shortTagged, LB[51], HOST_PORT, context.outLength, MIN_TAGGED_SIZE);
  }

  #exceedsMtu(context: FrameContext, port: BridgePort): boolean {
    const counted = TYPE_AT + context.length - context.body;
    const limit = port.mtu + MTU_SLACK;
    if (counted <= limit) return false;
    return context.refuse(EGRESS, R.mtuExceeded, LB[45], port.index, counted, limit);
  }

  // --- Explanation

  describe(record: TraceRecord): Values {
    return describe(this, record);
  }
}
