/**
 * Every outcome in Japanese. The map is complete by type: an id without a sentence does not compile. A page that runs one
 * product's switch needs only that product's part of it.
 */
import type { ReasonId } from '../outcome/reasons.ts';
import { BRIDGE_REASONS } from './reasons/bridge.ts';
import { HOST_REASONS } from './reasons/host.ts';
import { HYPER_V_REASONS } from './reasons/hyper-v.ts';
import type { ReasonText } from './reasons/reason-text.ts';
import { OPEN_VSWITCH_OWN } from './reasons/open-vswitch.ts';
import { OTHER_REASONS } from './reasons/elsewhere.ts';
import { VMWARE_VSS_REASONS } from './reasons/vmware-vss.ts';

export const REASON_TEXTS: Readonly<Record<ReasonId, ReasonText>> = {
  ...BRIDGE_REASONS,
  ...HOST_REASONS,
  ...OPEN_VSWITCH_OWN,
  ...HYPER_V_REASONS,
  ...OTHER_REASONS,
  ...VMWARE_VSS_REASONS,
};
