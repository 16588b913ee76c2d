/**
 * What `ovs-ofctl dump-flows` has printed, taken back: flows with what was counted of them.
 */
import type { Flow } from '../../filter/flow.ts';
import type { FlowContext } from './flow-reader.ts';
import type { FlowStatistics } from './flow-text.ts';
import { pairsOf } from './pairs.ts';
import { parseFlow } from './parser.ts';
import type { FlowProblem } from './problem.ts';

export interface DumpedFlow {
  readonly flow: Flow;
  /** Null: printed with `--no-stats`. */
  readonly statistics: FlowStatistics | null;
}

const HEADER = /^(?:NXST|OFPST)_FLOW reply \(/;

/** `context.version`: the `-O` that it was printed with. The first line that cannot be taken ends it, with its place. */
export function parseDump(text: string, context: FlowContext = {}): DumpedFlow[] | FlowProblem {
  const flows: DumpedFlow[] = [];
  let at = 0;
  for (const line of text.split('\n')) {
    const start = at;
    at += line.length + 1;
    if (line.trim() === '' || HEADER.test(line)) continue;
    const flow = parseFlow(line, context);
    if ('complaint' in flow) return { ...flow, at: start + flow.at };
    flows.push({ flow, statistics: statisticsOf(line) });
  }
  return flows;
}

function statisticsOf(line: string): FlowStatistics | null {
  const values = new Map<string, string>();
  for (const { key, value } of pairsOf({ text: line.slice(0, line.indexOf('actions=')), at: 0 })) {
    values.set(key.text, value.text);
  }
  const number = (name: string): number => Number.parseInt(values.get(name) ?? '', 10) || 0;
  if (!values.has('n_packets')) return null;
  const durationMs = Math.round(1000 * Number.parseFloat(values.get('duration') ?? '')) || 0;
  return {
    durationMs,
    packets: number('n_packets'),
    bytes: number('n_bytes'),
    ...(values.has('idle_age') ? { idleAgeS: number('idle_age') } : {}),
  };
}
