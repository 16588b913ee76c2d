/** How a verdict is marked in lists: a sign and a word, never colour alone. */
import type { Verdict } from '../outcome/decision.ts';

export const VERDICT_MARKS: Readonly<Record<Verdict, { readonly mark: string; readonly word: string }>> = {
  pass: { mark: '✓', word: '通過' },
  note: { mark: '・', word: '記録' },
  filtered: { mark: '－', word: '出さない' },
  drop: { mark: '✕', word: '破棄' },
};
