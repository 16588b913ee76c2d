/**
 * `bridge link`.
 *
 * Read first: iproute2 6.1 bridge/link.c. What surprises: keywords are to be written out, only on and off may be cut short;
 * numbers are read with atoi, so that a word is 0; a word that it does not know prints how it is used. It has no `mab` yet
 * (6.2 has).
 */
import { STATE_NAMES } from '../../switch/profiles/linux-bridge/bridge-port.ts';
import { isModelled, type LinuxBridgeChange } from '../../switch/profiles/linux-bridge/change.ts';
import type { Word } from '../console.ts';
import { Complaint, duplicate, leadingInteger, matches, onOff, usage, type Arguments } from './arguments.ts';
import { stateNumber } from './bridge-vlan.ts';
import type { Command } from './command.ts';
import type { Ground } from './ground.ts';
import type { Form } from './request.ts';

const USAGE = 'Usage: bridge link set dev DEV [ cost COST ] [ priority PRIO ] [ state STATE ]';

const SWITCHES: ReadonlySet<string> = new Set(
  (
    'guard hairpin fastleave root_block learning learning_sync flood mcast_flood bcast_flood mcast_to_unicast ' +
    'neigh_suppress vlan_tunnel isolated locked'
  ).split(' '),
);

export function readLink(words: Arguments, ground: Ground, form: Form): Command {
  const verb = words.more ? words.take() : null;
  if (verb === null) return showLinks(words, ground, form);
  const is = (name: string): boolean => matches(verb.text, name);
  if (is('set') || is('change')) return setLink(words, ground);
  if (is('show') || is('lst') || is('list')) return showLinks(words, ground, form);
  if (is('help')) usage(USAGE, verb);
  const complaint = `Command "${verb.text}" is unknown, try "bridge link help".`;
  throw new Complaint(complaint, verb.place, 'unknown-command', verb.text, 'set, show');
}

type Setting = readonly [word: Word, flag: string, value: string | number];

function setLink(words: Arguments, ground: Ground): Command {
  let device: Word | null = null;
  const settings = new Map<string, Setting>();
  const set = (word: Word, flag: string, value: string | number): void => void settings.set(flag, [word, flag, value]);
  while (words.more) {
    const word = words.take();
    const { text } = word;
    if (text === 'dev') device = words.value();
    else if (SWITCHES.has(text)) set(word, text, onOff(text, words.value()) ? 'on' : 'off');
    else if (text === 'mcast_router') set(word, text, leadingInteger(words.value().text) & 0xff);
    else if (text === 'cost') setNumber(set, word, leadingInteger(words.value().text), 1);
    else if (text === 'priority') setNumber(set, word, (leadingInteger(words.value().text) << 16) >> 16, 0);
    else if (text === 'state') setNumber(set, word, readState(words.value()), 0);
    else if (text === 'hwmode') readHardwareMode(words, word);
    else if (text === 'self') words.unmodelled ??= word;
    else if (text === 'backup_port') {
      const port = words.value();
      set(word, text, ground.expect(port, 'Error: device % does not exist'));
    } else if (text === 'nobackup_port') set(word, 'backup_port', 'off');
    else if (text !== 'master') usage(USAGE, word, 'unknown-word', [...SWITCHES, 'state'].join(', '));
  }
  if (device === null) return words.fail('Device is a required argument.', 'missing', '', 'dev');
  const port = ground.expect(device, 'Cannot find bridge device "%"');
  // What no bridge has is taken and forgotten.
  const sync = settings.get('learning_sync');
  if (sync !== undefined) words.ignored.push(sync[0]);
  settings.delete('learning_sync');
  return { changes: inKernelOrder([...settings.values()]).map((setting) => changeOf(words, port, setting)) };
}

/** br_setport takes the flags first. */
function inKernelOrder(settings: readonly Setting[]): Setting[] {
  const last = ['cost', 'priority', 'state'];
  return [...settings].sort(([, a], [, b]) => last.indexOf(a) - last.indexOf(b));
}

function changeOf(words: Arguments, port: string, [word, flag, value]: Setting): LinuxBridgeChange {
  const change: LinuxBridgeChange = { kind: 'flag', port, flag, value };
  if (!isModelled(change)) words.unmodelled ??= word;
  return change;
}

/** What is below `least` is not sent to the kernel. */
function setNumber(
  set: (word: Word, flag: string, value: number) => void,
  word: Word,
  value: number,
  least: number,
): void {
  if (value >= least) set(word, word.text, value);
}

/** A C signed char. */
function readState(word: Word): number {
  const number = stateNumber(word.text);
  if (number !== null) return (number << 24) >> 24;
  const state = (STATE_NAMES as readonly string[]).indexOf(word.text);
  if (state >= 0) return state;
  const complaint = 'Error: invalid STP port state';
  throw new Complaint(complaint, word.place, 'bad-value', word.text, `0〜4, ${STATE_NAMES.join(', ')}`);
}

function readHardwareMode(words: Arguments, keyword: Word): void {
  const word = words.value();
  if (word.text !== 'vepa' && word.text !== 'veb') {
    const complaint = 'Mode argument must be "vepa" or "veb".';
    throw new Complaint(complaint, word.place, 'bad-value', word.text, 'vepa, veb');
  }
  words.unmodelled ??= keyword;
}

function showLinks(words: Arguments, ground: Ground, form: Form): Command {
  let device: Word | null = null;
  while (words.more) {
    const word = words.take();
    if (word.text !== 'dev') {
      words.ignored.push(word);
      continue;
    }
    const value = words.value();
    if (device !== null) duplicate('dev', value);
    device = value;
  }
  if (device !== null) ground.expect(device);
  return { request: { show: 'bridge link', ...(device && { device: device.text }), form } };
}
