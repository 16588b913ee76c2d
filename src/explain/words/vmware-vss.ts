/** The words of VMware's standard and distributed switch. */
import { VMWARE_VSS_CLASSIFIED, VMWARE_VSS_TEXTS } from '../reasons/vmware-vss.ts';
import type { Words } from '../words.ts';

export const WORDS: Words = {
  reasons: VMWARE_VSS_TEXTS,
  classified: VMWARE_VSS_CLASSIFIED,
};
