/**
 * The words of each product: what it can say. A page loads those of the products that
 * it shows: `teach` is called where a product is loaded, before it speaks.
 */
import type { ReasonId } from '../outcome/reasons.ts';
import type { ProfileId } from '../switch/profile.ts';
import { BRIDGE_REASONS } from './reasons/bridge.ts';
import { HOST_REASONS } from './reasons/host.ts';
import type { ReasonText } from './reasons/reason-text.ts';

/** Who speaks: a switch by its profile, or a host. */
export type Product = ProfileId | 'guest';

export interface Words {
  readonly reasons: Readonly<Partial<Record<ReasonId, ReasonText>>>;
  /** How a frame got its VLAN, where the product has its own ways; the others stand in `stages.ts`. */
  readonly classified?: Readonly<Record<string, string>>;
}

const WORDS = new Map<Product, Words>([
  ['guest', { reasons: { ...HOST_REASONS, 'malformed-header': BRIDGE_REASONS['malformed-header'] } }],
]);

export function teach(product: Product, words: Words): void {
  WORDS.set(product, words);
}

function wordsOf(product: Product): Words {
  const words = WORDS.get(product);
  if (words === undefined) throw new Error(`the words of ${product} are not loaded`);
  return words;
}

/** A reason without words shows as its id, which no test lets pass. */
export function textOf(reason: ReasonId, product: Product): ReasonText {
  return wordsOf(product).reasons[reason] ?? { ja: reason, sentence: '' };
}

export function classifiedBy(how: string, product: Product): string | undefined {
  return wordsOf(product).classified?.[how];
}
