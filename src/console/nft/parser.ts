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
  type Ruleset,
  type Table,
} from '../../filter/ruleset.ts';
import { checkCalls, type Jump } from './calls.ts';
import { Cursor, Refused } from './cursor.ts';
import { tokenize, type Token } from './lexer.ts';
import { readComment, readRule } from './rule.ts';
import { readSet } from './set.ts';

/** `priority NAME` in the bridge family, and the hook that has it (netfilter_bridge.h, ACL-N-4). */
const PRIORITIES: Readonly<Record<string, readonly [number, Hook?]>> = {
  dstnat: [-300, 'prerouting'],
  filter: [-200],
  out: [100, 'output'],
  srcnat: [300, 'postrouting'],
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

interface OpenChain {
  readonly name: string;
  base?: BaseChain;
  readonly rules: Rule[];
  comment?: string;
}

interface OpenTable {
  readonly family: string;
  readonly name: string;
  readonly chains: OpenChain[];
  readonly sets: NamedSet[];
}

class Parser {
  readonly #source: string;
  readonly #cursor: Cursor;
  #tables: OpenTable[];
  /** jump and goto are checked when all chains are known. */
  readonly #jumps: Jump[] = [];

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
      this.#cursor.endOfStatement();
    }
    checkCalls(this.#cursor, this.#jumps);
    return { tables: this.#tables satisfies Table[] };
  }

  // --- Commands

  #command(): void {
    const { text } = this.#cursor.peek;
    if (text === 'flush') return this.#flush();
    const isCreation = text === 'create';
    if (isCreation || text === 'add') this.#cursor.next();
    this.#add(isCreation);
  }

  #flush(): void {
    this.#cursor.next();
    if (['table', 'chain', 'set'].includes(this.#cursor.peek.text)) this.#cursor.unmodelled(this.#cursor.peek);
    this.#cursor.expect('ruleset');
    this.#tables = [];
  }

  /** `add` may be left out, and so may `rule`. `create` refuses what is there already. */
  #add(isCreation: boolean): void {
    const what = this.#cursor.peek;
    if (what.text === 'bridge' && !isCreation) return this.#addRule();
    this.#cursor.next();
    if (what.text === 'table') return this.#table(isCreation);
    if (what.text === 'chain') return this.#chain(this.#existingTable(), isCreation);
    if (what.text === 'set') return this.#set(this.#existingTable(), isCreation);
    if (what.text === 'rule' && !isCreation) return this.#addRule();
    return this.#cursor.unexpected(what, 'table, chain, set, rule, add, create, flush ruleset');
  }

  #addRule(): void {
    const table = this.#existingTable();
    const name = this.#cursor.next();
    const chain = table.chains.find((candidate) => candidate.name === name.text);
    if (chain === undefined) this.#cursor.fail('chain', name.at, name.text, table.chains.map((c) => c.name).join(', '));
    chain.rules.push(this.#rule(table));
  }

  /** `FAMILY NAME`, made where it does not exist. */
  #table(isCreation: boolean): void {
    const { family, name } = this.#tableName();
    let table = this.#findTable(family, name);
    if (table === undefined) {
      table = { family, name, chains: [], sets: [] };
      this.#tables.push(table);
    } else if (isCreation) this.#refuseExisting();
    if (this.#cursor.peek.text === '{') this.#tableBlock(table);
  }

  #existingTable(): OpenTable {
    const at = this.#cursor.peek.at;
    const { family, name } = this.#tableName();
    return (
      this.#findTable(family, name) ??
      this.#cursor.fail('table', at, `${family} ${name}`, this.#tables.map((t) => `${t.family} ${t.name}`).join(', '))
    );
  }

  #findTable(family: string, name: string): OpenTable | undefined {
    return this.#tables.find((table) => table.family === family && table.name === name);
  }

  #tableName(): { family: string; name: string } {
    const token = this.#cursor.next();
    if (['ip', 'ip6', 'inet', 'arp', 'netdev'].includes(token.text)) this.#cursor.unmodelled(token);
    if (token.text !== 'bridge') this.#cursor.unexpected(token, 'bridge');
    return { family: 'bridge', name: this.#cursor.identifier('table') };
  }

  /** Of the name that was just read. */
  #refuseExisting(): never {
    const { at, text } = this.#cursor.last;
    return this.#cursor.fail('exists', at, text, '');
  }

  // --- Blocks

  #tableBlock(table: OpenTable): void {
    this.#cursor.block(() => {
      const token = this.#cursor.next();
      if (token.text === 'chain') this.#chain(table, false);
      else if (token.text === 'set') this.#set(table, false);
      else this.#cursor.unexpected(token, 'chain, set');
    });
  }

  #chain(table: OpenTable, isCreation: boolean): void {
    const name = this.#cursor.identifier('chain');
    const present = table.chains.find((candidate) => candidate.name === name);
    if (present !== undefined && isCreation) this.#refuseExisting();
    const chain = present ?? { name, rules: [] };
    if (present === undefined) table.chains.push(chain);
    if (this.#cursor.peek.text === '{') this.#chainBlock(table, chain, present === undefined);
  }

  /** What makes it a base chain may stand anywhere among the rules. */
  #chainBlock(table: OpenTable, chain: OpenChain, isNew: boolean): void {
    let policy: BaseChain['policy'] | null = null;
    this.#cursor.block(() => {
      const token = this.#cursor.peek;
      if (token.text === 'type') {
        this.#setBase(chain, token.at, this.#baseChain(), isNew && chain.base === undefined);
      } else if (token.text === 'policy') {
        if (policy !== null) this.#cursor.fail('exists', token.at, token.text, '');
        policy = this.#policy();
      } else if (token.text === 'comment') {
        chain.comment = readComment(this.#cursor);
      } else chain.rules.push(this.#rule(table));
    });
    if (policy === null) return;
    const { at } = this.#cursor.last;
    chain.base = { ...(chain.base ?? this.#cursor.fail('policy', at, 'policy', '')), policy };
  }

  /** A chain that exists keeps being what it is, with its hook and priority; only its policy may change. */
  #setBase(chain: OpenChain, at: number, base: Pick<BaseChain, 'hook' | 'priority'>, isNew: boolean): void {
    const { base: present } = chain;
    if (isNew) chain.base = { ...base, policy: 'accept', serial: this.#nextSerial() };
    else if (present?.hook !== base.hook || present.priority !== base.priority) {
      const expected = present === undefined ? '' : `hook ${present.hook} priority ${present.priority}`;
      this.#cursor.fail('chain', at, `hook ${base.hook} priority ${base.priority}`, expected);
    }
  }

  #nextSerial(): number {
    const serials = this.#tables.flatMap(({ chains }) => chains.map(({ base }) => base?.serial ?? 0));
    return Math.max(0, ...serials) + 1;
  }

  /** `type filter hook HOOK priority N` */
  #baseChain(): Pick<BaseChain, 'hook' | 'priority'> {
    this.#cursor.next();
    const type = this.#cursor.next();
    if (type.text === 'nat' || type.text === 'route') this.#cursor.unmodelled(type);
    if (type.text !== 'filter') this.#cursor.unexpected(type, 'filter');
    this.#cursor.expect('hook');
    const token = this.#cursor.next();
    const hook = HOOKS.find((name) => name === token.text) ?? this.#cursor.unexpected(token, HOOKS.join(', '));
    this.#cursor.expect('priority');
    return { hook, priority: this.#priority(hook) };
  }

  #policy(): BaseChain['policy'] {
    this.#cursor.expect('policy');
    const token = this.#cursor.next();
    if (token.text !== 'accept' && token.text !== 'drop') this.#cursor.unexpected(token, 'accept, drop');
    return token.text;
  }

  /** `N`, `-N`, `filter`, `filter + N`. */
  #priority(hook: Hook): number {
    const token = this.#cursor.peek;
    let base = 0;
    if (token.kind === 'word') {
      const names = Object.keys(PRIORITIES).filter((name) => (PRIORITIES[name]![1] ?? hook) === hook);
      if (!names.includes(token.text)) this.#cursor.unexpected(token, `${names.join(', ')}, number`);
      base = PRIORITIES[this.#cursor.next().text]![0];
      if (this.#cursor.takes('+')) return base + this.#number();
      if (this.#cursor.peek.text !== '-') return base;
    }
    return this.#cursor.takes('-') ? base - this.#number() : base + this.#number();
  }

  #number(): number {
    const token = this.#cursor.next();
    return token.kind === 'number' ? Number(token.text) : this.#cursor.unexpected(token, 'number');
  }

  #set(table: OpenTable, isCreation: boolean): void {
    this.#cursor.identifier('set');
    const name = this.#cursor.last;
    const present = table.sets.find((set) => set.name === name.text);
    if (present !== undefined && isCreation) this.#refuseExisting();
    const set = readSet(this.#cursor, name, present);
    if (present !== undefined) table.sets.splice(table.sets.indexOf(present), 1);
    table.sets.push(set);
  }

  #rule(table: OpenTable): Rule {
    return readRule(this.#cursor, this.#source, table.sets, (chain, at) => this.#jumps.push({ table, chain, at }));
  }
}
