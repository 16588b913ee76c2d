/** The words of the plain 802.1Q switch. */
import { BRIDGE_REASONS } from '../reasons/bridge.ts';
import type { Words } from '../words.ts';

export const WORDS: Words = { reasons: BRIDGE_REASONS };
