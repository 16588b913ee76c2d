/**
 * A Hyper-V switch as the cmdlets that make it from nothing: the switch, the adapters, and of each what differs from its
 * default (HV-3). What no cmdlet can say is told by {@link unprinted}.
 */
import {
  MIRRORING_DESTINATION,
  MIRRORING_NONE,
  type HyperVPort,
  type VlanSetting,
} from '../../switch/profiles/hyper-v/hyper-v-port.ts';
import type { HyperV } from '../../switch/profiles/hyper-v/hyper-v.ts';
import { HOST_PORT } from '../../switch/profile.ts';
import type { Untold } from '../console.ts';
import { quoted, quotedList } from '../powershell/quote.ts';
import { adaptersOf, hyphenMac, isManagementOs, switchName, uplinksOf } from './names.ts';
import { vlanListText } from './vlan-list.ts';

export function printHyperV(hyperV: HyperV): string[] {
  const name = switchName(hyperV);
  return [createLine(hyperV, name), ...adaptersOf(hyperV).flatMap((port) => adapterLines(port, name))];
}

function createLine(hyperV: HyperV, name: string): string {
  const uplinks = uplinksOf(hyperV).map((port) => port.name);
  const hasHost = hyperV.ports[HOST_PORT] !== undefined;
  const start = `New-VMSwitch -Name ${quoted(name)}`;
  if (uplinks.length === 0) return `${start} -SwitchType ${hasHost ? 'Internal' : 'Private'}`;
  // More than one physical NIC only as a team of the switch itself (SET).
  const team = uplinks.length === 1 ? '' : ' -EnableEmbeddedTeaming $true';
  return `${start} -NetAdapterName ${quotedList(uplinks)} -AllowManagementOS $${hasHost}${team}`;
}

function adapterLines(port: HyperVPort, name: string): string[] {
  const isHost = isManagementOs(port);
  const which = isHost ? `-ManagementOS -VMNetworkAdapterName ${quoted(port.name)}` : `-VMName ${quoted(port.name)}`;
  const own = isHost ? `-ManagementOS -Name ${quoted(port.name)}` : which;
  const mac = `-StaticMacAddress ${quoted(hyphenMac(port))}`;
  const settings = settingsOf(port);
  return [
    isHost ? `Set-VMNetworkAdapter ${own} ${mac}` : `Add-VMNetworkAdapter ${own} -SwitchName ${quoted(name)} ${mac}`,
    ...(port.vlan.mode === 'Untagged' ? [] : [`Set-VMNetworkAdapterVlan ${which} ${vlanText(port.vlan)}`]),
    ...(settings.length === 0 ? [] : [`Set-VMNetworkAdapter ${own} ${settings.join(' ')}`]),
    ...isolationLines(port, which),
    ...(port.linkUp || isHost ? [] : [`Disconnect-VMNetworkAdapter ${which}`]),
  ];
}

function vlanText(vlan: VlanSetting): string {
  switch (vlan.mode) {
    case 'Untagged':
      return '-Untagged';
    case 'Access':
      return `-Access -VlanId ${vlan.vlanId}`;
    case 'Trunk':
      return `-Trunk -AllowedVlanIdList ${quoted(vlanListText(vlan.allowed))} -NativeVlanId ${vlan.native}`;
    case 'Promiscuous':
      return `-Promiscuous -PrimaryVlanId ${vlan.primary} -SecondaryVlanIdList ${quoted(vlanListText(vlan.secondaries))}`;
    default:
      return `-${vlan.mode} -PrimaryVlanId ${vlan.primary} -SecondaryVlanId ${vlan.secondary}`;
  }
}

function settingsOf(port: HyperVPort): string[] {
  return [
    ...(port.macAddressSpoofing ? ['-MacAddressSpoofing On'] : []),
    ...(port.dhcpGuard ? ['-DhcpGuard On'] : []),
    ...(port.routerGuard ? ['-RouterGuard On'] : []),
    ...(port.portMirroring === MIRRORING_NONE
      ? []
      : [`-PortMirroring ${port.portMirroring === MIRRORING_DESTINATION ? 'Destination' : 'Source'}`]),
    ...(port.ieeePriorityTag ? ['-IeeePriorityTag On'] : []),
    ...(port.stormLimit === 0 ? [] : [`-StormLimit ${port.stormLimit}`]),
  ];
}

function isolationLines({ isolation }: HyperVPort, which: string): string[] {
  if (isolation === null) return [];
  const { defaultIsolationId, allowUntaggedTraffic } = isolation;
  return [
    `Set-VMNetworkAdapterIsolation ${which} -IsolationMode Vlan -AllowUntaggedTraffic $${allowUntaggedTraffic} ` +
      `-DefaultIsolationID ${defaultIsolationId}`,
  ];
}

/** Known to WMI, to the guest or to the physical NIC, and to no cmdlet of Hyper-V. */
export type HyperVUnprinted = 'enabled-state' | 'prune-list' | 'mtu' | 'link';

const MTU = 1500;

export function unprinted(hyperV: HyperV): Untold<HyperVUnprinted>[] {
  return hyperV.ports.flatMap((port) => {
    if (port === undefined) return [];
    const { vlan, name: about } = port;
    const codes: HyperVUnprinted[] = [
      ...(port.isEnabled ? [] : (['enabled-state'] as const)),
      ...(vlan.mode === 'Trunk' && (vlan.prune ?? []).length > 0 ? (['prune-list'] as const) : []),
      ...(port.mtu === MTU ? [] : (['mtu'] as const)),
      ...(port.linkUp || (!port.isExternal && !isManagementOs(port)) ? [] : (['link'] as const)),
    ];
    return codes.map((code) => ({ code, about }));
  });
}
