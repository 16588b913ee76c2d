/**
 * `ip [-s] link show PF` as text, in the form of today's tool and in that of iproute2 before 5.2 (`vf 0 MAC …`).
 *
 * Read first: iproute2 ip/ipaddress.c: print_linkinfo, print_vfinfo, print_vf_stats64, print_stats64. What surprises: VLAN,
 * priority and rates are left out where they are 0, a limit on the rate stands there twice, and columns of numbers are
 * flush right since 5.19.
 */
import type { LinkCounters, LinkRecord, VfCounters, VfRecord } from './link-record.ts';

export interface TextForm {
  /** Of a tool before 5.2. */
  readonly isOld?: boolean;
}

const BROADCAST = 'ff:ff:ff:ff:ff:ff';

export function linkText(record: LinkRecord, counters: LinkCounters | null, form: TextForm = {}): string {
  const { index, name, mac, mtu, isUp, hasCarrier } = record;
  const state = isUp && hasCarrier ? 'UP' : 'DOWN';
  const lines = [
    `${index}: ${name}: <${linkFlags(record).join(',')}> mtu ${mtu} qdisc mq state ${state} mode DEFAULT group default qlen 1000`,
    `    link/ether ${mac} brd ${BROADCAST}`,
    ...(counters === null ? [] : linkStatistics(counters)),
  ];
  record.vfs.forEach((vf, position) => {
    lines.push(vfText(vf, form));
    if (counters !== null) lines.push(...vfStatistics(counters.vfs[position]!, form));
  });
  return `${lines.join('\n')}\n`;
}

/** As `<…>` has them, and JSON. */
export function linkFlags({ isUp, hasCarrier, isPromisc, isAllmulti }: LinkRecord): string[] {
  return [
    ...(isUp && !hasCarrier ? ['NO-CARRIER'] : []),
    'BROADCAST',
    'MULTICAST',
    ...(isAllmulti ? ['ALLMULTI'] : []),
    ...(isPromisc ? ['PROMISC'] : []),
    ...(isUp ? ['UP'] : []),
    ...(isUp && hasCarrier ? ['LOWER_UP'] : []),
  ];
}

function vfText(record: VfRecord, { isOld }: TextForm): string {
  const { vf, mac, vlan, qos, proto, maxTxRate, minTxRate, spoofchk, state, trust, queryRss } = record;
  return [
    isOld === true ? `    vf ${vf} MAC ${mac}` : `    vf ${vf}     link/ether ${mac} brd ${BROADCAST}`,
    ...(vlan === 0 ? [] : [`vlan ${vlan}`]),
    ...(qos === 0 ? [] : [`qos ${qos}`]),
    ...(proto === '802.1Q' ? [] : [`vlan protocol ${proto}`]),
    // The kernel tells the limit under its old name as well.
    ...(maxTxRate === 0 ? [] : [`tx rate ${maxTxRate} (Mbps)`, `max_tx_rate ${maxTxRate}Mbps`]),
    ...(minTxRate === 0 ? [] : [`min_tx_rate ${minTxRate}Mbps`]),
    ...(spoofchk === null ? [] : [`spoof checking ${onOff(spoofchk)}`]),
    ...(state === null ? [] : [`link-state ${state}`]),
    ...(trust === null ? [] : [`trust ${onOff(trust)}`]),
    ...(queryRss === null ? [] : [`query_rss ${onOff(queryRss)}`]),
  ].join(', ');
}

function onOff(value: boolean): string {
  return value ? 'on' : 'off';
}

// --- -s

/** Least widths of the columns: those of the longest heads that any version of the table has. */
const LINK_WIDTHS = [10, 7, 6, 7, 7, 7, 10];
const VF_WIDTHS = [10, 8, 7, 7, 8];

function linkStatistics({ rx, tx }: LinkCounters): string[] {
  const widths = LINK_WIDTHS.map((width, column) =>
    Math.max(width, ...[rx, tx].map((values) => String(values[column] ?? 0).length)),
  );
  const head = (direction: string, names: readonly string[]): string =>
    `    ${direction}: ${[...names, ''].map((name, column) => name.padStart(widths[column]! - (column === 0 ? 4 : 0))).join(' ')}`;
  const row = (values: readonly number[]): string => `    ${numbers(values, widths)}`;
  return [
    head('RX', ['bytes', 'packets', 'errors', 'dropped', 'missed', 'mcast']),
    row(rx),
    head('TX', ['bytes', 'packets', 'errors', 'dropped', 'carrier', 'collsns']),
    row(tx),
  ];
}

function vfStatistics({ rx, tx }: VfCounters, { isOld }: TextForm): string[] {
  const print = isOld === true ? numbersToTheLeft : numbers;
  return [
    `    RX: bytes  packets  mcast   bcast   dropped `,
    `    ${print(rx, VF_WIDTHS)}`,
    `    TX: bytes  packets   dropped `,
    `    ${print(tx, [VF_WIDTHS[0]!, VF_WIDTHS[1]!, VF_WIDTHS[4]!])}`,
  ];
}

function numbers(values: readonly number[], widths: readonly number[]): string {
  return values.map((value, column) => `${String(value).padStart(widths[column]!)} `).join('');
}

function numbersToTheLeft(values: readonly number[], widths: readonly number[]): string {
  return values.map((value, column) => `${String(value).padEnd(widths[column]!)} `).join('');
}
