/**
 * Actions as they are written, before they are put into a message: `mod_dl_src`, `set_field` and `load` still differ.
 */
import type { FieldEntry } from './fields.ts';
import type { Piece } from './problem.ts';

export type Written =
  | { readonly kind: 'output'; readonly port: number; readonly piece: Piece }
  | { readonly kind: 'resubmit'; readonly port: number | null; readonly table: number | null; readonly piece: Piece }
  | { readonly kind: 'goto_table'; readonly table: number; readonly piece: Piece }
  /** `pushes`: a tag where there is none (`mod_vlan_vid`); `set_vlan_vid` wants one. */
  | { readonly kind: 'vid'; readonly vid: number; readonly pushes: boolean; readonly piece: Piece }
  | { readonly kind: 'pcp'; readonly pcp: number; readonly pushes: boolean; readonly piece: Piece }
  | { readonly kind: 'pop_vlan'; readonly piece: Piece }
  | { readonly kind: 'push_vlan'; readonly tpid: number; readonly piece: Piece }
  | WrittenSet
  | { readonly kind: 'dec_ttl'; readonly piece: Piece }
  | {
      readonly kind: 'ct';
      readonly commit: boolean;
      readonly force: boolean;
      readonly zone: number;
      readonly table: number | null;
      readonly actions: readonly Written[];
      readonly piece: Piece;
    };

/** `by` `mod`: an action of its own, `mod_nw_src`; of the ports of any protocol `entry` is the one of TCP then. */
export interface WrittenSet {
  readonly kind: 'set';
  readonly by: 'mod' | 'set_field' | 'load';
  readonly entry: FieldEntry;
  /** Both as wide as the field's bytes. */
  readonly value: bigint;
  readonly mask: bigint;
  readonly piece: Piece;
}

/** Names of actions in complaints. */
export function nameOf(action: Written): string {
  switch (action.kind) {
    case 'vid':
      return 'set_vlan_vid';
    case 'pcp':
      return 'set_vlan_pcp';
    case 'pop_vlan':
      return 'strip_vlan';
    case 'set':
      return action.by === 'mod' ? MOD_NAMES[action.entry.name]! : 'set_field';
    default:
      return action.kind;
  }
}

/** Fields that have an action of their own. */
export const MOD_NAMES: Readonly<Record<string, string>> = {
  eth_src: 'mod_dl_src',
  eth_dst: 'mod_dl_dst',
  ip_src: 'mod_nw_src',
  ip_dst: 'mod_nw_dst',
  nw_tos: 'mod_nw_tos',
  nw_ecn: 'mod_nw_ecn',
  nw_ttl: 'mod_nw_ttl',
  tcp_src: 'mod_tp_src',
  tcp_dst: 'mod_tp_dst',
};
