/**
 * A host's ARP cache (GUEST-3, GUEST-5): who has which address, and what waits for an answer.
 *
 * Three requests one second apart, then failure (Linux: mcast_solicit 3, retrans_time_ms 1000). Entries do not go stale
 * here: they stay until they are overwritten.
 */
import type { Ipv4Address } from '../wire/ipv4.ts';
import type { MacAddress } from '../wire/mac-address.ts';

export const ARP_TRIES = 3;
export const ARP_RETRY_MS = 1000;

interface Unresolved {
  tries: number;
  readonly waiting: Uint8Array[];
}

export class Neighbours {
  readonly #known = new Map<Ipv4Address, MacAddress>();
  readonly #asked = new Map<Ipv4Address, Unresolved>();

  get entries(): [Ipv4Address, MacAddress][] {
    return [...this.#known].toSorted(([a], [b]) => a - b);
  }

  find(address: Ipv4Address): MacAddress | null {
    return this.#known.get(address) ?? null;
  }

  /** Keeps a packet until its next hop is known. True: nobody has asked for it yet. */
  wait(address: Ipv4Address, packet: Uint8Array): boolean {
    const present = this.#asked.get(address);
    if (present !== undefined) {
      present.waiting.push(packet);
      return false;
    }
    this.#asked.set(address, { tries: 1, waiting: [packet] });
    return true;
  }

  isAwaited(address: Ipv4Address): boolean {
    return this.#asked.has(address);
  }

  /** A second has passed. True: ask again. */
  retry(address: Ipv4Address): boolean {
    const asked = this.#asked.get(address);
    if (asked === undefined || asked.tries >= ARP_TRIES) return false;
    asked.tries++;
    return true;
  }

  /** Nobody has answered: the packets that waited in vain. */
  giveUp(address: Ipv4Address): Uint8Array[] {
    const waiting = this.#asked.get(address)?.waiting ?? [];
    this.#asked.delete(address);
    return waiting;
  }

  /** Writes an entry; the packets that waited for it can go. */
  learn(address: Ipv4Address, mac: MacAddress): Uint8Array[] {
    this.#known.set(address, mac);
    return this.giveUp(address);
  }

  /** Only changes what is already there: an announcement of strangers teaches nothing (GUEST-5). */
  update(address: Ipv4Address, mac: MacAddress): void {
    if (this.#known.has(address)) this.#known.set(address, mac);
  }
}
