/**
 * A change to an SR-IOV NIC as data: one setting of a command of `ip link`, `bridge`, `ethtool`, of a line written to sysfs,
 * or something that the driver of a function asks for on behalf of its guest.
 */
import { refusal, type Outcome } from '../../../outcome/refusal.ts';
import type { MacAddress } from '../../../wire/mac-address.ts';
import * as configuration from './configuration.ts';
import { vfsOf, type EmbeddedSwitch } from './embedded-switch.ts';
import type { FunctionSeed, NicFunction } from './nic-function.ts';

export type SrIovChange =
  /** `echo COUNT > /sys/class/net/PF/device/sriov_numvfs` */
  | { readonly kind: 'numvfs'; readonly count: number }
  /** `ip link set PF vf N mac LLADDR` */
  | { readonly kind: 'vf-mac'; readonly vf: number; readonly mac: MacAddress }
  /** `ip link set PF vf N vlan VLAN [qos QOS] [proto PROTO]` */
  | {
      readonly kind: 'vf-vlan';
      readonly vf: number;
      readonly vlan: number;
      readonly qos?: number;
      readonly proto?: string;
    }
  /** `ip link set PF vf N max_tx_rate MAX min_tx_rate MIN`, in Mbit/s; what is not named stays. */
  | { readonly kind: 'vf-rate'; readonly vf: number; readonly min?: number; readonly max?: number }
  /** `ip link set PF vf N spoofchk|trust|query_rss on|off`, `state auto|enable|disable` */
  | {
      readonly kind: 'vf-setting';
      readonly vf: number;
      readonly setting: configuration.VfSetting;
      readonly value: string;
    }
  /** `bridge link set dev PF hwmode veb|vepa` */
  | { readonly kind: 'hwmode'; readonly mode: string }
  /** What the card does with a guest's tag behind a port VLAN: its generation, or ice's double VLAN mode. */
  | { readonly kind: 'guest-tag'; readonly value: string }
  /** `ethtool --set-priv-flags PF FLAG on|off` */
  | { readonly kind: 'priv-flag'; readonly flag: string; readonly on: boolean }
  /** `bridge fdb add|replace|del LLADDR dev PF self` */
  | { readonly kind: 'self-fdb'; readonly mac: MacAddress; readonly replace?: boolean; readonly remove?: boolean }
  /** What a function's driver asks for: an address of its own or a further one, a group. */
  | {
      readonly kind: 'request';
      readonly port: string;
      readonly what: 'address' | 'unicast' | 'group';
      readonly mac: MacAddress;
      readonly remove?: boolean;
    }
  | { readonly kind: 'request-vlan'; readonly port: string; readonly vid: number; readonly remove?: boolean }
  | {
      readonly kind: 'request-mode';
      readonly port: string;
      readonly mode: 'promisc' | 'allmulticast';
      readonly on: boolean;
    }
  /** `ip link set IF up|down`, or the cable */
  | { readonly kind: 'link'; readonly port: string; readonly up: boolean };

/** Applies a change. `seedOf`: what stands behind a VF that is made. */
export function applyChange(nic: EmbeddedSwitch, change: SrIovChange, seedOf: (vf: number) => FunctionSeed): Outcome {
  switch (change.kind) {
    case 'numvfs':
      return configuration.setNumVfs(nic, change.count, seedOf);
    case 'vf-mac':
      return withVf(nic, change.vf, (vf) => configuration.setVfMac(nic, vf, change.mac));
    case 'vf-vlan':
      return withVf(nic, change.vf, (vf) =>
        configuration.setVfVlan(nic, vf, change.vlan, change.qos ?? 0, change.proto ?? '802.1Q'),
      );
    case 'vf-rate':
      return withVf(nic, change.vf, (vf) =>
        configuration.setVfRate(nic, vf, change.min ?? vf.minTxRate, change.max ?? vf.maxTxRate),
      );
    case 'vf-setting':
      return withVf(nic, change.vf, (vf) => configuration.setVfSetting(nic, vf, change.setting, change.value));
    case 'hwmode':
      return configuration.setMode(nic, change.mode);
    case 'guest-tag':
      return configuration.setGuestTag(nic, change.value);
    case 'priv-flag':
      return configuration.setPrivFlag(nic, change.flag, change.on);
    case 'self-fdb':
      if (change.remove === true) return configuration.removePfAddress(nic, change.mac);
      return configuration.addPfAddress(nic, change.mac, change.replace === true);
    case 'request':
      return withFunction(nic, change.port, (own) => request(nic, own, change));
    case 'request-vlan':
      return withFunction(nic, change.port, (own) =>
        configuration.requestVlan(nic, own, change.vid, change.remove === true),
      );
    case 'request-mode':
      return withFunction(nic, change.port, (own) => {
        configuration.requestMode(nic, own, change.mode, change.on);
        return null;
      });
    case 'link':
      return setLink(nic, change.port, change.up);
    default:
      // A change for another product's switch.
      return refusal('unmodelled', (change as { kind: string }).kind, '', '');
  }
}

function request(nic: EmbeddedSwitch, own: NicFunction, change: SrIovChange & { kind: 'request' }): Outcome {
  const { what, mac, remove = false } = change;
  if (what === 'address') return configuration.requestAddress(nic, own, mac);
  if (what === 'group') return configuration.requestGroup(nic, own, mac, remove);
  return configuration.requestUnicast(nic, own, mac, remove);
}

/** A VF that there is not: the drivers say no more than "Invalid argument". */
function withVf(nic: EmbeddedSwitch, number: number, then: (vf: NicFunction) => Outcome): Outcome {
  const vfs = vfsOf(nic);
  const vf = vfs[number];
  const expected = vfs.length === 0 ? 'sriov_numvfs > 0' : `0〜${vfs.length - 1}`;
  return vf === undefined ? refusal('EINVAL', 'vf', number, expected) : then(vf);
}

/** By the name of its port, or the PF by that of its device. */
function withFunction(nic: EmbeddedSwitch, name: string, then: (own: NicFunction) => Outcome): Outcome {
  const own = name === nic.device ? nic.pf : nic.functions.find((each) => each?.name === name);
  return own === undefined || own === null ? noDevice(nic, name) : then(own);
}

function setLink(nic: EmbeddedSwitch, name: string, up: boolean): Outcome {
  if (name === nic.wire.name) {
    configuration.setCarrier(nic, up);
    return null;
  }
  return withFunction(nic, name, (own) => {
    configuration.setUp(nic, own, up);
    return null;
  });
}

function noDevice({ ports }: EmbeddedSwitch, name: string): Outcome {
  return refusal('ENODEV', 'dev', name, ports.map((port) => port.name).join(', '));
}
