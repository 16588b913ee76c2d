/**
 * One flow, word by word. Read first: ovs-ofctl(8) "Flow Syntax", lib/ofp-flow.c (parse_ofp_str).
 */
import { FLOW_FIELDS, type Flow, type FlowTest } from '../../filter/flow.ts';
import type { FlowSelection } from '../../filter/flow-selection.ts';
import { NO_TABLE, readActions, readTable } from './actions.ts';
import { checkActions, formatsOfMatch } from './check.ts';
import { FIELDS, modelField, onesOf } from './fields.ts';
import { readFieldValue } from './field-values.ts';
import { bytesOf, held } from './held.ts';
import { heldMatch, normalized, refuseContradictions } from './held-match.ts';
import { matchText, PROTOCOL_WORDS } from './match-text.ts';
import { Match } from './match.ts';
import { scanUnsigned, wholeNumber } from './numbers.ts';
import { OTHER_FIELDS, OTHER_KEYS } from './other-words.ts';
import { pairsOf, type Pair } from './pairs.ts';
import { modelPort, readPort, type PortNumbers } from './ports.ts';
import { refusedBySwitch, unmodelled, wrong, type Piece } from './problem.ts';
import { ANY, NXM_OF11_UP, OF12_UP, WITH_TABLE, type Formats, type OpenFlowVersion } from './protocols.ts';
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

export type Command = 'add' | 'delete' | 'delete_strict';

export interface Reading {
  readonly formats: Formats;
  /** As the switch has it, when it is sent in the first of these formats. */
  hold(usable: Formats): HeldFlow;
}

export interface HeldFlow {
  readonly flow: Flow;
  readonly selection: FlowSelection;
}

/** Open vSwitch keeps its own flows there. */
const OWN_TABLE = 254;
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

export function readFlow(whole: Piece, command: Command, context: FlowContext): Reading {
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
  return {
    formats: state.formats,
    hold: (usable) => {
      if (command === 'add' && table === OWN_TABLE) refusedBySwitch(whole, 'table', 'OFPBRC_EPERM', '0〜253');
      refuseContradictions(kept, usable, whole);
      const tests = testsOf(heldMatch(kept, usable));
      const actions = held(written, match, version, table === NO_TABLE ? 0 : table);
      return { flow: flowOf(whole, state, tests, actions), selection: selectionOf(state, tests) };
    },
  };
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
    cookie: `0x${state.cookie.toString(16)}`,
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

/** In the order of {@link FLOW_FIELDS}, whatever the order of the words was. */
function testsOf(match: Match): FlowTest[] {
  const tests = match.slots.map((slot) => {
    const { value, mask } = match.get(slot);
    const field = modelField(slot, match.isArp);
    const bytes = FLOW_FIELDS[field] / 8;
    // ARP's operation is 16 bits in the packet, 8 in Open vSwitch.
    const wide = field === 'arp_op' ? onesOf(16) : mask;
    return { field, value: bytesOf(value, bytes), mask: bytesOf(wide, bytes) };
  });
  const order = Object.keys(FLOW_FIELDS);
  return tests.sort((one, other) => order.indexOf(one.field) - order.indexOf(other.field));
}

// --- One word of it

const STATISTICS = new Set(['duration', 'n_packets', 'n_bytes', 'idle_age', 'hard_age']);

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
  else if (!STATISTICS.has(name)) wrong(key, 'keyword', `unknown keyword ${name}`, expectedKeys(state));
}

/** With a mask it is one to look for. */
function readCookie(value: Piece, state: State): void {
  const slash = value.text.indexOf('/');
  const isAddition = state.command === 'add';
  if (slash < 0) {
    if (!isAddition) {
      const how = `cannot set cookie (to match on a cookie, specify a mask, e.g. cookie=${value.text}/-1)`;
      wrong(value, 'cookie', how, `${value.text}/-1`);
    }
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
