/**
 * The cmdlets of Hyper-V that have to do with its switch: which parameters they have, of which types, in which sets.
 *
 * Read first: the Hyper-V module's reference (Windows Server 2022). Which adapter is meant is said in four ways that exclude
 * each other: -VMName, -ManagementOS, or objects from a pipeline, -VMNetworkAdapter and -VM. VLAN modes are no parameter
 * sets: the cmdlet itself looks at them.
 */
import type { CmdletOf, ParameterOf } from '../powershell/binder.ts';
import { SHOULD_PROCESS } from '../powershell/binder.ts';

const [VM_NAME, RESOURCE, MANAGEMENT, VM_OBJECT] = ['VMName', 'ResourceObject', 'ManagementOS', 'VMObject'];
const NAMED = [VM_NAME!, MANAGEMENT!, VM_OBJECT!];
const TARGETS: readonly ParameterOf[] = [
  { name: 'VMName', type: 'strings', sets: [VM_NAME!], position: 0 },
  { name: 'VMNetworkAdapter', type: 'object', sets: [RESOURCE!] },
  { name: 'ManagementOS', type: 'switch', sets: [MANAGEMENT!] },
  { name: 'VM', type: 'object', sets: [VM_OBJECT!] },
  // Objects of another computer.
  { name: 'ComputerName', type: 'strings', isUnmodelled: true },
  { name: 'CimSession', type: 'object', isUnmodelled: true },
  { name: 'Credential', type: 'object', isUnmodelled: true },
  { name: 'Passthru', type: 'switch', isIgnored: true },
];
const MANDATORY = { VMName: ['VMName'], ManagementOS: [] };

const ON_OFF = { type: ['On', 'Off'], typeName: 'Microsoft.HyperV.PowerShell.OnOffState' } as const;
const INT = 'System.Nullable`1[System.Int32]';
const idle = (name: string, type: ParameterOf['type']): ParameterOf => ({ name, type, isUnmodelled: true });
/** Named as in the reference: Add-VMNetworkAdapterAcl and its kin call the adapter by this. */
const ADAPTER_NAME: ParameterOf = { name: 'VMNetworkAdapterName', type: 'string', sets: NAMED };
/** Set-VMNetworkAdapter and Get-VMNetworkAdapter call it Name. */
const NAME: ParameterOf = { ...ADAPTER_NAME, name: 'Name', aliases: ['VMNetworkAdapterName'] };

function cmdlet(name: string, parameters: readonly ParameterOf[], needed: readonly string[] = []): CmdletOf {
  const isChange = !name.startsWith('Get-');
  return {
    name,
    parameters: [...TARGETS, ...parameters, ...(isChange ? SHOULD_PROCESS : [])],
    mandatory: isChange ? { ...MANDATORY, '': needed } : { '': needed },
    defaultSet: VM_NAME!,
  };
}

const vlan = cmdlet('Set-VMNetworkAdapterVlan', [
  ADAPTER_NAME,
  { name: 'Untagged', type: 'switch', aliases: ['u'] },
  { name: 'Access', type: 'switch', aliases: ['a'] },
  { name: 'VlanId', type: 'int', aliases: ['AccessVlanId'], typeName: INT },
  { name: 'Trunk', type: 'switch', aliases: ['t'] },
  { name: 'NativeVlanId', type: 'int', typeName: INT },
  { name: 'AllowedVlanIdList', type: 'string' },
  { name: 'Isolated', type: 'switch', aliases: ['i'] },
  { name: 'Community', type: 'switch', aliases: ['c'] },
  { name: 'Promiscuous', type: 'switch', aliases: ['p'] },
  { name: 'PrimaryVlanId', type: 'int', typeName: INT },
  { name: 'SecondaryVlanId', type: 'int', typeName: INT },
  { name: 'SecondaryVlanIdList', type: 'string' },
]);

const adapter = cmdlet('Set-VMNetworkAdapter', [
  NAME,
  { name: 'DynamicMacAddress', type: 'switch', isUnmodelled: true },
  { name: 'StaticMacAddress', type: 'string' },
  { name: 'MacAddressSpoofing', ...ON_OFF },
  { name: 'DhcpGuard', ...ON_OFF },
  { name: 'RouterGuard', ...ON_OFF },
  {
    name: 'PortMirroring',
    type: ['None', 'Destination', 'Source'],
    typeName: 'Microsoft.HyperV.PowerShell.VMNetworkAdapterPortMirroringMode',
  },
  { name: 'IeeePriorityTag', ...ON_OFF },
  { name: 'VmqWeight', type: 'int' },
  { name: 'IovWeight', type: 'int' },
  { name: 'MaximumBandwidth', type: 'long' },
  { name: 'MinimumBandwidthAbsolute', type: 'long' },
  { name: 'MinimumBandwidthWeight', type: 'int' },
  { name: 'VirtualSubnetId', type: 'int' },
  { name: 'AllowTeaming', ...ON_OFF },
  { name: 'StormLimit', type: 'int' },
  idle('IovQueuePairsRequested', 'int'),
  idle('IovInterruptModeration', 'string'),
  idle('IPsecOffloadMaximumSecurityAssociation', 'int'),
  idle('MandatoryFeatureId', 'strings'),
  idle('ResourcePoolName', 'string'),
  idle('TestReplicaPoolName', 'string'),
  idle('TestReplicaSwitchName', 'string'),
  idle('NotMonitoredInCluster', 'bool'),
  idle('DynamicIPAddressLimit', 'int'),
  idle('DeviceNaming', ['On', 'Off']),
  idle('FixSpeed10G', ['On', 'Off']),
  idle('VrssEnabled', 'bool'),
  idle('VmmqEnabled', 'bool'),
  idle('VmmqQueuePairs', 'int'),
]);

const isolation = cmdlet('Set-VMNetworkAdapterIsolation', [
  ADAPTER_NAME,
  {
    name: 'IsolationMode',
    type: ['None', 'NativeVirtualSubnet', 'ExternalVirtualSubnet', 'Vlan'],
    typeName: 'Microsoft.HyperV.PowerShell.VMNetworkAdapterIsolationMode',
  },
  { name: 'AllowUntaggedTraffic', type: 'bool' },
  { name: 'DefaultIsolationID', type: 'int' },
  idle('MultiTenantStack', ['On', 'Off']),
]);

const ACL_PARAMETERS: readonly ParameterOf[] = [
  ADAPTER_NAME,
  {
    name: 'Action',
    type: ['Allow', 'Deny', 'Meter'],
    typeName: 'Microsoft.HyperV.PowerShell.VMNetworkAdapterAclAction',
  },
  {
    name: 'Direction',
    type: ['Inbound', 'Outbound', 'Both'],
    typeName: 'Microsoft.HyperV.PowerShell.VMNetworkAdapterAclDirection',
  },
  { name: 'LocalIPAddress', type: 'strings' },
  { name: 'LocalMacAddress', type: 'strings' },
  { name: 'RemoteIPAddress', type: 'strings' },
  { name: 'RemoteMacAddress', type: 'strings' },
];

const EXTENDED_DIRECTION: ParameterOf = {
  name: 'Direction',
  type: ['Inbound', 'Outbound'],
  typeName: 'Microsoft.HyperV.PowerShell.VMNetworkAdapterExtendedAclDirection',
};

const extendedAcl = cmdlet(
  'Add-VMNetworkAdapterExtendedAcl',
  [
    ADAPTER_NAME,
    {
      name: 'Action',
      type: ['Allow', 'Deny'],
      typeName: 'Microsoft.HyperV.PowerShell.VMNetworkAdapterExtendedAclAction',
    },
    EXTENDED_DIRECTION,
    { name: 'LocalIPAddress', type: 'string' },
    { name: 'RemoteIPAddress', type: 'string' },
    { name: 'LocalPort', type: 'string' },
    { name: 'RemotePort', type: 'string' },
    { name: 'Protocol', type: 'string' },
    { name: 'Weight', type: 'int' },
    // The reference's own second example says -Timeout, which its syntax does not have.
    { name: 'IdleSessionTimeout', type: 'int' },
    { name: 'IsolationID', type: 'int' },
    { name: 'Stateful', type: 'bool' },
  ],
  ['Action', 'Direction', 'Weight'],
);

const vmSwitch: CmdletOf = {
  name: 'New-VMSwitch',
  parameters: [
    { name: 'Name', type: 'string', position: 0, aliases: ['SwitchName'] },
    { name: 'NetAdapterName', type: 'strings', sets: ['NetAdapterName'], aliases: ['InterfaceAlias'] },
    { name: 'NetAdapterInterfaceDescription', type: 'strings', sets: ['NetAdapterInterfaceDescription'] },
    {
      name: 'SwitchType',
      type: ['Private', 'Internal'],
      typeName: 'Microsoft.HyperV.PowerShell.VMSwitchType',
      sets: ['SwitchType'],
    },
    { name: 'AllowManagementOS', type: 'bool', sets: ['NetAdapterName', 'NetAdapterInterfaceDescription'] },
    { name: 'EnableEmbeddedTeaming', type: 'bool', isIgnored: true },
    { name: 'MinimumBandwidthMode', type: ['Default', 'Weight', 'Absolute', 'None'], isIgnored: true },
    { name: 'Notes', type: 'string', isIgnored: true },
    { name: 'EnableIov', type: 'bool', isUnmodelled: true },
    { name: 'EnablePacketDirect', type: 'bool', isUnmodelled: true },
    { name: 'Id', type: 'string', isIgnored: true },
    { name: 'ComputerName', type: 'strings', isUnmodelled: true },
    ...SHOULD_PROCESS,
  ],
  mandatory: { '': ['Name'], SwitchType: ['SwitchType'] },
  defaultSet: 'SwitchType',
};

const SWITCH_NAME: ParameterOf = { name: 'SwitchName', type: 'string' };

export const CMDLETS: readonly CmdletOf[] = [
  vmSwitch,
  vlan,
  adapter,
  isolation,
  cmdlet('Add-VMNetworkAdapter', [
    SWITCH_NAME,
    { ...NAME, aliases: [...NAME.aliases!] },
    { name: 'StaticMacAddress', type: 'string' },
    { name: 'DynamicMacAddress', type: 'switch', isIgnored: true },
    { name: 'IsLegacy', type: 'bool', isUnmodelled: true },
  ]),
  cmdlet('Connect-VMNetworkAdapter', [NAME, SWITCH_NAME]),
  // The management OS' adapters are connected as long as there are any.
  cmdlet('Disconnect-VMNetworkAdapter', [NAME]),
  cmdlet('Add-VMNetworkAdapterAcl', ACL_PARAMETERS, ['Action', 'Direction']),
  cmdlet('Remove-VMNetworkAdapterAcl', ACL_PARAMETERS, ['Action', 'Direction']),
  extendedAcl,
  cmdlet(
    'Remove-VMNetworkAdapterExtendedAcl',
    [ADAPTER_NAME, { name: 'Weight', type: 'int' }, EXTENDED_DIRECTION],
    ['Weight', 'Direction'],
  ),
  { name: 'Get-VMSwitch', parameters: [{ name: 'Name', type: 'strings', position: 0 }] },
  { name: 'Get-VM', parameters: [{ name: 'Name', type: 'strings', position: 0, aliases: ['VMName'] }] },
  cmdlet('Get-VMNetworkAdapter', [NAME, { name: 'All', type: 'switch' }]),
  cmdlet('Get-VMNetworkAdapterVlan', [ADAPTER_NAME]),
  cmdlet('Get-VMNetworkAdapterAcl', [ADAPTER_NAME]),
  cmdlet('Get-VMNetworkAdapterExtendedAcl', [ADAPTER_NAME]),
];

/** Of the same module, or standing beside these in scripts. */
export const OTHER_CMDLETS: ReadonlySet<string> = new Set(
  (
    'add-vmswitch remove-vmswitch rename-vmswitch set-vmswitch set-vmswitchteam get-vmswitchteam add-vmswitchteammember ' +
    'remove-vmswitchteammember enable-vmswitchextension disable-vmswitchextension get-vmswitchextension ' +
    'get-vmnetworkadapterisolation remove-vmnetworkadapter rename-vmnetworkadapter test-vmnetworkadapter ' +
    'set-vmnetworkadapterteammapping get-vmnetworkadapterteammapping set-vmnetworkadapterroutingdomainmapping ' +
    'set-vmnetworkadapterrdma get-vmnetworkadapterrdma new-vm remove-vm start-vm stop-vm set-vm restart-vm ' +
    'get-netadapter set-netadapter rename-netadapter get-netipaddress new-netipaddress new-netnat set-netipinterface ' +
    'test-netconnection ping ipconfig pktmon write-host write-output import-module get-help get-command'
  ).split(' '),
);
