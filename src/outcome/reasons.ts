/**
 * The closed vocabulary of outcomes: ids of what the engine can say about a frame, a copy or a port.
 *
 * - A **drop** is a loss. A frame that ends without a single copy has exactly one, with the decisive reason; a copy that
 *   exists can still be dropped on its way out, one drop a copy.
 * - A **filtered** port was left out of a flood. It made no copy, so nothing was lost.
 * - A **note** explains and changes no count.
 *
 * `vlan-mismatch` is ingress admission (decided by the ingress port alone, before learning), `vlan-not-allowed` is
 * egress membership, `no-pvid` is neither: an untagged frame got no VLAN at all.
 *
 * A new outcome gets its id here, at the end of its group. `reason-natures.ts` and `explain/reasons.ts` then no longer compile
 * until it has a nature and a sentence (in `explain/reasons/`, by who can say it), and what the profile names its values is in
 * `switch/describe.ts`. A test fails while a reason that the engine can yield is reached by no recording or scenario.
 */
import { Interned } from './interned.ts';

/** Whole, for types and for tests: a page carries the ids that its products use. */
export const REASONS = [
  // link: the wire, the port as a device
  'link-down',
  'port-disabled',
  'runt',
  'short-tagged',
  'malformed-header',
  'unknown-port',
  'ring-full',
  // ingress: before the VLAN is known
  'invalid-src',
  'pause',
  'reserved-dst',
  'bpdu-filter',
  'bpdu-guard',
  'stp-state',
  'bond-admission',
  'mirror-output',
  'reverse-filter',
  // vlan: ingress classification and admission (decided by the INGRESS port alone, before learning)
  'no-pvid',
  'vlan-mismatch',
  'reserved-vid',
  'vlan-state',
  // vlan: egress membership (decided by the EGRESS port, after the lookup)
  'vlan-not-allowed',
  'inner-vlan-not-allowed',
  'host-not-in-vlan',
  // admission: identity and rate checks on the ingress port
  'locked',
  'forged-src-mac',
  'mac-changed-rx',
  'mac-limit',
  'dhcp-guard',
  'router-guard',
  'storm-limit',
  'pvlan-blocked',
  // filter: rules written by an administrator
  'acl-deny',
  'implicit-deny',
  'acl-reject',
  'ct-invalid',
  'host-fw',
  'extension-drop',
  'too-deep',
  // lookup: the forwarding decision
  'same-port',
  'unknown-dst',
  'no-uplink',
  'split-horizon',
  'no-target',
  'ingress-port',
  'isolated',
  'flood-off',
  'mcast-not-member',
  'neigh-suppressed',
  'local-only',
  'host-excluded',
  'unknown-not-flooded',
  'uplink-not-chosen',
  // egress: after the copy exists
  'mtu-exceeded',
  // host: guest stack, router, application
  'not-for-me',
  'no-vlan-interface',
  'not-my-ip',
  'no-route',
  'no-arp',
  'ttl-expired',
  'df-needed',
  'bad-checksum',
  'no-listener',
  'unknown-protocol',
  'echo-ignored',
  'guest-fw',
  'icmp-rate-limited',
  'martian-src',
  'fragment',
  'broadcast-ping',
  // learning: what the source taught (notes)
  'learned',
  'entry-refreshed',
  'entry-moved',
  'entry-pinned',
  'entry-expired',
  'entry-evicted',
  'table-full',
  'learning-off',
  'own-src',
  'group-src',
  'garp-hold',
  'filter-before-learning',
  // outcomes that are not losses (notes)
  'delivered',
  'flooded',
  'to-host',
  'to-control',
  'to-uplink',
  'redirected',
  'diverted-to-stack',
  'mirrored',
  'promiscuous-copy',
  'hairpinned',
  'tag-pushed',
  'tag-popped',
  'pcp-reset',
  'connection-state',
  'root-guard',
  'uplink-failover',
] as const;

export type ReasonId = (typeof REASONS)[number];

const INTERNED = new Interned<ReasonId>();

/** The integer under which a reason stands in a trace; 0 is "none". */
export function reasonCode(id: ReasonId): number {
  return INTERNED.codeOf(id);
}

export function reasonOf(code: number): ReasonId | null {
  return INTERNED.idOf(code);
}
