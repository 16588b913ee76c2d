/** Lists of VLAN IDs: `1-100,200`. Printed as the module's own FormatVlanIdList does: sorted, runs of two and more as `a-b`. */
import { VID_MAX, VID_MIN } from '../../wire/dot1q.ts';

/** Null: no list of VLAN IDs. */
export function readVlanList(text: string): number[] | null {
  const vids: number[] = [];
  for (const part of text.split(',')) {
    const [, first, last = first] = /^\s*(\d{1,4})\s*(?:-\s*(\d{1,4})\s*)?$/.exec(part) ?? [];
    if (first === undefined) return null;
    const [low, high] = [Number(first), Number(last)];
    if (low < VID_MIN || high > VID_MAX || low > high) return null;
    for (let vid = low; vid <= high; vid++) vids.push(vid);
  }
  return [...new Set(vids)];
}

export function vlanListText(vids: readonly number[]): string {
  const sorted = [...new Set(vids)].toSorted((a, b) => a - b);
  const runs: [number, number][] = [];
  for (const vid of sorted) {
    const run = runs.at(-1);
    if (run?.[1] === vid - 1) run[1] = vid;
    else runs.push([vid, vid]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}
