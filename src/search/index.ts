/**
 * The search index. What is fetched are the texts; the index is made of them when the box is first opened: that takes a few
 * hundredths of a second, and the index itself would weigh more than twice as much.
 */
import MiniSearch, { type Options } from 'minisearch';
import { fold, tokenize } from './tokenize.ts';

/** A page's section, or a term of the glossary. */
export interface Entry {
  /** Address from the base path on. */
  readonly url: string;
  readonly title: string;
  /** Where it belongs: the page's title, `用語集`. */
  readonly context: string;
  readonly text: string;
  /** In hiragana; of a term only. */
  readonly reading: string;
  /** The reading, and other spellings. */
  readonly also: string;
}

const OPTIONS: Options<Entry & { id: number }> = {
  fields: ['title', 'also', 'text'],
  storeFields: ['url', 'title', 'context', 'text', 'reading'],
  tokenize,
  processTerm: (term) => term,
};

export interface Hit {
  readonly url: string;
  readonly title: string;
  readonly context: string;
  readonly text: string;
}

export type Index = MiniSearch<Entry & { id: number }>;

export function indexOf(entries: readonly Entry[]): Index {
  const index: Index = new MiniSearch(OPTIONS);
  index.addAll(entries.map((entry, id) => ({ ...entry, id })));
  return index;
}

/** Outweighs that shorter entries with the same words count for more; a term comes before a section of the same name. */
const WHOLE = { section: 5, term: 10 };

/** All words have to occur; a whole title or reading that equals the query comes first. */
export function search(index: Index, query: string): Hit[] {
  const folded = fold(query.trim());
  if (folded === '') return [];
  const results = index.search(folded, {
    combineWith: 'AND',
    boost: { title: 4, also: 4 },
    prefix: (term) => /^[a-z0-9]/.test(term),
    boostDocument: (_, __, stored) => boostOf(stored, folded),
  });
  return results as unknown as Hit[];
}

function boostOf(stored: Readonly<Record<string, unknown>> | undefined, folded: string): number {
  const [title, reading] = [fold(String(stored?.['title'])), fold(String(stored?.['reading']))];
  if (title !== folded && reading !== folded) return 1;
  return reading === '' ? WHOLE.section : WHOLE.term;
}
