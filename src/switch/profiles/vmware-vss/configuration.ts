/**
 * Setting a virtual switch up and changing it while it runs: `esxcli network vswitch standard …`, the vSphere Client, and what
 * guests ask of their adapters.
 *
 * Read first: vSphere Web Services API, HostNetworkSystem; refusals carry the names of its faults. A change is read whole
 * before anything is touched; then everything that follows from settings is worked out anew by {@link refresh}, so that
 * no frame ever has to ask a policy.
 */
import { refusal, type Outcome } from '../../../outcome/refusal.ts';
import { isGroup, isZero, macHalves, type MacAddress } from '../../../wire/mac-address.ts';
import { policyKey, readSetting, type Policy, type SwitchKind, type Version } from './policy.ts';
import { NO_VLAN, PortGroup, readVlan, type GroupVlan } from './port-group.ts';
import { NO_ROLE, readPrivateVlans } from './private-vlans.ts';
import { Team } from './teaming.ts';
import type { TrafficKit, TrafficRulesChange } from './traffic-rules.ts';
import { VmwareVss } from './vmware-vss.ts';
import { UPLINK, VswitchPort } from './vswitch-port.ts';

const MTU_MIN = 1280;
const MTU_MAX = 9000;
/** Above any VLAN state: members always forward here. */
const FORWARDING = 1;

/** `esxcli network vswitch standard add -v NAME` */
export function createSwitch(
  name: string,
  kind: SwitchKind = 'vss',
  version: Version = '8.0',
  trafficKit: TrafficKit | null = null,
): VmwareVss {
  return new VmwareVss(name, kind, version, trafficKit);
}

// --- Ports and groups

/** `… uplink add`: a new uplink is active wherever no order of uplinks is set. */
export function addUplink(profile: VmwareVss, name: string, mac: MacAddress): VswitchPort {
  const port = new VswitchPort(profile.ports.length, name, mac, UPLINK, 0);
  port.isTrunk = true;
  profile.ports.push(port);
  profile.hasUplinks = true;
  rebuildTeams(profile);
  refresh(profile);
  return port;
}

/** Connects an adapter with this initial address. The group has to be there. */
export function addAdapter(
  profile: VmwareVss,
  name: string,
  mac: MacAddress,
  kind: number,
  group: string,
): VswitchPort {
  const number = profile.ports.filter((port) => port?.isUplink === false).length;
  const port = new VswitchPort(profile.ports.length, name, mac, kind, number);
  port.group = profile.groups.get(group)!;
  profile.ports.push(port);
  refresh(profile);
  return port;
}

/** `… portgroup add -p NAME` */
export function addGroup(profile: VmwareVss, name: string): Outcome {
  if (profile.groups.has(name)) return refusal('AlreadyExists', 'group', name, '');
  profile.groups.set(name, new PortGroup(name, teamOf(profile, profile.policy)));
  return null;
}

export function removeGroup(profile: VmwareVss, name: string): Outcome {
  const group = profile.groups.get(name);
  if (group === undefined) return unknownGroup(profile, name);
  const user = profile.ports.find((port) => port?.group === group);
  if (user !== undefined) return refusal('ResourceInUse', 'group', name, user.name);
  profile.groups.delete(name);
  return null;
}

export function connect(profile: VmwareVss, port: VswitchPort, name: string): Outcome {
  const group = profile.groups.get(name);
  if (group === undefined) return unknownGroup(profile, name);
  if (port.isUplink) return refusal('InvalidArgument', 'port', port.name, 'VM, vmkernel');
  port.group = group;
  refresh(profile);
  return null;
}

function unknownGroup({ groups }: VmwareVss, name: string): Outcome {
  return refusal('NotFound', 'group', name, [...groups.keys()].join(', '));
}

// --- Settings

/** A setting of the switch as a whole; its port groups inherit the policies. */
export function setOption(profile: VmwareVss, option: string, value: string | number): Outcome {
  const text = String(value);
  switch (option) {
    case 'mtu': {
      const mtu = Number(value);
      const isGood = Number.isInteger(mtu) && mtu >= MTU_MIN && mtu <= MTU_MAX;
      if (!isGood) return refusal('InvalidArgument', option, value, `${MTU_MIN}〜${MTU_MAX}`);
      profile.mtu = mtu;
      return null;
    }
    case 'Net.BlockGuestBPDU':
    case 'Net.ReversePathFwdCheckPromisc':
      if (text !== '0' && text !== '1') return refusal('InvalidArgument', option, value, '0, 1');
      if (option === 'Net.BlockGuestBPDU') profile.blocksGuestBpdu = text === '1';
      else profile.checksPromiscuous = text === '1';
      return null;
    case 'private-vlans':
      return setPrivateVlans(profile, text);
    default:
      return setPolicy(profile, option, value);
  }
}

/** What the products know and this profile does not. */
const UNMODELLED = new Set(
  (
    'failure-detection multicast-filtering port-mirroring netflow network-io-control lacp cdp lldp ports ' +
    'inbound-shaping kind version'
  ).split(' '),
);

function setPolicy(profile: VmwareVss, option: string, value: string | number): Outcome {
  if (policyKey(profile.kind, option) === undefined) return refuseSetting(option, value);
  const change = readSetting(option, value);
  if ('error' in change) return change;
  const refused = checkUplinks(profile, option, change);
  if (refused !== null) return refused;
  profile.policy = { ...profile.policy, ...change };
  if (isTeaming(change)) rebuildTeams(profile);
  refresh(profile);
  return null;
}

function refuseSetting(setting: string, value: string | number): Outcome {
  if (UNMODELLED.has(setting)) return refusal('unmodelled', setting, value, '');
  return refusal('InvalidArgument', setting, value, 'vlan, promiscuous, mac-changes, forged-transmits, teaming …');
}

/** A setting of one port group; null takes it back, so that the switch's holds again. */
export function setGroup(profile: VmwareVss, name: string, setting: string, value: string | number | null): Outcome {
  const group = profile.groups.get(name);
  if (group === undefined) return unknownGroup(profile, name);
  if (setting === 'vlan' || setting === 'trunk' || setting === 'private-vlan') {
    return setVlan(profile, group, setting, value);
  }
  const key = policyKey(profile.kind, setting);
  if (key === undefined) return refuseSetting(setting, value ?? '');
  const change = value === null ? {} : readSetting(setting, value);
  if ('error' in change) return change;
  const refused = checkUplinks(profile, setting, change);
  if (refused !== null) return refused;
  const { [key]: _, ...rest } = group.overrides;
  group.overrides = { ...rest, ...change };
  if (isTeaming({ [key]: value })) group.team = teamOf(profile, policyOf(profile, group));
  refresh(profile);
  return null;
}

function setVlan(profile: VmwareVss, group: PortGroup, setting: string, value: string | number | null): Outcome {
  const vlan = value === null ? NO_VLAN : readVlan(profile.kind, setting, value);
  if ('error' in vlan) return vlan;
  if (vlan.kind === 'private' && profile.privateVlans.roleOf(vlan.secondary) === NO_ROLE) {
    return refusal('NotFound', setting, value, 'private-vlans');
  }
  group.vlan = vlan;
  refresh(profile);
  return null;
}

function setPrivateVlans(profile: VmwareVss, text: string): Outcome {
  if (profile.kind === 'vss') return refusal('InvalidArgument', 'private-vlans', text, 'kind vds');
  const privateVlans = readPrivateVlans(text);
  if ('error' in privateVlans) return privateVlans;
  for (const { name, vlan } of profile.groups.values()) {
    if (vlan.kind !== 'private' || privateVlans.roleOf(vlan.secondary) !== NO_ROLE) continue;
    return refusal('ResourceInUse', 'private-vlans', vlan.secondary, name);
  }
  profile.privateVlans = privateVlans;
  refresh(profile);
  return null;
}

// --- Links, and what an administrator and guests do to one port

export function setLink(profile: VmwareVss, port: VswitchPort, isUp: boolean): void {
  port.linkUp = isUp;
  if (port.isUplink) for (const { team } of profile.groups.values()) team.follow((uplink) => hasLink(profile, uplink));
  refresh(profile);
}

/** Only a distributed switch blocks single ports (VDS-5). */
export function setBlocked(profile: VmwareVss, port: VswitchPort, isBlocked: boolean): Outcome {
  if (profile.kind === 'vss') return refusal('InvalidArgument', 'blocked', port.name, 'kind vds');
  port.isBlocked = isBlocked;
  return null;
}

/** "Traffic Filtering and Marking" (VDS-4). */
export function setTrafficRules(profile: VmwareVss, change: TrafficRulesChange): Outcome {
  const refused = profile.trafficKit?.apply(profile, change);
  refresh(profile);
  return refused === undefined ? refusal('unmodelled', change.kind, '', '') : refused;
}

/** The guest programs an address into its adapter (VSS-2); whether it gets it is the policy's business (VSS-18). */
export function setGuestMac(profile: VmwareVss, port: VswitchPort, mac: MacAddress): Outcome {
  const [high, low] = macHalves(mac);
  if (isGroup(high) || isZero(high, low)) return refusal('EADDRNOTAVAIL', 'address', mac, '00:50:56:00:00:01');
  port.requested = mac;
  refresh(profile);
  return null;
}

export function setGuestPromiscuous(profile: VmwareVss, port: VswitchPort, isOn: boolean): void {
  port.wantsAll = isOn;
  refresh(profile);
}

/** The guest registers a multicast address with its adapter, or takes it back (VSS-12). */
export function setGuestMulticast(port: VswitchPort, mac: MacAddress, isJoined: boolean): Outcome {
  if (!isGroup(macHalves(mac)[0])) return refusal('EINVAL', 'address', mac, '01:00:5e:00:00:fb');
  const at = port.joined.indexOf(mac);
  if (isJoined && at < 0) port.joined.push(mac);
  if (!isJoined && at >= 0) port.joined.splice(at, 1);
  port.fillFilter();
  return null;
}

// --- What follows from settings

export function policyOf({ policy }: VmwareVss, { overrides }: PortGroup): Policy {
  return { ...policy, ...overrides };
}

const TEAMING_KEYS: readonly (keyof Policy)[] = ['teaming', 'active', 'standby', 'failback'];

function isTeaming(change: object): boolean {
  return TEAMING_KEYS.some((key) => key in change);
}

function checkUplinks(profile: VmwareVss, setting: string, { active, standby }: Partial<Policy>): Outcome {
  const names = profile.ports.flatMap((port) => (port?.isUplink === true ? [port.name] : []));
  const stranger = [...(active ?? []), ...(standby ?? [])].find((name) => !names.includes(name));
  return stranger === undefined ? null : refusal('NotFound', setting, stranger, names.join(', '));
}

function hasLink({ ports }: VmwareVss, uplink: number): boolean {
  return ports[uplink]!.linkUp;
}

function rebuildTeams(profile: VmwareVss): void {
  for (const group of profile.groups.values()) group.team = teamOf(profile, policyOf(profile, group));
}

function teamOf(profile: VmwareVss, policy: Policy): Team {
  const uplinks = profile.ports.filter((port): port is VswitchPort => port?.isUplink === true);
  const indices = (names: readonly string[]): number[] =>
    [...new Set(names)].flatMap((name) => uplinks.find((port) => port.name === name)?.index ?? []);
  const standby = indices(policy.standby);
  const active = policy.active === null ? uplinks.map(({ index }) => index) : indices(policy.active);
  const only = active.filter((index) => !standby.includes(index));
  return new Team(policy, only, standby, (uplink) => hasLink(profile, uplink));
}

/** Works out what ports, tables and shortcuts have to be. */
function refresh(profile: VmwareVss): void {
  const adapters = profile.ports.filter((port): port is VswitchPort => port?.isUplink === false);
  for (const port of adapters) refreshAdapter(profile, port);
  // An uplink carries what its port groups need.
  const vids = new Set(adapters.flatMap((port) => (port.isTrunk ? port.memberSet() : [port.vid, port.wireVid])));
  for (const port of profile.ports) {
    if (port?.isUplink !== true) continue;
    port.filter = port.ownFilter ?? profile.uplinkFilter;
    for (const vid of port.memberSet()) port.leave(vid);
    for (const vid of vids) port.join(vid, vid === 0, FORWARDING);
  }
  profile.hasObservers = adapters.some(({ promiscuous }) => promiscuous);
  profile.hasFlooders = adapters.some(({ floodsUnknown }) => floodsUnknown);
  profile.table.rebuild();
  profile.learning.recount();
}

function refreshAdapter(profile: VmwareVss, port: VswitchPort): void {
  const policy = policyOf(profile, port.group!);
  const isChanged = port.requested !== port.mac;
  // Without the policy's consent the effective address stays the initial one, and the port falls silent (VSS-18).
  const effective = policy.macChanges ? port.requested : port.mac;
  [port.effectiveHigh, port.effectiveLow] = macHalves(effective);
  port.isDeaf = isChanged && !policy.macChanges;
  port.acceptsForged = policy.forgedTransmits;
  port.promiscuous = policy.promiscuous && port.wantsAll;
  port.learns = policy.macLearning;
  port.floodsUnknown = policy.macLearning && policy.unicastFlooding;
  port.macLimit = policy.macLimit;
  port.dropsBeyondLimit = policy.dropsBeyondLimit;
  port.filter = port.ownFilter ?? port.group!.filter;
  refreshVlan(profile, port, port.group!.vlan);
}

function refreshVlan({ privateVlans }: VmwareVss, port: VswitchPort, vlan: GroupVlan): void {
  for (const vid of port.memberSet()) port.leave(vid);
  port.isTrunk = vlan.kind === 'trunk';
  port.role = NO_ROLE;
  port.vid = 0;
  port.wireVid = 0;
  port.pvid = 0;
  if (vlan.kind === 'trunk') {
    for (const [first, last] of vlan.ranges)
      for (let vid = first; vid <= last; vid++) port.join(vid, vid === 0, FORWARDING);
    return;
  }
  port.wireVid = vlan.kind === 'private' ? vlan.secondary : vlan.vid;
  port.role = vlan.kind === 'private' ? privateVlans.roleOf(vlan.secondary) : NO_ROLE;
  port.vid = vlan.kind === 'private' ? privateVlans.primaryOf(vlan.secondary) : vlan.vid;
  port.pvid = port.wireVid;
  port.join(port.vid, true, FORWARDING);
}
