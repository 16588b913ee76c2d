/**
 * The VLAN tag of IEEE 802.1Q: TPID (16 bits) and TCI = PCP (3) DEI (1) VID (12), four bytes after the source address.
 *
 * Read first: IEEE 802.1Q-2018 clause 9. What surprises: a tag with VID 0 is a priority tag and names no VLAN
 * (9.6); VID 4095 is reserved; VLAN 1 is nothing but the usual default PVID. Linux and Open vSwitch take 0x9100 and
 * 0x9200 for ordinary EtherTypes, so only two TPIDs are tags here (GEN-1).
 */
import { malformed, type Malformed } from './malformed.ts';
import { readUint16, writeUint16 } from './bytes.ts';

// --- Constants

export const TAG_SIZE = 4;
/** Customer VLAN tag (C-tag). */
export const TPID_C = 0x8100;
/** Service VLAN tag (S-tag), IEEE 802.1ad. */
export const TPID_S = 0x88a8;
export const VID_MIN = 1;
export const VID_MAX = 4094;
export const VID_RESERVED = 4095;
/** How many numbers a VID field can hold; the size of a VLAN set. */
export const VID_COUNT = 4096;

/** 1 to 4094; made by {@link parseVid} or {@link vid} only. */
export type Vid = number & { readonly __brand: 'Vid' };

export interface Tag {
  readonly tpid: number;
  readonly pcp: number;
  readonly dei: boolean;
  readonly vid: number;
}

// --- View over bytes

export function isTpid(etherType: number): boolean {
  return etherType === TPID_C || etherType === TPID_S;
}

export function vidOf(tci: number): number {
  return tci & 0x0fff;
}

export function pcpOf(tci: number): number {
  return (tci >>> 13) & 7;
}

export function deiOf(tci: number): boolean {
  return (tci & 0x1000) !== 0;
}

// --- Checked parse

export function parseVid(text: string | number): Vid | Malformed {
  const number = typeof text === 'number' ? text : /^\s*\d{1,5}\s*$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isInteger(number) || number < VID_MIN || number > VID_MAX) {
    return malformed('dot1q', 'VID', 0, text, `${VID_MIN}〜${VID_MAX}`);
  }
  return number as Vid;
}

/** For numbers that stand in our own files. */
export function vid(number: number): Vid {
  const parsed = parseVid(number);
  if (typeof parsed !== 'number') throw new Error(`not a VLAN ID: ${number}`);
  return parsed;
}

/** The tag whose TPID stands at `at`, or what is wrong with it. */
export function parseTag(bytes: Uint8Array, at: number): Tag | Malformed {
  const size = bytes.length - at;
  if (size < 2) return malformed('dot1q', 'TPID', at, `${size} B`, '2 B');
  if (size < TAG_SIZE) return malformed('dot1q', 'TCI', at + 2, `${size - 2} B`, '2 B');
  const tci = readUint16(bytes, at + 2);
  return { tpid: readUint16(bytes, at), pcp: pcpOf(tci), dei: deiOf(tci), vid: vidOf(tci) };
}

// --- Emit

export function tciOf(tag: Tag): number {
  return (tag.pcp << 13) | (tag.dei ? 0x1000 : 0) | tag.vid;
}

export function writeTag(bytes: Uint8Array, at: number, tag: Tag): void {
  writeUint16(bytes, at, tag.tpid);
  writeUint16(bytes, at + 2, tciOf(tag));
}

// --- Printer

/** `C10`, `S20 p3 dei`: TPID letter, VID, and what is not zero. */
export function formatTag(tag: Tag): string {
  const letter = tag.tpid === TPID_S ? 'S' : 'C';
  return `${letter}${tag.vid}${tag.pcp ? ` p${tag.pcp}` : ''}${tag.dei ? ' dei' : ''}`;
}
