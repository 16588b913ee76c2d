/** stub */
import type { Ruleset } from '../../filter/ruleset.ts';
export function rulesetCommands(_: Ruleset): string[] {
  return [];
}
