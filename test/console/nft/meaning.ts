/** Rulesets by what they do, so that two can be compared that were written differently. */
import { printRuleset } from '../../../src/console/nft/print.ts';
import { isNameTest, type Ruleset, type Test } from '../../../src/filter/ruleset.ts';
import { ourNotation } from './bytecode.ts';

/** A set that has a value twice has it once. */
function once(test: Test): Test {
  if (isNameTest(test)) return test;
  const intervals = new Map(test.intervals.map((interval) => [`${interval.low}-${interval.high}`, interval]));
  return { ...test, intervals: [...intervals.values()] };
}

/** What a ruleset does, without the words in which it was written. */
export function meaning({ tables }: Ruleset): unknown {
  const serials = tables
    .flatMap(({ chains }) => chains.flatMap(({ base }) => base?.serial ?? []))
    .sort((a, b) => a - b);
  return tables.map(({ family, name, sets, chains }) => ({
    family,
    name,
    sets: printRuleset({ tables: [{ family, name, sets, chains: [] }] }),
    chains: chains.map(({ rules, base, ...chain }) => ({
      ...chain,
      base: base && { ...base, serial: serials.indexOf(base.serial) },
      rules: rules.map(({ tests, rewrites, verdict, order, comment }) => ({
        tests: ourNotation(tests.map(once)),
        rewrites: rewrites.map(({ field, value }) => [field, [...value]]),
        verdict,
        order,
        comment,
      })),
    })),
  }));
}
