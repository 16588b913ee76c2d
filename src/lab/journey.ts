/**
 * The ways that frames took, as stretches between places: what a picture draws and a player plays. Made from the log.
 *
 * A `link` leads from one node's port to another's, a `relay` through a switch from ingress to egress port. A stretch that
 * is `filtered` or `dropped` ends where the copy was left out or lost.
 */
import type { ReasonId } from '../outcome/reasons.ts';
import type { FrameId, Judged, LabEvent, Seen } from './event.ts';
import { SWITCH_NS } from './latency.ts';

export type LegKind = 'link' | 'relay' | 'filtered' | 'dropped';

export interface Leg {
  readonly kind: LegKind;
  /** `sw1.p1`, `VM-A.eth0`; the two ends are the same where a frame went no further. */
  readonly from: string;
  readonly to: string;
  readonly frame: FrameId;
  /** Index in the log of the event that it ends with. */
  readonly event: number;
  readonly startNs: number;
  readonly endNs: number;
  /** The VLAN that the frame belongs to here; 0: none is known. */
  readonly vid: number;
  /** VID on the wire of a link; null: untagged. */
  readonly tag: number | null;
  /** Why it went no further. */
  readonly reason: ReasonId | null;
}

/** What a flood passes over without it being worth a line in a picture. */
const UNDRAWN: ReadonlySet<ReasonId> = new Set(['ingress-port', 'host-excluded', 'host-not-in-vlan']);

export function journeyOf(log: readonly LabEvent[]): Leg[] {
  const legs: Leg[] = [];
  const departures = new Map<FrameId, Seen>();
  const vids = new Map<FrameId, number>();
  for (const event of log) {
    if (event.kind === 'judged') legs.push(...relayLegs(event, log, vids, departures));
    if (event.kind !== 'seen' || event.point === 'PD' || event.point === 'P0') continue;
    if (event.direction === 'out') departures.set(event.frame, event);
    else legs.push(linkLeg(departures.get(event.frame), event, vids));
  }
  return fillVids(legs, vids).toSorted((a, b) => a.startNs - b.startNs || a.event - b.event);
}

function linkLeg(departure: Seen | undefined, arrival: Seen, vids: Map<FrameId, number>): Leg {
  return {
    kind: 'link',
    from: departure?.place ?? arrival.place,
    to: arrival.place,
    frame: arrival.frame,
    event: arrival.index,
    startNs: departure?.timeNs ?? arrival.timeNs,
    endNs: arrival.timeNs,
    vid: vids.get(arrival.frame) ?? 0,
    tag: tagOf(arrival.bytes),
    reason: null,
  };
}

function relayLegs(
  event: Judged,
  log: readonly LabEvent[],
  vids: Map<FrameId, number>,
  departures: ReadonlyMap<FrameId, Seen>,
): Leg[] {
  const { node, port, frame, decisions, sent, timeNs, index } = event;
  const classified = decisions.find(({ stage, verdict }) => stage === 'vlan' && verdict === 'pass')?.values['vid'];
  const vid = typeof classified === 'number' ? classified : 0;
  if (frame === null || port === null) return [];
  const isSwitch = decisions.some(({ stage }) => stage !== 'host');
  if (!isSwitch) return [];
  vids.set(frame, vid);
  const from = `${node}.${port}`;
  const common = { from, frame, event: index, startNs: timeNs, endNs: timeNs + SWITCH_NS, vid, tag: null };
  const legs: Leg[] = [];
  for (const id of sent) {
    vids.set(id, vid);
    const out = log.slice(index).find((later) => later.kind === 'seen' && later.frame === id) as Seen | undefined;
    if (out !== undefined) legs.push({ ...common, kind: 'relay', to: out.place, frame: id, reason: null });
  }
  for (const { verdict, reason, port: at } of decisions) {
    if (verdict === 'filtered' && at !== null && !UNDRAWN.has(reason!)) {
      legs.push({ ...common, kind: 'filtered', to: `${node}.${at}`, reason });
    } else if (verdict === 'drop') {
      // Without a link it never got in: what ends is the way to the port.
      const isOutside = reason === 'link-down' && at === port;
      const start = isOutside ? (departures.get(frame)?.place ?? from) : from;
      legs.push({ ...common, from: start, kind: 'dropped', to: at === null ? from : `${node}.${at}`, reason });
    }
  }
  return legs;
}

/** A frame on its way to its first switch is in the VLAN that the switch then found. */
function fillVids(legs: readonly Leg[], vids: Map<FrameId, number>): Leg[] {
  return legs.map((leg) => (leg.vid === 0 ? { ...leg, vid: vids.get(leg.frame) ?? 0 } : leg));
}

function tagOf(bytes: Uint8Array): number | null {
  const isTagged = bytes[12] === 0x81 && bytes[13] === 0x00;
  return isTagged ? ((bytes[14]! & 0x0f) << 8) | bytes[15]! : null;
}

/** What became of a frame at a host. */
export interface Arrival {
  readonly node: string;
  readonly frame: FrameId;
  readonly event: number;
  readonly timeNs: number;
  /** Null: it was taken in. */
  readonly reason: ReasonId | null;
}

export function arrivalsOf(log: readonly LabEvent[], isHost: (node: string) => boolean): Arrival[] {
  return log.flatMap((event) => {
    if (event.kind !== 'judged' || event.frame === null || !isHost(event.node)) return [];
    const dropped = event.decisions.find(({ verdict }) => verdict === 'drop');
    const { node, frame, index, timeNs } = event;
    return [{ node, frame, event: index, timeNs, reason: dropped?.reason ?? null }];
  });
}
