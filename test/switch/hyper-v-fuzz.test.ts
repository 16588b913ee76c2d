/**
 * Random and broken frames through random Hyper-V switches: nothing throws, every frame and copy is accounted for, and no
 * copy leaves where the settings forbid it. What settings mean is told here a second time, from the settings alone.
 *
 * Two switches are built alike: one gets batches with tracing off, the other single frames with tracing on.
 */
import { describe, expect, it } from 'vitest';
import { REASONS } from '../../src/outcome/reasons.ts';
import { CopyBatch } from '../../src/switch/copy-batch.ts';
import { FrameBatch } from '../../src/switch/frame-batch.ts';
import { applyChange, type HyperVChange } from '../../src/switch/profiles/hyper-v/change.ts';
import { addAdapter, addManagementOs, addUplink } from '../../src/switch/profiles/hyper-v/configuration.ts';
import type { HyperVPort, VlanSetting } from '../../src/switch/profiles/hyper-v/hyper-v-port.ts';
import { HyperV } from '../../src/switch/profiles/hyper-v/hyper-v.ts';
import { Relay } from '../../src/switch/relay.ts';
import { Trace } from '../../src/switch/trace.ts';
import { fromHex, readUint16, readUint24 } from '../../src/wire/bytes.ts';
import { formatMac, mac } from '../../src/wire/mac-address.ts';
import { Random } from '../random.ts';
import { Audit } from './audit.ts';
import { BROADCAST, frame, guest, HOST, portMac } from './bench.ts';
import { FrameFuzz } from './frame-fuzz.ts';
import { imbalance } from './fuzz/accounts.ts';
import { HYPER_V_RULES } from './hyper-v-rules.ts';

const SEED = 27_182;
const FRAMES = 20_000;
const SWITCHES = 50;
const SHARE = FRAMES / SWITCHES;
const BATCH = 50;
/** Frames of a batch that are no noise. */
const HONEST = 15;
const VIDS = [10, 20, 30];

/** Nothing, a DHCP offer, a router's redirect, and an advertisement behind an extension header. */
const PAYLOADS = [
  '88b5cafe',
  `08004500001c0000000040110000c0000201c0000202${'00430044'}00080000`,
  '0800450000180000000040010000c0000201c000020205000000',
  `86dd60000000000c00ff${'20010db8'.repeat(8)}3a0000000000000086000000`,
];

// --- Random switches

type Build = (hyperV: HyperV) => void;

function randomVlan(random: Random): VlanSetting {
  switch (random.below(8)) {
    case 0:
    case 1:
      return { mode: 'Untagged' };
    case 2:
    case 3:
      return { mode: 'Access', vlanId: random.pick(VIDS) };
    case 4:
      return {
        mode: 'Trunk',
        allowed: [random.pick(VIDS), ...random.some(VIDS, 0.6)],
        native: random.pick([0, 0, 1, 10, 20]),
        ...(random.chance(0.3) && { prune: random.some(VIDS, 0.4) }),
      };
    case 5:
      return { mode: random.pick(['Isolated', 'Community']), primary: 10, secondary: random.pick([20, 30]) };
    default:
      return { mode: 'Promiscuous', primary: 10, secondaries: [20, 30] };
  }
}

function randomChange(random: Random, port: string): HyperVChange {
  const onOff = random.pick(['On', 'Off']);
  const setting = (name: string, value: string | number): HyperVChange => ({
    kind: 'adapter',
    port,
    setting: name,
    value,
  });
  return random.pick<HyperVChange>([
    setting('MacAddressSpoofing', onOff),
    setting('MacAddressSpoofing', 'On'),
    setting('DhcpGuard', onOff),
    setting('RouterGuard', onOff),
    setting('IeeePriorityTag', onOff),
    setting('PortMirroring', random.pick(['None', 'Source', 'Source', 'Destination', 'Destination'])),
    setting('StormLimit', random.pick([0, 1, 3])),
    setting('EnabledState', random.pick(['Enabled', 'Enabled', 'Enabled', 'Disabled'])),
    setting('StaticMacAddress', guest(10 + random.below(4))),
    { kind: 'adapter-vlan', port, vlan: randomVlan(random) },
    {
      kind: 'adapter-isolation',
      port,
      isolation: random.chance(0.5)
        ? null
        : { defaultIsolationId: random.pick([0, 10]), allowUntaggedTraffic: random.chance(0.7) },
    },
    { kind: 'link', port, up: random.chance(0.8) },
  ]);
}

/** How a switch is made, so that it can be made twice; `count`: ports besides the management OS. */
function randomSwitch(random: Random): { build: Build; names: string[]; count: number } {
  const steps: Build[] = [];
  const names: string[] = [];
  const hasHost = random.chance(0.6);
  if (hasHost) steps.push((hyperV) => addManagementOs(hyperV, 'host', mac(HOST)));
  if (hasHost) names.push('host');
  const adapters = random.between(1, 6);
  for (let number = 1; number <= adapters; number++) {
    const [address, mtu] = [mac(guest(9 + number)), random.pick([1500, 1500, 60, 9000])];
    names.push(`p${number}`);
    steps.push((hyperV) => addAdapter(hyperV, `p${number}`, address, mtu));
  }
  const uplinks = random.pick([0, 1, 1, 2, 3]);
  for (let number = 1; number <= uplinks; number++) {
    names.push(`u${number}`);
    steps.push((hyperV) => addUplink(hyperV, `u${number}`, mac(portMac(number))));
  }
  for (const name of names) {
    const vlan = randomVlan(random);
    steps.push((hyperV) => applyChange(hyperV, { kind: 'adapter-vlan', port: name, vlan }));
    for (let left = random.below(5); left > 0; left--) {
      const change = randomChange(random, name);
      steps.push((hyperV) => applyChange(hyperV, change));
    }
  }
  return { build: (hyperV) => steps.forEach((step) => step(hyperV)), names, count: adapters + uplinks };
}

// --- What settings mean, told again

/** The VLAN that the port's settings put a frame into; -1: it is not admitted. */
function vlanOf(port: HyperVPort, tagged: number): number {
  if (port.isExternal) return tagged === 4095 ? -1 : tagged;
  if (port.isolation !== null) {
    return tagged === 0 && port.isolation.allowUntaggedTraffic ? port.isolation.defaultIsolationId : -1;
  }
  const { vlan } = port;
  if (vlan.mode === 'Trunk') {
    const vid = tagged === 0 ? vlan.native : tagged;
    const isListed = tagged === 0 || vlan.allowed.includes(tagged);
    return isListed && vlan.prune?.includes(vid) !== true ? vid : -1;
  }
  if (tagged !== 0) return -1;
  if (vlan.mode === 'Untagged') return 0;
  if (vlan.mode === 'Access') return vlan.vlanId;
  return vlan.mode === 'Promiscuous' ? vlan.primary : vlan.secondary;
}

/** The VID in the tag with which a frame of this VLAN leaves; 0: none, -1: it must not leave here. */
function tagAt(port: HyperVPort, vid: number): number {
  if (port.isExternal) return vid;
  if (port.isolation !== null) {
    return port.isolation.allowUntaggedTraffic && vid === port.isolation.defaultIsolationId ? 0 : -1;
  }
  const { vlan } = port;
  switch (vlan.mode) {
    case 'Untagged':
      return vid === 0 ? 0 : -1;
    case 'Access':
      return vid === vlan.vlanId ? 0 : -1;
    case 'Trunk':
      if (vlan.prune?.includes(vid) === true) return -1;
      return vid === vlan.native ? 0 : vlan.allowed.includes(vid) ? vid : -1;
    case 'Isolated':
      return vid === vlan.primary ? 0 : -1;
    case 'Community':
      return vid === vlan.primary || vid === vlan.secondary ? 0 : -1;
    case 'Promiscuous':
      return vid === vlan.primary || vlan.secondaries.includes(vid) ? 0 : -1;
  }
}

// --- A run

class Run {
  readonly #random: Random;
  readonly #fuzz: FrameFuzz;
  readonly #names: readonly string[];
  readonly #batched: Relay<HyperV>;
  readonly #told: Relay<HyperV>;
  readonly #frames = new FrameBatch(BATCH, 1 << 14);
  readonly audit = new Audit('hyper-v');
  /** All copies so far in one number (FNV-1a). */
  hash = 0x811c9dc5;
  #nowMs = 0;

  constructor(seed: number, spoil: Build = () => undefined) {
    this.#random = new Random(seed);
    const { build, names, count } = randomSwitch(this.#random);
    const [batched, told] = [new HyperV(), new HyperV()];
    for (const hyperV of [batched, told]) {
      build(hyperV);
      spoil(hyperV);
    }
    this.#names = names;
    this.#fuzz = new FrameFuzz(this.#random, count);
    this.#batched = new Relay(batched, new Trace(16));
    this.#told = new Relay(told);
    this.#told.trace.on = true;
  }

  get tally(): Readonly<Relay['tally']> {
    return this.#told.tally;
  }

  play(count: number): void {
    const frames = this.#frames;
    const copies = new CopyBatch();
    for (let left = count; left > 0; left -= BATCH) {
      this.#between();
      this.#fuzz.fill(frames, Math.min(BATCH, left) - HONEST);
      for (let honest = 0; honest < HONEST; honest++) this.#addHonest(frames);
      const before = frames.bytes.slice();
      copies.clear();
      this.#batched.relay(frames, copies, this.#nowMs);
      if (Buffer.compare(before, frames.bytes) !== 0) throw new Error('the ingress buffer was written to');
      let next = 0;
      for (let index = 0; index < frames.count; index++) next = this.#playSingle(frames, index, copies, next);
      if (next !== copies.count) throw new Error('the batch had other copies than its frames, one by one');
    }
    expect(this.#told.tally).toEqual(this.#batched.tally);
    expect(this.#told.profile.fdb.entries(this.#nowMs)).toEqual(this.#batched.profile.fdb.entries(this.#nowMs));
  }

  /** A frame that an adapter sends under its own name. */
  #addHonest(frames: FrameBatch): void {
    const random = this.#random;
    const { index, assignedHigh, assignedLow } = random.pick(
      this.#told.profile.ports.filter((port) => port !== undefined),
    );
    const dst = random.pick([BROADCAST, ...[10, 11, 12, 13].map(guest)]);
    const tags = random.pick(['-', '-', '-', 'C10p5', 'C20', 'C0p3', 'S10']);
    const src = formatMac(assignedHigh, assignedLow);
    frames.add(index, fromHex(frame(dst, src, tags, random.pick(PAYLOADS)))!);
  }

  #between(): void {
    const random = this.#random;
    this.#nowMs += random.chance(0.05) ? 300_000 : random.below(1200);
    if (!random.chance(0.3)) return;
    const change = randomChange(random, random.pick(this.#names));
    for (const { profile } of [this.#batched, this.#told]) applyChange(profile, change);
  }

  #playSingle(frames: FrameBatch, index: number, batched: CopyBatch, next: number): number {
    const { profile, tally, trace } = this.#told;
    const single = new FrameBatch(1, 9000);
    const copies = new CopyBatch();
    single.add(frames.port[index]!, frames.frame(index));
    const [before, from] = [{ ...tally }, trace.end];
    this.#told.relay(single, copies, this.#nowMs);
    const all = Array.from({ length: copies.count }, (_, copy) => copy);
    const fault = imbalance({
      before,
      after: tally,
      records: trace.read(from),
      delivered: all.map((copy) => copies.portOf(copy)),
      ports: profile.ports.flatMap((port) => (port === undefined ? [] : [port.index])),
    });
    const decisions = this.#told.decisions(from);
    this.audit.add(decisions);
    const isUnknown = decisions.some(({ reason, rule }) => reason === 'flooded' && rule === 'HV-5');
    const mirrors = new Set(decisions.flatMap(({ reason, port }) => (reason === 'mirrored' ? [port] : [])));
    const faults = [fault, ...all.map((copy) => this.#faultOf(single, copies, copy, isUnknown, mirrors))];
    if (all.filter((copy) => profile.ports[copies.portOf(copy)]!.isExternal).length > 1) faults.push('twice outside');
    for (const copy of all) {
      const bytes = copies.bytes(copy, single);
      const isSame =
        batched.frameOf(next + copy) === index && Buffer.compare(bytes, batched.bytes(next + copy, frames)) === 0;
      if (!isSame) faults.push('another copy in the batch');
      for (const value of [copies.portOf(copy), ...bytes]) this.hash = Math.imul(this.hash ^ value, 0x01000193);
    }
    const found = faults.find((each) => each !== null);
    if (found !== undefined) {
      const hex = Buffer.from(single.frame(0)).toString('hex');
      throw new Error(`seed ${this.#random.seed}: ${found}: port ${single.port[0]}, ${hex}`);
    }
    return next + copies.count;
  }

  /** What is wrong with a copy, or null. */
  #faultOf(
    single: FrameBatch,
    copies: CopyBatch,
    copy: number,
    isUnknown: boolean,
    mirrors: ReadonlySet<string | null>,
  ): string | null {
    const { ports } = this.#told.profile;
    const came = single.frame(0);
    const bytes = copies.bytes(copy, single);
    const ingress = ports[single.port[0]!]!;
    const port = ports[copies.portOf(copy)]!;
    const isMirror = mirrors.has(port.name);
    for (const { linkUp, isEnabled, name } of [ingress, port]) if (!linkUp || !isEnabled) return `${name} is closed`;
    if (port === ingress) return 'back to where it came from';
    if (port.isExternal && ingress.isExternal) return 'from one NIC to another';
    if (isUnknown && !port.isExternal && !port.macAddressSpoofing && !isMirror) return 'unknown, to a closed port';
    if (isMirror && port.portMirroring !== 2) return `${port.name} is no mirror`;
    if (came[0] === 0x01 && came[1] === 0x80 && came[2] === 0xc2 && readUint24(came, 3) < 16) return 'reserved';
    if ((came[6]! & 1) === 1) return 'a group is no source';
    const isOwn = readUint24(came, 6) === ingress.assignedHigh && readUint24(came, 9) === ingress.assignedLow;
    if (!ingress.isExternal && !ingress.macAddressSpoofing && !isOwn) return 'a forged source';
    return this.#faultOfTag(came, bytes, ingress, port);
  }

  #faultOfTag(came: Uint8Array, bytes: Uint8Array, ingress: HyperVPort, port: HyperVPort): string | null {
    const isTagged = readUint16(came, 12) === 0x8100 && came.length >= 16;
    const tci = isTagged ? readUint16(came, 14) : 0;
    const vid = vlanOf(ingress, tci & 0xfff);
    if (vid === -1) return 'not admitted';
    const wanted = tagAt(port, vid);
    if (wanted === -1) return `${port.name} is not in VLAN ${vid}`;
    const pcp = ingress.isExternal || ingress.ieeePriorityTag ? tci >> 13 : 0;
    const hasTag = wanted !== 0 || (port.isExternal && pcp !== 0);
    const body = came.subarray(isTagged ? 16 : 12);
    const head = hasTag ? 16 : 12;
    if (Buffer.compare(bytes.subarray(head), body) !== 0) return 'the payload changed';
    if (Buffer.compare(bytes.subarray(0, 12), came.subarray(0, 12)) !== 0) return 'the addresses changed';
    if (12 + body.length > port.mtu + 14) return 'too long';
    if (!hasTag) return null;
    const expected = (pcp << 13) | (tci & 0x1000) | wanted;
    return readUint16(bytes, 12) === 0x8100 && readUint16(bytes, 14) === expected ? null : 'another tag';
  }
}

describe(`${FRAMES.toLocaleString('en')} random and broken frames through ${SWITCHES} random switches`, () => {
  it('nothing throws, accounts balance, copies leave where they may, and all of it is told properly', () => {
    let [frames, alive, lost] = [0, 0, 0];
    const reasons = new Set<string>();
    for (let index = 0; index < SWITCHES; index++) {
      const run = new Run(SEED + index);
      run.play(SHARE);
      frames += run.tally.frames;
      alive += run.tally.framesWithCopies;
      lost += run.tally.framesDropped;
      for (const fault of ['verdict', 'no rule', 'foreign rule', 'missing value', 'unfilled sentence'] as const) {
        expect(run.audit.faults(fault)).toEqual([]);
      }
      for (const reason of run.audit.reasons) reasons.add(reason);
    }
    expect(frames).toBe(FRAMES);
    // Frames that are all dropped would prove nothing, nor would frames that all pass.
    expect(alive).toBeGreaterThan(FRAMES / 20);
    expect(lost).toBeGreaterThan(FRAMES / 20);
    // Next to none is left that only scenarios reach.
    expect(REASONS.filter((reason) => HYPER_V_RULES[reason] !== undefined && !reasons.has(reason))).toEqual([
      'table-full',
    ]);
  });

  it('the same seed gives the same copies, byte for byte', () => {
    const hashes = [SEED, SEED, SEED + 1].map((seed) => {
      const run = new Run(seed);
      run.play(1000);
      return run.hash;
    });
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[2]).not.toBe(hashes[0]);
  });
});

describe('a planted fault is noticed:', () => {
  const play = (spoil: Build) => (): void => {
    for (let index = 0; index < SWITCHES; index++) new Run(SEED + index, spoil).play(SHARE);
  };

  it.each<[string, Build, RegExp]>([
    [
      'a copy goes back',
      (hyperV) => {
        const { exclude } = hyperV;
        hyperV.exclude = (context, port, flood) =>
          port.index !== context.ingress && exclude.call(hyperV, context, port, flood);
      },
      /back to where it came from/,
    ],
    [
      'unknown destinations are everybody’s',
      (hyperV) => {
        const { exclude } = hyperV;
        hyperV.exclude = (context, port, flood) => exclude.call(hyperV, context, port, flood === -1 ? -2 : flood);
      },
      /unknown, to a closed port/,
    ],
    ['everybody may send as anybody', (hyperV) => (hyperV.admit = () => false), /a forged source/],
    ['every priority is kept', (hyperV) => (hyperV.encode = keepTag), /another tag|payload|not in VLAN|too long/],
    ['everything fits', (hyperV) => (hyperV.stop = () => false), /too long/],
    [
      'all ports are mirrors',
      (hyperV) => (hyperV.observes = () => hyperV.hasObservers),
      /accounted for|where it came from/,
    ],
    [
      'a guard that throws',
      (hyperV) => {
        const { admit } = hyperV;
        hyperV.admit = (context) => {
          if (context.length === 77) throw new Error('seventy-seven');
          return admit.call(hyperV, context);
        };
      },
      /seventy-seven/,
    ],
  ])('%s', (_, spoil, expected) => {
    expect(play(spoil)).toThrow(expected);
  });
});

function keepTag(context: { outTpid: number; outTci: number; tpid: number; tci: number }): void {
  context.outTpid = context.tpid;
  context.outTci = context.tci;
}
