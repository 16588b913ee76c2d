/**
 * Output that was pasted: what real tools printed of recorded bridges, and what ours print of random ones, becomes the same
 * bridge again; old formats; what no output could tell, and lines that nobody understands, are named.
 */
import { describe, expect, it } from 'vitest';
import { parseRuleset } from '../../../src/console/nft/parser.ts';
import { importOutput } from '../../../src/console/linux-bridge/import/import.ts';
import { readCommands } from '../../../src/console/linux-bridge/read.ts';
import { show } from '../../../src/console/linux-bridge/show/show.ts';
import { portsOf } from '../../../src/switch/profiles/linux-bridge/configuration.ts';
import type { LinuxBridge } from '../../../src/switch/profiles/linux-bridge/linux-bridge.ts';
import { isMalformed } from '../../../src/wire/malformed.ts';
import { Random } from '../../random.ts';
import { randomConfiguration } from '../../switch/fuzz/random-configuration.ts';
import { meaning } from '../nft/meaning.ts';
import { NAMES, recordingOf, Session } from './session.ts';
import { built, stateOf } from './states.ts';

const SEED = Number(process.env['SEED'] ?? 64_738);
const COUNT = Number(process.env['COUNT'] ?? 150);

/** Each of these tells all that it tells of everything. */
const WAYS: readonly (readonly string[])[] = [
  ['ip -d link show', 'bridge -d vlan show', 'bridge fdb show', 'nft list ruleset'],
  ['ip -d -j link show', 'bridge -j -d vlan show', 'bridge -j fdb show br br0', 'nft list ruleset'],
  ['bridge -d link show', 'ip -d link show', 'bridge -o -d vlan show', 'bridge fdb show br br0', 'nft list ruleset'],
];

function codes({ untold }: ReturnType<typeof importOutput>): string[] {
  return untold.map(({ code }) => code);
}

/** What one command shows. */
function shown(bridge: LinuxBridge, command: string): string {
  const [answer] = readCommands(command);
  if (answer?.kind !== 'show') return expect.fail(command);
  return show(bridge, answer.request, 0);
}

describe('recorded output of the real tools', () => {
  it.each(NAMES.filter((name) => name !== 'refused'))('%s: is understood to the last line', (name) => {
    for (const { run, out } of recordingOf(name).steps) {
      if (run === undefined || out === undefined || /-br |showmacs|-s /.test(run)) continue;
      expect(importOutput(`$ ${run}\n${out}`).unread, run).toEqual([]);
    }
  });

  it.each(NAMES.filter((name) => name !== 'refused'))('%s: becomes the bridge that its commands have made', (name) => {
    const recording = recordingOf(name);
    const session = new Session(recording);
    for (const step of recording.steps) session.play(step);
    const outputs = ['ip -d link show', 'bridge -d vlan show', 'bridge fdb show'].map(
      (command) => recording.steps.find(({ run }) => run === command)!.out,
    );
    const { changes } = importOutput(outputs.join(''));
    expect(stateOf(built(changes))).toEqual(stateOf(session.bridge));
  });
});

function randomBridge(random: Random): LinuxBridge {
  for (;;) {
    const bridge = randomConfiguration(random).make() as LinuxBridge;
    if (bridge.id === 'linux-bridge') return bridge;
  }
}

function rulesListedBy(bridge: LinuxBridge, { unread }: ReturnType<typeof importOutput>): unknown {
  const missed = new Set(unread.map(({ text }) => text));
  const listed = shown(bridge, 'nft list ruleset').split('\n');
  const rules = parseRuleset(listed.filter((line) => !missed.has(line)).join('\n'));
  return isMalformed(rules) ? rules : meaning(rules);
}

describe('output of our own', () => {
  it.each(WAYS)(`of ${COUNT} random bridges becomes the same bridges: %s …, seed ${SEED}`, (...commands) => {
    const random = new Random(SEED);
    for (let left = COUNT; left > 0; left--) {
      const bridge = randomBridge(random);
      const text = commands.map((command) => `${shown(bridge, command)}\n`).join('');
      const imported = importOutput(text);
      // Rules are what nft makes of its own listing, which is not all that there was: see test/console/nft/.
      expect(
        imported.unread.filter(({ problem }) => problem === undefined),
        text,
      ).toEqual([]);
      const again = stateOf(built(imported.changes));
      expect(again, text).toEqual({ ...stateOf(bridge), rules: rulesListedBy(bridge, imported) });
    }
  });
});

describe('old formats', () => {
  const wanted = ['1 PVID Egress Untagged', '10', '20-30'];
  const formats: readonly (readonly [string, string])[] = [
    [
      'iproute2 6',
      'port              vlan-id  \neth0              1 PVID Egress Untagged\n                  10\n                  20-30\nbr0               1 PVID Egress Untagged\n',
    ],
    ['tabs', 'port\tvlan ids\neth0\t 1 PVID Egress Untagged\n\t 10\n\t 20-30\n\nbr0\t 1 PVID Egress Untagged\n\n'],
    [
      'a name on a line of its own',
      'port\tvlan ids\neth0\n\t 1 PVID Egress Untagged\n\t 10\n\t 20-30\nbr0\t 1 PVID Egress Untagged\n',
    ],
    [
      'an object by ports, in one word',
      '{"eth0":[{"vlan":1,"flags":["PVID","EgressUntagged"]},{"vlan":10},{"vlan":20,"vlanEnd":30}],"br0":[{"vlan":1,"flags":["PVID","EgressUntagged"]}]}\n',
    ],
    [
      'JSON',
      '[{"ifname":"eth0","vlans":[{"vlan":1,"flags":["PVID","Egress Untagged"]},{"vlan":10},{"vlan":20,"vlanEnd":30,"flags":[]}]},{"ifname":"br0","vlans":[{"vlan":1,"flags":["PVID","Egress Untagged"]}]}]\n',
    ],
  ];

  it.each(formats)('%s', (_, text) => {
    const imported = importOutput(text);
    expect(imported.unread).toEqual([]);
    const bridge = built(imported.changes);
    const lines = shown(bridge, 'bridge -compressvlans vlan show').split('\n');
    expect(lines.slice(2, 5).map((line) => line.slice(18))).toEqual(wanted);
    expect(codes(imported)).toEqual([
      'bridge-name',
      'bridge-address',
      'addresses',
      'options',
      'filtering-on',
      'link-states',
      'vlan-states',
      'entries',
      'flags',
      'rules',
    ]);
  });

  it('a port without VLANs is told as None', () => {
    const bridge = built(importOutput('port\tvlan ids\neth0\tNone\nbr0\t 1 PVID Egress Untagged\n').changes);
    expect(portsOf(bridge)[0]!.memberSet()).toEqual([]);
  });

  it('brctl show tells the bridge, its address and its ports', () => {
    const text =
      'bridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr0\t\t8000.02256ed6046b\tno\t\tv0\n\t\t\t\t\t\t\tv1\nbr1\t\t8000.000000000000\tno\t\t\n';
    const imported = importOutput(text);
    expect(imported.unread).toEqual([]);
    expect(imported.untold).toContainEqual({ code: 'other-bridge', about: 'br1' });
    const bridge = built(imported.changes);
    expect([bridge.hostPort.mac, ...portsOf(bridge).map(({ name }) => name)]).toEqual([
      '02:25:6e:d6:04:6b',
      'v0',
      'v1',
    ]);
  });
});

describe('what could not be had', () => {
  it('entries of one device, without their device, need the command in front of them', () => {
    const lines = '02:00:00:00:00:60 master br0 static\nee:00:00:00:00:01 master br0 permanent\n';
    expect(importOutput(lines).unread.map(({ line }) => line)).toEqual([1, 2]);
    const imported = importOutput(`# bridge fdb show dev p1\n${lines}`);
    expect(imported.unread).toEqual([]);
    expect(imported.changes.filter(({ kind }) => kind === 'fdb')).toMatchObject([
      { port: 'p1', state: 'static' },
      { port: 'p1', state: 'local', replace: true },
    ]);
  });

  it('lines that nobody understands are named with their numbers, and the others are read', () => {
    const text =
      'port              vlan-id  \np1                1 PVID Egress Untagged\n何か\np2                5\n\n{"broken":\nbr0               1\n';
    const imported = importOutput(text);
    expect(imported.unread).toEqual([
      { line: 3, text: '何か' },
      { line: 6, text: '{"broken":' },
    ]);
    expect(portsOf(built(imported.changes)).map(({ name }) => name)).toEqual(['p1', 'p2']);
  });

  it('a rule that cannot be read is named with what is wrong, and the others are read', () => {
    const text = 'table bridge f {\n\tchain c {\n\t\tip saddr 10.0.0.1 drop\n\t\tip saddr 10.0.0.300 drop\n\t}\n}\n';
    const { changes, unread } = importOutput(text);
    expect(unread).toMatchObject([{ line: 4, problem: { protocol: 'nft', found: '10.0.0.300' } }]);
    expect(changes).toMatchObject([{ kind: 'rules', ruleset: { tables: [{ chains: [{ rules: [{}] }] }] } }]);
    expect(importOutput(text.replace('chain c', 'chain 5 c')).unread.map(({ line }) => line)).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
  });

  it('a command that changes something is no output', () => {
    expect(
      importOutput('$ bridge vlan add dev p1 vid 10\n$ bridge vlan show\n').unread.map(({ line }) => line),
    ).toEqual([1]);
  });

  it('what is not modelled is named', () => {
    const text = `4: v0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master br0 state forwarding priority 32 cost 2 
    hairpin off guard on root_block off fastleave off learning on flood on mcast_flood on bcast_flood on mcast_router 2 mcast_to_unicast off neigh_suppress off vlan_tunnel off isolated off locked off 
`;
    expect(importOutput(text).untold.filter(({ code }) => code === 'unmodelled')).toEqual([
      { code: 'unmodelled', about: 'v0 guard on' },
      { code: 'unmodelled', about: 'v0 mcast_router 2' },
    ]);
  });

  it('nothing, of nothing', () => {
    for (const text of ['', '\n\n', '[]\n', 'port              vlan-id  \n']) {
      expect(importOutput(text)).toMatchObject({ changes: [], unread: [] });
    }
  });

  it('20,000 texts made of pieces of outputs throw nothing, and no line is lost silently', () => {
    const random = new Random(SEED);
    const lines = NAMES.flatMap((name) => recordingOf(name).steps.flatMap(({ out }) => (out ?? '').split('\n')));
    const junk = [
      '{',
      '}',
      '[',
      ']',
      '[{"ifname":"p1","vlans":[{"vlan":9999}]}]',
      'p1\t5',
      '\\',
      '\u0000',
      'table bridge f {',
    ];
    for (let left = 20_000; left > 0; left--) {
      const text = Array.from({ length: random.between(1, 8) }, () => {
        const line = random.chance(0.2) ? random.pick(junk) : random.pick(lines);
        return random.chance(0.2) ? line.slice(random.below(10), random.below(line.length + 1)) : line;
      });
      const { unread } = importOutput(text.join('\n'));
      for (const { line, text: told } of unread) expect(text.join('\n').split('\n')[line - 1]).toBe(told);
    }
  });
});
