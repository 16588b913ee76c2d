/**
 * The database while a command line works on it: rows that refer to each other. What nothing refers to is gone at the end.
 */
import type { Piece } from '../openflow/problem.ts';
import type { BridgeRow, Columns, MirrorRow, OvsDatabase, PortRow, Scalar, Value } from './database.ts';
import { wrongValue, type Atom, type Datum } from './datum.ts';
import { COLUMNS, defaultOf, type TableName } from './schema.ts';

export class Row {
  readonly table: TableName;
  readonly values = new Map<string, Datum>();
  /** It was there before. */
  readonly isOld: boolean;

  constructor(table: TableName, name: string | null, isOld: boolean) {
    this.table = table;
    this.isOld = isOld;
    if (name !== null) this.values.set('name', [name]);
  }

  get name(): string {
    return String((this.values.get('name') as readonly Atom[] | undefined)?.[0] ?? '');
  }

  /** What stands there, or what a new row has. */
  get(column: string): Datum {
    const type = COLUMNS[this.table].get(column);
    return this.values.get(column) ?? (type ? (defaultOf(type) ?? new Map()) : []);
  }

  rows(column: string): Row[] {
    return (this.get(column) as readonly Atom[]).filter((atom) => atom instanceof Row);
  }

  put(column: string, datum: Datum): void {
    this.values.set(column, datum);
  }
}

/** Words like `@m`, by which one command speaks of what another one has found or made. */
export class Symbols {
  readonly #rows = new Map<string, Row>();
  readonly #references = new Map<string, Piece>();

  define(name: string, row: Row): void {
    this.#rows.set(name, row);
  }

  isDefined(name: string): boolean {
    return this.#rows.has(name);
  }

  refer(name: string, piece: Piece): void {
    if (!this.#references.has(name)) this.#references.set(name, piece);
  }

  rowOf(name: string): Row {
    return this.#rows.get(name)!;
  }

  /** Everything that was spoken of has to be somewhere. */
  check(): void {
    for (const [name, piece] of this.#references) {
      if (this.#rows.has(name)) continue;
      const what = `row id "${name}" is referenced but never created (e.g. with "-- --id=${name} create ...")`;
      wrongValue(piece, what, `-- --id=${name} create …`, 'row');
    }
  }
}

export class Store {
  readonly settings = new Row('Open_vSwitch', null, true);
  /** Rows are old until the database has been loaded. */
  #isLoaded = false;
  readonly symbols = new Symbols();
  /** Of all tables, those that have been made here too. */
  readonly rows: Row[] = [];

  constructor({ settings, bridges }: OvsDatabase) {
    this.#fill(this.settings, settings);
    this.bridges = bridges.map((bridge) => this.#loadBridge(bridge));
    this.#isLoaded = true;
  }

  bridges: readonly Row[];

  make(table: TableName, name: string | null = null): Row {
    const row = new Row(table, name, !this.#isLoaded);
    this.rows.push(row);
    return row;
  }

  forget(rows: readonly Row[]): void {
    for (const row of rows) {
      const at = this.rows.indexOf(row);
      if (at >= 0) this.rows.splice(at, 1);
    }
  }

  find(table: TableName, name: string): Row | undefined {
    return this.rows.find((row) => row.table === table && row.name === name);
  }

  bridge(name: string): Row | undefined {
    return this.bridges.find((row) => row.name === name);
  }

  bridgeOf(port: Row): Row | undefined {
    return this.bridges.find((bridge) => bridge.rows('ports').includes(port));
  }

  #loadBridge({ name, columns, ports, mirrors }: BridgeRow): Row {
    const bridge = this.#fill(this.make('Bridge', name), columns);
    const rows = ports.map((port) => {
      const own = this.#fill(this.make('Interface', port.name), port.interface);
      const row = this.#fill(this.make('Port', port.name), port.columns);
      row.put('interfaces', [own]);
      return row;
    });
    bridge.put('ports', rows);
    const named = (names: readonly string[]): Row[] => rows.filter((row) => names.includes(row.name));
    const mirrorRows = mirrors.map((mirror) => {
      const row = this.#fill(this.make('Mirror'), mirror.columns);
      row.put('select_src_port', named(mirror.select_src_port));
      row.put('select_dst_port', named(mirror.select_dst_port));
      row.put('output_port', named(mirror.output_port === null ? [] : [mirror.output_port]));
      return row;
    });
    bridge.put('mirrors', mirrorRows);
    return bridge;
  }

  #fill(row: Row, columns: Columns): Row {
    for (const [column, value] of Object.entries(columns)) {
      row.put(
        column,
        Array.isArray(value) ? value : new Map(Object.entries(value as Readonly<Record<string, string>>)),
      );
    }
    return row;
  }

  // --- Back to data

  database(): OvsDatabase {
    for (const row of this.rows) this.#resolve(row);
    return { settings: columnsOf(this.settings), bridges: this.bridges.map((bridge) => this.#bridgeRow(bridge)) };
  }

  #resolve(row: Row): void {
    for (const [column, datum] of row.values) {
      if (datum instanceof Map) continue;
      const atoms = (datum as readonly Atom[]).map((atom) =>
        typeof atom === 'object' && 'symbol' in atom ? this.symbols.rowOf(atom.symbol) : atom,
      );
      row.values.set(column, [...new Set(atoms)]);
    }
  }

  #bridgeRow(bridge: Row): BridgeRow {
    const ports = bridge.rows('ports');
    const all = this.bridges.flatMap((each) => each.rows('ports'));
    const names = (mirror: Row, column: string): string[] =>
      all.filter((port) => mirror.rows(column).includes(port)).map(({ name }) => name);
    return {
      name: bridge.name,
      columns: columnsOf(bridge),
      ports: ports.map((port): PortRow => ({
        name: port.name,
        columns: columnsOf(port),
        interface: columnsOf(port.rows('interfaces')[0] ?? port),
      })),
      mirrors: bridge.rows('mirrors').map((mirror): MirrorRow => ({
        columns: columnsOf(mirror, true),
        select_src_port: names(mirror, 'select_src_port'),
        select_dst_port: names(mirror, 'select_dst_port'),
        output_port: names(mirror, 'output_port')[0] ?? null,
      })),
    };
  }
}

/** What is not as in a new row, in the order of names; references stand elsewhere. */
function columnsOf(row: Row, withName = false): Columns {
  const columns: [string, Value][] = [];
  for (const [column, datum] of row.values) {
    const type = COLUMNS[row.table].get(column);
    if (!type || type.key === 'row' || (column === 'name' && !withName)) continue;
    const value = valueOf(datum);
    const byDefault = defaultOf(type) ?? [];
    const isDefault = Array.isArray(value) ? value.join() === byDefault.join() : Object.keys(value).length === 0;
    if (!isDefault) columns.push([column, value]);
  }
  return Object.fromEntries(columns.toSorted(byName));
}

function valueOf(datum: Datum): Value {
  if (datum instanceof Map) return Object.fromEntries([...datum].toSorted(byName));
  const atoms = datum as readonly Scalar[];
  return atoms.toSorted((one, other) => (typeof one === 'number' ? one - Number(other) : one < other ? -1 : 1));
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
