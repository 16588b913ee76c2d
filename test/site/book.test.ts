/**
 * The book as a PDF, read back: bookmarks, tags, language, fonts, links, and the page numbers that its contents promise.
 */
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { parseHTML } from 'linkedom';
import { basePath } from '../../src/site/address.ts';
import { printBook, withPdf } from '../../src/site/book-pdf.ts';
import { builtSite } from './built-site.ts';

const root = await builtSite();
const { document } = parseHTML(readFileSync(join(root, 'book', 'index.html'), 'utf8'));
const SECONDS_AIMED_AT = 10;

interface Link {
  readonly page: number;
  readonly dest: string | null;
  readonly url: string | null;
  /** Left, bottom, right, top. */
  readonly rect: readonly [number, number, number, number];
}

interface Read {
  readonly pages: number;
  readonly language: unknown;
  readonly title: unknown;
  readonly marked: unknown;
  readonly outline: readonly { depth: number; title: string; page: number }[];
  readonly links: readonly Link[];
  /** Text of each page, and the pieces that it is made of. */
  readonly texts: readonly string[];
  readonly pieces: readonly (readonly { text: string; x: number; y: number }[])[];
  readonly destinations: ReadonlyMap<string, number>;
  readonly roles: ReadonlySet<string>;
}

let bytes: Uint8Array;
let pdf: Read;

beforeAll(async () => {
  const start = performance.now();
  ({ bytes } = await printBook(root, basePath()));
  const seconds = (performance.now() - start) / 1000;
  pdf = await withPdf(bytes, read);
  const size = `${(bytes.length / 1e6).toFixed(2)} MB`;
  process.stdout.write(`book: ${pdf.pages} pages, ${size}, ${seconds.toFixed(1)} s (aim ${SECONDS_AIMED_AT})\n`);
  expect(seconds).toBeLessThan(3 * SECONDS_AIMED_AT);
}, 120_000);

async function read(file: PDFDocumentProxy): Promise<Read> {
  const destinations = new Map<string, number>();
  for (const [name, [page]] of await file.getDestinations())
    destinations.set(name, (await file.getPageIndex(page)) + 1);
  const links: Link[] = [];
  const pieces: { text: string; x: number; y: number }[][] = [];
  const roles = new Set<string>();
  for (let number = 1; number <= file.numPages; number++) {
    const page = await file.getPage(number);
    for (const note of await page.getAnnotations()) {
      if (note.subtype === 'Link')
        links.push({ page: number, dest: note.dest ?? null, url: note.url ?? null, rect: note.rect });
    }
    const { items } = await page.getTextContent();
    pieces.push(items.flatMap((it) => ('str' in it ? [{ text: it.str, x: it.transform[4], y: it.transform[5] }] : [])));
    collectRoles(await page.getStructTree(), roles);
  }
  const { info } = (await file.getMetadata()) as { info: Record<string, unknown> };
  const marks: unknown = await file.getMarkInfo();
  return {
    pages: file.numPages,
    language: info['Language'],
    title: info['Title'],
    marked: (marks as ReadonlyMap<string, boolean> | null)?.get('Marked'),
    outline: await flatten(file, await file.getOutline(), 1),
    links,
    texts: pieces.map((page) => bare(page.map(({ text }) => text).join(''))),
    pieces,
    destinations,
    roles,
  };
}

type Outline = Awaited<ReturnType<PDFDocumentProxy['getOutline']>>;

async function flatten(file: PDFDocumentProxy, items: Outline, depth: number): Promise<Read['outline'][number][]> {
  const flat: Read['outline'][number][] = [];
  for (const { title, dest, items: inner } of items ?? []) {
    const target = typeof dest === 'string' ? await file.getDestination(dest) : dest;
    const page = target === null ? 0 : (await file.getPageIndex(target[0])) + 1;
    flat.push({ depth, title: bare(title), page }, ...(await flatten(file, inner as Outline, depth + 1)));
  }
  return flat;
}

function collectRoles(node: unknown, roles: Set<string>): void {
  const { role, children } = (node ?? {}) as { role?: string; children?: unknown[] };
  if (role !== undefined) roles.add(role);
  for (const child of children ?? []) collectRoles(child, roles);
}

/** Without spaces, and in one form of each sign: fonts and line ends change both. */
function bare(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, '');
}

const headings = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map((heading) => ({
  depth: Number(heading.tagName[1]),
  title: bare(heading.textContent),
}));

describe('as a document', () => {
  test('has a title, a language, tags and a plausible number of pages', () => {
    expect(pdf.title).toBe('ゲストポート — 動かしてわかる仮想スイッチ');
    expect(pdf.language).toBe('ja');
    expect(pdf.marked).toBe(true);
    expect(pdf.pages).toBeGreaterThan(30);
    expect(pdf.pages).toBeLessThan(200);
    for (const role of ['H1', 'H2', 'H3', 'P', 'Table', 'TH', 'TD', 'L', 'LI', 'Link', 'Figure']) {
      expect(pdf.roles, 'structure').toContain(role);
    }
  });

  test('has all its fonts within', () => {
    const text = Buffer.from(bytes).toString('latin1');
    const objects = new Map([...text.matchAll(/\n(\d+) 0 obj\s*([\s\S]*?)endobj/g)].map(([, id, it]) => [id!, it!]));
    const fonts = [...objects.values()].filter((it) => /\/Type\s*\/Font\b/.test(it));
    expect(fonts.length).toBeGreaterThan(2);
    const loose = fonts.filter((it) => {
      // Type 3 is drawn by the file itself; composite fonts have descendants, which are looked at too.
      if (/\/Subtype\s*\/Type3|\/DescendantFonts/.test(it)) return false;
      const descriptor = objects.get(/\/FontDescriptor\s+(\d+)/.exec(it)?.[1] ?? '') ?? '';
      return !/\/FontFile[23]?\s+\d+ 0 R/.test(descriptor);
    });
    expect(loose).toEqual([]);
    expect(fonts.filter((it) => it.includes('/CIDFontType2')).length, 'as real fonts').toBeGreaterThan(1);
  });

  test('can be read and searched in the order of its sentences, terms within', () => {
    const sentence = '仮想スイッチの口のうち、VMがつながる側の口をゲストポートと呼びます。';
    expect(pdf.texts.filter((text) => text.includes(sentence))).toHaveLength(1);
  });

  test('says nothing in signs that its fonts lack', () => {
    expect(pdf.texts.filter((text) => /[\uFFFD\u25A1]/.test(text))).toEqual([]);
  });
});

describe('bookmarks', () => {
  test('are the headings, in their order and depth', () => {
    expect(pdf.outline.map(({ title }) => title)).toEqual(headings.map(({ title }) => title));
    expect(pdf.outline.map(({ depth }) => depth)).toEqual(headings.map(({ depth }) => depth));
  });

  test('lead to the pages where the headings stand', () => {
    const wrong = pdf.outline.filter(({ title, page }) => !pdf.texts[page - 1]?.includes(title));
    expect(wrong).toEqual([]);
  });
});

/** What is printed at the right end of a line of the contents. */
function numberBeside({ page, rect: [left, bottom, right, top] }: Link): number {
  const within = pdf.pieces[page - 1]!.filter(
    ({ x, y, text }) => x >= left - 1 && x <= right && y >= bottom - 1 && y <= top && /^\d+$/.test(text.trim()),
  );
  return Number(within.toSorted((a, b) => b.x - a.x)[0]?.text);
}

describe('contents', () => {
  const entries = [...document.querySelectorAll('.gp-contents a')].map((link) => ({
    id: link.querySelector<HTMLElement>('.gp-page')!.dataset['page']!,
    title: bare(link.querySelector('.gp-contents-title')!.textContent),
  }));

  test('name every part: chapters in order, appendices, glossary', () => {
    const parts = [...document.querySelectorAll('[data-book] > h1')].map((title) => bare(title.textContent));
    const named = [...document.querySelectorAll('.gp-contents > ol > li > a .gp-contents-title')];
    expect(named.map((title) => bare(title.textContent))).toEqual(parts);
    for (const part of ['第1章', '第5章', '第7章', '用語集']) expect(parts.join(' ')).toContain(part);
  });

  test('promise the pages on which the headings stand', () => {
    expect(entries.length).toBeGreaterThan(20);
    const lines = pdf.links.filter(({ page }) => page <= contentsEnd());
    for (const { id, title } of entries) {
      const line = lines.find(({ dest }) => dest === id)!;
      const actual = pdf.destinations.get(id)!;
      expect(numberBeside(line), title).toBe(actual);
      expect(pdf.texts[actual - 1], title).toContain(title);
    }
  });

  /** The last page before the first chapter. */
  function contentsEnd(): number {
    return pdf.destinations.get(document.querySelector('[data-book] > h1')!.id)! - 1;
  }
});

describe('links', () => {
  test('within the book lead to a place in it', () => {
    const within = pdf.links.filter(({ url }) => url === null);
    expect(within.length).toBeGreaterThan(100);
    expect(within.filter(({ dest }) => dest === null || !pdf.destinations.has(dest))).toEqual([]);
  });

  test('to the world are those of the page, none to the machine it was printed on', () => {
    const wanted = new Set(
      [...document.querySelectorAll('a[href]')]
        .map((link) => link.getAttribute('href')!)
        .filter((href) => /^https?:/.test(href)),
    );
    const found = new Set(pdf.links.flatMap(({ url }) => url ?? []));
    expect(wanted.size).toBeGreaterThan(10);
    expect([...found].map((url) => new URL(url).href).toSorted()).toEqual(
      [...wanted].map((url) => new URL(url).href).toSorted(),
    );
    expect([...found].filter((url) => /localhost|127\.0\.0\.1|file:/.test(url))).toEqual([]);
  });
});

test('nothing that only works on a screen is left in the book', () => {
  expect(document.querySelectorAll('button, input, select, textarea, [data-part="data"]')).toHaveLength(0);
  expect(pdf.texts.join('')).not.toMatch(/予想して送る|答え合わせ|初めから$/);
});
