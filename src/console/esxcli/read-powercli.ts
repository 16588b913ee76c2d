/**
 * Statements of PowerCLI → answers. What runs through a pipeline is followed as far as it says what a change is for: the switch
 * as a whole, or port groups.
 */
import { TEAMINGS } from '../../switch/profiles/vmware-vss/policy.ts';
import { bind, type Argument, type Bound } from '../powershell/binder.ts';
import { Complaint, Unmodelled } from '../powershell/complaint.ts';
import { splitStatements, type PipelineCommand, type Statement } from '../powershell/lexer.ts';
import type { VmwareCommand } from './changes.ts';
import type { Ground } from './ground.ts';
import { CMDLETS, PIPED } from './powercli.ts';
import { guarded, type EsxcliAnswer } from './read-esxcli.ts';

/** What a pipeline carries. */
interface Flow {
  readonly of: 'host' | 'switch' | 'groups';
  readonly groups: readonly string[];
}

type Given = ReadonlyMap<string, Argument>;

export function readPowerCli(text: string, ground: Ground): EsxcliAnswer[] {
  return splitStatements(text).map((statement) => guarded(() => read(statement, ground)));
}

function read({ commands, foreign, openQuote, place }: Statement, ground: Ground): EsxcliAnswer {
  if (openQuote !== null) {
    const complaint = `The string is missing the terminator: ${openQuote.text}.`;
    throw new Complaint(complaint, openQuote.place, 'incomplete', '', openQuote.text);
  }
  if (foreign !== null) throw new Unmodelled(foreign.text, foreign.place);
  let flow: Flow | null = null;
  const changes: VmwareCommand[] = [];
  const ignored: Bound['ignored'][number][] = [];
  for (const command of commands) {
    if (flow === null && command !== commands[0]) throw new Unmodelled(command.name.text, command.name.place);
    const { cmdlet, bound } = bindOne(command, flow);
    // Names are found before what is not modelled is told.
    const step: Step = run(cmdlet, bound, flow, ground);
    if (bound.unmodelled !== null) throw new Unmodelled(bound.unmodelled.text, bound.unmodelled.place);
    changes.push(...step.changes);
    ignored.push(...bound.ignored);
    flow = step.flow;
  }
  // What only asks shows tables that are not modelled.
  const last = commands.at(-1)?.name;
  if (last === undefined || last.text.toLowerCase().startsWith('get-'))
    throw new Unmodelled(last?.text ?? '', last?.place ?? place);
  return { kind: 'change', place, changes, ignored };
}

function bindOne(command: PipelineCommand, flow: Flow | null): { cmdlet: string; bound: Bound } {
  const { name } = command;
  const lower = name.text.toLowerCase();
  const cmdlet = CMDLETS.find((each) => each.name.toLowerCase() === lower);
  if (cmdlet === undefined) {
    // PowerCLI has hundreds more; which a system knows cannot be told from here.
    throw new Unmodelled(name.text, name.place);
  }
  return { cmdlet: cmdlet.name, bound: bind(cmdlet, command, flow === null ? '' : (PIPED[cmdlet.name] ?? '')) };
}

interface Step {
  readonly changes: readonly VmwareCommand[];
  readonly flow: Flow | null;
}

const SWITCH: Flow = { of: 'switch', groups: [] };

function run(cmdlet: string, bound: Bound, flow: Flow | null, ground: Ground): Step {
  const given = bound.arguments;
  const done = (changes: readonly VmwareCommand[], next: Flow | null = null): Step => ({ changes, flow: next });
  const text = (name: string): string | undefined => given.get(name)?.items[0];
  switch (cmdlet) {
    case 'New-VirtualSwitch':
    case 'New-VDSwitch': {
      const name = text('Name')!;
      if (ground.hasSwitch(name)) throw new Complaint('', given.get('Name')!.place, 'duplicate', name);
      ground.addSwitch(name);
      const switchKind = cmdlet === 'New-VDSwitch' ? 'vds' : 'vss';
      return done(
        [{ kind: 'create', name, switchKind }, ...mtuOf(given), ...uplinksOf(given.get('Nic'), ground)],
        SWITCH,
      );
    }
    case 'Set-VirtualSwitch':
      if (given.has('Nic')) throw new Unmodelled('-Nic', given.get('Nic')!.place);
      return done(mtuOf(given), SWITCH);
    case 'Set-VDSwitch':
      return done(mtuOf(given), SWITCH);
    case 'Add-VDSwitchPhysicalNetworkAdapter': {
      const nics = given.get('VMHostPhysicalNic')!;
      const named = [...nics.items.join(' ').matchAll(/-Name\s+["']?([\w.-]+)/gi)].map(([, name]) => name!);
      const names = nics.isOpaque ? named : nics.items;
      if (names.length === 0) throw new Unmodelled(nics.items[0] ?? '', nics.place);
      return done(uplinksOf({ ...nics, items: names }, ground));
    }
    case 'New-VDSwitchPrivateVlan':
      return done(privateVlan(given, ground));
    case 'New-VirtualPortGroup':
    case 'New-VDPortgroup': {
      const name = text('Name')!;
      if (ground.hasGroup(name)) throw new Complaint('', given.get('Name')!.place, 'duplicate', name);
      expectSwitch(given.get('VirtualSwitch') ?? given.get('VDSwitch'), ground);
      const vlan = vlanOf(cmdlet === 'New-VirtualPortGroup' ? 4095 : 4094, given, [name]);
      ground.addGroup(name);
      return done([{ kind: 'port-group-add', group: name }, ...vlan], { of: 'groups', groups: [name] });
    }
    case 'Get-VMHost':
      return done([], { of: 'host', groups: [] });
    case 'Get-VirtualSwitch':
    case 'Get-VDSwitch': {
      const names = given.get('Name');
      for (const name of names?.items ?? []) if (!/[*?]/.test(name)) ground.expectSwitch(name, names!.place);
      return done([], SWITCH);
    }
    case 'Get-VirtualPortGroup':
    case 'Get-VDPortgroup':
      return done([], { of: 'groups', groups: groupsOf(given.get('Name'), bound, ground) });
    case 'Get-SecurityPolicy':
    case 'Get-VDSecurityPolicy':
    case 'Get-VDUplinkTeamingPolicy':
      return done([], target(bound, flow, ground));
    case 'Get-VDTrafficShapingPolicy':
      // What guests send comes into the switch.
      if (text('Direction') !== 'In') throw new Unmodelled('-Direction Out', given.get('Direction')!.place);
      return done([], target(bound, flow, ground));
    case 'Set-MacLearn':
      return done(macLearn(given, ground));
    default:
      return done(onTarget(cmdlet, bound, target(bound, flow, ground), ground), flow);
  }
}

function expectSwitch(argument: Argument | undefined, ground: Ground): void {
  if (argument === undefined || argument.isOpaque) return;
  for (const name of argument.items) ground.expectSwitch(name, argument.place);
}

function groupsOf(names: Argument | undefined, { end }: Bound, ground: Ground): readonly string[] {
  if (names === undefined || names.items.includes('*')) {
    // Without a switch at hand, all port groups are those that earlier lines have made.
    if (ground.groups.length === 0) throw new Unmodelled('Get-VirtualPortGroup', names?.place ?? end);
    return ground.groups;
  }
  for (const name of names.items) {
    if (/[*?]/.test(name)) throw new Unmodelled(name, names.place);
    ground.expectGroup(name, names.place);
  }
  return names.items;
}

/** What a policy is of: the pipeline, or a name in its place. */
function target({ arguments: given, end }: Bound, flow: Flow | null, ground: Ground): Flow {
  if (flow !== null && flow.of !== 'host') return flow;
  for (const name of [
    'VirtualPortGroup',
    'VDPortgroup',
    'VirtualSwitch',
    'VDSwitch',
    'Policy',
    'VirtualSwitchPolicy',
  ]) {
    const argument = given.get(name);
    if (argument === undefined) continue;
    if (argument.isOpaque || name.endsWith('olicy')) throw new Unmodelled(argument.items[0]!, argument.place);
    if (name.endsWith('Switch')) return SWITCH;
    for (const group of argument.items) ground.expectGroup(group, argument.place);
    return { of: 'groups', groups: argument.items };
  }
  throw new Unmodelled('', end);
}

// --- Changes

function onTarget(cmdlet: string, { arguments: given }: Bound, flow: Flow, ground: Ground): VmwareCommand[] {
  switch (cmdlet) {
    case 'Set-VirtualPortGroup':
      return vlanOf(4095, given, flow.groups);
    case 'Set-VDVlanConfiguration':
      return vlanOf(4094, given, flow.groups);
    case 'Remove-VirtualPortGroup':
    case 'Remove-VDPortgroup':
      for (const group of flow.groups) ground.removeGroup(group);
      return flow.groups.map((group) => ({ kind: 'port-group-remove', group }));
    default:
      return settingsOf(cmdlet, given).flatMap(([setting, value]) => change(flow, setting, value));
  }
}

function change({ of, groups }: Flow, setting: string, value: string | number | null): VmwareCommand[] {
  if (of === 'groups') return groups.map((group) => ({ kind: 'port-group', group, setting, value }));
  return value === null ? [] : [{ kind: 'vswitch', option: setting, value }];
}

function mtuOf(given: Given): VmwareCommand[] {
  const mtu = given.get('Mtu');
  return mtu === undefined ? [] : [{ kind: 'vswitch', option: 'mtu', value: within(mtu, 1280, 9000) }];
}

function uplinksOf(names: Argument | undefined, ground: Ground): VmwareCommand[] {
  return (names?.items ?? []).map((port) => {
    ground.addUplink(port);
    return { kind: 'uplink-add', port };
  });
}

function within({ items: [text = ''], place }: Argument, least: number, most: number): number {
  const number = Number(text);
  if (number >= least && number <= most) return number;
  throw new Complaint('', place, 'bad-value', text, `${least}〜${most}`);
}

function vlanOf(most: number, given: Given, groups: readonly string[]): VmwareCommand[] {
  const all = (setting: string, value: string | number): VmwareCommand[] =>
    groups.map((group) => ({ kind: 'port-group', group, setting, value }));
  const vlan = given.get('VLanId') ?? given.get('VlanId');
  if (vlan !== undefined) return all('vlan', within(vlan, most === 4095 ? 0 : 1, most));
  const trunk = given.get('VlanTrunkRange');
  if (trunk !== undefined) {
    const parts = trunk.items[0]!.split(',').map((part) => /^\s*(\d{1,4})(?:-(\d{1,4}))?\s*$/.exec(part));
    const isGood = parts.every(
      (part) => part !== null && Number(part[2] ?? part[1]) <= 4094 && Number(part[1]) <= Number(part[2] ?? part[1]),
    );
    if (!isGood) throw new Complaint('', trunk.place, 'bad-value', trunk.items[0], '0-4094');
    return all('trunk', trunk.items[0]!);
  }
  const secondary = given.get('PrivateVlanId');
  if (secondary !== undefined) return all('private-vlan', within(secondary, 1, 4094));
  return given.get('DisableVlan')?.items[0] === 'true' ? all('vlan', 0) : [];
}

function privateVlan(given: Given, ground: Ground): VmwareCommand[] {
  const primary = within(given.get('PrimaryVlanId')!, 1, 4094);
  const secondary = within(given.get('SecondaryVlanId')!, 1, 4094);
  const type = given.get('PrivateVlanType')!;
  if ((type.items[0] === 'Promiscuous') !== (primary === secondary)) {
    throw new Complaint('', type.place, 'conflict', type.items[0], `${primary}`);
  }
  ground.privateVlans.push(`${primary}:${secondary} ${type.items[0]!.toLowerCase()}`);
  return [{ kind: 'vswitch', option: 'private-vlans', value: ground.privateVlans.join(', ') }];
}

const BALANCING: Readonly<Record<string, (typeof TEAMINGS)[number]>> = {
  LoadBalanceSrcId: 'portid',
  LoadBalanceSrcMac: 'mac',
  LoadBalanceIP: 'iphash',
  ExplicitFailover: 'explicit',
};
const SECURITY = { AllowPromiscuous: 'promiscuous', ForgedTransmits: 'forged-transmits', MacChanges: 'mac-changes' };
/** Bits and bytes of PowerCLI in the Kbit and KB of a policy. */
const [KILOBIT, KILOBYTE] = [1000, 1024];

function settingsOf(cmdlet: string, given: Given): [string, string | number | null][] {
  const settings: [string, string | number | null][] = [];
  const choose = (name: string, setting: string, off: string, on: string): void => {
    const value = given.get(name)?.items[0];
    if (value !== undefined) settings.push([setting, value === 'true' ? on : off]);
  };
  for (const [name, setting] of Object.entries(SECURITY)) {
    if (given.get(`${name}Inherited`)?.items[0] === 'true') settings.push([setting, null]);
    choose(name, setting, 'reject', 'accept');
  }
  if (cmdlet === 'Set-VDUplinkTeamingPolicy') {
    const balancing = given.get('LoadBalancingPolicy');
    const teaming = BALANCING[balancing?.items[0] ?? ''];
    // By load is a mode of distributed switches only.
    if (balancing !== undefined && teaming === undefined) throw new Unmodelled(balancing.items[0]!, balancing.place);
    if (teaming !== undefined) settings.push(['teaming', teaming]);
    const [active, standby] = [given.get('ActiveUplinkPort'), given.get('StandbyUplinkPort')];
    if (active !== undefined) settings.push(['active', active.items.join(',')]);
    if (standby !== undefined) settings.push(['standby', standby.items.join(',')]);
    choose('EnableFailback', 'failback', 'no', 'yes');
    choose('NotifySwitches', 'notify-switches', 'no', 'yes');
  }
  if (cmdlet === 'Set-VDTrafficShapingPolicy') {
    choose('Enabled', 'shaping', 'off', 'on');
    const sizes = [
      ['AverageBandwidth', 'average-bandwidth', KILOBIT],
      ['PeakBandwidth', 'peak-bandwidth', KILOBIT],
      ['BurstSize', 'burst-size', KILOBYTE],
    ] as const;
    for (const [name, setting, unit] of sizes) {
      const value = given.get(name);
      if (value !== undefined) settings.push([setting, Math.floor(within(value, 0, 999_999_999 * unit) / unit)]);
    }
  }
  return settings;
}

function macLearn(given: Given, ground: Ground): VmwareCommand[] {
  const names = given.get('DVPortgroupName')!;
  for (const name of names.items) ground.expectGroup(name, names.place);
  const isOn = (name: string): boolean => given.get(name)?.items[0] === 'true';
  const policy = given.get('LimitPolicy');
  const limit = given.get('Limit');
  const limitPolicy = policy?.items[0]!.toLowerCase() ?? 'drop';
  if (limitPolicy !== 'drop' && limitPolicy !== 'allow') {
    throw new Complaint('', policy!.place, 'bad-value', policy!.items[0], 'DROP, ALLOW');
  }
  const settings: [string, string | number][] = [
    ['mac-learning', isOn('EnableMacLearn') ? 'on' : 'off'],
    ['unicast-flooding', given.get('AllowUnicastFlooding')?.items[0] === 'false' ? 'off' : 'on'],
    ['mac-limit', limit === undefined ? 4096 : within(limit, 0, 4096)],
    ['mac-limit-policy', limitPolicy],
    ['promiscuous', isOn('EnablePromiscuous') ? 'accept' : 'reject'],
    ['forged-transmits', isOn('EnableForgedTransmit') ? 'accept' : 'reject'],
    ['mac-changes', isOn('EnableMacChange') ? 'accept' : 'reject'],
  ];
  return names.items.flatMap((group) =>
    settings.map(([setting, value]) => ({ kind: 'port-group', group, setting, value })),
  );
}
