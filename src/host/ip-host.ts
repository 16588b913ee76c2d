/**
 * A host with a TCP/IP stack: a guest, a server, or, with several interfaces and forwarding on, a router.
 *
 * Read first: RFC 1122 3.2 and 3.3 (what a host does with a datagram), RFC 1812 5.2 (what a router does). Here stands what
 * comes in and in which order it is judged; each judgement has a file of its own. What surprises: a frame for another MAC
 * address is not answered with anything, and a source that nobody can have is found before the destination is looked at.
 */
import { Arp } from './arp.ts';
import { Delivery } from './deliver.ts';
import { Effects } from './effects.ts';
import { Forwarding } from './forward.ts';
import { IcmpErrors } from './icmp-errors.ts';
import { interfaceFor, type NetworkInterface } from './network-interface.ts';
import type { Neighbours } from './neighbours.ts';
import { Pings } from './pings.ts';
import { Routes } from './routes.ts';
import { Sender } from './sender.ts';
import { readUint16 } from '../wire/bytes.ts';
import { ETHERTYPE_ARP, ETHERTYPE_IPV4, parseEthernet, type EthernetFrame } from '../wire/ethernet.ts';
import { emitIcmp, ICMP_ECHO_REQUEST, ICMP_UNREACHABLE, UNREACHABLE_HOST } from '../wire/icmp.ts';
import {
  expectedHeaderChecksum,
  formatIpv4Address,
  hasGoodHeaderChecksum,
  isMulticast,
  isThisHost,
  LIMITED_BROADCAST,
  parseIpv4,
  PROTOCOL_ICMP,
  totalLengthOf,
  type Ipv4Address,
  type Ipv4Packet,
} from '../wire/ipv4.ts';
import { isMalformed } from '../wire/malformed.ts';

export type { NetworkInterface } from './network-interface.ts';

export interface IpHostOptions {
  readonly name: string;
  readonly interfaces: readonly NetworkInterface[];
  readonly gateway: Ipv4Address | null;
  /** `ip_forward`: pass on what is for others. */
  readonly forwards: boolean;
}

export interface PingRequest {
  readonly dst: Ipv4Address;
  readonly identifier: number;
  readonly sequence: number;
  readonly ttl?: number;
  /** Bytes of payload; the default is that of ping(8). */
  readonly size?: number;
  /** How long to wait for the answer. */
  readonly timeoutMs?: number;
}

const PING_SIZE = 56;
const PING_TIMEOUT_MS = 5000;

export class IpHost {
  readonly options: IpHostOptions;
  readonly #routes: Routes;
  readonly #arp: Arp;
  readonly #sender: Sender;
  readonly #errors: IcmpErrors;
  readonly #pings: Pings;
  readonly #delivery: Delivery;
  readonly #forwarding: Forwarding;

  constructor(options: IpHostOptions) {
    this.options = options;
    const routes = new Routes(options.interfaces, options.gateway);
    this.#routes = routes;
    this.#arp = new Arp(routes);
    this.#pings = new Pings(routes);
    this.#sender = new Sender(routes, this.#arp, (bytes, effects) => this.#takeIn(bytes, effects));
    this.#errors = new IcmpErrors(routes, this.#sender);
    this.#delivery = new Delivery(this.#sender, this.#errors, this.#pings);
    this.#forwarding = new Forwarding(options.name, routes, this.#arp, this.#errors);
  }

  get neighbours(): Neighbours {
    return this.#arp.neighbours;
  }

  // --- What it is asked to do

  ping(request: PingRequest): Effects {
    const effects = new Effects();
    const { dst, identifier, sequence, ttl, size = PING_SIZE, timeoutMs = PING_TIMEOUT_MS } = request;
    const src = this.#sourceTowards(dst, effects);
    if (src === null) {
      const outcome = this.#routes.isBroadcast(dst) ? 'broadcast' : 'no-route';
      effects.pings.push({ identifier, sequence, outcome, from: null, ttl: null });
      return effects;
    }
    const data = Uint8Array.from({ length: size }, (_, index) => index & 0xff);
    const payload = emitIcmp({ type: ICMP_ECHO_REQUEST, code: 0, identifier, sequence, payload: data });
    this.#pings.start(dst, identifier, sequence, timeoutMs, effects);
    const echo = { src, dst, protocol: PROTOCOL_ICMP, payload };
    this.#sender.send(ttl === undefined ? echo : { ...echo, ttl }, effects);
    return effects;
  }

  /** The address to send from (GUEST-2), or null with the reason told. */
  #sourceTowards(dst: Ipv4Address, effects: Effects): Ipv4Address | null {
    const dstIp = formatIpv4Address(dst);
    if (this.#routes.isLocal(dst)) {
      effects.pass('local', 'GUEST-2', { dstIp });
      return dst;
    }
    if (this.#routes.isBroadcast(dst)) {
      effects.drop('broadcast-ping', 'GUEST-2', { dstIp });
      return null;
    }
    const route = this.#routes.find(dst);
    if (route === null) {
      effects.drop('no-route', 'GUEST-2', { dstIp, gateway: this.#routes.gatewayText });
      return null;
    }
    const what = route.nextHop === dst ? 'route-direct' : 'route';
    effects.pass(what, 'GUEST-2', { dstIp, nextHop: formatIpv4Address(route.nextHop) });
    return route.via.network.address;
  }

  /** Puts a hand-made frame on the wire as it is. */
  transmit(nic: number, bytes: Uint8Array): Effects {
    const effects = new Effects();
    effects.send(nic, bytes);
    return effects;
  }

  // --- What comes in

  receive(nic: number, bytes: Uint8Array): Effects {
    const effects = new Effects();
    const frame = parseEthernet(bytes);
    if (isMalformed(frame)) {
      effects.reject('Ethernet', frame, 'GUEST-1');
      return effects;
    }
    const entry = interfaceFor(this.options.interfaces, nic, frame, effects);
    if (entry === null) return effects;
    if (frame.etherType === ETHERTYPE_ARP) this.#arp.receive(entry, frame.payload, effects);
    else if (frame.etherType === ETHERTYPE_IPV4) this.#receiveIpv4(entry, frame, effects);
    else effects.pass('frame', 'GUEST-1', { dst: frame.dst, etherType: frame.etherType });
    return effects;
  }

  #receiveIpv4({ mac }: NetworkInterface, { dst, payload }: EthernetFrame, effects: Effects): void {
    const packet = parseIpv4(payload);
    if (isMalformed(packet)) return effects.reject('IPv4', packet, 'GUEST-9');
    if (!hasGoodHeaderChecksum(payload)) {
      const [value, expected] = [readUint16(payload, 10), expectedHeaderChecksum(payload)];
      return effects.drop('bad-checksum', 'GUEST-9', { protocol: 'IPv4', value, expected });
    }
    if (this.#isMartian(packet)) {
      return effects.drop('martian-src', 'GUEST-9', { srcIp: formatIpv4Address(packet.src) });
    }
    const { forwards } = this.options;
    const datagram = { packet, bytes: payload.subarray(0, totalLengthOf(payload, 0)), wasUnicast: dst === mac };
    const isBroadcast = this.#routes.isBroadcast(packet.dst);
    if (isBroadcast || this.#routes.isOwn(packet.dst)) this.#delivery.deliver(datagram, isBroadcast, effects);
    else if (!forwards || isMulticast(packet.dst) || isThisHost(packet.dst)) {
      effects.drop('not-my-ip', 'GUEST-8', { dstIp: formatIpv4Address(packet.dst), forward: Number(forwards) });
    } else if (!datagram.wasUnicast) {
      // Linux, ip_forward(): what came to everybody is not passed on.
      effects.drop('not-for-me', 'GUEST-8', { dst, mac });
    } else this.#forwarding.forward(datagram, effects);
  }

  /** Who has no address yet asks everybody, from 0.0.0.0 (RFC 1122 3.2.1.3, DHCP). */
  #isMartian({ src, dst }: Ipv4Packet): boolean {
    return this.#routes.isMartian(src) && !(src === 0 && dst === LIMITED_BROADCAST);
  }

  /** A packet that this host has sent to itself. */
  #takeIn(bytes: Uint8Array, effects: Effects): void {
    const packet = parseIpv4(bytes);
    if (!isMalformed(packet)) this.#delivery.deliver({ packet, bytes, wasUnicast: true }, false, effects);
  }

  // --- Timers

  timer(name: string): Effects {
    const effects = new Effects();
    const [kind, first = '', second = ''] = name.split('/');
    if (kind === 'arp') {
      for (const packet of this.#arp.retry(Number(first), effects)) this.#tellUnreachable(packet, effects);
    } else if (kind === 'ping') {
      const [identifier, sequence] = [Number(first), Number(second)];
      this.#pings.finish({ identifier, sequence, outcome: 'timeout', from: null, ttl: null }, effects);
    }
    return effects;
  }

  /** To a program of this host as an error, to another host as ICMP 3/1. */
  #tellUnreachable(bytes: Uint8Array, effects: Effects): void {
    const packet = parseIpv4(bytes);
    if (isMalformed(packet)) return;
    if (this.#routes.isOwn(packet.src)) this.#pings.fail(bytes, 'no-arp', null, effects);
    else this.#errors.tell({ packet, bytes, wasUnicast: true }, ICMP_UNREACHABLE, UNREACHABLE_HOST, effects);
  }
}
