/**
 * The two sides of the benchmark. Each is handed frames that lie in memory as bytes. The twin answers with copies in arrays
 * of their own; the relay with descriptions (which frame, which port, which tag), from which the bytes are made where they
 * are needed: a contestant that is `isWriting` makes them at once, in the batch of whatever stands behind the link.
 */
import { LinuxBridgeSystem } from '../../conformance/linux-bridge-system.ts';
import type { Setup } from '../../conformance/vector.ts';
import { CopyBatch } from '../../switch/copy-batch.ts';
import { FrameBatch } from '../../switch/frame-batch.ts';
import { NaiveSystem } from '../../../test/twin/naive-bridge.ts';
import type { Arrival } from './network.ts';

/** Frames that the relay is given at once. */
export const BATCH = 256;
const NOW_MS = 1000;

export interface Contestant {
  readonly name: string;
  /** Frames of one pass. */
  readonly frames: number;
  /** Takes all frames through the switch once. Returns how many copies there are. */
  pass(): number;
}

/** A copy, for comparison. */
export interface Sighting {
  readonly port: string;
  readonly hex: string;
}

export interface RelayOptions {
  readonly isTraced?: boolean;
  /** Each frame is copied into its batch first, as a lab does with a frame that a guest has made. */
  readonly isFilling?: boolean;
  /** Each copy is written into another batch. */
  readonly isWriting?: boolean;
}

export class RelaySide implements Contestant {
  readonly name: string;
  readonly frames: number;
  readonly system: LinuxBridgeSystem;
  readonly #isFilling: boolean;
  readonly #isWriting: boolean;
  readonly #arrivals: readonly Arrival[];
  readonly #batches: FrameBatch[];
  readonly #copies = new CopyBatch(BATCH);
  readonly #next = new FrameBatch(BATCH, BATCH * 128);

  constructor(name: string, setup: Setup, arrivals: readonly Arrival[], options: RelayOptions = {}) {
    this.name = name;
    this.frames = arrivals.length;
    this.system = new LinuxBridgeSystem(setup);
    this.system.relay.trace.on = options.isTraced ?? false;
    this.#isFilling = options.isFilling ?? false;
    this.#isWriting = options.isWriting ?? false;
    this.#arrivals = arrivals;
    this.#batches = Array.from({ length: Math.ceil(arrivals.length / BATCH) }, (_, index) => {
      const batch = new FrameBatch(BATCH, BATCH * 128);
      this.#fill(batch, index * BATCH);
      return batch;
    });
  }

  pass(): number {
    let copies = 0;
    for (let index = 0; index < this.#batches.length; index++) {
      const batch = this.#batches[index]!;
      if (this.#isFilling) this.#fill(batch, index * BATCH);
      this.#relay(batch);
      if (this.#isWriting) this.#write(batch);
      copies += this.#copies.count;
    }
    return copies;
  }

  #fill(batch: FrameBatch, from: number): void {
    batch.clear();
    const end = Math.min(from + BATCH, this.#arrivals.length);
    for (let index = from; index < end; index++) {
      const { port, bytes } = this.#arrivals[index]!;
      batch.add(port, bytes);
    }
  }

  #relay(batch: FrameBatch): void {
    this.#copies.clear();
    this.system.relay.relay(batch, this.#copies, NOW_MS);
  }

  #write(batch: FrameBatch): void {
    const copies = this.#copies;
    this.#next.clear();
    for (let copy = 0; copy < copies.count; copy++) copies.handOn(copy, batch, this.#next, copies.portOf(copy));
  }

  /** The copies of each frame, read where they have been written. */
  sightings(): Sighting[][] {
    return this.#batches.flatMap((batch) => {
      this.#relay(batch);
      this.#write(batch);
      const all = Array.from({ length: batch.count }, (): Sighting[] => []);
      for (let copy = 0; copy < this.#copies.count; copy++) {
        const port = this.system.relay.profile.ports[this.#next.port[copy]!]!.name;
        all[this.#copies.frameOf(copy)]!.push({ port, hex: Buffer.from(this.#next.frame(copy)).toString('hex') });
      }
      return all;
    });
  }
}

export class TwinSide implements Contestant {
  readonly name: string;
  readonly frames: number;
  readonly system: NaiveSystem;
  readonly #arrivals: readonly (readonly [port: string, bytes: Uint8Array])[];

  constructor(name: string, setup: Setup, arrivals: readonly Arrival[]) {
    this.name = name;
    this.frames = arrivals.length;
    this.system = new NaiveSystem(setup);
    this.#arrivals = arrivals.map(({ port, bytes }) => [`p${port}`, bytes]);
  }

  pass(): number {
    let copies = 0;
    for (const [port, frame] of this.#arrivals) copies += this.system.bridge.receive(port, frame, NOW_MS).copies.length;
    return copies;
  }

  sightings(): Sighting[][] {
    return this.#arrivals.map(([port, frame]) =>
      this.system.bridge
        .receive(port, frame, NOW_MS)
        .copies.map((copy) => ({ port: copy.port, hex: Buffer.from(copy.bytes).toString('hex') })),
    );
  }
}
