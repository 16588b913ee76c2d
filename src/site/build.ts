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
import { dirname, join, resolve } from 'node:path';

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
];
const SETTINGS = ['SITE_URL', 'BASE_PATH', 'SOURCE_DATE_EPOCH'];

export function distFolder(root: string = projectRoot): string {
  return join(root, 'dist');
}

/** Builds always. Gives the seconds it took. @throws BuildError */
export async function buildSite(root: string = projectRoot): Promise<number> {
  const start = performance.now();
  const sources = fingerprint(root);
  rmSync(stampFile(root), { force: true });
  const { code, output } = await runAstro(root);
  if (code !== 0) throw new BuildError(output);
  mkdirSync(dirname(stampFile(root)), { recursive: true });
  writeFileSync(stampFile(root), stamp(root, sources));
  return (performance.now() - start) / 1000;
}

/** Builds if there is a reason to. Gives the seconds it took, or null. @throws BuildError */
export async function buildIfStale(root: string = projectRoot): Promise<number | null> {
  return isStale(root) ? buildSite(root) : null;
}

export function isStale(root: string = projectRoot): boolean {
  try {
    return readFileSync(stampFile(root), 'utf8') !== stamp(root, fingerprint(root));
  } catch {
    return true;
  }
}

function stampFile(root: string): string {
  return join(root, '.cache', 'site-stamp.txt');
}

function stamp(root: string, sources: string): string {
  return `${sources} ${statSync(join(distFolder(root), 'index.html')).mtimeMs}\n`;
}

function fingerprint(root: string): string {
  const settings = SETTINGS.map((name) => `${name}=${process.env[name] ?? ''}`);
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

async function runAstro(root: string): Promise<{ code: number | null; output: string }> {
  // Its package rather than `node_modules/.bin`, which holds shell scripts on Windows.
  const manifest = createRequire(join(root, 'package.json')).resolve('astro/package.json');
  const program = join(dirname(manifest), 'bin', 'astro.mjs');
  const child = spawn(process.execPath, [program, 'build'], {
    cwd: root,
    env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1' },
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
