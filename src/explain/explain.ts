/**
 * Decisions in Japanese: the sentence and the rule. Where an administrator would see them stands in `sightings.ts`.
 */
import type { Decision, Values, Verdict } from '../outcome/decision.ts';
import type { RuleId } from '../outcome/rules.ts';
import type { ReasonId } from '../outcome/reasons.ts';
import type { Scenario } from '../lab/scenario.ts';
import { namingOf } from './naming.ts';
import { fill, type Naming } from './phrase.ts';
import { BRIDGE_REASONS } from './reasons/bridge.ts';
import { HOST_REASONS } from './reasons/host.ts';
import type { ReasonText } from './reasons/reason-text.ts';
import { CLASSIFIED, HOST_STEPS, OWN_ADDRESS, PASSED, STAGE_NAMES } from './stages.ts';

/** Whose words are used for "where to see it"; the plain 802.1Q switch is nobody's product and has none. */
export type Product = 'linux-bridge' | 'ieee-8021q' | 'guest';

/** Only what the products here can say: the rest comes with the products that say it. */
const TEXTS: Readonly<Record<Product, Readonly<Partial<Record<ReasonId, ReasonText>>>>> = {
  'linux-bridge': BRIDGE_REASONS,
  'ieee-8021q': BRIDGE_REASONS,
  guest: { ...HOST_REASONS, 'malformed-header': BRIDGE_REASONS['malformed-header'] },
};

export interface Speaker {
  readonly product: Product;
  /** Name of the switch or host. */
  readonly node: string;
  readonly naming: Naming;
}

export function speakerOf(node: string, scenario: Scenario): Speaker {
  const product: Product = scenario.switches[node]?.profile ?? 'guest';
  return { product, node, naming: namingOf(scenario) };
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
}

/** One judgement's decisions, in order. `ports`: where its copies went out; empty: not known. */
export function explainAll(
  decisions: readonly Decision[],
  speaker: Speaker,
  ports: readonly string[] = [],
): Explained[] {
  const filtered = decisions
    .filter(({ verdict, port }) => verdict === 'filtered' && port !== null)
    .map(({ port, reason }) => `${port}（${textOf(reason!, speaker).ja}）`);
  const whole = { filtered, ...(ports.length === 0 ? {} : { ports: ports.map((port) => portText(port, speaker)) }) };
  return decisions.map((decision) => explain({ ...decision, values: { ...whole, ...decision.values } }, speaker));
}

function portText(port: string, { node }: Speaker): string {
  return port === node ? 'ホスト自身' : port;
}

export function explain(decision: Decision, speaker: Speaker): Explained {
  const { stage, verdict, reason, rule, port, values } = decision;
  const text = reason === null ? null : textOf(reason, speaker);
  return {
    verdict,
    stage: STAGE_NAMES[stage],
    badge: text === null ? '通過' : text.ja,
    reason,
    sentence: fill(text === null ? passSentence(decision) : templateOf(text, values), values, speaker.naming),
    rule,
    port,
  };
}

function templateOf({ sentence, none }: ReasonText, { count }: Values): string {
  return count === 0 && none !== undefined ? none : sentence;
}

/** A reason without words shows as its id, which no test lets pass. */
function textOf(reason: ReasonId, { product }: Speaker): ReasonText {
  return TEXTS[product][reason] ?? { ja: reason, sentence: '' };
}

function passSentence({ stage, values }: Decision): string {
  if (stage === 'vlan') return CLASSIFIED[String(values['how'])] ?? '';
  if (stage === 'lookup' && values['isLocal'] === 1) return OWN_ADDRESS;
  if (stage === 'host') return HOST_STEPS[String(values['what'])] ?? '';
  return PASSED[stage] ?? '';
}
