/**
 * Flows as a real switch took them: what the parser makes of a flow is compared with the line that the switch printed of it, and
 * what it refuses with the words of the tool.
 */
import { describe, expect, it } from 'vitest';
import { formatFlow } from '../../../src/console/openflow/flow-text.ts';
import type { Normalization } from '../../../src/console/openflow/flow-reader.ts';
import { parseDeletion, parseFlow } from '../../../src/console/openflow/parser.ts';
import type { Flow } from '../../../src/filter/flow.ts';
import { CASES, contextOf, NAMES, ours, theirs, told } from './recording.ts';

const ADDITIONS = CASES.filter(({ command }) => command === undefined);
const MODELLED = ADDITIONS.filter((recorded) => ours(recorded.flow, contextOf(recorded)) !== null);
const TAKEN = MODELLED.filter(({ dump }) => dump !== undefined);

function flowOf(flow: string, context = {}): Flow {
  const answer = parseFlow(flow, context);
  if ('complaint' in answer) expect.fail(`${flow}: ${JSON.stringify(answer)}`);
  return answer;
}

describe('the recording', () => {
  it('has more than 700 flows that the parser takes and more than 500 that the tool refuses', () => {
    expect(TAKEN.length).toBeGreaterThan(700);
    expect(MODELLED.length - TAKEN.length).toBeGreaterThan(500);
  });

  it('has few flows that the parser knows and does not model', () => {
    expect(ADDITIONS.length - MODELLED.length).toBeLessThan(150);
  });
});

describe('of each flow the parser', () => {
  it('says what the tool and the switch said', () => {
    const different = MODELLED.filter((recorded) => ours(recorded.flow, contextOf(recorded)) !== theirs(recorded));
    expect(different.map(({ flow }) => flow)).toEqual([]);
  });

  it('prints with names of ports what the switch printed', () => {
    for (const recorded of TAKEN) {
      const { version = 'OpenFlow10' } = recorded;
      const flow = flowOf(recorded.flow, contextOf(recorded));
      expect(formatFlow(flow, { version, names: NAMES }), recorded.flow).toBe(recorded.names ?? recorded.dump);
    }
  });

  it('tells what the tool logged of its match', () => {
    for (const recorded of TAKEN) {
      const logged: Normalization[] = [];
      flowOf(recorded.flow, contextOf(recorded, logged));
      const { before, after } = recorded;
      expect(logged, recorded.flow).toEqual(before === undefined ? [] : [{ before, after }]);
    }
    expect(TAKEN.filter(({ before }) => before !== undefined).length).toBeGreaterThan(20);
  });

  it('takes back what it printed, as the same flow', () => {
    for (const recorded of TAKEN) {
      const { version = 'OpenFlow10' } = recorded;
      const context = contextOf(recorded);
      const { text: _, ...flow } = flowOf(recorded.flow, context);
      // The type of ICMP is eight bits on the way out.
      if (recorded.flow.includes('tp_src=256')) continue;
      const { text: __, ...again } = flowOf(recorded.dump!, context);
      expect(again, recorded.flow).toEqual(flow);
      const printed = formatFlow({ ...flow, text: '' }, { version, names: NAMES });
      const { text: ___, ...named } = flowOf(printed, context);
      expect(named, recorded.flow).toEqual(flow);
    }
  });
});

describe('of each deletion the parser', () => {
  const deletions = CASES.filter(({ command }) => command !== undefined);

  it('says what the tool said, of more than 50 that it takes and more than 50 that it does not', () => {
    let taken = 0;
    for (const recorded of deletions) {
      const answer = parseDeletion(recorded.flow, recorded.command!, contextOf(recorded));
      if ('complaint' in answer) {
        const words = told(answer);
        if (words !== null) expect(words, recorded.flow).toBe(theirs(recorded));
        continue;
      }
      taken++;
      expect(recorded.sent, recorded.flow).toBeDefined();
      const { table, cookie } = answer;
      expect(recorded.sent!.includes('table:'), recorded.flow).toBe(table !== null && table !== 0);
      expect(recorded.sent!.includes('cookie:'), recorded.flow).toBe(cookie !== null);
      expect(matchIn(recorded.sent!), recorded.flow).toBe(matchOf(answer));
    }
    expect(taken).toBeGreaterThan(50);
    expect(deletions.length - taken).toBeGreaterThan(50);
  });
});

/** `DEL table:1 in_port=1 out_port:3 actions=drop` */
function matchIn(sent: string): string {
  const words = sent.split(' ').slice(1, -1);
  return words.find((word) => !/^(?:table|cookie|out_port):/.test(word)) ?? '';
}

function matchOf({ match, priority }: { match: Flow['match']; priority: number | null }): string {
  const flow: Flow = { table: 0, priority: priority ?? 32_768, cookie: '0x0', match, actions: [], text: '' };
  return formatFlow(flow).replace(/ ?actions=drop$/, '');
}
