/** Time in a lab: `src/lab/clock.ts`, against an array that is sorted anew each time. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Clock } from '../../src/lab/clock.ts';

/** The whole of it, as it would be written without a thought for speed. */
class SortedArray {
  nowNs = 0;
  #count = 0;
  entries: { readonly dueNs: number; readonly order: number; readonly item: number }[] = [];

  schedule(afterNs: number, item: number): void {
    this.entries.push({ dueNs: this.nowNs + afterNs, order: this.#count++, item });
    this.entries.sort((a, b) => a.dueNs - b.dueNs || a.order - b.order);
  }

  next(): number | null {
    const first = this.entries.shift();
    if (first === undefined) return null;
    this.nowNs = first.dueNs;
    return first.item;
  }
}

/** Takes out everything. */
function drained(clock: Clock<string>): string[] {
  const items: string[] = [];
  for (let item = clock.next(); item !== null; item = clock.next()) items.push(`${clock.nowNs} ${item}`);
  return items;
}

describe('order', () => {
  test('things happen when they are due, and time jumps from one to the next', () => {
    const clock = new Clock<string>();
    clock.schedule(30, 'c');
    clock.schedule(10, 'a');
    clock.schedule(20, 'b');
    expect(clock.nowNs).toBe(0);
    expect(drained(clock)).toEqual(['10 a', '20 b', '30 c']);
  });

  test('things that are due at the same instant happen in the order in which they were scheduled', () => {
    const clock = new Clock<string>();
    for (let number = 0; number < 50; number++) clock.schedule(number % 3, `n${number}`);
    const order = drained(clock);
    const numbers = order.map((text) => Number(text.split('n')[1]));
    for (const due of [0, 1, 2]) {
      const ofDue = numbers.filter((number) => number % 3 === due);
      expect(ofDue).toEqual(ofDue.toSorted((a, b) => a - b));
    }
    const dues = order.map((text) => Number(text[0]));
    expect(dues).toEqual(dues.toSorted((a, b) => a - b));
  });

  test('a delay counts from now, not from the beginning', () => {
    const clock = new Clock<string>();
    clock.schedule(10, 'a');
    clock.next();
    clock.schedule(10, 'b');
    expect(drained(clock)).toEqual(['20 b']);
  });

  test('without a delay it is due now, after what was due before', () => {
    const clock = new Clock<string>();
    clock.schedule(0, 'a');
    clock.schedule(0, 'b');
    expect(drained(clock)).toEqual(['0 a', '0 b']);
  });
});

describe('idle', () => {
  test('nothing due: there is no next instant, and time stands still', () => {
    const clock = new Clock<string>();
    expect([clock.isIdle, clock.nextNs, clock.next(), clock.nowNs]).toEqual([true, null, null, 0]);
    clock.schedule(5, 'a');
    expect([clock.isIdle, clock.nextNs]).toEqual([false, 5]);
  });

  test('idle time passes by itself, and delays count from its end', () => {
    const clock = new Clock<string>();
    clock.advance(1000);
    clock.schedule(5, 'a');
    expect([clock.nowNs, clock.nextNs]).toEqual([1000, 1005]);
  });
});

describe('taking things out', () => {
  test('only what is doomed goes; what stays keeps its time and its order', () => {
    const clock = new Clock<string>();
    for (const item of ['a1', 'b1', 'a2', 'b2', 'a3']) clock.schedule(7, item);
    clock.removeWhere((item) => item.startsWith('b'));
    expect(drained(clock)).toEqual(['7 a1', '7 a2', '7 a3']);
  });

  test('when everything goes, nothing is due', () => {
    const clock = new Clock<string>();
    clock.schedule(7, 'a');
    clock.removeWhere(() => true);
    expect([clock.isIdle, clock.next()]).toEqual([true, null]);
  });
});

test('whatever is scheduled, taken, waited for and taken out: the same as a sorted array', () => {
  const command = fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('schedule' as const), number: fc.nat(20) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('next' as const), number: fc.constant(0) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('advance' as const), number: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), number: fc.integer({ min: 2, max: 5 }) }) },
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 80, size: 'max' }), (commands) => {
      const clock = new Clock<number>();
      const model = new SortedArray();
      commands.forEach(({ do: what, number }, item) => {
        if (what === 'schedule') {
          clock.schedule(number, item);
          model.schedule(number, item);
        } else if (what === 'next') {
          expect(clock.next()).toBe(model.next());
        } else if (what === 'advance') {
          // Idle time ends before the next thing is due.
          const idle = Math.min(number, (model.entries[0]?.dueNs ?? Infinity) - model.nowNs);
          clock.advance(idle);
          model.nowNs += idle;
        } else {
          clock.removeWhere((held) => held % number === 0);
          model.entries = model.entries.filter((entry) => entry.item % number !== 0);
        }
        expect(clock.nowNs).toBe(model.nowNs);
        expect(clock.isIdle).toBe(model.entries.length === 0);
        expect(clock.nextNs).toBe(model.entries[0]?.dueNs ?? null);
      });
      for (let item = model.next(); item !== null; item = model.next()) expect(clock.next()).toBe(item);
      expect(clock.next()).toBeNull();
    }),
    { numRuns: 500 },
  );
});
