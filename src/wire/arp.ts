/**
 * ARP for IPv4 over Ethernet (RFC 826): HTYPE 1, PTYPE 0x0800, HLEN 6, PLEN 4, OPER, SHA, SPA, THA, TPA.
 *
 * What surprises: a request teaches the one who is asked, too (its SHA and SPA are as good as a reply's), and a probe
 * has SPA 0.0.0.0 (RFC 5227).
 */
import { malformed, type Malformed } from './malformed.ts';
import { readUint16, readUint32, writeUint16, writeUint32 } from './bytes.ts';
import { macAt, writeMac, type MacAddress } from './mac-address.ts';
import { formatIpv4Address, type Ipv4Address } from './ipv4.ts';

// --- Constants

export const ARP_SIZE = 28;
export const ARP_REQUEST = 1;
export const ARP_REPLY = 2;

export interface ArpPacket {
  readonly operation: number;
  readonly senderMac: MacAddress;
  readonly senderIp: Ipv4Address;
  readonly targetMac: MacAddress;
  readonly targetIp: Ipv4Address;
}

// --- View over bytes

export function operationOf(bytes: Uint8Array, at: number): number {
  return readUint16(bytes, at + 6);
}

// --- Checked parse

export function parseArp(bytes: Uint8Array, at = 0): ArpPacket | Malformed {
  const size = bytes.length - at;
  if (size < ARP_SIZE) return malformed('arp', 'length', at, `${size} B`, `${ARP_SIZE} B`);
  const expect: [string, number, number, number][] = [
    ['HTYPE', readUint16(bytes, at), 1, at],
    ['PTYPE', readUint16(bytes, at + 2), 0x0800, at + 2],
    ['HLEN', bytes[at + 4]!, 6, at + 4],
    ['PLEN', bytes[at + 5]!, 4, at + 5],
  ];
  for (const [field, found, right, where] of expect) {
    if (found !== right) return malformed('arp', field, where, found, String(right));
  }
  return {
    operation: operationOf(bytes, at),
    senderMac: macAt(bytes, at + 8),
    senderIp: readUint32(bytes, at + 14),
    targetMac: macAt(bytes, at + 18),
    targetIp: readUint32(bytes, at + 24),
  };
}

// --- Emit

export function emitArp(packet: ArpPacket): Uint8Array {
  const bytes = new Uint8Array(ARP_SIZE);
  writeUint16(bytes, 0, 1);
  writeUint16(bytes, 2, 0x0800);
  bytes[4] = 6;
  bytes[5] = 4;
  writeUint16(bytes, 6, packet.operation);
  writeMac(bytes, 8, packet.senderMac);
  writeUint32(bytes, 14, packet.senderIp);
  writeMac(bytes, 18, packet.targetMac);
  writeUint32(bytes, 24, packet.targetIp);
  return bytes;
}

// --- Printer

export function formatArp(packet: ArpPacket): string {
  const [sender, target] = [formatIpv4Address(packet.senderIp), formatIpv4Address(packet.targetIp)];
  if (packet.operation === ARP_REQUEST) return `who-has ${target} tell ${sender}`;
  return packet.operation === ARP_REPLY ? `${sender} is-at ${packet.senderMac}` : `operation ${packet.operation}`;
}
