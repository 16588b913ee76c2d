/**
 * The Hyper-V switch in a lab.
 *
 * `options`: SwitchType (External, Internal, Private) and AllowManagementOS, as New-VMSwitch knows them. A port of role
 * uplink is a physical NIC of the external port, more than one are a team. Any other is an adapter, whose address is that
 * of the NIC behind it; with the flag ManagementOS it belongs to the management OS, which otherwise stands behind a port
 * with the switch's own name, where nobody listens. The VLAN is `vlan` (Access), `trunk` and `native` (Trunk), the flags
 * of a private VLAN or those of Set-VMNetworkAdapterIsolation; without any of them the port is Untagged.
 */
import { refusal, type Outcome, type Refusal } from '../../outcome/refusal.ts';
import type { Fdb } from '../../switch/fdb.ts';
import { applyChange, type HyperVChange } from '../../switch/profiles/hyper-v/change.ts';
import { addAdapter, addManagementOs, addUplink } from '../../switch/profiles/hyper-v/configuration.ts';
import { UNTAGGED, type VlanSetting } from '../../switch/profiles/hyper-v/hyper-v-port.ts';
import { HyperV } from '../../switch/profiles/hyper-v/hyper-v.ts';
import { Relay } from '../../switch/relay.ts';
import { mac } from '../../wire/mac-address.ts';
import type { PortSpec, SwitchSpec } from '../scenario.ts';
import { SetupRefused, SwitchNode, type Attached, type SwitchChange, type SwitchMaker } from '../switch-node.ts';

export const hyperVSwitch: SwitchMaker = (name, spec, attached) => new HyperVNode(name, spec, attached);

const SWITCH_TYPES = ['External', 'Internal', 'Private'];
const PRIVATE_MODES = ['Isolated', 'Community', 'Promiscuous'];
const ISOLATION_MODES = ['None', 'NativeVirtualSubnet', 'ExternalVirtualSubnet', 'Vlan'];
/** Flags that say more about another one, or about a trunk. */
const DETAILS: Readonly<Record<string, string>> = {
  PruneVlanIdArray: 'trunk',
  PrimaryVlanId: 'PrivateVlan',
  SecondaryVlanId: 'PrivateVlan',
  SecondaryVlanIdList: 'PrivateVlan',
  DefaultIsolationID: 'IsolationMode',
  AllowUntaggedTraffic: 'IsolationMode',
};
/** All others are settings of Set-VMNetworkAdapter. */
const OWN_FLAGS = new Set(['ManagementOS', 'PrivateVlan', 'IsolationMode', ...Object.keys(DETAILS)]);

class HyperVNode extends SwitchNode {
  readonly profile = new HyperV();
  readonly relay: Relay<HyperV>;
  readonly fdb: Fdb;

  constructor(name: string, spec: SwitchSpec, attached: Attached) {
    super(name, spec);
    this.fdb = this.profile.fdb;
    this.relay = new Relay(this.profile);
    this.relay.trace.on = true;
    this.#require(checkSpec(spec));
    const ports = Object.entries(spec.ports);
    if (allowsManagementOs(spec) && !ports.some(([, port]) => isManagementOs(port))) {
      addManagementOs(this.profile, name, mac(spec.mac));
    }
    for (const [port, { mac: address, mtu, role }] of ports) {
      if (role === 'uplink') addUplink(this.profile, port, mac(address), mtu);
      else addAdapter(this.profile, port, attached.get(port) ?? mac(address), mtu);
    }
    for (const [port, portSpec] of ports) {
      const changes = portChanges(port, portSpec);
      if ('error' in changes) this.#require(changes);
      else for (const change of changes) this.#require(applyChange(this.profile, change));
    }
  }

  get knowsVlans(): boolean {
    return true;
  }

  /** Untagged frames have a table as every VLAN has. */
  override isInForce(): boolean {
    return true;
  }

  change(change: SwitchChange): Outcome {
    return applyChange(this.profile, change as HyperVChange);
  }

  #require(outcome: Outcome): void {
    if (outcome !== null) throw new SetupRefused(this.name, outcome);
  }
}

// --- The switch

function checkSpec(spec: SwitchSpec): Outcome {
  const { options, ports, rules } = spec;
  const uplinks = Object.values(ports).filter(({ role }) => role === 'uplink').length;
  const type = typeOf(spec);
  for (const [option, value] of Object.entries(options)) {
    const allowed = option === 'SwitchType' ? SWITCH_TYPES : option === 'AllowManagementOS' ? ['True', 'False'] : null;
    if (allowed === null) return refusal('InvalidArgument', option, value, 'SwitchType, AllowManagementOS');
    if (!allowed.includes(String(value))) return refusal('InvalidArgument', option, value, allowed.join(', '));
  }
  if ((type === 'External') !== uplinks > 0) {
    return refusal('InvalidArgument', 'SwitchType', type, uplinks > 0 ? 'External' : 'Internal, Private');
  }
  const fixed = type === 'Internal' ? 'True' : type === 'Private' ? 'False' : null;
  const wanted = options['AllowManagementOS'];
  if (wanted !== undefined && fixed !== null && wanted !== fixed) {
    return refusal('InvalidArgument', 'AllowManagementOS', wanted, fixed);
  }
  const stranger = allowsManagementOs(spec) ? undefined : Object.values(ports).find(isManagementOs);
  if (stranger !== undefined) return refusal('InvalidArgument', 'ManagementOS', 'On', 'Off');
  return rules.trim() === '' ? null : refusal('unmodelled', 'rules', rules.trim(), '');
}

/** Unless it is said: External with a physical NIC, otherwise Private. */
function typeOf({ options, ports }: SwitchSpec): string {
  const hasUplink = Object.values(ports).some(({ role }) => role === 'uplink');
  return String(options['SwitchType'] ?? (hasUplink ? 'External' : 'Private'));
}

/** New-VMSwitch lets the management OS share an external switch unless it is told otherwise. */
function allowsManagementOs(spec: SwitchSpec): boolean {
  return typeOf(spec) !== 'Private' && spec.options['AllowManagementOS'] !== 'False';
}

function isManagementOs({ flags }: PortSpec): boolean {
  return flags['ManagementOS'] === 'On';
}

// --- Ports

function portChanges(port: string, spec: PortSpec): HyperVChange[] | Refusal {
  const { role, flags } = spec;
  if (role === 'physical') return refusal('InvalidArgument', 'role', role, 'guest, uplink');
  if (role === 'uplink') return uplinkChanges(spec);
  const refused = checkFlags(spec);
  if (refused !== null) return refused;
  const vlan = vlanOf(spec);
  if ('error' in vlan) return vlan;
  const settings = Object.entries(flags).filter(([flag]) => !OWN_FLAGS.has(flag));
  return [
    { kind: 'adapter-vlan', port, vlan },
    ...isolationChanges(port, flags),
    ...settings.map(([setting, value]): HyperVChange => ({ kind: 'adapter', port, setting, value })),
  ];
}

function checkFlags({ trunk, flags }: PortSpec): Outcome {
  for (const [flag, value] of Object.entries(flags)) {
    const whole = DETAILS[flag];
    if (whole !== undefined && (whole === 'trunk' ? trunk : flags[whole]) === undefined) {
      return refusal('InvalidArgument', flag, value, `${whole}のあるポート`);
    }
    if (flag === 'ManagementOS' && value !== 'On' && value !== 'Off') {
      return refusal('InvalidArgument', flag, value, 'On, Off');
    }
    if (flag === 'AllowUntaggedTraffic' && value !== 'True' && value !== 'False') {
      return refusal('InvalidArgument', flag, value, 'True, False');
    }
    if (flag === 'IsolationMode' && value !== 'None' && value !== 'Vlan') {
      const isReal = ISOLATION_MODES.includes(value);
      return refusal(isReal ? 'unmodelled' : 'InvalidArgument', flag, value, ISOLATION_MODES.join(', '));
    }
  }
  return null;
}

/** The external port has neither VLANs nor settings: it carries everything. */
function uplinkChanges({ vlan, trunk, native, flags }: PortSpec): HyperVChange[] | Refusal {
  const [knob, value] = Object.entries({ vlan, trunk, native, ...flags }).find(([, set]) => set !== undefined) ?? [];
  return knob === undefined ? [] : refusal('InvalidArgument', knob, value, 'ゲストのポート');
}

function vlanOf({ vlan, trunk, native, flags }: PortSpec): VlanSetting | Refusal {
  const mode = flags['PrivateVlan'];
  if (mode !== undefined) {
    if (vlan === undefined && trunk === undefined && native === undefined) return privateVlanOf(mode, flags);
    return refusal('InvalidArgument', 'PrivateVlan', mode, 'vlanとtrunkのないポート');
  }
  if (vlan !== undefined && trunk === undefined) return { mode: 'Access', vlanId: vlan };
  if (vlan !== undefined) return refusal('InvalidArgument', 'vlan', vlan, 'trunkのないポート');
  if (trunk !== undefined) {
    const prune = flags['PruneVlanIdArray'];
    return { mode: 'Trunk', allowed: trunk, native: native ?? 0, ...(prune !== undefined && { prune: listOf(prune) }) };
  }
  return native === undefined ? UNTAGGED : refusal('InvalidArgument', 'native', native, 'trunkのあるポート');
}

function privateVlanOf(mode: string, flags: PortSpec['flags']): VlanSetting | Refusal {
  const primary = Number(flags['PrimaryVlanId'] ?? 0);
  if (mode === 'Promiscuous') return { mode, primary, secondaries: listOf(flags['SecondaryVlanIdList'] ?? '') };
  if (mode !== 'Isolated' && mode !== 'Community') {
    return refusal('InvalidArgument', 'PrivateVlan', mode, PRIVATE_MODES.join(', '));
  }
  return { mode, primary, secondary: Number(flags['SecondaryVlanId'] ?? 0) };
}

function isolationChanges(port: string, flags: PortSpec['flags']): HyperVChange[] {
  if (flags['IsolationMode'] !== 'Vlan') return [];
  const isolation = {
    defaultIsolationId: Number(flags['DefaultIsolationID'] ?? 0),
    allowUntaggedTraffic: flags['AllowUntaggedTraffic'] === 'True',
  };
  return [{ kind: 'adapter-isolation', port, isolation }];
}

/** `200-201,205`, as PowerShell writes lists of VLANs; what is none becomes a VLAN that the switch refuses. */
function listOf(text: string): number[] {
  return text.split(',').flatMap((item) => {
    const [first = '', last = first] = item.split('-');
    const [from, to] = [Number(first), Number(last)];
    const isRange = Number.isInteger(from) && Number.isInteger(to) && from <= to && to - from < 4096;
    return isRange ? Array.from({ length: to - from + 1 }, (_, index) => from + index) : [-1];
  });
}
