/** Every product's words, for programs that may be asked about any of them. */
import { IEEE_8021Q_DOUBTS } from './doubts/ieee-8021q.ts';
import { SR_IOV_DOUBTS } from './doubts/sr-iov.ts';
import { BRIDGE_REASONS } from './reasons/bridge.ts';
import { SR_IOV_REASONS } from './reasons/sr-iov.ts';
import { teach, type DoubtTexts, type Words } from './words.ts';
import type { ProfileId } from '../switch/profile.ts';

export const ALL_WORDS: Readonly<Record<ProfileId, Words>> = {
  'linux-bridge': { reasons: BRIDGE_REASONS, doubts: {} },
  'ieee-8021q': { reasons: BRIDGE_REASONS, doubts: IEEE_8021Q_DOUBTS },
  'sr-iov': { reasons: SR_IOV_REASONS, doubts: SR_IOV_DOUBTS },
};

export function teachAll(): void {
  for (const [product, words] of Object.entries(ALL_WORDS)) teach(product as ProfileId, words);
}

/** Every doubt of every product, by its key. */
export const ALL_DOUBTS: DoubtTexts = Object.assign({}, ...Object.values(ALL_WORDS).map(({ doubts }) => doubts));
