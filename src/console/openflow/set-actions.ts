/**
 * Actions that write a field: `set_field:VALUE[/MASK]->FIELD`, `load:VALUE->FIELD[FROM..TO]`, `mod_…:VALUE`.
 * Read first: lib/ofp-actions.c (set_field_parse__, parse_reg_load), lib/nx-match.c (mf_parse_subfield).
 */
import { readHostIpv4, readMac } from './addresses.ts';
import { FIELDS, onesOf, SUBFIELDS, type FieldEntry } from './fields.ts';
import { fieldValueText, readFieldValue } from './field-values.ts';
import { scanFieldValue, scanUnsigned, wholeNumber } from './numbers.ts';
import { OTHER_FIELDS } from './other-words.ts';
import type { PortNumbers } from './ports.ts';
import { unmodelled, wrong, type Piece } from './problem.ts';
import { MOD_NAMES, type WrittenSet } from './written.ts';

/** Fields of OpenFlow 1.0 that cannot be written whole: `vlan_vid` and `vlan_tci` can. */
const OLD_TAG_FIELDS = new Set(['dl_vlan', 'dl_vlan_pcp']);

// --- set_field

export function readSetField(argument: Piece, ports: PortNumbers): WrittenSet {
  const [value, name] = split(argument);
  const entry = FIELDS.get(name.text);
  if (entry === undefined) {
    if (OTHER_FIELDS.has(name.text) && !/^[NO]/.test(name.text)) return unmodelled(name);
    return wrong(name, 'field', `${name.text} is not a valid OXM field name`, writableNames());
  }
  if (!entry.isWritable) return wrong(name, 'field', `${name.text} is read-only`, writableNames());
  const read = readFieldValue(entry, value, ports);
  if (!isValid(entry, read.value)) {
    return wrong(value, 'value', `${value.text} is not a valid value for field ${name.text}`, '');
  }
  if (OLD_TAG_FIELDS.has(entry.name)) return unmodelled(name);
  return { kind: 'set', by: 'set_field', entry, ...read, piece: argument };
}

function writableNames(): string {
  return [...FIELDS.values()]
    .filter(({ isWritable, nxm }) => isWritable && nxm !== '')
    .map(({ name }) => name)
    .join(', ');
}

/** `VALUE->NAME` */
function split(argument: Piece): [value: Piece, name: Piece] {
  const { text, at } = argument;
  const arrow = text.indexOf('->');
  if (arrow < 0) return wrong(argument, 'arrow', `${text}: missing \`->'`, '->');
  if (arrow + 2 === text.length) {
    return wrong(argument, 'field', `${text}: missing field name following \`->'`, writableNames());
  }
  return [
    { text: text.slice(0, arrow), at },
    { text: text.slice(arrow + 2), at: at + arrow + 2 },
  ];
}

/** Bits that the field has and that mean nothing in it. */
function isValid({ name }: FieldEntry, value: bigint): boolean {
  const forbidden: Readonly<Record<string, bigint>> = {
    nw_tos: 0x03n,
    ip_dscp: 0xc0n,
    nw_ecn: 0xfcn,
    arp_op: 0xff00n,
    dl_vlan: 0xf000n,
    vlan_vid: 0xe000n,
    dl_vlan_pcp: 0xf8n,
    vlan_pcp: 0xf8n,
  };
  return (value & (forbidden[name] ?? 0n)) === 0n;
}

// --- load

export function readLoad(argument: Piece): WrittenSet {
  const [value, target] = split(argument);
  const { entry, from, bits } = readSubfield(target);
  // Of `load`, what stands behind the number is not looked at.
  const end = scanFieldValue(value.text, entry.bytes)?.end ?? value.text.length;
  const number = readBitsValue(argument.text, { ...value, text: value.text.slice(0, end) }, entry, bits);
  // Halves of a tag, and of the traffic class, that the data model has no words for.
  const isPartOfSlot =
    entry.slot === 'vlan_tci' ? entry.name !== 'vlan_tci' : entry.slot === 'nw_tos' && entry.name !== 'nw_ecn';
  if (isPartOfSlot || (entry.name === 'nw_ecn' && bits !== entry.bits)) return unmodelled(target);
  const shift = BigInt(from);
  // A field written whole is written with all bits of its bytes.
  const isWhole = bits === entry.bits;
  return {
    kind: 'set',
    by: 'load',
    entry,
    value: number << shift,
    mask: isWhole ? onesOf(8 * entry.bytes) : onesOf(bits) << shift,
    piece: argument,
  };
}

/** A number for so many bits of a field. `about`: what complaints begin with; `tail`: what they end with. */
export function readBitsValue(about: string, value: Piece, entry: FieldEntry, bits: number, tail = ''): bigint {
  const range = `0〜${onesOf(bits)}`;
  const scanned = scanFieldValue(value.text, entry.bytes);
  if (scanned === null || scanned.isOutOfRange || scanned.end !== value.text.length) {
    return wrong(value, 'value', `${about}: cannot parse integer value${tail}`, range);
  }
  if (scanned.value > onesOf(bits)) {
    const shown = fieldValueText(entry, { value: scanned.value, mask: onesOf(8 * entry.bytes) });
    return wrong(value, 'value', `${about}: value ${shown} does not fit into ${bits} bits`, range);
  }
  return scanned.value;
}

export interface Subfield {
  readonly entry: FieldEntry;
  /** Bits, counted from the least significant one. */
  readonly from: number;
  readonly bits: number;
}

/** `NAME`, `NAME[]`, `NAME[BIT]`, `NAME[FROM..TO]` */
export function readSubfield(target: Piece): Subfield {
  const { text } = target;
  const name = /^[^[-]*/.exec(text)![0];
  const entry = SUBFIELDS.get(name);
  if (entry === undefined) {
    if (OTHER_FIELDS.has(name)) return unmodelled(target);
    return wrong(target, 'field', `${text}: unknown field \`${name}'`, '');
  }
  let [from, to] = [0, entry.bits - 1];
  let rest = text.slice(name.length);
  if (rest.startsWith('[')) {
    const range = /^\[(?:(\s*[+-]?\d+)(?:\.\.(\s*[+-]?\d+))?)?\]/.exec(rest);
    if (range === null) {
      const what = `${text}: syntax error expecting [] or [<bit>] or [<start>..<end>]`;
      return wrong(target, 'range', what, `[], [0], [0..${entry.bits - 1}]`);
    }
    if (range[1] !== undefined) {
      from = intOf(range[1]);
      to = range[2] === undefined ? from : intOf(range[2]);
    }
    rest = rest.slice(range[0].length);
  }
  const range = `[0..${entry.bits - 1}]`;
  const only = `is not valid because field is only ${entry.bits} bits wide`;
  if (from > to) return wrong(target, 'range', `${text}: starting bit ${from} is after ending bit ${to}`, range);
  if (from >= entry.bits) return wrong(target, 'range', `${text}: starting bit ${from} ${only}`, range);
  if (to >= entry.bits) return wrong(target, 'range', `${text}: ending bit ${to} ${only}`, range);
  if (rest !== '') return wrong(target, 'field', 'unexpected input following field syntax', '');
  // The tool takes a negative bit for a large one.
  if (from < 0) return wrong(target, 'range', `${text}: starting bit ${from} ${only}`, range);
  return { entry, from, bits: to - from + 1 };
}

function intOf(text: string): number {
  return Number(BigInt.asIntN(32, scanUnsigned(text, 10)!.value));
}

// --- mod_…

/** What is told of a number that does not fit: its name in the complaint, its largest value, the bits that must be zero. */
const NUMBERS: Readonly<Record<string, readonly [string, number, number]>> = {
  nw_tos: ['TOS', 0xff, 0x03],
  nw_ecn: ['ECN', 0xff, 0xfc],
  nw_ttl: ['TTL', 0xff, 0],
  tcp_src: ['source port', 0xffff, 0],
  tcp_dst: ['destination port', 0xffff, 0],
};

const MOD_FIELDS: ReadonlyMap<string, string> = new Map([
  ...Object.entries(MOD_NAMES).map(([field, action]) => [action, field] as const),
  ['set_nw_ttl', 'nw_ttl'],
]);

/** Null: no action of this kind. */
export function readMod(action: string, argument: Piece): WrittenSet | null {
  const name = MOD_FIELDS.get(action);
  if (name === undefined) return null;
  const entry = FIELDS.get(name)!;
  return {
    kind: 'set',
    by: 'mod',
    entry,
    value: modValue(entry, argument),
    mask: onesOf(8 * entry.bytes),
    piece: argument,
  };
}

function modValue({ name, slot }: FieldEntry, argument: Piece): bigint {
  if (slot === 'eth_src' || slot === 'eth_dst') return readMac(argument);
  if (slot === 'nw_src' || slot === 'nw_dst') return readHostIpv4(argument);
  const [what, most, forbidden] = NUMBERS[name]!;
  return BigInt(readNumber(argument, what, most, forbidden));
}

/** A number of an action; `what` is its name in complaints. */
export function readNumber(argument: Piece, what: string, most: number, forbidden = 0): number {
  const number = wholeNumber(argument.text, most);
  const range = `0〜${most & ~forbidden}`;
  if (number === null) return wrong(argument, 'value', `invalid ${what} "${argument.text}"`, range);
  if ((number & forbidden) !== 0) return wrong(argument, 'value', `${argument.text}: not a valid ${what}`, range);
  return number;
}
