/**
 * NIC teaming (VSS-17): which uplink carries a frame of a port.
 *
 * Read first: vSphere Networking, "Teaming and Failover Policy". Every active uplink has a slot. A slot whose uplink has
 * lost its link is taken over by a standby one; with failback the uplink displaces it as soon as it is back, without it it
 * waits until it is needed. With an explicit order there is one slot, for the first uplink that works.
 *
 * How a port's number or a MAC address becomes a slot is told nowhere: here it is the remainder by the number of slots. For
 * IP hash the documents name the exclusive or of both addresses' last octets.
 */
import type { FrameContext } from '../../frame-context.ts';
import { BY_IP_HASH, BY_MAC, EXPLICIT, type Policy } from './policy.ts';
import type { VswitchPort } from './vswitch-port.ts';

/** Has this uplink a link? */
export type IsUp = (uplink: number) => boolean;

export class Team {
  readonly mode: number;
  readonly #active: readonly number[];
  /** Active ones first. */
  readonly #order: readonly number[];
  readonly #failback: boolean;
  /** Port numbers of uplinks; 0: nobody stands in for it. */
  readonly #slots: Int32Array;

  /** Port numbers of uplinks, in failover order. */
  constructor({ teaming, failback }: Policy, active: readonly number[], standby: readonly number[], isUp: IsUp) {
    this.mode = teaming;
    this.#order = [...active, ...standby];
    this.#active = teaming === EXPLICIT ? this.#order.slice(0, 1) : active;
    this.#failback = failback;
    this.#slots = new Int32Array(Math.max(1, this.#active.length));
    this.#restore(isUp);
    this.follow(isUp);
  }

  /** The uplink of a share of the traffic; 0: none. */
  choose(share: number): number {
    const slots = this.#slots;
    const first = share % slots.length;
    for (let step = 0; step < slots.length; step++) {
      const uplink = slots[(first + step) % slots.length]!;
      if (uplink !== 0) return uplink;
    }
    return 0;
  }

  /** The uplink that the share has while every link is up; 0: none. */
  intended(share: number): number {
    return this.#active[share % this.#slots.length] ?? 0;
  }

  /** A link has come or gone. */
  follow(isUp: IsUp): void {
    const slots = this.#slots;
    for (let slot = 0; slot < slots.length; slot++) if (slots[slot] !== 0 && !isUp(slots[slot]!)) slots[slot] = 0;
    if (this.#failback) this.#restore(isUp);
    // Active ones that came back without failback stand in like standby ones, in the order that is set.
    const isFree = (uplink: number): boolean => isUp(uplink) && !slots.includes(uplink);
    for (let slot = 0; slot < slots.length; slot++) if (slots[slot] === 0) slots[slot] = this.#order.find(isFree) ?? 0;
  }

  #restore(isUp: IsUp): void {
    this.#active.forEach((uplink, slot) => {
      if (isUp(uplink)) this.#slots[slot] = uplink;
    });
    if (this.mode === EXPLICIT) this.#slots[0] = this.#order.find((uplink) => isUp(uplink)) ?? 0;
  }
}

/** The share of the traffic that a frame of this port belongs to. */
export function shareOf({ bytes, start, length, body, srcLow }: FrameContext, port: VswitchPort, mode: number): number {
  if (mode === BY_MAC) return srcLow & 0xff;
  if (mode !== BY_IP_HASH) return mode === EXPLICIT ? 0 : port.number;
  // Of what is no IPv4, whatever stands where the addresses would.
  const network = body + 2;
  return network + 20 > length ? 0 : bytes[start + network + 15]! ^ bytes[start + network + 19]!;
}

/** The uplink that carries the port's own frames; 0: none. With IP hash there is no such one. */
export function ownUplink({ group, effectiveLow, number }: VswitchPort): number {
  const { team } = group!;
  return team.choose(team.mode === EXPLICIT ? 0 : team.mode === BY_MAC ? effectiveLow & 0xff : number);
}

/** A frame from outside came by an uplink that is not this port's (VSS-16). With IP hash any uplink may be right. */
export function isBackwards(port: VswitchPort, ingress: VswitchPort): boolean {
  return ingress.isUplink && port.group!.team.mode !== BY_IP_HASH && ownUplink(port) !== ingress.index;
}
