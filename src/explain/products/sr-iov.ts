/** How an SR-IOV NIC shows each outcome on the host: `<PF>` is the network device of the physical function. */
import type { Sighting } from './sighting.ts';
import type { ReasonId } from '../../outcome/reasons.ts';

const VF_STATISTICS: Sighting = { name: null, command: 'ip -s link show dev <PF>' };
const VF_SETTINGS: Sighting = { name: null, command: 'ip link show dev <PF>' };
const UNSEEN: Sighting = { name: null, command: null, none: 'この事象だけを見るコマンドはありません。' };

export const SR_IOV: Readonly<Partial<Record<ReasonId, Sighting>>> = {
  'link-down': VF_SETTINGS,
  pause: VF_STATISTICS,
  'reserved-dst': VF_STATISTICS,
  'reverse-filter': VF_STATISTICS,
  'vlan-mismatch': VF_STATISTICS,
  'vlan-not-allowed': VF_SETTINGS,
  'forged-src-mac': { name: 'Spoofed packets detected', command: 'dmesg' },
  'unknown-dst': VF_STATISTICS,
  'ingress-port': { name: null, command: null, none: '専用のカウンターや記録はありません。' },
  'mcast-not-member': { name: null, command: null, none: '製品の資料に、見る手段の記載がありません。' },
  'local-only': VF_SETTINGS,
  'learning-off': UNSEEN,
  delivered: UNSEEN,
  flooded: UNSEEN,
  'to-uplink': { name: null, command: 'ethtool -S <PF>' },
  'promiscuous-copy': UNSEEN,
  'tag-pushed': UNSEEN,
  'tag-popped': UNSEEN,
};
