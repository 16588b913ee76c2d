/**
 * Rules as nft itself understands them: what the parser makes of a rule is compared with the bytecode that nft 1.0.6 made of
 * it, recorded for more than a thousand rules, and, where that nft is installed, live for rules that nobody has seen.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseRuleset } from '../../../src/console/nft/parser.ts';
import type { Rule } from '../../../src/filter/ruleset.ts';
import { isMalformed, type Malformed } from '../../../src/wire/malformed.ts';
import { Random } from '../../random.ts';
import { nftNotation, ourNotation, printedLines, type Recorded } from './bytecode.ts';
import { randomMatches, randomVerdict } from './random-rules.ts';

interface Recording {
  readonly tool: string;
  readonly ruleset: string;
  readonly cases: readonly Recorded[];
}

const RECORDING = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/nft/bytecode-1.0.6.json'), 'utf8'),
) as Recording;

/** The rule in the ruleset that it was recorded in; its verdict stands there. */
function parse(rule: string): Rule | Malformed {
  const ruleset = parseRuleset(RECORDING.ruleset.replace('{rule}', () => rule));
  return isMalformed(ruleset) ? ruleset : ruleset.tables[0]!.chains.find(({ name }) => name === 'c')!.rules[0]!;
}

/** A refusal, or the tests in order of their text. */
function ours(rule: string): string | string[] {
  const parsed = parse(rule);
  return isMalformed(parsed) ? 'refused' : ourNotation(parsed.tests).toSorted();
}

function theirs({ bytecode, error }: Recorded): string | string[] {
  return error === undefined ? nftNotation(bytecode!).toSorted() : 'refused';
}

describe('the notation in which the two are compared', () => {
  it('tells apart what differs in field, mask, value or relation', () => {
    const rules = [
      'tcp dport 80',
      'tcp dport 81',
      'tcp dport != 80',
      'tcp sport 80',
      'udp dport 80',
      'tcp dport 80-81',
    ];
    rules.push('ip saddr 10.0.0.0/24', 'ip saddr 10.0.0.0/25', 'ip saddr != 10.0.0.0/24', 'ip daddr 10.0.0.0/24');
    rules.push('iifname "p1"', 'iifname "p*"', 'iifname != "p1"', 'oifname "p1"', 'vlan pcp 1', 'vlan pcp > 1');
    const notations = rules.map((rule) => JSON.stringify(ours(rule)));
    expect(new Set(notations).size).toBe(rules.length);
  });

  it('is the same for what means the same', () => {
    const same: [string, string][] = [
      ['tcp dport 80', 'tcp dport == 0x50'],
      ['tcp dport { 80, 443 }', 'tcp dport { https, http }'],
      ['tcp dport { 80-90, 91 }', 'tcp dport 80-91'],
      ['ip saddr 10.0.0.0/24', 'ip saddr 10.0.0.7/24'],
      ['iifname { "p1", "p*" }', 'iifname "p*"'],
      ['vlan pcp > 1', 'vlan pcp 2-7'],
    ];
    for (const [one, other] of same) expect(ours(one), one).toEqual(ours(other));
  });

  it('refuses lines that it does not understand', () => {
    expect(() => nftNotation(['[ hash reg 2 = jhash(reg 1, 4, 0x0) % mod 16 ]'])).toThrow('not understood');
  });
});

describe('what nft 1.0.6 printed', () => {
  const { cases } = RECORDING;

  it('is there for more than 1,100 rules, of which it refused more than 250', () => {
    expect(RECORDING.tool).toContain('v1.0.6');
    expect(cases.length).toBeGreaterThan(1100);
    expect(cases.filter(({ error }) => error !== undefined).length).toBeGreaterThan(250);
  });

  it('for single matches is what the parser makes of each of them', () => {
    const singles = cases.slice(0, 80);
    expect(singles.filter(({ error }) => error !== undefined)).toEqual([]);
    for (const recorded of singles) expect(ours(recorded.rule), recorded.rule).toEqual(theirs(recorded));
  });

  it('for rules of two and three matches is what the parser makes of them', () => {
    const accepted = cases.slice(80).filter(({ error }) => error === undefined);
    expect(accepted.length).toBeGreaterThan(700);
    for (const recorded of accepted) expect(ours(recorded.rule), recorded.rule).toEqual(theirs(recorded));
  });

  it('where it was a refusal, the parser refuses as well', () => {
    for (const { rule, error } of cases) {
      if (error !== undefined) expect(ours(rule), `${rule}: ${error}`).toBe('refused');
    }
  });

  it('for contradicting protocols names the same two', () => {
    const conflicts = cases.flatMap(({ rule, error }) => {
      const [, before, now] = /^conflicting protocols specified: (\w+) vs\. (\w+)$/.exec(error ?? '') ?? [];
      return before === undefined || now === undefined ? [] : [{ rule, before, now }];
    });
    expect(conflicts.length).toBeGreaterThan(250);
    for (const { rule, now } of conflicts) {
      const problem = parse(rule);
      expect(problem, rule).toMatchObject({ field: 'protocol', found: now });
    }
  });
});

/** Each printed by nft 1.0.6: what it settles, and forgets, otherwise than one would think. */
const SURPRISING: readonly Recorded[] = [
  {
    // The second tag is the inner one.
    rule: 'vlan type 8021q vlan id 20',
    bytecode: [
      '[ payload load 2b @ link header + 12 => reg 1 ]',
      '[ cmp eq reg 1 0x00000081 ]',
      '[ payload load 2b @ link header + 16 => reg 1 ]',
      '[ cmp eq reg 1 0x00000081 ]',
      '[ payload load 2b @ link header + 18 => reg 1 ]',
      '[ bitwise reg 1 = ( reg 1 & 0x0000ff0f ) ^ 0x00000000 ]',
      '[ cmp eq reg 1 0x00001400 ]',
    ],
  },
  {
    rule: 'vlan type 8021ad ip ttl 1',
    bytecode: [
      '[ payload load 2b @ link header + 12 => reg 1 ]',
      '[ cmp eq reg 1 0x00000081 ]',
      '[ payload load 2b @ link header + 16 => reg 1 ]',
      '[ cmp eq reg 1 0x0000a888 ]',
      '[ payload load 2b @ link header + 20 => reg 1 ]',
      '[ cmp eq reg 1 0x00000008 ]',
      '[ payload load 1b @ network header + 8 => reg 1 ]',
      '[ cmp eq reg 1 0x00000001 ]',
    ],
  },
  { rule: 'meta protocol 0x88b5 ip id 1', error: 'conflicting protocols specified: unknown vs. ip' },
  { rule: 'meta protocol 8021q icmp code 0', error: 'conflicting protocols specified: vlan vs. icmp' },
  { rule: 'meta l4proto 89 tcp dport 80', error: 'conflicting protocols specified: unknown vs. tcp' },
  {
    rule: 'tcp sport 1 arp htype 1 tcp dport 2',
    bytecode: [
      '[ meta load l4proto => reg 1 ]',
      '[ cmp eq reg 1 0x00000006 ]',
      '[ payload load 4b @ transport header + 0 => reg 1 ]',
      '[ cmp eq reg 1 0x02000100 ]',
      '[ payload load 2b @ link header + 12 => reg 1 ]',
      '[ cmp eq reg 1 0x00000608 ]',
      '[ payload load 2b @ network header + 0 => reg 1 ]',
      '[ cmp eq reg 1 0x00000100 ]',
    ],
  },
  {
    rule: 'meta l4proto icmp icmp code 1 ip6 hoplimit 2',
    bytecode: [
      '[ meta load l4proto => reg 1 ]',
      '[ cmp eq reg 1 0x00000001 ]',
      '[ payload load 1b @ transport header + 1 => reg 1 ]',
      '[ cmp eq reg 1 0x00000001 ]',
      '[ meta load protocol => reg 1 ]',
      '[ cmp eq reg 1 0x0000dd86 ]',
      '[ payload load 1b @ network header + 7 => reg 1 ]',
      '[ cmp eq reg 1 0x00000002 ]',
    ],
  },
  {
    // nft 1.0.6 does not know that GRE rides on IP.
    rule: 'ip protocol gre tcp dport 80',
    bytecode: [
      '[ meta load protocol => reg 1 ]',
      '[ cmp eq reg 1 0x00000008 ]',
      '[ payload load 1b @ network header + 9 => reg 1 ]',
      '[ cmp eq reg 1 0x0000002f ]',
      '[ meta load l4proto => reg 1 ]',
      '[ cmp eq reg 1 0x00000006 ]',
      '[ payload load 2b @ transport header + 2 => reg 1 ]',
      '[ cmp eq reg 1 0x00005000 ]',
    ],
  },
  { rule: 'ip protocol { 17, 6 } tcp dport 80', error: 'conflicting protocols specified: udp vs. tcp' },
  { rule: 'ip protocol tcp ip protocol udp udp dport 1', error: 'conflicting protocols specified: tcp vs. udp' },
  { rule: 'meta protocol 8021q vlan id 20', error: 'conflicting protocols specified: ether vs. vlan' },
  { rule: 'meta protocol { ip, 0x88b5 } ip ttl 1', error: 'conflicting protocols specified: unknown vs. ip' },
  {
    // One protocol that it knows is as good as none beside it.
    rule: 'ip protocol { 47, 6 } tcp dport 80',
    bytecode: [
      'element 0000002f  : 0 [end]\telement 00000006  : 0 [end]',
      '[ meta load protocol => reg 1 ]',
      '[ cmp eq reg 1 0x00000008 ]',
      '[ payload load 1b @ network header + 9 => reg 1 ]',
      '[ lookup reg 1 set __set%d ]',
      '[ payload load 2b @ transport header + 2 => reg 1 ]',
      '[ cmp eq reg 1 0x00005000 ]',
    ],
  },
  {
    // A range settles nothing, even where it is one value.
    rule: 'ip protocol 6-6 tcp dport 1',
    bytecode: [
      '[ meta load protocol => reg 1 ]',
      '[ cmp eq reg 1 0x00000008 ]',
      '[ payload load 1b @ network header + 9 => reg 1 ]',
      '[ cmp gte reg 1 0x00000006 ]',
      '[ cmp lte reg 1 0x00000006 ]',
      '[ meta load l4proto => reg 1 ]',
      '[ cmp eq reg 1 0x00000006 ]',
      '[ payload load 2b @ transport header + 2 => reg 1 ]',
      '[ cmp eq reg 1 0x00000100 ]',
    ],
  },
  {
    rule: 'vlan type 8021q vlan type 8021q vlan id 20',
    bytecode: [
      '[ payload load 2b @ link header + 12 => reg 1 ]',
      '[ cmp eq reg 1 0x00000081 ]',
      '[ payload load 2b @ link header + 16 => reg 1 ]',
      '[ cmp eq reg 1 0x00000081 ]',
      '[ payload load 2b @ link header + 20 => reg 1 ]',
      '[ cmp eq reg 1 0x00000081 ]',
      '[ payload load 2b @ link header + 22 => reg 1 ]',
      '[ bitwise reg 1 = ( reg 1 & 0x0000ff0f ) ^ 0x00000000 ]',
      '[ cmp eq reg 1 0x00001400 ]',
    ],
  },
  {
    // Each element of the set is one more tag to it.
    rule: 'vlan type { 8021q, 8021ad } vlan id 20',
    bytecode: [
      'element 00000081  : 0 [end]\telement 0000a888  : 0 [end]',
      '[ payload load 2b @ link header + 12 => reg 1 ]',
      '[ cmp eq reg 1 0x00000081 ]',
      '[ payload load 2b @ link header + 16 => reg 1 ]',
      '[ lookup reg 1 set __set%d ]',
      '[ payload load 2b @ link header + 22 => reg 1 ]',
      '[ bitwise reg 1 = ( reg 1 & 0x0000ff0f ) ^ 0x00000000 ]',
      '[ cmp eq reg 1 0x00001400 ]',
    ],
  },
  {
    rule: 'vlan type 8021q icmp code 1',
    bytecode: [
      '[ payload load 2b @ link header + 12 => reg 1 ]',
      '[ cmp eq reg 1 0x00000081 ]',
      '[ payload load 2b @ link header + 16 => reg 1 ]',
      '[ cmp eq reg 1 0x00000081 ]',
      '[ payload load 2b @ link header + 20 => reg 1 ]',
      '[ cmp eq reg 1 0x00000008 ]',
      '[ meta load l4proto => reg 1 ]',
      '[ cmp eq reg 1 0x00000001 ]',
      '[ payload load 1b @ transport header + 1 => reg 1 ]',
      '[ cmp eq reg 1 0x00000001 ]',
    ],
  },
  {
    rule: 'tcp dport 80-80',
    bytecode: [
      '[ meta load l4proto => reg 1 ]',
      '[ cmp eq reg 1 0x00000006 ]',
      '[ payload load 2b @ transport header + 2 => reg 1 ]',
      '[ cmp gte reg 1 0x00005000 ]',
      '[ cmp lte reg 1 0x00005000 ]',
    ],
  },
];

describe('surprises: of these rules, too, the parser makes what nft 1.0.6 makes', () => {
  it.each(SURPRISING)('$rule', (recorded) => {
    expect(ours(recorded.rule)).toEqual(theirs(recorded));
  });
});

describe('a verdict and what stands before it', () => {
  it.each([
    ['accept', { kind: 'accept' }, false],
    ['counter drop', { kind: 'drop' }, true],
    ['counter packets 5 bytes 600 drop', { kind: 'drop' }, true],
    ['counter', { kind: 'continue' }, true],
    ['continue', { kind: 'continue' }, false],
    ['return', { kind: 'return' }, false],
    ['jump foo', { kind: 'jump', chain: 'foo' }, false],
    ['goto foo', { kind: 'goto', chain: 'foo' }, false],
    ['drop comment "why not"', { kind: 'drop' }, false],
    ['drop comment whynot', { kind: 'drop' }, false],
  ])('%s', (text, verdict, counter) => {
    const source = `table bridge f {\n chain foo {\n }\n chain c {\n  tcp dport 80 ${text}\n }\n}\n`;
    const ruleset = parseRuleset(source);
    if (isMalformed(ruleset)) expect.fail(JSON.stringify(ruleset));
    expect(ruleset.tables[0]!.chains[1]!.rules).toMatchObject([{ verdict, counter, text: `tcp dport 80 ${text}` }]);
  });

  it('"ether saddr set" writes an address, and is no test', () => {
    const rule = parse('ether saddr set 02:00:00:00:00:01 ether daddr set 2:0:0:0:0:2');
    expect(rule).toMatchObject({
      tests: [],
      rewrites: [
        { field: { base: 'link', offset: 6, size: 6 }, value: Uint8Array.of(2, 0, 0, 0, 0, 1) },
        { field: { base: 'link', offset: 0, size: 6 }, value: Uint8Array.of(2, 0, 0, 0, 0, 2) },
      ],
    });
  });
});

// --- Live

const NFT = '/usr/sbin/nft';
const SEED = 1_006;
const RULES = 150;

function rulesetWith(rule: string): string {
  return `table bridge f {\n chain foo {\n }\n chain c {\n  type filter hook forward priority 0; policy accept;\n  ${rule}\n }\n}\n`;
}

function askNft(source: string): { status: number | null; stdout: string } {
  return spawnSync(NFT, ['-c', '--debug=netlink', '-f', '-'], { input: source, encoding: 'utf8' });
}

/** nft of the recorded version that may ask the kernel; another version prints, and means, other things. */
function isThere(): boolean {
  if (!existsSync(NFT)) return false;
  const { stdout } = spawnSync(NFT, ['--version'], { encoding: 'utf8' });
  return (
    stdout.includes('v1.0.6') && askNft(rulesetWith('tcp dport 80 drop')).stdout.includes('[ immediate reg 0 drop ]')
  );
}

/** `counter`, then the verdict, as nft prints them. */
function printedVerdict(output: string): string {
  const counter = output.includes('[ counter ') ? 'counter ' : '';
  const verdict = /\[ immediate reg 0 (\w+)(?: -> (\w+))? \]/.exec(output);
  return verdict === null ? `${counter}continue` : `${counter}${verdict[1]} ${verdict[2] ?? ''}`.trim();
}

function ourVerdict({ verdict, counter }: Rule): string {
  return `${counter ? 'counter ' : ''}${verdict.kind} ${'chain' in verdict ? verdict.chain : ''}`.trim();
}

describe.skipIf(!isThere())('nft 1.0.6 itself', () => {
  it(`means the same by ${RULES} rules that nobody has seen, seed ${SEED}`, () => {
    const random = new Random(SEED);
    let refused = 0;
    for (let index = 0; index < RULES; index++) {
      const source = rulesetWith(`${randomMatches(random)} ${randomVerdict(random)}`);
      const { status, stdout } = askNft(source);
      const parsed = parseRuleset(source);
      expect(isMalformed(parsed), source).toBe(status !== 0);
      if (isMalformed(parsed)) {
        refused++;
        continue;
      }
      const rule = parsed.tables[0]!.chains[1]!.rules[0]!;
      expect(ourNotation(rule.tests).toSorted(), source).toEqual(nftNotation(printedLines(stdout)).toSorted());
      expect(ourVerdict(rule), source).toBe(printedVerdict(stdout));
    }
    expect(refused).toBeGreaterThan(RULES / 20);
    expect(refused).toBeLessThan(RULES / 2);
  });
});
