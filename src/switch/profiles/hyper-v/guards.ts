/**
 * What DHCP Guard and Router Guard look for in a frame (Set-VMNetworkAdapter -DhcpGuard, -RouterGuard).
 *
 * What surprises: Microsoft says that DHCP offers are blocked, not how they are recognised; ports are the reading here. The
 * messages of Router Guard are given by number. A later fragment has no transport header to look at.
 */
import { readUint16 } from '../../../wire/bytes.ts';
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from '../../../wire/ethernet.ts';
import { IPV4_HEADER_SIZE, PROTOCOL_ICMP, PROTOCOL_UDP } from '../../../wire/ipv4.ts';
import type { FrameContext } from '../../frame-context.ts';

const PROTOCOL_ICMPV6 = 58;
const IPV6_HEADER_SIZE = 40;
const [HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION_OPTIONS] = [0, 43, 44, 51, 60];

/** From a DHCP server or relay to a client: UDP from 67 to 68, in IPv6 from 547 to 546. */
export function isDhcpServerMessage(context: FrameContext): boolean {
  const type = etherTypeOf(context);
  const udp = findHeader(context, type, PROTOCOL_UDP);
  if (udp < 0 || udp + 4 > context.start + context.length) return false;
  const from = readUint16(context.bytes, udp);
  const to = readUint16(context.bytes, udp + 2);
  return type === ETHERTYPE_IPV4 ? from === 67 && to === 68 : from === 547 && to === 546;
}

/** 5 redirect and 9 router advertisement of ICMP, 134 router advertisement and 137 redirect of ICMPv6; 0: none of these. */
export function routerMessageOf(context: FrameContext): number {
  const type = etherTypeOf(context);
  const icmp = findHeader(context, type, type === ETHERTYPE_IPV4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6);
  if (icmp < 0 || icmp >= context.start + context.length) return 0;
  const message = context.bytes[icmp]!;
  const isRouters = type === ETHERTYPE_IPV4 ? message === 5 || message === 9 : message === 134 || message === 137;
  return isRouters ? message : 0;
}

/** Behind the one tag that the switch sees. */
function etherTypeOf({ bytes, start, body, length }: FrameContext): number {
  return body + 2 > length ? 0 : readUint16(bytes, start + body);
}

/** Where the header of this protocol begins, counted as the bytes are; -1: there is none. */
function findHeader(context: FrameContext, etherType: number, protocol: number): number {
  if (etherType === ETHERTYPE_IPV4) return findBehindIpv4(context, protocol);
  return etherType === ETHERTYPE_IPV6 ? findBehindIpv6(context, protocol) : -1;
}

function findBehindIpv4({ bytes, start, body, length }: FrameContext, protocol: number): number {
  const at = start + body + 2;
  if (at + IPV4_HEADER_SIZE > start + length || bytes[at]! >> 4 !== 4 || bytes[at + 9] !== protocol) return -1;
  const size = (bytes[at]! & 0x0f) * 4;
  const isLaterFragment = (readUint16(bytes, at + 6) & 0x1fff) !== 0;
  return size < IPV4_HEADER_SIZE || isLaterFragment ? -1 : at + size;
}

/** Each extension header is at least eight bytes long, so the walk comes to an end with the frame. */
function findBehindIpv6({ bytes, start, body, length }: FrameContext, protocol: number): number {
  const end = start + length;
  let at = start + body + 2;
  if (at + IPV6_HEADER_SIZE > end || bytes[at]! >> 4 !== 6) return -1;
  let next = bytes[at + 6]!;
  at += IPV6_HEADER_SIZE;
  while (isExtension(next) && at + 8 <= end) {
    if (next === FRAGMENT && (readUint16(bytes, at + 2) & 0xfff8) !== 0) return -1;
    const units = bytes[at + 1]!;
    const size = next === FRAGMENT ? 8 : next === AUTHENTICATION ? (units + 2) * 4 : (units + 1) * 8;
    next = bytes[at]!;
    at += size;
  }
  return next === protocol ? at : -1;
}

function isExtension(header: number): boolean {
  switch (header) {
    case HOP_BY_HOP:
    case ROUTING:
    case FRAGMENT:
    case AUTHENTICATION:
    case DESTINATION_OPTIONS:
      return true;
    default:
      return false;
  }
}
