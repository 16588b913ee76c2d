/**
 * One match or rewrite of a rule: `tcp dport 22`, `ether saddr @known`, `iifname { "p1", "p2" }`, `ether daddr set …`.
 */
import type { FieldTest, NamedSet, Rewrite, Test } from '../../filter/ruleset.ts';
import { Refused, UNMODELLED, type Cursor } from './cursor.ts';
import { dependencies, nothingSettled, settle } from './dependencies.ts';
import { FIELDS, isProtocol, type FieldSpec, type Protocol } from './fields.ts';
import type { Token } from './lexer.ts';
import { fullMask, parseValue, prefixMask, toBytes, toIntervals, type Range } from './values.ts';

/** Fields of `meta` that are port names. */
const NAME_FIELDS: Readonly<Record<string, 'in-port' | 'out-port'>> = { iifname: 'in-port', oifname: 'out-port' };

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
    if (UNMODELLED.has(first.text) || first.text === '@') this.#cursor.unmodelled(first);
    if (!isProtocol(first.text))
      this.#cursor.unexpected(first, 'ether, vlan, arp, ip, ip6, icmp, tcp, udp, meta, iifname, oifname');
    const [name, spec] = this.#field(first.text, this.#cursor.next());
    if (this.#cursor.peek.text === 'set') return void this.rewrites.push(this.#rewrite(first.text, spec));
    const before = dependencies(first.text, this.#settled);
    if ('conflict' in before) return this.#cursor.fail('protocol', first.at, first.text, before.conflict);
    this.tests.push(...before, this.#fieldTest(first.text, name, spec));
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
    const tokens =
      this.#cursor.peek.text === '{' ? this.#cursor.elements().map((words) => words[0]!) : [this.#cursor.next()];
    const names = tokens.map((token) => {
      if (token.kind === 'string') return token.text.slice(1, -1);
      return token.kind === 'word' ? token.text : this.#cursor.unexpected(token, '"p1"');
    });
    return { field: { base }, names, negated };
  }

  #equalityOperator(): boolean {
    const token = this.#cursor.peek;
    if (token.text === '==' || token.text === 'eq') this.#cursor.next();
    else if (token.text === '!=' || token.text === 'ne') return this.#cursor.next() !== undefined;
    return false;
  }

  #fieldTest(protocol: Protocol, name: string, spec: FieldSpec): FieldTest {
    if (['.', 'vmap', 'map'].includes(this.#cursor.peek.text)) this.#cursor.unmodelled(this.#cursor.peek);
    const mask = this.#cursor.takes('&') ? this.#mask(spec) : null;
    const operator = this.#operator();
    const fieldOf = { base: spec.base, offset: spec.offset, size: spec.size };
    // Flags without an operator ask for any of the bits (nft(8) BITMASK TYPE).
    if (spec.type === 'tcp-flags' && operator === null && mask === null && this.#cursor.peek.text !== '{') {
      const any = this.#flagUnion(spec);
      if (this.#cursor.peek.text === '/') this.#cursor.unmodelled(this.#cursor.peek);
      const zero = toIntervals([{ low: 0n, high: 0n }], spec);
      return { field: fieldOf, mask: toBytes(any, spec), intervals: zero, negated: true };
    }
    const negated = operator === '!=';
    if (this.#cursor.peek.text === '@' && (operator === null || operator === '==' || negated)) {
      const set = this.#namedSet(spec);
      const setMask =
        spec.bits === spec.size * 8 && mask === null ? {} : { mask: toBytes(mask ?? fullMask(spec), spec) };
      return { field: fieldOf, ...setMask, intervals: [], set, negated };
    }
    const [ranges, valueMask] = this.#ranges(spec, operator);
    const whole = (mask ?? fullMask(spec)) & (valueMask ?? fullMask(spec));
    if (!negated && mask === null && valueMask === null) {
      for (const { low, high } of ranges)
        if (low === high) settle(protocol, name, low, ranges.length > 1, this.#settled);
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
    const high = readValue(this.#cursor, this.#cursor.next(), spec);
    if (high <= low) this.#cursor.fail('range', token.at, `${token.text}-…`, 'low < high');
    return [[{ low, high }], null];
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
    return set.type === spec.type ? name : this.#cursor.fail('set', at, `@${name}`, `type ${spec.type}`);
  }
}

/** Elements of a set as ranges of the field's value. */
export function readUnion(cursor: Cursor, elements: readonly Token[][], spec: FieldSpec): Range[] {
  const ranges = elements.map((words): Range => {
    const low = readValue(cursor, words[0]!, spec);
    const [, separator, last] = words;
    if (separator === undefined || last === undefined) {
      if (separator !== undefined) cursor.unexpected(separator, ',');
      return { low, high: low };
    }
    if (words.length > 3) cursor.unexpected(words[3]!, ',');
    if (separator.text === '-') return { low, high: readValue(cursor, last, spec) };
    if (separator.text !== '/') cursor.unmodelled(separator);
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
