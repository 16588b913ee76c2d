/** MAC addresses: `src/wire/mac-address.ts` (GEN-3, GEN-4). */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BROADCAST_MAC,
  formatMac,
  isBroadcast,
  isGroup,
  isReserved,
  isZero,
  mac,
  macAt,
  macHalves,
  macHigh,
  macLow,
  parseMac,
  writeMac,
} from '../../src/wire/mac-address.ts';
import { macAddress } from './arbitraries.ts';
import { captured } from './captures.ts';

describe('reading text', () => {
  test.each([
    '00:00:5e:00:53:0a',
    '00:00:5E:00:53:0A',
    '00-00-5E-00-53-0A',
    '0000.5e00.530a',
    '  00:00:5e:00:53:0a\n',
    '００：００：５ｅ：００：５３：０ａ',
  ])('%j is 00:00:5e:00:53:0a', (text) => {
    expect(parseMac(text)).toBe('00:00:5e:00:53:0a');
  });

  test.each([
    '',
    '00:00:5e:00:53',
    '00:00:5e:00:53:0a:01',
    '00:00:5e:00:53:0g',
    '0:0:5e:0:53:a',
    '00005e00530a',
    '00.00.5e.00.53.0a',
    '0000:5e00:530a',
    '00:00-5e:00-53:0a',
    '00-00-5e-00-53:0a',
    '00:00:5e:00:53:0a/24',
    'VM-A',
    ':::::',
  ])('%j is malformed: notation', (text) => {
    const problem = {
      malformed: true,
      protocol: 'mac-address',
      field: 'notation',
      at: 0,
      expected: '00:00:5e:00:53:0a',
    };
    expect(parseMac(text)).toEqual({ ...problem, found: text });
  });

  test('an address in our own files that is wrong is an error', () => {
    expect(mac('00-00-5E-00-53-0A')).toBe('00:00:5e:00:53:0a');
    expect(() => mac('nonsense')).toThrow('not a MAC address: nonsense');
  });
});

describe('in a frame', () => {
  test('the addresses of a recorded ARP request are read where they stand', () => {
    const { bytes, tshark } = captured('linux-stack', 'ARP request');
    expect(macAt(bytes, 0)).toBe(tshark['eth.dst']![0]);
    expect(macAt(bytes, 6)).toBe(tshark['eth.src']![0]);
    expect(macAt(bytes, 22)).toBe(tshark['arp.src.hw_mac']![0]);
  });

  test('the halves are the OUI and the rest', () => {
    const bytes = Uint8Array.of(0xff, 0x00, 0x00, 0x5e, 0x80, 0x53, 0x0a);
    expect(macHigh(bytes, 1)).toBe(0x00005e);
    expect(macLow(bytes, 1)).toBe(0x80530a);
    expect(macHalves(mac('00:00:5e:80:53:0a'))).toEqual([0x00005e, 0x80530a]);
  });

  test('text, halves and bytes are three forms of one address', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (octets) => {
        const text = [...octets].map((octet) => octet.toString(16).padStart(2, '0')).join(':');
        const address = macAt(octets, 0);
        expect(address).toBe(text);
        expect(parseMac(text)).toBe(address);
        expect(formatMac(...macHalves(address))).toBe(address);
        const frame = new Uint8Array(10).fill(0xaa);
        writeMac(frame, 2, address);
        expect(frame).toEqual(Uint8Array.of(0xaa, 0xaa, ...octets, 0xaa, 0xaa));
      }),
    );
  });

  test('bytes beyond the end of a frame count as zero', () => {
    expect(macAt(Uint8Array.of(0x02), 0)).toBe('02:00:00:00:00:00');
    expect(macAt(new Uint8Array(0), 0)).toBe('00:00:00:00:00:00');
  });
});

describe('kinds of address', () => {
  test('GEN-3: the lowest bit of the first octet marks a group, whatever the other 47 say', () => {
    for (let octet = 0; octet < 256; octet++) {
      expect(isGroup(octet << 16)).toBe(octet % 2 === 1);
      expect(isGroup((octet << 16) | 0xffff)).toBe(octet % 2 === 1);
    }
  });

  test('GEN-3: broadcast is ff:ff:ff:ff:ff:ff only', () => {
    expect(isBroadcast(...macHalves(BROADCAST_MAC))).toBe(true);
    for (let bit = 0; bit < 24; bit++) {
      expect(isBroadcast(0xffffff ^ (1 << bit), 0xffffff)).toBe(false);
      expect(isBroadcast(0xffffff, 0xffffff ^ (1 << bit))).toBe(false);
    }
  });

  test('zero is 00:00:00:00:00:00 only', () => {
    expect(isZero(0, 0)).toBe(true);
    fc.assert(
      fc.property(macAddress, (address) => {
        expect(isZero(...macHalves(address))).toBe(address === '00:00:00:00:00:00');
      }),
    );
    for (let bit = 0; bit < 24; bit++) {
      expect(isZero(1 << bit, 0)).toBe(false);
      expect(isZero(0, 1 << bit)).toBe(false);
    }
  });

  test.each([
    ['01:80:c2:00:00:00', true],
    ['01:80:c2:00:00:01', true],
    ['01:80:c2:00:00:0e', true],
    ['01:80:c2:00:00:0f', true],
    ['01:80:c2:00:00:10', false],
    ['01:80:c2:00:00:20', false],
    ['01:80:c2:00:01:00', false],
    ['01:80:c2:01:00:00', false],
    ['01:80:c3:00:00:00', false],
    ['00:80:c2:00:00:00', false],
  ])('GEN-4: %s is in the block that no bridge relays: %s', (address, expected) => {
    expect(isReserved(...macHalves(mac(address)))).toBe(expected);
  });
});
