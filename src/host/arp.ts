/**
 * From the next hop's IP address to its MAC address: asking, answering, learning (GUEST-3 to GUEST-5).
 *
 * Read first: RFC 826, Linux net/ipv4/arp.c (arp_process). What surprises: a host answers for each of its addresses on each
 * of its interfaces (arp_ignore 0); an answer that nobody waits for makes no entry (arp_accept 0), it may change one.
 */
import type { Effects } from './effects.ts';
import { ARP_RETRY_MS, ARP_TRIES, Neighbours } from './neighbours.ts';
import { frameFrom, type NetworkInterface } from './network-interface.ts';
import type { Route, Routes } from './routes.ts';
import { ARP_REPLY, ARP_REQUEST, emitArp, parseArp, type ArpPacket } from '../wire/arp.ts';
import { ETHERTYPE_ARP, ETHERTYPE_IPV4 } from '../wire/ethernet.ts';
import { formatIpv4Address, type Ipv4Address } from '../wire/ipv4.ts';
import { BROADCAST_MAC, mac } from '../wire/mac-address.ts';
import { isMalformed } from '../wire/malformed.ts';

const ZERO_MAC = mac('00:00:00:00:00:00');

export class Arp {
  readonly neighbours = new Neighbours();
  readonly #routes: Routes;

  constructor(routes: Routes) {
    this.#routes = routes;
  }

  /** Hands an IP packet to its next hop, as soon as that is known. */
  send(route: Route, packet: Uint8Array, effects: Effects): void {
    const neighbour = this.neighbours.find(route.nextHop);
    if (neighbour !== null) {
      effects.send(route.via.nic, frameFrom(route.via, neighbour, ETHERTYPE_IPV4, packet));
    } else if (this.neighbours.wait(route.nextHop, packet)) {
      this.#ask(route, effects);
    }
  }

  receive(entry: NetworkInterface, payload: Uint8Array, effects: Effects): void {
    const packet = parseArp(payload);
    if (isMalformed(packet)) return effects.reject('ARP', packet, 'GUEST-4');
    const { operation, senderIp, senderMac, targetIp } = packet;
    // A probe has the sender 0.0.0.0 (RFC 5227) and is answered.
    if (senderIp !== 0 && this.#routes.isMartian(senderIp)) {
      return effects.drop('martian-src', 'GUEST-5', { srcIp: formatIpv4Address(senderIp) });
    }
    const isAsked = operation === ARP_REQUEST && this.#routes.isOwn(targetIp);
    if (isAsked || this.neighbours.isAwaited(senderIp)) this.#learn(packet, effects);
    else this.neighbours.update(senderIp, senderMac);
    if (isAsked) this.#answer(entry, packet, effects);
    else if (operation === ARP_REQUEST) effects.pass('arp-not-mine', 'GUEST-4', { ip: formatIpv4Address(targetIp) });
  }

  /** A second has passed since the question: asks again, or gives up and yields what waited in vain. */
  retry(nextHop: Ipv4Address, effects: Effects): Uint8Array[] {
    if (!this.neighbours.isAwaited(nextHop)) return [];
    const route = this.#routes.toNeighbour(nextHop);
    if (route !== null && this.neighbours.retry(nextHop)) {
      this.#ask(route, effects);
      return [];
    }
    effects.drop('no-arp', 'GUEST-3', { nextHop: formatIpv4Address(nextHop), tries: ARP_TRIES });
    return this.neighbours.giveUp(nextHop);
  }

  #learn({ senderIp, senderMac, operation }: ArpPacket, effects: Effects): void {
    if (senderIp === 0) return;
    const values = { ip: formatIpv4Address(senderIp), mac: senderMac };
    effects.cancel(`arp/${senderIp}`);
    effects.pass(operation === ARP_REPLY ? 'arp-answer' : 'arp-sender', 'GUEST-4', values);
    for (const packet of this.neighbours.learn(senderIp, senderMac)) {
      const route = this.#routes.toNeighbour(senderIp);
      if (route !== null) this.send(route, packet, effects);
    }
  }

  #answer(entry: NetworkInterface, request: ArpPacket, effects: Effects): void {
    effects.pass('arp-reply', 'GUEST-4', { ip: formatIpv4Address(request.targetIp), mac: entry.mac });
    const reply = emitArp({
      operation: ARP_REPLY,
      senderMac: entry.mac,
      senderIp: request.targetIp,
      targetMac: request.senderMac,
      targetIp: request.senderIp,
    });
    effects.send(entry.nic, frameFrom(entry, request.senderMac, ETHERTYPE_ARP, reply));
  }

  #ask({ via, nextHop }: Route, effects: Effects): void {
    effects.pass('arp-request', 'GUEST-3', { ip: formatIpv4Address(nextHop) });
    const request = emitArp({
      operation: ARP_REQUEST,
      senderMac: via.mac,
      senderIp: via.network.address,
      targetMac: ZERO_MAC,
      targetIp: nextHop,
    });
    effects.send(via.nic, frameFrom(via, BROADCAST_MAC, ETHERTYPE_ARP, request));
    effects.callBack(ARP_RETRY_MS, `arp/${nextHop}`);
  }
}
