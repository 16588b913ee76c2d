/** A text as one argument of a command line (about_Quoting_Rules). What needs no quotes still gets them: names are seen as names. */
export function quoted(text: string): string {
  if (!/["$`\n\u201c\u201d\u201e]/.test(text)) return `"${text}"`;
  // Every kind of single quote ends the string; doubled they stand for themselves.
  return `'${text.replaceAll(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
}

/** `7` and `a`, `b` as a list. */
export function quotedList(texts: readonly string[]): string {
  return texts.map(quoted).join(',');
}
