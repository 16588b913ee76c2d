/**
 * Random SR-IOV NICs that change while random and broken frames pass: nothing throws, the accounts balance, every loss has a
 * reason, and each copy is one that a second telling of the rules, made from the settings alone, allows, byte for byte.
 */
import { describe, expect, it } from 'vitest';
import { CopyBatch } from '../../src/switch/copy-batch.ts';
import { FrameBatch } from '../../src/switch/frame-batch.ts';
import type { FrameContext } from '../../src/switch/frame-context.ts';
import type { EmbeddedSwitch } from '../../src/switch/profiles/sr-iov/embedded-switch.ts';
import { NIC_NAMES } from '../../src/switch/profiles/sr-iov/nic.ts';
import { NO_MAC, type NicFunction } from '../../src/switch/profiles/sr-iov/nic-function.ts';
import { toHex } from '../../src/wire/bytes.ts';
import type { MacAddress } from '../../src/wire/mac-address.ts';
import { Random } from '../random.ts';
import { imbalance } from './fuzz/accounts.ts';
import { SrIovBench } from './sr-iov-bench.ts';
import { randomChange, SrIovFrames, VFS } from './sr-iov-random.ts';

const FRAMES = 20_000;
const SEED = 271_828;
/** Frames through one NIC, and frames between two changes. */
const SHARE = 1000;
const BATCH = 50;

interface Tag {
  readonly tpid: string;
  readonly vid: number;
}

/** The outer tag of a frame in hexadecimal; null: none. */
function outerTag(hex: string): Tag | null {
  const tpid = hex.slice(24, 28);
  if ((tpid !== '8100' && tpid !== '88a8') || hex.length < 32) return null;
  return { tpid, vid: Number.parseInt(hex.slice(28, 32), 16) & 0xfff };
}

function withoutTag(hex: string): string {
  return hex.slice(0, 24) + hex.slice(32);
}

function address(hex: string, at: number): string {
  return hex
    .slice(at, at + 12)
    .match(/../g)!
    .join(':');
}

/** What the rules say of one frame, told from the settings alone. */
class Oracle {
  readonly nic: EmbeddedSwitch;
  readonly ingress: NicFunction | null;
  /** The frame as it is inside the switch, and its VLAN there. */
  readonly inside: string;
  readonly tag: Tag | null;
  readonly dst: string;
  readonly src: string;

  constructor(nic: EmbeddedSwitch, ingress: number, hex: string) {
    this.nic = nic;
    this.ingress = nic.functions[ingress] ?? null;
    this.inside = this.ingress !== null && hasVst(this.ingress) ? withTag(hex, this.ingress) : hex;
    this.tag = this.#vlanTag(this.inside);
    this.dst = address(hex, 0);
    this.src = address(hex, 12);
  }

  /** An S-tag is one only to a card that puts them on. */
  #vlanTag(hex: string): Tag | null {
    const tag = outerTag(hex);
    const knowsSTags = this.nic.nic.hasSTags && this.nic.guestTag === 'stack';
    return tag === null || (tag.tpid === '88a8' && !knowsSTags) ? null : tag;
  }

  get #vid(): number {
    return this.tag?.vid ?? 0;
  }

  isIn(own: NicFunction): boolean {
    if (hasVst(own)) {
      const tpid = own.proto === '802.1ad' ? '88a8' : '8100';
      return own.vlan === this.#vid && (own.vlan === 0 || this.tag!.tpid === tpid);
    }
    if (this.#vid === 0 || (!own.isVf && own.wantsPromisc)) return true;
    return this.tag!.tpid === '8100' && own.vlanFilters.has(this.#vid);
  }

  /** In table order: the first that has the address in the VLAN. */
  get owner(): NicFunction | undefined {
    return this.nic.functions.find(
      (own): own is NicFunction => own !== null && has(own, this.dst) && this.isIn(own) && isRegistered(own, this.#vid),
    );
  }

  /** Why the copy may not be; null: it may. */
  faultOf(port: number, hex: string): string | null {
    const own = this.nic.functions[port] ?? null;
    if (own === this.ingress) return 'back to where it came from';
    if (!isUp(this.nic, own) || !isUp(this.nic, this.ingress)) return 'no link';
    if (this.tag?.vid === 4095) return 'VID 4095';
    const expected =
      own !== null && hasVst(own) ? (this.tag === null ? this.inside : withoutTag(this.inside)) : this.inside;
    if (hex !== expected) return `other bytes: ${hex}, not ${expected}`;
    return this.#faultOfSource() ?? (own === null ? this.#faultOfWire() : this.#faultOfFunction(own));
  }

  #faultOfSource(): string | null {
    const vf = this.ingress;
    if (vf === null || !vf.isVf) return null;
    if (hasVst(vf) && this.nic.guestTag === 'drop' && outerTag(withoutTag(this.inside)) !== null) {
      return 'a tag behind a port VLAN';
    }
    if (!vf.spoofchk || vf.isUnchecked) return null;
    const isGood = this.nic.nic.checksAdminMac ? vf.adminMac === this.src : has(vf, this.src);
    if (!isGood) return 'a forged source';
    const isForeign = this.nic.nic.checksVlan && !hasVst(vf) && this.#vid !== 0 && !this.isIn(vf);
    return isForeign ? 'a foreign VLAN' : null;
  }

  /** To the wire. */
  #faultOfWire(): string | null {
    if (this.nic.isVepa || this.dst === 'ff:ff:ff:ff:ff:ff' || isGroup(this.dst)) return null;
    return this.owner === undefined ? null : 'it is somebody’s here';
  }

  #faultOfFunction(own: NicFunction): string | null {
    const isFromWire = this.ingress === null;
    if (this.nic.isVepa && !isFromWire) return 'past a VEPA';
    if (!this.isIn(own)) return 'a VLAN of which it is not';
    const isHeeded = own.wantsPromisc && (!own.isVf || own.trust);
    if (isGroup(this.dst)) {
      if (this.nic.isVepa && has(own, this.src)) return 'its own, reflected';
      const isWanted =
        this.dst === 'ff:ff:ff:ff:ff:ff' ||
        own.groups.size > 0 ||
        isHeeded ||
        (own.wantsAllmulti && (!own.isVf || own.trust));
      return isWanted ? null : 'a group that nobody wants';
    }
    if (this.owner === own) return this.nic.isVepa && has(own, this.src) ? 'its own, reflected' : null;
    return isHeeded ? null : 'for somebody else';
  }
}

function hasVst({ vlan, qos }: NicFunction): boolean {
  return vlan !== 0 || qos !== 0;
}

function withTag(hex: string, { vlan, qos, proto }: NicFunction): string {
  const tci = ((qos << 13) | vlan).toString(16).padStart(4, '0');
  return `${hex.slice(0, 24)}${proto === '802.1ad' ? '88a8' : '8100'}${tci}${hex.slice(24)}`;
}

function has(own: NicFunction, wanted: string): boolean {
  return (own.address === wanted && wanted !== NO_MAC) || own.further.has(wanted as MacAddress);
}

/** A promiscuous PF is in every VLAN, but its addresses are registered in those of its interfaces. */
function isRegistered(own: NicFunction, vid: number): boolean {
  return own.isVf || vid === 0 || own.vlanFilters.has(vid);
}

function isGroup(text: string): boolean {
  return (Number.parseInt(text.slice(0, 2), 16) & 1) === 1;
}

/** null: the wire. */
function isUp({ wire, pf }: EmbeddedSwitch, own: NicFunction | null): boolean {
  if (own === null) return wire.linkUp;
  const isPfUp = pf.isUp && wire.linkUp;
  if (!own.isVf) return isPfUp;
  return own.isUp && (own.state === 'enable' || (own.state === 'auto' && isPfUp));
}

class Run {
  readonly #random: Random;
  readonly #frames: SrIovFrames;
  readonly #bench: SrIovBench;
  /** The same NIC with tracing off, fed in batches. */
  readonly #silent: SrIovBench;
  hash = 0x811c9dc5;

  constructor(seed: number, spoil: (nic: EmbeddedSwitch) => void = () => undefined) {
    this.#random = new Random(seed);
    this.#frames = new SrIovFrames(this.#random);
    const name = this.#random.pick(NIC_NAMES);
    [this.#bench, this.#silent] = [new SrIovBench(name, [], VFS), new SrIovBench(name, [], VFS)];
    this.#silent.relay.trace.on = false;
    for (const { nic } of [this.#bench, this.#silent]) spoil(nic);
    for (let left = this.#random.below(25); left > 0; left--) this.#change();
  }

  get tally(): SrIovBench['relay']['tally'] {
    return this.#bench.relay.tally;
  }

  #change(): void {
    const change = randomChange(this.#random);
    this.#bench.change(change);
    this.#silent.change(change);
  }

  play(count: number): void {
    const batch = new FrameBatch(BATCH, 1 << 17);
    const copies = new CopyBatch(16);
    for (let left = count; left > 0; left -= BATCH) {
      this.#frames.load(batch, Math.min(BATCH, left));
      const before = batch.bytes.slice();
      copies.clear();
      this.#silent.relay.relay(batch, copies, 0);
      expect(Buffer.compare(before, batch.bytes), 'the ingress buffer was written to').toBe(0);
      let next = 0;
      for (let index = 0; index < batch.count; index++) next = this.#playSingle(batch, index, copies, next);
      expect(next).toBe(copies.count);
      expect(this.#silent.relay.tally).toEqual(this.tally);
      if (this.#random.chance(0.5)) this.#change();
    }
  }

  #playSingle(batch: FrameBatch, index: number, batched: CopyBatch, next: number): number {
    const { relay, nic } = this.#bench;
    const single = new FrameBatch(1, 1 << 14);
    const copies = new CopyBatch(8);
    const hex = toHex(batch.frame(index));
    single.add(batch.port[index]!, batch.frame(index));
    const before = { ...relay.tally };
    const from = relay.trace.end;
    relay.relay(single, copies, 0);
    const records = relay.trace.read(from);
    const delivered = Array.from({ length: copies.count }, (_, copy) => copies.portOf(copy));
    const ports = nic.ports.map((port) => port.index);
    const where = `${hex.slice(0, 80)} from port ${batch.port[index]}`;
    expect(imbalance({ before, after: relay.tally, records, delivered, ports }), where).toBe(null);
    for (const { values } of relay.decisions(from)) {
      for (const value of Object.values(values)) expect(value === undefined || Number.isNaN(value), where).toBe(false);
    }
    const oracle = copies.count === 0 ? null : new Oracle(nic, batch.port[index]!, hex);
    for (let copy = 0; copy < copies.count; copy++) {
      const bytes = copies.bytes(copy, single);
      const out = toHex(bytes);
      expect(oracle!.faultOf(copies.portOf(copy), out), `${where} to port ${copies.portOf(copy)}`).toBe(null);
      expect(batched.portOf(next + copy)).toBe(copies.portOf(copy));
      expect(toHex(batched.bytes(next + copy, batch))).toBe(out);
      for (const byte of bytes) this.hash = Math.imul(this.hash ^ byte, 0x01000193);
    }
    return next + copies.count;
  }
}

describe(`${FRAMES.toLocaleString('en')} random and broken frames through random NICs`, () => {
  let played = 0;
  let alive = 0;

  it.each(Array.from({ length: FRAMES / SHARE }, (_, index) => SEED + index))(
    'seed %i: all is as it may be',
    (seed) => {
      const run = new Run(seed);
      run.play(SHARE);
      played += run.tally.frames;
      alive += run.tally.framesWithCopies;
    },
  );

  it('were all of them played; neither all lost nor all alive', () => {
    expect(played).toBe(FRAMES);
    expect(alive).toBeGreaterThan(FRAMES / 10);
    expect(alive).toBeLessThan((9 * FRAMES) / 10);
  });

  it('the same seed gives the same copies, byte for byte', () => {
    const hashes = [SEED, SEED, SEED + 1].map((seed) => {
      const run = new Run(seed);
      run.play(SHARE);
      return run.hash;
    });
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[2]).not.toBe(hashes[0]);
  });
});

describe('a planted fault is noticed:', () => {
  const FAULTS: [string, (nic: EmbeddedSwitch) => void, RegExp][] = [
    [
      'a copy goes back',
      (nic) => {
        const { exclude } = nic;
        nic.exclude = (context, port, flood) =>
          (port.index !== context.ingress || flood === 0) && exclude.call(nic, context, port, flood);
      },
      /where it came from/,
    ],
    ['a tag is left on', (nic) => (nic.encode = keepTag), /other bytes/],
    ['forged sources pass', (nic) => (nic.admit = () => false), /forged source/],
    [
      'nobody is left out of a flood',
      (nic) => {
        const { exclude } = nic;
        nic.exclude = (context, port, flood) =>
          exclude.call(nic, context, port, flood) && (port.index === context.ingress || !port.linkUp);
      },
      /a VLAN of which it is not|a group that nobody wants|its own, reflected/,
    ],
    [
      'what is local goes out as well',
      (nic) => {
        const { lookUp } = nic;
        nic.lookUp = (context) => (context.ingress === 1 ? lookUp.call(nic, context) : 1);
      },
      /somebody’s here/,
    ],
    [
      'everybody observes',
      (nic) => (nic.observes = ({ dstHigh, ingress }, port) => (dstHigh & 0x010000) === 0 && port.index !== ingress),
      /for somebody else|no link|a VLAN|past a VEPA|somebody’s here/,
    ],
    [
      'a port is left out without a word',
      (nic) => {
        const { exclude } = nic;
        nic.exclude = (context, port, flood) => {
          const isOut = exclude.call(nic, context, port, flood);
          context.recordFiltered = port.index === 3 ? () => undefined : Object.getPrototypeOf(context).recordFiltered;
          return isOut;
        };
      },
      /accounted for/,
    ],
  ];

  it.each(FAULTS)('%s', (_, spoil, expected) => {
    expect(() => {
      for (let seed = SEED; seed < SEED + 30; seed++) new Run(seed, spoil).play(SHARE / 2);
    }).toThrow(expected);
  });
});

function keepTag(context: FrameContext): void {
  context.outTpid = context.tpid;
  context.outTci = context.tci;
}
