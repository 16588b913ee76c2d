/**
 * Interleaved rounds: in each round every contestant plays for about the same time, one after another, so that whatever
 * else the machine is doing meets all of them. What is compared is compared within a round.
 *
 * The clock is the process's own processor time, not the wall's: time in which other programs had the processor is not
 * counted, and what V8's collector does on other threads is.
 */
import type { Contestant } from './contestants.ts';

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Nanoseconds a frame, one value a round. */
export type Timing = readonly number[];

export interface Pace {
  readonly rounds: number;
  /** How long a contestant plays in a round; at 0 it is one pass. */
  readonly millisecondsEach: number;
  readonly warmUpMilliseconds: number;
}

export function playRounds(contestants: readonly Contestant[], pace: Pace): Map<Contestant, Timing> {
  const passes = new Map(contestants.map((contestant) => [contestant, warmUp(contestant, pace)]));
  const timings = new Map(contestants.map((contestant): [Contestant, number[]] => [contestant, []]));
  for (let round = 0; round < pace.rounds; round++) {
    for (const contestant of contestants) timings.get(contestant)!.push(time(contestant, passes.get(contestant)!));
  }
  return timings;
}

/** How many passes make a turn. */
function warmUp(contestant: Contestant, { millisecondsEach, warmUpMilliseconds }: Pace): number {
  contestant.pass();
  const begin = processorNs();
  while (processorNs() - begin < warmUpMilliseconds * 1e6) contestant.pass();
  const nsAFrame = time(contestant, 1);
  return Math.max(1, Math.round((millisecondsEach * 1e6) / (nsAFrame * contestant.frames)));
}

function time(contestant: Contestant, passes: number): number {
  const begin = processorNs();
  for (let left = passes; left > 0; left--) contestant.pass();
  return (processorNs() - begin) / (passes * contestant.frames);
}

function processorNs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/** How many times as long `one` takes as `other`, round by round. */
export function ratio(one: Timing, other: Timing): Spread {
  return spread(one.map((value, round) => value / other[round]!));
}

export function spread(values: Timing): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1]!, min: sorted[0]!, max: sorted.at(-1)! };
}
