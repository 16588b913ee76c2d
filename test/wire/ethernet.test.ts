/** Ethernet frames with and without tags: `src/wire/ethernet.ts` (GEN-1, GEN-5). */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/wire/bytes.ts';
import {
  dstOf,
  emitEthernet,
  ETHERTYPE_ARP,
  ETHERTYPE_EXPERIMENTAL,
  formatEthernet,
  formatEtherType,
  outerTypeOf,
  padToWire,
  parseEthernet,
  srcOf,
  typeOffset,
  type EthernetFrame,
} from '../../src/wire/ethernet.ts';
import { isMalformed } from '../../src/wire/malformed.ts';
import { mac } from '../../src/wire/mac-address.ts';
import { bytes, ethernetFrame } from './arbitraries.ts';
import { captured, readCaptures } from './captures.ts';

const ADDRESSES = '00005e00530b00005e00530a';
const DST = mac('00:00:5e:00:53:0b');
const SRC = mac('00:00:5e:00:53:0a');

function parsed(hex: string): EthernetFrame {
  const frame = parseEthernet(fromHex(hex)!);
  if (isMalformed(frame)) throw new Error(`malformed: ${frame.field}`);
  return frame;
}

describe('a frame in fields', () => {
  test('untagged: destination, source, EtherType, payload', () => {
    const frame = { dst: DST, src: SRC, tags: [], etherType: 0x88b5, payload: Uint8Array.of(1, 2) };
    expect(parsed(`${ADDRESSES}88b50102`)).toEqual(frame);
  });

  test('GEN-1: two tags stand outermost first', () => {
    const { tags, etherType, payload } = parsed(`${ADDRESSES}88a87014810020 0a0806 ff`.replaceAll(' ', ''));
    expect(tags).toEqual([
      { tpid: 0x88a8, pcp: 3, dei: true, vid: 20 },
      { tpid: 0x8100, pcp: 1, dei: false, vid: 10 },
    ]);
    expect(etherType).toBe(ETHERTYPE_ARP);
    expect(payload).toEqual(Uint8Array.of(0xff));
  });

  test.each(['9100', '9200'])('GEN-1: 0x%s is an EtherType, not a tag', (type) => {
    const { tags, etherType, payload } = parsed(`${ADDRESSES}${type}000a0800`);
    expect(tags).toEqual([]);
    expect(etherType).toBe(Number.parseInt(type, 16));
    expect(toHex(payload)).toBe('000a0800');
  });

  test('GEN-5: a header without payload is a frame', () => {
    expect(parsed(`${ADDRESSES}88b5`).payload).toEqual(new Uint8Array(0));
    expect(parsed(`${ADDRESSES}8100000a88b5`).payload).toEqual(new Uint8Array(0));
  });

  test('a recorded frame is viewed without being parsed', () => {
    const { bytes: frame } = captured('linux-stack', 'ARP request');
    expect([dstOf(frame), srcOf(frame), outerTypeOf(frame)]).toEqual(['ff:ff:ff:ff:ff:ff', SRC, ETHERTYPE_ARP]);
  });

  test('where the EtherType stands behind the tags of every recorded frame', () => {
    for (const { bytes: frame, tshark } of readCaptures('bridge-tagged')) {
      const tags = (tshark['vlan.id']?.length ?? 0) + (tshark['ieee8021ad.id']?.length ?? 0);
      expect(typeOffset(frame)).toBe(12 + 4 * tags);
    }
  });
});

describe('a frame in bytes', () => {
  test('every field stands where IEEE 802.3 and 802.1Q put it', () => {
    const tags = [{ tpid: 0x8100, pcp: 5, dei: false, vid: 10 }];
    const frame = { dst: DST, src: SRC, tags, etherType: ETHERTYPE_EXPERIMENTAL, payload: Uint8Array.of(9) };
    expect(toHex(emitEthernet(frame))).toBe(`${ADDRESSES}8100a00a88b509`);
  });

  test('fields to bytes to fields, for any frame', () => {
    fc.assert(
      fc.property(ethernetFrame, (frame) => {
        expect(parseEthernet(emitEthernet(frame))).toEqual(frame);
      }),
    );
  });

  test('bytes to fields to bytes, for any bytes that are a frame', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), bytes(40), (addresses, rest) => {
        const frame = Uint8Array.of(...addresses, ...rest);
        const fields = parseEthernet(frame);
        if (!isMalformed(fields)) expect(emitEthernet(fields)).toEqual(frame);
        else expect(rest.length).toBeLessThan(6);
      }),
    );
  });
});

describe('what is no frame', () => {
  test.each(Array.from({ length: 14 }, (_, size) => size))('%d bytes: too short', (size) => {
    const problem = { malformed: true, protocol: 'ethernet', field: 'length', at: 0, expected: '14 B' };
    expect(parseEthernet(new Uint8Array(size).fill(0x81))).toEqual({ ...problem, found: `${size} B` });
  });

  test.each([
    ['', '0 B'],
    ['00', '1 B'],
  ])('a tag that ends after its TPID and "%s"', (rest, found) => {
    expect(parseEthernet(fromHex(`${ADDRESSES}8100${rest}`)!)).toMatchObject({
      protocol: 'dot1q',
      field: 'TCI',
      at: 14,
      found,
    });
  });

  test.each([
    ['8100000a', 16, '0 B'],
    ['8100000a08', 16, '1 B'],
    ['88a80014 8100000a', 20, '0 B'],
    ['88a80014 8100000a08', 20, '1 B'],
  ])('a frame that ends after the tags and half an EtherType: %s', (rest, at, found) => {
    const problem = { malformed: true, protocol: 'ethernet', field: 'EtherType', expected: '2 B' };
    expect(parseEthernet(fromHex(ADDRESSES + rest)!)).toEqual({ ...problem, at, found });
  });

  test('a second tag that is cut is named with the place of the second', () => {
    const cut = parseEthernet(fromHex(`${ADDRESSES}88a800148100`)!);
    expect(cut).toMatchObject({ protocol: 'dot1q', field: 'TCI', at: 18, found: '0 B' });
  });

  test('the offset of the EtherType stops before a tag that is cut', () => {
    expect(typeOffset(fromHex(`${ADDRESSES}8100000a08`)!)).toBe(12);
    expect(typeOffset(fromHex(`${ADDRESSES}88a800148100000a`)!)).toBe(16);
    expect(typeOffset(new Uint8Array(0))).toBe(12);
  });

  test('what tshark calls too short in the random frames of randpkt is too short here', () => {
    const short = readCaptures('randpkt').filter(({ bytes: frame }) => frame.length < 14);
    expect(short.length).toBeGreaterThan(0);
    for (const { bytes: frame, experts } of short) {
      expect(experts).toContain('Malformed Packet (Exception occurred)');
      expect(parseEthernet(frame)).toMatchObject({ field: 'length', found: `${frame.length} B` });
    }
  });
});

describe('padding', () => {
  test('GEN-5: frames below 60 bytes get zeros up to 60, others are left alone', () => {
    fc.assert(
      fc.property(bytes(100), (frame) => {
        const padded = padToWire(frame);
        expect(padded.length).toBe(Math.max(60, frame.length));
        expect(padded.subarray(0, frame.length)).toEqual(frame);
        expect(padded.subarray(frame.length).every((byte) => byte === 0)).toBe(true);
      }),
    );
  });

  test('the frame that was given is not written to', () => {
    const short = new Uint8Array(14).fill(1);
    padToWire(short).fill(2);
    expect(short).toEqual(new Uint8Array(14).fill(1));
  });
});

describe('printing', () => {
  test.each([
    [0x0800, 'IPv4'],
    [0x0806, 'ARP'],
    [0x86dd, 'IPv6'],
    [0x88b5, '0x88b5'],
    [0x002e, '0x002e'],
    [0, '0x0000'],
  ])('EtherType %d is printed as %s', (type, text) => {
    expect(formatEtherType(type)).toBe(text);
  });

  test('a frame is one line: addresses, tags, EtherType', () => {
    expect(formatEthernet(parsed(`ffffffffffff00005e00530a8100600a0806`))).toBe(
      '00:00:5e:00:53:0a > ff:ff:ff:ff:ff:ff C10 p3 ARP',
    );
    expect(formatEthernet(parsed(`${ADDRESSES}0800`))).toBe('00:00:5e:00:53:0a > 00:00:5e:00:53:0b IPv4');
  });
});
