/** What the vSphere Distributed Switch adds: trunk ranges, private VLANs, MAC learning, port blocking. */
import { describe, expect, it } from 'vitest';
import { BROADCAST, frame, guest } from './bench.ts';
import { mac } from '../../src/wire/mac-address.ts';
import { stranger, told, VmwareBench, wireFrame, type Settings, type VmwareSetup } from './vmware-bench.ts';

const OUT = stranger(1);

describe('VLANs of a distributed switch', () => {
  const TRUNK: VmwareSetup = {
    kind: 'vds',
    groups: { T: { trunk: '10-12, 20, 11-13' }, U: { trunk: '0,10' }, A: { vlan: 10 }, C: { vlan: 30 } },
    ports: ['T', 'U', 'A', 'C'],
  };

  it('VDS-1 (VmwareDistributedVirtualSwitchTrunkVlanSpec): only listed VLANs pass, ranges may overlap, tags are kept', () => {
    const bench = new VmwareBench(TRUNK);
    expect(bench.send('p1', frame(OUT, guest(1), 'C13p5')).egress).toEqual({ vmnic0: [frame(OUT, guest(1), 'C13p5')] });
    expect(bench.send('vmnic0', wireFrame(guest(1), OUT, 'C20p2')).egress).toEqual({
      p1: [wireFrame(guest(1), OUT, 'C20p2')],
    });
    expect(bench.drop('p1', frame(OUT, guest(1), 'C30'))).toMatchObject({
      reason: 'vlan-mismatch',
      rule: 'VDS-1',
      values: { vid: 30, accepts: ['10-13', '20'] },
    });
    expect(bench.drop('vmnic0', wireFrame(guest(1), OUT, 'C30'))).toMatchObject({ reason: 'unknown-dst' });
    expect(bench.see('p3', frame(BROADCAST, guest(3)))).toBe('p1 C10, p2 C10, vmnic0 C10');
    const flood = bench.send('p4', frame(BROADCAST, guest(4)));
    expect(flood.decisions.find(({ port, reason }) => port === 'p1' && reason === 'vlan-not-allowed')).toMatchObject({
      rule: 'VDS-1',
    });
  });

  it('VDS-1, second-hand: 0 in the range stands for untagged frames', () => {
    const bench = new VmwareBench(TRUNK);
    expect(bench.see('p2', frame(OUT, guest(2)))).toBe('vmnic0 -');
    expect(bench.see('vmnic0', wireFrame(guest(2), OUT))).toBe('p2 -');
    expect(bench.drop('p1', frame(OUT, guest(1)))).toMatchObject({
      reason: 'no-pvid',
      rule: 'VDS-1',
      values: { frame: 'pvid' },
      doubt: 'VDS-1/no-pvid',
    });
    expect(bench.drop('p1', frame(OUT, guest(1), 'C0p1'))).toMatchObject({
      reason: 'no-pvid',
      values: { frame: 'priority' },
    });
    expect(bench.drop('p1', frame(OUT, guest(1), 'S10'))).toMatchObject({
      reason: 'no-pvid',
      values: { frame: 'other-tpid' },
    });
    expect(bench.see('p2', frame(OUT, guest(2), 'C0p1'))).toBe('vmnic0 C0p1');
  });

  it('VDS-1 (PowerCLI: 0 and 4095 are reserved): a distributed switch has no VLAN ID 4095', () => {
    const bench = new VmwareBench(TRUNK);
    const change = { kind: 'port-group', group: 'A', setting: 'vlan', value: 4095 } as const;
    expect(bench.change(change)).toMatchObject({
      error: 'InvalidArgument',
      knob: 'vlan',
      value: '4095',
      expected: '0〜4094',
    });
    expect(bench.see('p3', frame(OUT, guest(3)))).toBe('vmnic0 C10');
  });
});

describe('private VLANs', () => {
  const PRIVATE: VmwareSetup = {
    kind: 'vds',
    options: { 'private-vlans': '100:100 promiscuous, 100:101 isolated, 100:102 community, 100:103 community' },
    groups: {
      P: { 'private-vlan': 100 },
      I: { 'private-vlan': 101 },
      C: { 'private-vlan': 102 },
      D: { 'private-vlan': 103 },
    },
    ports: ['P', 'I', 'I', 'C', 'C', 'D'],
  };
  const NAMES = ['P', 'I', 'I2', 'C', 'C2', 'D'];

  it('VDS-2 (vSphere Networking 6.7 p.141): promiscuous with all, community with its own, isolated with promiscuous only', () => {
    const bench = new VmwareBench(PRIVATE);
    const talks = NAMES.map((name, from) => {
      const to = NAMES.filter(
        (_, index) => bench.see(`p${from + 1}`, frame(guest(index + 1), guest(from + 1))) === `p${index + 1} -`,
      );
      return `${name}: ${to.join(' ')}`;
    });
    expect(talks).toEqual(['P: I I2 C C2 D', 'I: P', 'I2: P', 'C: P C2', 'C2: P C', 'D: P']);
  });

  it('VDS-2: broadcasts reach the same, and the uplink', () => {
    const bench = new VmwareBench(PRIVATE);
    const reach = NAMES.map((_, index) => bench.see(`p${index + 1}`, frame(BROADCAST, guest(index + 1))));
    expect(reach).toEqual([
      'p2 -, p3 -, p4 -, p5 -, p6 -, vmnic0 C100',
      'p1 -, vmnic0 C101',
      'p1 -, vmnic0 C101',
      'p1 -, p5 -, vmnic0 C102',
      'p1 -, p4 -, vmnic0 C102',
      'p1 -, vmnic0 C103',
    ]);
  });

  it('VDS-2, second-hand: on the wire one tag, the secondary VLAN’s, and the primary’s of promiscuous ports', () => {
    const bench = new VmwareBench(PRIVATE);
    const sent = bench.send('p2', frame(OUT, guest(2)));
    expect(sent.egress).toEqual({ vmnic0: [frame(OUT, guest(2), 'C101')] });
    expect(told(sent, 'tag-pushed')).toMatchObject({ rule: 'VDS-2', values: { vid: 101 }, doubt: 'VDS-2/tag-pushed' });
    expect(bench.see('p1', frame(OUT, guest(1)))).toBe('vmnic0 C100');
  });

  it('VDS-2: what comes from outside has the part that its tag says', () => {
    const bench = new VmwareBench(PRIVATE);
    const from = (tag: string): string => bench.see('vmnic0', wireFrame(BROADCAST, OUT, tag));
    expect([from('C100'), from('C101'), from('C102')]).toEqual([
      'p1 -, p2 -, p3 -, p4 -, p5 -, p6 -',
      'p1 -',
      'p1 -, p4 -, p5 -',
    ]);
    expect(bench.drop('vmnic0', wireFrame(guest(2), OUT, 'C101'))).toMatchObject({
      reason: 'pvlan-blocked',
      rule: 'VDS-2',
      port: 'p2',
      values: { inRole: 'isolated', outRole: 'isolated' },
    });
    const told102 = bench.send('vmnic0', wireFrame(guest(6), OUT, 'C102')).decisions;
    expect(told102[0]).toMatchObject({
      stage: 'vlan',
      rule: 'VDS-2',
      values: { how: 'private-vlan', vid: 100, role: 'community', secondary: 102 },
    });
    expect(told102.at(-1)).toMatchObject({
      verdict: 'drop',
      values: { inRole: 'community 102', outRole: 'community 103' },
    });
  });

  it('VDS-2: a promiscuous adapter does not look across the parts', () => {
    const bench = new VmwareBench({ ...PRIVATE, options: { ...PRIVATE.options, promiscuous: 'accept' } });
    bench.must({ kind: 'guest-promiscuous', port: 'p2', on: true });
    expect(bench.see('p4', frame(guest(5), guest(4)))).toBe('p5 -');
    expect(bench.see('p1', frame(guest(5), guest(1)))).toBe('p2 -, p5 -');
  });

  it('VSS-8: a guest in a private VLAN does not tag', () => {
    expect(new VmwareBench(PRIVATE).drop('p2', frame(OUT, guest(2), 'C101'))).toMatchObject({
      reason: 'vlan-mismatch',
      rule: 'VSS-8',
    });
  });

  it('VDS-2: one isolated VLAN a primary one, and every number once', () => {
    const bench = new VmwareBench({ kind: 'vds', groups: {}, ports: [] });
    const set = (value: string): unknown => bench.change({ kind: 'vswitch', option: 'private-vlans', value });
    const refused = { error: 'InvalidArgument', knob: 'private-vlans' };
    for (const wrong of [
      '100:101 isolated, 100:102 isolated',
      '100:101 isolated, 200:101 community',
      '100:100 isolated',
      '100:101 promiscuous',
      '100:101 isolated, 101:102 community',
      '100:101 isolated, 200:100 community',
      '100:4095 isolated',
      '100:0 isolated',
      '100:101 secluded',
      '100-101',
    ]) {
      expect(set(wrong), wrong).toMatchObject(refused);
    }
    expect(set('100:101 isolated, 200:201 isolated, 100:102 community')).toBeNull();
    expect(set('')).toBeNull();
  });
});

describe('MAC learning', () => {
  const LEARNING: Settings = { vlan: 10, 'mac-learning': 'on', 'forged-transmits': 'accept' };
  const LAB: VmwareSetup = {
    kind: 'vds',
    groups: { L: LEARNING, A: { vlan: 10 }, Q: { ...LEARNING, 'unicast-flooding': 'off' }, B: { vlan: 20 } },
    ports: ['L', 'L', 'A', 'Q', 'B'],
  };
  const nested = stranger(9);

  it('VDS-3 (GUID-E0246B3D): a source behind an adapter is learned on its port, and found there', () => {
    const bench = new VmwareBench(LAB);
    expect(told(bench.send('p1', frame(OUT, nested)), 'learned')).toMatchObject({
      rule: 'VDS-3',
      port: 'p1',
      values: { src: nested, vid: 10 },
    });
    const sent = bench.send('p3', frame(nested, guest(3)));
    expect(Object.keys(sent.egress)).toEqual(['p1']);
    expect(told(sent, 'delivered')).toMatchObject({ port: 'p1' });
    expect(bench.see('vmnic0', wireFrame(nested, OUT, 'C10'))).toBe('p1 -');
    expect(told(bench.send('p1', frame(OUT, nested)), 'entry-refreshed').rule).toBe('VDS-3');
    expect(told(bench.send('p2', frame(OUT, nested)), 'entry-moved')).toMatchObject({
      rule: 'VDS-3',
      values: { from: 'p1', to: 'p2' },
    });
    expect(bench.see('vmnic0', wireFrame(nested, OUT, 'C10'))).toBe('p2 -');
  });

  it('VDS-3: nothing is learned at uplinks, on port groups without it, or from the adapter’s own address', () => {
    const bench = new VmwareBench(LAB);
    bench.send('vmnic0', wireFrame(guest(1), OUT, 'C10'));
    bench.send('p3', frame(BROADCAST, guest(3)));
    const own = bench.send('p1', frame(BROADCAST, guest(1)));
    expect(own.decisions.filter(({ stage }) => stage === 'learning')).toEqual([]);
    expect(bench.profile.table.fdb.entries(0).filter(({ flags }) => flags === 0)).toEqual([]);
  });

  it('VDS-3 (NSX: whatever the VLAN): an address that an adapter of this host has is not learned', () => {
    const bench = new VmwareBench(LAB);
    for (const number of [3, 5]) {
      expect(told(bench.send('p1', frame(OUT, guest(number))), 'entry-pinned')).toMatchObject({
        rule: 'VDS-3',
        values: { src: guest(number), from: `p${number}`, entry: 'static' },
      });
    }
    expect(bench.see('vmnic0', wireFrame(guest(3), OUT, 'C10'))).toBe('p3 -');
    // And what was learned gives way to an adapter that comes to have the address.
    bench.send('p1', frame(OUT, nested));
    bench.set('B', 'mac-changes', 'accept');
    bench.must({ kind: 'guest-mac', port: 'p5', mac: mac(nested) });
    expect(bench.profile.table.fdb.entries(0).filter(({ flags }) => flags === 0)).toEqual([]);
  });

  it('VDS-3 (GUID-E0246B3D): unknown unicast is flooded to ports with learning and unicast flooding, and to no others', () => {
    const bench = new VmwareBench(LAB);
    expect(bench.see('vmnic0', wireFrame(stranger(2), OUT, 'C10'))).toBe('p1 -, p2 -');
    const sent = bench.send('p3', frame(stranger(2), guest(3)));
    expect(Object.keys(sent.egress).toSorted()).toEqual(['p1', 'p2', 'vmnic0']);
    expect(told(sent, 'flooded')).toMatchObject({ rule: 'VDS-3', values: { class: 'unknown-unicast', count: 3 } });
    expect(bench.about('p4', sent)).toEqual(['unknown-not-flooded']);
    expect(told(sent, 'unknown-not-flooded')).toMatchObject({
      rule: 'VDS-3',
      values: { condition: 'unicast-flooding' },
    });
    // In a VLAN without such a port everything is as on a standard switch.
    expect(bench.drop('vmnic0', wireFrame(stranger(2), OUT, 'C20'))).toMatchObject({ reason: 'unknown-dst' });
    expect(bench.see('p1', frame(stranger(2), guest(1)))).toBe('p2 -, vmnic0 C10');
  });

  it('VDS-3 (NSX aging time; of the distributed switch not documented): unused for 600 seconds an entry is gone', () => {
    const bench = new VmwareBench(LAB);
    bench.send('p4', frame(OUT, nested));
    bench.nowMs = 599_999;
    expect(bench.see('vmnic0', wireFrame(nested, OUT, 'C10'))).toBe('p4 -');
    bench.nowMs = 600_000;
    const sent = bench.send('vmnic0', wireFrame(nested, OUT, 'C10'));
    expect(Object.keys(sent.egress)).toEqual(['p1', 'p2']);
    expect(told(sent, 'entry-expired')).toMatchObject({
      rule: 'VDS-3',
      values: { mac: nested, age: 600, limit: 600 },
      doubt: 'VDS-3/entry-expired',
    });
  });

  it.each([
    ['drop', false],
    ['allow', true],
  ] as const)(
    'VDS-3 (limitPolicy): at the limit, %s: frames of new sources, and what is sent to them',
    (policy, passes) => {
      const limited: Settings = { ...LEARNING, 'mac-limit': 2, 'mac-limit-policy': policy, 'unicast-flooding': 'off' };
      const bench = new VmwareBench({ ...LAB, groups: { ...LAB.groups, L: limited } });
      bench.send('p1', frame(OUT, stranger(10)));
      bench.send('p1', frame(OUT, stranger(11)));
      const third = bench.send('p1', frame(OUT, stranger(12)));
      expect(Object.keys(third.egress)).toEqual(passes ? ['vmnic0'] : []);
      expect(told(third, passes ? 'table-full' : 'mac-limit')).toMatchObject({
        rule: 'VDS-3',
        port: 'p1',
        values: { count: 2, limit: 2 },
      });
      expect(bench.see('vmnic0', wireFrame(stranger(12), OUT, 'C10'))).toBe('nothing');
      // Known sources, and the adapter's own, go on; another port has its own count.
      expect(bench.see('p1', frame(OUT, stranger(10)))).toBe('vmnic0 C10');
      expect(bench.see('p1', frame(OUT, guest(1)))).toBe('vmnic0 C10');
      expect(told(bench.send('p2', frame(OUT, stranger(12))), 'learned').port).toBe('p2');
    },
  );

  it('VDS-3: entries that have expired, or moved away, make room', () => {
    const limited: Settings = { ...LEARNING, 'mac-limit': 1, 'mac-limit-policy': 'drop' };
    const bench = new VmwareBench({ ...LAB, groups: { ...LAB.groups, L: limited } });
    bench.send('p1', frame(OUT, stranger(10)));
    expect(bench.drop('p1', frame(OUT, stranger(11)))).toMatchObject({ reason: 'mac-limit' });
    bench.send('p2', frame(OUT, stranger(10)));
    expect(told(bench.send('p1', frame(OUT, stranger(11))), 'learned').port).toBe('p1');
    bench.nowMs = 600_000;
    expect(told(bench.send('p1', frame(OUT, stranger(12))), 'learned').port).toBe('p1');
  });

  it('VDS-3: switched off, or in another VLAN, what was learned is forgotten', () => {
    const bench = new VmwareBench(LAB);
    bench.send('p1', frame(OUT, nested));
    bench.set('L', 'mac-learning', 'off');
    bench.set('L', 'mac-learning', 'on');
    bench.set('L', 'unicast-flooding', 'off');
    expect(bench.see('vmnic0', wireFrame(nested, OUT, 'C10'))).toBe('nothing');
  });

  it('VDS-3: what is forgotten makes room', () => {
    const limited: Settings = { ...LEARNING, 'mac-limit': 1, 'mac-limit-policy': 'drop' };
    const bench = new VmwareBench({ ...LAB, groups: { ...LAB.groups, L: limited } });
    bench.send('p1', frame(OUT, stranger(10)));
    expect(bench.drop('p1', frame(OUT, stranger(11)))).toMatchObject({ reason: 'mac-limit' });
    bench.set('L', 'vlan', 20);
    expect(told(bench.send('p1', frame(OUT, stranger(11))), 'learned').port).toBe('p1');
  });

  it('VSS-16: a reflection of a machine behind an adapter is one, too', () => {
    const bench = new VmwareBench(LAB);
    bench.send('p1', frame(BROADCAST, nested));
    expect(bench.drop('vmnic0', wireFrame(BROADCAST, nested, 'C10'))).toMatchObject({
      reason: 'reverse-filter',
      values: { chosen: 'p1' },
    });
  });

  it('VSS-21: with MAC learning no promiscuous mode is needed', () => {
    const bench = new VmwareBench(LAB);
    expect(bench.see('p1', frame(OUT, nested))).toBe('p2 -, vmnic0 C10');
    expect(bench.see('vmnic0', wireFrame(nested, OUT, 'C10'))).toBe('p1 -');
  });

  it('a standard switch knows no MAC learning', () => {
    const bench = new VmwareBench({ groups: { A: {} }, ports: [] });
    const change = { kind: 'port-group', group: 'A', setting: 'mac-learning', value: 'on' } as const;
    expect(bench.change(change)).toMatchObject({ error: 'InvalidArgument', knob: 'mac-learning' });
  });
});

describe('port blocking', () => {
  it('VDS-5 (Port Blocking Policies): a blocked port neither sends nor gets anything', () => {
    const bench = new VmwareBench({
      kind: 'vds',
      options: { promiscuous: 'accept' },
      groups: { A: { vlan: 10 } },
      ports: ['A', 'A', 'A'],
    });
    bench.must({ kind: 'guest-promiscuous', port: 'p1', on: true });
    bench.must({ kind: 'block', port: 'p1', on: true });
    const expected = { reason: 'port-disabled', rule: 'VDS-5', port: 'p1', values: { direction: 'both' } };
    expect(bench.drop('p1', frame(guest(2), guest(1)))).toMatchObject(expected);
    expect(bench.drop('p2', frame(guest(1), guest(2)))).toMatchObject(expected);
    const flood = bench.send('p2', frame(BROADCAST, guest(2)));
    expect([Object.keys(flood.egress).toSorted(), told(flood, 'port-disabled').verdict]).toEqual([
      ['p3', 'vmnic0'],
      'filtered',
    ]);
    expect(bench.see('p2', frame(guest(3), guest(2)))).toBe('p3 -');
    bench.must({ kind: 'block', port: 'p1', on: false });
    expect(bench.see('p2', frame(guest(1), guest(2)))).toBe('p1 -');
  });

  it('VDS-5: a standard switch cannot block a port', () => {
    const bench = new VmwareBench({ groups: { A: {} }, ports: ['A'] });
    expect(bench.change({ kind: 'block', port: 'p1', on: true })).toMatchObject({ error: 'InvalidArgument' });
  });
});
