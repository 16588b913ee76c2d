/**
 * What is wrong with something that a person wrote, in Japanese: where, what was found, what would be right.
 */
import { placeOf } from '../console/nft/place.ts';
import type { Problem, ProblemCode } from '../lab/problem.ts';
import type { Refusal } from '../outcome/refusal.ts';
import type { Malformed } from '../wire/malformed.ts';

const PROBLEMS: Readonly<Record<ProblemCode, string>> = {
  yaml: 'YAMLとして読めません（{found}）。字下げと記号を見直します。',
  'duplicate-name': '名前「{found}」が2回使われています。別の名前にします。',
  'bad-name': '名前「{found}」は使えません。英字で始め、英数字とハイフンで書きます。',
  missing: '「{found}」が書かれていません。',
  'unknown-key': '「{found}」という項目はありません。',
  'wrong-type': '値「{found}」は使えません。ここに書けるのは{expected}です。',
  'bad-mac': 'MACアドレス「{found}」は読めません。{expected}の形で書きます。',
  'group-mac': 'MACアドレス「{found}」はグループの宛先です。機器には{expected}のような1台のアドレスを書きます。',
  'bad-vid': 'VLAN ID「{found}」は使えません。{expected}の整数で書きます。',
  'bad-address': 'IPアドレス「{found}」は読めません。{expected}の形で書きます。',
  'bad-value': '値「{found}」は使えません。ここに書けるのは{expected}です。',
  'duplicate-mac': 'MACアドレス「{found}」は{expected}と同じです。別のアドレスにします。',
  'unknown-port': 'ポート「{found}」はありません。使えるのは{expected}です。',
  'unknown-node': '「{found}」というVMや機器はありません。使えるのは{expected}です。',
  'unknown-group': 'ポートグループ「{found}」はありません。あるのは次のとおりです：{expected}。',
  'no-nic': '「{found}」にはNICとIPアドレスがないので、何も送れず、宛先にもなりません。',
  'port-in-use': 'ポート「{found}」には、もう別のリンクがつながっています。1つのポートにつなぐリンクは1本です。',
  'outside-gateway': 'ゲートウェイ「{found}」はサブネットの外です。{expected}の中の番号にします。',
};

/** `t1.yaml 12行目 switches.sw1.ports.p1.vlan: VLAN ID「4095」は使えません。…` */
export function tellProblem(problem: Problem, file: string): string {
  const line = problem.line === null ? '' : ` ${problem.line}行目`;
  const path = problem.path === '' ? '' : ` ${problem.path}`;
  const sentence = PROBLEMS[problem.code].replaceAll(
    /\{(found|expected)\}/g,
    (_, key: 'found' | 'expected') => problem[key],
  );
  return `${file}${line}${path}: ${sentence}`;
}

const KNOBS: Readonly<Record<string, string>> = {
  vid: 'VLAN ID',
  vlan: 'VLAN ID',
  vlan_default_pvid: '既定のPVID（vlan_default_pvid）',
  pvid: 'PVID',
  state: 'ポートの状態',
  dev: 'ポート',
  port: 'ポート',
  group: 'ポートグループ',
  lladdr: 'MACアドレス',
  'change.node': '機器の名前',
  'ping.from': '送るVM',
  'ping.to': '宛先',
  'ping.ttl': 'TTL',
  'send.from': '送るVM',
  'send.frame.dst': '宛先MAC',
  'send.frame.src': '送信元MAC',
  'send.frame.tag.vid': 'タグのVLAN ID',
  'send.frame.etherType': 'EtherType',
  'send.frame.ip.dst': '宛先IP',
  'wait.seconds': '待つ秒数',
};

export function tellRefusal({ error, knob, value: typed, expected }: Refusal): string {
  const name = KNOBS[knob] ?? knob;
  const value = quotable(typed);
  if (error === 'unmodelled') return `${name}の「${value}」は、実機では有効ですが、ここでは未対応です。`;
  if (error === 'no-nic') return `「${value}」にはNICとIPアドレスがないので、何も送れません。`;
  if (error === 'EEXIST' || error === 'AlreadyExists') return `${name}「${value}」は、もう登録されています。`;
  if (error === 'ResourceInUse') return `${name}「${value}」は${expected}が使っているので、消せません。`;
  if (error === 'ENOENT') return `${name}「${value}」は登録されていません。`;
  return `${name}に「${value}」は使えません。使えるのは${expected}です。`;
}

const FIELDS: Readonly<Record<string, string>> = {
  notation: '書き方',
  length: '長さ',
  address: 'アドレス',
  prefix: 'プレフィックス長',
};

const LONGEST_QUOTE = 40;

/** What a person typed, as it can be shown in a sentence: not too long, and nothing that turns the line around. */
function quotable(text: string): string {
  const shown = text.slice(0, LONGEST_QUOTE).replaceAll(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');
  return text.length > LONGEST_QUOTE ? `${shown}…` : shown;
}

/** A value that a person typed. */
export function tellMalformed({ protocol, field, found: typed, expected }: Malformed): string {
  const found = quotable(typed);
  if (protocol === 'mac-address') return `MACアドレス「${found}」は読めません。${expected}の形で書きます。`;
  if (protocol === 'dot1q') return `VLAN ID「${found}」は使えません。${expected}の整数を入れます。`;
  if (protocol === 'ipv4' && field === 'address')
    return `IPアドレス「${found}」は読めません。${expected}の形で書きます。`;
  return `${protocol}の${FIELDS[field] ?? field}「${found}」は使えません。正しくは${expected}です。`;
}

/** What is wrong with a ruleset, by the field of the problem; everything else is a word where another should stand. */
const RULE_PROBLEMS: Readonly<Record<string, string>> = {
  unmodelled: '「{found}」は、実機では有効ですが、ここでは未対応です。',
  protocol: '「{found}」は、前の条件（{expected}）と両立しません。どちらかを消します。',
  end: '途中で終わっています。続きに書くのは{expected}です。',
  statement: '「{found}」は書けません。動作は規則の最後に1つだけ書きます。',
  range: '「{found}」は、始まりが終わりより大きいので使えません。',
  exists: '「{found}」は、もうあります。',
  interval: '「{found}」を入れるには、集合に{expected}と書きます。',
  overlap: '「{found}」は、集合のほかの値と重なります。',
  policy: 'policyを書けるのは、typeとhookのあるチェーンだけです。',
  'base-chain': '「{found}」はhookのあるチェーンなので、移れません。',
  depth: '「{found}」へ移ると、15段を超えるか、元のチェーンに戻ります。',
};

/** A ruleset that nft would refuse, or that is not modelled here, with its place. */
export function tellRules(problem: Malformed, source: string): string {
  const { line, column } = placeOf(source, problem.at);
  const expected = problem.expected
    .replace(/\bnumber\b/, '数')
    .replace('newline', '改行')
    .replace(/(\w+) name/, '$1の名前');
  const whatElse = expected === '' ? '' : 'ここに書けるのは{expected}です。';
  const sentence = RULE_PROBLEMS[problem.field] ?? `「{found}」は書けません。${whatElse}`;
  const found = problem.found.replaceAll(/\n/g, '改行');
  return `${line}行${column}文字目：${sentence.replace('{found}', () => found).replace('{expected}', () => expected)}`;
}
