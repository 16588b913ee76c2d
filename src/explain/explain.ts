/**
 * Decisions in Japanese: the sentence and the rule. Where an administrator would see them stands in `sightings.ts`.
 */
import type { Decision, Values, Verdict } from '../outcome/decision.ts';
import type { DoubtKey } from '../outcome/doubts.ts';
import type { RuleId } from '../outcome/rules.ts';
import type { ReasonId } from '../outcome/reasons.ts';
import type { Scenario } from '../lab/scenario.ts';
import { namingOf } from './naming.ts';
import { fill, type Naming } from './phrase.ts';
import type { ReasonText } from './reasons/reason-text.ts';
import { classifiedBy, textOf, type Product } from './words.ts';
import { CLASSIFIED, FLOW_MATCHED, HOST_STEPS, OWN_ADDRESS, PASSED, STAGE_NAMES } from './stages.ts';

export interface Speaker {
  readonly product: Product;
  /** Name of the switch or host. */
  readonly node: string;
  readonly naming: Naming;
  /** Which of a product's kinds it is, where an administrator sees things in other places: `vds`. */
  readonly kind?: string;
}

export function speakerOf(node: string, scenario: Scenario): Speaker {
  const spec = scenario.switches[node];
  const kind = spec?.options['kind'];
  const speaker = { product: spec?.profile ?? 'guest', node, naming: namingOf(scenario) } as const;
  return kind === undefined ? speaker : { ...speaker, kind: String(kind) };
}

export interface Explained {
  readonly verdict: Verdict;
  readonly stage: string;
  /** A word or two: 破棄 and the like with their reason, 通過. */
  readonly badge: string;
  readonly reason: ReasonId | null;
  readonly sentence: string;
  readonly rule: RuleId | null;
  readonly port: string | null;
  /** Under which key it is told what is not verified about it; null: nothing is. */
  readonly doubt: DoubtKey | null;
}

/** One judgement's decisions, in order. `ports`: where its copies went out; empty: not known. */
export function explainAll(
  decisions: readonly Decision[],
  speaker: Speaker,
  ports: readonly string[] = [],
): Explained[] {
  const filtered = decisions
    .filter(({ verdict, port }) => verdict === 'filtered' && port !== null)
    .map(({ port, reason }) => `${port}（${textOf(reason!, speaker.product).ja}）`);
  const whole = { filtered, ...(ports.length === 0 ? {} : { ports: ports.map((port) => portText(port, speaker)) }) };
  return decisions.map((decision) => explain({ ...decision, values: { ...whole, ...decision.values } }, speaker));
}

function portText(port: string, { node }: Speaker): string {
  return port === node ? 'ホスト自身' : port;
}

export function explain(decision: Decision, speaker: Speaker): Explained {
  const { stage, verdict, reason, rule, port, values, doubt } = decision;
  const text = reason === null ? null : textOf(reason, speaker.product);
  return {
    verdict,
    stage: STAGE_NAMES[stage],
    badge: text === null ? '通過' : text.ja,
    reason,
    sentence: fill(
      text === null ? passSentence(decision, speaker.product) : templateOf(text, values),
      values,
      speaker.naming,
    ),
    rule,
    port,
    doubt: doubt ?? null,
  };
}

function templateOf({ sentence, none }: ReasonText, { count }: Values): string {
  return count === 0 && none !== undefined ? none : sentence;
}

function passSentence({ stage, values }: Decision, product: Product): string {
  if (stage === 'vlan') {
    const how = String(values['how']);
    return classifiedBy(how, product) ?? CLASSIFIED[how] ?? '';
  }
  if (stage === 'lookup' && values['isLocal'] === 1) return OWN_ADDRESS;
  if (stage === 'filter' && 'flow' in values) return FLOW_MATCHED;
  if (stage === 'host') return HOST_STEPS[String(values['what'])] ?? '';
  return PASSED[stage] ?? '';
}
