/** Open vSwitch in a lab. */
import type { Flow } from '../../filter/flow.ts';
import type { Outcome, Refusal } from '../../outcome/refusal.ts';
import { refusal } from '../../outcome/refusal.ts';
import type { Fdb } from '../../switch/fdb.ts';
import { applyChange, type OpenVswitchChange } from '../../switch/profiles/open-vswitch/change.ts';
import { addPort, createBridge } from '../../switch/profiles/open-vswitch/configuration.ts';
import type { BridgePrograms, OpenVswitch } from '../../switch/profiles/open-vswitch/open-vswitch.ts';
import { Relay } from '../../switch/relay.ts';
import { mac } from '../../wire/mac-address.ts';
import type { PortSpec, SwitchSpec } from '../scenario.ts';
import { SetupRefused, SwitchNode, type SwitchChange, type SwitchMaker } from '../switch-node.ts';

/** Reads flows as `ovs-ofctl add-flows` does; `ports`: OpenFlow port number by port name. */
export type FlowParser = (text: string, ports: ReadonlyMap<string, number>) => readonly Flow[] | Refusal;

/** What a bridge with flows needs; null: no bridge will have any. */
export interface FlowKit {
  readonly parse: FlowParser;
  programs(): BridgePrograms;
}

export function openVswitches(kit: FlowKit | null): SwitchMaker {
  return (name, spec) => new OpenVswitchNode(name, spec, kit);
}

class OpenVswitchNode extends SwitchNode {
  readonly profile: OpenVswitch;
  readonly relay: Relay<OpenVswitch>;
  readonly fdb: Fdb;

  constructor(name: string, spec: SwitchSpec, kit: FlowKit | null) {
    super(name, spec);
    this.profile = createBridge(name, mac(spec.mac), kit?.programs() ?? null);
    this.fdb = this.profile.fdb;
    this.relay = new Relay(this.profile);
    this.relay.trace.on = true;
    for (const [port, { mac: address, mtu }] of Object.entries(spec.ports)) {
      addPort(this.profile, port, mac(address), null, mtu);
    }
    this.#require(optionChanges(spec));
    this.#require(Object.entries(spec.ports).flatMap(([port, portSpec]) => portChanges(port, portSpec)));
    if (spec.rules.trim() === '' || kit === null) return;
    const ports = new Map(this.profile.ports.flatMap((port) => (port === undefined ? [] : [[port.name, port.ofport]])));
    const flows = kit.parse(spec.rules, ports);
    if ('error' in flows) throw new SetupRefused(name, flows);
    this.#require([{ kind: 'flows', flows, replaces: true }]);
  }

  get knowsVlans(): boolean {
    return true;
  }

  change(change: SwitchChange, nowMs: number): Outcome {
    return applyChange(this.profile, change as OpenVswitchChange, nowMs);
  }

  #require(changes: readonly (OpenVswitchChange | Refusal)[]): void {
    for (const change of changes) {
      const refused = 'error' in change ? change : applyChange(this.profile, change, 0);
      if (refused !== null) throw new SetupRefused(this.name, refused);
    }
  }
}

/** Bridge columns by name; what is no column is a key of other_config. `vlan-limit` is the whole program's. */
function optionChanges({ options }: SwitchSpec): OpenVswitchChange[] {
  return Object.entries(options).map(([option, value]): OpenVswitchChange => {
    if (option === 'vlan-limit') return { kind: 'vlan-limit', limit: Number(value) };
    if (option === 'fail_mode') return { kind: 'bridge', columns: { fail_mode: value as 'secure' } };
    if (option === 'flood_vlans') return { kind: 'bridge', columns: { flood_vlans: vidsOf(value) } };
    return { kind: 'bridge', columns: { other_config: { [option]: String(value) } } };
  });
}

function portChanges(port: string, spec: PortSpec): (OpenVswitchChange | Refusal)[] {
  const { vlan, trunk, native, flags } = spec;
  const columns = {
    ...(vlan === undefined ? {} : { tag: vlan }),
    ...(native === undefined ? {} : { tag: native, vlan_mode: 'native-untagged' }),
    ...(trunk === undefined ? {} : { trunks: trunk }),
  };
  return [
    { kind: 'port', port, columns },
    ...Object.entries(flags).map(([flag, value]) => flagChange(port, flag, value)),
  ];
}

/** Columns, keys of other_config, and words of `ovs-ofctl mod-port` that are on or off. */
function flagChange(port: string, flag: string, value: string): OpenVswitchChange | Refusal {
  switch (flag) {
    case 'vlan_mode':
      return { kind: 'port', port, columns: { vlan_mode: value } };
    case 'cvlans':
      return { kind: 'port', port, columns: { cvlans: vidsOf(value) } };
    case 'protected':
      return { kind: 'port', port, columns: { protected: value === 'true' } };
    case 'qinq-ethtype':
    case 'priority-tags':
      return { kind: 'port', port, columns: { other_config: { [flag]: value } } };
    case 'flood':
    case 'forward':
    case 'receive':
      return { kind: 'mod-port', port, word: value === 'off' ? `no-${flag}` : flag };
    default:
      return refusal('unmodelled', flag, value, 'vlan_mode, cvlans, protected, priority-tags, flood, forward, receive');
  }
}

function vidsOf(value: string | number): number[] {
  return String(value)
    .split(/[,\s]+/)
    .filter(Boolean)
    .map(Number);
}
