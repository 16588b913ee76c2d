/**
 * Where a statement ends: small rulesets with newlines, semicolons or nothing between their parts, each with what nft 1.0.6
 * said to it. Of all statements `elements = { … }` alone needs nothing behind it.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseRuleset } from '../../../src/console/nft/parser.ts';
import { isMalformed } from '../../../src/wire/malformed.ts';

const CASES = JSON.parse(
  readFileSync(new URL('../../fixtures/nft/separators-1.0.6.json', import.meta.url), 'utf8'),
) as readonly { text: string; isAccepted: boolean }[];

test('nft accepts some of these and refuses others', () => {
  const accepted = CASES.filter(({ isAccepted }) => isAccepted).length;
  expect(accepted).toBeGreaterThan(100);
  expect(CASES.length - accepted).toBeGreaterThan(100);
});

test(`the parser says to all ${CASES.length} what nft says`, () => {
  const different = CASES.filter(({ text, isAccepted }) => isMalformed(parseRuleset(text)) === isAccepted);
  expect(different.map(({ text }) => text)).toEqual([]);
});
