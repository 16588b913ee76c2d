/**
 * Ethernet frames without preamble and FCS: destination (6), source (6), tags (4 each), EtherType or length (2), payload.
 *
 * Read first: IEEE 802.3 clause 3, IEEE 802.1Q clause 9. What surprises: lengths never count the FCS, and a software
 * switch knows no minimum of 60 bytes (GEN-5): the recordings contain frames of 14 bytes that pass.
 */
import { malformed, isMalformed, type Malformed } from './malformed.ts';
import { concatBytes, readUint16, writeUint16 } from './bytes.ts';
import { MAC_SIZE, macAt, writeMac, type MacAddress } from './mac-address.ts';
import { TAG_SIZE, formatTag, isTpid, parseTag, writeTag, type Tag } from './dot1q.ts';

// --- Constants

export const DST_AT = 0;
export const SRC_AT = MAC_SIZE;
/** Where the first tag's TPID stands, or the EtherType of an untagged frame. */
export const TYPE_AT = 2 * MAC_SIZE;
/** Destination, source and EtherType. */
export const ETHERNET_HEADER_SIZE = 14;
/** The wire's minimum without FCS (IEEE 802.3 4A.4.2: minFrameSize 64 octets with FCS). */
export const MIN_WIRE_SIZE = 60;

export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_ARP = 0x0806;
export const ETHERTYPE_IPV6 = 0x86dd;
/** IEEE 802 local experimental EtherType 1: the type of hand-made test frames. */
export const ETHERTYPE_EXPERIMENTAL = 0x88b5;
/** Values up to this are a length (IEEE 802.3 3.2.6), not a type. */

export interface EthernetFrame {
  readonly dst: MacAddress;
  readonly src: MacAddress;
  /** Outermost first. */
  readonly tags: readonly Tag[];
  readonly etherType: number;
  readonly payload: Uint8Array;
}

// --- View over bytes

export function dstOf(frame: Uint8Array): MacAddress {
  return macAt(frame, DST_AT);
}

export function srcOf(frame: Uint8Array): MacAddress {
  return macAt(frame, SRC_AT);
}

/** The TPID of the outermost tag, or the EtherType where there is none. */
export function outerTypeOf(frame: Uint8Array): number {
  return readUint16(frame, TYPE_AT);
}

/** Where the EtherType stands behind all tags. */
export function typeOffset(frame: Uint8Array): number {
  let at = TYPE_AT;
  while (at + TAG_SIZE + 2 <= frame.length && isTpid(readUint16(frame, at))) at += TAG_SIZE;
  return at;
}

// --- Checked parse

export function parseEthernet(frame: Uint8Array): EthernetFrame | Malformed {
  if (frame.length < ETHERNET_HEADER_SIZE) {
    return malformed('ethernet', 'length', 0, `${frame.length} B`, `${ETHERNET_HEADER_SIZE} B`);
  }
  const tags: Tag[] = [];
  let at = TYPE_AT;
  while (isTpid(readUint16(frame, at))) {
    const tag = parseTag(frame, at);
    if (isMalformed(tag)) return tag;
    if (frame.length < at + TAG_SIZE + 2) {
      return malformed('ethernet', 'EtherType', at + TAG_SIZE, `${frame.length - at - TAG_SIZE} B`, '2 B');
    }
    tags.push(tag);
    at += TAG_SIZE;
  }
  return {
    dst: dstOf(frame),
    src: srcOf(frame),
    tags,
    etherType: readUint16(frame, at),
    payload: frame.subarray(at + 2),
  };
}

// --- Emit

export function emitEthernet(frame: EthernetFrame): Uint8Array {
  const header = new Uint8Array(ETHERNET_HEADER_SIZE + TAG_SIZE * frame.tags.length);
  writeMac(header, DST_AT, frame.dst);
  writeMac(header, SRC_AT, frame.src);
  let at = TYPE_AT;
  for (const tag of frame.tags) {
    writeTag(header, at, tag);
    at += TAG_SIZE;
  }
  writeUint16(header, at, frame.etherType);
  return concatBytes(header, frame.payload);
}

/** Zero bytes up to the wire's minimum, as a NIC adds them when it sends. */
export function padToWire(frame: Uint8Array): Uint8Array {
  return frame.length >= MIN_WIRE_SIZE ? frame : concatBytes(frame, new Uint8Array(MIN_WIRE_SIZE - frame.length));
}

// --- Printer

const TYPE_NAMES: Readonly<Record<number, string>> = {
  [ETHERTYPE_IPV4]: 'IPv4',
  [ETHERTYPE_ARP]: 'ARP',
  [ETHERTYPE_IPV6]: 'IPv6',
};

export function formatEtherType(etherType: number): string {
  return TYPE_NAMES[etherType] ?? `0x${etherType.toString(16).padStart(4, '0')}`;
}

/** `00:00:5e:00:53:0a > ff:ff:ff:ff:ff:ff C10 ARP` */
export function formatEthernet(frame: EthernetFrame): string {
  const tags = frame.tags.map((tag) => `${formatTag(tag)} `).join('');
  return `${frame.src} > ${frame.dst} ${tags}${formatEtherType(frame.etherType)}`;
}
