/** What a command line asks to see. */
export type SrIovRequest =
  /** `ip [-s] [-j] link show [PF]` */
  | { readonly show: 'ip link'; readonly json: boolean; readonly statistics: boolean }
  /** `bridge link show [dev PF]` */
  | { readonly show: 'bridge link' }
  /** `bridge fdb show dev PF` */
  | { readonly show: 'bridge fdb' }
  /** `cat /sys/class/net/PF/device/sriov_numvfs`, `sriov_totalvfs` */
  | { readonly show: 'sysfs'; readonly file: 'sriov_numvfs' | 'sriov_totalvfs' };
