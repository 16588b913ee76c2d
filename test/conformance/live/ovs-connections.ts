/**
 * Conversations through a stateful ruleset: TCP with right sequence numbers, UDP and pings, some packets left out, repeated or
 * coming from nowhere.
 */
import { toHex } from '../../../src/wire/bytes.ts';
import { checksum, transportChecksum } from '../../../src/wire/checksum.ts';
import { writeUint16, writeUint32 } from '../../../src/wire/bytes.ts';
import type { Step } from '../../../src/conformance/vector.ts';
import type { Random } from '../../random.ts';
import type { Scenario } from './ovs-daemon.ts';

const HOSTS = [
  { port: 'p1', mac: '02000000000a', ip: 0x0a000001 },
  { port: 'p2', mac: '02000000000b', ip: 0x0a000002 },
] as const;

const [FIN, SYN, RST, PSH, ACK] = [1, 2, 4, 8, 16];

export function randomConversation(random: Random, id: string): Scenario {
  const zone = random.pick(['', ',zone=7']);
  const flows = [
    'table=0,priority=100,arp,actions=normal',
    `table=0,priority=100,ip,ct_state=-trk,actions=ct(table=1${zone})`,
    'table=0,priority=0,actions=drop',
    'table=1,priority=200,ct_state=+trk+inv,actions=drop',
    'table=1,priority=100,ct_state=+trk+est,actions=normal',
    'table=1,priority=95,ct_state=+trk+rel,actions=normal',
    `table=1,priority=90,ct_state=+trk+new,ip,in_port=1,actions=ct(commit${zone}),normal`,
    'table=1,priority=0,actions=drop',
  ];
  const setup = {
    bridge: {},
    ports: [
      { name: 'p1', ofport: 1 },
      { name: 'p2', ofport: 2 },
      { name: 'p3', ofport: 3 },
    ],
    flows,
  };
  const packets = Array.from({ length: random.between(1, 3) }, () => conversation(random)).flat();
  const kept = packets.flatMap((each) => (random.chance(0.12) ? [] : random.chance(0.08) ? [each, each] : [each]));
  const steps = kept.flatMap(([from, hex]): Step[] => {
    const step: Step = { op: 'inject', port: HOSTS[from]!.port, hex, expect: {} };
    return random.chance(0.08) ? [{ op: 'advance', seconds: random.pick([5, 29, 35, 65]) }, step] : [step];
  });
  return { id, setup, steps };
}

type Packet = readonly [from: number, hex: string];

function conversation(random: Random): Packet[] {
  const [a, b] = [random.between(1000, 1003), random.pick([22, 80])];
  switch (random.below(3)) {
    case 0:
      return tcpConversation(random, a, b);
    case 1:
      return Array.from({ length: random.between(1, 5) }, () => {
        const from = random.below(2);
        return [from, packet(from, 17, udp(from === 0 ? [a, 53] : [53, a], from))] as const;
      });
    default:
      return Array.from({ length: random.between(1, 4) }, () => {
        const from = random.below(2);
        return [from, packet(from, 1, icmp(random.pick([8, 0]), random.between(1, 2)))] as const;
      });
  }
}

/** From SYN to the end, by FIN or by RST; the side that begins is the first or, at times, the second host. */
function tcpConversation(random: Random, a: number, b: number): Packet[] {
  const opener = random.chance(0.85) ? 0 : 1;
  const sequence = [1000, 5000];
  const packets: Packet[] = [];
  const send = (side: number, flags: number, size = 0): void => {
    const from = side === 0 ? opener : 1 - opener;
    const ports: [number, number] = side === 0 ? [a, b] : [b, a];
    const ack = (flags & ACK) === 0 ? 0 : sequence[1 - side]!;
    packets.push([from, packet(from, 6, tcp(ports, sequence[side]!, ack, flags, size, from))]);
    sequence[side] = sequence[side]! + size + ((flags & (SYN | FIN)) === 0 ? 0 : 1);
  };
  send(0, SYN);
  send(1, SYN | ACK);
  send(0, ACK);
  for (let count = random.between(0, 3); count > 0; count--) send(random.below(2), ACK | PSH, random.between(1, 30));
  const end = random.below(3);
  if (end === 0) send(random.below(2), RST | ACK);
  if (end !== 1) return packets;
  const first = random.below(2);
  send(first, FIN | ACK);
  send(1 - first, FIN | ACK);
  send(first, ACK);
  return packets;
}

function packet(from: number, protocol: number, content: Uint8Array): string {
  const [source, target] = [HOSTS[from]!, HOSTS[1 - from]!];
  const header = new Uint8Array(20);
  header[0] = 0x45;
  writeUint16(header, 2, 20 + content.length);
  header[8] = 64;
  header[9] = protocol;
  writeUint32(header, 12, source.ip);
  writeUint32(header, 16, target.ip);
  writeUint16(header, 10, checksum(header));
  return `${target.mac}${source.mac}0800${toHex(header)}${toHex(content)}`;
}

function tcp(
  ports: readonly [number, number],
  seq: number,
  ack: number,
  flags: number,
  size: number,
  from: number,
): Uint8Array {
  const segment = new Uint8Array(20 + size);
  writeUint16(segment, 0, ports[0]);
  writeUint16(segment, 2, ports[1]);
  writeUint32(segment, 4, seq);
  writeUint32(segment, 8, ack);
  segment[12] = 0x50;
  segment[13] = flags;
  writeUint16(segment, 14, 0xffff);
  writeUint16(segment, 16, transportChecksum(segment, HOSTS[from]!.ip, HOSTS[1 - from]!.ip, 6));
  return segment;
}

function udp(ports: readonly number[], from: number): Uint8Array {
  const datagram = new Uint8Array(12);
  writeUint16(datagram, 0, ports[0]!);
  writeUint16(datagram, 2, ports[1]!);
  writeUint16(datagram, 4, 12);
  writeUint16(datagram, 6, transportChecksum(datagram, HOSTS[from]!.ip, HOSTS[1 - from]!.ip, 17));
  return datagram;
}

function icmp(type: number, identifier: number): Uint8Array {
  const message = new Uint8Array(12);
  message[0] = type;
  writeUint16(message, 4, identifier);
  writeUint16(message, 2, checksum(message));
  return message;
}
