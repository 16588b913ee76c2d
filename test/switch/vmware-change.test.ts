/**
 * Changing a virtual switch of VMware while it runs: what is refused, with the fault's name of the vSphere API, and that
 * a refusal changes nothing.
 */
import { describe, expect, it } from 'vitest';
import type { VmwareVssChange } from '../../src/switch/profiles/vmware-vss/change.ts';
import { mac } from '../../src/wire/mac-address.ts';
import { frame, guest } from './bench.ts';
import { stranger, VmwareBench, wireFrame } from './vmware-bench.ts';

/** Everything that a change can change. */
function stateOf({ profile }: VmwareBench): unknown {
  const { policy, mtu, blocksGuestBpdu, checksPromiscuous, hasObservers, hasFlooders, table } = profile;
  return JSON.stringify([
    { policy, mtu, blocksGuestBpdu, checksPromiscuous, hasObservers, hasFlooders },
    [...profile.groups.values()].map(({ name, vlan, overrides }) => [name, vlan, overrides]),
    profile.ports.map((port) =>
      port === undefined ? null : { ...port, group: port.group?.name, vlans: port.memberSet() },
    ),
    table.fdb.entries(0),
  ]);
}

function standard(): VmwareBench {
  return new VmwareBench({ uplinks: 2, groups: { A: { vlan: 10 }, B: {} }, ports: ['A'] });
}

function distributed(): VmwareBench {
  return new VmwareBench({
    kind: 'vds',
    options: { 'private-vlans': '100:101 isolated' },
    groups: { A: { vlan: 10 }, I: { 'private-vlan': 101 } },
    ports: ['A', 'I'],
  });
}

const option = (name: string, value: string | number): VmwareVssChange => ({ kind: 'vswitch', option: name, value });
const set = (group: string, setting: string, value: string | number | null): VmwareVssChange => ({
  kind: 'port-group',
  group,
  setting,
  value,
});

describe('refused, and nothing changed', () => {
  const STANDARD: [VmwareVssChange, string][] = [
    [option('mtu', 1279), 'InvalidArgument mtu 1279 (1280〜9000)'],
    [option('mtu', 9001), 'InvalidArgument mtu 9001 (1280〜9000)'],
    [option('mtu', 'big'), 'InvalidArgument mtu big (1280〜9000)'],
    [option('promiscuous', 'yes'), 'InvalidArgument promiscuous yes (reject, accept)'],
    [option('teaming', 'roundrobin'), 'InvalidArgument teaming roundrobin (portid, mac, iphash, explicit)'],
    [option('active', 'vmnic7'), 'NotFound active vmnic7 (vmnic0, vmnic1)'],
    [option('standby', 'vmnic1, p1'), 'NotFound standby p1 (vmnic0, vmnic1)'],
    [option('peak-bandwidth', -1), 'InvalidArgument peak-bandwidth -1 (0〜1000000000)'],
    [option('Net.BlockGuestBPDU', 2), 'InvalidArgument Net.BlockGuestBPDU 2 (0, 1)'],
    [option('Net.ReversePathFwdCheckPromisc', 'on'), 'InvalidArgument Net.ReversePathFwdCheckPromisc on (0, 1)'],
    [option('private-vlans', '100:101 isolated'), 'InvalidArgument private-vlans 100:101 isolated (kind vds)'],
    [option('failure-detection', 'beacon'), 'unmodelled failure-detection beacon ()'],
    [option('port-mirroring', 'on'), 'unmodelled port-mirroring on ()'],
    [option('kind', 'vds'), 'unmodelled kind vds ()'],
    [
      option('toString', 'x'),
      'InvalidArgument toString x (vlan, promiscuous, mac-changes, forged-transmits, teaming …)',
    ],
    [set('A', 'vlan', 4096), 'InvalidArgument vlan 4096 (0〜4095)'],
    [set('A', 'vlan', 'ten'), 'InvalidArgument vlan ten (0〜4095)'],
    [set('A', 'trunk', '1-10'), 'InvalidArgument trunk 1-10 (vlan 4095)'],
    [set('A', 'private-vlan', 100), 'InvalidArgument private-vlan 100 (vlan 4095)'],
    [set('A', 'active', 'vmnic9'), 'NotFound active vmnic9 (vmnic0, vmnic1)'],
    [
      set('A', 'mac-limit', 10),
      'InvalidArgument mac-limit 10 (vlan, promiscuous, mac-changes, forged-transmits, teaming …)',
    ],
    [set('A', 'mtu', 9000), 'InvalidArgument mtu 9000 (vlan, promiscuous, mac-changes, forged-transmits, teaming …)'],
    [set('Z', 'vlan', 10), 'NotFound group Z (A, B)'],
    [{ kind: 'port-group-add', group: 'A' }, 'AlreadyExists group A ()'],
    [{ kind: 'port-group-remove', group: 'A' }, 'ResourceInUse group A (p1)'],
    [{ kind: 'port-group-remove', group: 'Z' }, 'NotFound group Z (A, B)'],
    [{ kind: 'connect', port: 'p1', group: 'Z' }, 'NotFound group Z (A, B)'],
    [{ kind: 'connect', port: 'vmnic0', group: 'A' }, 'InvalidArgument port vmnic0 (VM, vmkernel)'],
    [{ kind: 'link', port: 'p9', up: true }, 'NotFound port p9 (vmnic0, vmnic1, p1)'],
    [{ kind: 'block', port: 'p1', on: true }, 'InvalidArgument blocked p1 (kind vds)'],
    [{ kind: 'guest-mac', port: 'vmnic0', mac: mac(guest(7)) }, 'NotFound port vmnic0 (p1)'],
    [
      { kind: 'guest-mac', port: 'p1', mac: mac('01:00:5e:00:00:01') },
      'EADDRNOTAVAIL address 01:00:5e:00:00:01 (00:50:56:00:00:01)',
    ],
    [
      { kind: 'guest-mac', port: 'p1', mac: mac('00:00:00:00:00:00') },
      'EADDRNOTAVAIL address 00:00:00:00:00:00 (00:50:56:00:00:01)',
    ],
    [
      { kind: 'guest-multicast', port: 'p1', mac: mac(guest(7)), joined: true },
      `EINVAL address ${guest(7)} (01:00:5e:00:00:fb)`,
    ],
    [{ kind: 'guest-promiscuous', port: 'vmnic0', on: true }, 'NotFound port vmnic0 (p1)'],
  ];

  it.each(STANDARD)('%j', (change, expected) => {
    const bench = standard();
    const before = stateOf(bench);
    const refused = bench.change(change)!;
    expect(`${refused.error} ${refused.knob} ${refused.value} (${refused.expected})`).toBe(expected);
    expect(stateOf(bench)).toBe(before);
  });

  const DISTRIBUTED: [VmwareVssChange, string][] = [
    [set('A', 'trunk', '10-4095'), 'InvalidArgument trunk 10-4095 (0-4094)'],
    [set('A', 'trunk', '20-10'), 'InvalidArgument trunk 20-10 (0-4094)'],
    [set('A', 'trunk', ''), 'InvalidArgument trunk  (0-4094)'],
    [set('A', 'private-vlan', 0), 'InvalidArgument private-vlan 0 (1〜4094)'],
    [set('A', 'private-vlan', 102), 'NotFound private-vlan 102 (private-vlans)'],
    [set('A', 'mac-limit', 4097), 'InvalidArgument mac-limit 4097 (0〜4096)'],
    [set('A', 'mac-limit-policy', 'deny'), 'InvalidArgument mac-limit-policy deny (allow, drop)'],
    [option('private-vlans', '100:102 community'), 'ResourceInUse private-vlans 101 (I)'],
  ];

  it.each(DISTRIBUTED)('%j', (change, expected) => {
    const bench = distributed();
    const before = stateOf(bench);
    const refused = bench.change(change)!;
    expect(`${refused.error} ${refused.knob} ${refused.value} (${refused.expected})`).toBe(expected);
    expect(stateOf(bench)).toBe(before);
  });
});

describe('done', () => {
  it('a group comes, is used, and goes when nobody is in it any more', () => {
    const bench = standard();
    bench.must({ kind: 'port-group-add', group: 'C' });
    bench.set('C', 'vlan', 30);
    bench.must({ kind: 'connect', port: 'p1', group: 'C' });
    expect(bench.see('p1', frame(stranger(1), guest(1)))).toBe('vmnic0 C30');
    bench.must({ kind: 'port-group-remove', group: 'A' });
    expect([...bench.profile.groups.keys()]).toEqual(['B', 'C']);
  });

  it('a VLAN that is taken back is none', () => {
    const bench = standard();
    bench.set('A', 'vlan', null);
    expect(bench.see('p1', frame(stranger(1), guest(1)))).toBe('vmnic0 -');
  });

  it('a new private VLAN table moves ports whose number has another part', () => {
    const bench = distributed();
    expect(bench.see('p2', frame(stranger(1), guest(2)))).toBe('vmnic0 C101');
    bench.must({ kind: 'vswitch', option: 'private-vlans', value: '200:101 community' });
    expect(bench.see('vmnic0', wireFrame(guest(2), stranger(1), 'C200'))).toBe('p2 -');
    expect(bench.see('vmnic0', wireFrame(guest(2), stranger(1), 'C100'))).toBe('nothing');
  });

  it('an uplink carries the VLANs of the port groups in use', () => {
    const bench = distributed();
    expect(bench.profile.ports[1]!.memberSet()).toEqual([10, 100, 101]);
    bench.set('A', 'vlan', 20);
    expect(bench.profile.ports[1]!.memberSet()).toEqual([20, 100, 101]);
  });

  it('registering a multicast address twice is registering it once', () => {
    const bench = standard();
    const change = { kind: 'guest-multicast', port: 'p1', mac: mac('01:00:5e:00:00:05'), joined: true } as const;
    bench.must(change);
    bench.must(change);
    bench.must({ ...change, joined: false });
    expect(bench.profile.ports.at(-1)!.joined).toEqual([]);
  });
});
