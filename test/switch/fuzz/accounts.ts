/**
 * The accounts of one frame, as `src/outcome/reasons.ts` defines them: it has copies or exactly one drop; a copy is delivered
 * or has a drop of its own; a port that is left out of a flood is filtered and nothing else; and every reason is told with a
 * verdict that it may have.
 */
import { REASON_NATURES } from '../../../src/outcome/reason-natures.ts';
import type { Tally } from '../../../src/switch/relay.ts';
import { NO_PORT, type TraceRecord } from '../../../src/switch/trace.ts';

export interface Account {
  readonly before: Readonly<Tally>;
  readonly after: Readonly<Tally>;
  readonly records: readonly TraceRecord[];
  /** Port numbers of the copies that left. */
  readonly delivered: readonly number[];
  /** All port numbers of the switch. */
  readonly ports: readonly number[];
}

/** Nothing of these is learned from: they are decided before. */
const BEFORE_LEARNING = new Set(['vlan-mismatch', 'no-pvid', 'reserved-vid', 'locked', 'invalid-src', 'unknown-port']);
const TAUGHT = new Set(['learned', 'entry-refreshed', 'entry-moved', 'entry-pinned']);

/** What does not add up, or null. */
export function imbalance(account: Account): string | null {
  const { before, after, records, delivered } = account;
  if (after.frames !== before.frames + 1) return 'the frame was not counted once';
  const drops = records.filter(({ verdict }) => verdict === 'drop');
  const lost = after.framesDropped - before.framesDropped;
  const alive = after.framesWithCopies - before.framesWithCopies;
  if (lost + alive !== 1) return 'the frame is neither lost nor alive, or both';
  const copies = after.copies - before.copies;
  const copiesDropped = after.copiesDropped - before.copiesDropped;
  if (after.delivered - before.delivered !== delivered.length) return 'the copies are not those delivered';
  if (copies !== delivered.length + copiesDropped) return 'a copy is neither delivered nor dropped';
  if ((copies === 0) !== (lost === 1)) return `lost: ${lost}, with ${copies} copies`;
  if (drops.length !== lost + copiesDropped) {
    return `${drops.length} drops, with ${lost} frames and ${copiesDropped} copies lost`;
  }
  return faultyRecord(records) ?? faultyLoss(account, drops, lost === 1) ?? faultyFlood(account, drops, lost === 1);
}

function faultyRecord(records: readonly TraceRecord[]): string | null {
  for (const { verdict, reason, rule, frame } of records) {
    if (frame !== 0) return `a record is about frame ${frame}`;
    if ((verdict === 'pass') !== (reason === null)) return `a ${verdict} with reason ${reason}`;
    if (rule === null) return `${verdict} ${reason} has no rule`;
    if (reason === null) continue;
    const { kind, also } = REASON_NATURES[reason];
    if (verdict !== kind && verdict !== also) return `${reason} told as a ${verdict}`;
  }
  return null;
}

/** The drop of a lost frame is its end, and what was refused before learning has taught nothing. */
function faultyLoss({ records }: Account, drops: readonly TraceRecord[], isLost: boolean): string | null {
  if (!isLost) return null;
  const [drop] = drops;
  if (records.at(-1) !== drop) return `something follows on the drop ${drop!.reason}`;
  const taught = records.find(({ reason }) => TAUGHT.has(reason ?? ''));
  if (taught !== undefined && BEFORE_LEARNING.has(drop!.reason!)) return `${drop!.reason}, and ${taught.reason}`;
  return null;
}

/**
 * In a flood each port is accounted for exactly once: a copy that left, a copy that was lost, or filtered. What a mirror gets
 * comes beside it: by the flood it was left out.
 */
function faultyFlood(
  { records, delivered, ports }: Account,
  drops: readonly TraceRecord[],
  isLost: boolean,
): string | null {
  const filtered = records.filter(({ verdict }) => verdict === 'filtered').map(({ port }) => port);
  const isFlood = records.some(({ reason }) => reason === 'flooded');
  const hasNoTarget = drops.some(({ reason }) => reason === 'no-target');
  if (hasNoTarget !== (isFlood && isLost)) return `no-target: ${hasNoTarget}, flood: ${isFlood}, lost: ${isLost}`;
  if (!isFlood) return filtered.length > 1 || (filtered.length === 1 && isLost) ? 'filtered without a flood' : null;
  const mirrors = new Set(records.flatMap(({ reason, port }) => (reason === 'mirrored' ? [port] : [])));
  const lostCopies = hasNoTarget ? [] : drops.map(({ port }) => port);
  const reached = [...delivered, ...lostCopies].filter((port) => !mirrors.has(port));
  const met = [...reached, ...filtered].toSorted((a, b) => a - b);
  const same = met.length === ports.length && met.every((port, index) => port === ports[index]);
  const count = records.find(({ reason }) => reason === 'flooded')!.values[3];
  if (same) return count === met.length - filtered.length ? null : `flooded to ${count} ports, it says`;
  return `ports ${ports.join(' ')}, accounted for: ${met.map((port) => (port === NO_PORT ? 'none' : port)).join(' ')}`;
}
