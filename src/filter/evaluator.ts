/**
 * Runs a ruleset over a view, without allocating: tests are compiled to integers once.
 *
 * Semantics (nft(8) "VERDICT STATEMENTS", ACL-N-3): base chains of a hook run in ascending priority, of equal
 * priority the youngest first (net/netfilter/core.c, nf_hook_entries_grow); `accept` ends only
 * its own base chain, `drop` ends everything; the policy stands where a base chain ends without a verdict.
 */
import { ACCEPTED, DENIED_BY_POLICY, DENIED_BY_RULE } from './answer.ts';
import { baseCode, load, value, words } from './field-reader.ts';
import { PacketView } from './packet-view.ts';
import { asBlocks, type RuleBlock } from './rule-block.ts';
import {
  HOOKS,
  isNameTest,
  type Chain,
  type FieldTest,
  type Hook,
  type Interval,
  type NameTest,
  type Rewrite,
  type Ruleset,
  type RunnableRuleset,
  type Table,
  type Test,
} from './ruleset.ts';

export interface CompiledRule {
  /** Position among all rules of the ruleset, from 0: what a trace carries. */
  readonly id: number;
  readonly table: string;
  readonly chain: string;
  /** Position in its chain, from 1. */
  readonly number: number;
  readonly text: string;
  packets: number;
  bytes: number;
  readonly counted: boolean;
  /** Compiled tests, see {@link compileTest}; names and rewrites are rare and stay as they are. */
  readonly tests: Int32Array;
  readonly names: readonly NameTest[];
  readonly rewrites: readonly Rewrite[];
  readonly action: number;
  /** Target of jump and goto. */
  readonly target: CompiledChain | null;
}

interface CompiledChain {
  readonly id: number;
  readonly name: string;
  readonly hook: Hook | null;
  readonly priority: number;
  readonly serial: number;
  readonly dropByPolicy: boolean;
  readonly rules: CompiledRule[];
  /** The rules in order, long runs of simple ones as one. */
  steps: readonly (CompiledRule | RuleBlock<CompiledRule>)[];
  /** Somewhere among the callers of the rule at hand. */
  isRunning: boolean;
}

const [CONTINUE, ACCEPT, DROP, RETURN, JUMP, GOTO] = [0, 1, 2, 3, 4, 5];
const ACTIONS = { continue: CONTINUE, accept: ACCEPT, drop: DROP, return: RETURN, jump: JUMP, goto: GOTO } as const;

/** Linux: NFT_JUMP_STACK_SIZE. */
const JUMP_DEPTH = 16;

/** Each switch that the rules are loaded into starts an evaluator of its own, with its own counters. */
export function runnable(ruleset: Ruleset): RunnableRuleset {
  return { ...ruleset, start: () => new Evaluator(ruleset) };
}

export class Evaluator {
  /** Where the frame at hand is shown. */
  readonly view = new PacketView();
  readonly rules: readonly CompiledRule[];
  readonly #chains: readonly CompiledChain[];
  readonly #byHook = new Map<Hook, readonly CompiledChain[]>();
  /** Which rule ({@link CompiledRule.id}) or chain (policy) decided last. */
  decidedBy = 0;

  constructor(ruleset: Ruleset) {
    const [chains, rules] = compile(ruleset);
    this.#chains = chains;
    this.rules = rules;
    for (const hook of HOOKS) {
      const called = chains.filter((chain) => chain.hook === hook);
      if (called.length > 0)
        this.#byHook.set(
          hook,
          called.sort((a, b) => a.priority - b.priority || b.serial - a.serial),
        );
    }
  }

  hasHook(hook: Hook): boolean {
    return this.#byHook.has(hook);
  }

  chainName(id: number): string {
    return this.#chains[id]!.name;
  }

  ruleCountOf(chainId: number): number {
    return this.#chains[chainId]!.rules.length;
  }

  /** Runs the hook's chains. The answer is ACCEPTED, or how it was denied with {@link decidedBy} set. */
  run(hook: Hook, view: PacketView): number {
    const chains = this.#byHook.get(hook);
    if (chains === undefined) return ACCEPTED;
    for (const chain of chains) {
      const action = this.#runChain(chain, view, 0);
      if (action === DROP) return DENIED_BY_RULE;
      if (action !== ACCEPT && chain.dropByPolicy) {
        this.decidedBy = chain.id;
        return DENIED_BY_POLICY;
      }
    }
    return ACCEPTED;
  }

  /** ACCEPT, DROP, or CONTINUE where the chain ended without a verdict. */
  #runChain(chain: CompiledChain, view: PacketView, depth: number): number {
    for (const step of chain.steps) {
      const rule = 'find' in step ? step.find(view) : matches(step, view) ? step : null;
      if (rule === null) continue;
      rule.packets++;
      rule.bytes += view.size;
      for (const { field, value: written } of rule.rewrites) view.rewrite(field.offset, written);
      switch (rule.action) {
        case CONTINUE:
          continue;
        case RETURN:
          return CONTINUE;
        case JUMP:
        case GOTO: {
          const inner = this.#call(rule.target!, view, depth);
          if (inner !== CONTINUE || rule.action === GOTO) return inner;
          continue;
        }
        default:
          this.decidedBy = rule.id;
          return rule.action;
      }
    }
    return CONTINUE;
  }

  /** Linux refuses rulesets that call too deep or in a circle; here such a call comes to nothing. */
  #call(chain: CompiledChain, view: PacketView, depth: number): number {
    if (depth === JUMP_DEPTH || chain.isRunning) return CONTINUE;
    chain.isRunning = true;
    const action = this.#runChain(chain, view, depth + 1);
    chain.isRunning = false;
    return action;
  }
}

function compile(ruleset: Ruleset): [CompiledChain[], CompiledRule[]] {
  const chains: CompiledChain[] = [];
  const rules: CompiledRule[] = [];
  for (const table of ruleset.tables) {
    const inTable = new Map<string, CompiledChain>();
    for (const chain of table.chains) {
      const compiled = emptyChain(chains.length, chain);
      chains.push(compiled);
      inTable.set(chain.name, compiled);
    }
    for (const chain of table.chains) {
      for (const rule of chain.rules) {
        const verdict = rule.verdict;
        const compiled: CompiledRule = {
          id: rules.length,
          table: table.name,
          chain: chain.name,
          number: inTable.get(chain.name)!.rules.length + 1,
          text: rule.text,
          packets: 0,
          bytes: 0,
          counted: rule.counter,
          tests: compileTests(rule.tests, table),
          names: rule.tests.filter(isNameTest),
          rewrites: rule.rewrites,
          action: ACTIONS[verdict.kind],
          target: 'chain' in verdict ? (inTable.get(verdict.chain) ?? null) : null,
        };
        inTable.get(chain.name)!.rules.push(compiled);
        rules.push(compiled);
      }
      const built = inTable.get(chain.name)!;
      built.steps = asBlocks(built.rules, chain.rules);
    }
  }
  return [chains, rules];
}

function emptyChain(id: number, chain: Chain): CompiledChain {
  return {
    id,
    name: chain.name,
    hook: chain.base?.hook ?? null,
    priority: chain.base?.priority ?? 0,
    serial: chain.base?.serial ?? 0,
    dropByPolicy: chain.base?.policy === 'drop',
    rules: [],
    steps: [],
    isRunning: false,
  };
}

function compileTests(tests: readonly Test[], table: Table): Int32Array {
  return Int32Array.from(
    tests.flatMap((test) => (isNameTest(test) ? [] : compileTest(test, intervalsOf(test, table)))),
  );
}

function intervalsOf(test: FieldTest, table: Table): readonly Interval[] {
  return table.sets.find(({ name }) => name === test.set)?.intervals ?? test.intervals;
}

/**
 * A test as integers: base, offset, size, negated, interval count, then mask words, then for each interval the words of
 * low and high. A word is up to four bytes, right-aligned, its sign bit flipped so that signed comparison is unsigned.
 */
function compileTest(test: FieldTest, intervals: readonly Interval[]): number[] {
  const { field, negated } = test;
  const mask = test.mask ?? new Uint8Array(field.size).fill(0xff);
  return [
    baseCode(field),
    field.offset,
    field.size,
    negated ? 1 : 0,
    intervals.length,
    ...words(mask),
    ...intervals.flatMap(({ low, high }: Interval) => [...words(low), ...words(high)].map((word) => word ^ SIGN)),
  ];
}

const SIGN = 0x80000000 | 0;

function matches(rule: CompiledRule, view: PacketView): boolean {
  const program = rule.tests;
  let at = 0;
  while (at < program.length) {
    const size = program[at + 2]!;
    const wordCount = (size + 3) >> 2;
    const count = program[at + 4]!;
    if (!testHolds(program, at, wordCount, count, view)) return false;
    at += 5 + wordCount + 2 * wordCount * count;
  }
  for (const test of rule.names) if (!nameHolds(test, view)) return false;
  return true;
}

function nameHolds(test: NameTest, view: PacketView): boolean {
  const name = test.field.base === 'in-port' ? view.inPort : view.outPort;
  for (const wanted of test.names) {
    const hit = wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
    if (hit) return !test.negated;
  }
  return test.negated;
}

function testHolds(program: Int32Array, at: number, wordCount: number, count: number, view: PacketView): boolean {
  if (!load(program[at]!, program[at + 1]!, program[at + 2]!, view)) return false;
  const maskAt = at + 5;
  for (let word = 0; word < wordCount; word++) value[word] = (value[word]! & program[maskAt + word]!) ^ SIGN;
  let low = maskAt + wordCount;
  for (let interval = 0; interval < count; interval++) {
    if (compare(program, low, wordCount) >= 0 && compare(program, low + wordCount, wordCount) <= 0) {
      return program[at + 3] === 0;
    }
    low += 2 * wordCount;
  }
  return program[at + 3] === 1;
}

/** The value against a bound: negative, zero, positive. */
function compare(program: Int32Array, at: number, wordCount: number): number {
  for (let word = 0; word < wordCount; word++) {
    const bound = program[at + word]!;
    if (value[word]! !== bound) return value[word]! < bound ? -1 : 1;
  }
  return 0;
}
