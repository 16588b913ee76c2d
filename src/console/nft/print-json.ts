/**
 * A ruleset as `nft -j list ruleset` prints it.
 *
 * Read first: libnftables-json(5). What surprises: handles are part of it. Here they are those of a kernel that was given the
 * whole ruleset at once: of a table its chains come first, then its sets, then its rules, and a set without a name takes one
 * before its rule. The comment of a chain is not told.
 */
import {
  isNameTest,
  type Chain,
  type NamedSet,
  type Rule,
  type Ruleset,
  type Table,
  type Test,
} from '../../filter/ruleset.ts';
import { elementsOf, typeOf, type Handles, type ListOptions } from './print.ts';
import { ruleJson } from './print-rule.ts';
import type { Json } from './print-values.ts';

export function handlesOf({ tables }: Ruleset): Handles {
  const handles = new Map<Table | NamedSet | Chain | Rule, number>();
  tables.forEach((table, index) => {
    handles.set(table, index + 1);
    let next = 1;
    for (const part of [...table.chains, ...table.sets]) handles.set(part, next++);
    for (const rule of table.chains.flatMap(({ rules }) => rules)) {
      next += rule.tests.filter(hasAnonymousSet).length;
      handles.set(rule, next++);
    }
  });
  return { ofTable: (table) => handles.get(table) ?? 0, of: (part) => handles.get(part) ?? 0 };
}

function hasAnonymousSet(test: Test): boolean {
  return isNameTest(test) ? test.names.length > 1 : test.intervals.length > 1;
}

const METAINFO: Json = {
  metainfo: { version: '1.0.6', release_name: 'Lester Gooch #5', json_schema_version: 1 },
};

/** `only`: of the table nothing but this. */
export function rulesetJson(
  ruleset: Ruleset,
  { countsOf }: Pick<ListOptions, 'countsOf'>,
  table?: Table,
  only?: Chain | NamedSet,
): string {
  const handles = handlesOf(ruleset);
  const tables = ruleset.tables.filter((each) => table === undefined || each === table);
  const all = tables.flatMap((each) => {
    const sets = each.sets.filter((set) => only === undefined || set === only);
    const chains = each.chains.filter((chain) => only === undefined || chain === only);
    return [
      ...(only === undefined
        ? [{ table: { family: each.family, name: each.name, handle: handles.ofTable(each) } }]
        : []),
      ...sets.map((set) => ({ set: setJson(each, set, handles) })),
      ...chains.map((chain) => ({ chain: chainJson(each, chain, handles) })),
      ...chains.flatMap((chain) =>
        chain.rules.map((rule) => ({
          rule: {
            family: each.family,
            table: each.name,
            chain: chain.name,
            handle: handles.of(rule),
            ...(rule.comment !== undefined && { comment: rule.comment }),
            expr: ruleJson(rule, countsOf(rule)),
          },
        })),
      ),
    ] satisfies Json[];
  });
  return `${spaced({ nftables: [METAINFO, ...all] })}\n`;
}

function setJson(table: Table, set: NamedSet, handles: Handles): Json {
  const elements = elementsOf(set).map(({ json }) => json);
  const { flags = [] } = set;
  return {
    family: table.family,
    name: set.name,
    table: table.name,
    type: typeOf(set),
    handle: handles.of(set),
    ...(flags.length > 0 && { flags }),
    ...(elements.length > 0 && { elem: elements }),
  };
}

function chainJson(table: Table, chain: Chain, handles: Handles): Json {
  const { base } = chain;
  return {
    family: table.family,
    table: table.name,
    name: chain.name,
    handle: handles.of(chain),
    ...(base !== undefined && { type: 'filter', hook: base.hook, prio: base.priority, policy: base.policy }),
  };
}

/** jansson's way: a blank behind each comma and colon. */
function spaced(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, each]) => `${JSON.stringify(name)}: ${spaced(each as Json)}`)
    .join(', ')}}`;
}
