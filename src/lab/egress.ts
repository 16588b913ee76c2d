/** Where the first frame that reached a switch went out: what a prediction is compared with. */
import type { Judged, LabEvent, Seen } from './event.ts';

/** The first judgement of this switch at or after an event. */
export function firstJudgement(log: readonly LabEvent[], node: string, from = 0): Judged | null {
  return (log.find((event) => event.kind === 'judged' && event.node === node && event.index >= from) as Judged) ?? null;
}

/**
 * What a reader asks about first: of every frame sent by hand the first judgement of this switch, or, where none was sent
 * (a ping), the first of all.
 */
export function judgementsOf(log: readonly LabEvent[], node: string, from = 0): Judged[] {
  const sends = log.filter(({ kind, index }) => kind === 'acted' && index >= from).filter(isSend);
  if (sends.length === 0) return [firstJudgement(log, node, from)].filter((judged) => judged !== null);
  return sends.flatMap(({ index }, order) => {
    const judged = firstJudgement(log, node, index);
    const end = sends[order + 1]?.index ?? Infinity;
    return judged !== null && judged.index < end ? [judged] : [];
  });
}

function isSend(event: LabEvent): boolean {
  return event.kind === 'acted' && event.action.do === 'send';
}

/** Port names, sorted; the switch's own port towards its host is left out. */
export function egressPorts(log: readonly LabEvent[], judged: Judged): string[] {
  return judged.sent
    .map(
      (id) =>
        log.find((event) => event.kind === 'seen' && event.frame === id && event.direction === 'out') as
          Seen | undefined,
    )
    .flatMap((seen) => (seen === undefined ? [] : [seen.place.slice(seen.place.lastIndexOf('.') + 1)]))
    .toSorted();
}
