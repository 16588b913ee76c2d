/**
 * Builds the site, and knows whether `dist/` is still what the sources say.
 *
 * A stamp tells what went into the last good build: names, sizes and times of the sources, the address that it was built for,
 * and the last commit, since pages carry its date. It is taken before the build, so that what is saved meanwhile counts as new,
 * and it names the time of what came out, so that a build by other means is noticed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';

/** The folder of `package.json`. */
export const projectRoot = resolve(import.meta.dirname, '../..');

/** Its message is what the build printed. */
export class BuildError extends Error {}

const SOURCES = [
  'content',
  'src',
  'public',
  'astro.config.mjs',
  'content.config.ts',
  'package.json',
  'package-lock.json',
  // A page tells how many recordings were replayed while it was made.
  'test/conformance',
];
const SETTINGS = ['SITE_URL', 'BASE_PATH', 'SOURCE_DATE_EPOCH'];

/** Where a site is put, and the address that it is built for. */
export interface Target {
  /** Seen from the project's root. */
  readonly folder: string;
  /** Where `SETTINGS` are read. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The site itself, for the address that the environment tells. */
const DIST: Target = { folder: 'dist', env: process.env };

export function distFolder(root: string = projectRoot): string {
  return join(root, DIST.folder);
}

/** Builds always. Gives the seconds it took. @throws BuildError */
export async function buildSite(root: string = projectRoot, target: Target = DIST): Promise<number> {
  const start = performance.now();
  const sources = fingerprint(root, target);
  rmSync(stampFile(root, target), { force: true });
  const { code, output } = await runAstro(root, target);
  if (code !== 0) throw new BuildError(output);
  mkdirSync(dirname(stampFile(root, target)), { recursive: true });
  writeFileSync(stampFile(root, target), stamp(root, target, sources));
  return (performance.now() - start) / 1000;
}

/** Builds if there is a reason to. Gives the seconds it took, or null. @throws BuildError */
export async function buildIfStale(root: string = projectRoot, target: Target = DIST): Promise<number | null> {
  return isStale(root, target) ? buildSite(root, target) : null;
}

export function isStale(root: string = projectRoot, target: Target = DIST): boolean {
  try {
    return readFileSync(stampFile(root, target), 'utf8') !== stamp(root, target, fingerprint(root, target));
  } catch {
    return true;
  }
}

function stampFile(root: string, { folder }: Target): string {
  return join(root, '.cache', folder === DIST.folder ? 'site-stamp.txt' : `${basename(folder)}-stamp.txt`);
}

function stamp(root: string, { folder }: Target, sources: string): string {
  return `${sources} ${statSync(join(root, folder, 'index.html')).mtimeMs}\n`;
}

function fingerprint(root: string, { env }: Target): string {
  const settings = SETTINGS.map((name) => `${name}=${env[name] ?? ''}`);
  const files = SOURCES.flatMap((name) => linesOf(join(root, name)));
  return createHash('sha256')
    .update([...settings, lastCommit(root), ...files].join('\n'))
    .digest('hex');
}

/** A line a file; folders need none, since what they hold has its own. */
function linesOf(path: string): string[] {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return [];
  if (!status.isDirectory()) return [`${path} ${status.size} ${status.mtimeMs}`];
  return readdirSync(path)
    .toSorted()
    .flatMap((name) => linesOf(join(path, name)));
}

function lastCommit(root: string): string {
  return spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).stdout ?? '';
}

/** Names that Vite takes for its own constants, whatever the configuration says. Test runners set them. */
const NOT_HANDED_ON = ['BASE_URL', 'MODE', 'DEV', 'PROD', 'SSR', 'NODE_ENV'];

async function runAstro(root: string, { folder, env }: Target): Promise<{ code: number | null; output: string }> {
  // Its package rather than `node_modules/.bin`, which holds shell scripts on Windows.
  const manifest = createRequire(join(root, 'package.json')).resolve('astro/package.json');
  const program = join(dirname(manifest), 'bin', 'astro.mjs');
  const child = spawn(process.execPath, [program, 'build', '--outDir', folder], {
    cwd: root,
    env: {
      ...env,
      ...Object.fromEntries(NOT_HANDED_ON.map((name) => [name, undefined])),
      ASTRO_TELEMETRY_DISABLED: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pieces: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => pieces.push(piece));
  }
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done({ code, output: pieces.join('') }));
  });
}
