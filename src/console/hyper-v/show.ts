/**
 * What Get-VMSwitch, Get-VMNetworkAdapter and Get-VMNetworkAdapterVlan print.
 *
 * Tables as in captures of Windows Server; a trunk's list is native and allowed VLANs (`0,50`, from a capture). [U]: the list
 * of a private VLAN, and what of an object stands in a list or in JSON beside the properties that are named in the reference:
 * {@link doubtsOf} says so for a request.
 */
import type { HyperVPort, VlanSetting } from '../../switch/profiles/hyper-v/hyper-v-port.ts';
import { MIRRORING_DESTINATION, MIRRORING_SOURCE } from '../../switch/profiles/hyper-v/hyper-v-port.ts';
import type { HyperV } from '../../switch/profiles/hyper-v/hyper-v.ts';
import { HOST_PORT } from '../../switch/profile.ts';
import type { Untold } from '../console.ts';
import { jsonText, listText, tableText } from '../powershell/table.ts';
import type { HyperVForm, HyperVRequest } from './changes.ts';
import { ADAPTER_NAME, adaptersOf, isManagementOs, plainMac, switchName, uplinksOf } from './names.ts';
import { vlanListText } from './vlan-list.ts';

export function showHyperV(hyperV: HyperV, request: HyperVRequest): string {
  if (request.show === 'switch') return showSwitch(hyperV, request.form);
  const { ports: names, form } = request;
  const ports = adaptersOf(hyperV).filter(({ name }) => names === null || names.includes(name));
  return request.show === 'vlan' ? showVlans(ports, form) : showAdapters(hyperV, ports, form);
}

// --- VLANs

/** Microsoft.HyperV.PowerShell.VMNetworkAdapterVlanMode, …PrivateVlanMode: in JSON an enumeration is its number. */
const MODES = { Untagged: 0, Access: 1, Trunk: 2, Isolated: 3, Community: 3, Promiscuous: 3 } as const;
const PRIVATE_MODES = { Untagged: 0, Access: 0, Trunk: 0, Isolated: 1, Community: 2, Promiscuous: 3 } as const;

function showVlans(ports: readonly HyperVPort[], form: HyperVForm): string {
  if (form === 'json') return jsonText(ports.map(vlanObject));
  if (form === 'list') return listText(ports.map(vlanList));
  const rows = ports.map((port) => [...namesOf(port), port.vlan.mode, vlanColumn(port.vlan)]);
  return tableText(['VMName', 'VMNetworkAdapterName', 'Mode', 'VlanList'], rows);
}

function namesOf(port: HyperVPort): [vm: string, adapter: string] {
  return isManagementOs(port) ? ['', port.name] : [port.name, ADAPTER_NAME];
}

function vlanColumn(vlan: VlanSetting): string {
  switch (vlan.mode) {
    case 'Untagged':
      return '';
    case 'Access':
      return String(vlan.vlanId);
    case 'Trunk':
      return `${vlan.native},${vlanListText(vlan.allowed)}`;
    case 'Promiscuous':
      return `${vlan.primary},${vlanListText(vlan.secondaries)}`;
    default:
      return `${vlan.primary},${vlan.secondary}`;
  }
}

function vlanObject(port: HyperVPort): object {
  const { vlan } = port;
  const [vmName, name] = namesOf(port);
  const allowed = vlan.mode === 'Trunk' ? vlan.allowed.toSorted((a, b) => a - b) : [];
  const secondaries = vlan.mode === 'Promiscuous' ? vlan.secondaries.toSorted((a, b) => a - b) : null;
  return {
    OperationMode: MODES[vlan.mode],
    AccessVlanId: vlan.mode === 'Access' ? vlan.vlanId : 0,
    NativeVlanId: vlan.mode === 'Trunk' ? vlan.native : 0,
    AllowedVlanIdList: allowed,
    AllowedVlanIdListString: vlanListText(allowed),
    PrivateVlanMode: PRIVATE_MODES[vlan.mode],
    PrimaryVlanId: 'primary' in vlan ? vlan.primary : 0,
    SecondaryVlanId: 'secondary' in vlan ? vlan.secondary : 0,
    SecondaryVlanIdList: secondaries,
    SecondaryVlanIdListString: secondaries === null ? null : vlanListText(secondaries),
    ParentAdapter: { Name: name, VMName: vmName, IsManagementOs: isManagementOs(port) },
    IsTemplate: false,
  };
}

/** Lists longer than $FormatEnumerationLimit, which is 4, end in dots. */
const ENUMERATION_LIMIT = 4;

function braces(vids: readonly number[]): string {
  const shown = vids.slice(0, ENUMERATION_LIMIT).join(', ');
  return `{${shown}${vids.length > ENUMERATION_LIMIT ? '...' : ''}}`;
}

function vlanList(port: HyperVPort): [string, string][] {
  const { vlan } = port;
  const [vmName, name] = namesOf(port);
  const parent = isManagementOs(port)
    ? `VMInternalNetworkAdapter, Name = '${name}'`
    : `VMNetworkAdapter, Name = '${name}', VMName = '${vmName}'`;
  return Object.entries(vlanObject(port)).map(([property, value]) => {
    if (property === 'OperationMode') return [property, MODES[vlan.mode] === 3 ? 'Private' : vlan.mode];
    if (property === 'PrivateVlanMode') return [property, MODES[vlan.mode] === 3 ? vlan.mode : '0'];
    if (property === 'ParentAdapter') return [property, parent];
    if (Array.isArray(value)) return [property, braces(value as number[])];
    return [property, value === false ? 'False' : String(value ?? '')];
  });
}

// --- Adapters

const ON_OFF = { true: 0, false: 1 } as const;

function showAdapters(hyperV: HyperV, ports: readonly HyperVPort[], form: HyperVForm): string {
  const name = switchName(hyperV);
  if (form === 'table') {
    const rows = ports.map((port) => {
      const isHost = isManagementOs(port);
      const [vmName, adapter] = namesOf(port);
      return [
        adapter,
        isHost ? 'True' : 'False',
        vmName,
        port.linkUp ? name : '',
        plainMac(port),
        '{Ok}',
        isHost ? '' : '{}',
      ];
    });
    return tableText(['Name', 'IsManagementOs', 'VMName', 'SwitchName', 'MacAddress', 'Status', 'IPAddresses'], rows);
  }
  const objects = ports.map((port) => adapterObject(port, name));
  if (form === 'json') return jsonText(objects);
  return listText(
    objects.map((object) => Object.entries(object).map(([property, value]) => [property, worded(property, value)])),
  );
}

function adapterObject(port: HyperVPort, switchOf: string): Record<string, string | number | boolean | null> {
  const [vmName, adapter] = namesOf(port);
  const { portMirroring } = port;
  return {
    Name: adapter,
    VMName: vmName === '' ? null : vmName,
    IsManagementOs: isManagementOs(port),
    SwitchName: port.linkUp ? switchOf : null,
    Connected: port.linkUp,
    MacAddress: plainMac(port),
    MacAddressSpoofing: ON_OFF[`${port.macAddressSpoofing}`],
    DhcpGuard: ON_OFF[`${port.dhcpGuard}`],
    RouterGuard: ON_OFF[`${port.routerGuard}`],
    PortMirroringMode: portMirroring === MIRRORING_DESTINATION ? 1 : portMirroring === MIRRORING_SOURCE ? 2 : 0,
    IeeePriorityTag: ON_OFF[`${port.ieeePriorityTag}`],
    StormLimit: port.stormLimit,
  };
}

const WORDED = new Set(['MacAddressSpoofing', 'DhcpGuard', 'RouterGuard', 'IeeePriorityTag']);
const MIRRORING = ['None', 'Destination', 'Source'];

function worded(property: string, value: string | number | boolean | null): string {
  if (WORDED.has(property)) return value === 0 ? 'On' : 'Off';
  if (property === 'PortMirroringMode') return MIRRORING[Number(value)]!;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value ?? '');
}

// --- The switch

const SWITCH_TYPES = { Private: 0, Internal: 1, External: 2 } as const;

function showSwitch(hyperV: HyperV, form: HyperVForm): string {
  const uplinks = uplinksOf(hyperV).map((port) => port.name);
  const hasHost = hyperV.ports[HOST_PORT] !== undefined;
  const type = uplinks.length > 0 ? 'External' : hasHost ? 'Internal' : 'Private';
  const name = switchName(hyperV);
  // A team is told as such.
  const description = uplinks.length > 1 ? 'Teamed-Interface' : (uplinks[0] ?? '');
  if (form === 'table') {
    return tableText(['Name', 'SwitchType', 'NetAdapterInterfaceDescription'], [[name, type, description]]);
  }
  if (form === 'json') {
    const uplink = description === '' ? null : description;
    const own = { SwitchType: SWITCH_TYPES[type], AllowManagementOS: hasHost, NetAdapterInterfaceDescription: uplink };
    return jsonText([{ Name: name, ...own }]);
  }
  const rows: [string, string][] = [
    ['Name', name],
    ['SwitchType', type],
    ['AllowManagementOS', hasHost ? 'True' : 'False'],
    ['NetAdapterInterfaceDescription', description],
  ];
  return listText([rows]);
}

// --- What is not sure about it

export type HyperVShowDoubt = 'private-list' | 'properties' | 'description';

/** What of the text that {@link showHyperV} prints is a best reading. */
export function doubtsOf(hyperV: HyperV, request: HyperVRequest): Untold<HyperVShowDoubt>[] {
  if (request.form !== 'table') return [{ code: 'properties', about: request.show }];
  if (request.show === 'switch') {
    return uplinksOf(hyperV).map(({ name }) => ({ code: 'description', about: name }));
  }
  if (request.show === 'adapter') return [];
  return adaptersOf(hyperV)
    .filter(({ name, vlan }) => 'primary' in vlan && (request.ports === null || request.ports.includes(name)))
    .map(({ name }) => ({ code: 'private-list', about: name }));
}
