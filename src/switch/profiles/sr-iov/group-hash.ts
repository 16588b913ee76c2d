/**
 * The multicast table of ixgbe (MTA): 4096 bits in which all functions subscribe. A function that has subscribed anything
 * gets every group whose bit is set, by whomever (SR-3).
 *
 * Read first: ixgbe_common.c, ixgbe_mta_vector() with mc_filter_type 0: bits 36 to 47 of the address as it goes over the
 * wire, that is the upper half of the fifth octet and all of the sixth.
 */
import { macHalves, type MacAddress } from '../../../wire/mac-address.ts';

const BITS = 4096;

/** `low`: the last three octets of the group's address. */
export function groupHash(low: number): number {
  return ((low >> 12) & 0x00f) | ((low & 0xff) << 4);
}

export class GroupHash {
  readonly #bits = new Uint8Array(BITS);

  set(groups: Iterable<MacAddress>): void {
    this.#bits.fill(0);
    for (const group of groups) this.#bits[groupHash(macHalves(group)[1])] = 1;
  }

  has(low: number): boolean {
    return this.#bits[groupHash(low)] === 1;
  }
}
