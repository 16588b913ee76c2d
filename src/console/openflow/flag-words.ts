/**
 * Sets of flags: `+trk-new` asks for some bits, `trk|new` for all, numbers do as well. Read first: lib/flow.c (parse_flags,
 * format_flags_masked).
 */
import type { Masked } from './addresses.ts';
import { onesOf } from './fields.ts';
import { scanInt } from './numbers.ts';
import { wrong, type Piece } from './problem.ts';

export interface FlagSet {
  /** As complaints name it. */
  readonly name: string;
  /** From bit 0 on. */
  readonly words: readonly string[];
}

export const CT_STATES: FlagSet = { name: 'ct_state', words: 'new est rel rpl inv trk snat dnat'.split(' ') };
export const TCP_FLAGS: FlagSet = {
  name: 'TCP',
  words: 'fin syn rst psh ack urg ece cwr ns [200] [400] [800]'.split(' '),
};

export function readFlags(piece: Piece, { name, words }: FlagSet): Masked {
  const { text } = piece;
  const all = onesOf(words.length);
  const unknown = (rest: string): never =>
    wrong(piece, name === 'TCP' ? 'tcp_flags' : name, `${rest}: unknown ${name} flag(s)`, words.join(', '));
  const numbers = numberedFlags(text);
  if (numbers !== null) {
    if (numbers.value > all || numbers.mask > all) return unknown(text);
    return { value: numbers.value & numbers.mask, mask: numbers.mask };
  }
  if (/^[+-]/.test(text)) return signedFlags(piece, { name, words }, unknown);
  return { value: plainFlags(text, words, unknown), mask: all };
}

/** `0x21/0x23`; what follows is not looked at. */
function numberedFlags(text: string): Masked | null {
  const value = scanInt(text);
  if (value === null || text[value.end] !== '/') return null;
  const mask = scanInt(text.slice(value.end + 1));
  return mask === null ? null : { value: BigInt.asUintN(32, value.value), mask: BigInt.asUintN(32, mask.value) };
}

function signedFlags(piece: Piece, { name, words }: FlagSet, unknown: (rest: string) => never): Masked {
  let [value, mask] = [0n, 0n];
  let rest = piece.text;
  while (rest !== '') {
    const isSet = rest.startsWith('+');
    rest = rest.slice(1);
    const bit = words.findIndex((word) => rest.startsWith(word) && /^[+-]?$/.test(rest.charAt(word.length)));
    if (bit < 0) return unknown(rest);
    const flag = 1n << BigInt(bit);
    if ((mask & flag) !== 0n) {
      return wrong(piece, 'flag', `${rest}: Each ${name} flag can be specified only once`, '');
    }
    mask |= flag;
    if (isSet) value |= flag;
    rest = rest.slice(words[bit]!.length);
  }
  return { value, mask };
}

function plainFlags(text: string, words: readonly string[], unknown: (rest: string) => never): bigint {
  let value = 0n;
  let rest = text;
  while (rest !== '') {
    const number = scanInt(rest);
    const bit = words.findIndex((word) => rest.startsWith(word) && /^\|?$/.test(rest.charAt(word.length)));
    let length: number;
    if (number !== null) {
      if (number.value > onesOf(words.length)) return unknown(text);
      value |= number.value;
      length = number.end;
    } else if (bit >= 0) {
      value |= 1n << BigInt(bit);
      length = words[bit]!.length;
    } else {
      return unknown(text);
    }
    rest = rest.slice(length).replace(/^\|/, '');
  }
  return value;
}

export function flagsText({ value, mask }: Masked, { words }: FlagSet): string {
  if ((mask & onesOf(words.length)) === onesOf(words.length)) {
    return words.filter((_, bit) => isIn(value, bit)).join('|') || '0';
  }
  return words.map((word, bit) => (isIn(mask, bit) ? `${isIn(value, bit) ? '+' : '-'}${word}` : '')).join('');
}

function isIn(set: bigint, bit: number): boolean {
  return ((set >> BigInt(bit)) & 1n) !== 0n;
}

// --- Fragments

/** Value and mask of bit 0 (any fragment) and bit 1 (not the first). */
const FRAGMENTS: readonly (readonly [string, value: bigint, mask: bigint])[] = [
  ['no', 0n, 3n],
  ['first', 1n, 3n],
  ['later', 3n, 3n],
  ['no', 0n, 1n],
  ['yes', 1n, 1n],
  ['not_later', 0n, 2n],
  ['later', 2n, 2n],
];

export function readFragment(piece: Piece): Masked {
  const word = piece.text.toLowerCase();
  const found = FRAGMENTS.find(([name]) => name === word);
  if (found !== undefined) return { value: found[1], mask: found[2] };
  const valid = '"no", "yes", "first", "later", "not_later"';
  // The tool's own complaint lacks its closing parenthesis.
  return wrong(piece, 'ip_frag', `${piece.text}: unknown fragment type (valid types are ${valid}`, valid);
}

export function fragmentText({ value, mask }: Masked): string {
  return FRAGMENTS.find((row) => row[1] === value && row[2] === mask)?.[0] ?? '<error>';
}
