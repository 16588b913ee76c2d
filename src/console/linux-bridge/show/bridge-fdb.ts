/**
 * `bridge fdb show`.
 *
 * Read first: iproute2 6.1 bridge/fdb.c (print_fdb), Linux br_fdb.c (br_fdb_dump), net/core/rtnetlink.c (rtnl_fdb_dump).
 * What surprises: an entry that was learned ends in a blank, its state being empty; with `dev P` the device is left out;
 * `self` are the devices' own filters, which are no part of the bridge. The kernel tells the youngest entry first. The model
 * does not keep the order of their making: the last confirmed comes first, addresses of the switch itself last. Nor does it
 * keep when an entry was last used for a destination: `used` is of the confirmation, too.
 */
import { LOCAL, STATIC, STICKY, type FdbEntry } from '../../../switch/fdb.ts';
import type { LinuxBridge } from '../../../switch/profiles/linux-bridge/linux-bridge.ts';
import { NUD_NOARP, NUD_PERMANENT, NUD_REACHABLE } from '../bridge-fdb.ts';
import type { LinuxRequest } from '../request.ts';
import { devicesOf, type Device } from './devices.ts';
import type { Surroundings } from './surroundings.ts';
import { jsonText, member, objectOf, plain, textOf, type Member } from './writer.ts';

type Request = LinuxRequest & { show: 'bridge fdb' };

interface Row {
  readonly mac: string;
  readonly device: string;
  readonly vid: number;
  /** Seconds; null where nothing is counted. */
  readonly age: number | null;
  readonly flags: readonly string[];
  readonly master: string | null;
  readonly state: number;
}

export function showFdb(bridge: LinuxBridge, request: Request, nowMs: number, surroundings: Surroundings): string {
  const { form, device, bridge: master, vid, states, dynamic } = request;
  if (master !== undefined && master !== bridge.hostPort.name) return form.json ? jsonText([], form.pretty) : '';
  const rows = devicesOf(bridge, surroundings)
    .filter(({ name }) => device === undefined || name === device)
    .flatMap((each) => rowsOf(bridge, each, nowMs))
    .filter((row) => master === undefined || row.master !== null || isMember(bridge, row.device))
    .filter((row) => vid === undefined || row.vid === vid)
    .filter((row) => states === 0 || (row.state & states) !== 0)
    .filter((row) => !dynamic || row.state !== NUD_PERMANENT)
    .map((row) => membersOf(row, request));
  if (form.json) return jsonText(rows.map(objectOf), form.pretty);
  return rows.map((row) => `${textOf(row)}\n`).join('');
}

function isMember(bridge: LinuxBridge, name: string): boolean {
  return bridge.ports.some((port) => port?.name === name);
}

/** The bridge's entries of a port, then the port's own; of br0 the other way round. */
function rowsOf(bridge: LinuxBridge, { port, isBridge, isPort, name, flags }: Device, nowMs: number): Row[] {
  if (port === null) return [];
  const snoops = isBridge && bridge.idle.get('mcast_snooping') !== 0;
  const own = filterOf(snoops, flags.includes('UP')).map((mac): Row => ({
    mac,
    device: name,
    vid: 0,
    age: null,
    flags: ['self'],
    master: null,
    state: NUD_PERMANENT,
  }));
  if (!isBridge && !isPort) return own;
  const entries = bridge.fdb
    .entries(nowMs)
    .filter((entry) => entry.port === port.index)
    .sort(youngestFirst)
    .map((entry) => rowOf(bridge, entry));
  return isBridge ? [...own, ...entries] : [...entries, ...own];
}

function youngestFirst(a: FdbEntry, b: FdbEntry): number {
  return (
    localOf(a) - localOf(b) || (localOf(a) === 1 ? 0 : a.ageMs - b.ageMs) || b.vid - a.vid || (a.mac < b.mac ? -1 : 1)
  );
}

function localOf({ flags }: FdbEntry): number {
  return (flags & LOCAL) / LOCAL;
}

/** Groups that a device listens to: all hosts, on a bridge that snoops all snoopers; of IPv4 only while it is up. */
function filterOf(snoops: boolean, isUp: boolean): string[] {
  if (!isUp) return ['33:33:00:00:00:01'];
  const snoopers = snoops ? ['01:00:5e:00:00:6a', '33:33:00:00:00:6a'] : [];
  return ['33:33:00:00:00:01', ...snoopers, '01:00:5e:00:00:01'];
}

function rowOf(bridge: LinuxBridge, { mac, vid, port, flags, ageMs }: FdbEntry): Row {
  return {
    mac,
    device: bridge.ports[port]!.name,
    vid,
    age: Math.floor(ageMs / 1000),
    flags: (flags & STICKY) === 0 ? [] : ['sticky'],
    master: bridge.hostPort.name,
    state: (flags & LOCAL) !== 0 ? NUD_PERMANENT : (flags & STATIC) !== 0 ? NUD_NOARP : NUD_REACHABLE,
  };
}

const STATE_TEXTS: Readonly<Record<number, string>> = {
  [NUD_PERMANENT]: 'permanent',
  [NUD_NOARP]: 'static',
  [NUD_REACHABLE]: '',
};

function membersOf({ mac, device, vid, age, flags, master, state }: Row, { form, device: filter }: Request): Member[] {
  const stateText = STATE_TEXTS[state]!;
  return [
    member('mac', mac, `${mac} `),
    ...(filter === undefined ? [member('ifname', device, `dev ${device} `)] : []),
    ...(vid === 0 ? [] : [member('vlan', vid, `vlan ${vid} `)]),
    ...(form.statistics && age !== null
      ? [plain(`used ${age}/${age} `), member('used', age, ''), member('updated', age, '')]
      : []),
    member('flags', flags, flags.map((flag) => `${flag} `).join('')),
    ...(master === null ? [] : [member('master', master, `master ${master} `)]),
    member('state', stateText, stateText),
  ];
}
