/**
 * `ip link show PF` as it was pasted, text of either form or JSON, read back into records and changes.
 *
 * What the output does not tell: who chose a VF's address (it is taken for the administrator's), what the guests have asked
 * for, and `hwmode`.
 */
import { LINK_STATES, NO_MAC, type LinkState, type VlanProtocol } from '../../switch/profiles/sr-iov/nic-function.ts';
import type { SrIovChange } from '../../switch/profiles/sr-iov/change.ts';
import { parseMac, type MacAddress } from '../../wire/mac-address.ts';
import { isMalformed } from '../../wire/malformed.ts';
import type { Imported, Untold } from '../console.ts';
import type { LinkRecord, VfRecord } from './link-record.ts';

/** What could not be had: a cable, the origin of addresses, another device in the text, identifiers of InfiniBand. */
export type UntoldCode = 'no-carrier' | 'mac-origin' | 'other-device' | 'guid';

export interface ReadLink {
  /** The first device that has VFs, or the first of all; null: there is none in the text. */
  readonly link: LinkRecord | null;
  readonly unread: Imported<SrIovChange>['unread'];
  readonly untold: readonly Untold<UntoldCode>[];
}

export function importLink(text: string): Imported<SrIovChange, UntoldCode> {
  const { link, unread, untold } = readLink(text);
  if (link === null) return { changes: [], unread, untold };
  const hasMac = link.vfs.some(({ mac }) => mac !== NO_MAC);
  return {
    changes: changesOf(link),
    unread,
    untold: [
      ...untold,
      ...(link.isUp && !link.hasCarrier ? [{ code: 'no-carrier', about: link.name } as const] : []),
      ...(hasMac ? [{ code: 'mac-origin', about: link.name } as const] : []),
    ],
  };
}

/** In the order in which they can be applied to a card as it is delivered. */
export function changesOf({ name, isUp, isPromisc, isAllmulti, vfs }: LinkRecord): SrIovChange[] {
  const count = Math.max(0, ...vfs.map(({ vf }) => vf + 1));
  return [
    { kind: 'numvfs', count },
    ...vfs.flatMap(vfChanges),
    ...(isPromisc ? [{ kind: 'request-mode', port: name, mode: 'promisc', on: true } as const] : []),
    ...(isAllmulti ? [{ kind: 'request-mode', port: name, mode: 'allmulticast', on: true } as const] : []),
    ...(isUp ? [] : [{ kind: 'link', port: name, up: false } as const]),
  ];
}

function vfChanges(record: VfRecord): SrIovChange[] {
  const { vf, mac, vlan, qos, proto, maxTxRate, minTxRate, spoofchk, state, trust, queryRss } = record;
  const set = (setting: 'spoofchk' | 'trust' | 'query_rss' | 'state', value: string): SrIovChange => ({
    kind: 'vf-setting',
    vf,
    setting,
    value,
  });
  return [
    { kind: 'vf-mac', vf, mac },
    ...(vlan === 0 && qos === 0 ? [] : [{ kind: 'vf-vlan', vf, vlan, qos, proto } as const]),
    ...(maxTxRate === 0 && minTxRate === 0 ? [] : [{ kind: 'vf-rate', vf, min: minTxRate, max: maxTxRate } as const]),
    ...(spoofchk === null ? [] : [set('spoofchk', spoofchk ? 'on' : 'off')]),
    ...(trust === true ? [set('trust', 'on')] : []),
    ...(queryRss === true ? [set('query_rss', 'on')] : []),
    ...(state === null || state === 'auto' ? [] : [set('state', state)]),
  ];
}

export function readLink(text: string): ReadLink {
  return /^\s*\[/.test(text) ? readJson(text) : readText(text);
}

type Open<T> = { -readonly [Key in keyof T]: T[Key] };

interface Found {
  links: (Open<LinkRecord> & { vfs: Open<VfRecord>[] })[];
  unread: { line: number; text: string }[];
  untold: Untold<UntoldCode>[];
}

/** Of several devices the one with VFs is meant. */
function choose({ links, unread, untold }: Found): ReadLink {
  const link = links.find(({ vfs }) => vfs.length > 0) ?? links[0] ?? null;
  const others = links.filter((each) => each !== link);
  return {
    link,
    unread,
    untold: [...untold, ...others.map(({ name }) => ({ code: 'other-device', about: name }) as const)],
  };
}

function newLink(index: number, name: string, flags: readonly string[], mtu: number): Found['links'][number] {
  const isUp = flags.includes('UP');
  return {
    index,
    name,
    mac: NO_MAC,
    mtu,
    isUp,
    hasCarrier: isUp && !flags.includes('NO-CARRIER'),
    isPromisc: flags.includes('PROMISC'),
    isAllmulti: flags.includes('ALLMULTI'),
    vfs: [],
  };
}

function newVf(vf: number, mac: MacAddress): Open<VfRecord> {
  return {
    vf,
    mac,
    vlan: 0,
    qos: 0,
    proto: '802.1Q',
    maxTxRate: 0,
    minTxRate: 0,
    spoofchk: null,
    state: null,
    trust: null,
    queryRss: null,
  };
}

// --- Text

const HEAD = /^(\d+): ([^\s:@]+)(?:@\S+)?: <([^>]*)>.* mtu (\d+)\b/;
const ADDRESS = /^\s+link\/ether ([0-9a-f:]{17})(?: brd [0-9a-f:]+)?/;
const VF = /^\s+vf (\d+)\s+(?:MAC|link\/ether) ([0-9a-f:]{17})(?: brd [0-9a-f:]{17})?(?:, (.*?))?,?\s*$/;
/** Counters, and what else stands below a device and says nothing about its VFs. */
const PASSED_OVER =
  /^\s*$|^\s+(?:[RT]X(?: errors)?:|\d[\d ]*$|altname |link\/|alias |parentbus |promiscuity )|^\s+[\d.]+[kMGT]?i?(?: |$)/;

function readText(text: string): ReadLink {
  const found: Found = { links: [], unread: [], untold: [] };
  text.split(/\r\n|\n|\r/).forEach((line, index) => {
    if (!readLine(line, found)) found.unread.push({ line: index + 1, text: line });
  });
  return choose(found);
}

/** False: the line, or part of it, said nothing. */
function readLine(line: string, found: Found): boolean {
  const head = HEAD.exec(line);
  if (head !== null) {
    const [, index, name, flags, mtu] = head;
    found.links.push(newLink(Number(index), name!, flags!.split(','), Number(mtu)));
    return true;
  }
  const link = found.links.at(-1);
  const vf = VF.exec(line);
  if (vf !== null && link !== undefined) return readVf(vf, link, found);
  const [, own] = ADDRESS.exec(line) ?? [];
  const address = own === undefined ? null : parseMac(own);
  if (link !== undefined && address !== null && !isMalformed(address)) link.mac = address;
  return PASSED_OVER.test(line);
}

function isGuid(part: string): boolean {
  return /^(?:NODE|PORT)_GUID /.test(part);
}

function readVf(
  [, number, address, rest]: RegExpExecArray,
  { vfs, name }: Found['links'][number],
  found: Found,
): boolean {
  const mac = parseMac(address!);
  if (isMalformed(mac) || vfs.some(({ vf }) => vf === Number(number))) return false;
  const record = newVf(Number(number), mac);
  vfs.push(record);
  const parts = rest === undefined ? [] : rest.split(', ');
  if (parts.some(isGuid)) found.untold.push({ code: 'guid', about: `${name} vf ${number}` });
  return parts.filter((part) => !isGuid(part)).every((part) => readPart(part, record));
}

const ATTRIBUTES: readonly (readonly [RegExp, (record: Open<VfRecord>, value: string) => void])[] = [
  [/^vlan (\d+)$/, (record, value) => void (record.vlan = Number(value))],
  [/^qos (\d+)$/, (record, value) => void (record.qos = Number(value))],
  [/^vlan protocol (802\.1Q|802\.1ad)$/, (record, value) => void (record.proto = value as VlanProtocol)],
  [/^tx rate (\d+) \(Mbps\)$/, (record, value) => void (record.maxTxRate = Number(value))],
  [/^max_tx_rate (\d+)Mbps$/, (record, value) => void (record.maxTxRate = Number(value))],
  [/^min_tx_rate (\d+)Mbps$/, (record, value) => void (record.minTxRate = Number(value))],
  [/^spoof checking (on|off)$/, (record, value) => void (record.spoofchk = value === 'on')],
  [/^link-state (auto|enable|disable)$/, (record, value) => void (record.state = value as LinkState)],
  [/^trust (on|off)$/, (record, value) => void (record.trust = value === 'on')],
  [/^query_rss (on|off)$/, (record, value) => void (record.queryRss = value === 'on')],
];

function readPart(part: string, record: Open<VfRecord>): boolean {
  for (const [pattern, set] of ATTRIBUTES) {
    const match = pattern.exec(part);
    if (match === null) continue;
    set(record, match[1]!);
    return true;
  }
  return false;
}

// --- JSON

type Json = Readonly<Record<string, unknown>>;

function readJson(text: string): ReadLink {
  const found: Found = { links: [], unread: [], untold: [] };
  let data: unknown = null;
  try {
    data = JSON.parse(text);
  } catch {
    // It only looked like JSON.
  }
  if (!Array.isArray(data)) return { link: null, unread: [{ line: 1, text }], untold: [] };
  for (const item of data.filter(isObject)) {
    const flags = Array.isArray(item['flags']) ? item['flags'].map(String) : [];
    const link = newLink(numberOf(item['ifindex']), String(item['ifname'] ?? ''), flags, numberOf(item['mtu']));
    link.mac = macOf(item['address']) ?? NO_MAC;
    const vfs = Array.isArray(item['vfinfo_list']) ? item['vfinfo_list'].filter(isObject) : [];
    for (const vf of vfs) readVfObject(vf, link, found);
    found.links.push(link);
  }
  return choose(found);
}

function readVfObject(item: Json, { vfs, name }: Found['links'][number], found: Found): void {
  const vf = numberOf(item['vf']);
  // Before 5.2 the key was `mac`.
  const mac = macOf(item['address'] ?? item['mac']);
  if (mac === null || vfs.some((each) => each.vf === vf)) {
    found.unread.push({ line: 1, text: JSON.stringify(item) });
    return;
  }
  const vlan: Json = (Array.isArray(item['vlan_list']) ? item['vlan_list'] : []).find(isObject) ?? {};
  const rate = isObject(item['rate']) ? item['rate'] : {};
  const state = LINK_STATES.find((each) => each === item['link_state']);
  if ('node guid' in item || 'port guid' in item) found.untold.push({ code: 'guid', about: `${name} vf ${vf}` });
  vfs.push({
    ...newVf(vf, mac),
    vlan: numberOf(vlan['vlan']),
    qos: numberOf(vlan['qos']),
    proto: vlan['protocol'] === '802.1ad' ? '802.1ad' : '802.1Q',
    maxTxRate: numberOf(rate['max_tx'] ?? rate['max_tx_rate'] ?? item['tx_rate']),
    minTxRate: numberOf(rate['min_tx'] ?? rate['min_tx_rate']),
    spoofchk: booleanOf(item['spoofchk']),
    state: state ?? null,
    trust: booleanOf(item['trust']),
    queryRss: booleanOf(item['query_rss_en']),
  });
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : 0;
}

function booleanOf(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

function macOf(value: unknown): MacAddress | null {
  const mac = typeof value === 'string' ? parseMac(value) : null;
  return mac === null || isMalformed(mac) ? null : mac;
}
