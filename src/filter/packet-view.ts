/**
 * A frame as rules see it: where its layers begin, what the product says it carries, at which ports it is.
 *
 * Products disagree about what a rule may see (Linux moves the outer tag out of the bytes, so that a rule on `ip saddr`
 * looks through one tag, ACL-N-7): the profile fills this view in its own way, and rules ask no further questions.
 */
import { readUint16 } from '../wire/bytes.ts';
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6, TYPE_AT } from '../wire/ethernet.ts';
import { TAG_SIZE } from '../wire/dot1q.ts';
import { IPV4_HEADER_SIZE } from '../wire/ipv4.ts';
import { PACKET_OTHER } from './packet-type.ts';

const IPV6_HEADER_SIZE = 40;

export class PacketView {
  bytes: Uint8Array = new Uint8Array(0);
  /** Offset of the destination address, and of the first byte behind the frame. */
  start = 0;
  end = 0;
  /** Outer tag that stands beside the bytes; TPID 0: none. */
  tpid = 0;
  tci = 0;
  /** Offset of the type field behind addresses and outer tag. */
  body = 0;
  /** Offset of the network header, and the EtherType that the product believes it has. */
  network = 0;
  protocol = 0;
  /** IP protocol number and offset of its header; -1 where there is none to be trusted. */
  l4Protocol = -1;
  transport = -1;
  packetType: number = PACKET_OTHER;
  /** A rule has written into the frame: `bytes` is a copy of the frame then. */
  isRewritten = false;
  /** Names of the ports; '' where there is none (nothing has come in yet, nothing goes out). */
  inPort = '';
  outPort = '';

  /** Bytes behind the link header, as packet counters count them (ACL-N-6). */
  get size(): number {
    return this.end - this.body - 2;
  }

  /** Finds the transport header. Its length fields have to be sane, or rules on ports and protocols do not match (ACL-N-6). */
  locateTransport(): void {
    this.l4Protocol = -1;
    this.transport = -1;
    if (this.protocol === ETHERTYPE_IPV4) this.#locateBehindIpv4();
    else if (this.protocol === ETHERTYPE_IPV6) this.#locateBehindIpv6();
  }

  /** One byte of the link layer as it is on the wire, tag included; -1 beyond the end. */
  linkByte(offset: number): number {
    let at = this.start + offset;
    if (offset >= TYPE_AT) {
      if (this.tpid !== 0) {
        if (offset < TYPE_AT + 2) return (this.tpid >> (offset === TYPE_AT ? 8 : 0)) & 0xff;
        if (offset < TYPE_AT + TAG_SIZE) return (this.tci >> (offset === TYPE_AT + 2 ? 8 : 0)) & 0xff;
        at = this.body + offset - TYPE_AT - TAG_SIZE;
      } else {
        at = this.body + offset - TYPE_AT;
      }
    }
    return at < this.end ? this.bytes[at]! : -1;
  }

  /** Overwrites a link layer address. The frame itself stays as it was: the view goes on with a copy. */
  rewrite(offset: number, value: Uint8Array): void {
    if (!this.isRewritten) {
      const shift = this.start;
      this.bytes = this.bytes.slice(this.start, this.end);
      this.start = 0;
      this.end -= shift;
      this.body -= shift;
      this.network -= shift;
      if (this.transport >= 0) this.transport -= shift;
      this.isRewritten = true;
    }
    this.bytes.set(value, this.start + offset);
  }

  #locateBehindIpv4(): void {
    const size = this.end - this.network;
    if (size < IPV4_HEADER_SIZE) return;
    const first = this.bytes[this.network]!;
    const headerSize = (first & 0x0f) * 4;
    const total = readUint16(this.bytes, this.network + 2);
    if (first >> 4 !== 4 || headerSize < IPV4_HEADER_SIZE || total > size || total < headerSize) return;
    this.l4Protocol = this.bytes[this.network + 9]!;
    this.transport = this.network + headerSize;
  }

  /**
   * Extension headers are walked as Linux does (ipv6_find_hdr): up to an authentication header, which is a protocol to it, as
   * is "no next header". Of a later fragment it knows the protocol, and looks for its header at the start of the packet.
   */
  #locateBehindIpv6(): void {
    const size = this.end - this.network;
    if (size < IPV6_HEADER_SIZE || this.bytes[this.network]! >> 4 !== 6) return;
    if (readUint16(this.bytes, this.network + 4) + IPV6_HEADER_SIZE > size) return;
    let next = this.bytes[this.network + 6]!;
    let at = this.network + IPV6_HEADER_SIZE;
    while (isExtension(next)) {
      const isFragment = next === FRAGMENT;
      if (at + (isFragment ? 4 : 2) > this.end) return;
      next = this.bytes[at]!;
      if (isFragment && (readUint16(this.bytes, at + 2) & 0xfff8) !== 0) {
        if (isExtension(next) || next === AUTHENTICATION) return;
        at = this.network;
      } else {
        at += isFragment ? 8 : (this.bytes[at + 1]! + 1) * 8;
      }
    }
    this.l4Protocol = next;
    this.transport = at;
  }
}

const [HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION_OPTIONS] = [0, 43, 44, 51, 60];

function isExtension(header: number): boolean {
  return header === HOP_BY_HOP || header === ROUTING || header === FRAGMENT || header === DESTINATION_OPTIONS;
}
