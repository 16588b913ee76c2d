/** IPv4 headers, addresses and networks: `src/wire/ipv4.ts` against frames of a Linux host and RFC 791. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readUint16, toHex, writeUint16 } from '../../src/wire/bytes.ts';
import {
  directedBroadcast,
  dstIpOf,
  emitIpv4,
  formatIpv4,
  formatIpv4Address,
  formatIpv4Network,
  expectedHeaderChecksum,
  hasGoodHeaderChecksum,
  headerSizeOf,
  isInNetwork,
  isMulticast,
  isThisHost,
  parseIpv4,
  parseIpv4Address,
  parseIpv4Network,
  srcIpOf,
  subnetMask,
  withTtl,
  totalLengthOf,
  ttlOf,
  type Ipv4Network,
  type Ipv4Packet,
} from '../../src/wire/ipv4.ts';
import { isMalformed } from '../../src/wire/malformed.ts';
import { bits, bytes, ipv4Packet } from './arbitraries.ts';
import { captured, readCaptures } from './captures.ts';

const ip = (text: string): number => parseIpv4Address(text) as number;
const network = (text: string): Ipv4Network => parseIpv4Network(text) as Ipv4Network;

function parsed(array: Uint8Array, at = 0): Ipv4Packet {
  const packet = parseIpv4(array, at);
  if (isMalformed(packet)) throw new Error(`malformed: ${packet.field}`);
  return packet;
}

/** A header without options that promises `total` bytes. */
function header(total: number): Uint8Array {
  return emitIpv4({
    dscp: 0,
    ecn: 0,
    identification: 1,
    dontFragment: true,
    moreFragments: false,
    fragmentOffset: 0,
    ttl: 64,
    protocol: 1,
    src: ip('192.0.2.11'),
    dst: ip('192.0.2.12'),
    options: new Uint8Array(0),
    payload: new Uint8Array(total - 20),
  });
}

describe('headers that a Linux host sends', () => {
  test('an echo request: bytes to fields', () => {
    const { payload, ...fields } = parsed(captured('linux-stack', 'echo request').bytes, 14);
    expect(fields).toEqual({
      dscp: 0,
      ecn: 0,
      identification: 0x8b2d,
      dontFragment: true,
      moreFragments: false,
      fragmentOffset: 0,
      ttl: 64,
      protocol: 1,
      src: ip('192.0.2.11'),
      dst: ip('198.51.100.13'),
      options: new Uint8Array(0),
    });
    expect(payload.length).toBe(64);
  });

  test('DSCP 46, and the flag and offset of fragments', () => {
    expect(parsed(captured('linux-stack', 'echo reply, DSCP 46, odd size').bytes, 14).dscp).toBe(46);
    const first = parsed(captured('linux-stack', 'first fragment').bytes, 14);
    expect([first.dontFragment, first.moreFragments, first.fragmentOffset]).toEqual([false, true, 0]);
    const last = parsed(captured('linux-stack', 'last fragment').bytes, 14);
    expect([last.dontFragment, last.moreFragments, last.fragmentOffset]).toEqual([false, false, 1480]);
  });

  test('options are between header and payload', () => {
    const { bytes: frame } = captured('linux-stack', 'echo request with the record route option');
    const { options, payload } = parsed(frame, 14);
    expect(toHex(options)).toBe(toHex(frame.subarray(34, 46)));
    expect(options[0]).toBe(7);
    expect(payload[0]).toBe(8);
  });

  test('the views see what the parser sees, in every recorded packet', () => {
    const packets = readCaptures('linux-stack').filter(({ tshark }) => tshark['ip.src'] !== undefined);
    expect(packets.length).toBe(31);
    for (const { bytes: frame, tshark } of packets) {
      expect(headerSizeOf(frame, 14)).toBe(Number(tshark['ip.hdr_len']![0]));
      expect(totalLengthOf(frame, 14)).toBe(Number(tshark['ip.len']![0]));
      expect(ttlOf(frame, 14)).toBe(Number(tshark['ip.ttl']![0]));
      expect(formatIpv4Address(srcIpOf(frame, 14))).toBe(tshark['ip.src']![0]);
      expect(formatIpv4Address(dstIpOf(frame, 14))).toBe(tshark['ip.dst']![0]);
      expect(hasGoodHeaderChecksum(frame, 14)).toBe(true);
      expect(toHex(emitIpv4(parsed(frame, 14)))).toBe(toHex(frame.subarray(14)));
    }
  });
});

describe('round trips', () => {
  test('fields to bytes to fields, for any packet; the checksum is right', () => {
    fc.assert(
      fc.property(ipv4Packet, (packet) => {
        const array = emitIpv4(packet);
        expect(parseIpv4(array)).toEqual(packet);
        expect(hasGoodHeaderChecksum(array)).toBe(true);
        expect(totalLengthOf(array, 0)).toBe(array.length);
      }),
    );
  });

  test('what Ethernet pads behind the total length is not part of the packet', () => {
    fc.assert(
      fc.property(ipv4Packet, bytes(46), (packet, padding) => {
        expect(parseIpv4(Uint8Array.of(...emitIpv4(packet), ...padding))).toEqual(packet);
      }),
    );
  });

  test('any one bit of a header that changes is found by the checksum', () => {
    fc.assert(
      fc.property(ipv4Packet, fc.integer({ min: 8, max: 159 }), (packet, bit) => {
        const array = emitIpv4(packet);
        array[bit >>> 3]! ^= 0x80 >>> (bit & 7);
        expect(hasGoodHeaderChecksum(array)).toBe(false);
      }),
    );
  });

  test('a change of the payload is none of the checksum of the header', () => {
    const array = header(30);
    array[25] = 0xff;
    expect(hasGoodHeaderChecksum(array)).toBe(true);
  });
});

describe('what is no IPv4 packet', () => {
  test.each(Array.from({ length: 20 }, (_, size) => size))('%d bytes: too short', (size) => {
    const problem = { malformed: true, protocol: 'ipv4', field: 'length', expected: '20 B', found: `${size} B` };
    expect(parseIpv4(header(40).subarray(0, size))).toEqual({ ...problem, at: 0 });
    expect(parseIpv4(new Uint8Array(14 + size), 14)).toEqual({ ...problem, at: 14 });
  });

  test.each([0, 3, 5, 6, 15])('version %d', (version) => {
    const array = Uint8Array.of(...new Uint8Array(14), ...header(20));
    array[14] = (version << 4) | 5;
    const problem = { malformed: true, protocol: 'ipv4', field: 'version', at: 14 };
    expect(parseIpv4(array, 14)).toEqual({ ...problem, found: String(version), expected: '4' });
  });

  test.each([0, 1, 4])('a header length of %d words', (words) => {
    const array = header(40);
    array[0] = 0x40 | words;
    const problem = { malformed: true, protocol: 'ipv4', field: 'IHL', at: 0, expected: '5〜15' };
    expect(parseIpv4(array)).toEqual({ ...problem, found: String(words) });
  });

  test.each([6, 10, 15])('a header length of %d words where only 20 bytes are there', (words) => {
    const array = header(20);
    array[0] = 0x40 | words;
    const problem = { protocol: 'ipv4', field: 'IHL', at: 0, expected: '5〜5' };
    expect(parseIpv4(array)).toMatchObject({ ...problem, found: String(words) });
  });

  test.each([0, 19, 41, 65_535])('a total length of %d in a packet of 40 bytes', (total) => {
    const array = Uint8Array.of(0xaa, ...header(40));
    array[3] = total >>> 8;
    array[4] = total;
    const problem = { malformed: true, protocol: 'ipv4', field: 'total length', at: 3, expected: '20〜40' };
    expect(parseIpv4(array, 1)).toEqual({ ...problem, found: String(total) });
  });

  test('a total length that is shorter than the header with its options', () => {
    const { bytes: frame } = captured('linux-stack', 'echo request with the record route option');
    frame[17] = 31;
    expect(parseIpv4(frame, 14)).toMatchObject({ field: 'total length', found: '31', expected: '32〜96' });
  });

  test('tshark and we complain of the same packets of randpkt', () => {
    const packets = readCaptures('randpkt').filter(({ tshark }) => tshark['ip.version'] !== undefined);
    const complaints = packets.map(({ bytes: frame, tshark, experts }) => {
      const packet = parseIpv4(frame, 14);
      const field = isMalformed(packet) ? packet.field : 'none';
      const complaint = experts.find((text) => text.startsWith('Bogus IPv4 version') || text.includes('total length'));
      if (complaint === undefined) expect(field).toBe('none');
      else if (complaint.startsWith('Bogus')) {
        expect(packet).toMatchObject({ field: 'version', found: tshark['ip.version']![0] });
      } else {
        const left = /\((\d+) bytes\)/.exec(complaint)![1]!;
        expect(packet).toMatchObject({ field: 'total length', found: tshark['ip.len']![0], expected: `20〜${left}` });
      }
      return field;
    });
    expect(new Set(complaints)).toEqual(new Set(['none', 'version', 'total length']));
  });
});

describe('addresses', () => {
  test.each([
    ['0.0.0.0', 0],
    ['192.0.2.11', 0xc000020b],
    ['255.255.255.255', 0xffffffff],
    [' 10.0.0.1 ', 0x0a000001],
  ])('%j is %d', (text, address) => {
    expect(parseIpv4Address(text)).toBe(address);
    expect(formatIpv4Address(address)).toBe(text.trim());
  });

  test.each([
    '',
    '192.0.2',
    '192.0.2.1.1',
    '192.0.2.256',
    '192.0.2.-1',
    '192.0.2.a',
    '192.0.2.',
    '0xc0.0.2.1',
    '1921',
    '192.0.02.1',
    '010.0.0.1',
    '0.0.0.00',
  ])('%j is no address', (text) => {
    const problem = { malformed: true, protocol: 'ipv4', field: 'address', at: 0, expected: '192.0.2.11' };
    expect(parseIpv4Address(text)).toEqual({ ...problem, found: text });
  });

  test('text and number are two forms of one address', () => {
    fc.assert(
      fc.property(bits(32), (address) => {
        expect(parseIpv4Address(formatIpv4Address(address))).toBe(address);
      }),
    );
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        expect(formatIpv4Address(ip(text))).toBe(text);
      }),
    );
  });
});

describe('networks', () => {
  test.each(['192.0.2.11/24', '0.0.0.0/0', '198.51.100.13/32', '10.0.0.1/8'])('%s is read and printed', (text) => {
    const [address, prefix] = text.split('/');
    expect(parseIpv4Network(text)).toEqual({ address: ip(address!), prefix: Number(prefix) });
    expect(formatIpv4Network(network(text))).toBe(text);
  });

  test.each(['', '/24', '192.0.2/24', '192.0.2.256/24', 'VM-A'])('%j has no address', (text) => {
    const problem = { malformed: true, protocol: 'ipv4', field: 'network', at: 0, expected: '192.0.2.11/24' };
    expect(parseIpv4Network(text)).toEqual({ ...problem, found: text });
  });

  test.each([
    '192.0.2.11',
    '192.0.2.11/',
    '192.0.2.11/33',
    '192.0.2.11/-1',
    '192.0.2.11/255.255.255.0',
    '192.0.2.11/a',
    '192.0.2.11/24/99',
  ])('%j has no prefix length', (text) => {
    const problem = { malformed: true, protocol: 'ipv4', field: 'prefix', at: 10, expected: '/0〜/32' };
    expect(parseIpv4Network(text)).toEqual({ ...problem, found: text });
  });

  test.each([
    [0, '0.0.0.0'],
    [1, '128.0.0.0'],
    [8, '255.0.0.0'],
    [24, '255.255.255.0'],
    [31, '255.255.255.254'],
    [32, '255.255.255.255'],
  ])('/%d is the mask %s', (prefix, mask) => {
    expect(formatIpv4Address(subnetMask(prefix))).toBe(mask);
  });

  test.each([
    ['192.0.2.11/24', '192.0.2.255', true],
    ['192.0.2.11/24', '192.0.3.11', false],
    ['192.0.2.11/25', '192.0.2.127', true],
    ['192.0.2.11/25', '192.0.2.128', false],
    ['192.0.2.11/32', '192.0.2.11', true],
    ['192.0.2.11/32', '192.0.2.10', false],
    ['192.0.2.11/0', '255.255.255.255', true],
    ['192.0.2.11/1', '64.0.0.1', false],
  ])('in %s is %s: %s', (text, address, expected) => {
    expect(isInNetwork(ip(address), network(text))).toBe(expected);
  });

  test('an address is in a network where its first bits are the same', () => {
    fc.assert(
      fc.property(bits(32), bits(32), fc.integer({ min: 0, max: 32 }), (address, other, prefix) => {
        const leading = (number: number): string => number.toString(2).padStart(32, '0').slice(0, prefix);
        const near = (address & subnetMask(prefix)) | (other & ~subnetMask(prefix));
        expect(isInNetwork(near >>> 0, { address, prefix })).toBe(true);
        expect(isInNetwork(other, { address, prefix })).toBe(leading(other) === leading(address));
      }),
    );
  });

  test.each([
    ['192.0.2.11/24', '192.0.2.255'],
    ['192.0.2.11/28', '192.0.2.15'],
    ['10.0.0.1/8', '10.255.255.255'],
    ['192.0.2.11/0', '255.255.255.255'],
  ])('the broadcast address of %s is %s (RFC 919)', (text, address) => {
    expect(directedBroadcast(network(text))).toBe(ip(address));
  });

  test.each(['192.0.2.11/31', '192.0.2.255/32'])('%s has no broadcast address (RFC 3021)', (text) => {
    expect(directedBroadcast(network(text))).toBeNull();
  });

  test.each([
    ['223.255.255.255', false],
    ['224.0.0.0', true],
    ['239.255.255.255', true],
    ['240.0.0.0', false],
  ])('%s is an address of a group: %s', (text, expected) => {
    expect(isMulticast(ip(text))).toBe(expected);
  });

  test.each([
    ['0.0.0.0', true],
    ['0.255.255.255', true],
    ['1.0.0.0', false],
    ['127.0.0.1', true],
    ['128.0.0.1', false],
  ])('%s means this host: %s (RFC 1122 3.2.1.3)', (text, expected) => {
    expect(isThisHost(ip(text))).toBe(expected);
  });
});

test('a packet is printed in one line', () => {
  const packet = parsed(captured('linux-stack', 'echo request with TTL 1').bytes, 14);
  expect(formatIpv4(packet)).toBe('192.0.2.11 > 198.51.100.13 proto 1 ttl 1');
});

test('the lower two bits of the second octet are ECN (RFC 3168 5), and are emitted as they were', () => {
  const array = header(28);
  array[1] = 0b1011_1011;
  expect(parsed(array)).toMatchObject({ dscp: 0b10_1110, ecn: 3 });
  expect(toHex(emitIpv4(parsed(array))).slice(2, 4)).toBe('bb');
});

test('with another TTL a packet has a right checksum, and nothing else changes', () => {
  fc.assert(
    fc.property(ipv4Packet, bits(8), (packet, ttl) => {
      expect(toHex(withTtl(emitIpv4(packet), ttl))).toBe(toHex(emitIpv4({ ...packet, ttl })));
    }),
  );
});

test('what the checksum field should hold is known, whatever it holds', () => {
  fc.assert(
    fc.property(ipv4Packet, bits(16), (packet, wrong) => {
      const array = emitIpv4(packet);
      const right = readUint16(array, 10);
      writeUint16(array, 10, wrong);
      expect(expectedHeaderChecksum(array)).toBe(right);
    }),
  );
});
