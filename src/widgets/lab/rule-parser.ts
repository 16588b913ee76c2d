/** The parser of rulesets is a sixth of a lab's weight: it comes where a lab has rules. */
import type { Ruleset } from '../../filter/ruleset.ts';
import type { RuleParser } from '../../lab/switch-node.ts';

export async function ruleParser(): Promise<RuleParser> {
  const { parseRuleset } = await import('../../console/nft/parser.ts');
  return (text) => {
    const ruleset = parseRuleset(text);
    return 'malformed' in ruleset
      ? { error: 'rules', knob: 'rules', value: ruleset.found, expected: ruleset.expected }
      : ruleset;
  };
}

export function noRules(): Ruleset {
  return { tables: [] };
}
