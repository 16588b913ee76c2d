/** A distributed switch as cmdlets of PowerCLI (and Set-MacLearn, which sets what no cmdlet does). */
import { policyOf } from '../../switch/profiles/vmware-vss/configuration.ts';
import { defaultPolicy, TEAMINGS, type Policy } from '../../switch/profiles/vmware-vss/policy.ts';
import type { PortGroup } from '../../switch/profiles/vmware-vss/port-group.ts';
import type { VmwareVss } from '../../switch/profiles/vmware-vss/vmware-vss.ts';
import { quoted, quotedList } from '../powershell/quote.ts';
import { privateVlansOf } from './ground.ts';

const MTU = 1500;

export function printDistributed(vmware: VmwareVss): string[] {
  const { name, mtu, ports, groups, policy } = vmware;
  const own = `Get-VDSwitch -Name ${quoted(name)}`;
  const uplinks = ports.flatMap((port) => (port?.isUplink === true ? [port.name] : []));
  const size = mtu === MTU ? '' : ` -Mtu ${mtu}`;
  return [
    `New-VDSwitch -Name ${quoted(name)} -Location (Get-Datacenter)${size}`,
    ...uplinks.map(
      (uplink) =>
        `${own} | Add-VDSwitchPhysicalNetworkAdapter -VMHostPhysicalNic ` +
        `(Get-VMHostNetworkAdapter -Physical -Name ${uplink}) -Confirm:$false`,
    ),
    ...privateVlansOf(vmware).map((entry) => `${own} | ${privateVlanText(entry)}`),
    ...policyLines(own, changed(policy, defaultPolicy('vds', vmware.version))),
    ...[...groups.values()].flatMap((group) => groupLines(vmware, group, own)),
  ];
}

function privateVlanText(entry: string): string {
  const [, primary, secondary, role] = /^(\d+):(\d+) (\w+)$/.exec(entry)!;
  const type = role!.charAt(0).toUpperCase() + role!.slice(1);
  return `New-VDSwitchPrivateVlan -PrimaryVlanId ${primary} -SecondaryVlanId ${secondary} -PrivateVlanType ${type}`;
}

function changed(policy: Policy, usual: Policy): Partial<Policy> {
  const others = Object.entries(policy).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(usual[key as keyof Policy]),
  );
  return Object.fromEntries(others) as Partial<Policy>;
}

function groupLines(vmware: VmwareVss, group: PortGroup, vswitch: string): string[] {
  const { name, vlan, overrides } = group;
  const own = `Get-VDPortgroup -Name ${quoted(name)}`;
  const trunk =
    vlan.kind === 'trunk' ? vlan.ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)) : [];
  const place =
    vlan.kind === 'trunk'
      ? ` -VlanTrunkRange ${quoted(trunk.join(','))}`
      : vlan.kind === 'access' && vlan.vid > 0
        ? ` -VlanId ${vlan.vid}`
        : '';
  return [
    `${vswitch} | New-VDPortgroup -Name ${quoted(name)}${place}`,
    ...(vlan.kind === 'private' ? [`${own} | Set-VDVlanConfiguration -PrivateVlanId ${vlan.secondary}`] : []),
    ...macLearnLines(vmware, group),
    ...policyLines(own, overrides),
  ];
}

/** It sets security as well, so it comes first. */
function macLearnLines(vmware: VmwareVss, group: PortGroup): string[] {
  const policy = policyOf(vmware, group);
  const usual = defaultPolicy('vds', vmware.version);
  const keys = ['macLearning', 'unicastFlooding', 'macLimit', 'dropsBeyondLimit'] as const;
  if (keys.every((key) => policy[key] === usual[key])) return [];
  const { promiscuous, forgedTransmits, macChanges, unicastFlooding, macLimit, dropsBeyondLimit } = policy;
  return [
    `Set-MacLearn -DVPortgroupName @(${quoted(group.name)}) -EnableMacLearn $${policy.macLearning} -EnablePromiscuous ` +
      `$${promiscuous} -EnableForgedTransmit $${forgedTransmits} -EnableMacChange $${macChanges} -AllowUnicastFlooding ` +
      `$${unicastFlooding} -Limit ${macLimit} -LimitPolicy "${dropsBeyondLimit ? 'DROP' : 'ALLOW'}"`,
  ];
}

const BALANCING = {
  portid: 'LoadBalanceSrcId',
  mac: 'LoadBalanceSrcMac',
  iphash: 'LoadBalanceIP',
  explicit: 'ExplicitFailover',
} as const;
const [KILOBIT, KILOBYTE] = [1000, 1024];

function switched(name: string, value: boolean | undefined): string[] {
  return value === undefined ? [] : [`-${name} $${value}`];
}

function amount(name: string, value: number | undefined, unit: number): string[] {
  return value === undefined ? [] : [`-${name} ${value * unit}`];
}

function list(name: string, uplinks: readonly string[] | null | undefined): string[] {
  return uplinks === null || uplinks === undefined
    ? []
    : [`-${name} ${uplinks.length === 0 ? '""' : quotedList(uplinks)}`];
}

function policyLines(own: string, policy: Partial<Policy>): string[] {
  const { teaming, active, standby, averageBandwidth, peakBandwidth, burstSize } = policy;
  const line = (get: string, set: string, options: readonly string[]): string[] =>
    options.length === 0 ? [] : [`${own} | ${get} | ${set} ${options.join(' ')}`];
  return [
    ...line('Get-VDSecurityPolicy', 'Set-VDSecurityPolicy', [
      ...switched('AllowPromiscuous', policy.promiscuous),
      ...switched('ForgedTransmits', policy.forgedTransmits),
      ...switched('MacChanges', policy.macChanges),
    ]),
    ...line('Get-VDUplinkTeamingPolicy', 'Set-VDUplinkTeamingPolicy', [
      ...(teaming === undefined ? [] : [`-LoadBalancingPolicy ${BALANCING[TEAMINGS[teaming]!]}`]),
      ...list('ActiveUplinkPort', active),
      ...list('StandbyUplinkPort', standby),
      ...switched('EnableFailback', policy.failback),
      ...switched('NotifySwitches', policy.notifySwitches),
    ]),
    ...line('Get-VDTrafficShapingPolicy -Direction In', 'Set-VDTrafficShapingPolicy', [
      ...switched('Enabled', policy.shaping),
      ...amount('AverageBandwidth', averageBandwidth, KILOBIT),
      ...amount('PeakBandwidth', peakBandwidth, KILOBIT),
      ...amount('BurstSize', burstSize, KILOBYTE),
    ]),
  ];
}
