/**
 * A rule in words that are read as that rule: the shortest of a few ways to write it for which that is so. nft's own way is
 * not always one: it leaves out `ether type ip` before `ip saddr`, and would read `meta protocol ip` there.
 */
import { isNameTest, type FieldTest, type NamedSet, type Rule, type Test } from '../../filter/ruleset.ts';
import { isMalformed } from '../../wire/malformed.ts';
import { Cursor, Refused } from './cursor.ts';
import { tokenize } from './lexer.ts';
import { distinct, type Style } from './print-match.ts';
import { printRule } from './print-rule.ts';
import { merged } from './print-values.ts';
import { readRule } from './rule.ts';

const STYLES: readonly Style[] = [
  { asListed: false, omitsImplied: true, sorts: true },
  { asListed: false, omitsImplied: false, sorts: true },
  { asListed: false, omitsImplied: false, sorts: false },
];

/** Without numbers behind counters. `sets`: those of its table. */
export function exactRule(rule: Rule, sets: readonly NamedSet[]): string {
  const texts = STYLES.map((style) => printRule(rule, null, style));
  return texts.find((text) => isReadAs(text, rule, sets)) ?? rule.text;
}

function isReadAs(text: string, rule: Rule, sets: readonly NamedSet[]): boolean {
  const tokens = tokenize(text);
  if (isMalformed(tokens)) return false;
  try {
    const read = readRule(new Cursor(tokens), text, sets, () => undefined);
    return read.tests.length === rule.tests.length && read.tests.every((test, at) => isSame(test, rule.tests[at]!));
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}

/** They hold for the same packets. */
function isSame(a: Test, b: Test): boolean {
  return JSON.stringify(essence(a)) === JSON.stringify(essence(b));
}

function essence(test: Test): unknown {
  if (isNameTest(test)) return [test.field.base, test.negated, distinct(test.names)];
  const { base, offset, size } = test.field;
  return [
    base,
    offset,
    size,
    hex(maskOf(test)),
    test.negated,
    test.set ?? '',
    merged(bounds(test)).map(({ low, high }) => `${low}-${high}`),
  ];
}

function maskOf({ mask, field }: FieldTest): Uint8Array {
  return mask ?? new Uint8Array(field.size).fill(0xff);
}

function bounds({ intervals }: FieldTest): { low: bigint; high: bigint }[] {
  return intervals.map(({ low, high }) => ({ low: BigInt(`0x${hex(low)}`), high: BigInt(`0x${hex(high)}`) }));
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
