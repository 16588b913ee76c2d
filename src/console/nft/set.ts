/**
 * A named set: `set NAME { type ipv4_addr; flags interval; elements = { 192.0.2.0/28 } }`.
 *
 * What surprises: ranges and prefixes need `flags interval`, a prefix that covers one address too; they may be the same, but
 * not overlap.
 */
import type { Interval, NamedSet } from '../../filter/ruleset.ts';
import type { Cursor } from './cursor.ts';
import { SET_TYPES, setTypeOf, type FieldSpec } from './fields.ts';
import type { Token } from './lexer.ts';
import { readUnion } from './match.ts';
import { toIntervals } from './values.ts';

const UNMODELLED_OPTIONS = new Set([
  'size',
  'timeout',
  'gc-interval',
  'policy',
  'typeof',
  'auto-merge',
  'counter',
  'comment',
]);

/** The block behind a set's name. A set that is `present` gets the new elements as well, if the type is the same. */
export function readSet(cursor: Cursor, name: Token, present: NamedSet | undefined): NamedSet {
  let spec: FieldSpec | null = null;
  const flags = new Set<string>(present?.flags);
  let elements: Token[][] = [];
  cursor.block(() => {
    const token = cursor.next();
    if (token.text === 'type') spec = readType(cursor);
    else if (token.text === 'flags') readFlags(cursor, flags);
    else if (token.text === 'elements') {
      cursor.expect('=');
      elements = cursor.elements();
    } else if (UNMODELLED_OPTIONS.has(token.text)) cursor.unmodelled(token);
    else cursor.unexpected(token, 'type, flags, elements');
    // Of all statements, elements are the one that nft's grammar asks no separator of.
    return token.text === 'elements' ? 'ended' : undefined;
  });
  // TypeScript does not see the assignment in the closure.
  const known = spec as FieldSpec | null;
  if (known === null) return cursor.fail('set', name.at, name.text, 'type ether_addr');
  if (present !== undefined && present.type !== known.type)
    return cursor.fail('set', name.at, name.text, `type ${typeName(present)}`);
  const added = toIntervals(readUnion(cursor, elements, known), known);
  if (!flags.has('interval')) refuseRanges(cursor, elements);
  const intervals = [...(present?.intervals ?? [])];
  added.forEach((interval, index) => {
    if (intervals.some((other) => collide(interval, other)))
      cursor.fail('overlap', elements[index]![0]!.at, textOf(elements[index]!), '');
    intervals.push(interval);
  });
  return { name: name.text, type: known.type, intervals, flags: FLAGS.filter((flag) => flags.has(flag)) };
}

function readType(cursor: Cursor): FieldSpec {
  const token = cursor.next();
  if (!Object.hasOwn(SET_TYPES, token.text)) cursor.unexpected(token, Object.keys(SET_TYPES).join(', '));
  if (cursor.peek.text === '.') cursor.unmodelled(cursor.peek);
  return SET_TYPES[token.text]!;
}

/** In the order in which nft prints them. */
const FLAGS = ['constant', 'interval'];

function readFlags(cursor: Cursor, flags: Set<string>): void {
  do {
    const flag = cursor.next();
    if (flag.text === 'timeout' || flag.text === 'dynamic') cursor.unmodelled(flag);
    if (!FLAGS.includes(flag.text)) cursor.unexpected(flag, 'interval, constant');
    flags.add(flag.text);
  } while (cursor.takes(','));
}

function typeName({ type }: NamedSet): string {
  return setTypeOf({ type } as FieldSpec);
}

function refuseRanges(cursor: Cursor, elements: readonly Token[][]): void {
  const range = elements.find((words) => words.length > 1);
  if (range !== undefined) cursor.fail('interval', range[0]!.at, textOf(range), 'flags interval');
}

function textOf(words: readonly Token[]): string {
  return words.map(({ text }) => text).join('');
}

/** They overlap and are not the same. */
function collide(a: Interval, b: Interval): boolean {
  const overlap = compare(a.low, b.high) <= 0 && compare(b.low, a.high) <= 0;
  return overlap && (compare(a.low, b.low) !== 0 || compare(a.high, b.high) !== 0);
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}
