/** UDP: `src/wire/udp.ts` against frames of a Linux host and RFC 768. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readUint16, toHex } from '../../src/wire/bytes.ts';
import { dstIpOf, parseIpv4, parseIpv4Address, srcIpOf } from '../../src/wire/ipv4.ts';
import { isMalformed } from '../../src/wire/malformed.ts';
import { emitUdp, formatUdp, parseUdp, udpLengthOf, type UdpDatagram } from '../../src/wire/udp.ts';
import { bits, bytes, udpDatagram } from './arbitraries.ts';
import { captured, readCaptures } from './captures.ts';

const SRC = parseIpv4Address('192.0.2.11') as number;
const DST = parseIpv4Address('198.51.100.13') as number;
const letters = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

describe('what Linux sends', () => {
  test.each([
    ['UDP to a closed port', { srcPort: 40_000, dstPort: 9, payload: letters('guest port!') }],
    ['UDP to an open port', { srcPort: 40_000, dstPort: 53, payload: letters('open') }],
    ['UDP without payload', { srcPort: 40_000, dstPort: 53, payload: letters('') }],
  ])('%s: bytes to fields and fields to the same bytes', (note, fields) => {
    const { bytes: frame } = captured('linux-stack', note);
    const datagram = frame.slice(34);
    expect(parseUdp(datagram, SRC, DST)).toEqual(fields);
    expect(udpLengthOf(frame, 34)).toBe(datagram.length);
    expect(toHex(emitUdp(fields, SRC, DST))).toBe(toHex(datagram));
  });

  test('a checksum of 0 means that there is none, and is no error', () => {
    const { bytes: frame } = captured('linux-stack', 'UDP without checksum');
    expect(readUint16(frame, 40)).toBe(0);
    expect(parseUdp(frame.slice(34), SRC, DST)).toEqual({ srcPort: 40_001, dstPort: 53, payload: letters('nocheck') });
  });

  test('the datagram that a port unreachable quotes is whole', () => {
    const { bytes: frame } = captured('linux-stack', 'port unreachable');
    const quoted = parseIpv4(frame, 42);
    if (isMalformed(quoted)) expect.unreachable(quoted.field);
    else expect(parseUdp(quoted.payload, SRC, DST)).toMatchObject({ srcPort: 40_000, dstPort: 9 });
  });
});

describe('round trips', () => {
  test('fields to bytes to fields, for any datagram and addresses', () => {
    fc.assert(
      fc.property(udpDatagram, bits(32), bits(32), (datagram, src, dst) => {
        expect(parseUdp(emitUdp(datagram, src, dst), src, dst)).toEqual(datagram);
      }),
    );
  });

  test('what stands behind the length is not part of the datagram', () => {
    fc.assert(
      fc.property(udpDatagram, bytes(20), (datagram, rest) => {
        expect(parseUdp(Uint8Array.of(...emitUdp(datagram, SRC, DST), ...rest), SRC, DST)).toEqual(datagram);
      }),
    );
  });

  test('RFC 768: a checksum that computes to 0 is sent as ffff, and is right', () => {
    const ports = { srcPort: 1, dstPort: 2 };
    const blank = emitUdp({ ...ports, payload: Uint8Array.of(0, 0) }, SRC, DST);
    // With the checksum in the payload's place the sum is ffff, so its complement is 0.
    const datagram = { ...ports, payload: blank.slice(6, 8) };
    const array = emitUdp(datagram, SRC, DST);
    expect(readUint16(array, 6)).toBe(0xffff);
    expect(parseUdp(array, SRC, DST)).toEqual(datagram);
  });

  test('a checksum is always sent', () => {
    fc.assert(
      fc.property(udpDatagram, (datagram) => {
        expect(readUint16(emitUdp(datagram, SRC, DST), 6)).not.toBe(0);
      }),
    );
  });
});

describe('what is no UDP datagram', () => {
  const good = emitUdp({ srcPort: 1000, dstPort: 2000, payload: Uint8Array.of(1, 2, 3) }, SRC, DST);

  test.each([0, 1, 2, 3, 4, 5, 6, 7])('%d bytes: too short', (size) => {
    const problem = { malformed: true, protocol: 'udp', field: 'length', at: 0, expected: '8 B' };
    expect(parseUdp(good.subarray(0, size), SRC, DST)).toEqual({ ...problem, found: `${size} B` });
  });

  test.each([0, 7, 12, 65_535])('a length of %d in 11 bytes', (length) => {
    const array = Uint8Array.from(good);
    array[4] = length >>> 8;
    array[5] = length;
    const problem = { malformed: true, protocol: 'udp', field: 'length', at: 4, expected: '8〜11' };
    expect(parseUdp(array, SRC, DST)).toEqual({ ...problem, found: String(length) });
  });

  test('a wrong checksum, and where it stands', () => {
    const array = Uint8Array.from(good);
    array[6]! ^= 0x80;
    const problem = {
      malformed: true,
      protocol: 'udp',
      field: 'checksum',
      at: 6,
      expected: String(readUint16(good, 6)),
    };
    expect(parseUdp(array, SRC, DST)).toEqual({ ...problem, found: String(readUint16(array, 6)) });
  });

  test('a datagram between other addresses has a wrong checksum', () => {
    expect(parseUdp(good, SRC + 1, DST)).toMatchObject({ field: 'checksum' });
    expect(parseUdp(good, SRC, DST + 256)).toMatchObject({ field: 'checksum' });
  });

  test('the datagrams of randpkt whose length tshark calls bad', () => {
    const datagrams = readCaptures('randpkt').filter(({ bytes: frame, experts }) => {
      const isWhole = !isMalformed(parseIpv4(frame, 14));
      return isWhole && experts.some((text) => text.startsWith('Bad length value'));
    });
    expect(datagrams.length).toBeGreaterThan(1);
    for (const { bytes: frame, tshark } of datagrams) {
      const packet = parseIpv4(frame, 14);
      if (isMalformed(packet)) continue;
      const found = tshark['udp.length']![0];
      expect(parseUdp(packet.payload, srcIpOf(frame, 14), dstIpOf(frame, 14))).toMatchObject({
        field: 'length',
        found,
        expected: '8〜40',
      });
    }
  });

  test('any bytes are a datagram or malformed', () => {
    fc.assert(
      fc.property(bytes(40), (array) => {
        const datagram = parseUdp(array, SRC, DST);
        if (isMalformed(datagram)) expect(['length', 'checksum']).toContain(datagram.field);
        else expect(array.length).toBeGreaterThanOrEqual(8 + datagram.payload.length);
      }),
    );
  });
});

test('a datagram is printed in one line', () => {
  const datagram: UdpDatagram = { srcPort: 40_000, dstPort: 53, payload: new Uint8Array(4) };
  expect(formatUdp(datagram)).toBe('udp 40000 > 53 4 B');
});
