/** The rules page tells every rule that the engine can cite, and nothing that cannot be looked up. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { RULES } from '../../src/outcome/rules.ts';
import { sentencesOf } from './measures.ts';

interface Rule {
  readonly id: string;
  readonly statement: string;
  readonly evidence: readonly string[];
  readonly source: string;
  readonly recordings?: readonly string[];
}

const ROOT = join(import.meta.dirname, '../..');
const FOLDERS = ['linux-bridge', 'linux-bridge-more', 'ovs'];
const FILES = join(ROOT, 'content/evidence/rules');
const families = readdirSync(FILES).map((name) => ({
  prefix: `${name.replace('.yaml', '').toUpperCase()}-`,
  rules: parse(readFileSync(join(FILES, name), 'utf8')) as Rule[],
}));
const rules = families.flatMap((family) => family.rules);

describe('the files of rules', () => {
  it.each(families.map((family) => [family.prefix, family.rules] as const))(
    '%s: has the ids that the engine can cite, no more, no fewer, in their order',
    (prefix, told) => {
      expect(told.map(({ id }) => id)).toEqual(RULES.filter((id) => familyOf(id) === prefix));
    },
  );

  it('there is one for every family', () => {
    expect([...new Set(RULES.map(familyOf))].toSorted()).toEqual(families.map(({ prefix }) => prefix).toSorted());
  });

  it('names recordings that exist', () => {
    const missing = rules.flatMap(({ id, recordings = [] }) =>
      recordings
        .filter(
          (family) => !FOLDERS.some((folder) => existsSync(join(ROOT, 'test/conformance', folder, `${family}.json`))),
        )
        .map((family) => `${id} ${family}`),
    );
    expect(missing).toEqual([]);
  });

  it.each(rules.map((rule) => [rule.id, rule] as const))('%s: one to three short sentences', (_, { statement }) => {
    const sentences = sentencesOf(statement);
    expect(sentences.length).toBeLessThanOrEqual(3);
    for (const sentence of sentences) {
      expect(sentence).toMatch(/。$/);
      expect(sentence.length).toBeLessThanOrEqual(80);
      expect(sentence.split('、').length - 1).toBeLessThanOrEqual(3);
    }
  });

  it.each(rules.map((rule) => [rule.id, rule] as const))('%s: says what it stands on', (_, { evidence, source }) => {
    expect(evidence.length).toBeGreaterThan(0);
    expect(source).not.toBe('');
  });
});

/** `ACL-N-` of `ACL-N-3`. */
function familyOf(id: string): string {
  return id.slice(0, id.lastIndexOf('-') + 1);
}

describe('the rules page', () => {
  const page = readFileSync(join(ROOT, 'content/docs/reference/rules.mdx'), 'utf8');
  const listed = [...page.matchAll(/<RuleList family="([\w-]+)"/g)].map(([, family]) => `${family}-`);

  it('lists every family', () => {
    const untold = RULES.filter((id) => listed.filter((family) => id.startsWith(family)).length !== 1);
    expect(untold).toEqual([]);
  });
});
