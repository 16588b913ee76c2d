/**
 * One match or rewrite of a rule: `tcp dport 22`, `ether saddr @known`, `iifname { "p1", "p2" }`, `ether daddr set …`.
 */
import type { FieldTest, Interval, NamedSet, Rewrite, Test } from '../../filter/ruleset.ts';
import { Refused, UNMODELLED, type Cursor } from './cursor.ts';
import { dependencies, inTag, nothingSettled, settle } from './dependencies.ts';
import { FIELDS, isProtocol, rawSpec, setTypeOf, type FieldSpec, type Protocol } from './fields.ts';
import type { Token } from './lexer.ts';
import { fullMask, parseValue, prefixMask, toBytes, toIntervals, type Range } from './values.ts';

/** Fields of `meta` that are port names. */
const NAME_FIELDS: Readonly<Record<string, 'in-port' | 'out-port'>> = { iifname: 'in-port', oifname: 'out-port' };

const RAW_BASES: Readonly<Record<string, 'link' | 'network' | 'transport'>> = {
  ll: 'link',
  nh: 'network',
  th: 'transport',
};
/** A register of nft. */
const RAW_BITS_MAX = 128;

/** What a statement may begin with. */
const EXPECTED =
  'ether, vlan, arp, ip, ip6, icmp, tcp, udp, meta, iifname, oifname, counter, accept, drop, return, jump, goto';
type Operator = '==' | '!=' | '<' | '>' | '<=' | '>=';

function isOrder(operator: Operator | null): operator is '<' | '>' | '<=' | '>=' {
  return operator !== null && operator !== '==' && operator !== '!=';
}

/** IFNAMSIZ, with the zero at its end. */
const NAME_SIZE = 16;

/** Reads the matches of one rule: what earlier ones have settled, later ones need not ask again. */
export class MatchReader {
  readonly tests: Test[] = [];
  readonly rewrites: Rewrite[] = [];
  readonly #settled = nothingSettled();
  readonly #cursor: Cursor;
  readonly #sets: readonly NamedSet[];

  constructor(cursor: Cursor, sets: readonly NamedSet[]) {
    this.#cursor = cursor;
    this.#sets = sets;
  }

  read(): void {
    const first = this.#cursor.next();
    if (first.text === 'meta' && Object.hasOwn(NAME_FIELDS, this.#cursor.peek.text)) {
      this.tests.push(this.#nameTest(NAME_FIELDS[this.#cursor.next().text]!));
      return;
    }
    if (Object.hasOwn(NAME_FIELDS, first.text)) {
      this.tests.push(this.#nameTest(NAME_FIELDS[first.text]!));
      return;
    }
    if (first.text === '@') return this.#readRaw(first);
    if (UNMODELLED.has(first.text)) this.#cursor.unmodelled(first);
    if (!isProtocol(first.text)) this.#cursor.unexpected(first, EXPECTED);
    const [name, spec] = this.#field(first.text, this.#cursor.next());
    if (this.#cursor.peek.text === 'set') return void this.rewrites.push(this.#rewrite(first.text, spec));
    const before = dependencies(first.text, this.#settled);
    if ('conflict' in before) return this.#cursor.fail('protocol', first.at, first.text, before.conflict);
    const where = first.text === 'vlan' ? inTag(spec, this.#settled) : spec;
    this.tests.push(...before, this.#fieldTest(first.text, name, where));
  }

  /** `@ll,0,48 …`: bytes of a layer, which nft lists where it has no name for them; nothing is presumed of the packet. */
  #readRaw(at: Token): void {
    const base = RAW_BASES[this.#cursor.peek.text];
    if (base === undefined) this.#cursor.unmodelled(at);
    this.#cursor.next();
    const [offset, bits] = [this.#rawNumber(), this.#rawNumber()];
    if (offset % 8 !== 0 || bits % 8 !== 0 || bits < 8 || bits > RAW_BITS_MAX) this.#cursor.unmodelled(at);
    const spec = rawSpec(base!, offset / 8, bits / 8);
    if (this.#cursor.peek.text !== 'set') return void this.tests.push(this.#fieldTest(null, '', spec));
    const set = this.#cursor.next();
    const isAddress = base === 'link' && bits === 48 && (offset === 0 || offset === 48);
    if (!isAddress) this.#cursor.unmodelled(set);
    const value = toBytes(readValue(this.#cursor, this.#cursor.next(), spec), spec);
    this.rewrites.push({ field: { base: spec.base, offset: spec.offset, size: spec.size }, value });
  }

  #rawNumber(): number {
    this.#cursor.expect(',');
    const token = this.#cursor.next();
    return token.kind === 'number' ? Number(token.text) : this.#cursor.unexpected(token, 'number');
  }

  #field(protocol: Protocol, token: Token): [string, FieldSpec] {
    const fields = FIELDS[protocol];
    let name = token.text;
    if (protocol === 'arp' && (name === 'saddr' || name === 'daddr')) name += ` ${this.#cursor.next().text}`;
    if (Object.hasOwn(fields, name)) return [name, fields[name]!];
    if (UNMODELLED.has(token.text) || (protocol === 'icmp' && ['id', 'sequence', 'gateway', 'mtu'].includes(name))) {
      this.#cursor.unmodelled(token);
    }
    return this.#cursor.unexpected(token, Object.keys(fields).join(', '));
  }

  #rewrite(protocol: Protocol, spec: FieldSpec): Rewrite {
    const set = this.#cursor.next();
    if (protocol !== 'ether' || spec.type !== 'mac') this.#cursor.unmodelled(set);
    const value = toBytes(readValue(this.#cursor, this.#cursor.next(), spec), spec);
    return { field: { base: spec.base, offset: spec.offset, size: spec.size }, value };
  }

  #nameTest(base: 'in-port' | 'out-port'): Test {
    const negated = this.#equalityOperator();
    const elements = this.#cursor.peek.text === '{' ? this.#cursor.elements() : [[this.#cursor.next()]];
    const names = elements.map(([token, extra]) => {
      if (extra !== undefined) this.#cursor.unexpected(extra, ',');
      return this.#portName(token!);
    });
    return { field: { base }, names, negated };
  }

  #portName(token: Token): string {
    // A number is taken for the name that it is in decimal.
    if (token.kind === 'number') return String(Number(token.text));
    const name = token.kind === 'string' ? token.text.slice(1, -1) : token.kind === 'word' ? token.text : '';
    const isName = name !== '' && name !== '*' && name.length < NAME_SIZE;
    return isName ? name : this.#cursor.unexpected(token, '"p1"');
  }

  #equalityOperator(): boolean {
    const token = this.#cursor.peek;
    if (token.text === '==' || token.text === 'eq') this.#cursor.next();
    else if (token.text === '!=' || token.text === 'ne') return this.#cursor.next() !== undefined;
    return false;
  }

  #fieldTest(protocol: Protocol | null, name: string, spec: FieldSpec): FieldTest {
    if (['.', 'vmap', 'map'].includes(this.#cursor.peek.text)) this.#cursor.unmodelled(this.#cursor.peek);
    const mask = this.#cursor.takes('&') ? this.#mask(spec) : null;
    const operator = this.#operator();
    const fieldOf = { base: spec.base, offset: spec.offset, size: spec.size };
    const negated = operator === '!=';
    if (spec.type === 'tcp-flags' && mask === null && !'<>{@'.includes(operator?.[0] ?? this.#cursor.peek.text)) {
      return { field: fieldOf, ...this.#flagTest(spec, operator) };
    }
    if (this.#cursor.peek.text === '@' && (operator === null || operator === '==' || negated)) {
      const set = this.#namedSet(spec);
      const setMask =
        spec.bits === spec.size * 8 && mask === null ? {} : { mask: toBytes(mask ?? fullMask(spec), spec) };
      return { field: fieldOf, ...setMask, intervals: [], set, negated };
    }
    const [ranges, valueMask] = this.#ranges(spec, operator);
    const whole = (mask ?? fullMask(spec)) & (valueMask ?? fullMask(spec));
    if (protocol !== null && !negated && mask === null && valueMask === null) {
      const exact = ranges.filter(({ low, high, hasEnds }) => low === high && hasEnds !== true);
      settle(
        protocol,
        name,
        exact.map(({ low }) => low),
        this.#settled,
      );
    }
    const needsMask = whole !== fullMask(spec) || spec.bits !== spec.size * 8;
    return {
      field: fieldOf,
      ...(needsMask ? { mask: toBytes(whole, spec) } : {}),
      intervals: toIntervals(ranges, spec),
      negated,
      ...(isOrder(operator) && { relation: operator }),
    };
  }

  /** `syn,ack` asks for any of these, `! syn` for none, `syn / syn,ack` for these of those (nft(8) BITMASK TYPE). */
  #flagTest(spec: FieldSpec, operator: string | null): Omit<FieldTest, 'field'> {
    const isNone = operator === null && this.#cursor.takes('!');
    const flags = this.#flagUnion(spec);
    const of = (value: bigint): Interval[] => toIntervals([{ low: value, high: value }], spec);
    if (!isNone && this.#cursor.takes('/')) {
      return { mask: toBytes(this.#flagUnion(spec), spec), intervals: of(flags), negated: operator === '!=' };
    }
    if (operator !== null) return { intervals: of(flags), negated: operator === '!=' };
    return { mask: toBytes(flags, spec), intervals: of(0n), negated: !isNone };
  }

  #mask(spec: FieldSpec): bigint {
    if (!this.#cursor.takes('(')) return readValue(this.#cursor, this.#cursor.next(), spec);
    const union = this.#flagUnion(spec);
    this.#cursor.expect(')');
    return union;
  }

  /** `syn`, `syn,ack`, `syn | ack`. */
  #flagUnion(spec: FieldSpec): bigint {
    let union = 0n;
    do union |= readValue(this.#cursor, this.#cursor.next(), spec);
    while (this.#cursor.takes(',') || this.#cursor.takes('|'));
    return union;
  }

  #operator(): Operator | null {
    const words: Readonly<Record<string, Operator>> = {
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
    const word = this.#cursor.peek.text;
    if (!Object.hasOwn(words, word)) return null;
    this.#cursor.next();
    return words[word]!;
  }

  /** The value's ranges, and the mask that a prefix brings. */
  #ranges(spec: FieldSpec, operator: string | null): [Range[], bigint | null] {
    const token = this.#cursor.peek;
    if (operator === null || operator === '==' || operator === '!=') {
      if (token.text === '{') return [readUnion(this.#cursor, this.#cursor.elements(), spec), null];
      if (spec.type === 'tcp-flags') {
        const flags = this.#flagUnion(spec);
        return [[{ low: flags, high: flags }], null];
      }
      return this.#single(spec);
    }
    const value = readValue(this.#cursor, this.#cursor.next(), spec);
    const max = fullMask(spec);
    if (operator === '<') return [value === 0n ? [] : [{ low: 0n, high: value - 1n }], null];
    if (operator === '<=') return [[{ low: 0n, high: value }], null];
    if (operator === '>') return [value === max ? [] : [{ low: value + 1n, high: max }], null];
    return [[{ low: value, high: max }], null];
  }

  #single(spec: FieldSpec): [Range[], bigint | null] {
    const token = this.#cursor.next();
    const low = readValue(this.#cursor, token, spec);
    if (this.#cursor.takes('/')) {
      const mask = prefixMask(this.#prefixLength(spec), spec);
      return [[{ low: low & mask, high: low & mask }], mask];
    }
    if (!this.#cursor.takes('-')) return [[{ low, high: low }], null];
    return [[rangeTo(this.#cursor, token, this.#cursor.next(), spec)], null];
  }

  #prefixLength(spec: FieldSpec): number {
    const token = this.#cursor.next();
    const length = Number(token.text);
    if (token.kind !== 'number' || length > spec.bits) this.#cursor.unexpected(token, `/0〜/${spec.bits}`);
    return length;
  }

  #namedSet(spec: FieldSpec): string {
    this.#cursor.next();
    const at = this.#cursor.peek.at;
    const name = this.#cursor.identifier('set');
    const set = this.#sets.find((candidate) => candidate.name === name);
    if (set === undefined)
      return this.#cursor.fail('set', at, `@${name}`, this.#sets.map((each) => `@${each.name}`).join(', '));
    return set.type === spec.type
      ? name
      : this.#cursor.fail('set', at, `@${name}`, setTypeOf(spec) && `type ${setTypeOf(spec)}`);
  }
}

/** What nft takes behind an element. */
const UNMODELLED_IN_SETS = new Set([':', '.', 'timeout', 'expires', 'counter', 'comment']);

/** `LOW-HIGH`. */
function rangeTo(cursor: Cursor, first: Token, last: Token, spec: FieldSpec): Range {
  const [low, high] = [readValue(cursor, first, spec), readValue(cursor, last, spec)];
  if (high < low) cursor.fail('range', first.at, `${first.text}-${last.text}`, '');
  return { low, high, hasEnds: true };
}

/** Elements of a set as ranges of the field's value. */
export function readUnion(cursor: Cursor, elements: readonly Token[][], spec: FieldSpec): Range[] {
  const ranges = elements.map((words): Range => {
    const low = readValue(cursor, words[0]!, spec);
    const [first, separator, last] = words;
    if (separator === undefined) return { low, high: low };
    if (UNMODELLED_IN_SETS.has(separator.text)) cursor.unmodelled(separator);
    if (last === undefined || (separator.text !== '-' && separator.text !== '/')) cursor.unexpected(separator, ',');
    if (words.length > 3) cursor.unexpected(words[3]!, ',');
    if (separator.text === '-') return rangeTo(cursor, first!, last, spec);
    const length = Number(last.text);
    if (last.kind !== 'number' || length > spec.bits) cursor.unexpected(last, `/0〜/${spec.bits}`);
    const mask = prefixMask(length, spec);
    return { low: low & mask, high: (low & mask) | (mask ^ fullMask(spec)) };
  });
  return ranges;
}

function readValue(cursor: Cursor, token: Token, spec: FieldSpec): bigint {
  const value = parseValue(token, spec);
  if (typeof value === 'bigint') return value;
  if (token.text === '$' || token.text === '@') cursor.unmodelled(token);
  throw new Refused(value);
}
