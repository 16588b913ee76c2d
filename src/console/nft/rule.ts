/**
 * One rule: matches, `counter`, rewrites, a verdict at its end, `comment` behind everything.
 */
import type { NamedSet, Rule, RuleVerdict } from '../../filter/ruleset.ts';
import type { Cursor } from './cursor.ts';
import { MatchReader } from './match.ts';

const VERDICTS: ReadonlySet<string> = new Set(['accept', 'drop', 'return', 'continue', 'jump', 'goto']);

/** `jumps`: is told of each call, at its place in the source. */
export function readRule(
  cursor: Cursor,
  source: string,
  sets: readonly NamedSet[],
  jumps: (chain: string, at: number) => void,
): Rule {
  const start = cursor.peek.at;
  const matches = new MatchReader(cursor, sets);
  let counter = false;
  let order = '';
  let comment: string | undefined;
  let verdict: RuleVerdict = { kind: 'continue' };
  do {
    const token = cursor.peek;
    if (token.text === 'counter') {
      readCounter(cursor);
      counter = true;
      order += 'c';
    } else if (VERDICTS.has(token.text)) {
      verdict = readVerdict(cursor, jumps);
      if (verdict.kind === 'continue') order += 'g';
      else refuseMore(cursor);
    } else {
      const [tests, rewrites] = [matches.tests.length, matches.rewrites.length];
      matches.read();
      order += 't'.repeat(matches.tests.length - tests) + 'r'.repeat(matches.rewrites.length - rewrites);
    }
  } while (!isOver(cursor) && cursor.peek.text !== 'comment');
  if (cursor.peek.text === 'comment') comment = readComment(cursor);
  const end = cursor.last.at + cursor.last.text.length;
  const { tests, rewrites } = matches;
  const text = source.slice(start, end);
  return { tests, counter, rewrites, verdict, text, order, ...(comment !== undefined && { comment }) };
}

/** `comment TEXT`, of a rule or a chain. */
export function readComment(cursor: Cursor): string {
  cursor.expect('comment');
  const text = cursor.next();
  if (text.kind !== 'string' && text.kind !== 'word') cursor.unexpected(text, '"…"');
  return text.kind === 'string' ? text.text.slice(1, -1) : text.text;
}

function isOver({ peek }: Cursor): boolean {
  return peek.kind === 'newline' || peek.kind === 'end' || peek.text === '}';
}

function refuseMore(cursor: Cursor): void {
  const { peek } = cursor;
  if (!isOver(cursor) && peek.text !== 'comment') cursor.fail('statement', peek.at, peek.text, '');
}

function readCounter(cursor: Cursor): void {
  cursor.expect('counter');
  while (cursor.takes('packets') || cursor.takes('bytes')) {
    const count = cursor.next();
    if (count.kind !== 'number') cursor.unexpected(count, 'number');
  }
}

function readVerdict(cursor: Cursor, jumps: (chain: string, at: number) => void): RuleVerdict {
  const token = cursor.next();
  if (token.text !== 'jump' && token.text !== 'goto') return { kind: token.text as 'accept' };
  const at = cursor.peek.at;
  const chain = cursor.identifier('chain');
  jumps(chain, at);
  return { kind: token.text, chain };
}
