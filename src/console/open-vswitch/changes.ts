/**
 * What a switch has to do so that it is configured as the database says: the difference of two configurations.
 */
import type { OpenVswitchChange } from '../../switch/profiles/open-vswitch/change.ts';
import type { MacAddress } from '../../wire/mac-address.ts';
import {
  askedNumber,
  type BridgeRow,
  type Columns,
  type MirrorRow,
  type OvsDatabase,
  type PortRow,
  type Value,
} from './database.ts';

/** One thing to be done, in order. */
export type OvsStep =
  | { readonly kind: 'add-br'; readonly bridge: string }
  | { readonly kind: 'del-br'; readonly bridge: string }
  | { readonly kind: 'change'; readonly bridge: string; readonly change: OpenVswitchChange };

type Change<Kind extends OpenVswitchChange['kind']> = Extract<OpenVswitchChange, { readonly kind: Kind }>;

/** `macOf`: hardware address of the device that becomes a port. */
export function stepsBetween(before: OvsDatabase, after: OvsDatabase, macOf: (port: string) => MacAddress): OvsStep[] {
  const gone = before.bridges.filter(({ name }) => !after.bridges.some((bridge) => bridge.name === name));
  const steps: OvsStep[] = gone.map(({ name }) => ({ kind: 'del-br', bridge: name }));
  for (const bridge of after.bridges) {
    const present = before.bridges.find(({ name }) => name === bridge.name);
    if (present === undefined) steps.push({ kind: 'add-br', bridge: bridge.name });
    const changes = [
      ...limitChanges(present === undefined ? {} : before.settings, after.settings),
      ...bridgeChanges(present ?? emptyBridge(bridge.name), bridge, macOf),
    ];
    steps.push(...changes.map((change): OvsStep => ({ kind: 'change', bridge: bridge.name, change })));
  }
  return steps;
}

/** As `add-br` leaves it. */
function emptyBridge(name: string): BridgeRow {
  return { name, columns: {}, ports: [{ name, columns: {}, interface: {} }], mirrors: [] };
}

const DEFAULT_LIMIT = 1;

function limitChanges(before: Columns, after: Columns): Change<'vlan-limit'>[] {
  const limit = limitOf(after);
  return limit === limitOf(before) ? [] : [{ kind: 'vlan-limit', limit }];
}

/** What is no number counts as not set. */
function limitOf({ other_config: config }: Columns): number {
  const text = (config as Record<string, string> | undefined)?.['vlan-limit'] ?? '';
  return /^[+-]?\d+$/.test(text) ? Number(text) : DEFAULT_LIMIT;
}

function bridgeChanges(before: BridgeRow, after: BridgeRow, macOf: (port: string) => MacAddress): OpenVswitchChange[] {
  const isKept = (port: PortRow): boolean => after.ports.some(({ name }) => name === port.name);
  const removed = before.ports.filter((port) => !isKept(port));
  return [
    ...columnChanges(before.columns, after.columns),
    ...removed.map(({ name }): Change<'del-port'> => ({ kind: 'del-port', port: name })),
    ...after.ports.flatMap((port) => portChanges(before, port, macOf)),
    ...(isSame(before.mirrors, after.mirrors) ? [] : [mirrorsChange(after.mirrors)]),
  ];
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

// --- Bridge

/** What a key of other_config means when it is not there. */
const DEFAULTS: Readonly<Record<string, string>> = {
  'mac-aging-time': '300',
  'mac-table-size': '8192',
  'forward-bpdu': 'false',
};

function columnChanges(before: Columns, after: Columns): Change<'bridge'>[] {
  const columns: Record<string, unknown> = {};
  const mode = (after['fail_mode'] as readonly string[] | undefined)?.[0] ?? 'standalone';
  if (!isSame(before['fail_mode'], after['fail_mode'])) columns['fail_mode'] = mode;
  if (!isSame(before['flood_vlans'], after['flood_vlans'])) columns['flood_vlans'] = after['flood_vlans'] ?? [];
  const config = changedKeys(before['other_config'], after['other_config']);
  if (Object.keys(config).length > 0) columns['other_config'] = config;
  return Object.keys(columns).length === 0 ? [] : [{ kind: 'bridge', columns: columns as Change<'bridge'>['columns'] }];
}

/** A key that is gone gets its default back. */
function changedKeys(before: Value = {}, after: Value = {}): Record<string, string> {
  const [old, now] = [before as Record<string, string>, after as Record<string, string>];
  const changed = Object.entries(now).filter(([key, value]) => old[key] !== value);
  const gone = Object.keys(old).filter((key) => !(key in now) && key in DEFAULTS);
  return Object.fromEntries([...changed, ...gone.map((key) => [key, DEFAULTS[key]!] as const)]);
}

// --- Ports

const PORT_COLUMNS = ['tag', 'trunks', 'vlan_mode', 'cvlans', 'protected'] as const;

function portChanges({ ports }: BridgeRow, port: PortRow, macOf: (port: string) => MacAddress): OpenVswitchChange[] {
  const { name } = port;
  const present = ports.find((each) => each.name === name);
  const added: OpenVswitchChange[] =
    present === undefined
      ? [{ kind: 'add-port', port: name, mac: macOf(name), ofport: askedNumber(port) ?? null }]
      : [];
  return [...added, ...portColumnChanges(name, present?.columns ?? {}, port.columns)];
}

function portColumnChanges(port: string, before: Columns, after: Columns): Change<'port'>[] {
  const columns: Record<string, unknown> = {};
  for (const column of PORT_COLUMNS) {
    if (!isSame(before[column], after[column])) columns[column] = portValue(column, after[column]);
  }
  const changes: Change<'port'>[] = [];
  const [old, now] = [before['other_config'] ?? {}, after['other_config'] ?? {}];
  if (!isSame(old, now)) {
    // What is given is added to what stands there, so that a key which is gone takes all of them with it first.
    const isGone = Object.keys(old).some((key) => !(key in now));
    if (isGone) changes.push({ kind: 'port', port, columns: { other_config: null } });
    if (Object.keys(now).length > 0) columns['other_config'] = now;
  }
  if (Object.keys(columns).length > 0) changes.push({ kind: 'port', port, columns });
  return changes;
}

function portValue(column: (typeof PORT_COLUMNS)[number], value: Value | undefined): unknown {
  if (column === 'trunks' || column === 'cvlans') return value ?? [];
  const [only] = (value as readonly unknown[] | undefined) ?? [];
  return only ?? (column === 'protected' ? false : null);
}

// --- Mirrors

function mirrorsChange(mirrors: readonly MirrorRow[]): Change<'mirrors'> {
  return { kind: 'mirrors', mirrors: mirrors.map(mirrorColumns) };
}

function mirrorColumns({
  columns,
  select_src_port,
  select_dst_port,
  output_port,
}: MirrorRow): Change<'mirrors'>['mirrors'][number] {
  const { select_all: all, select_vlan: vlans, output_vlan: vlan } = columns as Record<string, readonly never[]>;
  return {
    ...(all === undefined ? {} : { select_all: all[0]! }),
    ...(select_src_port.length === 0 ? {} : { select_src_port }),
    ...(select_dst_port.length === 0 ? {} : { select_dst_port }),
    ...(vlans === undefined ? {} : { select_vlan: vlans }),
    ...(output_port === null ? {} : { output_port }),
    ...(vlan === undefined ? {} : { output_vlan: vlan[0]! }),
  };
}
