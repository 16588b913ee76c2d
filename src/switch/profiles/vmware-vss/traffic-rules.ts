/**
 * Traffic rules of a distributed switch ("Traffic Filtering and Marking"), as far as a switch without any has to know them:
 * rules as data, and who runs them. That comes with {@link TrafficKit} (`traffic-filter.ts`), which is handed in.
 *
 * Read first: vSphere Networking, "Traffic Filtering and Marking Policy"; vSphere Web Services API, DvsTrafficRule.
 */
import type { FrameContext } from '../../frame-context.ts';
import type { TraceRecord } from '../../trace.ts';
import type { Values } from '../../../outcome/decision.ts';
import type { Outcome } from '../../../outcome/refusal.ts';
import type { VmwareVss } from './vmware-vss.ts';
import type { VswitchPort } from './vswitch-port.ts';

/** All qualifiers that are given have to match; none: every frame. */
export interface TrafficRule {
  readonly action: 'allow' | 'drop' | 'tag';
  /** The priority (PCP) that `tag` writes. */
  readonly cos?: number;
  /** Seen from the switch: ingress comes from the adapter, or at an uplink from outside. */
  readonly direction: 'ingress' | 'egress' | 'both';
  readonly mac?: MacQualifier;
  readonly ip?: IpQualifier;
  /** System traffic: `virtualMachine`, `management`. */
  readonly system?: string;
}

export interface MacQualifier {
  /** `00:50:56:00:00:01`, or with a wildcard mask, whose ones do not count: `00:50:56:00:00:00/00:00:00:ff:ff:ff`. */
  readonly src?: string;
  readonly dst?: string;
  /** Of a tag that the frame has between adapter and port. */
  readonly vlan?: number;
  /** EtherType. */
  readonly type?: number;
}

export interface IpQualifier {
  readonly src?: string;
  readonly dst?: string;
  /** `tcp`, `udp`, `icmp` or a number. */
  readonly protocol?: string;
  /** `80`, `1024-65535`. */
  readonly srcPort?: string;
  readonly dstPort?: string;
}

export interface TrafficRulesChange {
  readonly kind: 'traffic-rules';
  /** A port group, one distributed or uplink port, or the uplink port group. */
  readonly on: 'group' | 'port' | 'uplinks';
  /** Of the group or the port. */
  readonly name: string;
  /** In their order; null: none, or for a port what its group has. */
  readonly rules: readonly TrafficRule[] | null;
}

/** One list, for all ports that it is for. */
export interface TrafficFilter {
  /** Between adapter and port, towards the switch. True: refused. */
  refusesIn(context: FrameContext, port: VswitchPort): boolean;
  /** Writes the priority that the rule on the way in has said, once the VLAN is known. */
  mark(context: FrameContext): void;
  /** Between port and adapter, with the tag that the frame leaves with. */
  refusesOut(context: FrameContext, port: VswitchPort): boolean;
  /** The named values of a record that it wrote. */
  told(record: TraceRecord): Values;
}

export interface TrafficKit {
  /** Gives the list to those that it is for. A refusal leaves everything as it was. */
  apply(profile: VmwareVss, change: TrafficRulesChange): Outcome;
}
