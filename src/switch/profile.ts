/**
 * What distinguishes one product's switch from another: the policy that the relay asks at each stage.
 *
 * The relay owns the order of stages, the copies and the accounting. A profile owns its ports, its tables and its
 * answers. A question that returns `true` means "refused": the profile has said why by `context.refuse(…)`.
 */
import type { FrameContext } from './frame-context.ts';
import type { Port } from './port.ts';
import type { TraceRecord } from './trace.ts';
import type { Values } from '../outcome/decision.ts';
import type { Doubts } from '../outcome/doubts.ts';

/** Closed: a new product is a new member here, a file in `profiles/` and a line in `profiles/index.ts`. */
export type ProfileId = 'linux-bridge' | 'open-vswitch' | 'vmware-vss' | 'hyper-v' | 'sr-iov' | 'ieee-8021q';

/** What {@link Profile.lookUp} answers besides a port number; the first three as {@link packFlood} packs them. */
export const FLOOD_UNKNOWN = -1;
export const FLOOD_MULTICAST = -2;
export const FLOOD_BROADCAST = -3;
/** To nobody: the profile has said why by `context.refuse(…)`. */
export const NOWHERE = -4;

/** Kind of flood and VLAN in one value of a trace. */
export function packFlood(flood: number, vid: number): number {
  return (vid << 2) | -flood;
}

export function unpackFlood(packed: number): { flood: number; vid: number } {
  return { flood: -(packed & 3), vid: packed >> 2 };
}

/** The switch's own port towards its host. */
export const HOST_PORT = 0;

/** What a {@link Program} may have the relay do, any number of times for one frame. */
export interface Passage {
  /** The whole way through a VLAN bridge, from classification on: OpenFlow's `NORMAL`. */
  bridge(context: FrameContext): void;
  /** One copy out of this port, unless the profile excludes it. */
  emit(context: FrameContext, port: Port): void;
  /** Takes all copies back that were made of the frame; the program refuses it as a whole. */
  abandon(context: FrameContext): void;
}

export interface Program {
  run(context: FrameContext, passage: Passage): void;
}

export interface Profile {
  readonly id: ProfileId;
  /** By port number; an unused number is undefined. Port 0 is the switch's own. */
  readonly ports: readonly (Port | undefined)[];
  /** The rule by which a frame from a port that the switch does not have is a drop. */
  readonly unknownPortRule: number;
  /** The rule by which a flood without any eligible port is a drop. */
  readonly noTargetRule: number;
  /** Which of its rules it follows without their being verified. */
  readonly doubts: Doubts;
  /** An administrator's program that says what happens to a frame (OpenFlow); null: the relay's own order of stages. */
  readonly program: Program | null;

  /** May the frame enter at all: link, addresses, port state, rules that stand before everything else. */
  receive(context: FrameContext): boolean;
  /** Which VLAN is it, and does the ingress port admit it. */
  classify(context: FrameContext): boolean;
  /** May this source be here. */
  admit(context: FrameContext): boolean;
  learn(context: FrameContext): void;
  /** May the frame go on after having taught its source. */
  proceed(context: FrameContext): boolean;
  /** The one egress port, which kind of flood, or {@link NOWHERE}. */
  lookUp(context: FrameContext): number;
  /** The rule by which a flood of this kind happens. */
  floodRule(flood: number): number;
  /** May this port have a copy. `flood`: the kind of flood, or 0 for the one port that the lookup named. */
  exclude(context: FrameContext, port: Port, flood: number): boolean;
  /** Does any port get copies beside what the lookup said (promiscuous, mirror)? Most switches have none. */
  readonly hasObservers: boolean;
  /** Does this port, which got no copy by the lookup, get one of its own? Asked once the lookup has been made. */
  observes(context: FrameContext, port: Port): boolean;
  /** Sets `outTpid` and `outTci` for this port. */
  encode(context: FrameContext, port: Port): void;
  /** Does something stop the copy that now exists: rules, size. */
  stop(context: FrameContext, port: Port): boolean;
  /** The named values of a record that this profile wrote. */
  describe(record: TraceRecord): Values;
}
