/**
 * The Internet checksum (RFC 1071): the one's complement of the one's complement sum of 16-bit words.
 *
 * What surprises: an odd last byte counts as the high half of a word; UDP sends a computed 0 as 0xffff, since 0 means
 * "no checksum" (RFC 768).
 */
import { readUint16 } from './bytes.ts';

/** Sum of the words in [from, to), to be continued with `start` and closed with {@link fold}. */
export function sumWords(bytes: Uint8Array, from: number, to: number, start = 0): number {
  let sum = start;
  let at = from;
  for (; at + 1 < to; at += 2) sum += readUint16(bytes, at);
  if (at < to) sum += bytes[at]! << 8;
  return sum;
}

/** The checksum field for a sum of words. */
export function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x10000);
  return ~folded & 0xffff;
}

/** Over [from, to) with the checksum field, wherever it is, holding zero; a field that holds the right value yields 0. */
export function checksum(bytes: Uint8Array, from = 0, to = bytes.length): number {
  return fold(sumWords(bytes, from, to));
}

/** What the field at `at`, an even number of bytes behind `from`, should hold; `start` as in {@link sumWords}. */
export function expectedChecksum(bytes: Uint8Array, from: number, to: number, at: number, start = 0): number {
  return fold(sumWords(bytes, from, to, start) - readUint16(bytes, at));
}

/** The pseudo header that TCP and UDP sum over (RFC 793 3.1, RFC 768). Addresses are unsigned 32-bit numbers. */
export function pseudoHeaderSum(src: number, dst: number, protocol: number, length: number): number {
  return (src >>> 16) + (src & 0xffff) + (dst >>> 16) + (dst & 0xffff) + protocol + length;
}

/** As {@link checksum}, over a segment and its pseudo header. */
export function transportChecksum(segment: Uint8Array, src: number, dst: number, protocol: number): number {
  return fold(sumWords(segment, 0, segment.length, pseudoHeaderSum(src, dst, protocol, segment.length)));
}

/** What the field at `at` of a segment should hold. */
export function expectedTransportChecksum(
  segment: Uint8Array,
  src: number,
  dst: number,
  protocol: number,
  at: number,
): number {
  const start = pseudoHeaderSum(src, dst, protocol, segment.length);
  return expectedChecksum(segment, 0, segment.length, at, start);
}
