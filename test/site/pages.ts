/** The pages of a built site, parsed. */
import { readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { parseHTML } from 'linkedom';
import { htmlFiles } from '../../src/site/integration.ts';

export interface Page {
  /** As a reader's browser asks for it, from the site's root on: `/chapters/vlan/`, `/404.html`. */
  readonly path: string;
  readonly html: string;
  readonly document: Document;
}

export function readPages(root: string): Page[] {
  return htmlFiles(root)
    .toSorted()
    .map((file) => {
      const html = readFileSync(file, 'utf8');
      return { path: pathOf(root, file), html, document: parseHTML(html).document };
    });
}

export function pagePaths(root: string): string[] {
  return htmlFiles(root)
    .toSorted()
    .map((file) => pathOf(root, file));
}

export function readPage(root: string, path: string): Page {
  const html = readFileSync(join(root, path.endsWith('/') ? `${path}index.html` : path), 'utf8');
  return { path, html, document: parseHTML(html).document };
}

/** What a reader reads: no scripts, no styles. */
export function visibleText({ html }: Pick<Page, 'html'>): string {
  const { document } = parseHTML(html);
  for (const element of document.querySelectorAll('script, style, template, noscript')) element.remove();
  return document.body.textContent ?? '';
}

function pathOf(root: string, file: string): string {
  return `/${relative(root, file).split(sep).join('/')}`.replace(/\/index\.html$/, '/');
}
