/**
 * The value of a field, in the notation that the field has. Read first: lib/meta-flow.c (mf_parse, mf_format).
 */
import {
  macText,
  maskedIpv4Text,
  maskedIpv6Text,
  readMaskedIpv4,
  readMaskedIpv6,
  readMaskedMac,
  type Masked,
} from './addresses.ts';
import { onesOf, type FieldEntry } from './fields.ts';
import { CT_STATES, flagsText, fragmentText, readFlags, readFragment, TCP_FLAGS } from './flag-words.ts';
import { scanFieldValue, type Scanned } from './numbers.ts';
import { portText, readPort, type PortNumbers } from './ports.ts';
import { wrong, type Piece } from './problem.ts';

const WILD: Masked = { value: 0n, mask: 0n };

/** Value and mask, both as wide as the field's bytes. */
export function readFieldValue(entry: FieldEntry, piece: Piece, ports: PortNumbers): Masked {
  if (piece.text === '*') return WILD;
  const read = readNotation(entry, piece, ports);
  const isWhole = read.mask === 0n || read.mask === onesOf(8 * entry.bytes);
  if (!entry.isMaskable && !isWhole) wrong(piece, 'mask', `${piece.text}: invalid mask for field ${entry.name}`, '');
  return read;
}

function readNotation(entry: FieldEntry, piece: Piece, ports: PortNumbers): Masked {
  switch (entry.notation) {
    case 'decimal':
    case 'hexadecimal':
      return readInteger(entry, piece);
    case 'ethernet':
      return readMaskedMac(piece);
    case 'ipv4':
      return readMaskedIpv4(piece);
    case 'ipv6':
      return readMaskedIpv6(piece);
    case 'port': {
      const port = readPort(piece.text, ports);
      const names = Object.keys(ports).join(', ');
      if (port === null) return wrong(piece, 'port', `${piece.text}: invalid or unknown port for ${entry.name}`, names);
      return { value: BigInt(port), mask: onesOf(16) };
    }
    case 'fragment':
      return whole(readFragment(piece), 0x03n, 8);
    case 'ct-state':
      return whole(readFlags(piece, CT_STATES), 0xffn, 32);
    case 'tcp-flags':
      return whole(readFlags(piece, TCP_FLAGS), 0x0fffn, 16);
  }
}

/** What asks for all the bits that there are asks for the whole field. */
function whole({ value, mask }: Masked, all: bigint, bits: number): Masked {
  return { value, mask: mask === all ? onesOf(bits) : mask };
}

function readInteger({ name, bytes, bits }: FieldEntry, piece: Piece): Masked {
  const { text } = piece;
  const fail = (scanned: Scanned | null, part: string): never => {
    const isLarge = scanned?.isOutOfRange === true;
    const what = isLarge ? `${part} too large for ${bytes}-byte field ${name}` : `bad syntax for ${name} ${part}`;
    return wrong(piece, 'value', `${text}: ${what}`, `0〜${onesOf(bits)}`);
  };
  const value = scanFieldValue(text, bytes);
  if (value === null || value.isOutOfRange) return fail(value, 'value');
  if (value.end === text.length) return { value: value.value, mask: onesOf(8 * bytes) };
  if (text[value.end] !== '/') return fail(null, 'value');
  const rest = text.slice(value.end + 1);
  const mask = scanFieldValue(rest, bytes);
  if (mask === null || mask.isOutOfRange) return fail(mask, 'mask');
  return mask.end === rest.length ? { value: value.value, mask: mask.value } : fail(null, 'mask');
}

/** As `set_field` prints it; `names`: of ports, by number. */
export function fieldValueText(
  entry: FieldEntry,
  masked: Masked,
  names: ReadonlyMap<number, string> = new Map(),
): string {
  const { value, mask } = masked;
  const isExact = mask === onesOf(8 * entry.bytes);
  switch (entry.notation) {
    case 'port':
      return isExact ? portText(Number(value), names) : `${value}/${hexText(mask)}`;
    case 'decimal':
      return `${value}${isExact ? '' : `/${hexText(mask)}`}`;
    case 'hexadecimal':
      return `${alternateHex(value)}${isExact ? '' : `/${hexText(mask)}`}`;
    case 'ethernet':
      return `${macText(value)}${isExact ? '' : `/${macText(mask)}`}`;
    case 'ipv4':
      return maskedIpv4Text(masked);
    case 'ipv6':
      return maskedIpv6Text(masked);
    case 'fragment':
      return fragmentText(masked);
    case 'ct-state':
      return flagsText(masked, CT_STATES);
    case 'tcp-flags':
      return flagsText(masked, TCP_FLAGS);
  }
}

/** printf(3)'s `%#x`: zero goes without `0x`. */
export function alternateHex(value: bigint): string {
  return value === 0n ? '0' : hexText(value);
}

export function hexText(value: bigint): string {
  return `0x${value.toString(16)}`;
}
