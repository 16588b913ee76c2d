/**
 * Lab files: `src/lab/lab-file.ts`, and what a person is told who has written one wrongly (`tellProblem`). Every problem code
 * has a file that triggers it, with path, line and the whole sentence.
 */
import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tellProblem } from '../../src/explain/problem.ts';
import { checkScenario, readLabFile } from '../../src/lab/lab-file.ts';
import type { Problem, ProblemCode } from '../../src/lab/problem.ts';
import { labText, scenarioOf, T0, T1 } from './labs.ts';

const LABS = new URL('../../content/labs/', import.meta.url);

/** A lab of the site with something in it replaced; it must be there. */
function edited(name: 't0' | 't1', ...edits: readonly (readonly [from: string, to: string])[]): string {
  return edits.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`nothing like ${from}`);
    return text.replace(from, () => to);
  }, labText(name));
}

function problemsOf(text: string): Problem[] {
  const problems = readLabFile(text);
  return Array.isArray(problems) ? problems : [];
}

function sentences(text: string): string[] {
  return problemsOf(text).map((problem) => tellProblem(problem, 't.yaml'));
}

describe('files that are right', () => {
  test.each(readdirSync(LABS).filter((file) => file.endsWith('.yaml')))('%s is accepted', (file) => {
    const scenario = readLabFile(readFileSync(new URL(file, LABS), 'utf8'));
    expect(scenario).not.toBeInstanceOf(Array);
    expect(scenario).toMatchObject({ id: file.replace('.yaml', '') });
  });

  test('what is left out has its default: roles, flags, options, rules, run', () => {
    const scenario = scenarioOf(
      edited(
        't0',
        ['    options: { vlan_filtering: 0 }\n', ''],
        [labText('t0').slice(labText('t0').indexOf('run:')), ''],
      ),
    );
    expect(scenario.switches['sw1']).toMatchObject({ options: {}, rules: '' });
    expect(scenario.switches['sw1']!.ports['p1']).toEqual({ mac: '00:00:5e:00:53:f1', role: 'guest', flags: {} });
    expect(scenario.hosts['VM-A']).toMatchObject({ role: 'guest' });
    expect(scenario.run).toEqual([]);
  });

  test('everything that the standard lab says is in its scenario', () => {
    expect(T1.switches['sw1']!.ports['u1']).toMatchObject({ role: 'uplink', trunk: [10, 20] });
    expect(T1.hosts['RT']!.interfaces).toEqual([
      { nic: 'eth0', vlan: 10, address: '192.0.2.1/24' },
      { nic: 'eth0', vlan: 20, address: '198.51.100.1/24' },
      { nic: 'eth1', address: '203.0.113.1/24' },
    ]);
    expect(T1.hosts['VM-C']!.gateway).toBe('198.51.100.1');
    expect(T1.links).toContainEqual(['sw1.u1', 'PSW.g1']);
  });

  test('a scenario that was accepted is accepted again', () => {
    for (const scenario of [T0, T1]) expect(checkScenario(structuredClone(scenario))).toEqual(scenario);
  });

  test('every action can stand in a run', () => {
    const run = `run:
  - { do: ping, from: VM-A, to: VM-B, ttl: 5 }
  - { do: ping, from: VM-A, to: 192.0.2.99 }
  - { do: wait, seconds: 1.5 }
  - { do: send, from: VM-A, frame: { dst: sw1, src: VM-B, tag: { vid: 10, pcp: 3, tpid: 34984 }, etherType: 2048 } }
  - { do: send, from: VM-A, frame: { dst: 02-00-00-00-00-01, ip: { src: VM-A, dst: 192.0.2.12 } } }
  - { do: send, from: VM-A, frame: { dst: VM-B, hex: 'ffffffffffff00005e00530a88b5' } }
`;
    const text = labText('t0');
    expect(scenarioOf(text.slice(0, text.indexOf('run:')) + run).run).toHaveLength(6);
  });
});

interface Case {
  readonly text: string;
  readonly problem: Omit<Problem, 'code'>;
  readonly sentence: string;
}

const A = '  VM-A:\n    nics: { eth0: 00:00:5e:00:53:0a }\n    interfaces: [{ nic: eth0, address: 192.0.2.11/24 }]\n';
const P1 = 'p1: { mac: 00:00:5e:00:53:f1 }';

/** One file for each code. */
const CASES: Readonly<Record<ProblemCode, Case>> = {
  'bad-name': {
    text: edited('t0', ['  VM-B:\n', '  VM_B:\n'], ['[VM-B.eth0,', '[VM_B.eth0,'], ['dst: VM-B', 'dst: VM-A']),
    problem: { path: 'hosts.VM_B', line: 17, found: 'VM_B', expected: '' },
    sentence: 't.yaml 17行目 hosts.VM_B: 名前「VM_B」は使えません。英字で始め、英数字とハイフンで書きます。',
  },
  'group-mac': {
    text: edited('t0', ['eth0: 00:00:5e:00:53:0b', 'eth0: 01:00:5e:00:00:01']),
    problem: { path: 'hosts.VM-B.nics.eth0', line: 18, found: '01:00:5e:00:00:01', expected: '00:00:5e:00:53:0a' },
    sentence:
      't.yaml 18行目 hosts.VM-B.nics.eth0: MACアドレス「01:00:5e:00:00:01」はグループの宛先です。機器には00:00:5e:00:53:0aのような1台のアドレスを書きます。',
  },
  'bad-value': {
    text: edited('t0', ['do: send, from: VM-A, frame: { dst: VM-B }', 'do: ping, from: VM-A, to: VM-B, ttl: 300']),
    problem: { path: 'run.0.ttl', line: 24, found: '300', expected: '1〜255' },
    sentence: 't.yaml 24行目 run.0.ttl: 値「300」は使えません。ここに書けるのは1〜255です。',
  },
  'no-nic': {
    text: edited('t0', [A, '  VM-A:\n    nics: {}\n    interfaces: []\n'], ['  - [VM-A.eth0, sw1.p1]\n', '']),
    problem: { path: 'run.0.from', line: 23, found: 'VM-A', expected: '' },
    sentence: 't.yaml 23行目 run.0.from: 「VM-A」にはNICとIPアドレスがないので、何も送れず、宛先にもなりません。',
  },
  'outside-gateway': {
    text: edited('t1', ['gateway: 192.0.2.1\n', 'gateway: 198.51.100.1\n']),
    problem: { path: 'hosts.VM-A.gateway', line: 26, found: '198.51.100.1', expected: '192.0.2.0/24' },
    sentence:
      't.yaml 26行目 hosts.VM-A.gateway: ゲートウェイ「198.51.100.1」はサブネットの外です。192.0.2.0/24の中の番号にします。',
  },
  yaml: {
    text: edited('t0', ['id: t0\n', 'id: [t0\n']),
    problem: {
      path: '',
      line: 3,
      found: 'Flow sequence in block collection must be sufficiently indented and end with a ] at line 3, column 1:',
      expected: '',
    },
    sentence:
      't.yaml 3行目: YAMLとして読めません（Flow sequence in block collection must be sufficiently indented and end with a ] at line 3, column 1:）。字下げと記号を見直します。',
  },
  'duplicate-name': {
    text: edited('t0', ['  VM-B:\n', '  VM-A:\n']),
    problem: { path: '', line: 17, found: 'VM-A', expected: '' },
    sentence: 't.yaml 17行目: 名前「VM-A」が2回使われています。別の名前にします。',
  },
  missing: {
    text: edited('t0', [A, '  VM-A:\n    interfaces: [{ nic: eth0, address: 192.0.2.11/24 }]\n']),
    problem: { path: 'hosts.VM-A.nics', line: 14, found: 'nics', expected: '' },
    sentence: 't.yaml 14行目 hosts.VM-A.nics: 「nics」が書かれていません。',
  },
  'unknown-key': {
    text: edited('t0', [P1, 'p1: { mac: 00:00:5e:00:53:f1, vlam: 10 }']),
    problem: { path: 'switches.sw1.ports.p1.vlam', line: 11, found: 'vlam', expected: '' },
    sentence: 't.yaml 11行目 switches.sw1.ports.p1.vlam: 「vlam」という項目はありません。',
  },
  'wrong-type': {
    text: edited('t0', [P1, 'p1: { mac: 00:00:5e:00:53:f1, vlan: ten }']),
    problem: { path: 'switches.sw1.ports.p1.vlan', line: 11, found: 'ten', expected: '数' },
    sentence: 't.yaml 11行目 switches.sw1.ports.p1.vlan: 値「ten」は使えません。ここに書けるのは数です。',
  },
  'bad-mac': {
    text: edited('t0', [P1, 'p1: { mac: 00:00:5e:00:53 }']),
    problem: { path: 'switches.sw1.ports.p1.mac', line: 11, found: '00:00:5e:00:53', expected: '00:00:5e:00:53:0a' },
    sentence:
      't.yaml 11行目 switches.sw1.ports.p1.mac: MACアドレス「00:00:5e:00:53」は読めません。00:00:5e:00:53:0aの形で書きます。',
  },
  'bad-vid': {
    text: edited('t0', [P1, 'p1: { mac: 00:00:5e:00:53:f1, vlan: 4095 }']),
    problem: { path: 'switches.sw1.ports.p1.vlan', line: 11, found: '4095', expected: '1〜4094' },
    sentence: 't.yaml 11行目 switches.sw1.ports.p1.vlan: VLAN ID「4095」は使えません。1〜4094の整数で書きます。',
  },
  'bad-address': {
    text: edited('t0', ['192.0.2.12/24', '192.0.2.300/24']),
    problem: {
      path: 'hosts.VM-B.interfaces.0.address',
      line: 19,
      found: '192.0.2.300/24',
      expected: '192.0.2.11/24',
    },
    sentence:
      't.yaml 19行目 hosts.VM-B.interfaces.0.address: IPアドレス「192.0.2.300/24」は読めません。192.0.2.11/24の形で書きます。',
  },
  'duplicate-mac': {
    text: edited('t0', ['eth0: 00:00:5e:00:53:0b', 'eth0: 00-00-5E-00-53-F1']),
    problem: {
      path: 'hosts.VM-B.nics.eth0',
      line: 18,
      found: '00-00-5E-00-53-F1',
      expected: 'switches.sw1.ports.p1.mac',
    },
    sentence:
      't.yaml 18行目 hosts.VM-B.nics.eth0: MACアドレス「00-00-5E-00-53-F1」はswitches.sw1.ports.p1.macと同じです。別のアドレスにします。',
  },
  'unknown-port': {
    text: edited('t0', ['[VM-B.eth0, sw1.p2]', '[VM-B.eth0, sw1.p9]']),
    problem: { path: 'links.1.1', line: 22, found: 'sw1.p9', expected: 'sw1.p1, sw1.p2, VM-A.eth0, VM-B.eth0' },
    sentence:
      't.yaml 22行目 links.1.1: ポート「sw1.p9」はありません。使えるのはsw1.p1, sw1.p2, VM-A.eth0, VM-B.eth0です。',
  },
  'unknown-node': {
    text: edited('t0', ['dst: VM-B', 'dst: VM-X']),
    problem: { path: 'run.0.frame.dst', line: 24, found: 'VM-X', expected: 'VM-A, VM-B' },
    sentence: 't.yaml 24行目 run.0.frame.dst: 「VM-X」というVMや機器はありません。使えるのはVM-A, VM-Bです。',
  },
  'unknown-group': {
    text: edited('t0', [P1, 'p1: { mac: 00:00:5e:00:53:f1, group: PG10 }']),
    problem: { path: 'switches.sw1.ports.p1.group', line: 11, found: 'PG10', expected: 'なし' },
    sentence:
      't.yaml 11行目 switches.sw1.ports.p1.group: ポートグループ「PG10」はありません。あるのは次のとおりです：なし。',
  },
  'port-in-use': {
    text: edited('t0', ['[VM-B.eth0, sw1.p2]', '[VM-B.eth0, sw1.p1]']),
    problem: { path: 'links.1.1', line: 22, found: 'sw1.p1', expected: 'one link a port' },
    sentence:
      't.yaml 22行目 links.1.1: ポート「sw1.p1」には、もう別のリンクがつながっています。1つのポートにつなぐリンクは1本です。',
  },
};

test('a port with an access VLAN has no native one', () => {
  const text = edited('t0', ['p2: { mac: 00:00:5e:00:53:f2 }', 'p2: { mac: 00:00:5e:00:53:f2, vlan: 30, native: 40 }']);
  expect(sentences(text)).toEqual([
    't.yaml 12行目 switches.sw1.ports.p2.native: 値「40」は使えません。ここに書けるのはvlanのないポートのPVIDです。',
  ]);
});

describe('what is wrong, where, and in which words', () => {
  test.each(Object.entries(CASES))('%s', (code, { text, problem, sentence }) => {
    expect(readLabFile(text)).toEqual([{ code, ...problem }]);
    expect(sentences(text)).toEqual([sentence]);
  });

  test('no sentence has a placeholder left, or a code instead of words', () => {
    for (const { text } of Object.values(CASES)) {
      for (const sentence of sentences(text)) {
        expect(sentence).not.toMatch(/[{}]|undefined/);
        expect(sentence).toMatch(/。$/);
      }
    }
  });

  test('without a line or a path these are left out of the sentence', () => {
    const problem = { code: 'missing', path: '', line: null, found: 'id', expected: '' } as const;
    expect(tellProblem(problem, 't.yaml')).toBe('t.yaml: 「id」が書かれていません。');
  });

  test('a key of the file as a whole that is missing has no line', () => {
    expect(readLabFile(edited('t0', ['id: t0\n', '']))).toEqual([
      { code: 'missing', path: 'id', line: null, found: 'id', expected: '' },
    ]);
  });

  test('everything that is wrong is told, not only the first', () => {
    const text = edited('t0', ['from: VM-A', 'from: VM-X'], ['sw1.p1]', 'sw1.p7]'], ['sw1.p2]', 'sw1.p8]']);
    expect(problemsOf(text).map(({ code, path, line }) => `${code} ${path} ${line}`)).toEqual([
      'unknown-port links.0.1 21',
      'unknown-port links.1.1 22',
      'unknown-node run.0.from 24',
    ]);
  });
});

describe('names that do not mean anything', () => {
  test.each([
    [
      'an interface on a NIC that is not there',
      'hosts.VM-A.interfaces.0.nic',
      ['{ nic: eth0, address: 192.0.2.11/24 }', '{ nic: eth1, address: 192.0.2.11/24 }'],
      'unknown-port',
      'eth1',
      'eth0',
    ],
    [
      'a link to a node that is not there',
      'links.0.0',
      ['[VM-A.eth0, sw1.p1]', '[VM-C.eth0, sw1.p1]'],
      'unknown-port',
      'VM-C.eth0',
      'sw1.p1, sw1.p2, VM-A.eth0, VM-B.eth0',
    ],
    ['a frame from a switch', 'run.0.from', ['from: VM-A', 'from: sw1'], 'unknown-node', 'sw1', 'VM-A, VM-B'],
    [
      'a frame from a word that objects inherit',
      'run.0.from',
      ['from: VM-A', 'from: toString'],
      'unknown-node',
      'toString',
      'VM-A, VM-B',
    ],
    [
      'a source that is no node and no address',
      'run.0.frame.src',
      ['dst: VM-B', 'dst: VM-B, src: VM-X'],
      'unknown-node',
      'VM-X',
      'VM-A, VM-B',
    ],
    [
      'a ping to nobody',
      'run.0.to',
      ['do: send, from: VM-A, frame: { dst: VM-B }', 'do: ping, from: VM-A, to: VM-X'],
      'unknown-node',
      'VM-X',
      'VM-A, VM-B',
    ],
    [
      'a ping to an address with a prefix',
      'run.0.to',
      ['do: send, from: VM-A, frame: { dst: VM-B }', 'do: ping, from: VM-A, to: 192.0.2.1/24'],
      'unknown-node',
      '192.0.2.1/24',
      'VM-A, VM-B',
    ],
  ] as const)('%s', (_, path, edit, code, found, expected) => {
    expect(readLabFile(edited('t0', edit))).toMatchObject([{ code, path, found, expected }]);
  });

  test('a host with the name of a switch', () => {
    const text = edited('t0', ['  VM-B:\n', '  sw1:\n'], ['[VM-B.eth0,', '[sw1.eth0,'], ['dst: VM-B', 'dst: VM-A']);
    expect(readLabFile(text)).toEqual([
      { code: 'duplicate-name', path: 'hosts.sw1', line: 17, found: 'sw1', expected: '' },
    ]);
  });

  test('a port that is used twice by one link', () => {
    expect(readLabFile(edited('t0', ['[VM-B.eth0, sw1.p2]', '[sw1.p2, sw1.p2]']))).toMatchObject([
      { code: 'port-in-use', path: 'links.1.1', found: 'sw1.p2' },
    ]);
  });

  test.each(['1VM', 'VM_B', 'VM B', 'VM.B', '仮想'])('a node cannot be named %s', (name) => {
    const text = edited('t0', ['  VM-B:\n', `  ${name}:\n`]);
    expect(problemsOf(text)[0]).toMatchObject({ code: 'bad-name', found: name });
  });
});

describe('values that are not of the right kind', () => {
  test.each([
    ['a role that there is not', [P1, 'p1: { mac: 00:00:5e:00:53:f1, role: gest }'], 'gest'],
    ['a profile that there is not', ['profile: linux-bridge', 'profile: linux-brige'], 'linux-brige'],
    ['an action that there is not', ['do: send', 'do: sned'], 'sned'],
    ['a MAC address that is a number', [P1, 'p1: { mac: 12 }'], '12'],
    ['an option that is a list', ['vlan_filtering: 0', 'vlan_filtering: [1]'], '一覧'],
    ['a title that is a number', ['title: 最小の構成', 'title: 5'], '5'],
    [
      'seconds that are no number',
      ['do: send, from: VM-A, frame: { dst: VM-B }', 'do: wait, seconds: .nan'],
      '数でないもの',
    ],
  ] as const)('%s', (_, edit, found) => {
    expect(readLabFile(edited('t0', edit))).toMatchObject([{ code: 'wrong-type', found }]);
  });

  test.each([0, 4095, -1, 10.5])(
    'GEN-2: VLAN %d, as an access VLAN, in a trunk, as native VLAN, of an interface',
    (vid) => {
      const places = [
        edited('t1', ['00:00:5e:00:53:f1, vlan: 10', `00:00:5e:00:53:f1, vlan: ${vid}`]),
        edited('t1', ['role: uplink, trunk: [10, 20]', `role: uplink, trunk: [10, ${vid}]`]),
        edited('t1', ['role: uplink, trunk: [10, 20]', `role: uplink, trunk: [10, 20], native: ${vid}`]),
        edited('t1', ['{ nic: eth0, vlan: 10, address', `{ nic: eth0, vlan: ${vid}, address`]),
      ];
      for (const text of places) expect(readLabFile(text)).toMatchObject([{ code: 'bad-vid', found: String(vid) }]);
    },
  );
});

test('whatever the text, reading it does not throw: a scenario, or problems with words', () => {
  const lines = [...labText('t0').split('\n'), ...labText('t1').split('\n')];
  const line = fc.oneof(fc.constantFrom(...lines), fc.string());
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (chosen) => {
      const found = readLabFile(chosen.join('\n'));
      if (!Array.isArray(found)) return;
      expect(found.length).toBeGreaterThan(0);
      for (const problem of found) expect(tellProblem(problem, 't.yaml')).toMatch(/^t\.yaml.*。$/s);
    }),
    { numRuns: 300 },
  );
});

describe('files that once went wrong', () => {
  test('an alias without an anchor is a problem of the file', () => {
    expect(readLabFile(edited('t0', ['id: t0', 'id: *nobody']))).toMatchObject([{ code: 'yaml' }]);
  });

  test('aliases that multiply beyond measure are a problem of the file', () => {
    const levels = ['b', 'c', 'd', 'e', 'f'].map((name, index) => {
      const below = `*${'abcde'[index]}`;
      return `${name}: &${name} [${Array.from({ length: 9 }, () => below).join(', ')}]`;
    });
    expect(readLabFile(['a: &a [x, x]', ...levels].join('\n'))).toMatchObject([{ code: 'yaml' }]);
  });

  test('a host about which nothing is said is not called an unknown key', () => {
    const text = edited('t0', [A, '  VM-A:\n']);
    expect(problemsOf(text)[0]!.code).not.toBe('unknown-key');
  });

  test('an empty file is not called an unknown key without a name', () => {
    expect(problemsOf('')[0]).not.toMatchObject({ code: 'unknown-key', found: '' });
  });

  test('a name that is used twice within braces is told', () => {
    const text = edited('t0', [
      'nics: { eth0: 00:00:5e:00:53:0a }',
      'nics: { eth0: 00:00:5e:00:53:0a, eth0: 00:00:5e:00:53:0c }',
    ]);
    expect(problemsOf(text)[0]).toMatchObject({ code: 'duplicate-name', found: 'eth0' });
  });

  test('what is said of a bad gateway shows how a gateway is written', () => {
    const [problem] = problemsOf(edited('t1', ['gateway: 192.0.2.1\n', 'gateway: 192.0.2.300\n']));
    expect(readLabFile(edited('t1', ['gateway: 192.0.2.1\n', `gateway: ${problem!.expected}\n`]))).not.toBeInstanceOf(
      Array,
    );
  });

  test('a value with a dollar sign is told as it stands', () => {
    expect(sentences(edited('t0', [P1, "p1: { mac: 'a$&b' }"]))[0]).toContain('「a$&b」');
  });

  test('a value that looks like a placeholder is told as it stands', () => {
    expect(sentences(edited('t0', [P1, "p1: { mac: '{expected}' }"]))[0]).toContain('「{expected}」');
  });

  test('a name that is not allowed is not answered with a regular expression', () => {
    expect(sentences(edited('t0', ['  VM-B:\n', '  VM_B:\n']))[0]).not.toContain('/^');
  });

  test('a link with three ends is a problem', () => {
    expect(problemsOf(edited('t0', ['[VM-B.eth0, sw1.p2]', '[VM-B.eth0, sw1.p2, sw1.p1]']))).toHaveLength(1);
  });

  test.each([
    ['a wait that goes back in time', ['do: send, from: VM-A, frame: { dst: VM-B }', 'do: wait, seconds: -3']],
    ['a wait without end', ['do: send, from: VM-A, frame: { dst: VM-B }', 'do: wait, seconds: .inf']],
    [
      'a TTL that does not fit a byte',
      ['do: send, from: VM-A, frame: { dst: VM-B }', 'do: ping, from: VM-A, to: VM-B, ttl: 300'],
    ],
    ['a ping to a switch', ['do: send, from: VM-A, frame: { dst: VM-B }', 'do: ping, from: VM-A, to: sw1']],
    ['a tag that does not fit 12 bits', ['{ dst: VM-B }', '{ dst: VM-B, tag: { vid: 5000 } }']],
    ['a priority that does not fit 3 bits', ['{ dst: VM-B }', '{ dst: VM-B, tag: { vid: 10, pcp: 9 } }']],
    ['an EtherType that does not fit 16 bits', ['{ dst: VM-B }', '{ dst: VM-B, etherType: 99999 }']],
    ['hexadecimal that is none', ['{ dst: VM-B }', '{ dst: VM-B, hex: zz }']],
    ['a packet between names that nobody has', ['{ dst: VM-B }', '{ dst: VM-B, ip: { src: VM-X, dst: VM-Y } }']],
    ['a negative MTU', [P1, 'p1: { mac: 00:00:5e:00:53:f1, mtu: -1 }']],
    ['a NIC with a multicast address', ['eth0: 00:00:5e:00:53:0b', 'eth0: 01:00:5e:00:00:01']],
    ['a sender without a NIC', [A, '  VM-A:\n    nics: {}\n    interfaces: []\n'], ['  - [VM-A.eth0, sw1.p1]\n', '']],
  ] as [string, ...[string, string][]][])('%s is a problem of the file', (_, ...edits) => {
    expect(problemsOf(edited('t0', ...edits)).length).toBeGreaterThan(0);
  });

  test.each([
    ['rules', "    rules: 'nonsense'\n"],
    ['options', '    options: { stp: 1 }\n'],
  ])('%s of a switch that has none are a problem', (_, line) => {
    const text = edited('t1', ['    profile: ieee-8021q\n', `    profile: ieee-8021q\n${line}`]);
    expect(problemsOf(text).length).toBeGreaterThan(0);
  });
});
