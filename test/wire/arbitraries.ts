/** Values of every wire type for properties: anything that the type and its comments allow. */
import * as fc from 'fast-check';
import type { ArpPacket } from '../../src/wire/arp.ts';
import { TPID_C, TPID_S, type Tag } from '../../src/wire/dot1q.ts';
import { isTpid } from '../../src/wire/dot1q.ts';
import type { EthernetFrame } from '../../src/wire/ethernet.ts';
import type { IcmpMessage } from '../../src/wire/icmp.ts';
import type { Ipv4Packet } from '../../src/wire/ipv4.ts';
import { macAt, type MacAddress } from '../../src/wire/mac-address.ts';
import type { TcpSegment } from '../../src/wire/tcp.ts';
import type { UdpDatagram } from '../../src/wire/udp.ts';

export const bits = (count: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: 2 ** count - 1 });
export const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength });
const words = (maxWords: number): fc.Arbitrary<Uint8Array> =>
  fc.integer({ min: 0, max: maxWords }).chain((count) => fc.uint8Array({ minLength: 4 * count, maxLength: 4 * count }));

export const macAddress: fc.Arbitrary<MacAddress> = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .map((octets) => macAt(octets, 0));

export const tag: fc.Arbitrary<Tag> = fc.record({
  tpid: fc.constantFrom(TPID_C, TPID_S),
  pcp: bits(3),
  dei: fc.boolean(),
  vid: bits(12),
});

export const ethernetFrame: fc.Arbitrary<EthernetFrame> = fc.record({
  dst: macAddress,
  src: macAddress,
  tags: fc.array(tag, { maxLength: 3 }),
  etherType: bits(16).filter((type) => !isTpid(type)),
  payload: bytes(100),
});

export const arpPacket: fc.Arbitrary<ArpPacket> = fc.record({
  operation: bits(16),
  senderMac: macAddress,
  senderIp: bits(32),
  targetMac: macAddress,
  targetIp: bits(32),
});

export const ipv4Packet: fc.Arbitrary<Ipv4Packet> = fc.record({
  dscp: bits(6),
  ecn: bits(2),
  identification: bits(16),
  dontFragment: fc.boolean(),
  moreFragments: fc.boolean(),
  fragmentOffset: bits(13).map((units) => units * 8),
  ttl: bits(8),
  protocol: bits(8),
  src: bits(32),
  dst: bits(32),
  options: words(10),
  payload: bytes(100),
});

export const icmpMessage: fc.Arbitrary<IcmpMessage> = fc.record({
  type: bits(8),
  code: bits(8),
  identifier: bits(16),
  sequence: bits(16),
  payload: bytes(100),
});

export const udpDatagram: fc.Arbitrary<UdpDatagram> = fc.record({
  srcPort: bits(16),
  dstPort: bits(16),
  payload: bytes(100),
});

export const tcpSegment: fc.Arbitrary<TcpSegment> = fc.record({
  srcPort: bits(16),
  dstPort: bits(16),
  sequence: bits(32),
  acknowledgement: bits(32),
  flags: bits(8),
  window: bits(16),
  urgentPointer: bits(16),
  options: words(10),
  payload: bytes(100),
});
