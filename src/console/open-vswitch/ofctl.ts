/**
 * `ovs-ofctl`: flows and the OpenFlow side of ports. Read first: ovs-ofctl(8); the flows themselves are `console/openflow`.
 */
import type { FlowSelection } from '../../filter/flow-selection.ts';
import type { Flow } from '../../filter/flow.ts';
import type { OpenVswitchChange } from '../../switch/profiles/open-vswitch/change.ts';
import type { FlowContext, Normalization } from '../openflow/flow-reader.ts';
import { parseDeletion, parseFlow, parseFlows, type FlowCommand } from '../openflow/parser.ts';
import { answerOf, refuse, unmodelled, wrong, Refused, type FlowProblem, type Piece } from '../openflow/problem.ts';
import { ALLOWED, type OpenFlowVersion } from '../openflow/protocols.ts';

export interface OfctlContext {
  /** OpenFlow numbers of a bridge's ports by name; null: no such bridge. */
  readonly portsOf: (bridge: string) => Readonly<Record<string, number>> | null;
  /** What files that a command may name have in them. */
  readonly files?: Readonly<Record<string, string>>;
  readonly onNormalized?: (change: Normalization) => void;
}

export interface OfctlChange {
  readonly bridge: string;
  readonly changes: readonly OpenVswitchChange[];
}

/** Number of arguments. */
const COMMANDS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  'add-flow': [2, 2],
  'add-flows': [2, 2],
  'del-flows': [1, 2],
  'mod-port': [3, 3],
};

const OTHER_COMMANDS = new Set(
  (
    'show monitor snoop dump-desc dump-tables dump-table-features dump-table-desc dump-flows dump-aggregate queue-stats ' +
    'mod-flows replace-flows diff-flows dump-ports dump-ports-desc mod-table get-frags set-frags add-group add-groups mod-group ' +
    'del-groups insert-buckets remove-buckets dump-groups dump-group-stats dump-group-features add-meter mod-meter del-meter ' +
    'del-meters dump-meter dump-meters meter-stats meter-features packet-out bundle add-tlv-map del-tlv-map dump-tlv-map ' +
    'queue-get-config dump-ipfix-bridge dump-ipfix-flow ct-flush-zone ct-flush ofp-print parse-flow parse-flows probe ping'
  ).split(' '),
);

/** Options, and whether a value follows. */
const OPTIONS: Readonly<Record<string, boolean>> = {
  '-O': true,
  '--protocols': true,
  '--strict': false,
  '--bundle': false,
  '--names': false,
  '--no-names': false,
  '--no-stats': false,
  '-t': true,
  '--timeout': true,
};

export function runOfctl(words: readonly Piece[], context: OfctlContext): OfctlChange | FlowProblem {
  return answerOf(() => {
    const { versions, isStrict, rest } = readOptions(words);
    const name = rest[0];
    const names = Object.keys(COMMANDS).join(', ');
    const end = words.at(-1) ?? { text: '', at: 0 };
    if (name === undefined) return wrong(end, 'command', 'missing command name; use --help for help', names);
    if (OTHER_COMMANDS.has(name.text)) return unmodelled(name);
    const counts = Object.hasOwn(COMMANDS, name.text) ? COMMANDS[name.text]! : null;
    if (counts === null) return wrong(name, 'command', `unknown command '${name.text}'; use --help for help`, names);
    const given = rest.slice(1);
    const [least, most] = counts;
    const command = `'${name.text}' command`;
    if (given.length < least) wrong(name, 'arguments', `${command} requires at least ${least} arguments`, '');
    if (given.length > most) wrong(given[most]!, 'arguments', `${command} takes at most ${most} arguments`, '');
    return runCommand(name.text, given, context, { versions, isStrict });
  });
}

interface Settings {
  readonly versions: readonly OpenFlowVersion[];
  readonly isStrict: boolean;
}

function readOptions(words: readonly Piece[]): Settings & { readonly rest: readonly Piece[] } {
  let versions: readonly OpenFlowVersion[] = ['OpenFlow10'];
  let isStrict = false;
  let at = 0;
  for (; words[at]?.text.startsWith('-') === true && words[at]!.text !== '--'; at++) {
    const word = words[at]!;
    const isShort = word.text.startsWith('-O') && word.text !== '-O';
    const [name = '', value] = isShort ? ['-O', word.text.slice(2)] : word.text.split('=');
    const wantsValue = Object.hasOwn(OPTIONS, name) ? OPTIONS[name]! : null;
    if (wantsValue === null) {
      const what = name.startsWith('--')
        ? `unrecognized option '${word.text}'`
        : `invalid option -- '${name[1] ?? '-'}'`;
      return wrong(word, 'option', what, Object.keys(OPTIONS).join(', '));
    }
    if (wantsValue && value === undefined) at++;
    const argument = value === undefined ? (words[at] ?? word) : { ...word, text: value };
    if (name === '-O' || name === '--protocols') versions = readVersions(argument);
    if (name === '--strict') isStrict = true;
  }
  if (words[at]?.text === '--') at++;
  return { versions, isStrict, rest: words.slice(at) };
}

function readVersions(argument: Piece): OpenFlowVersion[] {
  const known = Object.keys(ALLOWED) as OpenFlowVersion[];
  const names = argument.text.split(',');
  for (const name of names) {
    if (/^OpenFlow1[125]$/.test(name)) unmodelled(argument);
    if (!known.includes(name as OpenFlowVersion)) {
      wrong(argument, 'version', `Unknown OpenFlow version: "${name}"`, known.join(', '));
    }
  }
  return known.filter((version) => names.includes(version));
}

function runCommand(name: string, words: readonly Piece[], context: OfctlContext, settings: Settings): OfctlChange {
  const bridge = words[0]!;
  const ports = context.portsOf(bridge.text);
  if (ports === null) return wrong(bridge, 'bridge', `${bridge.text} is not a bridge or a socket`, '');
  const done = (changes: readonly OpenVswitchChange[]): OfctlChange => ({ bridge: bridge.text, changes });
  if (name === 'mod-port') return done([modifyPort(bridge.text, words[1]!, words[2]!, ports)]);
  const flowContext: FlowContext = {
    ports,
    ...(context.onNormalized === undefined ? {} : { onNormalized: context.onNormalized }),
  };
  const text = words[1] ?? { text: '', at: bridge.at + bridge.text.length };
  if (name === 'add-flows') return done(flowChanges(readFile(text, context, flowContext, settings)));
  if (name === 'add-flow') {
    const flow = inFirstVersion(settings, (version) => parseFlow(text.text, { ...flowContext, version }));
    return done([{ kind: 'flows', flows: [taken<Flow>(flow, text)], replaces: false }]);
  }
  if (text.text === '-') return unmodelled(text);
  const command = settings.isStrict ? 'delete_strict' : 'delete';
  const selection = inFirstVersion(settings, (version) =>
    parseDeletion(text.text, command, { ...flowContext, version }),
  );
  return done([{ kind: 'del-flows', selections: [taken<FlowSelection>(selection, text)] }]);
}

/** Of the versions allowed, the first in which it can be said. */
function inFirstVersion<T extends object>(
  { versions }: Settings,
  read: (version: OpenFlowVersion) => T | FlowProblem,
): T | FlowProblem {
  let answer: T | FlowProblem | undefined;
  for (const version of versions) {
    answer = read(version);
    if (!('complaint' in answer) || answer.field !== 'version') return answer;
  }
  return answer!;
}

/** A mistake in a word is told with its place in the line. */
function taken<T extends object>(answer: T | FlowProblem, word: Piece): T {
  if ('complaint' in answer) throw new Refused({ ...answer, at: word.at + answer.at });
  return answer;
}

function readFile(
  word: Piece,
  { files = {} }: OfctlContext,
  context: FlowContext,
  settings: Settings,
): readonly FlowCommand[] {
  const content = Object.hasOwn(files, word.text) ? files[word.text] : undefined;
  if (content === undefined) {
    const what = `${word.text}: open failed (No such file or directory)`;
    return wrong(word, 'file', what, Object.keys(files).join(', '));
  }
  const commands = inFirstVersion(settings, (version) => parseFlows(content, { ...context, version }, word.text));
  if ('complaint' in commands) return refuse('openflow', word, commands.field, commands.complaint, commands.expected);
  return commands;
}

/** Flows that follow on each other are one change. */
function flowChanges(commands: readonly FlowCommand[]): OpenVswitchChange[] {
  const changes: OpenVswitchChange[] = [];
  let flows: Flow[] = [];
  const flush = (): void => {
    if (flows.length > 0) changes.push({ kind: 'flows', flows, replaces: false });
    flows = [];
  };
  for (const command of commands) {
    if (command.kind === 'add') {
      flows.push(command.flow);
      continue;
    }
    flush();
    changes.push({ kind: 'del-flows', selections: [command.selection] });
  }
  flush();
  return changes;
}

const PORT_WORDS = ['up', 'down', 'stp', 'receive', 'receive-stp', 'flood', 'forward', 'packet-in'];

/** A port by its name or number; words with and without `no-`, whose dash may be missing. */
function modifyPort(
  bridge: string,
  portWord: Piece,
  word: Piece,
  ports: Readonly<Record<string, number>>,
): OpenVswitchChange {
  const { text } = portWord;
  const named = Object.hasOwn(ports, text) ? text : Object.keys(ports).find((name) => String(ports[name]) === text);
  if (named === undefined) {
    return wrong(portWord, 'port', `${bridge}: couldn't find port \`${text}'`, Object.keys(ports).join(', '));
  }
  const plain = word.text.toLowerCase();
  if (!PORT_WORDS.includes(plain) && !PORT_WORDS.includes(plain.replace(/^no-?/, ''))) {
    const expected = PORT_WORDS.flatMap((each) => [each, `no-${each}`]).join(', ');
    return wrong(word, 'mod-port', `unknown mod-port command '${word.text}'`, expected);
  }
  return { kind: 'mod-port', port: named, word: plain };
}
