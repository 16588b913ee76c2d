/** How readable a chapter is, in figures, and the targets for them. */
import type { Block, Body } from './body.ts';

export interface Measure {
  readonly name: string;
  readonly value: number;
  readonly target: string;
  readonly isMet: boolean;
  /** Where it is missed, the worst first. */
  readonly places: readonly string[];
}

const FIGURES = new Set(['Lab', 'Figure', 'Points']);
const EXPERIMENTS = new Set(['Lab', 'Points']);

/** Sentences end with 。 or ？; what stands without is one as well. */
export function sentencesOf(text: string): string[] {
  return text
    .split(/(?<=[。？！])(?![」』）])/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

function lengthOf(text: string): number {
  return text.replaceAll(/\s/g, '').length;
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}

/** The largest of values that have places. */
function largest(
  name: string,
  limit: number,
  unit: string,
  entries: readonly (readonly [number, string, Block])[],
): Measure {
  const sorted = entries.toSorted(([a], [b]) => b - a);
  const value = sorted[0]?.[0] ?? 0;
  const places = sorted
    .filter(([size]) => size > limit)
    .map(([size, text, { line }]) => `${line}行目（${size}）${text}`);
  return { name, value, target: `${limit}${unit}以下`, isMet: value <= limit, places };
}

function total(name: string, value: number, target: string, isMet: boolean): Measure {
  return { name, value, target, isMet, places: [] };
}

function ofBlocks(blocks: readonly Block[], value: (block: Block) => number): (readonly [number, string, Block])[] {
  return blocks.map((block) => [value(block), block.spoken, block]);
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/[\p{Script=Han}々]+/gu)].map(([run]) => lengthOf(run)));
}

export function measure({ blocks, components }: Body): Measure[] {
  const running = blocks.filter(({ kind }) => kind === 'paragraph' || kind === 'item');
  const paragraphs = blocks.filter(({ kind }) => kind === 'paragraph');
  const sentences = running.flatMap((block) => sentencesOf(block.spoken).map((text) => ({ text, block })));
  const finished = sentences.filter(({ text }) => /[。？！]$/.test(text)).map(({ text }) => lengthOf(text));
  const all = blocks
    .map(({ text }) => text)
    .join('')
    .replaceAll(/\s/g, '');
  const share = (pattern: RegExp): number => (all === '' ? 0 : (count(all, pattern) / lengthOf(all)) * 100);
  const kanji = share(/\p{Script=Han}/gu);
  const katakana = share(/[\p{Script=Katakana}ー]/gu);
  const mean = finished.reduce((sum, length) => sum + length, 0) / Math.max(1, finished.length);
  const size = blocks.reduce((sum, { spoken }) => sum + lengthOf(spoken), 0);
  const figures = components.filter((name) => FIGURES.has(name)).length;
  const experiments = components.filter((name) => EXPERIMENTS.has(name)).length;
  const ofSentences = (value: (text: string) => number): (readonly [number, string, Block])[] =>
    sentences.map(({ text, block }) => [value(text), text, block]);

  return [
    total('一文の平均', mean, '45字以下', mean <= 45),
    largest('一文の最大', 80, '字', ofSentences(lengthOf)),
    largest(
      '一文の読点',
      3,
      '個',
      ofSentences((text) => count(text, /、/g)),
    ),
    largest(
      '段落の文',
      4,
      '文',
      ofBlocks(paragraphs, ({ spoken }) => sentencesOf(spoken).length),
    ),
    largest(
      '段落の字',
      180,
      '字',
      ofBlocks(paragraphs, ({ spoken }) => lengthOf(spoken)),
    ),
    total('漢字の割合', kanji, '15〜30 %', kanji >= 15 && kanji <= 30),
    total('カタカナの割合', katakana, '30 %以下', katakana <= 30),
    largest(
      '連続する漢字',
      7,
      '字',
      ofBlocks(blocks, ({ text }) => longestRun(text)),
    ),
    total('本文', size, '2,000〜3,500字', size >= 2000 && size <= 3500),
    total('図', figures, '3点以上', figures >= 3),
    total('実験', experiments, '1つ以上', experiments >= 1),
  ];
}

/** A table for the eye; what is missed is marked and its places follow. */
export function print(measures: readonly Measure[]): string {
  return measures
    .flatMap(({ name, value, target, isMet, places }) => {
      const figure = Number.isInteger(value) ? String(value) : value.toFixed(1);
      return [`${isMet ? '　' : '✕'} ${name}：${figure}（${target}）`, ...places.map((place) => `      ${place}`)];
    })
    .join('\n');
}
