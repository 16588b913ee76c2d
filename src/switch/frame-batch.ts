/**
 * Frames on their way into a switch: bytes in one buffer, and for each frame where it starts, how long it is and at which
 * port it arrives. One frame is a batch of one.
 */
export class FrameBatch {
  bytes: Uint8Array;
  /** The same bytes, four at a time and in the machine's order: for copying only. */
  words: Int32Array;
  start: Int32Array;
  length: Int32Array;
  /** Ingress port numbers. */
  port: Int32Array;
  count = 0;
  #end = 0;

  constructor(frames = 1, bytes = 2048) {
    this.bytes = new Uint8Array(roundedUp(bytes));
    this.words = new Int32Array(this.bytes.buffer);
    this.start = new Int32Array(frames);
    this.length = new Int32Array(frames);
    this.port = new Int32Array(frames);
  }

  clear(): void {
    this.count = 0;
    this.#end = 0;
  }

  /** Copies a frame in. Returns its index. */
  add(port: number, frame: Uint8Array): number {
    const index = this.reserve(port, frame.length);
    this.bytes.set(frame, this.start[index]);
    return index;
  }

  /** Makes room for a frame, whose bytes the caller then writes. Returns its index. */
  reserve(port: number, length: number): number {
    const end = roundedUp(this.#end + length);
    if (end > this.bytes.length) {
      this.bytes = grown(this.bytes, end);
      this.words = new Int32Array(this.bytes.buffer);
    }
    if (this.count === this.start.length) {
      this.start = grown(this.start, this.count + 1);
      this.length = grown(this.length, this.count + 1);
      this.port = grown(this.port, this.count + 1);
    }
    this.start[this.count] = this.#end;
    this.length[this.count] = length;
    this.port[this.count] = port;
    this.#end = end;
    return this.count++;
  }

  /** The frame's bytes, not copied. */
  frame(index: number): Uint8Array {
    return this.bytes.subarray(this.start[index], this.start[index]! + this.length[index]!);
  }
}

/** To whole words: every frame begins at one. */
function roundedUp(bytes: number): number {
  return (bytes + 3) & ~3;
}

function grown<T extends Uint8Array | Int32Array>(old: T, atLeast: number): T {
  const bigger = new (old.constructor as new (size: number) => T)(Math.max(atLeast, old.length * 2));
  bigger.set(old);
  return bigger;
}
