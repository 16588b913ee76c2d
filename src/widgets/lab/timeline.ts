/**
 * The moments of a run and the one that is looked at. Time belongs to the lab; playing only asks for instants of it, so that
 * a run can be stepped, scrubbed and played backwards.
 */
import type { Arrival, Leg } from '../../lab/journey.ts';

/** Milliseconds that a moment takes on the screen: less where there are many, so that a run stays a story. */
const MOMENT_MS = { most: 450, least: 150, altogether: 9000 };

export class Timeline {
  /** Instants at which something has come to its end, ascending. */
  #moments: number[] = [];
  /** 0: before everything; k: after the k-th moment. */
  #position = 0;
  #startNs = 0;
  #playing: number | null = null;
  readonly #show: (timeNs: number, isSettled: boolean) => void;

  constructor(show: (timeNs: number, isSettled: boolean) => void) {
    this.#show = show;
  }

  get length(): number {
    return this.#moments.length;
  }

  get position(): number {
    return this.#position;
  }

  get isPlaying(): boolean {
    return this.#playing !== null;
  }

  get isAtEnd(): boolean {
    return this.#position === this.#moments.length;
  }

  get timeNs(): number {
    return this.#position === 0 ? this.#startNs - 1 : this.#moments[this.#position - 1]!;
  }

  /** A new run; the moment before it is shown. */
  load(legs: readonly Leg[], arrivals: readonly Arrival[], startNs: number): void {
    this.pause();
    const all = [...legs.map(({ endNs }) => endNs), ...arrivals.map(({ timeNs }) => timeNs)];
    this.#moments = [...new Set(all)].toSorted((a, b) => a - b);
    this.#startNs = startNs;
    this.goTo(0);
  }

  goTo(position: number): void {
    this.#position = Math.max(0, Math.min(position, this.#moments.length));
    this.#show(this.timeNs, true);
  }

  /** Plays to the end; at once for readers who do not want motion. */
  play(): void {
    if (this.#moments.length === 0) return;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return this.goTo(this.#moments.length);
    if (this.isAtEnd) this.#position = 0;
    const fair = MOMENT_MS.altogether / this.#moments.length;
    const momentMs = Math.max(MOMENT_MS.least, Math.min(MOMENT_MS.most, fair));
    let begun: number | null = null;
    const frame = (now: number): void => {
      begun ??= now;
      const share = (now - begun) / momentMs;
      if (share < 1) {
        const from = this.timeNs;
        const to = this.#moments[this.#position]!;
        this.#show(from + (to - from) * share, false);
        this.#playing = requestAnimationFrame(frame);
        return;
      }
      begun = now;
      this.#position++;
      this.#playing = this.isAtEnd ? null : requestAnimationFrame(frame);
      this.#show(this.timeNs, true);
    };
    this.#playing = requestAnimationFrame(frame);
  }

  pause(): void {
    if (this.#playing === null) return;
    cancelAnimationFrame(this.#playing);
    this.#playing = null;
    this.#show(this.timeNs, true);
  }
}
