/**
 * Time in a lab: a queue of things that are due, and a now that jumps from one to the next. Integer nanoseconds since the
 * lab began; two things due at the same instant happen in the order in which they were scheduled.
 */
export class Clock<T> {
  nowNs = 0;
  #sequence = 0;
  /** A binary heap, earliest first. */
  readonly #heap: { readonly dueNs: number; readonly sequence: number; readonly item: T }[] = [];

  get isIdle(): boolean {
    return this.#heap.length === 0;
  }

  /** When the next thing is due; null: never. */
  get nextNs(): number | null {
    return this.#heap[0]?.dueNs ?? null;
  }

  schedule(afterNs: number, item: T): void {
    this.#heap.push({ dueNs: this.nowNs + afterNs, sequence: this.#sequence++, item });
    this.#rise(this.#heap.length - 1);
  }

  /** Goes to the next thing that is due and takes it out. */
  next(): T | null {
    const first = this.#heap[0];
    if (first === undefined) return null;
    const last = this.#heap.pop()!;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink(0);
    }
    this.nowNs = Math.max(this.nowNs, first.dueNs);
    return first.item;
  }

  /** Idle time; nothing may be due before its end. */
  advance(byNs: number): void {
    this.nowNs += byNs;
  }

  removeWhere(doomed: (item: T) => boolean): void {
    const kept = this.#heap.filter(({ item }) => !doomed(item));
    this.#heap.length = 0;
    for (const entry of kept) {
      this.#heap.push(entry);
      this.#rise(this.#heap.length - 1);
    }
  }

  #rise(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(from: number): void {
    let at = from;
    for (;;) {
      let first = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#heap.length && this.#isBefore(child, first)) first = child;
      }
      if (first === at) return;
      this.#swap(at, first);
      at = first;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [left, right] = [this.#heap[a]!, this.#heap[b]!];
    return left.dueNs < right.dueNs || (left.dueNs === right.dueNs && left.sequence < right.sequence);
  }

  #swap(a: number, b: number): void {
    const held = this.#heap[a]!;
    this.#heap[a] = this.#heap[b]!;
    this.#heap[b] = held;
  }
}
