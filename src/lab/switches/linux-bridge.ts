/** The Linux bridge in a lab. */
import type { RunnableRuleset } from '../../filter/ruleset.ts';
import type { Outcome, Refusal } from '../../outcome/refusal.ts';
import type { Fdb } from '../../switch/fdb.ts';
import { applyChange, type LinuxBridgeChange } from '../../switch/profiles/linux-bridge/change.ts';
import { addPort, createBridge } from '../../switch/profiles/linux-bridge/configuration.ts';
import type { LinuxBridge } from '../../switch/profiles/linux-bridge/linux-bridge.ts';
import { Relay } from '../../switch/relay.ts';
import { mac } from '../../wire/mac-address.ts';
import type { PortSpec, SwitchSpec } from '../scenario.ts';
import { SetupRefused, SwitchNode, type SwitchChange, type SwitchMaker } from '../switch-node.ts';

/** Reads an administrator's rules; the console that knows the language is handed in. */
export type RuleParser = (text: string) => RunnableRuleset | Refusal;

export function linuxBridges(parseRules: RuleParser): SwitchMaker {
  return (name, spec) => new LinuxBridgeNode(name, spec, parseRules);
}

class LinuxBridgeNode extends SwitchNode {
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
    return applyChange(this.profile, change as LinuxBridgeChange, nowMs);
  }

  #require(changes: readonly LinuxBridgeChange[]): void {
    for (const change of changes) {
      const refused = this.change(change, 0);
      if (refused !== null) throw new SetupRefused(this.name, refused);
    }
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
