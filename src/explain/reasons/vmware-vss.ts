/** What only VMware's virtual switches decide about a frame, and what they say otherwise than a bridge. How texts are written stands in
 * `reason-text.ts`. */
import type { ReasonId } from '../../outcome/reasons.ts';
import { BRIDGE_REASONS } from './bridge.ts';
import {
  BPDU_FILTER,
  FORGED_SRC_MAC,
  GROUP_SRC,
  LOCAL_ONLY,
  MCAST_NOT_MEMBER,
  PORT_DISABLED,
  PVLAN_BLOCKED,
  SPLIT_HORIZON,
  TABLE_FULL,
  TO_UPLINK,
  UNKNOWN_DST,
  UNKNOWN_NOT_FLOODED,
} from './elsewhere.ts';
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
  // filter
  'implicit-allow': {
    ja: '暗黙の許可',
    sentence: 'どの規則にも当たらないので、通しました。',
  },
  'pcp-marked': {
    ja: '優先度の書き換え',
    sentence: '規則{rule}「{match}」に当たったので、優先度を{pcp}にしました。',
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
  'port-disabled': PORT_DISABLED,
  'bpdu-filter': BPDU_FILTER,
  'forged-src-mac': FORGED_SRC_MAC,
  'pvlan-blocked': PVLAN_BLOCKED,
  'unknown-dst': UNKNOWN_DST,
  'split-horizon': SPLIT_HORIZON,
  'mcast-not-member': MCAST_NOT_MEMBER,
  'local-only': LOCAL_ONLY,
  'unknown-not-flooded': UNKNOWN_NOT_FLOODED,
  'table-full': TABLE_FULL,
  'group-src': GROUP_SRC,
  'to-uplink': TO_UPLINK,
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
