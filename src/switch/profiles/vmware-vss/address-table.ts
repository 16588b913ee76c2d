/**
 * Where a MAC address is on this host: the addresses of the adapters that are connected (VSS-1), in the VLAN of their port
 * group (VSS-9), and what a distributed switch has learned behind them (VDS-3).
 *
 * Adapters' entries are static. A port that carries tags is in many VLANs: its address stands once, under VLAN ID 4095. Of
 * two adapters with one address the first that was connected has it.
 */
import { Fdb, STATIC } from '../../fdb.ts';
import { VID_RESERVED } from '../../../wire/dot1q.ts';
import { formatMac, macHalves } from '../../../wire/mac-address.ts';
import type { VswitchPort } from './vswitch-port.ts';

/** Not documented for the distributed switch; NSX shows 600 seconds for the same feature. */
const LEARNED_TIME_MS = 600_000;

type Ports = readonly (VswitchPort | undefined)[];

export class AddressTable {
  readonly fdb = new Fdb(LEARNED_TIME_MS);
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** The port that has the address in this VLAN; 0: none. */
  find(vid: number, high: number, low: number, nowMs: number): number {
    const slot = this.fdb.find(vid, high, low, nowMs);
    if (slot >= 0) return this.fdb.portAt(slot);
    const trunk = this.fdb.find(VID_RESERVED, high, low, nowMs);
    if (trunk < 0) return 0;
    const index = this.fdb.portAt(trunk);
    return this.#ports[index]!.isMember(vid) ? index : 0;
  }

  /** The adapter that has the address, in whatever VLAN. */
  ownerOf(high: number, low: number): VswitchPort | null {
    for (const port of this.#ports) {
      if (port === undefined || port.isUplink || !port.linkUp) continue;
      if (port.effectiveHigh === high && port.effectiveLow === low) return port;
    }
    return null;
  }

  /** After adapters, VLANs or policies have changed. What was learned stays where it could be learned again. */
  rebuild(): void {
    const { fdb } = this;
    fdb.removeWhere((_, __, flags) => (flags & STATIC) !== 0);
    const adapters = this.#ports.filter((port): port is VswitchPort => port?.isUplink === false && port.linkUp);
    const own = new Set(adapters.map(({ effectiveHigh, effectiveLow }) => formatMac(effectiveHigh, effectiveLow)));
    for (const { vid, mac, port } of fdb.entries(0)) {
      const holder = this.#ports[port]!;
      const isLearnable = holder.learns && holder.linkUp && holder.isMember(vid) && !own.has(mac);
      if (!isLearnable) fdb.remove(vid, ...macHalves(mac));
    }
    for (const { index, isTrunk, vid, effectiveHigh, effectiveLow } of adapters.toReversed()) {
      fdb.put(isTrunk ? VID_RESERVED : vid, effectiveHigh, effectiveLow, index, STATIC, 0);
    }
  }
}
