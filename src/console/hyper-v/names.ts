/**
 * What Hyper-V calls a port: an adapter of a virtual machine, or of the management OS. A machine has the port's name here; its
 * adapter has the name that Hyper-V gives it where nobody gives another.
 */
import { formatMac } from '../../wire/mac-address.ts';
import type { HyperV } from '../../switch/profiles/hyper-v/hyper-v.ts';
import type { HyperVPort } from '../../switch/profiles/hyper-v/hyper-v-port.ts';
import { HOST_PORT } from '../../switch/profile.ts';

export const ADAPTER_NAME = 'Network Adapter';
/** Of a switch that nothing tells the name of. */
const SWITCH_NAME = 'vSwitch';

export function isManagementOs(port: HyperVPort): boolean {
  return port.index === HOST_PORT;
}

/** New-VMSwitch gives its own name to the adapter that it makes for the management OS. */
export function switchName({ ports }: HyperV): string {
  return ports[HOST_PORT]?.name ?? SWITCH_NAME;
}

export function adaptersOf({ ports }: HyperV): HyperVPort[] {
  return ports.filter((port): port is HyperVPort => port?.isExternal === false);
}

export function uplinksOf({ ports }: HyperV): HyperVPort[] {
  return ports.filter((port): port is HyperVPort => port?.isExternal === true);
}

/** `00155D00530A`, as Get-VMNetworkAdapter shows it. */
export function plainMac({ assignedHigh, assignedLow }: HyperVPort): string {
  return formatMac(assignedHigh, assignedLow).replaceAll(':', '').toUpperCase();
}

/** `00-15-5D-00-53-0A` */
export function hyphenMac(port: HyperVPort): string {
  return plainMac(port).match(/../g)!.join('-');
}
