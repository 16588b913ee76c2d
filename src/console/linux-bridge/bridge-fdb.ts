/**
 * `bridge fdb`.
 *
 * Read first: iproute2 6.1 bridge/fdb.c. What surprises: without `master` an entry goes into the device's own filter, without
 * a state it is permanent; `add`, `replace` and `append` differ only where the entry is there already; `del` is a prefix of
 * `delete`, but `flush` is to be written out; what follows the sixth octet of an address is not looked at.
 */
import { LOCAL, STATIC, STICKY } from '../../switch/fdb.ts';
import type { LinuxBridgeChange } from '../../switch/profiles/linux-bridge/change.ts';
import { mac } from '../../wire/mac-address.ts';
import type { Word } from '../console.ts';
import {
  asUnsignedShort,
  Complaint,
  duplicate,
  duplicateOrGarbage,
  leadingInteger,
  leadingShort,
  macText,
  matches,
  scannedMac,
  Unmodelled,
  unsigned,
  U32,
  usage,
  type Arguments,
} from './arguments.ts';
import type { Command } from './command.ts';
import type { Ground } from './ground.ts';
import type { Form } from './request.ts';

const USAGE = 'Usage: bridge fdb { add | append | del | replace } ADDR dev DEV';

/** linux/neighbour.h */
export const [NUD_REACHABLE, NUD_STALE, NUD_NOARP, NUD_PERMANENT] = [0x02, 0x04, 0x40, 0x80] as const;

export function readFdb(words: Arguments, ground: Ground, form: Form): Command {
  const verb = words.more ? words.take() : null;
  if (verb === null) return showFdb(words, ground, form);
  const is = (name: string): boolean => matches(verb.text, name);
  if (is('add')) return modifyFdb(words, ground, {});
  if (is('append') || is('replace')) return modifyFdb(words, ground, { replace: true });
  if (is('delete')) return modifyFdb(words, ground, { remove: true });
  if (is('get')) throw new Unmodelled(verb);
  if (is('show') || is('lst') || is('list')) return showFdb(words, ground, form);
  if (verb.text === 'flush') return flushFdb(words, ground);
  if (is('help')) usage(USAGE, verb);
  const complaint = `Command "${verb.text}" is unknown, try "bridge fdb help".`;
  throw new Complaint(complaint, verb.place, 'unknown-command', verb.text, 'add, replace, append, del, flush, show');
}

/** Of tunnel devices. */
const VXLAN_WORDS = new Set(['dst', 'nhid', 'port', 'vni', 'src_vni', 'via']);

function modifyFdb(words: Arguments, ground: Ground, how: { replace?: true; remove?: true }): Command {
  let address: Word | null = null;
  let device: Word | null = null;
  let vid = -1;
  let state = NUD_NOARP as number;
  const flags = { self: false, master: false, sticky: false };
  while (words.more) {
    const word = words.take();
    const is = (name: string): boolean => matches(word.text, name);
    if (word.text === 'dev') device = words.value();
    else if (VXLAN_WORDS.has(word.text)) throw new Unmodelled(word);
    else if (word.text === 'self') flags.self = true;
    else if (is('master')) flags.master = true;
    else if (is('router')) words.ignored.push(word);
    else if (is('local') || is('permanent')) state |= NUD_PERMANENT;
    else if (is('temp') || is('static')) state |= NUD_REACHABLE;
    else if (is('dynamic')) state = (state | NUD_REACHABLE) & ~NUD_NOARP;
    else if (is('vlan')) {
      if (vid >= 0) duplicateOrGarbage('vlan', word);
      vid = leadingShort(words.value().text);
    } else if (is('use') || is('extern_learn')) words.unmodelled ??= word;
    else if (is('sticky')) flags.sticky = true;
    else {
      const value = word.text === 'to' ? words.value() : word;
      if (matches(value.text, 'help')) usage(USAGE, value);
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
  const port = ground.expect(device);
  const isSelf = flags.self || !flags.master;
  if (isSelf && ground.isPort(port)) words.unmodelled ??= device;
  const change: LinuxBridgeChange = {
    kind: 'fdb',
    port,
    mac: mac(macText(octets)),
    self: isSelf,
    ...(vid >= 0 && { vid }),
    ...(how.remove === undefined && { state: stateOf(state) }),
    ...(flags.sticky && how.remove === undefined && { sticky: true }),
    ...how,
  };
  return { changes: [change] };
}

/** fdb_add_entry: permanent before static before dynamic; where nothing is said, permanent. */
function stateOf(state: number): 'local' | 'static' | 'dynamic' {
  if ((state & (NUD_PERMANENT | NUD_REACHABLE)) === 0 || (state & NUD_PERMANENT) !== 0) return 'local';
  return (state & NUD_NOARP) !== 0 ? 'static' : 'dynamic';
}

/** What each word of a flush asks of an entry's flags. `dynamic` leaves a `permanent` before it standing, as in the source. */
const FLUSH_WORDS: Readonly<Record<string, { mask: number; set: number; clear: number }>> = {
  permanent: { mask: LOCAL, set: LOCAL, clear: 0 },
  nopermanent: { mask: LOCAL, set: 0, clear: LOCAL },
  static: { mask: STATIC | LOCAL, set: STATIC, clear: 0 },
  nostatic: { mask: STATIC, set: 0, clear: STATIC },
  dynamic: { mask: STATIC | LOCAL, set: 0, clear: STATIC },
  nodynamic: { mask: STATIC, set: STATIC, clear: 0 },
  sticky: { mask: STICKY, set: STICKY, clear: 0 },
  nosticky: { mask: STICKY, set: 0, clear: STICKY },
};
/** Of entries that the model does not tell apart. */
const FLUSH_UNMODELLED = new Set(
  'added_by_user noadded_by_user extern_learn noextern_learn offloaded nooffloaded'.split(' '),
);

function flushFdb(words: Arguments, ground: Ground): Command {
  let device: Word | null = null;
  let port: Word | null = null;
  let vidWord: Word | null = null;
  let vid = -1;
  let [mask, value] = [0, 0];
  while (words.more) {
    const word = words.take();
    const { text } = word;
    if (text === 'dev') device = words.value();
    else if (text === 'master' || FLUSH_UNMODELLED.has(text)) words.unmodelled ??= word;
    else if (text === 'self') continue;
    else if (Object.hasOwn(FLUSH_WORDS, text)) {
      const { set, clear } = FLUSH_WORDS[text]!;
      mask |= FLUSH_WORDS[text]!.mask;
      value = (value & ~clear) | set;
    } else if (text === 'brport') {
      if (port !== null) duplicateOrGarbage('brport', word);
      port = words.value();
    } else if (text === 'vlan') {
      if (vid >= 0) duplicateOrGarbage('vlan', word);
      vidWord = words.value();
      vid = leadingShort(vidWord.text);
    } else {
      words.ignored.push(word);
      if (text === 'help') words.ignored.push(words.value());
    }
  }
  if (device === null) return words.fail('Device is a required argument.', 'missing', '', 'dev');
  const bridge = ground.expect(device, 'Cannot find bridge device "%"');
  if (port !== null) ground.expect(port, 'Cannot find bridge port device "%"');
  if (vidWord !== null && vid >= 4096) {
    const complaint = `Invalid VLAN ID "${asUnsignedShort(vid)}"`;
    throw new Complaint(complaint, vidWord.place, 'bad-value', vidWord.text, '1〜4094');
  }
  if (ground.isPort(bridge)) words.unmodelled ??= device;
  const filter = { mask, value, ...(vid >= 0 && { vid }) };
  return { changes: [{ kind: 'fdb-flush', ...(port !== null && { port: port.text }), filter }] };
}

/** state_a2n */
const STATES: readonly (readonly [string, number])[] = [
  ['permanent', NUD_PERMANENT],
  ['static', NUD_NOARP],
  ['temp', NUD_NOARP],
  ['stale', NUD_STALE],
  ['reachable', NUD_REACHABLE],
  ['dynamic', NUD_REACHABLE],
];
const ALL_STATES = 0xffff;

function readState(word: Word): number {
  const named = STATES.find(([name]) => matches(word.text, name));
  if (named !== undefined) return named[1];
  return word.text === 'all' ? ALL_STATES : unsigned(word, U32, 'invalid state');
}

function showFdb(words: Arguments, ground: Ground, form: Form): Command {
  let device: Word | null = null;
  let bridge: Word | null = null;
  let [vid, states, dynamic] = [0, 0, false];
  while (words.more) {
    const word = words.take();
    if (word.text === 'brport' || word.text === 'dev') device = words.value();
    else if (word.text === 'br') bridge = words.value();
    else if (word.text === 'vlan') {
      const value = words.value();
      if (vid !== 0) duplicate('vlan', value);
      vid = leadingInteger(value.text);
    } else if (word.text === 'state') states |= readState(words.value());
    else if (word.text === 'dynamic') dynamic = true;
    else if (matches(word.text, 'help')) usage(USAGE, word);
    else words.ignored.push(word);
  }
  if (bridge !== null) ground.expect(bridge, 'Cannot find bridge device "%"');
  if (device !== null) ground.expect(device);
  return {
    request: {
      show: 'bridge fdb',
      ...(device && { device: device.text }),
      ...(bridge && { bridge: bridge.text }),
      ...(vid !== 0 && { vid }),
      states,
      dynamic,
      form,
    },
  };
}
