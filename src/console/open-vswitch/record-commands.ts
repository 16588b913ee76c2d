/**
 * Commands on records of any table: `set`, `add`, `remove`, `clear`, `get`, `create`. Read first: ovs-vsctl(8) "Database
 * Commands", lib/db-ctl-base.c.
 */
import { refuse, type Piece } from '../openflow/problem.ts';
import { readAtoms, readDatum, readToken, stringOf, wrongValue, type Atom, type Datum } from './datum.ts';
import type { Row, Store } from './rows.ts';
import { bestNames, COLUMNS, isModelled, TABLES, type ColumnType, type TableName } from './schema.ts';

/** A command with its arguments and the options before it. */
export interface Command {
  readonly name: Piece;
  readonly arguments: readonly Piece[];
  readonly options: ReadonlyMap<string, Piece | null>;
}

export function unmodelled(piece: Piece): never {
  return refuse('ovsdb', piece, 'unmodelled', '', '');
}

// --- Tables, columns, records

function tableOf(word: Piece): TableName {
  const [best, second, ...more] = bestNames(TABLES, word.text);
  if (best === undefined) {
    return wrongValue(word, `unknown table "${word.text}"`, 'Bridge, Port, Interface, Mirror, Open_vSwitch', 'table');
  }
  if (second !== undefined) {
    const names = [best, second, ...more].toSorted().join(', ');
    return wrongValue(word, `"${word.text}" matches multiple table names: ${names}`, names, 'table');
  }
  return isModelled(best) ? best : unmodelled(word);
}

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

function columnOf(table: TableName, word: Piece, name: string): Column {
  const known = COLUMNS[table];
  const matching = bestNames(known.keys(), name);
  const [best, second] = matching;
  if (best === undefined) {
    const names = [...known.keys()].join(', ');
    return wrongValue(word, `${table} does not contain a column whose name matches "${name}"`, names, 'column');
  }
  if (second !== undefined) {
    const names = matching.toSorted().join(', ');
    return wrongValue(
      word,
      `${table} contains more than one column whose name matches "${name}": ${names}`,
      names,
      'column',
    );
  }
  const type = known.get(best);
  if (!type) return unmodelled(word);
  return { name: best, type };
}

/** A name is given with the row, and stays. */
function checkWritable({ table, isOld }: Row, { name, type }: Column, word: Piece): void {
  if (isOld && type.isReadOnly === true) {
    wrongValue(word, `cannot modify read-only column ${name} in table ${table}`, '', 'column');
  }
}

/** Null: there is none, and `--if-exists` says that this is no matter. */
function rowOf(store: Store, table: TableName, word: Piece, isOptional: boolean): Row | null {
  const { text } = word;
  const row = table === 'Open_vSwitch' ? (text === '.' ? store.settings : undefined) : store.find(table, text);
  if (row !== undefined) return row;
  if (isOptional) return null;
  const names = store.rows.filter((each) => each.table === table).map(({ name }) => name);
  return wrongValue(
    word,
    `no row "${text}" in table ${table}`,
    table === 'Open_vSwitch' ? '.' : names.join(', '),
    'row',
  );
}

// --- COLUMN[:KEY]=VALUE

interface Setting {
  readonly column: Column;
  readonly key: string | null;
  readonly value: Piece;
}

function settingColumn(table: TableName, word: Piece): [column: Column, end: number] {
  const name = readToken(word, 0);
  if (name.text === '') return wrongValue(word, `${word.text}: missing column name`, 'COLUMN=VALUE', 'column');
  return [columnOf(table, word, name.text), name.end];
}

function readSetting(table: TableName, word: Piece): Setting {
  const { text } = word;
  const [column, nameEnd] = settingColumn(table, word);
  let end = nameEnd;
  let key: string | null = null;
  if (text[end] === ':') {
    const token = readToken(word, end + 1);
    key = token.text;
    end = token.end;
  }
  if (text[end] !== '=' || end + 1 === text.length) {
    return wrongValue(word, `${text}: argument does not end in "=" followed by a value.`, 'COLUMN=VALUE', 'value');
  }
  return { column, key, value: { text: text.slice(end + 1), at: word.at + end + 1 } };
}

export function applySetting(store: Store, row: Row, word: Piece): void {
  const { column, key, value } = readSetting(row.table, word);
  checkWritable(row, column, word);
  const { name, type } = column;
  if (key !== null && type.isMap !== true) {
    wrongValue(word, `cannot specify key to set for non-map column ${name}`, `${name}=VALUE`, 'column');
  }
  if (key === null) {
    put(row, column, readDatum(type, value, store.symbols), value);
    return;
  }
  const keyText = stringOf(key, word);
  const [text] = readAtoms({ key: 'string', min: 1, max: 1 }, value.text, value, store.symbols);
  const before = row.get(name) as ReadonlyMap<string, string>;
  row.put(name, new Map([...before, [keyText, String(text)]]));
}

/** What the engine does not model of a column's values is refused as such. */
function put(row: Row, { name, type }: Column, datum: Datum, value: Piece): void {
  const { modelled } = type;
  if (modelled !== undefined && (datum as readonly Atom[]).some((atom) => !modelled.includes(atom as string))) {
    unmodelled(value);
  }
  const isRenamed = type.isReadOnly === true && (datum as readonly Atom[])[0] !== row.name;
  // A port or a bridge whose interface, or local port, has another name.
  if (isRenamed) unmodelled(value);
  const wasAsked = (row.get(name) as readonly Atom[])[0];
  const isNumbered = name === 'ofport_request' && row.isOld && wasAsked !== (datum as readonly Atom[])[0];
  // A port that is there already would be taken away and come back with another number.
  if (isNumbered) unmodelled(value);
  row.put(name, datum);
}

// --- The commands. Each is checked before any of them runs.

export function checkRecordCommand({ name, arguments: [table, ...rest] }: Command): void {
  if (table === undefined) return;
  const of = tableOf(table);
  switch (name.text) {
    case 'set':
      for (const word of rest.slice(1)) settingColumn(of, word);
      break;
    case 'create':
      // Bridges and ports are made by commands of their own.
      if (of !== 'Mirror') unmodelled(table);
      for (const word of rest) settingColumn(of, word);
      break;
    case 'add':
    case 'remove':
      columnOf(of, rest[1]!, rest[1]!.text);
      break;
    case 'clear':
      for (const word of rest.slice(1)) columnOf(of, word, word.text);
      break;
    case 'get':
      for (const word of rest.slice(1)) {
        columnOf(of, word, readToken(word, 0).text);
        unmodelled(word);
      }
      break;
    default:
  }
}

export function runRecordCommand(store: Store, command: Command): void {
  const { name, arguments: words, options } = command;
  const table = tableOf(words[0]!);
  if (name.text === 'create') {
    create(store, command, table);
    return;
  }
  const row = rowOf(store, table, words[1]!, options.has('--if-exists'));
  if (row === null) return;
  const rest = words.slice(2);
  switch (name.text) {
    case 'set':
      for (const word of rest) applySetting(store, row, word);
      break;
    case 'add':
      add(store, row, rest[0]!, rest.slice(1));
      break;
    case 'remove':
      remove(store, row, rest[0]!, rest.slice(1));
      break;
    case 'clear':
      for (const word of rest) clear(row, word);
      break;
    case 'get':
      defineId(store, command, row);
      break;
    default:
  }
}

function defineId(store: Store, { options }: Command, row: Row): void {
  const id = options.get('--id');
  if (!id) return;
  checkId(store, id);
  store.symbols.define(id.text, row);
}

function checkId(store: Store, id: Piece): void {
  if (!id.text.startsWith('@')) wrongValue(id, `row id "${id.text}" does not begin with "@"`, `@${id.text}`, 'row');
  if (store.symbols.isDefined(id.text)) {
    wrongValue(id, `row id "${id.text}" may only be specified on one --id option`, '', 'row');
  }
}

function create(store: Store, command: Command, table: TableName): void {
  const id = command.options.get('--id');
  if (id) checkId(store, id);
  const row = store.make(table);
  if (id) store.symbols.define(id.text, row);
  for (const word of command.arguments.slice(1)) applySetting(store, row, word);
}

function add(store: Store, row: Row, columnWord: Piece, values: readonly Piece[]): void {
  const column = columnOf(row.table, columnWord, columnWord.text);
  checkWritable(row, column, columnWord);
  const { name, type } = column;
  for (const value of values) {
    const added = readDatum({ ...type, min: 1, max: Number.POSITIVE_INFINITY }, value, store.symbols);
    const before = row.get(name);
    if (added instanceof Map) {
      const present = before as ReadonlyMap<string, string>;
      row.put(name, new Map([...added, ...present]));
    } else put(row, column, [...new Set([...(before as Atom[]), ...(added as Atom[])])], value);
    const count = (row.get(name) as readonly Atom[]).length;
    if (count > type.max) {
      const what = `"add" operation would put ${count} values in column ${name} of table ${row.table} but the maximum number is ${type.max}`;
      wrongValue(value, what, `set ${row.table} … ${name}=VALUE`);
    }
  }
}

/** Of a map, `KEY` or `KEY=VALUE`. */
function remove(store: Store, row: Row, columnWord: Piece, values: readonly Piece[]): void {
  const column = columnOf(row.table, columnWord, columnWord.text);
  checkWritable(row, column, columnWord);
  const { name, type } = column;
  for (const value of values) {
    const before = row.get(name);
    if (before instanceof Map) {
      row.put(name, new Map([...before].filter((pair) => !isRemoved(pair as [string, string], value, store))));
      continue;
    }
    const removed = readDatum({ ...type, min: 1, max: Number.POSITIVE_INFINITY }, value, store.symbols) as Atom[];
    const gone = new Set(removed.map((atom) => (isSymbol(atom) ? store.symbols.rowOf(atom.symbol) : atom)));
    const left = (before as readonly Atom[]).filter((atom) => isSymbol(atom) || !gone.has(atom));
    if (left.length < type.min) wrongValue(value, emptied('remove', name, row.table, left.length, type.min));
    row.put(name, left);
  }
}

function isSymbol(atom: Atom): atom is { readonly symbol: string } {
  return typeof atom === 'object' && 'symbol' in atom;
}

function emptied(command: string, name: string, table: string, count: number, least: number): string {
  return `"${command}" operation would put ${count} ${count === 1 ? 'value' : 'values'} in column ${name} of table ${table} but the minimum number is ${least}`;
}

function isRemoved([key, value]: [string, string], word: Piece, store: Store): boolean {
  const isPair = word.text.includes('=');
  if (!isPair) {
    const keys = readDatum({ key: 'string', min: 0, max: Number.POSITIVE_INFINITY }, word, store.symbols);
    return (keys as readonly Atom[]).includes(key);
  }
  const pairs = readDatum({ key: 'string', isMap: true, min: 0, max: Number.POSITIVE_INFINITY }, word, store.symbols);
  return (pairs as ReadonlyMap<string, string>).get(key) === value;
}

function clear(row: Row, word: Piece): void {
  const column = columnOf(row.table, word, word.text);
  checkWritable(row, column, word);
  const { name, type } = column;
  if (type.min > 0) {
    const what = `"clear" operation cannot be applied to column ${name} of table ${row.table}, which is not allowed to be empty`;
    wrongValue(word, what, '', 'column');
  }
  put(row, column, type.isMap === true ? new Map() : [], word);
}
