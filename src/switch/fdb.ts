/**
 * The filtering database (IEEE 802.1Q-2018 8.8): which port a (VID, MAC address) was last seen on.
 *
 * Open addressing with linear probing in one Int32Array, four integers an entry, at most half full. The key is two
 * 30-bit integers (the OUI with the upper six bits of the VID, the NIC part with the lower six), so that neither half
 * leaves the range that every JavaScript engine keeps unboxed. Deletion shifts later entries back instead of leaving
 * tombstones, so a table that has seen many hosts is as fast as a fresh one.
 *
 * Three complications. First, an entry that has outlived the ageing time counts as absent from that instant, although
 * it is only removed by the next {@link Fdb.sweep} (LB-41); ask {@link Fdb.find}, never the slot alone. Second, what an
 * entry may do is a product's business: of the flags below only `STATIC` means something here. Third, times are
 * milliseconds since the lab began in an int32, enough for 24 days.
 */
import { formatMac, type MacAddress } from '../wire/mac-address.ts';

/** The entry never ages. */
export const STATIC = 1;
/** The address is the switch's own: frames to it are for the host. */
export const LOCAL = 2;
/** The entry stays on its port, wherever its address is seen. */
export const STICKY = 4;

const STRIDE = 4;
const KEY_HIGH = 0;
const KEY_LOW = 1;
/** Port number in the lower 16 bits, flags above. */
const TARGET = 2;
const UPDATED = 3;
const EMPTY = -1;

export interface FdbEntry {
  readonly mac: MacAddress;
  /** 0 where the entry belongs to no VLAN. */
  readonly vid: number;
  readonly port: number;
  readonly flags: number;
  /** Milliseconds since the address was last confirmed. */
  readonly ageMs: number;
}

export class Fdb {
  /** 0: nothing is learned and nothing that ages is found. */
  ageingTimeMs: number;
  #slots: Int32Array;
  #mask: number;
  #used = 0;
  /** By slot number: when the entry was last confirmed, in confirmations; null where nobody asks who was first. */
  #turns: Float64Array | null;
  #turn = 0;

  /** `isOrdered`: entries of the same instant have an order too, for {@link evictFairly}. */
  constructor(ageingTimeMs: number, capacity = 64, isOrdered = false) {
    this.ageingTimeMs = ageingTimeMs;
    this.#mask = capacity * 2 - 1;
    this.#slots = new Int32Array(capacity * 2 * STRIDE).fill(EMPTY);
    this.#turns = isOrdered ? new Float64Array(capacity * 2) : null;
  }

  /** Entries in the table, expired ones that no sweep has met included. */
  get size(): number {
    return this.#used;
  }

  get bytesPerEntry(): number {
    return this.#slots.byteLength / Math.max(1, this.#used);
  }

  /** The slot of a living entry, or -1. */
  find(vid: number, high: number, low: number, nowMs: number): number {
    const slot = this.#probe(keyHigh(vid, high), keyLow(vid, low));
    return this.#slots[slot] === EMPTY || this.#isExpired(slot, nowMs) ? -1 : slot;
  }

  portAt(slot: number): number {
    return this.#slots[slot + TARGET]! & 0xffff;
  }

  flagsAt(slot: number): number {
    return this.#slots[slot + TARGET]! >>> 16;
  }

  ageAt(slot: number, nowMs: number): number {
    return (nowMs - this.#slots[slot + UPDATED]!) | 0;
  }

  /** How long ago an entry that no longer counts was last confirmed; -1 where there is none. For explanations. */
  expiredAge(vid: number, high: number, low: number, nowMs: number): number {
    const slot = this.#probe(keyHigh(vid, high), keyLow(vid, low));
    return this.#slots[slot] !== EMPTY && this.#isExpired(slot, nowMs) ? this.ageAt(slot, nowMs) : -1;
  }

  /** Adds an entry or overwrites the one of the same key. */
  put(vid: number, high: number, low: number, port: number, flags: number, nowMs: number): void {
    if (2 * (this.#used + 1) > this.#mask + 1) this.#grow(nowMs);
    const slot = this.#probe(keyHigh(vid, high), keyLow(vid, low));
    if (this.#slots[slot] === EMPTY) {
      this.#slots[slot + KEY_HIGH] = keyHigh(vid, high);
      this.#slots[slot + KEY_LOW] = keyLow(vid, low);
      this.#used++;
    }
    this.#slots[slot + TARGET] = port | (flags << 16);
    this.refreshAt(slot, nowMs);
  }

  refreshAt(slot: number, nowMs: number): void {
    this.#slots[slot + UPDATED] = nowMs;
    if (this.#turns !== null) this.#turns[slot / STRIDE] = this.#turn++;
  }

  /**
   * Makes room for one: of the port with most entries the one that has been silent longest goes. Null: all are static. A pass
   * over the whole table, meant for tables that are full.
   */
  evictFairly(): FdbEntry | null {
    const counts = new Map<number, number>();
    for (const slot of this.#ageing()) counts.set(this.portAt(slot), (counts.get(this.portAt(slot)) ?? 0) + 1);
    const most = Math.max(0, ...counts.values());
    return this.#evict((slot) => counts.get(this.portAt(slot)) === most);
  }

  /** The entry that has been silent longest, whatever its port. */
  evictOldest(): FdbEntry | null {
    return this.#evict(() => true);
  }

  #evict(isCandidate: (slot: number) => boolean): FdbEntry | null {
    const turns = this.#turns!;
    let oldest = -1;
    for (const slot of this.#ageing()) {
      if (!isCandidate(slot)) continue;
      if (oldest < 0 || turns[slot / STRIDE]! < turns[oldest / STRIDE]!) oldest = slot;
    }
    if (oldest < 0) return null;
    const evicted = this.#entryAt(oldest, 0);
    this.#close(oldest);
    return evicted;
  }

  *#ageing(): Generator<number> {
    for (let slot = 0; slot < this.#slots.length; slot += STRIDE) {
      if (this.#slots[slot] !== EMPTY && (this.flagsAt(slot) & STATIC) === 0) yield slot;
    }
  }

  /** Another port, the same flags, the same age. */
  moveAt(slot: number, port: number): void {
    this.#slots[slot + TARGET] = (this.#slots[slot + TARGET]! & ~0xffff) | port;
  }

  remove(vid: number, high: number, low: number): boolean {
    const slot = this.#probe(keyHigh(vid, high), keyLow(vid, low));
    if (this.#slots[slot] === EMPTY) return false;
    this.#close(slot);
    return true;
  }

  /** Removes each entry that `doomed` names. */
  removeWhere(doomed: (vid: number, port: number, flags: number) => boolean): void {
    const kept: number[] = [];
    for (let slot = 0; slot < this.#slots.length; slot += STRIDE) {
      if (this.#slots[slot] === EMPTY) continue;
      if (!doomed(this.#vidAt(slot), this.portAt(slot), this.flagsAt(slot))) kept.push(slot);
    }
    if (kept.length !== this.#used) this.#rebuild(this.#mask + 1, kept);
  }

  /** Removes what has outlived the ageing time: due before the ageing time itself is changed. */
  sweep(nowMs: number): void {
    const kept: number[] = [];
    for (let slot = 0; slot < this.#slots.length; slot += STRIDE) {
      if (this.#slots[slot] !== EMPTY && !this.#isExpired(slot, nowMs)) kept.push(slot);
    }
    if (kept.length !== this.#used) this.#rebuild(this.#mask + 1, kept);
  }

  /** The living entries, by VID, then by address. */
  entries(nowMs: number): FdbEntry[] {
    const all: FdbEntry[] = [];
    for (let slot = 0; slot < this.#slots.length; slot += STRIDE) {
      if (this.#slots[slot] === EMPTY || this.#isExpired(slot, nowMs)) continue;
      all.push(this.#entryAt(slot, nowMs));
    }
    return all.sort((a, b) => a.vid - b.vid || (a.mac < b.mac ? -1 : 1));
  }

  #entryAt(slot: number, nowMs: number): FdbEntry {
    return {
      mac: formatMac(this.#slots[slot]! & 0xffffff, this.#slots[slot + KEY_LOW]! & 0xffffff),
      vid: this.#vidAt(slot),
      port: this.portAt(slot),
      flags: this.flagsAt(slot),
      ageMs: this.ageAt(slot, nowMs),
    };
  }

  #vidAt(slot: number): number {
    return ((this.#slots[slot + KEY_HIGH]! >>> 24) << 6) | (this.#slots[slot + KEY_LOW]! >>> 24);
  }

  #isExpired(slot: number, nowMs: number): boolean {
    if (this.#slots[slot + TARGET]! & (STATIC << 16)) return false;
    return ((nowMs - this.#slots[slot + UPDATED]!) | 0) >= this.ageingTimeMs;
  }

  /** The slot where the key stands or would go. */
  #probe(high: number, low: number): number {
    const slots = this.#slots;
    let index = hash(high, low) & this.#mask;
    for (;;) {
      const slot = index * STRIDE;
      const held = slots[slot]!;
      if (held === EMPTY || (held === high && slots[slot + KEY_LOW] === low)) return slot;
      index = (index + 1) & this.#mask;
    }
  }

  /** Empties a slot and shifts back what had been pushed past it (Knuth, TAOCP 3, algorithm 6.4R). */
  #close(removed: number): void {
    const slots = this.#slots;
    let hole = removed / STRIDE;
    let index = hole;
    for (;;) {
      index = (index + 1) & this.#mask;
      const slot = index * STRIDE;
      if (slots[slot] === EMPTY) break;
      const home = hash(slots[slot]!, slots[slot + KEY_LOW]!) & this.#mask;
      if (((index - home) & this.#mask) < ((index - hole) & this.#mask)) continue;
      slots.copyWithin(hole * STRIDE, slot, slot + STRIDE);
      if (this.#turns !== null) this.#turns[hole] = this.#turns[index]!;
      hole = index;
    }
    slots[hole * STRIDE] = EMPTY;
    this.#used--;
  }

  #grow(nowMs: number): void {
    this.sweep(nowMs);
    if (2 * (this.#used + 1) <= this.#mask + 1) return;
    const all: number[] = [];
    for (let slot = 0; slot < this.#slots.length; slot += STRIDE) if (this.#slots[slot] !== EMPTY) all.push(slot);
    this.#rebuild((this.#mask + 1) * 2, all);
  }

  #rebuild(size: number, kept: readonly number[]): void {
    const old = this.#slots;
    const oldTurns = this.#turns;
    this.#slots = new Int32Array(size * STRIDE).fill(EMPTY);
    if (oldTurns !== null) this.#turns = new Float64Array(size);
    this.#mask = size - 1;
    this.#used = kept.length;
    for (const from of kept) {
      const to = this.#probe(old[from]!, old[from + KEY_LOW]!);
      this.#slots.set(old.subarray(from, from + STRIDE), to);
      if (oldTurns !== null) this.#turns![to / STRIDE] = oldTurns[from / STRIDE]!;
    }
  }
}

function keyHigh(vid: number, high: number): number {
  return ((vid >>> 6) << 24) | high;
}

function keyLow(vid: number, low: number): number {
  return ((vid & 0x3f) << 24) | low;
}

function hash(high: number, low: number): number {
  let mixed = Math.imul(high, 0x9e3779b1) ^ Math.imul(low, 0x85ebca77);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}
