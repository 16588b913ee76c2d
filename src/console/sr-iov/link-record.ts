/**
 * What `ip link show PF` tells of a PF and its VFs, as data: made of a switch, or of what the tool printed on a real machine.
 */
import { RX_BYTES, RX_DROPPED, RX_FRAMES, TX_BYTES, TX_FRAMES, type Port } from '../../switch/port.ts';
import { vfsOf, type EmbeddedSwitch } from '../../switch/profiles/sr-iov/embedded-switch.ts';
import type { LinkState, NicFunction, VlanProtocol } from '../../switch/profiles/sr-iov/nic-function.ts';
import type { MacAddress } from '../../wire/mac-address.ts';

/** Null: the driver, or the version of the tool, does not tell. */
export interface VfRecord {
  readonly vf: number;
  readonly mac: MacAddress;
  readonly vlan: number;
  readonly qos: number;
  readonly proto: VlanProtocol;
  /** Mbit/s; 0: none. */
  readonly maxTxRate: number;
  readonly minTxRate: number;
  readonly spoofchk: boolean | null;
  readonly state: LinkState | null;
  readonly trust: boolean | null;
  readonly queryRss: boolean | null;
}

export interface LinkRecord {
  readonly index: number;
  readonly name: string;
  readonly mac: MacAddress;
  readonly mtu: number;
  readonly isUp: boolean;
  readonly hasCarrier: boolean;
  readonly isPromisc: boolean;
  readonly isAllmulti: boolean;
  readonly vfs: readonly VfRecord[];
}

/** Which number the PF's device has is the host's business; this is one that a first card may have. */
const IFINDEX = 2;

export function recordOf(nic: EmbeddedSwitch): LinkRecord {
  const { pf, wire, device } = nic;
  return {
    index: IFINDEX,
    name: device,
    mac: pf.mac,
    mtu: pf.mtu,
    isUp: pf.isUp,
    hasCarrier: pf.isUp && wire.linkUp,
    isPromisc: pf.wantsPromisc,
    isAllmulti: pf.wantsAllmulti,
    vfs: vfsOf(nic).map((own) => vfRecordOf(nic, own)),
  };
}

function vfRecordOf({ nic }: EmbeddedSwitch, own: NicFunction): VfRecord {
  const { vf, vlan, qos, proto, maxTxRate, minTxRate, spoofchk, state, trust, queryRss } = own;
  return {
    vf,
    mac: nic.checksAdminMac ? own.adminMac : own.address,
    vlan,
    qos,
    proto,
    maxTxRate,
    minTxRate,
    spoofchk,
    state,
    trust,
    queryRss: nic.showsQueryRss ? queryRss : null,
  };
}

// --- Counters

/** As `ip -s` has them in its columns. */
export interface LinkCounters {
  /** bytes, packets, errors, dropped, missed, mcast */
  readonly rx: readonly number[];
  /** bytes, packets, errors, dropped, carrier, collsns */
  readonly tx: readonly number[];
  readonly vfs: readonly VfCounters[];
}

export interface VfCounters {
  /** bytes, packets, mcast, bcast, dropped */
  readonly rx: readonly number[];
  /** bytes, packets, dropped */
  readonly tx: readonly number[];
}

function at({ counters }: Port, index: number): number {
  return counters[index]!;
}

/** What a function gets is what the switch sends out there, and the other way round. */
export function countersOf(nic: EmbeddedSwitch): LinkCounters {
  const { pf } = nic;
  return {
    rx: [at(pf, TX_BYTES), at(pf, TX_FRAMES), 0, 0, 0, pf.groupCounts[0]!],
    tx: [at(pf, RX_BYTES), at(pf, RX_FRAMES), 0, 0, 0, 0],
    vfs: vfsOf(nic).map((own) => {
      if (!nic.nic.countsVfs) return { rx: [0, 0, 0, 0, 0], tx: [0, 0, 0] };
      const dropped = at(own, RX_DROPPED);
      return {
        rx: [at(own, TX_BYTES), at(own, TX_FRAMES), own.groupCounts[0]!, own.groupCounts[1]!, 0],
        tx: [at(own, RX_BYTES), at(own, RX_FRAMES) - dropped, dropped],
      };
    }),
  };
}
