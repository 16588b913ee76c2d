/**
 * The policy of each page: it stands before everything that it is about, covers what stands in the page and nothing else, and
 * leaves no way from text to HTML or script.
 */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { addPolicy, policyFor } from '../../src/site/policy.ts';
import { builtSite, subPathSite } from './built-site.ts';
import { readPages, type Page } from './pages.ts';

const pages = [...readPages(await builtSite()), ...readPages(await subPathSite())];

/** `script-src` → its sources. */
function directivesOf(policy: string): Map<string, string[]> {
  return new Map(
    policy.split(';').map((directive) => {
      const [name, ...values] = directive.trim().split(/\s+/);
      return [name!, values];
    }),
  );
}

function policyOf({ document }: Pick<Page, 'document'>): string {
  const metas = [...document.querySelectorAll('meta[http-equiv="Content-Security-Policy" i]')];
  expect(metas).toHaveLength(1);
  return metas[0]!.getAttribute('content')!;
}

/** Read from the text, as a browser hashes it: a parser may tidy. */
function hashesOf(html: string, tag: 'script' | 'style'): string[] {
  const pattern = new RegExp(`<${tag}\\b([^>]*)>([\\s\\S]*?)</${tag}>`, 'g');
  return [...html.matchAll(pattern)].flatMap(([, attributes, text]) => {
    const isData = /type="application\/(?:ld\+)?json"/.test(attributes!);
    if (isData || /\bsrc=/.test(attributes!)) return [];
    return `'sha256-${createHash('sha256').update(text!).digest('base64')}'`;
  });
}

describe.each(pages)('$path', (page) => {
  test('comes first', () => {
    const at = page.html.indexOf('http-equiv="Content-Security-Policy"');
    const first = page.html.search(/<(?:script|style|link|img|svg|base)\b/);
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThan(first);
    // A browser looks for the encoding in the first 1024 bytes only.
    expect(Buffer.from(page.html.slice(0, page.html.search(/<meta charset/i))).length).toBeLessThan(900);
  });

  test('has the hashes of what stands in the page, each needed, none missing', () => {
    const directives = directivesOf(policyOf(page));
    const scripts = directives.get('script-src')!;
    const styles = directives.get('style-src-elem')!;
    expect(scripts).toEqual(["'self'", ...[...new Set(hashesOf(page.html, 'script'))].toSorted()]);
    expect(styles).toEqual(["'self'", ...[...new Set(hashesOf(page.html, 'style'))].toSorted()]);
  });

  test('allows nothing else', () => {
    const directives = directivesOf(policyOf(page));
    const fixed = [...directives].filter(([name]) => !['script-src', 'style-src-elem'].includes(name));
    expect(Object.fromEntries(fixed)).toEqual({
      'default-src': ["'self'"],
      'img-src': ["'self'", 'data:'],
      'object-src': ["'none'"],
      'base-uri': ["'self'"],
      'form-action': ["'self'"],
      'style-src-attr': ["'unsafe-inline'"],
      'require-trusted-types-for': ["'script'"],
      'trusted-types': ["'none'"],
    });
    expect(directives.get('script-src')!.join(' ')).not.toMatch(/unsafe|https?:|\*|data:|blob:/);
  });

  test('has no handler in an attribute, which no hash covers', () => {
    const handlers = [...page.document.querySelectorAll('*')].flatMap((element) =>
      element.getAttributeNames().filter((name) => /^on[a-z]+$/.test(name)),
    );
    expect(handlers).toEqual([]);
    expect(page.html).not.toMatch(/(?:href|src|action)="\s*javascript:/i);
  });
});

test('canary: a script that is added to a finished page is not covered by its policy', () => {
  const page = pages.find(({ path }) => path === '/chapters/vlan/')!;
  const added = page.html.replace('</body>', '<script>fetch("https://example.org/")</script></body>');
  const allowed = directivesOf(policyOf(page)).get('script-src')!;
  expect(hashesOf(added, 'script').filter((hash) => !allowed.includes(hash))).toHaveLength(1);
});

test('a script in other letters or with other spaces is hashed too', () => {
  const html = '<html><head><meta charset="utf-8"><script type="module" >let a;\n</script></head><body></body></html>';
  expect(directivesOf(policyFor(html)).get('script-src')).toEqual(["'self'", ...hashesOf(html, 'script')]);
  expect(addPolicy(html)).toMatch(/^<html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy"/);
});
