/** A run told in Japanese: every sentence is filled, the summary says what the bytes did. */
import { describe, expect, test } from 'vitest';
import { explainAll, speakerOf } from '../../src/explain/explain.ts';
import { sightingOf } from '../../src/explain/sightings.ts';
import { reasoningOf, storyOf } from '../../src/explain/story.ts';
import { outcomeText } from '../../src/explain/summary.ts';
import { egressPorts, firstJudgement, judgementsOf } from '../../src/lab/egress.ts';
import type { Action } from '../../src/lab/action.ts';
import { ping, ranLab, T0, T1 } from '../lab/labs.ts';

const send = (from: string, dst: string, rest: object = {}): Action => ({ do: 'send', from, frame: { dst, ...rest } });
const vlan = (port: string, first: number, rest: object): Action => ({
  do: 'change',
  node: 'sw1',
  change: { kind: 'vlan', port, first, last: first, ...rest },
});

describe('the sentence of outcome', () => {
  test.for([
    ['unknown destination', T1, [send('VM-A', 'VM-B')], /表にない宛先/],
    ['broadcast', T1, [send('VM-A', 'ff:ff:ff:ff:ff:ff')], /ブロードキャスト/],
    ['known destination', T1, [send('VM-B', 'VM-A'), send('VM-A', 'VM-B')], /p2/],
    ['a tag that the port does not admit', T1, [send('VM-A', 'VM-B', { tag: { vid: 20 } })], /VLAN20/],
    ['answered ping', T1, [ping('VM-A', 'VM-B')], /^VM-AからVM-Bへのpingに返事が届きました。$/],
    ['ping between VLANs by the router', T1, [ping('VM-A', 'VM-C')], /返事が届きました/],
    ['ping that runs out of TTL', T1, [ping('VM-A', 'SV', 1)], /TTLが切れました/],
    [
      'ping to a guest in another VLAN now',
      T1,
      [vlan('p2', 10, { remove: true }), vlan('p2', 20, { pvid: true, untagged: true }), ping('VM-A', 'VM-B')],
      /MACアドレスが分からず/,
    ],
  ] as const)('%s', ([, scenario, actions, wanted]) => {
    const lab = ranLab(scenario, ...actions);
    expect(outcomeText(lab.log, scenario)).toMatch(wanted);
  });
});

describe('a story', () => {
  const lab = ranLab(T1, ping('VM-A', 'VM-C'), send('VM-A', 'ff:ff:ff:ff:ff:ff', { tag: { vid: 10 } }));
  const rows = storyOf(lab.log, T1);

  test('goes forward in time, tells each row in full, and leaves no placeholder', () => {
    const times = rows.map(({ time }) => Number(time.replaceAll(',', '')));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    for (const { text, place } of rows) {
      expect(text).not.toMatch(/[{}[\]]|undefined|null|NaN/);
      expect(text).toMatch(/。$/);
      expect(place).not.toBe('');
    }
  });

  test('begins at the sender and ends with the last frame’s fate', () => {
    expect(rows[0]!.place).toBe('VM-A');
    expect(rows.length).toBeGreaterThan(40);
  });
});

describe('なぜ？', () => {
  test('has a list for each frame sent by hand, under the frame’s own name', () => {
    const lab = ranLab(T0, send('VM-A', 'VM-B'), send('VM-B', 'VM-A'));
    const lists = reasoningOf(judgementsOf(lab.log, 'sw1', 0), lab.log, T0);
    expect(lists.map(({ frame }) => frame)).toEqual(['VM-A → VM-B 実験用のデータ', 'VM-B → VM-A 実験用のデータ']);
    const reasons = lists.map(({ stages }) => stages.map(({ reason }) => reason));
    expect(reasons[0]).toContain('flooded');
    expect(reasons[1]).toContain('delivered');
  });

  test('names the ports that a flood left out, and the command to see a loss with', () => {
    const lab = ranLab(T1, vlan('u1', 10, { remove: true }), vlan('p2', 10, { remove: true }), send('VM-A', 'VM-B'));
    const judged = firstJudgement(lab.log, 'sw1', 0)!;
    const speaker = speakerOf('sw1', T1);
    const lost = explainAll(judged.decisions, speaker).find(({ verdict }) => verdict === 'drop')!;
    expect(egressPorts(judged)).toEqual([]);
    expect(lost.reason).toBe('no-target');
    expect(lost.sentence).toMatch(/p2（.+）、p3（.+）、u1（.+）/);
    expect(sightingOf(lost, speaker)?.command).toBe('perf trace -e skb:kfree_skb');
  });

  test('commands name the switch and the port that it is about', () => {
    const lab = ranLab(T1, send('VM-A', 'VM-B', { tag: { vid: 20 } }));
    const speaker = speakerOf('sw1', T1);
    const { decisions } = firstJudgement(lab.log, 'sw1', 0)!;
    const commands = explainAll(decisions, speaker).flatMap((item) => sightingOf(item, speaker)?.command ?? []);
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.join()).not.toMatch(/\bbr0\b/);
  });
});
