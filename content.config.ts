/** One schema a collection. It has to stand here, at Astro's srcDir. */
import { defineCollection } from 'astro:content';
import { z } from 'astro/zod';
import { file, glob } from 'astro/loaders';
import { docsLoader, i18nLoader } from '@astrojs/starlight/loaders';
import { docsSchema, i18nSchema } from '@astrojs/starlight/schema';
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** What a chapter says about itself. */
const chapter = z.object({
  number: z.number().int().min(0).max(18),
  /** Reading and trying, in minutes. */
  minutes: z.number().int().positive(),
  /** Title in the sidebar and in running heads. */
  short: z.string(),
  /** Which recordings the behaviour shown was compared with. */
  verified: z.string().optional(),
});

const docs = defineCollection({
  loader: docsLoader(),
  schema: docsSchema({ extend: z.object({ chapter: chapter.optional() }) }),
});

const glossary = defineCollection({
  loader: glob({ base: './content/glossary', pattern: '*.yaml' }),
  schema: z
    .object({
      ja: z.string(),
      /** Reading in hiragana. */
      yomi: z.string().regex(/^[ぁ-んー]+$/),
      en: z.string(),
      /** One line, at most 60 characters, ends with a full stop. */
      definition: z.string().max(60).endsWith('。'),
      /** A little more. */
      more: z.string().optional(),
      /** Other spellings that a search should find. */
      aliases: z.array(z.string()).default([]),
      /** Terms that it is mistaken for. */
      confusedWith: z.array(z.string()).default([]),
      /** Number of the chapter that teaches it, written or still to come. */
      chapter: z.number().int().min(1).max(18),
    })
    .strict(),
});

const sentences = defineCollection({
  loader: file('content/reference/sentences.yaml', {
    parser: (text) => parse(text) as Record<string, Record<string, unknown>>[],
  }),
  schema: z.object({
    id: z.string(),
    paraphrase: z.string(),
    verdict: z.enum(['正しい', '不正確', '誤り']),
    correction: z.string().nullable(),
    /** Slug of the chapter that owns it. */
    chapter: z.string(),
    sources: z.array(z.string()),
  }),
});

const sources = defineCollection({
  loader: file('content/evidence/sources.yaml', {
    parser: (text) => parse(text) as Record<string, Record<string, unknown>>[],
  }),
  schema: z.object({
    id: z.string(),
    title: z.string(),
    publisher: z.string(),
    /** Section, clause or page. */
    part: z.string().optional(),
    url: z.url().optional(),
    /** When it was looked at. */
    seen: z.string(),
    /** Read at its source, read second-hand, or general knowledge that was not checked again. */
    kind: z.enum(['primary', 'secondary', 'unverified']),
  }),
});

const RULES = 'content/evidence/rules';

const rules = defineCollection({
  // A file a family, a list of rules in each.
  loader: () =>
    readdirSync(RULES).flatMap((name) => parse(readFileSync(`${RULES}/${name}`, 'utf8')) as { id: string }[]),
  schema: z.object({
    id: z.string(),
    statement: z.string(),
    /** V: seen on the real thing, S: read in its source, D: in its documentation, C: second-hand, U: not verified. */
    evidence: z.array(z.enum(['V', 'S', 'D', 'C', 'U'])),
    source: z.string(),
    /** Families of recordings that show it. */
    recordings: z.array(z.string()).default([]),
  }),
});

const coming = defineCollection({
  loader: file('content/reference/coming.yaml', {
    parser: (text) =>
      (parse(text) as { number: number; title: string }[]).map((entry) => ({
        id: String(entry.number),
        ...entry,
      })),
  }),
  schema: z.object({ id: z.string(), number: z.number().int(), title: z.string() }),
});

const i18n = defineCollection({ loader: i18nLoader(), schema: i18nSchema() });

export const collections = { docs, i18n, glossary, sentences, sources, rules, coming };
