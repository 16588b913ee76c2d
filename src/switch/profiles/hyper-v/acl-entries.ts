/**
 * Entries of access lists, read from what PowerShell is given.
 *
 * Read first: Add-VMNetworkAdapterAcl, Add-VMNetworkAdapterExtendedAcl, Msvm_EthernetSwitchPortExtendedAclSettingData. What
 * surprises: an address stands for a version of IP, so that an entry on protocol or ports alone is for both; local is the
 * adapter's side, whichever way the packet goes.
 */
import type { AccessEntry } from '../../../filter/access-list.ts';
import { HAS_PORTS, hasAddress, hasMac, hasPort, hasProtocol, is, IS_IP } from '../../../filter/conditions.ts';
import type { Condition } from '../../../filter/conditions.ts';
import { IN, OUT } from '../../../filter/direction.ts';
import { refusal, type Refusal } from '../../../outcome/refusal.ts';
import { VID_MAX } from '../../../wire/dot1q.ts';
import { parseIpPrefix } from '../../../filter/ip-prefix.ts';
import { parseMac, writeMac } from '../../../wire/mac-address.ts';
import { isMalformed } from '../../../wire/malformed.ts';
import type { AclCriteria, ExtendedAcl } from './acl.ts';

export interface PortEntry extends AccessEntry {
  readonly action: AclCriteria['action'];
  readonly isMac: boolean;
  /** As PowerShell would be given it, without what is left out. */
  readonly text: string;
  /** What it has counted, where it is a Meter. */
  packets: number;
  bytes: number;
}

export interface ExtendedEntry extends AccessEntry {
  readonly action: ExtendedAcl['action'];
  readonly weight: number;
  /** Of its sessions; 0: it begins none. */
  readonly idleMs: number;
  readonly text: string;
}

const WEIGHT_MAX = 65_535;
const PORT_MAX = 65_535;
/** Msvm_EthernetSwitchPortExtendedAclSettingData.IdleSessionTimeout, in seconds. */
const IDLE_SESSION_TIMEOUT = 255;
/** Milliseconds have to fit into an integer. */
const IDLE_MAX = 2_000_000;
const [TCP, UDP] = [6, 17];
const ANY = 'ANY';

// --- Port ACL

/** One entry a direction. */
export function readAcl(criteria: AclCriteria): PortEntry[] | Refusal {
  const { action, direction, localIPAddress, remoteIPAddress, localMacAddress, remoteMacAddress } = criteria;
  if (!['Allow', 'Deny', 'Meter'].includes(action)) return wrong('Action', action, 'Allow, Deny, Meter');
  if (!['Inbound', 'Outbound', 'Both'].includes(direction))
    return wrong('Direction', direction, 'Inbound, Outbound, Both');
  const mac = localMacAddress ?? remoteMacAddress;
  const ip = localIPAddress ?? remoteIPAddress;
  if (mac !== undefined && ip !== undefined) return wrong('MacAddress', mac, 'IPAddress、MacAddressのどちらか');
  if (mac === undefined && ip === undefined) return wrong('LocalIPAddress', '', 'IPAddress、MacAddressのどちらか');
  if (mac !== undefined && action === 'Meter') return wrong('Action', action, 'LocalIPAddress, RemoteIPAddress');
  const entries: PortEntry[] = [];
  for (const way of direction === 'Both' ? [IN, OUT] : [direction === 'Inbound' ? IN : OUT]) {
    const ends = mac === undefined ? ipEnds(criteria, way) : macEnds(criteria, way);
    if ('error' in ends) return ends;
    const { conditions, length } = ends;
    // Of the same length it is the denial that counts (a reading: it is not documented).
    const rank = length + (action === 'Deny' ? 0.5 : 0);
    const text = textOf(criteria, CRITERIA);
    entries.push({ directions: way, conditions, rank, action, isMac: mac !== undefined, text, packets: 0, bytes: 0 });
  }
  return entries;
}

const CRITERIA = ['localIPAddress', 'remoteIPAddress', 'localMacAddress', 'remoteMacAddress'] as const;

interface Ends {
  readonly conditions: readonly Condition[];
  /** Leading bits of the addresses that count, together. */
  readonly length: number;
}

function ipEnds({ localIPAddress, remoteIPAddress }: AclCriteria | ExtendedAcl, way: number): Ends | Refusal {
  const local = ipEnd('LocalIPAddress', localIPAddress, way === IN ? 'dst' : 'src');
  if ('error' in local) return local;
  const remote = ipEnd('RemoteIPAddress', remoteIPAddress, way === IN ? 'src' : 'dst');
  if ('error' in remote) return remote;
  return { conditions: [IS_IP, ...local.conditions, ...remote.conditions], length: local.length + remote.length };
}

function ipEnd(knob: string, text: string | undefined, end: 'src' | 'dst'): Ends | Refusal {
  if (isAny(text)) return { conditions: [], length: 0 };
  const prefix = parseIpPrefix(text!);
  if (isMalformed(prefix)) return wrong(knob, text, '192.0.2.0/24, 2001:db8::/32, ANY');
  return { conditions: [hasAddress(end, prefix)], length: prefix.length };
}

function macEnds({ localMacAddress, remoteMacAddress }: AclCriteria, way: number): Ends | Refusal {
  const local = macEnd('LocalMacAddress', localMacAddress, way === IN ? 'eth_dst' : 'eth_src');
  if ('error' in local) return local;
  const remote = macEnd('RemoteMacAddress', remoteMacAddress, way === IN ? 'eth_src' : 'eth_dst');
  if ('error' in remote) return remote;
  return { conditions: [...local.conditions, ...remote.conditions], length: local.length + remote.length };
}

function macEnd(knob: string, text: string | undefined, field: 'eth_dst' | 'eth_src'): Ends | Refusal {
  if (isAny(text)) return { conditions: [], length: 0 };
  const address = parseMac(text!);
  if (isMalformed(address)) return wrong(knob, text, '00-15-5D-00-53-0A, ANY');
  const bytes = new Uint8Array(6);
  writeMac(bytes, 0, address);
  return { conditions: [hasMac(field, bytes)], length: 48 };
}

// --- Extended ACL

export function readExtendedAcl(acl: ExtendedAcl): ExtendedEntry | Refusal {
  const { action, direction, weight, stateful = false, idleSessionTimeout, isolationID = 0 } = acl;
  if (action !== 'Allow' && action !== 'Deny') return wrong('Action', action, 'Allow, Deny');
  if (direction !== 'Inbound' && direction !== 'Outbound') return wrong('Direction', direction, 'Inbound, Outbound');
  if (!isWithin(weight, 1, WEIGHT_MAX)) return wrong('Weight', weight, `1〜${WEIGHT_MAX}`);
  if (!isWithin(isolationID, 0, VID_MAX)) return wrong('IsolationID', isolationID, `0〜${VID_MAX}`);
  const idle = idleSessionTimeout ?? IDLE_SESSION_TIMEOUT;
  if (!isWithin(idle, 1, IDLE_MAX)) return wrong('IdleSessionTimeout', idle, `1〜${IDLE_MAX}`);
  const way = direction === 'Inbound' ? IN : OUT;
  const ends = ipEnds(acl, way);
  if ('error' in ends) return ends;
  const service = serviceOf(acl, way);
  if ('error' in service) return service;
  const vlan: Condition[] = isolationID === 0 ? [] : [[[is('vlan_tci', 0x1000 | isolationID, 0x1fff)]]];
  return {
    directions: way,
    conditions: [...ends.conditions, ...service, ...vlan],
    rank: weight,
    action,
    weight,
    // Only what is allowed has answers.
    idleMs: stateful && action === 'Allow' ? idle * 1000 : 0,
    text: textOf(acl, EXTENDED),
  };
}

const EXTENDED = [
  'localIPAddress',
  'remoteIPAddress',
  'localPort',
  'remotePort',
  'protocol',
  'isolationID',
  'weight',
] as const;

/** Protocol and ports. */
function serviceOf({ protocol, localPort, remotePort }: ExtendedAcl, way: number): Condition[] | Refusal {
  const number = isAny(protocol) ? null : protocolOf(protocol!);
  if (Number.isNaN(number)) return wrong('Protocol', protocol, 'TCP, UDP, 0〜255');
  const local = portsOf('LocalPort', localPort, way === IN ? 'tp_dst' : 'tp_src');
  if ('error' in local) return local;
  const remote = portsOf('RemotePort', remotePort, way === IN ? 'tp_src' : 'tp_dst');
  if ('error' in remote) return remote;
  const ports = [...local, ...remote];
  if (number === null) return ports.length === 0 ? [] : [HAS_PORTS, ...ports];
  if (ports.length > 0 && number !== TCP && number !== UDP) {
    const [knob, value] = local.length > 0 ? ['LocalPort', localPort] : ['RemotePort', remotePort];
    return wrong(knob!, value, 'Protocol TCP, UDP');
  }
  return [hasProtocol(number), ...ports];
}

function protocolOf(text: string): number {
  const name = text.toUpperCase();
  if (name === 'TCP') return TCP;
  if (name === 'UDP') return UDP;
  return /^\d{1,3}$/.test(text) && Number(text) <= 255 ? Number(text) : Number.NaN;
}

function portsOf(knob: string, text: string | undefined, field: 'tp_src' | 'tp_dst'): Condition[] | Refusal {
  if (isAny(text)) return [];
  const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text!) ?? [];
  const [low, high] = [Number(from), Number(to)];
  const isRange = from !== undefined && low <= high && high <= PORT_MAX;
  return isRange ? [hasPort(field, low, high)] : wrong(knob, text, '3389, 49152-49182, ANY');
}

// --- Both

function isAny(text: string | undefined): boolean {
  return text === undefined || text.toUpperCase() === ANY;
}

function isWithin(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}

function wrong(knob: string, value: unknown, expected: string): Refusal {
  return refusal('InvalidArgument', knob, value ?? '', expected);
}

function textOf<K extends string>(source: Readonly<Partial<Record<K, string | number>>>, keys: readonly K[]): string {
  const given = keys.flatMap((key) => {
    const value = source[key];
    return value === undefined ? [] : [`-${key[0]!.toUpperCase()}${key.slice(1)} ${value}`];
  });
  return given.join(' ');
}
