/** The console of VMware: esxcli and PowerCLI read, printed, shown and read back from what a host printed. */
import { describe, expect, it } from 'vitest';
import { buildVmware } from '../../../src/console/esxcli/build.ts';
import type { VmwareCommand } from '../../../src/console/esxcli/changes.ts';
import { esxcliConsole } from '../../../src/console/esxcli/esxcli-console.ts';
import { unprinted } from '../../../src/console/esxcli/print.ts';
import type { EsxcliAnswer } from '../../../src/console/esxcli/read-esxcli.ts';
import { doubtsOf } from '../../../src/console/esxcli/show.ts';
import { applyChange } from '../../../src/switch/profiles/vmware-vss/change.ts';
import { addAdapter, addUplink, createSwitch } from '../../../src/switch/profiles/vmware-vss/configuration.ts';
import type { VmwareVss } from '../../../src/switch/profiles/vmware-vss/vmware-vss.ts';
import { VMKERNEL } from '../../../src/switch/profiles/vmware-vss/vswitch-port.ts';
import { mac } from '../../../src/wire/mac-address.ts';
import { Random } from '../../random.ts';
import { configurationOf, randomVmware } from './random-vmware.ts';

const SEED = 27_183;
const ROOT = 'esxcli network vswitch standard';

function changes(text: string, vmware?: VmwareVss): readonly VmwareCommand[] {
  return esxcliConsole.read(text, vmware).flatMap((answer) => {
    if (answer.kind !== 'change') throw new Error(`${text}: ${JSON.stringify(answer)}`);
    return answer.changes;
  });
}

function only(text: string, vmware?: VmwareVss): EsxcliAnswer {
  const answers = esxcliConsole.read(text, vmware);
  expect(answers).toHaveLength(1);
  return answers[0]!;
}

function group(name: string, setting: string, value: string | number | null): VmwareCommand {
  return { kind: 'port-group', group: name, setting, value };
}

/** vSwitch0 with two uplinks, a vmkernel adapter and two port groups. */
function bench(): VmwareVss {
  const vmware = createSwitch('vSwitch0', 'vss');
  addUplink(vmware, 'vmnic2', mac('00:50:56:00:00:02'));
  addUplink(vmware, 'vmnic3', mac('00:50:56:00:00:03'));
  for (const name of ['VM Network', 'Management Network']) applyChange(vmware, { kind: 'port-group-add', group: name });
  addAdapter(vmware, 'vmk0', mac('00:50:56:00:00:0a'), VMKERNEL, 'Management Network');
  return vmware;
}

function shown(text: string, vmware: VmwareVss): string {
  const answer = only(text, vmware);
  if (answer.kind !== 'show') throw new Error(JSON.stringify(answer));
  return esxcliConsole.show(vmware, answer.request, 0);
}

describe('esxcli', () => {
  it.each<[string, VmwareCommand[]]>([
    ['add -v vSwitch1', [{ kind: 'create', name: 'vSwitch1', switchKind: 'vss' }]],
    ['set -v vSwitch1 -m 9000 -c listen', [{ kind: 'vswitch', option: 'mtu', value: 9000 }]],
    ['uplink add -u vmnic1 -v vSwitch1', [{ kind: 'uplink-add', port: 'vmnic1' }]],
    ['portgroup add -p PG10 -v vSwitch1', [{ kind: 'port-group-add', group: 'PG10' }]],
    ['portgroup set -p "VM Network" --vlan-id 10', [group('VM Network', 'vlan', 10)]],
    [
      'policy security set -v vSwitch1 --allow-promiscuous=false --allow-mac-change=true --allow-forged-transmits=yes',
      [
        { kind: 'vswitch', option: 'promiscuous', value: 'reject' },
        { kind: 'vswitch', option: 'mac-changes', value: 'accept' },
        { kind: 'vswitch', option: 'forged-transmits', value: 'accept' },
      ],
    ],
    [
      'portgroup policy security set -p PG10 -o true --use-vswitch',
      [
        group('PG10', 'promiscuous', null),
        group('PG10', 'mac-changes', null),
        group('PG10', 'forged-transmits', null),
        group('PG10', 'promiscuous', 'accept'),
      ],
    ],
    [
      'policy failover set -v vSwitch1 -a vmnic0 -s vmnic1 -l iphash',
      [
        { kind: 'vswitch', option: 'teaming', value: 'iphash' },
        { kind: 'vswitch', option: 'active', value: 'vmnic0' },
        { kind: 'vswitch', option: 'standby', value: 'vmnic1' },
      ],
    ],
  ])('%s', (words, expected) => {
    expect(changes(`${ROOT} ${words}`)).toEqual(expected);
    expect(changes(`[root@esx1:~] ${ROOT} ${words}`)).toEqual(expected);
  });

  it('advanced settings of the host', () => {
    expect(changes('esxcli system settings advanced set -o /Net/ReversePathFwdCheckPromisc -i 1')).toEqual([
      { kind: 'vswitch', option: 'Net.ReversePathFwdCheckPromisc', value: 1 },
    ]);
  });

  it.each([
    [`${ROOT} add`, 'Error: Missing required parameter -v|--vswitch-name', 'missing'],
    [
      `${ROOT} frobnicate`,
      'Error: Unknown command or namespace network vswitch standard frobnicate',
      'unknown-command',
    ],
    ['esxcli netwrok vswitch', 'Error: Unknown command or namespace netwrok vswitch', 'unknown-command'],
    [`${ROOT} add -x 1`, 'Error: Invalid option -x', 'unknown-word'],
    [`${ROOT}`, 'Usage: esxcli network vswitch standard {cmd} [cmd options]', 'usage'],
    [`${ROOT} set -v vSwitch0 -m 90`, '', 'bad-value'],
    [`${ROOT} set -v vSwitch0 -m`, '', 'incomplete'],
    [`${ROOT} set -v vSwitch9 -m 9000`, '', 'no-device'],
    [`${ROOT} portgroup set -p PG99 -v 10`, '', 'no-device'],
    [`${ROOT} portgroup set -p "VM Network" -v 4096`, '', 'bad-value'],
    [`${ROOT} portgroup add -p "VM Network" -v vSwitch0`, '', 'duplicate'],
    [`${ROOT} policy failover set -v vSwitch0 -a vmnic9`, '', 'no-device'],
    ['esxclj network', 'sh: esxclj: not found', 'unknown-program'],
  ])('wrong: %s', (text, complaint, code) => {
    expect(only(text, bench())).toMatchObject({ kind: 'wrong', complaint, mistake: { code } });
  });

  it.each([
    ['esxcli network vm list', 'network vm list'],
    ['esxcli network vm port list -w 123', 'network vm port list'],
    ['esxcli network vswitch dvs vmware list', 'network vswitch dvs vmware list'],
    ['net-stats -l', 'net-stats'],
    [`esxcli --formatter=xml ${ROOT.slice(7)} list`, 'xml'],
    [`${ROOT} remove -v vSwitch0`, 'remove'],
    [`${ROOT} set -v vSwitch0 -c both`, '--cdp-status=both'],
    [`${ROOT} list | grep MTU`, '|'],
  ])('not modelled: %s', (text, what) => expect(only(text, bench())).toMatchObject({ kind: 'unmodelled', what }));
});

describe('PowerCLI', () => {
  it('a standard switch, its port groups and their security', () => {
    const text = [
      '$vs = New-VirtualSwitch -VMHost $esx -Name vSwitch1 -Nic vmnic1,vmnic2 -Mtu 9000',
      'New-VirtualPortGroup -VirtualSwitch $vs -Name PG10 -VLanId 10',
      'Get-VirtualPortGroup | Get-SecurityPolicy |',
      '  Set-SecurityPolicy -AllowPromiscuous $true -ForgedTransmits $true -MacChangesInherited $true',
    ].join('\n');
    expect(changes(text)).toEqual([
      { kind: 'create', name: 'vSwitch1', switchKind: 'vss' },
      { kind: 'vswitch', option: 'mtu', value: 9000 },
      { kind: 'uplink-add', port: 'vmnic1' },
      { kind: 'uplink-add', port: 'vmnic2' },
      { kind: 'port-group-add', group: 'PG10' },
      group('PG10', 'vlan', 10),
      group('PG10', 'promiscuous', 'accept'),
      group('PG10', 'forged-transmits', 'accept'),
      group('PG10', 'mac-changes', null),
    ]);
  });

  it('a distributed switch: trunk ranges and private VLANs', () => {
    const text = [
      'New-VDSwitchPrivateVlan -VDSwitch $ds -PrimaryVlanId 100 -SecondaryVlanId 101 -PrivateVlanType Isolated',
      'New-VDSwitchPrivateVlan -VDSwitch $ds -PrimaryVlanId 100 -SecondaryVlanId 102 -PrivateVlanType comm',
      'Get-VDPortgroup A | Set-VDVlanConfiguration -PrivateVlanId 101',
      'Get-VDPortgroup B | Set-VDVlanConfiguration -VlanTrunkRange "1-4, 6"',
      'Get-VDPortgroup B | Get-VDSecurityPolicy | Set-VDSecurityPolicy -MacChanges $false',
    ].join('\n');
    expect(changes(text).slice(1)).toEqual([
      { kind: 'vswitch', option: 'private-vlans', value: '100:101 isolated, 100:102 community' },
      group('A', 'private-vlan', 101),
      group('B', 'trunk', '1-4, 6'),
      group('B', 'mac-changes', 'reject'),
    ]);
  });

  it('complaints are PowerShell’s; 0 and 4095 are no VLAN IDs of a distributed switch', () => {
    expect(only('New-VirtualPortGroup -Name PG -VirtualSwitch $vs -Vlan ten')).toMatchObject({
      complaint:
        'New-VirtualPortGroup : Cannot bind parameter \'VLanId\'. Cannot convert value "ten" to type "System.Int32". Error: "Input string was not in a correct format."',
    });
    expect(only('Get-VDPortgroup A | Set-VDVlanConfiguration -VlanId 4095')).toMatchObject({
      mistake: { code: 'bad-value' },
    });
    expect(only('Get-VirtualPortGroup -Name PG | Get-SecurityPolicy')).toMatchObject({ kind: 'unmodelled' });
    expect(only('Get-Datastore')).toMatchObject({ kind: 'unmodelled', what: 'Get-Datastore' });
  });
});

describe('printed and read again', () => {
  it.each(['vss', 'vds'] as const)('%s: makes an equal switch and prints the same', (kind) => {
    const random = new Random(SEED);
    for (let count = 0; count < 150; count++) {
      const vmware = randomVmware(random, kind);
      const lines = esxcliConsole.print(vmware);
      const { vmware: built, refused } = buildVmware(changes(lines.join('\n')), vmware.version);
      expect(refused, lines.join('\n')).toEqual([]);
      expect(configurationOf(built!), lines.join('\n')).toEqual(configurationOf(vmware));
      if (kind === 'vss') expect(esxcliConsole.print(built!)).toEqual(lines);
      const again = esxcliConsole.print(built!);
      const third = buildVmware(changes(again.join('\n')), vmware.version).vmware!;
      expect(esxcliConsole.print(third)).toEqual(again);
    }
  });

  it('a plain switch', () => {
    expect(esxcliConsole.print(bench())).toEqual([
      `${ROOT} add --vswitch-name=vSwitch0`,
      `${ROOT} uplink add --uplink-name=vmnic2 --vswitch-name=vSwitch0`,
      `${ROOT} uplink add --uplink-name=vmnic3 --vswitch-name=vSwitch0`,
      `${ROOT} policy security set --vswitch-name=vSwitch0 --allow-promiscuous=false --allow-mac-change=false --allow-forged-transmits=false`,
      `${ROOT} portgroup add --portgroup-name="VM Network" --vswitch-name=vSwitch0`,
      `${ROOT} portgroup add --portgroup-name="Management Network" --vswitch-name=vSwitch0`,
    ]);
    expect(unprinted(bench())).toEqual([{ code: 'adapter', about: 'vmk0' }]);
  });
});

describe('shown', () => {
  it('list, as captured', () => {
    expect(shown(`${ROOT} list`, bench())).toBe(
      [
        'vSwitch0',
        '   Name: vSwitch0',
        '   Class: cswitch',
        '   Num Ports: 2560',
        '   Used Ports: 4',
        '   Configured Ports: 128',
        '   MTU: 1500',
        '   CDP Status: listen',
        '   Beacon Enabled: false',
        '   Beacon Interval: 1',
        '   Beacon Threshold: 3',
        '   Beacon Required By: ',
        '   Uplinks: vmnic2, vmnic3',
        '   Portgroups: VM Network, Management Network',
        '',
      ].join('\n'),
    );
  });

  it('portgroup list, as captured', () => {
    expect(shown(`${ROOT} portgroup list`, bench())).toBe(
      [
        'Name                Virtual Switch  Active Clients  VLAN ID',
        '------------------  --------------  --------------  -------',
        'Management Network  vSwitch0                     1        0',
        'VM Network          vSwitch0                     0        0',
        '',
      ].join('\n'),
    );
  });

  it('security, of the switch and of a port group', () => {
    expect(shown(`${ROOT} policy security get -v vSwitch0`, bench())).toBe(
      '   Allow Promiscuous: false\n   Allow MAC Address Change: false\n   Allow Forged Transmits: false\n',
    );
    const vmware = bench();
    applyChange(vmware, { kind: 'port-group', group: 'VM Network', setting: 'promiscuous', value: 'accept' });
    const get = `${ROOT} portgroup policy security get -p "VM Network"`;
    expect(shown(get, vmware)).toContain('   Allow Promiscuous: true\n');
    expect(shown(get, vmware)).toContain('   Override Vswitch Allow Promiscuous: true\n');
    expect(shown(get, vmware)).toContain('   Override Vswitch Allow Forged Transmits: false\n');
    expect(shown(get.replace('esxcli', 'esxcli --formatter=json'), vmware)).toContain('"AllowMACAddressChange":false');
    expect(shown(get.replace('esxcli', 'esxcli --formatter=csv'), vmware)).toMatch(/^AllowForgedTransmits,/);
    expect(shown(get.replace('esxcli', 'esxcli --formatter=keyvalue'), vmware)).toContain(
      '.AllowPromiscuous.boolean=true',
    );
    expect(doubtsOf({ show: 'security', group: 'VM Network', formatter: 'json' })).toEqual([
      { code: 'formatter', about: 'VM Network' },
      { code: 'override', about: 'VM Network' },
    ]);
  });
});

describe('import', () => {
  it('what a random switch shows gives its groups, security and teaming back', () => {
    const random = new Random(SEED);
    for (let count = 0; count < 60; count++) {
      const vmware = randomVmware(random, 'vss');
      const formatter = random.pick(['', '--formatter=json ']);
      const asked = [
        `list`,
        `portgroup list`,
        ...['security', 'failover'].map((policy) => `policy ${policy} get -v "${vmware.name}"`),
        ...[...vmware.groups.keys()]
          .filter((name) => !/["$`\\]/.test(name))
          .flatMap((name) => ['security', 'failover'].map((policy) => `portgroup policy ${policy} get -p "${name}"`)),
      ].map((words) => `esxcli ${formatter}network vswitch standard ${words}`);
      const text = asked.map((command) => `[root@esx1:~] ${command}\n${shown(command, vmware)}`).join('\n');
      const { changes: read, unread } = esxcliConsole.import(text);
      expect(unread, text).toEqual([]);
      const { vmware: built, refused } = buildVmware(read, vmware.version);
      expect(refused, text).toEqual([]);
      expect([...built!.groups.keys()].toSorted()).toEqual([...vmware.groups.keys()].toSorted());
      expect(shown(asked[0]!, built!).replaceAll(/Portgroups.*/g, '')).toBe(
        shown(asked[0]!, vmware).replaceAll(/Portgroups.*/g, ''),
      );
      for (const command of asked.slice(1)) expect(shown(command, built!), text).toBe(shown(command, vmware));
    }
  });

  it('of two switches the first, and what is not told', () => {
    const text =
      'vSwitch0\n   Name: vSwitch0\n   Class: etherswitch\n   MTU: 1500\n   Uplinks: vmnic0\n   Portgroups: VM Network\n\n' +
      'vSwitch1\n   Name: vSwitch1\n   Class: cswitch\n   MTU: 9000\n   Uplinks: \n   Portgroups: iSCSI\n';
    const { changes: read, untold, unread } = esxcliConsole.import(text);
    expect(unread).toEqual([]);
    expect(read).toEqual([
      { kind: 'create', name: 'vSwitch0', switchKind: 'vss' },
      { kind: 'uplink-add', port: 'vmnic0' },
      { kind: 'port-group-add', group: 'VM Network' },
    ]);
    expect(untold.map(({ code, about }) => `${code} ${about}`)).toEqual([
      'other-switch vSwitch1',
      'vlan VM Network',
      'security VM Network',
      'security vSwitch0',
      'teaming vSwitch0',
    ]);
  });

  it('a policy of nobody', () => {
    expect(esxcliConsole.import('   Allow Promiscuous: true\n').untold).toEqual([{ code: 'whose-policy', about: '' }]);
  });
});

describe('any text', () => {
  it('nothing throws, every answer has a place in the text', () => {
    const random = new Random(SEED);
    const pieces = [
      ...'\'"`$@(){}|;,-\n #\\<>&=',
      '--',
      ' -v ',
      '$true',
      '[',
      '{',
      ' : ',
      '----- ----',
      '| Get-VDSwitch',
    ];
    const vmware = bench();
    const kinds = ['vss', 'vds'] as const;
    const printed = Array.from({ length: 40 }, () => esxcliConsole.print(randomVmware(random, random.pick(kinds))));
    const listed = shown(`${ROOT} list`, vmware) + shown(`${ROOT} portgroup list`, vmware);
    for (let count = 0; count < 2000; count++) {
      const lines = random.pick(printed);
      let text = random.pick([random.pick(lines), lines.join('\n'), listed]);
      for (let left = random.below(6); left > 0; left--) {
        const at = random.below(text.length + 1);
        const cut = random.chance(0.5) ? random.below(8) : 0;
        text = text.slice(0, at) + random.pick(['', random.pick(pieces), random.pick(pieces)]) + text.slice(at + cut);
      }
      for (const { place } of esxcliConsole.read(text, random.pick([vmware, undefined]))) {
        const line = text.split('\n')[place.line - 1];
        expect(line, text).toBeDefined();
        expect(place.column + place.length - 1, text).toBeLessThanOrEqual(line!.length + 1);
      }
      buildVmware(esxcliConsole.import(text).changes);
    }
  });
});
