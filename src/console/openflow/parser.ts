/**
 * Flows as `ovs-ofctl` takes them: `add-flow`, `add-flows` with a file, `del-flows` and what `dump-flows` has printed.
 *
 * It does as the real tool does, mistakes included: what the tool takes is taken, what it refuses is refused with its words, a
 * field that the packet type does not have is dropped. What the tool knows and this engine does not model is refused as such.
 * Read first: ovs-ofctl(8).
 */
import type { Flow } from '../../filter/flow.ts';
import type { FlowSelection } from '../../filter/flow-selection.ts';
import { readFlow, type Command, type FlowContext, type HeldFlow, type Reading } from './flow-reader.ts';
import { answerOf, unmodelled, wrong, type FlowProblem, type Piece } from './problem.ts';
import { ALLOWED, ANY, formatsText, type Formats, type OpenFlowVersion } from './protocols.ts';

export type { FlowContext, Normalization } from './flow-reader.ts';

/** What `add-flow` takes. */
export function parseFlow(text: string, context: FlowContext = {}): Flow | FlowProblem {
  return answerOf(() => alone({ text, at: 0 }, 'add', context).flow);
}

/** What `del-flows` takes; `--strict` is said with the command. */
export function parseDeletion(
  text: string,
  command: 'delete' | 'delete_strict',
  context: FlowContext = {},
): FlowSelection | FlowProblem {
  return answerOf(() => alone({ text, at: 0 }, command, context).selection);
}

function alone(whole: Piece, command: Command, context: FlowContext): HeldFlow {
  const reading = readFlow(whole, command, context);
  return reading.hold(usableFormats(whole, reading.formats, context));
}

export type FlowCommand =
  { readonly kind: 'add'; readonly flow: Flow } | { readonly kind: 'delete'; readonly selection: FlowSelection };

/**
 * A file for `add-flows`: a flow a line, which may begin with `add`, `delete` or `delete_strict`; `#` begins a comment. All of
 * it is sent in one format, the first that can say every line. `name`: of the file, for complaints.
 *
 * The tool reads the whole file before it sends a line. Only where the switch refuses one (`OFPT_ERROR`) are those before it
 * taken already, which is not done here: a file is taken whole or not at all.
 */
export function parseFlows(text: string, context: FlowContext = {}, name = 'flows.txt'): FlowCommand[] | FlowProblem {
  const readings: { command: Command; reading: Reading }[] = [];
  let formats: Formats = ANY;
  let at = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const [piece] = withoutComment({ text: line, at });
    at += line.length + 1;
    if (piece === undefined) continue;
    const read = answerOf(() => readLine(piece, context));
    if ('complaint' in read) return inFile(read, name, index + 1);
    formats &= read.reading.formats;
    readings.push(read);
  }
  return answerOf(() => {
    const usable = usableFormats({ text, at: 0 }, formats, context);
    return readings.map(({ command, reading }): FlowCommand => {
      const { flow, selection } = reading.hold(usable);
      return command === 'add' ? { kind: 'add', flow } : { kind: 'delete', selection };
    });
  });
}

/** None where nothing stands before the comment. */
function withoutComment({ text, at }: Piece): Piece[] {
  const code = text.replace(/#.*$/s, '');
  return /^[ \t\v\f\r]*$/.test(code) ? [] : [{ text: code, at }];
}

function inFile(problem: FlowProblem, name: string, line: number): FlowProblem {
  return { ...problem, complaint: problem.complaint.replace(/^ovs-ofctl: /, () => `ovs-ofctl: ${name}:${line}: `) };
}

const COMMANDS = ['add', 'delete', 'delete_strict', 'modify', 'modify_strict'] as const;

/** A command may be cut short: `d` is `delete`. */
function readLine(line: Piece, context: FlowContext): { command: Command; reading: Reading } {
  const [, space, word] = /^([ \t\r\n]*)([^, \t\r\n]*)/.exec(line.text)!;
  const named = word === '' ? undefined : COMMANDS.find((name) => name.startsWith(word!));
  const skipped = space!.length + (named === undefined ? 0 : word!.length);
  if (named === 'modify' || named === 'modify_strict') return unmodelled({ text: word!, at: line.at + space!.length });
  const command = named ?? 'add';
  const rest = { text: line.text.slice(skipped), at: line.at + skipped };
  return { command, reading: readFlow(rest, command, context) };
}

function usableFormats(whole: Piece, formats: Formats, { version = 'OpenFlow10' }: FlowContext): Formats {
  const allowed = ALLOWED[version];
  if ((formats & allowed) !== 0) return formats & allowed;
  const [usable, among] = [formatsText(formats), formatsText(allowed)];
  const what = `none of the usable flow formats (${usable}) is among the allowed flow formats (${among})`;
  const versions = (Object.keys(ALLOWED) as OpenFlowVersion[]).filter((name) => (formats & ALLOWED[name]) !== 0);
  return wrong(whole, 'version', what, versions.map((name) => `-O ${name}`).join(', '));
}
