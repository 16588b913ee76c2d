/**
 * A port: where a link meets the switch. What every product's port has; a profile extends it with its own knobs.
 *
 * VLAN membership stands in one byte a VID: whether the port is a member, whether frames of that VLAN leave untagged, and
 * the VLAN's state on this port (IEEE 802.1Q-2018 8.8.2 calls the first two memberSet and untaggedSet).
 */
import { VID_COUNT } from '../wire/dot1q.ts';
import { macHalves, type MacAddress } from '../wire/mac-address.ts';

const MEMBER = 1;
const UNTAGGED = 2;
const STATE_SHIFT = 2;

/** Indices into {@link Port.counters}. */
export const [RX_FRAMES, RX_BYTES, RX_DROPPED, TX_FRAMES, TX_BYTES] = [0, 1, 2, 3, 4] as const;

export class Port {
  /** Its place in the switch's list; 0 is the switch's own port towards the host. */
  readonly index: number;
  readonly name: string;
  mac: MacAddress;
  macHigh: number;
  macLow: number;
  /** Largest payload in bytes. */
  mtu: number;
  linkUp = true;
  /** VLAN of untagged frames; 0: none. */
  pvid = 0;
  /** Bytes without FCS; see the RX_ and TX_ indices. */
  readonly counters = new Float64Array(5);
  readonly #vlans = new Uint8Array(VID_COUNT);
  #vlanCount = 0;

  constructor(index: number, name: string, mac: MacAddress, mtu = 1500) {
    this.index = index;
    this.name = name;
    this.mac = mac;
    [this.macHigh, this.macLow] = macHalves(mac);
    this.mtu = mtu;
  }

  get vlanCount(): number {
    return this.#vlanCount;
  }

  isMember(vid: number): boolean {
    return (this.#vlans[vid]! & MEMBER) !== 0;
  }

  /** Whether frames of the VLAN leave this port without their tag. */
  isUntagged(vid: number): boolean {
    return (this.#vlans[vid]! & UNTAGGED) !== 0;
  }

  vlanState(vid: number): number {
    return this.#vlans[vid]! >> STATE_SHIFT;
  }

  join(vid: number, untagged: boolean, state: number): void {
    if (!this.isMember(vid)) this.#vlanCount++;
    this.#vlans[vid] = MEMBER | (untagged ? UNTAGGED : 0) | (state << STATE_SHIFT);
  }

  leave(vid: number): void {
    if (this.isMember(vid)) this.#vlanCount--;
    this.#vlans[vid] = 0;
  }

  /** The VIDs that the port is a member of, ascending. */
  memberSet(): number[] {
    const vids: number[] = [];
    for (let vid = 0; vid < VID_COUNT; vid++) if (this.isMember(vid)) vids.push(vid);
    return vids;
  }
}
