/**
 * Decisions in Japanese: the sentence, the rule, and where an administrator would see it on the product.
 */
import type { Decision, Verdict } from '../outcome/decision.ts';
import type { RuleId } from '../outcome/rules.ts';
import type { ReasonId } from '../outcome/reasons.ts';
import { fill, type Naming } from './phrase.ts';
import { GUEST } from './products/guest.ts';
import { LINUX_BRIDGE } from './products/linux-bridge.ts';
import type { Sighting } from './products/sighting.ts';
import { REASON_TEXTS } from './reasons.ts';
import { CLASSIFIED, HOST_STEPS, OWN_ADDRESS, PASSED, STAGE_NAMES } from './stages.ts';

/** Whose words are used for "where to see it"; the plain 802.1Q switch is nobody's product and has none. */
export type Product = 'linux-bridge' | 'ieee-8021q' | 'guest';

const SIGHTINGS: Readonly<Record<Product, Readonly<Partial<Record<ReasonId, Sighting>>>>> = {
  'linux-bridge': LINUX_BRIDGE,
  'ieee-8021q': {},
  guest: GUEST,
};

export interface Speaker {
  readonly product: Product;
  /** Name of the switch or host. */
  readonly node: string;
  readonly naming: Naming;
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
  /** What the product itself calls it. */
  readonly productName: string | null;
  /** The command that shows it, or why there is none. */
  readonly command: string | null;
  readonly noCommand: string | null;
}

/** One judgement's decisions, in order. */
export function explainAll(decisions: readonly Decision[], speaker: Speaker): Explained[] {
  const filtered = decisions
    .filter(({ verdict, port }) => verdict === 'filtered' && port !== null)
    .map(({ port, reason }) => `${port}（${REASON_TEXTS[reason!].ja}）`);
  return decisions.map((decision) =>
    explain(decision.reason === 'no-target' ? withValue(decision, 'filtered', filtered) : decision, speaker),
  );
}

function withValue(decision: Decision, name: string, value: readonly string[]): Decision {
  return { ...decision, values: { ...decision.values, [name]: value } };
}

export function explain(decision: Decision, speaker: Speaker): Explained {
  const { stage, verdict, reason, rule, port, values } = decision;
  const sighting = reason === null ? undefined : SIGHTINGS[speaker.product][reason];
  return {
    verdict,
    stage: STAGE_NAMES[stage],
    badge: reason === null ? '通過' : REASON_TEXTS[reason].ja,
    reason,
    sentence: fill(reason === null ? passSentence(decision) : REASON_TEXTS[reason].sentence, values, speaker.naming),
    rule,
    port,
    productName: sighting?.name ?? null,
    command: sighting?.command ? fillCommand(sighting.command, speaker.node, port) : null,
    noCommand: sighting?.none ?? null,
  };
}

function passSentence({ stage, values }: Decision): string {
  if (stage === 'vlan') return CLASSIFIED[String(values['how'])] ?? '';
  if (stage === 'lookup' && values['isLocal'] === 1) return OWN_ADDRESS;
  if (stage === 'host') return HOST_STEPS[String(values['what'])] ?? '';
  return PASSED[stage] ?? '';
}

function fillCommand(command: string, node: string, port: string | null): string {
  const withNode = command.replace(/\bbr0\b/g, node);
  return port === null ? withNode : withNode.replace('<ポート>', port);
}
