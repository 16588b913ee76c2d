/** The Internet checksum: `src/wire/checksum.ts`, against RFC 1071's own example and a second implementation. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../src/wire/bytes.ts';
import { checksum, fold, pseudoHeaderSum, sumWords, transportChecksum } from '../../src/wire/checksum.ts';
import { parseIpv4Address } from '../../src/wire/ipv4.ts';
import { bytes } from './arbitraries.ts';
import { readCaptures } from './captures.ts';

/** RFC 1071 1, word by word with the carry brought round at once. */
function slowChecksum(array: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < array.length; at += 2) {
    sum += array[at]! * 256 + (array[at + 1] ?? 0);
    if (sum >= 65_536) sum -= 65_535;
  }
  return 65_535 - sum;
}

describe('checksum', () => {
  test('RFC 1071 section 3: 0001 f203 f4f5 f6f7 sums to ddf2', () => {
    const example = fromHex('0001f203f4f5f6f7')!;
    expect(checksum(example)).toBe(0xffff - 0xddf2);
    expect(fold(sumWords(example, 0, example.length))).toBe(0x220d);
  });

  test('an odd last byte is the high half of a word', () => {
    expect(checksum(fromHex('0001f2')!)).toBe(checksum(fromHex('0001f200')!));
    expect(checksum(fromHex('0001f2')!)).not.toBe(checksum(fromHex('000100f2')!));
  });

  test('of nothing it is ffff', () => {
    expect(checksum(new Uint8Array(0))).toBe(0xffff);
  });

  test('only the bytes of the range count', () => {
    const whole = fromHex('ffff0001f203f4f5f6f7ffff')!;
    expect(checksum(whole, 2, 10)).toBe(0x220d);
  });

  test('agrees with a word-by-word sum, whatever the bytes', () => {
    fc.assert(
      fc.property(bytes(200), (array) => {
        // One's complement has two zeros: a sum of zero words may be written either way.
        expect(checksum(array) % 0xffff).toBe(slowChecksum(array) % 0xffff);
      }),
    );
  });

  test('carries are brought in however large the sum', () => {
    expect(fold(0x1ffff)).toBe(0xfffe);
    expect(fold(0xffff_ffff)).toBe(0);
    expect(fold(2 ** 40)).toBe(fold(256));
  });

  test('a block that holds its checksum sums to zero', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 200 }), (array) => {
        array[0] = array[1] = 0;
        const sum = checksum(array);
        array[0] = sum >>> 8;
        array[1] = sum;
        expect(checksum(array)).toBe(0);
      }),
    );
  });

  test('is what tshark says it should be in the broken ICMP packets of randpkt', () => {
    const told = readCaptures('randpkt').flatMap(({ bytes: frame, experts }) => {
      const should = experts.map((text) => /^Bad checksum \[should be (0x\w+)\]/.exec(text)?.[1]).find(Boolean);
      return should === undefined ? [] : [{ icmp: frame.slice(34), should: Number(should) }];
    });
    expect(told.length).toBeGreaterThanOrEqual(5);
    for (const { icmp, should } of told) {
      icmp[2] = icmp[3] = 0;
      expect(checksum(icmp)).toBe(should);
    }
  });
});

describe('pseudo header', () => {
  const [src, dst] = [parseIpv4Address('192.0.2.11') as number, parseIpv4Address('255.255.255.255') as number];

  test('is both addresses, the protocol and the length, in 16-bit words', () => {
    expect(pseudoHeaderSum(src, dst, 17, 9)).toBe(0xc000 + 0x020b + 0xffff + 0xffff + 17 + 9);
  });

  test('a segment is summed with it, as if it stood in front', () => {
    fc.assert(
      fc.property(bytes(60), (segment) => {
        const header = Uint8Array.of(192, 0, 2, 11, 255, 255, 255, 255, 0, 6, 0, segment.length);
        const whole = Uint8Array.of(...header, ...segment);
        expect(transportChecksum(segment, src, dst, 6)).toBe(checksum(whole));
      }),
    );
  });
});
