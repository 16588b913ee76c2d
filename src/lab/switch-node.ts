/**
 * A switch in a lab: a profile with its relay, set up from a lab file. The one place that knows how each product's ports
 * are made from "access VLAN 10" or "trunk 10, 20".
 */
import type { RunnableRuleset } from '../filter/ruleset.ts';
import type { Decision } from '../outcome/decision.ts';
import { refusal, type Outcome, type Refusal } from '../outcome/refusal.ts';
import { CopyBatch } from '../switch/copy-batch.ts';
import type { Fdb } from '../switch/fdb.ts';
import { FrameBatch } from '../switch/frame-batch.ts';
import type { Port } from '../switch/port.ts';
import type { Profile, ProfileId } from '../switch/profile.ts';
import { Ieee8021q } from '../switch/profiles/ieee-8021q.ts';
import { applyChange, type LinuxBridgeChange } from '../switch/profiles/linux-bridge/change.ts';
import { addPort, createBridge } from '../switch/profiles/linux-bridge/configuration.ts';
import type { LinuxBridge } from '../switch/profiles/linux-bridge/linux-bridge.ts';
import { Relay } from '../switch/relay.ts';
import { mac } from '../wire/mac-address.ts';
import type { PortSpec, SwitchSpec } from './scenario.ts';

export type SwitchChange = LinuxBridgeChange;

/** Reads an administrator's rules; the console that knows the language is handed in. */
export type RuleParser = (text: string) => RunnableRuleset | Refusal;

export interface Relayed {
  readonly copies: readonly { readonly port: string; readonly bytes: Uint8Array }[];
  readonly decisions: readonly Decision[];
}

export abstract class SwitchNode {
  readonly name: string;
  readonly spec: SwitchSpec;
  abstract readonly profile: Profile;
  abstract readonly relay: Relay;
  abstract readonly fdb: Fdb;
  readonly #frames = new FrameBatch();
  readonly #copies = new CopyBatch();

  constructor(name: string, spec: SwitchSpec) {
    this.name = name;
    this.spec = spec;
  }

  /** Whether VLANs mean anything to it as it is set now. */
  abstract get knowsVlans(): boolean;
  abstract change(change: SwitchChange, nowMs: number): Outcome;

  port(name: string): Port | undefined {
    return this.profile.ports.find((port) => port?.name === name);
  }

  /** One frame in: what came out, and why. */
  receive(port: string, bytes: Uint8Array, nowMs: number): Relayed {
    this.#frames.clear();
    this.#copies.clear();
    this.#frames.add(this.port(port)?.index ?? 0xffff, bytes);
    const from = this.relay.trace.end;
    this.relay.relay(this.#frames, this.#copies, nowMs);
    const copies = Array.from({ length: this.#copies.count }, (_, copy) => ({
      port: this.profile.ports[this.#copies.portOf(copy)]!.name,
      bytes: this.#copies.bytes(copy, this.#frames),
    }));
    return { copies, decisions: this.relay.decisions(from) };
  }
}

export class LinuxBridgeNode extends SwitchNode {
  readonly profile: LinuxBridge;
  readonly relay: Relay<LinuxBridge>;
  readonly fdb: Fdb;

  constructor(name: string, spec: SwitchSpec, parseRules: RuleParser) {
    super(name, spec);
    this.profile = createBridge(name, mac(spec.mac));
    this.fdb = this.profile.fdb;
    this.relay = new Relay(this.profile);
    this.relay.trace.on = true;
    this.#require(optionChanges(spec));
    for (const [port, { mac: address, mtu }] of Object.entries(spec.ports)) {
      addPort(this.profile, port, mac(address), mtu);
    }
    this.#require(Object.entries(spec.ports).flatMap(([port, portSpec]) => portChanges(port, portSpec)));
    if (spec.rules.trim() === '') return;
    const ruleset = parseRules(spec.rules);
    if ('error' in ruleset) throw new SetupRefused(name, ruleset);
    this.#require([{ kind: 'rules', ruleset }]);
  }

  get knowsVlans(): boolean {
    return this.profile.vlanFiltering;
  }

  change(change: SwitchChange, nowMs: number): Outcome {
    return applyChange(this.profile, change, nowMs);
  }

  #require(changes: readonly LinuxBridgeChange[]): void {
    for (const change of changes) {
      const refused = this.change(change, 0);
      if (refused !== null) throw new SetupRefused(this.name, refused);
    }
  }
}

/** A lab file said something that the switch does not accept. */
export class SetupRefused extends Error {
  readonly node: string;
  readonly refused: Refusal;
  constructor(node: string, refused: Refusal) {
    super(`${node}: ${refused.knob} ${refused.value}`);
    this.node = node;
    this.refused = refused;
  }
}

function optionChanges(spec: SwitchSpec): LinuxBridgeChange[] {
  return Object.entries(spec.options).map(([option, value]) => ({ kind: 'bridge', option, value }));
}

function portChanges(name: string, spec: PortSpec): LinuxBridgeChange[] {
  const vlan = (vid: number, isUntagged: boolean): LinuxBridgeChange => ({
    kind: 'vlan',
    port: name,
    first: vid,
    last: vid,
    pvid: isUntagged,
    untagged: isUntagged,
  });
  return [
    ...(spec.vlan === undefined ? [] : [vlan(spec.vlan, true)]),
    ...(spec.trunk ?? []).map((vid) => vlan(vid, false)),
    ...(spec.native === undefined ? [] : [vlan(spec.native, true)]),
    ...Object.entries(spec.flags).map(([flag, value]): LinuxBridgeChange => ({
      kind: 'flag',
      port: name,
      flag,
      value,
    })),
  ];
}

export class Ieee8021qNode extends SwitchNode {
  readonly profile: Ieee8021q;
  readonly relay: Relay<Ieee8021q>;
  readonly fdb: Fdb;

  constructor(name: string, spec: SwitchSpec) {
    super(name, spec);
    this.profile = new Ieee8021q();
    this.fdb = this.profile.fdb;
    this.relay = new Relay(this.profile);
    this.relay.trace.on = true;
    for (const [port, { mac: address, vlan, trunk, native, flags }] of Object.entries(spec.ports)) {
      const [flag] = Object.entries(flags);
      if (flag !== undefined) throw new SetupRefused(name, refusal('unmodelled', flag[0], flag[1], ''));
      this.profile.addPort(port, mac(address), vlan ?? native ?? 0, trunk ?? []);
    }
  }

  get knowsVlans(): boolean {
    return true;
  }

  change(change: SwitchChange): Outcome {
    const port = change.kind === 'link' ? this.port(change.port) : undefined;
    if (change.kind !== 'link' || port === undefined) return refusal('unmodelled', change.kind, '', 'link');
    port.linkUp = change.up;
    return null;
  }
}

const MAKERS: Readonly<Record<ProfileId, (name: string, spec: SwitchSpec, parseRules: RuleParser) => SwitchNode>> = {
  'linux-bridge': (name, spec, parseRules) => new LinuxBridgeNode(name, spec, parseRules),
  'ieee-8021q': (name, spec) => new Ieee8021qNode(name, spec),
};

export function makeSwitch(name: string, spec: SwitchSpec, parseRules: RuleParser): SwitchNode {
  return MAKERS[spec.profile](name, spec, parseRules);
}
