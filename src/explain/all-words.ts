/** Every product's words, for programs that may be asked about any of them. */
import { HYPER_V_DOUBTS } from './doubts/hyper-v.ts';
import { IEEE_8021Q_DOUBTS } from './doubts/ieee-8021q.ts';
import { VMWARE_VSS_DOUBTS } from './doubts/vmware-vss.ts';
import { BRIDGE_REASONS } from './reasons/bridge.ts';
import { OPEN_VSWITCH_REASONS } from './reasons/open-vswitch.ts';
import { HYPER_V_TEXTS } from './reasons/hyper-v.ts';
import { VMWARE_VSS_CLASSIFIED, VMWARE_VSS_TEXTS } from './reasons/vmware-vss.ts';
import { teach, type DoubtTexts, type Words } from './words.ts';
import type { ProfileId } from '../switch/profile.ts';

export const ALL_WORDS: Readonly<Record<ProfileId, Words>> = {
  'linux-bridge': { reasons: BRIDGE_REASONS, doubts: {} },
  'open-vswitch': { reasons: OPEN_VSWITCH_REASONS, doubts: {} },
  'hyper-v': { reasons: HYPER_V_TEXTS, doubts: HYPER_V_DOUBTS },
  'ieee-8021q': { reasons: BRIDGE_REASONS, doubts: IEEE_8021Q_DOUBTS },
  'vmware-vss': { reasons: VMWARE_VSS_TEXTS, doubts: VMWARE_VSS_DOUBTS, classified: VMWARE_VSS_CLASSIFIED },
};

export function teachAll(): void {
  for (const [product, words] of Object.entries(ALL_WORDS)) teach(product as ProfileId, words);
}

/** Every doubt of every product, by its key. */
export const ALL_DOUBTS: DoubtTexts = Object.assign({}, ...Object.values(ALL_WORDS).map(({ doubts }) => doubts));
