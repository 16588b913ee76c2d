/**
 * Random access lists against a second, naive reading of them: every entry asked in turn, a packet's fields read from its
 * text, sessions in a plain list. What passes has to be the same, frame by frame.
 */
import { describe, expect, it } from 'vitest';
import type { AclChange } from '../../src/switch/profiles/hyper-v/acl.ts';
import { Random } from '../random.ts';
import { frame, guest } from './bench.ts';
import { HyperVBench } from './hyper-v-bench.ts';
import { ARP, echo, ip4, ip6, tcpPorts, udpPorts } from './packets.ts';

const SEED = 31_415;
const FRAMES = 20_000;
const SHARE = 200;

interface Packet {
  readonly version: 0 | 4 | 6;
  readonly src: string;
  readonly dst: string;
  readonly protocol: number;
  /** Of an echo: number and type. */
  readonly from: number;
  readonly to: number;
  readonly isFragment: boolean;
}

type Way = 'Inbound' | 'Outbound';
type Held = Extract<AclChange, { kind: 'acl-add' }> | Extract<AclChange, { kind: 'extended-acl-add' }>;

const BASE_6 = '20010db8000000000000000000000000';
const ADDRESSES = ['10.0.0.1', '10.0.0.2', '10.0.1.1', '192.168.0.1'];
const ADDRESSES_6 = [1, 2].map((last) => `${BASE_6.slice(0, 31)}${last}`);
const PREFIXES = [
  'ANY',
  '10.0.0.0/8',
  '10.0.0.0/24',
  '10.0.0.1',
  '10.0.0.2/31',
  '0.0.0.0/0',
  '2001:db8::/126',
  '::/0',
  '2001:db8::1',
];
const PORTS = [1, 79, 80, 90, 1024, 65_535];

function bitsOf(address: string): string {
  const bytes = address.includes('.')
    ? address.split('.').map(Number)
    : address.length === 32
      ? Array.from(address.matchAll(/../g), ([pair]) => Number.parseInt(pair, 16))
      : Array.from(expanded(address).matchAll(/../g), ([pair]) => Number.parseInt(pair, 16));
  return bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
}

function digits(part: string): string {
  return part
    .split(':')
    .map((group) => (group === '' ? '' : group.padStart(4, '0')))
    .join('');
}

/** `2001:db8::1` in 32 digits. */
function expanded(text: string): string {
  const [head = '', tail = ''] = text.split('::');
  return `${digits(head)}${'0'.repeat(32 - digits(head).length - digits(tail).length)}${digits(tail)}`;
}

/** How many bits agree as asked; -1: not this address. */
function agreement(prefix: string | undefined, address: string, version: number): number {
  if (prefix === undefined || prefix === 'ANY') return version === 0 ? -1 : 0;
  const [base = '', size] = prefix.split('/');
  const bits = bitsOf(base);
  const length = size === undefined ? bits.length : Number(size);
  const isSame = (bits.length === 32 ? 4 : 6) === version && bitsOf(address).startsWith(bits.slice(0, length));
  return isSame ? length : -1;
}

function hasPort(range: string | undefined, port: number, { protocol, isFragment }: Packet): boolean {
  if (range === undefined) return true;
  const [low, high = low] = range.split('-').map(Number) as [number, number?];
  return (protocol === 6 || protocol === 17) && !isFragment && port >= low && port <= high!;
}

class NaiveLists {
  readonly held: Held[] = [];
  readonly #sessions: { name: string; way: Way; entry: Held; last: number; idle: number }[] = [];

  apply(change: AclChange): void {
    if (change.kind === 'extended-acl-remove') {
      const at = this.held.findIndex(
        (each) => 'weight' in each && each.weight === change.weight && each.direction === change.direction,
      );
      if (at >= 0) this.held.splice(at, 1);
    } else if (change.kind !== 'acl-remove') {
      this.held.push(change);
    }
  }

  passes(packet: Packet, way: Way, macs: { local: string; remote: string }, nowMs: number): boolean {
    const byPort = this.#byPort(packet, way, macs);
    const byExtended = this.#byExtended(packet, way, nowMs);
    if (byPort === 'Deny' || byExtended.answer === 'Deny') return false;
    const { opens } = byExtended;
    if (opens !== undefined && packet.from >= 0) {
      const name = nameOf(packet, false);
      const idle = ('idleSessionTimeout' in opens ? (opens.idleSessionTimeout ?? 255) : 255) * 1000;
      const at = this.#sessions.findIndex((each) => each.name === name);
      if (at >= 0) this.#sessions.splice(at, 1);
      this.#sessions.push({ name, way, entry: opens, last: nowMs, idle });
    }
    return true;
  }

  #byPort(packet: Packet, way: Way, macs: { local: string; remote: string }): string {
    const [local, remote] = way === 'Inbound' ? [packet.dst, packet.src] : [packet.src, packet.dst];
    const best = { mac: { length: -1, action: '' }, ip: { length: -1, action: '' } };
    for (const acl of this.held) {
      if (acl.kind !== 'acl-add' || acl.action === 'Meter' || (acl.direction !== 'Both' && acl.direction !== way))
        continue;
      const isMac = acl.localMacAddress !== undefined || acl.remoteMacAddress !== undefined;
      const lengths = isMac
        ? [macLength(acl.localMacAddress, macs.local), macLength(acl.remoteMacAddress, macs.remote)]
        : [
            agreement(acl.localIPAddress, local, packet.version),
            agreement(acl.remoteIPAddress, remote, packet.version),
          ];
      if (lengths.includes(-1)) continue;
      const kind = isMac ? 'mac' : 'ip';
      const length = lengths[0]! + lengths[1]!;
      const held = best[kind];
      if (length > held.length || (length === held.length && acl.action === 'Deny'))
        best[kind] = { length, action: acl.action };
    }
    return best.mac.action === 'Deny' || best.ip.action === 'Deny' ? 'Deny' : 'Allow';
  }

  #byExtended(packet: Packet, way: Way, nowMs: number): { answer: string; opens?: Held } {
    const lists = this.held.filter((each) => each.kind === 'extended-acl-add');
    if (packet.version === 0 || lists.length === 0) return { answer: 'Allow' };
    const reverse = nameOf(packet, true);
    const session = this.#sessions.find(
      ({ name, way: begun, entry }) => name === reverse && begun !== way && lists.some((each) => each === entry),
    );
    if (session !== undefined && packet.from >= 0 && nowMs < session.last + session.idle) {
      session.last = nowMs;
      return { answer: 'Allow' };
    }
    const [local, remote] = way === 'Inbound' ? [packet.dst, packet.src] : [packet.src, packet.dst];
    const [localPort, remotePort] = way === 'Inbound' ? [packet.to, packet.from] : [packet.from, packet.to];
    for (const acl of lists.toSorted((a, b) => b.weight - a.weight)) {
      if (acl.direction !== way) continue;
      if (agreement(acl.localIPAddress, local, packet.version) < 0) continue;
      if (agreement(acl.remoteIPAddress, remote, packet.version) < 0) continue;
      if (
        acl.protocol !== undefined &&
        { TCP: 6, UDP: 17 }[acl.protocol] !== packet.protocol &&
        acl.protocol !== String(packet.protocol)
      )
        continue;
      if (!hasPort(acl.localPort, localPort, packet) || !hasPort(acl.remotePort, remotePort, packet)) continue;
      return acl.action === 'Allow' && acl.stateful === true ? { answer: 'Allow', opens: acl } : { answer: acl.action };
    }
    return { answer: 'Allow' };
  }
}

function macLength(wanted: string | undefined, address: string): number {
  return wanted === undefined || wanted === 'ANY' ? 0 : wanted === address ? 48 : -1;
}

function nameOf({ version, src, dst, protocol, from, to }: Packet, isReversed: boolean): string {
  const ends = [`${src} ${from}`, `${dst} ${protocol === 1 ? from : to}`];
  // An echo answers a request, so that the type that is looked for turns round.
  const type = protocol === 1 ? (isReversed ? (to === 8 ? 0 : 8) : to) : '';
  return `${version} ${protocol} ${(isReversed ? ends.toReversed() : ends).join(' ')} ${type}`;
}

function randomPacket(random: Random): [Packet, string] {
  const chance = random.below(20);
  if (chance === 0) return [{ version: 0, src: '', dst: '', protocol: 0, from: -1, to: 0, isFragment: false }, ARP];
  const isSix = chance < 5;
  const [src, dst] = [0, 1].map(() => random.pick(isSix ? ADDRESSES_6 : ADDRESSES)) as [string, string];
  const protocol = random.pick(isSix ? [6, 17] : [1, 6, 17, 89]);
  const [from, to] = [random.pick(PORTS), random.pick(PORTS)];
  const packet = { version: isSix ? 6 : 4, src, dst, protocol, from, to, isFragment: false } as const;
  if (protocol === 1) {
    const type = random.pick([0, 8]);
    return [{ ...packet, from: 7, to: type }, echo(src, dst, type)];
  }
  if (protocol === 89) return [{ ...packet, from: 0, to: 0 }, ip4(src, dst, 89, '')];
  const payload = protocol === 6 ? tcpPorts(from, to) : udpPorts(from, to);
  if (isSix) return [packet, ip6(src, dst, protocol, payload)];
  if (random.chance(0.05)) return [{ ...packet, from: -1, isFragment: true }, ip4(src, dst, protocol, payload, 0x0005)];
  return [packet, ip4(src, dst, protocol, payload)];
}

function randomChange(random: Random): AclChange {
  const action = random.pick(['Allow', 'Deny'] as const);
  const direction = random.pick(['Inbound', 'Outbound'] as const);
  const criteria = { action, direction: random.pick([direction, 'Both'] as const) };
  const end = <T>(name: string, values: readonly T[], chance: number): object =>
    random.chance(chance) ? { [name]: random.pick(values) } : {};
  const addresses = { ...end('localIPAddress', PREFIXES, 0.5), ...end('remoteIPAddress', PREFIXES, 0.6) };
  switch (random.below(6)) {
    case 0:
      return { kind: 'acl-add', port: 'p1', ...criteria, remoteMacAddress: random.pick(['ANY', guest(2)]) };
    case 1:
      return { kind: 'acl-add', port: 'p1', ...criteria, remoteIPAddress: 'ANY', ...addresses };
    case 2:
      return { kind: 'extended-acl-remove', port: 'p1', direction, weight: random.between(1, 9) };
    default: {
      const service = random.pick([
        {},
        { protocol: '1' },
        { protocol: 'TCP' },
        { protocol: 'UDP' },
        { protocol: '89' },
      ]);
      const ranges = ['80', '79-90', '1-65535', '1024-65535'];
      const isPorted = !('protocol' in service) || service.protocol.length === 3;
      const ports = isPorted ? { ...end('localPort', ranges, 0.3), ...end('remotePort', ranges, 0.3) } : {};
      const stateful = random.chance(0.5) ? { stateful: true, ...end('idleSessionTimeout', [1, 2], 0.5) } : {};
      const weight = random.between(1, 9);
      return {
        kind: 'extended-acl-add',
        port: 'p1',
        action,
        direction,
        weight,
        ...addresses,
        ...service,
        ...ports,
        ...stateful,
      };
    }
  }
}

function play(seed: number): string {
  const random = new Random(seed);
  const bench = new HyperVBench({ p1: {}, p2: {} });
  const naive = new NaiveLists();
  let told = '';
  for (let index = 0; index < SHARE; index++) {
    bench.nowMs += random.below(700);
    if (index < 4 || random.chance(0.05)) {
      const change = randomChange(random);
      if (bench.change(change) === null) naive.apply(change);
    }
    const [packet, rest] = randomPacket(random);
    const isInbound = random.chance(0.5);
    const [from, to] = isInbound ? [2, 1] : [1, 2];
    const sent = bench.send(`p${from}`, frame(guest(to), guest(from), '-', rest));
    const passes = naive.passes(
      packet,
      isInbound ? 'Inbound' : 'Outbound',
      { local: guest(1), remote: guest(2) },
      bench.nowMs,
    );
    const is = sent.seen !== 'nothing';
    if (is !== passes) {
      throw new Error(
        `seed ${seed}, frame ${index}: ${JSON.stringify({ packet, isInbound, is, held: naive.held, drop: sent.drop })}`,
      );
    }
    told += is ? '1' : '0';
  }
  return told;
}

describe(`${FRAMES.toLocaleString('en')} random packets through ${FRAMES / SHARE} random access lists`, () => {
  it('HV-16, HV-17, HV-18, HV-19: what passes is what a naive reading lets pass', () => {
    let passed = 0;
    for (let index = 0; index < FRAMES / SHARE; index++)
      passed += [...play(SEED + index)].filter((each) => each === '1').length;
    expect(passed).toBeGreaterThan(FRAMES / 5);
    expect(passed).toBeLessThan((FRAMES * 4) / 5);
  });

  it('the same seed lets the same packets pass', () => {
    expect(play(SEED)).toBe(play(SEED));
  });
});
