/**
 * The book page's markup made fit for one document: ids of different chapters kept apart and written in ASCII (PDF readers
 * refuse long names), links between pages turned into links within the book, nothing left that could be pressed.
 *
 * `<section data-book="forwarding" data-address="/chapters/forwarding/">` holds what stands at that address. Contents are
 * written with the addresses of the site too, and get their ids here.
 */
import { spawnSync } from 'node:child_process';
import { parseHTML } from 'linkedom';

interface Part {
  readonly key: string;
  readonly section: HTMLElement;
  /** The id in the book for each id on the part's own page. */
  readonly ids: Map<string, string>;
}

/** What only works, or only makes sense, on a screen. */
const ON_SCREEN_ONLY =
  'script, button, input, select, .sl-anchor-link, .gp-term-note, .gp-player, .gp-board, .gp-send, .gp-tables, .gp-acl';
/** Words of a fold's label that only make sense where it can be opened. */
const FOLD_LABELS = '.gp-fold > summary, .gp-points-list summary, .gp-exam summary';
const INVITATION = /を見る/;
const STORY_ROWS = 24;
/** Too many, or too short, for a page number behind each. */
const UNNUMBERED = '.gp-term, .gp-where, .gp-evidence, .gp-rule';
const ID_LISTS = new Set(['aria-labelledby', 'aria-describedby', 'aria-controls', 'for']);

export function prepareBook(html: string): string {
  const { document } = parseHTML(html);
  for (const element of document.querySelectorAll(ON_SCREEN_ONLY)) element.remove();
  for (const question of document.querySelectorAll('.gp-ask[hidden]')) question.removeAttribute('hidden');
  for (const fold of document.querySelectorAll('details')) fold.setAttribute('open', '');
  for (const label of document.querySelectorAll(FOLD_LABELS)) changeText(label, INVITATION, '');
  for (const table of document.querySelectorAll('.gp-story table')) shorten(table);
  // The book's font has no such cross.
  changeText(document.body, /✕/g, '×');
  const parts = [...document.querySelectorAll<HTMLElement>('[data-book]')].map(partOf);
  const atAddress = new Map(parts.map((part) => [part.section.dataset['address']!, part]));
  for (const part of parts) {
    for (const link of part.section.querySelectorAll('a[href]')) redirect(link, part, atAddress);
  }
  for (const link of document.querySelectorAll('.gp-contents a[href]')) fillIn(link, atAddress);
  return `<!doctype html>${document.documentElement.outerHTML}`;
}

/** `2026-11-23`: the day of the last commit, or of `SOURCE_DATE_EPOCH`; null outside a repository. */
export function editionDate(env: Readonly<Record<string, string | undefined>> = process.env): string | null {
  const epoch = env['SOURCE_DATE_EPOCH'];
  if (epoch !== undefined && epoch !== '') return new Date(Number(epoch) * 1000).toISOString().slice(0, 10);
  const { stdout } = spawnSync('git', ['log', '-1', '--format=%cs'], { encoding: 'utf8' });
  return stdout?.trim() || null;
}

function partOf(section: HTMLElement): Part {
  const key = section.dataset['book']!;
  const ids = new Map<string, string>();
  for (const element of section.querySelectorAll('[id]')) {
    // The title bears the key itself.
    if (element.id === key) continue;
    const id = `${key}--${/^[\w.:-]+$/.test(element.id) ? element.id : `x${ids.size}`}`;
    ids.set(element.id, id);
    element.id = id;
  }
  for (const element of section.querySelectorAll('*')) rename(element, ids);
  return { key, section, ids };
}

/** What refers to an id within the part goes with it; links are another matter. */
function rename(element: Element, ids: Part['ids']): void {
  for (const name of element.getAttributeNames()) {
    const value = element.getAttribute(name)!;
    if (ID_LISTS.has(name)) setList(element, name, value.split(/\s+/), ids);
    else if (value.startsWith('url(#')) element.setAttribute(name, `url(#${ids.get(value.slice(5, -1)) ?? ''})`);
  }
}

/** Notes of terms are gone, and so is what pointed to them. */
function setList(element: Element, name: string, list: readonly string[], ids: Part['ids']): void {
  const known = list.flatMap((id) => ids.get(id) ?? []);
  if (known.length === 0) element.removeAttribute(name);
  else element.setAttribute(name, known.join(' '));
}

function redirect(link: Element, part: Part, atAddress: ReadonlyMap<string, Part>): void {
  const href = link.getAttribute('href')!;
  const [path, hash] = split(href);
  const target = path === '' ? part : atAddress.get(path);
  if (target !== undefined) {
    const id = target.ids.get(hash) ?? target.key;
    link.setAttribute('href', `#${id}`);
    if (target !== part && link.closest(UNNUMBERED) === null) link.append(pageReference(link.ownerDocument, id));
  }
  // What is not in the book is not linked from it, or leads outside.
  else if (!/^[a-z]+:/.test(href)) link.removeAttribute('href');
}

/** For those who read it on paper: 「（18ページ）」, filled in when it is printed. */
function pageReference(document: Document, id: string): Element {
  const reference = document.createElement('span');
  reference.className = 'gp-reference';
  const number = document.createElement('span');
  number.className = 'gp-page';
  number.setAttribute('data-page', id);
  reference.append('（', number, 'ページ）');
  return reference;
}

/** A ping through a router has ninety rows; what it teaches stands in the first ones. */
function shorten(table: Element): void {
  const rows = [...table.querySelectorAll('tbody > tr')];
  if (rows.length <= STORY_ROWS) return;
  const left = rows.slice(STORY_ROWS - 1);
  const document = table.ownerDocument;
  const cell = document.createElement('td');
  cell.setAttribute('colspan', String(rows[0]!.children.length));
  cell.textContent = `このあと${left.length}行あります。サイトの「表で見る」で読めます。`;
  left[0]!.replaceChildren(cell);
  for (const row of left.slice(1)) row.remove();
}

function changeText(root: Element, pattern: RegExp, replacement: string): void {
  for (const node of root.childNodes) {
    if (node.nodeType === 3) node.textContent = node.textContent!.replace(pattern, replacement);
    else if (node.nodeType === 1) changeText(node as Element, pattern, replacement);
  }
}

function fillIn(link: Element, atAddress: ReadonlyMap<string, Part>): void {
  const [path, hash] = split(link.getAttribute('href')!);
  const target = atAddress.get(path);
  const id = hash === '' ? target?.key : target?.ids.get(hash);
  if (id === undefined) throw new Error(`the contents of the book name ${path}#${hash}, which is not in it`);
  link.setAttribute('href', `#${id}`);
  link.querySelector('.gp-page')?.setAttribute('data-page', id);
}

function split(href: string): [path: string, hash: string] {
  const [path, hash = ''] = href.split('#') as [string, string?];
  return [path, decodeURIComponent(hash)];
}
