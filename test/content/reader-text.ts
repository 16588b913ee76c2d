/**
 * Everything that a reader sees and that textlint by itself does not: frontmatter, attributes and data in MDX, YAML, and the
 * words in the code of the interface. Each text is taken out with its place in the source.
 *
 * To keep a finding in one place, put comments around it, with the rule's name:
 *
 *   # textlint-disable prh            in YAML and frontmatter
 *   # textlint-enable prh
 *   // textlint-disable prh           in TypeScript and the script of an Astro file
 *
 * In MDX and in the markup of an Astro file the comment stands in braces.
 */
import { mdxToMdast, type MdastNode } from 'satteri';
import ts from 'typescript';
import { parseDocument, visit } from 'yaml';
import { placesOf } from './place.ts';

export interface ReaderText {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** One paragraph, on one line. */
  readonly text: string;
  /** A sentence has to be polite and to end with a full stop; a phrase (caption, label, definition) need not. */
  readonly style: 'sentence' | 'phrase';
  /** Rules that comments switch off here. */
  readonly disabled: readonly string[];
}

/** A text as it was found: offset in the source. */
interface Found {
  readonly offset: number;
  readonly text: string;
  readonly isPhrase?: boolean;
}

const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;

// --- Markdown and MDX

/** Frontmatter, attributes, exported data, titles of asides and code, texts of pictures; the prose itself is textlint's. */
export function textsOfPage(file: string, source: string): ReaderText[] {
  const found: Found[] = [];
  const walk = (node: MdastNode): void => {
    found.push(...textsOfNode(node, source));
    if ('children' in node) node.children.forEach(walk);
  };
  walk(mdxToMdast(source, { features: { directive: true } }));
  return toReaderTexts(file, source, found);
}

function textsOfNode(node: MdastNode, source: string): Found[] {
  if (node.position === undefined) return [];
  const start = node.position.start.offset!;
  const raw = source.slice(start, node.position.end.offset);
  switch (node.type) {
    case 'yaml':
      return textsIn(raw.replaceAll('---', '   ')).map((found) => ({ ...found, offset: start + found.offset }));
    case 'mdxjsEsm':
    case 'mdxFlowExpression':
    case 'mdxTextExpression':
      return shift(literalsOf(raw, 'tsx'), start);
    case 'mdxJsxFlowElement':
    case 'mdxJsxTextElement':
      return shift(attributesOf(raw), start);
    case 'image':
      return [{ offset: start, text: node.alt ?? '' }];
    case 'code':
      return [...(node.meta ?? '').matchAll(/title=(["'])(.*?)\1/g)].map(([, , text]) => ({
        offset: start,
        text: text!,
      }));
    case 'paragraph':
      // `:::note[title]`
      return isLabel(node) ? [{ offset: start + 1, text: raw.slice(1, -1) }] : [];
    default:
      return [];
  }
}

/** The title of an aside, which the parser puts in front of its paragraphs. */
export function isLabel({ data }: Extract<MdastNode, { type: 'paragraph' }>): boolean {
  return data !== undefined && 'directiveLabel' in data;
}

/** What these are called is read by somebody, in whatever letters it is written. */
const READ = new Set(['title', 'caption', 'question', 'alt', 'label', 'experiment', 'summary']);

/** Of the opening tag at the start; the children belong to Markdown. */
function attributesOf(raw: string): Found[] {
  const file = parseScript(raw, 'tsx');
  let opening: ts.JsxOpeningLikeElement | undefined;
  const find = (node: ts.Node): void => {
    if (ts.isJsxOpeningElement(node) || ts.isJsxSelfClosingElement(node)) opening ??= node;
    else if (opening === undefined) ts.forEachChild(node, find);
  };
  find(file);
  return opening === undefined ? [] : collect(opening.attributes, file, (name) => READ.has(name));
}

// --- YAML

/** Not prose: ids and other spellings, and the words of others. */
const OTHER_KEYS = new Set(['yomi', 'aliases', 'publisher', 'part', 'source', 'sources']);

/** A file of the content. Definitions are phrases: they name what a thing is. */
export function textsOfYaml(file: string, source: string): ReaderText[] {
  const isGlossary = file.includes('/glossary/');
  const isSource = file.endsWith('/sources.yaml');
  const found = textsIn(source).filter(({ key }) => !(isSource && key === 'title'));
  return toReaderTexts(
    file,
    source,
    found.map((text) => ({ ...text, isPhrase: isGlossary })),
  );
}

function textsIn(source: string): (Found & { key: string })[] {
  const found: (Found & { key: string })[] = [];
  visit(parseDocument(source), {
    Scalar(key, { value, range }, path) {
      if (key === 'key' || typeof value !== 'string' || range === undefined || range === null) return;
      const pair = path.findLast((node) => 'key' in node);
      const name = String(pair === undefined ? '' : pair.key);
      if (OTHER_KEYS.has(name)) return;
      if (!JAPANESE.test(value)) return;
      // A number before a label is its number, not part of a text: `1 ゲストポートとは何か`.
      const text = name === 'label' ? value.replace(/^[\d-]+ (?=\P{ASCII})/u, '') : value;
      found.push({ offset: range[0], text, key: name });
    },
  });
  return found;
}

// --- TypeScript and Astro

export function textsOfScript(file: string, source: string): ReaderText[] {
  return toReaderTexts(file, source, literalsOf(source, 'ts'));
}

export function textsOfAstro(file: string, source: string): ReaderText[] {
  const head = /^---\n[\s\S]*?\n---\n/.exec(source)?.[0] ?? '';
  const scripts = [...source.matchAll(/<script\b[^>]*(?<!\/)>([\s\S]*?)<\/script>/g)].flatMap(
    ({ index, 0: all, 1: code }) => shift(literalsOf(code!, 'ts'), index + all.indexOf(code!)),
  );
  const markup = source
    .replace(head, blank)
    .replaceAll(/<(script|style)\b[^>]*(?<!\/)>[\s\S]*?<\/\1>/g, blank)
    .replaceAll(/<!--[\s\S]*?-->/g, blank);
  return toReaderTexts(file, source, [
    ...literalsOf(head.replaceAll('---', '   '), 'ts'),
    ...shift(literalsOf(`<>${markup}</>`, 'tsx'), -'<>'.length),
    ...scripts,
  ]);
}

/** As long as before, and with its lines. */
function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}

function shift(found: readonly Found[], by: number): Found[] {
  return found.map((text) => ({ ...text, offset: text.offset + by }));
}

function parseScript(source: string, kind: 'ts' | 'tsx'): ts.SourceFile {
  return ts.createSourceFile(`text.${kind}`, source, ts.ScriptTarget.Latest, true);
}

function literalsOf(source: string, kind: 'ts' | 'tsx'): Found[] {
  const file = parseScript(source, kind);
  return collect(file, file);
}

/**
 * String literals, templates with their gaps filled, and the text of elements: those that are Japanese, and those that have a
 * name by which they are read anyway.
 */
function collect(root: ts.Node, file: ts.SourceFile, isRead: (name: string) => boolean = () => false): Found[] {
  const found: Found[] = [];
  const walk = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) {
      if (JAPANESE.test(node.text) || isRead(nameOf(node)))
        found.push({ offset: node.getStart(file), text: node.text });
    } else if (ts.isTemplateExpression(node)) {
      const { head, templateSpans } = node;
      const spans = templateSpans.map(({ expression, literal }) => wordFor(expression) + literal.text);
      if ([head, ...templateSpans.map(({ literal }) => literal)].some(({ text }) => JAPANESE.test(text))) {
        found.push({ offset: node.getStart(file), text: [head.text, ...spans].join('') });
      }
    } else if (ts.isJsxElement(node) || ts.isJsxFragment(node)) {
      found.push(...elementTexts(node.children, file));
    }
    ts.forEachChild(node, walk);
  };
  walk(root);
  return found;
}

/** `title` in `title="…"` and in `{ title: '…' }`. */
function nameOf({ parent }: ts.Node): string {
  if (ts.isJsxExpression(parent)) return nameOf(parent);
  return ts.isJsxAttribute(parent) || ts.isPropertyAssignment(parent) ? parent.name.getText() : '';
}

/** Runs of text between child elements: `第{number}章・約{minutes}分` is one text. */
function elementTexts(children: readonly ts.JsxChild[], file: ts.SourceFile): Found[] {
  const runs: { offset: number; text: string; isJapanese: boolean }[] = [];
  let isOpen = false;
  for (const child of children) {
    const text = inlineText(child);
    const isJapanese = !ts.isJsxExpression(child) && JAPANESE.test(text ?? '');
    const run = runs.at(-1);
    if (text === null) {
      isOpen = false;
    } else if (isOpen && run !== undefined && run.text.trim() !== '') {
      run.text += text;
      run.isJapanese ||= isJapanese;
    } else {
      const offset = ts.isJsxText(child) ? child.pos + (/\S/.exec(text)?.index ?? 0) : child.getStart(file);
      runs.push({ offset, text, isJapanese });
      isOpen = true;
    }
  }
  return runs.filter(({ isJapanese }) => isJapanese);
}

function inlineText(child: ts.JsxChild): string | null {
  if (ts.isJsxText(child)) return child.text;
  if (!ts.isJsxExpression(child) || child.expression === undefined) return null;
  const { expression } = child;
  if (ts.isStringLiteralLike(expression)) return expression.text;
  return /<|=>/.test(expression.getText()) ? null : wordFor(expression);
}

// --- Gaps in sentences

/** Values as they might stand in a sentence; where the kind of word matters to the grammar or to its length. */
const WORDS: Readonly<Record<string, string>> = {
  accepts: 'VLAN10とVLAN20',
  class: '表にない宛先',
  entry: 'static',
  field: 'チェックサム',
  filtered: 'p2（許可VLAN外）、u1（許可VLAN外）',
  hook: 'forward',
  id: '5-1',
  knob: 'group_fwd_mask',
  match: 'ip daddr 198.51.100.13 drop',
  members: 'VLAN10とVLAN20',
  protocol: 'IPv4',
  reply: 'ICMP 3/3',
  role: '予備',
  what: 'このアドレス',
};
const NUMBER =
  /^(?:active|age|column|count|elapsed|hold|inner|length|limit|line|max|min|minutes|mtu|number|pcp|position|rate|rules|seconds|size|tries|ttl|vid)$/;
const NODE = /^(?:allowed|dst|effective|from|initial|mac|name|node|owner|src|to)$/;

function word(name: string): string {
  if (NUMBER.test(name)) return '10';
  return WORDS[name] ?? (NODE.test(name) ? 'VM-A' : 'p1');
}

/** By the last name in an expression: `chapter.number`, `ranges(vids)`. */
function wordFor(expression: ts.Expression): string {
  return word(/\w+$/.exec(expression.getText())?.[0] ?? '');
}

/** Parts in `[ ]` with a gap in them may be left out: the text is read with them and without. */
const OPTIONAL = /\[([^\]]*\{\w+\}[^\]]*)\]/g;

function fillGaps(template: string): string[] {
  const variants = new Set([template.replaceAll(OPTIONAL, '$1'), template.replaceAll(OPTIONAL, '')]);
  return [...variants].map((text) => text.replaceAll(/\{(\w+)\}/g, (_, name: string) => word(name)));
}

// --- Together

/** A text that was cut where markup begins has half a pair of brackets there, or a comma. */
function trim(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replace(/^[、。）」\s]+/, '')
    .replace(/[（「、\s]+$/, '');
}

function toReaderTexts(file: string, source: string, found: readonly Found[]): ReaderText[] {
  const placeOf = placesOf(source);
  const disabledAt = disabledRules(source);
  return found.flatMap(({ offset, text, isPhrase = false }) => {
    const { line, column } = placeOf(offset);
    const disabled = disabledAt(line);
    return text
      .split('\n\n')
      .flatMap(fillGaps)
      .map(trim)
      .filter((filled) => filled !== '')
      .map((filled): ReaderText => {
        const style = !isPhrase && /[。？]$/.test(filled) ? 'sentence' : 'phrase';
        return { file, line, column, text: filled, style, disabled };
      });
  });
}

/** The rules that are switched off on a line. */
export function disabledRules(source: string): (line: number) => string[] {
  const rules = new Set<string>();
  const lines = source.split('\n').map((line) => {
    for (const [, verb, names] of line.matchAll(/textlint-(disable|enable)\b([^*\n]*)/g)) {
      if (verb === 'enable' && names!.trim() === '') rules.clear();
      const listed = names!.split(' --')[0]!.split(',');
      for (const name of listed.map((text) => text.trim())) {
        if (verb === 'disable') rules.add(name);
        else rules.delete(name);
      }
    }
    return [...rules];
  });
  return (line) => lines[line - 1] ?? [];
}
