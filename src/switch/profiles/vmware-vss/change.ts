/**
 * A change to a virtual switch as data: one command of `esxcli`, one field of the vSphere Client, or one thing that a guest
 * asks of its adapter, so that labs and consoles can write it down, replay it and apply it in one place.
 */
import { refusal, type Outcome } from '../../../outcome/refusal.ts';
import type { MacAddress } from '../../../wire/mac-address.ts';
import * as configuration from './configuration.ts';
import type { VmwareVss } from './vmware-vss.ts';
import { VNIC, type VswitchPort } from './vswitch-port.ts';

export type VmwareVssChange =
  /** A setting of the switch: `mtu`, a policy, `private-vlans` … */
  | { readonly kind: 'vswitch'; readonly option: string; readonly value: string | number }
  | { readonly kind: 'port-group-add'; readonly group: string }
  | { readonly kind: 'port-group-remove'; readonly group: string }
  /** A setting of a port group: `vlan`, `trunk`, `private-vlan` or a policy; null: the switch's holds. */
  | {
      readonly kind: 'port-group';
      readonly group: string;
      readonly setting: string;
      readonly value: string | number | null;
    }
  /** Connects an adapter to another port group. */
  | { readonly kind: 'connect'; readonly port: string; readonly group: string }
  /** Blocks or unblocks a distributed port. */
  | { readonly kind: 'block'; readonly port: string; readonly on: boolean }
  /** An uplink's link, or an adapter's `Connected`. */
  | { readonly kind: 'link'; readonly port: string; readonly up: boolean }
  /** `ip link set eth0 address MAC` in the guest. */
  | { readonly kind: 'guest-mac'; readonly port: string; readonly mac: MacAddress }
  /** `ip link set eth0 promisc on|off` in the guest. */
  | { readonly kind: 'guest-promiscuous'; readonly port: string; readonly on: boolean }
  /** `ip maddress add|del MAC dev eth0` in the guest. */
  | { readonly kind: 'guest-multicast'; readonly port: string; readonly mac: MacAddress; readonly joined: boolean };

/** Applies a change; refusals leave everything as it was. */
export function applyChange(profile: VmwareVss, change: VmwareVssChange): Outcome {
  switch (change.kind) {
    case 'vswitch':
      return configuration.setOption(profile, change.option, change.value);
    case 'port-group-add':
      return configuration.addGroup(profile, change.group);
    case 'port-group-remove':
      return configuration.removeGroup(profile, change.group);
    case 'port-group':
      return configuration.setGroup(profile, change.group, change.setting, change.value);
    case 'connect':
      return withPort(profile, change.port, (port) => configuration.connect(profile, port, change.group));
    case 'block':
      return withPort(profile, change.port, (port) => configuration.setBlocked(profile, port, change.on));
    case 'link':
      return withPort(profile, change.port, (port) => {
        configuration.setLink(profile, port, change.up);
        return null;
      });
    case 'guest-mac':
      return withGuest(profile, change.port, (port) => configuration.setGuestMac(profile, port, change.mac));
    case 'guest-promiscuous':
      return withGuest(profile, change.port, (port) => {
        configuration.setGuestPromiscuous(profile, port, change.on);
        return null;
      });
    case 'guest-multicast':
      return withGuest(profile, change.port, (port) =>
        configuration.setGuestMulticast(port, change.mac, change.joined),
      );
  }
}

export function findPort(profile: VmwareVss, name: string): VswitchPort | undefined {
  return profile.ports.find((port) => port?.name === name);
}

function withPort(profile: VmwareVss, name: string, then: (port: VswitchPort) => Outcome): Outcome {
  const port = findPort(profile, name);
  const names = profile.ports.flatMap((each) => (each === undefined ? [] : [each.name]));
  return port === undefined ? refusal('NotFound', 'port', name, names.join(', ')) : then(port);
}

/** Only a virtual machine has a guest. */
function withGuest(profile: VmwareVss, name: string, then: (port: VswitchPort) => Outcome): Outcome {
  return withPort(profile, name, (port) => {
    if (port.kind === VNIC) return then(port);
    const names = profile.ports.flatMap((each) => (each?.kind === VNIC ? [each.name] : []));
    return refusal('NotFound', 'port', name, names.join(', '));
  });
}
