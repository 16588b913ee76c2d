/**
 * Values of columns as `ovs-vsctl` reads them: `10`, `10,20`, `[10, 20-22]`, `{a=b, c="d e"}`, `@m`. Read first:
 * lib/ovsdb-data.c (ovsdb_datum_from_string, ovsdb_atom_from_string), lib/ovsdb-parser.c (ovsdb_token_parse).
 */
import { wholeInteger } from '../openflow/numbers.ts';
import { refuse, type Piece } from '../openflow/problem.ts';
import { unescaped } from './quoted-string.ts';
import type { Row, Symbols } from './rows.ts';
import { typeText, type ColumnType } from './schema.ts';

/** A row, or a word that stands for one that is told elsewhere in the same command line. */
export type Atom = number | string | boolean | Row | { readonly symbol: string };
export type Datum = readonly Atom[] | ReadonlyMap<string, string>;

export function wrongValue(piece: Piece, complaint: string, expected = '', field = 'value'): never {
  return refuse('ovsdb', piece, field, `ovs-vsctl: ${complaint}`, expected);
}

const DELIMITERS = ':=, []{}!<>';

export interface Token {
  readonly text: string;
  /** Offset behind it. */
  readonly end: number;
}

/** Up to a delimiter that is not in quotation marks. */
export function readToken(piece: Piece, from: number): Token {
  const { text } = piece;
  let token = '';
  let isQuoted = false;
  let at = from;
  for (; at < text.length; at++) {
    const character = text[at]!;
    if (character === '\\') {
      if (at + 1 === text.length) return wrongValue(piece, `${text.slice(from)}: backslash at end of argument`);
      // Between quotation marks it stays for the string's own escapes.
      token += isQuoted ? character + text[++at]! : text[++at]!;
      continue;
    }
    if (!isQuoted && DELIMITERS.includes(character)) break;
    token += character;
    if (character === '"') isQuoted = !isQuoted;
  }
  if (isQuoted) return wrongValue(piece, `${text.slice(from)}: quoted string extends past end of argument`);
  return { text: token, end: at };
}

// --- Atoms

/** One value, or for integers a range of them. */
export function readAtoms(type: ColumnType, text: string, piece: Piece, symbols: Symbols): Atom[] {
  switch (type.key) {
    case 'integer':
      return integersOf(type, text, piece);
    case 'boolean':
      return [booleanOf(text, piece)];
    case 'row':
      if (!text.startsWith('@')) return wrongValue(piece, `"${text}" is not a valid UUID`, '@NAME');
      symbols.refer(text, piece);
      return [{ symbol: text }];
    case 'string':
      return [allowedWord(type, stringOf(text, piece), piece)];
  }
}

function integersOf({ range }: ColumnType, text: string, piece: Piece): number[] {
  const expected = range === undefined ? '' : `${range[0]}〜${range[1]}`;
  const single = wholeInteger(text, 10);
  const [, lowText = '', highText = ''] = /^\s*([+-]?\d+)-\s*([+-]?\d+)$/.exec(text) ?? [];
  const [low, high] = single === null ? [wholeInteger(lowText, 10), wholeInteger(highText, 10)] : [single, single];
  if (low === null || high === null) return wrongValue(piece, `"${text}" is not a valid integer or range`, expected);
  if (high < low) {
    return wrongValue(piece, `"${text}" is not a valid range. Range end cannot be before start.`, expected);
  }
  for (const value of [low, high]) {
    if (range === undefined || (value >= BigInt(range[0]) && value <= BigInt(range[1]))) continue;
    const what = `${value} is not in the valid range ${range[0]} to ${range[1]} (inclusive)`;
    return wrongValue(piece, `constraint violation: ${what}`, expected);
  }
  return Array.from({ length: Number(high - low) + 1 }, (_, index) => Number(low) + index);
}

function booleanOf(text: string, piece: Piece): boolean {
  if (['true', 'yes', 'on', '1'].includes(text)) return true;
  if (['false', 'no', 'off', '0'].includes(text)) return false;
  return wrongValue(piece, `"${text}" is not a valid boolean (use "true" or "false")`, 'true, false');
}

export function stringOf(text: string, piece: Piece): string {
  const empty = 'An empty string is not valid as input; use "" to represent the empty string';
  if (text === '') return wrongValue(piece, empty, '""');
  if (!text.startsWith('"')) return text;
  if (text.length < 2 || !text.endsWith('"')) {
    return wrongValue(piece, `${text}: missing quote at end of quoted string`, `${text}"`);
  }
  const inner = unescaped(text.slice(1, -1));
  if ('mistake' in inner) return wrongValue(piece, `${text}: ${inner.mistake}`);
  const { text: string } = inner;
  // The second half of a pair by itself; the first one is refused above.
  const lone = /[\udc00-\udfff]/u.exec(string)?.[0].charCodeAt(0);
  if (lone === undefined) return string;
  const bytes = [0xe0 | (lone >> 12), 0x80 | ((lone >> 6) & 0x3f)].map((byte) => `0x${byte.toString(16)}`).join(' ');
  return wrongValue(piece, `constraint violation: not a valid UTF-8 string: invalid UTF-8 sequence ${bytes}`);
}

function allowedWord({ words }: ColumnType, word: string, piece: Piece): string {
  if (words === undefined || words.includes(word)) return word;
  // A word that could be taken for something else is shown in quotation marks.
  const isPlain = /^[A-Za-z_][\w.-]*$/.test(word) && word !== 'true' && word !== 'false';
  const what = `${isPlain ? word : JSON.stringify(word)} is not one of the allowed values ([${words.join(', ')}])`;
  return wrongValue(piece, `constraint violation: ${what}`, words.join(', '));
}

// --- Sets and maps

/** `piece` is the whole value. */
export function readDatum(type: ColumnType, piece: Piece, symbols: Symbols): Datum {
  const { text } = piece;
  const { isMap = false, min, max } = type;
  const [open, close] = isMap ? ['{', '}'] : ['[', ']'];
  const atoms: Atom[] = [];
  const pairs = new Map<string, string>();
  let at = skipSpaces(text, 0);
  const isOpen = text[at] === open;
  const end = isOpen ? close : '';
  if (isOpen) at = skipSpaces(text, at + 1);
  while (at < text.length && text[at] !== end) {
    if (DELIMITERS.includes(text[at]!)) {
      return wrongValue(piece, `${text}: unexpected "${text[at]}" parsing ${typeText(type)}`);
    }
    const token = readToken(piece, at);
    if (isMap) {
      const [pair, pairEnd] = readPair(piece, token);
      if (pairs.has(pair[0])) return wrongValue(piece, `${text}: map contains duplicate key`);
      pairs.set(...pair);
      at = pairEnd;
    } else {
      atoms.push(...readAtoms(type, token.text, piece, symbols));
      at = token.end;
    }
    at = skipSpaces(text, at);
    if (text[at] === ',') at = skipSpaces(text, at + 1);
  }
  if (isOpen && text[at] !== close) return wrongValue(piece, `${text}: missing "${close}" at end of data`);
  if (isOpen && skipSpaces(text, at + 1) < text.length) {
    return wrongValue(piece, `${text}: trailing garbage after "${close}"`);
  }
  if (isMap) return pairs;
  const count = atoms.length;
  const counted = `${text}: ${count} value(s) specified but the`;
  if (count < min) return wrongValue(piece, `${counted} minimum number is ${min}`);
  if (count > max) return wrongValue(piece, `${counted} maximum number is ${max}`);
  const seen = new Set(atoms.map((atom) => (typeof atom === 'object' && 'symbol' in atom ? atom.symbol : atom)));
  if (seen.size < count) return wrongValue(piece, `${text}: set contains duplicate value`);
  return atoms;
}

/** `KEY=VALUE`, of which the key has been cut off. */
function readPair(piece: Piece, key: Token): [pair: [string, string], end: number] {
  const { text } = piece;
  const name = stringOf(key.text, piece);
  const sign = skipSpaces(text, key.end);
  if (text[sign] !== '=') {
    const rest = text.slice(key.end - key.text.length);
    return wrongValue(
      piece,
      `${rest}: syntax error at "${text[sign] ?? ''}${sign < text.length ? '" expecting "="' : ''}`,
    );
  }
  const value = readToken(piece, skipSpaces(text, sign + 1));
  return [[name, stringOf(value.text, piece)], value.end];
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at]!)) at++;
  return at;
}
