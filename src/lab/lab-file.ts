/**
 * Lab files: YAML that an author writes, checked and brought into the form of `scenario.ts`.
 *
 * A file is taken whole or not at all. What is wrong is data (where, what, what would be right); `explain/problem.ts` makes
 * the Japanese sentence.
 */
import * as v from 'valibot';
import { isMap, isScalar, LineCounter, parseDocument, type Document, type YAMLError } from 'yaml';
import {
  formatIpv4Network,
  isInNetwork,
  parseIpv4Address,
  parseIpv4Network,
  subnetMask,
  type Ipv4Network,
} from '../wire/ipv4.ts';
import type { ProfileId } from '../switch/profile.ts';
import { parseMac } from '../wire/mac-address.ts';
import { isMalformed } from '../wire/malformed.ts';
import { checkAction } from './action-check.ts';
import { problemOf, ScenarioShape } from './lab-shape.ts';
import { problem, type Problem } from './problem.ts';
import type { HostSpec, PortSpec, Scenario } from './scenario.ts';

/** The text of a lab file; a scenario, or what is wrong with it: its shape first, and its meaning once the shape is right. */
export function readLabFile(text: string): Scenario | Problem[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) return document.errors.map((error) => yamlProblem(error, text));
  let data: unknown;
  try {
    data = document.toJS();
  } catch (error) {
    // Aliases: without an anchor, or so many that they would fill the memory.
    return [problem('yaml', '', error instanceof Error ? error.message : error, '')];
  }
  const problems = checkScenario(data);
  if (!Array.isArray(problems)) return problems;
  return problems.map((found) => ({ ...found, line: lineOf(document, lines, found.path) }));
}

function yamlProblem({ code, message, linePos, pos }: YAMLError, text: string): Problem {
  const isTwice = code === 'DUPLICATE_KEY';
  const found = isTwice ? (/^[^\s:,}]+/.exec(text.slice(pos[0]))?.[0] ?? '') : message.split('\n')[0];
  return { ...problem(isTwice ? 'duplicate-name' : 'yaml', '', found, ''), line: linePos?.[0].line ?? null };
}

/** Data of unknown origin; a scenario, or what is wrong with it, as above. */
export function checkScenario(data: unknown): Scenario | Problem[] {
  const parsed = v.safeParse(ScenarioShape, data);
  if (!parsed.success) return parsed.issues.map(problemOf);
  const scenario = parsed.output as Scenario;
  const problems = [
    ...checkMacs(scenario),
    ...checkLinks(scenario),
    ...checkSwitches(scenario),
    ...checkHosts(scenario),
    ...scenario.run.flatMap((action, index) => checkAction(action, `run.${index}`, scenario)),
  ];
  return problems.length > 0 ? problems : scenario;
}

// --- Meaning

function checkMacs(scenario: Scenario): Problem[] {
  const { switches, hosts } = scenario;
  const shared = sharedMacs(scenario);
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
    return first === undefined || shared.has(path) ? [] : [problem('duplicate-mac', path, text, first)];
  });
}

/** A function of an SR-IOV NIC is the NIC of its guest: the two have one address. Paths of such NICs. */
function sharedMacs({ switches, hosts, links }: Scenario): Set<string> {
  const shared = new Set<string>();
  for (const [a, b] of links.flatMap(([one, other]) => [[one, other] as const, [other, one] as const])) {
    const [[node, port], [host, nic]] = [partsOf(a), partsOf(b)];
    const own = hosts[host]?.nics[nic];
    const isFunction = switches[node]?.profile === 'sr-iov' && own !== undefined;
    if (isFunction && String(parseMac(own)) === String(parseMac(switches[node]?.ports[port]?.mac ?? ''))) {
      shared.add(`hosts.${host}.nics.${nic}`);
    }
  }
  return shared;
}

/** `sw1.p1` */
function partsOf(place: string): [node: string, port: string] {
  const dot = place.lastIndexOf('.');
  return [place.slice(0, dot), place.slice(dot + 1)];
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

/** Products whose ports are in groups. */
const WITH_GROUPS: ReadonlySet<ProfileId> = new Set<ProfileId>(['vmware-vss']);

/** A switch without a product has no options and no rules of its own. */
function checkSwitches({ switches }: Scenario): Problem[] {
  return Object.entries(switches).flatMap(([name, { profile, options, groups, rules, ports }]) => [
    ...Object.entries(ports).flatMap(([port, spec]) => checkPvid(spec, `switches.${name}.ports.${port}`)),
    ...Object.entries(ports).flatMap(([port, { group }]) =>
      group === undefined || Object.hasOwn(groups, group)
        ? []
        : [
            problem(
              'unknown-group',
              `switches.${name}.ports.${port}.group`,
              group,
              Object.keys(groups).join(', ') || 'なし',
            ),
          ],
    ),
    ...(!WITH_GROUPS.has(profile) && Object.keys(groups).length > 0
      ? [problem('unknown-key', `switches.${name}.groups`, 'groups', '')]
      : []),
    ...(profile === 'ieee-8021q' && rules !== ''
      ? [problem('unknown-key', `switches.${name}.rules`, 'rules', '')]
      : []),
    ...(profile === 'ieee-8021q' && Object.keys(options).length > 0
      ? [problem('unknown-key', `switches.${name}.options`, 'options', '')]
      : []),
  ]);
}

/** A port has one PVID: that of its access VLAN, or the native one of its trunk. */
function checkPvid({ vlan, native }: PortSpec, path: string): Problem[] {
  if (vlan === undefined || native === undefined) return [];
  return [problem('bad-value', `${path}.native`, native, 'vlanのないポートのPVID')];
}

function checkHosts({ hosts, switches }: Scenario): Problem[] {
  return Object.entries(hosts).flatMap(([name, spec]) => [
    ...(Object.hasOwn(switches, name) ? [problem('duplicate-name', `hosts.${name}`, name, '')] : []),
    ...spec.interfaces.flatMap(({ nic }, index) =>
      Object.hasOwn(spec.nics, nic)
        ? []
        : [problem('unknown-port', `hosts.${name}.interfaces.${index}.nic`, nic, Object.keys(spec.nics).join(', '))],
    ),
    ...checkGateway(spec, `hosts.${name}.gateway`),
  ]);
}

function checkGateway({ gateway, interfaces }: HostSpec, path: string): Problem[] {
  if (gateway === undefined) return [];
  const address = parseIpv4Address(gateway);
  const networks = interfaces.map((entry) => parseIpv4Network(entry.address));
  const isReached = networks.some(
    (network) => !isMalformed(network) && !isMalformed(address) && isInNetwork(address, network),
  );
  const subnets = networks.map((network) => (isMalformed(network) ? '' : formatSubnet(network))).join(', ');
  return isReached ? [] : [problem('outside-gateway', path, gateway, subnets)];
}

function formatSubnet({ address, prefix }: Ipv4Network): string {
  return formatIpv4Network({ address: (address & subnetMask(prefix)) >>> 0, prefix });
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
