/** What stands between quotation marks, with JSON's escapes. Read first: lib/json.c (json_string_unescape). */

const ESCAPES = new Map(
  Object.entries({ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }),
);

export type Unescaped = { readonly text: string } | { readonly mistake: string };

export function unescaped(inner: string): Unescaped {
  let text = '';
  for (let at = 0; at < inner.length;) {
    const character = inner[at]!;
    if (character === '"') return { mistake: 'quoted string may not include unescaped "' };
    if (character !== '\\') {
      text += character;
      at++;
      continue;
    }
    const letter = inner[at + 1];
    if (letter === undefined) return { mistake: 'quoted string may not end with backslash' };
    if (letter === 'u') {
      const read = codePoint(inner.slice(at + 2));
      if ('mistake' in read) return read;
      text += String.fromCodePoint(read.code);
      at += 2 + read.length;
      continue;
    }
    const meant = ESCAPES.get(letter);
    if (meant === undefined) return { mistake: `bad escape \\${letter}` };
    text += meant;
    at += 2;
  }
  return { text };
}

/** Of two escapes if the first is the leading half of a pair. */
function codePoint(rest: string): { readonly code: number; readonly length: number } | { readonly mistake: string } {
  if (rest.length < 4) return { mistake: String.raw`quoted string ends within \u escape` };
  if (!/^[\da-f]{4}/i.test(rest)) return { mistake: String.raw`malformed \u escape` };
  const first = Number.parseInt(rest.slice(0, 4), 16);
  if (first === 0) return { mistake: 'null bytes not supported in quoted strings' };
  if (first < 0xd8_00 || first > 0xdb_ff) return { code: first, length: 4 };
  const [, digits] = /^\\u([\da-f]{4})/i.exec(rest.slice(4)) ?? [];
  if (digits === undefined) return { mistake: 'malformed escaped surrogate pair' };
  const second = Number.parseInt(digits, 16);
  if (second < 0xdc_00 || second > 0xdf_ff) {
    return { mistake: 'second half of escaped surrogate pair is not trailing surrogate' };
  }
  return { code: 0x1_00_00 + ((first - 0xd8_00) << 10) + (second - 0xdc_00), length: 10 };
}
