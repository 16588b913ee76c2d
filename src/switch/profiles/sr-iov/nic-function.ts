/**
 * A function of the NIC, the physical one or a virtual one: what `ip link set PF vf N …` sets, what its driver has asked
 * for, and what the hardware makes of both. `settle` works the last out anew; frames look at nothing else.
 */
import { Port } from '../../port.ts';
import { TPID_C, TPID_S } from '../../../wire/dot1q.ts';
import type { Nic } from './nic.ts';
import { macHalves, type MacAddress } from '../../../wire/mac-address.ts';

export const NO_MAC = '00:00:00:00:00:00' as MacAddress;
export const LINK_STATES = ['auto', 'enable', 'disable'] as const;
export type LinkState = (typeof LINK_STATES)[number];
export type VlanProtocol = '802.1Q' | '802.1ad';

/** What a function is born with: the name of its port, and the address that its driver will ask for. */
export interface FunctionSeed {
  readonly name: string;
  readonly mac: MacAddress;
  readonly mtu: number;
}

/** A list of addresses as integers. */
export class AddressList {
  readonly #halves: number[] = [];

  set(addresses: readonly MacAddress[]): void {
    this.#halves.length = 0;
    for (const address of addresses) this.#halves.push(...macHalves(address));
  }

  get isEmpty(): boolean {
    return this.#halves.length === 0;
  }

  has(high: number, low: number): boolean {
    const halves = this.#halves;
    for (let at = 0; at < halves.length; at += 2) if (halves[at] === high && halves[at + 1] === low) return true;
    return false;
  }
}

export class NicFunction extends Port {
  /** Number of the VF; -1: the PF. */
  readonly vf: number;

  // What the administrator has set
  adminMac = NO_MAC;
  /** Port VLAN, its priority and its protocol (VST); vlan 0 and qos 0: none. */
  vlan = 0;
  qos = 0;
  proto: VlanProtocol = '802.1Q';
  spoofchk: boolean;
  /** spoofchk is as the driver left it. */
  isSpoofchkDefault = true;
  trust = false;
  queryRss = false;
  state: LinkState = 'auto';
  /** Mbit/s; 0: no limit. They shape what the VF sends and forward nothing (SR-14). */
  maxTxRate = 0;
  minTxRate = 0;

  // What its driver has asked for
  /** The function's own address as it is registered; zero: none. */
  address: MacAddress;
  /** Further unicast addresses: of macvlans, or of `bridge fdb add … self`. */
  readonly further = new Set<MacAddress>();
  readonly groups = new Set<MacAddress>();
  readonly vlanFilters = new Set<number>();
  wantsPromisc = false;
  wantsAllmulti = false;
  /** Its driver has it up. */
  isUp = true;

  // What the hardware has
  readonly own = new AddressList();
  /** What spoofchk lets through as source. */
  readonly sources = new AddressList();
  readonly subscribed = new AddressList();
  checksMac = false;
  checksVlan = false;
  /** A further filter has ended anti-spoofing; setting spoofchk begins it again. */
  isUnchecked = false;
  hasPortVlan = false;
  /** The tag that a port VLAN pushes. */
  tpid = 0;
  tci = 0;
  isPromiscuous = false;
  isAllmulti = false;
  /** Copies of multicast and of broadcast that went to it. */
  readonly groupCounts = new Float64Array(2);

  constructor(index: number, vf: number, name: string, mac: MacAddress, mtu: number, spoofchk: boolean) {
    super(index, name, mac, mtu);
    this.vf = vf;
    this.address = mac;
    this.spoofchk = vf >= 0 && spoofchk;
  }

  get isVf(): boolean {
    return this.vf >= 0;
  }

  /** Every unicast address that is for it. */
  get addresses(): MacAddress[] {
    return [...(this.address === NO_MAC ? [] : [this.address]), ...this.further];
  }

  /** Is a frame of this VLAN, with this outer tag, one for the function? VID 0: untagged, or a priority tag. */
  carries(tpid: number, vid: number): boolean {
    if (this.hasPortVlan) return vid === this.vlan && (vid === 0 || tpid === this.tpid);
    if (vid === 0 || (this.isPromiscuous && !this.isVf)) return true;
    return tpid === TPID_C && this.isMember(vid);
  }

  /** VLANs, addresses and checks as the hardware has them. */
  settle(nic: Nic): void {
    this.checksMac = this.isVf && this.spoofchk && !this.isUnchecked;
    this.checksVlan = this.checksMac && nic.checksVlan;
    this.hasPortVlan = this.vlan !== 0 || this.qos !== 0;
    this.tpid = this.proto === '802.1ad' ? TPID_S : TPID_C;
    this.tci = (this.qos << 13) | this.vlan;
    this.pvid = this.vlan;
    for (const vid of this.memberSet()) this.leave(vid);
    if (this.vlan !== 0) this.join(this.vlan, true, 0);
    // A port VLAN leaves no room for the guest's own (SR-6); its driver asks for them again afterwards.
    if (!this.hasPortVlan) for (const vid of this.vlanFilters) this.join(vid, false, 0);
    this.own.set(this.addresses);
    this.sources.set(nic.checksAdminMac ? [this.adminMac] : this.addresses);
    this.subscribed.set([...this.groups]);
  }
}
