/** Links, addresses and assets of the site at a root and below a path; and that the checker sees what is wrong. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { basePath, siteUrl } from '../../src/site/address.ts';
import { projectRoot } from '../../src/site/build.ts';
import { builtSite, SUB_PATH, SUB_PATH_ORIGIN, subPathSite } from './built-site.ts';
import { brokenLinks, outwardLinks, unreachedScripts, type Stand } from './links.ts';
import { pagePaths, readPages } from './pages.ts';

const atRoot: Stand = { root: await builtSite(), origin: siteUrl(), base: basePath() };
const belowPath: Stand = { root: await subPathSite(), origin: SUB_PATH_ORIGIN, base: SUB_PATH };

describe.each([
  ['at a root', atRoot],
  ['below a path', belowPath],
])('%s', (_, stand) => {
  test('every address inside exists, with its fragment', () => {
    expect(brokenLinks(stand)).toEqual([]);
  });

  test('each page says where it stands, except the one for what is not there', () => {
    for (const { path, document } of readPages(stand.root)) {
      const canonical = document.querySelector('link[rel="canonical"]')?.getAttribute('href') ?? null;
      if (path === '/404.html') continue;
      if (path === '/book/')
        expect(document.querySelector('meta[name="robots"]')?.getAttribute('content')).toBe('noindex');
      else expect(canonical).toBe(stand.origin + stand.base.slice(0, -1) + path);
    }
  });

  test('the sitemap names every page once and nothing else', () => {
    const map = readFileSync(join(stand.root, 'sitemap-0.xml'), 'utf8');
    const named = [...map.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, url]) => url!);
    const wanted = pagePaths(stand.root).filter((path) => path !== '/404.html' && path !== '/book/');
    const found = named.filter((url) => !url.endsWith('/book/'));
    expect(found.toSorted()).toEqual(wanted.map((path) => stand.origin + stand.base.slice(0, -1) + path).toSorted());
    const index = readFileSync(join(stand.root, 'sitemap-index.xml'), 'utf8');
    expect(index).toContain(`<loc>${stand.origin}${stand.base}sitemap-0.xml</loc>`);
  });

  test('pages refer to hashed assets only, but for the icon and the sitemap', () => {
    const plain = new Set(['favicon.svg', 'sitemap-index.xml'].map((name) => stand.base + name));
    for (const { path, document } of readPages(stand.root)) {
      for (const element of document.querySelectorAll('script[src], link[href], img[src]')) {
        const href = element.getAttribute('src') ?? element.getAttribute('href')!;
        if (plain.has(href) || element.getAttribute('rel') === 'canonical') continue;
        expect(href, path).toMatch(new RegExp(`^${stand.base}_astro/.+\\.[\\w-]{5,}\\.\\w+$`));
      }
    }
  });

  test('everything under _astro/ is hashed and no script is left that nothing loads', () => {
    const names = readdirSync(join(stand.root, '_astro'));
    expect(names.filter((name) => !/\.[\w-]{5,}\.\w+$/.test(name))).toEqual([]);
    expect(unreachedScripts(stand.root)).toEqual([]);
  });
});

test('both sites have the same pages', () => {
  expect(pagePaths(belowPath.root)).toEqual(pagePaths(atRoot.root));
});

test('documents elsewhere are linked as the list of sources gives them', () => {
  const outward = outwardLinks(readPages(atRoot.root), atRoot.origin);
  const sources = readFileSync(join(projectRoot, 'content/evidence/sources.yaml'), 'utf8');
  expect(outward.length).toBeGreaterThan(10);
  expect(outward.filter((href) => !sources.includes(href))).toEqual([]);
});

describe('canary', () => {
  const root = mkdtempSync(join(tmpdir(), 'links-'));
  const stand: Stand = { root, origin: 'https://example.com', base: '/gp/' };
  mkdirSync(join(root, 'a'));
  mkdirSync(join(root, '_astro'));
  writeFileSync(join(root, 'favicon.svg'), '<svg/>');
  writeFileSync(join(root, '_astro/x.abcdef.css'), 'a { background: url(/gp/_astro/gone.abcdef.png) }');
  writeFileSync(join(root, 'a/index.html'), '<html><body><h2 id="here">a</h2></body></html>');
  afterAll(() => rmSync(root, { recursive: true }));

  test.each([
    ['<a href="/gp/b/">', 'does not exist'],
    ['<a href="/gp/A/">', 'does not exist'],
    ['<a href="/gp/a/#there">', 'no such fragment'],
    ['<a href="/a/">', 'leaves the base path'],
    ['<a href="../">', 'leaves the base path'],
    ['<a href="">', 'empty'],
    ['<a href="term:port">', 'no address of the web'],
    ['<img src="https://example.org/x.png">', 'loaded from elsewhere'],
    ['<link rel="stylesheet" href="https://example.org/x.css">', 'loaded from elsewhere'],
    ['<script src="//example.org/x.js"></script>', 'loaded from elsewhere'],
  ])('%s: %s', (markup, fault) => {
    writeFileSync(join(root, 'index.html'), `<html><body>${markup}</body></html>`);
    const found = brokenLinks(stand).filter((line) => !line.includes('.css: /gp/_astro/gone'));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(fault);
  });

  test('what is right is left alone, and a picture of a style sheet is looked for', () => {
    const right = '<a href="/gp/a/#here">a</a><a href="a/">a</a><a href="#_top">x</a><img src="/gp/favicon.svg">';
    writeFileSync(join(root, 'index.html'), `<html><body>${right}<a href="https://example.org/">o</a></body></html>`);
    expect(brokenLinks(stand)).toEqual(['/_astro/x.abcdef.css: /gp/_astro/gone.abcdef.png']);
  });
});
