/** The labs of the site: what a reader sees who does nothing, and who pings whom in the standard lab. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Action } from '../../src/lab/action.ts';
import type { Judged, LabEvent } from '../../src/lab/event.ts';
import { Lab } from '../../src/lab/lab.ts';
import { portStates } from '../../src/lab/port-state.ts';
import { SetupRefused } from '../../src/lab/switch-node.ts';
import { formatIpv4Address } from '../../src/wire/ipv4.ts';
import { isSeen, journal, noRules, ping, pingsOf, ranLab, scenarioOf, sighting, T0, T1 } from './labs.ts';

const FRAME = '00:00:5e:00:53:0a > 00:00:5e:00:53:0b';

function judgements(log: readonly LabEvent[]): Judged[] {
  return log.filter((event) => event.kind === 'judged');
}

/** `sw1.p1 flooded, ingress-port, host-excluded → 2` */
function verdicts(log: readonly LabEvent[]): string[] {
  return judgements(log).map(({ node, port, decisions, sent }) => {
    const reasons = decisions.flatMap(({ reason }) => (reason === null ? [] : [reason]));
    return `${node}.${port} ${reasons.join(', ')} → ${sent.join(', ')}`;
  });
}

describe('the run of t0', () => {
  const { log } = ranLab(T0, ...T0.run);

  test('VM-A’s frame goes into p1, out of p2 and into VM-B', () => {
    expect(log.filter(isSeen).map(sighting)).toEqual([
      `P0 out VM-A.eth0 #1 ${FRAME} 0x88b5`,
      `P1 out VM-A.eth0 #1 ${FRAME} 0x88b5`,
      `P2 in sw1.p1 #1 ${FRAME} 0x88b5`,
      `P3 out sw1.p2 #2 ${FRAME} 0x88b5`,
      `P1 in VM-B.eth0 #2 ${FRAME} 0x88b5`,
      `P0 in VM-B.eth0 #2 ${FRAME} 0x88b5`,
    ]);
  });

  test('the switch learns VM-A and floods; VM-B takes the frame in', () => {
    expect(verdicts(log)).toEqual(['sw1.p1 learned, flooded, ingress-port, host-excluded → 2', 'VM-B.eth0  → ']);
  });

  test('a second frame back goes to p1 alone, without a flood', () => {
    const lab = ranLab(T0, ...T0.run, { do: 'send', from: 'VM-B', frame: { dst: 'VM-A' } });
    expect(verdicts(lab.log)[2]).toBe('sw1.p2 learned, delivered → 4');
  });
});

describe('the run of t1', () => {
  const { log, parents } = ranLab(T1, ...T1.run);

  test('VM-A’s frame floods VLAN 10: untagged to VM-B, tagged out of the uplink to the router', () => {
    expect(log.filter(isSeen).map(sighting)).toEqual([
      `P0 out VM-A.eth0 #1 ${FRAME} 0x88b5`,
      `P1 out VM-A.eth0 #1 ${FRAME} 0x88b5`,
      `P2 in sw1.p1 #1 ${FRAME} 0x88b5`,
      `P3 out sw1.p2 #2 ${FRAME} 0x88b5`,
      `P4 out sw1.u1 #3 ${FRAME} C10 0x88b5`,
      `P5 out sw1.u1 #3 ${FRAME} C10 0x88b5`,
      `P1 in VM-B.eth0 #2 ${FRAME} 0x88b5`,
      `P0 in VM-B.eth0 #2 ${FRAME} 0x88b5`,
      `P6 in PSW.g1 #3 ${FRAME} C10 0x88b5`,
      `P6 out PSW.g2 #4 ${FRAME} C10 0x88b5`,
      `P5 out PSW.g2 #4 ${FRAME} C10 0x88b5`,
      `P5 in RT.eth0 #4 ${FRAME} C10 0x88b5`,
      `PD in RT.eth0 #4 ${FRAME} C10 0x88b5`,
    ]);
  });

  test('VLAN 20’s port is left out, the router drops what is not for it', () => {
    expect(verdicts(log)).toEqual([
      'sw1.p1 learned, flooded, ingress-port, vlan-not-allowed, tag-pushed, host-excluded → 2, 3',
      'VM-B.eth0  → ',
      'PSW.g1 learned, flooded, ingress-port → 4',
      'RT.eth0 not-for-me → ',
    ]);
  });

  test('a copy knows the frame that it was made from', () => {
    expect([...parents]).toEqual([
      [2, 1],
      [3, 1],
      [4, 3],
    ]);
  });

  test('GEN-5: a frame is padded to 60 bytes where it first goes over a physical wire', () => {
    const sizes = log.filter(isSeen).map(({ point, place, bytes }) => `${point} ${place} ${bytes.length}`);
    expect(sizes).toContain('P4 sw1.u1 28');
    expect(sizes).toContain('P5 sw1.u1 60');
    expect(sizes).toContain('P6 PSW.g1 60');
    expect(sizes).toContain('P1 VM-B.eth0 24');
  });
});

describe('ports of the standard lab', () => {
  test('say which VLANs they carry, and which is untagged', () => {
    const lab = new Lab(T1, noRules);
    expect(portStates(lab.switches.get('sw1')!)).toMatchObject({
      p1: { vid: 10, vids: [10], isUp: true },
      p3: { vid: 20, vids: [20], isUp: true },
      u1: { vid: 0, vids: [10, 20], isUp: true },
    });
    expect(portStates(lab.switches.get('PSW')!)).toEqual({
      g1: { vid: 0, vids: [10, 20], isUp: true },
      g2: { vid: 0, vids: [10, 20], isUp: true },
    });
  });

  test('a switch that knows no VLANs says none', () => {
    const lab = new Lab(T0, noRules);
    expect(portStates(lab.switches.get('sw1')!)['p1']).toEqual({ vid: 0, vids: [], isUp: true });
  });
});

describe('who reaches whom in the standard lab', () => {
  test.each([
    ['VM-A', 'VM-B', 'reply', '192.0.2.12', 64],
    ['VM-A', 'VM-C', 'reply', '198.51.100.13', 63],
    ['VM-A', 'RT', 'reply', '192.0.2.1', 64],
    ['VM-A', '198.51.100.1', 'reply', '198.51.100.1', 64],
    ['VM-A', 'SV', 'reply', '203.0.113.80', 63],
    ['VM-B', 'VM-A', 'reply', '192.0.2.11', 64],
    ['VM-C', 'VM-A', 'reply', '192.0.2.11', 63],
    ['VM-C', 'SV', 'reply', '203.0.113.80', 63],
    ['SV', 'VM-B', 'reply', '192.0.2.12', 63],
    ['SV', 'VM-C', 'reply', '198.51.100.13', 63],
    ['RT', 'VM-C', 'reply', '198.51.100.13', 64],
    ['VM-A', '192.0.2.99', 'no-arp', null, null],
    ['VM-A', '198.51.100.99', 'unreachable', '192.0.2.1', null],
    ['VM-A', '8.8.8.8', 'unreachable', '192.0.2.1', null],
    ['RT', '8.8.8.8', 'no-route', null, null],
  ])('GUEST-13: a ping from %s to %s ends as %s from %s', (from, to, outcome, answered, ttl) => {
    const [ended, ...others] = pingsOf(ranLab(T1, ping(from, to)));
    expect(ended).toMatchObject({ node: from, outcome, from: answered, ttl });
    expect(others).toEqual([]);
  });

  test.each([
    [1, 'ttl-expired', '192.0.2.1', null],
    [2, 'reply', '203.0.113.80', 63],
    [255, 'reply', '203.0.113.80', 63],
  ])('GUEST-8: with TTL %d a ping from VM-A to SV ends as %s from %s', (ttl, outcome, from, left) => {
    expect(pingsOf(ranLab(T1, ping('VM-A', 'SV', ttl)))).toMatchObject([{ outcome, from, ttl: left }]);
  });

  test('GUEST-8: TTL 1 is enough within a subnet', () => {
    expect(pingsOf(ranLab(T1, ping('VM-A', 'VM-B', 1)))).toMatchObject([{ outcome: 'reply' }]);
  });

  test('GUEST-3: nobody has the address: requests after 0, 1 and 2 seconds, the end after 3', () => {
    const { log } = ranLab(T1, ping('VM-A', '192.0.2.99'));
    const asked = log.filter((event) => isSeen(event) && event.point === 'P0' && event.direction === 'out');
    expect(asked.map(({ timeNs }) => timeNs / 1e9)).toEqual([0, 1, 2]);
    const end = log.at(-1)!;
    expect([end.kind, end.timeNs / 1e9]).toEqual(['ping', 3]);
    expect(end).toMatchObject({ to: '192.0.2.99', rttNs: 3e9 });
  });

  test('a second ping needs no ARP and is faster', () => {
    const [first, second] = pingsOf(ranLab(T1, ping('VM-A', 'SV'), ping('VM-A', 'SV')));
    expect(second!.rttNs).toBeLessThan(first!.rttNs);
    const { log } = ranLab(T1, ping('VM-A', 'SV'), ping('VM-A', 'SV'));
    const from = log.findLastIndex(({ kind }) => kind === 'acted');
    expect(log.slice(from).filter((event) => isSeen(event) && sighting(event).includes('ARP'))).toEqual([]);
  });

  test('LB-16, Q-8.7: afterwards the switches know where everybody is, in which VLAN', () => {
    const lab = ranLab(T1, ping('VM-A', 'VM-C'));
    const places = (node: string, name: string, vid: number): string | undefined => {
      const device = lab.switches.get(node)!;
      const [high, low] = [0x00005e, Number.parseInt(name, 16)];
      const slot = device.fdb.find(vid, high, low, lab.nowMs);
      return slot < 0 ? undefined : device.profile.ports[device.fdb.portAt(slot)]?.name;
    };
    expect(places('sw1', '00530a', 10)).toBe('p1');
    expect(places('sw1', '00530c', 20)).toBe('p3');
    expect(places('sw1', '005301', 10)).toBe('u1');
    expect(places('sw1', '005301', 20)).toBe('u1');
    expect(places('PSW', '00530a', 10)).toBe('g1');
    expect(places('PSW', '005301', 20)).toBe('g2');
    expect(places('sw1', '00530a', 20)).toBeUndefined();
  });

  test('GUEST-4: afterwards the hosts know each other’s MAC addresses, and strangers’ they do not', () => {
    const lab = ranLab(T1, ping('VM-A', 'VM-C'));
    const known = (host: string): string[] =>
      lab.hosts.get(host)!.neighbours.entries.map(([address, mac]) => `${formatIpv4Address(address)} ${mac}`);
    expect(known('VM-A')).toEqual(['192.0.2.1 00:00:5e:00:53:01']);
    expect(known('VM-B')).toEqual([]);
    expect(known('VM-C')).toEqual(['198.51.100.1 00:00:5e:00:53:01']);
    expect(known('RT')).toEqual(['192.0.2.11 00:00:5e:00:53:0a', '198.51.100.13 00:00:5e:00:53:0c']);
  });
});

describe('the same every time', () => {
  const actions: readonly Action[] = [
    ping('VM-A', 'VM-C'),
    { do: 'send', from: 'VM-C', frame: { dst: 'ff:ff:ff:ff:ff:ff', tag: { vid: 10, pcp: 5 } } },
    { do: 'wait', seconds: 301.5 },
    { do: 'change', node: 'sw1', change: { kind: 'link', port: 'p2', up: false } },
    ping('VM-A', 'VM-B'),
    ping('SV', 'VM-A', 1),
    { do: 'change', node: 'sw1', change: { kind: 'vlan', port: 'p2', first: 9999, last: 9999 } },
    { do: 'ping', from: 'nobody', to: 'VM-A' },
  ];

  test.each([
    ['t0', T0, T0.run],
    ['t1', T1, T1.run],
    ['t1, much of it', T1, actions],
  ])('%s: the same scenario and the same actions give the same log, byte for byte', (_, scenario, done) => {
    const once = journal(ranLab(scenario, ...done).log);
    expect(journal(ranLab(scenario, ...done).log)).toBe(once);
  });

  test('a scenario that has been written out and read in again gives the same log', () => {
    const copy = structuredClone(T1);
    expect(journal(ranLab(copy, ...actions).log)).toBe(journal(ranLab(T1, ...actions).log));
  });

  test('a lab of its own: what is done in one is not seen in another', () => {
    const untouched = journal(ranLab(T1, ping('VM-A', 'VM-B')).log);
    ranLab(T1, ...actions);
    expect(journal(ranLab(T1, ping('VM-A', 'VM-B')).log)).toBe(untouched);
  });

  test('events are numbered in order and time never goes back', () => {
    const { log } = ranLab(T1, ...actions);
    log.forEach((event, index) => {
      expect(event.index).toBe(index);
      expect(event.timeNs).toBeGreaterThanOrEqual(log[index - 1]?.timeNs ?? 0);
    });
  });

  test('a log that differs is told apart', () => {
    expect(journal(ranLab(T1, ping('VM-A', 'VM-B')).log)).not.toBe(journal(ranLab(T1, ping('VM-A', 'VM-B', 63)).log));
  });
});

describe('lab files', () => {
  const folder = new URL('../../content/labs/', import.meta.url);
  test.for(readdirSync(folder))('%s is accepted by its switches, and its run comes to an end', (name) => {
    const lab = new Lab(scenarioOf(readFileSync(new URL(name, folder), 'utf8')), noRules);
    expect(lab.scenario.run.length).toBeGreaterThan(0);
    expect(lab.run(lab.scenario.run)).toBe(true);
    expect(lab.log.some(({ kind }) => kind === 'judged')).toBe(true);
  });

  test('one whose switch refuses a flag is not', () => {
    const text = readFileSync(new URL('t0.yaml', folder), 'utf8').replace(
      '00:00:5e:00:53:f1 }',
      '00:00:5e:00:53:f1, flags: { isolated: maybe } }',
    );
    expect(() => new Lab(scenarioOf(text), noRules)).toThrow(SetupRefused);
  });
});
