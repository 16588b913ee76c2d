/**
 * The switch inside an SR-IOV NIC, rule by rule: bytes in, exact bytes out, and the decisions. Configuration that forwards
 * nothing, and what the tools refuse, stands in `sr-iov-change.test.ts`.
 */
import { describe, expect, it } from 'vitest';
import type { SrIovChange } from '../../src/switch/profiles/sr-iov/change.ts';
import { CopyBatch } from '../../src/switch/copy-batch.ts';
import { FrameBatch } from '../../src/switch/frame-batch.ts';
import { NIC_NAMES } from '../../src/switch/profiles/sr-iov/nic.ts';
import { fromHex } from '../../src/wire/bytes.ts';
import { mac } from '../../src/wire/mac-address.ts';
import { BROADCAST, frame } from './bench.ts';
import { GROUP, PEER, PF_MAC, SrIovBench, vfMac, wired, type SrIovSent } from './sr-iov-bench.ts';

/** From VF0 to VF1, with so many bytes behind the type. */
const sized = (payload: number, tag = '-'): string => frame(vfMac(1), vfMac(0), tag, `88b5${'00'.repeat(payload)}`);
const flooded = ({ decisions }: SrIovSent): unknown => decisions.find(({ reason }) => reason === 'flooded');
const vst = (vf: number, vlan: number, rest: object = {}): SrIovChange => ({ kind: 'vf-vlan', vf, vlan, ...rest });
const set = (vf: number, setting: 'spoofchk' | 'trust' | 'state', value: string): SrIovChange => ({
  kind: 'vf-setting',
  vf,
  setting,
  value,
});
const promisc = (port: string, on = true): SrIovChange => ({ kind: 'request-mode', port, mode: 'promisc', on });
const filter = (port: string, vid: number): SrIovChange => ({ kind: 'request-vlan', port, vid });
const join = (port: string, group = GROUP): SrIovChange => ({ kind: 'request', port, what: 'group', mac: group });

describe('SR-1 (ip-link(8), vf): ports are the wire, the PF and the VFs, and nothing is learned', () => {
  it('a source that was never registered is not found afterwards', () => {
    const bench = new SrIovBench('ixgbe', [set(0, 'spoofchk', 'off')]);
    expect(bench.see('VF0', frame(BROADCAST, PEER))).toBe('PF -, wire -, VF1 -, VF2 -');
    expect(bench.see('VF1', frame(PEER, vfMac(1)))).toBe('wire -');
    expect(bench.nic.fdb.entries(0).map(({ mac: address }) => address)).not.toContain(PEER);
  });

  it('it says so of every frame, once its source has been admitted', () => {
    const { decisions } = new SrIovBench('ixgbe').send('VF0', frame(BROADCAST, vfMac(0)));
    expect(decisions.find(({ stage }) => stage === 'learning')).toMatchObject({ reason: 'learning-off', rule: 'SR-1' });
  });

  it('the table holds the registered addresses, in each VLAN of their function', () => {
    const bench = new SrIovBench('ixgbe', [vst(1, 100), filter('VF0', 20)]);
    expect(bench.nic.fdb.entries(0).map(({ mac: address, vid, port }) => `${vid} ${address} ${port}`)).toEqual([
      `0 ${vfMac(0)} 2`,
      `0 ${vfMac(2)} 4`,
      `0 ${PF_MAC} 0`,
      `20 ${vfMac(0)} 2`,
      `100 ${vfMac(1)} 3`,
    ]);
  });

  it('nothing ages', () => {
    const bench = new SrIovBench('ixgbe');
    expect(bench.nic.fdb.entries(1_000_000_000)).toHaveLength(4);
  });

  it('without a VF there is the PF, from the beginning', () => {
    const bench = new SrIovBench('ixgbe', [], 0);
    expect(bench.see('wire', wired(PF_MAC, PEER))).toBe('PF -');
    expect(bench.see('wire', wired(BROADCAST, PEER))).toBe('PF -');
  });

  it('a frame from a VF that is gone comes from nowhere', () => {
    const bench = new SrIovBench('ixgbe');
    bench.must({ kind: 'numvfs', count: 0 });
    expect(bench.lost('VF0', frame(BROADCAST, vfMac(0)))).toBe('unknown-port SR-1');
  });
});

describe('SR-2 (__ixgbe_enable_sriov, ice_initialize_vf_entry): defaults', () => {
  it.each(NIC_NAMES.map((name) => [name, name === 'mlx5' ? 'none' : 'forged-src-mac SR-8'] as const))(
    '%s: a forged source costs %s',
    (name, expected) => {
      expect(new SrIovBench(name).lost('VF0', frame(PEER, PEER))).toBe(expected);
    },
  );

  it('what mlx5 lets through by default is in doubt, what it lets through by order is not', () => {
    const bench = new SrIovBench('mlx5');
    const admission = (): unknown =>
      bench.send('VF0', frame(PEER, PEER)).decisions.find(({ stage }) => stage === 'admission');
    expect(admission()).toMatchObject({ verdict: 'pass', rule: 'SR-2', doubt: 'SR-2' });
    bench.must(set(0, 'spoofchk', 'off'));
    expect(admission()).toMatchObject({ verdict: 'pass', rule: 'SR-8' });
    expect(admission()).not.toHaveProperty('doubt');
  });

  it('trust off, link-state auto, no VLAN, no priority, query_rss off, no limits', () => {
    const { nic } = new SrIovBench('ice');
    expect(nic.functions[2]).toMatchObject({
      trust: false,
      state: 'auto',
      vlan: 0,
      qos: 0,
      queryRss: false,
      maxTxRate: 0,
      minTxRate: 0,
    });
  });
});

describe('SR-3 (IEEE 802.1Qbg, VEB)', () => {
  it('a frame to another function goes there and not onto the wire, which is told', () => {
    const bench = new SrIovBench('ixgbe');
    const sent = frame(vfMac(1), vfMac(0));
    const { egress, decisions } = bench.send('VF0', sent);
    expect(egress).toEqual({ VF1: [sent] });
    expect(decisions.find(({ reason }) => reason === 'local-only')).toMatchObject({
      verdict: 'filtered',
      rule: 'SR-3',
      port: 'wire',
      values: { dst: vfMac(1), owner: 'VF1' },
    });
    expect(decisions.find(({ reason }) => reason === 'delivered')).toMatchObject({ rule: 'SR-3', port: 'VF1' });
  });

  it('the PF is a function like the others', () => {
    const bench = new SrIovBench('ixgbe');
    expect(bench.see('VF0', frame(PF_MAC, vfMac(0)))).toBe('PF -');
    expect(bench.see('PF', frame(vfMac(2), PF_MAC))).toBe('VF2 -');
  });

  it('what no function has goes to the wire only', () => {
    const bench = new SrIovBench('ixgbe');
    const sent = frame(PEER, vfMac(0));
    const { egress, decisions } = bench.send('VF0', sent);
    expect(egress).toEqual({ wire: [sent] });
    expect(decisions.at(-1)).toMatchObject({ reason: 'to-uplink', rule: 'SR-3', port: 'wire' });
  });

  it('so does what a function has in another VLAN', () => {
    const bench = new SrIovBench('ixgbe', [vst(0, 100), vst(1, 200)]);
    expect(bench.see('VF0', frame(vfMac(1), vfMac(0)))).toBe('wire C100');
  });

  it('a broadcast goes to the wire and to every other function of the VLAN', () => {
    const bench = new SrIovBench('ixgbe', [vst(2, 100)]);
    const hex = frame(BROADCAST, vfMac(0));
    expect(bench.see('VF0', hex)).toBe('PF -, wire -, VF1 -');
    expect(bench.left('VF0', hex)).toBe('VF0 ingress-port SR-3, VF2 vlan-not-allowed SR-5');
  });

  it('never back to the sender, even if it calls itself', () => {
    expect(new SrIovBench('ixgbe').lost('VF0', frame(vfMac(0), vfMac(0)))).toBe('same-port GEN-6');
  });

  it('a multicast goes to the wire and to the functions that have subscribed it', () => {
    const bench = new SrIovBench('i40e', [join('VF1')]);
    const hex = frame(GROUP, vfMac(0));
    expect(bench.see('VF0', hex)).toBe('wire -, VF1 -');
    expect(bench.left('VF0', hex)).toBe('VF0 ingress-port SR-3, VF2 mcast-not-member SR-3, PF mcast-not-member SR-3');
  });

  it('ixgbe (MTA, ROMPE): a subscriber also gets what has the same hash, and what a neighbour has subscribed', () => {
    // The hash is of the upper half of the fifth octet and of the sixth.
    const sameHash = mac('01:00:5e:7f:0f:05');
    const otherHash = mac('01:00:5e:00:10:05');
    const neighbours = mac('01:00:5e:00:00:77');
    const bench = new SrIovBench('ixgbe', [join('VF1'), join('VF2', neighbours)]);
    expect(bench.see('VF0', frame(sameHash, vfMac(0)))).toBe('wire -, VF1 -, VF2 -');
    expect(bench.see('VF0', frame(neighbours, vfMac(0)))).toBe('wire -, VF1 -, VF2 -');
    expect(bench.see('VF0', frame(otherHash, vfMac(0)))).toBe('wire -');
    // The PF has subscribed nothing: it gets none of them.
    expect(bench.left('VF0', frame(GROUP, vfMac(0)))).toContain('PF mcast-not-member SR-3');
    const exact = new SrIovBench('i40e', [join('VF1'), join('VF2', neighbours)]);
    expect(exact.see('VF0', frame(sameHash, vfMac(0)))).toBe('wire -');
    expect(exact.see('VF0', frame(neighbours, vfMac(0)))).toBe('wire -, VF2 -');
  });

  it('ixgbe: all twelve bits count', () => {
    const bench = new SrIovBench('ixgbe', [join('VF1')]);
    for (let bit = 0; bit < 8; bit++) {
      const group = `01:00:5e:00:00:${(0x05 ^ (1 << bit)).toString(16).padStart(2, '0')}`;
      expect(bench.see('VF0', frame(group, vfMac(0)))).toBe('wire -');
    }
    for (let bit = 4; bit < 8; bit++) {
      const group = `01:00:5e:00:${(1 << bit).toString(16).padStart(2, '0')}:05`;
      expect(bench.see('VF0', frame(group, vfMac(0)))).toBe('wire -');
    }
  });

  it('a subscription ends', () => {
    const bench = new SrIovBench('ixgbe', [join('VF1')]);
    bench.must({ kind: 'request', port: 'VF1', what: 'group', mac: GROUP, remove: true });
    expect(bench.see('wire', wired(GROUP, PEER))).toBe('nothing');
    expect(bench.lost('wire', wired(GROUP, PEER))).toBe('no-target SR-3');
  });

  it('how cards other than ixgbe copy frames is in doubt', () => {
    const [ice, ixgbe] = (['ice', 'ixgbe'] as const).map((name) => new SrIovBench(name));
    expect(flooded(ice!.send('VF0', frame(BROADCAST, vfMac(0))))).toMatchObject({ doubt: 'SR-3/flooded' });
    expect(flooded(ixgbe!.send('VF0', frame(BROADCAST, vfMac(0))))).not.toHaveProperty('doubt');
  });
});

describe('SR-4 (ice.rst, i40e.rst): what comes from the wire', () => {
  it('goes to the function that has the address', () => {
    const bench = new SrIovBench('ixgbe');
    const sent = wired(vfMac(1), PEER);
    const { egress, decisions } = bench.send('wire', sent);
    expect(egress).toEqual({ VF1: [sent] });
    expect(decisions.at(-1)).toMatchObject({ reason: 'delivered', rule: 'SR-4', port: 'VF1' });
  });

  it('is dropped where no function has it', () => {
    const drop = new SrIovBench('ixgbe').drop('wire', wired(PEER, vfMac(9)));
    expect(drop).toMatchObject({
      reason: 'unknown-dst',
      rule: 'SR-4',
      port: null,
      values: { dst: PEER, from: 'wire' },
    });
  });

  it('is dropped where a function has it in another VLAN', () => {
    const bench = new SrIovBench('ixgbe', [vst(1, 100)]);
    expect(bench.lost('wire', wired(vfMac(1), PEER, 'C200'))).toBe('unknown-dst SR-4');
  });

  it('goes to a promiscuous PF instead, of any VLAN', () => {
    const bench = new SrIovBench('ixgbe', [promisc('PF')]);
    expect(bench.see('wire', wired(PEER, vfMac(9)))).toBe('PF -');
    expect(bench.see('wire', wired(PEER, vfMac(9), 'C300p2'))).toBe('PF C300p2');
    const told = bench.send('wire', wired(PEER, vfMac(9))).decisions.at(-1);
    expect(told).toMatchObject({ reason: 'promiscuous-copy', rule: 'SR-4', port: 'PF' });
  });

  it('a promiscuous PF gets every group and every VLAN as well', () => {
    const bench = new SrIovBench('i40e', [promisc('PF')]);
    expect(bench.see('wire', wired(GROUP, PEER))).toBe('PF -');
    expect(bench.see('wire', wired(BROADCAST, PEER, 'C300'))).toBe('PF C300');
  });

  it('of two functions with one address the first has it', () => {
    const bench = new SrIovBench('ixgbe', [{ kind: 'vf-mac', vf: 2, mac: vfMac(1) }]);
    expect(bench.see('wire', wired(vfMac(1), PEER))).toBe('VF1 -');
    bench.must(vst(1, 100));
    expect(bench.see('wire', wired(vfMac(1), PEER))).toBe('VF2 -');
  });

  it('a broadcast goes to every function of the VLAN', () => {
    const bench = new SrIovBench('ixgbe', [vst(0, 100), filter('VF1', 100)]);
    expect(bench.see('wire', wired(BROADCAST, PEER))).toBe('PF -, VF1 -, VF2 -');
    expect(bench.see('wire', wired(BROADCAST, PEER, 'C100p5'))).toBe('VF0 -, VF1 C100p5');
  });
});

describe('SR-5 (ip-link(8), vlan): a port VLAN', () => {
  it('puts its tag on whatever the VF sends, priority and all, and the VF knows nothing of it', () => {
    const bench = new SrIovBench('ixgbe', [vst(0, 100, { qos: 3 })]);
    const { egress, decisions } = bench.send('VF0', frame(PEER, vfMac(0)));
    expect(egress).toEqual({ wire: [frame(PEER, vfMac(0), 'C100p3')] });
    expect(decisions.find(({ reason }) => reason === 'tag-pushed')).toMatchObject({
      rule: 'SR-5',
      port: 'wire',
      values: { vid: 100 },
    });
  });

  it('takes it off what the VF gets', () => {
    const bench = new SrIovBench('ixgbe', [vst(0, 100)]);
    const { egress, decisions } = bench.send('wire', wired(vfMac(0), PEER, 'C100p6d'));
    expect(egress).toEqual({ VF0: [wired(vfMac(0), PEER).slice(0, -8)] });
    expect(decisions.find(({ reason }) => reason === 'tag-popped')).toMatchObject({ rule: 'SR-5', port: 'VF0' });
  });

  it('two VFs of one port VLAN see each other without a tag, and nobody is told of one', () => {
    const bench = new SrIovBench('ixgbe', [vst(0, 100), vst(1, 100)]);
    const sent = frame(vfMac(1), vfMac(0));
    const { egress, decisions } = bench.send('VF0', sent);
    expect(egress).toEqual({ VF1: [sent] });
    expect(decisions.filter(({ reason }) => reason?.startsWith('tag-'))).toEqual([]);
  });

  it('a VF with a VLAN interface of its own gets the frame with its tag', () => {
    const bench = new SrIovBench('ixgbe', [vst(0, 100, { qos: 1 }), filter('VF1', 100)]);
    expect(bench.see('VF0', frame(vfMac(1), vfMac(0)))).toBe('VF1 C100p1');
    expect(bench.see('VF1', frame(vfMac(0), vfMac(1), 'C100'))).toBe('VF0 -');
  });

  it('untagged frames from the wire no longer get there', () => {
    const bench = new SrIovBench('ixgbe', [vst(0, 100)]);
    expect(bench.lost('wire', wired(vfMac(0), PEER))).toBe('unknown-dst SR-4');
    expect(bench.left('wire', wired(BROADCAST, PEER))).toContain('VF0 vlan-not-allowed SR-5');
  });

  it('vlan 0 is none', () => {
    const bench = new SrIovBench('ixgbe', [vst(0, 100), vst(0, 0)]);
    expect(bench.see('VF0', frame(PEER, vfMac(0)))).toBe('wire -');
    expect(bench.see('wire', wired(vfMac(0), PEER))).toBe('VF0 -');
  });

  it('vlan 0 with a priority is one: a priority tag', () => {
    const bench = new SrIovBench('i40e', [vst(0, 0, { qos: 5 })]);
    expect(bench.see('VF0', frame(PEER, vfMac(0)))).toBe('wire C0p5');
    expect(bench.see('wire', wired(vfMac(0), PEER))).toBe('VF0 -');
    expect(bench.see('wire', wired(vfMac(0), PEER, 'C0p7'))).toBe('VF0 -');
    expect(bench.lost('VF0', frame(PEER, vfMac(0), 'C20'))).toBe('vlan-mismatch SR-6');
  });

  it('802.1ad (ice, double VLAN mode): an S-tag, with the guest’s own C-tag inside', () => {
    const bench = new SrIovBench('ice', [
      { kind: 'guest-tag', value: 'stack' },
      vst(0, 100, { proto: '802.1ad', qos: 2 }),
    ]);
    expect(bench.see('VF0', frame(PEER, vfMac(0)))).toBe('wire S100p2');
    expect(bench.send('VF0', frame(PEER, vfMac(0), 'C20p1')).egress).toEqual({
      wire: [frame(PEER, vfMac(0), 'S100p2+C20p1')],
    });
    expect(bench.see('wire', wired(vfMac(0), PEER, 'S100+C20'))).toBe('VF0 C20');
    // The same number in a C-tag is another VLAN.
    expect(bench.lost('wire', wired(vfMac(0), PEER, 'C100'))).toBe('unknown-dst SR-4');
    expect(bench.left('wire', wired(BROADCAST, PEER, 'C100'))).toContain('VF0 vlan-not-allowed SR-5');
    expect(bench.left('wire', wired(BROADCAST, PEER, 'S100'))).toContain('VF1 vlan-not-allowed SR-7');
  });

  it('without that mode an S-tag is payload', () => {
    const bench = new SrIovBench('ixgbe');
    const sent = wired(vfMac(0), PEER, 'S100');
    expect(bench.send('wire', sent).egress).toEqual({ VF0: [sent] });
  });
});

describe('SR-6 (ice_vf_vsi_vlan_ops.c, mlx5 ingress_lgcy.c): a tag from a VF with a port VLAN', () => {
  it.each(NIC_NAMES)('%s drops it by default, the port VLAN’s own tag and a priority tag alike', (name) => {
    const bench = new SrIovBench(name, [vst(0, 100)]);
    for (const tag of ['C20', 'C100', 'C0p5', 'S20']) {
      expect(bench.lost('VF0', frame(PEER, vfMac(0), tag))).toBe('vlan-mismatch SR-6');
    }
  });

  it('it says what the VF may send', () => {
    const drop = new SrIovBench('ice', [vst(0, 100)]).drop('VF0', frame(PEER, vfMac(0), 'C20'));
    expect(drop).toMatchObject({ port: 'VF0', values: { accepts: ['untagged'], vid: 20 } });
    expect(drop).not.toHaveProperty('doubt');
  });

  it('that ixgbe and i40e drop it is second-hand', () => {
    for (const name of ['ixgbe', 'i40e'] as const) {
      const drop = new SrIovBench(name, [vst(0, 100)]).drop('VF0', frame(PEER, vfMac(0), 'C20'));
      expect(drop).toMatchObject({ doubt: 'SR-6/vlan-mismatch' });
    }
  });

  it.each(['ice', 'mlx5'] as const)('%s that stacks: the guest’s tag rides inside, there and back', (name) => {
    const bench = new SrIovBench(name, [{ kind: 'guest-tag', value: 'stack' }, vst(0, 100, { qos: 4 }), vst(1, 100)]);
    const sent = frame(PEER, vfMac(0), 'C20p1');
    expect(bench.send('VF0', sent).egress).toEqual({ wire: [frame(PEER, vfMac(0), 'C100p4+C20p1')] });
    expect(bench.see('VF0', frame(vfMac(1), vfMac(0), 'C20p1'))).toBe('VF1 C20p1');
    expect(bench.see('wire', wired(vfMac(0), PEER, 'C100+C20'))).toBe('VF0 C20');
    const classified = bench.send('VF0', sent).decisions.find(({ stage }) => stage === 'vlan');
    expect(classified).toMatchObject({ rule: 'SR-6', values: { how: 'port-vlan-outside', vid: 100, pcp: 4 } });
  });
});

describe('SR-7 (ip-link(8)): without a port VLAN a VF gets untagged frames and the VLANs of its interfaces', () => {
  it('as they are, tag and all', () => {
    const bench = new SrIovBench('ixgbe', [filter('VF0', 20)]);
    for (const tag of ['-', 'C20p3']) {
      const sent = wired(vfMac(0), PEER, tag);
      expect(bench.send('wire', sent).egress).toEqual({ VF0: [sent] });
    }
    expect(bench.lost('wire', wired(vfMac(0), PEER, 'C30'))).toBe('unknown-dst SR-4');
    expect(bench.left('wire', wired(BROADCAST, PEER, 'C20'))).toBe(
      'wire ingress-port SR-3, VF1 vlan-not-allowed SR-7, VF2 vlan-not-allowed SR-7, PF vlan-not-allowed SR-7',
    );
  });

  it('the PF has VLAN interfaces, too', () => {
    const bench = new SrIovBench('ixgbe', [filter('PF', 20)]);
    expect(bench.see('wire', wired(BROADCAST, PEER, 'C20'))).toBe('PF C20');
    expect(bench.see('wire', wired(PF_MAC, PEER, 'C20'))).toBe('PF C20');
  });

  it('an interface that is gone', () => {
    const bench = new SrIovBench('ixgbe', [filter('VF0', 20)]);
    bench.must({ kind: 'request-vlan', port: 'VF0', vid: 20, remove: true });
    expect(bench.lost('wire', wired(vfMac(0), PEER, 'C20'))).toBe('unknown-dst SR-4');
  });

  it('a priority tag counts as none and stays on; that is in doubt', () => {
    const bench = new SrIovBench('ixgbe');
    const sent = wired(vfMac(0), PEER, 'C0p6');
    const { egress, decisions } = bench.send('wire', sent);
    expect(egress).toEqual({ VF0: [sent] });
    expect(decisions.find(({ stage }) => stage === 'vlan')).toMatchObject({ rule: 'GEN-2', doubt: 'GEN-2' });
  });

  it('VID 4095 is dropped wherever it comes from, a port VLAN of that number included', () => {
    const bench = new SrIovBench('mlx5', [vst(1, 4095)]);
    expect(bench.lost('VF0', frame(PEER, vfMac(0), 'C4095'))).toBe('reserved-vid GEN-2');
    expect(bench.lost('wire', wired(vfMac(0), PEER, 'C4095'))).toBe('reserved-vid GEN-2');
    expect(bench.lost('VF1', frame(PEER, vfMac(1)))).toBe('reserved-vid GEN-2');
  });
});

describe('SR-8 (ip-link(8), spoofchk)', () => {
  it('on: a source that the VF has not registered is dropped, and counted as what the VF could not send', () => {
    const bench = new SrIovBench('ixgbe');
    expect(bench.drop('VF0', frame(PEER, vfMac(1)))).toMatchObject({
      reason: 'forged-src-mac',
      rule: 'SR-8',
      port: 'VF0',
      values: { src: vfMac(1), allowed: vfMac(0) },
    });
    expect(bench.nic.functions[2]!.counters[2]).toBe(1);
  });

  it.each([
    ['all zero', '00:00:00:00:00:00'],
    ['a group', GROUP],
  ])('on: a source that is %s is none that was registered', (_, src) => {
    expect(new SrIovBench('ixgbe').lost('VF0', frame(PEER, src))).toBe('forged-src-mac SR-8');
  });

  it('off: any source, but for zero, of which that is in doubt', () => {
    const bench = new SrIovBench('ixgbe', [set(0, 'spoofchk', 'off')]);
    expect(bench.see('VF0', frame(PEER, vfMac(1)))).toBe('wire -');
    expect(bench.see('VF0', frame(PEER, GROUP))).toBe('wire -');
    expect(bench.drop('VF0', frame(PEER, '00:00:00:00:00:00'))).toMatchObject({
      reason: 'invalid-src',
      rule: 'GEN-3',
      doubt: 'GEN-3/invalid-src',
    });
  });

  it('off: but what is sent back to that source needs a filter', () => {
    const bench = new SrIovBench('ixgbe', [set(0, 'spoofchk', 'off')]);
    expect(bench.lost('wire', wired(PEER, vfMac(9)))).toBe('unknown-dst SR-4');
  });

  it('the PF and the wire are not checked', () => {
    const bench = new SrIovBench('ixgbe');
    expect(bench.see('PF', frame(PEER, vfMac(1)))).toBe('wire -');
    expect(bench.see('wire', wired(vfMac(0), vfMac(1)))).toBe('VF0 -');
  });

  it.each(NIC_NAMES.map((name) => [name, name === 'mlx5' ? 'none' : 'vlan-mismatch SR-8'] as const))(
    '%s: a tag of a VLAN that the VF has no interface for costs %s',
    (name, expected) => {
      const bench = new SrIovBench(name, [set(0, 'spoofchk', 'on'), filter('VF0', 20)]);
      expect(bench.lost('VF0', frame(PEER, vfMac(0), 'C30'))).toBe(expected);
      expect(bench.see('VF0', frame(PEER, vfMac(0), 'C20'))).toBe('wire C20');
    },
  );

  it('ice that knows S-tags checks them as well', () => {
    const bench = new SrIovBench('ice', [{ kind: 'guest-tag', value: 'stack' }, filter('VF0', 20)]);
    expect(bench.lost('VF0', frame(PEER, vfMac(0), 'S20'))).toBe('vlan-mismatch SR-8');
  });

  it('mlx5 (ingress_lgcy.c): only the administrative address, whatever else is registered', () => {
    const bench = new SrIovBench('mlx5', [set(0, 'spoofchk', 'on'), set(0, 'trust', 'on')]);
    bench.must({ kind: 'request', port: 'VF0', what: 'unicast', mac: PEER });
    expect(bench.lost('VF0', frame(BROADCAST, PEER))).toBe('forged-src-mac SR-8');
    expect(bench.see('VF0', frame(BROADCAST, vfMac(0)))).toBe('PF -, wire -, VF1 -, VF2 -');
    expect(bench.see('wire', wired(PEER, vfMac(9)))).toBe('VF0 -');
  });

  it('the others: any registered address', () => {
    const bench = new SrIovBench('i40e', [set(0, 'trust', 'on')]);
    bench.must({ kind: 'request', port: 'VF0', what: 'unicast', mac: PEER });
    expect(bench.see('VF0', frame(vfMac(1), PEER))).toBe('VF1 -');
    expect(bench.lost('VF0', frame(vfMac(1), vfMac(2)))).toBe('forged-src-mac SR-8');
  });

  it('ixgbe (ixgbe_set_vf_macvlan_msg): a further filter ends the checks until spoofchk is set again', () => {
    const bench = new SrIovBench('ixgbe', [set(0, 'trust', 'on')]);
    bench.must({ kind: 'request', port: 'VF0', what: 'unicast', mac: PEER });
    expect(bench.nic.functions[2]!.spoofchk).toBe(true);
    expect(bench.see('VF0', frame(vfMac(1), vfMac(2)))).toBe('VF1 -');
    expect(bench.see('VF0', frame(vfMac(8), vfMac(2), 'C30'))).toBe('wire C30');
    bench.must(set(0, 'spoofchk', 'on'));
    expect(bench.lost('VF0', frame(vfMac(1), vfMac(2)))).toBe('forged-src-mac SR-8');
  });
});

describe('SR-9 (bridge(8), hwmode vepa; IEEE 802.1Qbg)', () => {
  const vepa: SrIovChange = { kind: 'hwmode', mode: 'vepa' };

  it('everything goes to the wire: to a neighbour, to nobody, to all', () => {
    const bench = new SrIovBench('ixgbe', [vepa]);
    for (const dst of [vfMac(1), PEER, BROADCAST, GROUP, PF_MAC, vfMac(0)]) {
      expect(bench.see('VF0', frame(dst, vfMac(0)))).toBe('wire -');
    }
    expect(bench.see('PF', frame(vfMac(1), PF_MAC))).toBe('wire -');
    expect(bench.send('VF0', frame(vfMac(1), vfMac(0))).decisions.at(-1)).toMatchObject({
      reason: 'to-uplink',
      rule: 'SR-9',
    });
  });

  it('what the outer switch reflects gets to the neighbour', () => {
    const bench = new SrIovBench('ixgbe', [vepa]);
    expect(bench.see('wire', wired(vfMac(1), vfMac(0)))).toBe('VF1 -');
  });

  it('a reflected broadcast gets to all but whom it came from', () => {
    const bench = new SrIovBench('ixgbe', [vepa]);
    const { decisions, egress } = bench.send('wire', wired(BROADCAST, vfMac(0)));
    expect(Object.keys(egress)).toEqual(['VF1', 'VF2', 'PF']);
    expect(decisions.find(({ reason }) => reason === 'reverse-filter')).toMatchObject({
      verdict: 'filtered',
      rule: 'SR-9',
      port: 'VF0',
      values: { uplink: 'wire', src: vfMac(0), chosen: 'VF0' },
    });
  });

  it('a VF does not get its own frame to itself back', () => {
    expect(new SrIovBench('ixgbe', [vepa]).lost('wire', wired(vfMac(0), vfMac(0)))).toBe('reverse-filter SR-9');
  });

  it('a VEB does not prune: it sends nothing out that could come back', () => {
    expect(new SrIovBench('ixgbe').see('wire', wired(BROADCAST, vfMac(0)))).toBe('PF -, VF0 -, VF1 -, VF2 -');
  });

  it('the port VLAN’s tag is on, out there', () => {
    const bench = new SrIovBench('ixgbe', [vepa, vst(0, 100)]);
    expect(bench.see('VF0', frame(vfMac(1), vfMac(0)))).toBe('wire C100');
  });
});

describe('SR-10 (i40e_main.c, __ixgbe_enable_sriov): the mode by default', () => {
  it.each(NIC_NAMES)('%s with VFs: VEB', (name) => {
    expect(new SrIovBench(name).see('VF0', frame(vfMac(1), vfMac(0)))).toBe('VF1 -');
  });

  it('i40e without VFs: VEPA, and VEB again when VFs are made, whatever was set', () => {
    const bench = new SrIovBench('i40e', [], 0);
    expect(bench.send('PF', frame(PEER, PF_MAC)).decisions.at(-1)).toMatchObject({
      reason: 'to-uplink',
      rule: 'SR-10',
    });
    bench.must({ kind: 'hwmode', mode: 'vepa' }, { kind: 'numvfs', count: 2 });
    expect(bench.nic.isVepa).toBe(false);
    bench.must({ kind: 'hwmode', mode: 'vepa' }, { kind: 'numvfs', count: 0 });
    expect(bench.nic.isVepa).toBe(true);
  });

  it('a mode that was set is the default again once all VFs are gone', () => {
    const bench = new SrIovBench('ixgbe', [{ kind: 'hwmode', mode: 'vepa' }]);
    bench.must({ kind: 'numvfs', count: 0 });
    expect(bench.send('PF', frame(PEER, PF_MAC)).decisions.at(-1)).toMatchObject({ rule: 'SR-10' });
  });

  it('ice keeps what was set', () => {
    const bench = new SrIovBench('ice', [], 0);
    bench.must({ kind: 'hwmode', mode: 'vepa' }, { kind: 'numvfs', count: 2 });
    expect(bench.nic.isVepa).toBe(true);
  });
});

describe('SR-11 (ip-link(8), trust)', () => {
  it('off: a wish for promiscuous mode is taken and comes to nothing, which is told', () => {
    const bench = new SrIovBench('ice', [promisc('VF1')]);
    expect(bench.drop('wire', wired(PEER, vfMac(9)))).toMatchObject({
      reason: 'unknown-dst',
      rule: 'SR-11',
      values: { asker: 'VF1' },
    });
    expect(bench.see('wire', wired(GROUP, PEER))).toBe('nothing');
  });

  it('on: it is heeded, and no longer once trust is off again', () => {
    const bench = new SrIovBench('ice', [promisc('VF1'), set(1, 'trust', 'on')]);
    expect(bench.see('wire', wired(PEER, vfMac(9)))).toBe('VF1 -');
    bench.must(set(1, 'trust', 'off'));
    expect(bench.see('wire', wired(PEER, vfMac(9)))).toBe('nothing');
  });

  it('allmulticast as well', () => {
    const all: SrIovChange = { kind: 'request-mode', port: 'VF1', mode: 'allmulticast', on: true };
    expect(new SrIovBench('ixgbe', [all]).see('wire', wired(GROUP, PEER))).toBe('nothing');
    expect(new SrIovBench('ixgbe', [all, set(1, 'trust', 'on')]).see('wire', wired(GROUP, PEER))).toBe('VF1 -');
  });

  it('does not alter spoofchk', () => {
    const bench = new SrIovBench('ixgbe', [set(0, 'trust', 'on')]);
    expect(bench.lost('VF0', frame(PEER, PEER))).toBe('forged-src-mac SR-8');
  });
});

describe('SR-12 (ice.rst, i40e.rst, ixgbe_update_vf_xcast_mode): a trusted promiscuous VF', () => {
  const trusted = [set(2, 'trust', 'on'), promisc('VF2')];
  const fromWire = wired(PEER, vfMac(9));
  const toNeighbour = wired(vfMac(0), PEER);
  const between = frame(vfMac(1), vfMac(0));
  const outwards = frame(PEER, vfMac(0));

  it.each(['i40e', 'ice'] as const)('%s, limited: what comes from the wire and nobody owns', (name) => {
    const bench = new SrIovBench(name, trusted);
    expect(bench.see('wire', fromWire)).toBe('VF2 -');
    expect(bench.send('wire', fromWire).decisions.at(-1)).toMatchObject({ reason: 'promiscuous-copy', rule: 'SR-12' });
    expect(bench.see('wire', toNeighbour)).toBe('VF0 -');
    expect(bench.see('VF0', between)).toBe('VF1 -');
    expect(bench.see('VF0', outwards)).toBe('wire -');
    expect(bench.lost('wire', wired(PEER, vfMac(9), 'C30'))).toBe('unknown-dst SR-4');
  });

  it('limited: the first of them, and a promiscuous PF before them all', () => {
    const bench = new SrIovBench('ice', [...trusted, set(1, 'trust', 'on'), promisc('VF1')]);
    expect(bench.see('wire', fromWire)).toBe('VF1 -');
    bench.must(promisc('PF'));
    expect(bench.see('wire', fromWire)).toBe('PF -');
  });

  it.each(['i40e', 'ice'] as const)('%s, vf-true-promisc-support on: everything, in and out', (name) => {
    const bench = new SrIovBench(name, [{ kind: 'priv-flag', flag: 'vf-true-promisc-support', on: true }, ...trusted]);
    expect(bench.see('wire', fromWire)).toBe('VF2 -');
    expect(bench.see('wire', toNeighbour)).toBe('VF0 -, VF2 -');
    expect(bench.see('VF0', between)).toBe('VF1 -, VF2 -');
    expect(bench.see('VF0', outwards)).toBe('wire -, VF2 -');
    // Its own frames it does not see, and a loss is no longer one where it has a copy.
    expect(bench.see('VF2', frame(vfMac(0), vfMac(2)))).toBe('VF0 -');
    const told = bench.send('wire', fromWire).decisions;
    expect(told.find(({ reason }) => reason === 'unknown-dst')).toMatchObject({ verdict: 'filtered' });
    expect(told.filter(({ verdict }) => verdict === 'drop')).toEqual([]);
  });

  it('i40e (commit 4bd5e02a): with a port VLAN only what comes from the wire', () => {
    const on: SrIovChange = { kind: 'priv-flag', flag: 'vf-true-promisc-support', on: true };
    const all = [on, ...trusted, vst(0, 100), vst(1, 100), vst(2, 100)];
    const i40e = new SrIovBench('i40e', all);
    expect(i40e.see('VF0', between)).toBe('VF1 -');
    expect(i40e.see('wire', wired(vfMac(0), PEER, 'C100'))).toBe('VF0 -, VF2 -');
    expect(new SrIovBench('ice', all).see('VF0', between)).toBe('VF1 -, VF2 -');
  });

  it('only in VLANs of its own', () => {
    const on: SrIovChange = { kind: 'priv-flag', flag: 'vf-true-promisc-support', on: true };
    const bench = new SrIovBench('ice', [on, ...trusted, vst(0, 100)]);
    expect(bench.see('wire', wired(vfMac(0), PEER, 'C100'))).toBe('VF0 -');
  });

  it('ixgbe: not on 82599; later any unicast of its own VLAN, as long as the PF is promiscuous', () => {
    expect(new SrIovBench('ixgbe', trusted).lost('wire', fromWire)).toBe('unknown-dst SR-4');
    const bench = new SrIovBench('ixgbe-x550', [...trusted, vst(1, 100)]);
    expect(bench.lost('wire', fromWire)).toBe('unknown-dst SR-4');
    bench.must(promisc('PF'));
    expect(bench.see('wire', fromWire)).toBe('PF -, VF2 -');
    expect(bench.see('wire', toNeighbour)).toBe('VF0 -, VF2 -');
    expect(bench.see('wire', wired(vfMac(1), PEER, 'C100'))).toBe('VF1 -');
    bench.must(vst(2, 100));
    expect(bench.see('wire', wired(vfMac(1), PEER, 'C100'))).toBe('VF1 -, VF2 -');
    expect(bench.see('wire', toNeighbour)).toBe('VF0 -');
  });

  it('82599: that the VF is not trusted is not why', () => {
    expect(new SrIovBench('ixgbe', [promisc('VF2')]).lost('wire', fromWire)).toBe('unknown-dst SR-4');
  });

  it('without a link it sees nothing', () => {
    const on: SrIovChange = { kind: 'priv-flag', flag: 'vf-true-promisc-support', on: true };
    const bench = new SrIovBench('ice', [on, ...trusted, set(2, 'state', 'disable')]);
    expect(bench.see('wire', toNeighbour)).toBe('VF0 -');
  });

  it('mlx5 (esw_fdb_set_vport_promisc_rule): all of them get what comes from the wire and nobody owns', () => {
    const bench = new SrIovBench('mlx5', [...trusted, set(1, 'trust', 'on'), promisc('VF1'), promisc('PF')]);
    expect(bench.see('wire', fromWire)).toBe('PF -, VF1 -, VF2 -');
    expect(bench.see('wire', toNeighbour)).toBe('VF0 -');
    expect(bench.see('VF0', outwards)).toBe('wire -');
  });

  it('gets every group', () => {
    expect(new SrIovBench('ice', trusted).see('wire', wired(GROUP, PEER))).toBe('VF2 -');
  });

  it('behind a VEPA it sees what comes from the wire', () => {
    const on: SrIovChange = { kind: 'priv-flag', flag: 'vf-true-promisc-support', on: true };
    const bench = new SrIovBench('ice', [on, ...trusted, { kind: 'hwmode', mode: 'vepa' }]);
    expect(bench.see('VF0', between)).toBe('wire -');
    expect(bench.see('wire', toNeighbour)).toBe('VF0 -, VF2 -');
  });
});

describe('SR-13 (ip-link(8), state)', () => {
  const unplug: SrIovChange = { kind: 'link', port: 'wire', up: false };

  it('auto: follows the wire', () => {
    const bench = new SrIovBench('i40e', [unplug]);
    expect(bench.lost('VF0', frame(vfMac(1), vfMac(0)))).toBe('link-down SR-13');
    bench.must({ kind: 'link', port: 'wire', up: true });
    expect(bench.see('VF0', frame(vfMac(1), vfMac(0)))).toBe('VF1 -');
  });

  it('auto: and the PF', () => {
    const bench = new SrIovBench('ixgbe', [{ kind: 'link', port: 'PF', up: false }]);
    expect(bench.lost('VF0', frame(vfMac(1), vfMac(0)))).toBe('link-down SR-13');
  });

  it('enable: VF to VF works with the wire cut, nothing else does', () => {
    const bench = new SrIovBench('i40e', [unplug, set(0, 'state', 'enable'), set(1, 'state', 'enable')]);
    expect(bench.see('VF0', frame(vfMac(1), vfMac(0)))).toBe('VF1 -');
    expect(bench.lost('VF0', frame(PEER, vfMac(0)))).toBe('link-down SR-13');
    expect(bench.lost('VF0', frame(vfMac(2), vfMac(0)))).toBe('link-down SR-13');
    expect(bench.left('VF0', frame(BROADCAST, vfMac(0)))).toBe(
      'wire link-down SR-13, VF0 ingress-port SR-3, VF2 link-down SR-13, PF link-down SR-13',
    );
    expect(bench.lost('wire', wired(vfMac(0), PEER))).toBe('link-down SR-13');
  });

  it('disable: no traffic either way, whatever the wire', () => {
    const bench = new SrIovBench('ixgbe', [set(0, 'state', 'disable')]);
    expect(bench.drop('VF0', frame(PEER, vfMac(0)))).toMatchObject({
      reason: 'link-down',
      values: { link: 'state disable' },
    });
    expect(bench.lost('wire', wired(vfMac(0), PEER))).toBe('link-down SR-13');
  });

  it.each(['ixgbe', 'ixgbe-x550'] as const)('%s takes enable and does nothing with it', (name) => {
    const bench = new SrIovBench(name);
    expect(bench.tried(set(0, 'state', 'enable'))).toBe('done');
    bench.must(set(1, 'state', 'enable'), unplug);
    expect(bench.lost('VF0', frame(vfMac(1), vfMac(0)))).toBe('link-down SR-13');
  });

  it('a guest that has its interface down gets nothing', () => {
    const bench = new SrIovBench('ixgbe', [{ kind: 'link', port: 'VF1', up: false }]);
    expect(bench.lost('VF0', frame(vfMac(1), vfMac(0)))).toBe('link-down SR-13');
  });
});

describe('SR-15 (ice.rst): the host does not see what passes between VFs and wire', () => {
  it('not even on a promiscuous PF, and is told so', () => {
    const bench = new SrIovBench('ixgbe', [promisc('PF')]);
    expect(bench.see('VF0', frame(vfMac(1), vfMac(0)))).toBe('VF1 -');
    const { egress, decisions } = bench.send('wire', wired(vfMac(1), PEER));
    expect(Object.keys(egress)).toEqual(['VF1']);
    expect(decisions.at(-1)).toMatchObject({
      verdict: 'filtered',
      reason: 'local-only',
      rule: 'SR-15',
      port: 'PF',
      values: { owner: 'VF1' },
    });
  });
});

describe('SR-16 (bridge(8), fdb add … self): a bridge behind the PF', () => {
  const behind = mac('02:00:00:00:00:b1');

  it('whom it has the NIC does not know: frames go out on the wire', () => {
    expect(new SrIovBench('ixgbe').see('VF0', frame(behind, vfMac(0)))).toBe('wire -');
  });

  it('a filter makes it known, which is second-hand', () => {
    const bench = new SrIovBench('ixgbe', [{ kind: 'self-fdb', mac: behind }]);
    const { egress, decisions } = bench.send('VF0', frame(behind, vfMac(0)));
    expect(Object.keys(egress)).toEqual(['PF']);
    expect(decisions.find(({ reason }) => reason === 'delivered')).toMatchObject({ rule: 'SR-16', doubt: 'SR-16' });
    expect(bench.see('wire', wired(behind, PEER))).toBe('PF -');
    bench.must({ kind: 'self-fdb', mac: behind, remove: true });
    expect(bench.see('VF0', frame(behind, vfMac(0)))).toBe('wire -');
  });

  it('so does a promiscuous PF; the wire has its copy as before', () => {
    const bench = new SrIovBench('ixgbe', [promisc('PF')]);
    const { egress, decisions } = bench.send('VF0', frame(behind, vfMac(0)));
    expect(Object.keys(egress)).toEqual(['wire', 'PF']);
    expect(decisions.at(-1)).toMatchObject({ reason: 'promiscuous-copy', rule: 'SR-16', port: 'PF' });
    // Whatever passed before.
    expect(bench.see('VF0', frame(vfMac(1), vfMac(0)))).toBe('VF1 -');
    expect(bench.see('VF0', frame(behind, vfMac(0)))).toBe('PF -, wire -');
  });
});

describe('SR-17 (ixgbe_ndo_set_vf_spoofchk, set_ethertype_anti_spoofing): control frames of a VF', () => {
  const LLDP = '01:80:c2:00:00:0e';
  const lldp = frame(LLDP, vfMac(0), '-', '88cc0207');
  const pause = frame('01:80:c2:00:00:01', vfMac(0), '-', '88080001');

  it('X550: LLDP and pause are dropped while spoofchk is on, by their EtherType', () => {
    const bench = new SrIovBench('ixgbe-x550');
    expect(bench.drop('VF0', lldp)).toMatchObject({ reason: 'reserved-dst', rule: 'SR-17', port: 'VF0' });
    expect(bench.drop('VF0', lldp)).not.toHaveProperty('doubt');
    expect(bench.lost('VF0', pause)).toBe('pause SR-17');
    expect(bench.lost('VF0', frame(PEER, vfMac(0), '-', '88cc0207'))).toBe('reserved-dst SR-17');
    bench.must({ kind: 'vf-setting', vf: 0, setting: 'spoofchk', value: 'off' });
    expect(bench.see('VF0', lldp)).toBe('wire -');
  });

  it('82599 has no such filter: LLDP goes out', () => {
    expect(new SrIovBench('ixgbe').see('VF0', lldp)).toBe('wire -');
  });

  it.each(['i40e', 'ice', 'mlx5'] as const)(
    '%s: taken to drop LLDP while spoofchk is on, which is in doubt',
    (name) => {
      const bench = new SrIovBench(name, [set(0, 'spoofchk', 'on')]);
      expect(bench.drop('VF0', lldp)).toMatchObject({ rule: 'SR-17', doubt: 'SR-17/reserved-dst' });
      bench.must(set(0, 'spoofchk', 'off'));
      expect(bench.see('VF0', lldp)).toBe('wire -');
    },
  );

  it.each(NIC_NAMES)(
    '%s: to 01:80:c2:00:00:01 nothing goes out, nor comes in; without the filter that is in doubt',
    (name) => {
      const bench = new SrIovBench(name, [set(0, 'spoofchk', 'off')]);
      expect(bench.drop('VF0', pause)).toMatchObject({ reason: 'pause', rule: 'GEN-4', doubt: 'GEN-4/pause' });
      expect(bench.lost('wire', wired('01:80:c2:00:00:01', PEER, '-', '88080001'))).toBe('pause GEN-4');
    },
  );

  it('EtherType 0x8808 to anybody else goes out, but on X550', () => {
    const other = frame(PEER, vfMac(0), '-', '88080001');
    for (const name of ['ixgbe', 'i40e', 'ice', 'mlx5'] as const) {
      expect(new SrIovBench(name).see('VF0', other)).toBe('wire -');
    }
    expect(new SrIovBench('ixgbe-x550').lost('VF0', other)).toBe('pause SR-17');
  });

  it('what the host itself sends out of the PF is not looked at', () => {
    const bench = new SrIovBench('ixgbe-x550');
    for (const dst of [LLDP, '01:80:c2:00:00:01']) expect(bench.see('PF', frame(dst, PF_MAC))).toBe('wire -');
  });

  it('a frame that ends with its tag has no EtherType, whatever follows on it in memory', () => {
    const bench = new SrIovBench('ixgbe-x550', [filter('VF0', 20)]);
    const frames = new FrameBatch();
    const copies = new CopyBatch();
    for (const hex of [frame(PEER, vfMac(0), 'C20', ''), frame('88:cc:00:00:00:01', vfMac(0))])
      frames.add(2, fromHex(hex)!);
    bench.relay.relay(frames, copies, 0);
    expect(copies.count).toBe(2);
  });

  it.each(NIC_NAMES)('%s: BPDUs go out', (name) => {
    expect(new SrIovBench(name).see('VF0', frame('01:80:c2:00:00:00', vfMac(0), '-', '00264242'))).toBe('wire -');
  });
});

describe('what all switches have', () => {
  it('GEN-5 (IEEE 802.3): a frame from the wire has 60 bytes, one from a function need not', () => {
    const bench = new SrIovBench('ixgbe');
    expect(bench.lost('wire', frame(vfMac(0), PEER))).toBe('runt GEN-5');
    expect(bench.see('VF0', frame(vfMac(1), vfMac(0)))).toBe('VF1 -');
  });

  it('GEN-5: a copy longer than the MTU allows is lost, one tag not counted; that is in doubt', () => {
    const bench = new SrIovBench('ixgbe', [filter('VF1', 20), filter('VF0', 20)]);
    expect(bench.see('VF0', sized(1500))).toBe('VF1 -');
    expect(bench.see('VF0', sized(1500, 'C20'))).toBe('VF1 C20');
    expect(bench.drop('VF0', sized(1501))).toMatchObject({
      reason: 'mtu-exceeded',
      rule: 'GEN-5',
      values: { length: 1515, limit: 1514 },
      doubt: 'GEN-5/mtu-exceeded',
    });
  });

  it('GEN-5: a guest’s tag inside a port VLAN’s is not counted either', () => {
    const bench = new SrIovBench('ice', [{ kind: 'guest-tag', value: 'stack' }, vst(0, 100)]);
    expect(bench.see('VF0', frame(PEER, vfMac(0), 'C20', `88b5${'00'.repeat(1500)}`))).toBe('wire C100+C20');
  });

  it('multicast and broadcast copies are counted at the function', () => {
    const bench = new SrIovBench('i40e', [join('VF1')]);
    bench.send('VF0', frame(BROADCAST, vfMac(0)));
    bench.send('VF0', frame(GROUP, vfMac(0)));
    expect([...bench.nic.functions[3]!.groupCounts]).toEqual([1, 1]);
    expect([...bench.nic.functions[4]!.groupCounts]).toEqual([0, 1]);
  });
});
