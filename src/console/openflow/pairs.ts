/**
 * How `ovs-ofctl` cuts a flow into words: `key`, `key=value`, `key:value` or `key(value)`, with commas or white space between
 * them. Read first: lib/ofp-parse.c (ofputil_parse_key_value).
 */
import type { Piece } from './problem.ts';

export interface Pair {
  readonly key: Piece;
  /** Empty where there is none. */
  readonly value: Piece;
}

const BETWEEN = ', \t\r\n';

export function* pairsOf(whole: Piece): Generator<Pair> {
  const { text } = whole;
  const piece = (from: number, to: number): Piece => ({ text: text.slice(from, to), at: whole.at + from });
  let at = 0;
  for (;;) {
    at = skip(text, at, BETWEEN);
    if (at >= text.length) return;
    const keyEnd = find(text, at, `:=(${BETWEEN}`);
    const key = piece(at, keyEnd);
    const delimiter = text.charAt(keyEnd);
    at = keyEnd + delimiter.length;
    const ends = { ':': BETWEEN, '=': BETWEEN, '(': ')' }[delimiter];
    if (ends === undefined) {
      yield { key, value: piece(keyEnd, keyEnd) };
      continue;
    }
    const valueEnd = findOutside(text, at, ends);
    yield { key, value: piece(at, valueEnd) };
    at = Math.min(valueEnd + 1, text.length);
  }
}

/** Words of a list, as strtok(3) cuts them: nothing between two separators is no word. */
export function wordsOf(whole: Piece, separators: string): Piece[] {
  const words: Piece[] = [];
  let at = skip(whole.text, 0, separators);
  while (at < whole.text.length) {
    const end = find(whole.text, at, separators);
    words.push({ text: whole.text.slice(at, end), at: whole.at + at });
    at = skip(whole.text, end, separators);
  }
  return words;
}

/** First offset from `at` on where none of `characters` stands. */
function skip(text: string, at: number, characters: string): number {
  let end = at;
  while (end < text.length && characters.includes(text[end]!)) end++;
  return end;
}

/** First offset from `at` on where one of `characters` stands, or the end. */
function find(text: string, at: number, characters: string): number {
  let end = at;
  while (end < text.length && !characters.includes(text[end]!)) end++;
  return end;
}

/** The same, but not inside parentheses. */
function findOutside(text: string, at: number, characters: string): number {
  let end = at;
  while (end < text.length && !characters.includes(text[end]!)) {
    if (text[end] !== '(') {
      end++;
      continue;
    }
    let level = 0;
    do {
      if (text[end] === '(') level++;
      else if (text[end] === ')') level--;
      end++;
    } while (level > 0 && end < text.length);
  }
  return end;
}
