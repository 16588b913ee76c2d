/**
 * The filtering database against a Map with readable keys: random sequences of everything that it can do, with time going by.
 * Throws at the first answer that differs.
 */
import { Fdb, LOCAL, STATIC, STICKY } from '../../src/switch/fdb.ts';
import { formatMac } from '../../src/wire/mac-address.ts';
import { Random } from '../random.ts';

const OUI = 0x020000;
const AGEING_MS = 10_000;
/** Four integers of four bytes. */
export const BYTES_PER_SLOT = 16;

type Key = readonly [vid: number, high: number, low: number];

interface Entry {
  vid: number;
  high: number;
  low: number;
  port: number;
  flags: number;
  updated: number;
}

export class FdbPlay {
  readonly #random: Random;
  readonly #spread: number;
  readonly #fdb: Fdb;
  /** What the table should be; like the table it keeps the dead until they are swept. */
  readonly #model = new Map<string, Entry>();
  #now = 0;
  #step = 0;

  /** `spread`: how many addresses there are of each OUI. Few meet again, many make the table grow. */
  constructor(
    seed: number,
    spread: number,
    make = (ageingMs: number, capacity: number) => new Fdb(ageingMs, capacity),
  ) {
    this.#random = new Random(seed);
    this.#spread = spread;
    this.#fdb = make(AGEING_MS, 4);
  }

  play(steps: number): void {
    for (let left = steps; left > 0; left--) {
      this.#step++;
      const key = this.#key();
      this.#act(key);
      this.#compare(key);
      this.#compare(this.#key());
      this.#same('load', BYTES_PER_SLOT / this.#fdb.bytesPerEntry <= 0.5, true);
      if (left % 50 === 0) this.#same('size', this.#fdb.size >= this.#living().length, true);
    }
    this.#same('entries', this.#fdb.entries(this.#now), this.#listed());
    this.#fdb.sweep(this.#now);
    this.#same('size after a sweep', this.#fdb.size, this.#living().length);
    this.#same('entries after a sweep', this.#fdb.entries(this.#now), this.#listed());
  }

  #key(): Key {
    const random = this.#random;
    const vid = random.chance(0.5) ? 0 : random.pick([1, 2, 63, 64, 65, 4094, 4095]);
    return [vid, random.pick([OUI, 0x000000, 0xffffff, 0x010000]), random.below(this.#spread)];
  }

  #act(key: Key): void {
    const random = this.#random;
    const choice = random.below(10);
    if (choice < 4) this.#put(key);
    else if (choice === 4) this.#remove(key);
    else if (choice < 7) this.#touch(key, choice === 5);
    else if (choice === 7) this.#now += random.pick([0, 1, 10, 999, 5000]);
    else if (!random.chance(0.1)) return;
    else if (choice === 8) this.#fdb.sweep(this.#now);
    else this.#removeSome();
  }

  #put([vid, high, low]: Key): void {
    const port = this.#random.below(70);
    const flags = this.#random.pick([0, 0, 0, STATIC, STATIC | LOCAL, STICKY]);
    this.#fdb.put(vid, high, low, port, flags, this.#now);
    this.#model.set(nameOf([vid, high, low]), { vid, high, low, port, flags, updated: this.#now });
  }

  #remove(key: Key): void {
    const entry = this.#model.get(nameOf(key));
    const removed = this.#fdb.remove(...key);
    // Whether a dead entry was still there nobody can say.
    if (entry === undefined || this.#isAlive(entry)) this.#same('removed', removed, entry !== undefined);
    this.#model.delete(nameOf(key));
  }

  #touch(key: Key, isRefresh: boolean): void {
    const slot = this.#fdb.find(...key, this.#now);
    const entry = this.#model.get(nameOf(key));
    if (slot < 0 || entry === undefined) return;
    if (isRefresh) {
      this.#fdb.refreshAt(slot, this.#now);
      entry.updated = this.#now;
    } else {
      entry.port = this.#random.below(70);
      this.#fdb.moveAt(slot, entry.port);
    }
  }

  #removeSome(): void {
    const [port, ofVid] = [this.#random.below(70), this.#random.pick([0, 1, 64])];
    const doomed = (vid: number, held: number, flags: number): boolean =>
      (held === port || vid === ofVid) && (flags & STATIC) === 0;
    this.#fdb.removeWhere(doomed);
    for (const [name, { vid, port: held, flags }] of this.#model) {
      if (doomed(vid, held, flags)) this.#model.delete(name);
    }
  }

  #compare(key: Key): void {
    const entry = this.#model.get(nameOf(key));
    const slot = this.#fdb.find(...key, this.#now);
    const expiredAge = this.#fdb.expiredAge(...key, this.#now);
    if (entry === undefined || !this.#isAlive(entry)) {
      this.#same('slot of what is not there', slot, -1);
      // An expired entry is remembered until something sweeps it away.
      if (expiredAge !== -1) this.#same('expired age', expiredAge, this.#now - entry!.updated);
      return;
    }
    this.#same('found', slot >= 0, true);
    this.#same('port', this.#fdb.portAt(slot), entry.port);
    this.#same('flags', this.#fdb.flagsAt(slot), entry.flags);
    this.#same('age', this.#fdb.ageAt(slot, this.#now), this.#now - entry.updated);
    this.#same('expired age', expiredAge, -1);
  }

  #isAlive({ flags, updated }: Entry): boolean {
    return (flags & STATIC) !== 0 || this.#now - updated < AGEING_MS;
  }

  #living(): Entry[] {
    return [...this.#model.values()].filter((entry) => this.#isAlive(entry));
  }

  #listed(): unknown[] {
    return this.#living()
      .map(({ vid, high, low, port, flags, updated }) => ({
        mac: formatMac(high, low),
        vid,
        port,
        flags,
        ageMs: this.#now - updated,
      }))
      .toSorted((a, b) => a.vid - b.vid || (a.mac < b.mac ? -1 : 1));
  }

  #same(what: string, got: unknown, expected: unknown): void {
    if (got === expected) return;
    const [a, b] = [JSON.stringify(got), JSON.stringify(expected)];
    if (a === b) return;
    throw new Error(`FDB, seed ${this.#random.seed}, step ${this.#step}: ${what} is ${a}, not ${b}`);
  }
}

function nameOf([vid, high, low]: Key): string {
  return `${vid}/${formatMac(high, low)}`;
}
