/** What an 802.1Q bridge, a bare one or Linux's, decides about a frame. How texts are written stands in `reason-text.ts`. */
import type { ReasonText } from './reason-text.ts';

export const BRIDGE_REASONS = {
  // link
  'link-down': {
    ja: 'リンク断',
    sentence: '{port}は未接続（link {link}）なので、フレームを通せません。',
  },
  runt: {
    ja: '短すぎるフレーム',
    sentence: '長さは{length}バイトです。物理の口の下限{min}バイトに届きません。',
  },
  'short-tagged': {
    ja: 'タグ付きの短いフレーム',
    sentence: 'タグ付きで{length}バイトです。下限の{min}バイトに届かないので破棄しました。',
  },
  // filter
  'unknown-port': {
    ja: 'ポート不明',
    sentence: '入口{port}は、仮想スイッチに登録されていません。',
  },
  'malformed-header': {
    ja: 'ヘッダーの誤り',
    sentence: '{protocol}のヘッダーの{field}が{value}で、規格に合いません。',
  },
  // ingress
  'invalid-src': {
    ja: '送信元MACが不正',
    sentence: '送信元MACは{src}です。{what}は送信元に使えないので破棄しました。',
  },
  pause: {
    ja: 'pauseフレーム',
    sentence: '宛先は{dst}です。pauseは隣の機器だけに宛てたもので、中継しません。',
  },
  'reserved-dst': {
    ja: '予約された宛先',
    sentence: '宛先{dst}は中継しない決まりのアドレスです。[{knob}は{value}です。]',
  },
  'stp-state': {
    ja: 'STPの状態',
    sentence: '{port}のSTP状態は{state}です。{allowed}のときだけ通します。',
  },
  // vlan
  'no-pvid': {
    ja: 'PVIDなし',
    sentence: '{frame}です。{port}にPVIDがなく、VLANが決まりません。',
  },
  'vlan-mismatch': {
    ja: 'VLAN不一致',
    sentence: '{port}が受け入れるのは{accepts}です。届いたのはVLAN{vid}のタグ付きなので、入口で破棄しました。',
  },
  'reserved-vid': {
    ja: '予約されたVID',
    sentence: 'VIDが{vid}です。0と4095はVLAN番号に使えないので破棄しました。',
  },
  'vlan-state': {
    ja: 'VLANごとの状態',
    sentence: '{port}のVLAN{vid}の状態は{state}です。{allowed}のときだけ通します。',
  },
  // egress
  'vlan-not-allowed': {
    ja: '許可VLAN外',
    sentence: '{port}はVLAN{vid}のメンバーではありません。出せるのは{members}です。',
  },
  'host-not-in-vlan': {
    ja: 'ホストはVLAN外',
    sentence: 'ホスト自身の口（{port}）はVLAN{vid}のメンバーではないので、届きません。',
  },
  // admission
  locked: {
    ja: 'ロックされたポート',
    sentence: '{port}はlockedです。{src}は、このポート[とVLAN{vid}]で認められていません。',
  },
  // filter
  'acl-deny': {
    ja: 'ACL拒否',
    sentence: '規則{rule}「{match}」に当たったので、{action}しました。',
  },
  'implicit-deny': {
    ja: '暗黙の拒否',
    sentence: '{rules}個の規則のどれにも当たらないので、既定の動作で{policy}しました。',
  },
  // lookup
  'same-port': {
    ja: '宛先が入口と同じ',
    sentence: '{dst}は入口{port}の先にいます。同じポートへは返しません。',
  },
  'no-target': {
    ja: '出口なし',
    sentence: '出せるポートがありません。外したのは{filtered}です。',
  },
  // egress
  'ingress-port': {
    ja: '入口には返さない',
    sentence: '{port}は入口なので、広げる先から外しました。',
  },
  isolated: {
    ja: '隔離ポートどうし',
    sentence: '{ingress}と{port}はどちらも{flag}なので、互いに通しません。',
  },
  'flood-off': {
    ja: 'フラッディング停止',
    sentence: '{port}は{flag}がoffなので、{class}を広げません。',
  },
  // lookup
  'host-excluded': {
    ja: 'ホストには渡さない',
    sentence: '{dst}は表にない宛先です。ホスト自身の口（{port}）には渡しません。',
  },
  // egress
  'mtu-exceeded': {
    ja: 'MTU超過',
    sentence: '長さは{length}バイトで、{port}の上限{limit}バイトを超えます。',
  },
  // learning
  learned: {
    ja: '学習',
    sentence: '{src}を[VLAN{vid}の]{port}として覚えました。',
  },
  'entry-refreshed': {
    ja: '更新',
    sentence: '{src}の行の時計を0に戻しました。ポートは{port}のままです。',
  },
  'entry-moved': {
    ja: '移動',
    sentence: '{src}の行を{from}から{to}へ移しました。',
  },
  'entry-pinned': {
    ja: '固定の行',
    sentence: '{src}は{entry}の行で{from}に固定されています。{port}へは移しません。',
  },
  'entry-expired': {
    ja: '期限切れ',
    sentence: '{mac}の行は{age}秒使われていません。上限{limit}秒を過ぎたので使いません。',
  },
  'learning-off': {
    ja: '学習しない設定',
    sentence: '{where}の学習は{value}なので、{src}を覚えません。',
  },
  'own-src': {
    ja: '自分のMACが送信元',
    sentence: '送信元{src}はこのスイッチ自身のMACです。覚えずに転送します。',
  },
  // egress
  delivered: {
    ja: '配達',
    sentence: '{dst}は[VLAN{vid}の]表に{port}とあります。{port}へ出しました。',
  },
  // lookup
  flooded: {
    ja: 'フラッディング',
    sentence: '{dst}は{class}です。[VLAN{vid}の]{count}ポート[（{ports}）]へ広げました。',
    none: '{dst}は{class}です。[VLAN{vid}の]全部のポートへ広げようとしました。',
  },
  'to-host': {
    ja: 'ホストへ',
    sentence: '{dst}はホストの口{port}宛てなので、ホストへ渡しました。',
  },
  // egress
  'promiscuous-copy': {
    ja: 'プロミスキャス受信',
    sentence: '{port}はプロミスキャス許可です。[VLAN{vid}の]写しを受け取りました。',
  },
  hairpinned: {
    ja: '折り返し',
    sentence: '{port}はhairpinがonなので、入口へも返しました。',
  },
  'tag-pushed': {
    ja: 'タグを付けた',
    sentence: '{port}はVLAN{vid}をタグ付きで出すので、タグを付けました。',
  },
  'tag-popped': {
    ja: 'タグを外した',
    sentence: '{port}はVLAN{vid}をタグなしで出すので、タグを外しました。',
  },
  'pcp-reset': {
    ja: '優先度が消えた',
    sentence: '優先度{pcp}は、{why}ため{result}になりました。',
  },
} as const satisfies Readonly<Record<string, ReasonText>>;
