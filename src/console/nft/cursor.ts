/**
 * The place in a ruleset's words, and how a mistake there is told. A reader of the language asks it for the next word and
 * hands back what it cannot take; the first mistake ends the reading.
 */
import { malformed, type Malformed } from '../../wire/malformed.ts';
import type { Token } from './lexer.ts';

/** Words that begin something nft understands and this engine does not model. */
export const UNMODELLED = new Set(
  (
    'ct reject log limit queue dup fwd notrack masquerade snat dnat redirect quota meter flow synproxy tproxy numgen jhash ' +
    'symhash socket osf rt fib exthdr hbh frag dst mh ah esp comp sctp dccp udplite igmp gre geneve vxlan last secmark ' +
    'iif oif iifgroup oifgroup ibrname obrname mark priority skuid skgid cpu length nfproto random hour day time rtclassid ' +
    'vmap map flowtable element delete insert replace list reset rename monitor destroy include define policy flags option doff nftrace broute ingress egress ifname ' +
    'ifindex bitmask'
  ).split(' '),
);

/** Thrown inside the parser only: {@link parseRuleset} turns it into its answer. */
export class Refused extends Error {
  readonly problem: Malformed;
  constructor(problem: Malformed) {
    super(problem.field);
    this.problem = problem;
  }
}

export class Cursor {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get peek(): Token {
    return this.#tokens[this.#position]!;
  }

  /** The word after the next. */
  get beyond(): Token | undefined {
    return this.#tokens[this.#position + 1];
  }

  /** The word that was read last. */
  get last(): Token {
    return this.#tokens[this.#position - 1]!;
  }

  next(): Token {
    const token = this.#tokens[this.#position]!;
    if (token.kind !== 'end') this.#position++;
    return token;
  }

  takes(text: string): boolean {
    if (this.peek.text !== text) return false;
    this.next();
    return true;
  }

  expect(text: string): void {
    const token = this.next();
    if (token.text !== text) this.unexpected(token, text);
  }

  identifier(what: string): string {
    const token = this.next();
    return token.kind === 'word' ? token.text : this.unexpected(token, `${what} name`);
  }

  skipNewlines(): void {
    while (this.peek.kind === 'newline') this.next();
  }

  skipLineBreaks(): void {
    while (this.peek.text === '\n') this.next();
  }

  /** `{ … }` with statements, each ended by a newline or a semicolon unless it answers that it has ended by itself. */
  block(statement: () => 'ended' | void): void {
    this.expect('{');
    for (;;) {
      this.skipNewlines();
      if (this.takes('}')) return;
      if (this.peek.kind === 'end') this.unexpected(this.peek, '}');
      if (statement() !== 'ended') this.endOfStatement();
    }
  }

  endOfStatement(): void {
    const { kind } = this.peek;
    if (kind !== 'newline' && kind !== 'end') this.unexpected(this.peek, '; , newline');
  }

  /** `{ a, b-c, d/8 }` as the words of each element. */
  elements(): Token[][] {
    this.expect('{');
    const elements: Token[][] = [];
    this.skipLineBreaks();
    if (this.peek.text === ',' || this.peek.text === '}') this.unexpected(this.peek, '');
    while (this.peek.text !== '}') {
      const words: Token[] = [];
      while (![',', '}'].includes(this.peek.text) && this.peek.kind !== 'end') {
        const token = this.next();
        if (token.kind !== 'newline') words.push(token);
      }
      if (words.length > 0) elements.push(words);
      if (!this.takes(',')) break;
      this.skipLineBreaks();
    }
    this.expect('}');
    return elements;
  }

  unexpected(token: Token, expected: string): never {
    if (UNMODELLED.has(token.text)) this.unmodelled(token);
    return this.fail(token.kind === 'end' ? 'end' : 'word', token.at, token.text, expected);
  }

  /** Valid on the real thing, not modelled here. */
  unmodelled(token: Token): never {
    return this.fail('unmodelled', token.at, token.text, '');
  }

  fail(field: string, at: number, found: string, expected: string): never {
    throw new Refused(malformed('nft', field, at, found, expected));
  }
}
