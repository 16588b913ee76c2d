/** Which rules of an SR-IOV NIC can yield each outcome: what the audit holds the engine to. */
import type { ReasonId } from '../../src/outcome/reasons.ts';

export const SR_IOV_RULES: Readonly<Partial<Record<ReasonId, readonly string[]>>> = {
  'link-down': ['SR-13'],
  'unknown-port': ['SR-1'],
  pause: ['SR-17'],
  'reserved-dst': ['SR-17'],
  'reverse-filter': ['SR-9'],
  'vlan-mismatch': ['SR-6', 'SR-8'],
  'vlan-not-allowed': ['SR-5', 'SR-7'],
  'forged-src-mac': ['SR-8'],
  'unknown-dst': ['SR-4', 'SR-11'],
  'no-target': ['SR-3'],
  'ingress-port': ['SR-3'],
  'mcast-not-member': ['SR-3'],
  'local-only': ['SR-3', 'SR-15'],
  'learning-off': ['SR-1'],
  delivered: ['SR-3', 'SR-4', 'SR-16'],
  flooded: ['SR-3'],
  'to-uplink': ['SR-3', 'SR-9', 'SR-10'],
  'promiscuous-copy': ['SR-4', 'SR-12', 'SR-16'],
  'tag-pushed': ['SR-5'],
  'tag-popped': ['SR-5'],
};
