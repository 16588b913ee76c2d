/**
 * `bridge link` and `bridge fdb` about a PF that is no bridge's port: `hwmode`, and its own filter.
 *
 * Read first: iproute2 6.1 bridge/link.c, bridge/fdb.c; net/core/rtnetlink.c, ndo_dflt_fdb_add. What surprises: without a word
 * an entry is `self` and `permanent`, the only state that a NIC takes; `hwmode` is `self` by itself.
 */
import type { SrIovChange } from '../../switch/profiles/sr-iov/change.ts';
import { mac } from '../../wire/mac-address.ts';
import type { Word } from '../console.ts';
import {
  Complaint,
  duplicateOrGarbage,
  macText,
  matches,
  scannedMac,
  Unmodelled,
  usage,
  type Arguments,
} from '../linux-bridge/arguments.ts';
import type { Command, Ground } from './command.ts';

const USAGE = 'Usage: bridge [ OPTIONS ] OBJECT { COMMAND | help }';
const LINK_USAGE = 'Usage: bridge link set dev DEV [ cost COST ] [ priority PRIO ] [ state STATE ]';
const FDB_USAGE = 'Usage: bridge fdb { add | append | del | replace } ADDR dev DEV';
const OBJECTS = ['link', 'fdb', 'mdb', 'vlan', 'vni', 'monitor'];

export function readBridge(words: Arguments, ground: Ground): Command {
  const first = words.peek;
  if (first !== undefined && first.text.startsWith('-')) throw new Unmodelled(first);
  if (first === undefined) words.fail(USAGE, 'incomplete', '', 'link, fdb');
  const object = words.take();
  const name = OBJECTS.find((each) => matches(object.text, each));
  if (name === 'link') return readLink(words, ground);
  if (name === 'fdb') return readFdb(words, ground);
  if (name !== undefined) throw new Unmodelled(object);
  if (matches(object.text, 'help')) usage(USAGE, object);
  const complaint = `Object "${object.text}" is unknown, try "bridge help".`;
  throw new Complaint(complaint, object.place, 'unknown-command', object.text, 'link, fdb');
}

function unknown(verb: Word, object: string, expected: string): never {
  const complaint = `Command "${verb.text}" is unknown, try "bridge ${object} help".`;
  throw new Complaint(complaint, verb.place, 'unknown-command', verb.text, expected);
}

// --- bridge link

function readLink(words: Arguments, ground: Ground): Command {
  const verb = words.more ? words.take() : null;
  const is = (name: string): boolean => verb !== null && matches(verb.text, name);
  if (is('set') || is('change')) return { changes: [readMode(words, ground)] };
  if (is('help')) usage(LINK_USAGE, verb!);
  if (verb !== null && !is('show') && !is('lst') && !is('list')) unknown(verb, 'link', 'set, show');
  readDevice(words, ground);
  return { request: { show: 'bridge link' } };
}

/** Settings of a bridge's port, which the PF is not. */
const PORT_SETTINGS: ReadonlySet<string> = new Set(
  (
    'guard hairpin fastleave root_block learning learning_sync flood mcast_flood bcast_flood mcast_to_unicast ' +
    'neigh_suppress vlan_tunnel isolated locked mcast_router cost priority state master backup_port nobackup_port'
  ).split(' '),
);

function readMode(words: Arguments, ground: Ground): SrIovChange {
  let device: Word | null = null;
  let mode: string | null = null;
  let last = words.last;
  while (words.more) {
    const word = words.take();
    last = word;
    if (word.text === 'dev') device = words.value();
    else if (word.text === 'hwmode') mode = readModeWord(words.value());
    else if (PORT_SETTINGS.has(word.text)) throw new Unmodelled(word);
    else if (word.text !== 'self') usage(LINK_USAGE, word, 'unknown-word', 'dev, hwmode');
  }
  if (device === null) return words.fail('Device is a required argument.', 'missing', '', 'dev');
  ground.expect(device, 'Cannot find bridge device "%"');
  // Nothing is set.
  if (mode === null) throw new Unmodelled(last);
  return { kind: 'hwmode', mode };
}

function readModeWord(word: Word): string {
  if (word.text === 'vepa' || word.text === 'veb') return word.text;
  const complaint = 'Mode argument must be "vepa" or "veb".';
  throw new Complaint(complaint, word.place, 'bad-value', word.text, 'vepa, veb');
}

// --- bridge fdb

function readFdb(words: Arguments, ground: Ground): Command {
  const verb = words.more ? words.take() : null;
  const is = (name: string): boolean => verb !== null && matches(verb.text, name);
  if (is('add')) return { changes: [readEntry(words, ground, {})] };
  if (is('append') || is('replace')) return { changes: [readEntry(words, ground, { replace: true })] };
  if (is('delete')) return { changes: [readEntry(words, ground, { remove: true })] };
  if (verb !== null && (is('get') || verb.text === 'flush')) throw new Unmodelled(verb);
  if (is('help')) usage(FDB_USAGE, verb!);
  if (verb !== null && !is('show') && !is('lst') && !is('list'))
    unknown(verb, 'fdb', 'add, replace, append, del, show');
  readDevice(words, ground);
  return { request: { show: 'bridge fdb' } };
}

/** What stands in a bridge's table or a tunnel's. */
const OTHER_WORDS: ReadonlySet<string> = new Set(
  'dst nhid port vni src_vni via vlan use extern_learn sticky master'.split(' '),
);

function readEntry(words: Arguments, ground: Ground, how: { replace?: true; remove?: true }): SrIovChange {
  let address: Word | null = null;
  let device: Word | null = null;
  let foreign: Word | null = null;
  let isPermanent = false;
  while (words.more) {
    const word = words.take();
    const is = (name: string): boolean => matches(word.text, name);
    if (word.text === 'dev') device = words.value();
    else if (OTHER_WORDS.has(word.text)) throw new Unmodelled(word);
    else if (word.text === 'self' || is('router')) continue;
    else if (is('local') || is('permanent')) isPermanent = true;
    else if (is('temp') || is('static') || is('dynamic')) foreign = word;
    else {
      const value = word.text === 'to' ? words.value() : word;
      if (matches(value.text, 'help')) usage(FDB_USAGE, value);
      if (address !== null) duplicateOrGarbage('to', value);
      address = value;
    }
  }
  if (device === null || address === null) {
    const expected = address === null ? 'MAC' : 'dev';
    return words.fail('Device and address are required arguments.', 'missing', '', expected);
  }
  const octets = scannedMac(address.text);
  if (octets === null) {
    const complaint = `Invalid mac address ${address.text}`;
    throw new Complaint(complaint, address.place, 'bad-value', address.text, '02:00:00:00:00:0a');
  }
  ground.expect(device);
  if (foreign !== null && !isPermanent) {
    throw new Complaint('RTNETLINK answers: Invalid argument', foreign.place, 'bad-value', foreign.text, 'permanent');
  }
  return { kind: 'self-fdb', mac: mac(macText(octets)), ...how };
}

/** `dev PF` behind `show`; other filters are not modelled. */
function readDevice(words: Arguments, ground: Ground): void {
  while (words.more) {
    const word = words.take();
    if (word.text !== 'dev') throw new Unmodelled(word);
    ground.expect(words.value());
  }
}
