/**
 * The search box finds every term of the glossary, however it is typed. Texts and code are those that a reader's
 * browser gets.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { indexOf, search, type Entry, type Hit } from '../../src/search/index.ts';
import { builtSite } from './built-site.ts';
import { toFullWidth, toHalfWidth, toKatakana } from './kana.ts';
import { readPage } from './pages.ts';
import { readTerms, type Term } from './terms.ts';

const root = await builtSite();
const [file, ...others] = readdirSync(join(root, '_astro')).filter((name) => /^search\..*\.json$/.test(name));
const index = indexOf(JSON.parse(readFileSync(join(root, '_astro', file!), 'utf8')) as Entry[]);
const terms = readTerms();

function addressOf({ id }: Term): string {
  return `reference/glossary/#${id}`;
}

/** The queries whose hits leave the term out. */
function missed(queriesOf: (term: Term) => readonly string[]): string[] {
  return terms.flatMap((term) =>
    queriesOf(term).flatMap((query) =>
      search(index, query).some(({ url }) => url === addressOf(term)) ? [] : [`${term.id}: ${query}`],
    ),
  );
}

/** The queries whose first hit is another entry. */
function notFirst(queryOf: (term: Term) => string): string[] {
  return terms.flatMap((term) => {
    const first: Hit | undefined = search(index, queryOf(term))[0];
    return first?.url === addressOf(term) ? [] : [`${queryOf(term)}: ${first?.url ?? 'nothing'}`];
  });
}

test('there is one index, and the pages name it', () => {
  expect(others).toEqual([]);
  for (const path of ['/', '/chapters/vlan/', '/404.html']) {
    const box = readPage(root, path).document.querySelector('gp-search')!;
    expect(box.getAttribute('data-index')).toBe(`/_astro/${file}`);
  }
});

describe(`each of ${terms.length} terms is found`, () => {
  test('by its word, in any width and case', () => {
    expect(missed(({ ja }) => [ja, toFullWidth(ja), toHalfWidth(ja), ja.toLowerCase(), ja.toUpperCase()])).toEqual([]);
  });

  test('by its reading, in hiragana, katakana and half-width katakana', () => {
    expect(missed(({ yomi }) => [yomi, toKatakana(yomi), toHalfWidth(toKatakana(yomi))])).toEqual([]);
  });

  test('by its English name and its other spellings', () => {
    expect(missed(({ en, aliases }) => [en, en.toUpperCase(), toFullWidth(en), ...aliases])).toEqual([]);
  });

  test('while it is being typed: from the second letter of its reading on', () => {
    expect(missed(({ yomi }) => Array.from({ length: yomi.length - 1 }, (_, end) => yomi.slice(0, end + 2)))).toEqual(
      [],
    );
  });
});

describe('the term itself comes first', () => {
  test('for its word', () => {
    expect(notFirst(({ ja }) => ja)).toEqual([]);
  });

  test('for its reading', () => {
    expect(notFirst(({ yomi }) => yomi)).toEqual([]);
  });
});

test('nothing is found twice: the book is not searched', () => {
  const urls = ['ポート', 'VLAN', 'フレーム'].flatMap((query) => search(index, query).map(({ url }) => url));
  expect(urls.filter((url) => url.startsWith('book/'))).toEqual([]);
});

test('sections of chapters are found by what stands in them', () => {
  const urls = search(index, 'エージング').map(({ url }) => url);
  expect(urls).toContain('chapters/forwarding/#ageing');
  expect(search(index, 'VLANパッチ盤')[0]?.url).toBe('chapters/vlan/#patch-board');
});

test('every hit leads to a place that exists', () => {
  const ids = new Map<string, Set<string>>();
  const queries = ['ポート', 'VLAN', 'スイッチ', 'フレーム', 'の', 'す', '実験', 'MAC'];
  for (const { url } of queries.flatMap((query) => search(index, query))) {
    const [path, hash] = url.split('#') as [string, string?];
    if (!ids.has(path)) {
      const { document } = readPage(root, `/${path}`);
      ids.set(path, new Set([...document.querySelectorAll('[id]')].map(({ id }) => id)));
    }
    if (hash !== undefined) expect(ids.get(path), url).toContain(hash);
  }
});

test.each(['', '   ', '　', '!!!', '<script>', '__proto__', 'constructor', '\u0000\u202e', '𠮷', 'あ'.repeat(10_000)])(
  'nothing breaks on %j',
  (query) => {
    expect(Array.isArray(search(index, query))).toBe(true);
  },
);

test('what is nowhere is not found', () => {
  expect(search(index, 'ほうれん草')).toEqual([]);
  expect(search(index, 'zzzz')).toEqual([]);
});
