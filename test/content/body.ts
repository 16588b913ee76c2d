/**
 * A page's body as a reader meets it: paragraphs, list items, headings and cells, without frontmatter, imports, tags and
 * code. Text inside components counts; what components show by themselves does not.
 */
import { mdxToMdast, type MdastNode } from 'satteri';
import { isLabel } from './reader-text.ts';

export interface Block {
  readonly kind: 'paragraph' | 'item' | 'heading' | 'cell';
  readonly line: number;
  readonly column: number;
  readonly text: string;
  /** The text with `p1` and the like in it, as it is read. */
  readonly spoken: string;
  /** Number of the section, counted by headings of any level. */
  readonly section: number;
  /** It has its ground beside it: a footnote, or `<Evidence>` in or right after it. */
  readonly hasNote: boolean;
}

export interface Body {
  readonly blocks: readonly Block[];
  /** Names of components, one for each use. */
  readonly components: readonly string[];
}

/** What a node is to a reader: `<summary>…</summary>` on one line has its text without a paragraph. */
function kindOf(node: MdastNode, isInList: boolean): Block['kind'] | null {
  if (node.type === 'heading') return 'heading';
  if (node.type === 'tableCell') return 'cell';
  if (node.type === 'paragraph') return isInList || isLabel(node) ? 'item' : 'paragraph';
  const isBare = node.type === 'mdxJsxFlowElement' && node.children.some(({ type }: MdastNode) => type === 'text');
  return isBare ? 'item' : null;
}

export function bodyOf(source: string): Body {
  const blocks: Block[] = [];
  const components: string[] = [];
  let section = 0;

  const walk = (node: MdastNode, isInList: boolean, next: MdastNode | undefined): void => {
    if (isElement(node) && node.name !== null) components.push(node.name);
    if (node.type === 'heading') section++;
    const kind = kindOf(node, isInList);
    if (kind !== null && node.position !== undefined) {
      const { line, column } = node.position.start;
      const text = textOf(node, false).trim();
      const spoken = textOf(node, true).trim();
      const hasNote = isNoted(node) || (next !== undefined && isElement(next) && next.name === 'Evidence');
      if (spoken !== '') {
        blocks.push({ kind, line, column, text, spoken, section, hasNote });
      }
    }
    if (!('children' in node)) return;
    const { children } = node;
    children.forEach((child, index) => walk(child, isInList || node.type === 'listItem', children[index + 1]));
  };

  walk(mdxToMdast(source, { features: { directive: true } }), false, undefined);
  return { blocks, components };
}

function isElement(node: MdastNode): node is Extract<MdastNode, { type: 'mdxJsxFlowElement' | 'mdxJsxTextElement' }> {
  return node.type === 'mdxJsxFlowElement' || node.type === 'mdxJsxTextElement';
}

function isNoted(node: MdastNode): boolean {
  if (node.type === 'footnoteReference' || (isElement(node) && node.name === 'Evidence')) return true;
  return 'children' in node && node.children.some(isNoted);
}

function textOf(node: MdastNode, withCode: boolean): string {
  if (node.type === 'text') return node.value.replaceAll('\n', '');
  if (node.type === 'inlineCode') return withCode ? node.value : '';
  return 'children' in node ? node.children.map((child: MdastNode) => textOf(child, withCode)).join('') : '';
}
