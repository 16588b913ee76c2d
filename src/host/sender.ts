/**
 * Packets of a host's own making, on their way out.
 *
 * What surprises: what is for the host itself never gets to a NIC, it comes straight back in (Linux: the device lo).
 */
import type { Arp } from './arp.ts';
import type { Effects } from './effects.ts';
import type { Routes } from './routes.ts';
import { DEFAULT_TTL, emitIpv4, formatIpv4Address, type Ipv4Address, type Ipv4Packet } from '../wire/ipv4.ts';

export interface Outgoing extends Partial<Pick<Ipv4Packet, 'dscp' | 'ecn' | 'ttl' | 'dontFragment'>> {
  readonly src: Ipv4Address;
  readonly dst: Ipv4Address;
  readonly protocol: number;
  readonly payload: Uint8Array;
}

export class Sender {
  readonly #routes: Routes;
  readonly #arp: Arp;
  readonly #loopBack: (packet: Uint8Array, effects: Effects) => void;
  #identification = 0;

  constructor(routes: Routes, arp: Arp, loopBack: (packet: Uint8Array, effects: Effects) => void) {
    this.#routes = routes;
    this.#arp = arp;
    this.#loopBack = loopBack;
  }

  send(packet: Outgoing, effects: Effects): void {
    if (this.#routes.isLocal(packet.dst)) return this.#loopBack(this.#emit(packet), effects);
    const route = this.#routes.find(packet.dst);
    if (route !== null) return this.#arp.send(route, this.#emit(packet), effects);
    effects.drop('no-route', 'GUEST-2', {
      dstIp: formatIpv4Address(packet.dst),
      gateway: this.#routes.gatewayText,
    });
  }

  #emit(packet: Outgoing): Uint8Array {
    this.#identification = (this.#identification + 1) & 0xffff;
    return emitIpv4({
      dscp: 0,
      ecn: 0,
      identification: this.#identification,
      dontFragment: true,
      moreFragments: false,
      fragmentOffset: 0,
      ttl: DEFAULT_TTL,
      options: new Uint8Array(0),
      ...packet,
    });
  }
}
