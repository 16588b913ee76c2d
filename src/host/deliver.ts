/**
 * What a host does with a packet for itself: echo, ICMP errors, and the refusal of everything else (GUEST-7, -9, -10).
 *
 * Read first: RFC 1122 3.2.2, RFC 9293 3.10.7.1. What surprises: replies go to the address resolved for the sender's IP, not
 * back along the frame they answer; no port is open here, so every UDP datagram and every TCP segment is refused.
 */
import { isFragment, type Datagram } from './datagram.ts';
import type { Effects } from './effects.ts';
import type { IcmpErrors } from './icmp-errors.ts';
import type { Pings } from './pings.ts';
import type { Sender } from './sender.ts';
import {
  emitIcmp,
  ICMP_ECHO_REPLY,
  ICMP_ECHO_REQUEST,
  ICMP_TIME_EXCEEDED,
  ICMP_UNREACHABLE,
  parseIcmp,
  UNREACHABLE_PORT,
  UNREACHABLE_PROTOCOL,
} from '../wire/icmp.ts';
import { formatIpv4Address, PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP, type Ipv4Packet } from '../wire/ipv4.ts';
import { isMalformed } from '../wire/malformed.ts';
import { emitTcp, parseTcp, TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, type TcpSegment } from '../wire/tcp.ts';
import { parseUdp } from '../wire/udp.ts';

/** ICMP messages that end what they are about: unreachable, time exceeded, parameter problem. */
const FATAL: ReadonlySet<number> = new Set([ICMP_UNREACHABLE, ICMP_TIME_EXCEEDED, 12]);

export class Delivery {
  readonly #sender: Sender;
  readonly #errors: IcmpErrors;
  readonly #pings: Pings;

  constructor(sender: Sender, errors: IcmpErrors, pings: Pings) {
    this.#sender = sender;
    this.#errors = errors;
    this.#pings = pings;
  }

  /** `isBroadcast`: of the destination address. */
  deliver(datagram: Datagram, isBroadcast: boolean, effects: Effects): void {
    const { packet } = datagram;
    if (isFragment(packet)) {
      return effects.drop('fragment', 'GUEST-9', { offset: packet.fragmentOffset });
    }
    switch (packet.protocol) {
      case PROTOCOL_ICMP:
        return this.#takeIcmp(packet, isBroadcast, effects);
      case PROTOCOL_UDP:
        return this.#refuseUdp(datagram, effects);
      case PROTOCOL_TCP:
        return this.#refuseTcp(packet, datagram.wasUnicast && !isBroadcast, effects);
      default: {
        const reply = this.#errors.mayTell(datagram) ? 'ICMP 3/2' : '';
        effects.drop('unknown-protocol', 'GUEST-9', { protocol: packet.protocol, reply });
        this.#errors.tell(datagram, ICMP_UNREACHABLE, UNREACHABLE_PROTOCOL, effects);
      }
    }
  }

  #takeIcmp(packet: Ipv4Packet, isBroadcast: boolean, effects: Effects): void {
    const message = parseIcmp(packet.payload);
    if (isMalformed(message)) return effects.reject('ICMP', message, 'GUEST-9');
    const { type, code, identifier, sequence } = message;
    const from = formatIpv4Address(packet.src);
    if (type === ICMP_ECHO_REQUEST) {
      if (isBroadcast) {
        return effects.drop('echo-ignored', 'GUEST-7', { dstIp: formatIpv4Address(packet.dst), value: 1 });
      }
      effects.pass('echo-request', 'GUEST-7', { from });
      this.#answer(packet, emitIcmp({ ...message, type: ICMP_ECHO_REPLY }), effects);
    } else if (type === ICMP_ECHO_REPLY) {
      effects.pass('echo-reply', 'GUEST-7', { from, ttl: packet.ttl });
      this.#pings.finish({ identifier, sequence, outcome: 'reply', from, ttl: packet.ttl }, effects);
    } else if (FATAL.has(type)) {
      effects.pass('icmp-error', 'GUEST-8', { from, type, code });
      const outcome = type === ICMP_TIME_EXCEEDED ? 'ttl-expired' : 'unreachable';
      this.#pings.fail(message.payload, outcome, from, effects);
    } else {
      effects.pass('icmp-other', 'GUEST-9', { from, type });
    }
  }

  #refuseUdp(datagram: Datagram, effects: Effects): void {
    const { payload, src, dst } = datagram.packet;
    const segment = parseUdp(payload, src, dst);
    if (isMalformed(segment)) return effects.reject('UDP', segment, 'GUEST-9');
    const reply = this.#errors.mayTell(datagram) ? 'ICMP 3/3' : '';
    effects.drop('no-listener', 'GUEST-9', { protocol: 'UDP', dstPort: segment.dstPort, reply });
    this.#errors.tell(datagram, ICMP_UNREACHABLE, UNREACHABLE_PORT, effects);
  }

  #refuseTcp(packet: Ipv4Packet, isForMeAlone: boolean, effects: Effects): void {
    const segment = parseTcp(packet.payload, packet.src, packet.dst);
    if (isMalformed(segment)) return effects.reject('TCP', segment, 'GUEST-9');
    const answers = isForMeAlone && (segment.flags & TCP_RST) === 0;
    effects.drop('no-listener', 'GUEST-10', { protocol: 'TCP', dstPort: segment.dstPort, reply: answers ? 'RST' : '' });
    if (answers) this.#answer(packet, emitTcp(resetOf(segment), packet.dst, packet.src), effects);
  }

  /** Back to the sender, with the TOS that it chose (RFC 1122 3.2.2.6; Linux does so for a reset, too). */
  #answer({ src, dst, protocol, dscp, ecn }: Ipv4Packet, payload: Uint8Array, effects: Effects): void {
    const dontFragment = protocol === PROTOCOL_TCP;
    this.#sender.send({ src: dst, dst: src, protocol, payload, dscp, ecn, dontFragment }, effects);
  }
}

/** RFC 9293 3.10.7.1: what a segment to a closed port is answered with. */
function resetOf({ srcPort, dstPort, flags, sequence, acknowledgement, payload }: TcpSegment): TcpSegment {
  const isAck = (flags & TCP_ACK) !== 0;
  const length = payload.length + (flags & TCP_SYN ? 1 : 0) + (flags & TCP_FIN ? 1 : 0);
  return {
    srcPort: dstPort,
    dstPort: srcPort,
    sequence: isAck ? acknowledgement : 0,
    acknowledgement: isAck ? 0 : (sequence + length) >>> 0,
    flags: isAck ? TCP_RST : TCP_RST | TCP_ACK,
    window: 0,
    urgentPointer: 0,
    options: new Uint8Array(0),
    payload: new Uint8Array(0),
  };
}
