/**
 * How one product shows one outcome. In commands `<ポート>`, `<宛先>` and the like stand for what the reader fills in; `br0`
 * and `<ポート>` are filled in by the explanation where it knows them.
 */
export interface Sighting {
  /** The product's own name or counter, verbatim; null: it has none. */
  readonly name: string | null;
  /** The name exists, but that this outcome bears it is not verified. */
  readonly isUnverified?: boolean;
  /** Null: there is none, and `none` says why. */
  readonly command: string | null;
  readonly none?: string;
}
