/**
 * A link checker over the files of a built site: every address inside exists, letter by letter, with its fragment; nothing
 * leaves the base path; nothing that a page loads by itself comes from another host.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { htmlFiles } from '../../src/site/integration.ts';
import { readPages, type Page } from './pages.ts';

export interface Stand {
  readonly root: string;
  /** `https://example.com` */
  readonly origin: string;
  /** `/` or `/path/`. */
  readonly base: string;
}

/** What a browser fetches without being asked to; `a` is left to the reader. */
const LOADED =
  'script[src], img[src], iframe, object, embed, video, audio, source, track, link[rel~="stylesheet"], link[rel~="icon"], link[rel~="preload"], link[rel~="modulepreload"], link[rel~="manifest"], image[href], use[href]';

export function brokenLinks(stand: Stand): string[] {
  const pages = readPages(stand.root);
  const ids = new Map(pages.map(({ path, document }) => [path, idsOf(document)]));
  const files = filesOf(stand.root);
  return [
    ...pages.flatMap((page) => brokenOnPage(page, stand, files, ids)),
    ...[...files].filter((file) => file.endsWith('.css')).flatMap((file) => brokenInStyle(file, stand, files)),
  ];
}

/** Addresses on other hosts that readers may go to. */
export function outwardLinks(pages: readonly Page[], origin: string): string[] {
  const hrefs = pages.flatMap(({ document }) => [...document.querySelectorAll('a[href]')].map(hrefOf));
  return [...new Set(hrefs)].filter((href) => /^[a-z]+:/i.test(href) && !href.startsWith(origin));
}

function brokenOnPage(
  page: Page,
  stand: Stand,
  files: ReadonlySet<string>,
  ids: ReadonlyMap<string, ReadonlySet<string>>,
): string[] {
  const links = [...page.document.querySelectorAll('[href], [src], [srcset], [poster], [data], [action]')];
  return links.flatMap((element) => {
    const href = hrefOf(element);
    const fault = faultOf(href, page.path, stand, files, ids, element);
    return fault === null ? [] : [`${page.path}: ${element.tagName.toLowerCase()} ${href}: ${fault}`];
  });
}

function faultOf(
  href: string,
  from: string,
  { origin, base }: Stand,
  files: ReadonlySet<string>,
  ids: ReadonlyMap<string, ReadonlySet<string>>,
  element: Element,
): string | null {
  if (href === '') return 'empty';
  const url = new URL(href, origin + base.slice(0, -1) + from);
  if (url.protocol === 'data:' && element.matches('img, image')) return null;
  if (url.origin !== origin) {
    if (element.matches(LOADED)) return 'loaded from elsewhere';
    return /^https?:$/.test(url.protocol) ? null : 'no address of the web';
  }
  if (!url.pathname.startsWith(base)) return 'leaves the base path';
  const path = `/${decodeURIComponent(url.pathname.slice(base.length))}`;
  const target = path.endsWith('/') ? `${path}index.html` : path;
  if (!files.has(target)) return 'does not exist';
  if (url.hash === '' || url.hash === '#_top') return null;
  return ids.get(path)?.has(decodeURIComponent(url.hash.slice(1))) ? null : 'no such fragment';
}

/** Fonts and pictures of style sheets. */
function brokenInStyle(file: string, { root, origin, base }: Stand, files: ReadonlySet<string>): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/url\(\s*["']?([^"')]+)["']?\s*\)|@import\s+["']([^"']+)/g)].flatMap(([, a, b]) => {
    const href = (a ?? b)!;
    if (href.startsWith('data:') || href.startsWith('#')) return [];
    const url = new URL(href, origin + base.slice(0, -1) + file);
    const isThere = url.origin === origin && files.has(`/${url.pathname.slice(base.length)}`);
    return isThere ? [] : [`${file}: ${href}`];
  });
}

function hrefOf(element: Element): string {
  const name = ['href', 'src', 'srcset', 'poster', 'data', 'action'].find((it) => element.hasAttribute(it))!;
  return element.getAttribute(name)!;
}

function idsOf(document: Document): Set<string> {
  return new Set([...document.querySelectorAll('[id]')].map(({ id }) => id));
}

/** Names as they are written: a disk that takes `A` for `a` would hide what breaks on the host. */
function filesOf(root: string, folder = '/'): Set<string> {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return new Set(
    entries.flatMap((entry) =>
      entry.isDirectory() ? [...filesOf(root, `${folder}${entry.name}/`)] : [`${folder}${entry.name}`],
    ),
  );
}

/** Files that no page and no style sheet of the site names. */
export function unreachedScripts(root: string): string[] {
  const names = [...filesOf(root)].filter((file) => file.endsWith('.js'));
  const texts = [...htmlFiles(root), ...names.map((name) => join(root, name))].map((file) =>
    readFileSync(file, 'utf8'),
  );
  return names.filter((name) => !texts.some((text) => text.includes(name.slice(name.lastIndexOf('/') + 1))));
}

export function hasFile(root: string, path: string): boolean {
  return existsSync(dirname(join(root, path))) && filesOf(root).has(path);
}
