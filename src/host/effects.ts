/**
 * What a host does in answer to a frame, a request or a timer. A host has no clock and no wire of its own: it says what is
 * to be sent and when it wants to be called again, and the lab sees to it.
 */
import type { Decision, Values } from '../outcome/decision.ts';
import type { ReasonId } from '../outcome/reasons.ts';
import type { RuleId } from '../outcome/rules.ts';
import type { Malformed } from '../wire/malformed.ts';

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
  readonly outcome: 'reply' | 'unreachable' | 'ttl-expired' | 'no-route' | 'broadcast' | 'no-arp' | 'timeout';
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
    const asked = this.timers.findIndex((request) => request.timer === timer);
    if (asked < 0) this.cancelled.push(timer);
    else this.timers.splice(asked, 1);
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

  /** Bytes that are not what they claim to be: a sum that is not right, or a field that cannot be. */
  reject(protocol: string, { field, found, expected }: Malformed, rule: RuleId): void {
    if (field !== 'checksum') return this.drop('malformed-header', rule, { protocol, field, value: found });
    this.drop('bad-checksum', rule, { protocol, value: Number(found), expected: Number(expected) });
  }
}
