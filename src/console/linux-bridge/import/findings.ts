/** What pasted output says, gathered from all of it before anything is made of it. */
import type { Ruleset } from '../../../filter/ruleset.ts';
import type { MacAddress } from '../../../wire/mac-address.ts';

export interface VlanFound {
  readonly first: number;
  readonly last: number;
  readonly pvid: boolean;
  readonly untagged: boolean;
  /** Null: not told. */
  state: string | null;
}

export interface EntryFound {
  readonly mac: MacAddress;
  readonly device: string;
  /** 0: of no VLAN. */
  readonly vid: number;
  readonly state: 'permanent' | 'static' | 'dynamic';
  readonly sticky: boolean;
}

export interface DeviceFound {
  master: string | null;
  mac: MacAddress | null;
  mtu: number | null;
  isUp: boolean | null;
  hasCarrier: boolean;
  isPromiscuous: boolean;
  isBridge: boolean;
  /** Attributes of a port by their names in `bridge link`; null: not told. */
  attributes: Map<string, string> | null;
  /** `group_fwd_mask` stands in `ip -d link` only. */
  groupFwdMask: number | null;
  vlans: VlanFound[];
  /** Options of a bridge by their names in `ip link set … type bridge`. */
  options: Map<string, string> | null;
}

/** The kinds of output that there were. */
export type Kind =
  'vlan' | 'vlan-states' | 'fdb' | 'link' | 'link-details' | 'ip-link' | 'ip-link-details' | 'brctl' | 'nft';

export class Findings {
  readonly devices = new Map<string, DeviceFound>();
  readonly entries: EntryFound[] = [];
  readonly kinds = new Set<Kind>();
  ruleset: Ruleset | null = null;
  /** Entries that were learned, and of the devices' own filters: no configuration. */
  learned = 0;
  own = 0;
  /** What stands there and is not modelled. */
  readonly unmodelled: string[] = [];

  device(name: string): DeviceFound {
    let device = this.devices.get(name);
    if (device === undefined) {
      device = {
        master: null,
        mac: null,
        mtu: null,
        isUp: null,
        hasCarrier: true,
        isPromiscuous: false,
        isBridge: false,
        attributes: null,
        groupFwdMask: null,
        vlans: [],
        options: null,
      };
      this.devices.set(name, device);
    }
    return device;
  }

  /** Of a device that is the master of another. */
  bridge(name: string): DeviceFound {
    const device = this.device(name);
    device.isBridge = true;
    return device;
  }
}
