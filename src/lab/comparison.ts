/**
 * The same frame through several switches: what came of it in each, and the first stage at which they part.
 */
import type { Decision, Stage } from '../outcome/decision.ts';
import { STAGES } from '../outcome/decision.ts';
import type { ReasonId } from '../outcome/reasons.ts';
import { fromHex } from '../wire/bytes.ts';
import { formatTag } from '../wire/dot1q.ts';
import { padToWire, parseEthernet } from '../wire/ethernet.ts';
import { isMalformed } from '../wire/malformed.ts';
import type { Scenario, SwitchSpec } from './scenario.ts';
import { makeSwitches, type SwitchMakers, type SwitchNode } from './switch-node.ts';

/** A switch to compare: a product in one of its settings. */
export interface Column {
  readonly id: string;
  readonly name: string;
  readonly switch: SwitchSpec;
}

export interface Sending {
  readonly from: string;
  /** The whole frame. */
  readonly hex: string;
  /** Seconds that pass before it. */
  readonly after?: number;
  /** As it is, although a physical link would have filled it up to 60 bytes. */
  readonly isBare?: boolean;
}

export interface Row {
  readonly id: string;
  readonly title: string;
  readonly note?: string;
  readonly frame: Sending;
  /** What the switches have seen before. */
  readonly before: readonly Sending[];
  /** Columns that are set otherwise in this row, whole. */
  readonly set: Readonly<Record<string, SwitchSpec>>;
  /** Columns to which the row does not apply. */
  readonly without: readonly string[];
}

export interface ColumnOutcome {
  readonly column: string;
  /** Where copies went and with which tags, `p2 u1:C10`; of a frame without any why not, `drop vlan-mismatch`. */
  readonly outcome: string;
  /** The rule by which it was lost; null: it was not. */
  readonly rule: string | null;
  readonly decisions: readonly Decision[];
  readonly ports: readonly string[];
}

export interface RowOutcome {
  readonly columns: readonly ColumnOutcome[];
  /** Null: all do the same. */
  readonly partsAt: Stage | null;
}

/** Stations behind the ports that every column has: their NICs' addresses are the frames' own. */
const STATIONS: Readonly<Record<string, readonly [name: string, mac: string]>> = {
  p1: ['VM-A', '02:00:00:00:00:0a'],
  p2: ['VM-B', '02:00:00:00:00:0b'],
  p3: ['VM-C', '02:00:00:00:00:0c'],
};

/** Who owns an address in a comparison. */
export function stationOf(mac: string): string | null {
  return Object.values(STATIONS).find(([, own]) => own === mac)?.[0] ?? null;
}

export function compare(row: Row, columns: readonly Column[], makers: SwitchMakers): RowOutcome {
  const outcomes = columns
    .filter(({ id }) => !row.without.includes(id))
    .map((column) => play(row, { ...column, switch: row.set[column.id] ?? column.switch }, makers));
  return { columns: outcomes, partsAt: partingStage(outcomes) };
}

/** The column alone in a lab, its stations linked to its ports. */
export function scenarioOf({ switch: spec }: Column): Scenario {
  const guests = Object.keys(spec.ports).filter((port) => port in STATIONS);
  return {
    id: 'comparison',
    title: '',
    summary: '',
    switches: { sw: spec },
    hosts: Object.fromEntries(
      guests.map((port) => {
        const [name, mac] = STATIONS[port]!;
        return [name, { role: 'guest' as const, nics: { eth0: mac }, interfaces: [] }];
      }),
    ),
    links: guests.map((port) => [`${STATIONS[port]![0]}.eth0`, `sw.${port}`] as const),
    run: [],
  };
}

/** Hexadecimal digits, with blanks wherever they help. */
export function bytesOf(hex: string): Uint8Array {
  return fromHex(hex.replaceAll(' ', '')) ?? new Uint8Array(0);
}

function play({ frame, before }: Row, column: Column, makers: SwitchMakers): ColumnOutcome {
  const node = makeSwitches(scenarioOf(column), makers).get('sw')!;
  let nowMs = 0;
  const send = ({ from, hex, after = 0, isBare = false }: Sending): ReturnType<SwitchNode['receive']> => {
    nowMs += after * 1000;
    const bytes = bytesOf(hex);
    const isOnWire = column.switch.ports[from]?.role === 'uplink' && !isBare;
    return node.receive(from, isOnWire ? padToWire(bytes) : bytes, nowMs);
  };
  for (const each of before) send(each);
  const { copies, decisions } = send(frame);
  const lost = decisions.find(({ verdict }) => verdict === 'drop');
  const seen = copies.map(({ port, bytes }) => `${port}${tagsOf(bytes)}`).toSorted();
  return {
    column: column.id,
    outcome: seen.length > 0 ? seen.join(' ') : `drop ${lost?.reason ?? ''}`,
    rule: seen.length > 0 ? null : (lost?.rule ?? null),
    decisions,
    ports: copies.map(({ port }) => port),
  };
}

/** `:C10,C30` */
function tagsOf(bytes: Uint8Array): string {
  const frame = parseEthernet(bytes);
  if (isMalformed(frame) || frame.tags.length === 0) return '';
  return `:${frame.tags.map(formatTag).join(',').replaceAll(' ', '')}`;
}

// --- Where they part

/** Says nothing at this stage that others could contradict. */
const ANY = '*';

/**
 * A switch that has lost the frame says nothing at later stages: it parts from the others where it lost it. What the frame
 * has taught counts only where all have done the same with it.
 */
function partingStage(outcomes: readonly ColumnOutcome[]): Stage | null {
  const signatures = outcomes.map(({ decisions, outcome }) => signaturesOf(decisions, outcome));
  const parts = (stage: Stage): boolean =>
    new Set(signatures.map((signature) => signature.get(stage)).filter((text) => text !== ANY)).size > 1;
  return STAGES.find((stage) => stage !== 'learning' && parts(stage)) ?? (parts('learning') ? 'learning' : null);
}

const TAUGHT: ReadonlySet<ReasonId> = new Set(['learned', 'entry-moved']);

/** What a stage did, in words that are the same for all products. */
function signaturesOf(decisions: readonly Decision[], outcome: string): Map<Stage, string> {
  const signatures = new Map<Stage, string>();
  const isLost = outcome.startsWith('drop');
  for (const stage of STAGES) signatures.set(stage, '');
  for (const { stage, verdict, reason, values, port } of decisions) {
    if (verdict === 'drop' && isLost) signatures.set(stage, 'lost');
    else if (stage === 'vlan' && verdict === 'pass') {
      signatures.set(stage, values['how'] === 'unaware' ? ANY : `VLAN ${String(values['vid'] ?? 0)}`);
    } else if (reason !== null && TAUGHT.has(reason)) signatures.set('learning', 'learned');
    else if (reason === 'flooded') signatures.set('lookup', 'flooded');
    else if (stage === 'lookup' && verdict === 'pass') signatures.set('lookup', `known ${port ?? ''}`);
  }
  if (!isLost) signatures.set('egress', outcome);
  return signatures;
}
