/**
 * Changing an Open vSwitch bridge while it runs: what `ovs-vsctl`, `ovs-ofctl` and `ovs-appctl` do to its tables.
 *
 * Read first: vswitchd/bridge.c (bridge_configure_mac_table, port_configure), ofproto/ofproto-dpif.c (bundle_set,
 * set_flood_vlans, ofproto_unixctl_fdb_add), lib/mac-learning.c. What surprises: a change of a port's VLANs that makes a
 * difference forgets its addresses, static ones too; one that makes none forgets nothing (OVS-24); times and sizes outside
 * their range are pulled to its end without a word (OVS-2).
 */
import type { FlowSelection } from '../../../filter/flow-selection.ts';
import type { Flow } from '../../../filter/flow.ts';
import { refusal, type Outcome } from '../../../outcome/refusal.ts';
import { VID_COUNT } from '../../../wire/dot1q.ts';
import { macHalves, type MacAddress } from '../../../wire/mac-address.ts';
import { STATIC } from '../../fdb.ts';
import { HOST_PORT } from '../../profile.ts';
import type { OpenVswitchChange } from './change.ts';
import { Mirror, type MirrorColumns } from './mirror.ts';
import { OpenVswitch, type BridgePrograms } from './open-vswitch.ts';
import { OvsPort, type PortColumns } from './ovs-port.ts';
import type { BridgeColumns } from './settings.ts';
import { MAX_TAGS } from './tag-stack.ts';

/** `ovs-vsctl add-br NAME`, its own port with these columns. `programs`: what runs flows and mirrors, if there will be any. */
export function createBridge(
  name: string,
  mac: MacAddress,
  programs: BridgePrograms | null,
  columns: PortColumns = {},
): OpenVswitch {
  return new OpenVswitch(name, mac, columns, programs);
}

function portsOf(device: OpenVswitch): OvsPort[] {
  return device.ports.filter((port) => port !== undefined);
}

/** Makes the program anew; none is needed where every frame is NORMAL's and nothing is mirrored. */
function reprogram(device: OpenVswitch): void {
  const { flows, mirrors } = device.settings;
  const isPlain = flows === null && mirrors.length === 0;
  device.program = isPlain ? null : programsOf(device).start(device, flows, mirrors);
}

function programsOf({ name, programs }: OpenVswitch): BridgePrograms {
  if (programs === null) throw new Error(`${name} was made without what runs flows and mirrors`);
  return programs;
}

// --- Ports

export function addPort(
  device: OpenVswitch,
  name: string,
  mac: MacAddress,
  ofport: number | null,
  mtu = 1500,
): Outcome {
  const ports = portsOf(device);
  if (ports.some((port) => port.name === name)) {
    const error = `cannot create a port named ${name} because a port named ${name} already exists on bridge ${device.name}`;
    return refusal(error, 'port', name, '');
  }
  const taken = new Set(ports.map((port) => port.ofport));
  let number = ofport ?? 1;
  while (taken.has(number)) number++;
  device.ports.push(new OvsPort(device.ports.length, name, mac, number, mtu));
  reprogram(device);
  return null;
}

export function removePort(device: OpenVswitch, port: OvsPort): Outcome {
  if (port.index === HOST_PORT) {
    const error = `cannot delete port ${port.name} because it is the local port for bridge ${port.name} (deleting this port requires deleting the entire bridge)`;
    return refusal(error, 'port', port.name, '');
  }
  device.fdb.removeWhere((_, held) => held === port.index);
  device.ports[port.index] = undefined;
  reprogram(device);
  return null;
}

export function setColumns(
  device: OpenVswitch,
  port: OvsPort,
  columns: (OpenVswitchChange & { kind: 'port' })['columns'],
): Outcome {
  const refused = checkColumns(columns);
  if (refused !== null) return refused;
  const merged = { ...port.columns, ...columns, other_config: mergedConfig(port.columns, columns) };
  const kept = Object.entries(merged).filter(
    ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
  );
  if (port.configure(Object.fromEntries(kept) as PortColumns)) {
    device.fdb.removeWhere((_, held) => held === port.index);
  }
  return null;
}

type WithConfig = { readonly other_config?: Readonly<Record<string, string>> | null };

/** `set … other_config:KEY=VALUE` leaves the other keys as they are; null clears them. */
function mergedConfig(before: WithConfig, { other_config: added }: WithConfig): Readonly<Record<string, string>> {
  return added === null ? {} : { ...before.other_config, ...added };
}

/** The database's own constraints, as `ovs-vsctl` tells them. */
function checkColumns({ tag, trunks, cvlans, vlan_mode }: Partial<Record<keyof PortColumns, unknown>>): Outcome {
  const modes = ['access', 'dot1q-tunnel', 'native-tagged', 'native-untagged', 'trunk'];
  for (const [column, value] of [
    ['tag', tag],
    ...(Array.isArray(trunks) ? trunks.map((vid) => ['trunks', vid]) : []),
    ...(Array.isArray(cvlans) ? cvlans.map((vid) => ['cvlans', vid]) : []),
  ] as [string, unknown][]) {
    if (typeof value !== 'number' || (Number.isInteger(value) && value >= 0 && value < VID_COUNT)) continue;
    const error = `constraint violation: ${value} is not in the valid range 0 to 4,095 (inclusive)`;
    return refusal(error, column, value, '0〜4095');
  }
  if (typeof vlan_mode !== 'string' || modes.includes(vlan_mode)) return null;
  const error = `constraint violation: ${vlan_mode} is not one of the allowed values ([${modes.join(', ')}])`;
  return refusal(error, 'vlan_mode', vlan_mode, modes.join(', '));
}

/** `ovs-ofctl mod-port`: with and without the dash in `no-`; words that change nothing here are known too. */
export function modifyPort(port: OvsPort, word: string): Outcome {
  const [, no, name] = /^(no)?-?(.*)$/.exec(word.toLowerCase())!;
  const on = no === undefined;
  switch (name) {
    case 'up':
    case 'down':
      port.config.down = (name === 'down') === on;
      port.linkUp = !port.config.down;
      return null;
    case 'receive':
      port.config.receive = on;
      return null;
    case 'forward':
      port.config.forward = on;
      return null;
    case 'flood':
      port.config.flood = on;
      return null;
    case 'stp':
    case 'receive-stp':
    case 'packet-in':
      return null;
    default:
      return refusal(
        `unknown mod-port command '${word}'`,
        'mod-port',
        word,
        'up, down, no-receive, no-forward, no-flood',
      );
  }
}

// --- Bridge

export function setBridge(device: OpenVswitch, columns: BridgeColumns, nowMs: number): Outcome {
  const settings = device.settings;
  const before = settings.columns;
  settings.columns = { ...before, ...columns, other_config: mergedConfig(before, columns) };
  const { other_config = {}, flood_vlans = [], fail_mode } = settings.columns;
  device.fdb.sweep(nowMs);
  device.fdb.ageingTimeMs = 1000 * clamp(numberOf(other_config['mac-aging-time'], 300), 15, 3600);
  device.tableSize = clamp(numberOf(other_config['mac-table-size'], 8192), 10, 1_000_000);
  while (device.fdb.size > device.tableSize && device.fdb.evictOldest() !== null);
  device.forwardBpdu = other_config['forward-bpdu'] === 'true';
  if (columns.flood_vlans !== undefined) setFloodVlans(device, flood_vlans, before.flood_vlans ?? []);
  if (fail_mode === 'secure' && settings.flows === null) settings.flows = [];
  reprogram(device);
  return null;
}

/** Any change forgets what was learned, in all VLANs. */
function setFloodVlans(device: OpenVswitch, vids: readonly number[], before: readonly number[]): void {
  device.floodVlans = vids.length === 0 ? null : new Uint8Array(VID_COUNT);
  for (const vid of vids) device.floodVlans![vid] = 1;
  if (sorted(vids) !== sorted(before)) flush(device);
}

function sorted(vids: readonly number[]): string {
  return [...new Set(vids)].toSorted((a, b) => a - b).join();
}

/** More than two are never parsed; 0, or less, stands for as many as there can be. */
export function setVlanLimit(device: OpenVswitch, limit: number): void {
  device.vlanLimit = limit <= 0 ? MAX_TAGS : Math.min(limit, MAX_TAGS);
}

function numberOf(text: string | undefined, otherwise: number): number {
  const number = Number(text ?? otherwise);
  return Number.isInteger(number) ? number : otherwise;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

// --- MAC table

export function addEntry(device: OpenVswitch, port: OvsPort, vid: number, mac: MacAddress, nowMs: number): Outcome {
  const [high, low] = macHalves(mac);
  device.fdb.put(vid, high, low, port.index, STATIC, nowMs);
  return null;
}

export function deleteEntry(device: OpenVswitch, vid: number, mac: MacAddress): Outcome {
  const [high, low] = macHalves(mac);
  if (device.fdb.remove(vid, high, low)) return null;
  return refusal('Specified entry not found', 'mac', mac, '');
}

/** Static entries stay. */
export function flush(device: OpenVswitch): void {
  device.fdb.removeWhere((_vid, _port, flags) => (flags & STATIC) === 0);
}

// --- Flows and mirrors

export function setFlows(device: OpenVswitch, flows: readonly Flow[], replaces: boolean): void {
  const settings = device.settings;
  const kept = replaces ? [] : (settings.flows ?? [DEFAULT_FLOW]);
  const added = new Set(flows.map(identity));
  settings.flows = [...kept.filter((flow) => !added.has(identity(flow))), ...lastOfEach(flows)];
  reprogram(device);
}

export function deleteFlows(device: OpenVswitch, selections: readonly FlowSelection[]): void {
  const { settings } = device;
  settings.flows = programsOf(device).remaining(settings.flows ?? [DEFAULT_FLOW], selections);
  reprogram(device);
}

const DEFAULT_FLOW: Flow = {
  table: 0,
  priority: 0,
  cookie: '0x0',
  match: [],
  actions: [{ kind: 'output', port: 'normal' }],
  text: 'priority=0 actions=NORMAL',
};

/** A flow added again replaces the one of the same table, priority and match. */
function lastOfEach(flows: readonly Flow[]): Flow[] {
  return [...new Map(flows.map((flow) => [identity(flow), flow])).values()];
}

function identity({ table, priority, match }: Flow): string {
  const tests = match.map(({ field, value, mask }) => `${field}=${value.join()}/${mask.join()}`);
  return [table, priority, ...tests.toSorted()].join(' ');
}

export function setMirrors(device: OpenVswitch, mirrors: readonly MirrorColumns[]): Outcome {
  device.settings.mirrors = mirrors.map((columns) => new Mirror(columns));
  const outputs = new Set(mirrors.map(({ output_port }) => output_port));
  for (const port of portsOf(device)) port.isMirrorOutput = outputs.has(port.name);
  reprogram(device);
  return null;
}
