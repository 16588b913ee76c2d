/** The console of Hyper-V: cmdlets read, printed, shown and read back from what a host printed. */
import { describe, expect, it } from 'vitest';
import { buildHyperV } from '../../../src/console/hyper-v/build.ts';
import type { HyperVCommand } from '../../../src/console/hyper-v/changes.ts';
import { hyperVConsole } from '../../../src/console/hyper-v/hyper-v-console.ts';
import { unprinted } from '../../../src/console/hyper-v/print.ts';
import type { HyperVAnswer } from '../../../src/console/hyper-v/read.ts';
import { doubtsOf } from '../../../src/console/hyper-v/show.ts';
import { readVlanList, vlanListText } from '../../../src/console/hyper-v/vlan-list.ts';
import { applyChange } from '../../../src/switch/profiles/hyper-v/change.ts';
import { addAdapter, addManagementOs, addUplink } from '../../../src/switch/profiles/hyper-v/configuration.ts';
import { HyperV } from '../../../src/switch/profiles/hyper-v/hyper-v.ts';
import { mac } from '../../../src/wire/mac-address.ts';
import { Random } from '../../random.ts';
import { configurationOf, randomHyperV } from './random-hyper-v.ts';

const SEED = 31_415;

function changes(text: string, hyperV?: HyperV): readonly HyperVCommand[] {
  return hyperVConsole.read(text, hyperV).flatMap((answer) => {
    if (answer.kind !== 'change') throw new Error(JSON.stringify(answer));
    return answer.changes;
  });
}

function only(text: string, hyperV?: HyperV): HyperVAnswer {
  const answers = hyperVConsole.read(text, hyperV);
  expect(answers).toHaveLength(1);
  return answers[0]!;
}

function complaint(text: string, hyperV?: HyperV): string {
  const answer = only(text, hyperV);
  return answer.kind === 'wrong' ? answer.complaint : JSON.stringify(answer);
}

function bench(): HyperV {
  const hyperV = new HyperV();
  addManagementOs(hyperV, 'vSwitch', mac('00:15:5d:00:00:01'));
  addAdapter(hyperV, 'A', mac('00:15:5d:00:00:0a'));
  addAdapter(hyperV, 'B', mac('00:15:5d:00:00:0b'));
  addUplink(hyperV, 'Ethernet', mac('00:15:5d:00:00:ee'));
  return hyperV;
}

function ports(text: string): string[] {
  return changes(`Set-VMNetworkAdapterVlan ${text} -Access -VlanId 7`, bench()).flatMap((each) =>
    'port' in each ? [each.port] : [],
  );
}

/** What is not modelled. */
function what(text: string): string {
  const answer = only(text, bench());
  return answer.kind === 'unmodelled' ? answer.what : JSON.stringify(answer);
}

function show(text: string, hyperV: HyperV): string {
  const answer = only(text, hyperV);
  if (answer.kind !== 'show') throw new Error(JSON.stringify(answer));
  return hyperVConsole.show(hyperV, answer.request, 0);
}

/** What an import can know. */
function known(of: HyperV): object {
  const { adapters } = configurationOf(of) as { adapters: { isolation: null }[] };
  return adapters.map((adapter) => ({ ...adapter, isolation: null }));
}

describe('VLANs', () => {
  it.each([
    ['-Access -VlanId 121', { mode: 'Access', vlanId: 121 }],
    ['-Untagged', { mode: 'Untagged' }],
    ['-Trunk -AllowedVlanIdList 1-3 -NativeVlanId 10', { mode: 'Trunk', allowed: [1, 2, 3], native: 10 }],
    ['-Trunk -AllowedVlanIdList "1-3,200" -NativeVlanId 0', { mode: 'Trunk', allowed: [1, 2, 3, 200], native: 0 }],
    ['-Isolated -PrimaryVlanId 10 -SecondaryVlanId 200', { mode: 'Isolated', primary: 10, secondary: 200 }],
    ['-Community -PrimaryVlanId 10 -SecondaryVlanId 200', { mode: 'Community', primary: 10, secondary: 200 }],
    [
      '-Promiscuous -PrimaryVlanId 10 -SecondaryVlanIdList 200-201',
      { mode: 'Promiscuous', primary: 10, secondaries: [200, 201] },
    ],
    // Any case, any prefix that fits one parameter, a dash of a word processor.
    ['\u2013access -vlan 7', { mode: 'Access', vlanId: 7 }],
    ['-TRUNK -all "7" -nat 0', { mode: 'Trunk', allowed: [7], native: 0 }],
  ])('%s', (words, vlan) => {
    expect(changes(`Set-VMNetworkAdapterVlan -VMName A ${words}`)).toEqual([{ kind: 'adapter-vlan', port: 'A', vlan }]);
    expect(changes(`set-vmnetworkadaptervlan A ${words}`)).toEqual([{ kind: 'adapter-vlan', port: 'A', vlan }]);
  });

  it('several machines, all machines, the management OS, one adapter of several', () => {
    expect(ports('-VMName a,B')).toEqual(['A', 'B']);
    expect(ports('-VMName *')).toEqual(['A', 'B']);
    expect(ports('-ManagementOS')).toEqual(['vSwitch']);
    expect(ports('-ManagementOS -VMNetworkAdapterName vSwitch')).toEqual(['vSwitch']);
    expect(ports('-VMName A -VMNetworkAdapterName "Network Adapter"')).toEqual(['A']);
    expect(ports('-VMName A -VMNetworkAdapterName B')).toEqual(['B']);
  });

  it('objects from a pipeline', () => {
    expect(changes('Get-VMNetworkAdapter -VMName A | Set-VMNetworkAdapterVlan -Access -VlanId 7')).toEqual([
      { kind: 'adapter-vlan', port: 'A', vlan: { mode: 'Access', vlanId: 7 } },
    ]);
    expect(changes('Get-VM B | Set-VMNetworkAdapter -MacAddressSpoofing On')).toEqual([
      { kind: 'adapter', port: 'B', setting: 'MacAddressSpoofing', value: 'On' },
    ]);
  });

  it('lists as FormatVlanIdList writes them', () => {
    expect(vlanListText([20, 10, 11, 12, 4094, 4093])).toBe('10-12,20,4093-4094');
    expect(readVlanList('10-12, 20')).toEqual([10, 11, 12, 20]);
    for (const bad of ['', '0', '4095', '10-', '12-10', '1,,2', 'x']) expect(readVlanList(bad), bad).toBeNull();
  });
});

describe('settings, switches, ACLs', () => {
  it('each flag that is given, over several lines', () => {
    const text =
      'PS C:\\> Set-VMNetworkAdapter -VMName A -MacAddressSpoofing On `\n  -DhcpGuard off -StormLimit 1KB # why';
    expect(changes(text)).toEqual([
      { kind: 'adapter', port: 'A', setting: 'MacAddressSpoofing', value: 'On' },
      { kind: 'adapter', port: 'A', setting: 'DhcpGuard', value: 'Off' },
      { kind: 'adapter', port: 'A', setting: 'StormLimit', value: '1024' },
    ]);
  });

  it('New-VMSwitch: the management OS shares an external switch unless it is told otherwise', () => {
    expect(changes('New-VMSwitch vS -NetAdapterName "Ethernet"; New-VMSwitch -Name P -SwitchType private')).toEqual([
      { kind: 'create', name: 'vS', switchType: 'External', uplinks: ['Ethernet'], allowManagementOs: true },
      { kind: 'create', name: 'P', switchType: 'Private', uplinks: [], allowManagementOs: false },
    ]);
  });

  it('ACLs are plain data', () => {
    const [acl] = changes('Add-VMNetworkAdapterAcl A -RemoteIPAddress 10.0.0.0/8 -Direction Both -Action Deny');
    expect(acl).toEqual({
      kind: 'port-acl-add',
      port: 'A',
      acl: { direction: 'Both', action: 'Deny', localIp: '', remoteIp: '10.0.0.0/8', localMac: '', remoteMac: '' },
    });
    const text =
      'Add-VMNetworkAdapterExtendedAcl -VMName A -Action Allow -Direction Inbound -LocalPort 3389 -Protocol TCP -Weight 10 ' +
      '-Stateful $true -IdleSessionTimeout 3600';
    expect(changes(text)[0]).toMatchObject({
      kind: 'port-extended-acl-add',
      acl: {
        localPort: '3389',
        protocol: 'TCP',
        weight: 10,
        stateful: true,
        idleSessionTimeout: 3600,
        isolationId: null,
      },
    });
    expect(changes('Remove-VMNetworkAdapterExtendedAcl -VMName A -Weight 10 -Direction Inbound')).toEqual([
      { kind: 'port-extended-acl-remove', port: 'A', weight: 10, direction: 'Inbound' },
    ]);
  });

  it('the second example of the reference, which the syntax beside it does not allow', () => {
    const text =
      'Add-VMNetworkAdapterExtendedAcl -VMName A -Action Allow -Direction Inbound -Weight 10 -Timeout 3600 -Stateful $true';
    expect(complaint(text)).toBe(
      "Add-VMNetworkAdapterExtendedAcl : A parameter cannot be found that matches parameter name 'Timeout'.",
    );
  });
});

describe('complaints of PowerShell (ParameterBinderStrings.resx)', () => {
  const vlan = 'Set-VMNetworkAdapterVlan : ';
  const adapter = 'Set-VMNetworkAdapter : ';

  it.each([
    ['Set-VMNetworkAdapterVlan A -Acess', `${vlan}A parameter cannot be found that matches parameter name 'Acess'.`],
    [
      'Set-VMNetworkAdapterVlan A -Prim 1 -Sec 2',
      `${vlan}Parameter cannot be processed because the parameter name 'Sec' is ambiguous. Possible matches include: -SecondaryVlanId -SecondaryVlanIdList.`,
    ],
    [
      'Set-VMNetworkAdapterVlan A -Access -VlanId',
      `${vlan}Missing an argument for parameter 'VlanId'. Specify a parameter of type 'System.Nullable\`1[System.Int32]' and try again.`,
    ],
    [
      'Set-VMNetworkAdapterVlan A -Access -VlanId ten',
      `${vlan}Cannot bind parameter 'VlanId'. Cannot convert value "ten" to type "System.Nullable\`1[System.Int32]". Error: "Input string was not in a correct format."`,
    ],
    [
      'Set-VMNetworkAdapterVlan A -Trunk -AllowedVlanIdList 1-100,200 -NativeVlanId 0',
      `${vlan}Cannot convert 'System.Object[]' to the type 'System.String' required by parameter 'AllowedVlanIdList'. Specified method is not supported.`,
    ],
    [
      'Set-VMNetworkAdapterVlan -VMName A -ManagementOS -Untagged',
      `${vlan}Parameter set cannot be resolved using the specified named parameters.`,
    ],
    [
      'Set-VMNetworkAdapterVlan A B -Untagged',
      `${vlan}A positional parameter cannot be found that accepts argument 'B'.`,
    ],
    [
      'Set-VMNetworkAdapterVlan -Untagged',
      `${vlan}Cannot process command because of one or more missing mandatory parameters: VMName.`,
    ],
    [
      'Set-VMNetworkAdapter A -DhcpGuard Yes',
      `${adapter}Cannot bind parameter 'DhcpGuard'. Cannot convert value "Yes" to type "Microsoft.HyperV.PowerShell.OnOffState". Error: "Unable to match the identifier name Yes to a valid enumerator name. Specify one of the following enumerator names and try again:\nOn, Off"`,
    ],
    [
      'Set-VMNetworkAdapter A -DhcpGuard On -dhcp Off',
      `${adapter}Cannot bind parameter because parameter 'DhcpGuard' is specified more than once. To provide multiple values to parameters that can accept multiple values, use the array syntax. For example, "-parameter value1,value2,value3".`,
    ],
    ['Set-VMNetworkAdapter C -DhcpGuard On', `${adapter}Hyper-V was unable to find a virtual machine with name "C".`],
    ['Set-VMNetworkAdapter "C', 'The string is missing the terminator: ".'],
    [
      'Set-VMAdapter A',
      "Set-VMAdapter : The term 'Set-VMAdapter' is not recognized as the name of a cmdlet, function, script file, or operable program. Check the spelling of the name, or if a path was included, verify that the path is correct and try again.",
    ],
  ])('%s', (text, expected) => expect(complaint(text, bench())).toBe(expected));

  it('places are those of the word', () => {
    expect(only('PS C:\\> Set-VMNetworkAdapterVlan -VMName A -Access -VlanId 4095')).toMatchObject({
      kind: 'wrong',
      complaint: '',
      place: { line: 1, column: 60, length: 4 },
      mistake: { code: 'bad-value', found: '4095', expected: '1〜4094' },
    });
  });

  it('valid and not modelled', () => {
    expect(what('Set-VMNetworkAdapter A -MaximumBandwidth 100000000')).toBe('-MaximumBandwidth');
    expect(what('Set-VMNetworkAdapter A -DhcpGuard On -WhatIf')).toBe('-WhatIf');
    expect(what('Start-VM A')).toBe('Start-VM');
    expect(what('Set-VMNetworkAdapterIsolation A -IsolationMode NativeVirtualSubnet')).toBe('NativeVirtualSubnet');
    expect(what('$a = Get-VMNetworkAdapter A')).toBe('$a');
    expect(what('Get-VMNetworkAdapterAcl')).toBe('Get-VMNetworkAdapterAcl');
    expect(changes('Set-VMNetworkAdapter A -MaximumBandwidth 0 -Confirm:$false')).toHaveLength(1);
  });
});

describe('printed and read again', () => {
  it('makes an equal switch, prints the same, and has nothing that was not printed', () => {
    const random = new Random(SEED);
    for (let count = 0; count < 200; count++) {
      const hyperV = randomHyperV(random);
      const lines = hyperVConsole.print(hyperV);
      const built = buildHyperV(changes(lines.join('\n')));
      expect(built.refused, lines.join('\n')).toEqual([]);
      expect(configurationOf(built.hyperV!), lines.join('\n')).toEqual(configurationOf(hyperV));
      expect(hyperVConsole.print(built.hyperV!)).toEqual(lines);
      // Lines for a switch that is there find all its names.
      for (const answer of hyperVConsole.read(lines.join('\n'), hyperV)) expect(answer.kind).toBe('change');
    }
  });

  it('what no cmdlet says is told', () => {
    const hyperV = bench();
    applyChange(hyperV, { kind: 'adapter', port: 'A', setting: 'EnabledState', value: 'Disabled' });
    applyChange(hyperV, {
      kind: 'adapter-vlan',
      port: 'B',
      vlan: { mode: 'Trunk', allowed: [7], native: 0, prune: [7] },
    });
    applyChange(hyperV, { kind: 'link', port: 'Ethernet', up: false });
    expect(unprinted(hyperV)).toEqual([
      { code: 'enabled-state', about: 'A' },
      { code: 'prune-list', about: 'B' },
      { code: 'link', about: 'Ethernet' },
    ]);
  });
});

describe('shown', () => {
  it('Get-VMNetworkAdapterVlan: the sample of the Microsoft page', () => {
    const hyperV = new HyperV();
    addManagementOs(hyperV, 'Mgmt', mac('00:15:5d:00:00:01'));
    applyChange(hyperV, { kind: 'adapter-vlan', port: 'Mgmt', vlan: { mode: 'Access', vlanId: 7 } });
    expect(show('Get-VMNetworkAdapterVlan -ManagementOS -VMNetworkAdapterName Mgmt', hyperV)).toBe(
      '\nVMName VMNetworkAdapterName Mode   VlanList\n' +
        '------ -------------------- ----   --------\n' +
        '       Mgmt                 Access 7\n\n\n',
    );
  });

  it('a trunk as captured: native and allowed VLANs', () => {
    const hyperV = bench();
    applyChange(hyperV, { kind: 'adapter-vlan', port: 'A', vlan: { mode: 'Trunk', allowed: [50], native: 0 } });
    expect(show('Get-VMNetworkAdapterVlan A', hyperV)).toContain('A      Network Adapter      Trunk 0,50\n');
    expect(doubtsOf(hyperV, { show: 'vlan', ports: null, form: 'table' })).toEqual([]);
  });

  it('what is a best reading is said to be one', () => {
    const hyperV = bench();
    const vlan = { mode: 'Isolated', primary: 10, secondary: 20 } as const;
    applyChange(hyperV, { kind: 'adapter-vlan', port: 'A', vlan });
    expect(doubtsOf(hyperV, { show: 'vlan', ports: null, form: 'table' })).toEqual([
      { code: 'private-list', about: 'A' },
    ]);
    expect(doubtsOf(hyperV, { show: 'vlan', ports: null, form: 'json' })).toEqual([
      { code: 'properties', about: 'vlan' },
    ]);
  });

  it('adapters and the switch', () => {
    expect(show('Get-VMNetworkAdapter -VMName A', bench())).toContain(
      'Network Adapter False          A      vSwitch    00155D00000A {Ok}   {}\n',
    );
    expect(show('Get-VMSwitch', bench())).toContain('vSwitch External   Ethernet\n');
    expect(show('Get-VMSwitch | Get-VMNetworkAdapter -VMName A | fl *', bench())).toContain(
      'MacAddressSpoofing : Off\n',
    );
  });
});

describe('import', () => {
  it('JSON of a random switch gives the switch back, but for its uplinks', () => {
    const random = new Random(SEED);
    for (let count = 0; count < 40; count++) {
      const hyperV = randomHyperV(random);
      for (const port of hyperV.ports) if (port?.isExternal === false) port.linkUp = true;
      const asked = ['Get-VMSwitch', 'Get-VMNetworkAdapter', 'Get-VMNetworkAdapterVlan'];
      const text = asked
        .map((cmdlet) => {
          const answer = only(`${cmdlet} | ConvertTo-Json`, hyperV);
          return answer.kind === 'show' ? hyperVConsole.show(hyperV, answer.request, 0) : '';
        })
        .join('');
      const { changes: read, unread, untold } = hyperVConsole.import(text);
      expect(unread).toEqual([]);
      expect(untold.filter(({ code }) => code !== 'uplink-name')).toEqual([]);
      const { hyperV: built, refused } = buildHyperV(read);
      expect(refused).toEqual([]);
      expect(known(built!)).toEqual(known(hyperV));
    }
  });

  it('a table: which VLANs, and nothing else', () => {
    const text =
      'PS C:\\WINDOWS\\system32> Get-VMNetworkAdapterVlan\n\nVMName       VMNetworkAdapterName Mode     VlanList\n' +
      '------       -------------------- ----     --------\ncentos7-1    Netzwerkkarte        Trunk    0,50\n' +
      'centos7-2    Netzwerkkarte        Untagged\n\n';
    const { changes: read, unread, untold } = hyperVConsole.import(text);
    expect(unread).toEqual([]);
    expect(read).toEqual([
      { kind: 'adapter-add', port: 'centos7-1', mac: null },
      { kind: 'adapter-add', port: 'centos7-2', mac: null },
      { kind: 'adapter-vlan', port: 'centos7-1', vlan: { mode: 'Trunk', native: 0, allowed: [50] } },
      { kind: 'adapter-vlan', port: 'centos7-2', vlan: { mode: 'Untagged' } },
    ]);
    expect(untold.map(({ code, about }) => `${code} ${about}`)).toEqual([
      'mac centos7-1',
      'flags centos7-1',
      'mac centos7-2',
      'flags centos7-2',
      'no-switch ',
    ]);
  });

  it('extended ACLs as JSON', () => {
    const text =
      '{ "Direction": 1, "Action": 2, "LocalIPAddress": "ANY", "RemoteIPAddress": "10.0.0.0/8", "LocalPort": "ANY",\n' +
      '"RemotePort": "80", "Protocol": "TCP", "Weight": 5, "Stateful": false, "IdleSessionTimeout": 0, "IsolationID": 0,\n' +
      '"VMName": "A" }';
    expect(hyperVConsole.import(text).changes.at(-1)).toMatchObject({
      kind: 'port-extended-acl-add',
      port: 'A',
      acl: { direction: 'Inbound', action: 'Deny', remotePort: '80', weight: 5, isolationId: null },
    });
  });
});

describe('any text', () => {
  it('nothing throws, every answer has a place in the text', () => {
    const random = new Random(SEED);
    const pieces = [
      ...'\'"`$@(){}|;,-\n \u2013\u201c#<>&',
      '<#',
      '#>',
      '-Access',
      '-VlanId',
      '$true',
      '[',
      '{',
      ' : ',
      '----- ----',
    ];
    const hyperV = bench();
    const printed = Array.from({ length: 40 }, () => hyperVConsole.print(randomHyperV(random)));
    for (let count = 0; count < 2000; count++) {
      const lines = random.pick(printed);
      let text = random.pick([
        random.pick(lines),
        lines.join('\n'),
        hyperVConsole.show(hyperV, { show: 'vlan', ports: null, form: 'json' }, 0),
      ]);
      for (let left = random.below(6); left > 0; left--) {
        const at = random.below(text.length + 1);
        const cut = random.chance(0.5) ? random.below(8) : 0;
        text = text.slice(0, at) + random.pick(['', random.pick(pieces), random.pick(pieces)]) + text.slice(at + cut);
      }
      for (const { place } of hyperVConsole.read(text, random.pick([hyperV, undefined]))) {
        const line = text.split('\n')[place.line - 1];
        expect(line, text).toBeDefined();
        expect(place.column + place.length - 1, text).toBeLessThanOrEqual(line!.length + 1);
      }
      const { changes: read } = hyperVConsole.import(text);
      buildHyperV(read);
    }
  });
});
