/** The ways that frames took, and where they came out: `src/lab/journey.ts`, `src/lab/egress.ts`. */
import { describe, expect, test } from 'vitest';
import { egressPorts, firstJudgement, judgementsOf } from '../../src/lab/egress.ts';
import { arrivalsOf, journeyOf, type Leg } from '../../src/lab/journey.ts';
import { SWITCH_NS } from '../../src/lab/latency.ts';
import { isSeen, labText, ping, ranLab, scenarioOf, sighting, T0, T1 } from './labs.ts';

/** `link VM-A.eth0 → sw1.p1 #1 vlan 10 tag -` */
function legText({ kind, from, to, frame, vid, tag, reason }: Leg): string {
  return `${kind} ${from} → ${to} #${frame} vlan ${vid} tag ${tag ?? '-'}${reason === null ? '' : ` ${reason}`}`;
}

describe('the ways of the standard lab’s first frame', () => {
  const { log } = ranLab(T1, ...T1.run);
  const legs = journeyOf(log);

  test('over links, through switches, and where it was left out', () => {
    expect(legs.map(legText).toSorted()).toEqual(
      [
        'link VM-A.eth0 → sw1.p1 #1 vlan 10 tag -',
        'relay sw1.p1 → sw1.p2 #2 vlan 10 tag -',
        'relay sw1.p1 → sw1.u1 #3 vlan 10 tag -',
        'filtered sw1.p1 → sw1.p3 #1 vlan 10 tag - vlan-not-allowed',
        'link sw1.p2 → VM-B.eth0 #2 vlan 10 tag -',
        'link sw1.u1 → PSW.g1 #3 vlan 10 tag 10',
        'relay PSW.g1 → PSW.g2 #4 vlan 10 tag -',
        'link PSW.g2 → RT.eth0 #4 vlan 10 tag 10',
      ].toSorted(),
    );
  });

  test('they begin in the order of time, and a stretch through a switch takes the switch’s time', () => {
    const starts = legs.map(({ startNs }) => startNs);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    for (const { kind, startNs, endNs } of legs) {
      if (kind === 'relay') expect(endNs - startNs).toBe(SWITCH_NS);
      else expect(endNs).toBeGreaterThanOrEqual(startNs);
    }
  });

  test('each ends with an event of the log that is about its frame', () => {
    for (const { event, frame, kind } of legs) {
      const ending = log[event]!;
      if (kind === 'link') expect(ending).toMatchObject({ kind: 'seen', frame, direction: 'in' });
      else expect(ending.kind).toBe('judged');
    }
  });

  test('at the hosts it is taken in or refused', () => {
    const arrivals = arrivalsOf(log, (node) => T1.hosts[node] !== undefined);
    expect(arrivals.map(({ node, frame, reason }) => [node, frame, reason])).toEqual([
      ['VM-B', 2, null],
      ['RT', 4, 'not-for-me'],
    ]);
  });
});

test('a frame that its switch refuses ends on its port', () => {
  const { log } = ranLab(T1, { do: 'send', from: 'VM-A', frame: { dst: 'VM-B', tag: { vid: 20 } } });
  const [way, end] = journeyOf(log);
  expect(legText(way!)).toMatch(/^link VM-A\.eth0 → sw1\.p1 #1 vlan \d+ tag 20$/);
  expect(end).toMatchObject({ kind: 'dropped', from: 'sw1.p1', to: 'sw1.p1', reason: 'vlan-mismatch' });
});

test('through the router a packet changes its VLAN', () => {
  const { log } = ranLab(T1, ping('VM-A', 'VM-C'));
  const tags = journeyOf(log)
    .filter(({ kind, from }) => kind === 'link' && from === 'RT.eth0')
    .map(({ vid, tag }) => [vid, tag]);
  expect(tags).toContainEqual([20, 20]);
  expect(tags).toContainEqual([10, 10]);
});

describe('what a reader asks about first', () => {
  const twice = ranLab(T1, { do: 'wait', seconds: 1 }, ...T1.run, ...T1.run, ping('VM-A', 'VM-B')).log;

  test('of every frame sent by hand the first judgement of the switch', () => {
    const judged = judgementsOf(twice, 'sw1');
    expect(judged.map(({ frame }) => frame)).toEqual([1, 5]);
    for (const { port } of judged) expect(port).toBe('p1');
  });

  test('from an event on: what was sent before does not count', () => {
    const second = twice.findLastIndex((event) => event.kind === 'acted' && event.action.do === 'send');
    expect(judgementsOf(twice, 'sw1', second).map(({ frame }) => frame)).toEqual([5]);
  });

  test('of a ping the first of all, which is ARP, and the first about the ping; where the switch saw nothing, none', () => {
    const { log } = ranLab(T1, ping('VM-A', 'SV'));
    expect(judgementsOf(log, 'PSW').map(({ port }) => port)).toEqual(['g1', 'g1']);
    expect(judgementsOf(log, 'sw9')).toEqual([]);
  });

  test('a frame that did not reach the switch has no judgement, and does not get that of the next', () => {
    // sw1 refuses the second: the physical switch sees the first and the third.
    const refused = { do: 'send', from: 'VM-A', frame: { dst: 'VM-B', tag: { vid: 20 } } } as const;
    const { log } = ranLab(T1, ...T1.run, refused, ...T1.run);
    expect(judgementsOf(log, 'PSW').map(({ timeNs }) => timeNs)).toHaveLength(2);
  });
});

describe('where the first frame went out', () => {
  test('every egress port of the first switch, sorted', () => {
    const { log } = ranLab(T1, ...T1.run);
    const judged = firstJudgement(log, 'sw1')!;
    expect(sighting(log.filter(isSeen).find(({ frame }) => frame === judged.frame)!)).toContain('VM-A.eth0 #1');
    expect(egressPorts(judged)).toEqual(['p2', 'u1']);
  });

  test('sorted by name, not by the order of the ports', () => {
    const { log } = ranLab(scenarioOf(labText('t1').replaceAll('p2', 'z2')), ...T1.run);
    expect(egressPorts(firstJudgement(log, 'sw1')!)).toEqual(['u1', 'z2']);
  });

  test('of a known destination it is one port, of a refused frame none', () => {
    const back = { do: 'send', from: 'VM-B', frame: { dst: 'VM-A' } } as const;
    const { log } = ranLab(T0, ...T0.run, back);
    const second = log.findLastIndex(({ kind }) => kind === 'acted');
    expect(egressPorts(firstJudgement(log, 'sw1', second)!)).toEqual(['p1']);
    const refused = ranLab(T1, { do: 'send', from: 'VM-A', frame: { dst: 'VM-B', tag: { vid: 20 } } });
    expect(egressPorts(firstJudgement(refused.log, 'sw1')!)).toEqual([]);
  });

  test('a switch that has judged nothing has no first judgement', () => {
    const { log } = ranLab(T0, ...T0.run);
    expect(firstJudgement(log, 'sw2')).toBeNull();
    expect(firstJudgement(log, 'sw1', log.length)).toBeNull();
  });
});
