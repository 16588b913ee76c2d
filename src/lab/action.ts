/**
 * What a person can do to a lab, as data: a run is its scenario and a list of these.
 */
import type { SwitchChange } from './switch-node.ts';

/** A hand-made frame. Names of nodes stand for their MAC addresses. */
export interface FrameSpec {
  readonly dst: string;
  /** Absent: the sender's own. */
  readonly src?: string;
  /** A tag that the guest puts on itself. */
  readonly tag?: { readonly vid: number; readonly pcp?: number; readonly tpid?: number };
  /** Absent: 0x88b5, the type for experiments. */
  readonly etherType?: number;
  /** An IPv4 packet without content between these addresses: sets the EtherType. */
  readonly ip?: { readonly src: string; readonly dst: string };
  /** The whole frame in hexadecimal; everything else is ignored then. */
  readonly hex?: string;
}

export type Action =
  | { readonly do: 'send'; readonly from: string; readonly frame: FrameSpec }
  | { readonly do: 'ping'; readonly from: string; readonly to: string; readonly ttl?: number }
  | { readonly do: 'change'; readonly node: string; readonly change: SwitchChange }
  | { readonly do: 'wait'; readonly seconds: number };
