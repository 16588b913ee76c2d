/**
 * Words of an nft ruleset, as nft's own scanner cuts them (nftables src/scanner.l), each with its place.
 */
import { malformed, type Malformed } from '../../wire/malformed.ts';

export type TokenKind = 'word' | 'string' | 'number' | 'mac' | 'ip' | 'ip6' | 'punctuation' | 'newline' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Character offset in the source. */
  readonly at: number;
}

/** In order: the first that matches wins. A MAC address comes before an IPv6 address, both before a number. */
const PATTERNS: readonly [TokenKind | 'skip', RegExp][] = [
  ['skip', /[ \t\r]+/y],
  ['skip', /\\\n/y],
  ['skip', /#[^\n]*/y],
  ['newline', /[\n;]/y],
  ['string', /"[^"\n]*"/y],
  ['mac', /[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}(?![0-9a-z:.])/iy],
  ['ip6', /(?=[0-9a-f:.]*:[0-9a-f:.]*:)[0-9a-f:]+(?:\d+\.\d+\.\d+\.\d+)?(?![0-9a-z:])/iy],
  ['ip', /\d+\.\d+\.\d+\.\d+(?![0-9a-z.])/y],
  ['number', /0x[0-9a-f]+(?![0-9a-z_])/iy],
  ['number', /\d+(?![0-9a-z_.])/iy],
  ['word', /[a-z0-9_][a-z0-9_./\\-]*\*?/iy],
  ['punctuation', /==|!=|<=|>=|<<|>>|[{}()<>=,&|^!@:/.*$+-]/y],
];

export function tokenize(source: string): Token[] | Malformed {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const token = tokenAt(source, at);
    if (token === null) return malformed('nft', 'character', at, source[at]!, '');
    if (token.kind !== 'skip') tokens.push(token as Token);
    at += token.text.length;
  }
  tokens.push({ kind: 'end', text: '', at });
  return tokens;
}

function tokenAt(source: string, at: number): { kind: TokenKind | 'skip'; text: string; at: number } | null {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const text = pattern.exec(source)?.[0];
    if (text) return { kind, text, at };
  }
  return null;
}
