/** No function of `src/wire` throws on any bytes or any text, and what it calls malformed has a place and a reason. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as arp from '../../src/wire/arp.ts';
import * as raw from '../../src/wire/bytes.ts';
import * as checksum from '../../src/wire/checksum.ts';
import * as dot1q from '../../src/wire/dot1q.ts';
import * as ethernet from '../../src/wire/ethernet.ts';
import * as icmp from '../../src/wire/icmp.ts';
import * as ipv4 from '../../src/wire/ipv4.ts';
import * as macAddress from '../../src/wire/mac-address.ts';
import { isMalformed, type Malformed } from '../../src/wire/malformed.ts';
import * as tcp from '../../src/wire/tcp.ts';
import * as udp from '../../src/wire/udp.ts';
import { bits } from './arbitraries.ts';
import { readCaptures } from './captures.ts';

type Reader = (bytes: Uint8Array, at: number) => unknown;

const VIEWS: Readonly<Record<string, Reader>> = {
  readUint16: raw.readUint16,
  readUint24: raw.readUint24,
  readUint32: raw.readUint32,
  toHex: (bytes) => raw.toHex(bytes),
  concatBytes: (bytes) => raw.concatBytes(bytes, bytes),
  sumWords: (bytes, at) => checksum.sumWords(bytes, at, bytes.length),
  checksum: (bytes, at) => checksum.checksum(bytes, at),
  transportChecksum: (bytes, at) => checksum.transportChecksum(bytes, at, at, 6),
  macHigh: macAddress.macHigh,
  macLow: macAddress.macLow,
  macAt: macAddress.macAt,
  dstOf: (bytes) => ethernet.dstOf(bytes),
  srcOf: (bytes) => ethernet.srcOf(bytes),
  outerTypeOf: (bytes) => ethernet.outerTypeOf(bytes),
  typeOffset: (bytes) => ethernet.typeOffset(bytes),
  padToWire: (bytes) => ethernet.padToWire(bytes),
  operationOf: arp.operationOf,
  headerSizeOf: ipv4.headerSizeOf,
  totalLengthOf: ipv4.totalLengthOf,
  srcIpOf: ipv4.srcIpOf,
  dstIpOf: ipv4.dstIpOf,
  hasGoodHeaderChecksum: ipv4.hasGoodHeaderChecksum,
  udpLengthOf: udp.udpLengthOf,
  tcpHeaderSizeOf: tcp.tcpHeaderSizeOf,
};

const PARSERS: Readonly<Record<string, Reader>> = {
  parseTag: dot1q.parseTag,
  parseEthernet: (bytes) => printed(ethernet.parseEthernet(bytes), ethernet.formatEthernet),
  parseArp: (bytes, at) => printed(arp.parseArp(bytes, at), arp.formatArp),
  parseIpv4: (bytes, at) => printed(ipv4.parseIpv4(bytes, at), ipv4.formatIpv4),
  parseIcmp: (bytes, at) => printed(icmp.parseIcmp(bytes, at), icmp.formatIcmp),
  parseUdp: (bytes) => printed(udp.parseUdp(bytes, 0, 0), udp.formatUdp),
  parseTcp: (bytes) => printed(tcp.parseTcp(bytes, 0, 0), tcp.formatTcp),
};

/** What was parsed, after it has been printed: printers must not throw either. */
function printed<T extends object>(value: T | Malformed, print: (value: T) => string): T | Malformed {
  if (!isMalformed(value)) expect(print(value)).not.toBe('');
  return value;
}

const anyBytes = fc.uint8Array({ maxLength: 80 });
const anyOffset = fc.integer({ min: 0, max: 90 });

function expectGoodProblem(found: unknown, size: number, at: number): void {
  if (!isMalformed(found)) return;
  expect(Object.keys(found).toSorted()).toEqual(['at', 'expected', 'field', 'found', 'malformed', 'protocol']);
  expect(Number.isInteger(found.at)).toBe(true);
  expect(found.at).toBeGreaterThanOrEqual(0);
  expect(found.at).toBeLessThanOrEqual(Math.max(size, at));
  for (const text of [found.protocol, found.field, found.found, found.expected]) expect(text).not.toBe('');
}

describe('any bytes', () => {
  test.each(Object.entries(VIEWS))('%s does not throw', (_, view) => {
    fc.assert(
      fc.property(anyBytes, anyOffset, (bytes, at) => {
        expect(view(bytes, at)).toBeDefined();
      }),
    );
  });

  test.each(Object.entries(PARSERS))('%s returns fields, or names field and place', (_, parse) => {
    fc.assert(
      fc.property(anyBytes, anyOffset, (bytes, at) => {
        const before = raw.toHex(bytes);
        expectGoodProblem(parse(bytes, at), bytes.length, at);
        expect(raw.toHex(bytes)).toBe(before);
      }),
    );
  });

  test('recorded frames with any byte changed and any end cut off do not throw', () => {
    const frames = [...readCaptures('linux-stack'), ...readCaptures('bridge-tagged'), ...readCaptures('randpkt')];
    fc.assert(
      fc.property(fc.constantFrom(...frames), fc.nat(), bits(8), fc.nat(), ({ bytes }, where, value, cut) => {
        const mutated = bytes.slice(0, cut % (bytes.length + 1));
        if (mutated.length > 0) mutated[where % mutated.length] = value;
        for (const parse of Object.values(PARSERS)) {
          for (const at of [0, 12, 14, 18, 34]) expectGoodProblem(parse(mutated, at), mutated.length, at);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('any text', () => {
  const TEXT_PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
    parseMac: macAddress.parseMac,
    parseVid: dot1q.parseVid,
    parseIpv4Address: ipv4.parseIpv4Address,
    parseIpv4Network: ipv4.parseIpv4Network,
    fromHex: raw.fromHex,
  };
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...Array.from('0123456789abcdef:.-/ ')) }),
    fc.ipV4(),
  );

  test.each(Object.entries(TEXT_PARSERS))('%s does not throw', (_, parse) => {
    fc.assert(
      fc.property(anyText, (text) => {
        const found = parse(text);
        if (isMalformed(found)) expect(found.found).toBe(text);
      }),
    );
  });
});

test('a view beyond the end yields 0', () => {
  expect(ipv4.ttlOf(new Uint8Array(0), 0)).toBe(0);
});

test('nothing but what `malformed` makes is taken for malformed', () => {
  for (const value of [null, undefined, 'malformed', 7, {}, { malformed: false }, { malformed: 'true' }, []]) {
    expect(isMalformed(value)).toBe(false);
  }
  expect(isMalformed(ethernet.parseEthernet(new Uint8Array(0)))).toBe(true);
});
