/** What a Hyper-V switch decides about a frame. How texts are written stands in `reason-text.ts`. */
import { BRIDGE_REASONS } from './bridge.ts';
import {
  FORGED_SRC_MAC,
  MIRRORED,
  PORT_DISABLED,
  PVLAN_BLOCKED,
  SPLIT_HORIZON,
  TABLE_FULL,
  UNKNOWN_NOT_FLOODED,
} from './elsewhere.ts';
import type { ReasonText } from './reason-text.ts';
import type { Words } from '../words.ts';

/** What no other switch says. */
export const HYPER_V_REASONS = {
  'dhcp-guard': {
    ja: 'DHCPガード',
    sentence: '{port}からDHCPサーバーの応答が出ました。DHCPガードがOnなので破棄しました。',
  },
  'router-guard': {
    ja: 'ルーターガード',
    sentence: '{port}から{message}が出ました。ルーターガードがOnなので破棄しました。',
  },
  'storm-limit': {
    ja: 'ストーム制限',
    sentence: '{port}から広げるフレームは、この1秒で{rate}個目です。上限の{limit}個を超えました。',
  },
} as const satisfies Readonly<Record<string, ReasonText>>;

/** With what it says as others do, or in its own way: here untagged frames are a VLAN, and MAC addresses are known beforehand. */
export const HYPER_V_TEXTS: Words['reasons'] = {
  ...BRIDGE_REASONS,
  'forged-src-mac': FORGED_SRC_MAC,
  mirrored: MIRRORED,
  'port-disabled': PORT_DISABLED,
  'pvlan-blocked': PVLAN_BLOCKED,
  'split-horizon': SPLIT_HORIZON,
  'table-full': TABLE_FULL,
  'unknown-not-flooded': UNKNOWN_NOT_FLOODED,
  ...HYPER_V_REASONS,
  'implicit-allow': {
    ja: '暗黙の許可',
    sentence: '{rules}個の規則のどれにも当たらないので、通しました。',
  },
  'vlan-mismatch': {
    ja: 'VLAN不一致',
    sentence:
      '[{port}が受け入れるのは{accepts}です。][{knob}は{value}です。][VLAN{vid}のタグ付き][{frame}]は破棄します。',
  },
  'vlan-not-allowed': {
    ja: '許可VLAN外',
    sentence: '{port}が出せるのは{members}です。[VLAN{vid}のフレーム][{frame}]は出しません。',
  },
  'unknown-dst': {
    ja: '宛先不明',
    sentence: '{dst}は[VLAN{vid}の]表にありません。{from}から来たので、探しに行く先もなく破棄しました。',
  },
  'uplink-not-chosen': {
    ja: '選ばれなかったアップリンク',
    sentence: '{port}は{chosen}とチームを組んでいます。ここでは{chosen}から出すので、{port}へは出しません。',
  },
  'connection-state': {
    ja: '接続の状態',
    sentence: '規則{rule}が通したフレームへの返事です。この向きの規則を調べずに通しました。',
  },
  'filter-before-learning': {
    ja: '学習より前の破棄',
    sentence: 'ACLは学習より前にあるので、{src}を覚えません。',
  },
  'learning-off': {
    ja: '学習しない設定',
    sentence: '{src}は{port}に割り当てたアドレスで、初めから表にあります。{value}なので、ほかは覚えません。',
  },
};
