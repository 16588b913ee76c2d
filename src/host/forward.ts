/**
 * What a router does with a packet for somebody else (GUEST-8).
 *
 * Read first: RFC 1812 5.2.1, Linux ip_route_input and ip_forward. What surprises: the route is looked for before the TTL is
 * looked at, so a packet with TTL 1 and no route is unreachable, not expired; nothing of the packet changes but TTL and
 * checksum, not even a wrong checksum of what it carries.
 */
import type { Arp } from './arp.ts';
import type { Datagram } from './datagram.ts';
import type { Effects } from './effects.ts';
import type { IcmpErrors } from './icmp-errors.ts';
import type { Routes } from './routes.ts';
import { ICMP_TIME_EXCEEDED, ICMP_UNREACHABLE, UNREACHABLE_NET } from '../wire/icmp.ts';
import { formatIpv4Address, withTtl } from '../wire/ipv4.ts';

export class Forwarding {
  readonly #name: string;
  readonly #routes: Routes;
  readonly #arp: Arp;
  readonly #errors: IcmpErrors;

  /** `name`: the router's, for explanations. */
  constructor(name: string, routes: Routes, arp: Arp, errors: IcmpErrors) {
    this.#name = name;
    this.#routes = routes;
    this.#arp = arp;
    this.#errors = errors;
  }

  forward(datagram: Datagram, effects: Effects): void {
    const { dst, ttl } = datagram.packet;
    const dstIp = formatIpv4Address(dst);
    const route = this.#routes.find(dst);
    if (route === null) {
      effects.drop('no-route', 'GUEST-8', { dstIp, gateway: this.#routes.gatewayText });
      return this.#errors.tell(datagram, ICMP_UNREACHABLE, UNREACHABLE_NET, effects);
    }
    if (ttl <= 1) {
      effects.drop('ttl-expired', 'GUEST-8', { ttl, hop: this.#name });
      return this.#errors.tell(datagram, ICMP_TIME_EXCEEDED, 0, effects);
    }
    effects.pass('forward', 'GUEST-8', { dstIp, nextHop: formatIpv4Address(route.nextHop), ttl: ttl - 1 });
    this.#arp.send(route, withTtl(datagram.bytes, ttl - 1), effects);
  }
}
