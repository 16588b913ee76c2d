/** Every profile, by its id: what a lab file may name. */
import type { ProfileId } from '../profile.ts';

/** As a reader knows it. */
export const PROFILE_NAMES: Readonly<Record<ProfileId, string>> = {
  'linux-bridge': 'Linuxブリッジ',
  'open-vswitch': 'Open vSwitch',
  'hyper-v': 'Hyper-V仮想スイッチ',
  'ieee-8021q': 'IEEE 802.1Qの物理スイッチ',
  'vmware-vss': 'VMwareの標準スイッチと分散スイッチ',
  'sr-iov': 'SR-IOVのNIC',
};

export const PROFILE_IDS = Object.keys(PROFILE_NAMES) as ProfileId[];
