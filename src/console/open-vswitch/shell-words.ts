/**
 * A command line cut into words as a POSIX shell does (2.2 Quoting): quotation marks of both kinds, a backslash, `#` for a
 * comment. Nothing else of a shell is known: no variables, no pipes.
 */
import type { Piece } from '../openflow/problem.ts';

/** Null: a quotation is not ended. */
export function shellWords(line: Piece): Piece[] | null {
  const words: Piece[] = [];
  const { text } = line;
  let at = 0;
  for (;;) {
    while (at < text.length && /\s/.test(text[at]!)) at++;
    if (at >= text.length || text[at] === '#') return words;
    const start = at;
    let word = '';
    while (at < text.length && !/\s/.test(text[at]!)) {
      const character = text[at]!;
      const end = character === "'" || character === '"' ? endOfQuotation(text, at) : at;
      if (end < 0) return null;
      if (character === "'") word += text.slice(at + 1, end);
      else if (character === '"') word += text.slice(at + 1, end).replace(/\\(["\\$`])/g, '$1');
      else if (character === '\\' && at + 1 < text.length) word += text[++at]!;
      else word += character;
      at = Math.max(at, end) + 1;
    }
    words.push({ text: word, at: line.at + start });
  }
}

/** Offset of the mark that ends it, or -1. */
function endOfQuotation(text: string, start: number): number {
  const mark = text[start]!;
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === mark) return at;
    if (mark === '"' && text[at] === '\\') at++;
  }
  return -1;
}

/** A word that a shell gives on as it is. */
export function quoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
