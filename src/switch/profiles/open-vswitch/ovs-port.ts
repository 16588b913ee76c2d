/**
 * A port of Open vSwitch with the columns of its Port record and its OpenFlow configuration (ovs-vswitchd.conf.db(5)).
 *
 * Read first: ofproto/ofproto-dpif.c bundle_set, vswitchd/bridge.c port_configure. What surprises: `tag` without a mode
 * makes an access port and `trunks` is ignored (OVS-4); a native VLAN is always carried and then VLAN 0 never (OVS-5).
 */
import { TPID_C, TPID_S, VID_COUNT } from '../../../wire/dot1q.ts';
import type { MacAddress } from '../../../wire/mac-address.ts';
import { Port } from '../../port.ts';

export const VLAN_MODES = ['access', 'trunk', 'native-tagged', 'native-untagged', 'dot1q-tunnel'] as const;
export type VlanMode = (typeof VLAN_MODES)[number];
export const [ACCESS, TRUNK, NATIVE_TAGGED, NATIVE_UNTAGGED, TUNNEL] = [0, 1, 2, 3, 4] as const;

export const [TAGS_NEVER, TAGS_IF_NONZERO, TAGS_ALWAYS] = [0, 1, 2] as const;

/** Columns of the Port record, as they were set; absent: empty. */
export interface PortColumns {
  readonly tag?: number;
  readonly trunks?: readonly number[];
  readonly vlan_mode?: string;
  readonly cvlans?: readonly number[];
  readonly protected?: boolean;
  readonly other_config?: Readonly<Record<string, string>>;
}

/** The words of `ovs-ofctl mod-port`, without their `no-`; true: switched off. */
export interface PortConfig {
  down: boolean;
  receive: boolean;
  forward: boolean;
  flood: boolean;
}

/** Above any VLAN state: members always forward here. */
const FORWARDING = 1;

export class OvsPort extends Port {
  /** OpenFlow port number; of LOCAL 65534. */
  readonly ofport: number;
  columns: PortColumns = {};
  readonly config: PortConfig = { down: false, receive: true, forward: true, flood: true };
  mode: number = TRUNK;
  /** Access, native or tunnel VLAN; 0: none. */
  vlan = 0;
  /** Customer VLANs that a tunnel takes; null: all. */
  cvlans: Uint8Array | null = null;
  isProtected = false;
  tunnelTpid: number = TPID_S;
  priorityTags: number = TAGS_NEVER;
  /** A mirror's output: no ordinary frame comes in or goes out. */
  isMirrorOutput = false;

  constructor(index: number, name: string, mac: MacAddress, ofport: number, mtu = 1500) {
    super(index, name, mac, mtu);
    this.ofport = ofport;
    this.configure({});
  }

  /** What the columns come to. Returns whether that differs from before: only then does Open vSwitch forget addresses. */
  configure(columns: PortColumns): boolean {
    const before = this.#signature();
    this.columns = columns;
    const { tag, trunks, vlan_mode, cvlans, other_config = {} } = columns;
    const known = VLAN_MODES.indexOf(vlan_mode as VlanMode);
    this.mode = vlan_mode === undefined ? (tag === undefined ? TRUNK : ACCESS) : known < 0 ? TRUNK : known;
    this.vlan = this.mode === TRUNK ? 0 : (tag ?? 0);
    this.cvlans = this.mode === TUNNEL && cvlans !== undefined && cvlans.length > 0 ? bitmapOf(cvlans) : null;
    this.isProtected = columns.protected ?? false;
    this.tunnelTpid = other_config['qinq-ethtype'] === '802.1q' ? TPID_C : TPID_S;
    this.priorityTags = priorityTagsOf(other_config['priority-tags']);
    this.#join(trunks ?? []);
    this.pvid = this.mode === TRUNK ? 0 : this.vlan;
    return this.#signature() !== before;
  }

  allowsCvlan(vid: number): boolean {
    return this.cvlans === null || this.cvlans[vid] === 1;
  }

  get isTrunk(): boolean {
    return this.mode === TRUNK || this.mode === NATIVE_TAGGED || this.mode === NATIVE_UNTAGGED;
  }

  /** Members are the VLANs that a flood leaves by; untagged are those that leave without their tag. */
  #join(trunks: readonly number[]): void {
    for (const vid of this.memberSet()) this.leave(vid);
    if (!this.isTrunk) return this.join(this.vlan, true, FORWARDING);
    const all = trunks.length === 0;
    for (let vid = 0; vid < VID_COUNT; vid++) {
      if (all || trunks.includes(vid)) this.join(vid, vid === 0, FORWARDING);
    }
    if (this.mode === TRUNK || this.vlan === 0) return;
    this.join(this.vlan, this.mode === NATIVE_UNTAGGED, FORWARDING);
    this.leave(0);
  }

  #signature(): string {
    const cvlans = this.cvlans === null ? '' : [...this.cvlans.keys()].filter((vid) => this.cvlans![vid] === 1).join();
    const members = this.isTrunk ? this.memberSet().join() : '';
    return [this.mode, this.vlan, members, cvlans, this.isProtected, this.tunnelTpid, this.priorityTags].join('/');
  }
}

function priorityTagsOf(value = ''): number {
  if (value === 'if-nonzero' || value === 'true') return TAGS_IF_NONZERO;
  return value === 'always' ? TAGS_ALWAYS : TAGS_NEVER;
}

function bitmapOf(vids: readonly number[]): Uint8Array {
  const bitmap = new Uint8Array(VID_COUNT);
  for (const vid of vids) bitmap[vid] = 1;
  return bitmap;
}
