/**
 * The filtering database against a Map: random sequences of everything it can do, with time going by, and the edges that a
 * hash table has (growth, load, collisions, deletion within a cluster) and that ageing has (to the millisecond).
 */
import { describe, expect, it } from 'vitest';
import { Fdb, LOCAL, STATIC, STICKY } from '../../src/switch/fdb.ts';
import { BYTES_PER_SLOT, FdbPlay } from './fdb-model.ts';

const SEED = 7_043;
const OUI = 0x020000;
/** Tables with a fault. */
class Rejuvenating extends Fdb {
  override moveAt(slot: number, port: number): void {
    super.moveAt(slot, port);
    this.refreshAt(slot, this.ageAt(slot, 0) * -1 + 1);
  }
}

class Late extends Fdb {
  constructor(ageingMs: number, capacity: number) {
    super(ageingMs + 1, capacity);
  }
}

class Forgetful extends Fdb {
  override remove(vid: number, high: number, low: number): boolean {
    const removed = super.remove(vid, high, low);
    if (removed) super.remove(vid, high, low + 1);
    return removed;
  }
}

describe('the forwarding database', () => {
  it.each([
    ['few keys', 8, 1],
    ['some keys', 200, 2],
    ['many keys', 20_000, 3],
  ] as const)('does what a Map does, over random sequences with %s', (_, spread, stream) => {
    for (let round = 0; round < 20; round++) new FdbPlay(SEED + 1000 * stream + round, spread).play(2000);
  });

  it.each<[string, new (ageingMs: number, capacity: number) => Fdb]>([
    ['moves an entry and makes it young again', Rejuvenating],
    ['forgets an entry a millisecond late', Late],
    ['removes a neighbour as well', Forgetful],
  ])('is seen to differ where it %s', (_, Faulty) => {
    expect(() => {
      for (let round = 0; round < 20; round++)
        new FdbPlay(SEED + round, 8, (ageingMs, capacity) => new Faulty(ageingMs, capacity)).play(2000);
    }).toThrow(/^FDB, seed \d+, step \d+: /);
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
