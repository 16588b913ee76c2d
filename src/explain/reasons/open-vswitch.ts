/** What Open vSwitch decides about a frame beside what every bridge does, and what it says in other words. */
import { BRIDGE_REASONS } from './bridge.ts';
import { GROUP_SRC } from './elsewhere.ts';
import type { ReasonText } from './reason-text.ts';

export const OPEN_VSWITCH_OWN = {
  'mirror-output': {
    ja: 'ミラー専用ポート',
    sentence: '{port}はミラーの出力専用です。ふつうのフレームは出し入れしません。',
  },
  'inner-vlan-not-allowed': {
    ja: '内側タグが対象外',
    sentence: '{port}は内側VLAN{inner}を出しません。出せる内側VLANは{cvlans}です。',
  },
  'bond-admission': {
    ja: '束ねた口の受信規則',
    sentence: '{port}は束の{role}です。{class}は{active}だけで受け取ります。',
  },
  'filter-before-learning': {
    ja: '学習より前の破棄',
    sentence: '破棄は学習より前なので、{src}を覚えません。',
  },
  'connection-state': {
    ja: '接続の状態',
    sentence: 'この流れの状態は{state}です。ゾーンは{zone}です。',
  },
  'ct-invalid': {
    ja: '接続の状態が不正',
    sentence: '規則{rule}は、状態が{state}のパケットを止めます。',
  },
  'entry-evicted': {
    ja: '追い出し',
    sentence: '表が{limit}行で満杯です。最も古い{mac}の行を消しました。',
  },
  'garp-hold': {
    ja: 'GARP後の保留',
    sentence: 'GARPから{elapsed}秒です。{hold}秒の間は束の口から学び直しません。',
  },
  'too-deep': {
    ja: '表の渡りすぎ',
    sentence: '表から表へ渡る回数が上限（{count}回、後戻りは{depth}段）を超えました。フレーム全体を破棄しました。',
  },
} as const satisfies Readonly<Record<string, ReasonText>>;

/** Its own knobs, where other products have others. */
const REWORDED = {
  'port-disabled': {
    ja: 'ポート無効',
    sentence: '{port}は{direction}の設定なので、通しません。',
  },
  'vlan-mismatch': {
    ja: 'VLAN不一致',
    sentence: '{port}が受け入れるのは{accepts}です。届いたのは{tag}なので、入口で破棄しました。',
  },
  'learning-off': {
    ja: '学習しないVLAN',
    sentence: 'このVLANは{value}にあります。学習せず、いつもフラッディングします。',
  },
  'to-host': {
    ja: 'ホストの口へ',
    sentence: 'ホストの口{port}（LOCAL）にも出しました。ほかのポートと同じ扱いです。',
  },
  'implicit-deny': {
    ja: '暗黙の拒否',
    sentence: '表{table}の{rules}個の規則のどれにも当たらないので、{policy}しました。',
  },
  delivered: {
    ja: '配達',
    sentence: '{dst}宛てのフレームを{port}へ出しました。',
  },
  mirrored: {
    ja: 'ミラー',
    sentence: '{port}へ写しを1つ出しました。元の行き先は変わりません。',
  },
} as const satisfies Readonly<Record<string, ReasonText>>;

export const OPEN_VSWITCH_REASONS = { ...BRIDGE_REASONS, ...OPEN_VSWITCH_OWN, ...REWORDED, 'group-src': GROUP_SRC };
