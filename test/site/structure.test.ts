/**
 * What the sources of a chapter hold stands on its page, counted: headings with their ids, labs, corrections, ruby and terms;
 * and the frame that Starlight puts around it. A wrong folder or a wrong plugin loses them without a word.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/site/build.ts';
import { hasOracle } from '../oracle.ts';
import { builtSite } from './built-site.ts';
import { pagePaths, readPage, type Page } from './pages.ts';

const FOLDER = join(projectRoot, 'content/docs/chapters');
const chapters = readdirSync(FOLDER).map((name) => {
  const source = readFileSync(join(FOLDER, name), 'utf8');
  return { name, source, path: `/${/^slug: (.+)$/m.exec(source)![1]}/` };
});
const root = await builtSite();

function count(source: string, pattern: RegExp): number {
  return [...source.matchAll(pattern)].length;
}

describe.each(chapters)('$name', ({ source, path }) => {
  let page: Page;
  beforeAll(() => {
    page = readPage(root, path);
  });
  const all = (selector: string): Element[] => [...page.document.querySelectorAll(selector)];

  test('headings stand under the ids that the source gives them, with an anchor each', () => {
    const wanted = [...source.matchAll(/^(#{2,4}) (.+?) \[\]\(id:([\w-]+)\)$/gm)].map(
      ([, marks, title, id]) => `h${marks!.length} ${title} #${id}`,
    );
    expect(wanted.length).toBeGreaterThan(5);
    const found = all(':is(h2, h3, h4)[id]:not(#starlight__on-this-page)').filter(
      (heading) => heading.closest('.sl-markdown-content') !== null,
    );
    expect(found.map((it) => `${it.tagName.toLowerCase()} ${it.textContent.trim()} #${it.id}`)).toEqual(wanted);
    expect(all('.sl-markdown-content a.sl-anchor-link')).toHaveLength(wanted.length);
    expect(count(source, /^#{2,4} /gm), 'every heading of the source has an id').toBe(wanted.length);
  });

  test('labs, figures, corrections and questions', () => {
    expect(all('gp-lab')).toHaveLength(count(source, /^<Lab$|^<Lab /gm));
    expect(all('gp-points')).toHaveLength(count(source, /^<Points /gm));
    expect(all('figure.gp-figure')).toHaveLength(count(source, /^<Figure$|^<Figure /gm));
    expect(all('.gp-correction')).toHaveLength(count(source, /^<Correction /gm));
    expect(all('.gp-exam')).toHaveLength(count(source, /^<Exam$|^<Exam /gm));
    expect(all('.gp-two-lines')).toHaveLength(1);
    expect(all('.starlight-aside')).toHaveLength(count(source, /^:::\w|^<Aside/gm));
  });

  test('each term links to the glossary and has its definition beside it', () => {
    expect(all('.gp-term')).toHaveLength(count(source, /\]\(term:/g));
    for (const term of all('.gp-term')) {
      const note = page.document.getElementById(term.querySelector('a')!.getAttribute('aria-describedby')!);
      expect(note?.textContent).toMatch(/。$/);
    }
    expect(all('ruby')).toHaveLength(count(source, /\]\(yomi:/g));
  });

  test('ids are unique and what refers to one finds it', () => {
    const ids = all('[id]').map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const known = new Set(ids);
    for (const name of ['aria-describedby', 'aria-labelledby', 'aria-controls', 'for', 'list']) {
      for (const element of all(`[${name}]`)) {
        for (const id of element.getAttribute(name)!.split(/\s+/)) expect(known, `${name}="${id}"`).toContain(id);
      }
    }
  });

  test('the frame: sidebar, table of contents, date, way on', () => {
    const inSidebar = pagePaths(root).filter((it) => !['/404.html', '/book/'].includes(it));
    expect(
      all('.sidebar-content .top-level a')
        .map((link) => link.getAttribute('href')!)
        .toSorted(),
    ).toEqual(inSidebar.toSorted());
    expect(all('.sidebar-content a[aria-current="page"]').map((link) => link.getAttribute('href'))).toEqual([path]);
    const inContents = all('.right-sidebar starlight-toc a').map((link) => link.getAttribute('href')!);
    const headings = [...source.matchAll(/^#{2,3} .*\(id:([\w-]+)\)$/gm)].map(([, id]) => `#${id}`);
    expect(inContents).toEqual(['#_top', ...headings]);
    expect(all('.pagination-links a').length).toBeGreaterThan(0);
    // The date is that of the last commit: without git there is none.
    expect(all('footer time[datetime], .meta time[datetime]')).toHaveLength(hasOracle('git') ? 1 : 0);
    expect(page.document.documentElement.getAttribute('lang')).toBe('ja');
    expect(all('h1')).toHaveLength(1);
  });
});
