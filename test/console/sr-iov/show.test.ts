/** What the tools print of an SR-IOV NIC, to the letter, and reading it back. */
import { describe, expect, it } from 'vitest';
import { changesOf, importLink, readLink } from '../../../src/console/sr-iov/import.ts';
import { linkJson } from '../../../src/console/sr-iov/link-json.ts';
import { countersOf, recordOf, type LinkCounters, type LinkRecord } from '../../../src/console/sr-iov/link-record.ts';
import { linkText } from '../../../src/console/sr-iov/link-text.ts';
import { changesFor, printChange } from '../../../src/console/sr-iov/print.ts';
import { readCommands } from '../../../src/console/sr-iov/read.ts';
import type { SrIovRequest } from '../../../src/console/sr-iov/request.ts';
import { srIovConsole } from '../../../src/console/sr-iov/sr-iov-console.ts';
import type { SrIovChange } from '../../../src/switch/profiles/sr-iov/change.ts';
import { NIC_NAMES, type NicName } from '../../../src/switch/profiles/sr-iov/nic.ts';
import { LINK_STATES } from '../../../src/switch/profiles/sr-iov/nic-function.ts';
import { formatMac, mac } from '../../../src/wire/mac-address.ts';
import { Random } from '../../random.ts';
import { BROADCAST, frame } from '../../switch/bench.ts';
import { GROUP, PEER, SrIovBench, vfMac, wired } from '../../switch/sr-iov-bench.ts';
import { randomChange } from '../../switch/sr-iov-random.ts';

function shown(bench: SrIovBench, request: SrIovRequest): string {
  return srIovConsole.show(bench.nic, request, 0);
}

const link = (rest: object = {}): SrIovRequest => ({ show: 'ip link', json: false, statistics: false, ...rest });

const SET: SrIovChange[] = [
  { kind: 'vf-vlan', vf: 0, vlan: 100, qos: 3 },
  { kind: 'vf-rate', vf: 1, max: 1000 },
  { kind: 'vf-setting', vf: 1, setting: 'spoofchk', value: 'off' },
  { kind: 'vf-setting', vf: 1, setting: 'trust', value: 'on' },
  { kind: 'vf-setting', vf: 1, setting: 'state', value: 'disable' },
];

describe('ip link show PF', () => {
  it('today', () => {
    expect(shown(new SrIovBench('ixgbe', SET, 2), link())).toBe(
      [
        '2: ens1f0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP mode DEFAULT group default qlen 1000',
        '    link/ether ee:00:00:00:00:f0 brd ff:ff:ff:ff:ff:ff',
        '    vf 0     link/ether 02:00:00:00:01:00 brd ff:ff:ff:ff:ff:ff, vlan 100, qos 3, spoof checking on, link-state auto, trust off, query_rss off',
        '    vf 1     link/ether 02:00:00:00:01:01 brd ff:ff:ff:ff:ff:ff, tx rate 1000 (Mbps), max_tx_rate 1000Mbps, spoof checking off, link-state disable, trust on, query_rss off',
        '',
      ].join('\n'),
    );
  });

  it('before iproute2 5.2', () => {
    expect(linkText(recordOf(new SrIovBench('i40e', SET, 2).nic), null, { isOld: true }).split('\n')[2]).toBe(
      '    vf 0 MAC 02:00:00:00:01:00, vlan 100, qos 3, spoof checking on, link-state auto, trust off',
    );
  });

  it('802.1ad and a least rate, where the card has them', () => {
    const bench = new SrIovBench('ice', [
      { kind: 'guest-tag', value: 'stack' },
      { kind: 'vf-vlan', vf: 0, vlan: 100, proto: '802.1ad' },
      { kind: 'vf-rate', vf: 0, min: 10 },
    ]);
    expect(shown(bench, link())).toContain(
      ', vlan 100, vlan protocol 802.1ad, min_tx_rate 10Mbps, spoof checking on, link-state auto, trust off\n',
    );
  });

  it('without a cable, promiscuous, down', () => {
    const bench = new SrIovBench('ixgbe', [
      { kind: 'link', port: 'wire', up: false },
      { kind: 'request-mode', port: 'ens1f0', mode: 'promisc', on: true },
      { kind: 'request-mode', port: 'ens1f0', mode: 'allmulticast', on: true },
    ]);
    expect(shown(bench, link())).toContain(
      '<NO-CARRIER,BROADCAST,MULTICAST,ALLMULTI,PROMISC,UP> mtu 1500 qdisc mq state DOWN',
    );
    bench.must({ kind: 'link', port: 'ens1f0', up: false });
    expect(shown(bench, link())).toContain('<BROADCAST,MULTICAST,ALLMULTI,PROMISC> mtu 1500 qdisc mq state DOWN');
  });

  it('-s: what each VF got and sent, and what it could not send (SR-8)', () => {
    const bench = new SrIovBench('i40e', [{ kind: 'request', port: 'VF0', what: 'group', mac: GROUP }], 1);
    bench.send('wire', wired(BROADCAST, PEER));
    bench.send('wire', wired(GROUP, PEER));
    bench.send('wire', wired(vfMac(0), PEER));
    bench.send('VF0', frame(PEER, vfMac(0)));
    bench.send('VF0', frame(PEER, PEER));
    expect(
      shown(bench, link({ statistics: true }))
        .split('\n')
        .slice(2),
    ).toEqual([
      '    RX:  bytes packets errors dropped  missed   mcast           ',
      '            60       1      0       0       0       0 ',
      '    TX:  bytes packets errors dropped carrier collsns           ',
      '             0       0      0       0       0       0 ',
      '    vf 0     link/ether 02:00:00:00:01:00 brd ff:ff:ff:ff:ff:ff, spoof checking on, link-state auto, trust off',
      '    RX: bytes  packets  mcast   bcast   dropped ',
      '           180        3       1       1        0 ',
      '    TX: bytes  packets   dropped ',
      '            32        1        1 ',
      '',
    ]);
  });

  it('-s on ixgbe, whose driver counts no VFs: zeros', () => {
    const bench = new SrIovBench('ixgbe', [], 1);
    bench.send('VF0', frame(PEER, PEER));
    expect(shown(bench, link({ statistics: true }))).toContain('             0        0        0 \n');
  });

  it('-j', () => {
    const [told] = JSON.parse(shown(new SrIovBench('ixgbe', SET, 2), link({ json: true }))) as [
      Record<string, unknown>,
    ];
    expect(told).toMatchObject({
      ifname: 'ens1f0',
      flags: ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'],
      operstate: 'UP',
    });
    expect(JSON.stringify(told['vfinfo_list'])).toBe(
      '[{"vf":0,"link_type":"ether","address":"02:00:00:00:01:00","broadcast":"ff:ff:ff:ff:ff:ff",' +
        '"vlan_list":[{"vlan":100,"qos":3}],"rate":{"max_tx":0,"min_tx":0},"spoofchk":true,"link_state":"auto",' +
        '"trust":false,"query_rss_en":false},' +
        '{"vf":1,"link_type":"ether","address":"02:00:00:00:01:01","broadcast":"ff:ff:ff:ff:ff:ff",' +
        '"vlan_list":[{}],"tx_rate":1000,"rate":{"max_tx":1000,"min_tx":0},"spoofchk":false,"link_state":"disable",' +
        '"trust":true,"query_rss_en":false}]',
    );
    expect(JSON.parse(shown(new SrIovBench('ixgbe', [], 0), link({ json: true })))[0]).not.toHaveProperty(
      'vfinfo_list',
    );
  });
});

describe('other commands', () => {
  it('bridge link show: the mode, where the driver has one', () => {
    const bench = new SrIovBench('ixgbe', [], 0);
    expect(shown(bench, { show: 'bridge link' })).toBe('');
    bench.must({ kind: 'numvfs', count: 1 });
    expect(shown(bench, { show: 'bridge link' })).toBe(
      '2: ens1f0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 hwmode VEB \n',
    );
    bench.must({ kind: 'hwmode', mode: 'vepa' });
    expect(shown(bench, { show: 'bridge link' })).toContain('hwmode VEPA');
  });

  it('bridge fdb show, sysfs', () => {
    const bench = new SrIovBench('ixgbe', [
      { kind: 'self-fdb', mac: PEER },
      { kind: 'self-fdb', mac: GROUP },
    ]);
    expect(shown(bench, { show: 'bridge fdb' })).toBe(`${PEER} self permanent\n${GROUP} self permanent\n`);
    expect(shown(bench, { show: 'sysfs', file: 'sriov_numvfs' })).toBe('3\n');
    expect(shown(bench, { show: 'sysfs', file: 'sriov_totalvfs' })).toBe('63\n');
  });
});

// --- parse(print(x)) = x

const SEED = 4669;

function randomRecord(random: Random): LinkRecord {
  const isUp = random.chance(0.8);
  const any = (): boolean => random.chance(0.5);
  const orNull = <T>(value: T): T | null => (random.chance(0.2) ? null : value);
  return {
    index: random.between(1, 40),
    name: random.pick(['eth0', 'ens1f0np0', 'enp3s0f1']),
    mac: formatMac(0x020000, random.below(1 << 24)),
    mtu: random.pick([1500, 9000]),
    isUp,
    hasCarrier: isUp && any(),
    isPromisc: any(),
    isAllmulti: any(),
    vfs: Array.from({ length: random.below(5) }, (_, vf) => ({
      vf,
      mac: any() ? formatMac(0x020000, random.below(1 << 24)) : mac('00:00:00:00:00:00'),
      vlan: any() ? 0 : random.below(4096),
      qos: any() ? 0 : random.below(8),
      proto: random.chance(0.8) ? '802.1Q' : '802.1ad',
      maxTxRate: any() ? 0 : random.below(100_000),
      minTxRate: any() ? 0 : random.below(1000),
      spoofchk: orNull(any()),
      state: orNull(random.pick(LINK_STATES)),
      trust: orNull(any()),
      queryRss: orNull(any()),
    })),
  };
}

function randomCounters(random: Random, { vfs }: LinkRecord): LinkCounters {
  const some = (count: number): number[] =>
    Array.from({ length: count }, () => random.below(10 ** random.between(1, 14)));
  return { rx: some(6), tx: some(6), vfs: vfs.map(() => ({ rx: some(5), tx: some(3) })) };
}

describe('what is printed is read back as it was', () => {
  const FORMS: readonly (readonly [string, (record: LinkRecord, counters: LinkCounters | null) => string])[] = [
    ['text', (record, counters) => linkText(record, counters)],
    ['text of an old tool', (record, counters) => linkText(record, counters, { isOld: true })],
    ['JSON', linkJson],
  ];

  it.each(FORMS)('%s, of 500 random cards, with and without counters', (_, print) => {
    const random = new Random(SEED);
    for (let index = 0; index < 500; index++) {
      const record = randomRecord(random);
      const counters = random.chance(0.5) ? randomCounters(random, record) : null;
      const { link: read, unread } = readLink(print(record, counters));
      expect(read, `seed ${SEED}, card ${index}`).toEqual(record);
      expect(unread).toEqual([]);
    }
  });

  it('a switch that takes what was read of another shows the same, in every form', () => {
    const random = new Random(SEED);
    for (let index = 0; index < 200; index++) {
      const name = random.pick(NIC_NAMES);
      const bench = randomBench(random, name, () => true);
      for (const [form, print] of FORMS) {
        const text = print(recordOf(bench.nic), countersOf(bench.nic));
        const copy = new SrIovBench(name, stacking(bench), 0);
        copy.must(...importLink(text).changes);
        expect(print(recordOf(copy.nic), null), `seed ${SEED}, card ${index}, ${form}`).toBe(
          print(recordOf(bench.nic), null),
        );
      }
    }
  });

  it('a switch as commands: read again they make the same settings', () => {
    const random = new Random(SEED);
    for (let index = 0; index < 300; index++) {
      const name = random.pick(NIC_NAMES);
      const bench = randomBench(random, name, ({ kind }) => !kind.startsWith('request') && kind !== 'link');
      const copy = new SrIovBench(name, stacking(bench), 0);
      for (const answer of readCommands(srIovConsole.print(bench.nic).join('\n'), copy.nic)) {
        if (answer.kind !== 'change') throw new Error(JSON.stringify(answer));
        copy.must(...answer.changes);
      }
      expect(copy.nic.functions, `seed ${SEED}, card ${index}`).toEqual(bench.nic.functions);
      expect([copy.nic.isVepa, copy.nic.truePromisc]).toEqual([bench.nic.isVepa, bench.nic.truePromisc]);
      expect(copy.nic.fdb.entries(0)).toEqual(bench.nic.fdb.entries(0));
      expect(changesFor(copy.nic)).toEqual(changesFor(bench.nic));
    }
  });

  it('each change that is a command on the host: read again it is itself', () => {
    const random = new Random(SEED);
    let commands = 0;
    for (let index = 0; index < 3000; index++) {
      const change = randomChange(random);
      const line = printChange(change, 'ens1f0');
      if (line === null) continue;
      const answer = readCommands(line)[0]!;
      if (answer.kind === 'wrong') {
        // Values that the tool itself refuses.
        expect(line).toMatch(/vlan 5000|min_tx_rate|hwmode bridge|state on$/);
        continue;
      }
      commands++;
      expect(answer, line).toMatchObject({ kind: 'change' });
      expect(answer.kind === 'change' && answer.changes.map(whole), line).toEqual([whole(change)]);
    }
    expect(commands).toBeGreaterThan(1000);
  });
});

/** Without what is said by leaving it out. */
function whole(change: SrIovChange): object {
  if (change.kind === 'vf-vlan') return { qos: 0, proto: '802.1Q', ...change };
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== false));
}

/** A card's way with tags is its own, not a setting that is shown. */
function stacking({ nic }: SrIovBench): SrIovChange[] {
  return nic.guestTag === 'stack' ? [{ kind: 'guest-tag', value: 'stack' }] : [];
}

/** With its cable in: without it ixgbe takes no rates. */
function randomBench(random: Random, name: NicName, isMeant: (change: SrIovChange) => boolean): SrIovBench {
  const bench = new SrIovBench(name, [], random.below(4));
  for (let left = random.below(30); left > 0; left--) {
    const change = randomChange(random);
    if (isMeant(change)) bench.change(change);
  }
  bench.must({ kind: 'link', port: 'wire', up: true });
  return bench;
}

// --- Pasted from real machines

describe('what was pasted', () => {
  it('of another card, with a name of its own and other devices about it', () => {
    const text = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
6: enp3s0f0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq master br0 state UP mode DEFAULT group default qlen 1000
    link/ether 14:05:0a:f5:ac:36 brd ff:ff:ff:ff:ff:ff
    vf 0 MAC 14:05:0a:f5:ac:36, vlan 3, spoof checking on, link-state auto
    vf 1     link/ether 5a:e7:88:25:ea:a0 brd ff:ff:ff:ff:ff:ff, vlan 100, qos 3, spoof checking on, link-state auto, trust off, query_rss off
    altname eno1
`;
    const { changes, unread, untold } = importLink(text);
    expect(unread).toEqual([]);
    expect(untold).toEqual([
      { code: 'other-device', about: 'lo' },
      { code: 'mac-origin', about: 'enp3s0f0' },
    ]);
    expect(changes.flatMap((change) => printChange(change, 'enp3s0f0') ?? [])).toEqual([
      'echo 2 > /sys/class/net/enp3s0f0/device/sriov_numvfs',
      'ip link set enp3s0f0 vf 0 mac 14:05:0a:f5:ac:36',
      'ip link set enp3s0f0 vf 0 vlan 3',
      'ip link set enp3s0f0 vf 0 spoofchk on',
      'ip link set enp3s0f0 vf 1 mac 5a:e7:88:25:ea:a0',
      'ip link set enp3s0f0 vf 1 vlan 100 qos 3',
      'ip link set enp3s0f0 vf 1 spoofchk on',
    ]);
  });

  it('what says nothing is handed back, and what cannot be had is told', () => {
    const text = `root@host:~# ip link show eth0
4: eth0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc mq state DOWN mode DEFAULT group default qlen 1000
    link/ether 14:05:0a:f5:ac:36 brd ff:ff:ff:ff:ff:ff
    vf 0     link/ether 00:00:00:00:00:00 brd ff:ff:ff:ff:ff:ff, spoof checking off, NODE_GUID 00:00:00:00:00:00:00:00, PORT_GUID 00:00:00:00:00:00:00:00, link-state auto, colour blue
`;
    const { changes, unread, untold } = importLink(text);
    expect(unread.map(({ line }) => line)).toEqual([1, 4]);
    expect(untold).toEqual([
      { code: 'guid', about: 'eth0 vf 0' },
      { code: 'no-carrier', about: 'eth0' },
    ]);
    expect(changes).toContainEqual({ kind: 'vf-setting', vf: 0, setting: 'spoofchk', value: 'off' });
  });

  it.each(['max_tx', 'max_tx_rate'])('JSON with %s', (key) => {
    const text = `[{"ifname":"eth0","flags":["UP"],"vfinfo_list":[{"vf":0,"mac":"02:00:00:00:00:01","vlan_list":[{}],"rate":{"${key}":100}}]}]`;
    expect(changesOf(readLink(text).link!)).toContainEqual({ kind: 'vf-rate', vf: 0, min: 0, max: 100 });
  });

  it.each([
    '',
    '[',
    '[1,null,"x"]',
    '[{"vfinfo_list":[{"vf":0}]}]',
    '{}',
    'vf 0 MAC 02:00:00:00:00:01',
    '\u0000\n\r\n',
  ])('nonsense does not throw: %j', (text) => {
    const { changes } = importLink(text);
    expect(changes.filter(({ kind }) => kind !== 'numvfs' && kind !== 'link')).toEqual([]);
  });

  it('nor does any text that looks a little like it', () => {
    const random = new Random(SEED);
    const good = linkText(randomRecord(random), null);
    for (let index = 0; index < 2000; index++) {
      const at = random.below(good.length);
      const text =
        good.slice(0, at) + random.pick(['', ',', '\n', 'vf ', '9', '\u3042']) + good.slice(at + random.below(4));
      importLink(text);
      readCommands(text);
    }
  });
});
