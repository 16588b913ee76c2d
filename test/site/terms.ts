/** The glossary as its files hold it. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../../src/site/build.ts';

export interface Term {
  readonly id: string;
  readonly ja: string;
  readonly yomi: string;
  readonly en: string;
  readonly definition: string;
  readonly aliases: readonly string[];
}

export function readTerms(): Term[] {
  const folder = join(projectRoot, 'content/glossary');
  return readdirSync(folder).map((name) => {
    const term = parse(readFileSync(join(folder, name), 'utf8')) as Omit<Term, 'id' | 'aliases'> & Partial<Term>;
    return { ...term, id: name.replace('.yaml', ''), aliases: term.aliases ?? [] };
  });
}
