/** The shape of a lab file: which keys there are, and of what kind their values. What the names mean is checked afterwards. */
import * as v from 'valibot';
import { PROFILE_IDS } from '../switch/profiles/index.ts';
import { parseVid } from '../wire/dot1q.ts';
import { parseIpv4Address, parseIpv4Network } from '../wire/ipv4.ts';
import { parseMac } from '../wire/mac-address.ts';
import { isMalformed } from '../wire/malformed.ts';
import { problem, type Problem, type ProblemCode } from './problem.ts';

const Name = v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'bad-name'));
const Mac = v.pipe(
  v.string(),
  v.check((text) => !isMalformed(parseMac(text)), 'bad-mac'),
);
const Vid = v.pipe(
  v.number(),
  v.check((vid) => !isMalformed(parseVid(vid)), 'bad-vid'),
);
const Network = v.pipe(
  v.string(),
  v.check((text) => !isMalformed(parseIpv4Network(text)), 'bad-address'),
);
const Address = v.pipe(
  v.string(),
  v.check((text) => !isMalformed(parseIpv4Address(text)), 'bad-gateway'),
);
/** Of a NIC or a port: never a group's. */
const OwnMac = v.pipe(
  Mac,
  v.check((text) => isMalformed(parseMac(text)) || !isGroupText(text), 'group-mac'),
);
const Mtu = v.pipe(
  v.number(),
  v.check((mtu) => Number.isInteger(mtu) && mtu >= 68 && mtu <= 65535, 'bad-value'),
);
const Settings = v.record(v.string(), v.union([v.string(), v.number()]));

const PortShape = v.strictObject({
  mac: OwnMac,
  role: v.optional(v.picklist(['guest', 'uplink', 'physical']), 'guest'),
  vlan: v.optional(Vid),
  trunk: v.optional(v.array(Vid)),
  native: v.optional(Vid),
  mtu: v.optional(Mtu),
  group: v.optional(Name),
  flags: v.optional(v.record(v.string(), v.string()), {}),
});

const SwitchShape = v.strictObject({
  profile: v.picklist(PROFILE_IDS),
  mac: OwnMac,
  options: v.optional(Settings, {}),
  groups: v.optional(v.record(Name, Settings), {}),
  ports: v.record(Name, PortShape),
  rules: v.optional(v.string(), ''),
});

const HostShape = v.strictObject({
  role: v.optional(v.picklist(['guest', 'router', 'server']), 'guest'),
  nics: v.record(Name, OwnMac),
  interfaces: v.array(v.strictObject({ nic: Name, vlan: v.optional(Vid), address: Network })),
  gateway: v.optional(Address),
});

const FrameShape = v.strictObject({
  dst: v.string(),
  src: v.optional(v.string()),
  tag: v.optional(v.strictObject({ vid: v.number(), pcp: v.optional(v.number()), tpid: v.optional(v.number()) })),
  etherType: v.optional(v.number()),
  ip: v.optional(v.strictObject({ src: v.string(), dst: v.string() })),
  hex: v.optional(v.string()),
});

const ActionShape = v.variant('do', [
  v.strictObject({ do: v.literal('send'), from: v.string(), frame: FrameShape }),
  v.strictObject({ do: v.literal('ping'), from: v.string(), to: v.string(), ttl: v.optional(v.number()) }),
  v.strictObject({ do: v.literal('wait'), seconds: v.number() }),
]);

export const ScenarioShape = v.strictObject({
  id: v.string(),
  title: v.string(),
  summary: v.string(),
  switches: v.record(Name, SwitchShape),
  hosts: v.record(Name, HostShape),
  links: v.array(v.strictTuple([v.string(), v.string()])),
  run: v.optional(v.array(ActionShape), []),
});

function isGroupText(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
}

// --- Problems

/** Own checks: their message is the code, and what would be right. */
const CHECKS: Readonly<Record<string, readonly [code: ProblemCode, expected: string]>> = {
  'bad-name': ['bad-name', ''],
  'bad-mac': ['bad-mac', '00:00:5e:00:53:0a'],
  'group-mac': ['group-mac', '00:00:5e:00:53:0a'],
  'bad-vid': ['bad-vid', '1〜4094'],
  'bad-address': ['bad-address', '192.0.2.11/24'],
  'bad-gateway': ['bad-address', '192.0.2.1'],
  'bad-value': ['bad-value', '68〜65535'],
};

export function problemOf(issue: v.BaseIssue<unknown>): Problem {
  const path = issue.path?.map(({ key }) => String(key)).join('.') ?? '';
  const check = CHECKS[issue.message];
  if (check !== undefined) return problem(check[0], path, issue.input, check[1]);
  const key = path.split('.').at(-1)!;
  if (issue.expected === 'never') return problem('unknown-key', path, key, '');
  if (issue.received === 'undefined') return problem('missing', path, key, '');
  return problem('wrong-type', path, inWords(issue.received), inWords(issue.expected ?? ''));
}

const KINDS: Readonly<Record<string, string>> = {
  number: '数',
  string: '文字列',
  boolean: 'trueかfalse',
  Array: '一覧',
  Object: '項目の集まり',
  null: '（空）',
  NaN: '数でないもの',
};

/** `("a" | "b")` and names of JavaScript's types, as a person would say them. */
function inWords(kinds: string): string {
  return kinds
    .replaceAll(/[()]/g, '')
    .split(' | ')
    .map((kind) => KINDS[kind] ?? kind.replace(/^"(.*)"$/s, '$1'))
    .join('か');
}
