/** What `ip link`, `bridge`, `ethtool` and sysfs refuse of an SR-IOV NIC, and settings that forward nothing (SR-14). */
import { describe, expect, it } from 'vitest';
import type { SrIovChange } from '../../src/switch/profiles/sr-iov/change.ts';
import { NIC_NAMES, NICS, type NicName } from '../../src/switch/profiles/sr-iov/nic.ts';
import { mac } from '../../src/wire/mac-address.ts';
import { BROADCAST, frame } from './bench.ts';
import { GROUP, PEER, SrIovBench, vfMac } from './sr-iov-bench.ts';

const zero = mac('00:00:00:00:00:00');
const numvfs = (count: number): SrIovChange => ({ kind: 'numvfs', count });
const vst = (vf: number, vlan: number, rest: object = {}): SrIovChange => ({ kind: 'vf-vlan', vf, vlan, ...rest });
const trust = (vf: number, value = 'on'): SrIovChange => ({ kind: 'vf-setting', vf, setting: 'trust', value });
const address = (port: string, to: string): SrIovChange => ({ kind: 'request', port, what: 'address', mac: mac(to) });
const unicast = (port: string, to: string): SrIovChange => ({ kind: 'request', port, what: 'unicast', mac: mac(to) });
const vlan = (port: string, vid: number): SrIovChange => ({ kind: 'request-vlan', port, vid });

const flag = (on: boolean, name = 'vf-true-promisc-support'): SrIovChange => ({ kind: 'priv-flag', flag: name, on });
const fdb = (to: string, remove = false): SrIovChange => ({ kind: 'self-fdb', mac: mac(to), remove });
const rate = (rest: object): SrIovChange => ({ kind: 'vf-rate', vf: 0, ...rest });

/** Nothing of the switch may change where a change is refused. */
function refused(bench: SrIovBench, change: SrIovChange): string {
  const before = JSON.stringify([bench.nic.functions, bench.nic.isVepa, bench.nic.guestTag, bench.nic.fdb.entries(0)]);
  const error = bench.tried(change);
  const after = JSON.stringify([bench.nic.functions, bench.nic.isVepa, bench.nic.guestTag, bench.nic.fdb.entries(0)]);
  expect(after).toBe(before);
  return error;
}

describe('sriov_numvfs (drivers/pci/iov.c, sriov_numvfs_store)', () => {
  it.each(NIC_NAMES)('%s: as many as the card has, and ERANGE beyond', (name) => {
    const { maxVfs } = NICS[name];
    expect(refused(new SrIovBench(name, [], 0), numvfs(maxVfs + 1))).toBe('ERANGE');
    expect(new SrIovBench(name, [], 0).tried(numvfs(maxVfs))).toBe('done');
  });

  it('EBUSY from some to others: they have to go first', () => {
    const bench = new SrIovBench('ixgbe');
    expect(refused(bench, numvfs(4))).toBe('EBUSY');
    expect(bench.tried(numvfs(3))).toBe('done');
    bench.must(numvfs(0), numvfs(4));
    expect(bench.nic.functions).toHaveLength(6);
  });

  it('EINVAL where it is no number', () => {
    expect(refused(new SrIovBench('ixgbe'), numvfs(1.5))).toBe('EINVAL');
    expect(refused(new SrIovBench('ixgbe'), numvfs(-1))).toBe('ERANGE');
  });

  it('VFs that come back begin anew', () => {
    const bench = new SrIovBench('ixgbe', [vst(0, 100), trust(0)]);
    bench.must(numvfs(0), numvfs(3));
    expect(bench.nic.functions[2]).toMatchObject({ vlan: 0, trust: false, adminMac: zero, address: vfMac(0) });
  });
});

describe('ip link set PF vf N', () => {
  const each: SrIovChange[] = [
    { kind: 'vf-mac', vf: 9, mac: PEER },
    vst(9, 100),
    trust(9),
    { kind: 'vf-setting', vf: 9, setting: 'state', value: 'disable' },
    { kind: 'vf-rate', vf: 9, max: 100 },
  ];

  it.each(NIC_NAMES)('%s: EINVAL for a VF that there is not', (name) => {
    const bench = new SrIovBench(name);
    for (const change of each) expect(refused(bench, change)).toBe('EINVAL');
    expect(bench.change(each[0]!)).toMatchObject({ knob: 'vf', value: '9', expected: '0〜2' });
    expect(new SrIovBench(name, [], 0).change(each[0]!)).toMatchObject({ expected: 'sriov_numvfs > 0' });
  });

  it('mac: EINVAL for a group (is_valid_ether_addr); zero takes it away', () => {
    const bench = new SrIovBench('ixgbe');
    expect(refused(bench, { kind: 'vf-mac', vf: 0, mac: GROUP })).toBe('EINVAL');
    bench.must({ kind: 'vf-mac', vf: 0, mac: zero });
    expect(bench.see('VF1', frame(vfMac(0), vfMac(1)))).toBe('wire -');
    bench.must(address('VF0', PEER));
    expect(bench.see('VF1', frame(PEER, vfMac(1)))).toBe('VF0 -');
  });

  it('mac: takes effect at once; the guest’s old address is then a forged one', () => {
    const bench = new SrIovBench('ixgbe', [{ kind: 'vf-mac', vf: 0, mac: PEER }]);
    expect(bench.lost('VF0', frame(BROADCAST, vfMac(0)))).toBe('forged-src-mac SR-8');
    expect(bench.see('VF0', frame(vfMac(1), PEER))).toBe('VF1 -');
  });

  it('vlan above 4095, qos above 7: EINVAL', () => {
    const bench = new SrIovBench('ixgbe');
    expect(refused(bench, vst(0, 4096))).toBe('EINVAL');
    expect(refused(bench, vst(0, -1))).toBe('EINVAL');
    expect(refused(bench, vst(0, 100, { qos: 8 }))).toBe('EINVAL');
    expect(bench.tried(vst(0, 4095, { qos: 7 }))).toBe('done');
  });

  it('proto 802.1ad: EPROTONOSUPPORT, but for ice in double VLAN mode', () => {
    const stag = vst(0, 100, { proto: '802.1ad' });
    for (const name of NIC_NAMES) expect(refused(new SrIovBench(name), stag)).toBe('EPROTONOSUPPORT');
    const stacking: SrIovChange = { kind: 'guest-tag', value: 'stack' };
    expect(refused(new SrIovBench('mlx5', [stacking]), stag)).toBe('EPROTONOSUPPORT');
    expect(new SrIovBench('ice', [stacking]).tried(stag)).toBe('done');
    expect(refused(new SrIovBench('ice', [stacking]), vst(0, 100, { proto: '802.1q' }))).toBe('EINVAL');
  });

  it('a card that cannot stack tags is not made to, nor one that has S-tags in use to stop', () => {
    expect(refused(new SrIovBench('ixgbe'), { kind: 'guest-tag', value: 'stack' })).toBe('EINVAL');
    const ice = new SrIovBench('ice', [{ kind: 'guest-tag', value: 'stack' }, vst(0, 100, { proto: '802.1ad' })]);
    expect(refused(ice, { kind: 'guest-tag', value: 'drop' })).toBe('EBUSY');
  });

  it.each(['spoofchk', 'trust', 'state'] as const)('%s: EINVAL for a word that it does not know', (setting) => {
    expect(refused(new SrIovBench('ixgbe'), { kind: 'vf-setting', vf: 0, setting, value: 'yes' })).toBe('EINVAL');
  });

  it('query_rss: 82599 only (ixgbe_ndo_set_vf_rss_query_en), EOPNOTSUPP elsewhere', () => {
    const query: SrIovChange = { kind: 'vf-setting', vf: 0, setting: 'query_rss', value: 'on' };
    expect(new SrIovBench('ixgbe').tried(query)).toBe('done');
    for (const name of ['ixgbe-x550', 'i40e', 'ice', 'mlx5'] as const) {
      expect(refused(new SrIovBench(name), query)).toBe('EOPNOTSUPP');
    }
  });
});

describe('SR-14 (ixgbe_ndo_set_vf_bw, i40e_ndo_set_vf_bw): rates are kept, and hold no frame up', () => {
  it.each<[NicName, object, string]>([
    ['ixgbe', { max: 1000 }, 'done'],
    ['ixgbe', { max: 0 }, 'done'],
    ['ixgbe', { max: 10 }, 'EINVAL'],
    ['ixgbe', { max: 10_001 }, 'EINVAL'],
    ['ixgbe', { min: 1 }, 'EINVAL'],
    ['i40e', { max: 10 }, 'done'],
    ['i40e', { min: 1 }, 'EINVAL'],
    ['i40e', { max: 40_001 }, 'EINVAL'],
    ['ice', { min: 10, max: 20 }, 'done'],
    ['ice', { min: 10 }, 'done'],
    ['ice', { min: 30, max: 20 }, 'EINVAL'],
    ['mlx5', { min: 10, max: 20 }, 'done'],
    ['mlx5', { max: -1 }, 'EINVAL'],
  ])('%s %o: %s', (name, rest, expected) => {
    expect(new SrIovBench(name).tried(rate(rest))).toBe(expected);
  });

  it('what is not named stays', () => {
    const bench = new SrIovBench('ice', [rate({ min: 10, max: 20 }), rate({ max: 30 })]);
    expect(bench.nic.functions[2]).toMatchObject({ minTxRate: 10, maxTxRate: 30 });
  });

  it('ixgbe: EINVAL while the wire has no link', () => {
    const bench = new SrIovBench('ixgbe', [{ kind: 'link', port: 'wire', up: false }]);
    expect(refused(bench, rate({ max: 1000 }))).toBe('EINVAL');
  });

  it('a thousand frames at the slowest rate: all pass', () => {
    const bench = new SrIovBench('i40e', [rate({ max: 1 })]);
    for (let index = 0; index < 1000; index++) bench.send('VF0', frame(PEER, vfMac(0)));
    expect(bench.relay.tally).toMatchObject({ frames: 1000, delivered: 1000 });
  });
});

describe('hwmode and private flags', () => {
  const vepa: SrIovChange = { kind: 'hwmode', mode: 'vepa' };

  it('hwmode: EINVAL for another word, EOPNOTSUPP on ixgbe without VFs (ixgbe_ndo_bridge_setlink)', () => {
    expect(refused(new SrIovBench('ixgbe'), { kind: 'hwmode', mode: 'bridge' })).toBe('EINVAL');
    expect(refused(new SrIovBench('ixgbe', [], 0), vepa)).toBe('EOPNOTSUPP');
    expect(new SrIovBench('i40e', [], 0).tried(vepa)).toBe('done');
  });

  it('vf-true-promisc-support: i40e and ice have it', () => {
    for (const name of NIC_NAMES) {
      const expected = name === 'i40e' || name === 'ice' ? 'done' : 'EINVAL';
      expect(new SrIovBench(name).tried(flag(true))).toBe(expected);
    }
    expect(refused(new SrIovBench('ice'), flag(true, 'legacy-rx'))).toBe('EINVAL');
  });

  it('ice (ice_set_priv_flags): EAGAIN while a VF is promiscuous', () => {
    const promisc: SrIovChange = { kind: 'request-mode', port: 'VF0', mode: 'promisc', on: true };
    const bench = new SrIovBench('ice', [trust(0), promisc]);
    expect(refused(bench, flag(true))).toBe('EAGAIN');
    expect(bench.tried(flag(false))).toBe('done');
    expect(new SrIovBench('i40e', [trust(0), promisc]).tried(flag(true))).toBe('done');
  });
});

describe('bridge fdb add|del … dev PF self (ndo_dflt_fdb_add)', () => {
  it('EEXIST twice, ENOENT where it is not, EADDRNOTAVAIL for zero', () => {
    const bench = new SrIovBench('ixgbe', [fdb(PEER)]);
    expect(refused(bench, fdb(PEER))).toBe('EEXIST');
    bench.must(fdb(PEER, true));
    expect(refused(bench, fdb(PEER, true))).toBe('ENOENT');
    expect(refused(bench, fdb(zero))).toBe('EADDRNOTAVAIL');
  });

  it('a group is subscribed', () => {
    const bench = new SrIovBench('i40e', [fdb(GROUP)]);
    expect(bench.see('VF0', frame(GROUP, vfMac(0)))).toBe('PF -, wire -');
    bench.must(fdb(GROUP, true));
    expect(bench.see('VF0', frame(GROUP, vfMac(0)))).toBe('wire -');
  });
});

describe('SR-11 (ixgbe_set_vf_mac_addr): what a guest asks for', () => {
  it('another address after an administrative one: EADDRNOTAVAIL, unless trusted; the same is fine', () => {
    const bench = new SrIovBench('ixgbe');
    expect(refused(bench, address('VF0', PEER))).toBe('EADDRNOTAVAIL');
    expect(bench.change(address('VF0', PEER))).toMatchObject({ knob: 'address', expected: vfMac(0) });
    expect(bench.tried(address('VF0', vfMac(0)))).toBe('done');
    bench.must(trust(0), address('VF0', PEER));
    expect(bench.see('VF0', frame(vfMac(1), PEER))).toBe('VF1 -');
    expect(bench.see('VF1', frame(PEER, vfMac(1)))).toBe('VF0 -');
  });

  it('without an administrative address an untrusted VF may choose its own', () => {
    const bench = new SrIovBench('ixgbe', [{ kind: 'vf-mac', vf: 0, mac: zero }]);
    expect(bench.tried(address('VF0', PEER))).toBe('done');
    expect(refused(bench, address('VF0', GROUP))).toBe('EADDRNOTAVAIL');
    expect(refused(bench, address('VF0', zero))).toBe('EADDRNOTAVAIL');
  });

  it('a further filter after an administrative address: EPERM, unless trusted', () => {
    const bench = new SrIovBench('i40e');
    expect(refused(bench, unicast('VF0', PEER))).toBe('EPERM');
    expect(refused(bench, unicast('VF0', GROUP))).toBe('EINVAL');
    bench.must(trust(0), unicast('VF0', PEER));
    expect(bench.see('VF1', frame(PEER, vfMac(1)))).toBe('VF0 -');
    const remove: SrIovChange = { kind: 'request', port: 'VF0', what: 'unicast', mac: PEER, remove: true };
    bench.must(remove);
    expect(refused(bench, remove)).toBe('ENOENT');
  });

  it('a group: EINVAL where it is none, ENOENT where it was not joined', () => {
    const bench = new SrIovBench('ixgbe');
    expect(refused(bench, { kind: 'request', port: 'VF0', what: 'group', mac: PEER })).toBe('EINVAL');
    expect(refused(bench, { kind: 'request', port: 'VF0', what: 'group', mac: GROUP, remove: true })).toBe('ENOENT');
  });

  it('SR-6: a VLAN interface behind a port VLAN: EACCES (ixgbe_set_vf_vlan_msg)', () => {
    const bench = new SrIovBench('ixgbe', [vlan('VF0', 20), vst(0, 100)]);
    expect(refused(bench, vlan('VF0', 30))).toBe('EACCES');
    expect(bench.nic.functions[2]!.memberSet()).toEqual([100]);
    bench.must(vst(0, 0));
    expect(bench.nic.functions[2]!.memberSet()).toEqual([20]);
  });

  it('SR-7: no more VLANs than an untrusted VF may have: i40e 16, ice 8', () => {
    for (const [name, limit] of [
      ['i40e', 16],
      ['ice', 8],
    ] as const) {
      const bench = new SrIovBench(name);
      for (let vid = 1; vid <= limit; vid++) bench.must(vlan('VF0', vid));
      expect(refused(bench, vlan('VF0', 100))).toBe('EPERM');
      expect(bench.tried(vlan('VF0', 1))).toBe('done');
      bench.must(trust(0), vlan('VF0', 100));
    }
    const bench = new SrIovBench('ixgbe');
    for (const vid of [0, 4095]) expect(refused(bench, vlan('VF0', vid))).toBe('EINVAL');
    expect(refused(bench, { kind: 'request-vlan', port: 'VF0', vid: 20, remove: true })).toBe('ENOENT');
  });

  it('of a function that there is not: ENODEV', () => {
    const bench = new SrIovBench('ixgbe');
    for (const port of ['VF9', 'wire']) expect(refused(bench, address(port, PEER))).toBe('ENODEV');
    expect(refused(bench, { kind: 'link', port: 'VF9', up: false })).toBe('ENODEV');
  });

  it('a change for another product is none here', () => {
    const foreign = { kind: 'vlan-state', port: 'VF0' } as unknown as SrIovChange;
    expect(refused(new SrIovBench('ixgbe'), foreign)).toBe('unmodelled');
  });
});
