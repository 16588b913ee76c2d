/**
 * What iproute2 prints, as text and as JSON: lists and objects whose members say both how they look in text and what they are
 * called in JSON.
 *
 * Read first: iproute2 6.1 lib/json_writer.c. What surprises: with `-p` an object's braces stand on its list's line, so that
 * `[ {` and `},{` are what it looks like.
 */

/** A number with the decimals that it is printed with. */
export class Decimal {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Json = string | number | boolean | Decimal | readonly Json[] | { readonly [name: string]: Json };

/** A list of objects as `-j` prints it, `-p` with line breaks. */
export function jsonText(value: Json, pretty: boolean): string {
  return `${write(value, pretty, 0)}\n`;
}

function write(value: Json, pretty: boolean, depth: number): string {
  if (typeof value === 'string') return quote(value);
  if (value instanceof Decimal) return value.text;
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return writeList(value, pretty, depth);
  return writeObject(value, pretty, depth);
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}

function writeList(items: readonly Json[], pretty: boolean, depth: number): string {
  const inside = items.map((item) => write(item, pretty, depth + 1)).join(',');
  if (!pretty) return `[${inside}]`;
  return items.length === 0 ? '[ ]' : `[ ${inside} ]`;
}

function writeObject(members: { readonly [name: string]: Json }, pretty: boolean, depth: number): string {
  const line = pretty ? `\n${'    '.repeat(depth + 1)}` : '';
  const inside = Object.entries(members).map(
    ([name, value]) => `${line}${quote(name)}:${pretty ? ' ' : ''}${write(value, pretty, depth + 1)}`,
  );
  const end = pretty && inside.length > 0 ? `\n${'    '.repeat(depth)}` : '';
  return `{${inside.join(',')}${end}}`;
}

/** Of what C escapes: nothing else. */
const ESCAPES: Readonly<Record<string, string>> = {
  '\t': String.raw`\t`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\f': String.raw`\f`,
  '\b': String.raw`\b`,
  '\\': '\\\\',
  '"': String.raw`\"`,
};

function quote(text: string): string {
  return `"${text.replaceAll(/[\t\n\r\f\b\\"]/g, (character) => ESCAPES[character]!)}"`;
}

// --- Members

/** One thing that is told: its text, and its name and value in JSON (null: in text only). */
export interface Member {
  readonly text: string;
  readonly name: string | null;
  readonly value: Json;
}

export function member(name: string, value: Json, text: string): Member {
  return { text, name, value };
}

/** `NAME VALUE ` */
export function pair(name: string, value: string | number, label = name): Member {
  return member(name, value, `${label} ${value} `);
}

export function onOffPair(name: string, isOn: boolean): Member {
  return member(name, isOn, `${name} ${isOn ? 'on' : 'off'} `);
}

/** Seconds, at least four places wide in text. */
export function timerPair(name: string, seconds: number): Member {
  const text = seconds.toFixed(2);
  return member(name, new Decimal(text), `${name} ${text.padStart(7)} `);
}

/** `0` is the one hexadecimal number without 0x. */
export function hex(value: number): string {
  return value === 0 ? '0' : `0x${value.toString(16)}`;
}

export function hexPair(name: string, value: number, label = name): Member {
  return pair(name, hex(value), label);
}

/** Of text only. */
export function plain(text: string): Member {
  return { text, name: null, value: '' };
}

/** An object within: in text its members follow one another. */
export function nested(name: string, members: readonly Member[]): Member {
  return member(name, objectOf(members), textOf(members));
}

export function textOf(members: readonly Member[]): string {
  return members.map(({ text }) => text).join('');
}

export function objectOf(members: readonly Member[]): { readonly [name: string]: Json } {
  return Object.fromEntries(members.flatMap(({ name, value }) => (name === null ? [] : [[name, value]])));
}
