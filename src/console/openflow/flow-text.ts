/**
 * A flow as `ovs-ofctl dump-flows` prints it. Read first: lib/ofp-flow.c (ofputil_flow_stats_format).
 */
import type { Flow, FlowField } from '../../filter/flow.ts';
import { actionsText } from './action-text.ts';
import { bigintOf, held, writtenOf } from './held.ts';
import { matchText } from './match-text.ts';
import { heldMatch } from './held-match.ts';
import { Match } from './match.ts';
import type { Slot } from './fields.ts';
import { ALLOWED, NXM, type OpenFlowVersion } from './protocols.ts';

export interface FlowStatistics {
  readonly durationMs: number;
  readonly packets: number;
  readonly bytes: number;
  /** Seconds since it last matched; the tool leaves it out where it prints names of ports. */
  readonly idleAgeS?: number;
}

export interface FlowStyle {
  /** `--names`: of ports, by number. */
  readonly names?: ReadonlyMap<number, string>;
  /** Absent: `--no-stats`. */
  readonly statistics?: FlowStatistics;
  /** `-O`; OpenFlow 1.0 has no word for some actions, and leaves them out. */
  readonly version?: OpenFlowVersion;
}

/** Without the space that `dump-flows` begins each line with. */
export function formatFlow(
  flow: Flow,
  { names = new Map(), statistics, version = 'OpenFlow10' }: FlowStyle = {},
): string {
  const match = heldMatch(matchOf(flow), version === 'OpenFlow10' ? NXM : ALLOWED[version]);
  const parts: string[] = [];
  if (statistics !== undefined || BigInt(flow.cookie) !== 0n) parts.push(`cookie=${flow.cookie}`);
  if (statistics !== undefined) parts.push(`duration=${durationText(statistics.durationMs)}s`);
  if (statistics !== undefined || flow.table !== 0) parts.push(`table=${flow.table}`);
  if (statistics !== undefined) parts.push(`n_packets=${statistics.packets}`, `n_bytes=${statistics.bytes}`);
  if (flow.idleTimeoutS !== undefined) parts.push(`idle_timeout=${flow.idleTimeoutS}`);
  if (flow.hardTimeoutS !== undefined) parts.push(`hard_timeout=${flow.hardTimeoutS}`);
  if (statistics?.idleAgeS !== undefined) parts.push(`idle_age=${statistics.idleAgeS}`);
  const told = matchText(match, flow.priority, names);
  const kept = held(
    flow.actions.map((action) => writtenOf(action, match)),
    match,
    version,
  );
  const actions = `actions=${actionsText(kept, { match, names, version })}`;
  return [...parts, told === '' ? actions : `${told} ${actions}`].join(', ');
}

/** Seconds and milliseconds. */
function durationText(durationMs: number): string {
  return `${Math.floor(durationMs / 1000)}.${String(Math.floor(durationMs % 1000)).padStart(3, '0')}`;
}

const SLOTS: Readonly<Partial<Record<FlowField, Slot>>> = {
  ip_src: 'nw_src',
  ip_dst: 'nw_dst',
  arp_spa: 'nw_src',
  arp_tpa: 'nw_dst',
  ip_proto: 'nw_proto',
  arp_op: 'nw_proto',
  ip_tos: 'nw_tos',
  ip_ttl: 'nw_ttl',
  ip_frag: 'nw_frag',
};

function matchOf({ match: tests }: Flow): Match {
  const match = new Match();
  for (const { field, value, mask } of tests) {
    const bits = field === 'arp_op' ? 0xffn : bigintOf(mask);
    match.put(SLOTS[field] ?? (field as Slot), bigintOf(value), bits);
  }
  return match;
}
