/** Words that no chapter, caption or button should have and that textlint does not know. */
import { hash } from 'node:crypto';
import { bodyOf } from './body.ts';
import type { SourceFile } from './files.ts';
import type { Finding } from './lint.ts';
import { sentencesOf } from './measures.ts';
import { disabledRules, textsOfPage, type ReaderText } from './reader-text.ts';

interface Wording {
  readonly rule: string;
  readonly pattern: RegExp;
  readonly message: string;
  /** Only in running text, not in headings, lists, cells, labels. */
  readonly sentences?: true;
  /** Allowed beside a footnote or `<Evidence>`. */
  readonly unlessNoted?: true;
}

/** Verbs and adjectives at the end of a sentence that have no です or ます; nouns may stand there. */
const PLAIN_END = new RegExp(
  `(?:${[
    '(?<!ま|で)す',
    '(?<!まし|でし)た',
    '[むぶぐくる]',
    '[立待保打持]つ',
    '(?<!しょ|[そよほ])う',
    'ない|しい|(?<=[多少高低強弱長短早速遅近遠広狭重軽深浅])い',
    'だ|である',
  ].join('|')})。`,
  'g',
);

const WORDINGS: readonly Wording[] = [
  // Said by nobody. 「することができる」, 「において」, 「に対して」 and 「を行う」 are textlint's.
  {
    rule: 'wording/possibility',
    pattern: /(?<!する)こと[がも](?:でき|出来|可能)/g,
    message: '「見ることができます」は「見られます」「見えます」と書きます。',
  },
  {
    rule: 'wording/importance',
    pattern: /重要(?:です|でしょう|であ|とな|にな|なの)/g,
    message: '重要だと言うかわりに、理由か、知らないと起きることを書きます。',
  },
  {
    rule: 'wording/hedge',
    pattern: /かもしれ(?:ない|ません)|と思(?:われ|い|う)|と(?:考え|言え)られ/g,
    message: '断定します。できないときは、根拠を脚注かEvidenceで添えます。',
    unlessNoted: true,
  },
  {
    rule: 'wording/plain-style',
    pattern: PLAIN_END,
    message: '本文は「です」「ます」で終えます。',
    sentences: true,
  },
  {
    rule: 'wording/plain-style',
    pattern: /(?:である|だ)が、/g,
    message: '「ですが、」と書くか、文を分けます。',
    sentences: true,
  },
  // Words of the drafts.
  {
    rule: 'wording/draft-word',
    pattern: /(?<![一各多異品数\d])種(?![類別々目])|\bseeds?\b|(?<![\w-])S(?:[1-9]|[1-3]\d|4[0-2])(?!\w)/giu,
    message: '原稿の符号です。「よくある説明」と書きます。',
  },
];

/** Of texts that were taken out of files. */
export function wordingsOf(texts: readonly ReaderText[]): Finding[] {
  return texts.flatMap(({ file, line, column, text, style, disabled }) =>
    find(text, { isSentence: style === 'sentence', isNoted: false })
      .filter(({ rule }) => !disabled.includes(rule))
      .map((found) => ({ ...found, file, line, column, text })),
  );
}

/** Of a page: its prose and what stands around it. */
export function pageWordings({ file, source }: SourceFile): Finding[] {
  const disabledAt = disabledRules(source);
  const { blocks } = bodyOf(source);
  const inProse = blocks.flatMap(({ kind, line, column, spoken, hasNote }) =>
    find(spoken, { isSentence: kind === 'paragraph', isNoted: hasNote })
      .filter(({ rule }) => !disabledAt(line).includes(rule))
      .map((found) => ({ ...found, file, line, column, text: spoken })),
  );
  return [...inProse, ...wordingsOf(textsOfPage(file, source)), ...invitations(file, blocks)];
}

type Match = Pick<Finding, 'rule' | 'message'>;

function find(text: string, { isSentence, isNoted }: { isSentence: boolean; isNoted: boolean }): Match[] {
  return WORDINGS.filter(
    ({ sentences, unlessNoted }) => !(sentences && !isSentence) && !(unlessNoted && isNoted),
  ).flatMap(({ rule, pattern, message }) =>
    [...text.matchAll(pattern)].map(([found]) => ({ rule, message: `「${found}」：${message}` })),
  );
}

/** 「〜してみましょう」 once a section. */
function invitations(file: string, blocks: ReturnType<typeof bodyOf>['blocks']): Finding[] {
  const seen = new Set<number>();
  return blocks.flatMap(({ section, spoken, line, column }) =>
    sentencesOf(spoken)
      .filter((sentence) => /みましょう/.test(sentence))
      .flatMap((text): Finding[] => {
        if (!seen.has(section)) {
          seen.add(section);
          return [];
        }
        return [
          { file, line, column, rule: 'wording/invitation', message: '「〜してみましょう」は1節に1回です。', text },
        ];
      }),
  );
}

/** A name that no page, source or address gives; a digest, so that it does not stand here either. */
const UNNAMED = '7969b62ac8720afb33ad40b78db50fd18a3b65feff58a8bffc2a78096271748c';

/** Places of a name in a whole file, hyphen or not. */
export function named({ file, source }: SourceFile, digest = UNNAMED): string[] {
  return source.split('\n').flatMap((line, index) => {
    const words = [...line.matchAll(/[a-z\d-]{4,}/gi)].map(([word]) => word.toLowerCase().replaceAll('-', ''));
    return words.some((word) => digestOf(word) === digest) ? [`${file}:${index + 1}`] : [];
  });
}

const digests = new Map<string, string>();

export function digestOf(word: string): string {
  const known = digests.get(word) ?? hash('sha256', word);
  digests.set(word, known);
  return known;
}
