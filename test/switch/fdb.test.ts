/**
 * The filtering database against a Map: random sequences of everything it can do, with time going by, and the edges that a
 * hash table has (growth, load, collisions, deletion within a cluster) and that ageing has (to the millisecond).
 */
import { describe, expect, it } from 'vitest';
import { Fdb, LOCAL, STATIC, STICKY } from '../../src/switch/fdb.ts';
import { formatMac } from '../../src/wire/mac-address.ts';
import { Random } from '../random.ts';

const SEED = 7_043;
const OUI = 0x020000;
/** Four integers of four bytes. */
const BYTES_PER_SLOT = 16;

interface Entry {
  vid: number;
  high: number;
  low: number;
  port: number;
  flags: number;
  updated: number;
}

/** What the table should be, with readable keys; like the table it keeps the dead until they are swept. */
class Model {
  readonly entries = new Map<string, Entry>();
  ageingTimeMs: number;

  constructor(ageingTimeMs: number) {
    this.ageingTimeMs = ageingTimeMs;
  }

  key(vid: number, high: number, low: number): string {
    return `${vid}/${formatMac(high, low)}`;
  }

  isAlive({ flags, updated }: Entry, now: number): boolean {
    return (flags & STATIC) !== 0 || now - updated < this.ageingTimeMs;
  }

  living(now: number): Entry[] {
    return [...this.entries.values()].filter((entry) => this.isAlive(entry, now));
  }

  listed(now: number): unknown[] {
    return this.living(now)
      .map(({ vid, high, low, port, flags, updated }) => ({
        mac: formatMac(high, low),
        vid,
        port,
        flags,
        ageMs: now - updated,
      }))
      .toSorted((a, b) => a.vid - b.vid || (a.mac < b.mac ? -1 : 1));
  }
}

/** Few enough keys that they meet again, many enough that the table grows. */
function randomKey(random: Random, spread: number): [vid: number, high: number, low: number] {
  const vid = random.chance(0.5) ? 0 : random.pick([1, 2, 63, 64, 65, 4094, 4095]);
  const high = random.pick([OUI, 0x000000, 0xffffff, 0x010000]);
  return [vid, high, random.below(spread)];
}

function compare(fdb: Fdb, model: Model, now: number, [vid, high, low]: readonly [number, number, number]): void {
  const entry = model.entries.get(model.key(vid, high, low));
  const slot = fdb.find(vid, high, low, now);
  if (entry === undefined || !model.isAlive(entry, now)) {
    expect(slot).toBe(-1);
    // An expired entry is remembered until something sweeps it away.
    const age = fdb.expiredAge(vid, high, low, now);
    if (age !== -1) expect(age).toBe(now - entry!.updated);
    return;
  }
  expect(slot).toBeGreaterThanOrEqual(0);
  expect([fdb.portAt(slot), fdb.flagsAt(slot), fdb.ageAt(slot, now)]).toEqual([
    entry.port,
    entry.flags,
    now - entry.updated,
  ]);
  expect(fdb.expiredAge(vid, high, low, now)).toBe(-1);
}

describe('the forwarding database', () => {
  it.each([
    ['few keys', 8, 1],
    ['some keys', 200, 2],
    ['many keys', 20_000, 3],
  ] as const)('does what a Map does, over random sequences with %s', (_, spread, stream) => {
    for (let round = 0; round < 20; round++) {
      const random = new Random(SEED + 1000 * stream + round);
      const fdb = new Fdb(10_000, 4);
      const model = new Model(10_000);
      let now = 0;
      for (let step = 0; step < 2000; step++) {
        const key = randomKey(random, spread);
        const [vid, high, low] = key;
        const name = model.key(...key);
        switch (random.below(10)) {
          case 0:
          case 1:
          case 2:
          case 3: {
            const [port, flags] = [random.below(70), random.pick([0, 0, 0, STATIC, STATIC | LOCAL, STICKY])];
            fdb.put(vid, high, low, port, flags, now);
            model.entries.set(name, { vid, high, low, port, flags, updated: now });
            break;
          }
          case 4: {
            const entry = model.entries.get(name);
            const removed = fdb.remove(vid, high, low);
            // Whether a dead entry was still there nobody can say.
            if (entry === undefined || model.isAlive(entry, now)) expect(removed).toBe(entry !== undefined);
            model.entries.delete(name);
            break;
          }
          case 5: {
            const slot = fdb.find(vid, high, low, now);
            if (slot < 0) break;
            fdb.refreshAt(slot, now);
            model.entries.get(name)!.updated = now;
            break;
          }
          case 6: {
            const slot = fdb.find(vid, high, low, now);
            if (slot < 0) break;
            const port = random.below(70);
            fdb.moveAt(slot, port);
            model.entries.get(name)!.port = port;
            break;
          }
          case 7:
            now += random.pick([0, 1, 10, 999, 5000]);
            break;
          case 8:
            if (random.chance(0.1)) fdb.sweep(now);
            break;
          default: {
            if (random.chance(0.9)) break;
            const [port, ofVid] = [random.below(70), random.pick([0, 1, 64])];
            const doomed = (v: number, p: number, f: number): boolean =>
              (p === port || v === ofVid) && (f & STATIC) === 0;
            fdb.removeWhere(doomed);
            for (const [each, entry] of model.entries) {
              if (doomed(entry.vid, entry.port, entry.flags)) model.entries.delete(each);
            }
          }
        }
        compare(fdb, model, now, key);
        compare(fdb, model, now, randomKey(random, spread));
        expect(BYTES_PER_SLOT / fdb.bytesPerEntry).toBeLessThanOrEqual(0.5);
        const living = model.living(now).length;
        if (step % 50 === 0) expect(fdb.size).toBeGreaterThanOrEqual(living);
      }
      expect(fdb.entries(now)).toEqual(model.listed(now));
      fdb.sweep(now);
      expect(fdb.size).toBe(model.living(now).length);
      expect(fdb.entries(now)).toEqual(model.listed(now));
    }
  });

  it('removes exactly what is there: the answer says so', () => {
    const fdb = new Fdb(1000);
    fdb.put(10, OUI, 1, 3, 0, 0);
    expect(fdb.remove(10, OUI, 2)).toBe(false);
    expect(fdb.remove(11, OUI, 1)).toBe(false);
    expect(fdb.remove(10, OUI, 1)).toBe(true);
    expect(fdb.remove(10, OUI, 1)).toBe(false);
    expect(fdb.size).toBe(0);
  });

  it('holds 100,000 hosts at most half full, and finds each of them', () => {
    const fdb = new Fdb(300_000);
    for (let host = 0; host < 100_000; host++) {
      fdb.put(1 + (host % 4094), OUI | (host >> 16), host & 0xffff, host % 48, 0, 0);
      expect(BYTES_PER_SLOT / fdb.bytesPerEntry <= 0.5).toBe(true);
    }
    expect(fdb.size).toBe(100_000);
    let wrong = 0;
    for (let host = 0; host < 100_000; host++) {
      const slot = fdb.find(1 + (host % 4094), OUI | (host >> 16), host & 0xffff, 1);
      if (slot < 0 || fdb.portAt(slot) !== host % 48) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it('does not grow where hosts come and go: the dead are swept first', () => {
    const fdb = new Fdb(1000, 64);
    for (let host = 0; host < 100_000; host++) fdb.put(0, OUI, host, 1, 0, 100 * host);
    expect(fdb.size * fdb.bytesPerEntry).toBe(128 * BYTES_PER_SLOT);
  });

  it('does not grow, or slow down, where entries are removed and made again', () => {
    const fdb = new Fdb(300_000, 64);
    for (let host = 0; host < 100_000; host++) {
      fdb.put(0, OUI, host, 1, 0, 0);
      if (host >= 60) fdb.remove(0, OUI, host - 60);
    }
    expect(fdb.size).toBe(60);
    expect(fdb.size * fdb.bytesPerEntry).toBe(128 * BYTES_PER_SLOT);
  });

  it('keeps the VLANs of one address apart, all 4096 of them, and the addresses of one VLAN, to the last bit', () => {
    const fdb = new Fdb(300_000);
    for (let vid = 0; vid < 4096; vid++) fdb.put(vid, OUI, 0xffffff, vid & 0xff, 0, 0);
    expect(fdb.size).toBe(4096);
    for (let vid = 0; vid < 4096; vid++) expect(fdb.portAt(fdb.find(vid, OUI, 0xffffff, 0))).toBe(vid & 0xff);
    for (let bit = 0; bit < 24; bit++) {
      expect(fdb.find(0, OUI, 0xffffff ^ (1 << bit), 0)).toBe(-1);
      expect(fdb.find(0, OUI ^ (1 << bit), 0xffffff, 0)).toBe(-1);
    }
    expect(fdb.entries(0).map(({ vid }) => vid)).toEqual(Array.from({ length: 4096 }, (_, vid) => vid));
  });

  it('holds ports up to 65535 with all flags', () => {
    const fdb = new Fdb(1000);
    fdb.put(1, OUI, 1, 0xffff, STATIC | LOCAL | STICKY, 0);
    const slot = fdb.find(1, OUI, 1, 0);
    expect([fdb.portAt(slot), fdb.flagsAt(slot)]).toEqual([0xffff, STATIC | LOCAL | STICKY]);
    fdb.moveAt(slot, 1);
    expect([fdb.portAt(slot), fdb.flagsAt(slot)]).toEqual([1, STATIC | LOCAL | STICKY]);
  });

  it('lists entries by VID, then by address', () => {
    const fdb = new Fdb(1000);
    for (const [vid, low] of [
      [20, 2],
      [0, 9],
      [20, 1],
      [3, 5],
      [100, 0],
    ] as const)
      fdb.put(vid, OUI, low, 1, 0, 0);
    fdb.put(20, 0x000001, 0xffffff, 1, 0, 0);
    expect(fdb.entries(0).map(({ vid, mac }) => `${vid} ${mac}`)).toEqual([
      '0 02:00:00:00:00:09',
      '3 02:00:00:00:00:05',
      '20 00:00:01:ff:ff:ff',
      '20 02:00:00:00:00:01',
      '20 02:00:00:00:00:02',
      '100 02:00:00:00:00:00',
    ]);
  });
});

describe('LB-41: ageing', () => {
  it('an entry is found until one millisecond before its time, and no longer at it', () => {
    const fdb = new Fdb(300_000);
    fdb.put(1, OUI, 1, 2, 0, 5);
    expect(fdb.find(1, OUI, 1, 300_004)).toBeGreaterThanOrEqual(0);
    expect(fdb.find(1, OUI, 1, 300_005)).toBe(-1);
    expect(fdb.entries(300_004)).toHaveLength(1);
    expect(fdb.entries(300_005)).toHaveLength(0);
    expect(fdb.expiredAge(1, OUI, 1, 300_004)).toBe(-1);
    expect(fdb.expiredAge(1, OUI, 1, 300_005)).toBe(300_000);
    expect(fdb.size).toBe(1);
    fdb.sweep(300_004);
    expect(fdb.size).toBe(1);
    fdb.sweep(300_005);
    expect(fdb.size).toBe(0);
  });

  it('a refreshed entry begins anew, a moved one does not', () => {
    const fdb = new Fdb(1000);
    fdb.put(1, OUI, 1, 2, 0, 0);
    fdb.refreshAt(fdb.find(1, OUI, 1, 900), 900);
    fdb.moveAt(fdb.find(1, OUI, 1, 1899), 5);
    expect(fdb.find(1, OUI, 1, 1899)).toBeGreaterThanOrEqual(0);
    expect(fdb.find(1, OUI, 1, 1900)).toBe(-1);
  });

  it('a static entry never ages, with or without other flags', () => {
    const fdb = new Fdb(1000);
    fdb.put(1, OUI, 1, 2, STATIC, 0);
    fdb.put(1, OUI, 2, 2, STATIC | LOCAL, 0);
    fdb.put(1, OUI, 3, 2, STICKY, 0);
    fdb.sweep(2_000_000_000);
    expect(fdb.entries(2_000_000_000).map(({ flags }) => flags)).toEqual([STATIC, STATIC | LOCAL]);
  });

  it('with ageing time 0 nothing that ages is found', () => {
    const fdb = new Fdb(0);
    fdb.put(1, OUI, 1, 2, 0, 100);
    fdb.put(1, OUI, 2, 2, STATIC, 100);
    expect(fdb.entries(100).map(({ mac }) => mac)).toEqual(['02:00:00:00:00:02']);
  });

  it('an expired entry can be made again', () => {
    const fdb = new Fdb(1000);
    fdb.put(1, OUI, 1, 2, 0, 0);
    fdb.put(1, OUI, 1, 3, 0, 5000);
    expect(fdb.entries(5000)).toEqual([{ mac: '02:00:00:00:00:01', vid: 1, port: 3, flags: 0, ageMs: 0 }]);
  });
});
