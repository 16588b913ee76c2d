/** Access lists of the Hyper-V switch: port ACLs, extended ACLs, both together, and where they stand. */
import { describe, expect, it } from 'vitest';
import { accessWarnings } from '../../src/filter/access-warnings.ts';
import { ACL_KIT, aclsOf } from '../../src/switch/profiles/hyper-v/access-control.ts';
import type { AclChange } from '../../src/switch/profiles/hyper-v/acl.ts';
import { applyChange } from '../../src/switch/profiles/hyper-v/change.ts';
import { HyperV } from '../../src/switch/profiles/hyper-v/hyper-v.ts';
import { BROADCAST, frame, guest } from './bench.ts';
import { HyperVBench, trunk } from './hyper-v-bench.ts';
import { ARP, echo, ip4, ip6, tcp, udp, udpPorts } from './packets.ts';

const [ONE, TWO, FAR] = ['10.0.0.1', '10.0.0.2', '192.0.2.9'];
const [ONE_6, TWO_6] = [1, 2].map((last) => `20010db8${last.toString(16).padStart(24, '0')}`) as [string, string];

type Acl = Partial<AclChange> & { readonly direction?: string };

/** p1 with lists, p2 without, and a NIC. */
class Lists extends HyperVBench {
  constructor(...changes: Acl[]) {
    super({ p1: {}, p2: {}, u1: {} });
    for (const change of changes) this.add(change);
  }

  try(change: Acl): unknown {
    const kind = 'weight' in change ? 'extended-acl-add' : 'acl-add';
    return this.change({ kind, port: 'p1', ...change } as AclChange);
  }

  add(change: Acl): void {
    expect(this.try(change)).toBeNull();
  }

  /** From p1 to p2. */
  out(rest: string): string {
    return this.fate('p1', frame(guest(2), guest(1), '-', rest));
  }

  /** From p2 to p1. */
  in(rest: string): string {
    return this.fate('p2', frame(guest(1), guest(2), '-', rest));
  }
}

const PASSES_OUT = 'p2 -';
const PASSES_IN = 'p1 -';

describe('port ACL', () => {
  it('HV-16 (Add-VMNetworkAdapterAcl): an address that is denied is denied in its direction only', () => {
    const bench = new Lists({ action: 'Deny', direction: 'Inbound', remoteIPAddress: TWO });
    expect(bench.in(udp(TWO, ONE, 5, 6))).toBe('HV-16 acl-deny');
    expect(bench.in(udp(FAR, ONE, 5, 6))).toBe(PASSES_IN);
    expect(bench.out(udp(ONE, TWO, 5, 6))).toBe(PASSES_OUT);
  });

  it('HV-16 (Add-VMNetworkAdapterAcl): local and remote are seen from the VM, whichever way a packet goes', () => {
    const bench = new Lists({ action: 'Deny', direction: 'Both', localIPAddress: ONE });
    expect([bench.in(udp(TWO, ONE, 5, 6)), bench.out(udp(ONE, TWO, 5, 6))]).toEqual([
      'HV-16 acl-deny',
      'HV-16 acl-deny',
    ]);
    expect([bench.in(udp(ONE, TWO, 5, 6)), bench.out(udp(TWO, ONE, 5, 6))]).toEqual([PASSES_IN, PASSES_OUT]);
    expect(aclsOf(bench.port('p1'))!.portEntries).toHaveLength(2);
  });

  it('HV-16 (Add-VMNetworkAdapterAcl, "longest match"): of IP entries the longest prefix decides', () => {
    const bench = new Lists(
      { action: 'Deny', direction: 'Both', remoteIPAddress: 'ANY' },
      { action: 'Allow', direction: 'Both', remoteIPAddress: '10.0.0.0/8' },
      { action: 'Deny', direction: 'Both', remoteIPAddress: '10.0.0.0/24' },
      { action: 'Allow', direction: 'Both', remoteIPAddress: TWO },
    );
    expect(bench.in(udp(FAR, ONE, 5, 6))).toBe('HV-16 acl-deny');
    expect(bench.in(udp('10.9.0.1', ONE, 5, 6))).toBe(PASSES_IN);
    expect(bench.in(udp('10.0.0.9', ONE, 5, 6))).toBe('HV-16 acl-deny');
    expect(bench.in(udp(TWO, ONE, 5, 6))).toBe(PASSES_IN);
    const { drop } = bench.send('p2', frame(guest(1), guest(2), '-', udp('10.0.0.9', ONE, 5, 6)));
    expect(drop).toMatchObject({
      stage: 'filter',
      port: 'p1',
      values: { rule: 5, match: '-RemoteIPAddress 10.0.0.0/24', action: 'drop' },
    });
  });

  it('HV-16 (Add-VMNetworkAdapterAcl): ANY is IPv4 and IPv6; what is in no entry passes', () => {
    const bench = new Lists({ action: 'Deny', direction: 'Inbound', remoteIPAddress: 'ANY' });
    expect(bench.in(ip6(TWO_6, ONE_6, 17, udpPorts(5, 6)))).toBe('HV-16 acl-deny');
    expect(bench.in(ip4(TWO, ONE, 89, ''))).toBe('HV-16 acl-deny');
    const { decisions, seen } = bench.send('p2', frame(guest(1), guest(2), '-', ARP));
    expect(seen).toBe(PASSES_IN);
    expect(decisions.find(({ reason }) => reason === 'implicit-allow')).toMatchObject({
      rule: 'HV-16',
      port: 'p1',
      values: { rules: 1 },
    });
    const six = new Lists({ action: 'Deny', direction: 'Inbound', remoteIPAddress: '2001:db8::/64' });
    expect(six.in(ip6(TWO_6, ONE_6, 17, udpPorts(5, 6)))).toBe('HV-16 acl-deny');
    expect(six.in(ip6(`2002${TWO_6.slice(4)}`, ONE_6, 17, udpPorts(5, 6)))).toBe(PASSES_IN);
  });

  it('HV-16 (Add-VMNetworkAdapterAcl): a MAC entry is a host’s address, or ANY, and then matches everything', () => {
    const bench = new Lists({ action: 'Deny', direction: 'Inbound', remoteMacAddress: '02-00-00-00-00-02' });
    expect(bench.in(ARP)).toBe('HV-16 acl-deny');
    expect(bench.fate('u1', frame(guest(1), guest(9)))).toBe(PASSES_IN);
    const any = new Lists(
      { action: 'Deny', direction: 'Inbound', remoteMacAddress: 'any' },
      { action: 'Allow', direction: 'Inbound', remoteMacAddress: guest(2) },
    );
    expect(any.in(ARP)).toBe(PASSES_IN);
    expect(any.fate('u1', frame(guest(1), guest(9)))).toBe('HV-16 acl-deny');
  });

  it('HV-16 (Add-VMNetworkAdapterAcl, Meter): counts what passes and decides nothing', () => {
    const bench = new Lists(
      { action: 'Meter', direction: 'Inbound', remoteIPAddress: '10.0.0.0/8' },
      { action: 'Meter', direction: 'Inbound', remoteIPAddress: TWO },
      { action: 'Deny', direction: 'Inbound', localIPAddress: FAR },
    );
    for (const from of [TWO, TWO, '10.0.0.7', '172.16.0.1']) bench.in(udp(from, ONE, 5, 6));
    expect(bench.in(udp(TWO, FAR, 5, 6))).toBe('HV-16 acl-deny');
    const counted = aclsOf(bench.port('p1'))!.portEntries.map(({ packets, bytes }) => [packets, bytes]);
    expect(counted).toEqual([
      [1, 42],
      [2, 84],
      [0, 0],
    ]);
    // A further entry does not begin the count anew.
    bench.add({ action: 'Allow', direction: 'Inbound', remoteIPAddress: ONE });
    expect(aclsOf(bench.port('p1'))!.portEntries[1]!.packets).toBe(2);
  });

  it('HV-16 (Remove-VMNetworkAdapterAcl): an entry is taken back by what it says, however it was written', () => {
    const bench = new Lists({ action: 'Deny', direction: 'Both', remoteIPAddress: '2001:db8::2' });
    const packet = ip6(TWO_6, ONE_6, 17, udpPorts(5, 6));
    const remove = (direction: 'Inbound' | 'Both', remoteIPAddress: string): unknown =>
      bench.change({ kind: 'acl-remove', port: 'p1', action: 'Deny', direction, remoteIPAddress });
    expect(remove('Both', '2001:db8::3')).toMatchObject({ error: 'ObjectNotFound' });
    expect(bench.in(packet)).toBe('HV-16 acl-deny');
    expect(remove('Inbound', '2001:DB8:0::2/128')).toBeNull();
    expect(bench.in(packet)).toBe(PASSES_IN);
    // Half of it is no longer there: the other half stays.
    expect(remove('Both', '2001:db8::2')).toMatchObject({ error: 'ObjectNotFound' });
    expect(bench.out(ip6(ONE_6, TWO_6, 17, udpPorts(5, 6)))).toBe('HV-16 acl-deny');
  });
});

describe('extended ACL', () => {
  it('HV-17 (Add-VMNetworkAdapterExtendedAcl): the largest weight that matches decides', () => {
    const bench = new Lists(
      { action: 'Deny', direction: 'Inbound', weight: 1 },
      { action: 'Allow', direction: 'Inbound', weight: 20, protocol: 'TCP', localPort: '3389' },
      { action: 'Deny', direction: 'Inbound', weight: 30, remoteIPAddress: '10.0.0.64/26' },
    );
    expect(bench.in(tcp(TWO, ONE, 1024, 3389))).toBe(PASSES_IN);
    expect(bench.in(tcp('10.0.0.65', ONE, 1024, 3389))).toBe('HV-17 acl-deny');
    expect(bench.in(udp(TWO, ONE, 1024, 3389))).toBe('HV-17 acl-deny');
    expect(bench.out(udp(ONE, TWO, 1024, 3389))).toBe(PASSES_OUT);
    const { drop } = bench.send('p2', frame(guest(1), guest(2), '-', tcp(TWO, ONE, 1024, 22)));
    expect(drop).toMatchObject({ port: 'p1', values: { rule: 1, match: '-Weight 1', action: 'drop' } });
    const { decisions } = bench.send('p2', frame(guest(1), guest(2), '-', tcp(TWO, ONE, 1024, 3389)));
    expect(decisions.find(({ stage }) => stage === 'filter')).toMatchObject({
      verdict: 'pass',
      rule: 'HV-17',
      values: { hook: 'Inbound' },
    });
  });

  it('HV-17 (Add-VMNetworkAdapterExtendedAcl): what is in no entry passes, which is told as a doubt', () => {
    const bench = new Lists({ action: 'Deny', direction: 'Inbound', weight: 1, protocol: '1' });
    const { decisions, seen } = bench.send('p2', frame(guest(1), guest(2), '-', udp(TWO, ONE, 5, 6)));
    expect(seen).toBe(PASSES_IN);
    expect(decisions.find(({ reason }) => reason === 'implicit-allow')).toMatchObject({
      rule: 'HV-17',
      doubt: 'HV-17/implicit-allow',
    });
    expect(bench.in(echo(TWO, ONE, 8))).toBe('HV-17 acl-deny');
  });

  it('HV-17 (Add-VMNetworkAdapterExtendedAcl -LocalPort 49152-49182): a range has both its ends; local is the VM’s side', () => {
    const bench = new Lists(
      { action: 'Deny', direction: 'Inbound', weight: 1, protocol: 'UDP', localPort: '49152-49182' },
      { action: 'Deny', direction: 'Outbound', weight: 1, protocol: 'UDP', localPort: '7', remotePort: '9-11' },
    );
    const inbound = [49_151, 49_152, 49_170, 49_182, 49_183].map((port) => bench.in(udp(TWO, ONE, 49_152, port)));
    const denied = 'HV-17 acl-deny';
    expect(inbound).toEqual([PASSES_IN, denied, denied, denied, PASSES_IN]);
    const outbound = [8, 9, 11, 12].map((port) => bench.out(udp(ONE, TWO, 7, port)));
    expect(outbound).toEqual([PASSES_OUT, denied, denied, PASSES_OUT]);
    // Ports without a protocol are those of TCP and UDP.
    const both = new Lists({ action: 'Deny', direction: 'Inbound', weight: 1, localPort: '80' });
    expect([both.in(udp(TWO, ONE, 1, 80)), both.in(tcp(TWO, ONE, 1, 80))]).toEqual([denied, denied]);
    // A fragment has no ports.
    expect(both.in(ip4(TWO, ONE, 17, udpPorts(1, 80), 0x2000))).toBe(PASSES_IN);
  });

  it('HV-17 (Add-VMNetworkAdapterExtendedAcl -IsolationID): an entry of one VLAN', () => {
    const bench = new Lists({ action: 'Deny', direction: 'Outbound', weight: 5, isolationID: 20 });
    bench.add({ action: 'Deny', direction: 'Inbound', weight: 5, isolationID: 20 });
    for (const port of ['p1', 'p2']) bench.vlan(port, trunk([10, 20], 10));
    const send = (port: string, tags: string): string =>
      bench.fate(port, frame(guest(port === 'p1' ? 2 : 1), guest(Number(port[1])), tags, udp(ONE, TWO, 5, 6)));
    expect([send('p1', 'C20'), send('p2', 'C20')]).toEqual(['HV-17 acl-deny', 'HV-17 acl-deny']);
    expect([send('p1', '-'), send('p2', '-')]).toEqual([PASSES_OUT, PASSES_IN]);
    bench.vlan('p1', trunk([10, 20], 20));
    expect(send('p1', '-')).toBe('HV-17 acl-deny');
  });
});

describe('stateful entries', () => {
  const denyAll = { action: 'Deny', direction: 'Inbound', weight: 1 } as const;
  const stateful = { action: 'Allow', direction: 'Outbound', weight: 10, stateful: true } as const;

  it('HV-18 (Add-VMNetworkAdapterExtendedAcl -Stateful): the answer to what was let pass is let pass', () => {
    const bench = new Lists(denyAll, { ...stateful, protocol: 'TCP' });
    const answer = tcp(TWO, ONE, 80, 1024, 0x12);
    expect(bench.in(answer)).toBe('HV-17 acl-deny');
    bench.out(tcp(ONE, TWO, 1024, 80));
    const { seen, decisions } = bench.send('p2', frame(guest(1), guest(2), '-', answer));
    expect(seen).toBe(PASSES_IN);
    expect(decisions.find(({ reason }) => reason === 'connection-state')).toMatchObject({
      rule: 'HV-18',
      port: 'p1',
      values: { rule: 10 },
    });
    expect(bench.in(tcp(TWO, ONE, 81, 1024))).toBe('HV-17 acl-deny');
    expect(bench.in(tcp(FAR, ONE, 80, 1024))).toBe('HV-17 acl-deny');
    // Not the entry's protocol: nothing is remembered.
    bench.out(udp(ONE, TWO, 1024, 80));
    expect(bench.in(udp(TWO, ONE, 80, 1024))).toBe('HV-17 acl-deny');
  });

  it('HV-18 (Add-VMNetworkAdapterExtendedAcl -Stateful): without it, or on Deny, nothing is remembered', () => {
    for (const entry of [{ ...stateful, stateful: false }, { ...stateful, action: 'Deny' } as const]) {
      const bench = new Lists(denyAll, entry);
      bench.out(udp(ONE, TWO, 5, 6));
      expect(bench.in(udp(TWO, ONE, 6, 5))).toBe('HV-17 acl-deny');
    }
  });

  it('HV-18 (-IdleSessionTimeout): a session ends that many seconds after its last packet, either way', () => {
    const bench = new Lists(denyAll, { ...stateful, idleSessionTimeout: 3600 });
    const at = (seconds: number, sends: () => string): string => {
      bench.nowMs = seconds * 1000;
      return sends();
    };
    const [ask, answer] = [(): string => bench.out(echo(ONE, TWO, 8)), (): string => bench.in(echo(TWO, ONE, 0))];
    at(0, ask);
    expect([at(3599, answer), at(7198, answer), at(10_798, answer)]).toEqual([PASSES_IN, PASSES_IN, 'HV-17 acl-deny']);
    at(10_799, ask);
    at(12_000, ask);
    expect(at(15_599, answer)).toBe(PASSES_IN);
    // A request of the other side is no answer.
    expect(bench.in(echo(TWO, ONE, 8))).toBe('HV-17 acl-deny');
  });

  it('HV-18 (Msvm_EthernetSwitchPortExtendedAclSettingData): 255 seconds where nothing is said', () => {
    const bench = new Lists(denyAll, stateful);
    bench.out(udp(ONE, TWO, 5, 6));
    bench.nowMs = 254_999;
    expect(bench.in(udp(TWO, ONE, 6, 5))).toBe(PASSES_IN);
    bench.nowMs += 255_000;
    expect(bench.in(udp(TWO, ONE, 6, 5))).toBe('HV-17 acl-deny');
  });

  it('HV-18: a session lasts no longer than its entry', () => {
    const bench = new Lists(denyAll, stateful);
    bench.out(udp(ONE, TWO, 5, 6));
    bench.add({ action: 'Deny', direction: 'Inbound', weight: 2 });
    expect(bench.in(udp(TWO, ONE, 6, 5))).toBe(PASSES_IN);
    bench.change({ kind: 'extended-acl-remove', port: 'p1', weight: 10, direction: 'Outbound' });
    bench.add(stateful);
    expect(bench.in(udp(TWO, ONE, 6, 5))).toBe('HV-17 acl-deny');
  });

  it('HV-18: ARP is in no entry, so that denying everything lets it pass', () => {
    const bench = new Lists(denyAll);
    const { seen, decisions } = bench.send('p2', frame(BROADCAST, guest(2), '-', ARP));
    expect(seen).toBe('p1 -, u1 -');
    expect(decisions.find(({ stage }) => stage === 'filter')).toMatchObject({ rule: 'HV-18', doubt: 'HV-18/pass' });
  });
});

describe('both, and where they stand', () => {
  it('HV-19: a frame that either list denies is lost, whatever the other allows', () => {
    const bench = new Lists(
      { action: 'Allow', direction: 'Both', remoteIPAddress: TWO },
      { action: 'Deny', direction: 'Inbound', remoteIPAddress: FAR },
      { action: 'Deny', direction: 'Inbound', weight: 9, protocol: 'UDP' },
      { action: 'Allow', direction: 'Inbound', weight: 8 },
    );
    const { drop } = bench.send('p2', frame(guest(1), guest(2), '-', udp(TWO, ONE, 5, 6)));
    expect(drop).toMatchObject({ reason: 'acl-deny', rule: 'HV-19', doubt: 'HV-19', values: { rule: 9 } });
    expect(bench.in(tcp(TWO, ONE, 5, 6))).toBe(PASSES_IN);
    expect(bench.in(tcp(FAR, ONE, 5, 6))).toBe('HV-19 acl-deny');
    expect(bench.in(udp(FAR, ONE, 5, 6))).toBe('HV-16 acl-deny');
    expect(bench.in(udp('10.9.9.9', ONE, 5, 6))).toBe('HV-17 acl-deny');
  });

  it('HV-19: so it is between MAC entries and IP entries of a port ACL', () => {
    const mac = { direction: 'Inbound', remoteMacAddress: guest(2) } as const;
    const ip = { direction: 'Inbound', remoteIPAddress: TWO } as const;
    for (const [byMac, byIp] of [
      ['Allow', 'Deny'],
      ['Deny', 'Allow'],
    ] as const) {
      const bench = new Lists({ ...mac, action: byMac }, { ...ip, action: byIp });
      const { drop } = bench.send('p2', frame(guest(1), guest(2), '-', udp(TWO, ONE, 5, 6)));
      expect(drop).toMatchObject({ rule: 'HV-19', values: { rule: byMac === 'Deny' ? 1 : 2 } });
    }
  });

  it('HV-19: a frame that the port ACL denies begins no session', () => {
    const bench = new Lists(
      { action: 'Deny', direction: 'Outbound', remoteIPAddress: TWO },
      { action: 'Allow', direction: 'Outbound', weight: 1, stateful: true },
      { action: 'Deny', direction: 'Inbound', weight: 1 },
    );
    expect(bench.out(udp(ONE, TWO, 5, 6))).toBe('HV-19 acl-deny');
    expect(bench.in(udp(TWO, ONE, 6, 5))).toBe('HV-17 acl-deny');
  });

  it('HV-23 (Packet Flow through the Extensible Switch Data Path): on the way in ACLs come before the guards', () => {
    const bench = new Lists({ action: 'Deny', direction: 'Outbound', weight: 1, protocol: 'UDP' });
    bench.set('p1', 'DhcpGuard', 'On');
    const offer = frame(BROADCAST, guest(1), '-', udp(ONE, '255.255.255.255', 67, 68));
    expect(bench.fate('p1', offer)).toBe('HV-17 acl-deny');
    bench.change({ kind: 'extended-acl-remove', port: 'p1', weight: 1, direction: 'Outbound' });
    expect(bench.fate('p1', offer)).toBe('HV-13 dhcp-guard');
  });

  it('HV-23: what an ACL has denied on the way in has taught nobody', () => {
    const bench = new Lists({ action: 'Deny', direction: 'Outbound', remoteMacAddress: 'ANY' });
    bench.set('p1', 'MacAddressSpoofing', 'On');
    const { decisions } = bench.send('p1', frame(BROADCAST, guest(9)));
    expect(decisions.find(({ reason }) => reason === 'filter-before-learning')).toMatchObject({
      rule: 'HV-23',
      doubt: 'HV-23',
    });
    expect(bench.see('p2', frame(guest(9), guest(2)))).toBe('p1 -, u1 -');
  });

  it('HV-23: on the way out each copy is looked at by itself, that of a mirror too', () => {
    const bench = new Lists({ action: 'Deny', direction: 'Inbound', weight: 1 });
    const hex = frame(BROADCAST, guest(2), '-', udp(TWO, '10.0.0.255', 5, 6));
    const { seen, drop } = bench.send('p2', hex);
    expect(seen).toBe('u1 -');
    expect(drop).toMatchObject({ port: 'p1', reason: 'acl-deny' });
    bench.set('p2', 'PortMirroring', 'Source');
    bench.set('p1', 'PortMirroring', 'Destination');
    expect(bench.see('p2', frame(guest(9), guest(2), '-', udp(TWO, FAR, 5, 6)))).toBe('u1 -');
  });
});

describe('what is refused', () => {
  const port = { action: 'Deny', direction: 'Both' } as const;
  const extended = { action: 'Allow', direction: 'Inbound', weight: 7 } as const;

  it.each<[string, Acl, string, string]>([
    ['an address that is none', { ...port, remoteIPAddress: '10.0.0.256' }, 'RemoteIPAddress', '10.0.0.256'],
    ['a prefix that is none', { ...port, localIPAddress: '10.0.0.0/33' }, 'LocalIPAddress', '10.0.0.0/33'],
    ['a MAC address that is none', { ...port, localMacAddress: '02:00' }, 'LocalMacAddress', '02:00'],
    ['IP and MAC', { ...port, localIPAddress: ONE, remoteMacAddress: guest(2) }, 'MacAddress', guest(2)],
    ['neither', port, 'LocalIPAddress', ''],
    ['Meter on MAC', { ...port, action: 'Meter', remoteMacAddress: 'ANY' }, 'Action', 'Meter'],
    ['an action of its own', { ...port, action: 'Drop' as 'Deny', remoteIPAddress: ONE }, 'Action', 'Drop'],
    ['a direction of its own', { ...port, direction: 'In' as 'Both', remoteIPAddress: ONE }, 'Direction', 'In'],
    ['Meter in an extended ACL', { ...extended, action: 'Meter' as 'Allow' }, 'Action', 'Meter'],
    ['both directions in one', { ...extended, direction: 'Both' as 'Inbound' }, 'Direction', 'Both'],
    ['a weight that is none', { ...extended, weight: 0 }, 'Weight', '0'],
    ['a port number on ICMP', { ...extended, protocol: '1', localPort: '80' }, 'LocalPort', '80'],
    ['a port number on ICMP, of the other side', { ...extended, protocol: '1', remotePort: '80' }, 'RemotePort', '80'],
    ['a protocol that is none', { ...extended, protocol: '256' }, 'Protocol', '256'],
    ['a range that goes backwards', { ...extended, protocol: 'TCP', remotePort: '9-8' }, 'RemotePort', '9-8'],
    ['a port that is none', { ...extended, protocol: 'TCP', localPort: '65536' }, 'LocalPort', '65536'],
    ['a timeout that is none', { ...extended, stateful: true, idleSessionTimeout: 0 }, 'IdleSessionTimeout', '0'],
    ['a VLAN that is none', { ...extended, isolationID: 4095 }, 'IsolationID', '4095'],
    ['a name for an address', { ...extended, localIPAddress: 'web' }, 'LocalIPAddress', 'web'],
  ])('%s', (_, change, knob, value) => {
    const bench = new Lists();
    expect(bench.try(change)).toMatchObject({ error: 'InvalidArgument', knob, value });
    expect(bench.port('p1').acls).toBeNull();
  });

  it('HV-17: a weight that the direction has already', () => {
    const bench = new Lists(extended);
    expect(bench.try({ ...extended, protocol: 'UDP' })).toMatchObject({ knob: 'Weight', value: '7' });
    expect(bench.try({ ...extended, direction: 'Outbound' })).toBeNull();
    expect(aclsOf(bench.port('p1'))!.extendedEntries).toHaveLength(2);
  });

  it('HV-17: to take back what is not there', () => {
    const bench = new Lists(extended);
    expect(bench.change({ kind: 'extended-acl-remove', port: 'p1', weight: 7, direction: 'Outbound' })).toMatchObject({
      error: 'ObjectNotFound',
    });
    expect(bench.change({ kind: 'extended-acl-remove', port: 'p1', weight: 7, direction: 'Inbound' })).toBeNull();
    expect(bench.port('p1').acls).toBeNull();
  });

  it('a physical NIC has none, nor a switch that was made without', () => {
    const bench = new Lists();
    expect(bench.change({ ...extended, kind: 'extended-acl-add', port: 'u1' })).toMatchObject({
      error: 'ObjectNotFound',
    });
    const change = { ...extended, kind: 'extended-acl-add', port: 'p1' } as const;
    const bare = new HyperV();
    expect(applyChange(bare, change)).toMatchObject({ error: 'ObjectNotFound' });
    bare.ports[1] = bench.port('p1');
    expect(applyChange(bare, change)).toMatchObject({ error: 'unmodelled' });
    expect(ACL_KIT).toBeDefined();
  });
});

describe('what is suspicious', () => {
  it('HV-16, HV-17: entries that never match, that another hides, and that are equally long', () => {
    const bench = new Lists(
      { action: 'Allow', direction: 'Inbound', localIPAddress: '10.0.0.0/8' },
      { action: 'Deny', direction: 'Inbound', remoteIPAddress: '10.0.0.0/8' },
      { action: 'Allow', direction: 'Inbound', weight: 20, protocol: 'TCP', localPort: '80-90' },
      { action: 'Deny', direction: 'Inbound', weight: 10, protocol: 'TCP', localPort: '82-87', remoteIPAddress: TWO },
      { action: 'Deny', direction: 'Inbound', weight: 5, localIPAddress: ONE, remoteIPAddress: '2001:db8::1' },
    );
    const { portEntries, extendedEntries } = aclsOf(bench.port('p1'))!;
    const told = [...accessWarnings(portEntries), ...accessWarnings(extendedEntries)].map(({ kind, entry }) => [
      kind,
      entry.text,
    ]);
    expect(told).toEqual([
      ['ambiguous', '-RemoteIPAddress 10.0.0.0/8'],
      ['impossible', '-LocalIPAddress 10.0.0.1 -RemoteIPAddress 2001:db8::1 -Weight 5'],
      ['shadowed', '-RemoteIPAddress 10.0.0.2 -LocalPort 82-87 -Protocol TCP -Weight 10'],
    ]);
  });
});
