/** A lab and what has been done to it: `src/lab/session.ts`. */
import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../src/lab/scenario.ts';
import { Session } from '../../src/lab/session.ts';
import { journal, noRules, ping, pingsOf, scenarioOf, T1 } from './labs.ts';
import { LOOP } from './loop.ts';

function session(scenario: Scenario = T1): Session {
  const made = new Session(scenario, noRules);
  made.act(ping('VM-A', 'VM-B'));
  made.act({ do: 'wait', seconds: 2 });
  made.act({ do: 'send', from: 'VM-A', frame: { dst: 'VM-B' } });
  return made;
}

describe('acting', () => {
  test('an action settles before the next one, and is kept', () => {
    const { lab, actions } = session();
    expect(lab.isIdle).toBe(true);
    expect(pingsOf(lab)).toMatchObject([{ outcome: 'reply' }]);
    expect(actions.map((action) => action.do)).toEqual(['ping', 'wait', 'send']);
  });

  test('a refused action is told, and is done again as it was: refused', () => {
    const made = session();
    const refused = made.act({ do: 'ping', from: 'nobody', to: 'VM-A' });
    expect(refused).toMatchObject({ error: 'unknown-node', value: 'nobody' });
    expect(made.actions).toHaveLength(4);
  });

  test('a reset begins again: nothing has been done, nothing is known', () => {
    const made = session();
    made.reset();
    expect([made.actions, made.lab.log, made.lab.nowNs]).toEqual([[], [], 0]);
    made.act(ping('VM-A', 'VM-B'));
    const fresh = new Session(T1, noRules);
    fresh.act(ping('VM-A', 'VM-B'));
    expect(journal(made.lab.log)).toBe(journal(fresh.lab.log));
  });
});

describe('going back', () => {
  test('at every event: the log up to there is the log of the session', () => {
    const made = session();
    const { log } = made.lab;
    expect(log.length).toBeGreaterThan(50);
    for (const { index } of log) {
      const then = made.at(index);
      expect(then.log.length).toBeGreaterThan(index);
      expect(journal(then.log)).toBe(journal(log.slice(0, then.log.length)));
    }
  });

  test('not a step further than the event needs: what is due later has not happened', () => {
    const made = session();
    const { log } = made.lab;
    for (const { index } of log) {
      const then = made.at(index);
      // One step writes all its events at one instant.
      const last = then.log.at(-1)!;
      expect(last.timeNs).toBe(log[index]!.timeNs);
      expect(then.nowNs).toBeLessThanOrEqual(made.lab.nowNs);
    }
    expect(made.at(0).isIdle).toBe(false);
    expect(made.at(log.length - 1).isIdle).toBe(true);
  });

  test('the state is that of then: the switch has not learned yet what it learns later', () => {
    const made = session();
    const learnedAt = made.lab.log.findIndex(
      (event) => event.kind === 'judged' && event.node === 'sw1' && event.port === 'p2',
    );
    const knowsB = (index: number): boolean => {
      const lab = made.at(index);
      return lab.switches.get('sw1')!.fdb.find(10, 0x00005e, 0x00530b, lab.nowMs) >= 0;
    };
    expect([knowsB(0), knowsB(learnedAt - 2), knowsB(learnedAt)]).toEqual([false, false, true]);
  });

  test('looking back does not change the session', () => {
    const made = session();
    const before = journal(made.lab.log);
    made.at(5).act(ping('VM-B', 'SV'));
    expect(journal(made.lab.log)).toBe(before);
  });

  test('beyond the end it is the end', () => {
    const made = session();
    expect(journal(made.at(10_000).log)).toBe(journal(made.lab.log));
  });
});

describe('what once went wrong', () => {
  test('the log up to an event is the same after a refused action, too', () => {
    const made = new Session(T1, noRules);
    made.act({ do: 'ping', from: 'nobody', to: 'VM-A' });
    made.act(ping('VM-A', 'VM-B'));
    const then = made.at(made.lab.log.length - 1);
    expect(journal(then.log)).toBe(journal(made.lab.log));
  });

  test('the log up to an event is the same in a lab that has no end, too', () => {
    const made = new Session(scenarioOf(LOOP), noRules);
    made.act({ do: 'send', from: 'VM-A', frame: { dst: 'ff:ff:ff:ff:ff:ff' } });
    const second = made.lab.log.length;
    made.act({ do: 'wait', seconds: 1 });
    expect(made.lab.log[second]!.kind).toBe('acted');
    expect(made.at(second).log[second]!.kind).toBe('acted');
  });
});
