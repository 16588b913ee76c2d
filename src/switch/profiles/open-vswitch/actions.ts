/**
 * Writing into a frame: `set_field` and its older spellings, `dec_ttl`.
 *
 * Read first: lib/meta-flow.c mf_are_prereqs_ok, lib/packets.c packet_set_ipv4_addr, packet_set_tcp_port. What surprises: a
 * field that the frame does not have is left alone, without a word; checksums are adjusted by the difference (RFC 1624), so
 * that a wrong one stays wrong.
 */
import type { FlowAction, FlowField } from '../../../filter/flow.ts';
import { FLOW_WORDS, networkAt, wordsOf } from '../../../filter/flow-key.ts';
import { readUint16, writeUint16 } from '../../../wire/bytes.ts';
import type { FrameContext } from '../../frame-context.ts';

const [TYPE_IPV4, TYPE_ARP] = [0x0800, 0x0806];
const [TCP, UDP] = [6, 17];
/** Bit of ip_frag. */
const LATER_FRAGMENT = 2;

type Write = FlowAction & { readonly kind: 'set_field' | 'dec_ttl' };

/** Where a field stands in the frame, and which checksums cover it. */
interface Place {
  readonly at: number;
  readonly inHeader: boolean;
  readonly inPseudoHeader: boolean;
}

/** Writes into `context.bytes`, which have to be the frame's own; the key follows. False: `dec_ttl` ends the list. */
export function setField(context: FrameContext, key: Int32Array, typeAt: number, action: Write): boolean {
  if (action.kind === 'dec_ttl') return decrementTtl(context, key, typeAt);
  const { field, value, mask } = action;
  const first = FLOW_WORDS[field];
  const place = placeOf(context, key, typeAt, field);
  const words = wordsOf(value);
  if (place === null && !isMetadata(field)) return true;
  wordsOf(mask).forEach((bits, index) => {
    key[first + index] = (key[first + index]! & ~bits) | words[index]!;
  });
  if (place !== null) writeBytes(context, key, typeAt, place, value, mask);
  return true;
}

function isMetadata(field: FlowField): boolean {
  return field.startsWith('reg') || field === 'metadata' || field === 'in_port';
}

function decrementTtl(context: FrameContext, key: Int32Array, typeAt: number): boolean {
  const place = placeOf(context, key, typeAt, 'ip_ttl');
  if (place === null) return true;
  const ttl = key[FLOW_WORDS.ip_ttl]!;
  if (ttl <= 1) return false;
  key[FLOW_WORDS.ip_ttl] = ttl - 1;
  writeBytes(context, key, typeAt, place, Uint8Array.of(ttl - 1), Uint8Array.of(0xff));
  return true;
}

function placeOf({ bytes, length }: FrameContext, key: Int32Array, typeAt: number, field: FlowField): Place | null {
  if (field === 'eth_dst') return plain(0);
  if (field === 'eth_src') return plain(6);
  const at = networkAt(bytes, typeAt, length);
  const type = key[FLOW_WORDS.eth_type];
  const arp = type === TYPE_ARP && at + 28 <= length ? ARP_AT[field] : undefined;
  if (arp !== undefined) return plain(at + arp);
  if (type !== TYPE_IPV4 || !isSane(bytes, at, length)) return null;
  const header = IPV4_AT[field];
  if (header !== undefined) {
    return { at: at + header, inHeader: true, inPseudoHeader: field === 'ip_src' || field === 'ip_dst' };
  }
  const protocol = key[FLOW_WORDS.ip_proto];
  if ((field !== 'tp_src' && field !== 'tp_dst') || (protocol !== TCP && protocol !== UDP)) return null;
  if ((key[FLOW_WORDS.ip_frag]! & LATER_FRAGMENT) !== 0) return null;
  const transport = at + (bytes[at]! & 0x0f) * 4 + (field === 'tp_src' ? 0 : 2);
  return { at: transport, inHeader: false, inPseudoHeader: true };
}

/** No checksum covers it. */
function plain(at: number): Place {
  return { at, inHeader: false, inPseudoHeader: false };
}

const ARP_AT: Readonly<Partial<Record<FlowField, number>>> = {
  arp_op: 6,
  arp_sha: 8,
  arp_spa: 14,
  arp_tha: 18,
  arp_tpa: 24,
};
const IPV4_AT: Readonly<Partial<Record<FlowField, number>>> = { ip_tos: 1, ip_ttl: 8, ip_src: 12, ip_dst: 16 };

function isSane(bytes: Uint8Array, at: number, length: number): boolean {
  if (at + 20 > length) return false;
  const headerSize = (bytes[at]! & 0x0f) * 4;
  const total = readUint16(bytes, at + 2);
  return headerSize >= 20 && headerSize <= total && total <= length - at;
}

function writeBytes(
  context: FrameContext,
  key: Int32Array,
  typeAt: number,
  place: Place,
  value: Uint8Array,
  mask: Uint8Array,
): void {
  const { bytes, length } = context;
  const from = place.at & ~1;
  const to = (place.at + value.length + 1) & ~1;
  const before = sum(bytes, from, to);
  value.forEach((byte, index) => (bytes[place.at + index] = (bytes[place.at + index]! & ~mask[index]!) | byte));
  const difference = sum(bytes, from, to) - before;
  const at = networkAt(bytes, typeAt, length);
  if (place.inHeader) adjust(bytes, at + 10, difference);
  if (place.inPseudoHeader) adjustTransport(bytes, at, key, difference);
  if (place.at < 12) context.readdress(bytes);
}

function adjustTransport(bytes: Uint8Array, network: number, key: Int32Array, difference: number): void {
  const transport = network + (bytes[network]! & 0x0f) * 4;
  const protocol = key[FLOW_WORDS.ip_proto];
  const size = network + readUint16(bytes, network + 2) - transport;
  // Later fragments too, although what stands there is no header.
  if (protocol === TCP) return size < 20 ? undefined : adjust(bytes, transport + 16, difference);
  // A UDP datagram without a checksum stays so, and a sum of 0 is sent as 0xffff.
  if (protocol !== UDP || size < 8 || readUint16(bytes, transport + 6) === 0) return;
  adjust(bytes, transport + 6, difference);
  if (readUint16(bytes, transport + 6) === 0) writeUint16(bytes, transport + 6, 0xffff);
}

function sum(bytes: Uint8Array, from: number, to: number): number {
  let total = 0;
  for (let at = from; at < to; at += 2) total += readUint16(bytes, at);
  return total;
}

/** RFC 1624: HC' = ~(~HC + ~m + m'). */
function adjust(bytes: Uint8Array, at: number, difference: number): void {
  let total = (~readUint16(bytes, at) & 0xffff) + (difference < 0 ? difference + 0xffff * 4 : difference);
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  writeUint16(bytes, at, ~total & 0xffff);
}
