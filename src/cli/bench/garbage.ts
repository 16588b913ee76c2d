/**
 * Garbage collections while frames pass, counted in a process of its own, where nobody else leaves any.
 *
 * The young generation of V8 holds 16 MB: one collection in 20 million frames would mean a byte for each of them. The twin
 * is counted as well, since a counter that never moves may be broken.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { RelaySide, TwinSide, type Contestant } from './contestants.ts';
import { setup, unicast } from './network.ts';

export interface Garbage {
  readonly frames: number;
  readonly collections: number;
  /** What the same counter says of the twin. */
  readonly twin: { readonly frames: number; readonly collections: number };
}

const TWIN_FRAMES = 100_000;
const PASS = 4096;

/** Counts in a child process. */
export function countGarbage(frames: number): Garbage {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--expose-gc', import.meta.filename, String(frames)],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`the count of garbage collections ended with ${status}\n${stderr}`);
  return JSON.parse(stdout) as Garbage;
}

async function collectionsDuring(contestant: Contestant, frames: number): Promise<number> {
  // Until the compiler is done with it: its own leftovers are not the relay's.
  for (let done = 0; done < 1_000_000 && done < frames; done += contestant.frames) contestant.pass();
  await sleep(100);
  globalThis.gc!();
  const spans: [start: number, end: number][] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) spans.push([startTime, startTime + duration]);
  });
  observer.observe({ entryTypes: ['gc'] });
  const begin = performance.now();
  for (let done = 0; done < frames; done += contestant.frames) contestant.pass();
  const end = performance.now();
  // Entries are handed over after the fact.
  await sleep(50);
  observer.disconnect();
  return spans.filter(([start, last]) => last >= begin && start <= end).length;
}

if (import.meta.main) {
  const frames = Number(process.argv[2]);
  const arrivals = unicast(PASS);
  const hop = new RelaySide('relay, frames filled in and copies written', setup(), arrivals, {
    isFilling: true,
    isWriting: true,
  });
  const relay = await collectionsDuring(hop, frames);
  const twin = await collectionsDuring(new TwinSide('twin', setup(), arrivals), TWIN_FRAMES);
  const counted: Garbage = { frames, collections: relay, twin: { frames: TWIN_FRAMES, collections: twin } };
  process.stdout.write(JSON.stringify(counted));
  if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
}
