/** What ESXi itself calls each outcome of its virtual switches, and the command with which an administrator sees it. Names are
 * counters of NSX and drop reasons of `pktcap-uw`. */
import type { Sighting } from './sighting.ts';
import type { ReasonId } from '../../outcome/reasons.ts';

const STATS = 'esxcli network port stats get -p <ポート番号>';
const DROPS = 'pktcap-uw --capture Drop';
const SECURITY = 'esxcli network vswitch standard portgroup policy security get -p <ポートグループ>';
const NICS = 'esxcli network nic list';
const UNSEEN: Sighting = { name: null, command: null, none: 'この事象だけを見るコマンドはありません。' };
const UNTOLD: Sighting = { name: null, command: null, none: '製品の資料に、見る手段の記載がありません。' };

export const VMWARE_VSS: Readonly<Partial<Record<ReasonId, Sighting>>> = {
  'link-down': { name: null, command: NICS },
  'port-disabled': { name: null, command: SECURITY },
  'ring-full': { name: null, command: 'esxtop' },
  'reserved-dst': UNTOLD,
  'bpdu-filter': { name: null, command: 'esxcli system settings advanced list -o /Net/BlockGuestBPDU' },
  'reverse-filter': { name: null, command: DROPS },
  'vlan-mismatch': { name: 'VlanTag Mismatch', command: DROPS },
  'vlan-not-allowed': { name: 'VlanTag Mismatch', command: 'esxcli network vswitch standard portgroup list' },
  'forged-src-mac': { name: 'forged_transmit_rx_drops', command: STATS },
  'mac-changed-rx': { name: null, command: SECURITY },
  'unknown-dst': { name: 'unknown_unicast_rx_uplink_pkts', command: STATS },
  'no-uplink': { name: null, command: 'esxcli network vswitch standard list' },
  'split-horizon': { name: null, command: DROPS },
  'mcast-not-member': UNTOLD,
  'local-only': { name: null, command: 'esxcli network vm port list -w <World ID>' },
  'unknown-not-flooded': { name: null, command: STATS },
  'uplink-not-chosen': { name: null, command: 'esxcli network vswitch standard policy failover get -v <スイッチ>' },
  'mtu-exceeded': { name: null, command: DROPS },
  'learning-off': UNSEEN,
  delivered: UNSEEN,
  flooded: UNSEEN,
  'to-uplink': { name: null, command: 'esxtop (n)' },
  'promiscuous-copy': { name: null, command: SECURITY },
  'tag-pushed': UNSEEN,
  'tag-popped': UNSEEN,
  'uplink-failover': { name: null, command: NICS },
};

const PORT_GROUP = 'Get-VDPortgroup -Name <ポートグループ>';

/** Where a distributed switch differs: its settings are kept by vCenter Server. */
export const VMWARE_VDS: Readonly<Partial<Record<ReasonId, Sighting>>> = {
  ...VMWARE_VSS,
  'port-disabled': { name: null, command: STATS },
  'vlan-not-allowed': { name: null, command: 'esxcli network vswitch dvs vmware list' },
  'mac-changed-rx': { name: null, command: `${PORT_GROUP} | Get-VDSecurityPolicy` },
  'mac-limit': { name: null, command: STATS },
  'pvlan-blocked': UNTOLD,
  'no-uplink': { name: null, command: 'esxcli network vswitch dvs vmware list' },
  'uplink-not-chosen': { name: null, command: `${PORT_GROUP} | Get-VDUplinkTeamingPolicy` },
  learned: UNSEEN,
  'entry-refreshed': UNSEEN,
  'entry-moved': UNSEEN,
  'entry-pinned': UNSEEN,
  'entry-expired': UNSEEN,
  'table-full': UNSEEN,
  'promiscuous-copy': { name: null, command: `${PORT_GROUP} | Get-VDSecurityPolicy` },
};
