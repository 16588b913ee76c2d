/**
 * Rulesets as nft 1.0.6 prints them: what is printed is read back as the same rules, and where that nft is installed it prints
 * the same of rules that nobody has seen, to the letter, as text and as JSON.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseRuleset } from '../../../src/console/nft/parser.ts';
import { printRuleset, printTable, rulesetCommands } from '../../../src/console/nft/print.ts';
import { handlesOf, rulesetJson } from '../../../src/console/nft/print-json.ts';
import type { Ruleset } from '../../../src/filter/ruleset.ts';
import { isMalformed } from '../../../src/wire/malformed.ts';
import { Random } from '../../random.ts';
import { hasNamespace } from '../linux-bridge/namespace.ts';
import { meaning } from './meaning.ts';
import { GOOD } from './mutations.ts';
import { randomMatches, randomVerdict } from './random-rules.ts';

const SEED = Number(process.env['SEED'] ?? 86_028);
const COUNT = Number(process.env['COUNT'] ?? 400);

function parse(source: string): Ruleset {
  const ruleset = parseRuleset(source);
  if (isMalformed(ruleset)) expect.fail(`${JSON.stringify(ruleset)} in ${source}`);
  return ruleset;
}

const SETS = ` set macs {
  type ether_addr
  elements = { 02:00:00:00:00:0c, 02:00:00:00:00:0b }
 }
 set nets {
  type ipv4_addr
  flags interval
  elements = { 10.1.0.0/16, 192.0.2.1-192.0.2.9, 10.0.0.1 }
 }
`;

/** Rules that nft would take: one to a few matches, sometimes a counter, a rewrite, a comment, a set. */
function randomRule(random: Random): string {
  for (;;) {
    const parts = [
      ...(random.chance(0.1) ? ['counter'] : []),
      random.chance(0.9) ? randomMatches(random) : random.pick(['ether saddr @macs', 'ip saddr != @nets']),
      ...(random.chance(0.2) ? ['counter'] : []),
      ...(random.chance(0.1) ? ['ether daddr set 02:00:00:00:00:78'] : []),
      randomVerdict(random),
      ...(random.chance(0.1) ? ['comment "so it is"'] : []),
    ];
    const rule = parts.join(' ');
    // Headers of their own, which are not modelled: nft takes ports for their fields. And IPv6 in what may be anything.
    const isForeign =
      (/\b(?:ah|esp|sctp)\b/.test(rule) && rule.includes('th ')) ||
      /(?:protocol|type) \{.*ip6 |ip6 .*(?:protocol|type) \{/.test(rule);
    if (!isForeign && !isMalformed(parseRuleset(rulesetOf([rule])))) return rule;
  }
}

function rulesetOf(rules: readonly string[]): string {
  const chain = ` chain c {\n  type filter hook forward priority -195; policy drop;\n  ${rules.join('\n  ')}\n }\n`;
  return `table bridge f {\n${SETS} chain foo {\n }\n${chain}}\n`;
}

interface Listing {
  readonly source: string;
  readonly listed: string;
  readonly withHandles: string;
  readonly json: string;
  readonly table: string;
  readonly chain: string;
  readonly set: string;
  readonly stateless: string;
}

describe('a ruleset that nft 1.0.6 has listed: sets of every type, priorities, comments, handles', () => {
  const recorded = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../fixtures/nft/listing-1.0.6.json'), 'utf8'),
  ) as Listing;
  const ruleset = parse(recorded.source);
  const none = { packets: 0, bytes: 0 };
  const usual = { countsOf: () => none, handles: null };
  const [f, , h] = ruleset.tables;

  it('is printed as nft printed it', () => {
    expect(printRuleset(ruleset)).toBe(recorded.listed);
    expect(printRuleset(ruleset, { ...usual, handles: handlesOf(ruleset) })).toBe(recorded.withHandles);
    expect(printRuleset(ruleset, { countsOf: () => null, handles: null })).toBe(recorded.stateless);
    expect(inLines(rulesetJson(ruleset, { countsOf: () => none }))).toEqual(inLines(recorded.json));
  });

  it('is printed in parts as nft printed them', () => {
    expect(printTable(h!)).toBe(recorded.table);
    expect(printTable(h!, usual, h!.chains[0])).toBe(recorded.chain);
    expect(
      printTable(
        f!,
        usual,
        f!.sets.find(({ name }) => name === 'e'),
      ),
    ).toBe(recorded.set);
  });
});

describe('print, then parse', () => {
  it.each(GOOD)('ruleset %#', (source) => {
    const ruleset = parse(source);
    const printed = printRuleset(ruleset);
    expect(printRuleset(parse(printed))).toBe(printed);
  });

  it(`gives the same rules for ${COUNT * 5} random ones, in a listing and as commands, seed ${SEED}`, () => {
    const random = new Random(SEED);
    let [unread, different] = [0, 0];
    for (let left = COUNT * 5; left > 0; left--) {
      const ruleset = parse(rulesetOf([randomRule(random)]));
      const commands = rulesetCommands(ruleset);
      expect(meaning(parse(`${commands.join('\n')}\n`)), commands.join('\n')).toEqual(meaning(ruleset));
      // Not all that nft lists can be read, and not all of that means the same.
      const again = parseRuleset(printRuleset(ruleset));
      if (isMalformed(again)) unread++;
      else if (JSON.stringify(meaning(again)) !== JSON.stringify(meaning(ruleset))) different++;
    }
    expect(different).toBeLessThan(COUNT / 2);
    expect(unread).toBeLessThan(COUNT / 20);
  });
});

const isNft = spawnSync('nft', ['--version'], { encoding: 'utf8' }).stdout?.includes('v1.0.6') === true;

/** What nft prints of a ruleset that it has loaded; null where it refuses a rule, as it does where a service has no number. */
function theirs(source: string, ...options: string[]): string | null {
  const script = `nft -f - && nft ${options.join(' ')} list ruleset`;
  const { stdout, stderr, status } = spawnSync('unshare', ['-rn', 'sh', '-c', script], {
    input: source,
    encoding: 'utf8',
  });
  if (status === 0) return stdout;
  if (!stderr.includes('Could not resolve service')) throw new Error(`nft: ${stderr}\n${source}`);
  return null;
}

/** So many rules in one ruleset: where nft refuses one, the others are lost with it. */
const AT_ONCE = 50;

function inLines(json: string): string[] {
  return json.split(/(?<=\}), (?=\{)/);
}

describe.skipIf(!(isNft && hasNamespace('nft')))('nft 1.0.6 itself', () => {
  it(`prints ${COUNT} random rules as we print them, seed ${SEED}`, () => {
    const random = new Random(SEED);
    let compared = 0;
    for (let left = COUNT; left > 0; left -= AT_ONCE) {
      const source = rulesetOf(Array.from({ length: Math.min(left, AT_ONCE) }, () => randomRule(random)));
      const ruleset = parse(source);
      const listed = theirs(source);
      if (listed === null) continue;
      compared++;
      expect(printRuleset(ruleset).split('\n')).toEqual(listed.split('\n'));
      const json = rulesetJson(ruleset, { countsOf: () => ({ packets: 0, bytes: 0 }) });
      expect(inLines(json)).toEqual(inLines(theirs(source, '-j')!));
    }
    expect(compared).toBeGreaterThan(COUNT / AT_ONCE / 2);
  });
});
