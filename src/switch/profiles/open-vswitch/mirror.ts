/**
 * A mirror: which frames are copied, and where the copy goes (the Mirror record of ovs-vswitchd.conf.db(5)). What
 * surprises: a mirror with VLANs and no port selects nothing.
 */
import { VID_COUNT } from '../../../wire/dot1q.ts';

/** Columns, with ports by name; absent: empty. */
export interface MirrorColumns {
  readonly select_all?: boolean;
  readonly select_src_port?: readonly string[];
  readonly select_dst_port?: readonly string[];
  readonly select_vlan?: readonly number[];
  readonly output_port?: string;
  readonly output_vlan?: number;
}

export class Mirror {
  readonly columns: MirrorColumns;
  /** Null: VLANs do not matter. */
  readonly #vlans: Uint8Array | null = null;

  constructor(columns: MirrorColumns) {
    this.columns = columns;
    const { select_vlan: vids = [] } = columns;
    if (vids.length === 0) return;
    this.#vlans = new Uint8Array(VID_COUNT);
    for (const vid of vids) this.#vlans[vid] = 1;
  }

  selectsSource(port: string): boolean {
    return this.columns.select_all === true || (this.columns.select_src_port?.includes(port) ?? false);
  }

  selectsDestination(port: string): boolean {
    return this.columns.select_all === true || (this.columns.select_dst_port?.includes(port) ?? false);
  }

  selectsVlan(vid: number): boolean {
    return this.#vlans === null || this.#vlans[vid] === 1;
  }
}
