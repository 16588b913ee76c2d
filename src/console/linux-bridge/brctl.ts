/**
 * `brctl` of bridge-utils 1.7.1, the tool that people knew before `ip` and `bridge`: `show` and `showmacs`; what it can set is
 * told as not modelled here.
 */
import { Complaint, Unmodelled, type Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import type { Ground } from './ground.ts';

/** Its commands, with how many words each wants. */
const COMMANDS: Readonly<Record<string, number>> = {
  addbr: 1,
  delbr: 1,
  addif: 2,
  delif: 2,
  hairpin: 3,
  setageing: 2,
  setbridgeprio: 2,
  setfd: 2,
  sethello: 2,
  setmaxage: 2,
  setpathcost: 3,
  setportprio: 3,
  show: 0,
  showmacs: 1,
  showstp: 1,
  stp: 2,
};

export function readBrctl(words: Arguments, ground: Ground): Command {
  if (!words.more) words.fail('Usage: brctl [commands]', 'incomplete', '', 'show');
  const command = words.take();
  if (command.text.startsWith('-')) throw new Unmodelled(command);
  if (!Object.hasOwn(COMMANDS, command.text)) {
    const names = Object.keys(COMMANDS).join(', ');
    const complaint = `never heard of command [${command.text}]`;
    throw new Complaint(complaint, command.place, 'unknown-command', command.text, names);
  }
  const rest = words.rest();
  if (rest.length < COMMANDS[command.text]!) {
    words.fail('Incorrect number of arguments for command', 'incomplete', command.text);
  }
  if (command.text === 'show') {
    for (const bridge of rest) ground.expect(bridge, 'bridge % does not exist!');
    return { request: { show: 'brctl show', bridges: rest.map(({ text }) => text) } };
  }
  if (command.text !== 'showmacs') throw new Unmodelled(command);
  ground.expect(rest[0]!, 'read of forward table failed: No such device');
  return { request: { show: 'brctl showmacs', bridge: rest[0]!.text } };
}
