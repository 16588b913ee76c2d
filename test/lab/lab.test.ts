/** A lab that runs: actions, refusals, settling, latencies: `src/lab/lab.ts` and `src/lab/switch-node.ts`. */
import { describe, expect, test } from 'vitest';
import { Random } from '../random.ts';
import type { Action, FrameSpec } from '../../src/lab/action.ts';
import { Lab, SETTLE_LIMIT } from '../../src/lab/lab.ts';
import { HOST_NS, PHYSICAL_LINK_NS, SWITCH_NS, VIRTUAL_LINK_NS } from '../../src/lab/latency.ts';
import { SetupRefused } from '../../src/lab/switch-node.ts';
import { allSwitches } from '../../src/console/switches.ts';
import { toHex } from '../../src/wire/bytes.ts';
import { frameText, isSeen, labText, noRules, ping, pingsOf, ranLab, scenarioOf, sighting, T0, T1 } from './labs.ts';
import { LINE, LOOP } from './loop.ts';

/** How often t0's switch floods when VM-B answers VM-A after so many seconds. */
function floodsAfter(seconds: number): number {
  const back = { do: 'send', from: 'VM-B', frame: { dst: 'VM-A' } } as const;
  const { log } = ranLab(T0, ...T0.run, { do: 'wait', seconds }, back);
  const decisions = log.flatMap((event) => (event.kind === 'judged' ? event.decisions : []));
  return decisions.filter(({ reason }) => reason === 'flooded').length;
}

function send(frame: FrameSpec): Action {
  return { do: 'send', from: 'VM-A', frame };
}

/** The frame that VM-A sends where it is told to send this. */
function firstFrame(frame: FrameSpec): string {
  return frameText(ranLab(T1, send(frame)).log.find(isSeen)!.bytes);
}

/** A frame to VM-B with so many bytes of payload. */
function sized(size: number): Action {
  return send({ dst: 'VM-B', hex: `00005e00530b00005e00530a88b5${'00'.repeat(size)}` });
}

/** Where frames with this text went out onto a physical wire, and their VID there. */
function wireTags({ log }: Lab, text: string): string[] {
  const departures = log.filter(isSeen).filter(({ point, direction }) => point === 'P5' && direction === 'out');
  return departures
    .filter(({ bytes }) => frameText(bytes).includes(text))
    .map(({ place, bytes }) => `${place} ${/ C(\d+) /.exec(frameText(bytes))?.[1] ?? '-'}`);
}

describe('settling', () => {
  test('a broadcast between two switches with two links has no end: the lab is stopped and says so', () => {
    const lab = new Lab(scenarioOf(LOOP), noRules);
    lab.act({ do: 'send', from: 'VM-A', frame: { dst: 'ff:ff:ff:ff:ff:ff' } });
    expect(lab.settle(500)).toBe(false);
    expect(lab.isIdle).toBe(false);
    // It goes round both ways, and comes out at the hosts again and again.
    const atB = lab.log.filter(isSeen).filter(({ place, point }) => place === 'VM-B.eth0' && point === 'P1');
    expect(atB.length).toBeGreaterThan(50);
  });

  test('also with the limit that is usual, and the actions that follow are not done', () => {
    const lab = new Lab(scenarioOf(LOOP), noRules);
    const started = performance.now();
    expect(lab.run([...lab.scenario.run, ping('VM-A', 'VM-B')])).toBe(false);
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(lab.log.filter(({ kind }) => kind === 'acted')).toHaveLength(1);
    expect(lab.log.filter(({ kind }) => kind === 'judged').length).toBeGreaterThanOrEqual(SETTLE_LIMIT);
  });

  test('LB-40: in the loop the switches do not know any more where VM-A is', () => {
    const lab = new Lab(scenarioOf(LOOP), noRules);
    lab.act({ do: 'send', from: 'VM-A', frame: { dst: 'ff:ff:ff:ff:ff:ff' } });
    lab.settle(200);
    const moves = lab.log.flatMap((event) => (event.kind === 'judged' ? event.decisions : []));
    expect(moves.filter(({ reason }) => reason === 'entry-moved').length).toBeGreaterThan(50);
  });

  test('with one link the same lab settles', () => {
    const lab = ranLab(scenarioOf(LINE), ping('VM-A', 'VM-B'));
    expect(pingsOf(lab)).toMatchObject([{ outcome: 'reply' }]);
    expect(lab.isIdle).toBe(true);
  });

  test('a limit that is just reached is no failure', () => {
    const lab = new Lab(T0, noRules);
    lab.act(T0.run[0]!);
    // The frame arrives at the switch, and its copy at VM-B.
    expect(lab.settle(2)).toBe(true);
    expect([lab.isIdle, lab.step()]).toEqual([true, false]);
  });

  test('with too small a limit it says that it has not settled, and can go on', () => {
    const lab = new Lab(T0, noRules);
    lab.act(T0.run[0]!);
    expect([lab.settle(1), lab.settle(1)]).toEqual([false, true]);
  });
});

describe('time', () => {
  test('what comes later: a virtual link before a switch before a physical link before a host', () => {
    const { log } = ranLab(T1, ping('VM-A', 'VM-B'));
    const at = (text: string): number => log.filter(isSeen).find((seen) => sighting(seen).includes(text))!.timeNs;
    const atSwitch = VIRTUAL_LINK_NS;
    expect(at('P2 in sw1.p1 #1')).toBe(atSwitch);
    expect(at('P1 in VM-B.eth0 #2')).toBe(atSwitch + SWITCH_NS + VIRTUAL_LINK_NS);
    expect(at('P6 in PSW.g1 #3')).toBe(atSwitch + SWITCH_NS + PHYSICAL_LINK_NS);
    const atB = at('P1 in VM-B.eth0 #2');
    expect(at('P2 in sw1.p2 #4')).toBe(atB + HOST_NS + VIRTUAL_LINK_NS);
  });

  test('waiting lets time pass and nothing else', () => {
    const lab = ranLab(T1, { do: 'wait', seconds: 1.5 });
    expect([lab.nowNs, lab.nowMs]).toEqual([1_500_000_000, 1500]);
    expect(lab.log).toEqual([
      { kind: 'acted', action: { do: 'wait', seconds: 1.5 }, refused: null, index: 0, timeNs: 0 },
    ]);
  });

  test('LB-41: what a switch has learned is forgotten after 300 seconds', () => {
    expect([floodsAfter(299), floodsAfter(301)]).toEqual([1, 2]);
  });
});

describe('hand-made frames', () => {
  test('names of nodes stand for their MAC addresses, hosts’ and switches’', () => {
    expect(firstFrame({ dst: 'VM-B' })).toBe('00:00:5e:00:53:0a > 00:00:5e:00:53:0b 0x88b5');
    expect(firstFrame({ dst: 'RT' })).toBe('00:00:5e:00:53:0a > 00:00:5e:00:53:01 0x88b5');
    expect(firstFrame({ dst: 'sw1' })).toBe('00:00:5e:00:53:0a > 00:00:5e:00:53:f0 0x88b5');
    expect(firstFrame({ dst: '01-80-C2-00-00-0E' })).toBe('00:00:5e:00:53:0a > 01:80:c2:00:00:0e 0x88b5');
  });

  test('source, tag and EtherType can be chosen', () => {
    expect(firstFrame({ dst: 'VM-B', src: 'VM-C' })).toBe('00:00:5e:00:53:0c > 00:00:5e:00:53:0b 0x88b5');
    expect(firstFrame({ dst: 'VM-B', src: '02:00:00:00:00:01' })).toBe('02:00:00:00:00:01 > 00:00:5e:00:53:0b 0x88b5');
    expect(firstFrame({ dst: 'VM-B', tag: { vid: 10 } })).toContain(' C10 0x88b5');
    expect(firstFrame({ dst: 'VM-B', tag: { vid: 20, pcp: 5, tpid: 0x88a8 } })).toContain(' S20 p5 0x88b5');
    expect(firstFrame({ dst: 'VM-B', etherType: 0x86dd })).toContain(' IPv6');
  });

  test('a packet between addresses is one that nobody answers', () => {
    const spec = { dst: 'VM-B', ip: { src: 'VM-A', dst: '192.0.2.12' } };
    expect(firstFrame(spec)).toBe('00:00:5e:00:53:0a > 00:00:5e:00:53:0b IPv4 ttl 64 echo reply id 0 seq 0');
    const { log } = ranLab(T1, send(spec));
    expect(log.filter((event) => isSeen(event) && event.place === 'VM-B.eth0' && event.direction === 'out')).toEqual(
      [],
    );
  });

  test('hexadecimal is sent as it is, and everything else is ignored', () => {
    const hex = 'ffffffffffff00005e00530a8100000a0800';
    expect(firstFrame({ dst: 'VM-B', etherType: 5, hex })).toBe('00:00:5e:00:53:0a > ff:ff:ff:ff:ff:ff C10 IPv4 ?');
  });
});

describe('changes while it runs', () => {
  test('LB-43: a port whose link is down gets nothing, and gets it again when the link is up', () => {
    const down = { do: 'change', node: 'sw1', change: { kind: 'link', port: 'p2', up: false } } as const;
    const up = { do: 'change', node: 'sw1', change: { kind: 'link', port: 'p2', up: true } } as const;
    const lab = ranLab(T1, down, ping('VM-A', 'VM-B'), up, ping('VM-A', 'VM-B'));
    expect(pingsOf(lab).map(({ outcome }) => outcome)).toEqual(['no-arp', 'reply']);
  });

  test('LB-30: a port that is put into another VLAN is cut off', () => {
    const change = { kind: 'vlan', port: 'p2', first: 10, last: 10, remove: true } as const;
    const lab = ranLab(T1, { do: 'change', node: 'sw1', change }, ping('VM-A', 'VM-B'));
    expect(pingsOf(lab)).toMatchObject([{ outcome: 'no-arp' }]);
  });

  test('Q-8.6.1: the link of a physical switch can be cut as well, and nothing else of it is modelled', () => {
    const lab = ranLab(
      T1,
      { do: 'change', node: 'PSW', change: { kind: 'link', port: 'g2', up: false } },
      ping('VM-A', 'SV'),
    );
    expect(pingsOf(lab)).toMatchObject([{ outcome: 'no-arp' }]);
    const other = { do: 'change', node: 'PSW', change: { kind: 'bridge', option: 'stp', value: 1 } } as const;
    expect(lab.act(other)).toEqual({ error: 'unmodelled', knob: 'bridge', value: '', expected: 'link' });
  });

  test('a change that the switch refuses is in the log with the reason, and changes nothing', () => {
    const lab = new Lab(T1, noRules);
    const action = {
      do: 'change',
      node: 'sw1',
      change: { kind: 'vlan', port: 'p1', first: 4095, last: 4095 },
    } as const;
    const refused = { error: 'EINVAL', knob: 'vid', value: '4095', expected: '1〜4094' };
    expect(lab.act(action)).toEqual(refused);
    expect(lab.log).toEqual([{ kind: 'acted', action, refused, index: 0, timeNs: 0 }]);
    expect(lab.isIdle).toBe(true);
  });
});

describe('actions that mean nothing', () => {
  test.each([
    [{ do: 'send', from: 'nobody', frame: { dst: 'VM-A' } }, 'send.from', 'nobody', 'VM-A, VM-B'],
    [ping('nobody', 'VM-A'), 'ping.from', 'nobody', 'VM-A, VM-B'],
    [ping('VM-A', 'nobody'), 'ping.to', 'nobody', 'VM-A, VM-B'],
    [ping('VM-A', '192.0.2.256'), 'ping.to', '192.0.2.256', 'VM-A, VM-B'],
    [{ do: 'change', node: 'nobody', change: { kind: 'fdb-flush' } }, 'change.node', 'nobody', 'sw1'],
  ] as const)('%j is refused, with the names that there are', (action, knob, value, expected) => {
    const lab = new Lab(T0, noRules);
    expect(lab.act(action)).toEqual({ error: 'unknown-node', knob, value, expected });
    expect([lab.log.length, lab.isIdle]).toEqual([1, true]);
  });
});

describe('setting up', () => {
  test('a switch that does not accept what the file says: the lab is not made, and says which and why', () => {
    const text = labText('t1').replace('vlan_default_pvid: 0', 'vlan_default_pvid: 4095');
    const make = (): Lab => new Lab(scenarioOf(text), noRules);
    expect(make).toThrow(SetupRefused);
    expect(make).toThrow('sw1: vlan_default_pvid 4095');
  });

  test('ACL-N-1: rules are read by the parser that is handed in, and stand in the way', () => {
    const rules = 'table bridge f { chain c { type filter hook forward priority 0; policy drop; }; }';
    const text = labText('t0').replace('    ports:\n', `    rules: '${rules}'\n    ports:\n`);
    const lab = new Lab(scenarioOf(text), allSwitches());
    lab.run(T0.run);
    const reasons = lab.log.flatMap((event) => (event.kind === 'judged' ? event.decisions : []));
    expect(reasons.filter(({ verdict }) => verdict === 'drop')).toHaveLength(1);
    expect(lab.log.filter(isSeen).map(({ place }) => place)).not.toContain('VM-B.eth0');
  });

  test('rules that the parser refuses are refused with the switch', () => {
    const text = labText('t0').replace('    ports:\n', `    rules: nonsense\n    ports:\n`);
    expect(() => new Lab(scenarioOf(text), noRules)).toThrow(SetupRefused);
  });

  test('a port without a link sends into nothing', () => {
    const text = labText('t0').replace('  - [VM-B.eth0, sw1.p2]\n', '');
    const { log } = ranLab(scenarioOf(text), ...T0.run);
    expect(log.filter(isSeen).map(({ place }) => place)).toEqual(['VM-A.eth0', 'VM-A.eth0', 'sw1.p1', 'sw1.p2']);
  });
});

describe('ports as the file describes them', () => {
  test('LB-26, Q-8.6.4: the native VLAN of a trunk goes untagged, the others tagged', () => {
    const text = labText('t1')
      .replace('role: uplink, trunk: [10, 20]', 'role: uplink, trunk: [20], native: 10')
      .replace('53:e1, role: physical, trunk: [10, 20]', '53:e1, role: physical, trunk: [20], native: 10');
    const lab = ranLab(scenarioOf(text), ping('VM-A', 'SV'), ping('VM-C', 'SV'));
    expect(pingsOf(lab).map(({ outcome }) => outcome)).toEqual(['reply', 'reply']);
    const first = ['sw1.u1 -', 'PSW.g2 10', 'RT.eth1 -'];
    const second = ['sw1.u1 20', 'PSW.g2 20', 'RT.eth1 -'];
    expect(wireTags(lab, 'echo request')).toEqual([...first, ...second]);
  });

  test('LB-35: ports with the flag `isolated` do not reach each other, and reach the others', () => {
    const text = labText('t1').replaceAll(
      /(p[12]): \{ (mac: \S+), vlan: 10 \}/g,
      '$1: { $2, vlan: 10, flags: { isolated: "on" } }',
    );
    const lab = ranLab(scenarioOf(text), ping('VM-A', 'VM-B'), ping('VM-A', 'SV'));
    expect(pingsOf(lab).map(({ outcome }) => outcome)).toEqual(['no-arp', 'reply']);
  });

  test('LB-45: a port with a small MTU loses what is larger', () => {
    const text = labText('t0').replace('p2: { mac: 00:00:5e:00:53:f2 }', 'p2: { mac: 00:00:5e:00:53:f2, mtu: 100 }');
    const lab = ranLab(scenarioOf(text), sized(100), sized(200));
    const drops = lab.log.flatMap((event) => (event.kind === 'judged' ? event.decisions : []));
    expect(drops.filter(({ verdict }) => verdict === 'drop').map(({ reason }) => reason)).toEqual(['mtu-exceeded']);
    expect(lab.log.filter(isSeen).filter(({ place, point }) => place === 'VM-B.eth0' && point === 'P1')).toHaveLength(
      1,
    );
  });
});

test('whatever is sent, the lab settles and nothing throws: 1,000 frames (seed 1)', () => {
  const random = new Random(1);
  const lab = new Lab(T1, noRules);
  const beginnings = ['', 'ffffffffffff00005e00530a', '00005e00530100005e00530a', '00005e00530b00005e00530c81'];
  for (let count = 0; count < 1000; count++) {
    const hex = random.pick(beginnings) + toHex(random.bytes(random.below(60)));
    lab.act({ do: 'send', from: random.pick(['VM-A', 'VM-B', 'VM-C', 'RT', 'SV']), frame: { dst: 'VM-B', hex } });
    expect(lab.settle()).toBe(true);
  }
  expect(lab.log.length).toBeGreaterThan(5000);
});

describe('what once went wrong', () => {
  test('a switch cannot be told to send or to ping: that is refused', () => {
    const lab = new Lab(T1, noRules);
    expect(lab.act({ do: 'send', from: 'sw1', frame: { dst: 'VM-A' } })).toMatchObject({ error: expect.any(String) });
    expect(lab.act(ping('sw1', 'VM-A'))).toMatchObject({ error: expect.any(String) });
  });

  test('a ping to a switch, which has no IP address, is refused', () => {
    expect(new Lab(T1, noRules).act(ping('VM-A', 'sw1'))).toMatchObject({ error: expect.any(String) });
  });

  test('a change of a host, which cannot be changed, is refused', () => {
    const change = { kind: 'link', port: 'eth0', up: false } as const;
    expect(new Lab(T1, noRules).act({ do: 'change', node: 'VM-A', change })).not.toBeNull();
  });

  test('time does not go back', () => {
    const lab = new Lab(T1, noRules);
    lab.act({ do: 'wait', seconds: -3 });
    expect(lab.nowNs).toBeGreaterThanOrEqual(0);
  });

  test('a frame in text that is not hexadecimal is refused', () => {
    const action = { do: 'send', from: 'VM-A', frame: { dst: 'VM-B', hex: 'zz' } } as const;
    expect(new Lab(T1, noRules).act(action)).not.toBeNull();
  });

  test('a frame to a name that nobody has is refused, not sent to 00:00:00:00:00:00', () => {
    expect(new Lab(T1, noRules).act({ do: 'send', from: 'VM-A', frame: { dst: 'VM-X' } })).not.toBeNull();
  });
});
