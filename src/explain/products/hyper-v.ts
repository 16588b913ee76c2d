/**
 * What Hyper-V itself calls each outcome of its switch, and the command with which an administrator sees it. Names are
 * drop reasons of `pktmon`, or counters. That the names exist is documented; which frame bears which is mostly not.
 */
import type { Sighting } from './sighting.ts';
import type { ReasonId } from '../../outcome/reasons.ts';

const PKTMON = 'pktmon start --capture';
const ADAPTER = 'Get-VMNetworkAdapter -VMName <VM名>';

const dropped = (name: string): Sighting => ({ name, isUnverified: true, command: PKTMON });
const UNSEEN: Sighting = { name: null, command: null, none: 'この事象だけを見るコマンドはありません。' };

export const HYPER_V: Readonly<Partial<Record<ReasonId, Sighting>>> = {
  'link-down': { name: 'NicDisabled', isUnverified: true, command: ADAPTER },
  'port-disabled': dropped('NicDisabled'),
  'ring-full': {
    name: null,
    command: String.raw`Get-Counter "\Hyper-V Virtual Switch Port(*)\Dropped Packets Incoming/sec"`,
  },
  'invalid-src': { name: 'InvalidSourceMac', command: PKTMON },
  'reserved-dst': dropped('BridgeReserved'),
  'vlan-mismatch': dropped('UnauthorizedVLAN / InvalidVlanFormat / FilteredIsolationUntagged'),
  'vlan-not-allowed': dropped('FilteredVLAN'),
  'forged-src-mac': { name: 'MacSpoofing', command: PKTMON },
  'dhcp-guard': dropped('DhcpGuard'),
  'router-guard': dropped('RouterGuard'),
  'storm-limit': dropped('StormLimit'),
  'pvlan-blocked': dropped('FailedPvlanSetting'),
  'extension-drop': dropped('RequiredExtensionMissing / FailedSecurityPolicy'),
  'unknown-dst': dropped('InvalidDestMac'),
  'split-horizon': { name: null, command: PKTMON },
  'ingress-port': { name: null, command: null, none: '専用のカウンターと記録はありません。' },
  'unknown-not-flooded': { name: null, command: ADAPTER },
  'mtu-exceeded': dropped('MTUMismatch'),
  learned: UNSEEN,
  'entry-expired': UNSEEN,
  'learning-off': UNSEEN,
  delivered: UNSEEN,
  flooded: {
    name: 'Packets Flooded',
    command: String.raw`Get-Counter "\Hyper-V Virtual Switch(*)\Packets Flooded/sec"`,
  },
  mirrored: { name: null, command: ADAPTER },
  'tag-pushed': UNSEEN,
  'tag-popped': UNSEEN,
  'pcp-reset': UNSEEN,
};
