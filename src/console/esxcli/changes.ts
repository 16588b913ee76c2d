/** What command lines of ESXi change: what the profile knows, and making a switch and giving it uplinks. */
import type { VmwareVssChange } from '../../switch/profiles/vmware-vss/change.ts';
import type { SwitchKind } from '../../switch/profiles/vmware-vss/policy.ts';

export type VmwareCommand =
  | VmwareVssChange
  | { readonly kind: 'create'; readonly name: string; readonly switchKind: SwitchKind }
  | { readonly kind: 'uplink-add'; readonly port: string };

/** `esxcli --formatter` */
export const FORMATTERS = ['text', 'csv', 'json', 'keyvalue'] as const;
export type Formatter = (typeof FORMATTERS)[number];

export type EsxcliRequest =
  | { readonly show: 'vswitch'; readonly formatter: Formatter }
  | { readonly show: 'portgroup'; readonly formatter: Formatter }
  /** Of a port group; null: of the switch. */
  | {
      readonly show: 'security' | 'failover' | 'shaping';
      readonly group: string | null;
      readonly formatter: Formatter;
    };
