/** Which rules of the Hyper-V switch can yield each outcome: what the audit holds the engine to. */
import type { ReasonId } from '../../src/outcome/reasons.ts';

const MODES = ['HV-8', 'HV-9', 'HV-10', 'HV-11', 'HV-24'];

export const HYPER_V_RULES: Readonly<Partial<Record<ReasonId, readonly string[]>>> = {
  'link-down': ['HV-25'],
  'port-disabled': ['HV-25'],
  'unknown-port': ['HV-1'],
  'invalid-src': ['HV-4'],
  'reserved-dst': ['HV-21'],
  'vlan-mismatch': ['HV-7', ...MODES],
  'vlan-not-allowed': MODES,
  'forged-src-mac': ['HV-4'],
  'dhcp-guard': ['HV-13'],
  'router-guard': ['HV-14'],
  'storm-limit': ['HV-3'],
  'pvlan-blocked': ['HV-11'],
  'unknown-dst': ['HV-5'],
  'split-horizon': ['HV-21'],
  'no-target': ['HV-6'],
  'ingress-port': ['HV-6'],
  'unknown-not-flooded': ['HV-5'],
  'uplink-not-chosen': ['HV-1'],
  'mtu-exceeded': ['HV-22'],
  learned: ['HV-2', 'HV-4'],
  'entry-refreshed': ['HV-2'],
  'entry-moved': ['HV-2'],
  'entry-pinned': ['HV-2'],
  'entry-expired': ['HV-21'],
  'table-full': ['HV-2'],
  'learning-off': ['HV-4'],
  delivered: ['HV-2'],
  flooded: ['HV-5', 'HV-6'],
  mirrored: ['HV-15'],
  'tag-pushed': MODES,
  'tag-popped': MODES,
  'pcp-reset': ['HV-12', ...MODES],
};
