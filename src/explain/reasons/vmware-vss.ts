/** What only VMware's virtual switches decide about a frame, and what they say otherwise than a bridge. How texts are written stands in
 * `reason-text.ts`. */
import type { ReasonId } from '../../outcome/reasons.ts';
import { BRIDGE_REASONS } from './bridge.ts';
import { OTHER_REASONS } from './elsewhere.ts';
import type { ReasonText } from './reason-text.ts';

export const VMWARE_VSS_REASONS = {
  // egress
  'mac-changed-rx': {
    ja: 'MAC変更による受信停止',
    sentence: '{port}の有効MACは{effective}です。初期値{initial}に戻るまで受信しません。',
  },
  // admission
  'mac-limit': {
    ja: 'MAC数の上限',
    sentence: '{port}で覚えたMACは{count}個で、上限{limit}に達しています。',
  },
  // lookup
  'no-uplink': {
    ja: 'アップリンクなし',
    sentence: '{dst}はこのホストにいません。外へ出す口がないので破棄しました。',
  },
  'uplink-not-chosen': {
    ja: '選ばれなかったアップリンク',
    sentence: 'チーミングが選んだのは{chosen}です。{port}へは出しません。',
  },
  // link
  'uplink-failover': {
    ja: 'アップリンクの切り替え',
    sentence: '{from}が切れたので、{to}に切り替えました。',
  },
} as const satisfies Readonly<Record<string, ReasonText>>;

/** Everything that they say. */
export const VMWARE_VSS_TEXTS: Readonly<Partial<Record<ReasonId, ReasonText>>> = {
  ...BRIDGE_REASONS,
  ...VMWARE_VSS_REASONS,
  'port-disabled': OTHER_REASONS['port-disabled'],
  'bpdu-filter': OTHER_REASONS['bpdu-filter'],
  'forged-src-mac': OTHER_REASONS['forged-src-mac'],
  'pvlan-blocked': OTHER_REASONS['pvlan-blocked'],
  'unknown-dst': OTHER_REASONS['unknown-dst'],
  'split-horizon': OTHER_REASONS['split-horizon'],
  'mcast-not-member': OTHER_REASONS['mcast-not-member'],
  'local-only': OTHER_REASONS['local-only'],
  'unknown-not-flooded': OTHER_REASONS['unknown-not-flooded'],
  'table-full': OTHER_REASONS['table-full'],
  'group-src': OTHER_REASONS['group-src'],
  'to-uplink': OTHER_REASONS['to-uplink'],
  'reverse-filter': {
    ja: '戻ってきたフレーム',
    sentence: '{uplink}で受けましたが、[{src}の][{receiver}へ渡すフレームの]正しい入口は{chosen}です。',
  },
  // There is no setting that could be switched on, and no PVID.
  'learning-off': { ja: '学習しない設定', sentence: '{where}は送信元を学習しないので、{src}を覚えません。' },
  'no-pvid': { ja: 'PVIDなし', sentence: '{frame}です。{port}のトランク範囲に0がないので、入口で破棄しました。' },
};

/** How a frame got its VLAN. */
export const VMWARE_VSS_CLASSIFIED: Readonly<Record<string, string>> = {
  tag: 'VLAN{vid}のタグ付きで届いたので、VLAN{vid}のフレームとして扱います。',
  group: '{port}のポートグループはVLAN{vid}です。タグなしなので、VLAN{vid}に入れました。',
  'no-vlan': 'タグなしなので、VLAN IDが0のポートグループと同じ扱いです。',
  priority: 'VIDが0のタグなので、タグなしのフレームと同じに扱います。',
  'foreign-tag': 'このスイッチが見るタグとは種類が違います。タグなしとして扱い[、VLAN{vid}に入れ]ました。',
  'private-vlan': 'プライベートVLAN{vid}の{role}（VLAN{secondary}）のフレームです。',
};
