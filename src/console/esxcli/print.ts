/**
 * A standard switch as the esxcli commands that make it from nothing; a distributed one, which esxcli cannot make, as those of
 * PowerCLI. Who is connected to it is no part of it: {@link unprinted} tells what is left out.
 *
 * Security is always written down, all three values: which of them a new switch has depends on who made it and when (VSS-4).
 * That a list of uplinks may be set to none is a best reading; the API allows it.
 */
import { defaultPolicy, TEAMINGS, type Policy } from '../../switch/profiles/vmware-vss/policy.ts';
import type { GroupVlan, PortGroup } from '../../switch/profiles/vmware-vss/port-group.ts';
import type { VmwareVss } from '../../switch/profiles/vmware-vss/vmware-vss.ts';
import { VID_RESERVED } from '../../wire/dot1q.ts';
import type { Untold } from '../console.ts';
import { printDistributed } from './print-powercli.ts';

const ROOT = 'esxcli network vswitch standard';
const MTU = 1500;

export function printVmware(vmware: VmwareVss): string[] {
  return [...(vmware.kind === 'vds' ? printDistributed(vmware) : printStandard(vmware)), ...advancedLines(vmware)];
}

function printStandard(vmware: VmwareVss): string[] {
  const { name, policy, mtu, ports, groups } = vmware;
  const which = `--vswitch-name=${shellQuoted(name)}`;
  const uplinks = ports.flatMap((port) => (port?.isUplink === true ? [port.name] : []));
  return [
    `${ROOT} add ${which}`,
    ...(mtu === MTU ? [] : [`${ROOT} set ${which} --mtu=${mtu}`]),
    ...uplinks.map((uplink) => `${ROOT} uplink add --uplink-name=${shellQuoted(uplink)} ${which}`),
    ...policyLines(`${ROOT} policy`, which, changed(policy, defaultPolicy('vss', vmware.version))),
    ...[...groups.values()].flatMap((group) => groupLines(group, which)),
  ];
}

/** What differs from the default; of security everything. */
function changed(policy: Policy, usual: Policy): Partial<Policy> {
  const { promiscuous, macChanges, forgedTransmits } = policy;
  const others = Object.entries(policy).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(usual[key as keyof Policy]),
  );
  return { ...Object.fromEntries(others), promiscuous, macChanges, forgedTransmits };
}

function groupLines({ name, vlan, overrides }: PortGroup, vswitch: string): string[] {
  const which = `--portgroup-name=${shellQuoted(name)}`;
  const vid = vlanId(vlan);
  return [
    `${ROOT} portgroup add ${which} ${vswitch}`,
    ...(vid === 0 ? [] : [`${ROOT} portgroup set ${which} --vlan-id=${vid}`]),
    ...policyLines(`${ROOT} portgroup policy`, which, overrides),
  ];
}

/** Of a standard switch, a trunk is always VLAN ID 4095. */
export function vlanId(vlan: GroupVlan): number {
  return vlan.kind === 'access' ? vlan.vid : VID_RESERVED;
}

function option(name: string, value: string | number | boolean | undefined): string[] {
  return value === undefined ? [] : [`--${name}=${value}`];
}

function list(names: readonly string[] | null | undefined): string | undefined {
  return names === null || names === undefined ? undefined : shellQuoted(names.join(','));
}

function policyLines(start: string, which: string, policy: Partial<Policy>): string[] {
  const { teaming, active, standby } = policy;
  const line = (kind: string, options: readonly string[]): string[] =>
    options.length === 0 ? [] : [`${start} ${kind} set ${which} ${options.join(' ')}`];
  return [
    ...line('security', [
      ...option('allow-promiscuous', policy.promiscuous),
      ...option('allow-mac-change', policy.macChanges),
      ...option('allow-forged-transmits', policy.forgedTransmits),
    ]),
    ...line('failover', [
      ...option('load-balancing', teaming === undefined ? undefined : TEAMINGS[teaming]),
      ...option('active-uplinks', list(active)),
      ...option('standby-uplinks', list(standby)),
      ...option('failback', policy.failback),
      ...option('notify-switches', policy.notifySwitches),
    ]),
    ...line('shaping', [
      ...option('enabled', policy.shaping),
      ...option('avg-bandwidth', policy.averageBandwidth),
      ...option('peak-bandwidth', policy.peakBandwidth),
      ...option('burst-size', policy.burstSize),
    ]),
  ];
}

function advancedLine(name: string): string {
  return `esxcli system settings advanced set --option=/Net/${name} --int-value=1`;
}

/** Of the host as a whole, whatever kind the switch is. */
function advancedLines({ blocksGuestBpdu, checksPromiscuous }: VmwareVss): string[] {
  return [
    ...(blocksGuestBpdu ? [advancedLine('BlockGuestBPDU')] : []),
    ...(checksPromiscuous ? [advancedLine('ReversePathFwdCheckPromisc')] : []),
  ];
}

function shellQuoted(text: string): string {
  if (/^[\w.,:/-]+$/.test(text)) return text;
  return /["$`\\!]/.test(text) ? `'${text.replaceAll("'", String.raw`'\''`)}'` : `"${text}"`;
}

export type VmwareUnprinted =
  /** An adapter's connection: virtual machines are made elsewhere. */
  | 'adapter'
  /** Set in the guest. */
  | 'guest'
  | 'blocked'
  | 'link'
  /** MAC learning of a switch as a whole: Set-MacLearn is for port groups. */
  | 'mac-learning';

export function unprinted(vmware: VmwareVss): Untold<VmwareUnprinted>[] {
  const ofPorts = vmware.ports.flatMap((port) => {
    if (port === undefined) return [];
    const isGuests = port.requested !== port.mac || port.wantsAll || port.joined.length > 0;
    const codes: VmwareUnprinted[] = [
      ...(port.isUplink ? [] : (['adapter'] as const)),
      ...(isGuests ? (['guest'] as const) : []),
      ...(port.isBlocked ? (['blocked'] as const) : []),
      ...(port.linkUp ? [] : (['link'] as const)),
    ];
    return codes.map((code) => ({ code, about: port.name }));
  });
  return vmware.policy.macLearning ? [...ofPorts, { code: 'mac-learning', about: vmware.name }] : ofPorts;
}
