/**
 * The tests that nft adds by itself before a match (nftables src/payload.c, payload_gen_dependency): a rule on
 * `tcp dport` first asks whether the packet is TCP at all.
 *
 * They are not a detail. In the bridge family `ip` asks `meta protocol`, which Linux answers for the packet behind one
 * VLAN tag; `arp` and `icmp` ask the type field of the link header, which is the tag's TPID (ACL-N-7).
 */
import type { FieldTest } from '../../filter/ruleset.ts';
import { isTpid, TAG_SIZE } from '../../wire/dot1q.ts';
import { ETHERTYPES, FIELDS, PROTOCOL_NUMBERS, type FieldSpec, type Protocol } from './fields.ts';
import { toBytes } from './values.ts';

/** What the rule's tests so far have settled. */
export interface Settled {
  /** VLAN tags, from the outermost on: `vlan …` asks the last of them. */
  tags: number;
  network: string | null;
  readonly transports: string[];
}

export function nothingSettled(): Settled {
  return { tags: 0, network: null, transports: [] };
}

const NETWORK = new Set<Protocol>(['ip', 'ip6', 'arp']);
const TRANSPORT = new Set<Protocol>(['icmp', 'icmpv6', 'tcp', 'udp']);
const NETWORK_OF: Partial<Record<Protocol, 'ip' | 'ip6'>> = { icmp: 'ip', icmpv6: 'ip6' };
/** What nft 1.0.6 knows to ride on IP (proto.c): of any other number in an IP header it draws no conclusion. */
const RIDERS: Readonly<Record<number, string>> = {
  1: 'icmp',
  2: 'igmp',
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  50: 'esp',
  51: 'ah',
  58: 'icmpv6',
  108: 'comp',
  132: 'sctp',
  136: 'udplite',
};

/** The tests to put before a match on `protocol`, or the settled protocol that contradicts it. */
export function dependencies(protocol: Protocol, settled: Settled): FieldTest[] | { conflict: string } {
  if (protocol === 'vlan') return vlanDependency(settled);
  return TRANSPORT.has(protocol) ? transportDependency(protocol, settled) : networkDependency(protocol, settled);
}

function vlanDependency(settled: Settled): FieldTest[] | { conflict: string } {
  if (settled.tags > 0) return [];
  if (settled.network !== null) return { conflict: settled.network };
  settled.tags = 1;
  return [equals(FIELDS.ether['type']!, ETHERTYPES['8021q']!)];
}

function networkDependency(protocol: Protocol, settled: Settled): FieldTest[] | { conflict: string } {
  if (!NETWORK.has(protocol) || settled.network === protocol) return [];
  if (settled.network !== null) return { conflict: settled.network };
  settled.network = protocol;
  return [networkTest(protocol, protocol !== 'arp', settled)];
}

function transportDependency(protocol: Protocol, settled: Settled): FieldTest[] | { conflict: string } {
  const { network, transports } = settled;
  const other = transports.find((transport) => transport !== protocol);
  if (other !== undefined) return { conflict: other };
  if (transports.length > 0) return [];
  // Nothing of IP rides on ARP; that ICMP belongs to IPv4 and ICMPv6 to IPv6 nft does not insist on.
  if (network !== null && network !== 'ip' && network !== 'ip6') return { conflict: network };
  const tests: FieldTest[] = [];
  const below = NETWORK_OF[protocol];
  if (below !== undefined && network === null) {
    tests.push(networkTest(below, false, settled));
    settled.network = below;
  }
  transports.push(protocol);
  return [...tests, equals(FIELDS.meta['l4proto']!, PROTOCOL_NUMBERS[protocol]!)];
}

/** Only ip and ip6 themselves, not what presumes them, are found by what the kernel says the packet is (`byMeta`). */
function networkTest(network: string, byMeta: boolean, settled: Settled): FieldTest {
  const type = ETHERTYPES[network]!;
  if (settled.tags > 0) return equals(inTag(FIELDS.vlan['type']!, settled), type);
  return equals(byMeta ? FIELDS.meta['protocol']! : FIELDS.ether['type']!, type);
}

/** A field of the innermost tag that is settled. */
export function inTag(spec: FieldSpec, settled: Settled): FieldSpec {
  return { ...spec, offset: spec.offset + TAG_SIZE * (settled.tags - 1) };
}

export function equals(spec: FieldSpec, value: number): FieldTest {
  const bytes = toBytes(BigInt(value), spec);
  return {
    field: { base: spec.base, offset: spec.offset, size: spec.size },
    intervals: [{ low: bytes, high: bytes }],
    negated: false,
  };
}

/**
 * What an equality that the administrator wrote settles; `values`: of a set all its elements. Of link types nft remembers the
 * last one, every tag among them is one more; of transport protocols it remembers all, so that two contradict each other.
 */
export function settle(protocol: Protocol, name: string, values: readonly bigint[], settled: Settled): void {
  for (const value of values) {
    const number = Number(value);
    if ((protocol === 'ether' || protocol === 'vlan') && name === 'type') {
      if (isTpid(number)) settled.tags++;
      else settled.network = nameOf(number) ?? settled.network;
    } else if (protocol === 'meta' && name === 'protocol') {
      settled.network = isTpid(number) ? 'vlan' : (nameOf(number) ?? 'unknown');
    } else if (name === 'l4proto') {
      settled.transports.push(RIDERS[number] ?? 'unknown');
    } else if ((name === 'protocol' || name === 'nexthdr') && RIDERS[number] !== undefined) {
      settled.transports.push(RIDERS[number]);
    }
  }
}

/** An EtherType that nft knows no protocol for has none. */
function nameOf(type: number): string | null {
  return Object.keys(ETHERTYPES).find((name) => ETHERTYPES[name] === type) ?? null;
}
