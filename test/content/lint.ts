/** textlint over files and over texts that were taken out of files; findings as `file:line:column rule message`. */
import { createLinter, loadTextlintrc } from 'textlint';
import type { ReaderText } from './reader-text.ts';

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly rule: string;
  readonly message: string;
  /** What was found wanting, where the place alone does not show it. */
  readonly text?: string;
}

type Linter = ReturnType<typeof createLinter>;

/** A configuration that cannot be read comes back from textlint as one without rules. */
export async function linterFor(configFilePath: string): Promise<Linter> {
  const descriptor = await loadTextlintrc({ configFilePath });
  if (descriptor.rule.lintableDescriptors.length === 0) throw new Error(`${configFilePath}: no rules`);
  return createLinter({ descriptor });
}

export const PROSE = '.textlintrc.json';
export const PHRASES = '.textlintrc.terms.json';

export async function lintPage(linter: Linter, file: string, source: string): Promise<Finding[]> {
  const { messages } = await linter.lintText(source, file);
  return messages.map(({ line, column, ruleId, message }) => ({
    file,
    line,
    column,
    rule: ruleId,
    message: firstLine(message),
  }));
}

/** All texts at once, a paragraph each, so that the rules are set up only once. */
export async function lintTexts(linter: Linter, texts: readonly ReaderText[]): Promise<Finding[]> {
  if (texts.length === 0) return [];
  const { messages } = await linter.lintText(texts.map(({ text }) => text).join('\n\n'), 'texts.txt');
  return messages.flatMap(({ line, ruleId, message }) => {
    const { file, text, disabled, ...place } = texts[(line - 1) / 2]!;
    if (disabled.includes(ruleId)) return [];
    return [{ file, line: place.line, column: place.column, rule: ruleId, message: firstLine(message), text }];
  });
}

function firstLine(message: string): string {
  return message.split('\n')[0]!;
}

export function print(findings: readonly Finding[]): string {
  return findings
    .map(({ file, line, column, rule, message, text }) => {
      const where = `${file}:${line}:${column} ${rule} ${message}`;
      return text === undefined ? where : `${where}\n    ${text}`;
    })
    .join('\n');
}
