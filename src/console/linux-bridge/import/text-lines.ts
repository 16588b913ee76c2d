/**
 * Lines of `bridge vlan show`, `bridge fdb show`, `bridge link show`, `ip link show` and `brctl show`, new and old, one after
 * the other; each reader says whether a line was its.
 *
 * What surprises: iproute2 before 5 separates the columns of `bridge vlan show` by tabs and says `None` for a port without
 * VLANs; `-o` puts `\` where a line would end.
 */
import { isMalformed } from '../../../wire/malformed.ts';
import { parseMac } from '../../../wire/mac-address.ts';
import type { DeviceFound, Findings, VlanFound } from './findings.ts';

/** Where in the text the reader is. */
export interface Section {
  kind: 'vlan' | 'link' | 'brctl' | null;
  /** Whose VLANs or attributes the next lines continue. */
  device: string | null;
  /** The device of `bridge fdb show dev P`, which its lines leave out. */
  fdbDevice: string | null;
}

/** Reads a line that is not blank, `next` being the one behind it; false: it says nothing to anyone. */
export function readTextLine(line: string, next: string, section: Section, findings: Findings): boolean {
  return (
    readVlanLine(line, next, section, findings) ||
    readFdbLine(line, section, findings) ||
    readLinkLine(line, section, findings) ||
    readBrctlLine(line, section, findings)
  );
}

// --- bridge vlan show

const VLAN_HEADER = /^port\s+vlan[- ]ids?\s*$/;
const VLAN_ROW = /^(\S*)\s+(\d+)(?:-(\d+))?((?: PVID)?(?: Egress Untagged)?)\s*$/;
const VLAN_STATE = /^\s+state (\w+)(?: mcast_router \d+)?(?: neigh_suppress \w+)?\s*$/;
const VLAN_STATISTICS = /^\s+(?:RX|TX): +\d+ bytes +\d+ packets\s*$/;

function readVlanLine(line: string, next: string, section: Section, findings: Findings): boolean {
  if (VLAN_HEADER.test(line)) {
    findings.kinds.add('vlan');
    section.kind = 'vlan';
    section.device = null;
    return true;
  }
  if (section.kind !== 'vlan') return false;
  // `-o`
  const parts = line.split('\\').filter((part) => part.trim() !== '');
  if (parts.length > 1 || line.endsWith('\\')) {
    return parts.every((part, at) => readVlanLine(part, parts[at + 1] ?? '', section, findings));
  }
  const row = VLAN_ROW.exec(line);
  if (row !== null) return addVlans(row, section, findings);
  const state = VLAN_STATE.exec(line);
  if (state !== null && section.device !== null) {
    findings.kinds.add('vlan-states');
    const last = findings.device(section.device).vlans.at(-1);
    if (last !== undefined) last.state = state[1]!;
    return true;
  }
  if (VLAN_STATISTICS.test(line)) return true;
  // A name alone has its VLANs on the next lines, or says so if it has none.
  const name = /^(\S+)\s*$/.exec(line)?.[1];
  const isAlone = name !== undefined && /^\s+\d/.test(next);
  const bare = isAlone ? name : /^(\S+)\s+None\s*$/.exec(line)?.[1];
  if (bare === undefined) return false;
  section.device = bare;
  findings.device(bare);
  return true;
}

function addVlans([, name, first, last, flags]: RegExpExecArray, section: Section, findings: Findings): boolean {
  const device = name === '' ? section.device : name!;
  if (device === null) return false;
  section.device = device;
  const vlan: VlanFound = {
    first: Number(first),
    last: Number(last ?? first),
    pvid: flags!.includes('PVID'),
    untagged: flags!.includes('Egress Untagged'),
    state: null,
  };
  if (vlan.first < 1 || vlan.last > 4094 || vlan.first > vlan.last) return false;
  findings.device(device).vlans.push(vlan);
  return true;
}

// --- bridge fdb show

const FDB_LINE = /^([0-9a-f]{2}(?::[0-9a-f]{2}){5}) (?:dev (\S+) ?)?(.*)$/i;
const FDB_WORDS = new Set(['self', 'router', 'extern_learn', 'offload', 'sticky', 'permanent', 'static', 'stale']);
const FDB_VALUES = new Set(['vlan', 'dst', 'port', 'vni', 'src_vni', 'via', 'nhid', 'link-netnsid', 'used', 'master']);

function readFdbLine(line: string, section: Section, findings: Findings): boolean {
  const parts = FDB_LINE.exec(line);
  if (parts === null) return false;
  const device = parts[2] ?? section.fdbDevice;
  const values = new Map<string, string>();
  const words = parts[3]!.trim() === '' ? [] : parts[3]!.trim().split(/\s+/);
  for (let at = 0; at < words.length; at++) {
    if (FDB_VALUES.has(words[at]!) && words[at + 1] !== undefined) values.set(words[at]!, words[++at]!);
    else if (FDB_WORDS.has(words[at]!)) values.set(words[at]!, '');
    else return false;
  }
  if (device === null) return false;
  section.kind = null;
  return addEntry(findings, parts[1]!, device, values);
}

/** `values`: what stands behind the device, by its words; flags with ''. */
export function addEntry(
  findings: Findings,
  address: string,
  device: string,
  values: ReadonlyMap<string, string>,
): boolean {
  const mac = parseMac(address);
  const vid = Number(values.get('vlan') ?? 0);
  if (isMalformed(mac) || !Number.isInteger(vid) || vid < 0 || vid > 4094) return false;
  findings.kinds.add('fdb');
  const master = values.get('master');
  if (master === undefined) {
    findings.own++;
    return true;
  }
  findings.bridge(master);
  if (device !== master) findings.device(device).master = master;
  const state = values.has('permanent') ? 'permanent' : values.has('static') ? 'static' : 'dynamic';
  const sticky = values.has('sticky');
  if (state === 'dynamic' && !sticky) findings.learned++;
  else findings.entries.push({ mac, device, vid, state, sticky });
  for (const flag of ['extern_learn', 'offload']) {
    if (values.has(flag)) findings.unmodelled.push(`${address} ${flag}`);
  }
  return true;
}

// --- bridge link show, ip link show

const LINK_LINE = /^(\d+): ([^:@\s]+)(?:@[^:\s]+)?: <([^>]*)> (.*)$/;
/** What stands behind a device and does not matter to the bridge. */
const OTHER_KINDS =
  /^\s+(?:tun|veth|dummy|vlan|vxlan|bond|bond_slave|macvlan|macvtap|ipvlan|vrf|team|team_slave|nlmon|ifb|geneve|gretap|tap)\s|^\s+alias |^\s+altname |^\s+vf \d|^\s+(?:RX|TX)(?: errors)?: |^[\s\d]+$/;

function readLinkLine(line: string, section: Section, findings: Findings): boolean {
  // `-o`
  const [first, ...more] = line.split('\\');
  const parts = LINK_LINE.exec(first!);
  if (parts !== null) {
    section.kind = 'link';
    section.device = parts[2]!;
    addLink(findings, parts[2]!, parts[3]!.split(','), pairsOf(parts[4]!));
    return more.every((each) => readDetails(each, section.device!, findings));
  }
  return section.kind === 'link' && section.device !== null && readDetails(line, section.device, findings);
}

export function pairsOf(text: string): Map<string, string> {
  const words = text.trim().split(/\s+/);
  const pairs = new Map<string, string>();
  for (let at = 0; at + 1 < words.length; at += 2) pairs.set(words[at]!, words[at + 1]!);
  return pairs;
}

export function addLink(
  findings: Findings,
  name: string,
  flags: readonly string[],
  pairs: ReadonlyMap<string, string>,
): DeviceFound {
  const device = findings.device(name);
  device.isUp = flags.includes('UP');
  device.hasCarrier = !flags.includes('NO-CARRIER');
  device.isPromiscuous = flags.includes('PROMISC');
  device.mtu = Number(pairs.get('mtu') ?? Number.NaN) || device.mtu;
  const master = pairs.get('master');
  if (master !== undefined) {
    device.master = master;
    findings.bridge(master);
  }
  const isIp = pairs.has('qdisc') || pairs.has('mode');
  findings.kinds.add(isIp ? 'ip-link' : 'link');
  // `bridge link` tells the port's state in its first line; that of `ip link` is the device's.
  const state = pairs.get('state');
  if (!isIp && state !== undefined) attributesOf(device).set('state', state);
  return device;
}

export function attributesOf(device: DeviceFound): Map<string, string> {
  device.attributes ??= new Map();
  return device.attributes;
}

function readDetails(line: string, name: string, findings: Findings): boolean {
  const device = findings.device(name);
  const address = /^\s+link\/(\S+)(?: ([0-9a-f:]{17}))?/.exec(line);
  if (address !== null) {
    const mac = parseMac(address[2] ?? '');
    if (!isMalformed(mac)) device.mac = mac;
    return true;
  }
  if (/^\s+bridge_slave /.test(line)) {
    findings.kinds.add('ip-link-details');
    addAttributes(device, pairsOf(line.replace('bridge_slave', '')));
    return true;
  }
  if (/^\s+bridge /.test(line)) {
    findings.kinds.add('ip-link-details');
    device.isBridge = true;
    device.options = pairsOf(line.replace('bridge', ''));
    return true;
  }
  if (/^\s+hairpin /.test(line)) {
    findings.kinds.add('link-details');
    addAttributes(device, pairsOf(line));
    return true;
  }
  return OTHER_KINDS.test(line);
}

/** Names of `ip -d link` that `bridge link` has other words for, and such as are no attributes. */
export function addAttributes(device: DeviceFound, pairs: ReadonlyMap<string, string>): void {
  const attributes = attributesOf(device);
  for (const [name, value] of pairs) {
    if (name === 'group_fwd_mask') device.groupFwdMask = Number(value);
    else if (name === 'mcast_fast_leave') attributes.set('fastleave', value);
    else attributes.set(name, value);
  }
}

// --- brctl show

const BRCTL_HEADER = /^bridge name\s+bridge id\s+STP enabled\s+interfaces\s*$/;
const BRCTL_ROW = /^(\S+)\s+([0-9a-f]{4})\.([0-9a-f]{12})\s+(yes|no)(?:\s+(\S+))?\s*$/i;

function readBrctlLine(line: string, section: Section, findings: Findings): boolean {
  if (BRCTL_HEADER.test(line)) {
    section.kind = 'brctl';
    section.device = null;
    findings.kinds.add('brctl');
    return true;
  }
  if (section.kind !== 'brctl') return false;
  const row = BRCTL_ROW.exec(line);
  if (row !== null) {
    const [, name, , mac, stp, port] = row;
    const bridge = findings.bridge(name!);
    const address = parseMac(mac!.match(/../g)!.join(':'));
    if (!isMalformed(address)) bridge.mac = address;
    if (stp === 'yes') findings.unmodelled.push(`${name} stp_state 1`);
    section.device = name!;
    if (port !== undefined) findings.device(port).master = name!;
    return true;
  }
  const port = /^\s+(\S+)\s*$/.exec(line)?.[1];
  if (port === undefined || section.device === null) return false;
  findings.device(port).master = section.device;
  return true;
}
