/**
 * What ovs-ofctl 3.1.0 and a real switch said to some 1,800 flows, and how that is compared with what the parser says.
 */
import { readFileSync } from 'node:fs';
import { formatFlow } from '../../../src/console/openflow/flow-text.ts';
import type { FlowContext, Normalization } from '../../../src/console/openflow/flow-reader.ts';
import { parseFlow } from '../../../src/console/openflow/parser.ts';
import { isUnmodelled, type FlowProblem } from '../../../src/console/openflow/problem.ts';
import type { OpenFlowVersion } from '../../../src/console/openflow/protocols.ts';

export interface Recorded {
  readonly flow: string;
  readonly version?: OpenFlowVersion;
  readonly command?: 'delete' | 'delete_strict';
  readonly complaint?: string;
  readonly code?: string;
  readonly sent?: string;
  readonly before?: string;
  readonly after?: string;
  readonly dump?: string;
  readonly names?: string;
}

export const CASES = (
  JSON.parse(readFileSync(new URL('../../fixtures/openflow/flows-3.1.0.json', import.meta.url), 'utf8')) as {
    cases: readonly Recorded[];
  }
).cases;

export const PORTS = { p1: 1, p2: 2, p3: 3, 'vm.1': 4, a_b: 5 };
export const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(PORTS).map(([name, port]) => [port, name]));

/** Kind of answer, and its words: what is said of a flow, in one line. */
export function theirs({ complaint, code, dump }: Recorded): string {
  return complaint ?? (code === undefined ? dump! : `OFPT_ERROR: ${code}`);
}

/** Null: not modelled. */
export function ours(flow: string, context: FlowContext): string | null {
  const answer = parseFlow(flow, context);
  if (!('complaint' in answer)) return formatFlow(answer, { version: context.version ?? 'OpenFlow10' });
  return told(answer);
}

export function told(problem: FlowProblem): string | null {
  return isUnmodelled(problem) ? null : problem.complaint;
}

export function contextOf({ version = 'OpenFlow10' }: Recorded, logged: Normalization[] = []): FlowContext {
  return { ports: PORTS, version, onNormalized: (change) => logged.push(change) };
}
