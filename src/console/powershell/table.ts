/**
 * How PowerShell prints objects: Format-Table with columns as wide as they need be, Format-List, ConvertTo-Json.
 *
 * The blank lines are those of Windows PowerShell 5.1: one before a table, two behind. Whether the last column is filled up
 * with blanks differs between captures (best reading: it is not).
 */
export function tableText(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const widths = header.map((name, column) =>
    Math.max(...[header, ...rows].map((row) => row[column]!.length), name.length),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join(' ')
      .trimEnd();
  const lines = [header, header.map((name) => '-'.repeat(name.length)), ...rows].map(line);
  return `\n${lines.join('\n')}\n\n\n`;
}

export function listText(objects: readonly (readonly (readonly [string, string])[])[]): string {
  if (objects.length === 0) return '';
  const blocks = objects.map((object) => {
    const width = Math.max(...object.map(([name]) => name.length));
    return object.map(([name, value]) => `${name.padEnd(width)} : ${value}`.trimEnd()).join('\n');
  });
  return `\n\n${blocks.join('\n\n')}\n\n\n\n`;
}

/** As PowerShell 7 writes it; one object stands alone, several are an array. */
export function jsonText(objects: readonly object[]): string {
  if (objects.length === 0) return '';
  return `${JSON.stringify(objects.length === 1 ? objects[0] : objects, null, 2)}\n`;
}

/** Rows of a table, cut where its dashes begin; null: no such table. */
export function readTable(lines: readonly string[], dashes: number): Record<string, string>[] {
  const starts = [...lines[dashes]!.matchAll(/-+/g)].map(({ index }) => index);
  const cut = (line: string): string[] => starts.map((start, column) => line.slice(start, starts[column + 1]).trim());
  const header = cut(lines[dashes - 1] ?? '');
  const rows: Record<string, string>[] = [];
  for (const line of lines.slice(dashes + 1)) {
    if (line.trim() === '') break;
    const cells = cut(line);
    rows.push(Object.fromEntries(header.map((name, column) => [name, cells[column]!])));
  }
  return rows;
}

export function isDashes(line: string): boolean {
  return /^\s*-+(?: +-+)+\s*$/.test(line);
}
