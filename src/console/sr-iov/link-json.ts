/**
 * `ip -j [-s] link show PF`.
 *
 * Read first: iproute2 ip/ipaddress.c, the same functions as the text's. What surprises: without a VLAN the list of VLANs
 * holds an empty object, a direction's counters have other names for VFs than for the device, and `rate` is there even
 * where nothing is limited.
 */
import type { LinkCounters, LinkRecord, VfCounters, VfRecord } from './link-record.ts';
import { linkFlags } from './link-text.ts';

const BROADCAST = 'ff:ff:ff:ff:ff:ff';

export function linkJson(record: LinkRecord, counters: LinkCounters | null): string {
  const { index, name, mac, mtu, isUp, hasCarrier, vfs } = record;
  const link = {
    ifindex: index,
    ifname: name,
    flags: linkFlags(record),
    mtu,
    qdisc: 'mq',
    operstate: isUp && hasCarrier ? 'UP' : 'DOWN',
    linkmode: 'DEFAULT',
    group: 'default',
    txqlen: 1000,
    link_type: 'ether',
    address: mac,
    broadcast: BROADCAST,
    ...(counters !== null && { stats64: linkStatistics(counters) }),
    ...(vfs.length > 0 && {
      vfinfo_list: vfs.map((vf, position) => vfObject(vf, counters === null ? null : counters.vfs[position]!)),
    }),
  };
  return `${JSON.stringify([link])}\n`;
}

function vfObject(record: VfRecord, counters: VfCounters | null): object {
  const { vf, mac, vlan, qos, proto, maxTxRate, minTxRate, spoofchk, state, trust, queryRss } = record;
  return {
    vf,
    link_type: 'ether',
    address: mac,
    broadcast: BROADCAST,
    vlan_list: [
      { ...(vlan !== 0 && { vlan }), ...(qos !== 0 && { qos }), ...(proto !== '802.1Q' && { protocol: proto }) },
    ],
    ...(maxTxRate !== 0 && { tx_rate: maxTxRate }),
    rate: { max_tx: maxTxRate, min_tx: minTxRate },
    ...(spoofchk !== null && { spoofchk }),
    ...(state !== null && { link_state: state }),
    ...(trust !== null && { trust }),
    ...(queryRss !== null && { query_rss_en: queryRss }),
    ...(counters !== null && { stats: vfStatistics(counters) }),
  };
}

function linkStatistics({ rx, tx }: LinkCounters): object {
  return {
    rx: named(['bytes', 'packets', 'errors', 'dropped', 'over_errors', 'multicast'], rx),
    tx: named(['bytes', 'packets', 'errors', 'dropped', 'carrier_errors', 'collisions'], tx),
  };
}

function vfStatistics({ rx, tx }: VfCounters): object {
  return {
    rx: named(['bytes', 'packets', 'multicast', 'broadcast', 'dropped'], rx),
    tx: named(['tx_bytes', 'tx_packets', 'dropped'], tx),
  };
}

function named(names: readonly string[], values: readonly number[]): Record<string, number> {
  return Object.fromEntries(names.map((name, index) => [name, values[index]!]));
}
