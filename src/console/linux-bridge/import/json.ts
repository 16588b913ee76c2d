/**
 * JSON of `bridge -j vlan show`, `bridge -j fdb show`, `bridge -j link show` and `ip -j link show`, with the object that
 * `bridge -j vlan show` gave in its first years.
 */
import { isMalformed } from '../../../wire/malformed.ts';
import { parseMac } from '../../../wire/mac-address.ts';
import type { Findings } from './findings.ts';
import { addAttributes, addEntry, addLink } from './text-lines.ts';

type Item = Readonly<Record<string, unknown>>;

/** False: it is none of these, or not all of it is. `device`: of entries that do not tell theirs. */
export function readJson(document: unknown, device: string | null, findings: Findings): boolean {
  if (Array.isArray(document)) {
    return document.map((item) => isItem(item) && readItem(item, device, findings)).every(Boolean);
  }
  return isItem(document) && readOldVlans(document, findings);
}

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readItem(item: Item, device: string | null, findings: Findings): boolean {
  if (Object.keys(item).length === 0) return true;
  const name = item['ifname'] ?? device;
  if (typeof item['mac'] === 'string') return readEntry(item, item['mac'], name, findings);
  if (typeof name !== 'string') return false;
  if (Array.isArray(item['vlans'])) return readVlans(name, item['vlans'], findings);
  return Array.isArray(item['flags']) && readLink(name, item, findings);
}

// --- VLANs

/** `{"eth0":[{"vlan":1,"flags":["PVID","EgressUntagged"]}]}` */
function readOldVlans(document: Item, findings: Findings): boolean {
  const ports = Object.entries(document);
  return ports.length > 0 && ports.every(([name, vlans]) => Array.isArray(vlans) && readVlans(name, vlans, findings));
}

function readVlans(name: string, vlans: readonly unknown[], findings: Findings): boolean {
  findings.kinds.add('vlan');
  const device = findings.device(name);
  return vlans.every((vlan) => {
    if (!isItem(vlan)) return false;
    const [first, last] = [vlan['vlan'] ?? vlan['vid'], vlan['vlanEnd'] ?? vlan['vlan'] ?? vlan['vid']];
    const flags = strings(vlan['flags'] ?? []);
    if (!isVid(first) || !isVid(last) || flags === null) return false;
    const state = typeof vlan['state'] === 'string' ? vlan['state'] : null;
    if (state !== null) findings.kinds.add('vlan-states');
    const untagged = flags.includes('Egress Untagged') || flags.includes('EgressUntagged');
    device.vlans.push({ first, last, pvid: flags.includes('PVID'), untagged, state });
    return true;
  });
}

function isVid(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 4094;
}

function strings(value: unknown): string[] | null {
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : null;
}

// --- Entries

function readEntry(item: Item, mac: string, name: unknown, findings: Findings): boolean {
  const flags = strings(item['flags'] ?? []);
  if (typeof name !== 'string' || flags === null) return false;
  const { vlan, master, state } = item;
  const values = new Map(flags.map((flag) => [flag, '']));
  if (typeof vlan === 'number') values.set('vlan', String(vlan));
  if (typeof master === 'string') values.set('master', master);
  if (typeof state === 'string' && state !== '') values.set(state, '');
  return addEntry(findings, mac, name, values);
}

// --- Links

function readLink(name: string, item: Item, findings: Findings): boolean {
  const device = addLink(findings, name, strings(item['flags']) ?? [], pairsOf(item));
  const mac = typeof item['address'] === 'string' ? parseMac(item['address']) : null;
  if (mac !== null && !isMalformed(mac)) device.mac = mac;
  const info = isItem(item['linkinfo']) ? item['linkinfo'] : {};
  if ('hairpin' in item) {
    findings.kinds.add('link-details');
    addAttributes(device, pairsOf(item));
  }
  if (isItem(info['info_slave_data']) && info['info_slave_kind'] === 'bridge') {
    findings.kinds.add('ip-link-details');
    addAttributes(device, pairsOf(info['info_slave_data']));
  }
  if (info['info_kind'] === 'bridge' && isItem(info['info_data'])) {
    findings.kinds.add('ip-link-details');
    device.isBridge = true;
    device.options = renamed(pairsOf(info['info_data']));
  }
  return true;
}

/** Names of JSON that text has others for. */
const TEXT_NAMES: Readonly<Record<string, string>> = {
  multicast_router: 'mcast_router',
  linkmode: 'mode',
  group_addr: 'group_address',
  mcast_last_member_cnt: 'mcast_last_member_count',
  mcast_startup_query_cnt: 'mcast_startup_query_count',
};

/** As the words of text. */
function pairsOf(item: Item): Map<string, string> {
  const pairs = Object.entries(item).flatMap(([name, value]): [string, string][] => {
    if (typeof value === 'boolean') return [[TEXT_NAMES[name] ?? name, value ? 'on' : 'off']];
    if (typeof value !== 'string' && typeof value !== 'number') return [];
    return [[TEXT_NAMES[name] ?? name, String(value)]];
  });
  return new Map(pairs);
}

/** `mcast_querier_intvl` is `mcast_querier_interval`. */
function renamed(pairs: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...pairs].map(([name, value]) => [name.replace(/_intvl$/, '_interval'), value]));
}
