/**
 * What `esxcli network vswitch standard list`, `portgroup list` and `policy … get` print.
 *
 * `list` and `portgroup list` are as in captures of ESXi 6.5 to 8.0: three blanks before each line, columns as wide as their
 * longest cell, numbers to the right. {@link doubtsOf} names what is a best reading: the lines of a port group that begin with
 * Override Vswitch, shaping, and how --formatter arranges things beside the keys of security.
 */
import { BY_IP_HASH, BY_MAC, EXPLICIT, type Policy } from '../../switch/profiles/vmware-vss/policy.ts';
import { policyOf } from '../../switch/profiles/vmware-vss/configuration.ts';
import type { VmwareVss } from '../../switch/profiles/vmware-vss/vmware-vss.ts';
import type { Untold } from '../console.ts';
import type { EsxcliRequest, Formatter } from './changes.ts';
import { vlanId } from './print.ts';

type Value = string | number | boolean | readonly string[];
/** Names as in a text, in the order of the text. */
type Fields = readonly (readonly [name: string, value: Value])[];

export function showVmware(vmware: VmwareVss, request: EsxcliRequest): string {
  const { formatter } = request;
  // A distributed switch is not among the standard ones.
  if (vmware.kind !== 'vss') return '';
  if (request.show === 'vswitch') return records('VirtualSwitch', [vswitch(vmware)], formatter, vmware.name);
  if (request.show === 'portgroup') return showGroups(vmware, formatter);
  const { show } = request;
  const group = request.group === null ? undefined : vmware.groups.get(request.group);
  if (request.group !== null && group === undefined) return '';
  const fields = POLICIES[show](group === undefined ? vmware.policy : policyOf(vmware, group), vmware);
  const overrides = group === undefined ? [] : overridesOf(show, group.overrides);
  return record(POLICY_TYPES[show], [...fields, ...overrides], formatter);
}

// --- The switch

/** Of a host whose memory allows for as many; it is no setting. */
const NUM_PORTS = 2560;

function vswitch(vmware: VmwareVss): Fields {
  const ports = vmware.ports.filter((port) => port !== undefined);
  return [
    ['Name', vmware.name],
    ['Class', 'cswitch'],
    ['Num Ports', NUM_PORTS],
    // One is the switch's own.
    ['Used Ports', ports.length + 1],
    ['Configured Ports', vmware.configuredPorts],
    ['MTU', vmware.mtu],
    ['CDP Status', vmware.cdp],
    ['Beacon Enabled', vmware.beacon],
    ['Beacon Interval', 1],
    ['Beacon Threshold', 3],
    ['Beacon Required By', []],
    ['Uplinks', ports.flatMap((port) => (port.isUplink ? [port.name] : []))],
    ['Portgroups', [...vmware.groups.keys()]],
  ];
}

function showGroups(vmware: VmwareVss, formatter: Formatter): string {
  const clients = (name: string): number =>
    vmware.ports.filter((port) => port?.group?.name === name && port.linkUp).length;
  const rows = [...vmware.groups.values()]
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(
      ({ name, vlan }) =>
        [
          ['Name', name],
          ['Virtual Switch', vmware.name],
          ['Active Clients', clients(name)],
          ['VLAN ID', vlanId(vlan)],
        ] satisfies Fields,
    );
  return formatter === 'text'
    ? table(['Name', 'Virtual Switch', 'Active Clients', 'VLAN ID'], rows)
    : records('PortGroup', rows, formatter);
}

function table(header: readonly string[], rows: readonly Fields[]): string {
  const cells = rows.map((row) => row.map(([, value]) => String(value)));
  const widths = header.map((name, column) => Math.max(name.length, ...cells.map((row) => row[column]!.length)));
  const isNumber = header.map(
    (_, column) => rows.every((row) => typeof row[column]![1] === 'number') && rows.length > 0,
  );
  const line = (row: readonly string[], isHeader = false): string =>
    row
      .map((cell, column) =>
        isNumber[column]! && !isHeader ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  const dashes = widths.map((width) => '-'.repeat(width));
  return `${[line(header, true), line(dashes), ...cells.map((row) => line(row))].join('\n')}\n`;
}

// --- Policies

const POLICY_TYPES = { security: 'SecurityPolicy', failover: 'FailoverPolicy', shaping: 'ShapingPolicy' } as const;

const POLICIES: Readonly<Record<keyof typeof POLICY_TYPES, (policy: Policy, vmware: VmwareVss) => Fields>> = {
  security: ({ promiscuous, macChanges, forgedTransmits }) => [
    ['Allow Promiscuous', promiscuous],
    ['Allow MAC Address Change', macChanges],
    ['Allow Forged Transmits', forgedTransmits],
  ],
  failover: (policy, { ports }) => {
    const { standby } = policy;
    const uplinks = ports.flatMap((port) => (port?.isUplink === true ? [port.name] : []));
    const active = policy.active ?? uplinks.filter((name) => !standby.includes(name));
    return [
      ['Load Balancing', balancing(policy.teaming)],
      ['Network Failure Detection', 'link'],
      ['Notify Switches', policy.notifySwitches],
      ['Failback', policy.failback],
      ['Active Adapters', active],
      ['Standby Adapters', standby],
      ['Unused Adapters', uplinks.filter((name) => !active.includes(name) && !standby.includes(name))],
    ];
  },
  shaping: ({ shaping, averageBandwidth, peakBandwidth, burstSize }) => [
    ['Enabled', shaping],
    ['Average Bandwidth', averageBandwidth],
    ['Peak Bandwidth', peakBandwidth],
    ['Burst Size', burstSize],
  ],
};

/** Shown otherwise than it is set: portid is srcport, mac srcmac. */
function balancing(teaming: number): string {
  if (teaming === BY_IP_HASH) return 'iphash';
  return teaming === BY_MAC ? 'srcmac' : teaming === EXPLICIT ? 'explicit' : 'srcport';
}

/** The order of uplinks is overridden as a whole. */
const OVERRIDES: Readonly<
  Record<keyof typeof POLICY_TYPES, readonly (readonly [name: string, keys: readonly (keyof Policy)[]])[]>
> = {
  security: [
    ['Allow Promiscuous', ['promiscuous']],
    ['Allow MAC Address Change', ['macChanges']],
    ['Allow Forged Transmits', ['forgedTransmits']],
  ],
  failover: [
    ['Load Balancing', ['teaming']],
    ['Network Failure Detection', []],
    ['Notify Switches', ['notifySwitches']],
    ['Failback', ['failback']],
    ['Uplinks', ['active', 'standby']],
  ],
  shaping: [['Shaping Policy', ['shaping', 'averageBandwidth', 'peakBandwidth', 'burstSize']]],
};

function overridesOf(policy: keyof typeof POLICY_TYPES, overrides: Partial<Policy>): Fields {
  return OVERRIDES[policy].map(([name, keys]) => [`Override Vswitch ${name}`, keys.some((key) => key in overrides)]);
}

// --- Formats

function records(type: string, all: readonly Fields[], formatter: Formatter, title = ''): string {
  if (formatter === 'text') return `${title}\n${all.map(lines).join('\n')}`;
  if (formatter === 'json') return `${JSON.stringify(all.map(objectOf))}\n`;
  if (formatter === 'csv') return csv(all);
  return all.map((fields, index) => keyvalue(`${type}[${index}]`, fields)).join('');
}

function record(type: string, fields: Fields, formatter: Formatter): string {
  if (formatter === 'text') return lines(fields);
  if (formatter === 'json') return `${JSON.stringify(objectOf(fields))}\n`;
  return formatter === 'csv' ? csv([fields]) : keyvalue(type, fields);
}

function lines(fields: Fields): string {
  return fields.map(([name, value]) => `   ${name}: ${textOf(value)}\n`).join('');
}

function textOf(value: Value): string {
  return typeof value === 'object' ? value.join(', ') : String(value);
}

/** Keys have no blanks, and stand in their order. */
function sorted(fields: Fields): [string, Value][] {
  return fields
    .map(([name, value]): [string, Value] => [name.replaceAll(' ', ''), value])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function objectOf(fields: Fields): object {
  return Object.fromEntries(sorted(fields));
}

function csvCell(text: string): string {
  return `${/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text},`;
}

/** Every cell has a comma behind it, the last one as well. */
function csv(all: readonly Fields[]): string {
  const rows = all.map((fields) =>
    sorted(fields).map(([, value]) => csvCell(typeof value === 'object' ? `${value.join(',')}` : String(value))),
  );
  const header = sorted(all[0] ?? []).map(([name]) => csvCell(name));
  return [header, ...rows].map((row) => `${row.join('')}\n`).join('');
}

function keyvalue(start: string, fields: Fields): string {
  return sorted(fields)
    .map(([name, value]) => {
      if (typeof value === 'object') return `${start}.${name}.string[]=${value.join(',')}\n`;
      const type = typeof value === 'number' ? 'integer' : typeof value;
      return `${start}.${name}.${type}=${String(value)}\n`;
    })
    .join('');
}

// --- What is not sure about it

export type EsxcliShowDoubt = 'formatter' | 'override' | 'shaping' | 'ports';

/** What of the text that {@link showVmware} prints is a best reading, or a number that only a host has. */
export function doubtsOf({ show, formatter, ...rest }: EsxcliRequest): Untold<EsxcliShowDoubt>[] {
  const group = 'group' in rest ? rest.group : null;
  const codes: EsxcliShowDoubt[] = [
    ...(formatter === 'text' ? [] : (['formatter'] as const)),
    ...(group === null ? [] : (['override'] as const)),
    ...(show === 'shaping' ? (['shaping'] as const) : []),
    ...(show === 'vswitch' ? (['ports'] as const) : []),
  ];
  return codes.map((code) => ({ code, about: group ?? show }));
}
