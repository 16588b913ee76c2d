/** The glossary's files, for what is made of them at build time outside of Astro's collections. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface Term {
  /** Name of its file. */
  readonly id: string;
  readonly ja: string;
  readonly yomi: string;
  readonly en: string;
  readonly definition: string;
  readonly aliases?: readonly string[];
}

const FOLDER = 'content/glossary';

export function readGlossary(): Term[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
    .map((name) => ({
      ...(parse(readFileSync(join(FOLDER, name), 'utf8')) as Omit<Term, 'id'>),
      id: name.replace('.yaml', ''),
    }));
}
