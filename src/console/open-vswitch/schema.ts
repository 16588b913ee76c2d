/**
 * Tables and columns of the database that configures Open vSwitch. Read first: ovs-vswitchd.conf.db(5); vswitchd/vswitch.ovsschema.
 */

export type TableName = 'Open_vSwitch' | 'Bridge' | 'Port' | 'Interface' | 'Mirror';

/** A set of values, or a map of texts. */
export interface ColumnType {
  readonly key: 'integer' | 'boolean' | 'string' | 'row';
  readonly isMap?: boolean;
  readonly min: number;
  readonly max: number;
  readonly range?: readonly [low: number, high: number];
  readonly words?: readonly string[];
  readonly isReadOnly?: boolean;
  /** Values that the engine does something with, or that mean nothing to it; any other is not modelled. Absent: all. */
  readonly modelled?: readonly (string | boolean)[];
}

const UNLIMITED = Number.POSITIVE_INFINITY;
const TEXT: ColumnType = { key: 'string', min: 1, max: 1 };
const NAME: ColumnType = { ...TEXT, isReadOnly: true };
const MAP: ColumnType = { key: 'string', isMap: true, min: 0, max: UNLIMITED };
const VLAN: ColumnType = { key: 'integer', min: 0, max: 1, range: [0, 4095] };
const VLANS: ColumnType = { ...VLAN, max: 4096 };
const FLAG: ColumnType = { key: 'boolean', min: 1, max: 1 };
const OFF: ColumnType = { ...FLAG, modelled: [false] };
const ROWS: ColumnType = { key: 'row', min: 0, max: UNLIMITED };
const oneOf = (words: string): ColumnType => ({ key: 'string', min: 0, max: 1, words: words.split(' ').toSorted() });
const VERSIONS = 'OpenFlow10 OpenFlow11 OpenFlow12 OpenFlow13 OpenFlow14 OpenFlow15'.split(' ');

type Columns = Readonly<Record<string, ColumnType>>;

const MODELLED: Readonly<Record<TableName, Columns>> = {
  Open_vSwitch: { other_config: MAP, external_ids: MAP },
  Bridge: {
    name: NAME,
    mirrors: ROWS,
    fail_mode: oneOf('standalone secure'),
    flood_vlans: VLANS,
    other_config: MAP,
    external_ids: MAP,
    datapath_type: TEXT,
    protocols: { key: 'string', min: 0, max: UNLIMITED, words: VERSIONS },
    stp_enable: OFF,
    rstp_enable: OFF,
    mcast_snooping_enable: OFF,
  },
  Port: {
    name: NAME,
    tag: VLAN,
    trunks: VLANS,
    cvlans: VLANS,
    vlan_mode: oneOf('trunk access native-tagged native-untagged dot1q-tunnel'),
    protected: FLAG,
    other_config: MAP,
    external_ids: MAP,
  },
  Interface: {
    name: NAME,
    type: { ...TEXT, modelled: ['', 'system', 'internal', 'tap', 'dummy'] },
    ofport_request: { key: 'integer', min: 0, max: 1, range: [1, 65_279] },
    options: MAP,
    other_config: MAP,
    external_ids: MAP,
  },
  Mirror: {
    name: TEXT,
    select_all: FLAG,
    select_src_port: ROWS,
    select_dst_port: ROWS,
    select_vlan: VLANS,
    output_port: { ...ROWS, max: 1 },
    output_vlan: { ...VLAN, range: [1, 4095] },
    external_ids: MAP,
  },
};

/** What the database has besides and the engine does not model. */
const OTHERS: Readonly<Record<TableName, string>> = {
  Open_vSwitch:
    'datapaths bridges manager_options ssl next_cfg cur_cfg statistics ovs_version db_version system_type system_version ' +
    'datapath_types iface_types dpdk_initialized dpdk_version',
  Bridge:
    'datapath_version datapath_id ports netflow sflow ipfix controller status rstp_status flow_tables auto_attach',
  Port:
    'interfaces qos mac bond_mode lacp bond_updelay bond_downdelay bond_active_slave bond_fake_iface fake_bridge status ' +
    'rstp_status rstp_statistics statistics',
  Interface:
    'ingress_policing_rate ingress_policing_burst ingress_policing_kpkts_rate ingress_policing_kpkts_burst mac_in_use mac ' +
    'ifindex ofport bfd bfd_status cfm_mpid cfm_remote_mpids cfm_flap_count cfm_fault cfm_fault_status cfm_remote_opstate ' +
    'cfm_health lacp_current lldp statistics status admin_state link_state link_resets link_speed duplex mtu mtu_request error',
  Mirror: 'snaplen statistics',
};
const OTHER_TABLES =
  'Flow_Table QoS Queue NetFlow sFlow IPFIX Flow_Sample_Collector_Set Controller Manager Datapath CT_Zone CT_Timeout_Policy ' +
  'SSL AutoAttach';

type KnownColumns = ReadonlyMap<string, ColumnType | null>;

function known(table: TableName): KnownColumns {
  const others = OTHERS[table].split(' ').map((name) => [name, null] as const);
  return new Map<string, ColumnType | null>([...Object.entries(MODELLED[table]), ...others]);
}

/** Null: of the database, not modelled. */
export const COLUMNS: Readonly<Record<TableName, KnownColumns>> = {
  Open_vSwitch: known('Open_vSwitch'),
  Bridge: known('Bridge'),
  Port: known('Port'),
  Interface: known('Interface'),
  Mirror: known('Mirror'),
};

export const TABLES: readonly string[] = [...Object.keys(MODELLED), ...OTHER_TABLES.split(' ')];

export function isModelled(table: string): table is TableName {
  return Object.hasOwn(MODELLED, table);
}

/** Names that fit a word best: whole, whole but for case and `-` for `_`, or so many letters of it. */
export function bestNames(names: Iterable<string>, word: string): string[] {
  let best: string[] = [];
  let most = 0;
  for (const name of names) {
    const score = scoreOf(name, word);
    if (score === 0 || score < most) continue;
    best = score === most ? [...best, name] : [name];
    most = score;
  }
  return best;
}

function scoreOf(name: string, word: string): number {
  if (name === word) return 1e6;
  if (plain(name) === plain(word)) return 1e6 - 1;
  return plain(name).startsWith(plain(word)) ? word.length : 0;
}

function plain(text: string): string {
  return text.toUpperCase().replaceAll('-', '_');
}

export function typeText({ key, isMap = false, max, min }: ColumnType): string {
  const type = key === 'row' ? 'uuid' : key;
  if (min === 1 && max === 1) return type;
  const isUnlimited = max === UNLIMITED;
  const most = isUnlimited ? ' of' : ` of up to ${max}`;
  const count = min === 0 ? most : isUnlimited ? ` of ${min} or more` : ` of ${min} to ${max}`;
  return isMap ? `map${count} (string, string) pairs` : `set${count} ${type}s`;
}

/** Of a new row. */
export function defaultOf({ key, isMap = false, min }: ColumnType): readonly (string | boolean | number)[] | null {
  if (isMap) return null;
  if (min === 0) return [];
  return [{ integer: 0, boolean: false, string: '', row: '' }[key]];
}
