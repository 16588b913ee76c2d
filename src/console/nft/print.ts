/**
 * A ruleset as `nft list ruleset` prints it, and as commands that load it.
 *
 * Read first: nftables 1.0.6 src/rule.c (table_print, chain_print_declaration, set_print_declaration, std_prios), src/expression.c
 * (calculate_delim). What surprises: sets stand before chains; a named priority is used within ten of its number; how many
 * elements of a set stand on a line depends on their type.
 */
import type { Chain, Hook, NamedSet, Rule, Ruleset, Table } from '../../filter/ruleset.ts';
import { SET_TYPES, setTypeOf, type FieldSpec } from './fields.ts';
import { exactRule } from './print-exact.ts';
import { printRule, type Counts } from './print-rule.ts';
import { ascending, boundsOf, merged, printElements, type Printed } from './print-values.ts';

export interface ListOptions {
  /** Counts of a rule; null leaves the numbers of counters out. */
  readonly countsOf: (rule: Rule) => Counts | null;
  /** `-a`: handles as they are where the ruleset was loaded at once. */
  readonly handles: Handles | null;
}

const ZERO: Counts = { packets: 0, bytes: 0 };
const USUAL: ListOptions = { countsOf: () => ZERO, handles: null };

export interface Handles {
  ofTable(table: Table): number;
  of(part: NamedSet | Chain | Rule): number;
}

export function printRuleset({ tables }: Ruleset, options: ListOptions = USUAL): string {
  return tables.map((table) => printTable(table, options)).join('');
}

/** `list table`; of a chain or a set alone the table stands around it as well. */
export function printTable(table: Table, options: ListOptions = USUAL, only?: Chain | NamedSet): string {
  const { handles } = options;
  const sets = table.sets.filter((set) => only === undefined || set === only);
  const chains = table.chains.filter((chain) => only === undefined || chain === only);
  const blocks = [
    ...sets.map((set) => printSetBlock(set, handles)),
    ...chains.map((chain) => printChainBlock(chain, options)),
  ];
  const handle = handles === null || only !== undefined ? '' : ` # handle ${handles.ofTable(table)}`;
  return `table ${table.family} ${table.name} {${handle}\n${blocks.join('\n')}}\n`;
}

function handleOf(handles: Handles | null, part: NamedSet | Chain | Rule): string {
  return handles === null ? '' : ` # handle ${handles.of(part)}`;
}

// --- Sets

/** Elements a line; without a line one. */
const PER_LINE: Partial<Record<FieldSpec['type'], number>> = { ip: 2, service: 5, protocol: 5 };

function printSetBlock(set: NamedSet, handles: Handles | null): string {
  const lines = [`set ${set.name} {${handleOf(handles, set)}`, `\ttype ${typeOf(set)}`];
  const { flags = [] } = set;
  if (flags.length > 0) lines.push(`\tflags ${flags.join(',')}`);
  const elements = elementsOf(set).map(({ text }) => text);
  if (elements.length > 0) {
    const perLine = PER_LINE[set.type as FieldSpec['type']] ?? 1;
    const rows = Array.from({ length: Math.ceil(elements.length / perLine) }, (_, row) =>
      elements.slice(row * perLine, (row + 1) * perLine).join(', '),
    );
    lines.push(`\telements = { ${rows.join(',\n\t\t\t     ')} }`);
  }
  return `${lines.map((line) => `\t${line}\n`).join('')}\t}\n`;
}

export function typeOf({ type }: NamedSet): string {
  return setTypeOf({ type } as FieldSpec);
}

/** In ascending order; what touches stays apart in a set that has a name. */
export function elementsOf(set: NamedSet): Printed[] {
  const spec = SET_TYPES[typeOf(set)]!;
  const all = boundsOf(set.intervals, spec);
  const distinct = ascending(all).filter(
    ({ low, high }, index, sorted) => sorted[index - 1]?.low !== low || sorted[index - 1]?.high !== high,
  );
  return printElements(set.flags?.includes('interval') === true ? distinct : merged(all), spec);
}

// --- Chains

/** netfilter_bridge.h; filter is every hook's. */
const PRIORITIES: readonly (readonly [name: string, priority: number, hook: Hook | null])[] = [
  ['dstnat', -300, 'prerouting'],
  ['filter', -200, null],
  ['out', 100, 'output'],
  ['srcnat', 300, 'postrouting'],
];
const NEAR = 10;

export function priorityText(priority: number, hook: Hook): string {
  const near = PRIORITIES.find(
    ([, value, only]) => (only === null || only === hook) && Math.abs(priority - value) <= NEAR,
  );
  if (near === undefined) return String(priority);
  const offset = priority - near[1];
  if (offset === 0) return near[0];
  return `${near[0]} ${offset < 0 ? '-' : '+'} ${Math.abs(offset)}`;
}

function declarationOf({ base, comment }: Chain): string[] {
  return [
    ...(comment === undefined ? [] : [`comment "${comment}"`]),
    ...(base === undefined
      ? []
      : [`type filter hook ${base.hook} priority ${priorityText(base.priority, base.hook)}; policy ${base.policy};`]),
  ];
}

function printChainBlock(chain: Chain, { countsOf, handles }: ListOptions): string {
  const lines = [
    ...declarationOf(chain),
    ...chain.rules.map((rule) => printRule(rule, countsOf(rule)) + handleOf(handles, rule)),
  ];
  return `\tchain ${chain.name} {${handleOf(handles, chain)}\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}\n`;
}

// --- Commands

function nameOf({ family, name }: Table): string {
  return `${family} ${name}`;
}

/** What `nft` is told to load it piece by piece; what a rule speaks of is made before. */
export function rulesetCommands({ tables }: Ruleset): string[] {
  return [
    ...tables.flatMap((table) => [
      `add table ${nameOf(table)}`,
      ...table.sets.map((set) => `add set ${nameOf(table)} ${set.name} ${setCommand(set)}`),
    ]),
    ...inOrderOfMaking(tables).map(
      ({ table, chain }) => `add chain ${nameOf(table)} ${chain.name}${chainCommand(chain)}`,
    ),
    ...tables.flatMap((table) =>
      table.chains.flatMap((chain) =>
        chain.rules.map((rule) => `add rule ${nameOf(table)} ${chain.name} ${exactRule(rule, table.sets)}`),
      ),
    ),
  ];
}

/** Of base chains of one priority the youngest runs first, whatever their tables. Others stay where they are in theirs. */
function inOrderOfMaking(tables: readonly Table[]): { table: Table; chain: Chain }[] {
  const all = tables.flatMap((table) => {
    let serial = 0;
    return table.chains.map((chain) => {
      serial = chain.base?.serial ?? serial;
      return { table, chain, serial };
    });
  });
  return all.sort((one, other) => one.serial - other.serial);
}

function setCommand(set: NamedSet): string {
  const { flags = [] } = set;
  const elements = elementsOf(set).map(({ text }) => text);
  const parts = [
    `type ${typeOf(set)};`,
    ...(flags.length > 0 ? [`flags ${flags.join(',')};`] : []),
    ...(elements.length > 0 ? [`elements = { ${elements.join(', ')} };`] : []),
  ];
  return `{ ${parts.join(' ')} }`;
}

function chainCommand(chain: Chain): string {
  const declaration = declarationOf(chain).map((line) => (line.endsWith(';') ? line : `${line};`));
  return declaration.length === 0 ? '' : ` { ${declaration.join(' ')} }`;
}
