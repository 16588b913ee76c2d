/**
 * Which flows a deletion takes: `ovs-ofctl del-flows`. Read first: ovs-ofctl(8); OpenFlow 1.0.1 4.6, OFPFC_DELETE and
 * OFPFC_DELETE_STRICT.
 */
import { isSameMatch, isWithin } from './flow-match.ts';
import type { Flow, FlowAction, FlowPort, FlowTest } from './flow.ts';

export interface FlowSelection {
  /** Null: of all tables. */
  readonly table: number | null;
  /** `--strict`: flows with exactly this match and priority. Null: flows that match nothing but what this match does. */
  readonly priority: number | null;
  readonly match: readonly FlowTest[];
  /** Bits that the cookie has to have; null: any. Both hexadecimal, `0x…`. */
  readonly cookie: { readonly value: string; readonly mask: string } | null;
  /** Flows that send to this port; null: any. */
  readonly outPort: FlowPort | null;
}

export function selects(selection: FlowSelection, flow: Flow): boolean {
  const { table, priority, match, cookie, outPort } = selection;
  if (table !== null && flow.table !== table) return false;
  if (cookie !== null) {
    const differing = BigInt(flow.cookie) ^ BigInt(cookie.value);
    if ((differing & BigInt(cookie.mask)) !== 0n) return false;
  }
  if (outPort !== null && !flow.actions.some((action) => isOutputTo(action, outPort))) return false;
  if (priority === null) return isWithin(flow.match, match);
  return flow.priority === priority && isSameMatch(flow.match, match);
}

function isOutputTo(action: FlowAction, port: FlowPort): boolean {
  return action.kind === 'output' && action.port === port;
}
