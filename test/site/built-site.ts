/**
 * The finished site for tests: as it stands at the root of a host, and as it stands below a path of another one.
 *
 * Several test files ask at the same moment, in threads and in processes. Whoever finds a build stale takes a folder that
 * only one can make; the others wait, and find it fresh.
 */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { buildIfStale, distFolder, isStale, projectRoot, type Target } from '../../src/site/build.ts';

/** Where the second site says that it stands. */
export const SUB_PATH = '/learn/guestport/';
export const SUB_PATH_ORIGIN = 'https://example.com';

const BELOW_A_PATH: Target = {
  folder: '.cache/sub-path-site',
  env: { ...process.env, BASE_PATH: SUB_PATH, SITE_URL: SUB_PATH_ORIGIN },
};
const LOCK = join(projectRoot, '.cache', 'build.lock');
/** A build takes seconds; a lock as old as this was left by a run that was killed. */
const LEFT_BEHIND_MS = 180_000;

/** `dist/`, as the sources say it is. */
export async function builtSite(): Promise<string> {
  await build();
  return distFolder();
}

/** The site for `https://example.com/learn/guestport/`. */
export async function subPathSite(): Promise<string> {
  await build(BELOW_A_PATH);
  return join(projectRoot, BELOW_A_PATH.folder);
}

async function build(target?: Target): Promise<void> {
  while (isStale(projectRoot, target)) {
    if (!takeLock()) {
      await wait(200);
      continue;
    }
    try {
      await buildIfStale(projectRoot, target);
      return;
    } finally {
      rmSync(LOCK, { recursive: true, force: true });
    }
  }
}

function takeLock(): boolean {
  mkdirSync(join(LOCK, '..'), { recursive: true });
  try {
    mkdirSync(LOCK);
    return true;
  } catch {
    const since = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs;
    if (since !== undefined && Date.now() - since > LEFT_BEHIND_MS) rmSync(LOCK, { recursive: true, force: true });
    return false;
  }
}
