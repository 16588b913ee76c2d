/**
 * What stands around NORMAL: OpenFlow tables and mirrors, as the program that says what happens to a frame.
 *
 * Read first: ofproto/ofproto-dpif-xlate.c (xlate_actions, do_xlate_actions, xlate_table_action, flood_packets,
 * mirror_packet). What surprises: `resubmit` to another port changes where a flow is looked up, not where the frame came
 * from; FLOOD and ALL ask no port for its VLANs (ACL-O-3); a mirror copies a frame once, the first time that it is selected,
 * in the form that it has there; more than 64 tables deep, or 4,096 in all, and the frame is dropped as a whole.
 */
import { ConnectionTracker, CT_INVALID, NO_CONNECTION } from '../../../filter/conntrack.ts';
import { selects, type FlowSelection } from '../../../filter/flow-selection.ts';
import type { Flow, FlowAction, FlowPort } from '../../../filter/flow.ts';
import { FLOW_WORDS, newFlowKey, readFlowKey } from '../../../filter/flow-key.ts';
import { FlowTables } from '../../../filter/flow-table.ts';
import { TPID_C } from '../../../wire/dot1q.ts';
import { readUint16, readUint32 } from '../../../wire/bytes.ts';
import type { FrameContext } from '../../frame-context.ts';
import { HOST_PORT, type Passage } from '../../profile.ts';
import { FILTER, NO_PORT } from '../../trace.ts';
import { setField } from './actions.ts';
import type { Mirror } from './mirror.ts';
import { Mirroring } from './mirroring.ts';
import { BY_OUTPUT, OFPP_LOCAL, type BridgeProgram, type BridgePrograms, type OpenVswitch } from './open-vswitch.ts';
import type { OvsPort } from './ovs-port.ts';
import { ACL_O, OVS, R } from './rules.ts';
import { PRESENT, TagStack } from './tag-stack.ts';

/** MAX_DEPTH and MAX_RESUBMITS of ofproto-dpif-xlate.c. */
const DEPTH_MAX = 64;
const RESUBMITS_MAX = 4096;

/** Of one bridge: connections outlive the flows that follow them. */
export class Programs implements BridgePrograms {
  readonly #connections = new ConnectionTracker();

  start(device: OpenVswitch, flows: readonly Flow[] | null, mirrors: readonly Mirror[]): BridgeProgram {
    return new Pipeline(device, flows, mirrors, this.#connections);
  }

  remaining(flows: readonly Flow[], selections: readonly FlowSelection[]): readonly Flow[] {
    return flows.filter((flow) => !selections.some((selection) => selects(selection, flow)));
  }
}

class Pipeline implements BridgeProgram {
  readonly tables: FlowTables;
  readonly connections: ConnectionTracker;
  readonly #switch: OpenVswitch;
  readonly #mirroring: Mirroring | null;
  readonly #byOfport: ReadonlyMap<number, OvsPort>;
  /** Null: every frame is NORMAL's, and only mirrors make this program necessary. */
  readonly #key: Int32Array | null;
  #context!: FrameContext;
  #passage!: Passage;
  #depth = 0;
  #resubmits = 0;
  #table = 0;
  /** A way has been taken or an action has decided: what is left over is no "no flow matched". */
  #isDecided = false;
  /** The frame goes on in its own bytes once an action has written into them. */
  #owned = false;

  constructor(
    device: OpenVswitch,
    flows: readonly Flow[] | null,
    mirrors: readonly Mirror[],
    connections: ConnectionTracker,
  ) {
    this.#switch = device;
    this.tables = new FlowTables(flows ?? []);
    this.#mirroring = mirrors.length === 0 ? null : new Mirroring(device, mirrors);
    this.connections = connections;
    this.#key = flows === null ? null : newFlowKey();
    this.#byOfport = new Map(device.ports.flatMap((port) => (port === undefined ? [] : [[port.ofport, port]])));
  }

  run(context: FrameContext, passage: Passage): void {
    this.#context = context;
    this.#passage = passage;
    this.#depth = 0;
    this.#resubmits = 0;
    this.#owned = false;
    if (this.#mirroring !== null) this.#mirroring.begin(context, passage);
    if (this.#key === null) {
      passage.bridge(context);
      this.#mirroring?.copies();
      return;
    }
    this.#readKey(this.#key);
    this.#isDecided = false;
    this.#runTable(0, this.#ingress.ofport);
    if (this.#resubmits <= RESUBMITS_MAX) return;
    passage.abandon(context);
    context.refuse(FILTER, R.tooDeep, ACL_O[3], NO_PORT, RESUBMITS_MAX, DEPTH_MAX);
  }

  noteCopy(port: OvsPort, tags: TagStack): void {
    this.#mirroring?.noteCopy(port, tags);
  }

  get #ingress(): OvsPort {
    return this.#switch.ports[this.#context.ingress]!;
  }

  // --- Tables

  #readKey(key: Int32Array): void {
    const { bytes, start, length } = this.#context;
    key.fill(0);
    readFlowKey(key, bytes, start + this.#switch.tags.end, start + length);
    key[FLOW_WORDS.in_port] = this.#ingress.ofport;
    key[FLOW_WORDS.eth_dst] = readUint16(bytes, start);
    key[FLOW_WORDS.eth_dst + 1] = readUint32(bytes, start + 2) | 0;
    key[FLOW_WORDS.eth_src] = readUint16(bytes, start + 6);
    key[FLOW_WORDS.eth_src + 1] = readUint32(bytes, start + 8) | 0;
    this.#showTag();
  }

  #showTag(): void {
    this.#key![FLOW_WORDS.vlan_tci] = this.#switch.flowTags.tcis[0]!;
  }

  /** `ofport`: where the flow is looked up. */
  #runTable(table: number, ofport: number): void {
    const key = this.#key!;
    key[FLOW_WORDS.in_port] = ofport;
    const number = this.tables.find(table, key, this.#context.length);
    key[FLOW_WORDS.in_port] = this.#ingress.ofport;
    if (number < 0) {
      if (!this.#isDecided) this.#refuseMiss(table);
      return;
    }
    const flow = this.tables.flows[number]!;
    if (flow.actions.length === 0) return this.#refuseByFlow(number);
    this.#context.pass(FILTER, ACL_O[1], NO_PORT, number);
    const caller = this.#table;
    this.#table = table;
    this.#act(flow.actions, number);
    this.#table = caller;
  }

  #refuseMiss(table: number): void {
    const count = this.tables.countIn(table);
    const rule = count === 0 && table === 0 ? OVS[1] : ACL_O[1];
    this.#context.refuse(FILTER, R.implicitDeny, rule, NO_PORT, table, count);
  }

  #refuseByFlow(number: number): void {
    const { srcHigh, srcLow } = this.#context;
    this.#isDecided = true;
    const isInvalid = this.tables.flows[number]!.match.some(
      ({ field, value }) => field === 'ct_state' && (value[0]! & CT_INVALID) !== 0,
    );
    if (isInvalid) this.#context.refuse(FILTER, R.ctInvalid, ACL_O[9], NO_PORT, number);
    else this.#context.refuse(FILTER, R.aclDeny, ACL_O[3], NO_PORT, number);
    this.#context.note(FILTER, R.filterBeforeLearning, ACL_O[11], NO_PORT, srcHigh, srcLow);
  }

  // --- Actions

  #act(actions: readonly FlowAction[], number: number): void {
    for (const action of actions) {
      switch (action.kind) {
        case 'output':
          this.#output(action.port, number);
          break;
        case 'resubmit':
          this.#resubmit(action.table ?? this.#table, action.port ?? this.#ingress.ofport);
          break;
        case 'goto_table':
          this.#resubmit(action.table, this.#ingress.ofport);
          break;
        case 'ct':
          this.#track(action, number);
          break;
        default:
          if (!this.#modify(action)) return;
      }
      if (this.#resubmits > RESUBMITS_MAX) return;
    }
  }

  #resubmit(table: number, ofport: number): void {
    if (this.#depth >= DEPTH_MAX || this.#resubmits >= RESUBMITS_MAX) {
      this.#resubmits = RESUBMITS_MAX + 1;
      return;
    }
    this.#resubmits++;
    const deepens = table <= this.#table ? 1 : 0;
    this.#depth += deepens;
    this.#runTable(table, ofport);
    this.#depth -= deepens;
  }

  #output(port: FlowPort, number: number): void {
    const ingress = this.#context.ingress;
    this.#isDecided = true;
    this.#switch.outputRule = ACL_O[13];
    switch (port) {
      case 'normal':
        this.#passage.bridge(this.#context);
        return this.#mirroring?.copies();
      case 'flood':
      case 'all':
        return this.#flood(port === 'all');
      case 'in_port':
        return this.#emit(this.#ingress);
      case 'controller':
      case 'none':
        return this.#refuseByFlow(number);
      case 'local':
        return ingress === HOST_PORT ? this.#refuseSamePort() : this.#emit(this.#switch.ports[HOST_PORT]!);
    }
    const target = port === OFPP_LOCAL ? this.#switch.ports[HOST_PORT] : this.#byOfport.get(port);
    if (target === undefined) return this.#refuseByFlow(number);
    if (target.index === ingress) return this.#refuseSamePort();
    this.#emit(target);
  }

  /** ACL-O-4: only `in_port` sends a frame back. */
  #refuseSamePort(): void {
    const { dstHigh, dstLow } = this.#context;
    this.#context.refuse(FILTER, R.samePort, ACL_O[4], this.#context.ingress, dstHigh, dstLow);
  }

  #emit(port: OvsPort): void {
    this.#switch.way = BY_OUTPUT;
    this.#passage.emit(this.#context, port);
    this.#mirroring?.copies();
  }

  #flood(toAll: boolean): void {
    this.#switch.outputRule = ACL_O[3];
    for (const port of this.#switch.ports) {
      if (port === undefined || port.index === this.#context.ingress) continue;
      if (toAll || port.config.flood) this.#emit(port);
    }
  }

  // --- Modifications

  /** False: the list ends here. */
  #modify(action: FlowAction): boolean {
    const { flowTags } = this.#switch;
    switch (action.kind) {
      case 'mod_vlan_vid':
        this.#setTag((this.#tagOr(TPID_C) & ~0x0fff) | action.vid);
        break;
      case 'mod_vlan_pcp':
        this.#setTag((this.#tagOr(TPID_C) & ~0xe000) | (action.pcp << 13));
        break;
      case 'pop_vlan':
        if (flowTags.tcis[0] !== 0) flowTags.pop();
        break;
      case 'push_vlan':
        flowTags.push(action.tpid, PRESENT);
        break;
      case 'set_field':
      case 'dec_ttl':
        if (!this.#write(action)) return false;
    }
    this.#showTag();
    return true;
  }

  /** The outer tag's TCI; where there is none one is put on (OpenFlow 1.0). */
  #tagOr(tpid: number): number {
    const { flowTags } = this.#switch;
    if (flowTags.tcis[0] === 0) flowTags.set(0, tpid, PRESENT);
    return flowTags.tcis[0]!;
  }

  #setTag(tci: number): void {
    this.#switch.flowTags.tcis[0] = tci | PRESENT;
  }

  #write(action: FlowAction & { kind: 'set_field' | 'dec_ttl' }): boolean {
    const context = this.#context;
    if (action.kind === 'set_field' && action.field === 'vlan_tci') {
      const mask = readUint16(action.mask, 0);
      const held = this.#switch.flowTags.tcis[0]!;
      // Parts of a tag need a tag; the whole of it makes or takes one.
      if (held === 0 && mask !== 0xffff) return true;
      const tci = (held & ~mask) | readUint16(action.value, 0);
      if (held === 0 && (tci & PRESENT) !== 0) this.#switch.flowTags.tpids[0] = TPID_C;
      this.#switch.flowTags.tcis[0] = (tci & PRESENT) === 0 ? 0 : tci;
      return true;
    }
    if (!this.#owned) {
      context.readdress(context.bytes.slice(context.start, context.start + context.length));
      this.#owned = true;
    } else {
      // A copy that has gone out keeps the bytes as they were.
      context.readdress(context.bytes.slice());
    }
    return setField(context, this.#key!, this.#switch.tags.end, action);
  }

  // --- Connections

  /** The copy that is tracked goes on at the table, in a state; the original goes on untracked (ACL-O-8). */
  #track(action: FlowAction & { kind: 'ct' }, number: number): void {
    this.#isDecided = true;
    const key = this.#key!;
    const kept = key.slice();
    const state = this.connections.track(key, action.zone, action.commit, this.#context.nowMs);
    this.#context.note(
      FILTER,
      R.connectionState,
      action.table === null ? ACL_O[7] : ACL_O[8],
      NO_PORT,
      state,
      action.zone,
      number,
    );
    if (action.commit) {
      for (const inner of action.actions) {
        if (inner.kind === 'set_field' && inner.field === 'ct_mark')
          this.connections.mark(readUint32(inner.value, 0) | 0);
      }
    }
    if (action.table === null) return;
    key[FLOW_WORDS.ct_state] = state;
    key[FLOW_WORDS.ct_zone] = action.zone;
    key[FLOW_WORDS.ct_mark] = state === NO_CONNECTION ? 0 : this.connections.markAt();
    const { flowTags } = this.#switch;
    const tags = new TagStack();
    tags.copy(flowTags);
    this.#isDecided = false;
    this.#resubmit(action.table, this.#ingress.ofport);
    this.#isDecided = true;
    key.set(kept);
    flowTags.copy(tags);
  }
}
