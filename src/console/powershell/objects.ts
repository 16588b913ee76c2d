/**
 * Objects out of what PowerShell printed: JSON of ConvertTo-Json, tables, lists. Everything else is left as lines.
 */
import { isDashes, readTable } from './table.ts';

/** Properties by their names in lower case. */
export type Properties = ReadonlyMap<string, unknown>;

export interface Pasted {
  readonly objects: readonly {
    readonly line: number;
    readonly form: 'table' | 'list' | 'json';
    readonly of: Properties;
  }[];
  /** Neither objects nor blank. */
  readonly rest: readonly { readonly line: number; readonly text: string }[];
}

export function readObjects(text: string): Pasted {
  const lines = text.split(/\r\n|\n|\r/);
  const objects: Pasted['objects'][number][] = [];
  const rest: Pasted['rest'][number][] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    const json = /^\s*[[{]/.test(line) ? readJson(lines, at) : null;
    if (json !== null) {
      objects.push(...json.values.map((of) => ({ line: at + 1, form: 'json' as const, of })));
      at += json.count;
    } else if (isDashes(lines[at + 1] ?? '') && line.trim() !== '') {
      const rows = readTable(lines, at + 1);
      objects.push(
        ...rows.map((row, index) => ({ line: at + 3 + index, form: 'table' as const, of: properties(row) })),
      );
      at += 2 + rows.length;
    } else if (isProperty(line)) {
      const { of, count } = readList(lines, at);
      objects.push({ line: at + 1, form: 'list', of });
      at += count;
    } else {
      if (line.trim() !== '') rest.push({ line: at + 1, text: line });
      at++;
    }
  }
  return { objects, rest };
}

export function properties(object: object): Properties {
  return new Map(Object.entries(object).map(([name, value]) => [name.toLowerCase(), value as unknown]));
}

// --- JSON

function readJson(lines: readonly string[], at: number): { values: Properties[]; count: number } | null {
  const count = jsonLines(lines, at);
  if (count === 0) return null;
  let value: unknown;
  try {
    value = JSON.parse(lines.slice(at, at + count).join('\n'));
  } catch {
    return null;
  }
  const values = (Array.isArray(value) ? (value as unknown[]) : [value]).flatMap((each) =>
    typeof each === 'object' && each !== null && !Array.isArray(each) ? [properties(each)] : [],
  );
  return values.length === 0 ? null : { values, count };
}

/** How many lines a value takes, by its brackets; 0: it does not end. */
function jsonLines(lines: readonly string[], at: number): number {
  let depth = 0;
  for (let index = at; index < lines.length; index++) {
    for (const [token] of lines[index]!.matchAll(/"(?:\\.|[^"\\])*"|[[\]{}]/g)) {
      if (token === '[' || token === '{') depth++;
      else if (token === ']' || token === '}') depth--;
    }
    if (depth <= 0) return index - at + 1;
  }
  return 0;
}

// --- Lists

const PROPERTY = /^([A-Za-z_]\w*) *: ?(.*)$/;

function isProperty(line: string): boolean {
  return PROPERTY.test(line) && !/^[A-Za-z]:[\\/]/.test(line);
}

/** `Name : value`; a value may go on in lines that are set in. */
function readList(lines: readonly string[], at: number): { of: Properties; count: number } {
  const of = new Map<string, unknown>();
  let count = 0;
  let last = '';
  for (const line of lines.slice(at)) {
    const found = isProperty(line) ? PROPERTY.exec(line) : null;
    if (found !== null) {
      last = found[1]!.toLowerCase();
      // The next object of a list that was pasted without its blank lines.
      if (of.has(last)) break;
      of.set(last, found[2]!.trim());
    } else if (/^ +\S/.test(line)) of.set(last, `${String(of.get(last))}${line.trim()}`);
    else break;
    count++;
  }
  return { of, count };
}
