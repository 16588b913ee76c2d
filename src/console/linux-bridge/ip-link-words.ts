/**
 * The words between `ip link add|set` and `type`: which of them make the bridge or its ports, and all others that iproute2
 * knows, read for their mistakes.
 *
 * Read first: iproute2 6.1 ip/iplink.c, iplink_parse.
 */
import { isMalformed } from '../../wire/malformed.ts';
import { parseMac, type MacAddress } from '../../wire/mac-address.ts';
import type { Word } from '../console.ts';
import {
  Complaint,
  duplicate,
  duplicateOrGarbage,
  exactlyOnOff,
  integer,
  leadingInteger,
  linkAddress,
  macText,
  matches,
  onOff,
  Unmodelled,
  unsigned,
  U32,
  usage,
  wrongValue,
  type Arguments,
} from './arguments.ts';
import type { Ground } from './ground.ts';

export const USAGE = 'Usage: ip link add [link DEV | parentdev NAME] [ name ] NAME';

export interface LinkWords {
  name: Word | null;
  mac: MacAddress | null;
  /** An address that is not of six octets. */
  wrongAddress: Word | null;
  mtu: number | null;
  promisc: boolean | null;
  /** Null: `nomaster`; undefined: not said. */
  master: string | null | undefined;
  up: boolean | null;
  /** What stands behind `type`. */
  type: Word | null;
}

interface Reading extends LinkWords {
  readonly words: Arguments;
  readonly ground: Ground;
  device: Word | null;
  address: { word: Word; octets: number[] } | null;
  link: Word | null;
  index: Word | null;
  group: Word | null;
  /** Keywords that may stand once and have. */
  readonly once: Set<string>;
}

/** A keyword, in the order of the source: `~` in front where any prefix will do. */
type Keyword = readonly [names: string, read: (reading: Reading, word: Word) => void];

const idle =
  (read: (value: Word) => void = () => undefined) =>
  ({ words }: Reading, word: Word): void => {
    read(words.value());
    words.unmodelled ??= word;
  };

const number =
  (name: string) =>
  (reading: Reading, word: Word): void => {
    integerOnce(reading, name);
    reading.words.unmodelled ??= word;
  };

/** An integer that may stand once; -1 is what the tool takes for none. */
function integerOnce(reading: Reading, name: string): number {
  const value = reading.words.value();
  if (reading.once.has(name)) duplicate(name, value);
  const read = integer(value, `Invalid "${name}" value`);
  if (read !== -1) reading.once.add(name);
  return read;
}

const KEYWORDS: readonly Keyword[] = [
  ['up', (reading) => void (reading.up = true)],
  ['down', (reading) => void (reading.up = false)],
  ['name', readName],
  ['index', readIndex],
  ['~link', ({ words }, word) => void idleLink(words, word)],
  ['~address', readAddress],
  ['~broadcast brd', idle((value) => void linkAddress(value))],
  ['~txqueuelen qlen ~txqlen', number('txqueuelen')],
  ['mtu', readMtu],
  ['xdpgeneric xdpdrv xdpoffload xdp', (_, word) => notModelled(word)],
  ['netns', (_, word) => notModelled(word)],
  ['multicast', idle((value) => void exactlyOnOff('multicast', value))],
  ['allmulticast', idle((value) => void exactlyOnOff('allmulticast', value))],
  ['promisc', (reading) => void (reading.promisc = exactlyOnOff('promisc', reading.words.value()))],
  ['trailers', idle((value) => void exactlyOnOff('trailers', value))],
  ['arp', idle((value) => void exactlyOnOff('arp', value))],
  ['carrier', idle((value) => void onOff('carrier', value))],
  ['vf', (_, word) => notModelled(word)],
  ['~master', (reading) => void (reading.master = reading.ground.expectValue(reading.words.value(), NO_DEVICE))],
  ['vrf', (_, word) => notModelled(word)],
  ['~nomaster', (reading) => void (reading.master = null)],
  ['~dynamic', idle((value) => void exactlyOnOff('dynamic', value))],
  ['~type', (reading) => void (reading.type = reading.words.value())],
  ['~alias', idle(checkAlias)],
  ['group', readGroup],
  ['mode', idle((value) => oneOf(value, 'default dormant', 'Invalid link mode'))],
  ['state', idle((value) => oneOf(value, OPERSTATES, 'Invalid operstate'))],
  ['~numtxqueues', number('numtxqueues')],
  ['~numrxqueues', number('numrxqueues')],
  ['~addrgenmode', idle((value) => oneOf(value, 'eui64 none stable_secret random', 'Invalid address generation mode'))],
  ['~link-netns ~link-netnsid', (_, word) => notModelled(word)],
  ['protodown', idle((value) => void onOff('protodown', value))],
  ['protodown_reason', (_, word) => notModelled(word)],
  ['gso_max_size', idle((value) => void unsigned(value, U32, 'Invalid "gso_max_size" value'))],
  ['gso_max_segs', idle((value) => void unsigned(value, 65_535n, 'Invalid "gso_max_segs" value'))],
  ['gro_max_size', idle((value) => void unsigned(value, U32, 'Invalid "gro_max_size" value'))],
  ['parentdev', idle()],
];
const NO_DEVICE = 'Device does not exist';
const OPERSTATES = 'unknown notpresent down lowerlayerdown testing dormant up';

/** Up to `type` and what stands behind it; of `set` the device is there. */
export function readLinkWords(words: Arguments, ground: Ground, isCreation: boolean): LinkWords {
  const reading: Reading = {
    words,
    ground,
    name: null,
    device: null,
    mac: null,
    wrongAddress: null,
    address: null,
    mtu: null,
    promisc: null,
    master: undefined,
    up: null,
    type: null,
    link: null,
    index: null,
    group: null,
    once: new Set(),
  };
  while (words.more && reading.type === null) {
    const word = words.take();
    const keyword = KEYWORDS.find(([names]) => names.split(' ').some((name) => isKeyword(word.text, name)));
    if (keyword === undefined) readDevice(reading, word);
    else keyword[1](reading, word);
  }
  checkWhole(reading, isCreation);
  return reading;
}

function isKeyword(text: string, name: string): boolean {
  return name.startsWith('~') ? matches(text, name.slice(1)) : text === name;
}

function notModelled(word: Word): never {
  throw new Unmodelled(word);
}

function readDevice(reading: Reading, first: Word): void {
  if (matches(first.text, 'help')) usage(USAGE, first);
  const word = first.text === 'dev' ? reading.words.value() : first;
  if (reading.device !== reading.name) duplicateOrGarbage('dev', word);
  if (!isName(word.text)) wrongValue(word, '"dev" not a valid ifname', 'br0');
  reading.device = word;
}

const NAME_SIZE = 16;

/** In UTF-8, which is what C counts. */
function octetsOf(text: string): number {
  return [...text].reduce((sum, character) => {
    const code = character.codePointAt(0)!;
    return sum + (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4);
  }, 0);
}

/** What `check_altifname` takes. */
function isName(text: string): boolean {
  return text !== '' && !/[/ \t\n\v\f\r]/.test(text);
}

function readName(reading: Reading): void {
  const word = reading.words.value();
  if (reading.name !== null) duplicate('name', word);
  if (!isName(word.text) || octetsOf(word.text) >= NAME_SIZE) {
    wrongValue(word, '"name" not a valid ifname', 'br0');
  }
  reading.name = word;
  reading.device ??= word;
}

function readIndex(reading: Reading, word: Word): void {
  const value = reading.words.value();
  if (reading.index !== null) duplicate('index', value);
  if (leadingInteger(value.text) <= 0) wrongValue(value, 'Invalid "index" value', '1〜');
  reading.index = value;
  reading.words.unmodelled ??= word;
}

function idleLink(words: Arguments, word: Word): void {
  words.value();
  words.unmodelled ??= word;
}

function readAddress(reading: Reading): void {
  const word = reading.words.value();
  reading.address = { word, octets: linkAddress(word) };
}

function readMtu(reading: Reading): void {
  reading.mtu = integerOnce(reading, 'mtu');
}

function readGroup(reading: Reading, word: Word): void {
  const value = reading.words.value();
  if (reading.group !== null) duplicate('group', value);
  if (value.text !== 'default') unsigned(value, U32, 'Invalid "group" value');
  reading.group = value;
  reading.words.unmodelled ??= word;
}

const ALIAS_SIZE = 256;

function checkAlias(value: Word): void {
  if (octetsOf(value.text) >= ALIAS_SIZE) wrongValue(value, 'alias too long', '');
}

function oneOf(value: Word, names: string, message: string): void {
  const all = names.split(' ');
  if (!all.includes(value.text.toLowerCase())) wrongValue(value, message, all.join(', '));
}

/** What iplink_parse looks at when it has seen all. */
function checkWhole(reading: Reading, isCreation: boolean): void {
  const { words, ground, address, index } = reading;
  const device = reading.device ?? reading.name;
  if (address !== null) checkAddress(reading, device, isCreation);
  if (index !== null && !isCreation) {
    const complaint = 'index can be used only when creating devices or when moving device to another netns.';
    throw new Complaint(complaint, index.place, 'conflict', index.text, '');
  }
  if (!isCreation) {
    if (device === null) {
      if (reading.group !== null) throw new Unmodelled(reading.group);
      return words.fail('Not enough information: "dev" argument is required.', 'missing', '', 'dev');
    }
    ground.expect(device);
    if (reading.name !== null && reading.name.text !== device.text) words.unmodelled ??= reading.name;
  } else if (reading.name !== null && device !== null && reading.name.text !== device.text) {
    const complaint = 'both "name" and "dev" cannot be used when creating devices.';
    throw new Complaint(complaint, reading.name.place, 'conflict', reading.name.text, '');
  }
  reading.name = device;
}

function checkAddress(reading: Reading, device: Word | null, isCreation: boolean): void {
  const { word, octets } = reading.address!;
  const isKnown = device !== null && !isCreation && reading.ground.has(device.text);
  if (isKnown && octets.length !== 6) {
    const complaint = `Invalid address length ${octets.length} - must be 6 bytes`;
    throw new Complaint(complaint, word.place, 'bad-value', word.text, '02:00:00:00:00:0a');
  }
  const mac = parseMac(macText(octets));
  if (isMalformed(mac)) reading.wrongAddress = word;
  else reading.mac = mac;
}
