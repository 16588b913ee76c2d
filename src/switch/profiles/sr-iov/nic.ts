/**
 * What distinguishes one NIC family's embedded switch from another's, as data: one table, no other file asks for a name.
 *
 * Read first: the PF drivers of Linux 6.12 (ixgbe_sriov.c, ixgbe_main.c; i40e_virtchnl_pf.c, i40e_main.c; ice_sriov.c,
 * ice_vf_vsi_vlan_ops.c, ice_virtchnl.h; mlx5 eswitch.c, esw/legacy.c, esw/acl/ingress_lgcy.c). A driver's source says
 * what is asked of the hardware; firmware decides.
 */
import type { Doubts } from '../../../outcome/doubts.ts';

export const NIC_NAMES = ['ixgbe', 'ixgbe-x550', 'i40e', 'ice', 'mlx5'] as const;
export type NicName = (typeof NIC_NAMES)[number];

/** What becomes of a tag that a guest behind a port VLAN sends (SR-6). */
export type GuestTag = 'drop' | 'stack';

/** What a promiscuous VF sees (SR-12): its own VLAN's unicast; what a default VSI gets; what nobody else gets. */
export type VfPromisc = 'none' | 'own-vlan' | 'default-vsi' | 'unmatched';

export interface Nic {
  /** `sriov_totalvfs` of one PF: for i40e and ice that of a card with two. */
  readonly maxVfs: number;
  /** spoofchk of a new VF (SR-2). */
  readonly spoofchk: boolean;
  /** Anti-spoofing looks at VLAN filters as well (SR-8). */
  readonly checksVlan: boolean;
  /** Only the administrative MAC is a good source, whatever else the VF has registered (SR-8). */
  readonly checksAdminMac: boolean;
  /** A further unicast filter of the VF ends MAC and VLAN anti-spoofing, although spoofchk still shows on (SR-8). */
  readonly filterEndsChecks: boolean;
  /** spoofchk stops LLDP (SR-17). */
  readonly stopsLldp: boolean;
  /** spoofchk stops EtherType 0x8808 (SR-17). */
  readonly stopsPause: boolean;
  /** What can be had; the first is what it does unless told otherwise. */
  readonly guestTags: readonly GuestTag[];
  /** A card that stacks tags takes S-tags for port VLANs, too (SR-5). */
  readonly hasSTags: boolean;
  /** `state enable` is heeded (SR-13). */
  readonly heedsEnable: boolean;
  /** Groups are subscribed in one hash table that all functions share (SR-3). */
  readonly hashesGroups: boolean;
  readonly vfPromisc: VfPromisc;
  /** Has `vf-true-promisc-support`. */
  readonly hasTruePromisc: boolean;
  /** With a port VLAN, true promiscuity sees only what comes from the wire (SR-12). */
  readonly seesWireInPortVlan: boolean;
  /** A promiscuous PF also gets what VFs send to unknown addresses (SR-16). */
  readonly pfSeesVfs: boolean;
  /** SR-10: VEPA without VFs, and VEB again whenever VFs are made; otherwise VEB until told otherwise. */
  readonly isVebByVfs: boolean;
  /** `hwmode` can be set without any VF. */
  readonly hasModeAlone: boolean;
  /** VLAN filters of an untrusted VF (SR-7). */
  readonly vlanLimit: number;
  readonly hasMinRate: boolean;
  /** `max_tx_rate` that is taken, in Mbit/s; 0 is always taken and means none. */
  readonly rates: readonly [lowest: number, highest: number];
  /** Rates are taken only while the wire has a link. */
  readonly rateNeedsLink: boolean;
  readonly hasQueryRss: boolean;
  /** `ip link show` prints query_rss. */
  readonly showsQueryRss: boolean;
  /** The driver counts what each VF sends and gets; without it `ip -s link show` prints zeros. */
  readonly countsVfs: boolean;
  readonly doubts: Doubts;
}

const DOUBTS: Doubts = {
  'GEN-2': 'U',
  'GEN-3/invalid-src': 'U',
  'GEN-4/pause': 'U',
  'GEN-5/mtu-exceeded': 'U',
  'SR-16': 'C',
};
/** How other makers' cards copy frames is told of Solarflare and read in ixgbe only. */
const REPLICATION: Doubts = { 'SR-3/flooded': 'U', 'SR-3/mcast-not-member': 'U' };

const IXGBE: Nic = {
  maxVfs: 63,
  spoofchk: true,
  checksVlan: true,
  checksAdminMac: false,
  filterEndsChecks: true,
  stopsLldp: false,
  stopsPause: false,
  guestTags: ['drop'],
  hasSTags: false,
  heedsEnable: false,
  hashesGroups: true,
  vfPromisc: 'none',
  hasTruePromisc: false,
  seesWireInPortVlan: false,
  pfSeesVfs: true,
  isVebByVfs: true,
  hasModeAlone: false,
  vlanLimit: Infinity,
  hasMinRate: false,
  rates: [11, 10_000],
  rateNeedsLink: true,
  hasQueryRss: true,
  showsQueryRss: true,
  countsVfs: false,
  doubts: { ...DOUBTS, 'SR-6/vlan-mismatch': 'C' },
};

const I40E: Nic = {
  ...IXGBE,
  maxVfs: 64,
  filterEndsChecks: false,
  stopsLldp: true,
  heedsEnable: true,
  hashesGroups: false,
  vfPromisc: 'default-vsi',
  hasTruePromisc: true,
  seesWireInPortVlan: true,
  hasModeAlone: true,
  vlanLimit: 16,
  rates: [1, 40_000],
  rateNeedsLink: false,
  hasQueryRss: false,
  showsQueryRss: false,
  countsVfs: true,
  doubts: { ...DOUBTS, ...REPLICATION, 'SR-6/vlan-mismatch': 'C', 'SR-17/reserved-dst': 'U' },
};

const ICE: Nic = {
  ...I40E,
  maxVfs: 128,
  guestTags: ['drop', 'stack'],
  hasSTags: true,
  seesWireInPortVlan: false,
  isVebByVfs: false,
  vlanLimit: 8,
  hasMinRate: true,
  rates: [1, 100_000],
  doubts: { ...DOUBTS, ...REPLICATION, 'SR-17/reserved-dst': 'U' },
};

const MLX5: Nic = {
  ...ICE,
  maxVfs: 127,
  spoofchk: false,
  checksVlan: false,
  checksAdminMac: true,
  hasSTags: false,
  vfPromisc: 'unmatched',
  hasTruePromisc: false,
  pfSeesVfs: false,
  vlanLimit: Infinity,
  doubts: { ...DOUBTS, ...REPLICATION, 'SR-2': 'C', 'SR-17/reserved-dst': 'U' },
};

export const NICS: Readonly<Record<NicName, Nic>> = {
  /** 82599. */
  ixgbe: IXGBE,
  'ixgbe-x550': {
    ...IXGBE,
    stopsLldp: true,
    stopsPause: true,
    vfPromisc: 'own-vlan',
    hasQueryRss: false,
  },
  i40e: I40E,
  ice: ICE,
  mlx5: MLX5,
};
