/**
 * `ovs-vsctl`: several commands in one line, with `--` between them, are one transaction: either all of them are done or none.
 * Read first: ovs-vsctl(8), lib/db-ctl-base.c (ctl_parse_commands).
 */
import { answerOf, type FlowProblem, type Piece } from '../openflow/problem.ts';
import { runBridgeCommand } from './bridge-commands.ts';
import type { OvsDatabase } from './database.ts';
import { wrongValue } from './datum.ts';
import { checkRecordCommand, runRecordCommand, unmodelled, type Command } from './record-commands.ts';
import { Store } from './rows.ts';

/** Number of arguments, and options. */
interface Syntax {
  readonly least: number;
  readonly most: number;
  readonly options: readonly string[];
}

const MANY = Number.POSITIVE_INFINITY;
const syntax = (least: number, most: number, options = ''): Syntax => ({ least, most, options: options.split(' ') });

const BRIDGE_COMMANDS: Readonly<Record<string, Syntax>> = {
  'add-br': syntax(1, 3, '--may-exist'),
  'del-br': syntax(1, 1, '--if-exists'),
  'add-port': syntax(2, MANY, '--may-exist'),
  'del-port': syntax(1, 2, '--if-exists --with-iface'),
  'set-fail-mode': syntax(2, 2),
  'del-fail-mode': syntax(1, 1),
};
const RECORD_COMMANDS: Readonly<Record<string, Syntax>> = {
  set: syntax(3, MANY, '--if-exists'),
  add: syntax(4, MANY, '--if-exists'),
  remove: syntax(4, MANY, '--if-exists'),
  clear: syntax(3, MANY, '--if-exists'),
  get: syntax(2, MANY, '--if-exists --id='),
  create: syntax(2, MANY, '--id='),
};
const SYNTAX: Readonly<Record<string, Syntax>> = { ...BRIDGE_COMMANDS, ...RECORD_COMMANDS };

/** Commands that show something, or set what is not modelled. */
const OTHER_COMMANDS = new Set(
  (
    'init show emer-reset list-br br-exists br-to-vlan br-to-parent br-set-external-id br-get-external-id list-ports add-bond ' +
    'add-bond-iface del-bond-iface port-to-br list-ifaces iface-to-br get-controller del-controller set-controller get-fail-mode ' +
    'get-manager del-manager set-manager get-ssl del-ssl set-ssl get-aa-mapping add-aa-mapping del-aa-mapping add-zone-tp ' +
    'del-zone-tp list-zone-tp list-dp-cap comment list find destroy wait-until'
  ).split(' '),
);

/** Options of the program itself, which change nothing of what is done; some are followed by a value. */
const PROGRAM_OPTIONS: Readonly<Record<string, boolean>> = {
  '--db': true,
  '--no-wait': false,
  '--dry-run': false,
  '--oneline': false,
  '--timeout': true,
  '-t': true,
  '--verbose': false,
  '-v': false,
  '--no-syslog': false,
  '--retry': false,
};

/** `words`: without the program's own name. The database as it is then, or why nothing was done. */
export function runVsctl(words: readonly Piece[], database: OvsDatabase): OvsDatabase | FlowProblem {
  return answerOf(() => {
    const commands = readCommands(words);
    const store = new Store(database);
    for (const command of commands) if (command.name.text in RECORD_COMMANDS) checkRecordCommand(command);
    for (const command of commands) {
      if (command.name.text in RECORD_COMMANDS) runRecordCommand(store, command);
      else runBridgeCommand(store, command);
    }
    store.symbols.check();
    return store.database();
  });
}

type Options = Map<string, Given>;

interface Given {
  /** The option itself. */
  readonly word: Piece;
  readonly value: Piece | null;
}

/** Of all commands. */
const COMMAND_OPTIONS = new Set(
  [
    ...Object.values(SYNTAX).flatMap(({ options }) => options),
    '--fake-iface',
    '--with-iface',
    '--all',
    '--columns=',
  ].filter(Boolean),
);

function readCommands(words: readonly Piece[]): Command[] {
  const leading: Options = new Map();
  const rest = readLeadingOptions(words, leading);
  const groups: Piece[][] = [[]];
  for (const word of rest) {
    if (word.text === '--') groups.push([]);
    else groups.at(-1)!.push(word);
  }
  const filled = groups.filter((group) => group.length > 0);
  const end = words.at(-1) ?? { text: '', at: 0 };
  if (filled.length === 0) wrongValue(end, 'missing command name (use --help for help)', commandNames(), 'command');
  return filled.map((group, index) => readCommand(group, index === 0 ? leading : new Map()));
}

/** Options of the program; those of the first command may stand among them. Answers what follows. */
function readLeadingOptions(words: readonly Piece[], leading: Options): readonly Piece[] {
  let at = 0;
  for (; words[at]?.text.startsWith('-') === true && words[at]!.text !== '--'; at++) {
    const [name, given] = readOption(words[at]!);
    const next = words[at + 1];
    if (Object.hasOwn(PROGRAM_OPTIONS, name)) {
      if (PROGRAM_OPTIONS[name]! && given.value === null) at++;
    } else if (COMMAND_OPTIONS.has(`${name}=`)) {
      leading.set(name, given.value === null && next !== undefined ? { ...given, value: next } : given);
      if (given.value === null) at++;
    } else if (COMMAND_OPTIONS.has(name)) {
      if (given.value !== null) wrongValue(given.word, `option '${name}' doesn't allow an argument`, name, 'option');
      leading.set(name, given);
    } else {
      const what = name.startsWith('--')
        ? `unrecognized option '${given.word.text}'`
        : `invalid option -- '${name[1] ?? '-'}'`;
      wrongValue(given.word, what, [...Object.keys(PROGRAM_OPTIONS), ...COMMAND_OPTIONS].join(', '), 'option');
    }
  }
  return words.slice(at);
}

function readOption(word: Piece): [name: string, given: Given] {
  const sign = word.text.indexOf('=');
  if (sign < 0) return [word.text, { word, value: null }];
  return [word.text.slice(0, sign), { word, value: { text: word.text.slice(sign + 1), at: word.at + sign + 1 } }];
}

function commandNames(): string {
  return Object.keys(SYNTAX).join(', ');
}

function readCommand(words: readonly Piece[], leading: Options): Command {
  const options = new Map(leading);
  let at = 0;
  for (; words[at]?.text.startsWith('-') === true; at++) {
    const [option, given] = readOption(words[at]!);
    if (options.has(option)) wrongValue(given.word, `'${option}' option specified multiple times`, '', 'option');
    options.set(option, given);
  }
  const name = words[at];
  if (name === undefined)
    return wrongValue(words.at(-1)!, 'missing command name (use --help for help)', commandNames(), 'command');
  if (OTHER_COMMANDS.has(name.text)) return unmodelled(name);
  const known = Object.hasOwn(SYNTAX, name.text) ? SYNTAX[name.text]! : undefined;
  if (known === undefined) {
    return wrongValue(name, `unknown command '${name.text}'; use --help for help`, commandNames(), 'command');
  }
  checkOptions(name.text, known, options);
  const rest = words.slice(at + 1);
  checkCount(name, known, rest);
  return { name, arguments: rest, options: new Map([...options].map(([option, { value }]) => [option, value])) };
}

function checkOptions(command: string, { options: known }: Syntax, options: Options): void {
  for (const [name, { word, value }] of options) {
    if (known.includes(`${name}=`)) {
      const what = `missing argument to '${name}' option on '${command}' command`;
      if (value === null) wrongValue(word, what, `${name}=@NAME`, 'option');
    } else if (!known.includes(name)) {
      wrongValue(word, `'${command}' command has no '${name}' option`, known.filter(Boolean).join(', '), 'option');
    } else if (value !== null) {
      wrongValue(word, `'${name}' option on '${command}' does not accept an argument`, name, 'option');
    }
  }
}

function checkCount(name: Piece, { least, most }: Syntax, words: readonly Piece[]): void {
  const command = `'${name.text}' command`;
  if (words.length < least) wrongValue(name, `${command} requires at least ${least} arguments`, '', 'arguments');
  if (words.length > most) wrongValue(words[most]!, `${command} takes at most ${most} arguments`, '', 'arguments');
}
