/** Whether an action means something in a scenario: names that exist, numbers that fit into their fields. */
import { fromHex } from '../wire/bytes.ts';
import { parseIpv4Address } from '../wire/ipv4.ts';
import { parseMac } from '../wire/mac-address.ts';
import { isMalformed } from '../wire/malformed.ts';
import type { Action, FrameSpec } from './action.ts';
import { problem, type Problem } from './problem.ts';
import type { Scenario } from './scenario.ts';

/** Everything that is wrong; paths begin with `path`. A change is checked by the switch that it is for. */
export function checkAction(action: Action, path: string, scenario: Scenario): Problem[] {
  const { switches } = scenario;
  switch (action.do) {
    case 'wait':
      return between(0, 1e7, action.seconds)
        ? []
        : [problem('bad-value', `${path}.seconds`, action.seconds, '0〜10000000')];
    case 'change':
      return Object.hasOwn(switches, action.node)
        ? []
        : [problem('unknown-node', `${path}.node`, action.node, Object.keys(switches).join(', '))];
    case 'ping':
      return [
        ...checkSender(action.from, path, scenario),
        ...checkIpTarget(action.to, `${path}.to`, scenario),
        ...checkNumber(action.ttl, 1, 255, `${path}.ttl`),
      ];
    case 'send':
      return [...checkSender(action.from, path, scenario), ...checkFrame(action.frame, `${path}.frame`, scenario)];
  }
}

function checkIpTarget(to: string, path: string, scenario: Scenario): Problem[] {
  if (isIpTarget(to, scenario)) return [];
  if (Object.hasOwn(scenario.hosts, to)) return [problem('no-nic', path, to, '')];
  return [problem('unknown-node', path, to, Object.keys(scenario.hosts).join(', '))];
}

function checkSender(from: string, path: string, { hosts }: Scenario): Problem[] {
  if (!Object.hasOwn(hosts, from)) {
    return [problem('unknown-node', `${path}.from`, from, Object.keys(hosts).join(', '))];
  }
  const { nics, interfaces } = hosts[from]!;
  const canSend = Object.keys(nics).length > 0 && interfaces.length > 0;
  return canSend ? [] : [problem('no-nic', `${path}.from`, from, '')];
}

function checkFrame(frame: FrameSpec, path: string, scenario: Scenario): Problem[] {
  const { dst, src, tag, etherType, ip, hex } = frame;
  return [
    ...checkStation(dst, `${path}.dst`, scenario),
    ...checkStation(src, `${path}.src`, scenario),
    ...checkNumber(tag?.vid, 0, 4095, `${path}.tag.vid`),
    ...checkNumber(tag?.pcp, 0, 7, `${path}.tag.pcp`),
    ...checkNumber(tag?.tpid, 0, 0xffff, `${path}.tag.tpid`),
    ...checkNumber(etherType, 0, 0xffff, `${path}.etherType`),
    ...checkIp(ip?.src, `${path}.ip.src`, scenario),
    ...checkIp(ip?.dst, `${path}.ip.dst`, scenario),
    ...(hex === undefined || fromHex(hex) !== null ? [] : [problem('bad-value', `${path}.hex`, hex, 'ffffffffffff')]),
  ];
}

/** A node's name or a MAC address. */
function checkStation(target: string | undefined, path: string, { hosts, switches }: Scenario): Problem[] {
  if (target === undefined || Object.hasOwn(hosts, target) || Object.hasOwn(switches, target)) return [];
  return isMalformed(parseMac(target)) ? [problem('unknown-node', path, target, Object.keys(hosts).join(', '))] : [];
}

function checkIp(target: string | undefined, path: string, scenario: Scenario): Problem[] {
  if (target === undefined || isIpTarget(target, scenario)) return [];
  return [problem('bad-address', path, target, '192.0.2.11')];
}

/** A host that has an address, or an address. */
function isIpTarget(target: string, { hosts }: Scenario): boolean {
  if (Object.hasOwn(hosts, target)) return hosts[target]!.interfaces.length > 0;
  return !isMalformed(parseIpv4Address(target));
}

function checkNumber(value: number | undefined, low: number, high: number, path: string): Problem[] {
  if (value === undefined || (Number.isInteger(value) && between(low, high, value))) return [];
  return [problem('bad-value', path, value, `${low}〜${high}`)];
}

function between(low: number, high: number, value: number): boolean {
  return value >= low && value <= high;
}
