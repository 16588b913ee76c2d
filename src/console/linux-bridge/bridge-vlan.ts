/**
 * `bridge vlan`.
 *
 * Read first: iproute2 6.1 bridge/vlan.c. What surprises: `add`, `del` and `set` take any word that they do not know without
 * a complaint, so that a misspelt `untagged` is lost; a VID is a C short read with atoi, so that 65546 is 10 and a word is 0.
 */
import type { LinuxBridgeChange } from '../../switch/profiles/linux-bridge/change.ts';
import { STATE_NAMES } from '../../switch/profiles/linux-bridge/bridge-port.ts';
import type { Word } from '../console.ts';
import {
  asUnsignedShort,
  Complaint,
  duplicate,
  leadingInteger,
  leadingShort,
  matches,
  U8,
  Unmodelled,
  unsigned,
  usage,
  type Arguments,
} from './arguments.ts';
import type { Command } from './command.ts';
import type { Ground } from './ground.ts';
import type { Form } from './request.ts';

const USAGE = 'Usage: bridge vlan { add | del } vid VLAN_ID dev DEV [ tunnel_info id TUNNEL_ID ]';
const VID_LIMIT = 4096;
const NO_VID = -1;

export function readVlan(words: Arguments, ground: Ground, form: Form): Command {
  const verb = words.more ? words.take() : null;
  if (verb === null) return showVlans(words, ground, form);
  const is = (name: string): boolean => matches(verb.text, name);
  if (is('add')) return modifyVlans(words, ground, false);
  if (is('delete')) return modifyVlans(words, ground, true);
  if (is('show') || is('lst') || is('list')) return showVlans(words, ground, form);
  if (is('tunnelshow')) throw new Unmodelled(verb);
  if (is('set')) return setVlans(words, ground);
  if (verb.text === 'global') throw new Unmodelled(verb);
  if (is('help')) usage(USAGE, verb);
  const complaint = `Command "${verb.text}" is unknown, try "bridge vlan help".`;
  throw new Complaint(complaint, verb.place, 'unknown-command', verb.text, 'add, del, set, show');
}

interface VidRange {
  readonly word: Word;
  readonly first: number;
  /** -1: one VID. */
  readonly last: number;
  readonly isRange: boolean;
}

function readVids(word: Word): VidRange {
  const at = word.text.indexOf('-');
  if (at < 0) return { word, first: leadingShort(word.text), last: NO_VID, isRange: false };
  return {
    word,
    first: leadingShort(word.text.slice(0, at)),
    last: leadingShort(word.text.slice(at + 1)),
    isRange: true,
  };
}

function modifyVlans(words: Arguments, ground: Ground, remove: boolean): Command {
  let device: Word | null = null;
  let vids: VidRange | null = null;
  // A range once said stays one, even if another vid follows.
  let last = NO_VID;
  let isRange = false;
  const flags = { self: false, master: false, pvid: false, untagged: false };
  while (words.more) {
    const word = words.take();
    if (word.text === 'dev') device = words.value();
    else if (word.text === 'vid') {
      vids = readVids(words.value());
      if (vids.isRange) [last, isRange] = [vids.last, true];
    } else if (Object.hasOwn(flags, word.text)) flags[word.text as keyof typeof flags] = true;
    else if (word.text === 'tunnel_info') throw new Unmodelled(word);
    else ignore(words, word);
  }
  const { name, range } = required(words, ground, device, vids, 'bridge');
  checkVid(range);
  if (isRange) {
    if (last === NO_VID || last >= VID_LIMIT || range.first >= last) wrongRange(range.word, range.first, last);
    if (flags.pvid) {
      const complaint = 'pvid cannot be configured for a vlan range';
      throw new Complaint(complaint, range.word.place, 'conflict', range.word.text, 'pvid');
    }
  }
  const change: LinuxBridgeChange = {
    kind: 'vlan',
    port: name,
    first: range.first,
    last: isRange ? last : range.first,
    ...(remove && { remove }),
    ...(flags.pvid && { pvid: true }),
    ...(flags.untagged && { untagged: true }),
    ...(flags.self && { self: true }),
  };
  return { changes: [change] };
}

function setVlans(words: Arguments, ground: Ground): Command {
  let device: Word | null = null;
  let vids: VidRange | null = null;
  let state: number | null = null;
  while (words.more) {
    const word = words.take();
    if (word.text === 'dev') {
      device = words.value();
      ground.expect(device, 'Cannot find network device "%"');
    } else if (word.text === 'vid') {
      vids = readVids(words.value());
      if (vids.isRange && (vids.first >= vids.last || vids.last >= VID_LIMIT)) {
        wrongRange(vids.word, vids.first, vids.last);
      }
      checkVid(vids);
    } else if (word.text === 'state') state = readState(words.value());
    else if (word.text === 'mcast_router') {
      unsigned(words.value(), U8, 'invalid mcast_router');
      words.unmodelled ??= word;
    } else ignore(words, word);
  }
  const { name, range } = required(words, ground, device, vids, 'network');
  if (state === null) return { changes: [] };
  const last = range.isRange ? range.last : range.first;
  return { changes: [{ kind: 'vlan-state', port: name, first: range.first, last, state }] };
}

/** strtol of the whole word, or the state's name. */
function readState(word: Word): number {
  const state = stateNumber(word.text) ?? (STATE_NAMES as readonly string[]).indexOf(word.text);
  if (state !== -1) return state;
  throw new Complaint(
    'Error: invalid STP state',
    word.place,
    'bad-value',
    word.text,
    `0〜4, ${STATE_NAMES.join(', ')}`,
  );
}

/** A state as a number; null where the whole word is none. */
export function stateNumber(text: string): number | null {
  return /^[ \t\n\v\f\r]*[+-]?\d+$/.test(text) ? leadingInteger(text) : null;
}

/** Words that nothing is made of. A prefix of `help` wants another word behind it. */
function ignore(words: Arguments, word: Word): void {
  words.ignored.push(word);
  if (matches(word.text, 'help')) words.ignored.push(words.value());
}

function required(
  words: Arguments,
  ground: Ground,
  device: Word | null,
  range: VidRange | null,
  kind: string,
): { name: string; range: VidRange } {
  if (device === null || range === null || range.first === NO_VID) {
    const expected = device === null ? 'dev' : 'vid';
    return words.fail('Device and VLAN ID are required arguments.', 'missing', '', expected);
  }
  return { name: ground.expect(device, `Cannot find ${kind} device "%"`), range };
}

function checkVid({ word, first }: VidRange): void {
  if (first < VID_LIMIT) return;
  const complaint = `Invalid VLAN ID "${asUnsignedShort(first)}"`;
  throw new Complaint(complaint, word.place, 'bad-value', word.text, '1〜4094');
}

function wrongRange(word: Word, first: number, last: number): never {
  const complaint = `Invalid VLAN range "${asUnsignedShort(first)}-${asUnsignedShort(last)}"`;
  throw new Complaint(complaint, word.place, 'bad-value', word.text, '10-20');
}

function showVlans(words: Arguments, ground: Ground, form: Form): Command {
  let device: Word | null = null;
  let vid = 0;
  while (words.more) {
    const word = words.take();
    if (word.text === 'dev') {
      const value = words.value();
      if (device !== null) duplicate('dev', value);
      device = value;
    } else if (word.text === 'vid') {
      const value = words.value();
      if (vid !== 0) duplicate('vid', value);
      vid = leadingInteger(value.text);
    } else words.ignored.push(word);
  }
  if (device !== null) ground.expect(device);
  // Counters are not kept by VLAN.
  words.unmodelled ??= words.statistics;
  return {
    request: { show: 'bridge vlan', ...(device && { device: device.text }), ...(vid !== 0 && { vid }), form },
  };
}
