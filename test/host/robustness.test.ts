/**
 * Whatever reaches a host or a router: no exception, and what it sends is well-formed, from an address of its own, out of a
 * NIC that it has. 20,000 seeded frames each, random and mutated.
 */
import { describe, expect, test } from 'vitest';
import { Random } from '../random.ts';
import { explain } from '../../src/explain/explain.ts';
import type { Effects } from '../../src/host/effects.ts';
import type { IpHost } from '../../src/host/ip-host.ts';
import type { Decision } from '../../src/outcome/decision.ts';
import { toHex } from '../../src/wire/bytes.ts';
import { checksum } from '../../src/wire/checksum.ts';
import { emitIcmp } from '../../src/wire/icmp.ts';
import { BROADCAST_MAC } from '../../src/wire/mac-address.ts';
import { emitTcp } from '../../src/wire/tcp.ts';
import { emitUdp } from '../../src/wire/udp.ts';
import {
  A_MAC,
  arpReply,
  arpRequest,
  c,
  ECHO,
  formatFrame,
  guest,
  ip,
  ipFrame,
  NOTHING,
  packet,
  router,
  RT_MAC,
  sent,
  told,
} from './bench.ts';

const FRAMES = 20_000;

/** Good frames for the host with these addresses: what is mutated. */
function seeds(own: string, ownMac: typeof A_MAC, tags: ReturnType<typeof c>[]): Uint8Array[] {
  const outer = { dst: ownMac, tags };
  const segment = {
    srcPort: 4000,
    dstPort: 80,
    sequence: 1,
    acknowledgement: 2,
    window: 3,
    urgentPointer: 0,
    options: NOTHING,
  };
  const [src, dst] = [ip('192.0.2.50'), ip(own)];
  const error = emitIcmp({ type: 11, code: 0, identifier: 0, sequence: 0, payload: packet({ payload: ECHO }) });
  return [
    arpRequest({ from: '192.0.2.50', to: own }, { tags }),
    arpReply({ from: '192.0.2.50', to: own }, outer),
    ipFrame({ dst: own, payload: ECHO }, outer),
    ipFrame({ dst: own, payload: error }, outer),
    ipFrame({ dst: own, protocol: 17, payload: emitUdp({ srcPort: 1, dstPort: 2, payload: ECHO }, src, dst) }, outer),
    ipFrame({ dst: own, protocol: 6, payload: emitTcp({ ...segment, flags: 2, payload: ECHO }, src, dst) }, outer),
    ipFrame({ dst: own, protocol: 253, payload: ECHO, options: new Uint8Array(8) }, outer),
    ipFrame({ dst: '203.0.113.80', payload: ECHO }, outer),
    ipFrame({ dst: '198.51.100.13', ttl: 1, payload: ECHO }, outer),
    ipFrame({ dst: '8.8.8.8', payload: ECHO }, outer),
    ipFrame({ dst: '192.0.2.255', payload: ECHO }, { ...outer, dst: BROADCAST_MAC }),
  ];
}

/** A frame with some bytes changed, an end cut off or added, and often its IP checksum put right again. */
function mutated(random: Random, seed: Uint8Array, headerAt: number): Uint8Array {
  if (random.chance(0.05)) return random.bytes(random.below(80));
  let bytes = seed.slice();
  for (let count = random.below(4); count > 0; count--) bytes[random.below(bytes.length)] = random.below(256);
  if (random.chance(0.2)) bytes = bytes.slice(0, random.below(bytes.length + 1));
  if (random.chance(0.1)) bytes = Uint8Array.of(...bytes, ...random.bytes(random.below(30)));
  if (random.chance(0.5) && bytes.length >= headerAt + 20) mendChecksum(bytes, headerAt);
  return bytes;
}

function mendChecksum(bytes: Uint8Array, headerAt: number): void {
  const end = headerAt + (bytes[headerAt]! & 0x0f) * 4;
  bytes[headerAt + 10] = bytes[headerAt + 11] = 0;
  const sum = checksum(bytes, headerAt, Math.min(end, bytes.length));
  bytes[headerAt + 10] = sum >>> 8;
  bytes[headerAt + 11] = sum;
}

function sentenceOf(decision: Decision): string {
  return explain(decision, { product: 'guest', node: 'VM-A', naming: () => null }).sentence;
}

/** Nothing, a part that was not filled in, or the particle of a value that is not there. */
function isNoSentence(sentence: string): boolean {
  return sentence === '' || /[{}[\]]|undefined|null|NaN|。を|番号は/.test(sentence);
}

/** Lets a host live through everything; counts what it said. */
function ordeal(host: IpHost, nics: number, seed: number, seedFrames: readonly Uint8Array[], headerAt: number): Ordeal {
  const random = new Random(seed);
  const said = new Map<string, number>();
  const wrong: string[] = [];
  const untold: string[] = [];
  const timers: string[] = [];
  const addresses = host.options.interfaces.map(({ mac }) => mac);
  const note = (effects: Effects, cause: string): void => {
    for (const line of told(effects)) said.set(line, (said.get(line) ?? 0) + 1);
    untold.push(...effects.decisions.map(sentenceOf).filter(isNoSentence));
    timers.push(...effects.timers.map(({ timer }) => timer));
    for (const { nic, bytes } of effects.emissions) {
      const text = formatFrame(bytes);
      const isOurs = addresses.some((address) => text.startsWith(`${address} > `));
      if (nic < 0 || nic >= nics || !isOurs || /malformed|bad checksum/.test(text)) wrong.push(`${cause} → ${text}`);
    }
  };
  for (let count = 0; count < FRAMES; count++) {
    const bytes = mutated(random, random.pick(seedFrames), headerAt);
    const before = toHex(bytes);
    note(host.receive(random.below(nics), bytes), before);
    if (toHex(bytes) !== before) wrong.push(`${before} was written to`);
    if (random.chance(0.1) && timers.length > 0)
      note(host.timer(timers.splice(random.below(timers.length), 1)[0]!), 'timer');
    if (random.chance(0.02)) note(host.ping({ dst: random.word(), identifier: count & 0xffff, sequence: 1 }), 'ping');
  }
  return { said, wrong, untold };
}

interface Ordeal {
  readonly said: ReadonlyMap<string, number>;
  /** Emissions that no host should send, with the frame that caused them. */
  readonly wrong: readonly string[];
  /** Sentences that lack something. */
  readonly untold: readonly string[];
}

/** A forwarded packet keeps whatever the sender wrote into it, also a wrong checksum of its own. */
function ofItsOwn(wrong: readonly string[]): string[] {
  return wrong.filter((text) => !/malformed (length|checksum|data offset)$/.test(text));
}

describe('20,000 random and mutated frames', () => {
  test('GUEST-1…10: a guest never throws, and sends nothing malformed (seed 1)', () => {
    const { said, wrong, untold } = ordeal(
      guest(),
      1,
      1,
      [...seeds('192.0.2.11', A_MAC, []), arpRequest({ from: '192.0.2.50', to: '192.0.2.11' }, { tags: [c(10)] })],
      14,
    );
    expect(wrong).toEqual([]);
    expect(untold).toEqual([]);
    // The frames got far enough to meet everything that a guest can say of a frame.
    for (const line of [
      'drop not-for-me GUEST-1',
      'drop no-vlan-interface GUEST-1',
      'drop malformed-header GUEST-1',
      'drop malformed-header GUEST-4',
      'drop malformed-header GUEST-9',
      'drop bad-checksum GUEST-9',
      'drop not-my-ip GUEST-8',
      'drop echo-ignored GUEST-7',
      'drop martian-src GUEST-9',
      'drop fragment GUEST-9',
      'drop no-listener GUEST-9',
      'drop no-listener GUEST-10',
      'drop unknown-protocol GUEST-9',
      'drop no-arp GUEST-3',
      'pass echo-request GUEST-7',
      'pass icmp-error GUEST-8',
      'pass arp-reply GUEST-4',
    ]) {
      expect(said.get(line) ?? 0, line).toBeGreaterThan(5);
    }
  });

  test('GUEST-1…10: a router never throws, and sends nothing malformed of its own (seed 2)', () => {
    const { said, wrong, untold } = ordeal(router(), 2, 2, seeds('192.0.2.1', RT_MAC, [c(10)]), 18);
    expect(ofItsOwn(wrong)).toEqual([]);
    expect(untold).toEqual([]);
    for (const line of ['pass forward GUEST-8', 'drop ttl-expired GUEST-8', 'drop no-route GUEST-8']) {
      expect(said.get(line) ?? 0, line).toBeGreaterThan(100);
    }
    expect(said.get('drop no-arp GUEST-3') ?? 0).toBeGreaterThan(5);
  });

  test('the same frames make the same host: two ordeals of one seed say the same', () => {
    const once = ordeal(router(), 2, 3, seeds('192.0.2.1', RT_MAC, [c(10)]), 18);
    const again = ordeal(router(), 2, 3, seeds('192.0.2.1', RT_MAC, [c(10)]), 18);
    expect([...again.said]).toEqual([...once.said]);
  });
});

test('a timer that nobody set comes to nothing', () => {
  for (const name of ['', 'arp', 'arp/', 'arp/x', 'ping', 'ping/1', 'ping/1/2', 'nonsense/1/2/3']) {
    const effects = guest().timer(name);
    expect([sent(effects), effects.decisions, effects.pings, effects.timers], name).toEqual([[], [], [], []]);
  }
});
