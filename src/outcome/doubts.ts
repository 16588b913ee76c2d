/**
 * What a profile does on second-hand evidence (`C`) or by best reading (`U`), as data: such decisions carry the letter, and
 * the reader is told that this is an approximation and of what. A key is a rule, `HV-5`, or a rule together with one
 * reason, `VSS-5/vlan-mismatch`, where only that use of it is in doubt; `HV-12/pass` is that a stage was passed by it.
 */
import type { ReasonId } from './reasons.ts';
import type { RuleId } from './rules.ts';

export type Doubt = 'C' | 'U';
export type DoubtKey = RuleId | `${RuleId}/${ReasonId | 'pass'}`;
export type Doubts = Readonly<Partial<Record<DoubtKey, Doubt>>>;

export const NO_DOUBTS: Doubts = {};

/** The key under which a decision by this rule is in doubt; null: it stands on something. */
export function doubtKey(doubts: Doubts, rule: RuleId | null, reason: ReasonId | null): DoubtKey | null {
  if (rule === null) return null;
  const narrow = `${rule}/${reason ?? 'pass'}` as DoubtKey;
  return narrow in doubts ? narrow : rule in doubts ? rule : null;
}
