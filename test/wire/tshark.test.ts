/**
 * tshark reads what our emitters write: every field that is set comes back as it was set, every checksum is called good, and
 * there is no remark on any frame.
 */
import { describe, expect, test } from 'vitest';
import { hasOracle } from '../oracle.ts';
import { Random } from '../random.ts';
import { TPID_C, TPID_S, type Tag } from '../../src/wire/dot1q.ts';
import { ETHERTYPE_ARP, ETHERTYPE_EXPERIMENTAL, ETHERTYPE_IPV4, padToWire } from '../../src/wire/ethernet.ts';
import { macAt, type MacAddress } from '../../src/wire/mac-address.ts';
import { toHex } from '../../src/wire/bytes.ts';
import { TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN } from '../../src/wire/tcp.ts';
import { emitIp, emitLayers, tsharkView, type IpLayers, type Layers, type TsharkValues } from './layers.ts';
import { dissectWithTshark } from './tshark.ts';

const SEED = 20_260_401;
const COUNT = 480;
const NOTHING = new Uint8Array(0);

/** A unicast address that is nobody's. */
function anyMac(random: Random): MacAddress {
  return macAt(Uint8Array.of(0x02, ...random.bytes(5)), 0);
}

/** 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24: unicast addresses that no dissector finds remarkable. */
function anyIp(random: Random): number {
  return random.pick([0xc0000200, 0xc6336400, 0xcb007100]) + random.between(1, 254);
}

function anyTags(random: Random): Tag[] {
  const tag = (tpid: number): Tag => {
    return { tpid, pcp: random.below(8), dei: random.chance(0.3), vid: random.between(0, 4094) };
  };
  const kinds = [[], [], [TPID_C], [TPID_S], [TPID_S, TPID_C], [TPID_C, TPID_C], [TPID_C, TPID_S]];
  return random.pick(kinds).map(tag);
}

function anyPacket(random: Random, protocol: number): IpLayers['packet'] {
  const options = [NOTHING, NOTHING, Uint8Array.of(1, 1, 1, 0), Uint8Array.of(7, 7, 4, 0, 0, 0, 0, 0)];
  return {
    dscp: random.below(64),
    ecn: random.below(4),
    identification: random.below(65_536),
    dontFragment: random.chance(0.5),
    moreFragments: false,
    fragmentOffset: 0,
    // tshark remarks on a TTL below 5.
    ttl: random.between(5, 255),
    protocol,
    src: anyIp(random),
    dst: anyIp(random),
    options: random.pick(options),
  };
}

/** MSS, SACK and window scale stand in SYNs only; timestamps anywhere. */
const SYN_OPTIONS = [
  NOTHING,
  Uint8Array.of(2, 4, 5, 180),
  Uint8Array.of(2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 10),
];
const OTHER_OPTIONS = [NOTHING, Uint8Array.of(1, 1, 8, 10, 0, 0, 0, 5, 0, 0, 0, 4)];
const TCP_FLAGS = [
  TCP_SYN,
  TCP_SYN | TCP_ACK,
  TCP_ACK,
  TCP_ACK | TCP_PSH,
  TCP_ACK | TCP_FIN,
  TCP_RST,
  TCP_RST | TCP_ACK,
];

function echo(random: Random): IpLayers {
  const payload = random.bytes(random.below(80));
  const icmp = { code: 0, identifier: random.below(65_536), sequence: random.below(65_536), payload };
  return { packet: anyPacket(random, 1), content: { kind: 'icmp', icmp: { ...icmp, type: random.pick([0, 8]) } } };
}

function icmpError(random: Random): IpLayers {
  const quoted = random.pick([echo, udp])(random);
  const whole = emitIp(quoted);
  // As RFC 792 has it: the header and eight bytes.
  const payload = whole.slice(0, 20 + quoted.packet.options.length + 8);
  const [type, code] = random.pick([
    [3, 0],
    [3, 1],
    [3, 2],
    [3, 3],
    [11, 0],
  ] as const);
  const icmp = { type, code, identifier: 0, sequence: 0, payload };
  return { packet: anyPacket(random, 1), content: { kind: 'icmp', icmp, quoted } };
}

function udp(random: Random): IpLayers {
  const ports = { srcPort: random.between(1, 65_535), dstPort: random.between(1, 65_535) };
  const datagram = { ...ports, payload: random.bytes(random.below(60)) };
  return { packet: anyPacket(random, 17), content: { kind: 'udp', udp: datagram } };
}

function tcp(random: Random): IpLayers {
  const flags = random.pick(TCP_FLAGS);
  const segment = {
    srcPort: random.between(1, 65_535),
    dstPort: random.between(1, 65_535),
    sequence: random.word(),
    acknowledgement: flags & TCP_ACK ? random.word() : 0,
    flags,
    window: random.below(65_536),
    urgentPointer: 0,
    options: random.pick(flags & TCP_SYN ? SYN_OPTIONS : OTHER_OPTIONS),
    payload: flags & TCP_PSH ? random.bytes(random.between(1, 60)) : NOTHING,
  };
  return { packet: anyPacket(random, 6), content: { kind: 'tcp', tcp: segment } };
}

function anyContent(random: Random): Pick<Layers, 'etherType' | 'content'> {
  const kind = random.below(6);
  if (kind === 0) {
    const [senderMac, targetMac] = [anyMac(random), anyMac(random)];
    const [senderIp, targetIp] = [anyIp(random), anyIp(random)];
    const arp = { operation: random.pick([1, 2]), senderMac, senderIp, targetMac, targetIp };
    return { etherType: ETHERTYPE_ARP, content: { kind: 'arp', arp } };
  }
  if (kind === 1) {
    const data = random.bytes(random.between(1, 50));
    return { etherType: ETHERTYPE_EXPERIMENTAL, content: { kind: 'data', data } };
  }
  const ip = [echo, icmpError, udp, tcp][kind - 2]!(random);
  return { etherType: ETHERTYPE_IPV4, content: { kind: 'ipv4', ip } };
}

function anyLayers(random: Random): Layers {
  const content = anyContent(random);
  const padding = content.content.kind === 'data' ? NOTHING : new Uint8Array(random.pick([0, 0, 1, 6, 18]));
  return { dst: anyMac(random), src: anyMac(random), tags: anyTags(random), ...content, padding };
}

/** A quoted message is cut: tshark cannot verify its checksum, and a datagram's payload is not there. */
function quotedPartLeftOut(values: TsharkValues): TsharkValues {
  const entries = Object.entries(values).flatMap(([field, list]): [string, string[]][] => {
    if (field === 'icmp.checksum.status') return [[field, list.slice(0, 1)]];
    const isOfQuoted = field === 'udp.payload' || field === 'udp.checksum.status';
    return isOfQuoted && values['icmp.type'] !== undefined ? [] : [[field, list]];
  });
  return Object.fromEntries(entries);
}

/** What tshark notes of every connection that begins or ends; no fault of the frame. */
const EXPECTED_REMARK =
  /^(Connection (establish|finish|reset)|This frame (initiates|undergoes) the connection closing)/;

describe.skipIf(!hasOracle('tshark'))('agreement with tshark', () => {
  test(`${COUNT} varied frames (seed ${SEED}): every field that was set, every checksum, no remark`, () => {
    const random = new Random(SEED);
    const sent = Array.from({ length: COUNT }, () => anyLayers(random));
    const seen = dissectWithTshark(sent.map(emitLayers));
    expect(seen.length).toBe(COUNT);
    sent.forEach((layers, index) => {
      const { values, padding, experts, isMalformed } = seen[index]!;
      const frame = `frame ${index + 1}: ${toHex(emitLayers(layers))}`;
      expect(quotedPartLeftOut(values), frame).toEqual(quotedPartLeftOut(tsharkView(layers)));
      expect(padding, frame).toBe(toHex(layers.padding));
      expect(
        experts.filter((text) => !EXPECTED_REMARK.test(text)),
        frame,
      ).toEqual([]);
      expect(isMalformed, frame).toBe(false);
    });
  });

  test('the frames were varied: every protocol, up to two tags, every kind of option', () => {
    const random = new Random(SEED);
    const all = Array.from({ length: COUNT }, () => tsharkView(anyLayers(random)));
    const counts = (field: keyof TsharkValues): number => all.filter((values) => values[field] !== undefined).length;
    for (const field of ['arp.opcode', 'icmp.type', 'udp.length', 'tcp.flags', 'vlan.id', 'ieee8021ad.id'] as const) {
      expect(counts(field), field).toBeGreaterThan(40);
    }
    const headers = new Set(all.flatMap((values) => values['ip.hdr_len'] ?? []));
    expect(headers).toEqual(new Set(['20', '24', '28']));
    expect(new Set(all.flatMap((values) => values['tcp.flags'] ?? [])).size).toBe(TCP_FLAGS.length);
  });

  test('a frame that is wrong does not go unnoticed: each of four faults is told', () => {
    const random = new Random(1);
    const good = emitLayers({
      dst: anyMac(random),
      src: anyMac(random),
      tags: [],
      etherType: ETHERTYPE_IPV4,
      content: { kind: 'ipv4', ip: { ...udp(random), packet: { ...anyPacket(random, 17), options: NOTHING } } },
      padding: NOTHING,
    });
    const damaged = (at: number, value: number): Uint8Array => {
      const frame = good.slice();
      frame[at]! ^= value;
      return frame;
    };
    const frames = [good, damaged(14, 0x10), damaged(22, 1), damaged(40, 1), good.slice(0, 38)];
    const remarks = dissectWithTshark(frames).map(({ experts }) => experts.join());
    expect(remarks[0]).toBe('');
    expect(remarks[1]).toContain('Bogus IPv4 version');
    expect(remarks[2]).toContain('Bad checksum');
    expect(remarks[3]).toContain('Bad checksum');
    expect(remarks[4]).toContain('IPv4 total length exceeds packet length');
  });

  test('GEN-5: a frame that a NIC has padded to 60 bytes reads as before, with zeros behind', () => {
    const random = new Random(2);
    const frames = Array.from({ length: 20 }, () => anyLayers(random)).filter(({ content }) => content.kind !== 'data');
    const seen = dissectWithTshark(frames.map((layers) => padToWire(emitLayers(layers))));
    frames.forEach((layers, index) => {
      const size = emitLayers(layers).length;
      expect(quotedPartLeftOut(seen[index]!.values)).toEqual(quotedPartLeftOut(tsharkView(layers)));
      expect(seen[index]!.padding.length / 2).toBe(layers.padding.length + Math.max(0, 60 - size));
      expect(seen[index]!.isMalformed).toBe(false);
    });
  });
});
