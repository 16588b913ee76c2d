/**
 * A port of a virtual switch: a virtual machine's adapter (vNIC), the host's own (vmkernel adapter, vmkN) or an uplink to a
 * physical one (vmnicN).
 *
 * The port's own `mac` is the adapter's initial address, from the .vmx; what the guest programs is the effective one
 * (VSS-2). Fields under "what follows" are worked out in `configuration.ts`, so that a frame only has to look.
 */
import { macHalves, type MacAddress } from '../../../wire/mac-address.ts';
import { Port } from '../../port.ts';
import type { PortGroup } from './port-group.ts';
import { NO_ROLE } from './private-vlans.ts';

export const [VNIC, VMKERNEL, UPLINK] = [0, 1, 2] as const;

/** More groups than these do not fit into the port's filter: then it gets all of them (VSS-12). */
export const FILTER_SIZE = 32;

export class VswitchPort extends Port {
  readonly kind: number;
  /** Counts the ports that are no uplinks, from 0: what teaming by port ID goes by. */
  readonly number: number;
  /** Null: an uplink. */
  readonly isUplink: boolean;
  group: PortGroup | null = null;
  /** An administrator has blocked it, both ways (VDS-5). */
  isBlocked = false;

  // --- What the guest has asked for

  /** The address that it has programmed. */
  requested: MacAddress;
  wantsAll = false;
  /** Multicast addresses that it has registered. */
  readonly joined: MacAddress[] = [];

  // --- What follows

  effectiveHigh = 0;
  effectiveLow = 0;
  /** Its request for another address was not honoured: it gets nothing (VSS-18). */
  isDeaf = false;
  acceptsForged = false;
  promiscuous = false;
  /** Frames keep their tags: VLAN ID 4095, a trunk range, an uplink. */
  isTrunk = false;
  /** The VLAN of its frames where it is no trunk; of a private VLAN the primary one. */
  vid = 0;
  /** The VLAN ID of its frames on the wire. */
  wireVid = 0;
  /** In a private VLAN. */
  role: number = NO_ROLE;
  learns = false;
  floodsUnknown = false;
  macLimit = 0;
  dropsBeyondLimit = false;
  learnedCount = 0;
  readonly #filter = new Int32Array(2 * FILTER_SIZE);

  constructor(index: number, name: string, mac: MacAddress, kind: number, number: number) {
    super(index, name, mac);
    this.kind = kind;
    this.number = number;
    this.isUplink = kind === UPLINK;
    this.requested = mac;
  }

  /** Has the guest registered this multicast address? */
  hasJoined(high: number, low: number): boolean {
    const count = this.joined.length;
    if (count > FILTER_SIZE) return true;
    const filter = this.#filter;
    for (let at = 0; at < 2 * count; at += 2) if (filter[at] === high && filter[at + 1] === low) return true;
    return false;
  }

  fillFilter(): void {
    this.joined.slice(0, FILTER_SIZE).forEach((mac, index) => this.#filter.set(macHalves(mac), 2 * index));
  }
}
