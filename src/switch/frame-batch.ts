/**
 * Frames on their way into a switch: bytes in one buffer, and for each frame where it starts, how long it is and at which
 * port it arrives. One frame is a batch of one.
 */
export class FrameBatch {
  bytes: Uint8Array;
  start: Int32Array;
  length: Int32Array;
  /** Ingress port numbers. */
  port: Int32Array;
  count = 0;
  #end = 0;

  constructor(frames = 1, bytes = 2048) {
    this.bytes = new Uint8Array(bytes);
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
    if (this.#end + frame.length > this.bytes.length) this.bytes = grown(this.bytes, this.#end + frame.length);
    if (this.count === this.start.length) {
      this.start = grown(this.start, this.count + 1);
      this.length = grown(this.length, this.count + 1);
      this.port = grown(this.port, this.count + 1);
    }
    this.bytes.set(frame, this.#end);
    this.start[this.count] = this.#end;
    this.length[this.count] = frame.length;
    this.port[this.count] = port;
    this.#end += frame.length;
    return this.count++;
  }

  /** The frame's bytes, not copied. */
  frame(index: number): Uint8Array {
    return this.bytes.subarray(this.start[index], this.start[index]! + this.length[index]!);
  }
}

function grown<T extends Uint8Array | Int32Array>(old: T, atLeast: number): T {
  const bigger = new (old.constructor as new (size: number) => T)(Math.max(atLeast, old.length * 2));
  bigger.set(old);
  return bigger;
}
