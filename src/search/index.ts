/**
 * The search index: made once when the site is built, read by the search box. Both sides use these options.
 */
import MiniSearch, { type Options } from 'minisearch';
import { fold, tokenize } from './tokenize.ts';

/** A page's section, or a term of the glossary. */
export interface Entry {
  readonly id: number;
  /** Address from the base path on. */
  readonly url: string;
  readonly title: string;
  /** Where it belongs: the page's title, `用語集`. */
  readonly context: string;
  readonly text: string;
  /** Readings and other spellings. */
  readonly also: string;
}

export const OPTIONS: Options<Entry> = {
  fields: ['title', 'also', 'text'],
  storeFields: ['url', 'title', 'context', 'text'],
  tokenize,
  processTerm: (term) => term,
};

export interface Hit {
  readonly url: string;
  readonly title: string;
  readonly context: string;
  readonly text: string;
}

/** All terms have to occur; a whole title or reading that equals the query comes first. */
export function search(index: MiniSearch<Entry>, query: string): Hit[] {
  const folded = fold(query.trim());
  if (folded === '') return [];
  const results = index.search(folded, {
    combineWith: 'AND',
    boost: { title: 4, also: 4 },
    prefix: (term) => /^[a-z0-9]/.test(term),
    boostDocument: (_, __, stored) => (fold(String(stored?.['title'])) === folded ? 3 : 1),
  });
  return results as unknown as Hit[];
}
