/**
 * The cmdlets of PowerCLI that have to do with virtual switches.
 *
 * Read first: VMware PowerCLI Cmdlets Reference (13), VMware.VimAutomation.Core and .Vds. The parameters are from the reference
 * alone, no captures were at hand: what is refused here for want of a parameter may be good on a real system. Set-MacLearn is no
 * cmdlet of VMware but a function that its engineers publish (William Lam, MacLearn.ps1), and the usual way to MAC learning.
 */
import { SHOULD_PROCESS, type CmdletOf, type ParameterOf } from '../powershell/binder.ts';

const NAMES: ParameterOf = { name: 'Name', type: 'strings', position: 0 };
const SERVER: ParameterOf = { name: 'Server', type: 'object', isIgnored: true };
const HOST: ParameterOf = { name: 'VMHost', type: 'object', isIgnored: true };

const object = (name: string): ParameterOf => ({ name, type: 'object' });
const bool = (name: string): ParameterOf => ({ name, type: 'bool' });
const idle = (name: string, type: ParameterOf['type']): ParameterOf => ({ name, type, isIgnored: true });

function cmdlet(name: string, parameters: readonly ParameterOf[], needed: readonly string[] = []): CmdletOf {
  const more = name.startsWith('Get-') ? [] : SHOULD_PROCESS;
  return { name, parameters: [...parameters, SERVER, ...more], mandatory: { '': needed } };
}

const SECURITY = ['AllowPromiscuous', 'ForgedTransmits', 'MacChanges'].flatMap((name) => [
  bool(name),
  bool(`${name}Inherited`),
]);

export const CMDLETS: readonly CmdletOf[] = [
  // Standard switches
  cmdlet(
    'New-VirtualSwitch',
    [
      HOST,
      { ...NAMES, type: 'string' },
      { name: 'Nic', type: 'strings' },
      { name: 'Mtu', type: 'int' },
      idle('NumPorts', 'int'),
    ],
    ['Name'],
  ),
  cmdlet(
    'Set-VirtualSwitch',
    [object('VirtualSwitch'), { name: 'Mtu', type: 'int' }, { name: 'Nic', type: 'strings' }, idle('NumPorts', 'int')],
    ['VirtualSwitch'],
  ),
  cmdlet(
    'New-VirtualPortGroup',
    [object('VirtualSwitch'), { ...NAMES, type: 'string' }, { name: 'VLanId', type: 'int' }],
    ['VirtualSwitch', 'Name'],
  ),
  cmdlet(
    'Set-VirtualPortGroup',
    [object('VirtualPortGroup'), { name: 'VLanId', type: 'int' }, { ...NAMES, type: 'string', isUnmodelled: true }],
    ['VirtualPortGroup'],
  ),
  cmdlet('Remove-VirtualPortGroup', [object('VirtualPortGroup')], ['VirtualPortGroup']),
  cmdlet('Get-VMHost', [NAMES]),
  cmdlet('Get-VirtualSwitch', [NAMES, HOST, idle('Standard', 'switch')]),
  cmdlet('Get-VirtualPortGroup', [NAMES, HOST, object('VirtualSwitch'), idle('Standard', 'switch')]),
  cmdlet('Get-SecurityPolicy', [object('VirtualSwitch'), object('VirtualPortGroup')]),
  cmdlet('Set-SecurityPolicy', [object('VirtualSwitchPolicy'), ...SECURITY], ['VirtualSwitchPolicy']),
  // Distributed switches
  cmdlet(
    'New-VDSwitch',
    [
      { ...NAMES, type: 'string' },
      idle('Location', 'object'),
      { name: 'Mtu', type: 'int' },
      idle('NumUplinkPorts', 'int'),
      idle('Version', 'string'),
    ],
    ['Name', 'Location'],
  ),
  cmdlet('Set-VDSwitch', [object('VDSwitch'), { name: 'Mtu', type: 'int' }], ['VDSwitch']),
  cmdlet(
    'Add-VDSwitchPhysicalNetworkAdapter',
    [object('DistributedSwitch'), object('VMHostPhysicalNic')],
    ['DistributedSwitch', 'VMHostPhysicalNic'],
  ),
  cmdlet(
    'New-VDSwitchPrivateVlan',
    [
      object('VDSwitch'),
      { name: 'PrimaryVlanId', type: 'int' },
      { name: 'SecondaryVlanId', type: 'int' },
      {
        name: 'PrivateVlanType',
        type: ['Promiscuous', 'Isolated', 'Community'],
        typeName: 'VMware.VimAutomation.Vds.Types.V1.PrivateVlanType',
      },
    ],
    ['VDSwitch', 'PrimaryVlanId', 'SecondaryVlanId', 'PrivateVlanType'],
  ),
  cmdlet(
    'New-VDPortgroup',
    [
      object('VDSwitch'),
      { ...NAMES, type: 'string' },
      { name: 'VlanId', type: 'int' },
      { name: 'VlanTrunkRange', type: 'string' },
      idle('NumPorts', 'int'),
      idle('PortBinding', 'string'),
    ],
    ['VDSwitch', 'Name'],
  ),
  cmdlet('Remove-VDPortgroup', [object('VDPortgroup')], ['VDPortgroup']),
  cmdlet('Get-VDSwitch', [NAMES]),
  cmdlet('Get-VDPortgroup', [NAMES, object('VDSwitch')]),
  cmdlet(
    'Set-VDVlanConfiguration',
    [
      object('VDPortgroup'),
      { name: 'VlanId', type: 'int', sets: ['Vlan'] },
      { name: 'VlanTrunkRange', type: 'string', sets: ['Trunk'] },
      { name: 'PrivateVlanId', type: 'int', sets: ['Private'] },
      { name: 'DisableVlan', type: 'switch', sets: ['None'] },
    ],
    ['VDPortgroup'],
  ),
  cmdlet('Get-VDSecurityPolicy', [object('VDSwitch'), object('VDPortgroup')]),
  cmdlet('Set-VDSecurityPolicy', [object('Policy'), ...SECURITY], ['Policy']),
  cmdlet('Get-VDUplinkTeamingPolicy', [object('VDSwitch'), object('VDPortgroup')]),
  cmdlet(
    'Set-VDUplinkTeamingPolicy',
    [
      object('Policy'),
      {
        name: 'LoadBalancingPolicy',
        type: ['LoadBalanceIP', 'LoadBalanceLoadBased', 'LoadBalanceSrcMac', 'LoadBalanceSrcId', 'ExplicitFailover'],
        typeName: 'VMware.VimAutomation.Vds.Types.V1.LoadBalancingPolicy',
      },
      { name: 'ActiveUplinkPort', type: 'strings' },
      { name: 'StandbyUplinkPort', type: 'strings' },
      bool('EnableFailback'),
      bool('NotifySwitches'),
    ],
    ['Policy'],
  ),
  cmdlet(
    'Get-VDTrafficShapingPolicy',
    [object('VDSwitch'), object('VDPortgroup'), { name: 'Direction', type: ['In', 'Out'] }],
    ['Direction'],
  ),
  cmdlet(
    'Set-VDTrafficShapingPolicy',
    [
      object('Policy'),
      bool('Enabled'),
      { name: 'AverageBandwidth', type: 'long' },
      { name: 'PeakBandwidth', type: 'long' },
      { name: 'BurstSize', type: 'long' },
    ],
    ['Policy'],
  ),
  cmdlet(
    'Set-MacLearn',
    [
      { name: 'DVPortgroupName', type: 'strings' },
      bool('EnableMacLearn'),
      bool('EnablePromiscuous'),
      bool('EnableForgedTransmit'),
      bool('EnableMacChange'),
      bool('AllowUnicastFlooding'),
      { name: 'Limit', type: 'int' },
      { name: 'LimitPolicy', type: 'string' },
    ],
    ['DVPortgroupName', 'EnableMacLearn', 'EnablePromiscuous', 'EnableForgedTransmit', 'EnableMacChange'],
  ),
];

/** The parameter of a cmdlet that takes what comes out of the one before. */
export const PIPED: Readonly<Record<string, string>> = {
  'New-VirtualSwitch': 'VMHost',
  'Get-VirtualSwitch': 'VMHost',
  'Get-VirtualPortGroup': 'VMHost',
  'Set-VirtualSwitch': 'VirtualSwitch',
  'New-VirtualPortGroup': 'VirtualSwitch',
  'Set-VirtualPortGroup': 'VirtualPortGroup',
  'Remove-VirtualPortGroup': 'VirtualPortGroup',
  'Get-SecurityPolicy': 'VirtualSwitch',
  'Set-SecurityPolicy': 'VirtualSwitchPolicy',
  'Set-VDSwitch': 'VDSwitch',
  'Add-VDSwitchPhysicalNetworkAdapter': 'DistributedSwitch',
  'New-VDSwitchPrivateVlan': 'VDSwitch',
  'New-VDPortgroup': 'VDSwitch',
  'Get-VDPortgroup': 'VDSwitch',
  'Remove-VDPortgroup': 'VDPortgroup',
  'Set-VDVlanConfiguration': 'VDPortgroup',
  'Get-VDSecurityPolicy': 'VDPortgroup',
  'Set-VDSecurityPolicy': 'Policy',
  'Get-VDUplinkTeamingPolicy': 'VDPortgroup',
  'Set-VDUplinkTeamingPolicy': 'Policy',
  'Get-VDTrafficShapingPolicy': 'VDPortgroup',
  'Set-VDTrafficShapingPolicy': 'Policy',
};
