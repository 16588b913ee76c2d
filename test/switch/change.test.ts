/**
 * Changing a Linux bridge while it runs: what is refused, with the kernel's own error and nothing changed, and what the
 * commands leave behind in the tables.
 */
import { describe, expect, it } from 'vitest';
import type { Setup } from '../../src/conformance/vector.ts';
import { HOST_PORT } from '../../src/switch/profile.ts';
import { applyChange, findPort, type LinuxBridgeChange } from '../../src/switch/profiles/linux-bridge/change.ts';
import { addPort, createBridge } from '../../src/switch/profiles/linux-bridge/configuration.ts';
import { mac } from '../../src/wire/mac-address.ts';
import { Bench, BROADCAST, frame, guest, portMac, ports } from './bench.ts';

const AWARE: Partial<Setup> = { bridge: { vlan_filtering: 1 } };
const vlan = (port: string, first: number, last = first): LinuxBridgeChange & { kind: 'vlan' } => ({
  kind: 'vlan',
  port,
  first,
  last,
});
const fdb = (port: string, number: number): LinuxBridgeChange & { kind: 'fdb' } => ({
  kind: 'fdb',
  port,
  mac: mac(guest(number)),
});

/** Everything that a change can change. */
function stateOf(bench: Bench): unknown {
  const { profile } = bench.relay;
  return {
    fdb: bench.fdb(),
    vlans: bench.vlans(),
    ports: profile.ports.map((port) => JSON.stringify(port)),
    bridge: [
      profile.vlanFiltering,
      profile.vlanProtocol,
      profile.defaultPvid,
      profile.groupFwdMask,
      profile.fdb.ageingTimeMs,
      profile.noLinklocalLearn,
      profile.isUp,
    ],
  };
}

describe('the defaults of Linux', () => {
  it('LB-1: a new bridge knows no VLANs, has default PVID 1, ageing time 300 s and its own address', () => {
    const bridge = createBridge('br0', mac('ee:00:00:00:00:b0'));
    expect(bridge).toMatchObject({
      vlanFiltering: false,
      vlanProtocol: 0x8100,
      defaultPvid: 1,
      groupFwdMask: 0,
      noLinklocalLearn: false,
      isPromiscuous: false,
      isUp: true,
    });
    expect(bridge.fdb.ageingTimeMs).toBe(300_000);
    expect(bridge.hostPort).toMatchObject({ mtu: 1500, pvid: 1 });
    expect(bridge.fdb.entries(0).map(({ mac: address, vid, port }) => [address, vid, port])).toEqual([
      ['ee:00:00:00:00:b0', 0, HOST_PORT],
      ['ee:00:00:00:00:b0', 1, HOST_PORT],
    ]);
  });

  it('LB-2, LB-32: a new port forwards, learns and floods, is not isolated, locked or hairpin, and has VLAN 1 untagged', () => {
    const bridge = createBridge('br0', mac('ee:00:00:00:00:b0'));
    const port = addPort(bridge, 'p1', mac(portMac(1)));
    expect(port).toMatchObject({
      state: 3,
      learning: true,
      flood: true,
      mcast_flood: true,
      bcast_flood: true,
      hairpin: false,
      isolated: false,
      locked: false,
      groupFwdMask: 0,
      linkUp: true,
      mtu: 1500,
      pvid: 1,
    });
    expect(port.memberSet()).toEqual([1]);
    expect(port.isUntagged(1)).toBe(true);
  });
});

describe("a change is refused with the kernel's error, and nothing changes:", () => {
  const cases: [string, string, LinuxBridgeChange, Partial<Setup>?][] = [
    ['ENODEV', 'a port that is not there', { kind: 'flag', port: 'p9', flag: 'learning', value: 'off' }],
    ['ENODEV', 'a VLAN on a port that is not there', vlan('p9', 10)],
    ['EINVAL', 'LB-29: VLAN 0', vlan('p1', 0)],
    ['EINVAL', 'LB-29: VLAN 4095', vlan('p1', 4095)],
    ['EINVAL', 'LB-29: a VLAN that is no integer', vlan('p1', 1.5)],
    ['EINVAL', 'LB-29: a range that ends at 4095', vlan('p1', 10, 4095)],
    ['EINVAL', 'a range that descends', vlan('p1', 20, 10)],
    ['EINVAL', 'a PVID that is a range', { ...vlan('p1', 10, 20), pvid: true }],
    ['EINVAL', 'LB-29: removing VLAN 4095', { ...vlan('p1', 4095), remove: true }],
    ['EOPNOTSUPP', 'LB-31: a VLAN of br0 without "self"', vlan('br0', 10)],
    [
      'ENOENT',
      'the state of a VLAN that the port has not',
      { kind: 'vlan-state', port: 'p1', first: 10, last: 10, state: 'learning' },
    ],
    [
      'EINVAL',
      'a state of a VLAN that there is not',
      { kind: 'vlan-state', port: 'p1', first: 1, last: 1, state: 'asleep' },
    ],
    ['EINVAL', 'a state of a VLAN above 4', { kind: 'vlan-state', port: 'p1', first: 1, last: 1, state: 5 }],
    ['EINVAL', 'a state of a port above 4', { kind: 'flag', port: 'p1', flag: 'state', value: 5 }],
    ['EINVAL', 'a state of a port that there is not', { kind: 'flag', port: 'p1', flag: 'state', value: 'asleep' }],
    ['EINVAL', 'a flag that there is not', { kind: 'flag', port: 'p1', flag: 'humming', value: 'on' }],
    ['EINVAL', 'a flag that is neither on nor off', { kind: 'flag', port: 'p1', flag: 'learning', value: 'maybe' }],
    [
      'unmodelled',
      'an attribute that is not modelled',
      { kind: 'slave', port: 'p1', attribute: 'mcast_router', value: 2 },
    ],
    ['unmodelled', 'a flag that is not modelled', { kind: 'flag', port: 'p1', flag: 'neigh_suppress', value: 'on' }],
    ['EINVAL', "LB-23: STP in the bridge's mask", { kind: 'bridge', option: 'group_fwd_mask', value: 1 }],
    ['EINVAL', "LB-23: pause in a port's mask", { kind: 'slave', port: 'p1', attribute: 'group_fwd_mask', value: 2 }],
    ['EINVAL', 'a bridge option that there is not', { kind: 'bridge', option: 'humming', value: 1 }],
    ['EINVAL', 'a VLAN protocol that is no TPID', { kind: 'bridge', option: 'vlan_protocol', value: '802.1X' }],
    ['EINVAL', 'LB-32: default PVID 4095', { kind: 'bridge', option: 'vlan_default_pvid', value: 4095 }],
    ['EINVAL', 'LB-32: a negative default PVID', { kind: 'bridge', option: 'vlan_default_pvid', value: -1 }],
    ['unmodelled', 'STP, which is not modelled', { kind: 'bridge', option: 'stp_state', value: 1 }],
    ['unmodelled', 'multicast snooping, which is not modelled', { kind: 'bridge', option: 'mcast_snooping', value: 1 }],
    ['EINVAL', 'an entry for the all-zero address', { ...fdb('p1', 10), mac: mac('00:00:00:00:00:00') }],
    ['EINVAL', 'LB-55: an entry in a VLAN that the port has not', { ...fdb('p1', 10), vid: 99 }],
    ['EINVAL', 'an entry in VLAN 4095', { ...fdb('p1', 10), vid: 4095 }],
    ['EINVAL', 'a sticky local entry', { ...fdb('p1', 10), state: 'local', sticky: true }],
    ['EINVAL', 'a static entry on br0', fdb('br0', 10)],
    ['EEXIST', 'LB-55: an entry that is there', fdb('p2', 20), { fdb: [{ dev: 'p1', mac: guest(20) }] }],
    ['EEXIST', "an entry for a port's own address", { ...fdb('p2', 0), mac: mac(portMac(1)) }],
    ['ENOENT', 'removing an entry that is not there', { ...fdb('p1', 10), remove: true }],
    [
      'ENOENT',
      'removing an entry of another port',
      { ...fdb('p2', 20), remove: true },
      { fdb: [{ dev: 'p1', mac: guest(20) }] },
    ],
    ['EINVAL', 'removing an entry in a VLAN that the port has not', { ...fdb('p1', 10), vid: 99, remove: true }],
    [
      'EPERM',
      'a dynamic entry on a port that does not learn',
      { ...fdb('p1', 10), state: 'dynamic' },
      { ports: ports(3, { p1: { state: '1' } }) },
    ],
  ];

  it.each(cases)('%s: %s', (error, _, change, setup = {}) => {
    const bench = new Bench({ ...AWARE, ...setup });
    const before = stateOf(bench);
    expect(applyChange(bench.relay.profile, change, 0)).toMatchObject({ error });
    expect(stateOf(bench)).toEqual(before);
  });

  it('ENETDOWN: LB-43: a state for a port without a link, or of a bridge that is down', () => {
    for (const port of ['p1', 'br0']) {
      const bench = new Bench({});
      bench.change({ port, link: 'down' });
      const change = { kind: 'flag', port: 'p1', flag: 'state', value: 3 } as const;
      expect(applyChange(bench.relay.profile, change, 0)).toMatchObject({ error: 'ENETDOWN' });
    }
  });

  it('what it was about, what stood there and what would do is told', () => {
    const { profile } = new Bench({}).relay;
    expect(applyChange(profile, vlan('p1', 4095), 0)).toEqual({
      error: 'EINVAL',
      knob: 'vid',
      value: '4095',
      expected: '1〜4094',
    });
    expect(applyChange(profile, vlan('p9', 1), 0)).toEqual({
      error: 'ENODEV',
      knob: 'dev',
      value: 'p9',
      expected: 'br0, p1, p2, p3',
    });
  });
});

describe('VLANs', () => {
  it('LB-55: adding a VLAN again without its flags clears them, and the state on the port stays', () => {
    const bench = new Bench({ ...AWARE, vlan_states: [{ dev: 'p1', vid: 1, state: 'blocking' }] });
    bench.change({ vlan: { dev: 'p1', vid: 1 } });
    expect(bench.vlans()['p1']).toEqual(['1']);
    expect(findPort(bench.relay.profile, 'p1')).toMatchObject({ pvid: 0 });
    expect(findPort(bench.relay.profile, 'p1')!.vlanState(1)).toBe(4);
  });

  it('LB-32, LB-55: a new PVID leaves the old VLAN as an untagged member', () => {
    const bench = new Bench(AWARE);
    bench.change({ vlan: { dev: 'p1', vid: 10, pvid: true, untagged: true } });
    expect(bench.vlans()['p1']).toEqual(['1 untagged', '10 pvid untagged']);
  });

  it('adding another VLAN leaves the PVID alone; deleting the PVID leaves none', () => {
    const bench = new Bench(AWARE);
    bench.change({ vlan: { dev: 'p1', vid: '10-12' } });
    expect(bench.vlans()['p1']).toEqual(['1 pvid untagged', '10-12']);
    bench.change({ vlan: { dev: 'p1', vid: 1, del: true } });
    expect(bench.vlans()['p1']).toEqual(['10-12']);
    expect(bench.drop('p1', frame(BROADCAST, guest(10)))).toMatchObject({ reason: 'no-pvid' });
  });

  it('LB-55: deleting a VLAN that is not there is no error, deleting one flushes what was learned in it', () => {
    const bench = new Bench({ ...AWARE, vlans: [{ dev: 'p1', vid: 10 }] });
    expect(bench.change({ vlan: { dev: 'p1', vid: 20, del: true } })).toBe(true);
    bench.inject('p1', frame(BROADCAST, guest(10), 'C10'));
    bench.inject('p1', frame(BROADCAST, guest(11)));
    bench.change({ vlan: { dev: 'p1', vid: 10, del: true } });
    expect(bench.fdb()).toEqual([{ mac: guest(11), port: 'p1', vlan: 1 }]);
  });

  it('LB-32: another default PVID replaces the old one only where it is in force and the new one is not there', () => {
    const bench = new Bench({
      ...AWARE,
      ports: ports(4),
      vlans: [
        { dev: 'p2', vid: 10, pvid: true, untagged: true },
        { dev: 'p3', vid: 5 },
        { dev: 'p4', vid: 1, del: true },
      ],
    });
    bench.change({ bridge: { vlan_default_pvid: 5 } });
    expect(bench.vlans()).toEqual({
      br0: ['5 pvid untagged'],
      p1: ['5 pvid untagged'],
      p2: ['1 untagged', '10 pvid untagged'],
      p3: ['1 pvid untagged', '5'],
    });
    bench.change({ bridge: { vlan_default_pvid: 0 } });
    expect(bench.vlans()).toEqual({ p2: ['1 untagged', '10 pvid untagged'], p3: ['1 pvid untagged', '5'] });
    bench.change({ bridge: { vlan_default_pvid: 7 } });
    expect(bench.vlans()).toMatchObject({ br0: ['7 pvid untagged'], p1: ['7 pvid untagged'], p4: ['7 pvid untagged'] });
  });

  it('a port counts its VLANs', () => {
    const bench = new Bench({
      ...AWARE,
      vlans: [
        { dev: 'p1', vid: '10-20' },
        { dev: 'p1', vid: 15 },
      ],
    });
    const port = findPort(bench.relay.profile, 'p1')!;
    expect(port.vlanCount).toBe(12);
    bench.change({ vlan: { dev: 'p1', vid: '15-25', del: true } });
    expect(port.vlanCount).toBe(6);
    expect(port.memberSet()).toEqual([1, 10, 11, 12, 13, 14]);
  });
});

/** A guest at each of three ports sends. */
function learn(bench: Bench): void {
  for (const number of [1, 2, 3]) bench.inject(`p${number}`, frame(BROADCAST, guest(10 + number)));
}

describe('the forwarding database', () => {
  it('LB-55: without a VLAN an entry is made for VID 0 and each VLAN of the port, and removed from there', () => {
    const bench = new Bench({ ...AWARE, vlans: [{ dev: 'p1', vid: 10 }] });
    bench.change({ fdb: { dev: 'p1', mac: guest(20) } });
    expect(bench.fdb().map(({ vlan: vid }) => vid)).toEqual([undefined, 1, 10]);
    bench.change({ fdb: { dev: 'p1', mac: guest(20), vlan: 1, del: true } });
    expect(bench.fdb().map(({ vlan: vid }) => vid)).toEqual([undefined, 10]);
    expect(bench.change({ fdb: { dev: 'p1', mac: guest(20), del: true } })).toBe(true);
    expect(bench.fdb()).toEqual([]);
  });

  it('LB-55: "replace" overwrites what was learned, another port\'s too', () => {
    const bench = new Bench({ bridge: { vlan_default_pvid: 0 } });
    bench.inject('p1', frame(BROADCAST, guest(10)));
    expect(bench.change({ fdb: { dev: 'p2', mac: guest(10) } })).toBe(false);
    expect(bench.change({ fdb: { dev: 'p2', mac: guest(10), replace: true } })).toBe(true);
    expect(bench.fdb()).toEqual([{ mac: guest(10), port: 'p2', state: 'static' }]);
  });

  it('replacing a dynamic entry by the same one does not refresh it', () => {
    const bench = new Bench({ bridge: { vlan_default_pvid: 0 } });
    bench.inject('p1', frame(BROADCAST, guest(10)));
    bench.advance(200);
    const again = { dev: 'p1', mac: guest(10), state: 'dynamic', replace: true } as const;
    expect(bench.change({ fdb: again })).toBe(true);
    bench.advance(100);
    expect(bench.fdb()).toEqual([]);
  });

  it('an entry that has outlived the ageing time does not stand in the way of a new one', () => {
    const bench = new Bench({ bridge: { vlan_default_pvid: 0 } });
    bench.inject('p1', frame(BROADCAST, guest(10)));
    bench.advance(300);
    expect(bench.change({ fdb: { dev: 'p2', mac: guest(10), del: true } })).toBe(false);
    expect(bench.change({ fdb: { dev: 'p2', mac: guest(10), state: 'dynamic' } })).toBe(true);
    expect(bench.fdb()).toEqual([{ mac: guest(10), port: 'p2' }]);
  });

  it('LB-42: a local entry makes the host the destination', () => {
    const bench = new Bench({ fdb: [{ dev: 'p2', mac: guest(20), state: 'local' }] });
    expect(bench.fdb()).toEqual([]);
    expect(bench.see('p1', frame(guest(20), guest(10)))).toBe('br0 -');
  });

  it('fdb_flush removes what was learned, of one port or of all, and leaves static and local entries', () => {
    const bench = new Bench({ bridge: { vlan_default_pvid: 0 }, fdb: [{ dev: 'p1', mac: guest(20) }] });
    learn(bench);
    bench.change({ port: 'p1', fdb_flush: true });
    expect(bench.fdb().map(({ mac: address }) => address)).toEqual([guest(12), guest(13), guest(20)]);
    learn(bench);
    bench.change({ fdb_flush: true });
    expect(bench.fdb().map(({ mac: address }) => address)).toEqual([guest(20)]);
    expect(bench.see('p2', frame(portMac(1), guest(12)))).toBe('br0 -');
  });

  it('another ageing time counts from now on for what is there, and does not wake what was dead', () => {
    const bench = new Bench({ bridge: { ageing_time: 1000 } });
    bench.inject('p1', frame(BROADCAST, guest(10)));
    bench.advance(10);
    bench.change({ bridge: { ageing_time: 30_000 } });
    expect(bench.fdb()).toEqual([]);
    bench.inject('p1', frame(BROADCAST, guest(11)));
    bench.advance(250);
    bench.change({ bridge: { ageing_time: 26_000 } });
    expect(bench.fdb()).toHaveLength(1);
    bench.advance(10);
    expect(bench.fdb()).toEqual([]);
  });
});

describe('ports', () => {
  it('any bridge_slave attribute, and fdb_flush, wake a port that was disabled by hand', () => {
    for (const step of [{ slave: { group_fwd_mask: 8 } }, { fdb_flush: true }]) {
      const bench = new Bench({ ports: ports(3, { p1: { state: '0' } }) });
      expect(bench.see('p1', frame(BROADCAST, guest(10)))).toBe('nothing');
      bench.change({ port: 'p1', ...step });
      expect(bench.see('p1', frame(BROADCAST, guest(10)))).toBe('p2 -, p3 -, br0 -');
    }
  });

  it('LB-47: a state has a name or a number, and blocking is turned into forwarding at once', () => {
    const bench = new Bench({});
    const port = findPort(bench.relay.profile, 'p1')!;
    for (const [state, becomes] of [
      ['listening', 1],
      ['2', 2],
      [0, 0],
      ['blocking', 3],
      ['disabled', 0],
      [4, 3],
    ] as const) {
      bench.change({ port: 'p1', flags: { state } });
      expect([state, port.state]).toEqual([state, becomes]);
    }
  });

  it('a port that joins a bridge which is down does not forward until the bridge is up', () => {
    const bench = new Bench({});
    bench.change({ port: 'p1', master: false });
    bench.change({ port: 'br0', link: 'down' });
    bench.change({ port: 'p1', master: true });
    expect(findPort(bench.relay.profile, 'p1')!.state).toBe(0);
    bench.change({ port: 'br0', link: 'up' });
    expect(bench.see('p1', frame(BROADCAST, guest(10)))).toBe('p2 -, p3 -, br0 -');
  });

  it('a change that has already happened changes nothing', () => {
    const bench = new Bench({});
    bench.change({ port: 'p1', flags: { state: 'learning' } });
    bench.change({ port: 'p1', link: 'up' });
    bench.change({ port: 'br0', link: 'up' });
    expect(findPort(bench.relay.profile, 'p1')!.state).toBe(2);
  });

  it('forward_delay is taken and waits for nothing, since there is no STP; what is off may be switched off', () => {
    const bench = new Bench({});
    expect(bench.change({ bridge: { forward_delay: 1500, stp_state: 0, mcast_snooping: 0 } })).toBe(true);
    expect(bench.change({ bridge: { nf_call_iptables: 0, vlan_stats_enabled: 0 } })).toBe(true);
    expect(bench.change({ port: 'p1', flags: { neigh_suppress: 'off', mab: 'off' } })).toBe(true);
    expect(bench.see('p1', frame(BROADCAST, guest(10)))).toBe('p2 -, p3 -, br0 -');
  });
});

describe('a port that leaves and joins', () => {
  it('LB-43, LB-59: a port that leaves without a link and joins again still has none', () => {
    const bench = new Bench({});
    bench.change({ port: 'p1', link: 'down' });
    bench.change({ port: 'p1', master: false });
    bench.change({ port: 'p1', master: true });
    expect(bench.see('p2', frame(BROADCAST, guest(11)))).toBe('p3 -, br0 -');
  });

  it('the link of a device can go down while it is not in the bridge', () => {
    const bench = new Bench({});
    bench.change({ port: 'p1', master: false });
    expect(bench.change({ port: 'p1', link: 'down' })).toBe(true);
  });

  it('a port that is told to join the bridge that it is in keeps its flags and its VLANs', () => {
    const bench = new Bench({ ...AWARE, ports: ports(3, { p1: { isolated: 'on' } }), vlans: [{ dev: 'p1', vid: 20 }] });
    bench.change({ port: 'p1', master: true });
    expect(bench.vlans()['p1']).toEqual(['1 pvid untagged', '20']);
  });
});
