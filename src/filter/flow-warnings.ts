/**
 * What is suspicious about a list of flows, as data: flows between which the switch may choose as it likes (ACL-O-2), flows that
 * no packet can match, and flows that another one always comes before.
 *
 * Exact as far as two flows go, with the laws of `flow-bits.ts`. A flow that only several others together cover is not told.
 */
import { implies, isPossible, literalsOf, type Literal } from './flow-bits.ts';
import type { Flow } from './flow.ts';

export type FlowWarning =
  /** Of the same table and priority: packets that both match get either's actions. */
  | { readonly kind: 'ambiguous'; readonly flow: Flow; readonly other: Flow }
  /** It contradicts itself. */
  | { readonly kind: 'impossible'; readonly flow: Flow }
  /** Every packet that it matches is matched by one of higher priority: the highest such. */
  | { readonly kind: 'shadowed'; readonly flow: Flow; readonly by: Flow }
  /** A later flow has the same table, priority and match, and took its place. */
  | { readonly kind: 'replaced'; readonly flow: Flow; readonly by: Flow };

interface Entry {
  readonly flow: Flow;
  readonly bits: readonly Literal[];
}

/** `flows` in the order in which they are added; one warning a flow, but for ambiguous ones, which are told in pairs. */
export function flowWarnings(flows: readonly Flow[]): FlowWarning[] {
  const entries = flows.map((flow): Entry => ({ flow, bits: literalsOf(flow.match) }));
  const warnings: FlowWarning[] = [];
  const live: Entry[] = [];
  for (const [index, entry] of entries.entries()) {
    const by = entries.slice(index + 1).find((later) => isSame(entry, later));
    if (by !== undefined) warnings.push({ kind: 'replaced', flow: entry.flow, by: by.flow });
    else if (!isPossible(entry.bits)) warnings.push({ kind: 'impossible', flow: entry.flow });
    else live.push(entry);
  }
  const byPriority = live.toSorted((one, other) => other.flow.priority - one.flow.priority);
  for (const [index, entry] of live.entries()) {
    const shadow = byPriority.find((other) => other.flow.priority > entry.flow.priority && covers(other, entry));
    if (shadow !== undefined) warnings.push({ kind: 'shadowed', flow: entry.flow, by: shadow.flow });
    for (const other of live.slice(index + 1)) {
      if (isAmbiguous(entry, other)) warnings.push({ kind: 'ambiguous', flow: entry.flow, other: other.flow });
    }
  }
  return warnings;
}

/** Adding the one takes the place of the other, which is decided by the words of the match alone. */
function isSame(one: Entry, other: Entry): boolean {
  if (one.flow.table !== other.flow.table || one.flow.priority !== other.flow.priority) return false;
  const bits = new Set(one.bits);
  return one.bits.length === other.bits.length && other.bits.every((bit) => bits.has(bit));
}

function covers(outer: Entry, inner: Entry): boolean {
  return outer.flow.table === inner.flow.table && implies(inner.bits, outer.bits);
}

function isAmbiguous(one: Entry, other: Entry): boolean {
  if (one.flow.table !== other.flow.table || one.flow.priority !== other.flow.priority) return false;
  return !hasSameActions(one.flow, other.flow) && isPossible([...one.bits, ...other.bits]);
}

function hasSameActions(one: Flow, other: Flow): boolean {
  return JSON.stringify(one.actions, bytesAsText) === JSON.stringify(other.actions, bytesAsText);
}

function bytesAsText(key: string, value: unknown): unknown {
  if (key === 'spelling') return undefined;
  return value instanceof Uint8Array ? value.join() : value;
}
