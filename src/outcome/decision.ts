/**
 * One decision about a frame: which stage, what it said, by which rule, on which values. Switches, hosts and labs yield
 * these; `explain` makes sentences of them.
 */
import type { DoubtKey } from './doubts.ts';
import type { ReasonId } from './reasons.ts';
import type { RuleId } from './rules.ts';

/** The stages of the pipeline, in the order in which a frame meets them; `host` is what stands behind a port. */
export const STAGES = [
  'link',
  'ingress',
  'vlan',
  'admission',
  'learning',
  'lookup',
  'egress',
  'filter',
  'host',
] as const;
export type Stage = (typeof STAGES)[number];

export const VERDICTS = ['pass', 'note', 'filtered', 'drop'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A value as its configuration knob prints it; a list is told with separators. */
export type Value = string | number | readonly string[];
export type Values = Readonly<Record<string, Value>>;

export interface Decision {
  readonly stage: Stage;
  readonly verdict: Verdict;
  /** Null where a stage was passed. */
  readonly reason: ReasonId | null;
  readonly rule: RuleId | null;
  /** The port that it is about; null: the frame as a whole. */
  readonly port: string | null;
  readonly values: Values;
  /** What it rests on is not verified: an approximation, told under this key. Absent: it is. */
  readonly doubt?: DoubtKey;
}
