/**
 * The measurable side of readable chapters, and words that they should not have. To keep a word in one place, put a comment
 * with its rule around it, as for textlint (see `.textlintrc.json`): `textlint-disable wording/importance`. Targets have no
 * such switch: a chapter that misses one is cut, split or given another figure.
 */
import { describe, expect, test } from 'vitest';
import { bodyOf } from './body.ts';
import { CHAPTERS, DATA, MARKUP, PAGES, SCRIPTS } from './files.ts';
import { print as printFindings } from './lint.ts';
import { measure, print } from './measures.ts';
import { textsOfAstro, textsOfScript, textsOfYaml } from './reader-text.ts';
import { digestOf, named, pageWordings, wordingsOf } from './wording.ts';

describe('chapters are readable', () => {
  test.for(CHAPTERS.map(({ file, source }) => [file, source] as const))('%s', ([, source]) => {
    const measures = measure(bodyOf(source));
    expect(
      measures.every(({ isMet }) => isMet),
      `\n${print(measures)}\n`,
    ).toBe(true);
  });
});

describe('no such words', () => {
  test.for(PAGES.map((page) => [page.file, page] as const))('%s', ([, page]) => {
    expect(printFindings(pageWordings(page))).toBe('');
  });

  test.for([
    ['content: YAML', DATA.flatMap(({ file, source }) => textsOfYaml(file, source))],
    ['interface: TypeScript', SCRIPTS.flatMap(({ file, source }) => textsOfScript(file, source))],
    ['interface: Astro', MARKUP.flatMap(({ file, source }) => textsOfAstro(file, source))],
  ] as const)('%s', ([, texts]) => {
    expect(printFindings(wordingsOf(texts))).toBe('');
  });

  test('and no such name, in addresses either', () => {
    expect([...PAGES, ...DATA, ...SCRIPTS, ...MARKUP].flatMap((page) => named(page))).toEqual([]);
  });
});

// --- The measures themselves

/** Four sentences; thirty such paragraphs are a chapter. */
const GOOD_PARAGRAPH =
  '仮想スイッチは、届いたフレームの宛先を見ます。表に宛先があれば、その出口だけへ送り出します。なければ、同じVLANのほかの口へ広げます。送信元は、このとき表に覚えます。';
const GOOD = [
  '---\ntitle: 題\n---',
  "import Lab from 'x';",
  '## まず予想する [](id:predict)',
  '<Lab id="1-1" title="実験" topology="t1" />',
  '<Figure id="1-1" caption="図" topology="t1" />',
  '<Aside type="note">\n\n<Figure id="1-2" caption="図" topology="t1" />\n\n</Aside>',
  ...Array.from({ length: 30 }, () => GOOD_PARAGRAPH),
].join('\n\n');

function missed(source: string): string[] {
  return measure(bodyOf(source))
    .filter(({ isMet }) => !isMet)
    .map(({ name }) => name);
}

describe('the measures', () => {
  test('let a readable chapter pass', () => {
    expect(missed(GOOD)).toEqual([]);
  });

  test.for([
    ['一文の平均', GOOD.replaceAll(/。(?=[\p{L}])/gu, '、')],
    ['一文の最大', `${GOOD}\n\n${'長い文が続いて'.repeat(12)}終わります。`],
    ['一文の読点', `${GOOD}\n\n- 一つ、二つ、三つ、四つ、五つです。`],
    ['段落の文', `${GOOD}\n\n${'短い文です。'.repeat(5)}`],
    ['段落の字', `${GOOD}\n\n${`${'少し長めの文が続いて'.repeat(6)}終わります。`.repeat(3)}`],
    ['漢字の割合', GOOD.replaceAll(/\p{Script=Han}/gu, 'か')],
    ['漢字の割合', GOOD.replaceAll(/[ぁ-ん]/gu, '漢っ')],
    ['カタカナの割合', GOOD.replaceAll(/[のを]/g, 'デスティネーション')],
    ['連続する漢字', `${GOOD}\n\n| 情報処理安全確保支援士 |\n|---|\n| 値 |`],
    ['本文', GOOD.replace(`${GOOD_PARAGRAPH}\n\n`.repeat(10), '')],
    ['本文', `${GOOD}\n\n${`${GOOD_PARAGRAPH}\n\n`.repeat(25)}`],
    ['図', GOOD.replace('<Figure id="1-2" caption="図" topology="t1" />', '文です。')],
    ['実験', GOOD.replace('<Lab ', '<Figure ')],
  ] as const)('catch: %s', ([name, source]) => {
    expect(missed(source)).toContain(name);
  });

  test('count text in components, and neither code nor tags nor frontmatter', () => {
    const { blocks } = bodyOf(
      '---\ntitle: 題\n---\n\nimport X from "x";\n\n<Aside title="題">\n\n中の[文](term:x)、`code`です。\n\n</Aside>\n\n<summary>小さな題</summary>\n\n```sh\nip link\n```\n',
    );
    expect(blocks.map(({ text, spoken }) => [text, spoken])).toEqual([
      ['中の文、です。', '中の文、codeです。'],
      ['小さな題', '小さな題'],
    ]);
  });
});

function wordings(source: string): string[] {
  return pageWordings({ file: 'planted.mdx', source }).map(({ rule }) => rule);
}

describe('the words', () => {
  test.for([
    ['表から見ることができます。', ['wording/possibility']],
    ['見ることもできます。', ['wording/possibility']],
    ['ここが重要です。', ['wording/importance']],
    ['遅くなるかもしれません。', ['wording/hedge']],
    ['遅くなると思われます。', ['wording/hedge']],
    ['遅くなるかもしれません。[^1]\n\n[^1]: 測った結果です。', []],
    ['遅くなるかもしれません。\n\n<Evidence of={["x"]} />', []],
    ['フレームを転送する。', ['wording/plain-style']],
    ['速い口である。', ['wording/plain-style']],
    ['便利だが、遅くなります。', ['wording/plain-style']],
    ['送ってください。試しましょう。口は3つ。', []],
    ['- フレームを転送する。', []],
    ['種のページは合っています。', ['wording/draft-word']],
    ['S18は誤りです。', ['wording/draft-word']],
    ['seedの文です。', ['wording/draft-word']],
    ['この種類のフレームは2種です。SSDとIPv6とS-VLANです。', []],
    ['<Correction id="S18" experiment="種を試す" />', ['wording/draft-word']],
    ['試してみましょう。\n\n## 次\n\n試してみましょう。', []],
    ['試してみましょう。\n\nもう一度、試してみましょう。', ['wording/invitation']],
    [
      '{/* textlint-disable wording/importance */}\n\n順番が重要です。\n\n{/* textlint-enable wording/importance */}',
      [],
    ],
  ] as const)('%j', ([source, expected]) => {
    expect(wordings(source)).toEqual(expected);
  });

  test('a name in an address', () => {
    const page = { file: 'x.yaml', source: 'a: 1\nurl: https://app.Some-Site.example/x\nb: somesites' };
    expect(named(page, digestOf('somesite'))).toEqual(['x.yaml:2']);
  });
});
