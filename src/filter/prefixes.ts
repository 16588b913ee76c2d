/** A range of numbers as prefixes: what a classifier, which knows masks only, can look up. */
export interface Prefix {
  readonly mask: number;
  readonly value: number;
}

/** The fewest prefixes that cover a range, ascending; `width`: bits of the number, up to 32. */
export function prefixesOfRange(low: number, high: number, width: number): Prefix[] {
  const whole = width === 32 ? -1 : 2 ** width - 1;
  const found: Prefix[] = [];
  let from = low;
  while (from <= high) {
    let free = 0;
    while (free < width && from % 2 ** (free + 1) === 0 && from + 2 ** (free + 1) - 1 <= high) free++;
    found.push({ mask: free === 32 ? 0 : whole & ~(2 ** free - 1), value: from | 0 });
    from += 2 ** free;
  }
  return found;
}
