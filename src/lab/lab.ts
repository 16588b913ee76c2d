/**
 * A lab that runs: nodes, links between them, a clock and a log.
 *
 * Deterministic: no time but the clock's, no chance at all. The same scenario and the same actions give the same log. The
 * log is the only thing that others read; nothing is told by hand that it could tell.
 */
import { Effects } from '../host/effects.ts';
import { IpHost } from '../host/ip-host.ts';
import type { Decision } from '../outcome/decision.ts';
import { refusal, type Outcome } from '../outcome/refusal.ts';
import { padToWire } from '../wire/ethernet.ts';
import { formatIpv4Address, parseIpv4Address, type Ipv4Address } from '../wire/ipv4.ts';
import type { Action } from './action.ts';
import { checkAction } from './action-check.ts';
import type { CapturePoint } from './capture-point.ts';
import { Clock } from './clock.ts';
import type { FrameId, LabEvent } from './event.ts';
import { composeFrame } from './frame-spec.ts';
import { makeHost } from './host-node.ts';
import { HOST_NS, PHYSICAL_LINK_NS, SWITCH_NS, VIRTUAL_LINK_NS } from './latency.ts';
import type { PortSpec, Scenario } from './scenario.ts';
import { makeSwitches, type SwitchMakers, type SwitchNode } from './switch-node.ts';

interface Arrival {
  readonly kind: 'arrival';
  readonly node: string;
  readonly port: string;
  readonly frame: FrameId;
  readonly bytes: Uint8Array;
}

interface TimerDue {
  readonly kind: 'timer';
  readonly node: string;
  readonly timer: string;
}

type Due = Arrival | TimerDue;

interface End {
  readonly node: string;
  readonly port: string;
}

/** How many due things a settling lab is given before it is stopped. */
export const SETTLE_LIMIT = 20_000;

/** An event without what the lab adds to each. */
type Untimed<T> = T extends LabEvent ? Omit<T, 'index' | 'timeNs'> : never;

export class Lab {
  readonly scenario: Scenario;
  readonly switches: ReadonlyMap<string, SwitchNode>;
  readonly hosts = new Map<string, IpHost>();
  readonly log: LabEvent[] = [];
  /** The frame that a frame was made from. */
  readonly parents = new Map<FrameId, FrameId>();
  readonly #clock = new Clock<Due>();
  readonly #links = new Map<string, End>();
  readonly #pings = new Map<string, { to: string; sentNs: number }>();
  #frames = 0;
  #pingCount = 0;

  /** Throws `SetupRefused` where a switch does not accept what the scenario says. */
  constructor(scenario: Scenario, makers: SwitchMakers) {
    this.scenario = scenario;
    this.switches = makeSwitches(scenario, makers);
    for (const [name, spec] of Object.entries(scenario.hosts)) this.hosts.set(name, makeHost(name, spec));
    for (const [a, b] of scenario.links) {
      this.#links.set(a, endOf(b));
      this.#links.set(b, endOf(a));
    }
  }

  get nowNs(): number {
    return this.#clock.nowNs;
  }

  get nowMs(): number {
    return Math.floor(this.#clock.nowNs / 1_000_000);
  }

  get isIdle(): boolean {
    return this.#clock.isIdle;
  }

  // --- Running

  /** Does something now; what follows from it waits in the queue. */
  act(action: Action): Outcome {
    const refused = this.#prepare(action);
    this.#note({ kind: 'acted', action, refused });
    if (refused === null) this.#perform(action);
    return refused;
  }

  /** The next thing that is due. False: nothing is. */
  step(): boolean {
    const due = this.#clock.next();
    if (due === null) return false;
    if (due.kind === 'timer') this.#timer(due);
    else if (this.switches.has(due.node)) this.#arriveAtSwitch(due);
    else this.#arriveAtHost(due);
    return true;
  }

  /** Until nothing is due, or the event of this index has been written. False: stopped, there was no end in sight. */
  settle(limit = SETTLE_LIMIT, eventIndex = Infinity): boolean {
    for (let count = 0; count < limit && this.log.length <= eventIndex; count++) if (!this.step()) return true;
    return this.isIdle;
  }

  /** The whole run of a list of actions, each after the last has settled. False: one of them had no end. */
  run(actions: readonly Action[]): boolean {
    return actions.every((action) => {
      this.act(action);
      return this.settle();
    });
  }

  // --- Actions

  /** Changes are tried at once; for the rest it is seen whether they mean something. */
  #prepare(action: Action): Outcome {
    const [wrong] = checkAction(action, action.do, this.scenario);
    if (wrong !== undefined) return refusal(wrong.code, wrong.path, wrong.found, wrong.expected);
    return action.do === 'change' ? this.switches.get(action.node)!.change(action.change, this.nowMs) : null;
  }

  #perform(action: Action): void {
    if (action.do === 'wait') {
      this.#clock.advance(Math.round(action.seconds * 1e9));
    } else if (action.do === 'send') {
      const bytes = composeFrame(action.frame, action.from, this.scenario);
      this.#follow(action.from, null, null, this.hosts.get(action.from)!.transmit(0, bytes));
    } else if (action.do === 'ping') {
      const identifier = ++this.#pingCount;
      const dst = this.addressOf(action.to)!;
      this.#pings.set(`${action.from}/${identifier}`, { to: formatIpv4Address(dst), sentNs: this.nowNs });
      const ttl = action.ttl === undefined ? {} : { ttl: action.ttl };
      const effects = this.hosts.get(action.from)!.ping({ dst, identifier, sequence: 1, ...ttl });
      this.#follow(action.from, null, null, effects);
    }
  }

  /** Of a host's name, or an address as text. */
  addressOf(target: string): Ipv4Address | null {
    const host = this.hosts.get(target);
    if (host !== undefined) return host.options.interfaces[0]?.network.address ?? null;
    const address = parseIpv4Address(target);
    return typeof address === 'number' ? address : null;
  }

  // --- Nodes

  #arriveAtSwitch({ node, port, frame, bytes }: Arrival): void {
    const { role } = this.#portSpec(node, port);
    const device = this.switches.get(node)!;
    // At a port without a link nothing arrives that could be captured.
    if (device.port(port)?.linkUp !== false) this.#see(INGRESS_POINTS[role], node, port, 'in', frame, bytes);
    const { copies, decisions } = device.receive(port, bytes, this.nowMs);
    const sent = copies.map((copy) => ({ ...copy, id: this.#newFrame(frame) }));
    this.#judge(node, port, { frame, bytes }, decisions, sent);
    for (const copy of sent) {
      const spec = this.#portSpecOrHost(node, copy.port);
      if (spec === null) continue;
      this.#see(EGRESS_POINTS[spec.role], node, copy.port, 'out', copy.id, copy.bytes);
      this.#transmit(node, copy.port, copy.id, copy.bytes, SWITCH_NS);
    }
  }

  #arriveAtHost({ node, port, frame, bytes }: Arrival): void {
    const spec = this.scenario.hosts[node]!;
    this.#see(spec.role === 'guest' ? 'P1' : 'P5', node, port, 'in', frame, bytes);
    const nic = Object.keys(spec.nics).indexOf(port);
    const effects = this.hosts.get(node)!.receive(nic, bytes);
    const isTaken = !effects.decisions.some(({ reason }) => reason === 'not-for-me' || reason === 'no-vlan-interface');
    if (isTaken && spec.role === 'guest') this.#see('P0', node, port, 'in', frame, bytes);
    this.#follow(node, port, { frame, bytes }, effects);
  }

  #timer({ node, timer }: TimerDue): void {
    this.#follow(node, null, null, this.hosts.get(node)!.timer(timer));
  }

  /** What a host's effects come to. */
  #follow(
    node: string,
    port: string | null,
    cause: { frame: FrameId; bytes: Uint8Array } | null,
    effects: Effects,
  ): void {
    const spec = this.scenario.hosts[node]!;
    const nics = Object.keys(spec.nics);
    const sent = effects.emissions.map(({ nic, bytes }) => ({
      port: nics[nic]!,
      bytes,
      id: this.#newFrame(cause?.frame ?? null),
    }));
    if (effects.decisions.length > 0 || cause !== null) this.#judge(node, port, cause, effects.decisions, sent);
    this.#setTimers(node, effects);
    for (const { port: name, bytes, id } of sent) {
      if (spec.role === 'guest') {
        this.#see('P0', node, name, 'out', id, bytes);
        this.#see('P1', node, name, 'out', id, bytes);
      }
      this.#transmit(node, name, id, bytes, cause === null ? 0 : HOST_NS);
    }
    for (const { identifier, outcome, from, ttl } of effects.pings) {
      const { to, sentNs } = this.#pings.get(`${node}/${identifier}`)!;
      this.#note({ kind: 'ping', node, to, outcome, from, ttl, rttNs: this.nowNs - sentNs });
    }
  }

  #setTimers(node: string, effects: Effects): void {
    const cancelled = new Set(effects.cancelled);
    if (cancelled.size > 0) {
      this.#clock.removeWhere((due) => due.kind === 'timer' && due.node === node && cancelled.has(due.timer));
    }
    for (const { afterMs, timer } of effects.timers) {
      this.#clock.schedule(afterMs * 1_000_000, { kind: 'timer', node, timer });
    }
  }

  // --- Links

  /** Sends a frame out of a port; a port without a link sends into nothing. */
  #transmit(node: string, port: string, frame: FrameId, bytes: Uint8Array, afterNs: number): void {
    const place = `${node}.${port}`;
    const end = this.#links.get(place);
    if (end === undefined) return;
    const isVirtual = this.#isGuestEnd(node, port) || this.#isGuestEnd(end.node, end.port);
    const onWire = isVirtual ? bytes : padToWire(bytes);
    if (!isVirtual) this.#see('P5', node, port, 'out', frame, onWire);
    const delay = afterNs + (isVirtual ? VIRTUAL_LINK_NS : PHYSICAL_LINK_NS);
    this.#clock.schedule(delay, { kind: 'arrival', node: end.node, port: end.port, frame, bytes: onWire });
  }

  #isGuestEnd(node: string, port: string): boolean {
    return this.scenario.switches[node]?.ports[port]?.role === 'guest';
  }

  #portSpec(node: string, port: string): PortSpec {
    return this.scenario.switches[node]!.ports[port]!;
  }

  /** Null: the switch's own port towards its host, where nobody listens in a lab. */
  #portSpecOrHost(node: string, port: string): PortSpec | null {
    return this.scenario.switches[node]!.ports[port] ?? null;
  }

  // --- Log

  #newFrame(parent: FrameId | null): FrameId {
    const id = ++this.#frames;
    if (parent !== null) this.parents.set(id, parent);
    return id;
  }

  #see(
    point: CapturePoint,
    node: string,
    port: string,
    direction: 'in' | 'out',
    frame: FrameId,
    bytes: Uint8Array,
  ): void {
    this.#note({ kind: 'seen', point, place: `${node}.${port}`, direction, frame, bytes });
  }

  /** A judgement, and a sighting at PD for each drop in it. */
  #judge(
    node: string,
    port: string | null,
    cause: { readonly frame: FrameId; readonly bytes: Uint8Array } | null,
    decisions: readonly Decision[],
    emitted: readonly { readonly id: FrameId; readonly port: string }[],
  ): void {
    const sent = emitted.map(({ id }) => id);
    const ports = emitted.map(({ port: at }) => at);
    this.#note({ kind: 'judged', node, port, frame: cause?.frame ?? null, decisions, sent, ports });
    if (cause === null) return;
    for (const { verdict, port: at } of decisions) {
      if (verdict === 'drop') this.#see('PD', node, at ?? port ?? '', 'in', cause.frame, cause.bytes);
    }
  }

  #note(event: Untimed<LabEvent>): void {
    this.log.push({ ...event, index: this.log.length, timeNs: this.nowNs });
  }
}

const INGRESS_POINTS: Readonly<Record<PortSpec['role'], CapturePoint>> = { guest: 'P2', uplink: 'P4', physical: 'P6' };
const EGRESS_POINTS: Readonly<Record<PortSpec['role'], CapturePoint>> = { guest: 'P3', uplink: 'P4', physical: 'P6' };

function endOf(place: string): End {
  const dot = place.lastIndexOf('.');
  return { node: place.slice(0, dot), port: place.slice(dot + 1) };
}
