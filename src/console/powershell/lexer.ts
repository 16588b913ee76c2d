/**
 * PowerShell command lines as people paste them: prompts, comments, quotes, a backtick at a line's end, `;` between
 * statements, `|` between commands, `$name =` before them. What else the language can do is told as a word that is not
 * modelled.
 *
 * Read first: about_Parsing, about_Quoting_Rules, about_Special_Characters (PowerShell 5.1). What surprises: `–` and `—`, as
 * word processors make them, begin a parameter as `-` does, and “ ” ‘ ’ quote as " and ' do; an unquoted comma makes an
 * array; inside double quotes $ puts something else in its place.
 */
import type { Place, Word } from '../console.ts';

export interface Value {
  /** More than one: an array. */
  readonly items: readonly string[];
  readonly isArray: boolean;
  /** `$vs`, `(Get-VDSwitch x)`: what stands there is known to the session only. */
  readonly isOpaque: boolean;
  readonly isQuoted: boolean;
  readonly place: Place;
}

export interface Parameter {
  /** Without its dash. */
  readonly name: string;
  readonly place: Place;
  /** `-Confirm:$false` */
  readonly attached: Value | null;
}

export interface PipelineCommand {
  readonly name: Word;
  readonly parts: readonly ({ readonly parameter: Parameter } | { readonly value: Value })[];
  /** Behind its last word. */
  readonly end: Place;
}

export interface Statement {
  readonly commands: readonly PipelineCommand[];
  /** `vs` of `$vs = …`; '' where nothing is assigned. */
  readonly variable: string;
  /** The first thing that is beyond this reader. */
  readonly foreign: Word | null;
  /** A quote that nothing ends. */
  readonly openQuote: Word | null;
  /** From the first word to the last. */
  readonly place: Place;
}

const DASHES = '-\u2013\u2014\u2015';
const SINGLE = "'\u2018\u2019\u201a\u201b";
const DOUBLE = '"\u201c\u201d\u201e';
const BLANKS = ' \t\u00a0\u3000';
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', a: '\u0007' };

/** `PS C:\> `, `[HOST]: PS C:\> ` and the `>> ` of a continued line. */
const PROMPT = /^(?:\[[^\]\n]*\]: )?PS [^>\n]*> ?|^>> ?/;

export function splitStatements(text: string): Statement[] {
  return new Lexer(text).statements();
}

/** The prompt is blanked, so that columns stay what they were. */
function withoutPrompt(line: string): string {
  return line.replace(PROMPT, (prompt) => ' '.repeat(prompt.length));
}

class Lexer {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #foreign: Word | null = null;
  #openQuote: Word | null = null;

  constructor(text: string) {
    this.#text = text
      .split(/\r\n|\n|\r/)
      .map(withoutPrompt)
      .join('\n');
  }

  statements(): Statement[] {
    const statements: Statement[] = [];
    while (this.#at < this.#text.length) {
      const statement = this.#statement();
      if (statement !== null) statements.push(statement);
    }
    return statements;
  }

  #statement(): Statement | null {
    this.#foreign = null;
    this.#openQuote = null;
    let variable = '';
    const commands: PipelineCommand[] = [];
    let start: Place | null = null;
    let end: Place | null = null;
    for (;;) {
      this.#skipBlanks();
      const first = this.#peek();
      if (first === '' || first === '\n' || first === ';') break;
      start ??= this.#here(0);
      const assigned =
        commands.length === 0 ? /^\$(\w+)\s*=\s*/.exec(this.#text.slice(this.#at, this.#at + 200)) : null;
      if (assigned !== null && variable === '') {
        variable = assigned[1]!;
        this.#skip(assigned[0].length);
        continue;
      }
      const command = this.#command();
      commands.push(command);
      end = command.end;
      this.#skipBlanks();
      if (this.#peek() !== '|') break;
      this.#at++;
      this.#skipLines();
    }
    if (this.#peek() === '\n') this.#newLine();
    else this.#at++;
    if (start === null) return null;
    end ??= start;
    const length = end.line === start.line ? end.column - start.column : 0;
    const { foreign, openQuote } = { foreign: this.#foreign, openQuote: this.#openQuote };
    return { commands, variable, foreign, openQuote, place: { ...start, length } };
  }

  #command(): PipelineCommand {
    const { items, place } = this.#value(true);
    const name = { text: items[0] ?? '', place };
    let end = behind(place);
    const parts: PipelineCommand['parts'][number][] = [];
    for (;;) {
      this.#skipBlanks();
      const next = this.#peek();
      if (next === '' || '\n;|'.includes(next)) break;
      const parameter = DASHES.includes(next) ? this.#parameter() : null;
      const part = parameter === null ? { value: this.#value(false) } : { parameter };
      parts.push(part);
      end = behind('value' in part ? part.value.place : (part.parameter.attached?.place ?? part.parameter.place));
    }
    return { name, parts, end };
  }

  /** A dash with a letter behind it; `-5` is a number. */
  #parameter(): Parameter | null {
    const found = /^[-\u2013\u2014\u2015]([A-Za-z_?][\w?-]*)(:?)/.exec(this.#text.slice(this.#at, this.#at + 100));
    if (found === null) return null;
    const place = this.#here(found[0].length);
    this.#skip(found[0].length);
    if (found[2] === '') return { name: found[1]!, place, attached: null };
    this.#skipBlanks();
    return { name: found[1]!, place, attached: '\n;|'.includes(this.#peek() || '\n') ? null : this.#value(false) };
  }

  /** One argument; commas join several. */
  #value(isName: boolean): Value {
    const from = this.#at;
    const start = this.#here(0);
    const items: string[] = [];
    let [isOpaque, isQuoted, isArray] = [false, false, false];
    for (;;) {
      const item = this.#item(isName);
      items.push(...item.items);
      isOpaque ||= item.isOpaque;
      isQuoted ||= item.isQuoted;
      isArray ||= item.isArray;
      const ahead = /^[ \t]*,[ \t]*(?:\n[ \t]*)?/.exec(this.#text.slice(this.#at, this.#at + 100));
      if (isName || ahead === null) break;
      isArray = true;
      this.#skip(ahead[0].length);
    }
    const isOneLine = start.line === this.#line;
    return { items, isArray, isOpaque, isQuoted, place: { ...start, length: isOneLine ? this.#at - from : 0 } };
  }

  #item(isName: boolean): Pick<Value, 'items' | 'isOpaque' | 'isQuoted' | 'isArray'> {
    const list = /^@?\(\s*((?:"[^"$`\n]*"|'[^'\n]*'|[\w-]+)(?:\s*,\s*(?:"[^"$`\n]*"|'[^'\n]*'|[\w-]+))*)\s*\)/.exec(
      this.#text.slice(this.#at, this.#at + 4000),
    );
    if (list !== null && list[0].startsWith('@')) {
      this.#skip(list[0].length);
      const items = list[1]!.match(/"[^"]*"|'[^']*'|[\w-]+/g)!.map((item) => item.replace(/^["']|["']$/g, ''));
      return { items, isOpaque: false, isQuoted: true, isArray: true };
    }
    if (this.#peek() === '(' && !isName) return this.#group();
    let text = '';
    let [isQuoted, isOpaque] = [false, false];
    for (;;) {
      const next = this.#peek();
      if (next === '' || next === '\n' || BLANKS.includes(next) || ',;|'.includes(next)) break;
      if (SINGLE.includes(next) || DOUBLE.includes(next)) {
        isQuoted = true;
        text += this.#quoted(SINGLE.includes(next) ? SINGLE : DOUBLE);
      } else if ('(){}&<>'.includes(next) || (next === '@' && text === '')) {
        this.#foreign ??= { text: next, place: this.#here(1) };
        text += next;
        this.#at++;
      } else if (next === '`') {
        const escaped = this.#text[this.#at + 1] ?? '';
        text += ESCAPES[escaped] ?? escaped;
        this.#skip(2);
      } else if (next === '$' && !isQuoted && text === '') {
        const name = /^\$[\w:]*/.exec(this.#text.slice(this.#at, this.#at + 100))![0];
        const constant = ['$true', '$false', '$null'].includes(name.toLowerCase());
        isOpaque = !constant;
        text += constant ? name.slice(1).toLowerCase() : name;
        this.#skip(name.length);
        // `$vs.Name` is what the session knows, too.
        if (isOpaque && isName) this.#foreign ??= { text: name, place: this.#here(0) };
      } else {
        text += next;
        this.#at++;
      }
    }
    return { items: [text], isOpaque, isQuoted, isArray: false };
  }

  /** `(Get-VDSwitch DS1)`, to its end. */
  #group(): Pick<Value, 'items' | 'isOpaque' | 'isQuoted' | 'isArray'> {
    const from = this.#at;
    let depth = 0;
    while (this.#at < this.#text.length && this.#peek() !== '\n') {
      if (this.#peek() === '(') depth++;
      if (this.#peek() === ')') depth--;
      this.#at++;
      if (depth === 0) break;
    }
    const text = this.#text.slice(from, this.#at);
    if (depth > 0) this.#foreign ??= { text: '(', place: this.#here(0) };
    return { items: [text], isOpaque: true, isQuoted: false, isArray: false };
  }

  #quoted(quotes: string): string {
    const place = this.#here(1);
    const open = this.#peek();
    this.#at++;
    let text = '';
    for (; this.#at < this.#text.length; this.#at++) {
      const next = this.#peek();
      if (quotes.includes(next)) {
        if (!quotes.includes(this.#text[this.#at + 1] ?? ' ')) {
          this.#at++;
          return text;
        }
        // A quote that is doubled stands for itself.
        text += this.#text[++this.#at];
      } else if (next === '`' && quotes === DOUBLE) {
        const escaped = this.#text[++this.#at] ?? '';
        text += ESCAPES[escaped] ?? escaped;
      } else {
        if (next === '$' && quotes === DOUBLE && /[\w({]/.test(this.#text[this.#at + 1] ?? '')) {
          this.#foreign ??= { text: '$', place: this.#here(1) };
        }
        if (next === '\n') this.#newLine(false);
        text += next;
      }
    }
    this.#openQuote ??= { text: open, place };
    return text;
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }

  #here(length: number): Place {
    return { line: this.#line, column: this.#at - this.#lineStart + 1, length };
  }

  #skip(count: number): void {
    for (let left = count; left > 0 && this.#at < this.#text.length; left--) {
      if (this.#peek() === '\n') this.#newLine();
      else this.#at++;
    }
  }

  #newLine(isTaken = true): void {
    if (isTaken) this.#at++;
    this.#line++;
    this.#lineStart = isTaken ? this.#at : this.#at + 1;
  }

  /** Blanks, comments, and a backtick with the line's end behind it. */
  #skipBlanks(): void {
    for (;;) {
      const next = this.#peek();
      if (next !== '' && BLANKS.includes(next)) this.#at++;
      else if (next === '`' && /^`[ \t]*(?:\n|$)/.test(this.#text.slice(this.#at, this.#at + 20))) {
        while (this.#peek() !== '\n' && this.#at < this.#text.length) this.#at++;
        if (this.#peek() === '\n') this.#newLine();
      } else if (next === '#') while (this.#at < this.#text.length && this.#peek() !== '\n') this.#at++;
      else if (next === '<' && this.#text[this.#at + 1] === '#') {
        const end = this.#text.indexOf('#>', this.#at);
        this.#skip((end < 0 ? this.#text.length : end + 2) - this.#at);
      } else return;
    }
  }

  #skipLines(): void {
    for (;;) {
      this.#skipBlanks();
      if (this.#peek() !== '\n') return;
      this.#newLine();
    }
  }
}

/** The empty place behind another. */
export function behind({ line, column, length }: Place): Place {
  return { line, column: column + length, length: 0 };
}
