/**
 * A packet as OpenFlow sees it: one 32-bit word or more a field (`FLOW_FIELDS`), big-endian, right-aligned.
 *
 * Read first: Open vSwitch's lib/flow.c (miniflow_extract, parse_ethertype, ipv4_sanity_check). What surprises: a frame
 * whose IP header is not sane still is IP, with addresses, protocol and ports 0 (ACL-O-6); so has every fragment, the first
 * too, ports 0 while tables are asked; ARP's addresses stand in the same place as IPv4's.
 */
import { readUint16, readUint32 } from '../wire/bytes.ts';
import { FLOW_FIELDS, type FlowField, type FlowTest } from './flow.ts';
import type { Classified } from './classifier.ts';

const NAMES = Object.keys(FLOW_FIELDS) as FlowField[];

/** First word of each field. */
export const FLOW_WORDS: Readonly<Record<FlowField, number>> = wordsOfFields();
const OPENFLOW_WORDS = NAMES.reduce((sum, name) => sum + wordCount(name), 0);

/** What no flow can match, but connections are told apart and followed by. */
export const CONNECTION_WORDS = {
  icmp_id: OPENFLOW_WORDS,
  tcp_seq: OPENFLOW_WORDS + 1,
  tcp_ack: OPENFLOW_WORDS + 2,
  tcp_window: OPENFLOW_WORDS + 3,
  /** Shift of the window scale option; -1: there is none. */
  tcp_scale: OPENFLOW_WORDS + 4,
  /** Payload in bytes. */
  tcp_size: OPENFLOW_WORDS + 5,
} as const;
export const FLOW_KEY_WORDS = OPENFLOW_WORDS + 6;

const W = Object.freeze(FLOW_WORDS);

/** EtherType of frames without one: IEEE 802.3 length and no SNAP header. */
const NO_TYPE = 0x05ff;
const TYPE_MIN = 0x0600;
const [TYPE_IPV4, TYPE_IPV6, TYPE_ARP, TYPE_RARP] = [0x0800, 0x86dd, 0x0806, 0x8035];
const [ICMP, IGMP, TCP, UDP, ICMPV6, SCTP] = [1, 2, 6, 17, 58, 132];
const FRAGMENT = 1;
const FRAGMENT_LATER = 2;

export function newFlowKey(): Int32Array {
  return new Int32Array(FLOW_KEY_WORDS);
}

/** Everything behind the tags; `typeAt`: where the type field stands that ends them, `end`: behind the last byte. */
export function readFlowKey(key: Int32Array, bytes: Uint8Array, typeAt: number, end: number): void {
  key.fill(0, W.eth_type, W.ct_state);
  const [type, at] = [etherTypeAt(bytes, typeAt, end), networkAt(bytes, typeAt, end)];
  key[W.eth_type] = type;
  if (type === TYPE_IPV4) readIpv4(key, bytes, at, end);
  else if (type === TYPE_IPV6) readIpv6(key, bytes, at, end);
  else if (type === TYPE_ARP || type === TYPE_RARP) readArp(key, bytes, at, end);
}

/** Where the network layer begins. */
export function networkAt(bytes: Uint8Array, typeAt: number, end: number): number {
  return hasSnap(bytes, typeAt, end) ? typeAt + 10 : typeAt + 2;
}

function etherTypeAt(bytes: Uint8Array, typeAt: number, end: number): number {
  const type = readUint16(bytes, typeAt);
  if (type >= TYPE_MIN) return type;
  if (!hasSnap(bytes, typeAt, end)) return NO_TYPE;
  const inner = readUint16(bytes, typeAt + 8);
  return inner >= TYPE_MIN ? inner : NO_TYPE;
}

/** LLC with a SNAP header of organisation 0 stands before the real type. */
function hasSnap(bytes: Uint8Array, typeAt: number, end: number): boolean {
  if (readUint16(bytes, typeAt) >= TYPE_MIN || typeAt + 10 > end) return false;
  return readUint32(bytes, typeAt + 2) === 0xaaaa0300 && readUint16(bytes, typeAt + 6) === 0;
}

function readIpv4(key: Int32Array, bytes: Uint8Array, at: number, end: number): void {
  if (at + 20 > end) return;
  const headerSize = (bytes[at]! & 0x0f) * 4;
  const totalSize = readUint16(bytes, at + 2);
  if (headerSize < 20 || at + headerSize > end || totalSize > end - at || headerSize > totalSize) return;
  key[W.ip_tos] = bytes[at + 1]!;
  key[W.ip_ttl] = bytes[at + 8]!;
  key[W.ip_proto] = bytes[at + 9]!;
  key[W.ip_src] = readUint32(bytes, at + 12) | 0;
  key[W.ip_dst] = readUint32(bytes, at + 16) | 0;
  const fragment = readUint16(bytes, at + 6);
  if ((fragment & 0x3fff) !== 0) {
    key[W.ip_frag] = FRAGMENT | ((fragment & 0x1fff) === 0 ? 0 : FRAGMENT_LATER);
    return;
  }
  readTransport(key, bytes, at + headerSize, at + totalSize, bytes[at + 9]!);
}

/** parse_ipv6_ext_hdrs: hop-by-hop, routing, destination options, authentication and fragment headers are passed over. */
function readIpv6(key: Int32Array, bytes: Uint8Array, at: number, end: number): void {
  if (at + 40 > end) return;
  const stop = at + 40 + readUint16(bytes, at + 4);
  if (stop > end) return;
  for (let word = 0; word < 4; word++) {
    key[W.ipv6_src + word] = readUint32(bytes, at + 8 + 4 * word) | 0;
    key[W.ipv6_dst + word] = readUint32(bytes, at + 24 + 4 * word) | 0;
  }
  key[W.ip_tos] = (readUint16(bytes, at) >> 4) & 0xff;
  key[W.ip_ttl] = bytes[at + 7]!;
  let next = bytes[at + 6]!;
  let from = at + 40;
  while (isExtension(next)) {
    if (from + 8 > stop) return clearIpv6(key);
    const own = next;
    next = bytes[from]!;
    if (own === 44) {
      const fragment = readUint16(bytes, from + 2) & 0xfff9;
      from += 8;
      if (fragment === 0) continue;
      key[W.ip_frag] = FRAGMENT | (fragment < 8 ? 0 : FRAGMENT_LATER);
      if (fragment >= 8) break;
    } else {
      const size = own === 51 ? (bytes[from + 1]! + 2) * 4 : (bytes[from + 1]! + 1) * 8;
      if (from + size > stop) return clearIpv6(key);
      from += size;
    }
  }
  key[W.ip_proto] = next;
  if (key[W.ip_frag] === 0) readTransport(key, bytes, from, stop, next);
}

function isExtension(header: number): boolean {
  return header === 0 || header === 43 || header === 44 || header === 51 || header === 60;
}

/** Extension headers that do not fit leave nothing of the packet but its type. */
function clearIpv6(key: Int32Array): void {
  key.fill(0, W.eth_type + 1, W.ct_state);
}

function readTransport(key: Int32Array, bytes: Uint8Array, at: number, end: number, protocol: number): void {
  const size = end - at;
  switch (protocol) {
    case TCP: {
      if (size < 20) return;
      const headerSize = (bytes[at + 12]! >> 4) * 4;
      if (headerSize < 20 || headerSize > size) return;
      key[W.tcp_flags] = readUint16(bytes, at + 12) & 0x0fff;
      readSequence(key, bytes, at, headerSize, size);
      break;
    }
    case UDP:
      if (size < 8) return;
      break;
    case SCTP:
      if (size < 12) return;
      break;
    case ICMP:
    case ICMPV6:
      if (size < (protocol === ICMP ? 8 : 4)) return;
      key[W.tp_src] = bytes[at]!;
      key[W.tp_dst] = bytes[at + 1]!;
      if (size >= 6) key[CONNECTION_WORDS.icmp_id] = readUint16(bytes, at + 4);
      return;
    case IGMP:
      if (size < 8) return;
      key[W.tp_src] = bytes[at]!;
      key[W.tp_dst] = bytes[at + 1]!;
      return;
    default:
      return;
  }
  key[W.tp_src] = readUint16(bytes, at);
  key[W.tp_dst] = readUint16(bytes, at + 2);
}

function readSequence(key: Int32Array, bytes: Uint8Array, at: number, headerSize: number, size: number): void {
  key[CONNECTION_WORDS.tcp_seq] = readUint32(bytes, at + 4) | 0;
  key[CONNECTION_WORDS.tcp_ack] = readUint32(bytes, at + 8) | 0;
  key[CONNECTION_WORDS.tcp_window] = readUint16(bytes, at + 14);
  key[CONNECTION_WORDS.tcp_size] = size - headerSize;
  key[CONNECTION_WORDS.tcp_scale] = windowScale(bytes, at + 20, at + headerSize);
}

/** RFC 7323 2.2, and tcp_get_wscale: at most 14. */
function windowScale(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at + 3 <= end) {
    const kind = bytes[at]!;
    if (kind === 0) return -1;
    if (kind === 3) return Math.min(bytes[at + 2]!, 14);
    const size = kind === 1 ? 1 : bytes[at + 1]!;
    if (size === 0) return -1;
    at += kind === 1 ? 1 : Math.max(size, 2);
  }
  return -1;
}

function readArp(key: Int32Array, bytes: Uint8Array, at: number, end: number): void {
  if (at + 28 > end) return;
  if (readUint32(bytes, at) !== 0x00010800 || readUint16(bytes, at + 4) !== 0x0604) return;
  const operation = readUint16(bytes, at + 6);
  if (operation <= 0xff) key[W.arp_op] = operation;
  key[W.arp_spa] = readUint32(bytes, at + 14) | 0;
  key[W.arp_tpa] = readUint32(bytes, at + 24) | 0;
  setMac(key, W.arp_sha, readUint16(bytes, at + 8), readUint32(bytes, at + 10));
  setMac(key, W.arp_tha, readUint16(bytes, at + 18), readUint32(bytes, at + 20));
}

function setMac(key: Int32Array, word: number, high: number, low: number): void {
  key[word] = high;
  key[word + 1] = low | 0;
}

// --- Tests

/** A flow's match in words; the words of one mask are those that the flow looks at. */
export function classified(match: readonly FlowTest[], rank: number): Classified {
  const masks = new Int32Array(FLOW_KEY_WORDS);
  const values = new Int32Array(FLOW_KEY_WORDS);
  for (const { field, value, mask } of match) {
    const first = FLOW_WORDS[field];
    wordsOf(mask).forEach((word, index) => (masks[first + index] = masks[first + index]! | word));
    wordsOf(value).forEach((word, index) => (values[first + index] = values[first + index]! | word));
  }
  const words = [...masks.keys()].filter((word) => masks[word] !== 0);
  return {
    words,
    masks: words.map((word) => masks[word]!),
    values: words.map((word) => values[word]! & masks[word]!),
    rank,
  };
}

/** Big-endian bytes in words, right-aligned: six bytes are two and four. */
export function wordsOf(bytes: Uint8Array): number[] {
  const words: number[] = [];
  const head = bytes.length % 4;
  for (let at = head === 0 ? 0 : head - 4; at < bytes.length; at += 4) {
    let word = 0;
    for (let i = Math.max(0, at); i < at + 4; i++) word = (word << 8) | bytes[i]!;
    words.push(word);
  }
  return words;
}

function wordCount(field: FlowField): number {
  return Math.ceil(FLOW_FIELDS[field] / 32);
}

function wordsOfFields(): Record<FlowField, number> {
  let next = 0;
  const entries = NAMES.map((name) => {
    const word = next;
    next += wordCount(name);
    return [name, word] as const;
  });
  return Object.fromEntries(entries) as Record<FlowField, number>;
}
