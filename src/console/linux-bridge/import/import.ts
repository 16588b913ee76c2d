/**
 * Output that was pasted from a real machine → changes that make such a bridge, with all that the output could not tell. Several
 * outputs may stand one after the other, with the commands in front of them or without. No line is lost: what nobody can read
 * is answered with its number.
 */
import { runnable } from '../../../filter/evaluator.ts';
import type { LinuxBridgeChange } from '../../../switch/profiles/linux-bridge/change.ts';
import { isMalformed } from '../../../wire/malformed.ts';
import type { Imported, Unread } from '../../console.ts';
import { parseRuleset } from '../../nft/parser.ts';
import { bridgeChanges } from '../print.ts';
import { readCommands } from '../read.ts';
import { Findings } from './findings.ts';
import { readJson } from './json.ts';
import { targetOf } from './target.ts';
import { readTextLine, type Section } from './text-lines.ts';
import type { UntoldCode } from './untold.ts';

export function importOutput(text: string): Imported<LinuxBridgeChange, UntoldCode> {
  const reader = new Reader(text.split(/\r\n|\n|\r/));
  reader.read();
  const { bridge, untold } = targetOf(reader.findings);
  const { ruleset } = reader.findings;
  const changes = [
    ...(bridge === null ? [] : bridgeChanges(bridge)),
    ...(ruleset === null ? [] : [{ kind: 'rules', ruleset: runnable(ruleset) } as const]),
  ];
  return { changes, untold, unread: reader.unread.toSorted((a, b) => a.line - b.line) };
}

/** What may be a command with or without a prompt; nothing that a tool prints begins so. */
const COMMAND =
  /^(?:\s*(?:\S*[@~]\S*\s?)?[#$>]\s*)?(?:sudo\s+)?(?:(?:ip|bridge)\s+(?:-\S+\s+)*[lvfm][a-z]*(?:\s|$)|brctl\s+\w|nft\s+-?\w)/;

class Reader {
  readonly findings = new Findings();
  readonly unread: Unread[] = [];
  readonly #lines: readonly string[];
  readonly #section: Section = { kind: null, device: null, fdbDevice: null };
  #at = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  read(): void {
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at]!;
      if (line.trim() === '') this.#at++;
      else if (/^\s*[[{]/.test(line)) this.#readDocument();
      else if (/^table \w+ \S+ \{/.test(line)) this.#readRules();
      else this.#readLine(line);
    }
  }

  #readLine(line: string): void {
    const isRead = COMMAND.test(line)
      ? this.#readCommand(line)
      : readTextLine(line, this.#lines[this.#at + 1] ?? '', this.#section, this.findings);
    if (isRead) this.#at++;
    else this.#miss(1);
  }

  /** The command in front of what it has shown. One that changes something has been done before, or has not: nobody knows. */
  #readCommand(line: string): boolean {
    const [answer] = readCommands(line);
    const isShow = answer?.kind === 'show' || (answer?.kind === 'unmodelled' && /\s(?:show|sh|list)\b/.test(line));
    const request = answer?.kind === 'show' ? answer.request : null;
    this.#section.kind = null;
    this.#section.fdbDevice = request?.show === 'bridge fdb' ? (request.device ?? null) : null;
    return isShow;
  }

  /** Lines that say nothing to anyone. */
  #miss(count: number): void {
    for (let left = count; left > 0; left--, this.#at++) {
      this.unread.push({ line: this.#at + 1, text: this.#lines[this.#at]! });
    }
  }

  /** JSON, on one line or on several: until its brackets are closed. */
  #readDocument(): void {
    let depth = 0;
    let end = this.#at;
    do depth += depthOf(this.#lines[end]!);
    while (depth > 0 && ++end < this.#lines.length);
    const count = Math.min(end, this.#lines.length - 1) - this.#at + 1;
    const document = depth === 0 ? parsed(this.#lines.slice(this.#at, this.#at + count).join('\n')) : undefined;
    if (document !== undefined && readJson(document, this.#section.fdbDevice, this.findings)) this.#at += count;
    else this.#miss(depth === 0 ? count : 1);
  }

  /** From `table` to the brace that ends the last one. */
  #readRules(): void {
    let end = this.#at;
    while (end < this.#lines.length && !this.#endsRules(end)) end++;
    const count = Math.min(end, this.#lines.length - 1) - this.#at + 1;
    const lines = this.#lines.slice(this.#at, this.#at + count);
    const missed: Unread[] = [];
    for (;;) {
      const ruleset = parseRuleset(`${lines.join('\n')}\n`, this.findings.ruleset ?? undefined);
      if (!isMalformed(ruleset)) {
        this.findings.ruleset = ruleset;
        this.findings.kinds.add('nft');
        this.unread.push(...missed);
        this.#at += count;
        return;
      }
      // The others may stand without this one, if it is a rule: nft lists some that it does not read itself.
      const index = lineIndexOf(lines, ruleset.at);
      const text = lines[index] ?? '';
      if (!isRule(text) || missed.length === RULES_MISSED_MAX) return this.#miss(count);
      missed.push({ line: this.#at + index + 1, text, problem: ruleset });
      lines[index] = '';
    }
  }

  #endsRules(at: number): boolean {
    return this.#lines[at] === '}' && this.#lines[at + 1]?.startsWith('table ') !== true;
  }
}

const RULES_MISSED_MAX = 100;

/** The line that a place in their text is on. */
function lineIndexOf(lines: readonly string[], at: number): number {
  let end = 0;
  return lines.findIndex((line) => (end += line.length + 1) > at);
}

/** A line of a chain, with nothing that other lines need. */
function isRule(line: string): boolean {
  return line.trim() !== '' && !/[{}]\s*$|^\s*(?:type|policy|elements|flags|comment) /.test(line);
}

/** Brackets that a line opens more than it closes. */
function depthOf(line: string): number {
  const brackets = line.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').match(/[[\]{}]/g) ?? [];
  return brackets.reduce((depth, bracket) => depth + ('[{'.includes(bracket) ? 1 : -1), 0);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
