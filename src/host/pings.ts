/**
 * Echo requests under way, and how each ends: by its reply, by an error that quotes it, in vain.
 *
 * What surprises: of an error only what it quotes tells whose packet it was, so the quoted header and echo are compared with
 * what was sent (RFC 1122 3.2.2).
 */
import type { Effects, PingResult } from './effects.ts';
import type { Routes } from './routes.ts';
import { readUint16 } from '../wire/bytes.ts';
import { ICMP_ECHO_REQUEST } from '../wire/icmp.ts';
import { dstIpOf, headerSizeOf, PROTOCOL_ICMP, srcIpOf, type Ipv4Address } from '../wire/ipv4.ts';

export class Pings {
  readonly #routes: Routes;
  /** Destinations by `identifier/sequence`. */
  readonly #awaited = new Map<string, Ipv4Address>();

  constructor(routes: Routes) {
    this.#routes = routes;
  }

  start(dst: Ipv4Address, identifier: number, sequence: number, timeoutMs: number, effects: Effects): void {
    const key = `${identifier}/${sequence}`;
    this.#awaited.set(key, dst);
    effects.callBack(timeoutMs, `ping/${key}`);
  }

  finish(result: PingResult, effects: Effects): void {
    const key = `${result.identifier}/${result.sequence}`;
    if (!this.#awaited.delete(key)) return;
    effects.cancel(`ping/${key}`);
    effects.pings.push(result);
  }

  /** `quoted`: a packet of ours, or its beginning, that will not arrive. `from`: who says so. */
  fail(quoted: Uint8Array, outcome: PingResult['outcome'], from: string | null, effects: Effects): void {
    const at = headerSizeOf(quoted, 0);
    const isEcho = quoted.length >= at + 8 && quoted[9] === PROTOCOL_ICMP && quoted[at] === ICMP_ECHO_REQUEST;
    if (!isEcho || !this.#routes.isOwn(srcIpOf(quoted, 0))) return;
    const [identifier, sequence] = [readUint16(quoted, at + 4), readUint16(quoted, at + 6)];
    if (this.#awaited.get(`${identifier}/${sequence}`) !== dstIpOf(quoted, 0)) return;
    this.finish({ identifier, sequence, outcome, from, ttl: null }, effects);
  }
}
