/** A Hyper-V switch in a lab: how a lab file sets it up, who reaches whom, and what is told of it. */
import { describe, expect, test } from 'vitest';
import { explainAll, speakerOf } from '../../src/explain/explain.ts';
import { outcomeText } from '../../src/explain/summary.ts';
import { fdbRows, portRows } from '../../src/explain/tables.ts';
import { tellRefusal } from '../../src/explain/problem.ts';
import type { Action } from '../../src/lab/action.ts';
import type { Judged } from '../../src/lab/event.ts';
import { Lab } from '../../src/lab/lab.ts';
import { portStates } from '../../src/lab/port-state.ts';
import type { Scenario } from '../../src/lab/scenario.ts';
import { SetupRefused } from '../../src/lab/switch-node.ts';
import { isSeen, journal, noRules, ping, pingsOf, ranLab, scenarioOf, sighting } from './labs.ts';

const TEXT = `
id: hyper-v
title: 試験
summary: 試験用です。
switches:
  vs1:
    profile: hyper-v
    mac: 00:15:5d:00:53:f0
    options: { SwitchType: External, AllowManagementOS: 'True' }
    ports:
      p1: { mac: 00:15:5d:00:53:f1, vlan: 10 }
      p2: { mac: 00:15:5d:00:53:f2, vlan: 10, flags: { DhcpGuard: 'On' } }
      p3: { mac: 00:15:5d:00:53:f3, trunk: [10, 20], native: 20, flags: { PruneVlanIdArray: '30-31' } }
      m0: { mac: 00:15:5d:00:53:f4, vlan: 10, flags: { ManagementOS: 'On' } }
      u1: { mac: 00:15:5d:00:53:f9, role: uplink }
  PSW:
    profile: ieee-8021q
    mac: 00:15:5d:00:53:e0
    ports:
      g1: { mac: 00:15:5d:00:53:e1, role: physical, trunk: [10, 20] }
      g2: { mac: 00:15:5d:00:53:e2, role: physical, vlan: 10 }
hosts:
  VM-A:
    nics: { eth0: 00:15:5d:00:53:0a }
    interfaces: [{ nic: eth0, address: 192.0.2.11/24 }]
  VM-B:
    nics: { eth0: 00:15:5d:00:53:0b }
    interfaces: [{ nic: eth0, address: 192.0.2.12/24 }]
  VM-C:
    nics: { eth0: 00:15:5d:00:53:0c }
    interfaces: [{ nic: eth0, vlan: 10, address: 192.0.2.13/24 }]
  OS:
    nics: { eth0: 00:15:5d:00:53:0d }
    interfaces: [{ nic: eth0, address: 192.0.2.14/24 }]
  SV:
    role: server
    nics: { eth0: 00:15:5d:00:53:80 }
    interfaces: [{ nic: eth0, address: 192.0.2.80/24 }]
links:
  - [VM-A.eth0, vs1.p1]
  - [VM-B.eth0, vs1.p2]
  - [VM-C.eth0, vs1.p3]
  - [OS.eth0, vs1.m0]
  - [vs1.u1, PSW.g1]
  - [PSW.g2, SV.eth0]
run:
  - { do: send, from: VM-A, frame: { dst: VM-B } }
`;
const SCENARIO = scenarioOf(TEXT);

/** The lab with something else in it. */
function edited(from: string, to: string): Scenario {
  if (!TEXT.includes(from)) throw new Error(from);
  return scenarioOf(TEXT.replace(from, to));
}

function refusalOf(scenario: Scenario): SetupRefused['refused'] {
  try {
    expect(new Lab(scenario, noRules)).toBe('refused');
  } catch (error) {
    if (error instanceof SetupRefused) return error.refused;
    throw error;
  }
  throw new Error('not refused');
}

const ACTIONS: readonly Action[] = [
  { do: 'send', from: 'VM-A', frame: { dst: 'VM-B' } },
  ping('VM-A', 'VM-B'),
  ping('VM-A', 'SV'),
  ping('SV', 'OS'),
  { do: 'send', from: 'VM-A', frame: { dst: 'ff:ff:ff:ff:ff:ff', tag: { vid: 10 } } },
  { do: 'send', from: 'VM-A', frame: { dst: 'VM-B', src: 'VM-C' } },
  { do: 'send', from: 'VM-A', frame: { dst: '02:00:00:00:00:99' } },
  { do: 'send', from: 'SV', frame: { dst: '02:00:00:00:00:99' } },
  { do: 'send', from: 'VM-C', frame: { dst: 'ff:ff:ff:ff:ff:ff' } },
  { do: 'send', from: 'VM-C', frame: { dst: 'ff:ff:ff:ff:ff:ff', tag: { vid: 10, pcp: 5 } } },
  { do: 'send', from: 'VM-B', frame: { dst: '01:80:c2:00:00:00' } },
  { do: 'wait', seconds: 301 },
  { do: 'send', from: 'VM-A', frame: { dst: 'SV' } },
];

describe('the run', () => {
  test('HV-2: the first frame goes to VM-B alone, whose address the switch was given', () => {
    const { log } = ranLab(SCENARIO, ...SCENARIO.run);
    const frame = '00:15:5d:00:53:0a > 00:15:5d:00:53:0b 0x88b5';
    expect(log.filter(isSeen).map(sighting)).toEqual([
      `P0 out VM-A.eth0 #1 ${frame}`,
      `P1 out VM-A.eth0 #1 ${frame}`,
      `P2 in vs1.p1 #1 ${frame}`,
      `P3 out vs1.p2 #2 ${frame}`,
      `P1 in VM-B.eth0 #2 ${frame}`,
      `P0 in VM-B.eth0 #2 ${frame}`,
    ]);
    expect(outcomeText(log, SCENARIO)).toBe('VM-BはVLAN10の表にp2とあります。p2へ出しました。');
  });

  test('HV-8: outside, frames of an Access port are tagged', () => {
    const { log } = ranLab(SCENARIO, { do: 'send', from: 'VM-A', frame: { dst: 'ff:ff:ff:ff:ff:ff' } });
    const seen = log.filter(isSeen).map(sighting);
    expect(seen).toContain('P4 out vs1.u1 #5 00:15:5d:00:53:0a > ff:ff:ff:ff:ff:ff C10 0x88b5');
    expect(seen).toContain('P3 out vs1.p3 #3 00:15:5d:00:53:0a > ff:ff:ff:ff:ff:ff C10 0x88b5');
    expect(seen).toContain('P3 out vs1.m0 #4 00:15:5d:00:53:0a > ff:ff:ff:ff:ff:ff 0x88b5');
  });

  test('HV-15: a mirror’s copy stands in the summary', () => {
    const mirrored = scenarioOf(
      TEXT.replace(
        '00:15:5d:00:53:f1, vlan: 10 }',
        '00:15:5d:00:53:f1, vlan: 10, flags: { PortMirroring: Source } }',
      ).replace("{ ManagementOS: 'On' }", "{ ManagementOS: 'On', PortMirroring: Destination }"),
    );
    const { log } = ranLab(mirrored, ...mirrored.run);
    expect(outcomeText(log, mirrored)).toBe(
      'VM-BはVLAN10の表にp2とあります。p2へ出しました。m0へ写しを1つ出しました。元の行き先は変わりません。',
    );
  });

  test.each([
    ['VM-A', 'VM-B'],
    ['VM-A', 'VM-C'],
    ['VM-A', 'OS'],
    ['VM-A', 'SV'],
    ['SV', 'VM-C'],
    ['OS', 'SV'],
  ])('a ping from %s to %s is answered', (from, to) => {
    expect(pingsOf(ranLab(SCENARIO, ping(from, to)))).toMatchObject([{ outcome: 'reply' }]);
  });

  test('every decision is explained in a sentence with nothing left open', () => {
    const { log } = ranLab(SCENARIO, ...ACTIONS);
    const judged = log.filter((event): event is Judged => event.kind === 'judged');
    expect(judged.filter(({ node }) => node === 'vs1').length).toBeGreaterThan(20);
    const reasons = new Set<string | null>();
    for (const { node, decisions, ports } of judged) {
      for (const { sentence, badge, reason } of explainAll(decisions, speakerOf(node, SCENARIO), ports)) {
        expect(sentence).toMatch(/^[^{}[\]]+。$/);
        expect(sentence).not.toMatch(/undefined|NaN/);
        expect(badge).not.toBe(reason);
        reasons.add(reason);
      }
    }
    expect([...reasons]).toEqual(
      expect.arrayContaining(['forged-src-mac', 'vlan-mismatch', 'unknown-dst', 'unknown-not-flooded', 'pcp-reset']),
    );
  });

  test('the same actions give the same log, byte for byte', () => {
    expect(journal(ranLab(SCENARIO, ...ACTIONS).log)).toBe(journal(ranLab(SCENARIO, ...ACTIONS).log));
  });

  test('a change while it runs, and one for another product', () => {
    const lab = ranLab(SCENARIO);
    const change = (setting: string, value: string): unknown =>
      lab.act({ do: 'change', node: 'vs1', change: { kind: 'adapter', port: 'p1', setting, value } });
    expect(change('MacAddressSpoofing', 'On')).toBeNull();
    lab.act({ do: 'send', from: 'VM-A', frame: { dst: 'VM-B', src: '02:00:00:00:00:77' } });
    lab.settle();
    expect(outcomeText(lab.log, SCENARIO)).toBe('VM-BはVLAN10の表にp2とあります。p2へ出しました。');
    expect(change('MacAddressSpoofing', 'maybe')).toMatchObject({ error: 'InvalidArgument' });
    const foreign: Action = { do: 'change', node: 'vs1', change: { kind: 'fdb-flush' } };
    expect(lab.act(foreign)).toMatchObject({ error: 'unmodelled', knob: 'fdb-flush' });
  });
});

describe('tables and picture', () => {
  test('a port shows its VLANs; the external port, which carries all, names none in the picture', () => {
    const node = new Lab(SCENARIO, noRules).switches.get('vs1')!;
    expect(portStates(node)).toMatchObject({
      p1: { vid: 10, vids: [10] },
      p3: { vid: 20, vids: [10, 20] },
      u1: { vid: 0, vids: [] },
    });
    expect(portRows(node, SCENARIO).map(({ port, peer, members }) => `${port} ${peer} ${members}`)).toEqual([
      'p1 VM-A 10',
      'p2 VM-B 10',
      'p3 VM-C 10, 20',
      'm0 OS 10',
      'u1 PSW.g1 0-4094',
    ]);
  });

  test('HV-2: assigned addresses stand in the table without a time limit, those of untagged ports too', () => {
    const lab = new Lab(edited('p1: { mac: 00:15:5d:00:53:f1, vlan: 10 }', 'p1: { mac: 00:15:5d:00:53:f1 }'), noRules);
    const rows = fdbRows(lab.switches.get('vs1')!, 0, lab.scenario);
    expect(rows.map(({ vlan, owner, port, left }) => `${vlan} ${owner} ${port} ${left}`)).toEqual([
      '— VM-A p1 期限なし',
      '10 VM-B p2 期限なし',
      '10 VM-C p3 期限なし',
      '10 OS m0 期限なし',
      '20 VM-C p3 期限なし',
    ]);
  });
});

function portsOf(scenario: Scenario): string[] {
  return new Lab(scenario, noRules).switches.get('vs1')!.profile.ports.flatMap((port) => port?.name ?? []);
}

describe('a lab file', () => {
  const P1 = 'p1: { mac: 00:15:5d:00:53:f1, vlan: 10 }';
  const OPTIONS = "options: { SwitchType: External, AllowManagementOS: 'True' }";
  const p1 = (rest: string): Scenario => edited(P1, `p1: { mac: 00:15:5d:00:53:f1${rest} }`);

  test('HV-1: the management OS stands behind a port of the switch’s own name, unless another is its', () => {
    expect(portsOf(SCENARIO)).toEqual(['p1', 'p2', 'p3', 'm0', 'u1']);
    const unnamed = edited(", flags: { ManagementOS: 'On' }", '');
    expect(portsOf(unnamed)).toEqual(['vs1', 'p1', 'p2', 'p3', 'm0', 'u1']);
    const { log } = ranLab(unnamed, { do: 'send', from: 'OS', frame: { dst: 'ff:ff:ff:ff:ff:ff' } });
    expect(outcomeText(log, unnamed)).toContain('広げました');
    expect(portsOf(edited(`${OPTIONS}\n`, '\n'))).toEqual(['p1', 'p2', 'p3', 'm0', 'u1']);
    const alone = TEXT.replace(", flags: { ManagementOS: 'On' }", '').replace("'True'", "'False'");
    expect(portsOf(scenarioOf(alone))).toEqual(['p1', 'p2', 'p3', 'm0', 'u1']);
  });

  test.each([
    ['SwitchType: Internal', 'vs1'],
    ['SwitchType: Private', undefined],
    ['', undefined],
  ])('HV-1: without a physical NIC, options {%s}', (options, first) => {
    const scenario = scenarioOf(
      TEXT.replace(", flags: { ManagementOS: 'On' }", '')
        .replace(OPTIONS, `options: { ${options} }`)
        .replace('      u1: { mac: 00:15:5d:00:53:f9, role: uplink }\n', '')
        .replace('  - [vs1.u1, PSW.g1]\n', ''),
    );
    expect(portsOf(scenario)).toEqual([...(first === undefined ? [] : [first]), 'p1', 'p2', 'p3', 'm0']);
  });

  test.each([
    [", flags: { PrivateVlan: Isolated, PrimaryVlanId: '10', SecondaryVlanId: '200' }", '200', '10'],
    [", flags: { PrivateVlan: Community, PrimaryVlanId: '10', SecondaryVlanId: '200' }", '200', '10, 200'],
    [
      ", flags: { PrivateVlan: Promiscuous, PrimaryVlanId: '10', SecondaryVlanIdList: '200-201,205' }",
      '10',
      '10, 200-201, 205',
    ],
    [", flags: { IsolationMode: Vlan, AllowUntaggedTraffic: 'True', DefaultIsolationID: '30' }", '30', '30'],
    [', flags: { IsolationMode: Vlan }', 'なし', 'なし'],
    [', flags: { IsolationMode: None }', 'なし', '0'],
    [', trunk: [10, 30], flags: { PruneVlanIdArray: "30" }', 'なし', '0, 10'],
    ['', 'なし', '0'],
  ])('HV-7, HV-10, HV-11, HV-24: %s', (rest, pvid, members) => {
    const [row] = portRows(new Lab(p1(rest), noRules).switches.get('vs1')!, SCENARIO);
    expect(row).toMatchObject({ port: 'p1', pvid, members });
  });

  test('HV-3, HV-4, HV-12, HV-15, HV-25: flags are settings of Set-VMNetworkAdapter', () => {
    const flags = [
      'MacAddressSpoofing: "On"',
      'RouterGuard: "On"',
      'IeeePriorityTag: "On"',
      'PortMirroring: Source',
      'StormLimit: "100"',
      'EnabledState: Disabled',
      'StaticMacAddress: 00-15-5D-00-53-77',
    ];
    const { switches } = new Lab(p1(`, mtu: 4074, flags: { ${flags.join(', ')} }`), noRules);
    expect(switches.get('vs1')!.port('p1')).toMatchObject({
      macAddressSpoofing: true,
      routerGuard: true,
      ieeePriorityTag: true,
      portMirroring: 1,
      stormLimit: 100,
      isEnabled: false,
      assignedLow: 0x005377,
      mtu: 4074,
    });
  });

  test.each<[string, string, string, string]>([
    [OPTIONS, 'options: { SwitchType: Bridged }', 'SwitchType', 'Bridged'],
    [OPTIONS, 'options: { SwitchType: Internal }', 'SwitchType', 'Internal'],
    [OPTIONS, 'options: { AllowManagementOS: 1 }', 'AllowManagementOS', '1'],
    [OPTIONS, 'options: { vlan_filtering: 1 }', 'vlan_filtering', '1'],
    [OPTIONS, "options: { AllowManagementOS: 'False' }", 'ManagementOS', 'On'],
    ["ManagementOS: 'On'", 'ManagementOS: Yes', 'ManagementOS', 'Yes'],
    ['role: uplink }', 'role: uplink, trunk: [10, 20] }', 'trunk', '10,20'],
    ['role: uplink }', 'role: uplink, flags: { DhcpGuard: "On" } }', 'DhcpGuard', 'On'],
    [P1, 'p1: { mac: 00:15:5d:00:53:f1, role: physical }', 'role', 'physical'],
    [P1, 'p1: { mac: 00:15:5d:00:53:f1, native: 10 }', 'native', '10'],
    [P1, 'p1: { mac: 00:15:5d:00:53:f1, vlan: 10, trunk: [20] }', 'vlan', '10'],
    [P1, 'p1: { mac: 00:15:5d:00:53:f1, vlan: 10, flags: { PrivateVlan: Isolated } }', 'PrivateVlan', 'Isolated'],
    [P1, 'p1: { mac: 00:15:5d:00:53:f1, flags: { PrivateVlan: Shared } }', 'PrivateVlan', 'Shared'],
    [P1, 'p1: { mac: 00:15:5d:00:53:f1, flags: { PrivateVlan: Isolated } }', 'PrimaryVlanId', '0'],
    [
      P1,
      "p1: { mac: 00:15:5d:00:53:f1, flags: { PrivateVlan: Promiscuous, PrimaryVlanId: '10', SecondaryVlanIdList: x } }",
      'SecondaryVlanIdList',
      '-1',
    ],
    [P1, "p1: { mac: 00:15:5d:00:53:f1, vlan: 10, flags: { PruneVlanIdArray: '20' } }", 'PruneVlanIdArray', '20'],
    [P1, "p1: { mac: 00:15:5d:00:53:f1, flags: { SecondaryVlanId: '20' } }", 'SecondaryVlanId', '20'],
    [P1, "p1: { mac: 00:15:5d:00:53:f1, flags: { DefaultIsolationID: '20' } }", 'DefaultIsolationID', '20'],
    [P1, 'p1: { mac: 00:15:5d:00:53:f1, vlan: 10, flags: { IsolationMode: Vlan } }', 'IsolationMode', 'Vlan'],
    [P1, 'p1: { mac: 00:15:5d:00:53:f1, flags: { IsolationMode: Vlans } }', 'IsolationMode', 'Vlans'],
    [
      P1,
      'p1: { mac: 00:15:5d:00:53:f1, flags: { IsolationMode: Vlan, AllowUntaggedTraffic: "On" } }',
      'AllowUntaggedTraffic',
      'On',
    ],
    [P1, 'p1: { mac: 00:15:5d:00:53:f1, flags: { isolated: "on" } }', 'isolated', 'on'],
  ])('is refused: %s → %s', (from, to, knob, value) => {
    const refused = refusalOf(edited(from, to));
    expect(refused).toMatchObject({ error: 'InvalidArgument', knob, value });
    expect(tellRefusal(refused)).toMatch(/に「.+」は使えません。使えるのは.+です。$/);
  });

  test.each([
    ['flags: { IsolationMode: NativeVirtualSubnet }', 'IsolationMode'],
    ["flags: { MaximumBandwidth: '100000000' }", 'MaximumBandwidth'],
  ])('is told to be real, and not modelled: %s', (flags, knob) => {
    expect(refusalOf(p1(`, ${flags}`))).toMatchObject({ error: 'unmodelled', knob });
  });

  test('has no rules in a language of its own', () => {
    expect(refusalOf(edited('    ports:\n      p1', '    rules: deny\n    ports:\n      p1'))).toMatchObject({
      error: 'unmodelled',
      knob: 'rules',
    });
  });
});
