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
  why: { untagged: 'タグなしで出す' },
  result: { none: 'なし' },
  field: { length: '長さ', checksum: 'チェックサム', 'total length': '全長', version: '版', EtherType: 'EtherType' },
  gateway: { none: 'なし' },
  action: { drop: '破棄', reject: '拒否', accept: '通過' },
  policy: { drop: '破棄', accept: '通過' },
  entry: { sticky: 'sticky', static: 'static' },
};

/** Lists of VLANs, and lists of states of which one is enough. */
const VLAN_LISTS = new Set(['accepts', 'members', 'frame']);

/** Characters of a list of ports. */
const LIST_MAX = 70;

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
  if (name === 'filtered' || name === 'ports') return shortened(items);
  if (!VLAN_LISTS.has(name)) return items.join('か');
  return items.map((item) => (item === 'untagged' ? 'タグなし' : `VLAN${item.replace('-', '〜')}`)).join('と');
}

/** As many as a sentence can hold, and how many more there are. */
function shortened(items: readonly string[]): string {
  let count = 1;
  while (count < items.length && items.slice(0, count + 1).join('、').length <= LIST_MAX) count++;
  const rest = items.length - count;
  return `${items.slice(0, count).join('、')}${rest === 0 ? '' : `、ほか${rest}個`}`;
}
