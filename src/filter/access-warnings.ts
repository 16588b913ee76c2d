/**
 * What is suspicious about an access list, as data. Exact as far as two entries go; an entry that only several others together
 * cover is not told.
 */
import type { AccessEntry } from './access-list.ts';
import { alternativesOf } from './conditions.ts';
import { IN, OUT } from './direction.ts';
import { implies, isPossible, literalsOf, type Literal } from './flow-bits.ts';

export type AccessWarning<E> =
  /** It contradicts itself: no packet matches. */
  | { readonly kind: 'impossible'; readonly entry: E }
  /** Every packet that it matches is another's, the first such. */
  | { readonly kind: 'shadowed'; readonly entry: E; readonly by: E }
  /** Of equal rank, with packets that both match, and they do not do the same. */
  | { readonly kind: 'ambiguous'; readonly entry: E; readonly other: E };

interface Known<E> {
  readonly entry: E;
  readonly bits: readonly (readonly Literal[])[];
}

export function accessWarnings<E extends AccessEntry & { readonly action: string }>(
  entries: readonly E[],
): AccessWarning<E>[] {
  const warnings: AccessWarning<E>[] = [];
  const live: Known<E>[] = [];
  for (const entry of entries) {
    const bits = alternativesOf(entry.conditions).map(literalsOf).filter(isPossible);
    if (bits.length === 0) warnings.push({ kind: 'impossible', entry });
    else live.push({ entry, bits });
  }
  const ordered = live.toSorted((one, other) => other.entry.rank - one.entry.rank);
  for (const [index, known] of ordered.entries()) {
    const { entry } = known;
    const before = ordered.slice(0, index);
    const isOpen = (other: Known<E>): boolean => isTie(other.entry, entry) && other.entry.action !== entry.action;
    const shadow = before.find((other) => !isOpen(other) && isCovered(known, other));
    if (shadow !== undefined) warnings.push({ kind: 'shadowed', entry, by: shadow.entry });
    for (const other of before) {
      if (isOpen(other) && overlap(other, known))
        warnings.push({ kind: 'ambiguous', entry: other.entry, other: entry });
    }
  }
  return warnings;
}

function isTie(one: AccessEntry, other: AccessEntry): boolean {
  return Math.floor(one.rank) === Math.floor(other.rank);
}

function isCovered(inner: Known<AccessEntry>, outer: Known<AccessEntry>): boolean {
  if ((inner.entry.directions & ~outer.entry.directions & (IN | OUT)) !== 0) return false;
  return inner.bits.every((one) => outer.bits.some((other) => implies(one, other)));
}

function overlap(one: Known<AccessEntry>, other: Known<AccessEntry>): boolean {
  if ((one.entry.directions & other.entry.directions) === 0) return false;
  return one.bits.some((bits) => other.bits.some((more) => isPossible([...bits, ...more])));
}
