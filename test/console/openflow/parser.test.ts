/**
 * The flow language by hand: what a flow becomes, where a mistake is and what would be right, and that no text makes it throw.
 */
import { describe, expect, it } from 'vitest';
import { parseDump } from '../../../src/console/openflow/dump.ts';
import type { FlowContext } from '../../../src/console/openflow/flow-reader.ts';
import { formatFlow } from '../../../src/console/openflow/flow-text.ts';
import { parseDeletion, parseFlow, parseFlows } from '../../../src/console/openflow/parser.ts';
import { isUnmodelled, type FlowProblem } from '../../../src/console/openflow/problem.ts';
import type { Flow, FlowAction, FlowTest } from '../../../src/filter/flow.ts';
import { toHex } from '../../../src/wire/bytes.ts';
import { Random } from '../../random.ts';
import { randomFlow, randomSelection } from './random-flows.ts';

function flowOf(text: string, context: FlowContext = {}): Flow {
  const answer = parseFlow(text, context);
  if ('complaint' in answer) expect.fail(`${text}: ${JSON.stringify(answer)}`);
  return answer;
}

function problemOf(text: string, context: FlowContext = {}): FlowProblem {
  const answer = parseFlow(text, context);
  if (!('complaint' in answer)) expect.fail(`taken: ${text}`);
  return answer;
}

/** Of OpenFlow 1.3. */
function newActions(text: string): readonly FlowAction[] {
  return flowOf(text, { version: 'OpenFlow13' }).actions;
}

/** The lines of a file, or its complaint. */
function printedFile(text: string): string[] {
  const commands = parseFlows(text);
  if ('complaint' in commands) return [commands.complaint];
  return commands.map((command) => (command.kind === 'add' ? formatFlow(command.flow) : ''));
}

/** `eth_type=0800`, `vlan_tci=100a/1fff` */
function testsOf({ match }: Flow): string[] {
  return match.map(({ field, value, mask }: FlowTest) => {
    const isWhole = mask.every((byte) => byte === 0xff);
    return `${field}=${toHex(value)}${isWhole ? '' : `/${toHex(mask)}`}`;
  });
}

describe('a match becomes tests of bits:', () => {
  it.each([
    ['', []],
    ['in_port=3', ['in_port=0003']],
    ['in_port=LOCAL', ['in_port=fffe']],
    ['dl_src=2:0:0:0:0:a', ['eth_src=02000000000a']],
    ['eth_dst=01:00:5e:00:00:07/01:00:00:00:00:00', ['eth_dst=010000000000/010000000000']],
    ['dl_vlan=10', ['vlan_tci=100a/1fff']],
    ['dl_vlan=10,dl_vlan_pcp=5', ['vlan_tci=b00a']],
    ['dl_vlan_pcp=5', ['vlan_tci=b000/f000']],
    ['dl_vlan=0xffff', ['vlan_tci=0000']],
    ['vlan_tci=0x1000/0x1000', ['vlan_tci=1000/1000']],
    ['vlan_vid=0x100a', ['vlan_tci=100a/1fff']],
    ['ip,nw_src=10.0.0.7/24', ['eth_type=0800', 'ip_src=0a000000/ffffff00']],
    ['ip,nw_dst=10.0.0.7/255.0.0.255', ['eth_type=0800', 'ip_dst=0a000007/ff0000ff']],
    ['arp,nw_src=10.0.0.7,arp_op=1', ['eth_type=0806', 'arp_op=0001', 'arp_spa=0a000007']],
    ['tcp,tp_dst=80', ['eth_type=0800', 'ip_proto=06', 'tp_dst=0050']],
    ['tcp,tcp_dst=80', ['eth_type=0800', 'ip_proto=06', 'tp_dst=0050']],
    ['udp,tp_dst=0x50/0xfffe', ['eth_type=0800', 'ip_proto=11', 'tp_dst=0050/fffe']],
    ['icmp,icmp_type=8,icmp_code=0', ['eth_type=0800', 'ip_proto=01', 'tp_src=0008', 'tp_dst=0000']],
    ['icmp6,icmpv6_type=135', ['eth_type=86dd', 'ip_proto=3a', 'tp_src=0087']],
    ['ip,nw_tos=32,nw_ecn=1', ['eth_type=0800', 'ip_tos=21']],
    ['ip,ip_dscp=8', ['eth_type=0800', 'ip_tos=20/fc']],
    ['ip,ip_frag=no', ['eth_type=0800', 'ip_frag=00/03']],
    ['ip,ip_frag=yes', ['eth_type=0800', 'ip_frag=01/01']],
    ['ip,ip_frag=first', ['eth_type=0800', 'ip_frag=01/03']],
    ['ip,ip_frag=later', ['eth_type=0800', 'ip_frag=03/03']],
    ['ip,ip_frag=not_later', ['eth_type=0800', 'ip_frag=00/02']],
    ['ct_state=+trk-new', ['ct_state=20/21']],
    ['ct_state=trk|new', ['ct_state=21']],
    ['ct_state=0x21/0x23', ['ct_state=21/23']],
    ['tcp,tcp_flags=+syn-ack', ['eth_type=0800', 'ip_proto=06', 'tcp_flags=0002/0012']],
    ['ct_zone=5,ct_mark=0x1/0xf', ['ct_zone=0005', 'ct_mark=00000001/0000000f']],
    ['ipv6,ipv6_src=fe80::1/16', ['eth_type=86dd', `ipv6_src=fe80${'0'.repeat(28)}/ffff${'0'.repeat(28)}`]],
    ['metadata=5,reg3=0x10', ['metadata=0000000000000005', 'reg3=00000010']],
    ['dl_vlan=*,nw_src=0.0.0.0/0', []],
  ])('%s', (match, expected) => {
    expect(testsOf(flowOf(`${match},actions=drop`))).toEqual(expected);
  });

  it('a port by its name, quoted or not', () => {
    const ports = { p1: 1, 'vm.1': 7 };
    expect(testsOf(flowOf('in_port=p1,actions=drop', { ports }))).toEqual(['in_port=0001']);
    expect(testsOf(flowOf('in_port="vm.1",actions=drop', { ports }))).toEqual(['in_port=0007']);
    expect(flowOf('actions=output:vm.1', { ports }).actions).toEqual([{ kind: 'output', port: 7 }]);
    expect(problemOf('in_port=toString,actions=drop', { ports })).toMatchObject({
      field: 'port',
      expected: 'p1, vm.1',
    });
  });

  it('what a later word says of the same bits counts', () => {
    expect(testsOf(flowOf('dl_vlan=10,vlan_tci=0,actions=drop'))).toEqual(['vlan_tci=0000']);
    expect(testsOf(flowOf('tcp,arp,actions=drop'))).toEqual(['eth_type=0806', 'arp_op=0006']);
  });
});

describe('a field that the packet type does not have is dropped, and the tool logs it:', () => {
  it.each([
    ['tp_dst=80', 'tp_dst=80', ''],
    ['nw_src=10.0.0.1', 'nw_src=10.0.0.1', ''],
    ['ip,tp_dst=80', 'ip,tp_dst=80', 'ip'],
    ['arp,nw_tos=4', 'arp,nw_tos=4', 'arp'],
    ['ip,ipv6_src=::1', 'ip', 'ip'],
  ])('%s', (match, before, after) => {
    const logged: unknown[] = [];
    const flow = flowOf(`${match},actions=drop`, { onNormalized: (change) => logged.push(change) });
    expect(logged).toEqual([{ before, after }]);
    expect(formatFlow(flow)).toBe(`${after}${after === '' ? '' : ' '}actions=drop`);
  });

  it('TCP flags and fragments go without a word', () => {
    const logged: unknown[] = [];
    const flow = flowOf('tcp_flags=+syn,ip_frag=no,actions=drop', { onNormalized: (change) => logged.push(change) });
    expect(logged).toEqual([]);
    expect(flow.match).toEqual([]);
  });
});

describe('actions', () => {
  it.each<[string, FlowAction[]]>([
    ['drop', []],
    ['', []],
    ['NORMAL', [{ kind: 'output', port: 'normal' }]],
    [
      'flood,all,local,in_port',
      ['flood', 'all', 'local', 'in_port'].map((port) => ({ kind: 'output', port }) as FlowAction),
    ],
    [
      'output:3,4',
      [
        { kind: 'output', port: 3 },
        { kind: 'output', port: 4 },
      ],
    ],
    ['resubmit(,2)', [{ kind: 'resubmit', port: null, table: 2 }]],
    ['resubmit:3', [{ kind: 'resubmit', port: 3, table: null }]],
    ['resubmit(3,2)', [{ kind: 'resubmit', port: 3, table: 2 }]],
    [
      'mod_vlan_vid:10,mod_vlan_pcp:5',
      [
        { kind: 'mod_vlan_vid', vid: 10 },
        { kind: 'mod_vlan_pcp', pcp: 5 },
      ],
    ],
    ['strip_vlan', [{ kind: 'pop_vlan' }]],
    ['dec_ttl', [{ kind: 'dec_ttl' }]],
    [
      'set_field:0xb00a->vlan_tci',
      [
        { kind: 'mod_vlan_vid', vid: 10 },
        { kind: 'mod_vlan_pcp', pcp: 5 },
      ],
    ],
    ['set_field:0->vlan_tci', [{ kind: 'pop_vlan' }]],
  ])('%s', (actions, expected) => {
    expect(flowOf(`actions=${actions}`).actions).toEqual(expected);
  });

  it.each([
    ['mod_dl_src:2:0:0:0:0:1', 'eth_src', '020000000001', 'ffffffffffff', undefined],
    ['set_field:02:00:00:00:00:01->eth_src', 'eth_src', '020000000001', 'ffffffffffff', undefined],
    ['load:0x5->NXM_OF_VLAN_TCI[0..11]', 'vlan_tci', '0005', '0fff', 'load'],
    ['set_field:0x30/0xf0->reg1', 'reg1', '00000030', '000000f0', 'load'],
    ['load:3->NXM_NX_REG1[4..7]', 'reg1', '00000030', '000000f0', 'load'],
  ] as const)('%s writes bits of a field', (action, field, value, mask, spelling) => {
    const [set, ...more] = flowOf(`actions=${action}`).actions;
    expect(more).toEqual([]);
    expect(set).toMatchObject({ kind: 'set_field', field, ...(spelling === undefined ? {} : { spelling }) });
    if (set?.kind === 'set_field') expect([toHex(set.value), toHex(set.mask)]).toEqual([value, mask]);
  });

  it('of OpenFlow 1.0 know no goto_table and no push_vlan', () => {
    expect(flowOf('actions=goto_table:1').actions).toEqual([{ kind: 'resubmit', port: null, table: 1 }]);
    expect(problemOf('actions=push_vlan:0x8100,output:1')).toMatchObject({
      field: 'version',
      complaint:
        'ovs-ofctl: none of the usable flow formats (OXM,OpenFlow11) is among the allowed flow formats (OpenFlow10,NXM)',
      expected: '-O OpenFlow13, -O OpenFlow14',
    });
  });

  it('of OpenFlow 1.3 push a tag before they write one that need not be there', () => {
    const [push, set] = [
      { kind: 'push_vlan', tpid: 0x8100 },
      { kind: 'mod_vlan_vid', vid: 10 },
    ] as const;
    expect(newActions('actions=mod_vlan_vid:10')).toEqual([push, set]);
    expect(newActions('dl_vlan=1,actions=mod_vlan_vid:10')).toEqual([set]);
    expect(newActions('actions=push_vlan:0x88a8,set_field:4106->vlan_vid')).toEqual([{ ...push, tpid: 0x88a8 }, set]);
    expect(newActions('actions=goto_table:1')).toEqual([{ kind: 'goto_table', table: 1 }]);
  });

  it('ct, with what it does on commit', () => {
    const { actions } = flowOf('ip,actions=ct(commit,zone=5,table=1,exec(set_field:7->ct_mark))');
    expect(actions).toMatchObject([{ kind: 'ct', commit: true, force: false, zone: 5, table: 1 }]);
    expect(formatFlow(flowOf('ip,actions=ct(table=1)'))).toBe('ip actions=ct(table=1)');
  });
});

describe('of a flow', () => {
  it('table, priority, cookie, timeouts and the text are kept', () => {
    const text = ' table=2, priority=7, cookie=0x12, idle_timeout=30, hard_timeout=60, arp, actions=NORMAL ';
    expect(flowOf(text)).toMatchObject({ table: 2, priority: 7, cookie: '0x12', idleTimeoutS: 30, hardTimeoutS: 60 });
    expect(flowOf(text).text).toBe(text.trim());
    expect(flowOf('actions=drop')).toEqual({
      table: 0,
      priority: 32_768,
      cookie: '0x0',
      match: [],
      actions: [],
      text: 'actions=drop',
    });
  });
});

describe("a mistake is told with its place, the tool's own words and what would be right:", () => {
  it.each([
    ['nonsense=1,actions=drop', 'nonsense', 'ovs-ofctl: unknown keyword nonsense', 'priority'],
    ['nonsense,actions=drop', 'nonsense', 'ovs-ofctl: field nonsense missing value', 'dl_src'],
    ['in_port=1', '', 'ovs-ofctl: must specify an action', 'actions=…'],
    ['ip,nw_src=10.0.0,actions=drop', '10.0.0', 'ovs-ofctl: 10.0.0: invalid IP address', '192.0.2.11'],
    [
      'ip,nw_src=10.0.0.0/33,actions=drop',
      '10.0.0.0/33',
      'ovs-ofctl: 10.0.0.0/33: IPv4 network prefix bits not between 0 and 32, inclusive',
      '/32',
    ],
    ['dl_src=1:2:3,actions=drop', '1:2:3', 'ovs-ofctl: 1:2:3: invalid Ethernet address', '00:00:5e:00:53:0a'],
    ['in_port=p9,actions=drop', 'p9', 'ovs-ofctl: p9: invalid or unknown port for in_port', ''],
    ['dl_vlan=70000,actions=drop', '70000', 'ovs-ofctl: 70000: value too large for 2-byte field dl_vlan', '4095'],
    ['priority=70000,actions=drop', '70000', 'ovs-ofctl: invalid priority "70000"', '65535'],
    ['table=256,actions=drop', '256', 'ovs-ofctl: unknown table "256"', '254'],
    ['actions=nonsense', 'nonsense', 'ovs-ofctl: unknown action nonsense', 'output:PORT'],
    ['actions=output:p9', 'p9', 'ovs-ofctl: p9: output to unknown port', ''],
    ['actions=mod_vlan_vid:4096', '4096', 'ovs-ofctl: 4096: not a valid VLAN VID', '4095'],
    [
      'actions=output:1,drop',
      'drop',
      'ovs-ofctl: "drop" must not be accompanied by any other action or instruction',
      '',
    ],
    ['ct_state=+foo,actions=drop', '+foo', 'ovs-ofctl: foo: unknown ct_state flag(s)', 'trk'],
    ['actions=set_field:1->foo', 'foo', 'ovs-ofctl: foo is not a valid OXM field name', 'eth_src'],
    [
      'actions=ct(table=1)',
      'ct',
      'ovs-ofctl: actions are invalid with specified match (OFPBAC_MATCH_INCONSISTENT)',
      'ip',
    ],
    [
      'table=3,actions=goto_table:2',
      '2',
      'ovs-ofctl: actions are invalid with specified match (OFPBIC_BAD_TABLE_ID)',
      '4〜254',
    ],
    [
      'tcp,ip_frag=later,tp_dst=80,actions=drop',
      'tcp,ip_frag=later,tp_dst=80,actions=drop',
      'OFPT_ERROR: OFPBMC_BAD_PREREQ',
      'not_later',
    ],
    ['table=254,actions=drop', 'table=254,actions=drop', 'OFPT_ERROR: OFPBRC_EPERM', '253'],
  ])('%s', (text, found, complaint, expected) => {
    const problem = problemOf(text);
    expect(problem).toMatchObject({ found, complaint, protocol: 'openflow' });
    expect(text.slice(problem.at, problem.at + found.length)).toBe(found);
    expect(problem.expected).toContain(expected);
    expect(isUnmodelled(problem)).toBe(false);
  });

  it('a number that is too large for its place in an address is none: its low byte is taken', () => {
    expect(formatFlow(flowOf('ip,nw_src=10.0.0.300,actions=drop'))).toBe('ip,nw_src=10.0.0.44 actions=drop');
  });
});

describe('what the tool knows and the engine does not model is told apart from what is wrong:', () => {
  it.each([
    ['tun_id=5,actions=drop', 'tun_id'],
    ['reg7=5,actions=drop', 'reg7'],
    ['ip,ct_nw_src=10.0.0.1,actions=drop', 'ct_nw_src'],
    ['check_overlap,actions=drop', 'check_overlap'],
    ['actions=learn(table=1)', 'learn'],
    ['actions=group:1', 'group'],
    ['actions=meter:1', 'meter'],
    ['actions=bundle(eth_src,0,hrw,ofport,members:4,8)', 'bundle'],
    ['actions=controller(max_len=10)', 'controller'],
    ['actions=output:NXM_NX_REG0[]', 'NXM_NX_REG0[]'],
    ['actions=output(port=1,max_len=100)', 'port=1,max_len=100'],
    ['actions=move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[]', 'move'],
    ['actions=set_field:5->tun_id', 'tun_id'],
    ['ip,actions=ct(commit,nat(src=10.0.0.1))', 'nat'],
    ['ip,actions=ct(zone=NXM_NX_REG0[0..15])', 'NXM_NX_REG0[0..15]'],
  ])('%s', (text, found) => {
    const problem = problemOf(text);
    expect(problem).toMatchObject({ field: 'unmodelled', complaint: '', found });
    expect(text.slice(problem.at, problem.at + found.length)).toBe(found);
  });
});

describe('a file', () => {
  const file = [
    '# Guests may talk to the router only.',
    '',
    'table=0,priority=10,in_port=1,actions=output:2   # uplink',
    'delete table=1',
    '  add ip,actions=drop',
  ].join('\n');

  it('is read line by line, without its comments', () => {
    const commands = parseFlows(file);
    if ('complaint' in commands) expect.fail(JSON.stringify(commands));
    expect(commands.map(({ kind }) => kind)).toEqual(['add', 'delete', 'add']);
    expect(commands[0]).toMatchObject({
      flow: { priority: 10, text: 'table=0,priority=10,in_port=1,actions=output:2' },
    });
    expect(commands[1]).toMatchObject({ selection: { table: 1, priority: null, match: [] } });
  });

  it('names its file and line in a complaint, and the place in the whole text', () => {
    const text = `${file}\nip,nw_src=x,actions=drop\nactions=drop`;
    const problem = parseFlows(text, {}, 'acl.flows');
    expect(problem).toMatchObject({ complaint: 'ovs-ofctl: acl.flows:6: x: invalid IP address', found: 'x' });
    if ('complaint' in problem) expect(text.slice(problem.at)).toMatch(/^x,actions/);
  });

  it('is sent in one format: "no tag" of OpenFlow 1.0 becomes bits where another line needs them', () => {
    expect(printedFile('vlan_vid=0,actions=1')).toEqual(['vlan_tci=0x0000 actions=output:1']);
    expect(printedFile('vlan_vid=0,actions=1\nreg0=1,actions=2')[0]).toBe('vlan_tci=0x0000/0x1fff actions=output:1');
  });

  it('with Windows line ends is the same', () => {
    expect(parseFlows(file.replaceAll('\n', '\r\n'))).toMatchObject([
      { kind: 'add' },
      { kind: 'delete' },
      { kind: 'add' },
    ]);
  });
});

describe('del-flows', () => {
  it('without --strict knows no priority', () => {
    expect(parseDeletion('priority=5,ip', 'delete')).toMatchObject({
      complaint: 'ovs-ofctl: unknown keyword priority',
    });
    expect(parseDeletion('priority=5,ip', 'delete_strict')).toMatchObject({ priority: 5 });
    expect(parseDeletion('ip', 'delete_strict')).toMatchObject({ priority: 32_768 });
    expect(parseDeletion('', 'delete')).toMatchObject({ table: null, priority: null, match: [] });
  });

  it('looks for a cookie under a mask, and for a port', () => {
    expect(parseDeletion('cookie=5/-1,out_port=LOCAL', 'delete')).toMatchObject({
      cookie: { value: '0x5', mask: '0xffffffffffffffff' },
      outPort: 'local',
    });
  });
});

describe('what dump-flows has printed', () => {
  const dump = [
    'NXST_FLOW reply (xid=0x4):',
    ' cookie=0x0, duration=6.058s, table=0, n_packets=3, n_bytes=180, idle_age=2, priority=10,in_port=1 actions=output:2',
    ' cookie=0x5, duration=0.029s, table=1, n_packets=0, n_bytes=0, idle_timeout=30, idle_age=0, tcp,tp_dst=80 actions=drop',
    '',
  ].join('\n');

  it('is taken back with its counters, and printed again', () => {
    const flows = parseDump(dump);
    if ('complaint' in flows) expect.fail(JSON.stringify(flows));
    expect(flows[0]!.statistics).toEqual({ durationMs: 6058, packets: 3, bytes: 180, idleAgeS: 2 });
    const lines = flows.map(({ flow, statistics }) => ` ${formatFlow(flow, { statistics: statistics! })}`);
    expect(`${['NXST_FLOW reply (xid=0x4):', ...lines].join('\n')}\n`).toBe(dump);
  });

  it('has no counters with --no-stats', () => {
    expect(parseDump(' priority=0 actions=NORMAL')).toMatchObject([{ statistics: null, flow: { priority: 0 } }]);
  });

  it('is refused at the line that is none', () => {
    expect(parseDump(`${dump} priority=x actions=drop`)).toMatchObject({
      complaint: 'ovs-ofctl: invalid priority "x"',
    });
  });
});

describe('no text makes it throw:', () => {
  it('10,000 random flows, and as many that are noise, seed 31', () => {
    const random = new Random(31);
    const noise = 'actions=,:()[]->*/\t\n\r"\'#%0x1fgip\u0000\uffff日本';
    for (let index = 0; index < 10_000; index++) {
      const text = Array.from({ length: random.below(40) }, () => noise[random.below(noise.length)]).join('');
      for (const one of [randomFlow(random), text, `${text}actions=${text}`]) {
        expect(() => parseFlow(one)).not.toThrow();
        expect(() => parseFlows(one, { version: 'OpenFlow13' })).not.toThrow();
      }
      expect(() => parseDeletion(randomSelection(random), random.pick(['delete', 'delete_strict']))).not.toThrow();
    }
  });

  it('however long', () => {
    for (const text of [
      '0x'.concat('f'.repeat(200_000)),
      '9'.repeat(100_000),
      '('.repeat(100_000),
      ':'.repeat(100_000),
    ]) {
      expect(() => parseFlow(`reg0=${text},actions=${text}`)).not.toThrow();
      expect(() => parseFlow(`dl_src=${text},nw_src=${text},actions=drop`)).not.toThrow();
    }
  });
});

describe('what is printed is read again as the same flow:', () => {
  it.each(['OpenFlow10', 'OpenFlow13'] as const)('-O %s, 4,000 random flows, seed 32', (version) => {
    const random = new Random(32);
    let taken = 0;
    for (let index = 0; index < 4_000; index++) {
      const source = randomFlow(random);
      const flow = parseFlow(source, { version });
      if ('complaint' in flow) continue;
      taken++;
      const printed = formatFlow(flow, { version });
      const { text: _, ...again } = flowOf(printed, { version });
      const { text: __, ...first } = flow;
      // The type of ICMP is eight bits on the way out.
      if (!/icmp/.test(printed)) expect(again, source).toEqual(first);
      expect(formatFlow({ ...again, text: '' }, { version }), source).toBe(printed);
    }
    expect(taken).toBeGreaterThan(1_000);
  });
});
