/** What a host's stack decides about a frame or a packet. How texts are written stands in `reason-text.ts`. */
import type { ReasonText } from './reason-text.ts';

export const HOST_REASONS = {
  'not-for-me': {
    ja: '宛先MACが自分でない',
    sentence: '宛先は{dst}、このNICは{mac}です。自分宛てではないので受け取りません。',
  },
  'no-vlan-interface': {
    ja: 'タグを受ける口なし',
    sentence: '[VLAN{vid}のタグ付きです。][タグの種類は{tpid}です。]このフレームを受ける口がありません。',
  },
  'not-my-ip': {
    ja: '宛先IPが自分でない',
    sentence: '宛先IPは{dstIp}で、このホストのものではありません。ip_forwardは{forward}です。',
  },
  'no-route': {
    ja: '経路なし',
    sentence: '{dstIp}に合う経路がありません。デフォルトゲートウェイは{gateway}です。',
  },
  'no-arp': {
    ja: 'ARP未解決',
    sentence: '{nextHop}を{tries}回尋ねましたが、MACアドレスの返事がありません。',
  },
  'ttl-expired': {
    ja: 'TTL切れ',
    sentence: 'TTLが{ttl}です。{hop}で0になるので、ICMPの時間超過を返します。',
  },
  'bad-checksum': {
    ja: 'チェックサム不正',
    sentence: '{protocol}のチェックサムは{value}で、計算した{expected}と合いません。',
  },
  'no-listener': {
    ja: '待ち受けなし',
    sentence: '{protocol}の{dstPort}番で待つアプリがありません。[{reply}を返します。]',
  },
  'unknown-protocol': {
    ja: 'プロトコル不明',
    sentence: 'IPのプロトコル番号{protocol}は扱えません。[{reply}を返します。]',
  },
  'echo-ignored': {
    ja: 'ブロードキャストのechoは無視',
    sentence: '{dstIp}はブロードキャストです。icmp_echo_ignore_broadcastsは{value}です。',
  },
  'martian-src': {
    ja: '送信元IPが不正',
    sentence: '送信元IPは{srcIp}です。ほかのホストのアドレスではないので、黙って破棄しました。',
  },
  fragment: {
    ja: '組み立てられない断片',
    sentence: '{offset}バイト目からの断片です。残りを組み立てられないので、返事をしません。',
  },
  'broadcast-ping': {
    ja: 'ブロードキャストへのping',
    sentence: '{dstIp}はブロードキャストです。pingは、-bを付けないと送りません。',
  },
} as const satisfies Readonly<Record<string, ReasonText>>;
