/** Sentences by doubt: complete for the doubts that a profile names. */
import type { DoubtKey } from '../../outcome/doubts.ts';

export type DoubtTexts = Readonly<Partial<Record<DoubtKey, string>>>;
