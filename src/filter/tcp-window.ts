/**
 * Whether a TCP packet fits into its conversation: states and windows of both sides.
 *
 * Read first: Guido van Rooij, Real Stateful TCP Packet Filtering in IP Filter (2001); Open vSwitch's lib/conntrack-tcp.c
 * tcp_conn_update, which this follows step by step; both are OpenBSD pf's. Sequence numbers are 32-bit integers that wrap
 * around: a comparison is the sign of a difference.
 */
import { CONNECTION_WORDS, FLOW_WORDS } from './flow-key.ts';

export const [FIN, SYN, RST, ACK] = [0x01, 0x02, 0x04, 0x10] as const;

/** CT_DPIF_TCPS_*: of one side, in this order. */
export const [CLOSED, SYN_SENT, ESTABLISHED, CLOSING, FIN_WAIT_2, TIME_WAIT] = [0, 2, 4, 5, 9, 10] as const;

const SCALE_MAX = 14;
/** How far an acknowledgement may be off: a window and an arbitrary rest. */
const ACK_SKEW_MAX = 0xffff + 1500;

/** What is known of one side. Scale -1: it uses none; -2: nobody has seen how the conversation began. */
export interface TcpPeer {
  state: number;
  /** The next number that it is expected to send, and the highest that the other side lets it send. */
  low: number;
  high: number;
  window: number;
  scale: number;
}

const [NO_SCALE, UNKNOWN_SCALE] = [-1, -2];

/** Of a conversation's first packet that was seen. */
export function newPeers(packet: Int32Array): [TcpPeer, TcpPeer] {
  const flags = packet[FLOW_WORDS.tcp_flags]!;
  const low = packet[CONNECTION_WORDS.tcp_seq]!;
  const hasSyn = (flags & SYN) !== 0;
  const scale = hasSyn ? packet[CONNECTION_WORDS.tcp_scale]! : UNKNOWN_SCALE;
  const window = Math.max(packet[CONNECTION_WORDS.tcp_window]!, 1);
  const counted = 1 + (hasSyn ? 1 : 0) + ((flags & FIN) === 0 ? 0 : 1);
  return [
    {
      state: SYN_SENT,
      low,
      high: (low + packet[CONNECTION_WORDS.tcp_size]! + counted) | 0,
      window: scale > 0 ? Math.ceil(window / 2 ** scale) : window,
      scale,
    },
    { state: CLOSED, low: 0, high: 1, window: 1, scale: hasSyn ? NO_SCALE : UNKNOWN_SCALE },
  ];
}

/** Combinations that no stack sends. */
export function hasInvalidFlags(flags: number): boolean {
  if ((flags & SYN) !== 0) return (flags & (RST | FIN)) !== 0;
  return (flags & (ACK | RST)) === 0;
}

/** Whether the packet fits; both sides are brought up to date with it. */
export function follow(packet: Int32Array, source: TcpPeer, target: TcpPeer): boolean {
  const flags = packet[FLOW_WORDS.tcp_flags]!;
  const isSyn = (flags & SYN) !== 0;
  const first = packet[CONNECTION_WORDS.tcp_seq]!;
  let window = packet[CONNECTION_WORDS.tcp_window]!;
  let [sourceScale, targetScale] = scalesOf(source, target, isSyn);
  let seq = first;
  let end = (seq + packet[CONNECTION_WORDS.tcp_size]! + (isSyn ? 1 : 0) + ((flags & FIN) === 0 ? 0 : 1)) | 0;
  let checksSkew = true;
  if (source.state < SYN_SENT) {
    if (isSyn && target.scale >= 0) {
      source.scale = packet[CONNECTION_WORDS.tcp_scale]!;
      if (source.scale >= 0) {
        [sourceScale, targetScale] = [source.scale, target.scale];
        window = Math.ceil(window / 2 ** sourceScale);
      } else {
        target.window *= 2 ** target.scale;
        target.scale = NO_SCALE;
      }
    }
    source.low = seq;
    source.state = SYN_SENT;
    const reach = (end + Math.max(1, target.window * 2 ** targetScale)) | 0;
    if (source.high === 1 || isAtLeast(reach, source.high)) {
      source.high = reach;
      checksSkew = false;
    }
    source.window = Math.max(source.window, window);
  }
  let ack = packet[CONNECTION_WORDS.tcp_ack]!;
  if ((flags & ACK) === 0 || (ack === 0 && (flags & RST) !== 0)) ack = target.low;
  if (seq === end) {
    seq = source.low;
    end = seq;
  }
  const skew = checksSkew ? (target.low - ack) | 0 : 0;
  const isReset = (flags & RST) !== 0;
  const fits =
    isAtLeast(source.high, end) &&
    isAtLeast(seq, (source.low - target.window * 2 ** targetScale) | 0) &&
    skew >= -ACK_SKEW_MAX &&
    skew <= ACK_SKEW_MAX * 2 ** sourceScale &&
    (!isReset || Math.abs((first - source.low) | 0) <= 1);
  if (!fits && !isNear(source, target, seq, end)) return false;
  source.window = Math.max(source.window, window);
  if (isAtLeast(end, source.low)) source.low = end;
  const reach = window * 2 ** sourceScale;
  if (isAtLeast((ack + reach) | 0, target.high)) target.high = (ack + Math.max(reach, 1)) | 0;
  if ((flags & FIN) !== 0 && source.state < CLOSING) source.state = CLOSING;
  if (fits && (flags & ACK) !== 0) {
    if (target.state === SYN_SENT) target.state = ESTABLISHED;
    else if (target.state === CLOSING) target.state = FIN_WAIT_2;
  }
  if (isReset) source.state = target.state = TIME_WAIT;
  return true;
}

/** Of a conversation that is not yet or no longer one: within a window of what was seen. */
function isNear(source: TcpPeer, target: TcpPeer, seq: number, end: number): boolean {
  const isLoose = target.state < SYN_SENT || target.state >= FIN_WAIT_2 || source.state >= FIN_WAIT_2;
  if (!isLoose) return false;
  return isAtLeast((source.high + ACK_SKEW_MAX) | 0, end) && isAtLeast(seq, (source.low - ACK_SKEW_MAX) | 0);
}

function scalesOf(source: TcpPeer, target: TcpPeer, isSyn: boolean): [number, number] {
  if (isSyn) return [0, 0];
  if (source.scale >= 0 && target.scale >= 0) return [source.scale, target.scale];
  const isUnknown = source.scale === UNKNOWN_SCALE && target.scale === UNKNOWN_SCALE;
  return isUnknown ? [SCALE_MAX, SCALE_MAX] : [0, 0];
}

function isAtLeast(a: number, b: number): boolean {
  return ((a - b) | 0) >= 0;
}
