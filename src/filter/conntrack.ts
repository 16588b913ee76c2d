/**
 * Connection tracking: which conversation a packet belongs to, and whether it may be a part of it.
 *
 * Read first: Open vSwitch's lib/conntrack.c (process_one, conn_update_state), conntrack-tcp.c, conntrack-other.c,
 * conntrack-icmp.c; ovs-fields(7) on ct_state. What surprises: without `commit` nothing is remembered, so every packet of
 * a conversation that was never committed is new; a packet in the middle of an unknown TCP conversation is new too ("loose"),
 * but a SYN/ACK that nobody asked for is invalid (ACL-O-9); established needs a packet from the other side.
 *
 * Left out: address translation, helpers for FTP and the like.
 */
import { CONNECTION_WORDS, FLOW_WORDS } from './flow-key.ts';
import {
  ACK,
  CLOSING,
  ESTABLISHED,
  FIN_WAIT_2,
  follow,
  hasInvalidFlags,
  newPeers,
  SYN,
  SYN_SENT,
  type TcpPeer,
} from './tcp-window.ts';

/** Bits of ct_state (ovs-fields(7)). */
export const CT_NEW = 0x01;
export const CT_ESTABLISHED = 0x02;
export const CT_RELATED = 0x04;
export const CT_REPLY = 0x08;
export const CT_INVALID = 0x10;
export const CT_TRACKED = 0x20;

/** What {@link ConnectionTracker.track} answers for what cannot be a conversation. */
export const NO_CONNECTION = CT_TRACKED | CT_INVALID;

/** How long a conversation is remembered without a packet, in milliseconds. */
export interface Timeouts {
  readonly tcpFirst: number;
  readonly tcpOpening: number;
  readonly tcpEstablished: number;
  readonly tcpClosing: number;
  readonly tcpFinWait: number;
  readonly tcpClosed: number;
  readonly otherFirst: number;
  readonly otherMultiple: number;
  readonly otherBoth: number;
  readonly icmpFirst: number;
  readonly icmpReply: number;
}

/** CT_DPIF_TP_ATTR defaults of Open vSwitch's userspace (lib/conntrack-tp.c). */
export const OVS_TIMEOUTS: Timeouts = {
  tcpFirst: 30_000,
  tcpOpening: 30_000,
  tcpEstablished: 86_400_000,
  tcpClosing: 900_000,
  tcpFinWait: 45_000,
  tcpClosed: 30_000,
  otherFirst: 60_000,
  otherMultiple: 60_000,
  otherBoth: 30_000,
  icmpFirst: 60_000,
  icmpReply: 30_000,
};

const [TYPE_IPV4, TYPE_IPV6] = [0x0800, 0x86dd];
const [ICMP, TCP, UDP, ICMPV6, SCTP] = [1, 6, 17, 58, 132];
interface Connection {
  readonly protocol: number;
  /** Of the side that began and of the other. */
  readonly peers: readonly [TcpPeer, TcpPeer];
  hasReply: boolean;
  packets: number;
  mark: number;
  expiresMs: number;
}

export class ConnectionTracker {
  readonly #timeouts: Timeouts;
  readonly #connections = new Map<string, Connection>();
  #last: Connection | null = null;

  constructor(timeouts: Timeouts = OVS_TIMEOUTS) {
    this.#timeouts = timeouts;
  }

  get size(): number {
    return this.#connections.size;
  }

  /** The state of a packet, as bits of ct_state; `commit` remembers a conversation that is new. */
  track(packet: Int32Array, zone: number, commit: boolean, nowMs: number): number {
    this.#last = null;
    const names = namesOf(packet, zone);
    if (names === null) return NO_CONNECTION;
    const [name, reverse] = names;
    const own = this.#find(name, nowMs);
    const found = own ?? this.#find(reverse, nowMs);
    if (found === null) return this.#begin(packet, name, commit, nowMs);
    const isReply = own === null;
    const update = this.#update(found, packet, isReply, nowMs);
    if (update === CT_INVALID) return NO_CONNECTION;
    if (update === RENEW) {
      this.#connections.delete(isReply ? reverse : name);
      return this.#begin(packet, name, commit, nowMs);
    }
    this.#last = found;
    return CT_TRACKED | update | (update === CT_ESTABLISHED && isReply ? CT_REPLY : 0);
  }

  /** Sets the mark of the conversation of the packet just tracked, if it is remembered. */
  mark(mark: number): void {
    if (this.#last !== null) this.#last.mark = mark;
  }

  markAt(): number {
    return this.#last?.mark ?? 0;
  }

  #find(name: string, nowMs: number): Connection | null {
    const found = this.#connections.get(name);
    if (found === undefined) return null;
    if (nowMs < found.expiresMs) return found;
    this.#connections.delete(name);
    return null;
  }

  #begin(packet: Int32Array, name: string, commit: boolean, nowMs: number): number {
    const protocol = packet[FLOW_WORDS.ip_proto]!;
    const flags = packet[FLOW_WORDS.tcp_flags]!;
    if (protocol === TCP && (hasInvalidFlags(flags) || (flags & (SYN | ACK)) === (SYN | ACK))) return NO_CONNECTION;
    if ((protocol === ICMP || protocol === ICMPV6) && !isEchoRequest(packet)) return NO_CONNECTION;
    if (commit) {
      const connection = { protocol, peers: newPeers(packet), hasReply: false, packets: 1, mark: 0, expiresMs: 0 };
      connection.expiresMs = nowMs + this.#timeoutOf(connection);
      this.#connections.set(name, connection);
      this.#last = connection;
    }
    return CT_TRACKED | CT_NEW;
  }

  /** CT_ESTABLISHED, CT_NEW, CT_INVALID or RENEW. */
  #update(connection: Connection, packet: Int32Array, isReply: boolean, nowMs: number): number {
    const { protocol } = connection;
    const isFirst = !connection.hasReply && connection.packets === 1 && !isReply;
    const answer = protocol === TCP ? updateTcp(connection, packet, isReply) : isFirst ? CT_NEW : CT_ESTABLISHED;
    if (answer === CT_INVALID || answer === RENEW) return answer;
    connection.packets++;
    if (isReply) connection.hasReply = true;
    connection.expiresMs = nowMs + this.#timeoutOf(connection);
    const isIcmp = protocol === ICMP || protocol === ICMPV6;
    return isIcmp && !connection.hasReply ? CT_NEW : answer;
  }

  #timeoutOf({ protocol, peers, hasReply, packets }: Connection): number {
    const times = this.#timeouts;
    if (protocol === ICMP || protocol === ICMPV6) return hasReply ? times.icmpReply : times.icmpFirst;
    if (protocol !== TCP) return hasReply ? times.otherBoth : packets > 1 ? times.otherMultiple : times.otherFirst;
    const [source, target] = [peers[0].state, peers[1].state];
    if (packets === 1) return times.tcpFirst;
    if (source >= FIN_WAIT_2 && target >= FIN_WAIT_2) return times.tcpClosed;
    if (source >= CLOSING && target >= CLOSING) return times.tcpFinWait;
    if (source < ESTABLISHED || target < ESTABLISHED) return times.tcpOpening;
    return source >= CLOSING || target >= CLOSING ? times.tcpClosing : times.tcpEstablished;
  }
}

/** The conversation is over and this packet begins another. */
const RENEW = 0x100;

function updateTcp({ peers }: Connection, packet: Int32Array, isReply: boolean): number {
  const flags = packet[FLOW_WORDS.tcp_flags]!;
  const [source, target] = isReply ? [peers[1], peers[0]] : peers;
  if (hasInvalidFlags(flags)) return CT_INVALID;
  if ((flags & (SYN | ACK)) === SYN) {
    if (source.state >= FIN_WAIT_2 && target.state >= FIN_WAIT_2) return RENEW;
    if (source.state <= SYN_SENT) {
      source.state = SYN_SENT;
      return CT_NEW;
    }
  }
  return follow(packet, source, target) ? CT_ESTABLISHED : CT_INVALID;
}

function isEchoRequest(packet: Int32Array): boolean {
  const type = packet[FLOW_WORDS.tp_src]!;
  return packet[FLOW_WORDS.ip_proto] === ICMP ? type === 8 || type === 13 || type === 15 : type === 128;
}

/** The conversation's name from this side and from the other; null: the packet cannot be a part of one. */
function namesOf(packet: Int32Array, zone: number): [own: string, reverse: string] | null {
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
