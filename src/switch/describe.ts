/**
 * Names for the four integers of a trace record. The layout of the values belongs to the reason and is the same for all
 * profiles; a profile overrides what its product prints in its own words (knobs, states, rules).
 */
import type { Value, Values } from '../outcome/decision.ts';
import type { ReasonId } from '../outcome/reasons.ts';
import { TPID_S, vidOf } from '../wire/dot1q.ts';
import { formatMac, isGroup, isZero } from '../wire/mac-address.ts';
import type { Port } from './port.ts';
import { FLOOD_BROADCAST, FLOOD_MULTICAST, HOST_PORT, unpackFlood, type Profile } from './profile.ts';
import { NO_PORT, type TraceRecord } from './trace.ts';

export type Describe<P extends Profile = Profile> = (profile: P, record: TraceRecord) => Values;
export type Descriptions<P extends Profile = Profile> = Partial<Record<ReasonId, Describe<P>>>;

const src: Describe = (_, { values: [high, low] }) => ({ src: formatMac(high, low) });
const dst: Describe = (_, { values: [high, low] }) => ({ dst: formatMac(high, low) });
const srcInVlan: Describe = (profile, record) => ({ ...src(profile, record), ...vlan(record.values[2]) });
const vid: Describe = (_, { values: [number] }) => vlan(number);
const nothing: Describe = () => ({});

const COMMON: Descriptions = {
  'malformed-header': (_, { values: [length] }) => ({ protocol: 'Ethernet', field: 'length', value: length }),
  'unknown-port': (_, { values: [port] }) => ({ port: `#${port}` }),
  'short-tagged': (_, { values: [length, min] }) => ({ length, min }),
  runt: (_, { values: [length, min] }) => ({ length, min }),
  'link-down': () => ({ link: 'down' }),
  'invalid-src': (_, { values: [high, low] }) => ({
    src: formatMac(high, low),
    what: isZero(high, low) ? 'zero' : isGroup(high) ? 'group' : 'other',
  }),
  pause: dst,
  'reserved-dst': dst,
  'no-pvid': (_, { values: [how] }) => ({ frame: HOW[how]! }),
  'vlan-mismatch': (profile, { port, values: [tpid, tci] }) => ({
    tpid: tpid === TPID_S ? '802.1ad' : '802.1Q',
    vid: vidOf(tci),
    accepts: accepts(profile.ports[port]!),
  }),
  'reserved-vid': vid,
  'vlan-not-allowed': (profile, { port, values: [number] }) => ({
    vid: number,
    members: ranges(profile.ports[port]!.memberSet()),
  }),
  'host-not-in-vlan': vid,
  locked: srcInVlan,
  'same-port': dst,
  'no-target': (_, { values: [kind] }) => ({ class: floodClass(kind) }),
  'ingress-port': nothing,
  isolated: (profile, { values: [ingress] }) => ({ ingress: portName(profile, ingress) }),
  'flood-off': (_, { values: [kind] }) => ({ class: floodClass(kind) }),
  'host-excluded': dst,
  'mtu-exceeded': (_, { values: [length, limit] }) => ({ length, limit }),
  learned: srcInVlan,
  'entry-refreshed': srcInVlan,
  'entry-moved': (profile, { port, values: [high, low, from] }) => ({
    src: formatMac(high, low),
    from: portName(profile, from),
    to: portName(profile, port),
  }),
  'entry-pinned': (profile, { values: [high, low, from] }) => ({
    src: formatMac(high, low),
    from: portName(profile, from),
  }),
  'entry-expired': (_, { values: [high, low, age, limit] }) => ({
    mac: formatMac(high, low),
    age: Math.floor(age / 1000),
    limit: limit / 1000,
  }),
  'learning-off': (profile, { port, values: [high, low] }) => ({
    src: formatMac(high, low),
    where: portName(profile, port === NO_PORT ? HOST_PORT : port),
    value: 'off',
  }),
  'own-src': src,
  delivered: (profile, record) => ({ ...dst(profile, record), ...vlan(record.values[2]) }),
  flooded: (_, { values: [high, low, packed, count] }) => {
    const { flood, vid: number } = unpackFlood(packed);
    return { dst: formatMac(high, low), class: floodClass(flood), ...vlan(number), count };
  },
  'to-host': dst,
  'promiscuous-copy': vid,
  hairpinned: nothing,
  'tag-pushed': vid,
  'tag-popped': vid,
  'pcp-reset': (_, { values: [pcp] }) => ({ pcp, why: 'untagged', result: 'none' }),
};

export function describeRecord<P extends Profile>(profile: P, record: TraceRecord, own: Descriptions<P>): Values {
  const port: Values = record.port === NO_PORT ? {} : { port: portName(profile, record.port) };
  if (record.reason === null) return { ...port, ...describePass(record) };
  const common = COMMON[record.reason]?.(profile, record);
  return { ...port, ...common, ...own[record.reason]?.(profile, record) };
}

/** How a frame got its VLAN: the first value of a passed classification. */
export const [BY_TAG, BY_PVID, BY_PVID_PRIORITY, BY_PVID_OTHER_TPID, UNAWARE, BY_TUNNEL, BY_NO_TAG] = [
  0, 1, 2, 3, 4, 5, 6,
] as const;
const HOW = ['tag', 'pvid', 'priority', 'other-tpid', 'unaware', 'tunnel', 'no-tag'] as const;

/** A stage that the frame passed. */
function describePass({ stage, values: [a, b, c, d] }: TraceRecord): Values {
  switch (stage) {
    case 'vlan':
      return { how: HOW[a]!, ...vlan(b), pcp: c };
    case 'ingress':
    case 'admission':
      return { src: formatMac(a, b) };
    case 'lookup':
      return { dst: formatMac(a, b), ...vlan(c), isLocal: d };
    default:
      return {};
  }
}

/** VID 0 inside the switch means that it knows no VLANs: then there is nothing to say. */
function vlan(number: number): Values {
  return number === 0 ? {} : { vid: number };
}

export function portName(profile: Profile, index: number): string {
  return profile.ports[index]?.name ?? `#${index}`;
}

function floodClass(kind: number): string {
  return kind === FLOOD_BROADCAST ? 'broadcast' : kind === FLOOD_MULTICAST ? 'multicast' : 'unknown-unicast';
}

/** What an ingress port admits: untagged frames where it has a PVID, then the VIDs. */
function accepts(port: Port): Value {
  return [...(port.pvid === 0 ? [] : ['untagged']), ...ranges(port.memberSet())];
}

/** `1, 10-20`: runs of consecutive VIDs joined. */
export function ranges(vids: readonly number[]): string[] {
  const runs: [number, number][] = [];
  for (const number of vids) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
}
