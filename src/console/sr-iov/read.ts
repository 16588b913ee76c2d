/** Text of a person → one answer a command. */
import type { EmbeddedSwitch } from '../../switch/profiles/sr-iov/embedded-switch.ts';
import type { SrIovChange } from '../../switch/profiles/sr-iov/change.ts';
import type { Answer, Place, Word } from '../console.ts';
import { Arguments, Complaint, Unmodelled } from '../linux-bridge/arguments.ts';
import { splitCommands, type Command as Line } from '../shell.ts';
import { readBridge } from './bridge.ts';
import { Ground, type Command } from './command.ts';
import { readEthtool } from './ethtool.ts';
import { readIp } from './ip.ts';
import type { SrIovRequest } from './request.ts';
import { readSysfs } from './sysfs.ts';

export type SrIovAnswer = Answer<SrIovChange, SrIovRequest>;

const TOOLS: Readonly<Record<string, (words: Arguments, ground: Ground) => Command>> = {
  ip: readIp,
  bridge: readBridge,
  ethtool: readEthtool,
};
/** Programs that stand beside them in scripts. */
const OTHER_PROGRAMS =
  'cat devlink dmesg echo ethtool grep ifconfig ls lspci modprobe nmcli ping sleep sysctl systemctl tc tcpdump tee virsh';
const PROGRAMS: ReadonlySet<string> = new Set([...Object.keys(TOOLS), ...OTHER_PROGRAMS.split(' ')]);

/** `nic`: the card that the commands are for. */
export function readCommands(text: string, nic?: EmbeddedSwitch): SrIovAnswer[] {
  const ground = new Ground(nic);
  return splitCommands(text, PROGRAMS).map((line) => answer(line, ground));
}

function answer(line: Line, ground: Ground): SrIovAnswer {
  try {
    return read(line, ground);
  } catch (error) {
    if (error instanceof Unmodelled) return unmodelled(error.word);
    if (!(error instanceof Complaint)) throw error;
    return { kind: 'wrong', place: error.place, complaint: error.message, mistake: error.mistake };
  }
}

function unmodelled({ place, text }: Word): SrIovAnswer {
  return { kind: 'unmodelled', place, what: text };
}

function read(line: Line, ground: Ground): SrIovAnswer {
  const { words, end, shell, openQuote } = line;
  if (openQuote !== null) {
    const { text, place } = openQuote;
    const complaint = `-bash: unexpected EOF while looking for matching \`${text}'`;
    return { kind: 'wrong', place, complaint, mistake: { code: 'incomplete', found: '', expected: text } };
  }
  const [program, ...rest] = words;
  if (program === undefined) return unmodelled(shell!);
  const place = { ...program.place, length: Math.max(program.place.length, end.column - program.place.column) };
  const sysfs = readSysfs(line, ground);
  if (sysfs !== null) return accepted(sysfs, place, []);
  if (shell !== null) return unmodelled(shell);
  const tool = TOOLS[program.text.replace(/^(?:\/usr)?\/s?bin\//, '')];
  if (tool === undefined) return notATool(program);
  const taken = new Arguments(rest, end);
  const command = tool(taken, ground);
  return taken.unmodelled === null ? accepted(command, place, taken.ignored) : unmodelled(taken.unmodelled);
}

function notATool(program: Word): SrIovAnswer {
  if (PROGRAMS.has(program.text)) return unmodelled(program);
  const { text: found, place } = program;
  const mistake = { code: 'unknown-program', found, expected: 'ip, bridge, ethtool, echo' } as const;
  return { kind: 'wrong', place, complaint: `-bash: ${found}: command not found`, mistake };
}

function accepted(command: Command, place: Place, ignored: readonly Word[]): SrIovAnswer {
  if ('request' in command) return { kind: 'show', place, request: command.request, ignored };
  return { kind: 'change', place, changes: command.changes, ignored };
}
