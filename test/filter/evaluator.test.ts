/**
 * The evaluator of rules: what verdicts do (ACL-N-3), how values are compared, what rules can read of a frame and what is
 * counted (ACL-N-6). Rules are built from the model, not from any product's text.
 */
import { describe, expect, it } from 'vitest';
import { ACCEPTED, DENIED_BY_POLICY, DENIED_BY_RULE } from '../../src/filter/answer.ts';
import { Evaluator } from '../../src/filter/evaluator.ts';
import { PACKET_BROADCAST, PACKET_OTHER } from '../../src/filter/packet-type.ts';
import { PacketView } from '../../src/filter/packet-view.ts';
import {
  EMPTY_RULESET,
  HOOKS,
  type BaseChain,
  type Chain,
  type Field,
  type FieldTest,
  type NamedSet,
  type NameTest,
  type Rewrite,
  type Rule,
  type RuleVerdict,
  type Ruleset,
} from '../../src/filter/ruleset.ts';
import { fromHex, readUint16, toHex } from '../../src/wire/bytes.ts';
import { Random } from '../random.ts';

// --- Rules in a few words

type Word = 'accept' | 'drop' | 'return' | 'continue' | `jump ${string}` | `goto ${string}`;

function verdictOf(word: Word): RuleVerdict {
  const [kind, target] = word.split(' ');
  return (target === undefined ? { kind } : { kind, chain: target }) as RuleVerdict;
}

function rule(word: Word, tests: Rule['tests'] = [], rewrites: readonly Rewrite[] = []): Rule {
  return { tests, counter: true, rewrites, verdict: verdictOf(word), text: `text of ${word}` };
}

function chain(name: string, rules: readonly (Rule | Word)[], base?: Partial<BaseChain>): Chain {
  const built = rules.map((each) => (typeof each === 'string' ? rule(each) : each));
  if (base === undefined) return { name, rules: built };
  return { name, rules: built, base: { hook: 'forward', priority: 0, serial: 0, policy: 'accept', ...base } };
}

function ruleset(...chains: readonly Chain[]): Ruleset {
  return { tables: [{ family: 'bridge', name: 'f', sets: [], chains }] };
}

function bytes(digits: string): Uint8Array {
  return fromHex(digits)!;
}

/** A test on a field: `['0a', '0c-0f']` are the intervals. */
function field(
  base: Field['base'],
  offset: number,
  values: readonly string[],
  more: Partial<FieldTest> = {},
): FieldTest {
  const intervals = values.map((value) => {
    const [low, high = low] = value.split('-');
    return { low: bytes(low!), high: bytes(high!) };
  });
  const size = intervals[0]?.low.length ?? 6;
  return { field: { base, offset, size }, intervals, negated: false, ...more };
}

function names(base: 'in-port' | 'out-port', wanted: readonly string[], negated = false): NameTest {
  return { field: { base }, names: wanted, negated };
}

// --- Frames as a product shows them

const ADDRESSES = '02000000000b02000000000a';

/** A frame whose outer tag, if it has one, stands beside the bytes. */
function view(body: string, tag = '', before = ''): PacketView {
  const shown = new PacketView();
  const all = bytes(before + ADDRESSES + tag + body);
  shown.bytes = all;
  shown.start = before.length / 2;
  shown.end = all.length;
  shown.tpid = tag === '' ? 0 : readUint16(all, shown.start + 12);
  shown.tci = tag === '' ? 0 : readUint16(all, shown.start + 14);
  shown.body = shown.start + 12 + tag.length / 2;
  shown.network = shown.body + 2;
  shown.protocol = readUint16(all, shown.body);
  shown.inPort = 'p1';
  shown.outPort = 'p2';
  shown.locateTransport();
  return shown;
}

/** A frame that no rule has touched. */
function plain(): PacketView {
  return view('88b5cafe');
}

/** Whether a single test matches. */
function holds(test: FieldTest | NameTest, shown = plain()): boolean {
  const denies = ruleset(chain('c', [rule('drop', [test])], {}));
  return new Evaluator(denies).run('forward', shown) === DENIED_BY_RULE;
}

function run(...chains: readonly Chain[]): number {
  return new Evaluator(ruleset(...chains)).run('forward', plain());
}

describe('verdicts', () => {
  it('where there are no rules, every hook accepts', () => {
    const evaluator = new Evaluator(EMPTY_RULESET);
    for (const hook of HOOKS) {
      expect(evaluator.hasHook(hook)).toBe(false);
      expect(evaluator.run(hook, plain())).toBe(ACCEPTED);
    }
  });

  it('a chain runs in its own hook only, one without a hook only when it is called', () => {
    const evaluator = new Evaluator(ruleset(chain('c', ['drop'], { hook: 'input' }), chain('d', ['drop'])));
    expect(HOOKS.filter((hook) => evaluator.hasHook(hook))).toEqual(['input']);
    expect(HOOKS.filter((hook) => evaluator.run(hook, plain()) !== ACCEPTED)).toEqual(['input']);
  });

  it('ACL-N-3: the first terminal verdict of a chain wins', () => {
    expect(run(chain('c', ['accept', 'drop'], {}))).toBe(ACCEPTED);
    expect(run(chain('c', ['drop', 'accept'], {}))).toBe(DENIED_BY_RULE);
    expect(run(chain('c', ['continue', 'drop'], {}))).toBe(DENIED_BY_RULE);
  });

  it('ACL-N-3: accept ends its own base chain only', () => {
    const chains = [chain('c', ['accept'], {}), chain('d', ['drop'], { priority: 1 })];
    expect(run(...chains)).toBe(DENIED_BY_RULE);
  });

  it('ACL-N-3: drop ends everything: later chains do not even count', () => {
    const evaluator = new Evaluator(ruleset(chain('c', ['drop'], {}), chain('d', ['accept'], { priority: 1 })));
    expect(evaluator.run('forward', plain())).toBe(DENIED_BY_RULE);
    expect(evaluator.rules.map(({ packets }) => packets)).toEqual([1, 0]);
  });

  it('ACL-N-3: the policy stands where a base chain ends without a verdict', () => {
    expect(run(chain('c', [], { policy: 'drop' }))).toBe(DENIED_BY_POLICY);
    expect(run(chain('c', ['continue'], { policy: 'drop' }))).toBe(DENIED_BY_POLICY);
    expect(run(chain('c', ['accept'], { policy: 'drop' }))).toBe(ACCEPTED);
    expect(run(chain('c', ['continue'], {}))).toBe(ACCEPTED);
  });

  it('ACL-N-3: a policy of drop is final, whatever later chains would say', () => {
    expect(run(chain('c', [], { policy: 'drop' }), chain('d', ['accept'], { priority: 1 }))).toBe(DENIED_BY_POLICY);
  });

  it('ACL-N-3: chains of a hook run in ascending priority, in whatever order and table they stand', () => {
    const chains = [300, -300, 0, 5, -200].map((priority) => chain(`c${priority}`, ['continue'], { priority }));
    const tables = chains.map((each, index) => ({ family: 'bridge', name: `t${index}`, sets: [], chains: [each] }));
    const order: number[] = [];
    // Each in turn denies: the one that runs first is the one that is met.
    let left = chains;
    while (left.length > 0) {
      const denying = left.map((each) => ({ ...each, base: { ...each.base!, policy: 'drop' as const } }));
      const evaluator = new Evaluator({
        tables: denying.map((each, index) => ({ ...tables[index]!, chains: [each] })),
      });
      evaluator.run('forward', plain());
      const met = evaluator.chainName(evaluator.decidedBy);
      order.push(Number(met.slice(1)));
      left = left.filter(({ name }) => name !== met);
    }
    expect(order).toEqual([-300, -200, 0, 5, 300]);
  });

  it('of chains of one priority the youngest runs first (nf_hook_entries_grow)', () => {
    const chains = [chain('a', [], { policy: 'drop', serial: 1 }), chain('b', ['drop'], { serial: 2 })];
    expect(run(...chains)).toBe(DENIED_BY_RULE);
    expect(run(...chains.toReversed())).toBe(DENIED_BY_RULE);
  });

  it('what decided is told: the rule with its chain, number and text, or the chain with its rules', () => {
    const evaluator = new Evaluator(
      ruleset(
        chain('sub', ['return']),
        chain('c', ['jump sub', 'continue', rule('drop', [names('in-port', ['p1'])])], {}),
        chain('d', ['continue'], { hook: 'input', policy: 'drop' }),
      ),
    );
    expect(evaluator.run('forward', plain())).toBe(DENIED_BY_RULE);
    expect(evaluator.rules[evaluator.decidedBy]).toMatchObject({
      table: 'f',
      chain: 'c',
      number: 3,
      text: 'text of drop',
    });
    expect(evaluator.run('input', plain())).toBe(DENIED_BY_POLICY);
    expect(evaluator.chainName(evaluator.decidedBy)).toBe('d');
    expect(evaluator.ruleCountOf(evaluator.decidedBy)).toBe(1);
    expect(evaluator.rules.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4]);
  });

  describe('in called chains (nft(8), VERDICT STATEMENTS)', () => {
    it('jump comes back to the rule behind it, goto does not', () => {
      const sub = chain('sub', ['continue']);
      expect(run(sub, chain('c', ['jump sub', 'drop'], {}))).toBe(DENIED_BY_RULE);
      expect(run(sub, chain('c', ['goto sub', 'drop'], {}))).toBe(ACCEPTED);
      expect(run(sub, chain('c', ['goto sub', 'accept'], { policy: 'drop' }))).toBe(DENIED_BY_POLICY);
    });

    it('return ends the called chain; in a base chain the policy stands', () => {
      expect(run(chain('sub', ['return', 'drop']), chain('c', ['jump sub'], {}))).toBe(ACCEPTED);
      expect(run(chain('sub', ['return']), chain('c', ['jump sub', 'drop'], {}))).toBe(DENIED_BY_RULE);
      expect(run(chain('c', ['return', 'accept'], { policy: 'drop' }))).toBe(DENIED_BY_POLICY);
    });

    it('what goto led to returns to where the last jump came from', () => {
      const chains = [chain('b', ['return']), chain('a', ['goto b', 'accept'])];
      expect(run(...chains, chain('c', ['jump a', 'drop'], {}))).toBe(DENIED_BY_RULE);
    });

    it('a verdict of a called chain is that of the base chain', () => {
      expect(run(chain('sub', ['drop']), chain('c', ['jump sub', 'accept'], {}))).toBe(DENIED_BY_RULE);
      expect(run(chain('sub', ['accept']), chain('c', ['jump sub', 'drop'], {}))).toBe(ACCEPTED);
      expect(run(chain('sub', ['drop']), chain('c', ['goto sub'], {}))).toBe(DENIED_BY_RULE);
    });

    it('a rule that does not match calls nothing', () => {
      const never = rule('jump sub', [names('in-port', ['p9'])]);
      expect(run(chain('sub', ['drop']), chain('c', [never], {}))).toBe(ACCEPTED);
    });

    it('chains can be defined behind the one that calls them, and 15 calls deep', () => {
      const deep = Array.from({ length: 15 }, (_, index) =>
        chain(`d${index}`, [index === 14 ? 'drop' : `jump d${index + 1}`]),
      );
      expect(run(chain('c', ['jump d0'], {}), ...deep)).toBe(DENIED_BY_RULE);
    });

    it('a chain that calls itself comes to an end', () => {
      expect(run(chain('a', ['jump a']), chain('c', ['jump a'], {}))).toBe(ACCEPTED);
    });

    // Linux refuses such a ruleset ("Too many links"). Followed, its cost would double with each of 16 levels.
    it('a chain that calls itself twice comes to an end in a few steps', () => {
      const evaluator = new Evaluator(ruleset(chain('a', ['jump a', 'jump a']), chain('c', ['jump a'], {})));
      evaluator.run('forward', plain());
      expect(evaluator.rules.reduce((sum, { packets }) => sum + packets, 0)).toBeLessThan(1000);
    });

    it('a chain is looked for in its own table', () => {
      const tables = ['f', 'g'].map((name) => ({
        family: 'bridge',
        name,
        sets: [],
        chains: [
          chain('sub', [name === 'f' ? 'drop' : 'continue']),
          chain('c', ['jump sub'], { priority: name === 'f' ? 1 : 0 }),
        ],
      }));
      const evaluator = new Evaluator({ tables });
      expect(evaluator.run('forward', plain())).toBe(DENIED_BY_RULE);
      expect(evaluator.rules[evaluator.decidedBy]).toMatchObject({ table: 'f', chain: 'sub' });
    });
  });
});

describe('counters', () => {
  it.each([
    ['untagged', view(`88b5${'00'.repeat(50)}`), 50],
    ['with an outer tag, which is not counted', view(`88b5${'00'.repeat(50)}`, '8100000a'), 50],
    ['with a second tag, which is', view(`8100001488b5${'00'.repeat(50)}`, '8100000a'), 54],
    ['of nothing but a header', view('88b5'), 0],
  ])('ACL-N-6: a frame %s counts with its bytes behind the link header', (_, shown, size) => {
    const evaluator = new Evaluator(ruleset(chain('c', ['continue', 'accept'], {})));
    evaluator.run('forward', shown);
    evaluator.run('forward', shown);
    expect(evaluator.rules.map((each) => [each.packets, each.bytes])).toEqual([
      [2, 2 * size],
      [2, 2 * size],
    ]);
  });

  it('a rule counts only what matches it, whatever its verdict is', () => {
    const evaluator = new Evaluator(
      ruleset(
        chain(
          'c',
          [rule('continue', [names('in-port', ['p1'])]), rule('drop', [names('in-port', ['p2'])]), 'return', 'accept'],
          {},
        ),
      ),
    );
    evaluator.run('forward', plain());
    expect(evaluator.rules.map(({ packets }) => packets)).toEqual([1, 0, 1, 0]);
  });
});

function number(value: Uint8Array): bigint {
  return BigInt(`0x${toHex(value)}`);
}

/** A chain that drops what the set `s` names, or what it does not. */
function asksSet(negated: boolean): Chain {
  return chain('c', [rule('drop', [field('link', 6, [], { set: 's', negated })])], {});
}

describe('tests', () => {
  const SRC = '02000000000a';
  const OTHER = '02000000000c';

  it('all tests of a rule have to hold', () => {
    const [yes, no] = [field('link', 6, [SRC]), field('link', 6, [OTHER])];
    const results = [
      [yes, yes],
      [yes, no],
      [no, yes],
      [no, no],
    ].map((tests) => run(chain('c', [rule('drop', tests)], {})));
    expect(results).toEqual([DENIED_BY_RULE, ACCEPTED, ACCEPTED, ACCEPTED]);
  });

  it('a value, a range with both its ends, and one of several', () => {
    expect(holds(field('link', 6, [SRC]))).toBe(true);
    expect(holds(field('link', 6, [OTHER]))).toBe(false);
    expect(holds(field('link', 6, [`${SRC}-${OTHER}`]))).toBe(true);
    expect(holds(field('link', 6, [`020000000000-${SRC}`]))).toBe(true);
    expect(holds(field('link', 6, ['02000000000b-02000000000f']))).toBe(false);
    expect(holds(field('link', 6, ['000000000000', SRC, 'ffffffffffff']))).toBe(true);
    expect(holds(field('link', 6, []))).toBe(false);
  });

  it('negated: outside all of the values', () => {
    expect(holds(field('link', 6, [SRC], { negated: true }))).toBe(false);
    expect(holds(field('link', 6, [OTHER], { negated: true }))).toBe(true);
    expect(holds(field('link', 6, [OTHER, SRC], { negated: true }))).toBe(false);
    expect(holds(field('link', 6, [], { negated: true }))).toBe(true);
  });

  it('under a mask', () => {
    expect(holds(field('link', 0, ['000000000000'], { mask: bytes('010000000000') }))).toBe(true);
    expect(holds(field('link', 0, ['020000000000'], { mask: bytes('ffffff000000') }))).toBe(true);
    expect(holds(field('link', 0, ['020000000001'], { mask: bytes('ffffff0000ff') }))).toBe(false);
  });

  it("a set of the table stands for its values; another table's set of that name does not", () => {
    const sets: NamedSet[] = [{ name: 's', type: 'mac', intervals: [{ low: bytes(SRC), high: bytes(SRC) }] }];
    const withSet = (own: readonly NamedSet[], negated: boolean): number =>
      new Evaluator({ tables: [{ family: 'bridge', name: 'f', sets: own, chains: [asksSet(negated)] }] }).run(
        'forward',
        plain(),
      );
    expect(withSet(sets, false)).toBe(DENIED_BY_RULE);
    expect(withSet(sets, true)).toBe(ACCEPTED);
    expect(withSet([{ ...sets[0]!, intervals: [] }], false)).toBe(ACCEPTED);
    const elsewhere: Ruleset = {
      tables: [
        { family: 'bridge', name: 'g', sets, chains: [] },
        { family: 'bridge', name: 'f', sets: [{ ...sets[0]!, intervals: [] }], chains: [asksSet(false)] },
      ],
    };
    expect(new Evaluator(elsewhere).run('forward', plain())).toBe(ACCEPTED);
  });

  it('names: one of them, with a star for any rest, or none of them', () => {
    expect(holds(names('in-port', ['p1']))).toBe(true);
    expect(holds(names('out-port', ['p1']))).toBe(false);
    expect(holds(names('in-port', ['p9', 'p1']))).toBe(true);
    expect(holds(names('in-port', ['p*']))).toBe(true);
    expect(holds(names('in-port', ['p1*']))).toBe(true);
    expect(holds(names('in-port', ['p11*']))).toBe(false);
    expect(holds(names('in-port', ['p']))).toBe(false);
    expect(holds(names('in-port', ['p1'], true))).toBe(false);
    expect(holds(names('in-port', ['p2', 'p3'], true))).toBe(true);
  });

  it('where there is no port, its name is empty', () => {
    const shown = view('88b5cafe');
    shown.inPort = '';
    expect(holds(names('in-port', ['p1']), shown)).toBe(false);
    expect(holds(names('in-port', ['p1'], true), shown)).toBe(true);
    expect(holds(names('in-port', ['*']), shown)).toBe(true);
  });

  it('what the product says of the frame: EtherType behind the tag, protocol, whom it is for', () => {
    const shown = view(`0800${ipv4(17, '00350035')}`, '8100000a');
    expect(holds(field('protocol', 0, ['0800']), shown)).toBe(true);
    expect(holds(field('l4-protocol', 0, ['11']), shown)).toBe(true);
    expect(holds(field('packet-type', 0, ['03']), shown)).toBe(true);
    expect(shown.packetType).toBe(PACKET_OTHER);
    shown.packetType = PACKET_BROADCAST;
    expect(holds(field('packet-type', 0, ['01']), shown)).toBe(true);
  });

  it('compares numbers of 1 to 16 bytes as unsigned big-endian integers', () => {
    const random = new Random(2718);
    let held = 0;
    for (let round = 0; round < 20_000; round++) {
      const size = random.between(1, 16);
      // Few bits, so that values meet; the highest among them.
      const some = (): Uint8Array => random.bytes(size).map((byte) => byte & 0x81);
      const value = some();
      const mask = random.chance(0.5) ? some() : new Uint8Array(size).fill(0xff);
      const intervals = Array.from({ length: random.below(4) }, () => {
        const pair = [some(), some()].toSorted((a, b) => Buffer.compare(a, b));
        return { low: pair[0]!, high: pair[1]! };
      });
      const negated = random.chance(0.3);
      const offset = random.below(4);
      const masked = number(value) & number(mask);
      const isIn = intervals.some(({ low, high }) => number(low) <= masked && masked <= number(high));
      const test: FieldTest = { field: { base: 'network', offset, size }, mask, intervals, negated };
      const got = holds(test, view(`88b5${'5a'.repeat(offset)}${toHex(value)}`));
      if (got !== (isIn !== negated))
        expect.fail(`seed 2718, round ${round}: ${JSON.stringify({ test, value: toHex(value) })}`);
      if (got) held++;
    }
    expect(held).toBeGreaterThan(5000);
    expect(held).toBeLessThan(15_000);
  });
});

describe('what cannot be read never matches, negated or not:', () => {
  const nothing = view('88b5');
  const cases: [string, FieldTest, PacketView][] = [
    ['a field of the network layer behind the end', field('network', 0, ['00']), nothing],
    ['a field that is cut off', field('network', 0, ['0000']), view('88b500')],
    ['a transport field where there is no transport layer', field('transport', 0, ['0000']), view('88b500000000')],
    ['a transport field behind the end', field('transport', 2, ['0050']), view(`0800${ipv4(6, '0400')}`)],
    ['a protocol number where there is none', field('l4-protocol', 0, ['00']), nothing],
    ['a link field behind the end', field('link', 14, ['0000']), nothing],
    ['a link field that is cut off', field('link', 12, ['88b500']), nothing],
  ];
  it.each(cases)('%s', (_, test, shown) => {
    expect(holds(test, shown)).toBe(false);
    expect(holds({ ...test, negated: true }, shown)).toBe(false);
  });

  it('and the byte before it can be', () => {
    expect(holds(field('link', 12, ['88b5']), nothing)).toBe(true);
    expect(holds(field('network', 0, ['00'], { negated: true }), view('88b501'))).toBe(true);
    expect(holds(field('transport', 0, ['0400']), view(`0800${ipv4(6, '0400')}`))).toBe(true);
  });
});

describe('the link layer', () => {
  it.each([
    ['untagged', ''],
    ['tagged', '8100a00a'],
    ['S-tagged', '88a80014'],
  ])('of a frame that is %s is read as it is on the wire, byte for byte', (_, tag) => {
    for (const before of ['', 'ffffffff']) {
      const shown = view('0800450000', tag, before);
      const wire = bytes(`${ADDRESSES}${tag}0800450000`);
      const read = Array.from(wire, (__, at) => shown.linkByte(at));
      expect(read).toEqual([...wire]);
      expect(shown.linkByte(wire.length)).toBe(-1);
    }
  });

  it('ACL-N-7: a tag that the product put beside the bytes is read from there', () => {
    const shown = view('0800450000');
    shown.tpid = 0x8100;
    shown.tci = 0xa00a;
    expect(holds(field('link', 12, ['8100a00a0800']), shown)).toBe(true);
    expect(holds(field('link', 14, ['000a'], { mask: bytes('0fff') }), shown)).toBe(true);
    expect(holds(field('protocol', 0, ['0800']), shown)).toBe(true);
  });
});

function write(offset: number, value: string): Rewrite {
  return { field: { base: 'link', offset, size: 6 }, value: bytes(value) };
}

describe('statements that write addresses', () => {
  it('show later rules the new address, in the same chain and the next', () => {
    const after = field('link', 6, ['020000000063']);
    const rewriting = rule('continue', [], [write(6, '020000000063')]);
    expect(run(chain('c', [rule('drop', [after]), rewriting], {}))).toBe(ACCEPTED);
    expect(run(chain('c', [rewriting, rule('drop', [after])], {}))).toBe(DENIED_BY_RULE);
    const chains = [chain('c', [rewriting, 'accept'], {}), chain('d', [rule('drop', [after])], { priority: 1 })];
    expect(new Evaluator(ruleset(...chains)).run('forward', view('88b5cafe'))).toBe(DENIED_BY_RULE);
  });

  it('leave the frame itself alone: the view goes on with a copy', () => {
    const shown = view(`0800${ipv4(6, '04000050')}`, '8100000a', 'ffff');
    const frame = shown.bytes;
    const before = toHex(frame);
    const evaluator = new Evaluator(
      ruleset(chain('c', [rule('continue', [], [write(0, '020000000062'), write(6, '020000000063')])], {})),
    );
    evaluator.run('forward', shown);
    expect(shown.isRewritten).toBe(true);
    expect(toHex(frame)).toBe(before);
    expect(toHex(shown.bytes)).toBe(`0200000000620200000000638100000a0800${ipv4(6, '04000050')}`);
    // What stands behind the addresses is found as before.
    expect(holds(field('transport', 2, ['0050']), shown)).toBe(true);
    expect(holds(field('network', 9, ['06']), shown)).toBe(true);
    expect(holds(field('link', 12, ['8100000a0800']), shown)).toBe(true);
    expect(shown.size).toBe(24);
  });
});

/** An IPv4 packet; the header says that it is `total` bytes long. */
function ipv4(protocol: number, payload: string, more: Partial<Ipv4Fields> = {}): string {
  const { first = 0x45, options = '', fragment = 0 } = more;
  const total = more.total ?? 20 + options.length / 2 + payload.length / 2;
  const header = `${hex(first, 1)}00${hex(total, 2)}0000${hex(fragment, 2)}40${hex(protocol, 1)}0000c0000201c0000202`;
  return header + options + payload;
}

interface Ipv4Fields {
  first: number;
  total: number;
  fragment: number;
  options: string;
}

function hex(value: number, size: number): string {
  return value.toString(16).padStart(2 * size, '0');
}

const TCP = '0400005000000001000000005002200000000000';
const TCP_PORT_80 = field('transport', 2, ['0050']);

describe('ACL-N-6: the transport layer of IPv4 is found', () => {
  const found: [string, string][] = [
    ['behind a plain header', ipv4(6, TCP)],
    ['behind options', ipv4(6, TCP, { first: 0x47, options: '0101010101010101' })],
    ['in a frame with padding behind the packet', `${ipv4(6, TCP)}0000000000`],
    ['where the total length ends within the transport header', ipv4(6, TCP, { total: 22 })],
    ['where the total length is the header alone', ipv4(6, TCP, { total: 20 })],
    ['in a first fragment', ipv4(6, TCP, { fragment: 0x2000 })],
    ['in a later fragment, as if the header were there', ipv4(6, TCP, { fragment: 0x2001 })],
  ];
  it.each(found)('%s', (_, packet) => {
    for (const tag of ['', '8100000a']) {
      const shown = view(`0800${packet}`, tag);
      expect(shown.l4Protocol).toBe(6);
      expect(holds(TCP_PORT_80, shown)).toBe(true);
    }
  });

  const lost: [string, string][] = [
    ['a version other than 4', ipv4(6, TCP, { first: 0x65 })],
    ['a header shorter than 20 bytes', ipv4(6, TCP, { first: 0x44 })],
    ['a total length beyond the frame', ipv4(6, TCP, { total: 41 })],
    ['a total length shorter than the header', ipv4(6, TCP, { total: 19 })],
    [
      'a total length shorter than the header with its options',
      ipv4(6, TCP, { first: 0x46, options: '01010101', total: 23 }),
    ],
    ['fewer bytes than a header', ipv4(6, '').slice(0, 38)],
  ];
  it.each(lost)('not where the header has %s', (_, packet) => {
    const shown = view(`0800${packet}`);
    expect([shown.l4Protocol, shown.transport]).toEqual([-1, -1]);
    expect(holds(TCP_PORT_80, shown)).toBe(false);
  });

  it('and not behind another EtherType, or behind a second tag', () => {
    expect(view(`0806${ipv4(6, TCP)}`).l4Protocol).toBe(-1);
    expect(view(`810000140800${ipv4(6, TCP)}`, '8100000a').l4Protocol).toBe(-1);
  });
});

/** An IPv6 packet whose header says that `length` bytes follow. */
function ipv6(next: number, payload: string, length = payload.length / 2, version = 6): string {
  const address = `20010db8${'00'.repeat(11)}`;
  return `${hex(version << 4, 1)}012345${hex(length, 2)}${hex(next, 1)}40${address}01${address}02${payload}`;
}

const options = (next: number): string => `${hex(next, 1)}00010400000000`;
const longOptions = (next: number): string => `${hex(next, 1)}01010c${'00'.repeat(12)}`;
const routing = (next: number): string => `${hex(next, 1)}00040000000000`;
const authentication = (next: number): string => `${hex(next, 1)}04${'00'.repeat(22)}`;
const fragment = (next: number, offset: number, isMore: boolean): string =>
  `${hex(next, 1)}00${hex((offset << 3) | (isMore ? 1 : 0), 2)}00000007`;

function expectSeen(shown: PacketView, l4Protocol: number, isPort80: boolean): void {
  expect(shown.l4Protocol).toBe(l4Protocol);
  const isTcp = field('l4-protocol', 0, ['06']);
  const denies = ruleset(chain('c', [rule('drop', [isTcp, TCP_PORT_80])], {}));
  expect(new Evaluator(denies).run('forward', shown) === DENIED_BY_RULE).toBe(isPort80);
}

/** What Linux 6.1.176 answered when it was asked for `meta l4proto` and `tcp dport 80` of these packets. */
describe('the extension headers of IPv6 are walked as Linux does', () => {
  type Asked = [name: string, packet: string, l4Protocol: number, isPort80: boolean];
  const asked: Asked[] = [
    ['no extension', ipv6(6, TCP), 6, true],
    ['hop-by-hop options', ipv6(0, options(6) + TCP), 6, true],
    ['longer hop-by-hop options', ipv6(0, longOptions(6) + TCP), 6, true],
    ['destination options', ipv6(60, options(6) + TCP), 6, true],
    ['a routing header', ipv6(43, routing(6) + TCP), 6, true],
    ['three headers', ipv6(0, options(60) + options(43) + routing(6) + TCP), 6, true],
    ['hop-by-hop options in the middle', ipv6(60, options(0) + options(6) + TCP), 6, true],
    ['a first fragment', ipv6(44, fragment(6, 0, true) + TCP), 6, true],
    ['an only fragment', ipv6(44, fragment(6, 0, false) + TCP), 6, true],
    ['a first fragment with options', ipv6(44, fragment(60, 0, true) + options(6) + TCP), 6, true],
    ['a later fragment of options', ipv6(44, fragment(60, 1, false) + options(6) + TCP), -1, false],
    ['ESP', ipv6(50, TCP), 50, false],
    ['a mobility header', ipv6(135, TCP), 135, false],
    ['HIP', ipv6(139, TCP), 139, false],
    ['ICMPv6 behind options', ipv6(0, `${options(58)}8700000000000000`), 58, false],
    ['UDP', ipv6(17, '0400005000080000'), 17, false],
    ['a payload length beyond the frame', ipv6(6, TCP, 200), -1, false],
    ['a payload length that ends early', ipv6(6, TCP, 4), 6, true],
    ['a payload length of zero', ipv6(6, TCP, 0), 6, true],
    ['a version other than 6', ipv6(6, TCP, 20, 4), -1, false],
    ['nothing behind the header', ipv6(6, ''), 6, false],
    ['options that are cut off', ipv6(0, longOptions(6).slice(0, 16)), 6, false],
    ['a TCP header that is cut off', ipv6(60, `${options(6)}0400`), 6, false],
    ['half a header', ipv6(6, '').slice(0, 70), -1, false],
  ];
  it.each(asked)('%s', (_, packet, l4Protocol, isPort80) => {
    for (const tag of ['', '8100000a']) expectSeen(view(`86dd${packet}`, tag), l4Protocol, isPort80);
  });

  // Linux stops at AH (nf_tables asks with IP6_FH_F_AUTH), takes 59 for a protocol, and knows that of a later fragment, whose
  // transport header it then reads from the start of the IPv6 header.
  const surprising: Asked[] = [
    ['an authentication header', ipv6(51, authentication(6) + TCP), 51, false],
    ['no next header', ipv6(59, TCP), 59, false],
    ['no next header behind options', ipv6(0, options(59) + TCP), 59, false],
    ['a later fragment', ipv6(44, fragment(6, 1, false) + TCP), 6, false],
    ['options of which four bytes are there', ipv6(0, options(6).slice(0, 8)), 6, false],
  ];
  it.each(surprising)('%s', (_, packet, l4Protocol, isPort80) => {
    expectSeen(view(`86dd${packet}`), l4Protocol, isPort80);
  });

  it('a later fragment, whose ports are the first bytes of its IPv6 header', () => {
    const shown = view(`86dd${ipv6(44, fragment(6, 1, false) + TCP)}`);
    expect(holds(field('transport', 0, ['60012345']), shown)).toBe(true);
  });
});
