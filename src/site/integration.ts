/**
 * The one local integration: a page of our own, and what is done with the finished site: the search index, and a Content
 * Security Policy in every page.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { prepareBook } from './book-page.ts';
import { addPolicy } from './policy.ts';
import { writeSearchIndex } from './search-index.ts';

export function guestport(): AstroIntegration {
  return {
    name: 'guestport',
    hooks: {
      'astro:config:setup': ({ injectRoute }) => {
        injectRoute({ pattern: '/book/', entrypoint: './src/pages/book.astro' });
      },
      'astro:build:done': ({ dir, logger }) => {
        const root = fileURLToPath(dir);
        const pages = htmlFiles(root);
        const index = writeSearchIndex(root, pages);
        for (const file of pages) {
          const html = readFileSync(file, 'utf8').replaceAll('search.json', index.name);
          const prepared = file.endsWith(join('book', 'index.html')) ? prepareBook(html) : html;
          writeFileSync(file, addPolicy(prepared));
        }
        logger.info(`${pages.length} pages, ${index.entries} entries to search`);
      },
    },
  };
}

export function htmlFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return htmlFiles(path);
    return name.endsWith('.html') ? [path] : [];
  });
}
