/**
 * Frames of which half are noise and half are good frames with something broken: cheap enough for a million of them.
 */
import { FrameBatch } from '../../src/switch/frame-batch.ts';
import { fromHex } from '../../src/wire/bytes.ts';
import type { Random } from '../random.ts';
import { BROADCAST, frame, guest, HOST, portMac } from './bench.ts';

const NOISE_SIZE = 1 << 16;
const BIG = 9000;

const IP_ADDRESSES = 'c0000201c0000202';
const TCP_SYN = '04d20050000000010000000050022000';
const IPV6_ADDRESSES = '20010db800000000000000000000000120010db8000000000000000000000002';

/** IPv4 with TCP, with options, and a later fragment; ARP; IPv6 with options, and ICMPv6: something for rules to read. */
const PAYLOADS = [
  '88b5cafe',
  `0800450000280000400040060000${IP_ADDRESSES}${TCP_SYN}00000000`,
  `0800460000240000000040110000${IP_ADDRESSES}0101010114e9003500080000cafe`,
  `0800450000200000200140110000${IP_ADDRESSES}14e9003500080000cafecafe`,
  '0806000108000604000102000000000ac0000201000000000000c0000202',
  `86dd600000000018003c${IPV6_ADDRESSES}0600010400000000${TCP_SYN}`,
  `86dd6000000000083aff${IPV6_ADDRESSES}8700000000000000`,
  '0040424203',
];

function goodFrames(): Uint8Array[] {
  const dsts = [
    ...[10, 11, 12, 99].map(guest),
    BROADCAST,
    HOST,
    portMac(2),
    '01:00:5e:00:00:05',
    '01:80:c2:00:00:00',
    '01:80:c2:00:00:01',
    '01:80:c2:00:00:0e',
    '00:00:00:00:00:00',
  ];
  const tags = ['-', 'C0p5', 'C10', 'C20p3d', 'C4095', 'S10', 'S0', 'C10+C20', 'S10+C10', 'C10+S20+C1'];
  return dsts.flatMap((dst, a) =>
    tags.map((tag, b) => fromHex(frame(dst, guest(10 + ((a + b) % 4)), tag, PAYLOADS[(a + 3 * b) % PAYLOADS.length]))!),
  );
}

export class FrameFuzz {
  readonly #random: Random;
  readonly #portCount: number;
  readonly #noise: Uint8Array;
  readonly #good = goodFrames();
  readonly #big: Uint8Array[];

  /** `portCount`: how many ports there are besides the host's; frames also come in at ports that are not there. */
  constructor(random: Random, portCount: number) {
    this.#random = random;
    this.#portCount = portCount;
    this.#noise = random.bytes(NOISE_SIZE);
    this.#big = this.#good.filter((_, index) => index % 10 < 5).map((small) => padded(small, this.#noise));
  }

  fill(batch: FrameBatch, count: number): void {
    batch.clear();
    for (let left = count; left > 0; left--) this.#add(batch);
  }

  #add(batch: FrameBatch): void {
    const random = this.#random;
    const port = random.chance(0.002)
      ? random.pick([200, 0xffff, this.#portCount + 7])
      : random.below(this.#portCount + 1);
    if (random.chance(0.5)) {
      const size = random.below(201);
      const at = random.below(NOISE_SIZE - size);
      batch.add(port, this.#noise.subarray(at, at + size));
      return;
    }
    const isBig = random.chance(0.004);
    const good = random.pick(isBig ? this.#big : this.#good);
    const size = isBig ? random.between(1400, BIG) : random.chance(0.1) ? random.below(good.length) : good.length;
    const index = batch.add(port, good.subarray(0, size));
    this.#mutate(batch.bytes, batch.start[index]!, size);
  }

  /** None to three bytes, most of them in the header. */
  #mutate(bytes: Uint8Array, start: number, size: number): void {
    const random = this.#random;
    if (size === 0) return;
    for (let left = random.below(4); left > 0; left--) {
      const at = start + random.below(random.chance(0.7) ? Math.min(size, 24) : size);
      if (random.chance(0.5)) bytes[at]! ^= 1 << random.below(8);
      else bytes[at] = random.pick([0, 0xff, 0x81, 0x88, 0xa8, 0x08, 0x06, random.below(256)]);
    }
  }
}

function padded(small: Uint8Array, noise: Uint8Array): Uint8Array {
  const big = noise.slice(0, BIG);
  big.set(small);
  return big;
}
