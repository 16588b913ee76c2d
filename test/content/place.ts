/** Offsets in a source to lines and columns, both from 1. */

export interface Place {
  readonly line: number;
  readonly column: number;
}

export function placesOf(source: string): (offset: number) => Place {
  const starts = [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (offset) => {
    const line = starts.findLastIndex((start) => start <= offset);
    return { line: line + 1, column: offset - starts[line]! + 1 };
  };
}
