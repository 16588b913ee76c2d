/**
 * The switch inside an SR-IOV NIC in legacy mode: how it answers the relay.
 *
 * It knows addresses only from the drivers: what the PF's administrator has set and what the drivers of the functions have
 * registered. Nothing is learned, nothing ages. What no function owns goes to the wire, and what comes from the wire and no
 * function owns is dropped, unless a function is promiscuous.
 *
 * Read first: IEEE 802.1Qbg (VEB, VEPA); ip-link(8), `vf`; the drivers named in `nic.ts`, which also holds all that is
 * different from card to card. What surprises: VID 0 means untagged here, and frames without a tag are a VLAN like any
 * other (SR-7); with a port VLAN a function no longer gets them (SR-5).
 */
import { Fdb } from '../../fdb.ts';
import type { FrameContext } from '../../frame-context.ts';
import { Port, RX_DROPPED } from '../../port.ts';
import { FLOOD_BROADCAST, FLOOD_MULTICAST, HOST_PORT, NOWHERE, type Profile, type ProfileId } from '../../profile.ts';
import { ADMISSION, EGRESS, INGRESS, LEARNING, LINK, LOOKUP, NO_PORT, VLAN, type TraceRecord } from '../../trace.ts';
import type { Values } from '../../../outcome/decision.ts';
import type { Doubts } from '../../../outcome/doubts.ts';
import { readUint16 } from '../../../wire/bytes.ts';
import { pcpOf, TAG_SIZE, TPID_S, VID_RESERVED, vidOf } from '../../../wire/dot1q.ts';
import { ETHERNET_HEADER_SIZE, MIN_WIRE_SIZE } from '../../../wire/ethernet.ts';
import { isBroadcast, isGroup, isZero, type MacAddress } from '../../../wire/mac-address.ts';
import { GEN, R, SR } from './citations.ts';
import { describe, PORT_VLAN, PORT_VLAN_OUTSIDE, TAGGED, UNTAGGED } from './describe.ts';
import { GroupHash } from './group-hash.ts';
import type { GuestTag, Nic } from './nic.ts';
import { NicFunction, type FunctionSeed } from './nic-function.ts';

/** The uplink, between the PF and the first VF. */
export const WIRE = 1;
export const FIRST_VF = 2;

const ETHERTYPE_LLDP = 0x88cc;
const ETHERTYPE_MAC_CONTROL = 0x8808;

export class EmbeddedSwitch implements Profile {
  readonly id: ProfileId = 'sr-iov';
  readonly unknownPortRule = SR[1];
  readonly noTargetRule = SR[3];
  readonly doubts: Doubts;
  readonly program = null;
  /** Whether some function is promiscuous. */
  hasObservers = false;
  readonly nic: Nic;
  /** The PF's network device, as commands call it; its port may bear another name. */
  readonly device: string;
  readonly ports: Port[];
  /** By port number; the wire is no function. */
  readonly functions: (NicFunction | null)[];
  /** The registered unicast addresses of all functions, in each of their VLANs; VID 0: untagged. */
  readonly fdb = new Fdb(0);
  readonly groupHash = new GroupHash();
  isVepa: boolean;
  /** `hwmode` is as the driver left it. */
  isModeDefault = true;
  /** A further tag of a guest behind a port VLAN stays inside instead of costing the frame. */
  guestTag: GuestTag;
  truePromisc = false;
  /** The trusted VF that gets what no function owns; 0: none. */
  defaultVf = 0;
  /** A VF that asked for that without being trusted; 0: none. */
  vainVf = 0;

  /** Where the lookup sent the frame; -1: to several. */
  #target = -1;
  /** The target owns the destination; otherwise it gets what nobody owns. */
  #isOwned = false;
  /** The frame came in with the tag in the context. */
  #cameTagged = false;

  constructor(nic: Nic, device: string, pf: FunctionSeed, wire: { readonly name: string; readonly mac: MacAddress }) {
    this.nic = nic;
    this.device = device;
    this.doubts = nic.doubts;
    this.isVepa = nic.isVebByVfs;
    this.guestTag = nic.guestTags[0]!;
    const physical = new NicFunction(HOST_PORT, -1, pf.name, pf.mac, pf.mtu, false);
    this.ports = [physical, new Port(WIRE, wire.name, wire.mac, pf.mtu)];
    this.functions = [physical, null];
  }

  get pf(): NicFunction {
    return this.functions[HOST_PORT]!;
  }

  get wire(): Port {
    return this.ports[WIRE]!;
  }

  /** S-tags name VLANs here; otherwise they are payload. */
  get knowsSTags(): boolean {
    return this.nic.hasSTags && this.guestTag === 'stack';
  }

  // --- Ingress

  receive(context: FrameContext): boolean {
    const port = this.ports[context.ingress]!;
    if (!port.linkUp) return context.refuse(LINK, R.linkDown, SR[13], port.index);
    const { dstHigh, dstLow, length } = context;
    const isPause = dstHigh === 0x0180c2 && dstLow === 1;
    if (port.index === HOST_PORT) return false;
    if (port.index === WIRE) {
      if (length < MIN_WIRE_SIZE) return context.refuse(LINK, R.runt, GEN[5], WIRE, length, MIN_WIRE_SIZE);
    } else if (this.functions[port.index]!.spoofchk && this.#stopsControl(context, port.index)) {
      return true;
    }
    return isPause && context.refuse(INGRESS, R.pause, GEN[4], port.index, dstHigh, dstLow);
  }

  /** EtherTypes that spoofchk stops (SR-17): behind the outer tag, as the filter sees them. */
  #stopsControl(context: FrameContext, port: number): boolean {
    const { stopsLldp, stopsPause } = this.nic;
    if (!stopsLldp || context.length < context.body + 2) return false;
    const { dstHigh, dstLow } = context;
    const etherType = readUint16(context.bytes, context.start + context.body);
    if (etherType === ETHERTYPE_LLDP) return context.refuse(INGRESS, R.reservedDst, SR[17], port, dstHigh, dstLow);
    if (!stopsPause || etherType !== ETHERTYPE_MAC_CONTROL) return false;
    return context.refuse(INGRESS, R.pause, SR[17], port, dstHigh, dstLow);
  }

  // --- VLAN

  classify(context: FrameContext): boolean {
    const { ingress } = context;
    const own = this.functions[ingress] ?? null;
    if (own !== null && own.hasPortVlan) return this.#classifyByPortVlan(context, own);
    // An S-tag is payload, but for cards that put one on themselves.
    if (context.tpid === TPID_S && !this.knowsSTags) context.putTagBack();
    this.#cameTagged = context.tpid !== 0;
    const vid = this.#cameTagged ? vidOf(context.tci) : 0;
    if (vid === VID_RESERVED) return context.refuse(VLAN, R.reservedVid, GEN[2], ingress, vid);
    if (own !== null && own.checksVlan && vid !== 0 && !own.carries(context.tpid, vid)) {
      own.counters[RX_DROPPED]!++;
      return context.refuse(VLAN, R.vlanMismatch, SR[8], ingress, context.tpid, context.tci);
    }
    context.vid = vid;
    const rule = this.#cameTagged && vid === 0 ? GEN[2] : own === null || !own.isVf ? SR[1] : SR[7];
    context.pass(VLAN, rule, ingress, vid === 0 ? UNTAGGED : TAGGED, vid, pcpOf(context.tci));
    return false;
  }

  /** VST: what the guest sends gets the port VLAN's tag (SR-5); its own tag costs the frame or stays inside (SR-6). */
  #classifyByPortVlan(context: FrameContext, own: NicFunction): boolean {
    const { index, vlan, qos } = own;
    const isStacked = context.tpid !== 0;
    if (isStacked) {
      if (this.guestTag === 'drop') {
        own.counters[RX_DROPPED]!++;
        return context.refuse(VLAN, R.vlanMismatch, SR[6], index, context.tpid, context.tci);
      }
      context.putTagBack();
    }
    if (vlan === VID_RESERVED) return context.refuse(VLAN, R.reservedVid, GEN[2], index, vlan);
    this.#cameTagged = false;
    context.tpid = own.tpid;
    context.tci = own.tci;
    context.vid = vlan;
    context.pass(VLAN, isStacked ? SR[6] : SR[5], index, isStacked ? PORT_VLAN_OUTSIDE : PORT_VLAN, vlan, qos);
    return false;
  }

  // --- Source

  admit(context: FrameContext): boolean {
    const own = this.functions[context.ingress] ?? null;
    if (own === null || !own.isVf) return false;
    const { srcHigh, srcLow } = context;
    if (own.checksMac && !own.sources.has(srcHigh, srcLow)) {
      own.counters[RX_DROPPED]!++;
      return context.refuse(ADMISSION, R.forgedSrcMac, SR[8], own.index, srcHigh, srcLow);
    }
    if (isZero(srcHigh, srcLow)) return context.refuse(ADMISSION, R.invalidSrc, GEN[3], own.index, srcHigh, srcLow);
    context.pass(ADMISSION, own.isSpoofchkDefault ? SR[2] : SR[8], own.index, srcHigh, srcLow);
    return false;
  }

  learn(context: FrameContext): void {
    context.note(LEARNING, R.learningOff, SR[1], NO_PORT, context.srcHigh, context.srcLow);
  }

  proceed(): boolean {
    return false;
  }

  // --- Lookup

  lookUp(context: FrameContext): number {
    this.#isOwned = false;
    this.#target = this.#lookUp(context);
    return this.#target;
  }

  #lookUp(context: FrameContext): number {
    const { dstHigh, dstLow, vid, ingress } = context;
    if (ingress !== WIRE && this.isVepa) return WIRE;
    if (isGroup(dstHigh)) return isBroadcast(dstHigh, dstLow) ? FLOOD_BROADCAST : FLOOD_MULTICAST;
    const slot = this.fdb.find(vid, dstHigh, dstLow, 0);
    const owner = slot < 0 ? -1 : this.fdb.portAt(slot);
    // The table does not tell S-VLAN from C-VLAN.
    if (owner >= 0 && this.functions[owner]!.carries(context.tpid, vid)) {
      this.#isOwned = true;
      context.pass(LOOKUP, ingress === WIRE ? SR[4] : SR[3], owner, dstHigh, dstLow, vid);
      return owner;
    }
    return ingress === WIRE ? this.#default(context) : WIRE;
  }

  /** Who gets what comes from the wire and no function owns (SR-4). */
  #default(context: FrameContext): number {
    const { dstHigh, dstLow, vid, tpid } = context;
    if (this.pf.isPromiscuous) return HOST_PORT;
    if (this.defaultVf !== 0 && this.functions[this.defaultVf]!.carries(tpid, vid)) return this.defaultVf;
    const rule = this.vainVf === 0 ? SR[4] : SR[11];
    context.refuse(LOOKUP, R.unknownDst, rule, NO_PORT, dstHigh, dstLow, vid, this.vainVf);
    return NOWHERE;
  }

  floodRule(): number {
    return SR[3];
  }

  // --- Egress

  exclude(context: FrameContext, port: Port, flood: number): boolean {
    const { index } = port;
    const { dstHigh, dstLow, ingress } = context;
    if (index === ingress) {
      // A lone copy that is not made is the frame's loss, unless some promiscuous function has one.
      const isLeftOut = flood !== 0 || (this.hasObservers && this.#isObserved(context));
      if (isLeftOut) return context.refuse(EGRESS, R.ingressPort, SR[3], index);
      return context.refuse(LOOKUP, R.samePort, GEN[6], index, dstHigh, dstLow);
    }
    if (!port.linkUp) return context.refuse(LINK, R.linkDown, SR[13], index);
    const own = this.functions[index] ?? null;
    if (own === null) return false;
    if (flood !== 0 && !own.carries(context.tpid, context.vid)) {
      return context.refuse(EGRESS, R.vlanNotAllowed, own.hasPortVlan ? SR[5] : SR[7], index, context.vid);
    }
    // What the outer switch sends back must not reach whom it came from.
    if (this.isVepa && own.own.has(context.srcHigh, context.srcLow)) {
      return context.refuse(EGRESS, R.reverseFilter, SR[9], index, context.srcHigh, context.srcLow);
    }
    if (flood !== FLOOD_MULTICAST || this.#isSubscribed(own, dstHigh, dstLow)) return false;
    return context.refuse(EGRESS, R.mcastNotMember, SR[3], index, dstHigh, dstLow);
  }

  #isObserved(context: FrameContext): boolean {
    for (const port of this.ports) if (this.observes(context, port)) return true;
    return false;
  }

  #isSubscribed(own: NicFunction, high: number, low: number): boolean {
    if (own.isAllmulti) return true;
    if (this.nic.hashesGroups) return !own.subscribed.isEmpty && this.groupHash.has(low);
    return own.subscribed.has(high, low);
  }

  /** Promiscuous functions, as far as their card lets them see (SR-12, SR-16). */
  observes(context: FrameContext, port: Port): boolean {
    const own = this.functions[port.index] ?? null;
    if (own === null || !own.isPromiscuous || !own.linkUp || port.index === context.ingress) return false;
    // Groups are copied as they were subscribed; behind a VEPA nothing is seen but by way of the wire.
    const isFromWire = context.ingress === WIRE;
    if (isGroup(context.dstHigh) || (this.isVepa && !isFromWire)) return false;
    const isUnowned = !this.#isOwned;
    if (!own.isVf) return this.nic.pfSeesVfs && isUnowned && !isFromWire;
    if (!own.carries(context.tpid, context.vid)) return false;
    switch (this.nic.vfPromisc) {
      case 'own-vlan':
        return true;
      case 'unmatched':
        return isUnowned && isFromWire;
      case 'default-vsi':
        return this.truePromisc && (isFromWire || !this.nic.seesWireInPortVlan || !own.hasPortVlan);
      case 'none':
        return false;
    }
  }

  encode(context: FrameContext, port: Port): void {
    const own = this.functions[port.index] ?? null;
    const isStripped = own !== null && own.hasPortVlan;
    context.outTpid = isStripped ? 0 : context.tpid;
    context.outTci = isStripped ? 0 : context.tci;
    if (own !== null && isGroup(context.dstHigh)) {
      own.groupCounts[isBroadcast(context.dstHigh, context.dstLow) ? 1 : 0]!++;
    }
    if (!context.trace.on) return;
    if (this.#target !== port.index) this.#tellObserved(context, port);
    else this.#tellTarget(context, port);
    const leavesTagged = context.outTpid !== 0;
    if (context.vid === 0 || leavesTagged === this.#cameTagged) return;
    context.note(EGRESS, leavesTagged ? R.tagPushed : R.tagPopped, SR[5], port.index, context.vid);
  }

  /** A copy beside the one that the lookup asked for. A flood has told its copies already. */
  #tellObserved(context: FrameContext, { index }: Port): void {
    if (this.#target < 0 && this.#target !== NOWHERE) return;
    context.note(EGRESS, R.promiscuousCopy, index === HOST_PORT ? SR[16] : SR[12], index, context.vid);
  }

  #tellTarget(context: FrameContext, { index }: Port): void {
    const { dstHigh, dstLow, vid, ingress } = context;
    if (index === WIRE) {
      const rule = !this.isVepa ? SR[3] : this.isModeDefault ? SR[10] : SR[9];
      context.note(LOOKUP, R.toUplink, rule, WIRE, dstHigh, dstLow, vid);
      return;
    }
    if (!this.#isOwned) {
      context.note(EGRESS, R.promiscuousCopy, index === HOST_PORT ? SR[4] : SR[12], index, vid);
      return;
    }
    // An address that `bridge fdb add` has made known: somebody behind the PF's bridge.
    const isBehindPf = index === HOST_PORT && (dstHigh !== this.pf.macHigh || dstLow !== this.pf.macLow);
    const rule = isBehindPf ? SR[16] : ingress === WIRE ? SR[4] : SR[3];
    context.note(EGRESS, R.delivered, rule, index, dstHigh, dstLow, vid);
    // Who might expect to see it: the wire, and a host that listens on the PF (SR-15).
    if (ingress !== WIRE) this.#leaveOut(context, SR[3], WIRE, index);
    else if (this.pf.isPromiscuous && index !== HOST_PORT) this.#leaveOut(context, SR[15], HOST_PORT, index);
  }

  #leaveOut(context: FrameContext, rule: number, port: number, owner: number): void {
    context.refuse(LOOKUP, R.localOnly, rule, port, context.dstHigh, context.dstLow, owner);
    context.recordFiltered();
  }

  /** The outer tag is not counted, nor is a guest's inside it. */
  stop(context: FrameContext, port: Port): boolean {
    const length = context.outLength - (context.outTpid === 0 ? 0 : TAG_SIZE);
    const limit = port.mtu + ETHERNET_HEADER_SIZE + (this.guestTag === 'stack' ? TAG_SIZE : 0);
    return length > limit && context.refuse(EGRESS, R.mtuExceeded, GEN[5], port.index, length, limit);
  }

  describe(record: TraceRecord): Values {
    return describe(this, record);
  }
}

/** The VFs, in order. */
export function vfsOf({ functions }: EmbeddedSwitch): NicFunction[] {
  return functions.filter((own): own is NicFunction => own !== null && own.isVf);
}
