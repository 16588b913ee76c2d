/**
 * Where a host's packets go (GUEST-2), and what an address is to it: its own, a broadcast, one that nobody can have.
 *
 * Read first: RFC 1122 3.2.1.3 and 3.3.1, RFC 1812 5.2.4.3 (the longest prefix wins). What surprises: the next hop, not the
 * destination, is who ARP asks for; a broadcast address counts on whichever interface it comes in.
 */
import type { NetworkInterface } from './network-interface.ts';
import {
  directedBroadcast,
  formatIpv4Address,
  isInNetwork,
  isMulticast,
  isThisHost,
  LIMITED_BROADCAST,
  type Ipv4Address,
} from '../wire/ipv4.ts';

export interface Route {
  readonly via: NetworkInterface;
  readonly nextHop: Ipv4Address;
}

export class Routes {
  readonly #interfaces: readonly NetworkInterface[];
  readonly #gateway: Ipv4Address | null;

  constructor(interfaces: readonly NetworkInterface[], gateway: Ipv4Address | null) {
    this.#interfaces = interfaces;
    this.#gateway = gateway;
  }

  find(dst: Ipv4Address): Route | null {
    return this.toNeighbour(dst) ?? (this.#gateway === null ? null : this.toNeighbour(this.#gateway));
  }

  /** The connected network that the address is in. */
  toNeighbour(address: Ipv4Address): Route | null {
    const [via] = this.#interfaces
      .filter(({ network }) => isInNetwork(address, network))
      .toSorted((a, b) => b.network.prefix - a.network.prefix);
    return via === undefined ? null : { via, nextHop: address };
  }

  isOwn(address: Ipv4Address): boolean {
    return this.#interfaces.some(({ network }) => network.address === address);
  }

  /** What is sent there does not leave the host. */
  isLocal(address: Ipv4Address): boolean {
    return this.isOwn(address) || isThisHost(address);
  }

  isBroadcast(address: Ipv4Address): boolean {
    return (
      address === LIMITED_BROADCAST || this.#interfaces.some(({ network }) => directedBroadcast(network) === address)
    );
  }

  /** No other host can have sent anything from there: what says so is discarded in silence (RFC 1122 3.2.1.3). */
  isMartian(src: Ipv4Address): boolean {
    return this.isLocal(src) || this.isBroadcast(src) || isMulticast(src);
  }

  /** For explanations. */
  get gatewayText(): string {
    return this.#gateway === null ? 'none' : formatIpv4Address(this.#gateway);
  }
}
