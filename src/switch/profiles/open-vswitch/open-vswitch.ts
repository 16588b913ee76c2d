/**
 * Open vSwitch (3.1, userspace datapath): how its action NORMAL answers the relay. What stands before NORMAL, flows and
 * mirrors, is the program in `pipeline.ts`; a bridge with the one flow it starts with needs none.
 *
 * Read first: ofproto/ofproto-dpif-xlate.c (xlate_normal, input_vid_is_valid, xvlan_input_translate, xbundle_includes_vlan,
 * output_normal, xvlan_put, check_output_prerequisites). Methods stand in the order in which Open vSwitch takes these steps.
 *
 * What surprises: VLAN 0 is a VLAN like others, that of untagged frames, and a trunk with an explicit list does not carry
 * it (OVS-14). A known address is sent to its port without asking whether that port has the VLAN (OVS-26). Addresses are
 * learned after all checks, so a refused frame teaches nothing (OVS-12). The host's port LOCAL is a port like any other.
 */
import type { FlowSelection } from '../../../filter/flow-selection.ts';
import type { Flow } from '../../../filter/flow.ts';
import type { FlowTables } from '../../../filter/flow-table.ts';
import type { Values } from '../../../outcome/decision.ts';
import { NO_DOUBTS } from '../../../outcome/doubts.ts';
import { readUint16 } from '../../../wire/bytes.ts';
import { isTpid, pcpOf, TAG_SIZE, TPID_C, vidOf } from '../../../wire/dot1q.ts';
import { ETHERNET_HEADER_SIZE } from '../../../wire/ethernet.ts';
import { isBroadcast, isGroup, isReserved, type MacAddress } from '../../../wire/mac-address.ts';
import { BY_NO_TAG, BY_PVID, BY_PVID_PRIORITY, BY_TAG, BY_TUNNEL } from '../../describe.ts';
import { Fdb, STATIC } from '../../fdb.ts';
import type { FrameContext } from '../../frame-context.ts';
import {
  FLOOD_BROADCAST,
  FLOOD_MULTICAST,
  FLOOD_UNKNOWN,
  HOST_PORT,
  type Profile,
  type ProfileId,
  type Program,
} from '../../profile.ts';
import { EGRESS, INGRESS, LEARNING, LINK, LOOKUP, NO_PORT, VLAN, type TraceRecord } from '../../trace.ts';
import { describe } from './describe.ts';
import {
  ACCESS,
  NATIVE_UNTAGGED,
  OvsPort,
  TAGS_ALWAYS,
  TAGS_NEVER,
  TRUNK,
  TUNNEL,
  type PortColumns,
} from './ovs-port.ts';
import type { Mirror } from './mirror.ts';
import { OVS, R } from './rules.ts';
import { BridgeSettings } from './settings.ts';
import { ParsedTags, PRESENT, TagStack } from './tag-stack.ts';

/** OFPP_LOCAL of OpenFlow 1.0. */
export const OFPP_LOCAL = 0xfffe;
/** The tag and two bytes behind it (OVS-37). */
const MIN_TAGGED_SIZE = 18;

/** How the copy at hand came about: what decides about its tags and about the ports it may take. */
export const [BY_NORMAL, BY_OUTPUT, BY_MIRROR] = [0, 1, 2] as const;

/** Flows and mirrors: `pipeline.ts`. */
export interface BridgeProgram extends Program {
  readonly tables: FlowTables;
  /** It is told of every copy: mirrors select by port and VLAN of what leaves. */
  noteCopy(port: OvsPort, tags: TagStack): void;
}

/** What runs flows and mirrors. It is handed in, so that a bridge without any can do without it. */
export interface BridgePrograms {
  /** `flows` null: all frames are NORMAL's. */
  start(device: OpenVswitch, flows: readonly Flow[] | null, mirrors: readonly Mirror[]): BridgeProgram;
  /** What a deletion leaves of flows. */
  remaining(flows: readonly Flow[], selections: readonly FlowSelection[]): readonly Flow[];
}

export class OpenVswitch implements Profile {
  readonly id: ProfileId = 'open-vswitch';
  readonly unknownPortRule = OVS[10];
  readonly noTargetRule = OVS[27];
  readonly doubts = NO_DOUBTS;
  readonly hasObservers = false;
  program: BridgeProgram | null = null;
  readonly programs: BridgePrograms | null;
  readonly settings = new BridgeSettings();
  /** Port 0 is LOCAL, the bridge's own. */
  readonly ports: (OvsPort | undefined)[];
  readonly fdb = new Fdb(300_000, 64, true);
  /** Most addresses that are kept: mac-table-size. */
  tableSize = 8192;
  forwardBpdu = false;
  /** VLANs that are never learned in and always flooded; null: none. */
  floodVlans: Uint8Array | null = null;
  /** Tags that are parsed: vlan-limit, where 0 stands for as many as there can be. */
  vlanLimit = 1;
  /** The frame's tags as they came, and as flows have changed them. */
  readonly tags = new ParsedTags();
  readonly flowTags = new TagStack();
  /** The frame's tags inside the switch; TCIs without {@link PRESENT}. */
  readonly vlan = new TagStack();
  /** Ports are netdevs of kind `dummy`, which send and receive whatever they are set to. */
  hasDummyDevices = false;
  way: number = BY_NORMAL;
  /** Of the frame at hand, in bytes; a copy may be of another length. */
  length = 0;
  readonly #out = new TagStack();

  constructor(name: string, mac: MacAddress, columns: PortColumns, programs: BridgePrograms | null) {
    this.programs = programs;
    const local = new OvsPort(HOST_PORT, name, mac, OFPP_LOCAL);
    local.configure(columns);
    this.ports = [local];
  }

  get name(): string {
    return this.ports[HOST_PORT]!.name;
  }

  // --- Ingress

  receive(context: FrameContext): boolean {
    const port = this.ports[context.ingress]!;
    if (!this.#isUp(port)) return context.refuse(LINK, R.linkDown, OVS[39], port.index);
    if (port.isMirrorOutput) return context.refuse(INGRESS, R.mirrorOutput, OVS[34], port.index);
    if (!port.config.receive) return context.refuse(LINK, R.portDisabled, OVS[32], port.index, 0);
    this.length = context.length;
    this.show(context);
    context.pass(INGRESS, OVS[10], port.index, context.srcHigh, context.srcLow);
    return false;
  }

  /** Reads the tags of the bytes at hand anew. */
  show(context: FrameContext): void {
    this.tags.read(context.bytes, context.start, context.length, this.vlanLimit);
    this.flowTags.copy(this.tags.stack);
  }

  // --- VLAN classification and admission

  classify(context: FrameContext): boolean {
    const port = this.ports[context.ingress]!;
    const tags = this.flowTags;
    this.way = BY_NORMAL;
    if (tags.tcis[0] === 0 && this.#hasPartialTag(context)) {
      return context.refuse(LINK, R.shortTagged, OVS[37], port.index, this.length, MIN_TAGGED_SIZE);
    }
    const tci = tags.tcis[0]!;
    const vid = vidOf(tci);
    if (this.#refusesVid(context, port, vid)) return true;
    this.#translate(port, tci);
    context.vid = vidOf(this.vlan.tcis[0]!);
    context.pass(VLAN, ruleOfMode(port), port.index, howOf(port, tci), context.vid, pcpOf(this.vlan.tcis[0]!));
    return false;
  }

  /** A tag's type stands there and too little behind it; or a flow has popped the one tag that was parsed. */
  #hasPartialTag(context: FrameContext): boolean {
    return isTpid(readUint16(context.bytes, context.start + this.tags.end));
  }

  /** input_vid_is_valid: by the tag that the frame carries, not by the VLAN that it will be in. */
  #refusesVid(context: FrameContext, port: OvsPort, vid: number): boolean {
    const tpid = this.flowTags.tpids[0]!;
    if (port.mode === ACCESS) {
      if (vid === 0) return false;
      return context.refuse(VLAN, R.vlanMismatch, OVS[13], port.index, tpid, vid);
    }
    if (port.mode === TUNNEL) {
      if (port.allowsCvlan(vid)) return false;
      return context.refuse(VLAN, R.innerVlanNotAllowed, OVS[16], port.index, vid);
    }
    // A native port always carries its native VLAN.
    if (port.isMember(vid) || (port.mode !== TRUNK && vid === 0)) return false;
    return context.refuse(VLAN, R.vlanMismatch, ruleOfMode(port), port.index, tpid, vid);
  }

  /** xvlan_input_translate. */
  #translate(port: OvsPort, tci: number): void {
    const { vlan, flowTags } = this;
    if (port.mode === ACCESS) {
      vlan.clear();
      return vlan.set(0, tci === 0 ? TPID_C : flowTags.tpids[0]!, (tci & PCP) | port.vlan);
    }
    vlan.set(0, tci === 0 ? 0 : flowTags.tpids[0]!, tci & ~PRESENT);
    const inner = flowTags.tcis[1]!;
    vlan.set(1, inner === 0 ? 0 : flowTags.tpids[1]!, inner & ~PRESENT);
    if (port.mode === TUNNEL) vlan.push(port.tunnelTpid, port.vlan);
    else if (port.mode !== TRUNK && vidOf(tci) === 0) {
      vlan.set(0, tci === 0 ? TPID_C : flowTags.tpids[0]!, (tci & PCP) | port.vlan);
    }
  }

  admit(context: FrameContext): boolean {
    const { dstHigh, dstLow } = context;
    if (this.forwardBpdu || !isReservedHere(dstHigh, dstLow)) return false;
    return context.refuse(INGRESS, R.reservedDst, OVS[12], context.ingress, dstHigh, dstLow);
  }

  // --- Learning

  learn(context: FrameContext): void {
    const { srcHigh, srcLow, vid, nowMs, ingress, trace } = context;
    if (isGroup(srcHigh)) return context.note(LEARNING, R.groupSrc, OVS[11], ingress, srcHigh, srcLow);
    if (this.isFloodVlan(vid)) return context.note(LEARNING, R.learningOff, OVS[20], ingress, srcHigh, srcLow);
    const { fdb } = this;
    const slot = fdb.find(vid, srcHigh, srcLow, nowMs);
    if (slot < 0) {
      if (trace.on) this.#noteExpired(context, srcHigh, srcLow);
      if (fdb.size >= this.tableSize) this.#makeRoom(context);
      fdb.put(vid, srcHigh, srcLow, ingress, 0, nowMs);
      return context.note(LEARNING, R.learned, OVS[20], ingress, srcHigh, srcLow, vid);
    }
    const held = fdb.portAt(slot);
    if ((fdb.flagsAt(slot) & STATIC) !== 0) {
      if (held !== ingress) context.note(LEARNING, R.entryPinned, OVS[22], ingress, srcHigh, srcLow, held);
      return;
    }
    fdb.refreshAt(slot, nowMs);
    if (held === ingress) return context.note(LEARNING, R.entryRefreshed, OVS[20], ingress, srcHigh, srcLow, vid);
    fdb.moveAt(slot, ingress);
    context.note(LEARNING, R.entryMoved, OVS[20], ingress, srcHigh, srcLow, held);
  }

  isFloodVlan(vid: number): boolean {
    return this.floodVlans !== null && this.floodVlans[vid] === 1;
  }

  #makeRoom(context: FrameContext): void {
    this.fdb.sweep(context.nowMs);
    if (this.fdb.size < this.tableSize) return;
    const evicted = this.fdb.evictFairly();
    if (evicted === null || !context.trace.on) return;
    const [high, low] = halves(evicted.mac);
    context.note(LEARNING, R.entryEvicted, OVS[21], evicted.port, high, low, this.tableSize);
  }

  #noteExpired(context: FrameContext, high: number, low: number): void {
    const age = this.fdb.expiredAge(context.vid, high, low, context.nowMs);
    if (age >= 0) context.note(LEARNING, R.entryExpired, OVS[2], NO_PORT, high, low, age, this.fdb.ageingTimeMs);
  }

  proceed(): boolean {
    return false;
  }

  // --- Lookup

  lookUp(context: FrameContext): number {
    const { dstHigh, dstLow, vid, nowMs } = context;
    if (isGroup(dstHigh)) return isBroadcast(dstHigh, dstLow) ? FLOOD_BROADCAST : FLOOD_MULTICAST;
    const slot = this.isFloodVlan(vid) ? -1 : this.fdb.find(vid, dstHigh, dstLow, nowMs);
    if (slot < 0) {
      if (context.trace.on) this.#noteExpired(context, dstHigh, dstLow);
      return FLOOD_UNKNOWN;
    }
    context.pass(LOOKUP, OVS[26], this.fdb.portAt(slot), dstHigh, dstLow, vid);
    return this.fdb.portAt(slot);
  }

  floodRule(): number {
    return OVS[27];
  }

  // --- Egress

  exclude(context: FrameContext, port: OvsPort, flood: number): boolean {
    if (this.way === BY_NORMAL && this.#excludedByNormal(context, port, flood)) return true;
    if (!port.config.forward) return context.refuse(LINK, R.portDisabled, OVS[32], port.index, 1);
    if (port.isProtected && this.ports[context.ingress]!.isProtected) {
      return context.refuse(EGRESS, R.isolated, OVS[31], port.index, context.ingress);
    }
    return false;
  }

  #excludedByNormal(context: FrameContext, port: OvsPort, flood: number): boolean {
    if (port.index === context.ingress) {
      if (flood !== 0) return context.refuse(EGRESS, R.ingressPort, OVS[27], port.index);
      return context.refuse(LOOKUP, R.samePort, OVS[26], port.index, context.dstHigh, context.dstLow);
    }
    if (port.isMirrorOutput) {
      return context.refuse(INGRESS, R.mirrorOutput, flood === 0 ? OVS[26] : OVS[27], port.index);
    }
    // What the table names is not asked for its VLANs (OVS-26).
    if (flood === 0) return false;
    if (!port.config.flood) return context.refuse(EGRESS, R.floodOff, OVS[32], port.index, flood);
    return this.#excludesVlan(context, port);
  }

  /** xbundle_includes_vlan. */
  #excludesVlan(context: FrameContext, port: OvsPort): boolean {
    if (!port.isMember(context.vid)) {
      return context.refuse(EGRESS, R.vlanNotAllowed, OVS[30], port.index, context.vid);
    }
    const inner = vidOf(this.vlan.tcis[1]!);
    if (port.isTrunk || (port.mode === ACCESS ? inner === 0 : port.allowsCvlan(inner))) return false;
    const rule = port.mode === ACCESS ? OVS[18] : OVS[30];
    return context.refuse(EGRESS, R.innerVlanNotAllowed, rule, port.index, inner);
  }

  // --- For mirrors

  /** input_vid_is_valid, of a frame with these tags at this port. */
  admitsToMirror(port: OvsPort, tags: TagStack): boolean {
    const vid = vidOf(tags.tcis[0]!);
    if (port.mode === ACCESS) return vid === 0;
    if (port.mode === TUNNEL) return port.allowsCvlan(vid);
    return port.isMember(vid) || (port.mode !== TRUNK && vid === 0);
  }

  /** Into which VLAN a frame with these tags would come at this port. */
  translateFor(port: OvsPort): void {
    this.#translate(port, this.flowTags.tcis[0]!);
  }

  /** Whether a mirror's VLAN leaves by this port. */
  carries(port: OvsPort, tags: TagStack): boolean {
    if (!port.isMember(vidOf(tags.tcis[0]!))) return false;
    const inner = vidOf(tags.tcis[1]!);
    return port.isTrunk || (port.mode === ACCESS ? inner === 0 : port.allowsCvlan(inner));
  }

  encode(context: FrameContext, port: OvsPort): void {
    const out = this.#out;
    if (this.way === BY_OUTPUT) out.copy(this.flowTags);
    else this.#translateOut(port, out);
    this.tags.write(context, out, this.length);
    if (this.program !== null) this.program.noteCopy(port, out);
    if (context.trace.on) this.#noteEgress(context, port);
  }

  /** xvlan_output_translate and xvlan_put. */
  #translateOut(port: OvsPort, out: TagStack): void {
    if (port.mode === ACCESS) {
      out.clear();
    } else {
      out.copy(this.vlan);
      const isNative = port.mode === NATIVE_UNTAGGED && vidOf(this.vlan.tcis[0]!) === port.vlan;
      if (isNative || port.mode === TUNNEL) out.pop();
    }
    if (port.priorityTags !== TAGS_NEVER) out.tcis[0] = vidOf(out.tcis[0]!) | (this.flowTags.tcis[0]! & PCP);
    const isAlways = port.priorityTags === TAGS_ALWAYS;
    for (let index = 0; index < 2; index++) {
      const tci = out.tcis[index]!;
      if (tci === 0 && !(isAlways && out.tpids[index] !== 0)) continue;
      out.set(index, out.tpids[index] === 0 ? TPID_C : out.tpids[index]!, tci | PRESENT);
    }
  }

  #noteEgress(context: FrameContext, port: OvsPort): void {
    const { dstHigh, dstLow, vid } = context;
    if (this.way === BY_MIRROR) return context.note(EGRESS, R.mirrored, OVS[34], port.index);
    if (port.index === HOST_PORT) context.note(LOOKUP, R.toHost, OVS[3], HOST_PORT, dstHigh, dstLow);
    else if (this.way === BY_OUTPUT || (!isGroup(dstHigh) && this.fdb.find(vid, dstHigh, dstLow, context.nowMs) >= 0)) {
      context.note(
        EGRESS,
        R.delivered,
        this.way === BY_OUTPUT ? this.outputRule : OVS[26],
        port.index,
        dstHigh,
        dstLow,
        vid,
      );
    }
    const cameTagged = this.tags.stack.count > 0;
    const leavesTagged = context.outTpid !== 0;
    if (leavesTagged && !cameTagged) context.note(EGRESS, R.tagPushed, OVS[28], port.index, vidOf(context.outTci));
    if (leavesTagged || !cameTagged) return;
    const tci = this.tags.stack.tcis[0]!;
    context.note(EGRESS, R.tagPopped, OVS[28], port.index, vidOf(tci));
    if (pcpOf(tci) !== 0) context.note(EGRESS, R.pcpReset, OVS[29], port.index, pcpOf(tci));
  }

  /** The rule by which a flow's `output` sends. */
  outputRule = OVS[26];

  observes(): boolean {
    return false;
  }

  #isUp(port: OvsPort): boolean {
    return port.linkUp || this.hasDummyDevices;
  }

  /**
   * The switch sends to a port that is down as to any other, and the device loses the frame (OVS-39). What is left of the
   * frame may be as long as the device can send; an outer 802.1Q tag is not counted, an S-tag is (OVS-33).
   */
  stop(context: FrameContext, port: OvsPort): boolean {
    if (!this.#isUp(port)) return context.refuse(LINK, R.linkDown, OVS[39], port.index);
    const tag = context.outTpid === TPID_C ? TAG_SIZE : 0;
    const counted = context.outLength - ETHERNET_HEADER_SIZE - tag;
    if (counted <= port.mtu) return false;
    return context.refuse(EGRESS, R.mtuExceeded, OVS[33], port.index, counted, port.mtu);
  }

  describe(record: TraceRecord): Values {
    return describe(this, record);
  }
}

const PCP = 0xe000;

/** How the frame got its VLAN, for the trace. */
function howOf(port: OvsPort, tci: number): number {
  if (port.mode === TUNNEL) return BY_TUNNEL;
  if (vidOf(tci) !== 0) return BY_TAG;
  if (port.mode === TRUNK) return BY_NO_TAG;
  return tci === 0 ? BY_PVID : BY_PVID_PRIORITY;
}

function ruleOfMode(port: OvsPort): number {
  if (port.mode === ACCESS) return OVS[13];
  if (port.mode === TUNNEL) return OVS[16];
  return port.mode === TRUNK ? OVS[14] : OVS[15];
}

/** eth_addr_is_reserved: more than 802.1Q's own, Cisco's and Extreme's protocols too (OVS-12). */
export function isReservedHere(high: number, low: number): boolean {
  if (isReserved(high, low)) return true;
  if (high === 0x00e02b) return low === 0 || low === 4 || low === 6;
  if (high !== 0x01000c) return false;
  return low === 0 || low === 0xcccccc || low === 0xcccccd || low === 0xcdcdcd || (low >= 0xccccc0 && low <= 0xccccc7);
}

function halves(mac: string): [high: number, low: number] {
  const digits = mac.replaceAll(':', '');
  return [Number.parseInt(digits.slice(0, 6), 16), Number.parseInt(digits.slice(6), 16)];
}
