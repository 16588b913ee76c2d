/** An SR-IOV NIC in a lab: how a lab file sets it up, what runs through it, and that all of it is told. */
import { doubtText } from '../../src/explain/doubts/doubts.ts';
import { describe, expect, test } from 'vitest';
import { allSwitches } from '../../src/console/switches.ts';
import { explainAll, speakerOf } from '../../src/explain/explain.ts';
import { tellRefusal } from '../../src/explain/problem.ts';
import { sightingOf } from '../../src/explain/sightings.ts';
import { storyOf } from '../../src/explain/story.ts';
import { outcomeText } from '../../src/explain/summary.ts';
import { fdbRows, portRows } from '../../src/explain/tables.ts';
import type { Action } from '../../src/lab/action.ts';
import type { Judged } from '../../src/lab/event.ts';
import { Lab } from '../../src/lab/lab.ts';
import { readLabFile } from '../../src/lab/lab-file.ts';
import type { Scenario } from '../../src/lab/scenario.ts';
import { SetupRefused, type SwitchChange } from '../../src/lab/switch-node.ts';
import { ping, pingsOf, scenarioOf } from './labs.ts';

/** VM-A in port VLAN 10; VM-B untagged, with an interface in VLAN 20. VM-C stands behind a bridge on the PF. */
const LAB = `
id: vf
title: VFの実験
summary: VM-AとVM-BはVFを、VM-CはPFのブリッジを使います。
switches:
  ens1f0:
    profile: sr-iov
    mac: 00:00:5e:00:53:f0
    options: { nic: ixgbe }
    ports:
      VF0: { mac: 00:00:5e:00:53:0a, vlan: 10, flags: { qos: '3' } }
      VF1: { mac: 00:00:5e:00:53:0b, trunk: [10] }
      PF: { mac: 00:00:5e:00:53:f1, flags: { function: PF } }
      wire: { mac: 00:00:5e:00:53:f9, role: uplink }
  br0:
    profile: linux-bridge
    mac: 00:00:5e:00:53:d0
    ports:
      pf: { mac: 00:00:5e:00:53:d1, role: uplink }
      tap0: { mac: 00:00:5e:00:53:d2 }
  PSW:
    profile: ieee-8021q
    mac: 00:00:5e:00:53:e0
    ports:
      g1: { mac: 00:00:5e:00:53:e1, role: physical, trunk: [10], native: 1 }
      g2: { mac: 00:00:5e:00:53:e2, role: physical, vlan: 10 }
hosts:
  VM-A:
    nics: { eth0: 00:00:5e:00:53:0a }
    interfaces: [{ nic: eth0, address: 192.0.2.11/24 }]
  VM-B:
    nics: { eth0: 00:00:5e:00:53:0b }
    interfaces: [{ nic: eth0, vlan: 10, address: 192.0.2.12/24 }, { nic: eth0, address: 198.51.100.12/24 }]
  VM-C:
    nics: { eth0: 00:00:5e:00:53:0c }
    interfaces: [{ nic: eth0, address: 198.51.100.13/24 }]
  SV:
    role: server
    nics: { eth0: 00:00:5e:00:53:80 }
    interfaces: [{ nic: eth0, address: 192.0.2.80/24 }]
links:
  - [VM-A.eth0, ens1f0.VF0]
  - [VM-B.eth0, ens1f0.VF1]
  - [ens1f0.PF, br0.pf]
  - [VM-C.eth0, br0.tap0]
  - [ens1f0.wire, PSW.g1]
  - [PSW.g2, SV.eth0]
run:
  - { do: ping, from: VM-A, to: VM-B }
`;

function ran(text: string, ...actions: Action[]): Lab {
  const lab = new Lab(scenarioOf(text), allSwitches());
  if (!lab.run(actions)) throw new Error('no end');
  return lab;
}

function judgedBy(lab: Lab, node: string): Judged[] {
  return lab.log.filter((event): event is Judged => event.kind === 'judged' && event.node === node);
}

/** The refusal with which a lab file is turned down. */
function refusedWith(text: string): string {
  try {
    void new Lab(scenarioOf(text), allSwitches());
  } catch (error) {
    if (error instanceof SetupRefused) return `${error.refused.error} ${error.refused.knob} ${error.refused.value}`;
    throw error;
  }
  return 'done';
}

const change = (what: object): Action => ({ do: 'change', node: 'ens1f0', change: what as SwitchChange });

describe('two guests on VFs', () => {
  test('SR-3: reach each other inside the NIC', () => {
    const lab = ran(LAB, ping('VM-A', 'VM-B'));
    expect(pingsOf(lab)).toMatchObject([{ outcome: 'reply' }]);
    const echo = judgedBy(lab, 'ens1f0').find(({ decisions }) =>
      decisions.some(({ reason }) => reason === 'local-only'),
    );
    expect(echo!.ports).toEqual(['VF0']);
    expect(outcomeText(lab.log, lab.scenario)).toBe('VM-AからVM-Bへのpingに返事が届きました。');
  });

  test('SR-5: reach a server outside with the tag of the port VLAN', () => {
    const lab = ran(LAB, ping('VM-A', 'SV'));
    expect(pingsOf(lab)).toMatchObject([{ outcome: 'reply' }]);
    const tags = lab.log.flatMap((event) =>
      event.kind === 'seen' && event.point === 'P5' && event.place === 'ens1f0.wire' && event.direction === 'out'
        ? [Buffer.from(event.bytes.subarray(12, 16)).toString('hex')]
        : [],
    );
    expect(new Set(tags)).toEqual(new Set(['8100600a']));
  });

  test('SR-16: do not reach who is behind the PF’s bridge, until the PF has a filter', () => {
    const toC: Action = { do: 'send', from: 'VM-B', frame: { dst: 'VM-C' } };
    expect(judgedBy(ran(LAB, toC), 'ens1f0').at(-1)!.ports).toEqual(['wire']);
    const known = ran(LAB, change({ kind: 'self-fdb', mac: '00:00:5e:00:53:0c' }), toC);
    expect(judgedBy(known, 'ens1f0').at(-1)!.ports).toEqual(['PF']);
    expect(
      ran(LAB.replace('function: PF', 'function: PF, fdb: 00:00:5e:00:53:0c'), toC).log.some(
        (event) => event.kind === 'judged' && event.node === 'VM-C',
      ),
    ).toBe(true);
  });
});

describe('all that the NIC decides', () => {
  const actions: Action[] = [
    ping('VM-A', 'VM-B'),
    ping('VM-A', 'SV'),
    ping('VM-C', 'VM-B'),
    { do: 'send', from: 'VM-A', frame: { dst: 'VM-B', tag: { vid: 20 } } },
    { do: 'send', from: 'VM-B', frame: { dst: 'VM-A', src: 'SV' } },
    { do: 'send', from: 'VM-B', frame: { dst: 'VM-A', tag: { vid: 30 } } },
    { do: 'send', from: 'SV', frame: { dst: '00:00:5e:00:53:77' } },
    { do: 'send', from: 'SV', frame: { dst: '01:00:5e:00:00:05' } },
    { do: 'send', from: 'VM-B', frame: { dst: '01:80:c2:00:00:01' } },
    change({ kind: 'vf-setting', vf: 0, setting: 'state', value: 'disable' }),
    { do: 'send', from: 'VM-B', frame: { dst: 'ff:ff:ff:ff:ff:ff', tag: { vid: 10 } } },
    change({ kind: 'hwmode', mode: 'vepa' }),
    { do: 'send', from: 'VM-B', frame: { dst: 'VM-A' } },
  ];
  const lab = ran(LAB, ...actions);
  const speaker = speakerOf('ens1f0', lab.scenario);
  const told = judgedBy(lab, 'ens1f0').flatMap(({ decisions, ports }) => explainAll(decisions, speaker, ports));

  test('has a sentence, in full', () => {
    expect(told.length).toBeGreaterThan(70);
    for (const { sentence } of told) {
      expect(sentence).toMatch(/。$/);
      expect(sentence).not.toMatch(/[{}[\]]|undefined|null|NaN/);
    }
    for (const row of storyOf(lab.log, lab.scenario)) expect(row.text).toMatch(/。$/);
  });

  test('that is in doubt says of what', () => {
    const doubts = told.flatMap(({ doubt }) => (doubt === null ? [] : [doubt]));
    expect(doubts.length).toBeGreaterThan(0);
    for (const doubt of doubts) expect(doubtText(doubt, 'sr-iov')).toMatch(/。$/);
  });

  test('and that is a loss names the command to see it with, and the PF', () => {
    const lost = told.filter(({ verdict, reason }) => verdict === 'drop' && reason !== 'no-target');
    expect(lost.map(({ reason }) => reason)).toEqual([
      'vlan-mismatch',
      'forged-src-mac',
      'vlan-mismatch',
      'unknown-dst',
      'pause',
    ]);
    expect(sightingOf(lost[0]!, speaker)?.command).toBe('ip -s link show dev ens1f0');
    expect(sightingOf(lost[1]!, speaker)).toMatchObject({ name: 'Spoofed packets detected', command: 'dmesg' });
  });

  test('stands in the tables', () => {
    const node = ran(LAB).switches.get('ens1f0')!;
    expect(fdbRows(node, 0, lab.scenario).map(({ vlan, owner, port, left }) => [vlan, owner, port, left])).toEqual([
      ['—', 'VM-B', 'VF1', '期限なし'],
      ['—', '', 'PF', '期限なし'],
      ['10', 'VM-A', 'VF0', '期限なし'],
      ['10', 'VM-B', 'VF1', '期限なし'],
    ]);
    expect(portRows(node, lab.scenario).map(({ port, pvid, members }) => [port, pvid, members])).toEqual([
      ['wire', 'なし', 'なし'],
      ['VF0', '10', '10'],
      ['VF1', 'なし', '10'],
    ]);
  });
});

function profileOf(text: string): unknown {
  return ran(text).switches.get('ens1f0')!.profile;
}

function problemsOf(text: string): unknown {
  const read = readLabFile(text);
  return Array.isArray(read) ? read.map(({ code, path }) => [code, path]) : [];
}

const withFlags = (flags: string): string => LAB.replace("qos: '3'", flags);
const withOptions = (options: string): string => LAB.replace('nic: ixgbe', options);

describe('a lab file', () => {
  test('VFs have their addresses from the administrator; a zero one leaves it to the guest', () => {
    expect(profileOf(LAB)).toMatchObject({ functions: [{}, null, { adminMac: '00:00:5e:00:53:0a' }, {}] });
    expect(profileOf(withFlags('mac: 00:00:00:00:00:00'))).toMatchObject({
      functions: [{}, null, { adminMac: '00:00:00:00:00:00', address: '00:00:5e:00:53:0a' }, {}],
    });
    // Another one than the guest has is the administrator's mistake to make.
    expect(profileOf(withFlags('mac: 00:00:5e:00:53:77'))).toMatchObject({
      functions: [{}, null, { address: '00:00:5e:00:53:77' }, {}],
    });
  });

  test('more VFs than ports: they are there, with nobody behind them', () => {
    const lab = ran(withOptions('nic: i40e, num_vfs: 4'));
    expect(lab.switches.get('ens1f0')!.profile.ports.map((port) => port!.name)).toEqual([
      'PF',
      'wire',
      'VF0',
      'VF1',
      'ens1f0v2',
      'ens1f0v3',
    ]);
  });

  test('without a port for the PF, the PF is the host’s and bears the switch’s name', () => {
    const alone = LAB.replace(/ {6}PF:.*\n/, '').replace(/ {2}- \[ens1f0.PF.*\n/, '');
    const lab = ran(alone, { do: 'send', from: 'VM-B', frame: { dst: 'ff:ff:ff:ff:ff:ff' } });
    expect(judgedBy(lab, 'ens1f0')[0]!.ports).toEqual(['wire', 'ens1f0']);
  });

  test('every knob', () => {
    const flags =
      "spoofchk: 'off', trust: 'on', state: disable, max_tx_rate: '100', query_rss: 'on', promisc: 'on', allmulticast: 'on'";
    expect(refusedWith(withFlags(`${flags}, maddr: 01:00:5e:00:00:05 01:00:5e:00:00:06`))).toBe('done');
    expect(
      refusedWith(withOptions('nic: ice, hwmode: vepa, vst_guest_tag: stack, vf-true-promisc-support: "on"')),
    ).toBe('done');
    expect(refusedWith(withOptions('nic: ice, vst_guest_tag: stack').replace("qos: '3'", 'proto: 802.1ad'))).toBe(
      'done',
    );
    expect(refusedWith(withOptions('nic: ice').replace("qos: '3'", "min_tx_rate: '10'"))).toBe('done');
    expect(refusedWith(LAB.replace('function: PF', "function: PF, promisc: 'on', maddr: 01:00:5e:00:00:05"))).toBe(
      'done',
    );
  });

  test.for([
    ['two wires', LAB.replace('trunk: [10] }', 'role: uplink }'), 'EINVAL role wire'],
    ['no wire', LAB.replace('role: uplink }\n  br0', 'role: guest }\n  br0'), 'EINVAL role '],
    ['a NIC that there is not', withOptions('nic: e1000'), 'EINVAL nic e1000'],
    ['fewer VFs than ports', withOptions('num_vfs: 1'), 'EINVAL num_vfs 1'],
    ['more VFs than the card has', withOptions('num_vfs: 64'), 'ERANGE sriov_numvfs 64'],
    ['another mode', withOptions('hwmode: veba'), 'EINVAL hwmode veba'],
    [
      'a private flag that the card lacks',
      withOptions('vf-true-promisc-support: "on"'),
      'EINVAL priv-flags vf-true-promisc-support',
    ],
    [
      'a private flag that is neither on nor off',
      withOptions('vf-true-promisc-support: 1'),
      'EINVAL vf-true-promisc-support 1',
    ],
    ['stacking on ixgbe', withOptions('vst_guest_tag: stack'), 'EINVAL vst_guest_tag stack'],
    ['802.1ad on ixgbe', withFlags('proto: 802.1ad'), 'EPROTONOSUPPORT proto 802.1ad'],
    ['a priority of 8', withFlags("qos: '8'"), 'EINVAL qos 8'],
    ['an unknown flag', withFlags("learning: 'on'"), 'EINVAL learning on'],
    ['spoofchk of another word', withFlags('spoofchk: maybe'), 'EINVAL spoofchk maybe'],
    ['promisc of another word', withFlags('promisc: maybe'), 'EINVAL promisc maybe'],
    ['a group that is no address', withFlags('maddr: none'), 'EINVAL maddr none'],
    ['a native VLAN', LAB.replace('trunk: [10] }', 'trunk: [10], native: 1 }'), 'unmodelled native 1'],
    [
      'a port VLAN and VLAN interfaces',
      LAB.replace('vlan: 10, flags', 'vlan: 10, trunk: [20], flags'),
      'EACCES vlan 20',
    ],
    ['a port VLAN for the PF', LAB.replace('53:f1, flags', '53:f1, vlan: 5, flags'), 'EINVAL vlan 5'],
    ['a VF’s flag for the PF', LAB.replace('function: PF', "function: PF, trust: 'on'"), 'EINVAL trust on'],
  ] as const)('%s', ([, text, expected]) => {
    expect(refusedWith(text)).toBe(expected);
  });

  test('a guest may have its VF’s address, and nobody else', () => {
    expect(Array.isArray(readLabFile(LAB))).toBe(false);
    expect(problemsOf(LAB.replace('eth0: 00:00:5e:00:53:0c', 'eth0: 00:00:5e:00:53:0b'))).toEqual([
      ['duplicate-mac', 'hosts.VM-C.nics.eth0'],
    ]);
    expect(problemsOf(LAB.replaceAll('profile: sr-iov', 'profile: linux-bridge'))).toContainEqual([
      'duplicate-mac',
      'hosts.VM-A.nics.eth0',
    ]);
  });

  test('changes of a Linux bridge are none of its own, and the other way round', () => {
    const bridge = change({ kind: 'bridge', option: 'vlan_filtering', value: 1 });
    const lab = new Lab(scenarioOf(LAB) satisfies Scenario, allSwitches());
    expect(lab.act(bridge)).toMatchObject({ error: 'unmodelled', knob: 'bridge' });
    expect(lab.act({ ...change({ kind: 'hwmode', mode: 'vepa' }), node: 'br0' } as Action)).toMatchObject({
      error: 'unmodelled',
      knob: 'hwmode',
    });
    expect(tellRefusal(lab.act(change({ kind: 'vf-vlan', vf: 9, vlan: 1 }))!)).toBe(
      'vfに「9」は使えません。使えるのは0〜1です。',
    );
  });
});
