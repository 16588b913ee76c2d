/**
 * The book page's markup made fit for one document: ids of different chapters kept apart, links between pages turned into
 * links within the book, ids that PDF readers accept.
 */
import { parseHTML } from 'linkedom';

/** `<section data-book="forwarding">` holds what stands at `/chapters/forwarding/`. */
export function prepareBook(html: string): string {
  const { document } = parseHTML(html);
  const sections = [...document.querySelectorAll<HTMLElement>('[data-book]')];
  const addresses = new Map(sections.map((section) => [section.dataset['address']!, section.dataset['book']!]));
  for (const section of sections) {
    const key = section.dataset['book']!;
    for (const element of section.querySelectorAll('[id]')) renameId(element, key, section);
    for (const link of section.querySelectorAll('a[href]')) redirect(link, key, addresses, document);
    for (const fold of section.querySelectorAll('details')) fold.setAttribute('open', '');
  }
  return `<!doctype html>${document.documentElement.outerHTML}`;
}

/** Terms keep theirs: there is one glossary. What refers to an id goes with it. */
function renameId(element: Element, key: string, section: Element): void {
  const old = element.id;
  if (old.startsWith(`${key}--`)) return;
  const id = `${key}--${old}`;
  element.id = id;
  for (const attribute of ['aria-labelledby', 'aria-describedby', 'for']) {
    for (const referrer of section.querySelectorAll(`[${attribute}="${old}"]`)) referrer.setAttribute(attribute, id);
  }
  for (const attribute of ['fill', 'marker-end']) {
    for (const referrer of section.querySelectorAll(`[${attribute}="url(#${old})"]`)) {
      referrer.setAttribute(attribute, `url(#${id})`);
    }
  }
}

function redirect(link: Element, key: string, addresses: ReadonlyMap<string, string>, document: Document): void {
  const href = link.getAttribute('href') ?? '';
  const [path, hash = ''] = href.split('#') as [string, string?];
  const target = path === '' ? key : addresses.get(path);
  if (target === undefined) {
    // What is not in the book is not linked from it, or leads outside.
    if (!/^[a-z]+:/.test(href)) link.removeAttribute('href');
    return;
  }
  const id = hash === '' ? target : `${target}--${decodeURIComponent(hash)}`;
  link.setAttribute('href', `#${document.getElementById(id) === null && hash !== '' ? target : id}`);
}
