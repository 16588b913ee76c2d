/**
 * Rulesets as `nft -f` takes them: what is accepted, how a load adds to what is there, and where and how a mistake is told.
 * What nft 1.0.6 makes of single rules is the business of `bytecode.test.ts`.
 */
import { describe, expect, it } from 'vitest';
import { parseRuleset } from '../../../src/console/nft/parser.ts';
import { placeOf } from '../../../src/console/nft/place.ts';
import { tellRules } from '../../../src/explain/problem.ts';
import { DENIED_BY_RULE } from '../../../src/filter/answer.ts';
import { Evaluator } from '../../../src/filter/evaluator.ts';
import { PacketView } from '../../../src/filter/packet-view.ts';
import { EMPTY_RULESET, HOOKS, type Chain, type Ruleset } from '../../../src/filter/ruleset.ts';
import { fromHex, readUint16 } from '../../../src/wire/bytes.ts';
import { isMalformed, type Malformed } from '../../../src/wire/malformed.ts';
import { Random } from '../../random.ts';
import { GOOD, mutated } from './mutations.ts';

/** A chain in a table; `lines` stand from the third line on, four spaces in. */
function chain(...lines: readonly string[]): string {
  return `table bridge f {\n  chain c {\n${lines.map((line) => `    ${line}\n`).join('')}  }\n}\n`;
}

/** Declarations in a table; `lines` stand from the second line on, two spaces in. */
function table(...lines: readonly string[]): string {
  return `table bridge f {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
}

const BASE = 'type filter hook forward priority 0; policy accept;';

function load(source: string, present: Ruleset = EMPTY_RULESET): Ruleset {
  const ruleset = parseRuleset(source, present);
  if (isMalformed(ruleset)) expect.fail(tellRules(ruleset, source));
  return ruleset;
}

function problemOf(source: string, present: Ruleset = EMPTY_RULESET): Malformed {
  const problem = parseRuleset(source, present);
  if (!isMalformed(problem)) expect.fail(`accepted: ${source}`);
  return problem;
}

function chainOf(ruleset: Ruleset, name: string, inTable = 'f'): Chain {
  return ruleset.tables.find((each) => each.name === inTable)!.chains.find((each) => each.name === name)!;
}

/** Whether the rules of the forward hook drop a frame of this source. */
function drops(ruleset: Ruleset, src: string): boolean {
  return (
    new Evaluator(ruleset).run('forward', viewOf(`ffffffffffff${src.replaceAll(':', '')}88b5cafe`)) === DENIED_BY_RULE
  );
}

function viewOf(hex: string): PacketView {
  const view = new PacketView();
  view.bytes = fromHex(hex)!;
  view.end = view.bytes.length;
  view.body = 12;
  view.network = 14;
  view.protocol = readUint16(view.bytes, 12);
  view.inPort = 'p1';
  view.outPort = 'p2';
  view.locateTransport();
  return view;
}

describe('a ruleset', () => {
  it('may be empty, or nothing but blank lines and comments', () => {
    for (const source of ['', '\n', '  \n# nothing\n\n', '\r\n']) expect(load(source)).toEqual({ tables: [] });
  });

  it('in block form has tables with chains and sets', () => {
    const ruleset = load(GOOD[0]!);
    expect(ruleset.tables).toMatchObject([
      { family: 'bridge', name: 'f', sets: [{ name: 'servers' }, { name: 'known' }], chains: [{ name: 'forward' }] },
    ]);
    const { base, rules } = chainOf(ruleset, 'forward');
    expect(base).toMatchObject({ hook: 'forward', priority: 0, policy: 'drop' });
    expect(rules.map(({ verdict }) => verdict.kind)).toEqual(['accept', 'accept', 'accept', 'drop', 'accept']);
    expect(rules.map(({ text }) => text)[1]).toBe('ip saddr @servers tcp dport { 22, 80, 443 } counter accept');
  });

  it('in command form makes the same as in block form', () => {
    const byCommand = load(
      [
        'add table bridge f',
        `add chain bridge f c { ${BASE} }`,
        'add set bridge f s { type ether_addr; }',
        'add rule bridge f c ether saddr @s drop',
        '',
      ].join('\n'),
    );
    const byBlock = load(table('set s {', 'type ether_addr', '}', 'chain c {', BASE, 'ether saddr @s drop', '}'));
    expect(byCommand).toEqual(byBlock);
  });

  // nft itself does not take the line ends of Windows; whoever types here should not be told off for them.
  it('knows comments, semicolons, tabs, line ends of Windows and lines that go on', () => {
    const source = `table bridge f { # a table\r\n\tchain c {\r\n\t\t${BASE}\r\n\t\tether type arp \\\n accept; ether type ip drop\r\n\t}\r\n}\r\n`;
    expect(chainOf(load(source), 'c').rules.map(({ verdict }) => verdict.kind)).toEqual(['accept', 'drop']);
  });

  it.each([
    ['0', 0],
    ['-5', -5],
    ['filter', -200],
    ['filter + 10', -190],
    ['filter - 10', -210],
  ])('ACL-N-4: takes the priority %s for %i', (text, priority) => {
    const ruleset = load(chain(`type filter hook forward priority ${text}; policy accept;`));
    expect(chainOf(ruleset, 'c').base).toMatchObject({ priority });
  });

  it.each([
    ['prerouting', 'dstnat', -300],
    ['output', 'out', 100],
    ['postrouting', 'srcnat', 300],
  ])('ACL-N-4: in %s takes the priority %s for %i', (hook, name, priority) => {
    const ruleset = load(chain(`type filter hook ${hook} priority ${name}; policy accept;`));
    expect(chainOf(ruleset, 'c').base).toMatchObject({ hook, priority });
  });

  it('has policy accept where none is named', () => {
    expect(chainOf(load(chain('type filter hook input priority 0')), 'c').base).toMatchObject({ policy: 'accept' });
  });

  it('may call chains that come later, or that a later load would find there', () => {
    const ruleset = load(table('chain c {', 'jump d', '}', 'chain d {', 'drop', '}'));
    expect(chainOf(ruleset, 'c').rules[0]!.verdict).toEqual({ kind: 'jump', chain: 'd' });
    expect(load('add rule bridge f c goto d\n', ruleset)).toMatchObject({ tables: [{ name: 'f' }] });
  });

  it('keeps the text of each rule as it was written, comments of the file left out', () => {
    const { rules } = chainOf(
      load(chain('tcp dport  80   drop # web', 'ether type arp accept comment "all of it"')),
      'c',
    );
    expect(rules.map(({ text }) => text)).toEqual([
      'tcp dport  80   drop',
      'ether type arp accept comment "all of it"',
    ]);
  });
});

describe('loading once more', () => {
  it('adds to what is there: rules to the end of their chain, chains and tables beside the others', () => {
    const first = load(chain(BASE, 'ether type arp accept'));
    const second = load(`${chain('ether type ip drop')}table bridge g {\n}\n`, first);
    expect(chainOf(second, 'c').rules.map(({ text }) => text)).toEqual(['ether type arp accept', 'ether type ip drop']);
    expect(chainOf(second, 'c').base).toEqual(chainOf(first, 'c').base);
    expect(second.tables.map(({ name }) => name)).toEqual(['f', 'g']);
    expect(load(chain('ether type ip drop'), second).tables[0]!.chains[0]!.rules).toHaveLength(3);
  });

  it('begins anew behind "flush ruleset"', () => {
    const first = load(chain(BASE, 'drop'));
    expect(load('flush ruleset\n', first)).toEqual({ tables: [] });
    const second = load(`flush ruleset\n${chain('accept')}`, first);
    expect(chainOf(second, 'c')).toMatchObject({ name: 'c', rules: [{ verdict: { kind: 'accept' } }] });
    expect(chainOf(second, 'c').base).toBeUndefined();
  });

  it('may change the policy of a base chain', () => {
    const first = load(chain(BASE));
    expect(chainOf(load(chain(BASE.replace('accept', 'drop')), first), 'c').base).toMatchObject({ policy: 'drop' });
    expect(chainOf(load(chain('policy drop;'), first), 'c').base).toMatchObject({ hook: 'forward', policy: 'drop' });
  });

  it.each([
    ['another hook', BASE.replace('forward', 'input')],
    ['another priority', BASE.replace('priority 0', 'priority 5')],
  ])('may not give a base chain %s', (_, base) => {
    const first = load(chain(BASE));
    expect(problemOf(chain(base), first)).toMatchObject({ field: 'chain' });
    // nor in one file
    expect(problemOf(chain(BASE) + chain(base))).toMatchObject({ field: 'chain' });
  });

  it('may not make a base chain of a chain with rules', () => {
    expect(problemOf(chain(BASE), load(chain('drop')))).toMatchObject({ field: 'chain' });
  });

  it('adds elements to a named set, and rules that were there see them', () => {
    const first = load(
      table(
        'set s {',
        'type ether_addr',
        'elements = { 02:00:00:00:00:0a }',
        '}',
        'chain c {',
        BASE,
        'ether saddr @s drop',
        '}',
      ),
    );
    expect([drops(first, '02:00:00:00:00:0a'), drops(first, '02:00:00:00:00:0b')]).toEqual([true, false]);
    const second = load(table('set s {', 'type ether_addr', 'elements = { 02:00:00:00:00:0b }', '}'), first);
    expect([drops(second, '02:00:00:00:00:0a'), drops(second, '02:00:00:00:00:0b')]).toEqual([true, true]);
    expect(second.tables[0]!.sets).toHaveLength(1);
  });

  it('lets a rule use a set of an earlier load, in its own table only', () => {
    const first = load(
      table('set s {', 'type ether_addr', 'elements = { 02:00:00:00:00:0a }', '}', `chain c {`, BASE, '}'),
    );
    expect(drops(load('add rule bridge f c ether saddr @s drop\n', first), '02:00:00:00:00:0a')).toBe(true);
    const other = 'table bridge g {\n chain c {\n  ether saddr @s drop\n }\n}\n';
    expect(problemOf(other, first)).toMatchObject({ field: 'set', found: '@s' });
  });

  it('may not give a set another type', () => {
    const first = load(table('set s {', 'type ether_addr', '}'));
    expect(problemOf(table('set s {', 'type ipv4_addr', '}'), first)).toMatchObject({ field: 'set' });
  });
});

/** Fails to be changed, at any depth. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const inner of Object.values(value)) frozen(inner);
    Object.freeze(value);
  }
  return value;
}

describe('nothing is half-applied:', () => {
  it('what was there is not touched by a load, whether it succeeds or fails', () => {
    const present = frozen(load(GOOD[0]!));
    const before = JSON.stringify(present);
    const random = new Random(90_210);
    let refused = 0;
    for (let round = 0; round < 300; round++) {
      if (isMalformed(parseRuleset(mutated(random), present))) refused++;
    }
    expect(JSON.stringify(present)).toBe(before);
    expect(refused).toBeGreaterThan(150);
    expect(refused).toBeLessThan(300);
  });

  it('a mistake in the last line leaves nothing of the lines before it', () => {
    const present = load(chain(BASE, 'drop'));
    const problem = parseRuleset(`flush ruleset\n${chain('accept')}add rule bridge nowhere c drop\n`, present);
    expect(isMalformed(problem)).toBe(true);
    expect(chainOf(present, 'c').rules).toMatchObject([{ verdict: { kind: 'drop' } }]);
  });

  it('a call of a chain that never comes is a mistake, though it is found at the end', () => {
    const source = chain('jump later', 'drop');
    expect(placeOf(source, problemOf(source).at)).toEqual({ line: 3, column: 10 });
  });
});

describe('a mistake is told with its place,', () => {
  const cases: [string, string, number, number, string][] = [
    ['a word that is none', chain('dorp'), 3, 5, 'dorp'],
    ['a command that is none', 'tabel bridge f {\n}\n', 1, 1, 'tabel'],
    ['a declaration that is none', table('chian c {', '}'), 2, 3, 'chian'],
    ['a family that is none', 'table brigde f {\n}\n', 1, 7, 'brigde'],
    ['a field that the protocol has not', chain('tcp port 80 drop'), 3, 9, 'port'],
    ['a number that is too large', chain('accept', 'tcp dport 99999 drop'), 4, 15, '99999'],
    ['a number that is too large for bits', chain('vlan id 4096 drop'), 3, 13, '4096'],
    ['a priority that is too large', chain('vlan pcp 8 drop'), 3, 14, '8'],
    ['a name that is none', chain('tcp dport htpp drop'), 3, 15, 'htpp'],
    ['a type that is none', chain('icmp type ping drop'), 3, 15, 'ping'],
    ['a MAC address with five octets', chain('ether saddr 00:00:5e:00:53 drop'), 3, 17, '00:00:5e:00:53'],
    ['an IP address for a MAC address', chain('ether saddr 192.0.2.1 drop'), 3, 17, '192.0.2.1'],
    ['an octet above 255', chain('ip saddr 192.0.2.256 drop'), 3, 14, '192.0.2.256'],
    ['an IPv4 address for IPv6', chain('ip6 saddr 192.0.2.1 drop'), 3, 15, '192.0.2.1'],
    ['a prefix that is too long', chain('ip saddr 192.0.2.0/33 drop'), 3, 24, '33'],
    ['a wrong element of a set', chain('tcp dport { 80, 99999 } drop'), 3, 21, '99999'],
    ['a verdict behind a verdict', chain('drop accept'), 3, 10, 'accept'],
    ['a match behind a verdict', chain('drop tcp dport 80'), 3, 10, 'tcp'],
    ['a value that is missing', chain('tcp dport drop'), 3, 15, 'drop'],
    ['a chain that there is not', chain('goto nowhere'), 3, 10, 'nowhere'],
    ['a set that there is not', chain('ether saddr @nowhere drop'), 3, 18, '@nowhere'],
    [
      'a set of another type',
      table('set s {', 'type ipv4_addr', '}', 'chain c {', 'ether saddr @s drop', '}'),
      6,
      16,
      '@s',
    ],
    ['a hook that is none', chain('type filter hook sideways priority 0'), 3, 22, 'sideways'],
    ['a priority that is none', chain('type filter hook forward priority high'), 3, 39, 'high'],
    ['a policy that is none', chain('type filter hook forward priority 0; policy maybe'), 3, 49, 'maybe'],
    ['a type of chain that is none', chain('type filtre hook forward priority 0'), 3, 10, 'filtre'],
    ['a type of set that is none', table('set s {', 'type ether_adr', '}'), 3, 8, 'ether_adr'],
    ['a set without a type', table('set s {', 'elements = { 1 }', '}'), 2, 7, 's'],
    ['an element of another type', table('set s {', 'type ipv4_addr', 'elements = { fe80::1 }', '}'), 4, 16, 'fe80::1'],
    ['a table that there is not', 'add rule bridge f c drop\n', 1, 10, 'bridge f'],
    ['a chain that there is not, in a command', 'add table bridge f\nadd rule bridge f c drop\n', 2, 19, 'c'],
    ['something that may not be flushed', 'flush rulesets\n', 1, 7, 'rulesets'],
    ['a full-width character', chain('tcp dport ８０ drop'), 3, 15, '８'],
    ['a quotation mark that is not closed', chain('iifname "p1 drop'), 3, 13, '"'],
  ];

  it.each(cases)('%s', (_, source, line, column, found) => {
    const problem = problemOf(source);
    expect(problem).toMatchObject({ protocol: 'nft', found });
    expect(placeOf(source, problem.at)).toEqual({ line, column });
    const told = tellRules(problem, source);
    expect(told.startsWith(`${line}行${column}文字目`)).toBe(true);
    expect(told).toContain(`「${found}」は書けません`);
  });

  it('the end of the text within a block', () => {
    const source = 'table bridge f {\n  chain c {\n    drop\n';
    expect(tellRules(problemOf(source), source)).toBe('4行1文字目：途中で終わっています。続きに書くのは}です。');
  });

  it.each([
    ['ether type arp ip saddr 192.0.2.1 drop', 20, 'ip', 'arp'],
    ['tcp dport 80 udp dport 53 drop', 18, 'udp', 'tcp'],
    ['ip saddr 192.0.2.1 ip6 daddr fe80::1 drop', 24, 'ip6', 'ip'],
    ['arp operation request tcp dport 80 drop', 27, 'tcp', 'arp'],
  ])('a contradiction: %s', (rule, column, found, before) => {
    const source = chain(rule);
    const problem = problemOf(source);
    expect(placeOf(source, problem.at)).toEqual({ line: 3, column });
    expect(tellRules(problem, source)).toMatch(
      new RegExp(`^3行${column}文字目.*「${found}」は、前の条件（${before}）と両立しません`),
    );
  });

  it('lines are counted from 1, characters of a line as the reader counts them', () => {
    expect(placeOf('', 0)).toEqual({ line: 1, column: 1 });
    expect(placeOf('ab\ncd', 1)).toEqual({ line: 1, column: 2 });
    expect(placeOf('ab\ncd', 3)).toEqual({ line: 2, column: 1 });
    expect(placeOf('ab\ncd', 5)).toEqual({ line: 2, column: 3 });
  });
});

describe('what nft knows and this engine does not is told to be so:', () => {
  it.each([
    [chain('ct state established accept'), 'ct'],
    [chain('reject'), 'reject'],
    [chain('tcp dport 80 reject'), 'reject'],
    [chain('tcp dport 22 log drop'), 'log'],
    [chain('limit rate 10/second accept'), 'limit'],
    [chain('queue'), 'queue'],
    [chain('meta mark 1 drop'), 'mark'],
    [chain('meta length 100 drop'), 'length'],
    [chain('meta iif 1 drop'), 'iif'],
    [chain('meta ibrname "br0" drop'), 'ibrname'],
    [chain('icmp id 1 drop'), 'id'],
    [chain('igmp type 17 drop'), 'igmp'],
    [chain('sctp dport 80 drop'), 'sctp'],
    [chain('tcp dport vmap { 80 : accept }'), 'vmap'],
    [chain('tcp dport set 80'), 'set'],
    [chain('tcp dport $port drop'), '$'],
    [chain('type nat hook prerouting priority 0; policy accept;'), 'nat'],
    [table('set s {', 'type ether_addr . ipv4_addr', '}'), '.'],
    [table('set s {', 'type ether_addr', 'timeout 5m', '}'), 'timeout'],
    [table('set s {', 'type ether_addr', 'flags dynamic', '}'), 'dynamic'],
    [table('set s {', 'type ether_addr', 'size 5', '}'), 'size'],
    [table('map m {', 'type ether_addr : verdict', '}'), 'map'],
    ['table ip f {\n}\n', 'ip'],
    ['table inet f {\n}\n', 'inet'],
    ['table arp f {\n}\n', 'arp'],
    ['delete table bridge f\n', 'delete'],
    ['list ruleset\n', 'list'],
    ['include "other.nft"\n', 'include'],
    ['define port = 80\n', 'define'],
    ['insert rule bridge f c drop\n', 'insert'],
  ])('%j', (source, found) => {
    const problem = problemOf(source);
    expect(problem).toMatchObject({ field: 'unmodelled', found });
    expect(source.slice(problem.at, problem.at + found.length)).toBe(found);
    const { line, column } = placeOf(source, problem.at);
    const told = tellRules(problem, source);
    expect(told.startsWith(`${line}行${column}文字目`)).toBe(true);
    expect(told).toContain('実機では有効ですが、ここでは未対応です');
  });
});

function faultOf(problem: Malformed, source: string): string | null {
  if (problem.at < 0 || problem.at > source.length) return 'the place is outside';
  const told = tellRules(problem, source);
  if (/undefined|null|NaN|\[object/.test(told.replace(problem.found, ''))) return told;
  const { line, column } = placeOf(source, problem.at);
  return told.startsWith(`${line}行${column}文字目`) ? null : told;
}

describe('20,000 broken rulesets', () => {
  const SEED = 5_150;
  const COUNT = 20_000;
  const PRESENT = [EMPTY_RULESET, load(GOOD[0]!), load(GOOD[1]!)];
  const FRAMES = [
    'ffffffffffff02000000000a88b5cafe',
    'ffffffffffff02000000000a0806000108000604000102000000000ac00002010000000000000a000002',
    '02000000000b02000000000a0800450000280000400040060000c0000201c000020204d20050000000010000000050022000',
  ];

  it(`are all answered: with a place within them, or with rules that can be run (seed ${SEED})`, () => {
    const random = new Random(SEED);
    let accepted = 0;
    for (let round = 0; round < COUNT; round++) {
      const source = mutated(random);
      const present = random.pick(PRESENT);
      const answer = parseRuleset(source, present);
      if (!isMalformed(answer)) {
        accepted++;
        runAll(answer);
        continue;
      }
      const fault = faultOf(answer, source);
      if (fault !== null) expect.fail(`round ${round}: ${fault}\n${JSON.stringify(source)}\n${JSON.stringify(answer)}`);
    }
    expect(accepted).toBeGreaterThan(COUNT / 20);
    expect(accepted).toBeLessThan(COUNT / 2);
  });

  function runAll(ruleset: Ruleset): void {
    const evaluator = new Evaluator(ruleset);
    for (const hook of HOOKS) for (const hex of FRAMES) evaluator.run(hook, viewOf(hex));
  }
});

/** Behind each stands the complaint of nft 1.0.6, or of Linux 6.1.176. */
describe('nft 1.0.6', () => {
  const refused: [string, string, string?][] = [
    ['Too many links', table('chain a {', 'jump a', '}', 'chain c {', BASE, 'jump a', '}')],
    ['Too many links', table('chain a {', 'goto b', '}', 'chain b {', 'goto a', '}', 'chain c {', BASE, 'jump a', '}')],
    ['Too many links', calledSoDeep(16)],
    [
      'Operation not supported',
      table('chain d {', BASE.replace('forward', 'input'), '}', 'chain c {', BASE, 'jump d', '}'),
    ],
    ['Operation not supported', chain(BASE), chain()],
    ['File exists', 'create table bridge f\n', 'table bridge f {\n}\n'],
    ['File exists', 'create chain bridge f c\n', chain()],
    ["You must add 'flags interval'", table('set s {', 'type ipv4_addr', 'elements = { 10.0.0.0/8 }', '}')],
    [
      'conflicting intervals specified',
      table('set s {', 'type ipv4_addr; flags interval', 'elements = { 10.0.0.0/8, 10.1.0.0/16 }', '}'),
    ],
    ['Range has zero or negative size', chain('tcp dport { 90-80 } drop')],
    ["You must add 'flags interval'", table('set s {', 'type ipv4_addr', 'elements = { 10.0.0.1/32 }', '}')],
    [
      'conflicting intervals specified',
      table('set s {', 'type ipv4_addr; flags interval', 'elements = { 10.0.0.0/8, 10.0.0.1 }', '}'),
    ],
    [
      'File exists',
      table('set s {', 'type ipv4_addr; flags interval', 'elements = { 10.1.0.0/16 }', '}'),
      table('set s {', 'type ipv4_addr; flags interval', 'elements = { 10.0.0.0/8 }', '}'),
    ],
    ['File exists', 'create set bridge f s { type ether_addr; }\n', table('set s {', 'type ether_addr', '}')],
    ['Operation not supported', chain(BASE, 'jump c')],
    ['Operation not supported', chain('drop', 'policy drop')],
    ['Operation not supported', table('chain c {', '}', 'chain c {', BASE, '}')],
    ['Too many links', table('chain b {', 'jump b', '}'), table('chain b {', '}', 'chain c {', BASE, 'jump b', '}')],
    ['syntax error, unexpected rule', 'create rule bridge f c drop\n', chain()],
    ['syntax error, unexpected add', 'add table bridge f add table bridge g\n'],
    ['syntax error, unexpected comment', 'add rule bridge f c comment "x"\n', chain()],
    ['syntax error, unexpected drop', chain('tcp dport 80 comment "why not" drop')],
    ['syntax error, unexpected quoted string', chain('ether saddr @"s" drop')],
    ['All-wildcard strings are not supported', chain('iifname "*" drop')],
    ['String exceeds maximum length of 16', chain('iifname "abcdefghijklmnop" drop')],
    ["syntax error, unexpected '}'", chain('ip saddr { } drop')],
    ['syntax error, unexpected comma', chain('tcp dport { , 80 } drop')],
    ["syntax error, expecting comma or '}'", chain('iifname { "p1" "p2" } drop')],
    ['Empty string is not allowed', chain('iifname "" drop')],
    ['syntax error, unexpected drop, expecting number', chain('counter packets drop')],
    ['syntax error, unexpected end of file', 'table bridge f {\n  chain c {\n  }\n}\nadd rule bridge f c\n'],
    ['you cannot set chain policy twice', chain(`${BASE} policy drop;`)],
    [
      'invalid priority expression value in this context',
      chain('type filter hook forward priority out; policy accept;'),
    ],
    [
      'invalid priority expression value in this context',
      chain('type filter hook forward priority dstnat; policy accept;'),
    ],
    [
      'invalid priority expression value in this context',
      chain('type filter hook prerouting priority srcnat; policy accept;'),
    ],
    ['syntax error, unexpected +', chain('type filter hook forward priority +5; policy accept;')],
    ['syntax error, unexpected quoted string', 'table bridge "f" {\n}\n'],
    ["syntax error, unexpected '}', expecting newline or semicolon", 'table bridge f {\n  chain c { drop }\n}\n'],
    ["syntax error, unexpected '}', expecting newline or semicolon", 'table bridge f { chain c {\n  } }\n'],
  ];
  it.each(refused)('refuses with "%s" %j', (_, source, present) => {
    problemOf(source, present === undefined ? EMPTY_RULESET : load(present));
  });

  const accepted: [string][] = [
    [chain('drop', BASE)],
    [chain(BASE.replace(' policy accept;', ''), 'drop', 'policy drop')],
    [chain('comment why', 'drop comment why')],
    [chain('tcp dport { 80, } drop')],
    [chain('tcp dport { 80-80 } drop')],
    [chain('tcp dport 80-80 drop')],
    [chain('iifname { 80, p1 } drop')],
    [chain('counter packets 5 drop')],
    [table('chain a {', 'jump a', '}')],
    [calledSoDeep(15)],
    [table('set s {', 'type ipv4_addr; flags interval', 'elements = { 10.0.0.0/8, 10.0.0.0/8 }', '}')],
    [table('set s {', 'type ipv4_addr', 'elements = { 10.0.0.1, 10.0.0.1 }', '}')],
    ['table bridge f; add chain bridge f c; chain bridge f c { comment x; }; bridge f c drop'],
    ['create table bridge f\ncreate chain bridge f c\ncreate set bridge f s { type ether_addr; }\n'],
    [chain('iifname 80 drop')],
    [table('set s {', 'type ipv4_addr', 'elements = { 1 }', '}')],
    ['table bridge f\nadd chain bridge f c\n'],
    [`${chain(BASE)}rule bridge f c drop\n`],
    [`${chain(BASE)}add bridge f c drop\n`],
  ];
  it.each(accepted)('accepts %j', (source) => {
    expect(isMalformed(parseRuleset(source))).toBe(false);
  });

  it('keeps the policy of a base chain that is declared again without one', () => {
    const first = load(chain(BASE.replace('accept', 'drop')));
    const second = load(chain('type filter hook forward priority 0'), first);
    expect(chainOf(second, 'c').base).toMatchObject({ policy: 'drop' });
  });
});

describe('what is told:', () => {
  it.each([[chain('ether saddr @nowhere drop')], ['add rule bridge f c drop\n']])(
    'where nothing could stand there, it is not said that nothing can: %j',
    (source) => {
      expect(tellRules(problemOf(source), source)).not.toContain('書けるのはです');
    },
  );

  // nft takes a comment without quotation marks, as long as it is one word and the last one.
  it('what stands behind a comment is blamed, not the word "comment"', () => {
    expect(problemOf(chain('comment why drop'))).toMatchObject({ found: 'drop' });
    expect(problemOf(chain('drop comment why not'))).toMatchObject({ found: 'not' });
    expect(problemOf(chain('drop comment 80'))).toMatchObject({ found: '80' });
  });

  it('among what may stand in a rule are verdicts', () => {
    const source = chain('dorp');
    expect(tellRules(problemOf(source), source)).toContain('drop');
  });

  it('a set of another type is told with the type as it is written in a set', () => {
    const source = table('set s {', 'type ipv4_addr', '}', 'chain c {', 'ether saddr @s drop', '}');
    expect(tellRules(problemOf(source), source)).toContain('ether_addr');
  });

  it.each([
    [chain('drop accept')],
    [chain('tcp dport 90-80 drop')],
    [chain('tcp dport ８０ drop')],
    ['table bridge f {\n  chain c {\n    drop\n'],
  ])('%j is told in Japanese only', (source) => {
    expect(tellRules(problemOf(source), source)).not.toMatch(/verdict last|low < high|nft -f|end of text/);
  });
});

function calledSoDeep(depth: number): string {
  const chains = Array.from({ length: depth }, (_, index) => [
    `chain d${depth - index} {`,
    index === 0 ? 'drop' : `jump d${depth - index + 1}`,
    '}',
  ]);
  return table(...chains.flat(), 'chain c {', BASE, 'jump d1', '}');
}
