/** The words of the plain 802.1Q switch. */
import { IEEE_8021Q_DOUBTS } from '../doubts/ieee-8021q.ts';
import { BRIDGE_REASONS } from '../reasons/bridge.ts';
import type { Words } from '../words.ts';

export const WORDS: Words = { reasons: BRIDGE_REASONS, doubts: IEEE_8021Q_DOUBTS };
