/** A part of the soak: how much of it there is at scale 1, and how one piece of it is done. */
export interface Part {
  readonly name: string;
  /** What a piece is, in the plural. */
  readonly unit: string;
  /** How many of the unit at scale 1. */
  readonly amount: number;
  /** How many of the unit one call of `play` does. */
  readonly piece: number;
  /** Throws, or fails, by exception: the message says which seed to play again. */
  play(seed: number): void | Promise<void>;
  /** Why it cannot be done on this machine; null: it can. Absent: it always can. */
  missing?(): string | null;
}
