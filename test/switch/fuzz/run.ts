/**
 * Frames of one configuration on their way, with everything that has to hold of them.
 *
 * Two switches are built alike. One gets the frames in batches with tracing off, the other one by one with tracing on: both
 * have to send the same copies and keep the same counts, and the records of the second account for every frame and copy.
 */
import { CopyBatch } from '../../../src/switch/copy-batch.ts';
import { LOCAL, type Fdb } from '../../../src/switch/fdb.ts';
import { FrameBatch } from '../../../src/switch/frame-batch.ts';
import type { Port } from '../../../src/switch/port.ts';
import type { Profile } from '../../../src/switch/profile.ts';
import { BridgePort, FORWARDING } from '../../../src/switch/profiles/linux-bridge/bridge-port.ts';
import { LinuxBridge } from '../../../src/switch/profiles/linux-bridge/linux-bridge.ts';
import { Relay, type Tally } from '../../../src/switch/relay.ts';
import { Trace } from '../../../src/switch/trace.ts';
import { readUint16 } from '../../../src/wire/bytes.ts';
import { isTpid, TPID_C } from '../../../src/wire/dot1q.ts';
import { isGroup, isZero, macHalves } from '../../../src/wire/mac-address.ts';
import { Random } from '../../random.ts';
import { FrameFuzz } from '../frame-fuzz.ts';
import { imbalance } from './accounts.ts';
import { take, type Configuration, type Switch } from './configurations.ts';

export const BATCH = 256;
/** The values of every so many frames' records are looked at by name: that is dear. */
const NAMED_EVERY = 8;

export class Run {
  readonly #configuration: Configuration;
  readonly #random: Random;
  readonly #fuzz: FrameFuzz;
  readonly #relay: Relay<Switch>;
  /** The same switch once more, with tracing on. */
  readonly #told: Relay<Switch>;
  readonly #frames = new FrameBatch(BATCH, 1 << 16);
  readonly #copies = new CopyBatch(16);
  readonly #single = new FrameBatch(1, 9000);
  readonly #singleCopies = new CopyBatch(16);
  readonly #handedOn = new FrameBatch(16, 1 << 14);
  /** All copies so far in one number (FNV-1a). */
  hash = 0x811c9dc5;
  nowMs = 0;

  constructor(configuration: Configuration, seed: number) {
    const { make, relay = (profile, trace) => new Relay<Switch>(profile, trace) } = configuration;
    this.#configuration = configuration;
    this.#random = new Random(seed);
    this.#fuzz = new FrameFuzz(this.#random, configuration.portCount);
    this.#relay = relay(make(), new Trace(16));
    this.#told = relay(make(), new Trace(1 << 10));
    this.#told.trace.on = true;
  }

  get tally(): Tally {
    return this.#told.tally;
  }

  play(count: number): void {
    for (let batch = 0; batch * BATCH < count; batch++) {
      this.#advance();
      this.#fuzz.fill(this.#frames, Math.min(BATCH, count - batch * BATCH));
      this.#playBatch();
      this.#playSingles();
      if (batch % 64 === 0) this.#checkTables();
    }
    this.#checkTables();
  }

  #advance(): void {
    this.nowMs += this.#random.chance(0.02) ? 299_000 : this.#random.below(2000);
    const step = this.#configuration.between?.(this.#random);
    if (step === undefined) return;
    for (const { profile } of [this.#relay, this.#told]) take(profile, step, this.nowMs);
  }

  #playBatch(): void {
    const bytes = this.#frames.bytes.slice();
    this.#copies.clear();
    this.#relay.relay(this.#frames, this.#copies, this.nowMs);
    if (Buffer.compare(bytes, this.#frames.bytes) !== 0) this.#fail('the ingress buffer was written to');
    if (this.#relay.trace.end !== 0) this.#fail('a trace was written, although it is off');
    for (let copy = 0; copy < this.#copies.count; copy++) this.#checkCopy(copy);
    this.#handOnAll();
  }

  #playSingles(): void {
    let next = 0;
    for (let index = 0; index < this.#frames.count; index++) next = this.#playSingle(index, next);
    if (next !== this.#copies.count) this.#fail('the batch had more copies than its frames, one by one');
    const [batched, single] = [JSON.stringify(this.#relay.tally), JSON.stringify(this.#told.tally)];
    if (batched !== single) this.#fail(`counts differ: ${batched} in batches, ${single} one by one`);
  }

  /** `next`: the first of the batch's copies that belongs to this frame, or a later one. Returns that of the next frame. */
  #playSingle(index: number, next: number): number {
    const told = this.#told;
    const copies = this.#singleCopies;
    this.#single.clear();
    this.#single.add(this.#frames.port[index]!, this.#frames.frame(index));
    copies.clear();
    const before = { ...told.tally };
    const from = told.trace.end;
    told.relay(this.#single, copies, this.nowMs);
    const records = told.trace.read(from);
    if (records.length !== told.trace.end - from) this.#fail('the trace did not keep all records', index);
    const delivered = Array.from({ length: copies.count }, (_, copy) => copies.portOf(copy));
    const ports = told.profile.ports.flatMap((port) => (port === undefined ? [] : [port.index]));
    const fault = imbalance({ before, after: told.tally, records, delivered, ports });
    if (fault !== null) this.#fail(fault, index);
    const stray = records.find(({ port }) => port !== 0xffff && told.profile.ports[port] === undefined);
    if (stray !== undefined) this.#fail(`a record is about port ${stray.port}`, index);
    if (index % NAMED_EVERY === 0) this.#checkValues(from, index);
    for (let copy = 0; copy < copies.count; copy++) this.#checkSame(index, copy, next + copy);
    return next + copies.count;
  }

  #checkValues(from: number, index: number): void {
    for (const { values } of this.#told.decisions(from)) {
      for (const [name, value] of Object.entries(values)) {
        if (value === undefined || Number.isNaN(value)) this.#fail(`the value ${name} is ${String(value)}`, index);
      }
    }
  }

  /** The copy of a frame that came alone, and the same in the batch. */
  #checkSame(index: number, single: number, batched: number): void {
    const [one, all] = [this.#singleCopies, this.#copies];
    if (batched >= all.count || all.frameOf(batched) !== index || all.portOf(batched) !== one.portOf(single))
      this.#fail('another copy in the batch', index);
    const bytes = one.bytes(single, this.#single);
    if (Buffer.compare(bytes, all.bytes(batched, this.#frames)) !== 0) this.#fail('other bytes in the batch', index);
    this.#checkBytes(index, single, bytes);
    for (const byte of bytes) this.#hash(byte);
  }

  /** Those of the frame, but for the one tag, and the addresses where rules rewrite them. */
  #checkBytes(index: number, copy: number, bytes: Uint8Array): void {
    const frame = this.#single.frame(0);
    const head = this.#singleCopies.tpidOf(copy) === 0 ? 12 : 16;
    const body = this.#singleCopies.bodyOf(copy);
    if (bytes.length !== frame.length + head - body) this.#fail(`${bytes.length} bytes left`, index);
    if (Buffer.compare(bytes.subarray(head), frame.subarray(body)) !== 0) this.#fail('the payload changed', index);
    const isSame = Buffer.compare(bytes.subarray(0, 12), frame.subarray(0, 12)) === 0;
    if (!isSame && this.#configuration.rewrites !== true) this.#fail('the addresses changed', index);
  }

  /** Written into the next switch's batch, the copies are what they are by themselves. */
  #handOnAll(): void {
    const [copies, next] = [this.#copies, this.#handedOn];
    next.clear();
    for (let copy = 0; copy < copies.count; copy++) copies.handOn(copy, this.#frames, next, copies.portOf(copy));
    for (let copy = 0; copy < copies.count; copy++) {
      const isSame = Buffer.compare(next.frame(copy), copies.bytes(copy, this.#frames)) === 0;
      if (!isSame || next.port[copy] !== copies.portOf(copy)) this.#fail('handed on otherwise', copies.frameOf(copy));
    }
  }

  /** A copy, as integers: where it leaves, in which VLAN, with which tag. */
  #checkCopy(copy: number): void {
    const { profile } = this.#relay;
    const index = this.#copies.frameOf(copy);
    const port = profile.ports[this.#copies.portOf(copy)];
    const ingress = profile.ports[this.#frames.port[index]!];
    if (port === undefined || ingress === undefined) return this.#fail('a port is not there', index);
    if (this.#frames.length[index]! < 14) this.#fail('what is no frame was forwarded', index);
    if (!port.linkUp || !ingress.linkUp) this.#fail(`${port.name} has no link`, index);
    const mayReturn = port instanceof BridgePort && port.hairpin;
    if (port === ingress && !mayReturn) this.#fail(`${port.name} is where it came from`, index);
    if (port instanceof BridgePort && ingress instanceof BridgePort && port.index !== 0)
      this.#checkBridgePort(index, port, ingress);
    this.#checkVlan(index, copy, port, ingress);
    for (const value of [index, port.index, this.#copies.tpidOf(copy), this.#copies.tciOf(copy)]) this.#hash(value);
  }

  #checkBridgePort(index: number, port: BridgePort, ingress: BridgePort): void {
    if (port.state !== FORWARDING) this.#fail(`${port.name} does not forward`, index);
    if (port.isolated && ingress.isolated && ingress.index !== 0) this.#fail(`${port.name} is isolated`, index);
    const length = this.#frames.length[index]!;
    // A tag of its own may be on top of the MTU.
    if (length > port.mtu + 18 + 4) this.#fail(`${length} bytes left ${port.name}`, index);
  }

  #checkVlan(index: number, copy: number, port: Port, ingress: Port): void {
    const [tpid, tci, body] = [this.#copies.tpidOf(copy), this.#copies.tciOf(copy), this.#copies.bodyOf(copy)];
    if (body !== 12 && body !== 16) this.#fail(`the body begins at ${body}`, index);
    const frame = this.#frames.frame(index);
    const { profile } = this.#relay;
    const own = ownTpid(profile);
    if (own === 0) {
      // Tags are payload: what came leaves.
      const isSame = tpid === 0 ? body === 12 : body === 16 && tpid === readUint16(frame, 12);
      if (!isSame || (tpid !== 0 && tci !== readUint16(frame, 14))) this.#fail('a tag was changed', index);
      return;
    }
    const vid = vidOf(frame, own, ingress);
    const isObserver = port.index === 0 && profile instanceof LinuxBridge && profile.isPromiscuous;
    if (!port.isMember(vid) && !isObserver) this.#fail(`${port.name} is not in VLAN ${vid}`, index);
    if (port instanceof BridgePort && port.index !== 0 && port.vlanState(vid) !== FORWARDING)
      this.#fail(`${port.name} does not forward in VLAN ${vid}`, index);
    if (port.isUntagged(vid) ? tpid !== 0 : tpid !== own || (tci & 0xfff) !== vid)
      this.#fail(`left ${port.name} with tag ${tpid.toString(16)} ${tci.toString(16)} in VLAN ${vid}`, index);
  }

  #checkTables(): void {
    const [one, other] = [this.#relay.profile, this.#told.profile].map((profile) =>
      this.#entries(profile.fdb, profile),
    );
    if (one !== other) this.#fail('the two have learned different things');
  }

  #entries(fdb: Fdb, { ports }: Profile): string {
    const entries = fdb.entries(this.nowMs);
    for (const { mac: address, flags, port, vid } of entries) {
      const [high, low] = macHalves(address);
      if (isGroup(high) || isZero(high, low)) this.#fail(`${address} was learned`);
      if (port === 0 && (flags & LOCAL) === 0) this.#fail(`${address} was learned from the host`);
      if (vid === 4095 || ports[port] === undefined) this.#fail(`an entry in VLAN ${vid} on port ${port}`);
    }
    return JSON.stringify(entries);
  }

  #hash(value: number): void {
    this.hash = Math.imul(this.hash ^ value, 0x01000193);
  }

  /** `index`: the frame in the batch. */
  #fail(what: string, index = -1): never {
    const frame = index < 0 ? '' : Buffer.from(this.#frames.frame(index)).toString('hex');
    const which = index < 0 ? '' : `: port ${this.#frames.port[index]}, ${frame}`;
    const { name } = this.#configuration;
    throw new Error(`${name}, seed ${this.#random.seed}, frame ${this.tally.frames}: ${what}${which}`);
  }
}

/** The TPID that a switch takes for its own tag; 0: it knows no VLANs. */
function ownTpid(profile: Profile): number {
  if (!(profile instanceof LinuxBridge)) return TPID_C;
  return profile.vlanFiltering ? profile.vlanProtocol : 0;
}

/** Told a second time, without a look at how the switch does it. */
function vidOf(frame: Uint8Array, own: number, ingress: Port): number {
  const tagged = isTpid(own) && readUint16(frame, 12) === own ? readUint16(frame, 14) & 0x0fff : 0;
  return tagged === 0 ? ingress.pvid : tagged;
}
