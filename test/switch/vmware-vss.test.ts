/**
 * The virtual switches of VMware ESXi against their documentation: frames in, exact bytes out, and the decisions with their
 * rules. Each test quotes where it is from.
 */
import { describe, expect, it } from 'vitest';
import { VERSIONS } from '../../src/switch/profiles/vmware-vss/policy.ts';
import { policyOf } from '../../src/switch/profiles/vmware-vss/configuration.ts';
import { addAdapter, addUplink, createSwitch } from '../../src/switch/profiles/vmware-vss/configuration.ts';
import { VMKERNEL } from '../../src/switch/profiles/vmware-vss/vswitch-port.ts';
import { mac } from '../../src/wire/mac-address.ts';
import { BROADCAST, frame, guest } from './bench.ts';
import { stranger, told, VmwareBench, wireFrame, type VmwareSetup } from './vmware-bench.ts';

const GROUP_MAC = '01:00:5e:00:00:05';
const BPDU = '01:80:c2:00:00:00';
const LLDP = '01:80:c2:00:00:0e';
const PAUSE = '01:80:c2:00:00:01';

/** p1 and p2 in VLAN 10 (two port groups), p3 in VLAN 20, p4 without a VLAN, one uplink. */
const LAB: VmwareSetup = {
  groups: { A: { vlan: 10 }, B: { vlan: 10 }, C: { vlan: 20 }, D: {} },
  ports: ['A', 'B', 'C', 'D'],
};

function accepting(setup: VmwareSetup, ...settings: string[]): VmwareSetup {
  return { ...setup, options: { ...setup.options, ...Object.fromEntries(settings.map((name) => [name, 'accept'])) } };
}

/** Guests of these ports have put their adapters into promiscuous mode. */
function listening(setup: VmwareSetup, ...ports: string[]): VmwareBench {
  const bench = new VmwareBench(setup);
  for (const port of ports) bench.must({ kind: 'guest-promiscuous', port, on: true });
  return bench;
}

/** From p1 to p2, with so many bytes of payload. */
function sized(size: number): string {
  return frame(guest(2), guest(1), '-', `88b5${'00'.repeat(size)}`);
}

describe('what a virtual switch is', () => {
  it('VSS-1 (Virtual Networking Concepts): the table is that of the connected adapters; nothing is learned from traffic', () => {
    const bench = new VmwareBench(LAB);
    const before = bench.profile.table.fdb.entries(0);
    expect(before.map(({ mac: address, vid, port }) => `${vid} ${address} ${bench.profile.ports[port]!.name}`)).toEqual(
      [`0 ${guest(4)} p4`, `10 ${guest(1)} p1`, `10 ${guest(2)} p2`, `20 ${guest(3)} p3`],
    );
    bench.send('vmnic0', wireFrame(guest(1), stranger(1), 'C10'));
    const sent = bench.send('p1', frame(stranger(1), guest(1)));
    expect(bench.profile.table.fdb.entries(0)).toEqual(before);
    expect(told(sent, 'learning-off')).toMatchObject({ rule: 'VSS-1', values: { where: 'vSwitch0', src: guest(1) } });
  });

  it('VSS-1: an adapter that is disconnected is no longer in the table, sends nothing and gets nothing', () => {
    const bench = new VmwareBench(LAB);
    bench.link('p2', false);
    expect(bench.see('p1', frame(guest(2), guest(1)))).toBe('vmnic0 C10');
    expect(bench.drop('p2', frame(guest(1), guest(2)))).toMatchObject({ reason: 'link-down', rule: 'VSS-1' });
    expect(bench.about('p2', bench.send('p1', frame(BROADCAST, guest(1))))).toEqual(['link-down']);
    bench.link('p2', true);
    expect(bench.see('p1', frame(guest(2), guest(1)))).toBe('p2 -');
  });

  it('VSS-1: a frame from a port that the switch does not have is a drop', () => {
    expect(new VmwareBench(LAB).drop('p9', frame(BROADCAST, guest(1)))).toMatchObject({
      reason: 'unknown-port',
      rule: 'VSS-1',
    });
  });

  it('VSS-2 (vSphere Security): the effective address is the initial one until the guest programs another', () => {
    const bench = new VmwareBench(accepting(LAB, 'mac-changes'));
    expect(bench.see('p2', frame(guest(1), guest(2)))).toBe('p1 -');
    bench.must({ kind: 'guest-mac', port: 'p1', mac: mac(stranger(7)) });
    expect(bench.profile.ports.find((port) => port?.name === 'p1')!.mac).toBe(guest(1));
    expect([bench.see('p2', frame(stranger(7), guest(2))), bench.see('p2', frame(guest(1), guest(2)))]).toEqual([
      'p1 -',
      'vmnic0 C10',
    ]);
  });

  it('VSS-3 (esxcli network vswitch standard list): the defaults of a new switch', () => {
    const profile = createSwitch('vSwitch0');
    expect(profile).toMatchObject({ kind: 'vss', mtu: 1500, configuredPorts: 128, cdp: 'listen', beacon: false });
    expect(profile.policy).toMatchObject({
      teaming: 0,
      active: null,
      standby: [],
      failback: true,
      notifySwitches: true,
      shaping: false,
    });
  });

  it('VSS-3: a port group inherits each setting by itself, until it is overridden, and again afterwards', () => {
    const bench = new VmwareBench(LAB);
    const group = bench.profile.groups.get('A')!;
    const policy = (): unknown => {
      const { promiscuous, forgedTransmits, failback } = policyOf(bench.profile, group);
      return [promiscuous, forgedTransmits, failback];
    };
    bench.set('A', 'promiscuous', 'accept');
    bench.must({ kind: 'vswitch', option: 'forged-transmits', value: 'accept' });
    bench.must({ kind: 'vswitch', option: 'failback', value: 'no' });
    expect(policy()).toEqual([true, true, false]);
    bench.set('A', 'promiscuous', null);
    expect(policy()).toEqual([false, true, false]);
  });

  it('VSS-3 (second-hand): a frame of more than the MTU and 14 bytes is dropped on its way out; one tag is not counted', () => {
    const bench = new VmwareBench({ ...LAB, groups: { A: { vlan: 10 }, G: { vlan: 4095 } }, ports: ['A', 'A', 'G'] });
    expect(bench.see('p1', sized(1500))).toBe('p2 -');
    expect(bench.drop('p1', sized(1501))).toMatchObject({
      reason: 'mtu-exceeded',
      rule: 'VSS-3',
      port: 'p2',
      values: { length: 1515, limit: 1514 },
      doubt: 'VSS-3/mtu-exceeded',
    });
    const tagged = frame(guest(2), guest(3), 'C10', `88b5${'00'.repeat(1500)}`);
    expect(bench.see('p3', tagged)).toBe('p2 -');
    bench.must({ kind: 'vswitch', option: 'mtu', value: 9000 });
    expect(bench.see('p1', sized(9000))).toBe('p2 -');
  });

  it('VSS-4 (vSphere Security 7.0): MAC changes and forged transmits are rejected since 7.0, promiscuous mode always', () => {
    const defaults = VERSIONS.map((version) => {
      const { promiscuous, macChanges, forgedTransmits } = createSwitch('s', 'vss', version).policy;
      return `${version} ${promiscuous} ${macChanges} ${forgedTransmits}`;
    });
    expect(defaults).toEqual(['6.7 false true true', '7.0 false false false', '8.0 false false false']);
  });

  it('VSS-4: a distributed switch rejects all three whatever its version', () => {
    for (const version of VERSIONS) {
      const { policy } = createSwitch('s', 'vds', version);
      expect(policy).toMatchObject({ promiscuous: false, macChanges: false, forgedTransmits: false });
    }
  });
});

describe('VLANs', () => {
  it('VSS-5 (EST): VLAN ID 0 is untagged on the uplink, both ways', () => {
    const bench = new VmwareBench(LAB);
    const out = frame(stranger(1), guest(4));
    expect(bench.send('p4', out).egress).toEqual({ vmnic0: [out] });
    const back = wireFrame(guest(4), stranger(1));
    expect(bench.send('vmnic0', back).egress).toEqual({ p4: [back] });
    expect(bench.see('vmnic0', wireFrame(BROADCAST, stranger(1)))).toBe('p4 -');
  });

  it('VSS-5: a tagged frame from the uplink is not for a port group without a VLAN', () => {
    const bench = new VmwareBench(LAB);
    const sent = bench.send('vmnic0', wireFrame(BROADCAST, stranger(1), 'C10'));
    expect(
      told({ ...sent, decisions: sent.decisions.filter(({ port }) => port === 'p4') }, 'vlan-not-allowed'),
    ).toMatchObject({
      verdict: 'filtered',
      rule: 'VSS-5',
      values: { vid: 10, members: ['0'] },
    });
  });

  it('VSS-5, unverified: a frame with VID 0 is taken for untagged', () => {
    const bench = new VmwareBench(LAB);
    const sent = bench.send('vmnic0', wireFrame(guest(4), stranger(1), 'C0p5'));
    expect(sent.egress).toEqual({ p4: [wireFrame(guest(4), stranger(1)).slice(0, 112)] });
    expect(told(sent, 'tag-popped')).toMatchObject({ rule: 'VSS-5', doubt: 'VSS-5/tag-popped' });
  });

  it('VSS-6 (VST): untagged at the adapter, tagged on the uplink', () => {
    const bench = new VmwareBench(LAB);
    const sent = bench.send('p1', frame(stranger(1), guest(1)));
    expect(sent.egress).toEqual({ vmnic0: [frame(stranger(1), guest(1), 'C10')] });
    expect(told(sent, 'tag-pushed')).toMatchObject({ rule: 'VSS-6', port: 'vmnic0', values: { vid: 10 } });
    const back = bench.send('vmnic0', wireFrame(guest(1), stranger(1), 'C10p3'));
    expect(back.egress).toEqual({ p1: [wireFrame(guest(1), stranger(1), 'C10p3').replace('8100600a', '')] });
    expect(told(back, 'tag-popped')).toMatchObject({ rule: 'VSS-6' });
  });

  it('VSS-6 (rickardnobel.se): port groups of one VLAN ID on one switch talk to each other, untagged and unmodified', () => {
    const bench = new VmwareBench(LAB);
    const sent = frame(guest(2), guest(1));
    expect(bench.send('p1', sent).egress).toEqual({ p2: [sent] });
  });

  it('VSS-7 (VGT): VLAN ID 4095 sees all VLANs, tags are kept both ways, untagged frames leave untagged', () => {
    const bench = new VmwareBench({ groups: { G: { vlan: 4095 }, A: { vlan: 10 } }, ports: ['G', 'A'] });
    for (const tags of ['C10p5', 'C4094', 'C0p3', '-']) {
      const out = frame(stranger(1), guest(1), tags);
      expect(bench.send('p1', out).egress).toEqual({ vmnic0: [out] });
      const back = wireFrame(guest(1), stranger(1), tags);
      expect(bench.send('vmnic0', back).egress).toEqual({ p1: [back] });
    }
    expect(bench.see('vmnic0', wireFrame(BROADCAST, stranger(1), 'C10'))).toBe('p1 C10, p2 -');
    expect(bench.see('p1', frame(guest(2), guest(1), 'C10'))).toBe('p2 -');
  });

  it('VSS-7, unverified: what comes from a port group of this host gets its tag', () => {
    const bench = new VmwareBench({ groups: { G: { vlan: 4095 }, A: { vlan: 10 } }, ports: ['G', 'A'] });
    const sent = bench.send('p2', frame(BROADCAST, guest(2)));
    expect(sent.egress).toEqual({
      p1: [frame(BROADCAST, guest(2), 'C10')],
      vmnic0: [frame(BROADCAST, guest(2), 'C10')],
    });
    const pushed = sent.decisions.find(({ reason, port }) => reason === 'tag-pushed' && port === 'p1');
    expect(pushed).toMatchObject({ rule: 'VSS-7', doubt: 'VSS-7/tag-pushed' });
  });

  it('GEN-2, unverified: VID 4095 of a guest that tags for itself, or of the wire, is dropped', () => {
    const bench = new VmwareBench({ groups: { G: { vlan: 4095 } }, ports: ['G'] });
    const expected = { reason: 'reserved-vid', rule: 'GEN-2', doubt: 'GEN-2/reserved-vid' };
    expect(bench.drop('p1', frame(BROADCAST, guest(1), 'C4095'))).toMatchObject(expected);
    expect(bench.drop('vmnic0', wireFrame(BROADCAST, stranger(1), 'C4095'))).toMatchObject(expected);
  });

  it('VSS-8 (vlan_tag_mismatch_rx): a guest’s tag in a port group with VLAN ID 0 to 4094 costs the frame, its own VID and VID 0 too', () => {
    const bench = new VmwareBench(LAB);
    for (const [port, tags, vid] of [
      ['p1', 'C20', 20],
      ['p1', 'C10', 10],
      ['p1', 'C0p5', 0],
      ['p4', 'C10', 10],
      ['p4', 'C0', 0],
    ] as const) {
      expect(bench.drop(port, frame(BROADCAST, guest(port === 'p1' ? 1 : 4), tags))).toMatchObject({
        reason: 'vlan-mismatch',
        rule: 'VSS-8',
        values: { vid, accepts: ['untagged'] },
        doubt: 'VSS-8',
      });
    }
  });

  it('VSS-8: an S-tag is payload, at adapters and uplinks', () => {
    const bench = new VmwareBench(LAB);
    expect(bench.see('p1', frame(BROADCAST, guest(1), 'S20'))).toBe('p2 S20, vmnic0 C10+S20');
    expect(bench.see('vmnic0', wireFrame(BROADCAST, stranger(1), 'S10'))).toBe('p4 S10');
    const { decisions } = bench.send('p1', frame(BROADCAST, guest(1), 'S20'));
    expect(decisions[0]).toMatchObject({
      stage: 'vlan',
      verdict: 'pass',
      rule: 'VSS-8',
      values: { how: 'foreign-tag', vid: 10 },
    });
  });

  it('VSS-9 (Virtual Networking Concepts): an address in another VLAN is unknown', () => {
    const bench = new VmwareBench(LAB);
    const sent = bench.send('p1', frame(guest(3), guest(1)));
    expect(sent.egress).toEqual({ vmnic0: [frame(guest(3), guest(1), 'C10')] });
    expect(told(sent, 'to-uplink')).toMatchObject({ rule: 'VSS-9' });
    expect(bench.drop('vmnic0', wireFrame(guest(3), stranger(1), 'C10'))).toMatchObject({
      reason: 'unknown-dst',
      rule: 'VSS-9',
    });
    const flood = bench.send('p1', frame(BROADCAST, guest(1)));
    expect(flood.decisions.find(({ port, reason }) => port === 'p3' && reason === 'vlan-not-allowed')).toMatchObject({
      rule: 'VSS-9',
    });
  });
});

describe('forwarding', () => {
  it('VSS-10 (Virtual Networking Concepts): a unicast to an adapter of the VLAN is delivered locally only', () => {
    const bench = new VmwareBench(LAB);
    const sent = bench.send('p1', frame(guest(2), guest(1)));
    expect(sent.egress).toEqual({ p2: [frame(guest(2), guest(1))] });
    expect(told(sent, 'delivered')).toMatchObject({ rule: 'VSS-10', port: 'p2' });
    expect(told(sent, 'local-only')).toMatchObject({
      verdict: 'filtered',
      rule: 'VSS-10',
      port: 'vmnic0',
      values: { dst: guest(2), owner: 'p2' },
    });
  });

  it('GEN-6: what a guest sends to itself does not come back', () => {
    expect(new VmwareBench(LAB).drop('p1', frame(guest(1), guest(1)))).toMatchObject({
      reason: 'same-port',
      rule: 'GEN-6',
    });
  });

  it('VSS-11 (second-hand): an unknown unicast leaves by one uplink and reaches no other adapter', () => {
    const bench = new VmwareBench({ ...LAB, uplinks: 2 });
    const sent = bench.send('p1', frame(stranger(1), guest(1)));
    expect(sent.egress).toEqual({ vmnic0: [frame(stranger(1), guest(1), 'C10')] });
    expect(told(sent, 'to-uplink')).toMatchObject({ rule: 'VSS-11', port: 'vmnic0', doubt: 'VSS-11' });
    expect(told(sent, 'unknown-not-flooded')).toMatchObject({
      rule: 'VSS-11',
      port: 'p2',
      values: { condition: 'uplink' },
    });
    expect(bench.about('vmnic1', sent)).toEqual(['uplink-not-chosen']);
    expect(bench.about('p3', sent)).toEqual([]);
  });

  it('VSS-11: without an uplink it is dropped', () => {
    const bench = new VmwareBench({ ...LAB, uplinks: 0 });
    expect(bench.drop('p1', frame(stranger(1), guest(1)))).toMatchObject({ reason: 'no-uplink', rule: 'VSS-11' });
    expect(bench.drop('p3', frame(BROADCAST, guest(3)))).toMatchObject({ reason: 'no-target', rule: 'VSS-12' });
    expect(bench.see('p1', frame(BROADCAST, guest(1)))).toBe('p2 -');
  });

  it('VSS-12 (vSphere Networking): a broadcast reaches every other port of the VLAN and one uplink', () => {
    const bench = new VmwareBench({ ...LAB, uplinks: 2 });
    const sent = bench.send('p1', frame(BROADCAST, guest(1)));
    expect(sent.egress).toEqual({ p2: [frame(BROADCAST, guest(1))], vmnic0: [frame(BROADCAST, guest(1), 'C10')] });
    expect(told(sent, 'flooded')).toMatchObject({ rule: 'VSS-12', values: { count: 2, vid: 10 } });
  });

  it('VSS-12 (GUID-97724211): a multicast reaches ports whose guest registered the address, and one uplink', () => {
    const bench = new VmwareBench(LAB);
    const sent = bench.send('p1', frame(GROUP_MAC, guest(1)));
    expect(sent.egress).toEqual({ vmnic0: [frame(GROUP_MAC, guest(1), 'C10')] });
    expect(told(sent, 'mcast-not-member')).toMatchObject({ rule: 'VSS-12', port: 'p2', values: { group: GROUP_MAC } });
    bench.must({ kind: 'guest-multicast', port: 'p2', mac: mac(GROUP_MAC), joined: true });
    expect(bench.see('p1', frame(GROUP_MAC, guest(1)))).toBe('p2 -, vmnic0 C10');
    expect(bench.see('p1', frame('01:00:5e:00:00:06', guest(1)))).toBe('vmnic0 C10');
    bench.must({ kind: 'guest-multicast', port: 'p2', mac: mac(GROUP_MAC), joined: false });
    expect(bench.see('p1', frame(GROUP_MAC, guest(1)))).toBe('vmnic0 C10');
  });

  it('VSS-12 (GUID-97724211): with more than 32 addresses registered a port gets every multicast', () => {
    const bench = new VmwareBench(LAB);
    const join = (number: number, joined: boolean): void =>
      bench.must({
        kind: 'guest-multicast',
        port: 'p2',
        mac: mac(`01:00:5e:00:01:${number.toString(16).padStart(2, '0')}`),
        joined,
      });
    for (let number = 1; number <= 32; number++) join(number, true);
    expect(bench.see('p1', frame('01:00:5e:00:01:20', guest(1)))).toBe('p2 -, vmnic0 C10');
    expect(bench.see('p1', frame(GROUP_MAC, guest(1)))).toBe('vmnic0 C10');
    join(33, true);
    expect(bench.see('p1', frame(GROUP_MAC, guest(1)))).toBe('p2 -, vmnic0 C10');
    join(1, false);
    expect(bench.see('p1', frame(GROUP_MAC, guest(1)))).toBe('vmnic0 C10');
    expect(bench.see('p1', frame('01:00:5e:00:01:21', guest(1)))).toBe('p2 -, vmnic0 C10');
  });

  it('VSS-13 (vSphere 8.0, MAC learning): an uplink’s unicast goes to the adapter that has address and VLAN', () => {
    const bench = new VmwareBench(LAB);
    const sent = bench.send('vmnic0', wireFrame(guest(3), stranger(1), 'C20'));
    expect(sent.egress).toEqual({ p3: [wireFrame(guest(3), stranger(1), 'C20').replace('81000014', '')] });
    expect(told(sent, 'delivered')).toMatchObject({ rule: 'VSS-13', port: 'p3' });
  });

  it('VSS-13 (unknown_unicast_rx_uplink_pkts): an uplink’s unknown unicast is dropped', () => {
    expect(new VmwareBench(LAB).drop('vmnic0', wireFrame(stranger(2), stranger(1), 'C10'))).toMatchObject({
      reason: 'unknown-dst',
      rule: 'VSS-13',
      values: { dst: stranger(2), vid: 10, from: 'vmnic0' },
    });
  });

  it('VSS-14 (ipspace.net): nothing goes from uplink to uplink', () => {
    const bench = new VmwareBench({ ...LAB, uplinks: 2 });
    const sent = bench.send('vmnic0', wireFrame(BROADCAST, stranger(1), 'C20'));
    expect(sent.egress).toEqual({ p3: [wireFrame(BROADCAST, stranger(1), 'C20').replace('81000014', '')] });
    expect(told(sent, 'flooded')).toMatchObject({ rule: 'VSS-14' });
    expect(told(sent, 'split-horizon')).toMatchObject({
      verdict: 'filtered',
      port: 'vmnic1',
      values: { ingress: 'vmnic0' },
      doubt: 'VSS-14/split-horizon',
    });
    expect(bench.drop('vmnic0', wireFrame(BROADCAST, stranger(1), 'C99'))).toMatchObject({
      reason: 'no-target',
      rule: 'VSS-14',
    });
  });

  it('VSS-15 (KB 2047822): a BPDU from outside is not processed and crosses the switch like any multicast', () => {
    const bench = new VmwareBench(LAB);
    expect(bench.drop('vmnic0', wireFrame(BPDU, stranger(1)))).toMatchObject({ reason: 'no-target', rule: 'VSS-15' });
    bench.must({ kind: 'guest-multicast', port: 'p4', mac: mac(BPDU), joined: true });
    expect(bench.see('vmnic0', wireFrame(BPDU, stranger(1)))).toBe('p4 -');
  });

  it('VSS-15 (vSphere Networking 6.5 p.95): a guest’s BPDU reaches the physical switch, unless Net.BlockGuestBPDU is 1', () => {
    const bench = new VmwareBench(LAB);
    expect(bench.see('p4', frame(BPDU, guest(4)))).toBe('vmnic0 -');
    bench.must({ kind: 'vswitch', option: 'Net.BlockGuestBPDU', value: 1 });
    expect(bench.drop('p4', frame(BPDU, guest(4)))).toMatchObject({
      reason: 'bpdu-filter',
      rule: 'VSS-15',
      values: { knob: 'Net.BlockGuestBPDU', value: 1 },
    });
  });

  it('GEN-4, unverified: LLDP is a multicast like others; pause goes nowhere', () => {
    const bench = new VmwareBench(LAB);
    const sent = bench.send('p4', frame(LLDP, guest(4)));
    expect(sent.egress).toEqual({ vmnic0: [frame(LLDP, guest(4))] });
    expect(told(sent, 'flooded')).toMatchObject({ rule: 'GEN-4', doubt: 'GEN-4/flooded' });
    for (const port of ['p4', 'vmnic0']) {
      expect(bench.drop(port, wireFrame(PAUSE, guest(4)))).toMatchObject({
        reason: 'pause',
        rule: 'GEN-4',
        doubt: 'GEN-4/pause',
      });
    }
  });

  it('GEN-1, GEN-5: runts from a wire and frames that end within their tag are no frames', () => {
    const bench = new VmwareBench(LAB);
    expect(bench.drop('vmnic0', frame(BROADCAST, stranger(1)))).toMatchObject({ reason: 'runt', rule: 'GEN-5' });
    expect(bench.see('p4', frame(BROADCAST, guest(4), '-', '88b5'))).toBe('vmnic0 -');
    expect(bench.drop('p4', frame(BROADCAST, guest(4), '-', '8100'))).toMatchObject({
      reason: 'malformed-header',
      rule: 'GEN-1',
    });
    expect(bench.drop('p4', frame(BROADCAST, guest(4), '-', ''))).toMatchObject({
      reason: 'malformed-header',
      rule: 'GEN-1',
    });
  });
});

describe('security policies', () => {
  const CASES = [
    // mac-changes, forged-transmits, sends, receives for the new address, receives for the old one
    ['accept', 'accept', true, true, false],
    ['reject', 'accept', true, false, false],
    ['accept', 'reject', true, true, false],
    ['reject', 'reject', false, false, false],
  ] as const;

  it.each(CASES)(
    'VSS-18, VSS-19 (vSphere Security): MAC changes %s, forged transmits %s, and a guest that changes its address',
    (changes, forged, sends, receives, old) => {
      const bench = new VmwareBench({ ...LAB, options: { 'mac-changes': changes, 'forged-transmits': forged } });
      bench.must({ kind: 'guest-mac', port: 'p1', mac: mac(stranger(7)) });
      expect(bench.see('p1', frame(guest(2), stranger(7)))).toBe(sends ? 'p2 -' : 'nothing');
      expect(bench.see('vmnic0', wireFrame(stranger(7), stranger(1), 'C10'))).toBe(receives ? 'p1 -' : 'nothing');
      expect(bench.see('vmnic0', wireFrame(guest(1), stranger(1), 'C10'))).toBe(old ? 'p1 -' : 'nothing');
    },
  );

  it('VSS-18: the port gets nothing at all until the guest is back at its initial address', () => {
    const bench = new VmwareBench(LAB);
    bench.must({ kind: 'guest-mac', port: 'p1', mac: mac(stranger(7)) });
    const expected = {
      reason: 'mac-changed-rx',
      rule: 'VSS-18',
      port: 'p1',
      values: { effective: stranger(7), initial: guest(1) },
    };
    expect(bench.drop('p2', frame(guest(1), guest(2)))).toMatchObject(expected);
    expect(bench.drop('p2', frame(BROADCAST, guest(2)))).toMatchObject(expected);
    // Sending with the initial address is no forgery.
    expect(bench.see('p1', frame(guest(2), guest(1)))).toBe('p2 -');
    bench.must({ kind: 'guest-mac', port: 'p1', mac: mac(guest(1)) });
    expect(bench.see('p2', frame(guest(1), guest(2)))).toBe('p1 -');
  });

  it('VSS-19 (vSphere Security 8.0): a source that is not the effective address is dropped, silently', () => {
    const bench = new VmwareBench(LAB);
    expect(bench.drop('p1', frame(guest(2), stranger(7)))).toMatchObject({
      reason: 'forged-src-mac',
      rule: 'VSS-19',
      port: 'p1',
      values: { src: stranger(7), allowed: guest(1) },
    });
    expect(bench.drop('p1', frame(guest(2), '00:00:00:00:00:00'))).toMatchObject({ reason: 'forged-src-mac' });
    expect(bench.drop('p1', frame(guest(2), GROUP_MAC))).toMatchObject({ reason: 'forged-src-mac' });
  });

  it('VSS-19: with Accept nothing is compared; the answer to a forged source is lost (VSS-13)', () => {
    const bench = new VmwareBench(accepting(LAB, 'forged-transmits'));
    expect(bench.see('p1', frame(stranger(1), stranger(7)))).toBe('vmnic0 C10');
    expect(bench.drop('vmnic0', wireFrame(stranger(7), stranger(1), 'C10'))).toMatchObject({
      reason: 'unknown-dst',
      rule: 'VSS-13',
    });
  });

  it('VSS-19, unverified: with Accept a group source passes', () => {
    const bench = new VmwareBench(accepting(LAB, 'forged-transmits'));
    const sent = bench.send('p1', frame(guest(2), GROUP_MAC));
    expect(sent.egress).toEqual({ p2: [frame(guest(2), GROUP_MAC)] });
    expect(told(sent, 'group-src')).toMatchObject({ rule: 'VSS-19', doubt: 'VSS-19/group-src' });
  });

  it('VSS-20 (vSphere Security): policy and guest together make a port see its VLAN, in port group B what A sends', () => {
    const setup: VmwareSetup = {
      ...LAB,
      groups: { ...LAB.groups, B: { vlan: 10, promiscuous: 'accept' } },
      ports: ['A', 'B', 'C', 'D', 'A'],
    };
    const bench = listening(setup, 'p2');
    const sent = bench.send('p1', frame(guest(5), guest(1)));
    expect(sent.egress).toEqual({ p5: [frame(guest(5), guest(1))], p2: [frame(guest(5), guest(1))] });
    expect(told(sent, 'promiscuous-copy')).toMatchObject({ rule: 'VSS-20', port: 'p2' });
    expect(bench.see('p1', frame(stranger(1), guest(1)))).toBe('p2 -, vmnic0 C10');
    expect(bench.see('p1', frame(GROUP_MAC, guest(1)))).toBe('p2 -, vmnic0 C10');
    expect(bench.see('vmnic0', wireFrame(guest(1), stranger(1), 'C10'))).toBe('p1 -, p2 -');
    // Neither other VLANs nor what it sent itself.
    expect(bench.see('p3', frame(stranger(1), guest(3)))).toBe('vmnic0 C20');
    expect(bench.see('p2', frame(stranger(1), guest(2)))).toBe('vmnic0 C10');
  });

  it('VSS-20: it also sees what reaches nobody else; then nothing is lost', () => {
    const bench = listening(accepting(LAB, 'promiscuous'), 'p2');
    const unknown = bench.send('vmnic0', wireFrame(stranger(2), stranger(1), 'C10'));
    expect([unknown.egress['p2']?.length, told(unknown, 'unknown-dst').verdict]).toEqual([1, 'filtered']);
    bench.link('vmnic0', false);
    const lost = bench.send('p1', frame(stranger(2), guest(1)));
    expect([lost.egress['p2']?.length, told(lost, 'no-uplink').verdict]).toEqual([1, 'filtered']);
    const own = bench.send('p1', frame(guest(1), guest(1)));
    expect([own.egress['p2']?.length, told(own, 'same-port').verdict]).toEqual([1, 'filtered']);
  });

  it('VSS-20: with Reject the guest’s promiscuous mode has no effect, and without the guest the policy has none', () => {
    expect(listening(LAB, 'p2').see('p1', frame(stranger(1), guest(1)))).toBe('vmnic0 C10');
    expect(new VmwareBench(accepting(LAB, 'promiscuous')).see('p1', frame(stranger(1), guest(1)))).toBe('vmnic0 C10');
  });

  it('VSS-20: on a port with VLAN ID 4095 it sees all VLANs, with their tags', () => {
    const bench = listening(
      {
        groups: { G: { vlan: 4095, promiscuous: 'accept' }, A: { vlan: 10 }, C: { vlan: 20 } },
        ports: ['G', 'A', 'C'],
      },
      'p1',
    );
    expect(bench.see('p2', frame(stranger(1), guest(2)))).toBe('p1 C10, vmnic0 C10');
    expect(bench.see('p3', frame(stranger(1), guest(3)))).toBe('p1 C20, vmnic0 C20');
  });

  it('VSS-20, VSS-18: a port that is silent because of its address sees nothing either', () => {
    const bench = listening(accepting(LAB, 'promiscuous'), 'p2');
    bench.must({ kind: 'guest-mac', port: 'p2', mac: mac(stranger(7)) });
    expect(bench.see('p1', frame(stranger(1), guest(1)))).toBe('vmnic0 C10');
    expect(bench.drop('p1', frame(stranger(1), guest(1)))).toBeUndefined();
  });

  it('VSS-21 (MAC learning, 8.0): a machine within a machine needs forged transmits, and promiscuous mode for the answer', () => {
    const nested = stranger(9);
    const works = (...settings: string[]): boolean => {
      const bench = listening(accepting(LAB, ...settings), 'p1');
      const out = bench.see('p1', frame(stranger(1), nested)) === 'vmnic0 C10';
      const back = bench.see('vmnic0', wireFrame(nested, stranger(1), 'C10')) === 'p1 -';
      return out && back;
    };
    expect([
      works(),
      works('forged-transmits'),
      works('promiscuous'),
      works('forged-transmits', 'promiscuous'),
    ]).toEqual([false, false, false, true]);
  });

  it('VSS-22: outbound shaping is kept, and changes no frame', () => {
    const bench = new VmwareBench(LAB);
    bench.set('A', 'shaping', 'on');
    bench.set('A', 'average-bandwidth', 1);
    const { shaping, averageBandwidth, peakBandwidth, burstSize } = policyOf(
      bench.profile,
      bench.profile.groups.get('A')!,
    );
    expect([shaping, averageBandwidth, peakBandwidth, burstSize]).toEqual([true, 1, 100_000, 102_400]);
    expect(bench.see('p1', frame(guest(2), guest(1)))).toBe('p2 -');
  });
});

describe('the host’s own adapters', () => {
  it('VSS-1: a vmkernel adapter is a port like others, without a guest that could ask for anything', () => {
    const bench = new VmwareBench(LAB);
    addAdapter(bench.profile, 'vmk0', mac('ee:00:00:00:02:00'), VMKERNEL, 'A');
    expect(bench.see('p1', frame('ee:00:00:00:02:00', guest(1)))).toBe('vmk0 -');
    expect(bench.see('vmk0', frame(guest(1), 'ee:00:00:00:02:00'))).toBe('p1 -');
    expect(bench.change({ kind: 'guest-promiscuous', port: 'vmk0', on: true })).toMatchObject({
      error: 'NotFound',
      knob: 'port',
    });
  });

  it('VSS-1: of two adapters with one address the first has it', () => {
    const bench = new VmwareBench(accepting(LAB, 'mac-changes', 'forged-transmits'));
    bench.must({ kind: 'guest-mac', port: 'p2', mac: mac(guest(1)) });
    expect(bench.see('vmnic0', wireFrame(guest(1), stranger(1), 'C10'))).toBe('p1 -');
    bench.link('p1', false);
    expect(bench.see('vmnic0', wireFrame(guest(1), stranger(1), 'C10'))).toBe('p2 -');
    expect(addUplink(bench.profile, 'vmnic1', mac('ee:00:00:00:01:01')).index).toBe(6);
  });
});
