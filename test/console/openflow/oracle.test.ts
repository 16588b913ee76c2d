/**
 * The parser against `ovs-ofctl` 3.1 itself, where it is installed, with flows that nobody has seen: files of 40 flows each, of
 * which one after the other is taken out that either of them does not take, until both take what is left.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { formatFlow } from '../../../src/console/openflow/flow-text.ts';
import { parseFlow, parseFlows } from '../../../src/console/openflow/parser.ts';
import { isUnmodelled, type FlowProblem } from '../../../src/console/openflow/problem.ts';
import type { OpenFlowVersion } from '../../../src/console/openflow/protocols.ts';
import { Random } from '../../random.ts';
import { isThere, Oracle } from './oracle.ts';
import { randomFlow } from './random-flows.ts';

const FILES: readonly (readonly [version: OpenFlowVersion, seed: number, files: number])[] = [
  ['OpenFlow10', 3_100, 30],
  ['OpenFlow13', 3_113, 15],
  ['OpenFlow14', 3_114, 5],
];
const FLOWS = 40;

/** The tool would take them for options or comments; and Open vSwitch keeps table 254 for itself, which the tool does not know. */
const SKIPPED = /^-|#|table=254/;

function lineOf(text: string, { at }: FlowProblem): number {
  return text.slice(0, at).split('\n').length;
}

interface Tally {
  taken: number;
  refused: number;
  unmodelled: number;
}

/** What is left over when both take all of it has been compared; each line taken out has been compared when it was. */
function compareFile(oracle: Oracle, lines: string[], version: OpenFlowVersion, tally: Tally): void {
  for (;;) {
    const text = lines.join('\n');
    const mine = parseFlows(text, { version });
    if ('complaint' in mine && isUnmodelled(mine)) {
      lines.splice(lineOf(text, mine) - 1, 1);
      tally.unmodelled++;
      continue;
    }
    const answer = oracle.ask(lines, version);
    if ('complaint' in mine) {
      tally.refused++;
      takeOut(lines, mine, answer, version);
      continue;
    }
    expect(answer).toMatchObject({ kind: 'printed' });
    const printed = mine.map((command) => (command.kind === 'add' ? formatFlow(command.flow, { version }) : ''));
    // The tool does not print this cookie, which means "none" in a message.
    const shown = printed.map((line) => line.replace(/^cookie=0xffffffffffffffff, /, ''));
    if (answer.kind === 'printed') expect(shown).toEqual(answer.flows);
    tally.taken += lines.length;
    return;
  }
}

function takeOut(
  lines: string[],
  mine: FlowProblem,
  answer: ReturnType<Oracle['ask']>,
  version: OpenFlowVersion,
): void {
  const text = lines.join('\n');
  if (mine.complaint.startsWith('OFPT_ERROR')) {
    const line = lineOf(text, mine);
    expect(answer, text).toMatchObject({ kind: 'printed' });
    if (answer.kind === 'printed') expect(answer.flows[line - 1]).toBe(mine.complaint);
    lines.splice(line - 1, 1);
  } else if (mine.field === 'version') {
    expect(answer, text).toEqual({ kind: 'no-format' });
    const alone = lines.findIndex((line) => (parseFlow(line, { version }) as Partial<FlowProblem>).field === 'version');
    lines.splice(Math.max(alone, 0), 1);
  } else {
    expect(answer, text).toEqual({ kind: 'complaint', line: lineOf(text, mine), text: mine.complaint });
    lines.splice(lineOf(text, mine) - 1, 1);
  }
}

describe.skipIf(!isThere())('ovs-ofctl 3.1 itself', () => {
  const oracle = new Oracle();
  afterAll(() => {
    oracle.close();
  });

  it.each(FILES)('takes and refuses the same, -O %s, seed %i, %i files', (version, seed, files) => {
    const random = new Random(seed);
    const tally: Tally = { taken: 0, refused: 0, unmodelled: 0 };
    for (let file = 0; file < files; file++) {
      const lines = Array.from({ length: FLOWS }, () => randomFlow(random)).filter((line) => !SKIPPED.test(line));
      compareFile(oracle, lines, version, tally);
    }
    const all = files * FLOWS;
    expect(tally.taken).toBeGreaterThan(all / 4);
    expect(tally.refused).toBeGreaterThan(all / 4);
    expect(tally.unmodelled).toBeLessThan(all / 8);
  });
});
