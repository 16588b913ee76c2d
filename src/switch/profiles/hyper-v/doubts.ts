/** What about this switch is second-hand (`C`) or a best reading (`U`): Microsoft documents what is configured, less what happens. */
import type { Doubts } from '../../../outcome/doubts.ts';

export const DOUBTS: Doubts = {
  'GEN-3': 'U',
  'HV-1/uplink-not-chosen': 'U',
  'HV-2/entry-pinned': 'U',
  'HV-2/table-full': 'U',
  'HV-3/storm-limit': 'U',
  'HV-4/learned': 'C',
  'HV-4/learning-off': 'C',
  'HV-5': 'U',
  'HV-6': 'C',
  'HV-7': 'C',
  'HV-8/vlan-mismatch': 'C',
  'HV-9/vlan-mismatch': 'C',
  'HV-10/pass': 'U',
  'HV-11/pvlan-blocked': 'U',
  'HV-11/vlan-mismatch': 'C',
  'HV-12/pass': 'U',
  'HV-13': 'U',
  'HV-15': 'C',
  'HV-21/reserved-dst': 'U',
  'HV-21/split-horizon': 'C',
  'HV-22': 'U',
  'HV-24/vlan-mismatch': 'U',
  'HV-25': 'U',
};
