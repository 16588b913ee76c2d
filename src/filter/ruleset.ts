/**
 * Rules of an administrator, in one model for all products: chains of rules, a rule being tests and what follows.
 *
 * A test reads one field and asks whether its value, under a mask, lies in one of some intervals. Equality is an interval
 * of one value, a prefix a mask, a range an interval, a set several of them: there is no other kind of test.
 * A console's parser makes these; nothing here knows any product's syntax.
 */
import type { Evaluator } from './evaluator.ts';

/** Layer whose start the offset counts from; `meta` fields are what the view says of the frame as a whole. */
export type FieldBase = 'link' | 'network' | 'transport' | MetaField;
export type MetaField = 'protocol' | 'l4-protocol' | 'packet-type' | 'in-port' | 'out-port';

export interface Field {
  readonly base: FieldBase;
  /** Bytes from the layer's start; 0 for meta fields. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

/** Big-endian byte strings of the field's size, low ≤ high. */
export interface Interval {
  readonly low: Uint8Array;
  readonly high: Uint8Array;
}

export interface FieldTest {
  readonly field: Field;
  /** Of the field's size; absent: all ones. */
  readonly mask?: Uint8Array;
  readonly intervals: readonly Interval[];
  /** Name of the table's set whose intervals count instead. */
  readonly set?: string;
  /** The test holds outside the intervals. A field that cannot be read fails either way. */
  readonly negated: boolean;
  /** How its one interval was written where that was not as an interval, for printers. */
  readonly relation?: '<' | '>' | '<=' | '>=';
}

/** A port's name against names; `*` at the end of one stands for any rest. */
export interface NameTest {
  readonly field: { readonly base: 'in-port' | 'out-port' };
  readonly names: readonly string[];
  readonly negated: boolean;
}

export type Test = FieldTest | NameTest;

export function isNameTest(test: Test): test is NameTest {
  return 'names' in test;
}

/** A statement that writes a link layer address. */
export interface Rewrite {
  readonly field: Field;
  readonly value: Uint8Array;
}

export type RuleVerdict =
  | { readonly kind: 'accept' | 'drop' | 'return' | 'continue' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string };

export interface Rule {
  readonly tests: readonly Test[];
  readonly counter: boolean;
  readonly rewrites: readonly Rewrite[];
  readonly verdict: RuleVerdict;
  /** As the administrator wrote it, for explanations. */
  readonly text: string;
  /** In which order its parts stand, a letter each, for printers: t(est), c(ounter), r(ewrite), g(o on). */
  readonly order?: string;
  readonly comment?: string;
}

export type Hook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';
export const HOOKS: readonly Hook[] = ['prerouting', 'input', 'forward', 'output', 'postrouting'];

/** Where a chain is called from; absent: only by jump and goto. */
export interface BaseChain {
  readonly hook: Hook;
  /** Chains of a hook run in ascending order. */
  readonly priority: number;
  /** Counts base chains in the order of their making: of equal priority the youngest runs first. */
  readonly serial: number;
  readonly policy: 'accept' | 'drop';
}

export interface Chain {
  readonly name: string;
  readonly base?: BaseChain;
  readonly rules: readonly Rule[];
  readonly comment?: string;
}

/** Values that several rules share under a name. */
export interface NamedSet {
  readonly name: string;
  /** Kind of value, in the words of the console that made it. */
  readonly type: string;
  readonly intervals: readonly Interval[];
  /** What was said of it besides, in the words of the console that made it. */
  readonly flags?: readonly string[];
}

export interface Table {
  readonly family: string;
  readonly name: string;
  readonly sets: readonly NamedSet[];
  readonly chains: readonly Chain[];
}

export interface Ruleset {
  readonly tables: readonly Table[];
}

export const EMPTY_RULESET: Ruleset = { tables: [] };

/** Rules as a switch loads them. What runs them comes with them, so that a switch without rules can do without it. */
export interface RunnableRuleset extends Ruleset {
  start(): Evaluator;
}
