/**
 * What can be searched, from the finished pages (a section an entry) and from the glossary (a term an entry, found by its
 * reading and its English name too).
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { parseHTML } from 'linkedom';
import type { Entry } from '../search/index.ts';
import { readGlossary, type Term } from './glossary.ts';

/** What a reader does not look for: widgets, notes, code, readings (they are in the glossary). */
const SKIPPED = 'script, style, rt, rp, [data-search="off"], .gp-lab, .sl-anchor-link, .sr-only, pre';

/** The book repeats the chapters; the glossary's terms are entries of their own; nobody looks for what is not there. */
const UNSEARCHED: ReadonlySet<string> = new Set(['404', 'book', 'reference/glossary']);

export function writeSearchIndex(root: string, pages: readonly string[]): { name: string; entries: number } {
  const terms = readGlossary();
  const sections = pages.flatMap((file) => sectionsOf(file, root)).map((entry) => withReadings(entry, terms));
  const entries = [...sections, ...terms.map(glossaryEntry)];
  const text = JSON.stringify(entries);
  const name = `_astro/search.${createHash('sha256').update(text).digest('hex').slice(0, 8)}.json`;
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
  return { name, entries: entries.length };
}

/** The part of a page under each heading. */
export function sectionsOf(file: string, root: string): Entry[] {
  const url = relative(root, dirname(file)).split(sep).join('/');
  const { document } = parseHTML(readFileSync(file, 'utf8'));
  const content = document.querySelector('.sl-markdown-content');
  const page = document.querySelector('h1')?.textContent?.trim() ?? '';
  if (content === null || page === '' || UNSEARCHED.has(url)) return [];
  for (const element of content.querySelectorAll(SKIPPED)) element.remove();
  const address = url === '' ? '' : `${url}/`;
  const sections: { url: string; title: string; text: string[] }[] = [{ url: address, title: page, text: [] }];
  for (const element of flatten(content)) {
    const heading = /^H[234]$/.test(element.tagName) ? element : null;
    if (heading !== null)
      sections.push({ url: `${address}#${heading.id}`, title: tidy(heading.textContent), text: [] });
    else sections.at(-1)!.text.push(tidy(element.textContent));
  }
  return sections.map(({ url: at, title, text }) => ({
    url: at,
    title,
    context: title === page ? 'ページ' : page,
    text: text.filter(Boolean).join(' '),
    reading: '',
    also: '',
  }));
}

/** Headings and the blocks between them, however deep Starlight wraps them. */
function flatten(parent: Element): Element[] {
  return [...parent.children].flatMap((child) => {
    if (child.querySelector('h2, h3, h4') !== null && !/^H[234]$/.test(child.tagName)) return flatten(child);
    return [child];
  });
}

function tidy(text: string | null): string {
  return (text ?? '').replace(/\s+/g, ' ').trim();
}

/** A section is found by the readings of the terms in its heading, too. */
function withReadings(entry: Entry, terms: readonly Term[]): Entry {
  const readings = terms.filter(({ ja }) => entry.title.includes(ja)).map(({ yomi }) => yomi);
  return { ...entry, also: readings.join(' ') };
}

function glossaryEntry({ id, ja, yomi, en, definition, aliases = [] }: Term): Entry {
  return {
    url: `reference/glossary/#${id}`,
    title: ja,
    context: '用語集',
    text: definition,
    reading: yomi,
    also: [yomi, en, ...aliases].join(' '),
  };
}
