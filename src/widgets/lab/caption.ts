/** What stands under the picture while a run is stepped through. */
import type { StoryRow } from '../../explain/story.ts';

/** Everything that happened at the latest instant that the picture shows: who, and what. `own`: the switch in the middle. */
export function captionAt(timeNs: number, story: readonly StoryRow[], drawn: ReadonlySet<string>, own: string): string {
  const rows = story.filter((row) => row.timeNs <= timeNs && drawn.has(row.place.split('.')[0]!));
  const latest = rows.at(-1)?.timeNs;
  return rows
    .filter((row) => row.timeNs === latest)
    .map(({ place, text }) => (place === own ? text : `${place}：${text}`))
    .join('');
}
