/** Hosts of the standard lab on a bench: frames made by hand in, what the host says and sends as lines of text out. */
import { Effects } from '../../src/host/effects.ts';
import { IpHost, type IpHostOptions, type NetworkInterface } from '../../src/host/ip-host.ts';
import { ARP_REPLY, ARP_REQUEST, emitArp, formatArp, parseArp } from '../../src/wire/arp.ts';
import type { Tag } from '../../src/wire/dot1q.ts';
import {
  emitEthernet,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  formatEthernet,
  parseEthernet,
  type EthernetFrame,
} from '../../src/wire/ethernet.ts';
import { emitIcmp, formatIcmp, parseIcmp } from '../../src/wire/icmp.ts';
import {
  emitIpv4,
  formatIpv4,
  hasGoodHeaderChecksum,
  parseIpv4,
  parseIpv4Address,
  parseIpv4Network,
  PROTOCOL_ICMP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  type Ipv4Address,
  type Ipv4Network,
  type Ipv4Packet,
} from '../../src/wire/ipv4.ts';
import { BROADCAST_MAC, mac, type MacAddress } from '../../src/wire/mac-address.ts';
import { isMalformed } from '../../src/wire/malformed.ts';
import { formatTcp, parseTcp } from '../../src/wire/tcp.ts';
import { formatUdp, parseUdp } from '../../src/wire/udp.ts';

// --- Who is there

export const A_MAC = mac('00:00:5e:00:53:0a');
export const B_MAC = mac('00:00:5e:00:53:0b');
export const X_MAC = mac('00:00:5e:00:53:99');
export const RT_MAC = mac('00:00:5e:00:53:01');
export const RT_OUTSIDE_MAC = mac('00:00:5e:00:53:02');
export const SV_MAC = mac('00:00:5e:00:53:80');
export const ZERO_MAC = mac('00:00:00:00:00:00');
export const NOTHING: Uint8Array = new Uint8Array(0);

export function ip(text: string): Ipv4Address {
  const address = parseIpv4Address(text);
  if (typeof address !== 'number') throw new Error(`no address: ${text}`);
  return address;
}

function network(text: string): Ipv4Network {
  const parsed = parseIpv4Network(text);
  if (isMalformed(parsed)) throw new Error(`no network: ${text}`);
  return parsed;
}

export function at(nic: number, address: MacAddress, text: string, vlan: number | null = null): NetworkInterface {
  return { nic, mac: address, vlan, network: network(text) };
}

/** VM-A of the standard lab: 192.0.2.11/24 behind 192.0.2.1. */
export function guest(options: Partial<IpHostOptions> = {}): IpHost {
  const interfaces = [at(0, A_MAC, '192.0.2.11/24')];
  return new IpHost({ name: 'VM-A', interfaces, gateway: ip('192.0.2.1'), forwards: false, ...options });
}

/** The router of the standard lab: VLAN 10 and 20 on its first NIC, the server's network on its second. */
export function router(options: Partial<IpHostOptions> = {}): IpHost {
  const interfaces = [
    at(0, RT_MAC, '192.0.2.1/24', 10),
    at(0, RT_MAC, '198.51.100.1/24', 20),
    at(1, RT_OUTSIDE_MAC, '203.0.113.1/24'),
  ];
  return new IpHost({ name: 'RT', interfaces, gateway: null, forwards: true, ...options });
}

// --- Frames

export const c = (vid: number): Tag => ({ tpid: 0x8100, pcp: 0, dei: false, vid });
export const s = (vid: number): Tag => ({ tpid: 0x88a8, pcp: 0, dei: false, vid });

export function frame(fields: Partial<EthernetFrame>): Uint8Array {
  return emitEthernet({ dst: A_MAC, src: X_MAC, tags: [], etherType: 0x88b5, payload: NOTHING, ...fields });
}

export interface ArpFields {
  readonly operation?: number;
  readonly from: string;
  readonly fromMac?: MacAddress;
  readonly to: string;
  readonly toMac?: MacAddress;
}

function arpFrame(fields: ArpFields, outer: Partial<EthernetFrame>): Uint8Array {
  const { operation = ARP_REQUEST, from, fromMac = X_MAC, to, toMac = ZERO_MAC } = fields;
  const payload = emitArp({ operation, senderMac: fromMac, senderIp: ip(from), targetMac: toMac, targetIp: ip(to) });
  return frame({ src: fromMac, etherType: ETHERTYPE_ARP, payload, ...outer });
}

/** "Who has `to`? Tell `from`", to everybody. */
export function arpRequest(fields: ArpFields, outer: Partial<EthernetFrame> = {}): Uint8Array {
  return arpFrame(fields, { dst: BROADCAST_MAC, ...outer });
}

/** "`from` is at `fromMac`", to VM-A. */
export function arpReply(fields: ArpFields, outer: Partial<EthernetFrame> = {}): Uint8Array {
  return arpFrame({ operation: ARP_REPLY, toMac: A_MAC, ...fields }, outer);
}

export type PacketFields = Partial<Omit<Ipv4Packet, 'src' | 'dst'>> & { readonly src?: string; readonly dst?: string };

/** From 192.0.2.50 to VM-A unless said otherwise. */
export function packet(fields: PacketFields): Uint8Array {
  const { src = '192.0.2.50', dst = '192.0.2.11', ...rest } = fields;
  return emitIpv4({
    dscp: 0,
    ecn: 0,
    identification: 7,
    dontFragment: true,
    moreFragments: false,
    fragmentOffset: 0,
    ttl: 64,
    protocol: PROTOCOL_ICMP,
    options: NOTHING,
    payload: NOTHING,
    ...rest,
    src: ip(src),
    dst: ip(dst),
  });
}

export function ipFrame(fields: PacketFields, outer: Partial<EthernetFrame> = {}): Uint8Array {
  return frame({ etherType: ETHERTYPE_IPV4, payload: packet(fields), ...outer });
}

export const ECHO = emitIcmp({
  type: 8,
  code: 0,
  identifier: 1,
  sequence: 2,
  payload: Uint8Array.from({ length: 24 }, (_, index) => index),
});

/** A host that knows who these addresses are. */
export function acquainted(host: IpHost, known: Readonly<Record<string, MacAddress>>): IpHost {
  for (const [address, mac48] of Object.entries(known)) host.neighbours.learn(ip(address), mac48);
  return host;
}

// --- What came out

/** `0 00:00:5e:00:53:0a > ff:ff:ff:ff:ff:ff ARP who-has 192.0.2.1 tell 192.0.2.11`: NIC, addresses, tags, content. */
export function sent({ emissions }: Effects): string[] {
  return emissions.map(({ nic, bytes }) => `${nic} ${formatFrame(bytes)}`);
}

export function formatFrame(bytes: Uint8Array): string {
  const outer = parseEthernet(bytes);
  if (isMalformed(outer)) return `malformed ${outer.field}`;
  return `${formatEthernet(outer)} ${formatContent(outer)}`.trimEnd();
}

function formatContent({ etherType, payload }: EthernetFrame): string {
  if (etherType === ETHERTYPE_ARP) {
    const arp = parseArp(payload);
    return isMalformed(arp) ? `malformed ${arp.field}` : formatArp(arp);
  }
  if (etherType !== ETHERTYPE_IPV4) return '';
  const inner = parseIpv4(payload);
  if (isMalformed(inner)) return `malformed ${inner.field}`;
  const sum = hasGoodHeaderChecksum(payload) ? '' : ' bad checksum';
  return `${formatIpv4(inner)}${sum} ${formatTransport(inner)}`;
}

function formatTransport({ protocol, payload, src, dst }: Ipv4Packet): string {
  if (protocol === PROTOCOL_ICMP) {
    const icmp = parseIcmp(payload);
    return isMalformed(icmp) ? `malformed ${icmp.field}` : formatIcmp(icmp);
  }
  if (protocol === PROTOCOL_UDP) {
    const udp = parseUdp(payload, src, dst);
    return isMalformed(udp) ? `malformed ${udp.field}` : formatUdp(udp);
  }
  if (protocol !== PROTOCOL_TCP) return '';
  const tcp = parseTcp(payload, src, dst);
  return isMalformed(tcp) ? `malformed ${tcp.field}` : formatTcp(tcp);
}

/** `drop not-for-me GUEST-1`, `pass arp-reply GUEST-4`: verdict, reason or step, rule. */
export function told({ decisions }: Effects): string[] {
  return decisions.map(({ verdict, reason, rule, values }) => `${verdict} ${reason ?? String(values['what'])} ${rule}`);
}

/** The IP packet of what was sent, as it stands in the frame. */
export function packetOf(effects: Effects, index = 0): Ipv4Packet {
  const outer = parseEthernet(effects.emissions[index]!.bytes);
  if (isMalformed(outer)) throw new Error(`malformed: ${outer.field}`);
  const inner = parseIpv4(outer.payload);
  if (isMalformed(inner)) throw new Error(`malformed: ${inner.field}`);
  return inner;
}

/** What an ICMP error that was sent quotes. */
export function quoteOf(effects: Effects): Uint8Array {
  const icmp = parseIcmp(packetOf(effects).payload);
  if (isMalformed(icmp)) throw new Error(`malformed: ${icmp.field}`);
  return icmp.payload;
}

/** Silence: nothing sent, nothing waited for. */
export function isSilent({ emissions, timers }: Effects): boolean {
  return emissions.length === 0 && timers.length === 0;
}
