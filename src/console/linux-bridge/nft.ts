/**
 * `nft` on a command line: its words, joined by spaces as nft joins them, are a piece of a ruleset (`console/nft`).
 *
 * What surprises: the shell takes quotes away, and nft does without them; `-c` checks and loads nothing.
 */
import { runnable } from '../../filter/evaluator.ts';
import { isMalformed } from '../../wire/malformed.ts';
import type { Word } from '../console.ts';
import { parseRuleset } from '../nft/parser.ts';
import { Complaint, Unmodelled, usage, type Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import type { Ground } from './ground.ts';
import type { LinuxRequest } from './request.ts';

const USAGE = 'Usage: nft [ options ] [ cmds... ]';

interface Options {
  json: boolean;
  handles: boolean;
  stateless: boolean;
  check: boolean;
}

export function readNft(words: Arguments, ground: Ground): Command {
  const options: Options = { json: false, handles: false, stateless: false, check: false };
  while (words.peek?.text.startsWith('-') === true) readOption(words, options);
  if (!words.more) words.fail(USAGE, 'incomplete', '', 'add, list, flush ruleset');
  if (words.peek!.text === 'list') return { request: readList(words, ground, options) };
  // What JSON loads is not read.
  if (options.json) throw new Unmodelled(words.take());
  const pieces = words.rest();
  const source = `${pieces.map(({ text }) => text).join(' ')}\n`;
  const ruleset = parseRuleset(source, ground.ruleset);
  if (isMalformed(ruleset)) {
    const word = wordAt(pieces, ruleset.at);
    if (ruleset.field === 'unmodelled') throw new Unmodelled({ text: ruleset.found, place: word.place });
    // What nft itself says depends on its grammar's state and is not known.
    throw new Complaint('', word.place, 'rule', ruleset.found, ruleset.expected, ruleset);
  }
  if (options.check) return { changes: [] };
  ground.ruleset = ruleset;
  return { changes: [{ kind: 'rules', ruleset: runnable(ruleset) }] };
}

const SHORT_OPTIONS: Readonly<Record<string, keyof Options | null>> = {
  j: 'json',
  a: 'handles',
  s: 'stateless',
  c: 'check',
  n: null,
  N: null,
  S: null,
  y: null,
  p: null,
  u: null,
  t: null,
};
const LONG_OPTIONS: Readonly<Record<string, keyof Options | null>> = {
  '--json': 'json',
  '--handle': 'handles',
  '--stateless': 'stateless',
  '--check': 'check',
  '--numeric': null,
  '--reversedns': null,
  '--service': null,
  '--numeric-priority': null,
  '--numeric-protocol': null,
  '--guid': null,
  '--numeric-time': null,
};

function readOption(words: Arguments, options: Options): void {
  const word = words.take();
  const names = word.text.startsWith('--')
    ? [LONG_OPTIONS[word.text]]
    : Array.from(word.text.slice(1), (letter) => SHORT_OPTIONS[letter]);
  for (const name of names) {
    if (name === undefined) throw new Unmodelled(word);
    if (name !== null) options[name] = true;
  }
}

/** `list ruleset [bridge]`, `list table|chain|set bridge NAME …` */
function readList(words: Arguments, { ruleset }: Ground, { json, handles, stateless }: Options): LinuxRequest {
  words.take();
  const what = taken(words, 'ruleset, table, chain, set');
  const form = { show: 'nft list', json, handles, stateless } as const;
  if (what.text === 'ruleset') {
    if (words.more) expectBridge(words.take());
    return form;
  }
  if (!['table', 'chain', 'set'].includes(what.text)) throw new Unmodelled(what);
  expectBridge(taken(words, 'bridge'));
  const table = named(taken(words, 'table'), ruleset.tables);
  const name = table.name;
  if (what.text === 'table') return { ...form, table: name };
  if (what.text === 'chain') return { ...form, table: name, chain: named(taken(words, 'chain'), table.chains).name };
  return { ...form, table: name, set: named(taken(words, 'set'), table.sets).name };
}

function taken(words: Arguments, expected: string): Word {
  return words.more ? words.take() : words.fail('', 'incomplete', '', expected);
}

function named<Part extends { readonly name: string }>({ text, place }: Word, parts: readonly Part[]): Part {
  const part = parts.find(({ name }) => name === text);
  if (part !== undefined) return part;
  const names = parts.map(({ name }) => name).join(', ');
  throw new Complaint('Error: No such file or directory', place, 'unknown-word', text, names);
}

function expectBridge(word: Word): void {
  if (['ip', 'ip6', 'inet', 'arp', 'netdev'].includes(word.text)) throw new Unmodelled(word);
  if (word.text !== 'bridge') usage('', word, 'unknown-word', 'bridge');
}

/** The word that a character of the joined text stands in. */
function wordAt(words: readonly Word[], at: number): Word {
  let end = 0;
  for (const word of words) {
    end += word.text.length + 1;
    if (at < end) return word;
  }
  return words.at(-1)!;
}
