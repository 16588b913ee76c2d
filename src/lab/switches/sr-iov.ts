/**
 * An SR-IOV NIC in a lab. The switch bears the name of the PF's network device. Its ports: the one with `role: uplink` is the
 * wire, the others are the VFs in their order, or the PF itself where a port has `function: PF`; without such a port nobody
 * in the lab stands behind the PF. A VF's `mac` is its administrative address, and its guest's; `vlan` is its port VLAN, `trunk`
 * the VLANs that its guest has interfaces for.
 */
import { refusal, type Outcome } from '../../outcome/refusal.ts';
import type { Fdb } from '../../switch/fdb.ts';
import { applyChange, type SrIovChange } from '../../switch/profiles/sr-iov/change.ts';
import { createSwitch } from '../../switch/profiles/sr-iov/configuration.ts';
import type { EmbeddedSwitch } from '../../switch/profiles/sr-iov/embedded-switch.ts';
import type { FunctionSeed } from '../../switch/profiles/sr-iov/nic-function.ts';
import { NIC_NAMES, NICS, type Nic } from '../../switch/profiles/sr-iov/nic.ts';
import { Relay } from '../../switch/relay.ts';
import { formatMac, mac, parseMac, type MacAddress } from '../../wire/mac-address.ts';
import { isMalformed } from '../../wire/malformed.ts';
import type { PortSpec, SwitchSpec } from '../scenario.ts';
import { SetupRefused, SwitchNode, type SwitchChange, type SwitchMaker } from '../switch-node.ts';

export const srIovNic: SwitchMaker = (name, spec) => new SrIovNode(name, spec);

const MTU = 1500;
/** Of VFs that no port of the lab file names: locally administered. */
const NAMELESS_OUI = 0x020000;

type NamedPort = readonly [name: string, spec: PortSpec];

class SrIovNode extends SwitchNode {
  readonly profile: EmbeddedSwitch;
  readonly relay: Relay<EmbeddedSwitch>;
  readonly fdb: Fdb;
  readonly #vfs: readonly NamedPort[];

  constructor(name: string, spec: SwitchSpec) {
    super(name, spec);
    const { wire, pf, vfs } = this.#portsOf(spec);
    this.#vfs = vfs;
    this.profile = createSwitch(
      this.#nicOf(spec),
      name,
      { name: pf?.[0] ?? name, mac: mac(pf?.[1].mac ?? spec.mac), mtu: pf?.[1].mtu ?? MTU },
      { name: wire[0], mac: mac(wire[1].mac) },
    );
    this.fdb = this.profile.fdb;
    this.relay = new Relay(this.profile);
    this.relay.trace.on = true;
    this.#setOptions(spec.options);
    if (pf !== undefined) this.#setPf(pf);
    vfs.forEach((port, vf) => this.#setVf(port, vf));
  }

  get knowsVlans(): boolean {
    return true;
  }

  /** Untagged frames have their addresses, too. */
  override isInForce(): boolean {
    return true;
  }

  change(change: SwitchChange): Outcome {
    return applyChange(this.profile, change as SrIovChange, (vf) => this.#seed(vf));
  }

  #seed(vf: number): FunctionSeed {
    const known = this.#vfs[vf];
    if (known === undefined) return { name: `${this.name}v${vf}`, mac: formatMac(NAMELESS_OUI, vf), mtu: MTU };
    return { name: known[0], mac: mac(known[1].mac), mtu: known[1].mtu ?? MTU };
  }

  // --- Set up

  #portsOf({ ports }: SwitchSpec): { wire: NamedPort; pf: NamedPort | undefined; vfs: NamedPort[] } {
    const all = Object.entries(ports);
    const [wire, another] = all.filter(([, { role }]) => role === 'uplink');
    if (wire === undefined || another !== undefined) this.#refuse('EINVAL', 'role', another?.[0] ?? '', 'uplink');
    const pf = all.find(([, { flags }]) => flags['function'] === 'PF');
    return { wire: wire!, pf, vfs: all.filter(([port]) => port !== wire![0] && port !== pf?.[0]) };
  }

  #nicOf({ options: { nic = 'ixgbe' } }: SwitchSpec): Nic {
    const name = NIC_NAMES.find((each) => each === nic);
    return NICS[name ?? this.#refuse('EINVAL', 'nic', nic, NIC_NAMES.join(', '))];
  }

  #setOptions(all: SwitchSpec['options']): void {
    const { num_vfs: count = this.#vfs.length, ...options } = all;
    if (Number(count) < this.#vfs.length) this.#refuse('EINVAL', 'num_vfs', count, String(this.#vfs.length));
    this.#require({ kind: 'numvfs', count: Number(count) });
    for (const [option, value] of Object.entries(options)) {
      if (option === 'nic') continue;
      if (option === 'hwmode') this.#require({ kind: 'hwmode', mode: String(value) });
      else if (option === 'vst_guest_tag') this.#require({ kind: 'guest-tag', value: String(value) });
      else this.#require({ kind: 'priv-flag', flag: option, on: this.#onOff(option, String(value)) });
    }
  }

  #setPf([port, spec]: NamedPort): void {
    const { fdb, ...flags } = spec.flags;
    if (spec.vlan !== undefined) this.#refuse('EINVAL', 'vlan', spec.vlan, 'trunk');
    for (const address of this.#addresses('fdb', fdb)) this.#require({ kind: 'self-fdb', mac: address });
    const foreign = this.#setRequests(port, { ...spec, flags }).find(([flag]) => flag !== 'function');
    if (foreign !== undefined) this.#refuse('EINVAL', foreign[0], foreign[1], 'promisc, allmulticast, maddr, fdb');
  }

  #setVf([port, spec]: NamedPort, vf: number): void {
    const { mac: admin = spec.mac, qos, proto, ...flags } = spec.flags;
    for (const address of this.#addresses('mac', admin)) this.#require({ kind: 'vf-mac', vf, mac: address });
    if (spec.vlan !== undefined || qos !== undefined || proto !== undefined) {
      this.#require({ kind: 'vf-vlan', vf, vlan: spec.vlan ?? 0, qos: Number(qos ?? 0), proto: proto ?? '802.1Q' });
    }
    // Without an administrative address the driver asks for the guest's own.
    if (/^[0:]+$/.test(admin)) this.#require({ kind: 'request', port, what: 'address', mac: mac(spec.mac) });
    const settings = this.#setRequests(port, { ...spec, flags });
    for (const [flag, value] of settings) this.#require(this.#vfSetting(vf, flag, value));
  }

  #vfSetting(vf: number, flag: string, value: string): SrIovChange {
    switch (flag) {
      case 'max_tx_rate':
        return { kind: 'vf-rate', vf, max: Number(value) };
      case 'min_tx_rate':
        return { kind: 'vf-rate', vf, min: Number(value) };
      case 'spoofchk':
      case 'trust':
      case 'query_rss':
      case 'state':
        return { kind: 'vf-setting', vf, setting: flag, value };
      default:
        return this.#refuse('EINVAL', flag, value, 'spoofchk, trust, state, qos, proto …');
    }
  }

  /** What the guest behind the function has set; the flags that are none of its business are left. */
  #setRequests(port: string, { trunk = [], native, flags }: PortSpec): [flag: string, value: string][] {
    if (native !== undefined) this.#refuse('unmodelled', 'native', native, '');
    const { promisc, allmulticast, maddr, ...rest } = flags;
    for (const vid of trunk) this.#require({ kind: 'request-vlan', port, vid });
    for (const group of this.#addresses('maddr', maddr)) {
      this.#require({ kind: 'request', port, what: 'group', mac: group });
    }
    for (const [mode, value] of Object.entries({ promisc, allmulticast }) as ['promisc', string | undefined][]) {
      if (value !== undefined) this.#require({ kind: 'request-mode', port, mode, on: this.#onOff(mode, value) });
    }
    return Object.entries(rest);
  }

  #onOff(knob: string, value: string): boolean {
    if (value !== 'on' && value !== 'off') this.#refuse('EINVAL', knob, value, 'on, off');
    return value === 'on';
  }

  /** Addresses with spaces between them. */
  #addresses(knob: string, text = ''): MacAddress[] {
    const words = text.split(/\s+/).filter((word) => word !== '');
    return words.map((word) => {
      const address = parseMac(word);
      return isMalformed(address) ? this.#refuse('EINVAL', knob, word, address.expected) : address;
    });
  }

  #require(change: SrIovChange): void {
    const refused = this.change(change);
    if (refused !== null) throw new SetupRefused(this.name, refused);
  }

  #refuse(error: string, knob: string, value: unknown, expected: string): never {
    throw new SetupRefused(this.name, refusal(error, knob, value, expected));
  }
}
