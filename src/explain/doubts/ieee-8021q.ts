/** What is not verified about the plain 802.1Q switch. */
import type { DoubtTexts } from './doubt-texts.ts';

const UNREAD = '規格の原文を読んで確かめていません。';

export const IEEE_8021Q_DOUBTS: DoubtTexts = {
  'Q-6.9.1': UNREAD,
  'Q-8.6.1': UNREAD,
  'Q-8.6.2': UNREAD,
  'Q-8.6.3': UNREAD,
  'Q-8.6.4': UNREAD,
  'Q-8.7': UNREAD,
  'Q-8.8': UNREAD,
};
