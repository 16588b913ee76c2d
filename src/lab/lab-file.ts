/**
 * Lab files: YAML that an author writes, checked and brought into the form of `scenario.ts`.
 *
 * A file is taken whole or not at all. What is wrong is data (where, what, what would be right); `explain/problem.ts` makes
 * the Japanese sentence.
 */
import * as v from 'valibot';
import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { PROFILE_IDS } from '../switch/profiles/index.ts';
import { parseVid } from '../wire/dot1q.ts';
import { parseIpv4Address, parseIpv4Network } from '../wire/ipv4.ts';
import { parseMac } from '../wire/mac-address.ts';
import { isMalformed } from '../wire/malformed.ts';
import type { Action } from './action.ts';
import type { Scenario } from './scenario.ts';

export type ProblemCode =
  | 'yaml'
  | 'duplicate-name'
  | 'missing'
  | 'unknown-key'
  | 'wrong-type'
  | 'bad-mac'
  | 'bad-vid'
  | 'bad-address'
  | 'duplicate-mac'
  | 'unknown-port'
  | 'unknown-node'
  | 'port-in-use'
  | 'outside-gateway';

export interface Problem {
  readonly code: ProblemCode;
  /** `switches.sw1.ports.p1.vlan`; '' for the file as a whole. */
  readonly path: string;
  /** From 1; null where it is not known. */
  readonly line: number | null;
  readonly found: string;
  readonly expected: string;
}

// --- Shape

const Name = v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9-]*$/));
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
  v.check((text) => !isMalformed(parseIpv4Address(text)), 'bad-address'),
);
const Settings = v.record(v.string(), v.union([v.string(), v.number()]));

const PortShape = v.strictObject({
  mac: Mac,
  role: v.optional(v.picklist(['guest', 'uplink', 'physical']), 'guest'),
  vlan: v.optional(Vid),
  trunk: v.optional(v.array(Vid)),
  native: v.optional(Vid),
  mtu: v.optional(v.number()),
  flags: v.optional(v.record(v.string(), v.string()), {}),
});

const SwitchShape = v.strictObject({
  profile: v.picklist(PROFILE_IDS),
  mac: Mac,
  options: v.optional(Settings, {}),
  ports: v.record(Name, PortShape),
  rules: v.optional(v.string(), ''),
});

const HostShape = v.strictObject({
  role: v.optional(v.picklist(['guest', 'router', 'server']), 'guest'),
  nics: v.record(Name, Mac),
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

const ScenarioShape = v.strictObject({
  id: v.string(),
  title: v.string(),
  summary: v.string(),
  switches: v.record(Name, SwitchShape),
  hosts: v.record(Name, HostShape),
  links: v.array(v.tuple([v.string(), v.string()])),
  run: v.optional(v.array(ActionShape), []),
});

// --- Reading

/** The text of a lab file; a scenario, or everything that is wrong with it. */
export function readLabFile(text: string): Scenario | Problem[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    return document.errors.map(({ code, message, linePos }) => ({
      code: code === 'DUPLICATE_KEY' ? 'duplicate-name' : 'yaml',
      path: '',
      line: linePos?.[0].line ?? null,
      found: code === 'DUPLICATE_KEY' ? (keyAt(text, linePos?.[0].line) ?? '') : (message.split('\n')[0] ?? ''),
      expected: '',
    }));
  }
  const problems = checkScenario(document.toJS());
  if (!Array.isArray(problems)) return problems;
  return problems.map((found) => ({ ...found, line: lineOf(document, lines, found.path) }));
}

function keyAt(text: string, line: number | undefined): string | null {
  return line === undefined ? null : (/^\s*([^:#]+):/.exec(text.split('\n')[line - 1] ?? '')?.[1]?.trim() ?? null);
}

/** Data of unknown origin; a scenario, or everything that is wrong with it. */
export function checkScenario(data: unknown): Scenario | Problem[] {
  const parsed = v.safeParse(ScenarioShape, data);
  if (!parsed.success) return parsed.issues.map(problemOf);
  const scenario = parsed.output as Scenario;
  const problems = [
    ...checkMacs(scenario),
    ...checkLinks(scenario),
    ...checkHosts(scenario),
    ...scenario.run.flatMap((action, index) => checkAction(action, `run.${index}`, scenario)),
  ];
  return problems.length > 0 ? problems : scenario;
}

function problemOf(issue: v.BaseIssue<unknown>): Problem {
  const path = issue.path?.map(({ key }) => String(key)).join('.') ?? '';
  const found = issue.received;
  const custom = ['bad-mac', 'bad-vid', 'bad-address'].find((code) => code === issue.message);
  if (custom !== undefined) return problem(custom as ProblemCode, path, String(issue.input), EXPECTED[custom]!);
  if (issue.type === 'strict_object') {
    const isMissing = issue.input === undefined || found === 'undefined';
    return problem(isMissing ? 'missing' : 'unknown-key', path, path.split('.').at(-1)!, issue.expected ?? '');
  }
  return problem('wrong-type', path, found, issue.expected ?? '');
}

const EXPECTED: Readonly<Record<string, string>> = {
  'bad-mac': '00:00:5e:00:53:0a',
  'bad-vid': '1〜4094',
  'bad-address': '192.0.2.11/24',
};

function problem(code: ProblemCode, path: string, found: string, expected: string): Problem {
  return { code, path, line: null, found, expected };
}

// --- Meaning

function checkMacs({ switches, hosts }: Scenario): Problem[] {
  const seen = new Map<string, string>();
  const all: [path: string, mac: string][] = [
    ...Object.entries(switches).flatMap(([name, { mac, ports }]): [string, string][] => [
      [`switches.${name}.mac`, mac],
      ...Object.entries(ports).map(([port, spec]): [string, string] => [
        `switches.${name}.ports.${port}.mac`,
        spec.mac,
      ]),
    ]),
    ...Object.entries(hosts).flatMap(([name, { nics }]) =>
      Object.entries(nics).map(([nic, mac]): [string, string] => [`hosts.${name}.nics.${nic}`, mac]),
    ),
  ];
  return all.flatMap(([path, text]) => {
    const key = String(parseMac(text));
    const first = seen.get(key);
    seen.set(key, first ?? path);
    return first === undefined ? [] : [problem('duplicate-mac', path, text, first)];
  });
}

function checkLinks(scenario: Scenario): Problem[] {
  const places = placesOf(scenario);
  const used = new Set<string>();
  return scenario.links.flatMap((ends, index) =>
    ends.flatMap((place, side) => {
      const path = `links.${index}.${side}`;
      if (!places.includes(place)) return [problem('unknown-port', path, place, places.join(', '))];
      const isUsed = used.has(place);
      used.add(place);
      return isUsed ? [problem('port-in-use', path, place, 'one link a port')] : [];
    }),
  );
}

function placesOf({ switches, hosts }: Scenario): string[] {
  return [
    ...Object.entries(switches).flatMap(([name, { ports }]) => Object.keys(ports).map((port) => `${name}.${port}`)),
    ...Object.entries(hosts).flatMap(([name, { nics }]) => Object.keys(nics).map((nic) => `${name}.${nic}`)),
  ];
}

function checkHosts({ hosts, switches }: Scenario): Problem[] {
  return Object.entries(hosts).flatMap(([name, spec]) => [
    ...(Object.hasOwn(switches, name) ? [problem('duplicate-name', `hosts.${name}`, name, '')] : []),
    ...spec.interfaces.flatMap(({ nic }, index) =>
      Object.hasOwn(spec.nics, nic)
        ? []
        : [problem('unknown-port', `hosts.${name}.interfaces.${index}.nic`, nic, Object.keys(spec.nics).join(', '))],
    ),
  ]);
}

function checkAction(action: Action, path: string, { hosts, switches }: Scenario): Problem[] {
  if (action.do === 'wait' || action.do === 'change') return [];
  const names = Object.keys(hosts);
  const problems = Object.hasOwn(hosts, action.from)
    ? []
    : [problem('unknown-node', `${path}.from`, action.from, names.join(', '))];
  const isKnown = (target: string): boolean => Object.hasOwn(hosts, target) || Object.hasOwn(switches, target);
  if (action.do === 'ping') {
    const isAddress = !isMalformed(parseIpv4Address(action.to));
    return isKnown(action.to) || isAddress
      ? problems
      : [...problems, problem('unknown-node', `${path}.to`, action.to, names.join(', '))];
  }
  const { dst, src } = action.frame;
  for (const [key, target] of Object.entries({ dst, src })) {
    if (target === undefined || isKnown(target) || !isMalformed(parseMac(target))) continue;
    problems.push(problem('unknown-node', `${path}.frame.${key}`, target, names.join(', ')));
  }
  return problems;
}

/** The line where a path stands, or where its nearest existing parent does. */
function lineOf(document: Document, lines: LineCounter, path: string): number | null {
  const keys = path === '' ? [] : path.split('.');
  for (let depth = keys.length; depth > 0; depth--) {
    const parent: unknown = depth === 1 ? document.contents : document.getIn(keys.slice(0, depth - 1).map(keyOf), true);
    const key = keys[depth - 1]!;
    const pair = isMap(parent)
      ? parent.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
      : null;
    const node: unknown = pair?.key ?? document.getIn(keys.slice(0, depth).map(keyOf), true);
    if (isScalar(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return null;
}

function keyOf(key: string): string | number {
  return /^\d+$/.test(key) ? Number(key) : key;
}
