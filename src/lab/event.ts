/**
 * The log of a lab: everything that happened, in order. A lab with the same scenario, seed and actions has the same log,
 * byte for byte; pictures, tables, sentences and grades are made from it.
 */
import type { Decision } from '../outcome/decision.ts';
import type { Refusal } from '../outcome/refusal.ts';
import type { Action } from './action.ts';
import type { CapturePoint } from './capture-point.ts';

/** Counts from 1 in the order of making; a copy that a switch or router makes is a new frame with a parent. */
export type FrameId = number;

interface Common {
  /** Position in the log. */
  readonly index: number;
  readonly timeNs: number;
}

/** A frame passed a capture point. */
export interface Seen extends Common {
  readonly kind: 'seen';
  readonly point: CapturePoint;
  /** `sw1.p1`, `VM-A.eth0` */
  readonly place: string;
  /** Seen from the node that the place belongs to. */
  readonly direction: 'in' | 'out';
  readonly frame: FrameId;
  readonly bytes: Uint8Array;
}

/** A node has dealt with a frame. */
export interface Judged extends Common {
  readonly kind: 'judged';
  readonly node: string;
  /** Where it came in; null: it was made here. */
  readonly port: string | null;
  readonly frame: FrameId | null;
  readonly decisions: readonly Decision[];
  /** What it sent in answer. */
  readonly sent: readonly FrameId[];
  /** Where each of these went out: a port of a switch, a NIC of a host. */
  readonly ports: readonly string[];
}

export interface PingEnded extends Common {
  readonly kind: 'ping';
  readonly node: string;
  readonly to: string;
  readonly outcome: 'reply' | 'unreachable' | 'ttl-expired' | 'no-route' | 'broadcast' | 'no-arp' | 'timeout';
  readonly from: string | null;
  readonly ttl: number | null;
  readonly rttNs: number;
}

/** Somebody did something. */
export interface Acted extends Common {
  readonly kind: 'acted';
  readonly action: Action;
  readonly refused: Refusal | null;
}

export type LabEvent = Seen | Judged | PingEnded | Acted;
