/**
 * The words of one iproute2 command, taken the way iproute2 takes them, and its complaints to the letter.
 *
 * Read first: iproute2 6.1 lib/utils.c (matches, invarg, duparg, get_u8 … get_u64), include/utils.h (NEXT_ARG),
 * lib/ll_addr.c. What surprises: most keywords may be cut to any prefix, and the first keyword in the source that fits is
 * meant (`o` for `off`); numbers are C's, so 010 is eight and `atoi` makes 0 of a word.
 */
import type { Malformed } from '../../wire/malformed.ts';
import type { Mistake, MistakeCode, Place, Word } from '../console.ts';

/** Thrown inside the console only: `read` turns it into an answer. */
export class Complaint extends Error {
  readonly place: Place;
  readonly mistake: Mistake;

  constructor(complaint: string, place: Place, code: MistakeCode, found = '', expected = '', problem?: Malformed) {
    super(complaint);
    this.place = place;
    this.mistake = { code, found, expected, ...(problem && { problem }) };
  }
}

/** Valid, and nothing that is modelled. */
export class Unmodelled extends Error {
  readonly word: Word;
  constructor(word: Word) {
    super(word.text);
    this.word = word;
  }
}

/** Whether `prefix` is one of `word`; of nothing it is none. */
export function matches(prefix: string, word: string): boolean {
  return prefix !== '' && word.startsWith(prefix);
}

export class Arguments {
  /** Words that the tool takes and makes nothing of. */
  readonly ignored: Word[] = [];
  /** The first word that is valid and not modelled: what follows is still read, it may be wrong. */
  unmodelled: Word | null = null;
  /** `-s`, where it was given. */
  statistics: Word | null = null;
  readonly #words: readonly Word[];
  readonly #end: Place;
  #at = 0;

  constructor(words: readonly Word[], end: Place) {
    this.#words = words;
    this.#end = end;
  }

  get more(): boolean {
    return this.#at < this.#words.length;
  }

  get peek(): Word | undefined {
    return this.#words[this.#at];
  }

  /** The next word; there has to be one. */
  take(): Word {
    return this.#words[this.#at++]!;
  }

  /** The word that was taken last. */
  get last(): Word {
    return this.#words[this.#at - 1]!;
  }

  /** The value behind a keyword. */
  value(): Word {
    if (!this.more) {
      throw new Complaint('Command line is not complete. Try option "help"', this.#end, 'incomplete');
    }
    return this.take();
  }

  /** Everything that is left. */
  rest(): readonly Word[] {
    const rest = this.#words.slice(this.#at);
    this.#at = this.#words.length;
    return rest;
  }

  /** Of the line as a whole, behind its last word. */
  fail(complaint: string, code: MistakeCode, found = '', expected = ''): never {
    throw new Complaint(complaint, this.#end, code, found, expected);
  }
}

// --- Complaints

/** `first`: the first line of the text that tells how the command is used. */
export function usage(first: string, word: Word, code: MistakeCode = 'usage', expected = ''): never {
  throw new Complaint(first, word.place, code, word.text, expected);
}

/** invarg. What the tool says of a value may end with a newline of its own, which is left out. */
export function wrongValue(word: Word, message: string, expected = '', code: MistakeCode = 'bad-value'): never {
  throw new Complaint(`Error: argument "${word.text}" is wrong: ${message}`, word.place, code, word.text, expected);
}

/** duparg */
export function duplicate(key: string, word: Word): never {
  const complaint = `Error: duplicate "${key}": "${word.text}" is the second value.`;
  throw new Complaint(complaint, word.place, 'duplicate', word.text, key);
}

/** duparg2 */
export function duplicateOrGarbage(key: string, word: Word): never {
  const complaint = `Error: either "${key}" is duplicate, or "${word.text}" is a garbage.`;
  throw new Complaint(complaint, word.place, 'duplicate', word.text, key);
}

// --- Values

const U32_MAX = 0xffff_ffffn;
const U64 = 1n << 64n;

/** strtoul and strtol with base 0, of the whole word: hexadecimal with 0x, octal with 0. */
function wholeNumber(text: string): bigint | null {
  const parts = /^[ \t\n\v\f\r]*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(text);
  if (parts === null) return null;
  const [, sign, digits] = parts;
  const isOctal = /^0[0-7]+$/.test(digits!);
  const value = BigInt(isOctal ? `0o${digits!.slice(1)}` : digits!);
  return sign === '-' ? -value : value;
}

/** get_u8, get_u16, get_u32: a minus sign wraps around in 64 bits, as in C, which leaves the range. */
export function unsigned(word: Word, max: bigint, message: string, complaint?: string): number {
  const value = wholeNumber(word.text);
  const wrapped = value === null ? null : value < 0n ? value + U64 : value;
  if (wrapped !== null && wrapped >= 0n && wrapped <= max) return Number(wrapped);
  if (complaint === undefined) wrongValue(word, message, `0〜${max}`);
  throw new Complaint(complaint, word.place, 'bad-value', word.text, `0〜${max}`);
}

export const U8 = 0xffn;
export const U16 = 0xffffn;
export const U32 = U32_MAX;
export const U64_MAX = U64 - 1n;

/** get_integer: an int. */
export function integer(word: Word, message: string): number {
  const value = wholeNumber(word.text);
  if (value === null || value < -(1n << 31n) || value >= 1n << 31n) wrongValue(word, message, '整数');
  return Number(value);
}

/** atoi, with C's silence about what is no number. */
export function leadingInteger(text: string): number {
  const digits = /^[ \t\n\v\f\r]*([+-]?[0-9]+)/.exec(text)?.[1];
  if (digits === undefined) return 0;
  const value = BigInt(digits);
  const long = value > U64_MAX >> 1n ? U64_MAX >> 1n : value < -(U64 >> 1n) ? -(U64 >> 1n) : value;
  return Number(BigInt.asIntN(32, long));
}

/** atoi into a short. */
export function leadingShort(text: string): number {
  return (leadingInteger(text) << 16) >> 16;
}

/** `%hu` */
export function asUnsignedShort(short: number): number {
  return short & 0xffff;
}

/** parse_on_off: any prefix does, and `o` is off. */
export function onOff(key: string, word: Word): boolean {
  if (matches(word.text, 'off')) return false;
  if (matches(word.text, 'on')) return true;
  const complaint = `Error: argument of "${key}" must be one of "off", "on", not "${word.text}"`;
  throw new Complaint(complaint, word.place, 'bad-value', word.text, 'on, off');
}

/** on_off of `ip link`, which knows no prefixes. */
export function exactlyOnOff(key: string, word: Word): boolean {
  if (word.text === 'on' || word.text === 'off') return word.text === 'on';
  const complaint = `Error: argument of "${key}" must be "on" or "off", not "${word.text}"`;
  throw new Complaint(complaint, word.place, 'bad-value', word.text, 'on, off');
}

const LONGEST_ADDRESS = 32;

/** ll_addr_a2n: how many octets there are; of an octet with something behind its digits only these count. */
export function linkAddress(word: Word): number[] {
  const wrong = (part: string): never => {
    throw new Complaint(`"${part}" is invalid lladdr.`, word.place, 'bad-value', word.text, '02:00:00:00:00:0a');
  };
  if (word.text.includes('.')) return dottedAddress(word.text) ?? wrong(word.text);
  const octets: number[] = [];
  for (const part of word.text.split(':', LONGEST_ADDRESS)) {
    const digits = /^[ \t\n\v\f\r]*([+-]?)(?:0[xX](?=[0-9a-fA-F]))?([0-9a-fA-F]+)/.exec(part);
    const value =
      digits === null ? null : BigInt.asIntN(32, BigInt(`${digits[1] === '-' ? -1 : 1}`) * BigInt(`0x${digits[2]}`));
    if (value === null || value < 0n || value > 255n) return wrong(part);
    octets.push(Number(value));
  }
  return octets;
}

/** get_addr_1: `10.8` is 10.8.0.0. */
function dottedAddress(text: string): number[] | null {
  const parts = text.split('.');
  if (text === 'default' || parts.length > 4) return null;
  const octets = parts.map((part) => wholeNumber(part));
  if (octets.some((octet) => octet === null || octet < 0n || octet > 255n)) return null;
  return [...octets.map(Number), 0, 0, 0].slice(0, 4);
}

/** sscanf with `%hhx:%hhx:…`, six times: octets keep their last two digits, what follows the sixth is not looked at. */
export function scannedMac(text: string): number[] | null {
  const octets: number[] = [];
  let rest = text;
  for (let index = 0; index < 6; index++) {
    const octet = /^[ \t\n\v\f\r]*([+-]?)(?:0[xX](?=[0-9a-fA-F]))?([0-9a-fA-F]+)/.exec(rest);
    if (octet === null) return null;
    const value = Number(BigInt(`0x${octet[2]}`) & 0xffn);
    octets.push(octet[1] === '-' ? -value & 0xff : value);
    rest = rest.slice(octet[0].length);
    if (index < 5 && !rest.startsWith(':')) return null;
    rest = rest.slice(1);
  }
  return octets;
}

export function macText(octets: readonly number[]): string {
  return octets.map((octet) => octet.toString(16).padStart(2, '0')).join(':');
}
