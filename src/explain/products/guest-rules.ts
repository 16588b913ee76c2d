/** Which rules of the guest can yield each outcome: what tests and reference pages hold the engine to. */
import type { ReasonId } from '../../outcome/reasons.ts';

export const GUEST_RULES: Readonly<Partial<Record<ReasonId, readonly string[]>>> = {
  'not-for-me': ['GUEST-1'],
  'no-vlan-interface': ['GUEST-1'],
  'not-my-ip': ['GUEST-8'],
  'no-route': ['GUEST-2', 'GUEST-8'],
  'no-arp': ['GUEST-3', 'GUEST-6'],
  'ttl-expired': ['GUEST-8'],
  'bad-checksum': ['GUEST-9'],
  'no-listener': ['GUEST-9', 'GUEST-10'],
  'unknown-protocol': ['GUEST-9'],
  'echo-ignored': ['GUEST-7'],
  'martian-src': ['GUEST-5', 'GUEST-9'],
  fragment: ['GUEST-9'],
  'broadcast-ping': ['GUEST-2'],
  'guest-fw': ['GUEST-12'],
  'icmp-rate-limited': ['GUEST-9'],
};
