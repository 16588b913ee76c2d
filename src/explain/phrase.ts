/**
 * Filling sentences: `{name}` becomes the value in Japanese words, a part in `[ ]` goes where one of its values is missing or empty.
 */
import type { Value, Values } from '../outcome/decision.ts';

/** How a MAC address is called where its owner is known. */
export type Naming = (mac: string) => string | null;

const WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  class: { 'unknown-unicast': '表にない宛先', broadcast: 'ブロードキャスト', multicast: 'マルチキャスト' },
  what: { zero: 'すべて0のアドレス', group: 'グループアドレス', other: 'このアドレス' },
  frame: {
    pvid: 'タグなしのフレーム',
    priority: 'VIDが0のタグのフレーム',
    'other-tpid': '別の種類のタグのフレーム',
  },
  why: { untagged: 'タグなしで出す', 'priority-tag-off': 'IeeePriorityTagがOffの' },
  result: { none: 'なし' },
  field: { length: '長さ', checksum: 'チェックサム', 'total length': '全長', version: '版', EtherType: 'EtherType' },
  gateway: { none: 'なし' },
  action: { drop: '破棄', reject: '拒否', accept: '通過' },
  policy: { drop: '破棄', accept: '通過' },
  tag: { untagged: 'タグなし' },
  entry: { sticky: 'sticky', static: 'static' },
  direction: { both: '送受信' },
  message: {
    'icmp-redirect': 'ICMPのリダイレクト',
    'icmp-router-advertisement': 'ICMPのルーター広告',
    'icmpv6-router-advertisement': 'ICMPv6のルーター広告',
    'icmpv6-redirect': 'ICMPv6のリダイレクト',
  },
  condition: { uplink: 'アップリンク', 'unicast-flooding': 'MAC学習とフラッディングが有効なポート' },
  chosen: { none: '「なし」' },
};

/** Lists of VLANs, and lists of states of which one is enough. */
const VLAN_LISTS = new Set(['accepts', 'members', 'cvlans', 'frame']);

/** Characters of a list of ports, and of one of VLANs, which has a longer sentence around it. */
const LIST_MAX = 70;
const VLANS_MAX = 45;

export function fill(template: string, values: Values, naming: Naming): string {
  const whole = template.replace(/\[([^\]]*)\]/g, (_, part: string) => {
    const names = [...part.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
    return names.every((name) => (values[name] ?? '') !== '') ? part : '';
  });
  return whole.replace(/\{(\w+)\}/g, (_, name: string) => print(name, values[name] ?? '', naming));
}

function print(name: string, value: Value, naming: Naming): string {
  if (Array.isArray(value)) return printList(name, value as readonly string[]);
  const text = String(value);
  return WORDS[name]?.[text] ?? naming(text) ?? text;
}

function printList(name: string, items: readonly string[]): string {
  if (items.length === 0) return 'なし';
  if (name === 'filtered' || name === 'ports') return shortened(items, '、', LIST_MAX);
  if (!VLAN_LISTS.has(name)) return items.join('か');
  const vlans = items.map((item) => (item === 'untagged' ? 'タグなし' : `VLAN${item.replace('-', '〜')}`));
  return shortened(vlans, 'と', VLANS_MAX);
}

/** As many as a sentence can hold, and how many more there are. */
function shortened(items: readonly string[], joint: string, max: number): string {
  let count = 1;
  while (count < items.length && items.slice(0, count + 1).join(joint).length <= max) count++;
  const rest = items.length - count;
  return `${items.slice(0, count).join(joint)}${rest === 0 ? '' : `${joint}ほか${rest}個`}`;
}
