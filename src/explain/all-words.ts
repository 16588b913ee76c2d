/** Every product's words, for programs that may be asked about any of them. */
import type { ProfileId } from '../switch/profile.ts';
import { teach, type Words } from './words.ts';
import { WORDS as LINUX_BRIDGE } from './words/linux-bridge.ts';
import { WORDS as OPEN_VSWITCH } from './words/open-vswitch.ts';
import { WORDS as VMWARE_VSS } from './words/vmware-vss.ts';
import { WORDS as HYPER_V } from './words/hyper-v.ts';
import { WORDS as SR_IOV } from './words/sr-iov.ts';
import { WORDS as IEEE_8021Q } from './words/ieee-8021q.ts';

export const ALL_WORDS: Readonly<Record<ProfileId, Words>> = {
  'linux-bridge': LINUX_BRIDGE,
  'open-vswitch': OPEN_VSWITCH,
  'vmware-vss': VMWARE_VSS,
  'hyper-v': HYPER_V,
  'sr-iov': SR_IOV,
  'ieee-8021q': IEEE_8021Q,
};

export function teachAll(): void {
  for (const [product, words] of Object.entries(ALL_WORDS)) teach(product as ProfileId, words);
}
