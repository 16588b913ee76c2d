/**
 * `ip`: its options and its objects, of which `link` is modelled.
 *
 * Read first: iproute2 6.1 ip/ip.c. What surprises: an option may be cut to any prefix and the first in the source is meant,
 * so that `-h` is human-readable numbers and `-n` a network namespace.
 */
import type { Word } from '../console.ts';
import { Complaint, matches, U32, Unmodelled, unsigned, usage, wrongValue, type Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import type { Ground } from './ground.ts';
import { readIpLink } from './ip-link.ts';
import { isColour, newForm } from './options.ts';
import type { Form } from './request.ts';

const USAGE = 'Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }';

/** In the order in which prefixes are tried. */
const OBJECTS = (
  'address addrlabel maddress route rule neighbor neighbour ntable ntbl link l2tp fou ila macsec tunnel tunl tuntap tap ' +
  'token tcpmetrics tcp_metrics monitor xfrm mroute mrule netns netconf vrf sr nexthop mptcp ioam help stats'
).split(' ');
const TUNTAP = new Set(['tuntap', 'tap']);

export function readIp(words: Arguments, ground: Ground): Command {
  const form = readOptions(words);
  if (!words.more) words.fail(USAGE, 'incomplete', '', 'link');
  const object = words.take();
  const name = OBJECTS.find((each) => matches(object.text, each));
  if (name === 'link') return readIpLink(words, ground, form);
  if (name === 'help') usage(USAGE, object);
  if (name !== undefined) {
    if (TUNTAP.has(name)) meetDevices(words, ground);
    throw new Unmodelled(object);
  }
  const complaint = `Object "${object.text}" is unknown, try "ip help".`;
  throw new Complaint(complaint, object.place, 'unknown-command', object.text, 'link');
}

/** `ip tuntap add dev p1 mode tap` makes a device, which later lines may speak of. */
function meetDevices(words: Arguments, ground: Ground): void {
  const [verb, ...rest] = words.rest().map(({ text }) => text);
  if (verb === undefined || !matches(verb, 'add')) return;
  rest.forEach((text, index) => {
    const isValue = ['mode', 'user', 'group'].includes(rest[index - 1] ?? '');
    if (!isValue && !['dev', 'name', 'mode', 'user', 'group'].includes(text)) ground.add(text);
  });
}

/** Of options that change nothing about what is modelled. */
const IDLE = ['-human', '-human-readable', '-iec'];

function readOptions(words: Arguments): Form {
  const form = newForm();
  for (;;) {
    const word = words.peek;
    if (word === undefined || !word.text.startsWith('-')) return form;
    words.take();
    if (word.text === '--') return form;
    const option = word.text.startsWith('--') ? word.text.slice(1) : word.text;
    const is = (name: string): boolean => matches(option, name);
    if (is('-loops')) needed(words);
    else if (is('-family')) readFamily(words);
    else if (['-4', '-6', '-0', '-M', '-B'].includes(option) || IDLE.some(is)) continue;
    else if (is('-stats') || is('-statistics')) [form.statistics, words.statistics] = [true, word];
    else if (is('-details')) form.details = true;
    else if (is('-resolve')) continue;
    else if (is('-oneline')) form.oneLine = true;
    else if (is('-timestamp') || is('-tshort')) continue;
    else if (is('-Version')) throw new Unmodelled(word);
    else if (is('-force')) continue;
    else if (is('-batch')) throw new Unmodelled(word);
    else if (is('-brief')) form.brief = true;
    else if (is('-json')) form.json = true;
    else if (is('-pretty')) form.pretty = true;
    else if (is('-rcvbuf')) readBufferSize(needed(words));
    else if (isColour(option)) continue;
    else if (is('-help')) usage(USAGE, word);
    else if (is('-netns')) throw new Unmodelled(words.value());
    else if (!is('-Numeric') && !is('-all') && option !== '-echo') {
      const complaint = `Option "${option}" is unknown, try "ip -help".`;
      throw new Complaint(complaint, word.place, 'unknown-word', word.text, '-d, -s, -j, -p, -o, -br');
    }
  }
}

function needed(words: Arguments): Word {
  return words.more ? words.take() : words.fail(USAGE, 'incomplete', '', '数');
}

function readBufferSize(word: Word): void {
  unsigned(word, U32, '', `Invalid rcvbuf size '${word.text}'`);
}

const FAMILIES = ['inet', 'inet6', 'link', 'mpls', 'bridge'];

function readFamily(words: Arguments): void {
  if (!words.more) words.fail(USAGE, 'incomplete', '', FAMILIES.join(', '));
  const family = words.take();
  if (family.text === 'help') usage(USAGE, family);
  if (!FAMILIES.includes(family.text)) wrongValue(family, 'invalid protocol family', FAMILIES.join(', '));
}
