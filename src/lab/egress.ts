/** The judgements of a switch that a reader asks about, and where their frames went out. */
import { ETHERTYPE_IPV4, parseEthernet } from '../wire/ethernet.ts';
import { isMalformed } from '../wire/malformed.ts';
import type { Judged, LabEvent } from './event.ts';

/** The first judgement of this switch at or after an event. */
export function firstJudgement(log: readonly LabEvent[], node: string, from = 0): Judged | null {
  return (log.find((event) => event.kind === 'judged' && event.node === node && event.index >= from) as Judged) ?? null;
}

/**
 * What a reader asks about first: of every frame sent by hand the first judgement of this switch; of a ping the first of all,
 * which is about ARP, and the first about the ping itself.
 */
export function judgementsOf(log: readonly LabEvent[], node: string, from = 0): Judged[] {
  const asked = log.filter(({ kind, index }) => kind === 'acted' && index >= from).filter(isSend);
  if (asked.length === 0) return judgementsOfPing(log, node, from);
  return asked.flatMap(({ index }, order) => {
    const judged = firstJudgement(log, node, index);
    const end = asked[order + 1]?.index ?? Infinity;
    return judged !== null && judged.index < end ? [judged] : [];
  });
}

function judgementsOfPing(log: readonly LabEvent[], node: string, from: number): Judged[] {
  const first = firstJudgement(log, node, from);
  if (first === null) return [];
  const types = new Map(log.flatMap((event) => (event.kind === 'seen' ? [[event.frame, typeOf(event.bytes)]] : [])));
  const about = log.find(
    (event): event is Judged =>
      event.kind === 'judged' &&
      event.node === node &&
      event.index > first.index &&
      event.frame !== null &&
      types.get(event.frame) === ETHERTYPE_IPV4,
  );
  return about === undefined || types.get(first.frame ?? 0) === ETHERTYPE_IPV4 ? [first] : [first, about];
}

function typeOf(bytes: Uint8Array): number {
  const frame = parseEthernet(bytes);
  return isMalformed(frame) ? 0 : frame.etherType;
}

function isSend(event: LabEvent): boolean {
  return event.kind === 'acted' && event.action.do === 'send';
}

/** Port names, sorted; the switch's own port towards its host, which has the switch's name, is left out. */
export function egressPorts({ node, ports }: Judged): string[] {
  return ports.filter((port) => port !== node).toSorted();
}
