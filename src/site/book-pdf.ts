/**
 * The book page as a PDF, printed by Chromium.
 *
 * CSS cannot ask for the page of a link's target (Chromium answers that it can, and prints nothing). So the book is printed
 * once, the pages of the destinations are read from the PDF, the numbers are written into the contents, and it is printed
 * again, until the numbers that it shows are the numbers that it has. Room for them is kept from the first printing on, so two
 * should do; after three it is an error.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { chromium, type Browser, type Page } from 'playwright';
import { getDocument, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { launchArguments, requireBrowser } from './browser.ts';
import { serve } from './static-server.ts';

/** A page number, from 1, for the name of each destination. */
export type PageNumbers = ReadonlyMap<string, number>;

export interface Book {
  readonly bytes: Uint8Array;
  readonly pages: number;
  readonly printings: number;
}

const MOST_PRINTINGS = 3;
const ELEMENT_NAME = /\(node\d{8}\)/g;
const PRINTING_DATE = /(\/CreationDate|\/ModDate) \(D:\d{14}\+00'00'\)/g;

/** Prints `dist/book/`, which has to be built. */
export async function printBook(dist: string, base: string, executablePath = requireBrowser()): Promise<Book> {
  const html = await readFile(join(dist, 'book', 'index.html'), 'utf8');
  const browser = await chromium.launch({ executablePath, args: launchArguments() });
  try {
    const site = await serve(dist, { port: 0, base });
    const print = await printer(browser, `${site.url}book/`);
    return await printUntilStable(html, print).finally(() => site.close());
  } finally {
    await browser.close();
  }
}

/** Prints until the contents tell the pages as they are. The printing is an argument: HTML in, PDF out. */
export async function printUntilStable(html: string, print: (html: string) => Promise<Uint8Array>): Promise<Book> {
  const wanted = idsInContents(html);
  let told: PageNumbers = new Map();
  for (let printings = 1; printings <= MOST_PRINTINGS; printings++) {
    const bytes = await print(withPageNumbers(html, told));
    const { pages, numbers } = await readPageNumbers(bytes);
    const missing = wanted.filter((id) => !numbers.has(id));
    if (missing.length > 0) throw new Error(`the PDF has no destination for ${missing.join(', ')}`);
    if (wanted.every((id) => numbers.get(id) === told.get(id))) {
      return { bytes: settled(bytes, editionOf(html)), pages, printings };
    }
    told = numbers;
  }
  throw new Error(`the page numbers of the book still change after ${MOST_PRINTINGS} printings`);
}

/** What the contents refer to, in their order. */
export function idsInContents(html: string): string[] {
  return slots(parseHTML(html).document).map((slot) => slot.dataset['page']!);
}

export function withPageNumbers(html: string, numbers: PageNumbers): string {
  const { document } = parseHTML(html);
  for (const slot of slots(document)) slot.textContent = String(numbers.get(slot.dataset['page']!) ?? '00');
  return `<!doctype html>${document.documentElement.outerHTML}`;
}

function slots(document: Document): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('.gp-page[data-page]')];
}

/** The pages that links within the document lead to. */
export async function readPageNumbers(bytes: Uint8Array): Promise<{ pages: number; numbers: PageNumbers }> {
  return withPdf(bytes, async (pdf) => {
    const numbers = new Map<string, number>();
    for (const [name, [page]] of await pdf.getDestinations()) numbers.set(name, (await pdf.getPageIndex(page)) + 1);
    return { pages: pdf.numPages, numbers };
  });
}

/** Opens a PDF for reading. pdf.js takes the bytes over, so it gets its own. */
export async function withPdf<T>(bytes: Uint8Array, read: (pdf: PDFDocumentProxy) => Promise<T>): Promise<T> {
  const loading = getDocument({ data: Uint8Array.from(bytes), verbosity: 0 });
  try {
    return await read(await loading.promise);
  } finally {
    await loading.destroy();
  }
}

/** A page without scripts that shows the HTML it is given at the address of the book. */
async function printer(browser: Browser, url: string): Promise<(html: string) => Promise<Uint8Array>> {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const failures = watch(page);
  await page.emulateMedia({ media: 'print', colorScheme: 'light' });
  return async (html) => {
    await page.route(url, async (route) => route.fulfill({ body: html, contentType: 'text/html; charset=utf-8' }));
    // Fonts are asked for when the text is laid out, and text in the wrong font has other line ends.
    await page.goto(url, { waitUntil: 'networkidle' });
    if (failures.length > 0) throw new Error(`the book does not get what it needs:\n${failures.join('\n')}`);
    const bytes = await page.pdf({ tagged: true, outline: true, preferCSSPageSize: true, printBackground: true });
    await page.unroute(url);
    return bytes;
  };
}

function watch(page: Page): readonly string[] {
  const failures: string[] = [];
  page.on('requestfailed', (request) => failures.push(`${request.url()} ${request.failure()?.errorText ?? ''}`));
  page.on('response', (response) => {
    if (response.status() >= 400) failures.push(`${response.url()} ${response.status()}`);
  });
  return failures;
}

/** `2026-11-23`, as the book page tells it. */
function editionOf(html: string): string | null {
  return parseHTML(html).document.querySelector('meta[name="date"]')?.getAttribute('content') ?? null;
}

/**
 * The edition's date instead of the hour of printing, and names of elements counted from one, so that one source gives one
 * PDF. Everything keeps its length and its order, since the PDF tells where its parts lie by counting bytes.
 */
function settled(bytes: Uint8Array, date: string | null): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const names = [...new Set(text.match(ELEMENT_NAME))].toSorted();
  const ranks = new Map(names.map((name, index) => [name, `(node${String(index + 1).padStart(8, '0')})`]));
  const named = text.replaceAll(ELEMENT_NAME, (name) => ranks.get(name)!);
  const stamp = `(D:${date?.replaceAll('-', '')}000000+00'00')`;
  const dated = date === null ? named : named.replaceAll(PRINTING_DATE, `$1 ${stamp}`);
  return new Uint8Array(Buffer.from(dated, 'latin1'));
}
