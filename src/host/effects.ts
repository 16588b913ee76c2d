/**
 * What a host does in answer to a frame, a request or a timer. A host has no clock and no wire of its own: it says what is
 * to be sent and when it wants to be called again, and the lab sees to it.
 */
import type { Decision, Values } from '../outcome/decision.ts';
import type { ReasonId } from '../outcome/reasons.ts';
import type { RuleId } from '../outcome/rules.ts';

export interface Emission {
  /** Index of the NIC. */
  readonly nic: number;
  readonly bytes: Uint8Array;
}

export interface TimerRequest {
  readonly afterMs: number;
  /** Given back when the time has come. */
  readonly timer: string;
}

/** What became of a ping, told to whoever sent it. */
export interface PingResult {
  readonly identifier: number;
  readonly sequence: number;
  readonly outcome: 'reply' | 'unreachable' | 'ttl-expired' | 'no-route' | 'no-arp' | 'timeout';
  /** Who said so, where somebody did. */
  readonly from: string | null;
  /** TTL of the reply. */
  readonly ttl: number | null;
}

export class Effects {
  readonly emissions: Emission[] = [];
  readonly timers: TimerRequest[] = [];
  readonly cancelled: string[] = [];
  readonly decisions: Decision[] = [];
  readonly pings: PingResult[] = [];

  send(nic: number, bytes: Uint8Array): void {
    this.emissions.push({ nic, bytes });
  }

  callBack(afterMs: number, timer: string): void {
    this.timers.push({ afterMs, timer });
  }

  /** The timer is no longer needed. */
  cancel(timer: string): void {
    this.cancelled.push(timer);
  }

  /** A step that went well: `what` names it for the explanation. */
  pass(what: string, rule: RuleId | null, values: Values = {}): void {
    this.decisions.push({
      stage: 'host',
      verdict: 'pass',
      reason: null,
      rule,
      port: null,
      values: { what, ...values },
    });
  }

  drop(reason: ReasonId, rule: RuleId, values: Values): void {
    this.decisions.push({ stage: 'host', verdict: 'drop', reason, rule, port: null, values });
  }
}
