/** Parser and evaluator of rulesets are a fifth of a lab's weight: they come where a lab has rules. */
import type { RunnableRuleset } from '../../filter/ruleset.ts';
import type { RuleParser } from '../../lab/switch-node.ts';

export async function ruleParser(): Promise<RuleParser> {
  const { parseRuleset } = await import('../../console/nft/parser.ts');
  const { runnable } = await import('../../filter/evaluator.ts');
  return (text) => {
    const ruleset = parseRuleset(text);
    return 'malformed' in ruleset
      ? { error: 'rules', knob: 'rules', value: ruleset.found, expected: ruleset.expected }
      : runnable(ruleset);
  };
}

export function noRules(): RunnableRuleset {
  return {
    tables: [],
    start: () => {
      throw new Error('no rules to start');
    },
  };
}
