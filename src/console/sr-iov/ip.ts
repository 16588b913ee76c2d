/**
 * `ip link` about a PF: `set` with its VFs, up and down, promiscuous; `show`.
 *
 * Read first: iproute2 6.1 ip/ip.c, ip/iplink.c (iplink_parse). What surprises: the device has to stand before `vf`, and a
 * word that is no keyword is the device's name, so that a mistyped keyword is called garbage.
 */
import type { SrIovChange } from '../../switch/profiles/sr-iov/change.ts';
import type { Word } from '../console.ts';
import {
  Complaint,
  duplicateOrGarbage,
  exactlyOnOff,
  matches,
  Unmodelled,
  usage,
  wrongValue,
  type Arguments,
} from '../linux-bridge/arguments.ts';
import type { Command, Ground } from './command.ts';
import type { SrIovRequest } from './request.ts';
import { readVf } from './vf-words.ts';

const USAGE = 'Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }';
const LINK_USAGE = 'Usage: ip link add [link DEV | parentdev NAME] [ name ] NAME';

type Form = Pick<SrIovRequest & { show: 'ip link' }, 'json' | 'statistics'>;

const OBJECTS = (
  'address addrlabel maddress route rule neighbor neighbour ntable ntbl link l2tp fou ila macsec tunnel tunl tuntap tap ' +
  'token tcpmetrics tcp_metrics monitor xfrm mroute mrule netns netconf vrf sr nexthop mptcp ioam help stats'
).split(' ');

export function readIp(words: Arguments, ground: Ground): Command {
  const form = readOptions(words);
  if (!words.more) words.fail(USAGE, 'incomplete', '', 'link');
  const object = words.take();
  const name = OBJECTS.find((each) => matches(object.text, each));
  if (name === 'link') return readLink(words, ground, form);
  if (name === 'help') usage(USAGE, object);
  if (name !== undefined) throw new Unmodelled(object);
  const complaint = `Object "${object.text}" is unknown, try "ip help".`;
  throw new Complaint(complaint, object.place, 'unknown-command', object.text, 'link');
}

/** In the order in which prefixes are tried. */
const OPTIONS = (
  '-loops -family -4 -6 -0 -M -B -human -human-readable -iec -stats -statistics -details -resolve -oneline -timestamp ' +
  '-tshort -Version -force -batch -brief -json -pretty -rcvbuf -color -help -netns -Numeric -all -echo'
).split(' ');

function readOptions(words: Arguments): Form {
  const form = { json: false, statistics: false };
  for (;;) {
    const word = words.peek;
    if (word === undefined || !word.text.startsWith('-')) return form;
    words.take();
    if (word.text === '--') return form;
    const option = word.text.startsWith('--') ? word.text.slice(1) : word.text;
    const name = OPTIONS.find((each) => (/^-[46\dMB]$/.test(each) ? option === each : matches(option, each)));
    if (name === '-stats' || name === '-statistics') form.statistics = true;
    else if (name === '-json') form.json = true;
    else if (name === '-help') usage(USAGE, word);
    else if (name !== undefined) throw new Unmodelled(word);
    else {
      const complaint = `Option "${option}" is unknown, try "ip -help".`;
      throw new Complaint(complaint, word.place, 'unknown-word', word.text, '-s, -j');
    }
  }
}

function readLink(words: Arguments, ground: Ground, form: Form): Command {
  if (!words.more) return readShow(words, ground, form);
  const verb = words.take();
  const is = (name: string): boolean => matches(verb.text, name);
  if (is('add')) throw new Unmodelled(verb);
  if (is('set') || is('change')) return { changes: readSet(words, ground) };
  if (is('replace') || is('delete')) throw new Unmodelled(verb);
  if (is('show') || is('lst') || is('list')) return readShow(words, ground, form);
  if (is('xstats') || is('afstats') || is('property')) throw new Unmodelled(verb);
  if (is('help')) usage(LINK_USAGE, verb);
  const complaint = `Command "${verb.text}" is unknown, try "ip link help".`;
  throw new Complaint(complaint, verb.place, 'unknown-command', verb.text, 'set, show');
}

/** Keywords of `ip link set` that have nothing to do with VFs; `~`: any prefix will do. */
const OTHER_KEYWORDS = (
  'name index ~link ~address ~broadcast brd ~txqueuelen qlen ~txqlen mtu xdpgeneric xdpdrv xdpoffload xdp netns multicast ' +
  'trailers arp carrier ~master vrf ~nomaster ~dynamic ~type ~alias group mode state ~numtxqueues ~numrxqueues ' +
  '~addrgenmode ~link-netns ~link-netnsid protodown protodown_reason gso_max_size gso_max_segs gro_max_size parentdev'
).split(' ');

function readSet(words: Arguments, ground: Ground): SrIovChange[] {
  let device: Word | null = null;
  let up: boolean | null = null;
  const modes = new Map<'promisc' | 'allmulticast', boolean>();
  const vfs: SrIovChange[] = [];
  while (words.more) {
    const word = words.take();
    const { text } = word;
    if (text === 'up' || text === 'down') up = text === 'up';
    else if (text === 'promisc' || text === 'allmulticast') modes.set(text, exactlyOnOff(text, words.value()));
    else if (text === 'vf') vfs.push(...readVfOf(words, word, device, ground));
    else if (OTHER_KEYWORDS.some((name) => (name[0] === '~' ? matches(text, name.slice(1)) : text === name))) {
      throw new Unmodelled(word);
    } else device = readDevice(words, word, device);
  }
  if (device === null) return words.fail('Not enough information: "dev" argument is required.', 'missing', '', 'dev');
  const port = ground.expect(device);
  return [
    ...[...modes].map(([mode, on]): SrIovChange => ({ kind: 'request-mode', port, mode, on })),
    ...(up === null ? [] : [{ kind: 'link', port, up } as const]),
    ...vfs,
  ];
}

function readVfOf(words: Arguments, word: Word, device: Word | null, ground: Ground): SrIovChange[] {
  if (device !== null) return readVf(words, device.text, ground);
  // The number is looked at first.
  const number = words.value();
  if (!/^[+-]?\d+$/.test(number.text)) wrongValue(number, 'Invalid "vf" value', '整数');
  throw new Complaint('Error: argument "dev" is required', word.place, 'missing', word.text, 'dev');
}

function readDevice(words: Arguments, first: Word, device: Word | null): Word {
  if (matches(first.text, 'help')) usage(LINK_USAGE, first);
  const word = first.text === 'dev' ? words.value() : first;
  if (device !== null) duplicateOrGarbage('dev', word);
  if (word.text === '' || /[/ \t\n\v\f\r]/.test(word.text)) wrongValue(word, '"dev" not a valid ifname', 'ens1f0');
  return word;
}

function readShow(words: Arguments, ground: Ground, form: Form): Command {
  let device: Word | null = null;
  while (words.more) {
    const first = words.take();
    if (['up', 'master', 'nomaster', 'type', 'group', 'vrf', 'label'].includes(first.text)) throw new Unmodelled(first);
    if (first.text !== 'dev' && matches(first.text, 'help')) usage(LINK_USAGE, first);
    const word = first.text === 'dev' ? words.value() : first;
    if (device !== null) duplicateOrGarbage('dev', word);
    device = word;
  }
  if (device !== null) ground.expect(device, 'Device "%" does not exist.');
  return { request: { show: 'ip link', ...form } };
}
