/**
 * Random command lines for `ovs-vsctl`: commands and columns that it knows, with right and wrong values, several in a line; and
 * random configurations.
 */
import type { BridgeRow, Columns, OvsDatabase, PortRow } from '../../../src/console/open-vswitch/database.ts';
import { quoted } from '../../../src/console/open-vswitch/shell-words.ts';
import type { Random } from '../../random.ts';

const PORTS = ['p1', 'p2', 'p3', 'p9', 'br0', 'q1'];
const BRIDGES = ['br0', 'br1', 'br9'];
const NUMBERS = [
  '10',
  '0',
  '4095',
  '4096',
  '-1',
  'x',
  '1.5',
  '10,20',
  '[10,20]',
  '[]',
  '[10, 20',
  '10-12',
  '12-10',
  '10,10',
  ',',
  '{1}',
];

/** Columns by table, with values. */
const SETTINGS: Readonly<Record<string, readonly (readonly [columns: string, values: readonly string[]])[]>> = {
  port: [
    ['tag trunks cvlans ta', NUMBERS],
    [
      'vlan_mode vlan-mode VLAN_MODE',
      ['access', 'trunk', 'native-tagged', 'native-untagged', 'dot1q-tunnel', 'foo', '[]', '""', 'access,trunk'],
    ],
    ['protected', ['true', 'false', 'yes', '0', 'maybe', '[]', 'true,false']],
    ['other_config external_ids', ['a=b', '{a=b,c=d}', '{a=b', 'a', '{}', 'a="b c"', 'a=b:c', 'a=b,a=c', '[a=b]']],
    ['other_config:priority-tags other_config:a external_ids:x', ['always', '""', '"a b"', 'a:b', '"x']],
    ['name nonsense t interfaces=x tag:a', ['foo']],
  ],
  bridge: [
    ['fail_mode fail-mode', ['secure', 'standalone', 'foo', '[]', '[secure]']],
    ['flood_vlans', NUMBERS],
    ['other_config:mac-aging-time other_config:forward-bpdu', ['60', 'true', 'x']],
    ['datapath_type', ['netdev', 'dummy', '""', '[]', 'a,b']],
    ['protocols', ['OpenFlow10', 'OpenFlow10,OpenFlow13', 'OpenFlow99']],
    ['stp_enable', ['false', 'foo']],
  ],
  interface: [
    ['type', ['internal', 'dummy', '""']],
    ['options:a external_ids:b', ['1', 'x']],
  ],
  mirror: [
    ['select_all', ['true', 'false', 'x']],
    ['select_vlan output_vlan', NUMBERS],
    ['name', ['m1', '""', 'a b']],
  ],
};
const RECORDS: Readonly<Record<string, readonly string[]>> = {
  port: PORTS,
  bridge: BRIDGES,
  interface: PORTS,
  mirror: ['m0', 'm9'],
};

function setting(table: string, random: Random): string {
  const [names, values] = random.pick(SETTINGS[table]!);
  const sign = random.chance(0.97) ? '=' : random.pick(['', '!=', '+=', '==', ':=']);
  return `${random.pick(names.split(' '))}${sign}${random.chance(0.97) ? random.pick(values) : ''}`;
}

function settings(table: string, random: Random, least: number): string[] {
  return Array.from({ length: random.between(least, 2) }, () => setting(table, random));
}

function command(random: Random): string[] {
  const table = random.pick(['port', 'port', 'bridge', 'interface', 'mirror']);
  const spelled = random.chance(0.9)
    ? table
    : random.pick([table.toUpperCase(), table.slice(0, 3), table[0]!, 'foo', 'QoS']);
  const record = random.pick(RECORDS[table]!);
  const column = setting(table, random).replace(/[=:!+].*/, '');
  switch (random.below(10)) {
    case 0:
      return ['add-br', random.pick([...BRIDGES, 'p1', 'br7'])];
    case 1:
      return ['del-br', random.pick(BRIDGES)];
    case 2:
    case 3:
      return [
        'add-port',
        random.pick(BRIDGES),
        random.pick([...PORTS, 'p7', 'p8', '']),
        ...settings('port', random, 0),
      ];
    case 4:
      return random.chance(0.5)
        ? ['del-port', random.pick(PORTS)]
        : ['del-port', random.pick(BRIDGES), random.pick(PORTS)];
    case 5:
      return ['clear', spelled, record, column];
    case 6:
      return ['remove', spelled, record, column, random.pick(['10', '10,20', 'a', 'x', 'a=b', 'mac-aging-time'])];
    default:
      return ['set', spelled, record, ...settings(table, random, 1)];
  }
}

/** Without the name of the program; words as a shell gives them on. */
export function randomWords(random: Random): string[] {
  const words = Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, () => {
    const option = random.chance(0.1) ? [random.pick(['--may-exist', '--if-exists', '--nonsense'])] : [];
    const line = [...option, ...command(random)];
    if (random.chance(0.04)) line.pop();
    if (random.chance(0.02)) line.push('extra');
    return line;
  });
  return words.flatMap((line, index) => (index === 0 ? line : ['--', ...line]));
}

export function asLine(words: readonly string[]): string {
  return ['ovs-vsctl', ...words].map((word) => quoted(word)).join(' ');
}

// --- Configurations

const TEXTS = [
  'a',
  'if-nonzero',
  '60',
  'a b',
  'a"b',
  'x:y=z',
  "it's",
  '',
  '[1]',
  '日本',
  'ee:00:00:00:00:b0',
  '\\',
  '#1',
  '$x',
  '-x',
];

function texts(random: Random, ...keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    random
      .some(keys, 0.4)
      .toSorted()
      .map((key) => [key, random.pick(TEXTS)]),
  );
}

function vids(random: Random): number[] {
  return [...new Set(Array.from({ length: random.between(1, 5) }, () => random.below(4096)))].toSorted((a, b) => a - b);
}

/** Without those that are as in a new row, in the order of their names. */
function columns(random: Random, all: Columns): Columns {
  const kept = Object.entries(all).filter(([, value]) => random.chance(0.5) && Object.keys(value).length > 0);
  return Object.fromEntries(kept.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function randomPort(name: string, random: Random): PortRow {
  return {
    name,
    columns: columns(random, {
      tag: [random.below(4096)],
      trunks: vids(random),
      cvlans: vids(random),
      vlan_mode: [random.pick(['access', 'trunk', 'native-tagged', 'native-untagged', 'dot1q-tunnel'])],
      protected: [true],
      other_config: texts(random, 'priority-tags', 'qinq-ethtype', 'a b', 'k:=,[]'),
      external_ids: texts(random, 'iface-id', '"'),
    }),
    interface: columns(random, {
      type: [random.pick(['internal', 'dummy', 'tap'])],
      ofport_request: [random.between(1, 65_279)],
    }),
  };
}

function randomBridge(name: string, random: Random): BridgeRow {
  const names = random
    .some(['p1', 'm', 'vm.1', 'port0', 'tap_3'], 0.6)
    .map((port) => (name === 'br0' ? port : `${name}-${port}`));
  const own = randomPort(name, random);
  const ports = [{ ...own, interface: { type: ['internal'] } }, ...names.map((port) => randomPort(port, random))];
  const mirrors = Array.from({ length: random.below(3) }, () => ({
    columns: columns(random, {
      name: [random.pick(['m0', 'a b', 'm"1'])],
      select_all: [true],
      select_vlan: vids(random),
      output_vlan: [99],
    }),
    select_src_port: random.some(ports, 0.3).map((port) => port.name),
    select_dst_port: random.some(ports, 0.3).map((port) => port.name),
    output_port: random.chance(0.5) ? random.pick(ports).name : null,
  }));
  const bridgeColumns = columns(random, {
    fail_mode: [random.pick(['secure', 'standalone'])],
    flood_vlans: vids(random),
    datapath_type: [random.pick(['netdev', 'dummy', 'a b'])],
    protocols: ['OpenFlow10', 'OpenFlow13'],
    other_config: texts(random, 'mac-aging-time', 'mac-table-size', 'hwaddr'),
  });
  return { name, columns: bridgeColumns, ports, mirrors };
}

export function randomDatabase(random: Random): OvsDatabase {
  return {
    settings: columns(random, { other_config: texts(random, 'vlan-limit', 'max-idle') }),
    bridges: random.some(['br0', 'br-int', 'ovs.2'], 0.7).map((name) => randomBridge(name, random)),
  };
}
