/**
 * Do both sides do the same? A benchmark of two programs that do different things measures nothing: before anything is
 * timed, every frame has to leave both by the same ports, byte for byte, and both have to have learned the same.
 */
import type { RelaySide, Sighting, TwinSide } from './contestants.ts';

/** The first thing that differs, or null. */
export function difference(relay: RelaySide, twin: TwinSide): string | null {
  const [ours, theirs] = [relay.sightings(), twin.sightings()];
  if (ours.length !== theirs.length) return `${ours.length} and ${theirs.length} frames`;
  for (const [index, sightings] of ours.entries()) {
    const [a, b] = [tell(sightings), tell(theirs[index]!)];
    if (a === '') return `frame ${index} goes nowhere`;
    if (a !== b) return `frame ${index}: relay ${a}, twin ${b}`;
  }
  const [ourTable, theirTable] = [JSON.stringify(relay.system.fdb()), JSON.stringify(twin.system.fdb())];
  if (ourTable !== theirTable) return 'the two have learned different things';
  const [copies, twinCopies] = [relay.pass(), twin.pass()];
  return copies === twinCopies ? null : `a pass yields ${copies} and ${twinCopies} copies`;
}

function tell(sightings: readonly Sighting[]): string {
  return sightings
    .map(({ port, hex }) => `${port} ${hex}`)
    .toSorted()
    .join(', ');
}
