/** The table of behaviours across products: `content/evidence/matrix.yaml`, checked as lab files are. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { checkScenario } from '../lab/lab-file.ts';
import { scenarioOf, type Column, type Row, type Sending } from '../lab/comparison.ts';
import type { SwitchSpec } from '../lab/scenario.ts';

const FILE = 'content/evidence/matrix.yaml';

/** What a column's outcome has to be; null: the row does not apply to it. */
export interface Expected {
  readonly outcome: string;
  readonly rule: string | null;
}

export interface Matrix {
  readonly columns: readonly Column[];
  readonly rows: readonly (Row & { readonly expect: Readonly<Record<string, Expected | null>> })[];
}

/** Parts of a switch that a row sets in another way. */
interface Override {
  readonly rules?: string;
  readonly options?: Readonly<Record<string, string | number>>;
  readonly ports?: Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;
}

interface File {
  readonly columns: readonly { readonly id: string; readonly name: string; readonly switch: unknown }[];
  readonly rows: readonly {
    readonly id: string;
    readonly title: string;
    readonly note?: string;
    readonly frame: Sending;
    readonly before?: readonly Sending[];
    readonly set?: Readonly<Record<string, Override>>;
    readonly expect: Readonly<Record<string, string>>;
  }[];
}

/** @throws Error where a switch is set in a way that its product does not know. */
export function readMatrix(): Matrix {
  const { columns: given, rows } = parse(readFileSync(FILE, 'utf8')) as File;
  const columns = given.map(({ id, name, switch: spec }) => ({ id, name, switch: checked(id, spec) }));
  return {
    columns,
    rows: rows.map(({ set = {}, before = [], expect, ...row }) => ({
      ...row,
      before,
      set: Object.fromEntries(
        Object.entries(set).map(([id, override]) => {
          const { switch: spec } = given.find((column) => column.id === id)!;
          return [id, checked(`${row.id} ${id}`, merged(spec as Override, override))];
        }),
      ),
      without: columns.map(({ id }) => id).filter((id) => expect[id] === '—'),
      expect: Object.fromEntries(Object.entries(expect).map(([id, text]) => [id, expectedOf(text)])),
    })),
  };
}

/** `p2 u1:C10`, or `drop vlan-mismatch OVS-13`, or `—`. */
function expectedOf(text: string): Expected | null {
  if (text === '—') return null;
  const [, outcome, rule] = /^(drop [\w-]+) (\S+)$/.exec(text) ?? [null, text, null];
  return { outcome: outcome!, rule: rule ?? null };
}

function merged(spec: Override, { rules = '', options = {}, ports = {} }: Override): unknown {
  const all = Object.entries({ ...spec.ports, ...ports }).map(([port, own]) => [
    port,
    own === null ? null : { ...spec.ports?.[port], ...own },
  ]);
  return {
    ...spec,
    rules,
    options: { ...spec.options, ...options },
    ports: Object.fromEntries(all.filter(([, own]) => own !== null)),
  };
}

function checked(where: string, spec: unknown): SwitchSpec {
  const bare = scenarioOf({ id: where, name: where, switch: spec as SwitchSpec });
  const scenario = checkScenario(bare);
  if (Array.isArray(scenario)) throw new Error(`${FILE} ${where}: ${JSON.stringify(scenario)}`);
  return scenario.switches['sw']!;
}
