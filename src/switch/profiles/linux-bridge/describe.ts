/**
 * Names for the integers in a Linux bridge's trace. A value is printed as its knob prints it: states and flags in the
 * words of `bridge`, hooks in those of `nft`.
 */
import { FLOOD_BROADCAST, FLOOD_MULTICAST } from '../../profile.ts';
import type { Value, Values } from '../../../outcome/decision.ts';
import { NO_PORT, type TraceRecord } from '../../trace.ts';
import type { ReasonId } from '../../../outcome/reasons.ts';
import { formatTag, pcpOf, deiOf, vidOf } from '../../../wire/dot1q.ts';
import { formatMac, isGroup, isZero } from '../../../wire/mac-address.ts';
import { STATE_NAMES, type BridgePort } from './bridge-port.ts';
import { HOOK_NAMES } from './netfilter.ts';
import type { LinuxBridge } from './linux-bridge.ts';

type Describe = (bridge: LinuxBridge, record: TraceRecord) => Values;

const src: Describe = (_, { values: [high, low] }) => ({ src: formatMac(high, low) });
const dst: Describe = (_, { values: [high, low] }) => ({ dst: formatMac(high, low) });
const learning: Describe = (bridge, record) => ({ ...src(bridge, record), ...vlan(record.values[2]) });
const vid: Describe = (_, { values: [number] }) => vlan(number);
const stpState: Describe = (_, { values: [state] }) => ({
  state: STATE_NAMES[state]!,
  allowed: ['learning', 'forwarding'],
});
const flood: Describe = (_, { values: [high, low, kind, count] }) => ({
  dst: formatMac(high, low),
  class: floodClass(kind),
  count,
});
const none: Describe = () => ({});

/** What each reason's values mean. A reason that this profile never yields is not here. */
const DESCRIBE: Partial<Record<ReasonId, Describe>> = {
  'malformed-header': (_, { values: [length] }) => ({ protocol: 'Ethernet', field: 'length', value: length }),
  'unknown-port': (_, { values: [port] }) => ({ port: `#${port}` }),
  'short-tagged': (_, { values: [length, min] }) => ({ length, min }),
  'link-down': () => ({ link: 'down' }),
  'invalid-src': (_, { values: [high, low] }) => ({
    src: formatMac(high, low),
    what: isZero(high, low) ? 'zero' : isGroup(high) ? 'group' : 'other',
  }),
  pause: dst,
  'reserved-dst': (_, { values: [high, low, mask] }) => ({
    dst: formatMac(high, low),
    knob: 'group_fwd_mask',
    value: `0x${mask.toString(16)}`,
  }),
  'stp-state': stpState,
  'no-pvid': none,
  'vlan-mismatch': (bridge, { port, values: [tpid, tci] }) => ({
    tag: formatTag({ tpid, pcp: pcpOf(tci), dei: deiOf(tci), vid: vidOf(tci) }),
    vid: vidOf(tci),
    accepts: accepts(bridge.ports[port]!),
  }),
  'reserved-vid': vid,
  'vlan-state': (_, { values: [number, state] }) => ({
    vid: number,
    state: STATE_NAMES[state]!,
    allowed: ['learning', 'forwarding'],
  }),
  'vlan-not-allowed': (bridge, { port, values: [number] }) => ({
    vid: number,
    members: ranges(bridge.ports[port]!.memberSet()),
  }),
  'host-not-in-vlan': vid,
  locked: learning,
  'acl-deny': (bridge, { values: [ruleId, hook] }) => {
    const rule = bridge.netfilter.evaluator?.rules[ruleId];
    return { ...hookName(hook), rule: `${rule?.chain} ${rule?.number}`, match: rule?.text ?? '', action: 'drop' };
  },
  'implicit-deny': (bridge, { values: [chain, hook] }) => ({
    ...hookName(hook),
    chain: bridge.netfilter.evaluator?.chainName(chain) ?? '',
    rules: bridge.netfilter.evaluator?.ruleCountOf(chain) ?? 0,
    policy: 'drop',
  }),
  'same-port': dst,
  'no-target': (_, { values: [kind] }) => ({ class: floodClass(kind) }),
  'ingress-port': none,
  isolated: (bridge, { values: [ingress] }) => ({ ingress: bridge.ports[ingress]?.name ?? '', flag: 'isolated' }),
  'flood-off': (_, { values: [kind] }) => ({ flag: floodFlag(kind), class: floodClass(kind) }),
  'host-excluded': dst,
  'mtu-exceeded': (_, { values: [length, limit] }) => ({ length, limit }),
  learned: learning,
  'entry-refreshed': learning,
  'entry-moved': (bridge, { port, values: [high, low, from] }) => ({
    src: formatMac(high, low),
    from: portName(bridge, from),
    to: portName(bridge, port),
  }),
  'entry-pinned': (bridge, { values: [high, low, from] }) => ({
    src: formatMac(high, low),
    entry: 'sticky',
    from: portName(bridge, from),
  }),
  'entry-expired': (_, { values: [high, low, age, limit] }) => ({
    mac: formatMac(high, low),
    age: Math.floor(age / 1000),
    limit: limit / 1000,
  }),
  'learning-off': (bridge, { port, values: [high, low] }) => ({
    src: formatMac(high, low),
    where: port === NO_PORT ? bridge.name : portName(bridge, port),
    value: port === NO_PORT ? 'ageing_time 0' : 'off',
  }),
  'own-src': src,
  delivered: (bridge, record) => ({ ...dst(bridge, record), ...vlan(record.values[2]) }),
  flooded: flood,
  'to-host': dst,
  'promiscuous-copy': vid,
  hairpinned: none,
  'tag-pushed': vid,
  'tag-popped': vid,
  'pcp-reset': (_, { values: [pcp] }) => ({ pcp, why: 'untagged', result: 'none' }),
};

export function describe(bridge: LinuxBridge, record: TraceRecord): Values {
  const port: Values = record.port === NO_PORT ? {} : { port: portName(bridge, record.port) };
  if (record.reason !== null) return { ...port, ...DESCRIBE[record.reason]?.(bridge, record) };
  return { ...port, ...describePass(record) };
}

const HOW = ['tag', 'pvid', 'priority', 'other-tpid', 'unaware'] as const;

/** A stage that the frame passed. */
function describePass({ stage, values: [a, b, c, d] }: TraceRecord): Values {
  switch (stage) {
    case 'vlan':
      return { how: HOW[a]!, ...vlan(b), pcp: c };
    case 'ingress':
    case 'admission':
      return { src: formatMac(a, b) };
    case 'lookup':
      return { dst: formatMac(a, b), ...vlan(c), local: d };
    case 'filter':
      return hookName(a);
    default:
      return {};
  }
}

/** VID 0 inside the switch means that it knows no VLANs: then there is nothing to say. */
function vlan(number: number): Values {
  return number === 0 ? {} : { vid: number };
}

function hookName(code: number): Values {
  return { hook: HOOK_NAMES[code]! };
}

function portName(bridge: LinuxBridge, index: number): string {
  return bridge.ports[index]?.name ?? `#${index}`;
}

function floodClass(kind: number): string {
  return kind === FLOOD_BROADCAST ? 'broadcast' : kind === FLOOD_MULTICAST ? 'multicast' : 'unknown-unicast';
}

function floodFlag(kind: number): string {
  return kind === FLOOD_BROADCAST ? 'bcast_flood' : kind === FLOOD_MULTICAST ? 'mcast_flood' : 'flood';
}

/** What an ingress port admits: untagged frames where it has a PVID, then the VIDs. */
function accepts(port: BridgePort): Value {
  return [...(port.pvid === 0 ? [] : ['untagged']), ...ranges(port.memberSet())];
}

/** `1, 10-20`: runs of consecutive VIDs joined, as `bridge -c vlan show` does. */
export function ranges(vids: readonly number[]): string[] {
  const runs: [number, number][] = [];
  for (const number of vids) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
}
