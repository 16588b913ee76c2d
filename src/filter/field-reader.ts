/** Reading a field of a packet as words of up to four bytes, right-aligned, where rules ask for it. */
import type { Field } from './ruleset.ts';
import type { PacketView } from './packet-view.ts';

const BASES = ['link', 'network', 'transport', 'protocol', 'l4-protocol', 'packet-type'] as const;
const [LINK, NETWORK, TRANSPORT, PROTOCOL, L4_PROTOCOL] = [0, 1, 2, 3, 4];

/** The layer that a field belongs to, as {@link load} takes it. */
export function baseCode({ base }: Field): number {
  return BASES.indexOf(base as (typeof BASES)[number]);
}

/** The value at hand, word by word: a module-level scratch, since evaluation never nests within a test. */
export const value = new Int32Array(4);

/** Big-endian bytes as words; the last one holds what is left. */
export function words(bytes: Uint8Array): number[] {
  const all: number[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    let word = 0;
    for (let i = at; i < Math.min(at + 4, bytes.length); i++) word = (word << 8) | bytes[i]!;
    all.push(word);
  }
  return all;
}

/** Reads a field into {@link value}. False where the frame ends before it, or has no such layer: the rule cannot match. */
export function load(base: number, offset: number, size: number, view: PacketView): boolean {
  if (base === LINK) return loadLink(offset, size, view);
  if (base === NETWORK) return loadBytes(view.network + offset, size, view);
  if (base === TRANSPORT) return view.transport >= 0 && loadBytes(view.transport + offset, size, view);
  if (base === L4_PROTOCOL && view.l4Protocol < 0) return false;
  value[0] = base === PROTOCOL ? view.protocol : base === L4_PROTOCOL ? view.l4Protocol : view.packetType;
  return true;
}

function loadBytes(from: number, size: number, view: PacketView): boolean {
  if (from + size > view.end) return false;
  for (let at = 0; at < size; at += 4) {
    let word = 0;
    const stop = Math.min(at + 4, size);
    for (let i = at; i < stop; i++) word = (word << 8) | view.bytes[from + i]!;
    value[at >> 2] = word;
  }
  return true;
}

function loadLink(offset: number, size: number, view: PacketView): boolean {
  if (view.linkByte(offset + size - 1) < 0) return false;
  for (let at = 0; at < size; at += 4) {
    let word = 0;
    const stop = Math.min(at + 4, size);
    for (let i = at; i < stop; i++) word = (word << 8) | view.linkByte(offset + i);
    value[at >> 2] = word;
  }
  return true;
}
