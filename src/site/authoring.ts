/**
 * What authors may write in links, beyond Markdown:
 *
 * - `[ゲストポート](term:guest-port)` becomes a link to the glossary with the definition beside it, for hover and focus;
 * - `[宛先](yomi:あてさき)` becomes ruby;
 * - `[](id:how)` at the end of a heading gives it that id, so that addresses are ASCII and outlive rewording;
 * - a link that begins with `/` gets the base path, which Markdown links do not get by themselves.
 */
import { defineHastPlugin, type HastPluginEntry } from 'satteri';
import { readGlossary, type Term } from './glossary.ts';

type Element = Extract<Parameters<NonNullable<Visitor>>[0], { tagName: string }>;
type Visitor = Extract<NonNullable<ReturnType<typeof defineHastPlugin>['element']>, { visit: unknown }>['visit'];

export function authoring(base: string): HastPluginEntry {
  return () => {
    const terms = new Map(readGlossary().map((term) => [term.id, term]));
    let notes = 0;
    return defineHastPlugin({
      name: 'authoring',
      element: [
        {
          filter: ['a'],
          visit(node, ctx) {
            const href = String(node.properties['href'] ?? '');
            const [scheme, rest = ''] = splitScheme(href);
            if (scheme === 'term') return termLink(node, rest, terms, base, ++notes);
            if (scheme === 'yomi') return ruby(node, decodeURI(rest));
            if (scheme === 'id') return setHeadingId(node, rest, ctx);
            if (href.startsWith('/')) ctx.setProperty(node, 'href', base + href.slice(1));
            return undefined;
          },
        },
      ],
    });
  };
}

function splitScheme(href: string): [string, string?] {
  const colon = href.indexOf(':');
  return colon < 0 ? [''] : [href.slice(0, colon), href.slice(colon + 1)];
}

function termLink(node: Readonly<Element>, id: string, terms: Map<string, Term>, base: string, count: number): Element {
  const term = terms.get(id);
  if (term === undefined) throw new Error(`term:${id} is not in the glossary`);
  const noteId = `term-${count}-${id}`;
  return element('span', { className: ['gp-term'] }, [
    element('a', { href: `${base}reference/glossary/#${id}`, ariaDescribedBy: [noteId] }, node.children),
    element('span', { className: ['gp-term-note'], role: 'tooltip', id: noteId, dataSearch: 'off' }, [
      { type: 'text', value: term.definition },
    ]),
  ]);
}

function ruby(node: Readonly<Element>, reading: string): Element {
  return element('ruby', {}, [
    ...node.children,
    element('rp', {}, [{ type: 'text', value: '（' }]),
    element('rt', {}, [{ type: 'text', value: reading }]),
    element('rp', {}, [{ type: 'text', value: '）' }]),
  ]);
}

function setHeadingId(node: Readonly<Element>, id: string, ctx: Parameters<NonNullable<Visitor>>[1]): undefined {
  const heading = ctx.parent(node);
  if (heading === undefined || heading.type !== 'element') throw new Error(`id:${id} stands outside a heading`);
  ctx.setProperty(heading, 'id', id);
  // The space before it would stay behind, as the one place where a narrow line may break.
  const before = heading.children[(ctx.indexOf(node) ?? 0) - 1];
  if (before?.type === 'text') ctx.replaceNode(before, { type: 'text', value: before.value.trimEnd() });
  ctx.removeNode(node);
  return undefined;
}

function element(tagName: string, properties: Element['properties'], children: Element['children']): Element {
  return { type: 'element', tagName, properties, children };
}
