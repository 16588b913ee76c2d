/**
 * A host's interfaces: a NIC, or a VLAN on a NIC (802.1Q sub-interface), with one address.
 *
 * Read first: Linux net/8021q/vlan_core.c, vlan_do_receive. What surprises: an interface of VLAN 10 is one of the C-tag
 * (0x8100) only, an S-tag of VID 10 is not for it; a tag with VID 0 is looked through wherever it stands (GUEST-1).
 */
import type { Effects } from './effects.ts';
import { TPID_C, TPID_S, type Tag } from '../wire/dot1q.ts';
import { emitEthernet, type EthernetFrame } from '../wire/ethernet.ts';
import type { Ipv4Network } from '../wire/ipv4.ts';
import { BROADCAST_MAC, type MacAddress } from '../wire/mac-address.ts';

export interface NetworkInterface {
  /** Index of the NIC that it stands on. */
  readonly nic: number;
  readonly mac: MacAddress;
  /** VID of a VLAN sub-interface; null: untagged frames. */
  readonly vlan: number | null;
  readonly network: Ipv4Network;
}

/** The interface that a frame is for (GUEST-1), or null with the reason told. */
export function interfaceFor(
  interfaces: readonly NetworkInterface[],
  nic: number,
  frame: EthernetFrame,
  effects: Effects,
): NetworkInterface | null {
  const here = interfaces.filter((entry) => entry.nic === nic);
  const address = here[0]?.mac;
  if (address === undefined) {
    effects.pass('no-interface', 'GUEST-1', { dst: frame.dst });
    return null;
  }
  if (frame.dst !== address && frame.dst !== BROADCAST_MAC) {
    effects.drop('not-for-me', 'GUEST-1', { dst: frame.dst, mac: address });
    return null;
  }
  const [outer, inner] = frame.tags.filter(({ vid }) => vid !== 0);
  const vlan = outer?.vid ?? null;
  const entry = outer?.tpid === TPID_S ? undefined : here.find((candidate) => candidate.vlan === vlan);
  if (entry !== undefined && inner === undefined) return entry;
  effects.drop('no-vlan-interface', 'GUEST-1', tagValues(entry === undefined ? outer : inner));
  return null;
}

function tagValues(tag: Tag | undefined): Record<string, string | number> {
  if (tag === undefined) return {};
  return tag.tpid === TPID_S ? { vid: tag.vid, tpid: '802.1ad' } : { vid: tag.vid };
}

export function frameFrom(via: NetworkInterface, dst: MacAddress, etherType: number, payload: Uint8Array): Uint8Array {
  const tags: Tag[] = via.vlan === null ? [] : [{ tpid: TPID_C, pcp: 0, dei: false, vid: via.vlan }];
  return emitEthernet({ dst, src: via.mac, tags, etherType, payload });
}
