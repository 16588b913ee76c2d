/**
 * A host with a TCP/IP stack: a guest, a server, or, with several interfaces and forwarding on, a router.
 *
 * Read first: RFC 826 (ARP), RFC 1122 3.2 and 3.3 (what a host does with a datagram), RFC 1812 5.2 (what a router does).
 * What surprises: the next hop, not the destination, is who ARP asks for; a frame for another MAC address is not answered
 * with anything; replies go to the address resolved for the sender's IP, not back along the frame they answer (GUEST-7).
 */
import { Effects } from './effects.ts';
import { ARP_RETRY_MS, ARP_TRIES, Neighbours } from './neighbours.ts';
import { ARP_REPLY, ARP_REQUEST, emitArp, parseArp, type ArpPacket } from '../wire/arp.ts';
import { TPID_C, type Tag } from '../wire/dot1q.ts';
import { emitEthernet, ETHERTYPE_ARP, ETHERTYPE_IPV4, parseEthernet, type EthernetFrame } from '../wire/ethernet.ts';
import {
  emitIcmp,
  ICMP_ECHO_REPLY,
  ICMP_ECHO_REQUEST,
  ICMP_TIME_EXCEEDED,
  ICMP_UNREACHABLE,
  parseIcmp,
  UNREACHABLE_HOST,
  UNREACHABLE_NET,
  UNREACHABLE_PORT,
  UNREACHABLE_PROTOCOL,
  type IcmpMessage,
} from '../wire/icmp.ts';
import {
  DEFAULT_TTL,
  directedBroadcast,
  emitIpv4,
  formatIpv4Address,
  hasGoodHeaderChecksum,
  isInNetwork,
  LIMITED_BROADCAST,
  parseIpv4,
  PROTOCOL_ICMP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  type Ipv4Address,
  type Ipv4Network,
  type Ipv4Packet,
} from '../wire/ipv4.ts';
import { BROADCAST_MAC, mac, type MacAddress } from '../wire/mac-address.ts';
import { isMalformed } from '../wire/malformed.ts';
import { emitTcp, parseTcp, TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from '../wire/tcp.ts';
import { readUint16 } from '../wire/bytes.ts';

export interface NetworkInterface {
  /** Index of the NIC that it stands on. */
  readonly nic: number;
  readonly mac: MacAddress;
  /** VID of a VLAN sub-interface; null: untagged frames. */
  readonly vlan: number | null;
  readonly network: Ipv4Network;
}

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

/** ICMP messages that tell of a failure and are never answered with another (RFC 1122 3.2.2). */
const ICMP_ERRORS: ReadonlySet<number> = new Set([ICMP_UNREACHABLE, 4, 5, ICMP_TIME_EXCEEDED, 12]);
/** Those that end what they are about. */
const ICMP_FATAL: ReadonlySet<number> = new Set([ICMP_UNREACHABLE, ICMP_TIME_EXCEEDED, 12]);
const ZERO_MAC = mac('00:00:00:00:00:00');
const PING_SIZE = 56;
const PING_TIMEOUT_MS = 5000;
/** RFC 792: the IP header and eight bytes of what it carried. */
const QUOTED_PAYLOAD = 8;

type Route = { readonly via: NetworkInterface; readonly nextHop: Ipv4Address };

export class IpHost {
  readonly options: IpHostOptions;
  readonly neighbours = new Neighbours();
  /** Echo requests under way, by `identifier/sequence`. */
  readonly #awaited = new Map<string, Ipv4Address>();
  #identification = 0;

  constructor(options: IpHostOptions) {
    this.options = options;
  }

  // --- What it is asked to do

  ping(request: PingRequest): Effects {
    const effects = new Effects();
    const { dst, identifier, sequence, ttl = DEFAULT_TTL, size = PING_SIZE } = request;
    const route = this.#route(dst);
    if (route === null) {
      effects.drop('no-route', 'GUEST-2', { dstIp: formatIpv4Address(dst), gateway: this.#gatewayText() });
      effects.pings.push({ identifier, sequence, outcome: 'no-route', from: null, ttl: null });
      return effects;
    }
    const payload = Uint8Array.from({ length: size }, (_, index) => index & 0xff);
    const echo = emitIcmp({ type: ICMP_ECHO_REQUEST, code: 0, identifier, sequence, payload });
    this.#awaited.set(`${identifier}/${sequence}`, dst);
    effects.callBack(request.timeoutMs ?? PING_TIMEOUT_MS, `ping/${identifier}/${sequence}`);
    effects.pass('route', 'GUEST-2', this.#routeValues(dst, route));
    this.#sendVia(route, this.#packet(route.via.network.address, dst, PROTOCOL_ICMP, echo, ttl), effects);
    return effects;
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
      effects.drop('malformed-header', 'GUEST-1', { protocol: 'Ethernet', field: frame.field, value: frame.found });
      return effects;
    }
    const entry = this.#accept(nic, frame, effects);
    if (entry === null) return effects;
    if (frame.etherType === ETHERTYPE_ARP) this.#receiveArp(entry, frame.payload, effects);
    else if (frame.etherType === ETHERTYPE_IPV4) this.#receiveIpv4(entry, frame, effects);
    else effects.pass('frame', 'GUEST-1', { dst: frame.dst, etherType: frame.etherType });
    return effects;
  }

  /** The interface that the frame is for (GUEST-1), or null with the reason told. */
  #accept(nic: number, frame: EthernetFrame, effects: Effects): NetworkInterface | null {
    const here = this.options.interfaces.filter((entry) => entry.nic === nic);
    const address = here[0]?.mac;
    if (address === undefined) return null;
    if (frame.dst !== address && frame.dst !== BROADCAST_MAC) {
      effects.drop('not-for-me', 'GUEST-1', { dst: frame.dst, mac: address });
      return null;
    }
    const vid = frame.tags[0]?.vid ?? 0;
    const entry = here.find(({ vlan }) => (vlan ?? 0) === vid);
    if (entry === undefined) effects.drop('no-vlan-interface', 'GUEST-1', { vid });
    return entry ?? null;
  }

  // --- ARP

  #receiveArp(entry: NetworkInterface, payload: Uint8Array, effects: Effects): void {
    const packet = parseArp(payload);
    if (isMalformed(packet)) {
      effects.drop('malformed-header', 'GUEST-4', { protocol: 'ARP', field: packet.field, value: packet.found });
      return;
    }
    const isAsked = packet.operation === ARP_REQUEST && this.#isOwn(packet.targetIp);
    // An answer that nobody waits for makes no entry (arp_accept 0); it may change one.
    if (isAsked || this.neighbours.isAwaited(packet.senderIp)) this.#learnNeighbour(packet, effects);
    else this.neighbours.update(packet.senderIp, packet.senderMac);
    if (isAsked) this.#answerArp(entry, packet, effects);
    else if (packet.operation === ARP_REQUEST) {
      effects.pass('arp-not-mine', 'GUEST-4', { ip: formatIpv4Address(packet.targetIp) });
    }
  }

  #learnNeighbour({ senderIp, senderMac, operation }: ArpPacket, effects: Effects): void {
    if (senderIp === 0) return;
    const values = { ip: formatIpv4Address(senderIp), mac: senderMac };
    effects.cancel(`arp/${senderIp}`);
    effects.pass(operation === ARP_REPLY ? 'arp-answer' : 'arp-sender', 'GUEST-4', values);
    for (const packet of this.neighbours.learn(senderIp, senderMac)) {
      const route = this.#routeToNeighbour(senderIp);
      if (route !== null) this.#sendVia(route, packet, effects);
    }
  }

  #answerArp(entry: NetworkInterface, request: ArpPacket, effects: Effects): void {
    effects.pass('arp-reply', 'GUEST-4', { ip: formatIpv4Address(request.targetIp), mac: entry.mac });
    const reply = emitArp({
      operation: ARP_REPLY,
      senderMac: entry.mac,
      senderIp: request.targetIp,
      targetMac: request.senderMac,
      targetIp: request.senderIp,
    });
    effects.send(entry.nic, this.#frame(entry, request.senderMac, ETHERTYPE_ARP, reply));
  }

  #askArp({ via, nextHop }: Route, effects: Effects): void {
    effects.pass('arp-request', 'GUEST-3', { ip: formatIpv4Address(nextHop) });
    const request = emitArp({
      operation: ARP_REQUEST,
      senderMac: via.mac,
      senderIp: via.network.address,
      targetMac: ZERO_MAC,
      targetIp: nextHop,
    });
    effects.send(via.nic, this.#frame(via, BROADCAST_MAC, ETHERTYPE_ARP, request));
    effects.callBack(ARP_RETRY_MS, `arp/${nextHop}`);
  }

  // --- IPv4

  #receiveIpv4(entry: NetworkInterface, { dst, payload }: EthernetFrame, effects: Effects): void {
    const packet = parseIpv4(payload);
    if (isMalformed(packet)) {
      effects.drop('malformed-header', 'GUEST-9', { protocol: 'IPv4', field: packet.field, value: packet.found });
      return;
    }
    if (!hasGoodHeaderChecksum(payload)) {
      effects.drop('bad-checksum', 'GUEST-9', { protocol: 'IPv4', value: readUint16(payload, 10), expected: '' });
      return;
    }
    const isBroadcast = packet.dst === LIMITED_BROADCAST || packet.dst === directedBroadcast(entry.network);
    if (isBroadcast || this.#isOwn(packet.dst)) this.#deliver(packet, isBroadcast, effects);
    else if (this.options.forwards && dst !== entry.mac) {
      // Linux, ip_forward(): what came to everybody is not passed on.
      effects.drop('not-for-me', 'GUEST-8', { dst, mac: entry.mac });
    } else if (this.options.forwards) this.#forward(packet, effects);
    else effects.drop('not-my-ip', 'GUEST-8', { dstIp: formatIpv4Address(packet.dst), forward: 0 });
  }

  #deliver(packet: Ipv4Packet, isBroadcast: boolean, effects: Effects): void {
    switch (packet.protocol) {
      case PROTOCOL_ICMP:
        return this.#deliverIcmp(packet, isBroadcast, effects);
      case PROTOCOL_UDP:
        return this.#refuse(packet, isBroadcast, 'UDP', effects);
      case PROTOCOL_TCP:
        return this.#resetTcp(packet, isBroadcast, effects);
      default:
        effects.drop('unknown-protocol', 'GUEST-9', { protocol: packet.protocol, reply: 'ICMP 3/2' });
        if (!isBroadcast) this.#sendError(packet, ICMP_UNREACHABLE, UNREACHABLE_PROTOCOL, effects);
    }
  }

  #deliverIcmp(packet: Ipv4Packet, isBroadcast: boolean, effects: Effects): void {
    const message = parseIcmp(packet.payload);
    if (isMalformed(message)) {
      effects.drop('bad-checksum', 'GUEST-9', { protocol: 'ICMP', value: message.found, expected: message.expected });
      return;
    }
    const from = formatIpv4Address(packet.src);
    if (message.type === ICMP_ECHO_REQUEST) {
      if (isBroadcast) {
        effects.drop('echo-ignored', 'GUEST-7', { dstIp: formatIpv4Address(packet.dst), value: 1 });
        return;
      }
      effects.pass('echo-request', 'GUEST-7', { from });
      const reply = emitIcmp({ ...message, type: ICMP_ECHO_REPLY });
      this.#send(packet.dst, packet.src, PROTOCOL_ICMP, reply, DEFAULT_TTL, effects);
    } else if (message.type === ICMP_ECHO_REPLY) {
      effects.pass('echo-reply', 'GUEST-7', { from, ttl: packet.ttl });
      this.#finishPing(message.identifier, message.sequence, 'reply', from, packet.ttl, effects);
    } else if (ICMP_FATAL.has(message.type)) {
      this.#deliverError(message, from, effects);
    } else {
      effects.pass('icmp-other', 'GUEST-9', { from, type: message.type });
    }
  }

  /** An ICMP error quotes the packet it is about: that tells whose ping it was. */
  #deliverError(message: IcmpMessage, from: string, effects: Effects): void {
    const outcome = message.type === ICMP_TIME_EXCEEDED ? 'ttl-expired' : 'unreachable';
    effects.pass('icmp-error', 'GUEST-8', { from, type: message.type, code: message.code });
    const headerSize = (message.payload[0]! & 0x0f) * 4;
    const identifier = readUint16(message.payload, headerSize + 4);
    this.#finishPing(identifier, readUint16(message.payload, headerSize + 6), outcome, from, null, effects);
  }

  #finishPing(
    identifier: number,
    sequence: number,
    outcome: 'reply' | 'unreachable' | 'ttl-expired' | 'no-arp' | 'timeout',
    from: string | null,
    ttl: number | null,
    effects: Effects,
  ): void {
    const key = `${identifier}/${sequence}`;
    if (!this.#awaited.delete(key)) return;
    effects.cancel(`ping/${key}`);
    effects.pings.push({ identifier, sequence, outcome, from, ttl });
  }

  #refuse(packet: Ipv4Packet, isBroadcast: boolean, protocol: string, effects: Effects): void {
    const dstPort = readUint16(packet.payload, 2);
    const reply = isBroadcast ? '' : 'ICMP 3/3';
    effects.drop('no-listener', 'GUEST-9', { protocol, dstPort, reply });
    if (!isBroadcast) this.#sendError(packet, ICMP_UNREACHABLE, UNREACHABLE_PORT, effects);
  }

  /** Nothing listens: a reset, unless it was one (RFC 9293 3.10.7.1). */
  #resetTcp(packet: Ipv4Packet, isBroadcast: boolean, effects: Effects): void {
    const segment = parseTcp(packet.payload, packet.src, packet.dst);
    if (isMalformed(segment)) {
      effects.drop('bad-checksum', 'GUEST-9', { protocol: 'TCP', value: segment.found, expected: segment.expected });
      return;
    }
    const answers = !isBroadcast && (segment.flags & TCP_RST) === 0;
    effects.drop('no-listener', 'GUEST-10', { protocol: 'TCP', dstPort: segment.dstPort, reply: answers ? 'RST' : '' });
    if (!answers) return;
    const isAck = (segment.flags & TCP_ACK) !== 0;
    const length = segment.payload.length + (segment.flags & TCP_SYN ? 1 : 0) + (segment.flags & TCP_FIN ? 1 : 0);
    const reset = {
      srcPort: segment.dstPort,
      dstPort: segment.srcPort,
      sequence: isAck ? segment.acknowledgement : 0,
      acknowledgement: isAck ? 0 : (segment.sequence + length) >>> 0,
      flags: isAck ? TCP_RST : TCP_RST | TCP_ACK,
      window: 0,
      options: new Uint8Array(0),
      payload: new Uint8Array(0),
    };
    const bytes = emitTcp(reset, packet.dst, packet.src);
    this.#send(packet.dst, packet.src, PROTOCOL_TCP, bytes, DEFAULT_TTL, effects);
  }

  /** RFC 1812 5.2.1: the router's part. */
  #forward(packet: Ipv4Packet, effects: Effects): void {
    const dstIp = formatIpv4Address(packet.dst);
    if (packet.ttl <= 1) {
      effects.drop('ttl-expired', 'GUEST-8', { ttl: packet.ttl, hop: this.options.name });
      return this.#sendError(packet, ICMP_TIME_EXCEEDED, 0, effects);
    }
    const route = this.#route(packet.dst);
    if (route === null) {
      effects.drop('no-route', 'GUEST-8', { dstIp, gateway: this.#gatewayText() });
      return this.#sendError(packet, ICMP_UNREACHABLE, UNREACHABLE_NET, effects);
    }
    effects.pass('forward', 'GUEST-8', { ...this.#routeValues(packet.dst, route), ttl: packet.ttl - 1 });
    this.#sendVia(route, emitIpv4({ ...packet, ttl: packet.ttl - 1 }), effects);
  }

  #sendError(about: Ipv4Packet, type: number, code: number, effects: Effects): void {
    if (about.src === 0 || about.src === LIMITED_BROADCAST || this.#isIcmpError(about)) return;
    const quoted = emitIpv4({ ...about, payload: about.payload.slice(0, QUOTED_PAYLOAD) });
    // The quoted header keeps the length of the packet it came from.
    quoted.set(emitIpv4(about).subarray(0, 20 + about.options.length));
    const error = emitIcmp({ type, code, identifier: 0, sequence: 0, payload: quoted });
    const route = this.#route(about.src);
    if (route === null) return;
    const src = this.#isOwn(about.dst) ? about.dst : route.via.network.address;
    this.#sendVia(route, this.#packet(src, about.src, PROTOCOL_ICMP, error, DEFAULT_TTL), effects);
  }

  /** No error about an error (RFC 1122 3.2.2). */
  #isIcmpError(packet: Ipv4Packet): boolean {
    return packet.protocol === PROTOCOL_ICMP && ICMP_ERRORS.has(packet.payload[0] ?? 0);
  }

  // --- Timers

  timer(name: string): Effects {
    const effects = new Effects();
    const [kind, first = '', second = ''] = name.split('/');
    if (kind === 'arp') this.#retryArp(Number(first), effects);
    else if (kind === 'ping') this.#finishPing(Number(first), Number(second), 'timeout', null, null, effects);
    return effects;
  }

  #retryArp(nextHop: Ipv4Address, effects: Effects): void {
    if (!this.neighbours.isAwaited(nextHop)) return;
    const route = this.#routeToNeighbour(nextHop);
    if (route !== null && this.neighbours.retry(nextHop)) return this.#askArp(route, effects);
    effects.drop('no-arp', 'GUEST-3', { nextHop: formatIpv4Address(nextHop), tries: ARP_TRIES });
    for (const packet of this.neighbours.giveUp(nextHop)) this.#tellUnreachable(packet, effects);
  }

  /** To a program of this host as an error, to another host as ICMP 3/1. */
  #tellUnreachable(bytes: Uint8Array, effects: Effects): void {
    const packet = parseIpv4(bytes);
    if (isMalformed(packet)) return;
    if (!this.#isOwn(packet.src)) return this.#sendError(packet, ICMP_UNREACHABLE, UNREACHABLE_HOST, effects);
    const [identifier, sequence] = [readUint16(packet.payload, 4), readUint16(packet.payload, 6)];
    this.#finishPing(identifier, sequence, 'no-arp', null, null, effects);
  }

  // --- Sending

  #send(
    src: Ipv4Address,
    dst: Ipv4Address,
    protocol: number,
    payload: Uint8Array,
    ttl: number,
    effects: Effects,
  ): void {
    const route = this.#route(dst);
    if (route === null) {
      effects.drop('no-route', 'GUEST-2', { dstIp: formatIpv4Address(dst), gateway: this.#gatewayText() });
      return;
    }
    this.#sendVia(route, this.#packet(src, dst, protocol, payload, ttl), effects);
  }

  #sendVia(route: Route, packet: Uint8Array, effects: Effects): void {
    const neighbour = this.neighbours.find(route.nextHop);
    if (neighbour !== null) {
      effects.send(route.via.nic, this.#frame(route.via, neighbour, ETHERTYPE_IPV4, packet));
    } else if (this.neighbours.wait(route.nextHop, packet)) {
      this.#askArp(route, effects);
    }
  }

  #packet(src: Ipv4Address, dst: Ipv4Address, protocol: number, payload: Uint8Array, ttl: number): Uint8Array {
    this.#identification = (this.#identification + 1) & 0xffff;
    return emitIpv4({
      dscp: 0,
      identification: this.#identification,
      dontFragment: true,
      moreFragments: false,
      fragmentOffset: 0,
      ttl,
      protocol,
      src,
      dst,
      options: new Uint8Array(0),
      payload,
    });
  }

  #frame(via: NetworkInterface, dst: MacAddress, etherType: number, payload: Uint8Array): Uint8Array {
    const tags: Tag[] = via.vlan === null ? [] : [{ tpid: TPID_C, pcp: 0, dei: false, vid: via.vlan }];
    return emitEthernet({ dst, src: via.mac, tags, etherType, payload });
  }

  // --- Routing (GUEST-2)

  #route(dst: Ipv4Address): Route | null {
    const direct = this.#routeToNeighbour(dst);
    if (direct !== null) return direct;
    return this.options.gateway === null ? null : this.#routeToNeighbour(this.options.gateway);
  }

  #routeToNeighbour(address: Ipv4Address): Route | null {
    const via = this.options.interfaces.find(({ network }) => isInNetwork(address, network));
    return via === undefined ? null : { via, nextHop: address };
  }

  #routeValues(dst: Ipv4Address, { nextHop }: Route): Record<string, string> {
    return { dstIp: formatIpv4Address(dst), nextHop: formatIpv4Address(nextHop) };
  }

  #gatewayText(): string {
    return this.options.gateway === null ? 'none' : formatIpv4Address(this.options.gateway);
  }

  #isOwn(address: Ipv4Address): boolean {
    return this.options.interfaces.some(({ network }) => network.address === address);
  }
}
