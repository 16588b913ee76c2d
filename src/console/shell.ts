/**
 * Command lines of a Unix shell, as people paste them: prompts, comments, blank lines, quotes, `\` at a line's end, `;` and
 * `&&` between commands, `sudo` before them. What else a shell can do is told as a word that is not modelled.
 *
 * Read first: POSIX.1-2017 Shell Command Language 2.2 (quoting), 2.3 (tokens).
 */
import type { Place, Word } from './console.ts';

export interface Command {
  readonly words: readonly Word[];
  /** Where the command ends: behind its last word. */
  readonly end: Place;
  /** The shell's own language, where the command uses some: `|`, `>`, `$`, `for` … */
  readonly shell: Word | null;
  /** A quote that nothing ends, at the place of its word. */
  readonly openQuote: Word | null;
}

/** `root@host:~# `, `[root@host ~]# `, `$ `. */
const PROMPT = /^\s*(?:\[?[\w.-]+@[\w.-]+(?:[: ][^\s#$\]]*)?\]?\s?[#$]|[$>])\s+/;
const ROOT_PROMPT = /^\s*#\s+(?=\S)/;

const KEYWORDS = new Set('for while until if then else elif fi do done case esac function in { } ! time'.split(' '));

/**
 * `programs`: what commands begin with. `# ip link` is root's prompt with a command behind it, unless commands of the text
 * stand without a prompt: then it is a command that somebody has commented out.
 */
export function splitCommands(text: string, programs: ReadonlySet<string>): Command[] {
  const commands: Command[] = [];
  const lines = text.split(/\r\n|\n|\r/);
  const hasBare = lines.some((line) => startsWithProgram(line, programs));
  for (let index = 0; index < lines.length; index++) {
    const reader = new LineReader(index + 1, withoutPrompt(lines[index]!, programs, !hasBare));
    // A backslash at the end joins the next line; places keep the line that they are on.
    while (reader.isContinued && index + 1 < lines.length) reader.append(++index + 1, lines[index]!);
    commands.push(...reader.commands());
  }
  return commands;
}

/** The prompt is blanked, so that columns stay what they were. */
function withoutPrompt(line: string, programs: ReadonlySet<string>, asRoot: boolean): string {
  const root = asRoot ? ROOT_PROMPT.exec(line)?.[0] : undefined;
  const isRoot = root !== undefined && startsWithProgram(line.slice(root.length), programs);
  const prompt = isRoot ? root : (PROMPT.exec(line)?.[0] ?? '');
  return ' '.repeat(prompt.length) + line.slice(prompt.length);
}

function startsWithProgram(line: string, programs: ReadonlySet<string>): boolean {
  const [first = '', second = ''] = line.trim().split(/\s+/, 2);
  return programs.has(first === 'sudo' ? second : first);
}

interface Character {
  readonly character: string;
  readonly line: number;
  readonly column: number;
}

class LineReader {
  readonly #characters: Character[] = [];
  #lastLine = '';
  #at = 0;

  constructor(line: number, text: string) {
    this.append(line, text);
  }

  get isContinued(): boolean {
    return /\\*$/.exec(this.#lastLine)![0].length % 2 === 1;
  }

  append(line: number, text: string): void {
    this.#lastLine = text;
    if (this.#characters.length > 0) this.#characters.pop();
    [...text].forEach((character, index) => this.#characters.push({ character, line, column: index + 1 }));
  }

  commands(): Command[] {
    const commands: Command[] = [];
    let open = newCommand();
    const close = (): void => {
      const words = open.words[0]?.text === 'sudo' ? open.words.slice(1) : open.words;
      if (words.length > 0 || open.shell !== null || open.openQuote !== null) {
        commands.push({ ...open, words, end: behind(open.words.at(-1) ?? open.shell ?? open.openQuote!) });
      }
      open = newCommand();
    };
    for (;;) {
      this.#skipBlanks();
      const next = this.#peek();
      if (next === undefined || next.character === '#') break;
      if (next.character === ';' || this.#sees('&&')) {
        this.#at += next.character === ';' ? 1 : 2;
        close();
      } else if ('|&<>()`'.includes(next.character)) {
        const symbol = this.#symbol();
        open.shell ??= symbol;
      } else {
        const word = this.#word();
        if (word.openQuote !== '') open.openQuote ??= { text: word.openQuote, place: word.place };
        if (word.expands || (open.words.length === 0 && KEYWORDS.has(word.text))) open.shell ??= word;
        open.words.push({ text: word.text, place: word.place });
      }
    }
    close();
    return commands;
  }

  #peek(): Character | undefined {
    return this.#characters[this.#at];
  }

  #sees(text: string): boolean {
    return [...text].every((character, index) => this.#characters[this.#at + index]?.character === character);
  }

  #skipBlanks(): void {
    while (/[ \t\u3000]/.test(this.#peek()?.character ?? '')) this.#at++;
  }

  #symbol(): Word {
    const { character, line, column } = this.#characters[this.#at++]!;
    return { text: character, place: { line, column, length: 1 } };
  }

  /** One word, its quotes taken off; `expands`: the shell would put something else in its place. */
  #word(): Word & { openQuote: string; expands: boolean } {
    const { line, column } = this.#peek()!;
    const from = this.#at;
    let text = '';
    let quote = '';
    let expands = false;
    for (; ; this.#at++) {
      const character = this.#peek()?.character;
      if (character === undefined) break;
      if (quote === '' && /[ \t\u3000;|&<>()]/.test(character)) break;
      if (character === quote) quote = '';
      else if (quote === '' && (character === '"' || character === "'")) quote = character;
      else if (character === '\\' && quote !== "'" && this.#escapes(quote))
        text += this.#characters[++this.#at]!.character;
      else {
        if (quote !== "'" && (character === '$' || character === '`')) expands = true;
        text += character;
      }
    }
    const length = this.#at - from;
    return { text, place: { line, column, length }, openQuote: quote, expands };
  }

  /** Inside double quotes a backslash stands for itself before most characters. */
  #escapes(quote: string): boolean {
    const next = this.#characters[this.#at + 1]?.character;
    return next !== undefined && (quote === '' || '"\\$`'.includes(next));
  }
}

function newCommand(): { words: Word[]; shell: Word | null; openQuote: Word | null } {
  return { words: [], shell: null, openQuote: null };
}

/** The empty place behind a word. */
export function behind({ place: { line, column, length } }: Word): Place {
  return { line, column: column + length, length: 0 };
}
