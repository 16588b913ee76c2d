/**
 * The prose lint: chapters and pages as they are, and every text around them that a reader sees. What the rules are, and how
 * to switch one off for one place, stands in `.textlintrc.json`; the vocabulary in `prh.yml`.
 */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { DATA, MARKUP, PAGES, SCRIPTS } from './files.ts';
import { linterFor, lintPage, lintTexts, PHRASES, print, PROSE, type Finding } from './lint.ts';
import { textsOfAstro, textsOfPage, textsOfScript, textsOfYaml, type ReaderText } from './reader-text.ts';

const prose = await linterFor(PROSE);
const phrases = await linterFor(PHRASES);

async function lint(texts: readonly ReaderText[]): Promise<Finding[]> {
  return [
    ...(await lintTexts(
      prose,
      texts.filter(({ style }) => style === 'sentence'),
    )),
    ...(await lintTexts(
      phrases,
      texts.filter(({ style }) => style === 'phrase'),
    )),
  ];
}

describe('pages', () => {
  test.for(PAGES.map(({ file, source }) => [file, source] as const))('%s', async ([file, source]) => {
    expect(print(await lintPage(prose, file, source))).toBe('');
  });
});

describe('texts around the prose', () => {
  test.for([
    ['pages: frontmatter, attributes, data', PAGES.flatMap(({ file, source }) => textsOfPage(file, source))],
    ['content: YAML', DATA.flatMap(({ file, source }) => textsOfYaml(file, source))],
    ['interface: TypeScript', SCRIPTS.flatMap(({ file, source }) => textsOfScript(file, source))],
    ['interface: Astro', MARKUP.flatMap(({ file, source }) => textsOfAstro(file, source))],
  ] as const)('%s', async ([, texts]) => {
    expect(texts.length).toBeGreaterThan(0);
    expect(print(await lint(texts))).toBe('');
  });
});

// --- The lint itself: planted mistakes are found, all of them and nothing else.

/** `line:column rule`, as found by the configuration that fits. */
async function places(texts: readonly ReaderText[]): Promise<string[]> {
  const findings = (await lint(texts)).toSorted((a, b) => a.line - b.line || a.column - b.column);
  return findings.map(({ line, column, rule }) => `${line}:${column} ${rule}`);
}

describe('the lint sees', () => {
  const PLANTED: readonly (readonly [string, readonly string[]])[] = [
    ['仮想スイッチは、フレームの宛先を見て、出口のポートを選びます。', []],
    [
      '仮想スイッチはフレームが届くたびに宛先のMACアドレスと所属するVLANの番号を組にして表から探し、見つかったときは表にあるポートだけへ送り出して、見つからないときはほかのすべてのポートへ広げます。',
      ['ja-technical-writing/sentence-length'],
    ],
    ['ポートは、入口で、学習し、表を引き、出口を選びます。', ['ja-technical-writing/max-ten']],
    ['これは情報処理安全確保支援士の問題です。', ['ja-technical-writing/max-kanji-continuous-len']],
    ['番号を設定することができます。', ['ja-technical-writing/ja-no-redundant-expression']],
    ['番号を設定することも可能です。', ['ja-technical-writing/ja-no-redundant-expression']],
    ['外部サーバへ送ります。', ['prh']],
    ['フレームをドロップします。', ['prh']],
    ['フレームを捨てます。', ['prh']],
    ['[仮想アダプタ](term:vnic)につなぎます。', ['prh']],
    ['vSwitchの口です。Open vSwitchの口です。', ['prh']],
    ['ホワイトリストに加えます。', ['prh']],
    ['VLAN 10に属します。', ['prh']],
    ['仮想スイッチにおいて選びます。', ['prh']],
    ['宛先に対して返します。', ['prh']],
    ['表の検索を行います。', ['prh']],
    ['全てのポートです。', ['prh']],
    ['規格（802.1Q）とちがう書き方(802.1Q)です。', ['prh']],
    ['ＶＬＡＮの番号です。', ['ja-technical-writing/ja-unnatural-alphabet', 'jtf-style/2.1.9.アルファベット']],
    ['番号は１０です。', ['jtf-style/2.1.8.算用数字']],
    ['MAC アドレスです。', ['ja-spacing/ja-space-between-half-and-full-width']],
    ['値は `p1`です。', ['ja-spacing/ja-space-around-code']],
    ['これは口である。', ['jtf-style/1.1.1.本文', 'ja-technical-writing/no-mix-dearu-desumasu']],
    ['フレームをPVIDであるVLAN10に分類しました。', []],
    ['句点のない文です', ['ja-technical-writing/ja-no-mixed-period']],
    ['新しい方式は革命的な技術です。', ['@textlint-ja/ai-writing/no-ai-hype-expressions']],
    ['見出しの番地は、文ではありません。\n\n## しくみ [](id:how)', []],
    [':::note[補足]\n囲みの中でもサーバと書けば見つかります。\n:::', ['prh']],
    ['<Aside type="note">\n\n部品の中でもサーバと書けば見つかります。\n\n</Aside>', ['prh']],
    ['{/* textlint-disable prh */}\n\n| VMware | vNIC |\n|---|---|\n| KVM | vNIC |\n\n{/* textlint-enable prh */}', []],
    [
      '{/* textlint-disable ja-technical-writing/max-ten */}\n\nポートは、入口で、学習し、表を引き、サーバを選びます。\n\n{/* textlint-enable */}',
      ['prh'],
    ],
    ['ここから先は、また見つかるサーバです。', ['prh']],
  ];

  test.for(PLANTED)('in MDX: %j', async ([text, expected]) => {
    const source = `---\ntitle: 題\n---\n\nimport { Aside } from 'x';\n\nこれは文です。これも文です。\n\n${text}\n`;
    const rules = (await lintPage(prose, 'planted.mdx', source)).map(({ rule }) => rule);
    expect(rules.toSorted()).toEqual(expected.toSorted());
  });

  test('every mistake of a whole MDX page, at its line', async () => {
    const source = ['---\ntitle: 題\n---', ...PLANTED.map(([text]) => text)].join('\n\n');
    const findings = await lintPage(prose, 'planted.mdx', source);
    // Of one rule in one paragraph there may be one only: lines tell them apart.
    const lines = new Map<number, string[]>();
    for (const { line, rule } of findings) lines.set(line, [...(lines.get(line) ?? []), rule].toSorted());
    const wanted = PLANTED.map(([, rules]) => rules.toSorted()).filter((rules) => rules.length > 0);
    expect([...lines.entries()].toSorted(([a], [b]) => a - b).map(([, rules]) => rules)).toEqual(wanted);
  });

  test('frontmatter', async () => {
    const source = [
      '---',
      'title: サーバの口',
      'description: フレームをドロップします。',
      '# textlint-disable prh',
      'chapter: { number: 1, short: vNICとは }',
      '# textlint-enable prh',
      'sidebar: { label: 1 サーバとは }',
      '---',
    ].join('\n');
    expect(await places(textsOfPage('planted.mdx', source))).toEqual(['2:8 prh', '3:14 prh', '7:19 prh']);
  });

  test('attributes, expressions and exported data of MDX', async () => {
    const source = [
      "export const rows = [{ label: 'サーバへ' }];",
      '',
      '<Lab id="1-1" title="サーバへ送る" ask={{ question: \'どこで廃棄されますか？\', options: [[]] }} />',
      '',
      '文です。<Kbd',
      '  label="vNIC" />文です。',
      '',
      "{'サーバです。'}",
      '',
      '{/* textlint-disable prh */}',
      '',
      '<Figure caption="vNICの名前" />',
      '',
      '{/* textlint-enable prh */}',
      '',
      '![サーバの中](x.png)',
      '',
      ':::note[サーバの話]',
      '文です。',
      ':::',
      '',
      '```sh title="サーバの中で"',
      'ip link',
      '```',
    ].join('\n');
    expect(await places(textsOfPage('planted.mdx', source))).toEqual([
      '1:31 prh',
      '3:21 prh',
      '3:47 prh',
      '6:9 prh',
      '8:2 prh',
      '16:1 prh',
      '18:9 prh',
      '22:1 prh',
    ]);
  });

  test('YAML', async () => {
    const source = [
      'ja: 仮想NIC',
      'definition: サーバに付いたカード。',
      'more: |',
      '  ゲストから見えるサーバ。',
      'aliases: [vNIC, 仮想アダプタ]',
      'rows:',
      '  - { statement: 番号は１０です。 }',
      '  # textlint-disable jtf-style/2.1.8.算用数字, prh -- as it is printed there',
      '  - { statement: サーバの番号は１１です。 }',
      '  # textlint-enable jtf-style/2.1.8.算用数字,prh',
    ].join('\n');
    expect(await places(textsOfYaml('content/glossary/planted.yaml', source))).toEqual([
      '2:13 prh',
      '3:7 prh',
      '7:18 jtf-style/2.1.8.算用数字',
    ]);
  });

  test('definitions as phrases, other data as sentences', async () => {
    const source = 'definition: 中継の仕組みの1つである。';
    expect(await places(textsOfYaml('content/glossary/planted.yaml', source))).toEqual([]);
    expect(await places(textsOfYaml('content/reference/planted.yaml', source))).toEqual([
      '1:13 ja-technical-writing/no-mix-dearu-desumasu',
    ]);
  });

  test('TypeScript: literals, templates, sentences with gaps', async () => {
    const source = [
      '/** サーバ: comments are not for readers. */',
      "const label = 'サーバ';",
      'const told = `${name}をドロップしました。`;',
      "const reason = '{dst}は[VLAN {vid}の]表にありません。';",
      'const nothing = `${host} not found`;',
      '// textlint-disable prh',
      "const product = 'vNICの名前';",
      '// textlint-enable prh',
      "const missing = '{port}はサーバの口です。';",
    ].join('\n');
    expect(await places(textsOfScript('planted.ts', source))).toEqual(['2:15 prh', '3:14 prh', '4:16 prh', '9:17 prh']);
  });

  test('Astro: markup, attributes, expressions, both scripts', async () => {
    const source = [
      '---',
      "const label = 'サーバ';",
      '---',
      '',
      '<p class="サーバではない">',
      '  サーバ<b>{label}</b>',
      '</p>',
      '<button aria-label="サーバへ">{isOn ? \'サーバ\' : label}</button>',
      '<span>第 {chapter.number}章</span>',
      '<style>',
      "  p::before { content: 'サーバ'; }",
      '</style>',
      '<script>',
      "  document.title = 'サーバ';",
      '</script>',
    ].join('\n');
    expect(await places(textsOfAstro('planted.astro', source))).toEqual([
      '2:15 prh',
      '5:10 prh',
      '6:3 prh',
      '8:20 prh',
      '8:35 prh',
      '9:7 ja-spacing/ja-space-between-half-and-full-width',
      '14:20 prh',
    ]);
  });

  test('definitions and captions with the rules for prose, less those for sentences', () => {
    const configs = [PROSE, PHRASES].map(
      (file) => ts.parseConfigFileTextToJson(file, readFileSync(file, 'utf8')).config as Record<string, object>,
    );
    const [forProse, forPhrases] = configs.map((config) => config['rules'] as Record<string, Record<string, unknown>>);
    expect(forPhrases).toEqual({
      ...forProse,
      'preset-ja-technical-writing': {
        ...forProse!['preset-ja-technical-writing'],
        'no-mix-dearu-desumasu': false,
        'ja-no-mixed-period': false,
      },
      'preset-jtf-style': { ...forProse!['preset-jtf-style'], '1.1.1.本文': false },
    });
  });
});
