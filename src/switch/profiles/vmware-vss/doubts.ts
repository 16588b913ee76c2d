/** What of these switches' behaviour rests on second-hand accounts, or on nothing but the most natural reading. */
import type { Doubts } from '../../../outcome/doubts.ts';

export const DOUBTS: Doubts = {
  'GEN-2/reserved-vid': 'U',
  'GEN-4/flooded': 'U',
  'GEN-4/pause': 'U',
  'VSS-3/mtu-exceeded': 'C',
  'VSS-5/tag-popped': 'U',
  'VSS-7/tag-pushed': 'U',
  'VSS-8': 'C',
  'VSS-11': 'C',
  'VSS-14/split-horizon': 'C',
  'VSS-16': 'C',
  'VSS-16/delivered': 'U',
  'VSS-17/uplink-not-chosen': 'C',
  'VSS-19/group-src': 'U',
  'VDS-1/no-pvid': 'C',
  'VDS-2/tag-pushed': 'C',
  'VDS-3/entry-expired': 'U',
  'VDS-4/implicit-allow': 'U',
};
