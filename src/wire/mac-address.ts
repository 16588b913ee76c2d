/**
 * MAC addresses (IEEE 802, EUI-48): six octets, written as text `00:00:5e:00:53:0a`.
 *
 * The engine never handles a MAC address as text. It reads two 24-bit halves (OUI and NIC part), which every
 * JavaScript engine keeps as small integers; a 48-bit number would not fit an int32.
 */
import { malformed, type Malformed } from './malformed.ts';
import { readUint24, writeUint24 } from './bytes.ts';

// --- Constants

export const MAC_SIZE = 6;
export const BROADCAST_MAC = 'ff:ff:ff:ff:ff:ff' as MacAddress;

/** Lower-case text with colons; made by {@link parseMac} or {@link macAt} only. */
export type MacAddress = string & { readonly __brand: 'MacAddress' };

// --- View over bytes

/** The first three octets (OUI) as an integer. */
export function macHigh(bytes: Uint8Array, at: number): number {
  return readUint24(bytes, at);
}

/** The last three octets as an integer. */
export function macLow(bytes: Uint8Array, at: number): number {
  return readUint24(bytes, at + 3);
}

/** IEEE 802: the least significant bit of the first octet marks a group (multicast or broadcast) address. */
export function isGroup(high: number): boolean {
  return (high & 0x010000) !== 0;
}

export function isBroadcast(high: number, low: number): boolean {
  return (high & low) === 0xffffff;
}

export function isZero(high: number, low: number): boolean {
  return (high | low) === 0;
}

/** IEEE 802.1Q-2018 Table 8-1: 01:80:c2:00:00:00 to :0f, never relayed by a conforming bridge. */
export function isReserved(high: number, low: number): boolean {
  return high === 0x0180c2 && low <= 0x00000f;
}

// --- Checked parse

/** Accepts `:`, `-` and `.` notations, one of them at a time (00:00:5e:00:53:0a, 00-00-5E-00-53-0A, 0000.5e00.530a). */
export function parseMac(text: string): MacAddress | Malformed {
  const trimmed = text.trim().normalize('NFKC').toLowerCase();
  const plain = /^[0-9a-f]{2}([:-])[0-9a-f]{2}(\1[0-9a-f]{2}){4}$|^[0-9a-f]{4}(\.[0-9a-f]{4}){2}$/.test(trimmed)
    ? trimmed.replace(/[:.-]/g, '')
    : null;
  if (plain === null) return malformed('mac-address', 'notation', 0, text, '00:00:5e:00:53:0a');
  return plain.match(/../g)!.join(':') as MacAddress;
}

/** For addresses that stand in our own files; a wrong one is a programming error. */
export function mac(text: string): MacAddress {
  const parsed = parseMac(text);
  if (typeof parsed !== 'string') throw new Error(`not a MAC address: ${text}`);
  return parsed;
}

// --- Emit

export function writeMac(bytes: Uint8Array, at: number, address: MacAddress): void {
  writeUint24(bytes, at, Number.parseInt(address.slice(0, 8).replaceAll(':', ''), 16));
  writeUint24(bytes, at + 3, Number.parseInt(address.slice(9).replaceAll(':', ''), 16));
}

/** The two halves of an address given as text. */
export function macHalves(address: MacAddress): [high: number, low: number] {
  const bytes = new Uint8Array(MAC_SIZE);
  writeMac(bytes, 0, address);
  return [macHigh(bytes, 0), macLow(bytes, 0)];
}

// --- Printer

export function macAt(bytes: Uint8Array, at: number): MacAddress {
  return formatMac(macHigh(bytes, at), macLow(bytes, at));
}

export function formatMac(high: number, low: number): MacAddress {
  const digits = high.toString(16).padStart(6, '0') + low.toString(16).padStart(6, '0');
  return digits.match(/../g)!.join(':') as MacAddress;
}
