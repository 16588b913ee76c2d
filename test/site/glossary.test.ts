/** The glossary page: every term with its reading, at its address, in the order of a dictionary, under its row. */
import { expect, test } from 'vitest';
import { builtSite } from './built-site.ts';
import { orderKey } from './kana.ts';
import { readPage } from './pages.ts';
import { readTerms } from './terms.ts';

const { document } = readPage(await builtSite(), '/reference/glossary/');
const entries = [...document.querySelectorAll('.gp-entry')];
const terms = new Map(readTerms().map((term) => [term.id, term]));
const readings = entries.map((entry) => entry.querySelector('.gp-yomi')!.textContent);

test('has every term once, at its own address, with word, reading, English name and definition', () => {
  expect(entries.map(({ id }) => id).toSorted()).toEqual([...terms.keys()].toSorted());
  for (const entry of entries) {
    const term = terms.get(entry.id)!;
    expect(entry.querySelector('dt b')!.textContent).toBe(term.ja);
    expect(entry.querySelector('.gp-yomi')!.textContent).toBe(term.yomi);
    expect(entry.querySelector('[lang="en"]')!.textContent).toBe(term.en);
    expect(entry.querySelector('dd')!.textContent).toContain(term.definition);
  }
});

test('is ordered by readings', () => {
  const keys = readings.map(orderKey);
  const wrong = keys.flatMap((key, index) =>
    index > 0 && key < keys[index - 1]! ? [`${readings[index - 1]} before ${readings[index]}`] : [],
  );
  expect(wrong).toEqual([]);
});

test('stands under the rows of the syllabary, each with a way to it', () => {
  const rows = [...document.querySelectorAll('section.gp-row')];
  const names = rows.map((row) => row.querySelector('h2')!.textContent.trim());
  expect(names).toEqual(
    'あかさたなはまやらわ'.split('').flatMap((row) => (names.includes(`${row}行`) ? `${row}行` : [])),
  );
  const links = [...document.querySelectorAll('.gp-rows a')].map((link) => link.getAttribute('href'));
  expect(links).toEqual(rows.map((row) => `#${row.querySelector('h2')!.id}`));
  for (const row of rows) {
    const letters = rowLetters(row.querySelector('h2')!.textContent[0]!);
    for (const reading of row.querySelectorAll('.gp-yomi')) {
      expect(letters, reading.textContent).toContain(orderKey(reading.textContent)[0]);
    }
  }
});

function rowLetters(row: string): string {
  const rows = ['あいうえお', 'かきくけこ', 'さしすせそ', 'たちつてと', 'なにぬねの', 'はひふへほ', 'まみむめも'];
  return [...rows, 'やゆよ', 'らりるれろ', 'わをん'].find((letters) => letters.startsWith(row))!;
}

test('canary: the order is told from that of the letters’ numbers', () => {
  expect(['かーど', 'かあてん'].toSorted((a, b) => (orderKey(a) < orderKey(b) ? -1 : 1))).toEqual([
    'かあてん',
    'かーど',
  ]);
  expect(orderKey('がっこう')).toBe('かつこう');
  expect(orderKey('ぽーと')).toBe('ほおと');
});
