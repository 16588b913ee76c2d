/**
 * A ruleset as `nft -f` takes it, bridge family: tables, chains, sets and rules become the model of `filter/ruleset.ts`.
 *
 * Accepted: the block form and `add table|chain|rule|set`, `flush ruleset`; base chains with type, hook, priority and
 * policy; named and anonymous sets; the fields of `fields.ts` with ==, !=, <, >, <=, >=, ranges, prefixes, masks;
 * counter, comment, `ether saddr|daddr set`; accept, drop, return, continue, jump, goto. What nft knows beyond that is
 * refused as "valid there, not modelled here", everything else as an error, both with their place. As with nft itself a
 * file is taken whole or not at all.
 */
import { isMalformed, type Malformed } from '../../wire/malformed.ts';
import {
  EMPTY_RULESET,
  HOOKS,
  type BaseChain,
  type Hook,
  type NamedSet,
  type Rule,
  type RuleVerdict,
  type Ruleset,
  type Table,
} from '../../filter/ruleset.ts';
import { Cursor, Refused } from './cursor.ts';
import { FIELDS, type FieldSpec } from './fields.ts';
import { tokenize, type Token } from './lexer.ts';
import { MatchReader, readUnion } from './match.ts';
import { toIntervals } from './values.ts';

/** `priority NAME` in the bridge family (netfilter_bridge.h, ACL-N-4). */
const PRIORITIES: Readonly<Record<string, number>> = { dstnat: -300, filter: -200, out: 100, srcnat: 300 };

const SET_TYPES: Readonly<Record<string, FieldSpec>> = {
  ether_addr: FIELDS.ether['saddr']!,
  ipv4_addr: FIELDS.ip['saddr']!,
  ipv6_addr: FIELDS.ip6['saddr']!,
  inet_service: FIELDS.tcp['dport']!,
  inet_proto: FIELDS.ip['protocol']!,
  ether_type: FIELDS.ether['type']!,
};

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
  readonly #cursor: Cursor;
  #tables: OpenTable[];
  /** jump and goto are checked when all chains are known. */
  readonly #jumps: { table: OpenTable; chain: string; at: number }[] = [];

  constructor(source: string, tokens: readonly Token[], present: Ruleset) {
    this.#source = source;
    this.#cursor = new Cursor(tokens);
    this.#tables = present.tables.map((table) => ({
      ...table,
      chains: table.chains.map((chain) => ({ ...chain, rules: [...chain.rules] })),
      sets: [...table.sets],
    }));
  }

  parse(): Ruleset {
    for (;;) {
      this.#cursor.skipNewlines();
      if (this.#cursor.peek.kind === 'end') break;
      this.#command();
    }
    for (const { table, chain, at } of this.#jumps) {
      if (!table.chains.some(({ name }) => name === chain))
        this.#cursor.fail('chain', at, chain, table.chains.map((c) => c.name).join(', '));
    }
    return { tables: this.#tables satisfies Table[] };
  }

  // --- Commands

  #command(): void {
    const token = this.#cursor.next();
    switch (token.text) {
      case 'table':
        return this.#tableBlock(this.#openTable());
      case 'flush':
        if (['table', 'chain', 'set'].includes(this.#cursor.peek.text)) this.#cursor.unmodelled(this.#cursor.peek);
        this.#cursor.expect('ruleset');
        this.#tables = [];
        return;
      case 'add':
      case 'create':
        return this.#add();
      default:
        return this.#cursor.unexpected(token, 'table, add, flush ruleset');
    }
  }

  #add(): void {
    const what = this.#cursor.next();
    if (what.text === 'table') {
      const table = this.#openTable();
      if (this.#cursor.peek.text === '{') this.#tableBlock(table);
      return;
    }
    if (what.text !== 'chain' && what.text !== 'rule' && what.text !== 'set') {
      return this.#cursor.unexpected(what, 'table, chain, rule, set');
    }
    const table = this.#existingTable();
    if (what.text === 'chain') return this.#chain(table);
    if (what.text === 'set') return this.#set(table);
    const name = this.#cursor.next();
    const chain = table.chains.find((candidate) => candidate.name === name.text);
    if (chain === undefined) this.#cursor.fail('chain', name.at, name.text, table.chains.map((c) => c.name).join(', '));
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
    const at = this.#cursor.peek.at;
    const { family, name } = this.#tableName();
    const present = this.#tables.find((table) => table.family === family && table.name === name);
    return (
      present ??
      this.#cursor.fail('table', at, `${family} ${name}`, this.#tables.map((t) => `${t.family} ${t.name}`).join(', '))
    );
  }

  #tableName(): { family: string; name: string } {
    const token = this.#cursor.next();
    if (['ip', 'ip6', 'inet', 'arp', 'netdev'].includes(token.text)) this.#cursor.unmodelled(token);
    if (token.text !== 'bridge') this.#cursor.unexpected(token, 'bridge');
    return { family: 'bridge', name: this.#cursor.identifier('table') };
  }

  // --- Blocks

  #tableBlock(table: OpenTable): void {
    this.#block(() => {
      const token = this.#cursor.next();
      if (token.text === 'chain') this.#chain(table);
      else if (token.text === 'set') this.#set(table);
      else this.#cursor.unexpected(token, 'chain, set');
    });
  }

  #chain(table: OpenTable): void {
    const name = this.#cursor.identifier('chain');
    let chain = table.chains.find((candidate) => candidate.name === name);
    if (chain === undefined) {
      chain = { name, rules: [] };
      table.chains.push(chain);
    }
    const open = chain;
    if (this.#cursor.peek.text !== '{') return;
    this.#block(() => {
      const token = this.#cursor.peek;
      if (token.text === 'type') this.#setBase(open, token.at, this.#baseChain());
      else if (token.text === 'policy' && open.base !== undefined) open.base = { ...open.base, policy: this.#policy() };
      else open.rules.push(this.#rule(table));
    });
  }

  /** A base chain that exists keeps its hook and priority; only its policy may change. */
  #setBase(chain: OpenTable['chains'][number], at: number, base: Omit<BaseChain, 'serial'>): void {
    const { base: present } = chain;
    const isNew = present === undefined && chain.rules.length === 0;
    if (!isNew && (present?.hook !== base.hook || present.priority !== base.priority)) {
      const expected = present === undefined ? 'no hook' : `hook ${present.hook} priority ${present.priority}`;
      this.#cursor.fail('chain', at, `hook ${base.hook} priority ${base.priority}`, expected);
    }
    chain.base = { ...base, serial: present?.serial ?? this.#nextSerial() };
  }

  #nextSerial(): number {
    const serials = this.#tables.flatMap(({ chains }) => chains.map(({ base }) => base?.serial ?? 0));
    return Math.max(0, ...serials) + 1;
  }

  /** `type filter hook HOOK priority N; policy accept` */
  #baseChain(): Omit<BaseChain, 'serial'> {
    this.#cursor.next();
    const type = this.#cursor.next();
    if (type.text === 'nat' || type.text === 'route') this.#cursor.unmodelled(type);
    if (type.text !== 'filter') this.#cursor.unexpected(type, 'filter');
    this.#cursor.expect('hook');
    const hook = this.#cursor.next();
    if (!(HOOKS as readonly string[]).includes(hook.text)) this.#cursor.unexpected(hook, HOOKS.join(', '));
    this.#cursor.expect('priority');
    const priority = this.#priority();
    let policy: BaseChain['policy'] = 'accept';
    if (this.#cursor.peek.text === ';' && this.#cursor.beyond?.text === 'policy') {
      this.#cursor.next();
      policy = this.#policy();
    }
    return { hook: hook.text as Hook, priority, policy };
  }

  #policy(): BaseChain['policy'] {
    this.#cursor.expect('policy');
    const token = this.#cursor.next();
    if (token.text !== 'accept' && token.text !== 'drop') this.#cursor.unexpected(token, 'accept, drop');
    return token.text;
  }

  /** `N`, `-N`, `filter`, `filter + N`. */
  #priority(): number {
    const token = this.#cursor.peek;
    let base = 0;
    if (token.kind === 'word') {
      if (!Object.hasOwn(PRIORITIES, token.text))
        this.#cursor.unexpected(token, `${Object.keys(PRIORITIES).join(', ')}, number`);
      base = PRIORITIES[this.#cursor.next().text]!;
      if (this.#cursor.peek.text !== '+' && this.#cursor.peek.text !== '-') return base;
    }
    const isNegative = this.#cursor.peek.text === '-';
    if (isNegative || this.#cursor.peek.text === '+') this.#cursor.next();
    const number = this.#cursor.next();
    if (number.kind !== 'number') this.#cursor.unexpected(number, 'number');
    return base + (isNegative ? -Number(number.text) : Number(number.text));
  }

  /** A set that exists gets the new elements as well, if the type is the same. */
  #set(table: OpenTable): void {
    const start = this.#cursor.peek.at;
    const name = this.#cursor.identifier('set');
    const present = table.sets.find((set) => set.name === name);
    let spec: FieldSpec | null = null;
    let elements: Token[][] = [];
    this.#block(() => {
      const token = this.#cursor.next();
      if (token.text === 'type') spec = this.#setType();
      else if (token.text === 'flags') this.#flags();
      else if (token.text === 'elements') {
        this.#cursor.expect('=');
        elements = this.#cursor.elements();
      } else if (['size', 'timeout', 'gc-interval', 'policy', 'typeof', 'auto-merge', 'counter'].includes(token.text)) {
        this.#cursor.unmodelled(token);
      } else this.#cursor.unexpected(token, 'type, flags, elements');
    });
    const known = spec as FieldSpec | null;
    if (known === null) return this.#cursor.fail('set', start, name, 'type ether_addr');
    if (present !== undefined && present.type !== known.type)
      return this.#cursor.fail('set', start, name, `type ${present.type}`);
    const intervals = [...(present?.intervals ?? []), ...toIntervals(readUnion(this.#cursor, elements, known), known)];
    if (present !== undefined) table.sets.splice(table.sets.indexOf(present), 1);
    table.sets.push({ name, type: known.type, intervals });
  }

  #setType(): FieldSpec {
    const token = this.#cursor.next();
    if (!Object.hasOwn(SET_TYPES, token.text)) this.#cursor.unexpected(token, Object.keys(SET_TYPES).join(', '));
    if (this.#cursor.peek.text === '.') this.#cursor.unmodelled(this.#cursor.peek);
    return SET_TYPES[token.text]!;
  }

  #flags(): void {
    do {
      const flag = this.#cursor.next();
      if (flag.text === 'timeout' || flag.text === 'dynamic') this.#cursor.unmodelled(flag);
      if (flag.text !== 'interval' && flag.text !== 'constant') this.#cursor.unexpected(flag, 'interval, constant');
    } while (this.#cursor.takes(','));
  }

  /** `{ … }` with statements separated by newlines or semicolons. */
  #block(statement: () => void): void {
    this.#cursor.expect('{');
    for (;;) {
      this.#cursor.skipNewlines();
      if (this.#cursor.takes('}')) return;
      if (this.#cursor.peek.kind === 'end') this.#cursor.unexpected(this.#cursor.peek, '}');
      statement();
      const after = this.#cursor.peek;
      if (after.kind !== 'newline' && after.text !== '}') this.#cursor.unexpected(after, '; , newline');
    }
  }

  // --- Rules

  #rule(table: OpenTable): Rule {
    const start = this.#cursor.peek.at;
    const matches = new MatchReader(this.#cursor, table.sets);
    let counter = false;
    let verdict: RuleVerdict = { kind: 'continue' };
    let isOver = false;
    let end = start;
    while (this.#cursor.peek.kind !== 'newline' && this.#cursor.peek.kind !== 'end' && this.#cursor.peek.text !== '}') {
      const token = this.#cursor.peek;
      if (isOver && token.text !== 'comment') this.#cursor.fail('statement', token.at, token.text, 'verdict last');
      if (token.text === 'counter') {
        this.#counter();
        counter = true;
      } else if (token.text === 'comment') {
        this.#cursor.next();
        if (this.#cursor.next().kind !== 'string') this.#cursor.unexpected(token, '"…"');
      } else if (isVerdict(token.text)) {
        verdict = this.#verdict(table);
        isOver = verdict.kind !== 'continue';
      } else {
        matches.read();
      }
      const { last } = this.#cursor;
      end = last.at + last.text.length;
    }
    const { tests, rewrites } = matches;
    return { tests, counter, rewrites, verdict, text: this.#source.slice(start, end) };
  }

  #counter(): void {
    this.#cursor.next();
    for (const word of ['packets', 'bytes']) {
      if (this.#cursor.takes(word)) this.#cursor.next();
    }
  }

  #verdict(table: OpenTable): RuleVerdict {
    const token = this.#cursor.next();
    if (token.text !== 'jump' && token.text !== 'goto') return { kind: token.text as 'accept' };
    const at = this.#cursor.peek.at;
    const chain = this.#cursor.identifier('chain');
    this.#jumps.push({ table, chain, at });
    return { kind: token.text, chain };
  }
}

function isVerdict(word: string): boolean {
  return ['accept', 'drop', 'return', 'continue', 'jump', 'goto'].includes(word);
}
