/** NIC teaming of VMware's virtual switches (VSS-17), and the reverse-path check that follows from it (VSS-16). */
import { describe, expect, it } from 'vitest';
import { BROADCAST, frame, guest } from './bench.ts';
import { stranger, told, VmwareBench, wireFrame, type Settings, type VmwareSetup } from './vmware-bench.ts';

const OUT = stranger(1);

function team(options: Settings, uplinks = 2, ports = 3): VmwareBench {
  const setup: VmwareSetup = {
    uplinks,
    options,
    groups: { A: { vlan: 10 } },
    ports: Array.from({ length: ports }, () => 'A'),
  };
  return new VmwareBench(setup);
}

/** By which uplink each port's frame to the outside leaves. */
function ways(bench: VmwareBench, rest?: string): string {
  const ports = bench.profile.ports.filter((port) => port?.isUplink === false);
  return ports
    .map(
      (_, index) =>
        Object.keys(bench.send(`p${index + 1}`, frame(OUT, guest(index + 1), '-', rest)).egress)[0]?.slice(5) ?? '-',
    )
    .join('');
}

function octet(number: number): string {
  return number.toString(16).padStart(2, '0');
}

/** IPv4 from and to these last octets. */
function ip(src: number, dst: number): string {
  return `080045000014000000004011${'0000'}c00002${octet(src)}c63364${octet(dst)}`;
}

describe('which uplink', () => {
  it('VSS-17 (Route Based on Originating Virtual Port): each port has its uplink, whatever it sends', () => {
    const bench = team({ teaming: 'portid' });
    expect([ways(bench), ways(bench, ip(1, 2))]).toEqual(['010', '010']);
    const sent = bench.send('p1', frame(OUT, guest(1)));
    expect(told(sent, 'uplink-not-chosen')).toMatchObject({
      verdict: 'filtered',
      rule: 'VSS-17',
      port: 'vmnic1',
      values: { chosen: 'vmnic0' },
      doubt: 'VSS-17/uplink-not-chosen',
    });
  });

  it('VSS-17 (Route Based on Source MAC Hash): the source’s address decides', () => {
    const bench = team({ teaming: 'mac', 'forged-transmits': 'accept' }, 3);
    expect(ways(bench)).toBe('120');
    expect(bench.see('p1', frame(OUT, guest(3)))).toBe('vmnic0 C10');
  });

  it('VSS-17 (GUID-523FDFBD, Route Based on IP Hash): the last octets of both addresses, exclusive-or, by the number of uplinks', () => {
    const bench = team({ teaming: 'iphash' }, 2, 1);
    const way = (src: number, dst: number): string => ways(bench, ip(src, dst));
    expect([way(1, 1), way(1, 2), way(2, 1), way(2, 4), way(255, 254)]).toEqual(['0', '1', '1', '0', '1']);
  });

  it('VSS-17 (GUID-523FDFBD): of what is no IP, what stands at the place of the addresses; of what is too short, nothing', () => {
    const bench = team({ teaming: 'iphash' }, 2, 1);
    expect([
      ways(bench, `88b5${'00'.repeat(19)}01`),
      ways(bench, `88b5${'00'.repeat(20)}`),
      ways(bench, '88b501'),
    ]).toEqual(['1', '0', '0']);
    const tagged = new VmwareBench({
      uplinks: 2,
      options: { teaming: 'iphash' },
      groups: { G: { vlan: 4095 } },
      ports: ['G'],
    });
    expect([
      tagged.see('p1', frame(OUT, guest(1), 'C10', ip(1, 2))),
      tagged.see('p1', frame(OUT, guest(1), 'C10', ip(1, 3))),
    ]).toEqual(['vmnic1 C10', 'vmnic0 C10']);
  });

  it('VSS-17 (GUID-41162039, Use Explicit Failover Order): always the first of the list that works', () => {
    const bench = team({ teaming: 'explicit', active: 'vmnic2, vmnic0', standby: 'vmnic1' }, 3);
    expect(ways(bench)).toBe('222');
    const sent = bench.send('p1', frame(BROADCAST, guest(1)));
    expect(told(sent, 'uplink-not-chosen')).toMatchObject({ rule: 'VSS-12', values: { chosen: 'vmnic2' } });
    expect(told(sent, 'uplink-not-chosen').doubt).toBeUndefined();
    expect(told(bench.send('p1', frame(OUT, guest(1))), 'uplink-not-chosen')).toMatchObject({ rule: 'VSS-11' });
    bench.link('vmnic2', false);
    expect(ways(bench)).toBe('000');
    bench.link('vmnic0', false);
    expect(ways(bench)).toBe('111');
    bench.link('vmnic2', true);
    expect(ways(bench)).toBe('222');
  });

  it('VSS-17: an uplink that is neither active nor on standby carries nothing', () => {
    const bench = team({ active: 'vmnic1' });
    expect(ways(bench)).toBe('111');
    bench.link('vmnic1', false);
    expect(ways(bench)).toBe('---');
    expect(bench.drop('p1', frame(OUT, guest(1)))).toMatchObject({ reason: 'no-uplink', rule: 'VSS-17' });
    const flood = bench.send('p1', frame(BROADCAST, guest(1)));
    expect([bench.about('vmnic0', flood), bench.about('vmnic1', flood)]).toEqual([
      ['uplink-not-chosen'],
      ['link-down'],
    ]);
    expect(told(flood, 'uplink-not-chosen').values).toMatchObject({ chosen: 'none' });
  });

  it('VSS-17: without an order every uplink is active, but for those on standby', () => {
    const bench = team({ standby: 'vmnic1' }, 3, 4);
    expect(ways(bench)).toBe('0202');
  });

  it('VSS-17: port groups override the order of the switch, setting by setting', () => {
    const bench = new VmwareBench({
      uplinks: 2,
      options: { teaming: 'explicit', active: 'vmnic0', standby: 'vmnic1' },
      groups: { A: { vlan: 10 }, B: { vlan: 10, active: 'vmnic1', standby: 'vmnic0' } },
      ports: ['A', 'B'],
    });
    expect(ways(bench)).toBe('01');
    bench.set('B', 'active', null);
    bench.set('B', 'standby', null);
    expect(ways(bench)).toBe('00');
  });
});

describe('failover', () => {
  it('VSS-17 (Teaming and Failover Policy): a standby uplink takes the place of the one that failed, others stay where they are', () => {
    const bench = team({ active: 'vmnic0, vmnic1', standby: 'vmnic2' }, 3, 4);
    expect(ways(bench)).toBe('0101');
    bench.link('vmnic0', false);
    expect(ways(bench)).toBe('2121');
    bench.link('vmnic2', false);
    expect(ways(bench)).toBe('1111');
  });

  it('VSS-17: it is told that the uplink was changed, while that lasts', () => {
    const bench = team({});
    bench.link('vmnic0', false);
    for (const dst of [OUT, BROADCAST]) {
      expect(told(bench.send('p1', frame(dst, guest(1))), 'uplink-failover')).toMatchObject({
        rule: 'VSS-17',
        stage: 'link',
        values: { from: 'vmnic0', to: 'vmnic1' },
      });
    }
    const reasons = bench.send('p2', frame(OUT, guest(2))).decisions.map(({ reason }) => reason);
    expect(reasons).not.toContain('uplink-failover');
    expect(bench.drop('vmnic0', wireFrame(guest(1), OUT, 'C10'))).toMatchObject({
      reason: 'link-down',
      rule: 'VSS-17',
    });
  });

  it('VSS-17 (Failback Yes): the uplink displaces its stand-in as soon as it is back', () => {
    const bench = team({ active: 'vmnic0', standby: 'vmnic1' });
    bench.link('vmnic0', false);
    expect(ways(bench)).toBe('111');
    bench.link('vmnic0', true);
    expect(ways(bench)).toBe('000');
  });

  it('VSS-17 (Failback No): it is left inactive until another active one fails and must be replaced', () => {
    const bench = team({ active: 'vmnic0', standby: 'vmnic1', failback: 'no' });
    bench.link('vmnic0', false);
    bench.link('vmnic0', true);
    expect(ways(bench)).toBe('111');
    // A setting that has nothing to do with the team does not bring it back.
    bench.set('A', 'promiscuous', 'accept');
    expect(ways(bench)).toBe('111');
    bench.link('vmnic1', false);
    expect(ways(bench)).toBe('000');
  });

  it('VSS-17 (Failback No): also with an explicit order, and with several active uplinks', () => {
    const explicit = team({ teaming: 'explicit', failback: 'no' }, 3);
    explicit.link('vmnic0', false);
    explicit.link('vmnic0', true);
    expect(ways(explicit)).toBe('111');
    const several = team({ active: 'vmnic0, vmnic1', standby: 'vmnic2', failback: 'no' }, 3, 4);
    several.link('vmnic1', false);
    several.link('vmnic1', true);
    expect(ways(several)).toBe('0202');
    several.link('vmnic0', false);
    expect(ways(several)).toBe('1212');
  });
});

describe('the reverse-path check', () => {
  it('VSS-16 (HostNicTeamingPolicy.reversePolicy): what comes back with a local source is the host’s own reflection', () => {
    const bench = team({});
    const sent = bench.send('vmnic1', wireFrame(BROADCAST, guest(1), 'C10'));
    expect(sent.egress).toEqual({});
    expect(told(sent, 'reverse-filter')).toMatchObject({
      verdict: 'drop',
      rule: 'VSS-16',
      values: { src: guest(1), uplink: 'vmnic1', chosen: 'p1' },
      doubt: 'VSS-16',
    });
    expect(bench.see('vmnic1', wireFrame(guest(2), guest(1), 'C10'))).toBe('nothing');
    // The same address in another VLAN is another one (VSS-9).
    expect(told(bench.send('vmnic1', wireFrame(BROADCAST, guest(1), 'C20')), 'no-target').rule).toBe('VSS-14');
  });

  it('VSS-16, second-hand: each port gets a broadcast from its own uplink only, so once', () => {
    const bench = team({});
    const from = (uplink: string): string => bench.see(uplink, wireFrame(BROADCAST, OUT, 'C10'));
    expect([from('vmnic0'), from('vmnic1')]).toEqual(['p1 -, p3 -', 'p2 -']);
    const { decisions } = bench.send('vmnic1', wireFrame(BROADCAST, OUT, 'C10'));
    expect(decisions.find(({ reason, port }) => reason === 'reverse-filter' && port === 'p1')).toMatchObject({
      verdict: 'filtered',
      rule: 'VSS-16',
      values: { uplink: 'vmnic1', chosen: 'vmnic0', receiver: 'p1' },
    });
  });

  it('VSS-16: it goes by the teaming that is set, and follows failover', () => {
    const byMac = team({ teaming: 'mac' });
    expect(byMac.see('vmnic0', wireFrame(BROADCAST, OUT, 'C10'))).toBe('p2 -');
    const explicit = team({ teaming: 'explicit' });
    expect(explicit.see('vmnic1', wireFrame(BROADCAST, OUT, 'C10'))).toBe('nothing');
    explicit.link('vmnic0', false);
    expect(explicit.see('vmnic1', wireFrame(BROADCAST, OUT, 'C10'))).toBe('p1 -, p2 -, p3 -');
  });

  it('VSS-16, unverified: with IP hash any uplink is right, and only reflections are dropped', () => {
    const bench = team({ teaming: 'iphash' });
    expect(bench.see('vmnic1', wireFrame(BROADCAST, OUT, 'C10'))).toBe('p1 -, p2 -, p3 -');
    expect(bench.drop('vmnic1', wireFrame(BROADCAST, guest(1), 'C10'))).toMatchObject({ reason: 'reverse-filter' });
  });

  it('VSS-16, unverified: a unicast is delivered from whatever uplink', () => {
    const sent = team({}).send('vmnic1', wireFrame(guest(1), OUT, 'C10'));
    expect(Object.keys(sent.egress)).toEqual(['p1']);
    expect(told(sent, 'delivered')).toMatchObject({ rule: 'VSS-16', doubt: 'VSS-16/delivered' });
  });

  it('VSS-16 (Broadcom blog, NSX Edge Bridge): a promiscuous port sees duplicates, unless Net.ReversePathFwdCheckPromisc is 1', () => {
    const bench = team({ promiscuous: 'accept' }, 2, 1);
    bench.must({ kind: 'guest-promiscuous', port: 'p1', on: true });
    const all = (): string[] => [
      bench.see('vmnic0', wireFrame(BROADCAST, OUT, 'C10')),
      bench.see('vmnic1', wireFrame(BROADCAST, OUT, 'C10')),
      bench.see('vmnic1', wireFrame(stranger(2), OUT, 'C10')),
      bench.see('vmnic1', wireFrame(BROADCAST, guest(1), 'C10')),
      bench.see('vmnic0', wireFrame(stranger(2), OUT, 'C10')),
    ];
    expect(all()).toEqual(['p1 -', 'p1 -', 'p1 -', 'p1 -', 'p1 -']);
    bench.must({ kind: 'vswitch', option: 'Net.ReversePathFwdCheckPromisc', value: 1 });
    expect(all()).toEqual(['p1 -', 'nothing', 'nothing', 'nothing', 'p1 -']);
  });
});
