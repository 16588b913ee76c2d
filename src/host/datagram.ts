/** An IPv4 packet that has come in. */
import type { Ipv4Packet } from '../wire/ipv4.ts';

export interface Datagram {
  readonly packet: Ipv4Packet;
  /** As it came, without what Ethernet padded. */
  readonly bytes: Uint8Array;
  /** The frame was for this host alone, not for everybody. */
  readonly wasUnicast: boolean;
}

export function isFragment({ moreFragments, fragmentOffset }: Ipv4Packet): boolean {
  return moreFragments || fragmentOffset > 0;
}
