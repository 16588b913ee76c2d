/**
 * A configuration change that was refused; the state is as it was. The error is the product's own code where it has one.
 */
export interface Refusal {
  /** `EINVAL`, `EEXIST` … of the Linux kernel. */
  readonly error: string;
  /** The knob that it was about, in the product's words. */
  readonly knob: string;
  readonly value: string;
  /** What would have been accepted. */
  readonly expected: string;
}

/** Null: done. */
export type Outcome = Refusal | null;

export function refusal(error: string, knob: string, value: unknown, expected: string): Refusal {
  return { error, knob, value: String(value), expected };
}
