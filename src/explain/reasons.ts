/**
 * Every outcome in Japanese: a short name for badges and tables, and the sentence that tells which rule met which value.
 *
 * `{name}` is a value of the decision; a part in `[ ]` is left out where one of its values is missing (a switch that knows
 * no VLANs has no VID to tell). This map is complete by type: an id without a sentence does not compile.
 */
import type { Stage } from '../outcome/decision.ts';
import type { ReasonId } from '../outcome/reasons.ts';

export type ReasonKind = 'drop' | 'filtered' | 'note';

export interface ReasonText {
  /** What it usually is, and the second kind it may be. */
  readonly kind: ReasonKind;
  readonly also?: ReasonKind;
  /** Where it is usually decided. */
  readonly stage: Stage;
  readonly ja: string;
  readonly sentence: string;
}

export const REASON_TEXTS: Readonly<Record<ReasonId, ReasonText>> = {
  // link: the wire, the port as a device
  'link-down': {
    kind: 'drop',
    also: 'filtered',
    stage: 'link',
    ja: 'リンク断',
    sentence: '{port}は未接続（link {link}）なので、フレームを通せません。',
  },
  'port-disabled': {
    kind: 'drop',
    also: 'filtered',
    stage: 'link',
    ja: 'ポート無効',
    sentence: '{port}は管理者が{direction}を無効にしているので、通しません。',
  },
  runt: {
    kind: 'drop',
    stage: 'link',
    ja: '短すぎるフレーム',
    sentence: '長さは{length}バイトです。物理の口の下限{min}バイトに届きません。',
  },
  'short-tagged': {
    kind: 'drop',
    stage: 'link',
    ja: 'タグ付きの短いフレーム',
    sentence: 'タグ付きで{length}バイトです。下限の{min}バイトに届かないので破棄しました。',
  },
  'malformed-header': {
    kind: 'drop',
    stage: 'filter',
    ja: 'ヘッダーの誤り',
    sentence: '{protocol}のヘッダーの{field}が{value}で、規格に合いません。',
  },
  'unknown-port': {
    kind: 'drop',
    stage: 'ingress',
    ja: 'ポート不明',
    sentence: '入口{port}は、仮想スイッチに登録されていません。',
  },
  'ring-full': {
    kind: 'drop',
    stage: 'link',
    ja: 'リング満杯',
    sentence: '{port}の待ち行列は{size}個で満杯です。{count}個目が入りません。',
  },
  // ingress: before the VLAN is known
  'invalid-src': {
    kind: 'drop',
    stage: 'ingress',
    ja: '送信元MACが不正',
    sentence: '送信元MACは{src}です。{what}は送信元に使えないので破棄しました。',
  },
  pause: {
    kind: 'drop',
    stage: 'ingress',
    ja: 'pauseフレーム',
    sentence: '宛先は{dst}です。pauseは隣の機器だけに宛てたもので、中継しません。',
  },
  'reserved-dst': {
    kind: 'drop',
    stage: 'ingress',
    ja: '予約された宛先',
    sentence: '宛先{dst}は中継しない決まりのアドレスです。[{knob}は{value}です。]',
  },
  'bpdu-filter': {
    kind: 'drop',
    stage: 'ingress',
    ja: 'BPDUフィルター',
    sentence: '{port}では{knob}が{value}なので、BPDUを中継しません。',
  },
  'bpdu-guard': {
    kind: 'drop',
    stage: 'ingress',
    ja: 'BPDUガード',
    sentence: '{port}でBPDUを受け取りました。guardがonなので、ポートを無効にします。',
  },
  'stp-state': {
    kind: 'drop',
    also: 'filtered',
    stage: 'ingress',
    ja: 'STPの状態',
    sentence: '{port}のSTP状態は{state}です。{allowed}のときだけ通します。',
  },
  'bond-admission': {
    kind: 'drop',
    stage: 'ingress',
    ja: '束ねた口の受信規則',
    sentence: '{port}は束の{role}です。{class}は{active}だけで受け取ります。',
  },
  'mirror-output': {
    kind: 'drop',
    also: 'filtered',
    stage: 'ingress',
    ja: 'ミラー専用ポート',
    sentence: '{port}はミラーの出力専用です。ふつうのフレームは出し入れしません。',
  },
  'reverse-filter': {
    kind: 'drop',
    also: 'filtered',
    stage: 'ingress',
    ja: '戻ってきたフレーム',
    sentence: '{uplink}で受けましたが、{src}の正しい入口は{chosen}です。',
  },
  // vlan: ingress classification and admission (decided by the INGRESS port alone, before learning)
  'no-pvid': {
    kind: 'drop',
    stage: 'vlan',
    ja: 'PVIDなし',
    sentence: 'タグなしのフレームです。{port}にPVIDがなく、VLANが決まりません。',
  },
  'vlan-mismatch': {
    kind: 'drop',
    stage: 'vlan',
    ja: 'VLAN不一致',
    sentence: '{port}が受け入れるのは{accepts}です。届いたのはVLAN{vid}のタグ付きなので、入口で破棄しました。',
  },
  'reserved-vid': {
    kind: 'drop',
    stage: 'vlan',
    ja: '予約されたVID',
    sentence: 'VIDが{vid}です。0と4095はVLAN番号に使えないので破棄しました。',
  },
  'vlan-state': {
    kind: 'drop',
    also: 'filtered',
    stage: 'vlan',
    ja: 'VLANごとの状態',
    sentence: '{port}のVLAN{vid}の状態は{state}です。{allowed}のときだけ通します。',
  },
  // vlan: egress membership (decided by the EGRESS port, after the lookup)
  'vlan-not-allowed': {
    kind: 'filtered',
    also: 'drop',
    stage: 'egress',
    ja: '許可VLAN外',
    sentence: '{port}はVLAN{vid}のメンバーではありません。出せるのは{members}です。',
  },
  'inner-vlan-not-allowed': {
    kind: 'filtered',
    also: 'drop',
    stage: 'egress',
    ja: '内側タグが対象外',
    sentence: '{port}は内側VLAN{inner}を出しません。出せる内側VLANは{cvlans}です。',
  },
  'host-not-in-vlan': {
    kind: 'filtered',
    also: 'drop',
    stage: 'egress',
    ja: 'ホストはVLAN外',
    sentence: 'ホストの口{port}はVLAN{vid}のメンバーではないので、届きません。',
  },
  // admission: identity and rate checks on the ingress port
  locked: {
    kind: 'drop',
    stage: 'admission',
    ja: 'ロックされたポート',
    sentence: '{port}はlockedです。{src}は、このポート[とVLAN{vid}]で認められていません。',
  },
  'forged-src-mac': {
    kind: 'drop',
    stage: 'admission',
    ja: '送信元MAC偽装',
    sentence: '送信元は{src}ですが、{port}に認めたMACは{allowed}です。',
  },
  'mac-changed-rx': {
    kind: 'drop',
    stage: 'egress',
    ja: 'MAC変更による受信停止',
    sentence: '{port}の有効MACは{effective}です。初期値{initial}に戻るまで受信しません。',
  },
  'mac-limit': {
    kind: 'drop',
    stage: 'admission',
    ja: 'MAC数の上限',
    sentence: '{port}で覚えたMACは{count}個で、上限{limit}に達しています。',
  },
  'dhcp-guard': {
    kind: 'drop',
    stage: 'admission',
    ja: 'DHCPガード',
    sentence: '{port}からDHCPサーバーの応答が出ました。DHCPガードがOnなので破棄しました。',
  },
  'router-guard': {
    kind: 'drop',
    stage: 'admission',
    ja: 'ルーターガード',
    sentence: '{port}から{message}が出ました。ルーターガードがOnなので破棄しました。',
  },
  'storm-limit': {
    kind: 'drop',
    stage: 'admission',
    ja: 'ストーム制限',
    sentence: '{port}の{class}は毎秒{rate}個です。上限の{limit}個を超えました。',
  },
  'pvlan-blocked': {
    kind: 'filtered',
    also: 'drop',
    stage: 'egress',
    ja: 'プライベートVLANの規則',
    sentence: '入口は{inRole}、出口{port}は{outRole}です。この組は通しません。',
  },
  // filter: rules written by an administrator
  'acl-deny': {
    kind: 'drop',
    stage: 'filter',
    ja: 'ACL拒否',
    sentence: '規則{rule}「{match}」に当たりました。動作は{action}です。',
  },
  'implicit-deny': {
    kind: 'drop',
    stage: 'filter',
    ja: '暗黙の拒否',
    sentence: '{rules}個の規則のどれにも当たりません。既定の動作は{policy}です。',
  },
  'acl-reject': {
    kind: 'drop',
    stage: 'filter',
    ja: '拒否の通知つき破棄',
    sentence: '規則{rule}に当たりました。破棄して{reply}を返します。',
  },
  'ct-invalid': {
    kind: 'drop',
    stage: 'filter',
    ja: '接続の状態が不正',
    sentence: '規則{rule}は状態{state}を止めます。行きの記録は{entry}です。',
  },
  'host-fw': {
    kind: 'drop',
    stage: 'filter',
    ja: 'ホストFW',
    sentence: '{path}により、ホストの{chain}の規則「{match}」に当たりました。',
  },
  'extension-drop': {
    kind: 'drop',
    stage: 'filter',
    ja: '拡張機能による破棄',
    sentence: '拡張機能{extension}が、このフレームを破棄しました。',
  },
  // lookup: the forwarding decision
  'same-port': {
    kind: 'drop',
    stage: 'lookup',
    ja: '宛先が入口と同じ',
    sentence: '{dst}は入口{port}の先にいます。同じポートへは返しません。',
  },
  'unknown-dst': {
    kind: 'drop',
    stage: 'lookup',
    ja: '宛先不明',
    sentence: '{dst}はVLAN{vid}の表にありません。{from}から来た不明な宛先は破棄します。',
  },
  'no-uplink': {
    kind: 'drop',
    stage: 'lookup',
    ja: 'アップリンクなし',
    sentence: '{dst}はこのホストにいません。外へ出す口がないので破棄しました。',
  },
  'split-horizon': {
    kind: 'filtered',
    also: 'drop',
    stage: 'lookup',
    ja: '中継禁止',
    sentence: '{ingress}で受けたフレームは、別のアップリンク{port}へ出しません。',
  },
  'no-target': {
    kind: 'drop',
    stage: 'lookup',
    ja: '出口なし',
    sentence: '出せるポートが0個です。外したポートと理由は{filtered}です。',
  },
  'ingress-port': {
    kind: 'filtered',
    stage: 'egress',
    ja: '入口には返さない',
    sentence: '{port}は入口なので、広げる先から外しました。',
  },
  isolated: {
    kind: 'filtered',
    also: 'drop',
    stage: 'egress',
    ja: '隔離ポートどうし',
    sentence: '{ingress}と{port}はどちらも{flag}なので、互いに通しません。',
  },
  'flood-off': {
    kind: 'filtered',
    stage: 'egress',
    ja: 'フラッディング停止',
    sentence: '{port}は{flag}がoffなので、{class}を広げません。',
  },
  'mcast-not-member': {
    kind: 'filtered',
    stage: 'egress',
    ja: 'グループ未参加',
    sentence: '{port}は{group}に参加していないので、広げる先から外しました。',
  },
  'neigh-suppressed': {
    kind: 'filtered',
    stage: 'egress',
    ja: 'ARPの代理応答',
    sentence: '{port}はneigh_suppressがonです。ARPはスイッチが答えるので広げません。',
  },
  'local-only': {
    kind: 'filtered',
    stage: 'lookup',
    ja: 'ホスト内で完結',
    sentence: '{dst}はこのホストの{owner}なので、{port}へは出しません。',
  },
  'host-excluded': {
    kind: 'filtered',
    stage: 'lookup',
    ja: 'ホストには渡さない',
    sentence: '{dst}は不明な宛先です。ホストの口{port}には渡しません。',
  },
  'unknown-not-flooded': {
    kind: 'filtered',
    stage: 'lookup',
    ja: '不明な宛先は広げない',
    sentence: '{port}は{condition}ではないので、不明な宛先{dst}を広げません。',
  },
  'uplink-not-chosen': {
    kind: 'filtered',
    stage: 'lookup',
    ja: '選ばれなかったアップリンク',
    sentence: 'チーミングが選んだのは{chosen}です。{port}へは出しません。',
  },
  // egress: after the copy exists
  'mtu-exceeded': {
    kind: 'drop',
    stage: 'egress',
    ja: 'MTU超過',
    sentence: '長さは{length}バイトで、{port}の上限{limit}バイトを超えます。',
  },
  // host: guest stack, router, application
  'not-for-me': {
    kind: 'drop',
    stage: 'host',
    ja: '宛先MACが自分でない',
    sentence: '宛先は{dst}、このNICは{mac}です。自分宛てではないので受け取りません。',
  },
  'no-vlan-interface': {
    kind: 'drop',
    stage: 'host',
    ja: 'タグを受ける口なし',
    sentence: 'VLAN{vid}のタグ付きです。ゲストにこのVLANの口がありません。',
  },
  'not-my-ip': {
    kind: 'drop',
    stage: 'host',
    ja: '宛先IPが自分でない',
    sentence: '宛先IPは{dstIp}で、このホストのものではありません。ip_forwardは{forward}です。',
  },
  'no-route': {
    kind: 'drop',
    stage: 'host',
    ja: '経路なし',
    sentence: '{dstIp}に合う経路がありません。デフォルトゲートウェイは{gateway}です。',
  },
  'no-arp': {
    kind: 'drop',
    stage: 'host',
    ja: 'ARP未解決',
    sentence: '{nextHop}を{tries}回尋ねましたが、MACアドレスの返事がありません。',
  },
  'ttl-expired': {
    kind: 'drop',
    stage: 'host',
    ja: 'TTL切れ',
    sentence: 'TTLが{ttl}です。{hop}で0になるので、ICMPの時間超過を返します。',
  },
  'df-needed': {
    kind: 'drop',
    stage: 'host',
    ja: '分割禁止で超過',
    sentence: '長さは{length}、次の区間のMTUは{mtu}です。DFが付くので分割できません。',
  },
  'bad-checksum': {
    kind: 'drop',
    stage: 'host',
    ja: 'チェックサム不正',
    sentence: '{protocol}のチェックサムは{value}で、計算した{expected}と合いません。',
  },
  'no-listener': {
    kind: 'drop',
    stage: 'host',
    ja: '待ち受けなし',
    sentence: '{protocol}の{dstPort}番で待つアプリがありません。{reply}を返します。',
  },
  'unknown-protocol': {
    kind: 'drop',
    stage: 'host',
    ja: 'プロトコル不明',
    sentence: 'IPのプロトコル番号{protocol}を扱えないので、{reply}を返します。',
  },
  'echo-ignored': {
    kind: 'drop',
    stage: 'host',
    ja: 'ブロードキャストのechoは無視',
    sentence: '{dstIp}はブロードキャストです。icmp_echo_ignore_broadcastsは{value}です。',
  },
  'guest-fw': {
    kind: 'drop',
    stage: 'host',
    ja: 'ゲストFW',
    sentence: 'ゲストの{chain}で、規則「{match}」に当たりました。動作は{action}です。',
  },
  'icmp-rate-limited': {
    kind: 'note',
    stage: 'host',
    ja: 'ICMPの抑制',
    sentence: '{destination}への知らせは毎秒{limit}個までなので、今回は送りません。',
  },
  // learning: what the source taught (notes)
  learned: { kind: 'note', stage: 'learning', ja: '学習', sentence: '{src}を[VLAN{vid}の]{port}として覚えました。' },
  'entry-refreshed': {
    kind: 'note',
    stage: 'learning',
    ja: '更新',
    sentence: '{src}の行の時計を0に戻しました。ポートは{port}のままです。',
  },
  'entry-moved': { kind: 'note', stage: 'learning', ja: '移動', sentence: '{src}の行を{from}から{to}へ移しました。' },
  'entry-pinned': {
    kind: 'note',
    stage: 'learning',
    ja: '固定の行',
    sentence: '{src}は{entry}の行で{from}に固定されています。{port}へは移しません。',
  },
  'entry-expired': {
    kind: 'note',
    stage: 'learning',
    ja: '期限切れ',
    sentence: '{mac}の行は{age}秒使われていません。上限{limit}秒を過ぎたので使いません。',
  },
  'entry-evicted': {
    kind: 'note',
    stage: 'learning',
    ja: '追い出し',
    sentence: '表が{limit}行で満杯です。最も古い{mac}の行を消しました。',
  },
  'table-full': {
    kind: 'note',
    stage: 'learning',
    ja: '覚えきれない',
    sentence: '覚えた数は{count}で、上限{limit}です。{src}は覚えずに転送します。',
  },
  'learning-off': {
    kind: 'note',
    stage: 'learning',
    ja: '学習しない設定',
    sentence: '{where}の学習は{value}なので、{src}を覚えません。',
  },
  'own-src': {
    kind: 'note',
    stage: 'learning',
    ja: '自分のMACが送信元',
    sentence: '送信元{src}はこのスイッチ自身のMACです。覚えずに転送します。',
  },
  'group-src': {
    kind: 'note',
    stage: 'learning',
    ja: 'グループの送信元',
    sentence: '送信元{src}はグループアドレスなので、覚えずに転送します。',
  },
  'garp-hold': {
    kind: 'note',
    stage: 'learning',
    ja: 'GARP後の保留',
    sentence: 'GARPから{elapsed}秒です。{hold}秒の間は束の口から学び直しません。',
  },
  'filter-before-learning': {
    kind: 'note',
    stage: 'learning',
    ja: '学習より前の破棄',
    sentence: '破棄は学習より前なので、{src}を覚えません。',
  },
  // outcomes that are not losses (notes)
  delivered: {
    kind: 'note',
    stage: 'egress',
    ja: '配達',
    sentence: '{dst}は[VLAN{vid}の]表に{port}とあります。{port}へ出しました。',
  },
  flooded: {
    kind: 'note',
    stage: 'lookup',
    ja: 'フラッディング',
    sentence: '{dst}は{class}です。[VLAN{vid}の]{count}ポートへ広げました。',
  },
  'to-host': {
    kind: 'note',
    stage: 'lookup',
    ja: 'ホストへ',
    sentence: '{dst}はホストの口{port}宛てなので、ホストへ渡しました。',
  },
  'to-control': {
    kind: 'note',
    stage: 'ingress',
    ja: '制御機能へ',
    sentence: '宛先{dst}は{function}が受け取ります。ポートへは中継しません。',
  },
  'to-uplink': {
    kind: 'note',
    stage: 'lookup',
    ja: 'アップリンクへ',
    sentence: '{dst}はこのホストの表にないので、{port}から外へ出しました。',
  },
  redirected: {
    kind: 'note',
    stage: 'egress',
    ja: '予備ポートへ',
    sentence: '{port}が使えないので、予備の{backup}へ出しました。',
  },
  'diverted-to-stack': {
    kind: 'note',
    stage: 'ingress',
    ja: 'ブリッジしない',
    sentence: 'brouteの規則{rule}により、{port}のIPスタックへ渡しました。',
  },
  mirrored: {
    kind: 'note',
    stage: 'egress',
    ja: 'ミラー',
    sentence: '{port}へ写しを1つ出しました。元の行き先は変わりません。',
  },
  'promiscuous-copy': {
    kind: 'note',
    stage: 'egress',
    ja: 'プロミスキャス受信',
    sentence: '{port}はプロミスキャス許可です。[VLAN{vid}の]写しを受け取りました。',
  },
  hairpinned: {
    kind: 'note',
    stage: 'egress',
    ja: '折り返し',
    sentence: '{port}はhairpinがonなので、入口へも返しました。',
  },
  'tag-pushed': {
    kind: 'note',
    stage: 'egress',
    ja: 'タグを付けた',
    sentence: '{port}はVLAN{vid}をタグ付きで出すので、タグを付けました。',
  },
  'tag-popped': {
    kind: 'note',
    stage: 'egress',
    ja: 'タグを外した',
    sentence: '{port}はVLAN{vid}をタグなしで出すので、タグを外しました。',
  },
  'pcp-reset': {
    kind: 'note',
    stage: 'egress',
    ja: '優先度が消えた',
    sentence: '優先度{pcp}は、{why}ため{result}になりました。',
  },
  'connection-state': {
    kind: 'note',
    stage: 'filter',
    ja: '接続の状態',
    sentence: 'この流れの状態は{state}です。表の行は{entry}です。',
  },
  'root-guard': {
    kind: 'note',
    stage: 'ingress',
    ja: 'ルートガード',
    sentence: '{port}に、より強いBPDUが来ました。root_blockにより転送を止めます。',
  },
  'uplink-failover': {
    kind: 'note',
    stage: 'link',
    ja: 'アップリンクの切り替え',
    sentence: '{from}が切れたので、{to}に切り替えました。',
  },
};
