/** Names of the pipeline's stages, and what passing one means. */
import type { Stage } from '../outcome/decision.ts';

export const STAGE_NAMES: Readonly<Record<Stage, string>> = {
  link: 'リンク',
  ingress: '入口の検査',
  vlan: 'VLANの分類',
  admission: '送信元の確認',
  learning: '学習',
  lookup: '宛先の検索',
  egress: '出口の判断',
  filter: 'ACL',
  host: 'ホスト',
};

/** Classification, by how the frame got its VLAN. */
export const CLASSIFIED: Readonly<Record<string, string>> = {
  tag: 'VLAN{vid}のタグ付きで届きました。{port}はVLAN{vid}のメンバーです。',
  pvid: 'タグなしなので、{port}のPVIDであるVLAN{vid}に分類しました。',
  priority: 'VIDが0のタグなので、{port}のPVIDであるVLAN{vid}に分類しました。優先度{pcp}は残ります。',
  'other-tpid': 'このスイッチが見るタグとは種類が違います。タグなしとして、PVIDのVLAN{vid}に分類しました。',
  unaware: 'このスイッチはVLANを区別しません。タグは中身として通します。',
};

/** The other stages. */
export const PASSED: Readonly<Partial<Record<Stage, string>>> = {
  ingress: '{src}は送信元に使えるアドレスです。',
  admission: '{src}は{port}で認められています。',
  lookup: '{dst}は[VLAN{vid}の]表に{port}とあります。',
  filter: '{hook}の規則は、このフレームを通しました。',
};

export const OWN_ADDRESS = '{dst}はこのスイッチ自身のアドレスです。';

export const FLOW_MATCHED = '{flow}番目の規則に当たりました。その動作に従います。';

/** What a host did, by the `what` of its decision. */
export const HOST_STEPS: Readonly<Record<string, string>> = {
  frame: '自分宛てのフレームを受け取りました。',
  'no-interface': '{dst}宛てのフレームが届きました。IPアドレスのないNICなので、読む相手がいません。',
  'route-direct': '{dstIp}は同じネットワークなので、直接渡します。',
  route: '{dstIp}へは、まず{nextHop}に渡します。',
  local: '{dstIp}は自分のアドレスなので、フレームは出しません。',
  'arp-request': '{ip}のMACアドレスを全員に尋ねます。',
  'arp-reply': '{ip}は自分なので、{mac}だと答えます。',
  'arp-answer': '{ip}のMACアドレスは{mac}だと分かりました。',
  'arp-sender': '尋ねてきた{ip}のMACアドレス{mac}も覚えました。',
  'arp-not-mine': '{ip}は自分ではないので、答えません。',
  'echo-request': '{from}からpingが届いたので、返事をします。',
  'echo-reply': '{from}からpingの返事が届きました。残りのTTLは{ttl}です。',
  'icmp-error': '{from}から、届かなかったという知らせが来ました。',
  'icmp-other': '{from}からICMP（種類{type}）が届きました。返事はしません。',
  forward: '{dstIp}へ中継します。次は{nextHop}、TTLは{ttl}になりました。',
};
