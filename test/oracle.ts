/**
 * Programs of others that tests compare with. Where one is missing its tests are skipped and say so; with `CI=true` a missing
 * oracle is a failure.
 */
import { spawnSync } from 'node:child_process';

/** Daemons stand where only an administrator looks. */
export const ORACLE_ENV = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` };

const found = new Map<string, boolean>();

/** Whether the program can be started. Throws where it has to be there. */
export function hasOracle(program: string): boolean {
  let isThere = found.get(program);
  if (isThere === undefined) {
    isThere = spawnSync(program, ['--version'], { stdio: 'ignore', env: ORACLE_ENV }).error === undefined;
    found.set(program, isThere);
  }
  if (!isThere && process.env['CI'] === 'true') throw new Error(`${program} is not installed, and CI=true wants it`);
  return isThere;
}
