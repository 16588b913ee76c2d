/**
 * Whether calls between chains can be followed (nf_tables: nft_chain_validate): the chain is there, it is not one that a hook
 * calls, and no way from a hook is longer than 15 calls. A circle that no hook leads into is nobody's business.
 */
import type { Chain, Table } from '../../filter/ruleset.ts';
import type { Cursor } from './cursor.ts';

/** Linux: NFT_JUMP_STACK_SIZE. */
const JUMP_DEPTH = 16;

export interface Jump {
  readonly table: Table;
  readonly chain: string;
  /** Where it stands in the source. */
  readonly at: number;
}

/** `jumps`: those that the source at hand has added. */
export function checkCalls(cursor: Cursor, jumps: readonly Jump[]): void {
  const depths = new Map<Table, Map<string, number>>();
  for (const { table, chain, at } of jumps) {
    const target = table.chains.find(({ name }) => name === chain);
    if (target === undefined) {
      const callable = table.chains.filter(({ base }) => base === undefined);
      return cursor.fail('chain', at, chain, callable.map(({ name }) => name).join(', '));
    }
    if (target.base !== undefined) return cursor.fail('base-chain', at, chain, '');
    if (!depths.has(table)) depths.set(table, depthsFromHooks(table));
  }
  for (const { table, chain, at } of jumps) {
    if (depths.get(table)!.get(chain)! >= JUMP_DEPTH) cursor.fail('depth', at, chain, '');
  }
}

/** The longest way from a hook to each chain, in calls; not followed further than Linux follows it. */
function depthsFromHooks({ chains }: Table): Map<string, number> {
  const byName = new Map(chains.map((chain) => [chain.name, chain]));
  const depths = new Map(chains.map(({ name, base }) => [name, base === undefined ? -1 : 0]));
  let open = chains.filter(({ base }) => base !== undefined);
  for (let depth = 1; depth <= JUMP_DEPTH && open.length > 0; depth++) {
    const called = new Set(open.flatMap(calledBy));
    for (const name of called) depths.set(name, depth);
    open = [...called].flatMap((name) => byName.get(name) ?? []);
  }
  return depths;
}

function calledBy({ rules }: Chain): string[] {
  return rules.flatMap(({ verdict }) => ('chain' in verdict ? [verdict.chain] : []));
}
