/** Text of a person → one answer a command. */
import type { LinuxBridge } from '../../switch/profiles/linux-bridge/linux-bridge.ts';
import type { LinuxBridgeChange } from '../../switch/profiles/linux-bridge/change.ts';
import type { Answer, Word } from '../console.ts';
import { splitCommands, type Command as Line } from '../shell.ts';
import { Arguments, Complaint, Unmodelled } from './arguments.ts';
import { readBrctl } from './brctl.ts';
import { readBridge } from './bridge.ts';
import type { Command } from './command.ts';
import { Ground } from './ground.ts';
import { readIp } from './ip.ts';
import { readNft } from './nft.ts';
import type { LinuxRequest } from './request.ts';

export type LinuxAnswer = Answer<LinuxBridgeChange, LinuxRequest>;

const TOOLS: Readonly<Record<string, (words: Arguments, ground: Ground) => Command>> = {
  ip: readIp,
  bridge: readBridge,
  brctl: readBrctl,
  nft: readNft,
};

/** Programs that stand in scripts beside them. */
const OTHER_PROGRAMS = (
  'arping arptables cat cd conntrack dhclient dmesg dnsmasq ebtables echo ethtool exit export grep hostname ifconfig ifdown ' +
  'ifup ip6tables iptables kvm less ls lsmod man modprobe more mount nmcli networkctl ovs-appctl ovs-ofctl ovs-vsctl ping ps ' +
  'qemu-system-x86_64 route set sh bash sleep ss sysctl systemctl tail tc tcpdump tee test touch true tshark udevadm unshare ' +
  'vconfig virsh watch which'
).split(' ');

const PROGRAMS: ReadonlySet<string> = new Set([...Object.keys(TOOLS), ...OTHER_PROGRAMS]);

export function readCommands(text: string, bridge?: LinuxBridge): LinuxAnswer[] {
  return readOn(new Ground(bridge), text);
}

/** On a ground that earlier commands have made. */
export function readOn(ground: Ground, text: string): LinuxAnswer[] {
  return splitCommands(text, PROGRAMS).map((line) => answer(line, ground));
}

function answer(line: Line, ground: Ground): LinuxAnswer {
  try {
    return read(line, ground);
  } catch (error) {
    if (error instanceof Unmodelled) return unmodelled(error.word);
    if (!(error instanceof Complaint)) throw error;
    return { kind: 'wrong', place: error.place, complaint: error.message, mistake: error.mistake };
  }
}

function unmodelled({ place, text }: Word): LinuxAnswer {
  return { kind: 'unmodelled', place, what: text };
}

function read({ words, end, shell, openQuote }: Line, ground: Ground): LinuxAnswer {
  if (openQuote !== null) {
    const { text, place } = openQuote;
    const complaint = `bash: unexpected EOF while looking for matching \`${text}'`;
    throw new Complaint(complaint, place, 'incomplete', '', text);
  }
  if (shell !== null) return unmodelled(shell);
  const program = words[0]!;
  const name = program.text.replace(/^\/(?:usr\/)?s?bin\//, '');
  if (!Object.hasOwn(TOOLS, name)) {
    if (PROGRAMS.has(name)) return unmodelled(program);
    const expected = Object.keys(TOOLS).join(', ');
    throw new Complaint(`bash: ${program.text}: command not found`, program.place, 'unknown-program', name, expected);
  }
  const taken = new Arguments(words.slice(1), end);
  const command = TOOLS[name]!(taken, ground);
  if (taken.unmodelled !== null) return unmodelled(taken.unmodelled);
  const place = { ...program.place, length: end.line === program.place.line ? end.column - program.place.column : 0 };
  const { ignored } = taken;
  return 'request' in command
    ? { kind: 'show', place, request: command.request, ignored }
    : { kind: 'change', place, changes: command.changes, ignored };
}
