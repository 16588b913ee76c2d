/**
 * Which conversation a packet belongs to: its protocol and both ends, with the ports that they use, or the number of an echo.
 *
 * Read first: Open vSwitch's lib/conntrack.c (conn_key_extract, extract_l4).
 */
import { CONNECTION_WORDS, FLOW_WORDS } from './flow-key.ts';

const [TYPE_IPV4, TYPE_IPV6] = [0x0800, 0x86dd];
const [ICMP, TCP, UDP, ICMPV6, SCTP] = [1, 6, 17, 58, 132];

/** The conversation's name from this side and from the other; null: the packet cannot be a part of one. */
export function namesOf(packet: Int32Array, zone: number): [own: string, reverse: string] | null {
  const type = packet[FLOW_WORDS.eth_type]!;
  if (type !== TYPE_IPV4 && type !== TYPE_IPV6) return null;
  if ((packet[FLOW_WORDS.ip_frag]! & 2) !== 0) return null;
  const protocol = packet[FLOW_WORDS.ip_proto]!;
  const [source, target] =
    type === TYPE_IPV4
      ? [String(packet[FLOW_WORDS.ip_src]), String(packet[FLOW_WORDS.ip_dst])]
      : [addressAt(packet, FLOW_WORDS.ipv6_src), addressAt(packet, FLOW_WORDS.ipv6_dst)];
  const [from, to] = endsOf(packet, protocol);
  const head = `${zone} ${type} ${protocol}`;
  return [`${head} ${source}.${from} ${target}.${to}`, `${head} ${target}.${to} ${source}.${from}`];
}

function addressAt(packet: Int32Array, word: number): string {
  return packet.subarray(word, word + 4).join(':');
}

function endsOf(packet: Int32Array, protocol: number): [from: string | number, to: string | number] {
  const [source, target] = [packet[FLOW_WORDS.tp_src]!, packet[FLOW_WORDS.tp_dst]!];
  if (protocol === TCP || protocol === UDP || protocol === SCTP) return [source, target];
  if (protocol !== ICMP && protocol !== ICMPV6) return [0, 0];
  // A request belongs to the reply that would answer it, and to no request from the other side.
  const identifier = packet[CONNECTION_WORDS.icmp_id]!;
  return [`${identifier}/${source}`, `${identifier}/${answerTo(source)}`];
}

const ANSWERS: readonly (readonly [request: number, reply: number])[] = [
  [8, 0],
  [13, 14],
  [15, 16],
  [128, 129],
];

function answerTo(type: number): number {
  for (const [request, reply] of ANSWERS) {
    if (type === request) return reply;
    if (type === reply) return request;
  }
  return type;
}
