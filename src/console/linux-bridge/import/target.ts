/**
 * Findings → the bridge that they describe, and what they leave open.
 *
 * What surprises: that a port has no VLANs can only be seen by its not being there; the address of a port shows among the
 * permanent entries even where no output tells it.
 */
import { LOCAL, STATIC, STICKY } from '../../../switch/fdb.ts';
import { STATE_NAMES, type BridgePort } from '../../../switch/profiles/linux-bridge/bridge-port.ts';
import {
  addPort,
  addVlan,
  createBridge,
  deleteVlan,
  isPortFlag,
  portsOf,
  setDefaultPvid,
  setLink,
} from '../../../switch/profiles/linux-bridge/configuration.ts';
import type { LinuxBridge } from '../../../switch/profiles/linux-bridge/linux-bridge.ts';
import { TPID_S } from '../../../wire/dot1q.ts';
import { mac, macHalves, type MacAddress } from '../../../wire/mac-address.ts';
import type { Untold } from '../../console.ts';
import { USUAL_NUMBERS, USUAL_OPTIONS } from '../settings.ts';
import type { DeviceFound, Findings } from './findings.ts';
import type { UntoldCode } from './untold.ts';

export interface Target {
  /** Null: nothing says what it is. */
  readonly bridge: LinuxBridge | null;
  readonly untold: readonly Untold<UntoldCode>[];
}

export function targetOf(findings: Findings): Target {
  const maker = new Maker(findings);
  return { bridge: maker.make(), untold: maker.untold };
}

const MTU = 1500;

class Maker {
  readonly untold: Untold<UntoldCode>[] = [];
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  make(): LinuxBridge | null {
    if (this.#findings.devices.size === 0) return null;
    const name = this.#bridgeName();
    if (name === null) {
      this.#tell('no-bridge');
      return null;
    }
    const names = this.#portsOf(name);
    const bridge = this.#create(name, names);
    this.#setOptions(bridge, name, names);
    for (const port of portsOf(bridge)) this.#setPort(port);
    this.#setVlans(bridge);
    this.#setEntries(bridge);
    this.#setDevices(bridge);
    this.#tellKinds(names);
    return bridge;
  }

  #tell(code: UntoldCode, about = ''): void {
    this.untold.push({ code, about });
  }

  #device(name: string): DeviceFound {
    return this.#findings.device(name);
  }

  // --- Which bridge, which ports

  #bridgeName(): string | null {
    const { devices } = this.#findings;
    const masters = [...devices].filter(([, { isBridge }]) => isBridge).map(([name]) => name);
    const [first, ...others] = masters.sort((a, b) => this.#portCount(b) - this.#portCount(a));
    for (const other of others) this.#tell('other-bridge', other);
    if (first !== undefined) return first;
    // Names that people and programs give.
    const guessed = [...devices.keys()].find((name) => /^(?:br|vmbr|virbr|bridge|docker|lxc|cni|ovirt)/.test(name));
    if (guessed !== undefined) this.#tell('bridge-name', guessed);
    return guessed ?? null;
  }

  #portCount(bridge: string): number {
    return [...this.#findings.devices.values()].filter(({ master }) => master === bridge).length;
  }

  #portsOf(bridge: string): string[] {
    const all = [...this.#findings.devices].filter(([name]) => name !== bridge);
    const others = all.filter(([, { master, isBridge }]) => master === null && !isBridge).map(([name]) => name);
    // Where only VLANs were told, whoever has some is a port.
    if ([...this.#findings.kinds].every((kind) => kind.startsWith('vlan') || kind === 'nft')) return others;
    if (others.length > 0) this.#tell('outside', others.join(', '));
    return all.filter(([, { master }]) => master === bridge).map(([name]) => name);
  }

  // --- Devices

  #create(name: string, names: readonly string[]): LinuxBridge {
    const unknown: string[] = [];
    const macs = names.map((port): MacAddress => {
      const address = this.#addressOf(port);
      if (address === null) unknown.push(port);
      // As libvirt does, addresses that no VM has.
      return address ?? mac(`fe:00:00:00:00:${unknown.length.toString(16).padStart(2, '0')}`);
    });
    const own = this.#addressOf(name);
    if (own === null) this.#tell('bridge-address');
    if (unknown.length > 0) this.#tell('addresses', unknown.join(', '));
    const bridge = createBridge(name, own ?? macs.toSorted()[0] ?? mac('fe:00:00:00:00:00'));
    names.forEach((port, index) => addPort(bridge, port, macs[index]!, this.#device(port).mtu ?? MTU));
    return bridge;
  }

  /** Told, or the permanent entry that a device has without a VLAN or else in some. */
  #addressOf(name: string): MacAddress | null {
    const told = this.#device(name).mac;
    if (told !== null) return told;
    const permanent = this.#findings.entries.filter(({ device, state }) => device === name && state === 'permanent');
    return (permanent.find(({ vid }) => vid === 0) ?? permanent[0])?.mac ?? null;
  }

  #setDevices(bridge: LinuxBridge): void {
    const ports = portsOf(bridge);
    const found = [bridge.hostPort, ...ports].map(({ name }) => this.#device(name));
    if (found.some(({ isUp }) => isUp === null)) this.#tell('link-states');
    for (const port of ports) {
      const { isUp, hasCarrier, attributes } = this.#device(port.name);
      if (isUp === false || !hasCarrier) setLink(bridge, port, false);
      else this.#setState(port, attributes?.get('state') ?? 'forwarding');
    }
    const { isUp, mtu, isPromiscuous } = found[0]!;
    if (isUp === false) setLink(bridge, bridge.hostPort, false);
    bridge.isPromiscuous = isPromiscuous;
    const least = Math.min(...ports.map((port) => port.mtu));
    if (mtu === null || mtu === (ports.length === 0 ? MTU : least)) return;
    bridge.hostPort.mtu = mtu;
    bridge.hasOwnMtu = true;
  }

  #setState(port: BridgePort, name: string): void {
    const state = (STATE_NAMES as readonly string[]).indexOf(name);
    if (state >= 0) port.state = state;
  }

  // --- Options and attributes

  #setOptions(bridge: LinuxBridge, name: string, ports: readonly string[]): void {
    const { options } = this.#device(name);
    if (options === null) {
      this.#tell('options');
      return this.#guessFiltering(bridge, ports);
    }
    const number = (option: string, usual: number): number => {
      const value = Number(options.get(option) ?? usual);
      return Number.isFinite(value) ? value : usual;
    };
    bridge.vlanFiltering = number('vlan_filtering', 0) !== 0;
    if (options.get('vlan_protocol') === '802.1ad') bridge.vlanProtocol = TPID_S;
    setDefaultPvid(bridge, number('vlan_default_pvid', 1));
    bridge.fdb.ageingTimeMs = number('ageing_time', 30_000) * 10;
    bridge.groupFwdMask = number('group_fwd_mask', 0);
    bridge.noLinklocalLearn = number('no_linklocal_learn', 0) !== 0;
    for (const [option, usual] of Object.entries(USUAL_OPTIONS)) {
      const value = number(option, usual);
      if (value === usual) continue;
      if (value === 0 || option === 'forward_delay') bridge.idle.set(option, value);
      else this.#findings.unmodelled.push(`${name} ${option} ${value}`);
    }
  }

  /** Who has more than VLAN 1 will have switched it on. */
  #guessFiltering(bridge: LinuxBridge, ports: readonly string[]): void {
    const isUsed = ports.some((port) => this.#device(port).vlans.some(({ last }) => last > 1));
    this.#tell(isUsed ? 'filtering-on' : 'filtering-off');
    bridge.vlanFiltering = isUsed;
  }

  #setPort(port: BridgePort): void {
    const { attributes, groupFwdMask } = this.#device(port.name);
    port.groupFwdMask = (groupFwdMask ?? 0) & 0xffff & ~0x0002;
    for (const [name, value] of attributes ?? []) {
      if (isPortFlag(name)) port[name] = value === 'on';
      else if (name === 'mcast_router' && value === '0') port.idle.set(name, 0);
      else if (value === 'on' || (USUAL_NUMBERS[name] !== undefined && Number(value) !== USUAL_NUMBERS[name])) {
        this.#findings.unmodelled.push(`${port.name} ${name} ${value}`);
      } else if (name === 'backup_port') this.#findings.unmodelled.push(`${port.name} ${name} ${value}`);
    }
  }

  // --- VLANs and entries

  #setVlans(bridge: LinuxBridge): void {
    if (!this.#findings.kinds.has('vlan')) return;
    for (const port of [bridge.hostPort, ...portsOf(bridge)]) {
      for (const vid of port.memberSet()) deleteVlan(bridge, port, vid);
      for (const { first, last, pvid, untagged, state } of this.#device(port.name).vlans) {
        for (let vid = first; vid <= last; vid++) {
          addVlan(bridge, port, vid, pvid, untagged);
          const number = (STATE_NAMES as readonly string[]).indexOf(state ?? 'forwarding');
          if (number >= 0) port.join(vid, untagged, number);
        }
      }
    }
  }

  #setEntries(bridge: LinuxBridge): void {
    for (const { mac: address, device, vid, state, sticky } of this.#findings.entries) {
      const port = bridge.ports.find((each) => each?.name === device);
      if (port === undefined) continue;
      const flags = { permanent: STATIC | LOCAL, static: STATIC, dynamic: 0 }[state] | (sticky ? STICKY : 0);
      bridge.fdb.put(vid, ...macHalves(address), port.index, flags, 0);
    }
  }

  // --- What was not there

  #tellKinds(ports: readonly string[]): void {
    const { kinds, learned, own, unmodelled } = this.#findings;
    if (!kinds.has('vlan')) this.#tell('vlans');
    else if (!kinds.has('vlan-states')) this.#tell('vlan-states');
    if (!kinds.has('fdb')) this.#tell('entries');
    if (ports.length > 0 && !kinds.has('link-details') && !kinds.has('ip-link-details')) this.#tell('flags');
    else if (ports.length > 0 && !kinds.has('ip-link-details')) this.#tell('forward-masks');
    if (!kinds.has('nft')) this.#tell('rules');
    if (learned > 0) this.#tell('learned-entries', String(learned));
    if (own > 0) this.#tell('own-entries', String(own));
    for (const each of new Set(unmodelled)) this.#tell('unmodelled', each);
  }
}
