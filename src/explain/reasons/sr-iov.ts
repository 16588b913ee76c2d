/** What the switch inside an SR-IOV NIC decides about a frame. How texts are written stands in `reason-text.ts`. */
import { BRIDGE_REASONS } from './bridge.ts';
import { FORGED_SRC_MAC, LOCAL_ONLY, MCAST_NOT_MEMBER } from './elsewhere.ts';
import type { ReasonText } from './reason-text.ts';

export const SR_IOV_REASONS = {
  // As every switch says it
  'link-down': BRIDGE_REASONS['link-down'],
  runt: BRIDGE_REASONS.runt,
  'unknown-port': BRIDGE_REASONS['unknown-port'],
  'malformed-header': BRIDGE_REASONS['malformed-header'],
  'invalid-src': BRIDGE_REASONS['invalid-src'],
  pause: BRIDGE_REASONS.pause,
  'reserved-vid': BRIDGE_REASONS['reserved-vid'],
  'same-port': BRIDGE_REASONS['same-port'],
  'no-target': BRIDGE_REASONS['no-target'],
  'ingress-port': BRIDGE_REASONS['ingress-port'],
  'mtu-exceeded': BRIDGE_REASONS['mtu-exceeded'],
  delivered: BRIDGE_REASONS.delivered,
  flooded: BRIDGE_REASONS.flooded,
  'mcast-not-member': MCAST_NOT_MEMBER,
  'local-only': LOCAL_ONLY,
  'forged-src-mac': FORGED_SRC_MAC,
  // In its own words
  'reserved-dst': {
    ja: '予約された宛先',
    sentence: '{dst}宛ての制御フレームです。{knob}が{value}なので、NICが破棄しました。',
  },
  'reverse-filter': {
    ja: '戻ってきたフレーム',
    sentence: '{uplink}から折り返された、{chosen}自身のフレームです。送信元が{src}なので渡しません。',
  },
  'vlan-mismatch': {
    ja: 'VLAN不一致',
    sentence: '{port}が送れるのは{accepts}です。届いたのはVIDが{vid}のタグ付きなので、入口で破棄しました。',
  },
  'vlan-not-allowed': {
    ja: '許可VLAN外',
    sentence: '{port}が受け取るのは{members}です。{frame}のフレームは渡しません。',
  },
  'unknown-dst': {
    ja: '宛先不明',
    sentence:
      '{dst}は[VLAN{vid}の]表にありません。{from}から来た不明な宛先は破棄します。[{asker}はtrust offなので受け取れません。]',
  },
  'learning-off': {
    ja: '学習しない設定',
    sentence: '表に載るのはドライバーが登録したMACアドレスだけです。{src}を覚えません。',
  },
  'to-uplink': {
    ja: 'アップリンクへ',
    sentence: '{dst}宛てのフレームを、[VLAN{vid}で]{port}から外へ出しました。',
  },
  'promiscuous-copy': {
    ja: 'プロミスキャス受信',
    sentence: '{port}はプロミスキャスです。[VLAN{vid}の]写しを受け取りました。',
  },
  'tag-pushed': {
    ja: 'タグを付けた',
    sentence: 'NICがVLAN{vid}のタグを付けて、{port}へ出しました。',
  },
  'tag-popped': {
    ja: 'タグを外した',
    sentence: '{port}のポートVLANは{vid}です。NICがタグを外して渡しました。',
  },
} as const satisfies Readonly<Record<string, ReasonText>>;
