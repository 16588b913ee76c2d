/**
 * A match as the switch holds it, after it has been put into a message and taken out again: without the fields that packets of
 * its type do not have, and in what words the message's format has. Read first: lib/ofp-match.c (ofputil_normalize_match,
 * ofputil_match_to_ofp10_match), lib/nx-match.c (nx_put_raw).
 */
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from '../../wire/ethernet.ts';
import type { Slot } from './fields.ts';
import { PCP, PROTOCOLS, TAG_PRESENT, VID, type Match } from './match.ts';
import { refusedBySwitch, type Piece } from './problem.ts';
import { NXM, OF10, type Formats } from './protocols.ts';

/** The tool says in its log what it drops here. */
export function normalized(match: Match): Match {
  const result = match.copy();
  if (match.etherType !== ETHERTYPE_IPV4 && !match.isArp) drop(result, 'nw_src', 'nw_dst');
  if (!match.hasTransport) drop(result, 'tp_src', 'tp_dst');
  if (!match.isIp && !match.isArp) drop(result, 'nw_proto');
  if (!match.isIp) drop(result, 'nw_tos', 'nw_ttl');
  if (!match.isArp) drop(result, 'arp_sha', 'arp_tha');
  if (match.etherType !== ETHERTYPE_IPV6) drop(result, 'ipv6_src', 'ipv6_dst');
  return result;
}

function drop(match: Match, ...slots: readonly Slot[]): void {
  for (const slot of slots) match.put(slot, 0n, 0n);
}

/** `match`: normalized. `formats`: those that may be used, of which the first is. */
export function heldMatch(match: Match, formats: Formats): Match {
  const result = withoutStrayFlags(match);
  const tag = match.get('vlan_tci');
  if ((formats & OF10) !== 0) {
    // OpenFlow 1.0 has one word for "no tag", and none for a TCI that is not one.
    if ((tag.mask & TAG_PRESENT) !== 0n && (tag.value & TAG_PRESENT) === 0n) result.put('vlan_tci', 0n, 0xffffn);
    return result;
  }
  if (match.meets('icmp') || match.meets('icmp6')) {
    for (const slot of ['tp_src', 'tp_dst'] as const) {
      const { value, mask } = match.get(slot);
      if (mask !== 0n) result.put(slot, value & 0xffn, 0xffffn);
    }
  }
  if ((formats & NXM) !== 0) return result;
  // OpenFlow 1.2 and later tell VID and PCP apart, and know a PCP only where there is a tag.
  const vid = tag.mask & (VID | TAG_PRESENT);
  const isPcpTold = (tag.value & (VID | TAG_PRESENT)) !== 0n && (tag.mask & PCP) !== 0n;
  result.put('vlan_tci', tag.value & (vid | (isPcpTold ? PCP : 0n)), vid | (isPcpTold ? PCP | TAG_PRESENT : 0n));
  return result;
}

/** Fragments and TCP flags of what is not IP or TCP go missing without a word. */
function withoutStrayFlags(match: Match): Match {
  const result = match.copy();
  if (!match.isIp) drop(result, 'nw_frag');
  if (!match.isIp || match.ipProtocol !== PROTOCOLS.tcp) drop(result, 'tcp_flags');
  return result;
}

/** What the tool sends and the switch refuses, since it asks for what its own words rule out. */
export function refuseContradictions(match: Match, formats: Formats, piece: Piece): void {
  const kept = withoutStrayFlags(match);
  const isLater = (kept.get('nw_frag').value & 2n) !== 0n;
  const hasPorts = kept.hasTransport && !kept.meets('icmp') && !kept.meets('icmp6');
  const isAsked = (['tp_src', 'tp_dst', 'tcp_flags'] as const).some((slot) => kept.get(slot).mask !== 0n);
  if (isLater && hasPorts && isAsked) refusedBySwitch(piece, 'nw_frag', 'OFPBMC_BAD_PREREQ', 'nw_frag=not_later');
  const { value, mask } = kept.get('vlan_tci');
  const isPcpTold = (formats & (OF10 | NXM)) === 0 && (value & VID) !== 0n && (mask & PCP) !== 0n;
  if (isPcpTold && (value & TAG_PRESENT) === 0n) refusedBySwitch(piece, 'vlan_tci', 'OFPBMC_BAD_PREREQ', 'dl_vlan=VID');
}
