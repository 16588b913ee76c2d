/**
 * The words behind `ip link set PF vf N`.
 *
 * Read first: iproute2 6.1 ip/iplink.c, iplink_parse_vf; net/core/rtnetlink.c, do_setvfinfo. What surprises: any prefix of a
 * keyword will do (`m` is mac, `s` spoofchk); a VLAN above 4095 is the tool's complaint, a priority above 7 the kernel's;
 * the kernel takes the settings in an order of its own, and of two alike the last.
 */
import type { SrIovChange } from '../../switch/profiles/sr-iov/change.ts';
import type { VlanProtocol } from '../../switch/profiles/sr-iov/nic-function.ts';
import { VID_RESERVED } from '../../wire/dot1q.ts';
import { mac } from '../../wire/mac-address.ts';
import type { Word } from '../console.ts';
import {
  Complaint,
  integer,
  linkAddress,
  macText,
  matches,
  onOff,
  unsigned,
  U32,
  wrongValue,
  type Arguments,
} from '../linux-bridge/arguments.ts';
import type { Ground } from './command.ts';

/** `vf` has been taken; the kernel's order. */
export function readVf(words: Arguments, device: string, ground: Ground): SrIovChange[] {
  const vf = integer(words.value(), 'Invalid "vf" value');
  const reading: Reading = { vf, words, device, ground, changes: new Map(), rates: {}, isNewRate: false };
  let count = 0;
  for (; words.more; count++) {
    const keyword = KEYWORDS.find(([name]) => matches(words.peek!.text, name));
    if (keyword === undefined) break;
    keyword[1](reading, words.take());
  }
  if (count === 0)
    words.fail('Command line is not complete. Try option "help"', 'incomplete', '', 'mac, vlan, trust …');
  checkRates(reading);
  return KERNEL_ORDER.flatMap((name) => reading.changes.get(name) ?? []);
}

interface Reading {
  readonly vf: number;
  readonly words: Arguments;
  readonly device: string;
  readonly ground: Ground;
  readonly changes: Map<(typeof KERNEL_ORDER)[number], SrIovChange>;
  rates: { min?: number; max?: number };
  /** `max_tx_rate` or `min_tx_rate` was said: then `rate` is another name for the first. */
  isNewRate: boolean;
}

const KERNEL_ORDER = ['mac', 'vlan', 'old rate', 'rate', 'spoofchk', 'state', 'query_rss', 'trust'] as const;

const KEYWORDS: readonly (readonly [name: string, read: (reading: Reading, word: Word) => void])[] = [
  ['mac', readMac],
  ['vlan', readVlan],
  ['rate', readOldRate],
  ['max_tx_rate', (reading) => readRate(reading, 'max')],
  ['min_tx_rate', (reading) => readRate(reading, 'min')],
  ['spoofchk', (reading) => readSwitch(reading, 'spoofchk')],
  ['query_rss', (reading) => readSwitch(reading, 'query_rss')],
  ['trust', (reading) => readSwitch(reading, 'trust')],
  ['state', readState],
  ['node_guid', readGuid],
  ['port_guid', readGuid],
];

function readMac({ vf, words, device, ground, changes }: Reading): void {
  const word = words.value();
  const octets = linkAddress(word);
  // Of a device that is not there the tool does not know how long addresses are.
  if (octets.length !== 6 && ground.has(device)) {
    const complaint = `Invalid address length ${octets.length} - must be 6 bytes`;
    throw new Complaint(complaint, word.place, 'bad-value', word.text, '02:00:00:00:00:0a');
  }
  if (octets.length === 6) changes.set('mac', { kind: 'vf-mac', vf, mac: mac(macText(octets)) });
}

function readVlan({ vf, words, changes }: Reading): void {
  const vlan = unsigned(words.value(), BigInt(VID_RESERVED), 'Invalid "vlan" value');
  const qos = isNext(words, 'qos') ? unsigned(words.value(), U32, 'Invalid "qos" value') : 0;
  const proto = isNext(words, 'proto') ? readProtocol(words.value()) : '802.1Q';
  changes.set('vlan', { kind: 'vf-vlan', vf, vlan, qos, proto });
  const next = words.peek;
  if (proto === '802.1ad' && next !== undefined && matches(next.text, 'vlan')) {
    // A list of VLANs, of which the kernel takes one.
    throw new Complaint('RTNETLINK answers: Operation not supported', next.place, 'duplicate', next.text, 'vlan');
  }
}

function isNext(words: Arguments, name: string): boolean {
  const next = words.peek;
  if (next === undefined || !matches(next.text, name)) return false;
  words.take();
  return true;
}

/** ll_proto_a2n: names of protocols, or four hexadecimal digits. */
function readProtocol(word: Word): VlanProtocol {
  const text = word.text.toLowerCase();
  if (text === '802.1q' || /^(?:0x)?8100$/.test(text)) return '802.1Q';
  if (text === '802.1ad' || /^(?:0x)?88a8$/.test(text)) return '802.1ad';
  const isKnown = PROTOCOLS.has(text) || /^(?:0x)?0*[0-9a-f]{1,4}$/.test(text);
  return wrongValue(
    word,
    isKnown ? 'Invalid "vlan protocol" value - supported 802.1Q, 802.1ad' : 'protocol is invalid',
    '802.1Q, 802.1ad',
  );
}

/** Protocols that the tool knows and a port VLAN does not. */
const PROTOCOLS: ReadonlySet<string> = new Set(
  (
    'loop pup ip ipv4 x25 arp bpq ieeepup ieeepupat dec dna_dl dna_rc dna_rt lat diag cust sca rarp atalk aarp ipx ipv6 ' +
    'ppp_disc ppp_ses atmmpoa atmfate 802_3 ax25 all 802_2 snap ddcmp wan_ppp ppp_mp localtalk ppptalk tr_802_2 mobitex ' +
    'control irda econet tipc profinet aoe ethercat mpls_uc mpls_mc teb ll_mcast'
  ).split(' '),
);

function readOldRate({ vf, words, changes }: Reading): void {
  const max = unsigned(words.value(), U32, 'Invalid "rate" value');
  changes.set('old rate', { kind: 'vf-rate', vf, max });
}

function readRate(reading: Reading, which: 'min' | 'max'): void {
  const rate = unsigned(reading.words.value(), U32, `Invalid "${which} tx rate" value`);
  reading.rates = { ...reading.rates, [which]: rate };
  reading.isNewRate = true;
}

/** The tool asks the kernel for the limit that is not named, and compares. */
function checkRates({ vf, words, ground, changes, rates, isNewRate }: Reading): void {
  if (!isNewRate) return;
  const old = changes.get('old rate');
  changes.delete('old rate');
  const max = rates.max ?? (old?.kind === 'vf-rate' ? old.max : undefined);
  const limits = { ...(rates.min !== undefined && { min: rates.min }), ...(max !== undefined && { max }) };
  const present = ground.nic?.functions.find((own) => own?.vf === vf);
  const [least, most] = [limits.min ?? present?.minTxRate ?? 0, limits.max ?? present?.maxTxRate ?? 0];
  if (most !== 0 && least > most) {
    const complaint = `Invalid min_tx_rate ${least} - must be <= max_tx_rate ${most}`;
    words.fail(complaint, 'conflict', String(least), `0〜${most}`);
  }
  changes.set('rate', { kind: 'vf-rate', vf, ...limits });
}

function readSwitch({ vf, words, changes }: Reading, setting: 'spoofchk' | 'query_rss' | 'trust'): void {
  const value = onOff(setting, words.value()) ? 'on' : 'off';
  changes.set(setting, { kind: 'vf-setting', vf, setting, value });
}

function readState({ vf, words, changes }: Reading): void {
  const word = words.value();
  const value = ['auto', 'enable', 'disable'].find((name) => matches(word.text, name));
  if (value === undefined) wrongValue(word, 'Invalid "state" value', 'auto, enable, disable');
  changes.set('state', { kind: 'vf-setting', vf, setting: 'state', value: value! });
}

/** Of InfiniBand. */
function readGuid({ words }: Reading, keyword: Word): void {
  const word = words.value();
  if (!/^(?:[0-9a-f]{2}:){7}[0-9a-f]{2}$/i.test(word.text)) {
    wrongValue(word, 'Invalid GUID format', '00:11:22:33:44:55:66:77');
  }
  words.unmodelled ??= keyword;
}
