/** The sentences that are usually said about the guest port: all judged, and shown in the chapters that own them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from '../../src/site/build.ts';
import { builtSite } from './built-site.ts';
import { pagePaths, readPage } from './pages.ts';

interface Sentence {
  readonly id: string;
  readonly paraphrase: string;
  readonly verdict: string;
  readonly correction: string | null;
  readonly chapter: string;
  readonly sources: readonly string[];
}

const sentences = parse(
  readFileSync(join(projectRoot, 'content/reference/sentences.yaml'), 'utf8'),
) as readonly Sentence[];
const root = await builtSite();
const chapters = pagePaths(root).flatMap((path) => /^\/chapters\/(.+)\/$/.exec(path)?.[1] ?? []);

test('42 sentences and two remarks on the whole, in their order', () => {
  const wanted = [...Array.from({ length: 42 }, (_, index) => `S${index + 1}`), 'P1', 'P2'];
  expect(sentences.map(({ id }) => id)).toEqual(wanted);
});

test.each(sentences)('$id is judged, and put right unless it is right', ({ paraphrase, verdict, correction }) => {
  expect(paraphrase).toMatch(/。$/);
  expect(['正しい', '不正確', '誤り']).toContain(verdict);
  if (verdict === '正しい') expect(correction).toBeNull();
  else expect(correction).toMatch(/。$/);
});

describe.each(chapters)('%s', (slug) => {
  const text = readPage(root, `/chapters/${slug}/`).document.querySelector('main')!.textContent;
  const owned = sentences.filter(({ chapter }) => chapter === slug);

  test('owns some', () => {
    expect(owned.length).toBeGreaterThan(0);
  });

  test.each(owned)('shows $id with its verdict and its correction', ({ paraphrase, verdict, correction }) => {
    expect(text).toContain(paraphrase);
    expect(text).toContain(verdict);
    if (correction !== null) expect(text).toContain(correction);
  });
});
