/**
 * What command lines of Hyper-V change: settings of ports, which the profile knows, and what only a machine has before there
 * is a switch: making it, giving a virtual machine an adapter. ACLs are plain data here.
 */
import type { HyperVChange } from '../../switch/profiles/hyper-v/change.ts';
import type { MacAddress } from '../../wire/mac-address.ts';

export const SWITCH_TYPES = ['External', 'Internal', 'Private'] as const;
export type SwitchType = (typeof SWITCH_TYPES)[number];

/** `Add-VMNetworkAdapterAcl`. */
export interface PortAcl {
  /** Both: kept as two entries (HV-16). */
  readonly direction: 'Inbound' | 'Outbound' | 'Both';
  readonly action: 'Allow' | 'Deny' | 'Meter';
  /** Prefixes or ANY; '' where none is given. */
  readonly localIp: string;
  readonly remoteIp: string;
  /** `00-15-5D-00-53-0A` or ANY; '' where none is given. */
  readonly localMac: string;
  readonly remoteMac: string;
}

/** `Add-VMNetworkAdapterExtendedAcl`. */
export interface ExtendedAcl {
  readonly direction: 'Inbound' | 'Outbound';
  readonly action: 'Allow' | 'Deny';
  /** '' where none is given: ANY. */
  readonly localIp: string;
  readonly remoteIp: string;
  readonly localPort: string;
  readonly remotePort: string;
  /** TCP, UDP or a number; '' where none is given: ANY. */
  readonly protocol: string;
  readonly weight: number;
  readonly stateful: boolean;
  /** Seconds; null: the default. */
  readonly idleSessionTimeout: number | null;
  /** Null: of any VLAN or virtual subnet. */
  readonly isolationId: number | null;
}

export type HyperVMaking =
  | {
      /** `New-VMSwitch` */
      readonly kind: 'create';
      readonly name: string;
      readonly switchType: SwitchType;
      /** Names of physical NICs; more than one are a team (SET). */
      readonly uplinks: readonly string[];
      readonly allowManagementOs: boolean;
    }
  /** `Add-VMNetworkAdapter`; null: Hyper-V chooses the address. */
  | { readonly kind: 'adapter-add'; readonly port: string; readonly mac: MacAddress | null };

export type HyperVAclChange =
  | { readonly kind: 'port-acl-add'; readonly port: string; readonly acl: PortAcl }
  | { readonly kind: 'port-acl-remove'; readonly port: string; readonly acl: PortAcl }
  | { readonly kind: 'port-extended-acl-add'; readonly port: string; readonly acl: ExtendedAcl }
  | {
      readonly kind: 'port-extended-acl-remove';
      readonly port: string;
      readonly weight: number;
      readonly direction: 'Inbound' | 'Outbound';
    };

export type HyperVCommand = HyperVChange | HyperVMaking | HyperVAclChange;

export type HyperVForm = 'table' | 'list' | 'json';

export type HyperVRequest =
  /** `ports`: null for all. */
  | { readonly show: 'vlan' | 'adapter'; readonly ports: readonly string[] | null; readonly form: HyperVForm }
  | { readonly show: 'switch'; readonly form: HyperVForm };
