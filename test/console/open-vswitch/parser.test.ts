/**
 * Command lines of Open vSwitch by hand: what they ask of a switch, what is printed of a configuration, what no text does.
 */
import { describe, expect, it } from 'vitest';
import type { OvsStep } from '../../../src/console/open-vswitch/changes.ts';
import { EMPTY_DATABASE, portNumbers, type OvsDatabase } from '../../../src/console/open-vswitch/database.ts';
import { parseCommand, parseScript, type OvsContext } from '../../../src/console/open-vswitch/parser.ts';
import { printChange, printDatabase } from '../../../src/console/open-vswitch/print.ts';
import { shellWords } from '../../../src/console/open-vswitch/shell-words.ts';
import { applyChange, findPort } from '../../../src/switch/profiles/open-vswitch/change.ts';
import { createBridge } from '../../../src/switch/profiles/open-vswitch/configuration.ts';
import { Programs } from '../../../src/switch/profiles/open-vswitch/pipeline.ts';
import { mac } from '../../../src/wire/mac-address.ts';
import { Random } from '../../random.ts';
import { asLine, randomDatabase, randomWords } from './random-lines.ts';

const MAC = mac('02:00:00:00:00:01');
const CONTEXT: OvsContext = { macOf: () => MAC };

function done(
  text: string,
  database: OvsDatabase = EMPTY_DATABASE,
  context = CONTEXT,
): { database: OvsDatabase; steps: readonly OvsStep[] } {
  const answer = parseScript(text, database, context);
  if ('complaint' in answer) expect.fail(`${text}: ${JSON.stringify(answer)}`);
  return answer;
}

const { database: BASE } = done(`
ovs-vsctl add-br br0
ovs-vsctl add-port br0 p1 tag=10 -- set interface p1 ofport_request=1
ovs-vsctl add-port br0 p2 trunks=10,20
ovs-vsctl add-port br0 p3
`);

/** What is asked of `br0`. */
function changes(line: string): unknown[] {
  return done(line, BASE).steps.map((step) => (step.kind === 'change' ? step.change : step));
}

describe('a bridge that is set up', () => {
  it('is asked for port by port', () => {
    const { steps } = done(
      'ovs-vsctl add-br br0 -- set bridge br0 fail_mode=secure\nsudo ovs-vsctl add-port br0 p1 tag=10 # a guest',
    );
    expect(steps).toEqual([
      { kind: 'add-br', bridge: 'br0' },
      { kind: 'change', bridge: 'br0', change: { kind: 'bridge', columns: { fail_mode: 'secure' } } },
      { kind: 'change', bridge: 'br0', change: { kind: 'add-port', port: 'p1', mac: MAC, ofport: null } },
      { kind: 'change', bridge: 'br0', change: { kind: 'port', port: 'p1', columns: { tag: 10 } } },
    ]);
  });

  it('gives its ports the numbers that they ask for, and the others the lowest that are free', () => {
    const { database } = done('ovs-vsctl add-port br0 p4 -- set interface p4 ofport_request=2', BASE);
    expect(portNumbers(database.bridges[0]!)).toEqual({ br0: 65_534, p1: 1, p4: 2, p2: 3, p3: 4 });
  });

  it('in one line is one transaction: a mistake at its end undoes the rest', () => {
    expect(parseCommand('ovs-vsctl add-port br0 p9 -- set port p9 tag=5000', BASE, CONTEXT)).toMatchObject({
      complaint: 'ovs-vsctl: constraint violation: 5000 is not in the valid range 0 to 4095 (inclusive)',
      found: '5000',
      at: 45,
    });
  });
});

describe('a line asks of the switch', () => {
  it.each([
    ['ovs-vsctl set port p3 trunks=10,20', [{ kind: 'port', port: 'p3', columns: { trunks: [10, 20] } }]],
    ['ovs-vsctl clear port p2 trunks', [{ kind: 'port', port: 'p2', columns: { trunks: [] } }]],
    ['ovs-vsctl clear port p1 tag', [{ kind: 'port', port: 'p1', columns: { tag: null } }]],
    ['ovs-vsctl remove port p2 trunks 20', [{ kind: 'port', port: 'p2', columns: { trunks: [10] } }]],
    [
      'ovs-vsctl set port p3 tag=100 vlan_mode=dot1q-tunnel cvlans=30,40 other_config:qinq-ethtype=802.1q',
      [
        {
          kind: 'port',
          port: 'p3',
          columns: {
            tag: 100,
            vlan_mode: 'dot1q-tunnel',
            cvlans: [30, 40],
            other_config: { 'qinq-ethtype': '802.1q' },
          },
        },
      ],
    ],
    [
      'ovs-vsctl set port p1 protected=true other_config:priority-tags=if-nonzero',
      [{ kind: 'port', port: 'p1', columns: { protected: true, other_config: { 'priority-tags': 'if-nonzero' } } }],
    ],
    [
      'ovs-vsctl set bridge br0 other_config:mac-aging-time=60 other_config:forward-bpdu=true flood_vlans=99',
      [
        {
          kind: 'bridge',
          columns: { flood_vlans: [99], other_config: { 'mac-aging-time': '60', 'forward-bpdu': 'true' } },
        },
      ],
    ],
    ['ovs-vsctl set Open_vSwitch . other_config:vlan-limit=2', [{ kind: 'vlan-limit', limit: 2 }]],
    ['ovs-vsctl del-port p3', [{ kind: 'del-port', port: 'p3' }]],
    ['ovs-vsctl del-br br0', [{ kind: 'del-br', bridge: 'br0' }]],
    ['ovs-vsctl --may-exist add-br br0', []],
    ['ovs-vsctl set interface p1 type=internal', []],
    [
      'ovs-vsctl -- --id=@p1 get port p1 -- --id=@p2 get port p2 -- --id=@m create mirror name=m0 select-src-port=@p1 select-dst-port=@p1 output-port=@p2 -- set bridge br0 mirrors=@m',
      [{ kind: 'mirrors', mirrors: [{ select_src_port: ['p1'], select_dst_port: ['p1'], output_port: 'p2' }] }],
    ],
    ['ovs-ofctl mod-port br0 p2 no-flood', [{ kind: 'mod-port', port: 'p2', word: 'no-flood' }]],
    ['ovs-ofctl mod-port br0 2 down', [{ kind: 'mod-port', port: 'p2', word: 'down' }]],
    [
      'ovs-appctl fdb/add br0 p1 10 02:00:00:00:00:33',
      [{ kind: 'fdb', port: 'p1', vid: 10, mac: '02:00:00:00:00:33' }],
    ],
    ['ovs-appctl fdb/del br0 10 02:00:00:00:00:33', [{ kind: 'fdb-del', vid: 10, mac: '02:00:00:00:00:33' }]],
    ['ovs-appctl fdb/flush br0', [{ kind: 'fdb-flush' }]],
    ['ovs-appctl fdb/stats-clear br0', []],
    ['', []],
    ['# nothing', []],
  ])('%s', (line, expected) => {
    expect(changes(line)).toEqual(expected);
  });

  it('flows, with names of its ports', () => {
    expect(changes('ovs-ofctl add-flow br0 "priority=5, in_port=p2, actions=output:p3"')).toMatchObject([
      { kind: 'flows', replaces: false, flows: [{ priority: 5, actions: [{ kind: 'output', port: 3 }] }] },
    ]);
    expect(changes('ovs-ofctl --strict del-flows br0 priority=5,in_port=p2')).toMatchObject([
      { kind: 'del-flows', selections: [{ priority: 5, table: null }] },
    ]);
    expect(changes('ovs-ofctl -O OpenFlow13 add-flow br0 actions=push_vlan:0x8100,output:1')).toMatchObject([
      { flows: [{ actions: [{ kind: 'push_vlan' }, { kind: 'output' }] }] },
    ]);
  });

  it('the flows of a file, and what the file deletes, in order', () => {
    const files = { 'acl.txt': '# first\ndelete table=0\nip,actions=drop\narp,actions=normal\ndelete arp\n' };
    const { steps } = done('ovs-ofctl add-flows br0 acl.txt', BASE, { ...CONTEXT, files });
    const kinds = steps.map((step) => (step.kind === 'change' ? step.change.kind : step.kind));
    expect(kinds).toEqual(['del-flows', 'flows', 'del-flows']);
    expect(parseCommand('ovs-ofctl add-flows br0 no.txt', BASE, { ...CONTEXT, files })).toMatchObject({
      complaint: 'ovs-ofctl: no.txt: open failed (No such file or directory)',
      expected: 'acl.txt',
    });
    const bad = { 'acl.txt': 'ip,actions=drop\nnw_src=x,actions=drop\n' };
    expect(parseCommand('ovs-ofctl add-flows br0 acl.txt', BASE, { ...CONTEXT, files: bad })).toMatchObject({
      complaint: 'ovs-ofctl: acl.txt:2: x: invalid IP address',
    });
  });

  it('a key of a bridge that is removed gets its default back; of a port, all go and the rest comes back', () => {
    const { database } = done(
      'ovs-vsctl set bridge br0 other_config:mac-aging-time=60 -- set port p1 other_config:a=b other_config:priority-tags=always',
      BASE,
    );
    const steps = (line: string): unknown[] =>
      done(line, database).steps.map((step) => (step as { change: unknown }).change);
    expect(steps('ovs-vsctl clear bridge br0 other_config')).toEqual([
      { kind: 'bridge', columns: { other_config: { 'mac-aging-time': '300' } } },
    ]);
    expect(steps('ovs-vsctl remove port p1 other_config a')).toEqual([
      { kind: 'port', port: 'p1', columns: { other_config: null } },
      { kind: 'port', port: 'p1', columns: { other_config: { 'priority-tags': 'always' } } },
    ]);
  });
});

describe('what is asked for', () => {
  it('is done by the switch', () => {
    const bridge = createBridge('br0', MAC, new Programs());
    const script = [
      'ovs-vsctl add-br br0 -- set bridge br0 other_config:mac-aging-time=60 flood_vlans=99',
      'ovs-vsctl add-port br0 p1 tag=10',
      'ovs-vsctl add-port br0 p2 trunks=10,20 -- set interface p2 ofport_request=7',
      'ovs-vsctl set Open_vSwitch . other_config:vlan-limit=2',
      'ovs-vsctl -- --id=@p get port p1 -- --id=@m create mirror select_all=true output_port=@p -- set bridge br0 mirrors=@m',
      'ovs-ofctl mod-port br0 p2 no-flood',
      'ovs-ofctl add-flow br0 in_port=p2,actions=drop',
      'ovs-appctl fdb/add br0 p1 10 02:00:00:00:00:33',
    ];
    for (const step of done(script.join('\n')).steps) {
      if (step.kind === 'change') expect(applyChange(bridge, step.change, 0), JSON.stringify(step)).toBeNull();
    }
    expect(findPort(bridge, 'p1')).toMatchObject({ ofport: 1, columns: { tag: 10 }, isMirrorOutput: true });
    expect(findPort(bridge, 'p2')).toMatchObject({ ofport: 7, config: { flood: false } });
    expect(bridge.fdb.ageingTimeMs).toBe(60_000);
    expect(bridge.fdb.entries(0)).toMatchObject([{ mac: '02:00:00:00:00:33', vid: 10 }]);
    expect(bridge.settings.flows).toMatchObject([{ priority: 0 }, { text: 'in_port=p2,actions=drop' }]);
  });
});

describe('what is valid there and not modelled here is told apart:', () => {
  it.each([
    ['ovs-vsctl set bridge br0 stp_enable=true', 'true'],
    ['ovs-vsctl add-bond br0 bond0 p7 p8', 'add-bond'],
    ['ovs-vsctl set interface p1 type=vxlan', 'vxlan'],
    ['ovs-vsctl set port p1 bond_mode=active-backup', 'bond_mode=active-backup'],
    ['ovs-vsctl set interface p1 ofport_request=5', '5'],
    ['ovs-vsctl set QoS x a=b', 'QoS'],
    ['ovs-vsctl show', 'show'],
    ['ovs-ofctl dump-flows br0', 'dump-flows'],
    ['ovs-ofctl -O OpenFlow15 add-flow br0 actions=drop', 'OpenFlow15'],
    ['ovs-ofctl add-flow br0 actions=group:1', 'group'],
    ['ovs-appctl fdb/show br0', 'fdb/show'],
    ['ovs-appctl ofproto/trace br0 in_port=1', 'ofproto/trace'],
    ['ovs-appctl fdb/add br0 p1 5000 02:00:00:00:00:33', '5000'],
  ])('%s', (line, found) => {
    const problem = parseCommand(line, BASE, CONTEXT);
    expect(problem).toMatchObject({ field: 'unmodelled', complaint: '', found });
    if ('complaint' in problem) expect(line.slice(problem.at, problem.at + found.length)).toBe(found);
  });

  it('a program that is none of them is not found', () => {
    expect(parseCommand('brctl show', BASE, CONTEXT)).toMatchObject({ complaint: 'bash: brctl: command not found' });
  });
});

describe('a configuration', () => {
  it('is printed as commands', () => {
    const text = [
      'ovs-vsctl set Open_vSwitch . other_config:vlan-limit=2',
      "ovs-vsctl add-br br0 -- set bridge br0 fail_mode=secure 'other_config:hwaddr=a b'",
      'ovs-vsctl add-port br0 p1 tag=10 -- set interface p1 ofport_request=1 type=internal',
      'ovs-vsctl add-port br0 p2 trunks=10,20',
      'ovs-vsctl -- --id=@p1 get port p1 -- --id=@p2 get port p2 -- --id=@m create mirror name=m0 select_src_port=@p1 output_port=@p2 -- add bridge br0 mirrors @m',
    ];
    expect(printDatabase(done(text.join('\n')).database)).toEqual(text);
  });

  it('is the same when it is read again: 500 random ones, seed 51', () => {
    const random = new Random(51);
    for (let index = 0; index < 500; index++) {
      const database = randomDatabase(random);
      const lines = printDatabase(database);
      expect(done(lines.join('\n')).database, lines.join('\n')).toEqual(database);
    }
  });
});

describe('what stands in no database', () => {
  it.each([
    ['ovs-ofctl mod-port br0 p2 no-flood'],
    ['ovs-appctl fdb/add br0 p1 10 02:00:00:00:00:33'],
    ['ovs-appctl fdb/del br0 10 02:00:00:00:00:33'],
    ['ovs-appctl fdb/flush br0'],
    ["ovs-ofctl add-flow br0 'priority=5,tcp,in_port=p2,tp_dst=80 actions=mod_vlan_vid:5,output:p3'"],
    [
      "ovs-ofctl -O OpenFlow13 add-flow br0 'cookie=0x5,table=1,idle_timeout=30,ip actions=push_vlan:0x8100,set_field:4101->vlan_vid,output:p1'",
    ],
    ['ovs-ofctl del-flows br0'],
    ['ovs-ofctl del-flows br0 table=1,cookie=0x5/0xff,out_port=p2,ip,in_port=p1'],
    ['ovs-ofctl --strict del-flows br0 priority=5,ip'],
  ])('is printed again as %s', (line) => {
    const [step] = done(line, BASE).steps;
    const names = new Map(Object.entries(portNumbers(BASE.bridges[0]!)).map(([name, port]) => [port, name]));
    if (step?.kind !== 'change') expect.fail(line);
    expect(printChange('br0', step.change, names)).toEqual([line]);
  });
});

describe('words of a shell', () => {
  it.each([
    ['a  b', ['a', 'b']],
    [`'a b' "c d"`, ['a b', 'c d']],
    [`a'b'"c"d`, ['abcd']],
    [String.raw`a\ b "a\"b" 'a\b'`, ['a b', 'a"b', String.raw`a\b`]],
    [`"" ''`, ['', '']],
    ['a # b', ['a']],
    ['a#b', ['a#b']],
    [' ', []],
  ])('%s', (line, expected) => {
    expect(shellWords({ text: line, at: 0 })?.map(({ text }) => text)).toEqual(expected);
  });

  it.each([[`'a`], [`"a`], [String.raw`"a\"`]])('%s is not ended', (line) => {
    expect(shellWords({ text: line, at: 0 })).toBeNull();
    expect(parseCommand(line, BASE, CONTEXT)).toMatchObject({ field: 'quotation' });
  });
});

describe('no text makes it throw:', () => {
  it('5,000 random lines, and as many that are noise, seed 52', () => {
    const random = new Random(52);
    const words =
      'ovs-vsctl ovs-ofctl ovs-appctl add-br add-port set port br0 p1 -- --id=@x get create mirror tag=1 = : , [ ] { } " \' \\ # @ add-flow del-flows mod-port fdb/add -O -t constructor __proto__ toString';
    for (let index = 0; index < 5_000; index++) {
      const noise = Array.from({ length: random.below(12) }, () => random.pick(words.split(' '))).join(
        random.pick([' ', '']),
      );
      for (const line of [asLine(randomWords(random)), noise]) {
        expect(() => parseCommand(line, BASE, CONTEXT), line).not.toThrow();
      }
    }
  });
});
