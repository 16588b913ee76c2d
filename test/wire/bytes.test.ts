/** Big-endian integers and hexadecimal text: `src/wire/bytes.ts`. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  concatBytes,
  fromHex,
  readUint16,
  readUint24,
  readUint32,
  toHex,
  writeUint16,
  writeUint24,
  writeUint32,
} from '../../src/wire/bytes.ts';
import { bits, bytes } from './arbitraries.ts';

const SAMPLE = Uint8Array.of(0x81, 0x00, 0xff, 0xfe, 0x7f);

describe('reading', () => {
  test('the first byte is the most significant one', () => {
    expect(readUint16(SAMPLE, 0)).toBe(0x8100);
    expect(readUint24(SAMPLE, 0)).toBe(0x8100ff);
    expect(readUint32(SAMPLE, 0)).toBe(0x8100fffe);
    expect(readUint32(SAMPLE, 1)).toBe(0x00fffe7f);
  });

  test('numbers are unsigned, also where the highest of 32 bits is set', () => {
    expect(readUint32(Uint8Array.of(0xff, 0xff, 0xff, 0xff), 0)).toBe(2 ** 32 - 1);
  });

  test('bytes beyond the end count as zero', () => {
    expect(readUint16(SAMPLE, 4)).toBe(0x7f00);
    expect(readUint24(SAMPLE, 3)).toBe(0xfe7f00);
    expect(readUint32(SAMPLE, 3)).toBe(0xfe7f0000);
    expect(readUint32(SAMPLE, 99)).toBe(0);
    expect(readUint16(new Uint8Array(0), 0)).toBe(0);
  });

  test('reads what a DataView reads', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), (four) => {
        const view = new DataView(four.buffer, four.byteOffset, 4);
        expect(readUint16(four, 0)).toBe(view.getUint16(0));
        expect(readUint24(four, 0)).toBe(view.getUint32(0) >>> 8);
        expect(readUint32(four, 0)).toBe(view.getUint32(0));
      }),
    );
  });
});

describe('writing', () => {
  test('what is written is read back, and no other byte changes', () => {
    const cases = [
      [16, writeUint16, readUint16],
      [24, writeUint24, readUint24],
      [32, writeUint32, readUint32],
    ] as const;
    for (const [size, write, read] of cases) {
      fc.assert(
        fc.property(bits(size), fc.integer({ min: 0, max: 4 }), (value, at) => {
          const buffer = new Uint8Array(8).fill(0xaa);
          write(buffer, at, value);
          expect(read(buffer, at)).toBe(value);
          expect(toHex(buffer.subarray(0, at))).toBe('aa'.repeat(at));
          expect(toHex(buffer.subarray(at + size / 8))).toBe('aa'.repeat(8 - at - size / 8));
        }),
      );
    }
  });
});

describe('hexadecimal text', () => {
  test('has two lower-case digits a byte', () => {
    expect(toHex(Uint8Array.of(0, 1, 0x0f, 0x10, 0xab, 0xff))).toBe('00010f10abff');
    expect(toHex(new Uint8Array(0))).toBe('');
  });

  test.each([
    ['0800', '0800'],
    ['AbCd', 'abcd'],
    ['', ''],
    [' 08 00\n45\t00 ', '08004500'],
    ['00:00:5e-00-53.0a', '00005e00530a'],
  ])('%j is read, with white space and separators skipped', (text, hex) => {
    expect(fromHex(text)).toEqual(Uint8Array.from(Buffer.from(hex, 'hex')));
  });

  test.each(['0', 'abc', '0x0800', '08 0', 'zz', '08,00', '０８'])('%j is not hexadecimal', (text) => {
    expect(fromHex(text)).toBeNull();
  });

  test('reading and printing are the reverse of each other', () => {
    fc.assert(
      fc.property(bytes(64), (array) => {
        expect(fromHex(toHex(array))).toEqual(array);
      }),
    );
  });

  test('prints what Buffer prints', () => {
    fc.assert(
      fc.property(bytes(64), (array) => {
        expect(toHex(array)).toBe(Buffer.from(array).toString('hex'));
      }),
    );
  });
});

test('parts stand one after another in a new array', () => {
  fc.assert(
    fc.property(fc.array(bytes(10)), (parts) => {
      const whole = concatBytes(...parts);
      expect(toHex(whole)).toBe(parts.map(toHex).join(''));
      for (const part of parts) expect(part.buffer).not.toBe(whole.buffer);
    }),
  );
});
