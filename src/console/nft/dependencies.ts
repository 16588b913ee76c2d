/**
 * The tests that nft adds by itself before a match (nftables src/payload.c, payload_gen_dependency): a rule on
 * `tcp dport` first asks whether the packet is TCP at all.
 *
 * They are not a detail. In the bridge family `ip` asks `meta protocol`, which Linux answers for the packet behind one
 * VLAN tag; `arp` and `icmp` ask the type field of the link header, which is the tag's TPID (ACL-N-7).
 */
import type { FieldTest } from '../../filter/ruleset.ts';
import { ETHERTYPES, FIELDS, PROTOCOL_NUMBERS, type FieldSpec, type Protocol } from './fields.ts';
import { toBytes } from './values.ts';

/** What the rule's tests so far have settled. */
export interface Settled {
  link: 'vlan' | null;
  network: string | null;
  transport: string | null;
}

export function nothingSettled(): Settled {
  return { link: null, network: null, transport: null };
}

const NETWORK = new Set<Protocol>(['ip', 'ip6', 'arp']);
const TRANSPORT = new Set<Protocol>(['icmp', 'icmpv6', 'tcp', 'udp']);
const NETWORK_OF: Partial<Record<Protocol, 'ip' | 'ip6'>> = { icmp: 'ip', icmpv6: 'ip6' };

/** The tests to put before a match on `protocol`, or the settled protocol that contradicts it. */
export function dependencies(protocol: Protocol, settled: Settled): FieldTest[] | { conflict: string } {
  if (protocol === 'vlan') return vlanDependency(settled);
  const tests: FieldTest[] = [];
  const isNetwork = NETWORK.has(protocol);
  if (isNetwork && settled.network !== null && settled.network !== protocol) return { conflict: settled.network };
  // Nothing of IP rides on ARP; that ICMP belongs to IPv4 and ICMPv6 to IPv6 nft does not insist on.
  if (TRANSPORT.has(protocol) && settled.network === 'arp') return { conflict: 'arp' };
  const network = isNetwork ? protocol : NETWORK_OF[protocol];
  if (network !== undefined && settled.network === null) {
    tests.push(networkTest(network, isNetwork, settled));
    settled.network = network;
  }
  if (TRANSPORT.has(protocol) && settled.transport !== protocol) {
    if (settled.transport !== null) return { conflict: settled.transport };
    tests.push(equals(FIELDS.meta['l4proto']!, PROTOCOL_NUMBERS[protocol]!));
    settled.transport = protocol;
  }
  return tests;
}

function vlanDependency(settled: Settled): FieldTest[] | { conflict: string } {
  if (settled.link === 'vlan') return [];
  if (settled.network !== null) return { conflict: settled.network };
  settled.link = 'vlan';
  return [equals(FIELDS.ether['type']!, ETHERTYPES['8021q']!)];
}

function networkTest(network: string, isDirect: boolean, settled: Settled): FieldTest {
  const type = ETHERTYPES[network]!;
  if (settled.link === 'vlan') return equals(FIELDS.vlan['type']!, type);
  // Only ip and ip6 themselves, not what presumes them, are found by what the kernel says the packet is.
  const byMeta = isDirect && network !== 'arp';
  return equals(byMeta ? FIELDS.meta['protocol']! : FIELDS.ether['type']!, type);
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
 * What an equality that the administrator wrote settles. Of a set of link types nft remembers the last one; a set of
 * transport protocols contradicts every match on one of them.
 */
export function settle(protocol: Protocol, name: string, value: bigint, isOneOfMany: boolean, settled: Settled): void {
  const number = Number(value);
  const isType = (protocol === 'ether' || protocol === 'vlan') && name === 'type';
  if (isType && (number === ETHERTYPES['8021q'] || number === ETHERTYPES['8021ad'])) {
    settled.link = 'vlan';
  } else if (isType || (protocol === 'meta' && name === 'protocol')) {
    settled.network = nameOf(ETHERTYPES, number) ?? settled.network;
  } else if (name === 'protocol' || name === 'nexthdr' || name === 'l4proto') {
    settled.transport = isOneOfMany ? 'set' : (nameOf(PROTOCOL_NUMBERS, number) ?? settled.transport);
  }
}

/** A number that nft knows no protocol for settles nothing. */
function nameOf(names: Readonly<Record<string, number>>, number: number): string | null {
  return Object.keys(names).find((name) => names[name] === number) ?? null;
}
