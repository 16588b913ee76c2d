/**
 * A ruleset as `nft -f` takes it, bridge family: tables, chains, sets and rules become the model of `filter/ruleset.ts`.
 *
 * Accepted: the block form and `add table|chain|rule|set`, `flush ruleset`; base chains with type, hook, priority and
 * policy; named and anonymous sets; the fields of `fields.ts` with ==, !=, <, >, <=, >=, ranges, prefixes, masks;
 * counter, comment, `ether saddr|daddr set`; accept, drop, return, continue, jump, goto. What nft knows beyond that is
 * refused as "valid there, not modelled here", everything else as an error, both with their place. As with nft itself a
 * file is taken whole or not at all.
 */
import { malformed, isMalformed, type Malformed } from '../../wire/malformed.ts';
import {
  EMPTY_RULESET,
  HOOKS,
  type BaseChain,
  type FieldTest,
  type Hook,
  type NamedSet,
  type Rewrite,
  type Rule,
  type RuleVerdict,
  type Ruleset,
  type Table,
  type Test,
} from '../../filter/ruleset.ts';
import { dependencies, nothingSettled, settle, type Settled } from './dependencies.ts';
import { FIELDS, isProtocol, type FieldSpec, type Protocol } from './fields.ts';
import { tokenize, type Token } from './lexer.ts';
import { fullMask, parseValue, prefixMask, toBytes, toIntervals, type Range } from './values.ts';

/** `priority NAME` in the bridge family (netfilter_bridge.h, ACL-N-4). */
const PRIORITIES: Readonly<Record<string, number>> = { dstnat: -300, filter: -200, out: 100, srcnat: 300 };

/** Words that begin something nft understands and this engine does not model. */
const UNMODELLED = new Set(
  (
    'ct reject log limit queue dup fwd notrack masquerade snat dnat redirect quota meter flow synproxy tproxy numgen jhash ' +
    'symhash socket osf rt fib exthdr hbh frag dst mh ah esp comp sctp dccp udplite igmp gre geneve vxlan last secmark ' +
    'iif oif iifgroup oifgroup ibrname obrname mark priority skuid skgid cpu length nfproto random hour day time rtclassid ' +
    'vmap map flowtable element delete insert replace list reset rename monitor destroy include define policy'
  ).split(' '),
);

/** Fields of `meta` that are port names. */
const NAME_FIELDS: Readonly<Record<string, 'in-port' | 'out-port'>> = { iifname: 'in-port', oifname: 'out-port' };

const SET_TYPES: Readonly<Record<string, FieldSpec>> = {
  ether_addr: FIELDS.ether['saddr']!,
  ipv4_addr: FIELDS.ip['saddr']!,
  ipv6_addr: FIELDS.ip6['saddr']!,
  inet_service: FIELDS.tcp['dport']!,
  inet_proto: FIELDS.ip['protocol']!,
  ether_type: FIELDS.ether['type']!,
};

class Refused extends Error {
  readonly problem: Malformed;
  constructor(problem: Malformed) {
    super(problem.field);
    this.problem = problem;
  }
}

/** Adds what `source` says to `present`, as nft adds to what the kernel holds. */
export function parseRuleset(source: string, present: Ruleset = EMPTY_RULESET): Ruleset | Malformed {
  const tokens = tokenize(source);
  if (isMalformed(tokens)) return tokens;
  try {
    return new Parser(source, tokens, present).parse();
  } catch (error) {
    if (error instanceof Refused) return error.problem;
    throw error;
  }
}

interface OpenTable {
  readonly family: string;
  readonly name: string;
  readonly chains: { name: string; base?: BaseChain; rules: Rule[] }[];
  readonly sets: NamedSet[];
}

class Parser {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #position = 0;
  #tables: OpenTable[];
  /** jump and goto are checked when all chains are known. */
  readonly #jumps: { table: OpenTable; chain: string; at: number }[] = [];

  constructor(source: string, tokens: readonly Token[], present: Ruleset) {
    this.#source = source;
    this.#tokens = tokens;
    this.#tables = present.tables.map((table) => ({
      ...table,
      chains: table.chains.map((chain) => ({ ...chain, rules: [...chain.rules] })),
      sets: [...table.sets],
    }));
  }

  parse(): Ruleset {
    for (;;) {
      this.#skipNewlines();
      if (this.#peek().kind === 'end') break;
      this.#command();
    }
    for (const { table, chain, at } of this.#jumps) {
      if (!table.chains.some(({ name }) => name === chain))
        this.#fail('chain', at, chain, table.chains.map((c) => c.name).join(', '));
    }
    return { tables: this.#tables satisfies Table[] };
  }

  // --- Commands

  #command(): void {
    const token = this.#next();
    switch (token.text) {
      case 'table':
        return this.#tableBlock(this.#openTable());
      case 'flush':
        this.#expect('ruleset');
        this.#tables = [];
        return;
      case 'add':
      case 'create':
        return this.#add();
      default:
        return this.#unexpected(token, 'table, add, flush ruleset');
    }
  }

  #add(): void {
    const what = this.#next();
    if (what.text === 'table') {
      const table = this.#openTable();
      if (this.#peek().text === '{') this.#tableBlock(table);
      return;
    }
    if (what.text !== 'chain' && what.text !== 'rule' && what.text !== 'set') {
      return this.#unexpected(what, 'table, chain, rule, set');
    }
    const table = this.#existingTable();
    if (what.text === 'chain') return this.#chain(table);
    if (what.text === 'set') return this.#set(table);
    const name = this.#next();
    const chain = table.chains.find((candidate) => candidate.name === name.text);
    if (chain === undefined) this.#fail('chain', name.at, name.text, table.chains.map((c) => c.name).join(', '));
    chain.rules.push(this.#rule(table));
  }

  /** `FAMILY NAME`, made where it does not exist. */
  #openTable(): OpenTable {
    const { family, name } = this.#tableName();
    const present = this.#tables.find((table) => table.family === family && table.name === name);
    if (present !== undefined) return present;
    const table: OpenTable = { family, name, chains: [], sets: [] };
    this.#tables.push(table);
    return table;
  }

  #existingTable(): OpenTable {
    const at = this.#peek().at;
    const { family, name } = this.#tableName();
    const present = this.#tables.find((table) => table.family === family && table.name === name);
    return (
      present ??
      this.#fail('table', at, `${family} ${name}`, this.#tables.map((t) => `${t.family} ${t.name}`).join(', '))
    );
  }

  #tableName(): { family: string; name: string } {
    const token = this.#next();
    if (['ip', 'ip6', 'inet', 'arp', 'netdev'].includes(token.text)) this.#unmodelled(token);
    if (token.text !== 'bridge') this.#unexpected(token, 'bridge');
    return { family: 'bridge', name: this.#identifier('table') };
  }

  // --- Blocks

  #tableBlock(table: OpenTable): void {
    this.#block(() => {
      const token = this.#next();
      if (token.text === 'chain') this.#chain(table);
      else if (token.text === 'set') this.#set(table);
      else this.#unexpected(token, 'chain, set');
    });
  }

  #chain(table: OpenTable): void {
    const name = this.#identifier('chain');
    let chain = table.chains.find((candidate) => candidate.name === name);
    if (chain === undefined) {
      chain = { name, rules: [] };
      table.chains.push(chain);
    }
    const open = chain;
    if (this.#peek().text !== '{') return;
    this.#block(() => {
      const token = this.#peek();
      if (token.text === 'type') this.#setBase(open, token.at, this.#baseChain());
      else if (token.text === 'policy' && open.base !== undefined) open.base = { ...open.base, policy: this.#policy() };
      else open.rules.push(this.#rule(table));
    });
  }

  /** A base chain that exists keeps its hook and priority; only its policy may change. */
  #setBase(chain: OpenTable['chains'][number], at: number, base: BaseChain): void {
    const { base: present } = chain;
    const isNew = present === undefined && chain.rules.length === 0;
    if (!isNew && (present?.hook !== base.hook || present.priority !== base.priority)) {
      const expected = present === undefined ? 'no hook' : `hook ${present.hook} priority ${present.priority}`;
      this.#fail('chain', at, `hook ${base.hook} priority ${base.priority}`, expected);
    }
    chain.base = base;
  }

  /** `type filter hook HOOK priority N; policy accept` */
  #baseChain(): BaseChain {
    this.#next();
    const type = this.#next();
    if (type.text === 'nat' || type.text === 'route') this.#unmodelled(type);
    if (type.text !== 'filter') this.#unexpected(type, 'filter');
    this.#expect('hook');
    const hook = this.#next();
    if (!(HOOKS as readonly string[]).includes(hook.text)) this.#unexpected(hook, HOOKS.join(', '));
    this.#expect('priority');
    const priority = this.#priority();
    let policy: BaseChain['policy'] = 'accept';
    if (this.#peek().text === ';' && this.#tokens[this.#position + 1]?.text === 'policy') {
      this.#next();
      policy = this.#policy();
    }
    return { hook: hook.text as Hook, priority, policy };
  }

  #policy(): BaseChain['policy'] {
    this.#expect('policy');
    const token = this.#next();
    if (token.text !== 'accept' && token.text !== 'drop') this.#unexpected(token, 'accept, drop');
    return token.text;
  }

  /** `N`, `-N`, `filter`, `filter + N`. */
  #priority(): number {
    const token = this.#peek();
    let base = 0;
    if (token.kind === 'word') {
      if (!Object.hasOwn(PRIORITIES, token.text))
        this.#unexpected(token, `${Object.keys(PRIORITIES).join(', ')}, number`);
      base = PRIORITIES[this.#next().text]!;
      if (this.#peek().text !== '+' && this.#peek().text !== '-') return base;
    }
    const isNegative = this.#peek().text === '-';
    if (isNegative || this.#peek().text === '+') this.#next();
    const number = this.#next();
    if (number.kind !== 'number') this.#unexpected(number, 'number');
    return base + (isNegative ? -Number(number.text) : Number(number.text));
  }

  /** A set that exists gets the new elements as well, if the type is the same. */
  #set(table: OpenTable): void {
    const start = this.#peek().at;
    const name = this.#identifier('set');
    const present = table.sets.find((set) => set.name === name);
    let spec: FieldSpec | null = null;
    let elements: Token[][] = [];
    this.#block(() => {
      const token = this.#next();
      if (token.text === 'type') spec = this.#setType();
      else if (token.text === 'flags') this.#flags();
      else if (token.text === 'elements') {
        this.#expect('=');
        elements = this.#elements();
      } else if (['size', 'timeout', 'gc-interval', 'policy', 'typeof', 'auto-merge', 'counter'].includes(token.text)) {
        this.#unmodelled(token);
      } else this.#unexpected(token, 'type, flags, elements');
    });
    const known = spec as FieldSpec | null;
    if (known === null) return this.#fail('set', start, name, 'type ether_addr');
    if (present !== undefined && present.type !== known.type)
      return this.#fail('set', start, name, `type ${present.type}`);
    const intervals = [...(present?.intervals ?? []), ...toIntervals(this.#union(elements, known), known)];
    if (present !== undefined) table.sets.splice(table.sets.indexOf(present), 1);
    table.sets.push({ name, type: known.type, intervals });
  }

  #setType(): FieldSpec {
    const token = this.#next();
    if (!Object.hasOwn(SET_TYPES, token.text)) this.#unexpected(token, Object.keys(SET_TYPES).join(', '));
    if (this.#peek().text === '.') this.#unmodelled(this.#peek());
    return SET_TYPES[token.text]!;
  }

  #flags(): void {
    do {
      const flag = this.#next();
      if (flag.text === 'timeout' || flag.text === 'dynamic') this.#unmodelled(flag);
      if (flag.text !== 'interval' && flag.text !== 'constant') this.#unexpected(flag, 'interval, constant');
    } while (this.#takes(','));
  }

  /** `{ a, b-c, d/8 }` as the words of each element. */
  #elements(): Token[][] {
    this.#expect('{');
    const elements: Token[][] = [];
    this.#skipLineBreaks();
    while (this.#peek().text !== '}') {
      const words: Token[] = [];
      while (![',', '}'].includes(this.#peek().text) && this.#peek().kind !== 'end') {
        const token = this.#next();
        if (token.kind !== 'newline') words.push(token);
      }
      if (words.length > 0) elements.push(words);
      if (!this.#takes(',')) break;
      this.#skipLineBreaks();
    }
    this.#expect('}');
    return elements;
  }

  /** `{ … }` with statements separated by newlines or semicolons. */
  #block(statement: () => void): void {
    this.#expect('{');
    for (;;) {
      this.#skipNewlines();
      if (this.#takes('}')) return;
      if (this.#peek().kind === 'end') this.#unexpected(this.#peek(), '}');
      statement();
      const after = this.#peek();
      if (after.kind !== 'newline' && after.text !== '}') this.#unexpected(after, '; , newline');
    }
  }

  // --- Rules

  #rule(table: OpenTable): Rule {
    const start = this.#peek().at;
    const tests: Test[] = [];
    const rewrites: Rewrite[] = [];
    const settled = nothingSettled();
    let counter = false;
    let verdict: RuleVerdict = { kind: 'continue' };
    let isOver = false;
    let end = start;
    while (this.#peek().kind !== 'newline' && this.#peek().kind !== 'end' && this.#peek().text !== '}') {
      const token = this.#peek();
      if (isOver && token.text !== 'comment') this.#fail('statement', token.at, token.text, 'verdict last');
      if (token.text === 'counter') {
        this.#counter();
        counter = true;
      } else if (token.text === 'comment') {
        this.#next();
        if (this.#next().kind !== 'string') this.#unexpected(token, '"…"');
      } else if (isVerdict(token.text)) {
        verdict = this.#verdict(table);
        isOver = verdict.kind !== 'continue';
      } else {
        this.#matchOrRewrite(table, settled, tests, rewrites);
      }
      const last = this.#tokens[this.#position - 1]!;
      end = last.at + last.text.length;
    }
    return { tests, counter, rewrites, verdict, text: this.#source.slice(start, end) };
  }

  #counter(): void {
    this.#next();
    for (const word of ['packets', 'bytes']) {
      if (this.#takes(word)) this.#next();
    }
  }

  #verdict(table: OpenTable): RuleVerdict {
    const token = this.#next();
    if (token.text !== 'jump' && token.text !== 'goto') return { kind: token.text as 'accept' };
    const at = this.#peek().at;
    const chain = this.#identifier('chain');
    this.#jumps.push({ table, chain, at });
    return { kind: token.text, chain };
  }

  #matchOrRewrite(table: OpenTable, settled: Settled, tests: Test[], rewrites: Rewrite[]): void {
    const first = this.#next();
    if (first.text === 'meta' && Object.hasOwn(NAME_FIELDS, this.#peek().text)) {
      tests.push(this.#nameTest(NAME_FIELDS[this.#next().text]!));
      return;
    }
    if (Object.hasOwn(NAME_FIELDS, first.text)) {
      tests.push(this.#nameTest(NAME_FIELDS[first.text]!));
      return;
    }
    if (UNMODELLED.has(first.text) || first.text === '@') this.#unmodelled(first);
    if (!isProtocol(first.text))
      this.#unexpected(first, 'ether, vlan, arp, ip, ip6, icmp, tcp, udp, meta, iifname, oifname');
    const [name, spec] = this.#field(first.text, this.#next());
    if (this.#peek().text === 'set') return void rewrites.push(this.#rewrite(first.text, spec));
    const before = dependencies(first.text, settled);
    if ('conflict' in before) return this.#fail('protocol', first.at, first.text, before.conflict);
    tests.push(...before, this.#fieldTest(table, first.text, name, spec, settled));
  }

  #field(protocol: Protocol, token: Token): [string, FieldSpec] {
    const fields = FIELDS[protocol];
    let name = token.text;
    if (protocol === 'arp' && (name === 'saddr' || name === 'daddr')) name += ` ${this.#next().text}`;
    if (Object.hasOwn(fields, name)) return [name, fields[name]!];
    if (UNMODELLED.has(token.text) || (protocol === 'icmp' && ['id', 'sequence', 'gateway', 'mtu'].includes(name))) {
      this.#unmodelled(token);
    }
    return this.#unexpected(token, Object.keys(fields).join(', '));
  }

  #rewrite(protocol: Protocol, spec: FieldSpec): Rewrite {
    const set = this.#next();
    if (protocol !== 'ether' || spec.type !== 'mac') this.#unmodelled(set);
    const value = toBytes(this.#value(this.#next(), spec), spec);
    return { field: { base: spec.base, offset: spec.offset, size: spec.size }, value };
  }

  #nameTest(base: 'in-port' | 'out-port'): Test {
    const negated = this.#equalityOperator();
    const tokens = this.#peek().text === '{' ? this.#elements().map((words) => words[0]!) : [this.#next()];
    const names = tokens.map((token) => {
      if (token.kind === 'string') return token.text.slice(1, -1);
      return token.kind === 'word' ? token.text : this.#unexpected(token, '"p1"');
    });
    return { field: { base }, names, negated };
  }

  #equalityOperator(): boolean {
    const token = this.#peek();
    if (token.text === '==' || token.text === 'eq') this.#next();
    else if (token.text === '!=' || token.text === 'ne') return this.#next() !== undefined;
    return false;
  }

  #fieldTest(table: OpenTable, protocol: Protocol, name: string, spec: FieldSpec, settled: Settled): FieldTest {
    const mask = this.#takes('&') ? this.#mask(spec) : null;
    const operator = this.#operator();
    const fieldOf = { base: spec.base, offset: spec.offset, size: spec.size };
    // Flags without an operator ask for any of the bits (nft(8) BITMASK TYPE).
    if (spec.type === 'tcp-flags' && operator === null && mask === null && this.#peek().text !== '{') {
      const any = this.#flagUnion(spec);
      const zero = toIntervals([{ low: 0n, high: 0n }], spec);
      return { field: fieldOf, mask: toBytes(any, spec), intervals: zero, negated: true };
    }
    const negated = operator === '!=';
    if (this.#peek().text === '@' && (operator === null || operator === '==' || negated)) {
      const set = this.#namedSet(table, spec);
      const setMask =
        spec.bits === spec.size * 8 && mask === null ? {} : { mask: toBytes(mask ?? fullMask(spec), spec) };
      return { field: fieldOf, ...setMask, intervals: [], set, negated };
    }
    const [ranges, valueMask] = this.#ranges(spec, operator);
    const whole = (mask ?? fullMask(spec)) & (valueMask ?? fullMask(spec));
    if (!negated && mask === null && valueMask === null) {
      for (const { low, high } of ranges) if (low === high) settle(protocol, name, low, ranges.length > 1, settled);
    }
    const needsMask = whole !== fullMask(spec) || spec.bits !== spec.size * 8;
    return {
      field: fieldOf,
      ...(needsMask ? { mask: toBytes(whole, spec) } : {}),
      intervals: toIntervals(ranges, spec),
      negated,
    };
  }

  #mask(spec: FieldSpec): bigint {
    if (!this.#takes('(')) return this.#value(this.#next(), spec);
    const union = this.#flagUnion(spec);
    this.#expect(')');
    return union;
  }

  /** `syn`, `syn,ack`, `syn | ack`. */
  #flagUnion(spec: FieldSpec): bigint {
    let union = 0n;
    do union |= this.#value(this.#next(), spec);
    while (this.#takes(',') || this.#takes('|'));
    return union;
  }

  #operator(): '==' | '!=' | '<' | '>' | '<=' | '>=' | null {
    const words: Readonly<Record<string, '==' | '!=' | '<' | '>' | '<=' | '>='>> = {
      '==': '==',
      eq: '==',
      '!=': '!=',
      ne: '!=',
      '<': '<',
      lt: '<',
      '>': '>',
      gt: '>',
      '<=': '<=',
      le: '<=',
      '>=': '>=',
      ge: '>=',
    };
    const word = this.#peek().text;
    if (!Object.hasOwn(words, word)) return null;
    this.#next();
    return words[word]!;
  }

  /** The value's ranges, and the mask that a prefix brings. */
  #ranges(spec: FieldSpec, operator: string | null): [Range[], bigint | null] {
    const token = this.#peek();
    if (operator === null || operator === '==' || operator === '!=') {
      if (token.text === '{') return [this.#union(this.#elements(), spec), null];
      if (spec.type === 'tcp-flags') {
        const flags = this.#flagUnion(spec);
        return [[{ low: flags, high: flags }], null];
      }
      return this.#single(spec);
    }
    const value = this.#value(this.#next(), spec);
    const max = fullMask(spec);
    if (operator === '<') return [value === 0n ? [] : [{ low: 0n, high: value - 1n }], null];
    if (operator === '<=') return [[{ low: 0n, high: value }], null];
    if (operator === '>') return [value === max ? [] : [{ low: value + 1n, high: max }], null];
    return [[{ low: value, high: max }], null];
  }

  #single(spec: FieldSpec): [Range[], bigint | null] {
    const token = this.#next();
    const low = this.#value(token, spec);
    if (this.#takes('/')) {
      const mask = prefixMask(this.#prefixLength(spec), spec);
      return [[{ low: low & mask, high: low & mask }], mask];
    }
    if (!this.#takes('-')) return [[{ low, high: low }], null];
    const high = this.#value(this.#next(), spec);
    if (high <= low) this.#fail('range', token.at, `${token.text}-…`, 'low < high');
    return [[{ low, high }], null];
  }

  #prefixLength(spec: FieldSpec): number {
    const token = this.#next();
    const length = Number(token.text);
    if (token.kind !== 'number' || length > spec.bits) this.#unexpected(token, `/0〜/${spec.bits}`);
    return length;
  }

  #namedSet(table: OpenTable, spec: FieldSpec): string {
    this.#next();
    const at = this.#peek().at;
    const name = this.#identifier('set');
    const set = table.sets.find((candidate) => candidate.name === name);
    if (set === undefined)
      return this.#fail('set', at, `@${name}`, table.sets.map((each) => `@${each.name}`).join(', '));
    return set.type === spec.type ? name : this.#fail('set', at, `@${name}`, `type ${spec.type}`);
  }

  #union(elements: readonly Token[][], spec: FieldSpec): Range[] {
    const ranges = elements.map((words): Range => {
      const low = this.#value(words[0]!, spec);
      const [, separator, last] = words;
      if (separator === undefined || last === undefined) {
        if (separator !== undefined) this.#unexpected(separator, ',');
        return { low, high: low };
      }
      if (words.length > 3) this.#unexpected(words[3]!, ',');
      if (separator.text === '-') return { low, high: this.#value(last, spec) };
      if (separator.text !== '/') this.#unmodelled(separator);
      const length = Number(last.text);
      if (last.kind !== 'number' || length > spec.bits) this.#unexpected(last, `/0〜/${spec.bits}`);
      const mask = prefixMask(length, spec);
      return { low: low & mask, high: (low & mask) | (mask ^ fullMask(spec)) };
    });
    return ranges;
  }

  #value(token: Token, spec: FieldSpec): bigint {
    const value = parseValue(token, spec);
    if (typeof value === 'bigint') return value;
    if (token.text === '$' || token.text === '@') this.#unmodelled(token);
    throw new Refused(value);
  }

  // --- Tokens

  #peek(): Token {
    return this.#tokens[this.#position]!;
  }

  #next(): Token {
    const token = this.#tokens[this.#position]!;
    if (token.kind !== 'end') this.#position++;
    return token;
  }

  #takes(text: string): boolean {
    if (this.#peek().text !== text) return false;
    this.#next();
    return true;
  }

  #expect(text: string): void {
    const token = this.#next();
    if (token.text !== text) this.#unexpected(token, text);
  }

  #identifier(what: string): string {
    const token = this.#next();
    if (token.kind === 'word') return token.text;
    return token.kind === 'string' ? token.text.slice(1, -1) : this.#unexpected(token, `${what} name`);
  }

  #skipNewlines(): void {
    while (this.#peek().kind === 'newline') this.#next();
  }

  #skipLineBreaks(): void {
    while (this.#peek().text === '\n') this.#next();
  }

  #unexpected(token: Token, expected: string): never {
    if (UNMODELLED.has(token.text)) this.#unmodelled(token);
    return this.#fail('word', token.at, token.kind === 'end' ? 'end of text' : token.text, expected);
  }

  /** Valid on the real thing, not modelled here. */
  #unmodelled(token: Token): never {
    return this.#fail('unmodelled', token.at, token.text, '');
  }

  #fail(field: string, at: number, found: string, expected: string): never {
    throw new Refused(malformed('nft', field, at, found, expected));
  }
}

function isVerdict(word: string): boolean {
  return ['accept', 'drop', 'return', 'continue', 'jump', 'goto'].includes(word);
}
