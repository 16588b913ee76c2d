/**
 * A configuration as the commands that make it: read again, they make the same.
 */
import { formatFlow } from '../openflow/flow-text.ts';
import type { Flow } from '../../filter/flow.ts';
import type { FlowSelection } from '../../filter/flow-selection.ts';
import type { OpenVswitchChange } from '../../switch/profiles/open-vswitch/change.ts';
import { portNumber, portText } from '../openflow/ports.ts';
import type { BridgeRow, Columns, MirrorRow, OvsDatabase, PortRow, Scalar, Value } from './database.ts';
import { quoted } from './shell-words.ts';

/** Mirrors come last, for they speak of ports of any bridge. */
export function printDatabase({ settings, bridges }: OvsDatabase): string[] {
  const columns = settingsText(settings);
  return [
    ...(columns === '' ? [] : [`ovs-vsctl set Open_vSwitch . ${columns}`]),
    ...bridges.flatMap(printBridge),
    ...bridges.flatMap(({ name, mirrors }) => mirrors.map((mirror) => printMirror(name, mirror))),
  ];
}

function printBridge({ name, columns, ports }: BridgeRow): string[] {
  const own = ports.find((port) => port.name === name);
  const bridge = quoted(name);
  const parts = [
    `ovs-vsctl add-br ${bridge}`,
    setText('bridge', name, columns),
    own === undefined ? '' : setText('port', name, own.columns),
    own === undefined ? '' : setText('interface', name, withoutType(own.interface)),
  ];
  const line = parts.filter((part) => part !== '').join(' -- ');
  return [line, ...ports.filter((port) => port !== own).map((port) => printPort(bridge, port))];
}

/** A bridge's own port is made with it, as `internal`. */
function withoutType(columns: Columns): Columns {
  const { type, ...rest } = columns;
  return (type as readonly string[] | undefined)?.[0] === 'internal' ? rest : { ...rest, type: type ?? [''] };
}

function printPort(bridge: string, { name, columns, interface: own }: PortRow): string {
  const settings = settingsText(columns);
  const port = `ovs-vsctl add-port ${bridge} ${quoted(name)}${settings === '' ? '' : ` ${settings}`}`;
  const set = setText('interface', name, own);
  return set === '' ? port : `${port} -- ${set}`;
}

function printMirror(bridge: string, { columns, select_src_port, select_dst_port, output_port }: MirrorRow): string {
  const ports = [...new Set([...select_src_port, ...select_dst_port, ...(output_port === null ? [] : [output_port])])];
  // `@m` is the mirror.
  const ids = new Map(ports.map((port, i) => [port, /^(?!m$|port\d)\w+$/.test(port) ? `@${port}` : `@port${i}`]));
  const list = (names: readonly string[]): string => names.map((name) => ids.get(name)).join(',');
  const settings = [
    settingsText(columns),
    select_src_port.length === 0 ? '' : `select_src_port=${list(select_src_port)}`,
    select_dst_port.length === 0 ? '' : `select_dst_port=${list(select_dst_port)}`,
    output_port === null ? '' : `output_port=${ids.get(output_port)}`,
  ].filter((part) => part !== '');
  const commands = [
    ...ports.map((port) => `--id=${ids.get(port)} get port ${quoted(port)}`),
    `--id=@m create mirror ${settings.length === 0 ? 'select_all=false' : settings.join(' ')}`,
    `add bridge ${quoted(bridge)} mirrors @m`,
  ];
  return `ovs-vsctl -- ${commands.join(' -- ')}`;
}

function setText(table: string, record: string, columns: Columns): string {
  const settings = settingsText(columns);
  return settings === '' ? '' : `set ${table} ${quoted(record)} ${settings}`;
}

/** `COLUMN=VALUE`, of a map `COLUMN:KEY=VALUE` for each key. */
function settingsText(columns: Columns): string {
  return Object.entries(columns)
    .flatMap(([column, value]) => settingTexts(column, value))
    .map(quoted)
    .join(' ');
}

function settingTexts(column: string, value: Value): string[] {
  if (Array.isArray(value)) return [`${column}=${value.length === 0 ? '[]' : value.map(atomText).join(',')}`];
  return Object.entries(value as Readonly<Record<string, string>>).map(
    ([key, text]) => `${column}:${atomText(key)}=${text === '' || text.startsWith('"') ? JSON.stringify(text) : text}`,
  );
}

/** What has a delimiter in it is quoted. */
function atomText(atom: Scalar): string {
  const text = String(atom);
  return typeof atom !== 'string' || /^[^:=, [\]{}!<>"\\]+$/.test(text) ? text : JSON.stringify(text);
}

// --- What stands in no database

/** Names of the bridge's ports, by OpenFlow number. */
type Names = ReadonlyMap<number, string>;

/** Null: the change is one of the database. */
export function printChange(bridge: string, change: OpenVswitchChange, names: Names = new Map()): string[] | null {
  const name = quoted(bridge);
  switch (change.kind) {
    case 'mod-port':
      return [`ovs-ofctl mod-port ${name} ${quoted(change.port)} ${change.word}`];
    case 'fdb':
      return [`ovs-appctl fdb/add ${name} ${quoted(change.port)} ${change.vid} ${change.mac}`];
    case 'fdb-del':
      return [`ovs-appctl fdb/del ${name} ${change.vid} ${change.mac}`];
    case 'fdb-flush':
      return [`ovs-appctl fdb/flush ${name}`];
    case 'flows':
      return [
        ...(change.replaces ? [`ovs-ofctl del-flows ${name}`] : []),
        ...change.flows.map((flow) => printFlow(name, flow, names)),
      ];
    case 'del-flows':
      return change.selections.map((selection) => printDeletion(name, selection, names));
    default:
      return null;
  }
}

/** In OpenFlow 1.3 where 1.0 has no word for it. */
function printFlow(bridge: string, flow: Flow, names: Names): string {
  const isNew = flow.actions.some(({ kind }) => kind === 'push_vlan' || kind === 'goto_table');
  const version = isNew ? 'OpenFlow13' : 'OpenFlow10';
  const text = formatFlow(flow, { names, version }).replaceAll(', ', ',');
  return `ovs-ofctl ${isNew ? `-O ${version} ` : ''}add-flow ${bridge} ${quoted(text)}`;
}

function printDeletion(
  bridge: string,
  { table, priority, match, cookie, outPort }: FlowSelection,
  names: Names,
): string {
  const flow: Flow = { table: 0, priority: priority ?? 32_768, cookie: '0x0', match, actions: [], text: '' };
  const parts = [
    table === null ? '' : `table=${table}`,
    cookie === null ? '' : `cookie=${cookie.value}/${cookie.mask}`,
    outPort === null ? '' : `out_port=${portText(portNumber(outPort), names)}`,
    formatFlow(flow, { names }).replace(/ ?actions=drop$/, ''),
  ].filter((part) => part !== '');
  const words = parts.length === 0 ? '' : ` ${quoted(parts.join(','))}`;
  return `ovs-ofctl ${priority === null ? '' : '--strict '}del-flows ${bridge}${words}`;
}
