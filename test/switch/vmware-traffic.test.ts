/** Traffic rules of the distributed switch ("Traffic Filtering and Marking"). */
import { describe, expect, it } from 'vitest';
import { accessWarnings } from '../../src/filter/access-warnings.ts';
import type { RuleFilter } from '../../src/switch/profiles/vmware-vss/traffic-filter.ts';
import type { TrafficRule, TrafficRulesChange } from '../../src/switch/profiles/vmware-vss/traffic-rules.ts';
import { addAdapter, createSwitch } from '../../src/switch/profiles/vmware-vss/configuration.ts';
import { applyChange } from '../../src/switch/profiles/vmware-vss/change.ts';
import { VMKERNEL } from '../../src/switch/profiles/vmware-vss/vswitch-port.ts';
import { mac } from '../../src/wire/mac-address.ts';
import { BROADCAST, frame, guest } from './bench.ts';
import { ARP, echo, ip6, tcp, udp, udpPorts } from './packets.ts';
import { stranger, VmwareBench, wireFrame } from './vmware-bench.ts';

const [ONE, TWO, FAR] = ['10.0.0.1', '10.0.0.2', '192.0.2.9'];
const OUT = stranger(1);

/** p1 and p2 in VLAN 10, p3 tags for itself, and an uplink. */
class Rules extends VmwareBench {
  constructor(rules?: readonly TrafficRule[]) {
    super({
      kind: 'vds',
      groups: { A: { vlan: 10 }, B: { vlan: 10 }, T: { trunk: '0-4094' } },
      ports: ['A', 'B', 'T'],
    });
    if (rules !== undefined) this.put('group', 'A', rules);
  }

  put(on: TrafficRulesChange['on'], name: string, rules: readonly TrafficRule[] | null): void {
    this.must({ kind: 'traffic-rules', on, name, rules });
  }

  /** From p1 to p2, or the other way round. */
  pass(rest: string, from = 1): boolean {
    return this.see(`p${from}`, frame(guest(3 - from), guest(from), '-', rest)) === `p${3 - from} -`;
  }
}

describe('which rule decides', () => {
  it('VDS-4 (Traffic Filtering and Marking Policy, "strict order"): the first rule that matches, and no other', () => {
    const bench = new Rules([
      { action: 'allow', direction: 'both', ip: { protocol: 'tcp', dstPort: '80' } },
      { action: 'drop', direction: 'both', ip: { protocol: 'tcp' } },
      { action: 'allow', direction: 'both', ip: { src: ONE } },
      { action: 'drop', direction: 'both' },
    ]);
    expect(bench.pass(tcp(ONE, TWO, 1024, 80))).toBe(true);
    expect(bench.pass(tcp(ONE, TWO, 1024, 81))).toBe(false);
    expect(bench.pass(udp(ONE, TWO, 1024, 80))).toBe(true);
    expect(bench.pass(udp(FAR, TWO, 1024, 80))).toBe(false);
    expect(bench.pass(ARP)).toBe(false);
    expect(bench.drop('p1', frame(guest(2), guest(1), '-', tcp(ONE, TWO, 1, 81)))).toMatchObject({
      stage: 'filter',
      reason: 'acl-deny',
      rule: 'VDS-4',
      port: 'p1',
      values: { rule: 2, match: 'ip protocol tcp', action: 'drop' },
    });
  });

  it('VDS-4: a frame that no rule matches passes, which is told as a doubt', () => {
    const bench = new Rules([{ action: 'drop', direction: 'ingress', ip: { dst: FAR } }]);
    const { decisions } = bench.send('p1', frame(guest(2), guest(1), '-', ARP));
    expect(decisions.find(({ reason }) => reason === 'implicit-allow')).toMatchObject({
      rule: 'VDS-4',
      port: 'p1',
      doubt: 'VDS-4/implicit-allow',
      values: { rules: 1 },
    });
    expect(bench.pass(ARP)).toBe(true);
  });

  it('VDS-4 (Qualifying Traffic): ingress is from the adapter into the switch, egress is to the adapter', () => {
    const both = [true, true];
    const directions = { ingress: [false, true], egress: [true, false], both: [false, false] } as const;
    for (const [direction, passes] of Object.entries(directions)) {
      const bench = new Rules([{ action: 'drop', direction: direction as 'both', ip: { protocol: 'icmp' } }]);
      expect([bench.pass(echo(ONE, TWO, 8)), bench.pass(echo(TWO, ONE, 8), 2)], direction).toEqual(passes);
      expect([bench.pass(udp(ONE, TWO, 1, 2)), bench.pass(udp(TWO, ONE, 1, 2), 2)]).toEqual(both);
    }
  });

  it('VDS-4: towards an adapter each copy is looked at by itself', () => {
    const bench = new Rules([{ action: 'drop', direction: 'egress' }]);
    const { decisions } = bench.send('p2', frame(BROADCAST, guest(2)));
    expect(bench.see('p2', frame(BROADCAST, guest(2)))).toBe('p3 C10, vmnic0 C10');
    expect(decisions.find(({ verdict }) => verdict === 'drop')).toMatchObject({ reason: 'acl-deny', port: 'p1' });
  });
});

/** Rules that drop, on the way in, what this qualifier matches. */
function drops(qualifier: Partial<TrafficRule>): Rules {
  return new Rules([{ ...qualifier, action: 'drop', direction: 'ingress' }]);
}

describe('what rules look at', () => {
  it('VDS-4 (MAC Traffic Qualifier): addresses, and networks whose mask has ones where bits do not count', () => {
    expect(drops({ mac: { dst: guest(2) } }).pass(ARP)).toBe(false);
    expect(drops({ mac: { dst: guest(3) } }).pass(ARP)).toBe(true);
    expect(drops({ mac: { src: '02:00:00:00:00:00/00:00:00:00:00:0f' } }).pass(ARP)).toBe(false);
    expect(drops({ mac: { src: '02:00:00:00:00:10/00:00:00:00:00:0f' } }).pass(ARP)).toBe(true);
    expect(drops({ mac: { type: 0x0806 } }).pass(ARP)).toBe(false);
    expect(drops({ mac: { type: 0x0806 } }).pass(udp(ONE, TWO, 1, 2))).toBe(true);
  });

  it('VDS-4 (MAC Traffic Qualifier, VLAN ID): tags of a guest are seen, those of the switch at uplinks only', () => {
    const rules: TrafficRule[] = [{ action: 'drop', direction: 'both', mac: { vlan: 10 } }];
    const bench = new Rules(rules);
    expect(bench.pass(ARP)).toBe(true);
    bench.put('group', 'T', rules);
    expect(bench.see('p3', frame(OUT, guest(3), 'C10p5'))).toBe('nothing');
    expect(bench.see('p3', frame(OUT, guest(3), 'C20'))).toBe('vmnic0 C20');
    expect(bench.see('p3', frame(OUT, guest(3)))).toBe('vmnic0 -');
    // An S-tag is none.
    expect(bench.see('p3', frame(OUT, guest(3), 'S10'))).toBe('vmnic0 S10');
    bench.put('group', 'T', null);
    bench.put('uplinks', '', rules);
    expect(bench.drop('p1', frame(OUT, guest(1)))).toMatchObject({ rule: 'VDS-4', port: 'vmnic0' });
    expect(bench.drop('vmnic0', wireFrame(guest(1), OUT, 'C10'))).toMatchObject({ rule: 'VDS-4', port: 'vmnic0' });
    expect(bench.see('p3', frame(OUT, guest(3), 'C20'))).toBe('vmnic0 C20');
  });

  it('VDS-4 (IP Qualifier): addresses of both versions, protocols, ports with their ranges', () => {
    const [one6, two6] = [1, 2].map((last) => `20010db8${last.toString(16).padStart(24, '0')}`) as [string, string];
    expect(drops({ ip: { dst: '10.0.0.0/24' } }).pass(udp(ONE, TWO, 1, 2))).toBe(false);
    expect(drops({ ip: { dst: '10.0.0.0/24' } }).pass(udp(ONE, FAR, 1, 2))).toBe(true);
    expect(drops({ ip: { src: '2001:db8::/32' } }).pass(ip6(one6, two6, 17, udpPorts(1, 2)))).toBe(false);
    expect(drops({ ip: {} }).pass(ip6(one6, two6, 17, udpPorts(1, 2)))).toBe(false);
    expect(drops({ ip: {} }).pass(ARP)).toBe(true);
    expect(drops({ ip: { srcPort: '1000-2000' } }).pass(tcp(ONE, TWO, 2000, 1))).toBe(false);
    expect(drops({ ip: { srcPort: '1000-2000' } }).pass(tcp(ONE, TWO, 2001, 1))).toBe(true);
    expect(drops({ ip: { protocol: '17' } }).pass(udp(ONE, TWO, 1, 1))).toBe(false);
    // All qualifiers that are given have to match.
    expect(drops({ ip: { protocol: 'udp', src: FAR } }).pass(udp(ONE, TWO, 1, 1))).toBe(true);
  });

  it('VDS-4 (System Traffic Qualifier): virtual machines and the host’s own adapters', () => {
    const bench = new Rules([{ action: 'drop', direction: 'ingress', system: 'management' }]);
    addAdapter(bench.profile, 'vmk0', mac(guest(4)), VMKERNEL, 'A');
    bench.put('group', 'A', [{ action: 'drop', direction: 'ingress', system: 'management' }]);
    expect(bench.see('vmk0', frame(guest(2), guest(4)))).toBe('nothing');
    expect(bench.pass(ARP)).toBe(true);
    bench.put('group', 'A', [{ action: 'drop', direction: 'ingress', system: 'virtualMachine' }]);
    expect(bench.see('vmk0', frame(guest(2), guest(4)))).toBe('p2 -');
    expect(bench.pass(ARP)).toBe(false);
  });
});

describe('where rules stand', () => {
  it('VDS-4 (Override): a port’s own rules take the place of its group’s, and give it back', () => {
    const bench = new Rules([{ action: 'drop', direction: 'ingress' }]);
    bench.put('port', 'p1', []);
    expect(bench.pass(ARP)).toBe(true);
    bench.put('port', 'p1', null);
    expect(bench.pass(ARP)).toBe(false);
    bench.put('port', 'vmnic0', [{ action: 'drop', direction: 'egress', mac: { type: 0x88b5 } }]);
    expect(bench.drop('p2', frame(OUT, guest(2)))).toMatchObject({ port: 'vmnic0', reason: 'acl-deny' });
  });

  it('VDS-4: an adapter that is connected elsewhere comes under the rules there', () => {
    const bench = new Rules([{ action: 'drop', direction: 'ingress' }]);
    bench.must({ kind: 'connect', port: 'p1', group: 'B' });
    expect(bench.pass(ARP)).toBe(true);
    bench.must({ kind: 'connect', port: 'p2', group: 'A' });
    expect(bench.pass(ARP, 2)).toBe(false);
  });
});

describe('marking', () => {
  const tag = { action: 'tag', cos: 5, ip: { protocol: 'udp', dstPort: '5060' } } as const;

  it('VDS-4 (Tag, CoS): the priority on the way in is that of the tag that the uplink gets', () => {
    const bench = new Rules([{ ...tag, direction: 'ingress' }]);
    const call = udp(ONE, FAR, 9, 5060);
    const sent = bench.send('p1', frame(OUT, guest(1), '-', call));
    expect(sent.egress).toEqual({ vmnic0: [frame(OUT, guest(1), 'C10p5', call)] });
    expect(sent.decisions.find(({ reason }) => reason === 'pcp-marked')).toMatchObject({
      rule: 'VDS-4',
      values: { rule: 1, match: 'ip protocol udp dstPort 5060', pcp: 5 },
    });
    expect(bench.see('p1', frame(OUT, guest(1), '-', udp(ONE, FAR, 9, 5061)))).toBe('vmnic0 C10');
    // The next frame is not marked for the one before.
    bench.send('p1', frame(OUT, guest(1), 'C10', call));
    expect(bench.see('p2', frame(OUT, guest(2), '-', call))).toBe('vmnic0 C10');
  });

  it('VDS-4 (Tag, CoS): a tag that a guest has made gets another priority; DEI and VLAN stay', () => {
    const bench = new Rules();
    bench.put('group', 'T', [{ ...tag, direction: 'ingress', cos: 0 }]);
    const call = udp(ONE, FAR, 9, 5060);
    expect(bench.see('p3', frame(OUT, guest(3), 'C20p7d', call))).toBe('vmnic0 C20d');
    bench.put('group', 'T', [{ ...tag, direction: 'egress', cos: 3 }]);
    expect(bench.see('vmnic0', wireFrame(guest(3), OUT, 'C20p7d', call))).toBe('p3 C20p3d');
    expect(bench.see('vmnic0', wireFrame(guest(3), OUT, '-', call))).toBe('p3 -');
  });

  it('VDS-4 (Tag, CoS): at an uplink on the way out', () => {
    const bench = new Rules();
    bench.put('uplinks', '', [{ ...tag, direction: 'egress' }]);
    expect(bench.see('p1', frame(OUT, guest(1), '-', udp(ONE, FAR, 9, 5060)))).toBe('vmnic0 C10p5');
  });
});

describe('what is refused', () => {
  const rule = { action: 'drop', direction: 'both' } as const;
  it.each<[string, TrafficRule, string, string]>([
    ['an action of its own', { ...rule, action: 'deny' as 'drop' }, 'action', 'deny'],
    ['a direction of its own', { ...rule, direction: 'in' as 'both' }, 'direction', 'in'],
    ['Tag without a priority', { ...rule, action: 'tag' }, 'cos', ''],
    ['a priority that is none', { ...rule, action: 'tag', cos: 8 }, 'cos', '8'],
    ['a priority on Drop', { ...rule, cos: 1 }, 'cos', '1'],
    ['a MAC address that is none', { ...rule, mac: { src: '02:00' } }, 'mac.src', '02:00'],
    ['a mask that is none', { ...rule, mac: { dst: `${guest(1)}/24` } }, 'mac.dst', `${guest(1)}/24`],
    ['a VLAN that is none', { ...rule, mac: { vlan: 4095 } }, 'mac.vlan', '4095'],
    ['a length for a type', { ...rule, mac: { type: 1500 } }, 'mac.type', '1500'],
    ['an address that is none', { ...rule, ip: { src: '10.0.0' } }, 'ip.src', '10.0.0'],
    ['a protocol that is none', { ...rule, ip: { protocol: 'http' } }, 'ip.protocol', 'http'],
    ['ports of ICMP', { ...rule, ip: { protocol: 'icmp', dstPort: '80' } }, 'ip.protocol', 'icmp'],
    ['a range that goes backwards', { ...rule, ip: { srcPort: '9-8' } }, 'ip.srcPort', '9-8'],
    ['a kind of traffic that is none', { ...rule, system: 'web' }, 'system', 'web'],
  ])('%s: the rules before stay in force', (_, broken, knob, value) => {
    const bench = new Rules([{ action: 'drop', direction: 'ingress' }]);
    const change = {
      kind: 'traffic-rules',
      on: 'group',
      name: 'A',
      rules: [{ ...rule, action: 'allow' }, broken],
    } as const;
    expect(bench.change(change)).toMatchObject({ error: 'InvalidArgument', knob, value });
    expect(bench.pass(ARP)).toBe(false);
  });

  it('system traffic that is not modelled, and any at an uplink', () => {
    const bench = new Rules();
    for (const [on, name, system] of [
      ['group', 'A', 'vmotion'],
      ['uplinks', '', 'management'],
      ['port', 'vmnic0', 'virtualMachine'],
    ] as const) {
      expect(bench.change({ kind: 'traffic-rules', on, name, rules: [{ ...rule, system }] })).toMatchObject({
        error: 'unmodelled',
      });
    }
  });

  it('VDS-4: a standard switch has none, nor a switch that was made without; who is not there has none either', () => {
    const vss = new VmwareBench({ groups: { A: {} }, ports: ['A'] });
    const change = { kind: 'traffic-rules', on: 'group', name: 'A', rules: [rule] } as const;
    expect(vss.change(change)).toMatchObject({ error: 'InvalidArgument', expected: 'kind vds' });
    expect(applyChange(createSwitch('vds', 'vds'), change)).toMatchObject({ error: 'unmodelled' });
    const bench = new Rules();
    expect(bench.change({ ...change, name: 'X' })).toMatchObject({ error: 'NotFound', knob: 'group' });
    expect(bench.change({ ...change, on: 'port', name: 'X' })).toMatchObject({ error: 'NotFound', knob: 'port' });
  });
});

it('VDS-4: rules that an earlier one hides, and that contradict themselves, are told', () => {
  const bench = new Rules([
    { action: 'allow', direction: 'both', ip: { dst: '10.0.0.0/8' } },
    { action: 'drop', direction: 'ingress', ip: { dst: TWO, protocol: 'tcp' } },
    { action: 'drop', direction: 'both', mac: { type: 0x0806 }, ip: { src: ONE } },
    { action: 'drop', direction: 'both', ip: { protocol: 'tcp' } },
  ]);
  const { filter } = bench.profile.groups.get('A')!;
  const told = accessWarnings((filter as RuleFilter).entries).map(({ kind, entry }) => [kind, entry.text]);
  expect(told).toEqual([
    ['impossible', 'mac type 0x0806, ip src 10.0.0.1'],
    ['shadowed', 'ip dst 10.0.0.2 protocol tcp'],
  ]);
});
