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
  'no-nic': '「{found}」にはNICとIPアドレスがないので、何も送れません。',
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

/** What the kernel's tools print for an error code (`strerror`). */
const STRERROR: Readonly<Record<string, string>> = {
  EINVAL: 'Invalid argument',
  EEXIST: 'File exists',
  ENOENT: 'No such file or directory',
  EPERM: 'Operation not permitted',
  ENETDOWN: 'Network is down',
  ENODEV: 'No such device',
  EOPNOTSUPP: 'Operation not supported',
};

const KNOBS: Readonly<Record<string, string>> = {
  vid: 'VLAN ID',
  vlan: 'VLAN ID',
  vlan_default_pvid: '既定のPVID（vlan_default_pvid）',
  pvid: 'PVID',
  state: 'ポートの状態',
  dev: 'ポート',
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

export function tellRefusal({ error, knob, value, expected }: Refusal): string {
  const name = KNOBS[knob] ?? knob;
  if (error === 'unmodelled') return `${name}の「${value}」は、実機では有効ですが、ここでは未対応です。`;
  if (error === 'no-nic') return `「${value}」にはNICとIPアドレスがないので、何も送れません。`;
  if (error === 'EEXIST') return `${name}「${value}」は、もう登録されています。`;
  if (error === 'ENOENT') return `${name}「${value}」は登録されていません。`;
  return `${name}に「${value}」は使えません。使えるのは${expected}です。`;
}

/** The complaint of the real tool, where there is one. */
export function complaintOf({ error }: Refusal): string | null {
  const text = STRERROR[error];
  return text === undefined ? null : `RTNETLINK answers: ${text}`;
}

const FIELDS: Readonly<Record<string, string>> = {
  notation: '書き方',
  length: '長さ',
  address: 'アドレス',
  prefix: 'プレフィックス長',
};

/** A value that a person typed. */
export function tellMalformed({ protocol, field, found, expected }: Malformed): string {
  if (protocol === 'mac-address') return `MACアドレス「${found}」は読めません。${expected}の形で書きます。`;
  if (protocol === 'dot1q') return `VLAN ID「${found}」は使えません。${expected}の整数を入れます。`;
  if (protocol === 'ipv4' && field === 'address')
    return `IPアドレス「${found}」は読めません。${expected}の形で書きます。`;
  return `${protocol}の${FIELDS[field] ?? field}「${found}」は使えません。正しくは${expected}です。`;
}

/** A ruleset that nft would refuse, or that is not modelled here, with its place. */
export function tellRules(problem: Malformed, source: string): string {
  const { line, column } = placeOf(source, problem.at);
  const place = `${line}行${column}文字目`;
  if (problem.field === 'unmodelled')
    return `${place}：「${problem.found}」は、実機では有効ですが、ここでは未対応です。`;
  if (problem.field === 'protocol') {
    return `${place}：「${problem.found}」は、前の条件（${problem.expected}）と両立しません。どちらかを消します。`;
  }
  return `${place}：「${problem.found}」は書けません。ここに書けるのは${problem.expected}です。`;
}
