/**
 * Ids of the behaviour rules that the engine can cite: GEN (all switches), Q (clauses of IEEE 802.1Q-2018, for the physical
 * switch), LB (Linux bridge), ACL-N (nftables in the bridge family), OVS (Open vSwitch), ACL-O (OpenFlow), VSS and VDS
 * (VMware's standard and distributed switch), HV (Hyper-V), SR (the switch inside an SR-IOV NIC), GUEST (a host's TCP/IP
 * stack). Each is told, with its evidence, on the rules page, from `content/evidence/rules/`, a file a family.
 */
import { Interned } from './interned.ts';

/** Whole, for types and for tests: a page carries the ids that its products use. */
export const RULES = /* @__PURE__ */ allRules();

function allRules() {
  return [
    ...series('GEN', [1, 2, 3, 4, 5, 6]),
    ...series('Q', ['6.9.1', '8.6.1', '8.6.2', '8.6.3', '8.6.4', '8.7', '8.8']),
    ...series(
      'LB',
      [5, 10, 12, 13, 14, 15, 16, 18, 20, 21, 22, 24, 25, 26, 27, 28, 29, 30, 31, 34, 35, 36, 37, 38, 39, 40],
    ),
    ...series('LB', [41, 43, 45, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60]),
    ...series('ACL-N', [1, 2, 3, 5, 6, 7, 14]),
    ...series('OVS', [1, 2, 3, 10, 11, 12, 13, 14, 15, 16, 18, 20, 21, 22, 26, 27, 28, 29, 30, 31, 32, 33, 34, 37, 39]),
    ...series('ACL-O', [1, 3, 4, 7, 8, 9, 11, 13]),
    ...series('VSS', [1, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]),
    ...series('VDS', [1, 2, 3, 5]),
    ...series('HV', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 21, 22, 24, 25]),
    ...series('SR', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17]),
    ...series('GUEST', [1, 2, 3, 4, 5, 7, 8, 9, 10]),
  ] as const;
}

export type RuleId = (typeof RULES)[number];

function series<F extends string, const N extends number | string>(family: F, numbers: readonly N[]): `${F}-${N}`[] {
  return numbers.map((number) => `${family}-${number}` as const);
}

const INTERNED = new Interned<RuleId>();

/** The integer under which a rule stands in a trace; 0 is "none". */
export function ruleCode(id: RuleId): number {
  return INTERNED.codeOf(id);
}

export function ruleOf(code: number): RuleId | null {
  return INTERNED.idOf(code);
}
