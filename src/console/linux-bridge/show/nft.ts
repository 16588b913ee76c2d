/** `nft list …` with the counters of the rules as they stand. */
import type { Rule } from '../../../filter/ruleset.ts';
import type { LinuxBridge } from '../../../switch/profiles/linux-bridge/linux-bridge.ts';
import { printRuleset, printTable } from '../../nft/print.ts';
import { handlesOf, rulesetJson } from '../../nft/print-json.ts';
import type { Counts } from '../../nft/print-rule.ts';
import type { LinuxRequest } from '../request.ts';

const NOTHING: Counts = { packets: 0, bytes: 0 };

export function showRules(bridge: LinuxBridge, request: LinuxRequest & { show: 'nft list' }): string {
  const { ruleset } = bridge.netfilter;
  const counts = request.stateless ? null : countsOf(bridge);
  const options = {
    countsOf: (rule: Rule): Counts | null => (counts === null ? null : (counts.get(rule) ?? NOTHING)),
    handles: request.handles ? handlesOf(ruleset) : null,
  };
  const table = ruleset.tables.find(({ name }) => name === request.table);
  const only =
    table?.chains.find(({ name }) => name === request.chain) ?? table?.sets.find(({ name }) => name === request.set);
  if (request.json) return rulesetJson(ruleset, options, table, only);
  return table === undefined ? printRuleset(ruleset, options) : printTable(table, options, only);
}

/** The evaluator numbers the rules in the order of the ruleset. */
function countsOf({ netfilter }: LinuxBridge): Map<Rule, Counts> {
  const rules = netfilter.ruleset.tables.flatMap(({ chains }) => chains.flatMap((chain) => chain.rules));
  return new Map(rules.map((rule, index) => [rule, netfilter.evaluator?.rules[index] ?? NOTHING]));
}
