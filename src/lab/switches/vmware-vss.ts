/**
 * VMware's virtual switches in a lab.
 *
 * Options of the switch: `kind` (vss, vds) and `version` (6.7, 7.0, 8.0), then the settings of `configuration.ts`: `mtu`,
 * `promiscuous`, `mac-changes`, `forged-transmits`, `teaming`, `active`, `standby`, `failback`, `private-vlans` … Groups have
 * `vlan` (or `trunk`, `private-vlan`) and the same policies. A port without a group gets one of its own name, with its
 * `vlan`. Flags of a port: `kind: vmkernel`, `blocked: yes`, and what its guest has asked for: `guest-mac`,
 * `guest-promiscuous: on`, `guest-multicast` (addresses, separated by commas).
 */
import { refusal, type Outcome, type Refusal } from '../../outcome/refusal.ts';
import type { Fdb } from '../../switch/fdb.ts';
import { applyChange, type VmwareVssChange } from '../../switch/profiles/vmware-vss/change.ts';
import { addAdapter, addGroup, addUplink, createSwitch } from '../../switch/profiles/vmware-vss/configuration.ts';
import { VERSIONS, type Version } from '../../switch/profiles/vmware-vss/policy.ts';
import type { VmwareVss } from '../../switch/profiles/vmware-vss/vmware-vss.ts';
import { VMKERNEL, VNIC } from '../../switch/profiles/vmware-vss/vswitch-port.ts';
import { Relay } from '../../switch/relay.ts';
import { mac, parseMac, type MacAddress } from '../../wire/mac-address.ts';
import { isMalformed } from '../../wire/malformed.ts';
import type { PortSpec, SwitchSpec } from '../scenario.ts';
import { SetupRefused, SwitchNode, type Attached, type SwitchChange, type SwitchMaker } from '../switch-node.ts';

export const vmwareVss: SwitchMaker = (name, spec, attached) => new VmwareVssNode(name, spec, attached);

class VmwareVssNode extends SwitchNode {
  readonly profile: VmwareVss;
  readonly relay: Relay<VmwareVss>;
  readonly fdb: Fdb;

  constructor(name: string, spec: SwitchSpec, attached: Attached) {
    super(name, spec);
    this.profile = this.#create(spec.options);
    this.fdb = this.profile.table.fdb;
    this.relay = new Relay(this.profile);
    this.relay.trace.on = true;
    if (spec.rules.trim() !== '') this.#refuse(refusal('unmodelled', 'rules', spec.rules, ''));
    const ports = Object.entries(spec.ports);
    for (const [, portSpec] of ports) this.#refuse(unknownToPorts(portSpec));
    for (const [port, { role, mac: address }] of ports) {
      if (role !== 'guest') addUplink(this.profile, port, mac(address));
    }
    const { kind: _, version: __, ...options } = spec.options;
    this.#require(Object.entries(options).map(([option, value]) => ({ kind: 'vswitch', option, value })));
    for (const [group, settings] of Object.entries(spec.groups)) {
      addGroup(this.profile, group);
      this.#require(groupChanges(group, settings));
    }
    for (const [port, portSpec] of ports) if (portSpec.role === 'guest') this.#addAdapter(port, portSpec, attached);
  }

  get knowsVlans(): boolean {
    return true;
  }

  change(change: SwitchChange): Outcome {
    return isChange(change) ? applyChange(this.profile, change) : refusal('unmodelled', change.kind, '', '');
  }

  #create({ kind = 'vss', version = '8.0' }: SwitchSpec['options']): VmwareVss {
    if (kind !== 'vss' && kind !== 'vds') throw this.#refused(refusal('InvalidArgument', 'kind', kind, 'vss, vds'));
    // YAML reads 7.0 as the number 7.
    const named = VERSIONS.find((each) => each === String(version) || Number(each) === version);
    if (named === undefined) {
      throw this.#refused(refusal('InvalidArgument', 'version', version, VERSIONS.join(', ')));
    }
    return createSwitch(this.name, kind, named satisfies Version);
  }

  #addAdapter(port: string, spec: PortSpec, attached: Attached): void {
    const { vlan, trunk, group = port, flags } = spec;
    if (spec.group === undefined) {
      this.#refuse(addGroup(this.profile, group));
      if (vlan !== undefined) this.#require(groupChanges(group, { vlan }));
      if (trunk !== undefined) this.#require(groupChanges(group, { trunk: trunk.join(',') }));
    }
    // The adapter's address is that of the virtual machine's NIC; where nothing is connected, the port's stands for it.
    const address = attached.get(port) ?? mac(spec.mac);
    const kind = flags['kind'] === 'vmkernel' ? VMKERNEL : VNIC;
    addAdapter(this.profile, port, address, kind, group);
    for (const [flag, value] of Object.entries(flags)) {
      const changes = flagChanges(port, flag, value);
      if (changes === null) this.#refuse(refusal('InvalidArgument', flag, value, FLAGS));
      else this.#require(changes);
    }
  }

  #require(changes: readonly VmwareVssChange[]): void {
    for (const change of changes) this.#refuse(this.change(change));
  }

  #refuse(outcome: Outcome): void {
    if (outcome !== null) throw this.#refused(outcome);
  }

  #refused(refused: Refusal): SetupRefused {
    return new SetupRefused(this.name, refused);
  }
}

const KINDS: ReadonlySet<string> = new Set<VmwareVssChange['kind']>([
  'vswitch',
  'port-group-add',
  'port-group-remove',
  'port-group',
  'connect',
  'block',
  'link',
  'guest-mac',
  'guest-promiscuous',
  'guest-multicast',
]);

function isChange(change: SwitchChange): change is VmwareVssChange {
  return KINDS.has(change.kind);
}

function groupChanges(group: string, settings: Readonly<Record<string, string | number>>): VmwareVssChange[] {
  return Object.entries(settings).map(([setting, value]) => ({ kind: 'port-group', group, setting, value }));
}

/** What a port of this product is not told; null: nothing. */
function unknownToPorts({ role, vlan, trunk, native, group, mtu, flags }: PortSpec): Outcome {
  if (mtu !== undefined) return refusal('InvalidArgument', 'mtu', mtu, 'options.mtu');
  if (native !== undefined) return refusal('InvalidArgument', 'native', native, 'vlan');
  if (group !== undefined && (vlan ?? trunk) !== undefined) {
    return refusal('InvalidArgument', 'group', group, 'vlanのないポート');
  }
  if (role === 'guest') return null;
  // An uplink has no VLANs of its own, it carries those of the port groups.
  const stray = group ?? vlan ?? trunk?.join(',') ?? Object.keys(flags)[0];
  return stray === undefined ? null : refusal('InvalidArgument', 'uplink', stray, 'mac, role');
}

const FLAGS = 'kind, blocked, guest-mac, guest-promiscuous, guest-multicast';

/** Null: no flag of this product, or no value of it. */
function flagChanges(port: string, flag: string, value: string): VmwareVssChange[] | null {
  switch (flag) {
    case 'kind':
      return value === 'vmkernel' || value === 'vm' ? [] : null;
    case 'blocked':
      return value === 'yes' ? [{ kind: 'block', port, on: true }] : value === 'no' ? [] : null;
    case 'guest-promiscuous':
      return value === 'on' || value === 'off' ? [{ kind: 'guest-promiscuous', port, on: value === 'on' }] : null;
    case 'guest-mac': {
      const [address] = macs(value);
      return address === undefined ? null : [{ kind: 'guest-mac', port, mac: address }];
    }
    case 'guest-multicast': {
      const all = macs(value);
      return all.length === 0 ? null : all.map((address) => multicast(port, address));
    }
    default:
      return null;
  }
}

function multicast(port: string, address: MacAddress): VmwareVssChange {
  return { kind: 'guest-multicast', port, mac: address, joined: true };
}

/** Empty where one of them is none. */
function macs(text: string): MacAddress[] {
  const all = text.split(',').map((part) => parseMac(part));
  return all.flatMap((each) => (isMalformed(each) ? [] : [each])).slice(0, all.some(isMalformed) ? 0 : all.length);
}
