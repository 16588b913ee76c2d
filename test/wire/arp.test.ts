/** ARP: `src/wire/arp.ts` against frames of a Linux host and RFC 826. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ARP_REPLY, ARP_REQUEST, ARP_SIZE, emitArp, formatArp, operationOf, parseArp } from '../../src/wire/arp.ts';
import { toHex } from '../../src/wire/bytes.ts';
import { parseIpv4Address } from '../../src/wire/ipv4.ts';
import { mac } from '../../src/wire/mac-address.ts';
import { isMalformed } from '../../src/wire/malformed.ts';
import { arpPacket, bytes } from './arbitraries.ts';
import { captured, readCaptures } from './captures.ts';

const ip = (text: string): number => parseIpv4Address(text) as number;

const REQUEST = {
  operation: ARP_REQUEST,
  senderMac: mac('00:00:5e:00:53:0a'),
  senderIp: ip('192.0.2.11'),
  targetMac: mac('00:00:00:00:00:00'),
  targetIp: ip('192.0.2.1'),
};
const REPLY = {
  operation: ARP_REPLY,
  senderMac: mac('00:00:5e:00:53:01'),
  senderIp: ip('192.0.2.1'),
  targetMac: mac('00:00:5e:00:53:0a'),
  targetIp: ip('192.0.2.11'),
};

describe('what a Linux host sends', () => {
  test.each([
    ['ARP request', REQUEST],
    ['ARP reply', REPLY],
  ])('%s: bytes to fields and fields to the same bytes', (note, fields) => {
    const { bytes: frame } = captured('linux-stack', note);
    expect(parseArp(frame, 14)).toEqual(fields);
    expect(parseArp(frame.subarray(14))).toEqual(fields);
    expect(operationOf(frame, 14)).toBe(fields.operation);
    expect(toHex(emitArp(fields))).toBe(toHex(frame.subarray(14)));
  });

  test('fields to bytes to fields, for any packet', () => {
    fc.assert(
      fc.property(arpPacket, (packet) => {
        expect(parseArp(emitArp(packet))).toEqual(packet);
      }),
    );
  });

  test('padding behind the 28 bytes is not part of the packet', () => {
    fc.assert(
      fc.property(arpPacket, bytes(20), (packet, padding) => {
        expect(parseArp(Uint8Array.of(...emitArp(packet), ...padding))).toEqual(packet);
      }),
    );
  });
});

describe('what is no ARP packet for IPv4 over Ethernet', () => {
  test.each(Array.from({ length: ARP_SIZE }, (_, size) => size))('%d bytes: too short', (size) => {
    const problem = { malformed: true, protocol: 'arp', field: 'length', expected: '28 B', found: `${size} B` };
    expect(parseArp(emitArp(REQUEST).subarray(0, size))).toEqual({ ...problem, at: 0 });
    const frame = new Uint8Array(14 + size);
    expect(parseArp(frame, 14)).toEqual({ ...problem, at: 14 });
  });

  test.each([
    ['HTYPE', 0, 0x0006, '1'],
    ['PTYPE', 2, 0x86dd, '2048'],
    ['HLEN', 4, 0x0804, '6'],
    ['PLEN', 5, 0x1000, '4'],
  ])('wrong %s', (field, at, wrong, expected) => {
    const packet = emitArp(REQUEST);
    packet[at] = wrong >>> 8;
    if (field.endsWith('TYPE')) packet[at + 1] = wrong;
    const found = String(field.endsWith('TYPE') ? wrong : wrong >>> 8);
    const problem = { malformed: true, protocol: 'arp', field, found, expected };
    expect(parseArp(packet)).toEqual({ ...problem, at });
    expect(parseArp(Uint8Array.of(...new Uint8Array(14), ...packet), 14)).toEqual({ ...problem, at: 14 + at });
  });

  test('the random packets of randpkt are malformed where tshark reads another hardware type', () => {
    const packets = readCaptures('randpkt').filter(({ tshark }) => tshark['arp.hw.type'] !== undefined);
    expect(packets.length).toBeGreaterThan(3);
    for (const { bytes: frame, tshark } of packets) {
      expect(parseArp(frame, 14)).toMatchObject({ field: 'HTYPE', at: 14, found: tshark['arp.hw.type']![0] });
    }
  });

  test('any 28 bytes that are accepted are what the emitter makes of their fields', () => {
    fc.assert(
      fc.property(arpPacket, fc.integer({ min: 0, max: 27 }), fc.integer({ min: 0, max: 255 }), (packet, at, value) => {
        const array = emitArp(packet);
        array[at] = value;
        const fields = parseArp(array);
        if (!isMalformed(fields)) expect(emitArp(fields)).toEqual(array);
      }),
    );
  });
});

test.each([
  [REQUEST, 'who-has 192.0.2.1 tell 192.0.2.11'],
  [REPLY, '192.0.2.1 is-at 00:00:5e:00:53:01'],
  [{ ...REQUEST, operation: 3 }, 'operation 3'],
])('a packet is printed as tcpdump does: %#', (packet, text) => {
  expect(formatArp(packet)).toBe(text);
});
