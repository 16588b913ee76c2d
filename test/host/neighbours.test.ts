/** The ARP cache: `src/host/neighbours.ts` (GUEST-3, GUEST-5, GUEST-6). */
import { describe, expect, test } from 'vitest';
import { ARP_RETRY_MS, ARP_TRIES, Neighbours } from '../../src/host/neighbours.ts';
import { A_MAC, B_MAC, ip } from './bench.ts';

const B = ip('192.0.2.12');
const packet = (number: number): Uint8Array => Uint8Array.of(number);

test('GUEST-3: three requests, one second apart', () => {
  expect([ARP_TRIES, ARP_RETRY_MS]).toEqual([3, 1000]);
});

describe('waiting for an answer', () => {
  test('GUEST-3: only the first packet to an unknown address makes the host ask', () => {
    const neighbours = new Neighbours();
    expect(neighbours.isAwaited(B)).toBe(false);
    expect(neighbours.wait(B, packet(1))).toBe(true);
    expect(neighbours.wait(B, packet(2))).toBe(false);
    expect(neighbours.isAwaited(B)).toBe(true);
    expect(neighbours.isAwaited(B + 1)).toBe(false);
    expect(neighbours.find(B)).toBeNull();
  });

  test('GUEST-3: it is asked again twice, then no more', () => {
    const neighbours = new Neighbours();
    neighbours.wait(B, packet(1));
    expect([neighbours.retry(B), neighbours.retry(B), neighbours.retry(B), neighbours.retry(B)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('GUEST-6: what waited can go, in order, when the answer has come', () => {
    const neighbours = new Neighbours();
    neighbours.wait(B, packet(1));
    neighbours.wait(B, packet(2));
    expect(neighbours.learn(B, B_MAC)).toEqual([packet(1), packet(2)]);
    expect(neighbours.find(B)).toBe(B_MAC);
    expect(neighbours.isAwaited(B)).toBe(false);
    expect(neighbours.learn(B, B_MAC)).toEqual([]);
  });

  test('GUEST-3: giving up returns what waited in vain, and the next packet asks anew', () => {
    const neighbours = new Neighbours();
    neighbours.wait(B, packet(1));
    neighbours.retry(B);
    expect(neighbours.giveUp(B)).toEqual([packet(1)]);
    expect(neighbours.giveUp(B)).toEqual([]);
    expect(neighbours.retry(B)).toBe(false);
    expect(neighbours.wait(B, packet(2))).toBe(true);
    expect([neighbours.retry(B), neighbours.retry(B), neighbours.retry(B)]).toEqual([true, true, false]);
  });

  test('addresses are waited for separately', () => {
    const neighbours = new Neighbours();
    neighbours.wait(B, packet(1));
    neighbours.wait(B + 1, packet(2));
    expect(neighbours.learn(B + 1, A_MAC)).toEqual([packet(2)]);
    expect(neighbours.isAwaited(B)).toBe(true);
  });
});

describe('entries', () => {
  test('GUEST-5: an update changes an entry and makes none', () => {
    const neighbours = new Neighbours();
    neighbours.update(B, B_MAC);
    expect(neighbours.find(B)).toBeNull();
    neighbours.learn(B, B_MAC);
    neighbours.update(B, A_MAC);
    expect(neighbours.find(B)).toBe(A_MAC);
  });

  test('are listed by address, also above 127.255.255.255', () => {
    const neighbours = new Neighbours();
    neighbours.learn(ip('192.0.2.12'), B_MAC);
    neighbours.learn(ip('10.0.0.1'), A_MAC);
    neighbours.learn(ip('192.0.2.2'), A_MAC);
    expect(neighbours.entries).toEqual([
      [ip('10.0.0.1'), A_MAC],
      [ip('192.0.2.2'), A_MAC],
      [ip('192.0.2.12'), B_MAC],
    ]);
  });
});
