/**
 * Access lists of an adapter, as far as a switch without any has to know them: changes as data, and who runs them. That comes
 * with {@link AclKit} (`access-control.ts`), which is handed in.
 */
import type { FrameContext } from '../../frame-context.ts';
import type { TraceRecord } from '../../trace.ts';
import type { Values } from '../../../outcome/decision.ts';
import type { Outcome } from '../../../outcome/refusal.ts';
import type { HyperVPort } from './hyper-v-port.ts';

/** Criteria of a port ACL: addresses of one family, prefixes or `ANY`. Local and remote are seen from the adapter. */
export interface AclCriteria {
  readonly action: 'Allow' | 'Deny' | 'Meter';
  readonly direction: 'Inbound' | 'Outbound' | 'Both';
  readonly localIPAddress?: string;
  readonly remoteIPAddress?: string;
  readonly localMacAddress?: string;
  readonly remoteMacAddress?: string;
}

/** What is left out, or `ANY`, is not looked at. */
export interface ExtendedAcl {
  readonly action: 'Allow' | 'Deny';
  readonly direction: 'Inbound' | 'Outbound';
  readonly localIPAddress?: string;
  readonly remoteIPAddress?: string;
  /** `3389`, `49152-49182`. */
  readonly localPort?: string;
  readonly remotePort?: string;
  /** `TCP`, `UDP` or a number. */
  readonly protocol?: string;
  /** Larger comes first. */
  readonly weight: number;
  readonly stateful?: boolean;
  /** Seconds. */
  readonly idleSessionTimeout?: number;
  /** 0: every VLAN. */
  readonly isolationID?: number;
}

export type AclChange =
  /** `Add-VMNetworkAdapterAcl` */
  | ({ readonly kind: 'acl-add'; readonly port: string } & AclCriteria)
  /** `Remove-VMNetworkAdapterAcl` */
  | ({ readonly kind: 'acl-remove'; readonly port: string } & AclCriteria)
  /** `Add-VMNetworkAdapterExtendedAcl` */
  | ({ readonly kind: 'extended-acl-add'; readonly port: string } & ExtendedAcl)
  /** `Remove-VMNetworkAdapterExtendedAcl` */
  | {
      readonly kind: 'extended-acl-remove';
      readonly port: string;
      readonly weight: number;
      readonly direction: 'Inbound' | 'Outbound';
    };

/** The lists of one adapter. */
export interface PortAcls {
  /** True: refused. */
  refusesFromGuest(context: FrameContext, port: HyperVPort): boolean;
  refusesToGuest(context: FrameContext, port: HyperVPort): boolean;
  /** The named values of a record that they wrote. */
  told(record: TraceRecord): Values;
}

export interface AclKit {
  /** A refusal leaves the port as it was. */
  change(port: HyperVPort, change: AclChange): Outcome;
}
