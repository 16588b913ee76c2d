/**
 * ICMP messages that tell a sender of a failure: when they may be sent, and what they quote.
 *
 * Read first: RFC 1122 3.2.2, RFC 1812 4.3.2, Linux net/ipv4/icmp.c (icmp_send). What surprises: no error is told about an
 * error, about what came to more than one host, or about any fragment but the first, so that one fault cannot make a storm.
 */
import type { Datagram } from './datagram.ts';
import type { Effects } from './effects.ts';
import type { Routes } from './routes.ts';
import type { Sender } from './sender.ts';
import { emitIcmp, ICMP_TIME_EXCEEDED, ICMP_UNREACHABLE } from '../wire/icmp.ts';
import { headerSizeOf, isMulticast, PROTOCOL_ICMP, type Ipv4Packet } from '../wire/ipv4.ts';

/** Source quench, redirect and parameter problem beside the two that are modelled. */
const ERRORS: ReadonlySet<number> = new Set([ICMP_UNREACHABLE, 4, 5, ICMP_TIME_EXCEEDED, 12]);
/** Linux NR_ICMP_TYPES: whether a message of a higher type is an error nobody knows. */
const LAST_TYPE = 18;
/** RFC 792: the IP header and eight bytes of what it carried. */
const QUOTED_PAYLOAD = 8;
/** RFC 1812 4.3.2.5: errors are sent with precedence 6. */
const ERROR_PRECEDENCE = 0b110_000;

export class IcmpErrors {
  readonly #routes: Routes;
  readonly #sender: Sender;

  constructor(routes: Routes, sender: Sender) {
    this.#routes = routes;
    this.#sender = sender;
  }

  mayTell({ packet, wasUnicast }: Datagram): boolean {
    const { src, dst, fragmentOffset } = packet;
    if (!wasUnicast || isMulticast(dst) || this.#routes.isBroadcast(dst)) return false;
    return fragmentOffset === 0 && !this.#routes.isMartian(src) && !isError(packet);
  }

  tell(about: Datagram, type: number, code: number, effects: Effects): void {
    const { src, dst, dscp, ecn } = about.packet;
    const route = this.#routes.find(src);
    if (route === null || !this.mayTell(about)) return;
    const quoted = about.bytes.slice(0, headerSizeOf(about.bytes, 0) + QUOTED_PAYLOAD);
    const error = {
      src: this.#routes.isOwn(dst) ? dst : route.via.network.address,
      dst: src,
      protocol: PROTOCOL_ICMP,
      payload: emitIcmp({ type, code, identifier: 0, sequence: 0, payload: quoted }),
      // Linux RT_TOS: the four bits of the old TOS field are kept.
      dscp: ERROR_PRECEDENCE | (dscp & 0b111),
      ecn: ecn & 0b10,
      dontFragment: false,
    };
    this.#sender.send(error, effects);
  }
}

function isError({ protocol, payload }: Ipv4Packet): boolean {
  if (protocol !== PROTOCOL_ICMP) return false;
  const type = payload[0];
  return type === undefined || type > LAST_TYPE || ERRORS.has(type);
}
