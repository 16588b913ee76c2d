/**
 * What no switch and no host here can decide yet: other products' port security, uplinks and network cards, and the parts of
 * Linux that are not modelled. How texts are written stands in `reason-text.ts`.
 */
import type { ReasonText } from './reason-text.ts';

/** Apart, so that a page that needs nothing else of here need not carry it. */
export const GROUP_SRC = {
  ja: 'グループの送信元',
  sentence: '送信元{src}はグループアドレスなので、覚えずに転送します。',
} as const satisfies ReasonText;

export const OTHER_REASONS = {
  'group-src': GROUP_SRC,
  'ring-full': {
    ja: 'リング満杯',
    sentence: '{port}の待ち行列は{size}個で満杯です。{count}個目が入りません。',
  },
  'bpdu-filter': {
    ja: 'BPDUフィルター',
    sentence: '{port}では{knob}が{value}なので、BPDUを中継しません。',
  },
  'bpdu-guard': {
    ja: 'BPDUガード',
    sentence: '{port}でBPDUを受け取りました。guardがonなので、ポートを無効にします。',
  },
  'acl-reject': {
    ja: '拒否の通知つき破棄',
    sentence: '規則{rule}に当たりました。破棄して{reply}を返します。',
  },
  'host-fw': {
    ja: 'ホストFW',
    sentence: '{path}により、ホストの{chain}の規則「{match}」に当たりました。',
  },
  'mcast-not-member': {
    ja: 'グループ未参加',
    sentence: '{port}は{group}に参加していないので、広げる先から外しました。',
  },
  'neigh-suppressed': {
    ja: 'ARPの代理応答',
    sentence: '{port}はneigh_suppressがonです。ARPはスイッチが答えるので広げません。',
  },
  'local-only': {
    ja: 'ホスト内で完結',
    sentence: '{dst}はこのホストの{owner}なので、{port}へは出しません。',
  },
  'table-full': {
    ja: '覚えきれない',
    sentence: '覚えた数は{count}で、上限{limit}です。{src}は覚えずに転送します。',
  },
  'to-control': {
    ja: '制御機能へ',
    sentence: '宛先{dst}は{function}が受け取ります。ポートへは中継しません。',
  },
  redirected: {
    ja: '予備ポートへ',
    sentence: '{port}が使えないので、予備の{backup}へ出しました。',
  },
  'diverted-to-stack': {
    ja: 'ブリッジしない',
    sentence: 'brouteの規則{rule}により、{port}のIPスタックへ渡しました。',
  },
  'root-guard': {
    ja: 'ルートガード',
    sentence: '{port}に、より強いBPDUが来ました。root_blockにより転送を止めます。',
  },
  'df-needed': {
    ja: '分割禁止で超過',
    sentence: '長さは{length}、次の区間のMTUは{mtu}です。DFが付くので分割できません。',
  },
  'guest-fw': {
    ja: 'ゲストFW',
    sentence: 'ゲストの{chain}で、規則「{match}」に当たりました。動作は{action}です。',
  },
  'icmp-rate-limited': {
    ja: 'ICMPの抑制',
    sentence: '{destination}への知らせは毎秒{limit}個までなので、今回は送りません。',
  },
  'port-disabled': {
    ja: 'ポート無効',
    sentence: '{port}は管理者が{direction}を無効にしているので、通しません。',
  },
  'reverse-filter': {
    ja: '戻ってきたフレーム',
    sentence: '{uplink}で受けましたが、{src}の正しい入口は{chosen}です。',
  },
  'forged-src-mac': {
    ja: '送信元MAC偽装',
    sentence: '送信元は{src}ですが、{port}に認めたMACは{allowed}です。',
  },
  'pvlan-blocked': {
    ja: 'プライベートVLANの規則',
    sentence: '入口は{inRole}、出口{port}は{outRole}です。この組は通しません。',
  },
  'extension-drop': {
    ja: '拡張機能による破棄',
    sentence: '拡張機能{extension}が、このフレームを破棄しました。',
  },
  'unknown-dst': {
    ja: '宛先不明',
    sentence: '{dst}は[VLAN{vid}の]表にありません。{from}から来た不明な宛先は破棄します。',
  },
  'split-horizon': {
    ja: '中継禁止',
    sentence: '{ingress}で受けたフレームは、別のアップリンク{port}へ出しません。',
  },
  'unknown-not-flooded': {
    ja: '不明な宛先は広げない',
    sentence: '{port}は{condition}ではないので、不明な宛先{dst}を広げません。',
  },
  'to-uplink': {
    ja: 'アップリンクへ',
    sentence: '{dst}はこのホストの表にないので、{port}から外へ出しました。',
  },
  mirrored: {
    ja: 'ミラー',
    sentence: '{port}へ写しを1つ出しました。元の行き先は変わりません。',
  },
} as const satisfies Readonly<Record<string, ReasonText>>;
