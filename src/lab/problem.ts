/** What is wrong with something that a person wrote, as data; `explain/problem.ts` makes the Japanese sentence. */

export type ProblemCode =
  | 'yaml'
  | 'duplicate-name'
  | 'bad-name'
  | 'missing'
  | 'unknown-key'
  | 'wrong-type'
  | 'bad-mac'
  | 'group-mac'
  | 'bad-vid'
  | 'bad-address'
  | 'bad-value'
  | 'duplicate-mac'
  | 'unknown-port'
  | 'unknown-node'
  | 'unknown-group'
  | 'no-nic'
  | 'port-in-use'
  | 'outside-gateway';

export interface Problem {
  readonly code: ProblemCode;
  /** `switches.sw1.ports.p1.vlan`; '' for the whole. */
  readonly path: string;
  /** From 1; null where it is not known. */
  readonly line: number | null;
  readonly found: string;
  readonly expected: string;
}

export function problem(code: ProblemCode, path: string, found: unknown, expected: string): Problem {
  return { code, path, line: null, found: String(found), expected };
}
