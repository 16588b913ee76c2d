/**
 * A port of the Hyper-V switch: a virtual machine's network adapter, one of the management OS, or a physical NIC of the
 * external port. Settings bear PowerShell's names and defaults (Set-VMNetworkAdapter, Set-VMNetworkAdapterVlan).
 */
import { Port } from '../../port.ts';
import { macHalves, type MacAddress } from '../../../wire/mac-address.ts';

/** PortMirroring. */
export const [MIRRORING_NONE, MIRRORING_SOURCE, MIRRORING_DESTINATION] = [0, 1, 2] as const;

/** Set-VMNetworkAdapterVlan: the modes exclude each other. */
export type VlanSetting =
  | { readonly mode: 'Untagged' }
  | { readonly mode: 'Access'; readonly vlanId: number }
  | {
      readonly mode: 'Trunk';
      readonly allowed: readonly number[];
      /** 0: untagged frames stay untagged. */
      readonly native: number;
      /** Blocked although allowed; known to WMI only (PruneVlanIdArray). */
      readonly prune?: readonly number[];
    }
  | { readonly mode: 'Isolated' | 'Community'; readonly primary: number; readonly secondary: number }
  | { readonly mode: 'Promiscuous'; readonly primary: number; readonly secondaries: readonly number[] };

/** Set-VMNetworkAdapterIsolation -IsolationMode Vlan: the second way to a VLAN. */
export interface Isolation {
  /** 0: untagged frames stay untagged. */
  readonly defaultIsolationId: number;
  readonly allowUntaggedTraffic: boolean;
}

export const UNTAGGED: VlanSetting = { mode: 'Untagged' };

export class HyperVPort extends Port {
  /** A physical NIC: the external port, or one of the team that it consists of. */
  readonly isExternal: boolean;
  /** The adapter's address as Hyper-V's management has it, whatever the guest sends. */
  assignedHigh = 0;
  assignedLow = 0;
  isEnabled = true;
  macAddressSpoofing = false;
  dhcpGuard = false;
  routerGuard = false;
  ieeePriorityTag = false;
  portMirroring: number = MIRRORING_NONE;
  /** Frames a second that are for more than one port; 0: no limit. */
  stormLimit = 0;
  /** The second of the lab that is being counted, and its frames so far. */
  stormSecond = 0;
  stormCount = 0;
  vlan: VlanSetting = UNTAGGED;
  /** Null: IsolationMode None. */
  isolation: Isolation | null = null;
  /** The rule that its VLAN setting stands on. */
  vlanRule = 0;
  /** Whether frames without a VID are taken in; they go to VLAN `pvid`, where 0 is the untagged VLAN. */
  admitsUntagged = true;
  /** The private VLAN that the port belongs to; 0: none. */
  primary = 0;

  constructor(index: number, name: string, mac: MacAddress, isExternal: boolean, mtu?: number) {
    super(index, name, mac, mtu);
    this.isExternal = isExternal;
    this.assign(mac);
  }

  assign(mac: MacAddress): void {
    [this.assignedHigh, this.assignedLow] = macHalves(mac);
  }

  /** Frames tagged with this VID are taken in. */
  admits(vid: number): boolean {
    return this.vlanState(vid) === ADMITTED;
  }
}

/** In the place of a VLAN's state, which this switch does not know. */
export const [NOT_ADMITTED, ADMITTED] = [0, 1] as const;
