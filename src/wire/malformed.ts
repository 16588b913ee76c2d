/**
 * What a checked parse returns when the bytes or the text cannot be what they claim to be.
 *
 * Wire files know no language: they say which field, where, what was found and what would have been right, as data.
 * `explain/malformed.ts` turns it into a Japanese sentence.
 */
export interface Malformed {
  readonly malformed: true;
  /** The protocol or notation that was expected, e.g. `ipv4`, `mac-address`. */
  readonly protocol: string;
  /** The field that broke the rule, in the standard's own words. */
  readonly field: string;
  /** Byte offset of the field in the buffer, or character offset in a text. */
  readonly at: number;
  /** What stood there. */
  readonly found: string;
  /** What would have been right. */
  readonly expected: string;
}

export function malformed(
  protocol: string,
  field: string,
  at: number,
  found: string | number,
  expected: string,
): Malformed {
  return { malformed: true, protocol, field, at, found: String(found), expected };
}

export function isMalformed(value: unknown): value is Malformed {
  return typeof value === 'object' && value !== null && (value as { malformed?: unknown }).malformed === true;
}
