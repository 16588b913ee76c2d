/**
 * Nothing of the authors' notation, and no value that is none, has come through to the reader. Wrong set-ups of the Markdown
 * processor fail in silence: what it does not know it prints.
 */
import { expect, test } from 'vitest';
import { builtSite } from './built-site.ts';
import { readPages, visibleText } from './pages.ts';

const LEFTOVERS = [
  /term:/,
  /yomi:/,
  /\]\(/,
  /\bid:[a-z]/,
  /:::/,
  /\bundefined\b/,
  /\[object \w+\]/,
  /\bNaN\b/,
  /\bnull\b/,
];
/** Attributes too: a label, an address. Data of the labs has nulls and is not read by anybody. */
const IN_MARKUP = [/="[^"]*(?:term:|yomi:|undefined|\[object|NaN)[^"]*"/, /<a[^>]*href="(?:id|yomi|term):/];
const DATA = /<script[^>]*type="application\/json"[^>]*>[\s\S]*?<\/script>/g;
const INLINE = /<script(?![^>]*\bsrc=)[^>]*>[\s\S]*?<\/script>/g;

function leftoversIn(html: string): string[] {
  const text = visibleText({ html });
  const markup = html.replace(DATA, '').replace(INLINE, '');
  const found = [
    ...LEFTOVERS.map((pattern) => pattern.exec(text)),
    ...IN_MARKUP.map((pattern) => pattern.exec(markup)),
  ];
  return found.flatMap((match) => match?.[0] ?? []);
}

const pages = readPages(await builtSite());

test.each(pages)('$path has none', ({ html }) => {
  expect(leftoversIn(html)).toEqual([]);
});

test.each([
  '<p>[ポート](term:port)</p>',
  '<a href="yomi:%E3%81%82">宛先</a>',
  '<p>:::note</p>',
  '<p>約undefined分</p>',
  '<p aria-label="[object Object]">図</p>',
  '<td>NaN µs</td>',
  '<h2>しくみ [](id:how)</h2>',
])('canary: %s is found', (markup) => {
  expect(leftoversIn(`<html><body>${markup}</body></html>`)).not.toEqual([]);
});
