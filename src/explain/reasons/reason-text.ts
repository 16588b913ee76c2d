/**
 * An outcome in Japanese: a short name for badges and tables, and the sentence that tells which rule met which value.
 *
 * `{name}` is a value of the decision; a part in `[ ]` is left out where one of its values is missing (a switch that knows
 * no VLANs has no VID to tell).
 */
export interface ReasonText {
  readonly ja: string;
  readonly sentence: string;
  /** Said instead where `count` is 0. */
  readonly none?: string;
}
