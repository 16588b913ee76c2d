/**
 * Flows as `ovs-ofctl` takes them: `add-flow`, `add-flows` with a file, `del-flows` and what `dump-flows` has printed.
 *
 * It does as the real tool does, mistakes included: what the tool takes is taken, what it refuses is refused with its words, a
 * field that the packet type does not have is dropped. What the tool knows and this engine does not model is refused as such.
 * Read first: ovs-ofctl(8) "Flow Syntax", lib/ofp-flow.c (parse_ofp_str).
 */
import type { Flow, FlowTest } from '../../filter/flow.ts';
import type { FlowSelection } from '../../filter/flow-selection.ts';
import { NO_TABLE, readActions, readTable } from './actions.ts';
import { checkActions, formatsOfMatch } from './check.ts';
import { FIELDS, modelField, onesOf } from './fields.ts';
import { readFieldValue } from './field-values.ts';
import { bytesOf, held } from './held.ts';
import { matchText, PROTOCOL_WORDS } from './match-text.ts';
import { heldMatch, normalized } from './held-match.ts';
import { Match } from './match.ts';
import { scanUnsigned, UINT64_MAX, wholeNumber } from './numbers.ts';
import { OTHER_FIELDS, OTHER_KEYS } from './other-words.ts';
import { pairsOf, type Pair } from './pairs.ts';
import { modelPort, readPort, type PortNumbers } from './ports.ts';
import { answerOf, unmodelled, wrong, type FlowProblem, type Piece } from './problem.ts';
import {
  ALLOWED,
  ANY,
  formatsText,
  NXM_OF11_UP,
  OF12_UP,
  WITH_TABLE,
  type Formats,
  type OpenFlowVersion,
} from './protocols.ts';
import { readBitsValue, readSubfield } from './set-actions.ts';

export interface FlowContext {
  /** OpenFlow port numbers by name; without it, ports have to be numbers. */
  readonly ports?: PortNumbers;
  /** `-O`; OpenFlow 1.0 without it. */
  readonly version?: OpenFlowVersion;
  /** Is told what the tool writes into its log while it takes the flow. */
  readonly onNormalized?: (change: Normalization) => void;
}

/** The match has lost fields that packets of its type do not have; both as the tool prints them. */
export interface Normalization {
  readonly before: string;
  readonly after: string;
}

/** What `add-flow` takes. */
export function parseFlow(text: string, context: FlowContext = {}): Flow | FlowProblem {
  return answerOf(() => {
    const reading = readFlow({ text, at: 0 }, 'add', context);
    requireFormat({ text, at: 0 }, reading.formats, context);
    return reading.flow;
  });
}

/** What `del-flows` takes; `--strict` is said with the command. */
export function parseDeletion(
  text: string,
  command: 'delete' | 'delete_strict',
  context: FlowContext = {},
): FlowSelection | FlowProblem {
  return answerOf(() => {
    const reading = readFlow({ text, at: 0 }, command, context);
    requireFormat({ text, at: 0 }, reading.formats, context);
    return reading.selection;
  });
}

export type FlowCommand =
  { readonly kind: 'add'; readonly flow: Flow } | { readonly kind: 'delete'; readonly selection: FlowSelection };

/**
 * A file for `add-flows`: a flow a line, which may begin with `add`, `delete` or `delete_strict`; `#` begins a comment. It is
 * taken whole or not at all. `name`: of the file, for complaints.
 */
export function parseFlows(text: string, context: FlowContext = {}, name = 'flows.txt'): FlowCommand[] | FlowProblem {
  const commands: FlowCommand[] = [];
  let formats: Formats = ANY;
  let at = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const [piece] = withoutComment({ text: line, at });
    at += line.length + 1;
    if (piece === undefined) continue;
    const reading = answerOf(() => readLine(piece, context));
    if ('complaint' in reading) return inFile(reading, name, index + 1);
    formats &= reading.formats;
    commands.push(reading.command);
  }
  const problem = answerOf(() => requireFormat({ text, at: 0 }, formats, context));
  return problem === undefined ? commands : problem;
}

/** None where nothing stands before the comment. */
function withoutComment({ text, at }: Piece): Piece[] {
  const code = text.replace(/#.*$/s, '');
  return /^[ \t\v\f\r]*$/.test(code) ? [] : [{ text: code, at }];
}

function inFile(problem: FlowProblem, name: string, line: number): FlowProblem {
  return { ...problem, complaint: problem.complaint.replace(/^ovs-ofctl: /, () => `ovs-ofctl: ${name}:${line}: `) };
}

type Command = 'add' | 'delete' | 'delete_strict';
const COMMANDS = ['add', 'delete', 'delete_strict', 'modify', 'modify_strict'] as const;

/** A command may be cut short: `d` is `delete`. */
function readLine(line: Piece, context: FlowContext): { command: FlowCommand; formats: Formats } {
  const [, space, word] = /^([ \t\r\n]*)([^, \t\r\n]*)/.exec(line.text)!;
  const command = word === '' ? undefined : COMMANDS.find((name) => name.startsWith(word!));
  const skipped = space!.length + (command === undefined ? 0 : word!.length);
  if (command === 'modify' || command === 'modify_strict') unmodelled({ text: word!, at: line.at + space!.length });
  const rest = { text: line.text.slice(skipped), at: line.at + skipped };
  const { formats, flow, selection } = readFlow(rest, command ?? 'add', context);
  const isDeletion = command !== undefined && command !== 'add';
  return { formats, command: isDeletion ? { kind: 'delete', selection } : { kind: 'add', flow } };
}

// --- One flow

interface Reading {
  readonly flow: Flow;
  readonly selection: FlowSelection;
  readonly formats: Formats;
}

const DEFAULT_PRIORITY = 32_768;

/** What has been read so far. */
interface State {
  readonly command: Command;
  readonly ports: PortNumbers;
  readonly match: Match;
  formats: Formats;
  table: number;
  priority: number;
  idleTimeoutS: number;
  hardTimeoutS: number;
  cookie: bigint;
  selection: Pick<FlowSelection, 'cookie' | 'outPort'>;
}

function readFlow(whole: Piece, command: Command, context: FlowContext): Reading {
  const { ports = {}, version = 'OpenFlow10' } = context;
  const [matches, actionList] = command === 'add' ? extractActions(whole) : [whole, null];
  const state: State = {
    command,
    ports,
    match: new Match(),
    formats: ANY,
    table: NO_TABLE,
    priority: DEFAULT_PRIORITY,
    idleTimeoutS: 0,
    hardTimeoutS: 0,
    cookie: 0n,
    selection: { cookie: null, outPort: null },
  };
  for (const pair of pairsOf(matches)) readPair(pair, state);
  const { match, table } = state;
  refuseNeighbours(match, whole);
  state.formats &= formatsOfMatch(match);
  const written = actionList === null ? [] : readActions(actionList, ports);
  if (actionList !== null) {
    state.formats &= checkActions(written, match, table);
    if (state.formats === 0) {
      wrong(whole, 'match', 'actions are invalid with specified match (OFPBAC_MATCH_INCONSISTENT)', '');
    }
  }
  const kept = normalized(match);
  if (!kept.equals(match)) context.onNormalized?.({ before: matchText(match), after: matchText(kept) });
  const usable = state.formats & ALLOWED[version];
  const tests = usable === 0 ? [] : testsOf(heldMatch(kept, usable, whole));
  const actions = usable === 0 ? [] : held(written, match, version, table === NO_TABLE ? 0 : table);
  return { formats: state.formats, flow: flowOf(whole, state, tests, actions), selection: selectionOf(state, tests) };
}

/** What ARP and TCP keep in these places, neighbour discovery uses for its own. */
function refuseNeighbours(match: Match, whole: Piece): void {
  const slots = ['arp_sha', 'arp_tha', 'tcp_flags'] as const;
  if (match.meets('icmp6') && slots.some((slot) => match.get(slot).mask !== 0n)) unmodelled(whole);
}

function flowOf(whole: Piece, state: State, match: readonly FlowTest[], actions: Flow['actions']): Flow {
  return {
    table: state.table === NO_TABLE ? 0 : state.table,
    priority: state.priority,
    cookie: `0x${(state.cookie === UINT64_MAX ? 0n : state.cookie).toString(16)}`,
    match,
    actions,
    ...(state.idleTimeoutS === 0 ? {} : { idleTimeoutS: state.idleTimeoutS }),
    ...(state.hardTimeoutS === 0 ? {} : { hardTimeoutS: state.hardTimeoutS }),
    text: whole.text.trim(),
  };
}

function selectionOf(state: State, match: readonly FlowTest[]): FlowSelection {
  return {
    table: state.table === NO_TABLE ? null : state.table,
    priority: state.command === 'delete_strict' ? state.priority : null,
    match,
    ...state.selection,
  };
}

/** The first `action` in the text ends the match, wherever it stands, and the next `=` begins the actions. */
function extractActions(whole: Piece): [matches: Piece, actions: Piece] {
  const { text, at } = whole;
  const word = text.indexOf('action');
  const sign = text.indexOf('=', word + 1);
  if (word < 0 || sign < 0) {
    return wrong({ text: '', at: at + text.length }, 'actions', 'must specify an action', 'actions=…');
  }
  return [
    { text: text.slice(0, word), at },
    { text: text.slice(sign + 1), at: at + sign + 1 },
  ];
}

export function testsOf(match: Match): FlowTest[] {
  return match.slots.map((slot) => {
    const { value, mask } = match.get(slot);
    const field = modelField(slot, match.isArp);
    const bytes = FIELD_BYTES[field] ?? FIELDS.get(slot)!.bytes;
    // ARP's operation is 16 bits in the packet, 8 in Open vSwitch.
    const wide = field === 'arp_op' ? onesOf(16) : mask;
    return { field, value: bytesOf(value, bytes), mask: bytesOf(wide, bytes) };
  });
}

const FIELD_BYTES: Readonly<Record<string, number>> = {
  ip_src: 4,
  ip_dst: 4,
  arp_spa: 4,
  arp_tpa: 4,
  arp_op: 2,
  ip_proto: 1,
  ip_tos: 1,
  ip_ttl: 1,
  ip_frag: 1,
  tp_src: 2,
  tp_dst: 2,
  ct_state: 1,
};

function requireFormat(whole: Piece, formats: Formats, { version = 'OpenFlow10' }: FlowContext): void {
  const allowed = ALLOWED[version];
  if ((formats & allowed) !== 0) return;
  const what = `none of the usable flow formats (${formatsText(formats)}) is among the allowed flow formats (${formatsText(allowed)})`;
  const versions = (Object.keys(ALLOWED) as OpenFlowVersion[]).filter((name) => (formats & ALLOWED[name]) !== 0);
  wrong(whole, 'version', what, versions.map((name) => `-O ${name}`).join(', '));
}

// --- One word of it

const STATISTICS = ['duration', 'n_packets', 'n_bytes', 'idle_age', 'hard_age'];

function readPair({ key, value }: Pair, state: State): void {
  const { match } = state;
  const name = key.text;
  const protocol = PROTOCOL_WORDS.find(([word]) => word === name);
  if (protocol !== undefined) {
    match.put('eth_type', BigInt(protocol[1]), onesOf(16));
    if (protocol[2] !== undefined) match.put('nw_proto', BigInt(protocol[2]), onesOf(8));
    return;
  }
  if (['eth', 'no_readonly_table', 'allow_hidden_fields'].includes(name)) return;
  const isAddition = state.command === 'add';
  if (isAddition && name === 'reset_counts') {
    state.formats &= OF12_UP;
    return;
  }
  const entry = FIELDS.get(name);
  if (entry !== undefined) {
    // Without a value it asks for nothing.
    const piece = value.text === '' ? { text: '0/0', at: value.at } : value;
    state.formats &= match.set(entry, readFieldValue(entry, piece, state.ports));
    return;
  }
  if (OTHER_FIELDS.has(name) && !/^[NO]/.test(name)) unmodelled(key);
  if (isAddition && OTHER_KEYS.has(name)) unmodelled(key);
  if (name.includes('[')) readBits(key, value, state);
  else if (value.text === '') wrong(key, 'keyword', `field ${name} missing value`, expectedKeys(state));
  else readProperty(key, value, state);
}

function expectedKeys({ command }: State): string {
  const properties = { add: 'table, priority, cookie, idle_timeout, hard_timeout', delete: 'table, cookie, out_port' };
  const names = command === 'delete_strict' ? `${properties.delete}, priority` : properties[command];
  return `${names}, ${PROTOCOL_WORDS.map(([word]) => word).join(', ')}, ${[...FIELDS.keys()].join(', ')}`;
}

/** `FIELD[FROM..TO]=VALUE` */
function readBits(key: Piece, value: Piece, state: State): void {
  const { match } = state;
  const { entry, from, bits } = readSubfield(key);
  const number = readBitsValue(key.text, value, entry, bits, `: ${value.text}`);
  const present = match.read(entry);
  const region = onesOf(bits) << BigInt(from);
  const merged = (present.value & ~region) | (number << BigInt(from));
  state.formats &= match.set(entry, { value: merged, mask: present.mask | region });
}

function readProperty(key: Piece, value: Piece, state: State): void {
  const { command } = state;
  const isAddition = command === 'add';
  const name = key.text;
  const number = (most: number): number =>
    wholeNumber(value.text, most) ?? wrong(value, 'value', `invalid ${name} "${value.text}"`, `0〜${most}`);
  if (name === 'table') {
    state.table = readTable(value) ?? wrong(value, 'table', `unknown table "${value.text}"`, '0〜254');
    if (state.table !== NO_TABLE) state.formats &= WITH_TABLE;
  } else if (name === 'priority' && command !== 'delete') state.priority = number(0xffff);
  else if (name === 'idle_timeout' && isAddition) state.idleTimeoutS = number(0xffff);
  else if (name === 'hard_timeout' && isAddition) state.hardTimeoutS = number(0xffff);
  else if (name === 'out_port' && !isAddition) {
    const port = readPort(value.text, state.ports);
    if (port === null)
      return wrong(value, 'port', `${value.text} is not a valid OpenFlow port`, Object.keys(state.ports).join(', '));
    state.selection = { ...state.selection, outPort: modelPort(port) };
  } else if (name === 'out_group' && !isAddition) unmodelled(key);
  else if (name === 'cookie') readCookie(value, state);
  else if (!STATISTICS.includes(name)) wrong(key, 'keyword', `unknown keyword ${name}`, expectedKeys(state));
}

/** With a mask it is one to look for. */
function readCookie(value: Piece, state: State): void {
  const slash = value.text.indexOf('/');
  const isAddition = state.command === 'add';
  if (slash < 0) {
    if (!isAddition) wrong(value, 'cookie', 'cannot set cookie', `${value.text}/-1`);
    state.cookie = cookieOf(value);
    return;
  }
  if (isAddition) wrong(value, 'cookie', 'flow additions cannot use a cookie mask', value.text.slice(0, slash));
  const cookie = cookieOf({ text: value.text.slice(0, slash), at: value.at });
  const mask = cookieOf({ text: value.text.slice(slash + 1), at: value.at + slash + 1 });
  if (mask !== 0n) state.formats &= NXM_OF11_UP;
  const isAny = mask === 0n;
  state.selection = {
    ...state.selection,
    cookie: isAny ? null : { value: `0x${cookie.toString(16)}`, mask: `0x${mask.toString(16)}` },
  };
}

function cookieOf(piece: Piece): bigint {
  if (piece.text === '') return wrong(piece, 'cookie', 'missing required numeric argument', '0x0');
  const scanned = scanUnsigned(piece.text);
  if (scanned === null || scanned.isOutOfRange || scanned.end !== piece.text.length) {
    return wrong(piece, 'cookie', `invalid numeric format ${piece.text}`, '0x0');
  }
  return scanned.value;
}
