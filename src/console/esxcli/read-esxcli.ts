/** Lines of esxcli → answers. */
import type { VmwareVssChange } from '../../switch/profiles/vmware-vss/change.ts';
import { VID_RESERVED } from '../../wire/dot1q.ts';
import type { Answer, Word } from '../console.ts';
import { Complaint, Unmodelled } from '../powershell/complaint.ts';
import { splitCommands, type Command as Line } from '../shell.ts';
import { FORMATTERS, type EsxcliRequest, type Formatter, type VmwareCommand } from './changes.ts';
import { COMMANDS, NAMESPACES, NETWORK_NAMESPACES, type CommandOf } from './commands.ts';
import type { Ground } from './ground.ts';
import { readOptions, type Given } from './options.ts';

export type EsxcliAnswer = Answer<VmwareCommand, EsxcliRequest>;

/** What stands beside esxcli in scripts. */
const OTHER_PROGRAMS =
  'cat echo esxcfg-nics esxcfg-route esxcfg-vmknic esxcfg-vswitch esxtop exit grep ls net-stats nsxcli ping pktcap-uw ' +
  'services.sh sleep ssh tcpdump-uw vim-cmd vmkping vsish';
const PROGRAMS: ReadonlySet<string> = new Set(['esxcli', ...OTHER_PROGRAMS.split(' ')]);

const MTU = { least: 1280, most: 9000 };

export function readEsxcli(text: string, ground: Ground): EsxcliAnswer[] {
  return splitCommands(text, PROGRAMS).map((line) => guarded(() => read(line, ground)));
}

/** An answer in the place of what was thrown. */
export function guarded(answer: () => EsxcliAnswer): EsxcliAnswer {
  try {
    return answer();
  } catch (error) {
    if (error instanceof Unmodelled) return { kind: 'unmodelled', place: error.word.place, what: error.word.text };
    if (!(error instanceof Complaint)) throw error;
    return { kind: 'wrong', place: error.place, complaint: error.message, mistake: error.mistake };
  }
}

function read({ words, end, shell, openQuote }: Line, ground: Ground): EsxcliAnswer {
  if (openQuote !== null) {
    // ESXi's shell is that of BusyBox.
    throw new Complaint(
      'sh: syntax error: unterminated quoted string',
      openQuote.place,
      'incomplete',
      '',
      openQuote.text,
    );
  }
  if (shell !== null) throw new Unmodelled(shell.text, shell.place);
  const [program, ...rest] = words;
  const name = program!.text.replace(/^\/bin\//, '');
  if (name !== 'esxcli') {
    if (PROGRAMS.has(name)) throw new Unmodelled(program!.text, program!.place);
    const complaint = `sh: ${program!.text}: not found`;
    throw new Complaint(complaint, program!.place, 'unknown-program', name, 'esxcli');
  }
  const { formatter, from } = readFormatter(rest);
  const { command, taken } = findCommand(program!, rest.slice(from));
  const given = readOptions(command, rest.slice(from + taken), end);
  const length = end.line === program!.place.line ? end.column - program!.place.column : 0;
  const place = { ...program!.place, length };
  const request = requestOf(command.path, given, formatter, ground);
  if (request !== null) return { kind: 'show', place, request, ignored: [] };
  const ignored = [...given.values()].filter(
    ({ option }) => option.long === 'ports' || option.long === 'failure-detection',
  );
  const changes = changesOf(command.path, given, ground);
  return {
    kind: 'change',
    place,
    changes,
    ignored: ignored.map(({ option, place: at }) => ({ text: `--${option.long}`, place: at })),
  };
}

/** Options before the namespace. */
function readFormatter(words: readonly Word[]): { formatter: Formatter; from: number } {
  let formatter: Formatter = 'text';
  let from = 0;
  while (words[from]?.text.startsWith('-') === true) {
    const word = words[from]!;
    const attached = /^--formatter=(.*)$/.exec(word.text)?.[1];
    if (attached === undefined && word.text !== '--formatter') throw new Unmodelled(word.text, word.place);
    const value = attached ?? words[++from]?.text ?? '';
    const known = FORMATTERS.find((each) => each === value);
    // xml, html, python, tree and more are real.
    if (known === undefined || known === 'text') throw new Unmodelled(value, word.place);
    formatter = known;
    from++;
  }
  return { formatter, from };
}

function findCommand(program: Word, words: readonly Word[]): { command: CommandOf; taken: number } {
  const dash = words.findIndex(({ text }) => text.startsWith('-'));
  const path = words.slice(0, dash < 0 ? words.length : dash);
  const names = path.map(({ text }) => text);
  const command = COMMANDS.find((each) => each.path === names.join(' '));
  if (command !== undefined) return { command, taken: path.length };
  const last = path.at(-1) ?? program;
  const isPrefix = names.length === 0 || COMMANDS.some((each) => each.path.startsWith(`${names.join(' ')} `));
  if (isPrefix) {
    const complaint = `Usage: esxcli ${[...names, '{cmd}'].join(' ')} [cmd options]`;
    throw new Complaint(complaint, last.place, 'usage', last.text, following(names));
  }
  const isReal = NAMESPACES.has(names[0]!) && (names[0] !== 'network' || NETWORK_NAMESPACES.has(names[1] ?? ''));
  const isStandard = names.slice(0, 3).join(' ') === 'network vswitch standard';
  // `network vswitch dvs …` is real.
  if (isReal && !isStandard) throw new Unmodelled(names.join(' '), path[0]!.place);
  const good = names.findIndex(
    (_, count) => !COMMANDS.some((each) => each.path.startsWith(`${names.slice(0, count + 1).join(' ')}`)),
  );
  const wrong = path[Math.max(0, good)]!;
  const complaint = `Error: Unknown command or namespace ${names.join(' ')}`;
  throw new Complaint(
    complaint,
    wrong.place,
    'unknown-command',
    wrong.text,
    following(names.slice(0, Math.max(0, good))),
  );
}

/** What may stand next. */
function following(names: readonly string[]): string {
  const start = names.length === 0 ? '' : `${names.join(' ')} `;
  const next = COMMANDS.filter(({ path }) => path.startsWith(start)).map(
    ({ path }) => path.slice(start.length).split(' ')[0]!,
  );
  return [...new Set(next)].join(', ');
}

type Options = ReadonlyMap<string, Given>;

function requestOf(path: string, given: Options, formatter: Formatter, ground: Ground): EsxcliRequest | null {
  const vswitch = given.get('vswitch-name');
  const group = given.get('portgroup-name');
  const words = path.split(' ');
  const verb = words.at(-1)!;
  if (verb !== 'list' && verb !== 'get') return null;
  if (vswitch !== undefined) ground.expectSwitch(vswitch.value, vswitch.place);
  if (group !== undefined) ground.expectGroup(group.value, group.place);
  if (verb === 'list') return { show: words.includes('portgroup') ? 'portgroup' : 'vswitch', formatter };
  const show = words.at(-2) as 'security' | 'failover' | 'shaping';
  return { show, group: group?.value ?? null, formatter };
}

function changesOf(path: string, given: Options, ground: Ground): VmwareCommand[] {
  const name = path.replace('network vswitch standard ', '');
  if (path.startsWith('system')) return advanced(given);
  if (name.includes('policy'))
    return policyChanges(name.startsWith('portgroup'), name.split(' ').at(-2)!, given, ground);
  const vswitch = given.get('vswitch-name');
  const group = given.get('portgroup-name');
  if (name === 'add') return addSwitch(vswitch!, ground);
  if (vswitch !== undefined) ground.expectSwitch(vswitch.value, vswitch.place);
  switch (name) {
    case 'set':
      return setSwitch(given);
    case 'uplink add': {
      const uplink = given.get('uplink-name')!;
      ground.addUplink(uplink.value);
      return [{ kind: 'uplink-add', port: uplink.value }];
    }
    case 'portgroup add':
      if (ground.hasGroup(group!.value)) throw new Complaint('', group!.place, 'duplicate', group!.value);
      ground.addGroup(group!.value);
      return [{ kind: 'port-group-add', group: group!.value }];
    case 'portgroup remove':
      ground.expectGroup(group!.value, group!.place);
      ground.removeGroup(group!.value);
      return [{ kind: 'port-group-remove', group: group!.value }];
    case 'portgroup set':
      return setGroup(group!, given.get('vlan-id'), ground);
    default:
      // Taking a switch or an uplink away.
      throw new Unmodelled(name, (given.get('uplink-name') ?? vswitch)!.place);
  }
}

function addSwitch({ value, place }: Given, ground: Ground): VmwareCommand[] {
  if (ground.hasSwitch(value)) throw new Complaint('', place, 'duplicate', value);
  ground.addSwitch(value);
  return [{ kind: 'create', name: value, switchKind: 'vss' }];
}

function setSwitch(given: Options): VmwareCommand[] {
  const cdp = given.get('cdp-status');
  if (cdp !== undefined && cdp.value !== 'listen') throw new Unmodelled(`--cdp-status=${cdp.value}`, cdp.place);
  const mtu = given.get('mtu');
  if (mtu === undefined) return [];
  return [{ kind: 'vswitch', option: 'mtu', value: within(mtu, MTU.least, MTU.most) }];
}

function setGroup({ value: group, place }: Given, vlan: Given | undefined, ground: Ground): VmwareCommand[] {
  ground.expectGroup(group, place);
  if (vlan === undefined) return [];
  return [{ kind: 'port-group', group, setting: 'vlan', value: within(vlan, 0, VID_RESERVED) }];
}

function within({ value, place }: Given, least: number, most: number): number {
  const number = Number(value);
  if (number >= least && number <= most) return number;
  throw new Complaint('', place, 'bad-value', value, `${least}〜${most}`);
}

function advanced(given: Options): VmwareCommand[] {
  const option = given.get('option')!;
  const name = option.value.replace(/^\//, '').replace('/', '.');
  const known = name === 'Net.BlockGuestBPDU' || name === 'Net.ReversePathFwdCheckPromisc';
  const value = given.get('int-value') ?? (given.has('default') ? { ...option, value: '0' } : undefined);
  if (!known || value === undefined) throw new Unmodelled(option.value, option.place);
  return [{ kind: 'vswitch', option: name, value: within(value, 0, 1) }];
}

// --- Policies

/** Options of esxcli, settings of the profile, and how values are called there. */
const SETTINGS: Readonly<
  Record<string, readonly (readonly [option: string, setting: string, off: string, on: string])[]>
> = {
  security: [
    ['allow-promiscuous', 'promiscuous', 'reject', 'accept'],
    ['allow-mac-change', 'mac-changes', 'reject', 'accept'],
    ['allow-forged-transmits', 'forged-transmits', 'reject', 'accept'],
  ],
  failover: [
    ['load-balancing', 'teaming', '', ''],
    ['active-uplinks', 'active', '', ''],
    ['standby-uplinks', 'standby', '', ''],
    ['failback', 'failback', 'no', 'yes'],
    ['notify-switches', 'notify-switches', 'no', 'yes'],
  ],
  shaping: [
    ['enabled', 'shaping', 'off', 'on'],
    ['avg-bandwidth', 'average-bandwidth', '', ''],
    ['peak-bandwidth', 'peak-bandwidth', '', ''],
    ['burst-size', 'burst-size', '', ''],
  ],
};
const MOST = 999_999_999;

function policyChanges(isGroup: boolean, policy: string, given: Options, ground: Ground): VmwareCommand[] {
  const target = given.get(isGroup ? 'portgroup-name' : 'vswitch-name')!;
  if (isGroup) ground.expectGroup(target.value, target.place);
  else ground.expectSwitch(target.value, target.place);
  const detection = given.get('failure-detection');
  if (detection?.value === 'beacon') throw new Unmodelled('--failure-detection=beacon', detection.place);
  const make = (setting: string, value: string | null): VmwareVssChange =>
    isGroup
      ? { kind: 'port-group', group: target.value, setting, value }
      : { kind: 'vswitch', option: setting, value: value! };
  const settings = SETTINGS[policy]!;
  const isReset = given.get('use-vswitch')?.value === 'true';
  const back = isReset ? settings.map(([, setting]) => make(setting, null)) : [];
  const changes = settings.flatMap(([option, setting, off, on]) => {
    const value = given.get(option);
    if (value === undefined) return [];
    if (value.option.type === 'bool') return [make(setting, value.value === 'true' ? on : off)];
    if (value.option.type === 'number') return [make(setting, String(within(value, 0, MOST)))];
    const names = value.value.split(/[\s,]+/).filter(Boolean);
    if (setting === 'active' || setting === 'standby') for (const name of names) ground.expectUplink(name, value.place);
    return [make(setting, value.value)];
  });
  return [...back, ...changes];
}
