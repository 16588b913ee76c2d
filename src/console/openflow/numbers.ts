/**
 * Numbers as C reads them, for that is how the tool does: `0x` for hexadecimal, a leading zero for octal, a sign.
 * Read first: strtoull(3), lib/util.c (parse_int_string, str_to_int, ovs_scan).
 */

const UINT64_MAX = (1n << 64n) - 1n;

export interface Scanned {
  readonly value: bigint;
  /** Offset of the first character that is no part of the number. */
  readonly end: number;
  readonly isOutOfRange: boolean;
}

const DIGITS: Readonly<Record<number, RegExp>> = {
  8: /^[0-7]+/,
  10: /^\d+/,
  16: /^[0-9a-f]+/i,
};

/** strtoull(3) with base 0 or 10. Null: no number there. A negative number wraps around. */
export function scanUnsigned(text: string, base: 0 | 10 = 0): Scanned | null {
  const lead = /^[ \t\n\v\f\r]*([+-]?)/.exec(text)!;
  let at = lead[0].length;
  let radix: 8 | 10 | 16 = 10;
  if (base === 0 && text[at] === '0') {
    const isHexadecimal = /^0x[0-9a-f]/i.test(text.slice(at));
    radix = isHexadecimal ? 16 : 8;
    if (isHexadecimal) at += 2;
  }
  const digits = DIGITS[radix]!.exec(text.slice(at))?.[0];
  if (digits === undefined) return null;
  const magnitude = fromDigits(digits, radix);
  const end = at + digits.length;
  if (magnitude > UINT64_MAX) return { value: UINT64_MAX, end, isOutOfRange: true };
  return { value: lead[1] === '-' ? BigInt.asUintN(64, -magnitude) : magnitude, end, isOutOfRange: false };
}

/** ovs_scan with `%i`: as strtoull, but `0x` alone is no number. */
export function scanInt(text: string): Scanned | null {
  return /^\s*[+-]?0x(?![0-9a-f])/i.test(text) ? null : scanUnsigned(text);
}

/** The whole text as a signed number of 64 bits, else null. */
export function wholeInteger(text: string, base: 0 | 10 = 0): bigint | null {
  const scanned = scanUnsigned(text, base);
  if (scanned === null || scanned.isOutOfRange || scanned.end !== text.length) return null;
  const isNegative = /^\s*-/.test(text);
  const signed = isNegative ? -BigInt.asUintN(64, -scanned.value) : scanned.value;
  const isTooFar = isNegative ? signed < -(1n << 63n) : signed >= 1n << 63n;
  return isTooFar ? null : signed;
}

/** The whole text as a number from 0 to `most`, else null. */
export function wholeNumber(text: string, most: number, base: 0 | 10 = 0): number | null {
  const value = wholeInteger(text, base);
  return value === null || value < 0n || value > BigInt(most) ? null : Number(value);
}

/**
 * A field's value: hexadecimal digits as many as the field has, anything else as a number of 64 bits. Null: no number;
 * `isOutOfRange`: larger than the field.
 */
export function scanFieldValue(text: string, bytes: number): Scanned | null {
  if (!/^0x/i.test(text)) {
    const scanned = scanUnsigned(text);
    if (scanned === null || scanned.isOutOfRange) return scanned;
    return { ...scanned, isOutOfRange: bytes < 8 && scanned.value >> BigInt(8 * bytes) !== 0n };
  }
  // White space between hexadecimal digits is skipped, and `0x` alone is 0.
  let at = 2;
  let digits = '';
  while (at < text.length && /[0-9a-f \t\r\n]/i.test(text[at]!)) digits += text[at++]!.trim();
  digits = digits.replace(/^0+/, '');
  return { value: digits === '' ? 0n : fromDigits(digits, 16), end: at, isOutOfRange: digits.length > 2 * bytes };
}

function fromDigits(digits: string, radix: number): bigint {
  if (radix === 10) return BigInt(digits);
  return BigInt(`${radix === 16 ? '0x' : '0o'}${digits}`);
}
