/**
 * Text of a person → one answer a statement: the cmdlets of Hyper-V and the pipelines that the reference shows,
 * `Get-VMNetworkAdapter … | Set-VMNetworkAdapter…` and what ends in Format-Table, Format-List or ConvertTo-Json.
 */
import type { HyperV } from '../../switch/profiles/hyper-v/hyper-v.ts';
import { isGroup, macHalves, parseMac, type MacAddress } from '../../wire/mac-address.ts';
import { isMalformed } from '../../wire/malformed.ts';
import type { Answer, Place } from '../console.ts';
import { bind, type Argument, type Bound, type CmdletOf } from '../powershell/binder.ts';
import { Complaint, Unmodelled } from '../powershell/complaint.ts';
import { splitStatements, type PipelineCommand, type Statement } from '../powershell/lexer.ts';
import { readExtendedAcl, readPortAcls } from './acl.ts';
import type { HyperVCommand, HyperVForm, HyperVRequest } from './changes.ts';
import { CMDLETS, OTHER_CMDLETS } from './cmdlets.ts';
import { Ground } from './targets.ts';
import { readIsolation, readVlan } from './vlan.ts';

export type HyperVAnswer = Answer<HyperVCommand, HyperVRequest>;

const FORMATS: Readonly<Record<string, HyperVForm>> = {
  'format-table': 'table',
  ft: 'table',
  'format-list': 'list',
  fl: 'list',
  'convertto-json': 'json',
};
const OBJECTS: Readonly<Record<string, string>> = { 'get-vmnetworkadapter': 'VMNetworkAdapter', 'get-vm': 'VM' };

export function readHyperV(text: string, hyperV?: HyperV): HyperVAnswer[] {
  const ground = new Ground(hyperV);
  return splitStatements(text).map((statement) => answer(statement, ground));
}

function answer(statement: Statement, ground: Ground): HyperVAnswer {
  try {
    return read(statement, ground);
  } catch (error) {
    if (error instanceof Unmodelled) return { kind: 'unmodelled', place: error.word.place, what: error.word.text };
    if (!(error instanceof Complaint)) throw error;
    return { kind: 'wrong', place: error.place, complaint: error.message, mistake: error.mistake };
  }
}

function read({ commands, foreign, openQuote, variable, place }: Statement, ground: Ground): HyperVAnswer {
  if (openQuote !== null) {
    const complaint = `The string is missing the terminator: ${openQuote.text}.`;
    throw new Complaint(complaint, openQuote.place, 'incomplete', '', openQuote.text);
  }
  if (foreign !== null) throw new Unmodelled(foreign.text, foreign.place);
  const known = commands.map((command) => [command, find(command)] as const);
  // Whatever is kept in a variable is read again by commands that this reader does not follow.
  if (variable !== '') throw new Unmodelled(`$${variable}`, place);
  const [first, ...rest] = known;
  if (first === undefined) throw new Unmodelled('', place);
  const [command, cmdlet] = first;
  if (cmdlet === null) throw new Unmodelled(command.name.text, command.name.place);
  const last = known.at(-1)![0];
  const form = FORMATS[last.name.text.toLowerCase()];
  if (cmdlet.name.startsWith('Get-')) {
    const bound = bind(cmdlet, command);
    if (bound.unmodelled !== null) throw new Unmodelled(bound.unmodelled.text, bound.unmodelled.place);
    return rest.length === 0 || (rest.length === 1 && form !== undefined)
      ? show(cmdlet.name, bound, ground, form ?? 'table', place)
      : pipe(known, bound, ground, place);
  }
  const next = rest[0]?.[0].name;
  if (next !== undefined) throw new Unmodelled(next.text, next.place);
  return change(cmdlet, command, ground, [], '', place);
}

function find({ name }: PipelineCommand): CmdletOf | null {
  const lower = name.text.toLowerCase().replace(/^hyper-v\\/, '');
  const cmdlet = CMDLETS.find((each) => each.name.toLowerCase() === lower);
  if (cmdlet !== undefined) return cmdlet;
  if (Object.hasOwn(FORMATS, lower) || OTHER_CMDLETS.has(lower)) return null;
  const isFilter = [
    'select',
    'select-object',
    'where',
    'where-object',
    '?',
    '%',
    'foreach-object',
    'sort',
    'sort-object',
  ];
  if (isFilter.includes(lower)) return null;
  const complaint =
    `${name.text} : The term '${name.text}' is not recognized as the name of a cmdlet, function, script file, or operable ` +
    'program. Check the spelling of the name, or if a path was included, verify that the path is correct and try again.';
  throw new Complaint(complaint, name.place, 'unknown-program', name.text, CMDLETS.map((each) => each.name).join(', '));
}

/** `Get-VMSwitch | Get-VMNetworkAdapter -VMName A | fl *` shows the adapters; objects of adapters go into the next cmdlet. */
function pipe(
  known: readonly (readonly [PipelineCommand, CmdletOf | null])[],
  bound: Bound,
  ground: Ground,
  place: Place,
): HyperVAnswer {
  const [source, cmdlet] = known[0]!;
  const [next, following] = known[1]!;
  if (following === null) throw new Unmodelled(next.name.text, next.name.place);
  const parameter = OBJECTS[cmdlet!.name.toLowerCase()];
  const isVmSwitch = cmdlet!.name === 'Get-VMSwitch' && following.name === 'Get-VMNetworkAdapter';
  if (parameter === undefined && !isVmSwitch) {
    const complaint =
      `${following.name} : The input object cannot be bound to any parameters for the command either because the command ` +
      'does not take pipeline input or the input and its properties do not match any of the parameters that take pipeline input.';
    throw new Complaint(complaint, source.name.place, 'conflict', source.name.text, 'Get-VMNetworkAdapter');
  }
  const piped = isVmSwitch ? [] : objects(cmdlet!.name, bound, ground);
  const form = FORMATS[known.at(-1)![0].name.text.toLowerCase()];
  const tooMany = known[form === undefined ? 2 : 3]?.[0].name;
  if (tooMany !== undefined) throw new Unmodelled(tooMany.text, tooMany.place);
  if (!following.name.startsWith('Get-')) {
    if (known[2] !== undefined) throw new Unmodelled(known[2][0].name.text, known[2][0].name.place);
    return change(following, next, ground, piped, parameter ?? '', place);
  }
  const shown = bind(following, next, parameter ?? '');
  if (shown.unmodelled !== null) throw new Unmodelled(shown.unmodelled.text, shown.unmodelled.place);
  return show(following.name, shown, ground, form ?? 'table', place, piped);
}

function objects(cmdlet: string, bound: Bound, ground: Ground): readonly string[] {
  if (cmdlet !== 'Get-VM') return ground.targets(cmdlet, bound, []);
  const names = bound.arguments.get('Name');
  const renamed = new Map(names === undefined ? [] : [['VMName', names]]);
  return ground.targets(cmdlet, { ...bound, arguments: renamed, set: 'VMName' }, []);
}

// --- What is asked to be seen

function show(
  cmdlet: string,
  bound: Bound,
  ground: Ground,
  form: HyperVForm,
  place: Place,
  piped: readonly string[] = [],
): HyperVAnswer {
  const { arguments: given, ignored } = bound;
  const isAll = ['VMName', 'ManagementOS', 'VMNetworkAdapter', 'VM'].every((name) => !given.has(name));
  const ports = isAll || cmdlet === 'Get-VMSwitch' ? null : ground.targets(cmdlet, bound, piped);
  switch (cmdlet) {
    case 'Get-VMSwitch':
      return { kind: 'show', place, request: { show: 'switch', form }, ignored };
    case 'Get-VMNetworkAdapter':
      return { kind: 'show', place, request: { show: 'adapter', ports, form }, ignored };
    case 'Get-VMNetworkAdapterVlan':
      return { kind: 'show', place, request: { show: 'vlan', ports, form }, ignored };
    default:
      // Get-VM, and ACLs, which are not kept by the switch yet.
      throw new Unmodelled(cmdlet, place);
  }
}

// --- Changes

function change(
  cmdlet: CmdletOf,
  command: PipelineCommand,
  ground: Ground,
  piped: readonly string[],
  parameter: string,
  place: Place,
): HyperVAnswer {
  const bound = bind(cmdlet, command, parameter);
  const changes = cmdlet.name === 'New-VMSwitch' ? create(bound, ground) : changesOf(cmdlet.name, bound, ground, piped);
  if (bound.unmodelled !== null) throw new Unmodelled(bound.unmodelled.text, bound.unmodelled.place);
  return { kind: 'change', place, changes, ignored: bound.ignored };
}

function create({ arguments: given, set }: Bound, ground: Ground): HyperVCommand[] {
  const name = given.get('Name')!.items[0]!;
  const described = given.get('NetAdapterInterfaceDescription');
  const uplinks = (given.get('NetAdapterName') ?? described)?.items ?? [];
  const isExternal = set !== 'SwitchType';
  const switchType = isExternal
    ? 'External'
    : given.get('SwitchType')!.items[0] === 'Internal'
      ? 'Internal'
      : 'Private';
  // The management OS shares an external switch unless it is told otherwise.
  const allowManagementOs = isExternal
    ? given.get('AllowManagementOS')?.items[0] !== 'false'
    : switchType === 'Internal';
  if (allowManagementOs) ground.addManagementOs(name);
  return [{ kind: 'create', name, switchType, uplinks, allowManagementOs }];
}

function changesOf(cmdlet: string, bound: Bound, ground: Ground, piped: readonly string[]): HyperVCommand[] {
  if (cmdlet === 'Add-VMNetworkAdapter') return addAdapter(bound, ground);
  const ports = ground.targets(cmdlet, bound, piped);
  const each = (make: (port: string) => HyperVCommand[]): HyperVCommand[] => ports.flatMap(make);
  switch (cmdlet) {
    case 'Set-VMNetworkAdapterVlan': {
      const vlan = readVlan(bound);
      return each((port) => [{ kind: 'adapter-vlan', port, vlan }]);
    }
    case 'Set-VMNetworkAdapterIsolation': {
      const isolation = readIsolation(bound);
      return each((port) => [{ kind: 'adapter-isolation', port, isolation }]);
    }
    case 'Connect-VMNetworkAdapter':
    case 'Disconnect-VMNetworkAdapter':
      return each((port) => [{ kind: 'link', port, up: cmdlet.startsWith('Connect') }]);
    case 'Add-VMNetworkAdapterAcl':
    case 'Remove-VMNetworkAdapterAcl': {
      const acls = readPortAcls(bound);
      const kind = cmdlet.startsWith('Add') ? 'port-acl-add' : 'port-acl-remove';
      return each((port) => acls.map((acl) => ({ kind, port, acl })));
    }
    case 'Add-VMNetworkAdapterExtendedAcl': {
      const acl = readExtendedAcl(bound);
      return each((port) => [{ kind: 'port-extended-acl-add', port, acl }]);
    }
    case 'Remove-VMNetworkAdapterExtendedAcl': {
      const direction = bound.arguments.get('Direction')!.items[0] as 'Inbound' | 'Outbound';
      const weight = Number(bound.arguments.get('Weight')!.items[0]);
      return each((port) => [{ kind: 'port-extended-acl-remove', port, weight, direction }]);
    }
    default: {
      const settings = readSettings(bound);
      return each((port) => settings.map(([setting, value]) => ({ kind: 'adapter', port, setting, value })));
    }
  }
}

const SETTINGS =
  'StaticMacAddress MacAddressSpoofing DhcpGuard RouterGuard PortMirroring IeeePriorityTag StormLimit MaximumBandwidth MinimumBandwidthAbsolute MinimumBandwidthWeight AllowTeaming IovWeight VmqWeight VirtualSubnetId'.split(
    ' ',
  );
/** Switched off they make no difference; in any other value they are beyond this switch. */
const ONLY_OFF = new Set(SETTINGS.slice(SETTINGS.indexOf('MaximumBandwidth')));
const STORM_LIMIT_MAX = 999_999_999;

function readSettings({ arguments: given, end, unmodelled }: Bound): [string, string][] {
  const settings: [string, string][] = [];
  for (const setting of SETTINGS) {
    const argument = given.get(setting);
    if (argument === undefined) continue;
    const [value = ''] = argument.items;
    if (ONLY_OFF.has(setting) && value !== 'Off' && value !== '0') throw new Unmodelled(`-${setting}`, argument.place);
    if (setting === 'StormLimit' && (Number(value) < 0 || Number(value) > STORM_LIMIT_MAX)) {
      throw new Complaint('', argument.place, 'bad-value', value, `0〜${STORM_LIMIT_MAX}`);
    }
    settings.push([setting, setting === 'StaticMacAddress' ? macOf(argument) : value]);
  }
  if (settings.length === 0 && unmodelled === null) {
    throw new Complaint('', end, 'missing', '', SETTINGS.map((setting) => `-${setting}`).join(', '));
  }
  return settings;
}

/** With hyphens, colons or nothing between the octets; what the cmdlet says of others is not known. */
function macOf({ items: [text = ''], place }: Argument): MacAddress {
  const plain = /^[0-9a-f]{12}$/i.test(text) ? text.match(/../g)!.join('-') : text;
  const mac = parseMac(plain);
  if (!isMalformed(mac) && !isGroup(macHalves(mac)[0])) return mac;
  throw new Complaint('', place, 'bad-value', text, '00-15-5D-00-53-0A');
}

function addAdapter({ arguments: given, set, end }: Bound, ground: Ground): HyperVCommand[] {
  const address = given.get('StaticMacAddress');
  const mac = address === undefined ? null : macOf(address);
  const name = given.get('Name')?.items[0];
  if (set === 'ManagementOS' && name === undefined) throw new Complaint('', end, 'missing', '', '-Name');
  const object = given.get('VMNetworkAdapter') ?? given.get('VM');
  if (object !== undefined) throw new Unmodelled(object.items[0]!, object.place);
  const ports = set === 'ManagementOS' || name !== undefined ? [name!] : given.get('VMName')!.items;
  for (const port of ports) {
    if (set === 'ManagementOS') ground.addManagementOs(port);
    else ground.add(port);
  }
  return ports.map((port) => ({ kind: 'adapter-add', port, mac }));
}
