/**
 * What several products say, and what no switch and no host here can decide yet. One by one, so that a page carries only those
 * that its products say. How texts are written stands in `reason-text.ts`.
 */
import type { ReasonText } from './reason-text.ts';

export const GROUP_SRC = {
  ja: 'グループの送信元',
  sentence: '送信元{src}はグループアドレスなので、覚えずに転送します。',
} as const satisfies ReasonText;

export const RING_FULL = {
  ja: 'リング満杯',
  sentence: '{port}の待ち行列は{size}個で満杯です。{count}個目が入りません。',
} as const satisfies ReasonText;

export const BPDU_FILTER = {
  ja: 'BPDUフィルター',
  sentence: '{port}では{knob}が{value}なので、BPDUを中継しません。',
} as const satisfies ReasonText;

export const BPDU_GUARD = {
  ja: 'BPDUガード',
  sentence: '{port}でBPDUを受け取りました。guardがonなので、ポートを無効にします。',
} as const satisfies ReasonText;

export const ACL_REJECT = {
  ja: '拒否の通知つき破棄',
  sentence: '規則{rule}に当たりました。破棄して{reply}を返します。',
} as const satisfies ReasonText;

export const HOST_FW = {
  ja: 'ホストFW',
  sentence: '{path}により、ホストの{chain}の規則「{match}」に当たりました。',
} as const satisfies ReasonText;

export const MCAST_NOT_MEMBER = {
  ja: 'グループ未参加',
  sentence: '{port}は{group}に参加していないので、広げる先から外しました。',
} as const satisfies ReasonText;

export const NEIGH_SUPPRESSED = {
  ja: 'ARPの代理応答',
  sentence: '{port}はneigh_suppressがonです。ARPはスイッチが答えるので広げません。',
} as const satisfies ReasonText;

export const LOCAL_ONLY = {
  ja: 'ホスト内で完結',
  sentence: '{dst}はこのホストの{owner}なので、{port}へは出しません。',
} as const satisfies ReasonText;

export const TABLE_FULL = {
  ja: '覚えきれない',
  sentence: '覚えた数は{count}で、上限{limit}です。{src}は覚えずに転送します。',
} as const satisfies ReasonText;

export const TO_CONTROL = {
  ja: '制御機能へ',
  sentence: '宛先{dst}は{function}が受け取ります。ポートへは中継しません。',
} as const satisfies ReasonText;

export const REDIRECTED = {
  ja: '予備ポートへ',
  sentence: '{port}が使えないので、予備の{backup}へ出しました。',
} as const satisfies ReasonText;

export const DIVERTED_TO_STACK = {
  ja: 'ブリッジしない',
  sentence: 'brouteの規則{rule}により、{port}のIPスタックへ渡しました。',
} as const satisfies ReasonText;

export const ROOT_GUARD = {
  ja: 'ルートガード',
  sentence: '{port}に、より強いBPDUが来ました。root_blockにより転送を止めます。',
} as const satisfies ReasonText;

export const DF_NEEDED = {
  ja: '分割禁止で超過',
  sentence: '長さは{length}、次の区間のMTUは{mtu}です。DFが付くので分割できません。',
} as const satisfies ReasonText;

export const GUEST_FW = {
  ja: 'ゲストFW',
  sentence: 'ゲストの{chain}で、規則「{match}」に当たりました。動作は{action}です。',
} as const satisfies ReasonText;

export const ICMP_RATE_LIMITED = {
  ja: 'ICMPの抑制',
  sentence: '{destination}への知らせは毎秒{limit}個までなので、今回は送りません。',
} as const satisfies ReasonText;

export const PORT_DISABLED = {
  ja: 'ポート無効',
  sentence: '{port}は管理者が{direction}を無効にしているので、通しません。',
} as const satisfies ReasonText;

export const REVERSE_FILTER = {
  ja: '戻ってきたフレーム',
  sentence: '{uplink}で受けましたが、{src}の正しい入口は{chosen}です。',
} as const satisfies ReasonText;

export const FORGED_SRC_MAC = {
  ja: '送信元MAC偽装',
  sentence: '送信元は{src}ですが、{port}に認めたMACは{allowed}です。',
} as const satisfies ReasonText;

export const PVLAN_BLOCKED = {
  ja: 'プライベートVLANの規則',
  sentence: '入口は{inRole}、出口{port}は{outRole}です。この組は通しません。',
} as const satisfies ReasonText;

export const EXTENSION_DROP = {
  ja: '拡張機能による破棄',
  sentence: '拡張機能{extension}が、このフレームを破棄しました。',
} as const satisfies ReasonText;

export const UNKNOWN_DST = {
  ja: '宛先不明',
  sentence: '{dst}は[VLAN{vid}の]表にありません。{from}から来た不明な宛先は破棄します。',
} as const satisfies ReasonText;

export const SPLIT_HORIZON = {
  ja: '中継禁止',
  sentence: '{ingress}で受けたフレームは、別のアップリンク{port}へ出しません。',
} as const satisfies ReasonText;

export const UNKNOWN_NOT_FLOODED = {
  ja: '不明な宛先は広げない',
  sentence: '{port}は{condition}ではないので、不明な宛先{dst}を広げません。',
} as const satisfies ReasonText;

export const TO_UPLINK = {
  ja: 'アップリンクへ',
  sentence: '{dst}はこのホストの表にないので、{port}から外へ出しました。',
} as const satisfies ReasonText;

export const MIRRORED = {
  ja: 'ミラー',
  sentence: '{port}へ写しを1つ出しました。元の行き先は変わりません。',
} as const satisfies ReasonText;

/** All of them. */
export const OTHER_REASONS = {
  'group-src': GROUP_SRC,
  'ring-full': RING_FULL,
  'bpdu-filter': BPDU_FILTER,
  'bpdu-guard': BPDU_GUARD,
  'acl-reject': ACL_REJECT,
  'host-fw': HOST_FW,
  'mcast-not-member': MCAST_NOT_MEMBER,
  'neigh-suppressed': NEIGH_SUPPRESSED,
  'local-only': LOCAL_ONLY,
  'table-full': TABLE_FULL,
  'to-control': TO_CONTROL,
  redirected: REDIRECTED,
  'diverted-to-stack': DIVERTED_TO_STACK,
  'root-guard': ROOT_GUARD,
  'df-needed': DF_NEEDED,
  'guest-fw': GUEST_FW,
  'icmp-rate-limited': ICMP_RATE_LIMITED,
  'port-disabled': PORT_DISABLED,
  'reverse-filter': REVERSE_FILTER,
  'forged-src-mac': FORGED_SRC_MAC,
  'pvlan-blocked': PVLAN_BLOCKED,
  'extension-drop': EXTENSION_DROP,
  'unknown-dst': UNKNOWN_DST,
  'split-horizon': SPLIT_HORIZON,
  'unknown-not-flooded': UNKNOWN_NOT_FLOODED,
  'to-uplink': TO_UPLINK,
  mirrored: MIRRORED,
} as const;
