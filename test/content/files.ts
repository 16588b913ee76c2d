/** What the site's words stand in. */
import { globSync, readFileSync } from 'node:fs';

export interface SourceFile {
  readonly file: string;
  readonly source: string;
}

export function filesOf(pattern: string): SourceFile[] {
  return globSync(pattern)
    .toSorted()
    .map((file) => ({ file, source: readFileSync(file, 'utf8') }));
}

export const PAGES = filesOf('content/docs/**/*.{md,mdx}');
export const CHAPTERS = filesOf('content/docs/chapters/*.{md,mdx}');
export const DATA = filesOf('content/**/*.{yaml,yml}');
export const SCRIPTS = filesOf('{src/**/*.ts,astro.config.mjs}');
export const MARKUP = filesOf('src/**/*.astro');
