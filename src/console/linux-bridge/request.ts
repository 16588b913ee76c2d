/** What a command line asks to see. */

/** How `ip` and `bridge` are asked to write: their options before the object. */
export interface Form {
  readonly json: boolean;
  readonly pretty: boolean;
  readonly details: boolean;
  readonly statistics: boolean;
  readonly compressVlans: boolean;
  readonly oneLine: boolean;
  readonly brief: boolean;
}

export type LinuxRequest =
  /** `bridge vlan show [dev PORT] [vid N]` */
  | { readonly show: 'bridge vlan'; readonly device?: string; readonly vid?: number; readonly form: Form }
  /** `bridge fdb show [br BRIDGE] [brport PORT] [vlan N] [state S] [dynamic]` */
  | {
      readonly show: 'bridge fdb';
      readonly device?: string;
      readonly bridge?: string;
      readonly vid?: number;
      /** NUD_* bits; 0: all. */
      readonly states: number;
      readonly dynamic: boolean;
      readonly form: Form;
    }
  /** `bridge link show [dev PORT]` */
  | { readonly show: 'bridge link'; readonly device?: string; readonly form: Form }
  /** `ip link show [DEVICE] [up] [master BRIDGE] [nomaster] [type KIND]` */
  | {
      readonly show: 'ip link';
      readonly device?: string;
      readonly up: boolean;
      readonly master?: string;
      readonly kind?: string;
      readonly form: Form;
    }
  | { readonly show: 'brctl show'; readonly bridges: readonly string[] }
  | { readonly show: 'brctl showmacs'; readonly bridge: string }
  /** `nft list ruleset` and its parts. */
  | {
      readonly show: 'nft list';
      readonly json: boolean;
      /** `-a` */
      readonly handles: boolean;
      /** `-s` leaves counters out. */
      readonly stateless: boolean;
      readonly table?: string;
      readonly chain?: string;
      readonly set?: string;
    };
