/** VMware's switches in a lab: how a lab file sets them up, a run with words for every decision, and what is refused. */
import { describe, expect, test } from 'vitest';
import { allSwitches } from '../../src/console/switches.ts';
import { explainAll, speakerOf } from '../../src/explain/explain.ts';
import { sightingOf } from '../../src/explain/sightings.ts';
import { outcomeText } from '../../src/explain/summary.ts';
import { portRows } from '../../src/explain/tables.ts';
import type { Action } from '../../src/lab/action.ts';
import type { Judged } from '../../src/lab/event.ts';
import { Lab } from '../../src/lab/lab.ts';
import { readLabFile } from '../../src/lab/lab-file.ts';
import { SetupRefused } from '../../src/lab/switch-node.ts';
import type { VmwareVss } from '../../src/switch/profiles/vmware-vss/vmware-vss.ts';
import { mac } from '../../src/wire/mac-address.ts';
import { frameText, isSeen, ping, pingsOf, scenarioOf } from './labs.ts';

/** Two VMs in port groups of VLAN 10, one in VLAN 20, two uplinks to a physical switch, a router behind it. */
const LAB = `
id: esxi
title: ESXi
summary: An ESXi host.
switches:
  vSwitch0:
    profile: vmware-vss
    mac: 00:00:5e:00:53:f0
    options: { version: '8.0', teaming: portid }
    groups:
      VM10: { vlan: 10 }
      Monitor: { vlan: 10, promiscuous: accept }
    ports:
      p1: { mac: 00:00:5e:00:53:f1, group: VM10 }
      p2: { mac: 00:00:5e:00:53:f2, group: Monitor }
      p3: { mac: 00:00:5e:00:53:f3, vlan: 20 }
      vmnic0: { mac: 00:00:5e:00:53:f8, role: uplink }
      vmnic1: { mac: 00:00:5e:00:53:f9, role: uplink }
  PSW:
    profile: ieee-8021q
    mac: 00:00:5e:00:53:e0
    ports:
      g1: { mac: 00:00:5e:00:53:e1, role: physical, trunk: [10, 20] }
      g2: { mac: 00:00:5e:00:53:e2, role: physical, trunk: [10, 20] }
      g3: { mac: 00:00:5e:00:53:e3, role: physical, trunk: [10, 20] }
hosts:
  VM-A:
    nics: { eth0: 00:00:5e:00:53:0a }
    interfaces: [{ nic: eth0, address: 192.0.2.11/24 }]
    gateway: 192.0.2.1
  VM-B:
    nics: { eth0: 00:00:5e:00:53:0b }
    interfaces: [{ nic: eth0, address: 192.0.2.12/24 }]
    gateway: 192.0.2.1
  VM-C:
    nics: { eth0: 00:00:5e:00:53:0c }
    interfaces: [{ nic: eth0, address: 198.51.100.13/24 }]
    gateway: 198.51.100.1
  RT:
    role: router
    nics: { eth0: 00:00:5e:00:53:01 }
    interfaces:
      - { nic: eth0, vlan: 10, address: 192.0.2.1/24 }
      - { nic: eth0, vlan: 20, address: 198.51.100.1/24 }
links:
  - [VM-A.eth0, vSwitch0.p1]
  - [VM-B.eth0, vSwitch0.p2]
  - [VM-C.eth0, vSwitch0.p3]
  - [vSwitch0.vmnic0, PSW.g1]
  - [vSwitch0.vmnic1, PSW.g2]
  - [PSW.g3, RT.eth0]
run:
  - { do: ping, from: VM-A, to: VM-B }
`;

function edited(...edits: readonly (readonly [string, string])[]): string {
  return edits.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`not in the lab: ${from}`);
    return text.replace(from, to);
  }, LAB);
}

function ran(text: string, ...actions: Action[]): Lab {
  const lab = new Lab(scenarioOf(text), allSwitches());
  if (!lab.run(actions)) throw new Error('no end');
  return lab;
}

function judgements({ log }: Lab): Judged[] {
  return log.filter((event) => event.kind === 'judged');
}

function refusalOf(text: string): string {
  try {
    ran(text);
  } catch (error) {
    if (!(error instanceof SetupRefused)) throw error;
    const { refused } = error;
    return `${refused.error} ${refused.knob} ${refused.value} (${refused.expected})`;
  }
  return 'accepted';
}

describe('a lab with a standard switch', () => {
  const actions: Action[] = [
    ping('VM-A', 'VM-B'),
    ping('VM-A', 'VM-C'),
    { do: 'send', from: 'VM-A', frame: { dst: '00:00:5e:00:53:77' } },
    { do: 'send', from: 'VM-A', frame: { dst: 'VM-B', src: '00:00:5e:00:53:77' } },
    { do: 'send', from: 'VM-A', frame: { dst: 'VM-B', tag: { vid: 20 } } },
    { do: 'change', node: 'vSwitch0', change: { kind: 'guest-promiscuous', port: 'p2', on: true } },
    { do: 'send', from: 'VM-A', frame: { dst: '00:00:5e:00:53:77' } },
    { do: 'change', node: 'vSwitch0', change: { kind: 'link', port: 'vmnic0', up: false } },
    // Not to VM-A, of which the physical switch has not heard from the other uplink: no host here notifies it by RARP.
    ping('VM-C', 'RT'),
    { do: 'change', node: 'vSwitch0', change: { kind: 'guest-mac', port: 'p1', mac: mac('00:00:5e:00:53:77') } },
    { do: 'send', from: 'VM-B', frame: { dst: 'VM-A' } },
  ];
  const lab = ran(LAB, ...actions);

  test('VMs of one VLAN reach each other on the host, those of two by the router outside, also by the other uplink', () => {
    expect(pingsOf(lab).map(({ outcome }) => outcome)).toEqual(['reply', 'reply', 'reply']);
  });

  test('the first ARP request goes to the VLAN and out of one uplink, tagged', () => {
    const out = lab.log.filter(isSeen).filter(({ point }) => point === 'P3' || point === 'P4');
    const first = out.slice(0, 2).map(({ place, bytes }) => `${place} ${frameText(bytes)}`);
    expect(first).toEqual([
      'vSwitch0.vmnic0 00:00:5e:00:53:0a > ff:ff:ff:ff:ff:ff C10 ARP who-has 192.0.2.12 tell 192.0.2.11',
      'vSwitch0.p2 00:00:5e:00:53:0a > ff:ff:ff:ff:ff:ff ARP who-has 192.0.2.12 tell 192.0.2.11',
    ]);
  });

  test('the physical switch floods it back by the other uplink, where it is the host’s own reflection (VSS-16)', () => {
    const back = judgements(lab).find(({ node, port }) => node === 'vSwitch0' && port === 'vmnic1');
    expect(back?.decisions.at(-1)).toMatchObject({ verdict: 'drop', reason: 'reverse-filter', rule: 'VSS-16' });
  });

  test('every decision has words, and every loss a place where an administrator would see it', () => {
    const speaker = speakerOf('vSwitch0', lab.scenario);
    const reasons = new Set<string>();
    for (const { decisions, ports } of judgements(lab).filter(({ node }) => node === 'vSwitch0')) {
      for (const explained of explainAll(decisions, speaker, ports)) {
        const { sentence, badge, verdict, reason } = explained;
        expect(sentence).toMatch(/。$/);
        expect(sentence).not.toMatch(/[{}[\]]|undefined/);
        expect(badge).not.toBe(reason);
        if (reason !== null) reasons.add(reason);
        if (verdict === 'drop' && reason !== null && !['no-target', 'same-port'].includes(reason)) {
          expect(sightingOf(explained, speaker), reason).not.toBeNull();
        }
      }
    }
    for (const reason of [
      'local-only',
      'to-uplink',
      'flooded',
      'forged-src-mac',
      'vlan-mismatch',
      'promiscuous-copy',
      'uplink-failover',
      'mac-changed-rx',
      'reverse-filter',
      'uplink-not-chosen',
    ]) {
      expect(reasons).toContain(reason);
    }
  });

  test('the sentence under the figure says where an unknown destination went', () => {
    const sent = ran(LAB, { do: 'send', from: 'VM-A', frame: { dst: '00:00:5e:00:53:77' } });
    expect(outcomeText(sent.log, sent.scenario)).toMatch(
      /^00:00:5e:00:53:77はこのホストの表にないので、vmnic0から外へ出しました。/,
    );
  });

  test('the table of ports tells VLANs of port groups, and of an uplink what it carries', () => {
    const rows = portRows(lab.switches.get('vSwitch0')!, lab.scenario).map(
      ({ port, peer, pvid, members }) => `${port} ${peer} ${pvid} ${members}`,
    );
    expect(rows).toEqual([
      'vmnic0 PSW.g1 なし 10, 20',
      'vmnic1 PSW.g2 なし 10, 20',
      'p1 VM-A 10 10',
      'p2 VM-B 10 10',
      'p3 VM-C 20 20',
    ]);
  });

  test('the adapter has the address of the NIC that is connected, and the port’s own where there is none', () => {
    const { profile } = new Lab(scenarioOf(edited(['  - [VM-C.eth0, vSwitch0.p3]\n', ''])), allSwitches()).switches.get(
      'vSwitch0',
    )!;
    expect(profile.ports.flatMap((port) => (port === undefined ? [] : [`${port.name} ${port.mac.slice(-2)}`]))).toEqual(
      ['vmnic0 f8', 'vmnic1 f9', 'p1 0a', 'p2 0b', 'p3 f3'],
    );
  });
});

describe('how a lab file sets it up', () => {
  test('a distributed switch with private VLANs, MAC learning and flags of ports', () => {
    const text = edited(
      [
        "{ version: '8.0', teaming: portid }",
        "{ kind: vds, version: 7.0, private-vlans: '100:101 isolated', failback: 'no' }",
      ],
      ['VM10: { vlan: 10 }', 'VM10: { private-vlan: 101 }'],
      ['Monitor: { vlan: 10, promiscuous: accept }', 'Monitor: { trunk: 0-4094, mac-learning: on, mac-limit: 5 }'],
      [
        '53:f1, group: VM10 }',
        "53:f1, group: VM10, flags: { blocked: yes, guest-promiscuous: on, guest-multicast: '01:00:5e:00:00:05, 01:00:5e:00:00:06' } }",
      ],
      ['53:f3, vlan: 20 }', '53:f3, trunk: [20, 30], flags: { kind: vmkernel } }'],
    );
    const node = ran(text).switches.get('vSwitch0')!;
    const profile = node.profile as VmwareVss;
    expect([profile.kind, profile.version, profile.policy.failback]).toEqual(['vds', '7.0', false]);
    expect(profile.ports[3]).toMatchObject({
      wireVid: 101,
      vid: 100,
      isBlocked: true,
      wantsAll: true,
      joined: ['01:00:5e:00:00:05', '01:00:5e:00:00:06'],
    });
    expect(profile.ports[4]).toMatchObject({ isTrunk: true, learns: true, macLimit: 5 });
    expect(profile.ports[5]).toMatchObject({ kind: 1, isTrunk: true });
    expect(node.port('p3')!.memberSet()).toEqual([20, 30]);
    const speaker = speakerOf('vSwitch0', scenarioOf(text));
    const blocked = { reason: 'port-disabled', port: 'p1' } as Parameters<typeof sightingOf>[0];
    expect(sightingOf(blocked, speaker)!.command).toBe('esxcli network port stats get -p <ポート番号>');
  });

  test.each([
    ['{ kind: vcs }', 'InvalidArgument kind vcs (vss, vds)'],
    ['{ version: 5.5 }', 'InvalidArgument version 5.5 (6.7, 7.0, 8.0)'],
    ['{ version: 7 }', 'accepted'],
    ['{ mtu: 100 }', 'InvalidArgument mtu 100 (1280〜9000)'],
    ['{ active: vmnic5 }', 'NotFound active vmnic5 (vmnic0, vmnic1)'],
    ['{ active: vmnic1, standby: vmnic0 }', 'accepted'],
    ['{ lacp: on }', 'unmodelled lacp on ()'],
  ])('options %s', (options, expected) => {
    expect(refusalOf(edited(["{ version: '8.0', teaming: portid }", options]))).toBe(expected);
  });

  test.each([
    ['{ vlan: 4095 }', 'accepted'],
    ['{ vlan: 4096 }', 'InvalidArgument vlan 4096 (0〜4095)'],
    ['{ trunk: 1-10 }', 'InvalidArgument trunk 1-10 (vlan 4095)'],
    ['{ teaming: random }', 'InvalidArgument teaming random (portid, mac, iphash, explicit)'],
  ])('a group %s', (settings, expected) => {
    expect(refusalOf(edited(['VM10: { vlan: 10 }', `VM10: ${settings}`]))).toBe(expected);
  });

  test.each([
    ['vlan: 20, mtu: 9000', 'InvalidArgument mtu 9000 (options.mtu)'],
    ['trunk: [10], native: 20', 'InvalidArgument native 20 (vlan)'],
    ['group: VM10, vlan: 20', 'InvalidArgument group VM10 (vlanのないポート)'],
    ['trunk: [10, 20]', 'InvalidArgument trunk 10,20 (vlan 4095)'],
    ['role: uplink, vlan: 20', 'InvalidArgument uplink 20 (mac, role)'],
    ['vlan: 20, flags: { blocked: yes }', 'InvalidArgument blocked p3 (kind vds)'],
    [
      'vlan: 20, flags: { hairpin: on }',
      'InvalidArgument hairpin on (kind, blocked, guest-mac, guest-promiscuous, guest-multicast)',
    ],
    [
      'vlan: 20, flags: { guest-mac: here }',
      'InvalidArgument guest-mac here (kind, blocked, guest-mac, guest-promiscuous, guest-multicast)',
    ],
    [
      'vlan: 20, flags: { guest-mac: 01:00:5e:00:00:05 }',
      'EADDRNOTAVAIL address 01:00:5e:00:00:05 (00:50:56:00:00:01)',
    ],
    ['vlan: 20, flags: { guest-mac: 00:00:5e:00:53:78, guest-promiscuous: off, kind: vm }', 'accepted'],
  ])('a port with %s', (port, expected) => {
    expect(refusalOf(edited(['53:f3, vlan: 20 }', `53:f3, ${port} }`]))).toBe(expected);
  });

  test('rules and changes of other products are not for it, nor its changes for others', () => {
    expect(refusalOf(edited(['    groups:\n', "    rules: 'table bridge f {}'\n    groups:\n"]))).toMatch(
      /^unmodelled rules/,
    );
    const lab = ran(LAB);
    expect(lab.act({ do: 'change', node: 'vSwitch0', change: { kind: 'fdb-flush' } })).toMatchObject({
      error: 'unmodelled',
    });
    const linux = edited(
      ['profile: vmware-vss', 'profile: linux-bridge'],
      [
        "    options: { version: '8.0', teaming: portid }\n    groups:\n      VM10: { vlan: 10 }\n      Monitor: { vlan: 10, promiscuous: accept }\n",
        '',
      ],
      [', group: VM10', ''],
      [', group: Monitor', ''],
    );
    expect(
      ran(linux).act({ do: 'change', node: 'vSwitch0', change: { kind: 'connect', port: 'p1', group: 'A' } }),
    ).toMatchObject({
      error: 'unmodelled',
    });
  });

  test('a product without groups takes none', () => {
    const text = edited(
      ['profile: vmware-vss', 'profile: linux-bridge'],
      ["{ version: '8.0', teaming: portid }", '{}'],
    );
    expect(readLabFile(text)).toMatchObject([
      { code: 'unknown-key', path: 'switches.vSwitch0.groups', found: 'groups' },
    ]);
  });
});
