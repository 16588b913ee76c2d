/**
 * Command lines about an SR-IOV NIC: what they change, what is valid and not modelled, and what is wrong, with the tool's own
 * complaint. Complaints of `ip` and `bridge` are those of iproute2 6.1.0, which is asked again where it is installed.
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { kernelComplaint } from '../../../src/console/sr-iov/kernel.ts';
import { readCommands, type SrIovAnswer } from '../../../src/console/sr-iov/read.ts';
import type { SrIovChange } from '../../../src/switch/profiles/sr-iov/change.ts';
import { hasOracle } from '../../oracle.ts';
import { Random } from '../../random.ts';
import { SrIovBench } from '../../switch/sr-iov-bench.ts';

const { nic } = new SrIovBench('ice');

function only(text: string): SrIovAnswer {
  const answers = readCommands(text, nic);
  expect(answers).toHaveLength(1);
  return answers[0]!;
}

/** What a line changes; an error tells what it is instead. */
function changes(text: string): readonly SrIovChange[] {
  const answer = only(text);
  if (answer.kind !== 'change') throw new Error(JSON.stringify(answer));
  return answer.changes;
}

function complaint(text: string): string {
  const answer = only(text);
  return answer.kind === 'wrong' ? answer.complaint : answer.kind;
}

const setting = (name: string, value: string): object => ({ kind: 'vf-setting', vf: 0, setting: name, value });

describe('a command line that changes something', () => {
  const mac = '02:00:00:00:00:10';

  it.each<[string, object[]]>([
    ['echo 4 > /sys/class/net/ens1f0/device/sriov_numvfs', [{ kind: 'numvfs', count: 4 }]],
    ['echo 0x10 | sudo tee /sys/class/net/ens1f0/device/sriov_numvfs', [{ kind: 'numvfs', count: 16 }]],
    ['# echo 0 > /sys/class/net/ens1f0/device/sriov_numvfs', [{ kind: 'numvfs', count: 0 }]],
    [`ip link set ens1f0 vf 0 mac ${mac}`, [{ kind: 'vf-mac', vf: 0, mac }]],
    [`ip l s dev ens1f0 vf 0 m ${mac}`, [{ kind: 'vf-mac', vf: 0, mac }]],
    ['ip link set ens1f0 vf 0 vlan 100', [{ kind: 'vf-vlan', vf: 0, vlan: 100, qos: 0, proto: '802.1Q' }]],
    [
      'ip link set ens1f0 vf 0 vlan 100 qos 3 proto 802.1AD',
      [{ kind: 'vf-vlan', vf: 0, vlan: 100, qos: 3, proto: '802.1ad' }],
    ],
    ['ip link set ens1f0 vf 0 vlan 100 proto 88a8', [{ kind: 'vf-vlan', vf: 0, vlan: 100, qos: 0, proto: '802.1ad' }]],
    ['ip link set ens1f0 vf 0 vlan 5 vlan 6', [{ kind: 'vf-vlan', vf: 0, vlan: 6, qos: 0, proto: '802.1Q' }]],
    ['ip link set ens1f0 vf 0 spoofchk off', [setting('spoofchk', 'off')]],
    ['ip link set ens1f0 vf 0 s o', [setting('spoofchk', 'off')]],
    ['ip link set ens1f0 vf 0 trust on', [setting('trust', 'on')]],
    ['ip link set ens1f0 vf 0 query_rss on', [setting('query_rss', 'on')]],
    ['ip link set ens1f0 vf 0 state dis', [setting('state', 'disable')]],
    ['ip link set ens1f0 vf 0 max_tx_rate 1000', [{ kind: 'vf-rate', vf: 0, max: 1000 }]],
    ['ip link set ens1f0 vf 0 rate 1000', [{ kind: 'vf-rate', vf: 0, max: 1000 }]],
    ['ip link set ens1f0 vf 0 rate 7 min_tx_rate 5', [{ kind: 'vf-rate', vf: 0, min: 5, max: 7 }]],
    ['ip link set ens1f0 vf 0 rate 7 max_tx_rate 5', [{ kind: 'vf-rate', vf: 0, max: 5 }]],
    // In the kernel's order, whatever the line's.
    [
      `ip link set ens1f0 vf 0 trust on state enable vlan 5 mac ${mac}`,
      [
        { kind: 'vf-mac', vf: 0, mac },
        { kind: 'vf-vlan', vf: 0, vlan: 5, qos: 0, proto: '802.1Q' },
        setting('state', 'enable'),
        setting('trust', 'on'),
      ],
    ],
    [
      'ip link set ens1f0 up vf 0 trust on vf 1 trust off promisc on',
      [
        { kind: 'request-mode', port: 'ens1f0', mode: 'promisc', on: true },
        { kind: 'link', port: 'ens1f0', up: true },
        setting('trust', 'on'),
        { ...setting('trust', 'off'), vf: 1 },
      ],
    ],
    [
      'ip link set ens1f0 allmulticast off',
      [{ kind: 'request-mode', port: 'ens1f0', mode: 'allmulticast', on: false }],
    ],
    ['bridge link set dev ens1f0 hwmode vepa', [{ kind: 'hwmode', mode: 'vepa' }]],
    ['bridge link set dev ens1f0 hwmode veb self', [{ kind: 'hwmode', mode: 'veb' }]],
    [`bridge fdb add ${mac} dev ens1f0 self`, [{ kind: 'self-fdb', mac }]],
    [`bridge fdb append ${mac} dev ens1f0 permanent`, [{ kind: 'self-fdb', mac, replace: true }]],
    [`bridge fdb del ${mac} dev ens1f0`, [{ kind: 'self-fdb', mac, remove: true }]],
    [
      'ethtool --set-priv-flags ens1f0 vf-true-promisc-support on',
      [{ kind: 'priv-flag', flag: 'vf-true-promisc-support', on: true }],
    ],
  ])('%s', (text, expected) => {
    expect(changes(text)).toEqual(expected);
  });

  it('several lines are several answers, each at its place', () => {
    const text =
      '$ ip link set ens1f0 vf 0 trust on\n\n# by hand\nip link set ens1f0 vf 0 spoofchk off; ip link show ens1f0\n';
    expect(readCommands(text, nic).map(({ kind, place: { line } }) => [kind, line])).toEqual([
      ['change', 1],
      ['change', 4],
      ['show', 4],
    ]);
  });

  it('without a card any name is the PF’s', () => {
    expect(readCommands('ip link set eth7 vf 0 trust on')[0]).toMatchObject({ kind: 'change' });
  });
});

describe('a command line that asks to see something', () => {
  it.each<[string, object]>([
    ['ip link show ens1f0', { show: 'ip link', json: false, statistics: false }],
    ['ip -s link show dev ens1f0', { show: 'ip link', json: false, statistics: true }],
    ['ip -s -j l', { show: 'ip link', json: true, statistics: true }],
    ['ip --json link', { show: 'ip link', json: true, statistics: false }],
    ['bridge link show', { show: 'bridge link' }],
    ['bridge link show dev ens1f0', { show: 'bridge link' }],
    ['bridge fdb show dev ens1f0', { show: 'bridge fdb' }],
    ['cat /sys/class/net/ens1f0/device/sriov_numvfs', { show: 'sysfs', file: 'sriov_numvfs' }],
    ['cat /sys/class/net/ens1f0/device/sriov_totalvfs', { show: 'sysfs', file: 'sriov_totalvfs' }],
  ])('%s', (text, request) => {
    expect(only(text)).toMatchObject({ kind: 'show', request });
  });
});

describe('a command line that is valid and not modelled is told apart from a wrong one', () => {
  it.each([
    ['ip link set ens1f0 mtu 9000', 'mtu'],
    ['ip link set ens1f0 vf 0 node_guid 00:11:22:33:44:55:66:77', 'node_guid'],
    ['ip -d link show ens1f0', '-d'],
    ['ip link add link ens1f0 name v10 type vlan id 10', 'add'],
    ['ip link show up', 'up'],
    ['ip addr', 'addr'],
    ['bridge -s fdb show', '-s'],
    ['bridge link set dev ens1f0 learning off', 'learning'],
    ['bridge link set dev ens1f0', 'dev'],
    ['bridge fdb add 02:00:00:00:00:10 dev ens1f0 vlan 5', 'vlan'],
    ['bridge fdb add 02:00:00:00:00:10 dev ens1f0 master', 'master'],
    ['bridge fdb show br br0', 'br'],
    ['bridge vlan show', 'vlan'],
    ['ethtool -S ens1f0', '-S'],
    ['ethtool --set-priv-flags ens1f0 legacy-rx on', 'legacy-rx'],
    ['devlink dev eswitch set pci/0000:01:00.0 mode switchdev', 'devlink'],
    ['echo 4 > /sys/bus/pci/devices/0000:01:00.0/sriov_numvfs', '/sys/bus/pci/devices/0000:01:00.0/sriov_numvfs'],
    ['ip link show ens1f0 | grep vf', '|'],
    ['ip link show ens1f0 | grep vf | head', '|'],
    ['for i in 0 1; do ip link set ens1f0 vf $i trust on; done', 'for'],
  ])('%s', (text, what) => {
    expect(readCommands(text, nic)[0]).toMatchObject({ kind: 'unmodelled', what });
  });
});

/** Recorded from iproute2 6.1.0 on a device that is there; `PF` stands for its name. */
const WRONG: readonly (readonly [line: string, complaint: string])[] = [
  ['ip link set PF vf x mac 1', 'Error: argument "x" is wrong: Invalid "vf" value'],
  ['ip link set PF vf 99999999999 trust on', 'Error: argument "99999999999" is wrong: Invalid "vf" value'],
  ['ip link set PF vf', 'Command line is not complete. Try option "help"'],
  ['ip link set PF vf 0', 'Command line is not complete. Try option "help"'],
  ['ip link set PF vf 0 foo 3', 'Command line is not complete. Try option "help"'],
  ['ip link set PF vf 0 vlan', 'Command line is not complete. Try option "help"'],
  ['ip link set PF vf 0 vlan 5000', 'Error: argument "5000" is wrong: Invalid "vlan" value'],
  ['ip link set PF vf 0 vlan x', 'Error: argument "x" is wrong: Invalid "vlan" value'],
  ['ip link set PF vf 0 vlan 5 qos x', 'Error: argument "x" is wrong: Invalid "qos" value'],
  ['ip link set PF vf 0 vlan 5 proto foo', 'Error: argument "foo" is wrong: protocol is invalid'],
  [
    'ip link set PF vf 0 vlan 5 proto ip',
    'Error: argument "ip" is wrong: Invalid "vlan protocol" value - supported 802.1Q, 802.1ad',
  ],
  ['ip link set PF vf 0 vlan 10 proto 802.1ad vlan 20', 'RTNETLINK answers: Operation not supported'],
  ['ip link set PF vf 0 spoofchk x', 'Error: argument of "spoofchk" must be one of "off", "on", not "x"'],
  ['ip link set PF vf 0 trust x', 'Error: argument of "trust" must be one of "off", "on", not "x"'],
  ['ip link set PF vf 0 query_rss maybe', 'Error: argument of "query_rss" must be one of "off", "on", not "maybe"'],
  ['ip link set PF vf 0 state x', 'Error: argument "x" is wrong: Invalid "state" value'],
  ['ip link set PF vf 0 rate x', 'Error: argument "x" is wrong: Invalid "rate" value'],
  ['ip link set PF vf 0 max_tx_rate x', 'Error: argument "x" is wrong: Invalid "max tx rate" value'],
  ['ip link set PF vf 0 min_tx_rate -1', 'Error: argument "-1" is wrong: Invalid "min tx rate" value'],
  ['ip link set PF vf 0 max_tx_rate 5 min_tx_rate 7', 'Invalid min_tx_rate 7 - must be <= max_tx_rate 5'],
  ['ip link set PF vf 0 mac 1:2:3', 'Invalid address length 3 - must be 6 bytes'],
  ['ip link set PF vf 0 mac zz', '"zz" is invalid lladdr.'],
  ['ip link set PF vf 0 node_guid 1', 'Error: argument "1" is wrong: Invalid GUID format'],
  ['ip link set PF vf 0 mac 02:00:00:00:00:01 foo', 'Error: either "dev" is duplicate, or "foo" is a garbage.'],
  ['ip link set vf 0 trust on dev PF', 'Error: argument "dev" is required'],
  ['ip link set nodev vf 0 trust on', 'Cannot find device "nodev"'],
  ['ip link set PF promisc x', 'Error: argument of "promisc" must be "on" or "off", not "x"'],
  ['ip link set PF allmulticast x', 'Error: argument of "allmulticast" must be "on" or "off", not "x"'],
  ['ip link set up', 'Not enough information: "dev" argument is required.'],
  ['ip link show nodev', 'Device "nodev" does not exist.'],
  ['ip link shwo PF', 'Command "shwo" is unknown, try "ip link help".'],
  ['ip lnik show', 'Object "lnik" is unknown, try "ip help".'],
  ['ip -x link show', 'Option "-x" is unknown, try "ip -help".'],
  ['bridge link set dev PF hwmode x', 'Mode argument must be "vepa" or "veb".'],
  ['bridge link set hwmode veb', 'Device is a required argument.'],
  ['bridge link set dev nodev hwmode veb', 'Cannot find bridge device "nodev"'],
  ['bridge link foo', 'Command "foo" is unknown, try "bridge link help".'],
  ['bridge fdb add 02:00:00:00:00:01 dev nodev self', 'Cannot find device "nodev"'],
  ['bridge fdb add zz dev PF self', 'Invalid mac address zz'],
  ['bridge fdb add dev PF self', 'Device and address are required arguments.'],
  [
    'bridge fdb add 02:00:00:00:00:01 02:00:00:00:00:02 dev PF',
    'Error: either "to" is duplicate, or "02:00:00:00:00:02" is a garbage.',
  ],
  ['bridge fdb foo', 'Command "foo" is unknown, try "bridge fdb help".'],
  ['bridge foo', 'Object "foo" is unknown, try "bridge help".'],
];

describe('a wrong command line carries the tool’s own complaint', () => {
  it.each(WRONG)('%s', (line, expected) => {
    expect(complaint(line.replaceAll('PF', 'ens1f0'))).toBe(expected);
  });

  it.each([
    ['echo x > /sys/class/net/ens1f0/device/sriov_numvfs', '-bash: echo: write error: Invalid argument'],
    ['echo -1 > /sys/class/net/ens1f0/device/sriov_numvfs', '-bash: echo: write error: Invalid argument'],
    [
      'echo 70000 > /sys/class/net/ens1f0/device/sriov_numvfs',
      '-bash: echo: write error: Numerical result out of range',
    ],
    [
      'echo 4 > /sys/class/net/eth9/device/sriov_numvfs',
      '-bash: /sys/class/net/eth9/device/sriov_numvfs: No such file or directory',
    ],
    [
      'echo 4 > /sys/class/net/ens1f0/device/sriov_totalvfs',
      '-bash: /sys/class/net/ens1f0/device/sriov_totalvfs: Permission denied',
    ],
    ['bridge fdb add 02:00:00:00:00:01 dev ens1f0 static', 'RTNETLINK answers: Invalid argument'],
    ['ethtool --set-priv-flags ens1f0 vf-true-promisc-support 1', 'ethtool: bad command line argument(s)'],
    ['ethtool --set-priv-flags ens1f0 foo on', 'ethtool: bad command line argument(s)'],
    ['iplink show', '-bash: iplink: command not found'],
    ['ip link set ens1f0 vf 0 mac "02:00', '-bash: unexpected EOF while looking for matching `"\''],
  ])('%s', (line, expected) => {
    expect(complaint(line)).toBe(expected);
  });

  it('at the word that is wrong', () => {
    expect(only('ip link set ens1f0 vf 0 vlan 5000')).toMatchObject({
      place: { line: 1, column: 30, length: 4 },
      mistake: { code: 'bad-value', found: '5000' },
    });
  });

  it('a limit is compared with the one that stands', () => {
    const bench = new SrIovBench('ice', [{ kind: 'vf-rate', vf: 0, max: 100 }]);
    const answer = (text: string): unknown => readCommands(text, bench.nic)[0];
    expect(answer('ip link set ens1f0 vf 0 min_tx_rate 101')).toMatchObject({
      complaint: 'Invalid min_tx_rate 101 - must be <= max_tx_rate 100',
    });
    expect(answer('ip link set ens1f0 vf 0 min_tx_rate 100')).toMatchObject({ kind: 'change' });
  });
});

describe('what the kernel refuses', () => {
  it.each<[string, string]>([
    ['ip link set ens1f0 vf 9 trust on', 'RTNETLINK answers: Invalid argument'],
    ['ip link set ens1f0 vf -1 trust on', 'RTNETLINK answers: Invalid argument'],
    ['ip link set ens1f0 vf 0 vlan 5 qos 8', 'RTNETLINK answers: Invalid argument'],
    ['ip link set ens1f0 vf 0 vlan 5 proto 802.1ad', 'RTNETLINK answers: Protocol not supported'],
    ['ip link set ens1f0 vf 0 mac 01:00:00:00:00:01', 'RTNETLINK answers: Invalid argument'],
    ['ip link set ens1f0 vf 0 query_rss on', 'RTNETLINK answers: Operation not supported'],
    ['ip link set ens1f0 vf 0 max_tx_rate 200000', 'RTNETLINK answers: Invalid argument'],
    ['echo 4 > /sys/class/net/ens1f0/device/sriov_numvfs', '-bash: echo: write error: Device or resource busy'],
    ['echo 300 > /sys/class/net/ens1f0/device/sriov_numvfs', '-bash: echo: write error: Numerical result out of range'],
    ['bridge fdb del 02:00:00:00:00:01 dev ens1f0 self', 'RTNETLINK answers: No such file or directory'],
  ])('%s', (line, expected) => {
    const bench = new SrIovBench('ice');
    const answer = readCommands(line, bench.nic)[0]!;
    const [change] = answer.kind === 'change' ? answer.changes : [];
    expect(kernelComplaint(change!, bench.change(change!)!)).toBe(expected);
  });

  it('SR-11: another address than the administrator’s', () => {
    const change = { kind: 'request', port: 'VF0', what: 'address', mac: '02:00:00:00:00:99' } as SrIovChange;
    const refused = new SrIovBench('ixgbe').change(change)!;
    expect(kernelComplaint(change, refused)).toBe('RTNETLINK answers: Cannot assign requested address');
  });

  it('of a flag that is held, ethtool tells the kernel’s error; of one that is not there it finds no name', () => {
    const change: SrIovChange = { kind: 'priv-flag', flag: 'vf-true-promisc-support', on: true };
    expect(kernelComplaint(change, { error: 'EAGAIN', knob: '', value: '', expected: '' })).toBe(
      'netlink error: Resource temporarily unavailable',
    );
    expect(kernelComplaint(change, new SrIovBench('ixgbe').change(change)!)).toBe(
      'ethtool: bad command line argument(s)',
    );
    expect(kernelComplaint(change, { error: 'unmodelled', knob: '', value: '', expected: '' })).toBe('');
  });
});

// --- The real tool

/** `lo` has no VFs: whatever `ip` reads without a complaint, the kernel refuses, so that nothing can come of it. */
const DEVICE = 'lo';
const hasTool = hasOracle('ip') && spawnSync('ip', ['-V'], { encoding: 'utf8' }).stdout.includes('iproute2-6.1.');

function realComplaint(line: string): string {
  const [program, ...rest] = line.split(' ');
  return spawnSync(program!, rest, { encoding: 'utf8' }).stderr.trim().split('\n')[0]!.trim();
}

describe.skipIf(!hasTool)('iproute2 6.1 says the same', () => {
  it.each(WRONG.filter(([line]) => !/promisc|allmulticast|set up/.test(line)))('%s', (line, expected) => {
    expect(realComplaint(line.replaceAll('PF', DEVICE))).toBe(expected);
  });

  it('of 400 random lines about VFs', () => {
    const random = new Random(1618);
    for (let index = 0; index < 400; index++) {
      const line = randomVfLine(random);
      const answer = readCommands(line)[0]!;
      const real = realComplaint(line);
      const ours = answer.kind === 'wrong' ? answer.complaint : '';
      const isKernels = /^RTNETLINK answers: |^$/.test(real);
      expect(isKernels ? '' : real, line).toBe(ours.startsWith('RTNETLINK') ? '' : ours);
    }
  });
});

const VALUES =
  '0 1 5 07 0x10 4095 4096 -1 x on off o of auto en disable 02:00:00:00:00:01 1:2 zz 802.1Q 802.1ad 8100 ip foo'.split(
    ' ',
  );
const NAMES =
  'mac m vlan v qos proto p rate max_tx_rate mi spoofchk s query_rss trust t state st node_guid foo vf'.split(' ');

function randomVfLine(random: Random): string {
  const words = ['ip', 'link', 'set', DEVICE, 'vf', random.pick(VALUES)];
  for (let left = random.below(5); left > 0; left--) {
    words.push(random.pick(NAMES));
    if (random.chance(0.9)) words.push(random.pick(VALUES));
  }
  return words.join(' ');
}
