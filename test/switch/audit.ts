/**
 * Holds decisions against the vocabulary: is the verdict one that the reason may have, is the rule one that the product
 * is known by, does the sentence get all its values.
 */
import { explainAll } from '../../src/explain/explain.ts';
import { textOf, type Product } from '../../src/explain/words.ts';
import { HYPER_V_RULES } from './hyper-v-rules.ts';
import { LINUX_BRIDGE_RULES } from './linux-bridge-rules.ts';
import { OPEN_VSWITCH_RULES } from './open-vswitch-rules.ts';
import { VMWARE_RULES } from './vmware-rules.ts';
import { SR_IOV_RULES } from './sr-iov-rules.ts';
import { REASON_NATURES } from '../../src/outcome/reason-natures.ts';
import type { Decision } from '../../src/outcome/decision.ts';
import type { ReasonId } from '../../src/outcome/reasons.ts';
import type { RuleId } from '../../src/outcome/rules.ts';

export type Fault = 'verdict' | 'no rule' | 'foreign rule' | 'missing value' | 'unfilled sentence' | 'long sentence';

/** By which rules each product is known to do what. */
const KNOWN: Readonly<Partial<Record<Product, Readonly<Partial<Record<ReasonId, readonly string[]>>>>>> = {
  'linux-bridge': LINUX_BRIDGE_RULES,
  'open-vswitch': OPEN_VSWITCH_RULES,
  'hyper-v': HYPER_V_RULES,
  'vmware-vss': VMWARE_RULES,
  'sr-iov': SR_IOV_RULES,
};

/** Longer than this no sentence is read. */
const SENTENCE_MAX = 110;

/** Values that `explainAll` adds from the other decisions about the frame. */
const ADDED_LATER: Readonly<Partial<Record<ReasonId, string>>> = { 'no-target': 'filtered' };

export class Audit {
  readonly #product: Product;
  readonly reasons = new Set<ReasonId>();
  readonly rules = new Set<RuleId>();
  /** `drop no-target LB-35` and the like, and how often it was met. */
  readonly triples = new Map<string, number>();
  readonly #faults = new Map<Fault, Map<string, ReasonId | null>>();

  constructor(product: Product) {
    this.#product = product;
  }

  /** The decisions about one frame. */
  add(decisions: readonly Decision[]): void {
    const explained = explainAll(decisions, { product: this.#product, node: 'br0', naming: () => null });
    decisions.forEach((decision, index) => this.#check(decision, explained[index]!.sentence));
  }

  /** Faults of a kind, each told once; those of the reasons in `besides` left out. */
  faults(fault: Fault, besides: readonly ReasonId[] = []): string[] {
    const all = [...(this.#faults.get(fault) ?? [])];
    return all.filter(([, reason]) => reason === null || !besides.includes(reason)).map(([told]) => told);
  }

  #check(decision: Decision, sentence: string): void {
    const { verdict, reason, rule } = decision;
    const triple = `${verdict} ${reason ?? decision.stage} ${rule}`;
    this.triples.set(triple, (this.triples.get(triple) ?? 0) + 1);
    if (rule === null) this.#fault('no rule', reason, triple);
    else this.rules.add(rule);
    if (reason === null) {
      if (verdict !== 'pass') this.#fault('verdict', reason, triple);
    } else {
      this.reasons.add(reason);
      this.#checkReason(decision, reason, triple);
    }
    if (sentence === '' || /[{}[\]]|undefined|null|NaN|\[object/.test(withoutRule(sentence, decision))) {
      this.#fault('unfilled sentence', reason, `${triple}: ${sentence}`);
    }
    if (sentence.length > SENTENCE_MAX) this.#fault('long sentence', reason, `${triple}: ${sentence}`);
  }

  #checkReason({ verdict, rule, values }: Decision, reason: ReasonId, triple: string): void {
    const { kind, also } = REASON_NATURES[reason];
    const { sentence } = textOf(reason, this.#product);
    if (verdict !== kind && verdict !== also) this.#fault('verdict', reason, triple);
    if (rule !== null && !this.#mayCite(reason, rule)) this.#fault('foreign rule', reason, triple);
    for (const [, name] of sentence.replaceAll(/\[[^\]]*\]/g, '').matchAll(/\{(\w+)\}/g)) {
      if (ADDED_LATER[reason] === name) continue;
      const value = values[name!];
      if (value === undefined || value === '' || Number.isNaN(value)) {
        this.#fault('missing value', reason, `${triple}: {${name}} of ${JSON.stringify(values)}`);
      }
    }
  }

  /** A product's own rules, those of all switches, and the clauses of the standard for the switch that is no product. */
  #mayCite(reason: ReasonId, rule: RuleId): boolean {
    if (rule.startsWith('GEN-')) return true;
    if (this.#product === 'ieee-8021q') return rule.startsWith('Q-');
    return KNOWN[this.#product]?.[reason]?.includes(rule) ?? false;
  }

  #fault(fault: Fault, reason: ReasonId | null, told: string): void {
    let all = this.#faults.get(fault);
    if (all === undefined) this.#faults.set(fault, (all = new Map<string, ReasonId | null>()));
    all.set(told, reason);
  }
}

/** The administrator's own rule, quoted in a sentence, has braces of its own. */
function withoutRule(sentence: string, { values }: Decision): string {
  const match = values['match'];
  return typeof match === 'string' && match !== '' ? sentence.replace(match, '') : sentence;
}
