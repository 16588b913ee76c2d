/**
 * What a reader's browser fetches, in gzip, against the limits that the project has set itself. Wall clocks are not measured
 * here: machines are noisy, bytes are not.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { afterAll, expect, test } from 'vitest';
import { projectRoot } from '../../src/site/build.ts';
import { builtSite } from './built-site.ts';
import { readPage } from './pages.ts';

const root = await builtSite();
/** Limit: Infinity where the project has set none. */
const rows: { what: string; bytes: number; limit: number }[] = [];

afterAll(() => {
  const sorted = rows.toSorted((a, b) => b.bytes / b.limit - a.bytes / a.limit);
  const lines = sorted.map(({ what, bytes, limit }) => {
    const share = limit === Infinity ? '' : ` of ${limit / 1000} (${Math.round((bytes / limit) * 100)} %)`;
    return `  ${`${(bytes / 1000).toFixed(1)} kB${share}`.padEnd(22)} ${what}`;
  });
  process.stdout.write(`${['gzip, most demanding first', ...lines].join('\n')}\n`);
});

function expectWithin(what: string, bytes: number, limit: number): void {
  rows.push({ what, bytes, limit });
  expect(bytes, what).toBeLessThanOrEqual(limit);
}

function gzipped(path: string): number {
  return gzipSync(readFileSync(join(root, path)), { level: 9 }).length;
}

function sum(paths: Iterable<string>): number {
  return [...paths].reduce((total, path) => total + gzipped(path), 0);
}

/** Scripts that these scripts import at once, and themselves. */
function withImports(scripts: readonly string[], known = new Set<string>()): Set<string> {
  for (const script of scripts) {
    if (known.has(script)) continue;
    known.add(script);
    const text = readFileSync(join(root, script), 'utf8');
    const names = [...text.matchAll(/\b(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)].map(
      ([, name]) => `/_astro/${name}`,
    );
    withImports(names, known);
  }
  return known;
}

/** The chunks of this name that scripts load later on. */
function laterChunks(scripts: Iterable<string>, name: string): string[] {
  const pattern = new RegExp(`import\\(\\s*[\`"']\\./(${name}\\.[\\w-]+\\.js)[\`"']`, 'g');
  const found = [...scripts].flatMap((script) => [...readFileSync(join(root, script), 'utf8').matchAll(pattern)]);
  if (found.length === 0) throw new Error(`nothing loads ${name}`);
  return [...new Set(found.map(([, chunk]) => `/_astro/${chunk}`))];
}

function laterChunk(scripts: Iterable<string>, name: string): string {
  const [chunk, ...more] = laterChunks(scripts, name);
  if (more.length > 0) throw new Error(`there are several chunks ${name}`);
  return chunk!;
}

/** Everything that comes with a page before the reader does anything. */
function firstView(path: string): Set<string> {
  const { document } = readPage(root, path);
  const all = (selector: string, name: string): string[] =>
    [...document.querySelectorAll(selector)].map((element) => element.getAttribute(name)!);
  return new Set([
    path === '/404.html' ? path : `${path}index.html`,
    ...all('link[rel="stylesheet"]', 'href'),
    ...all('link[rel~="icon"]', 'href'),
    ...withImports(all('script[src]', 'src')),
  ]);
}

const PROSE = [
  '/reference/rules/',
  '/reference/simplifications/',
  '/reference/sources/',
  '/reference/glossary/',
  '/404.html',
];
const CHAPTERS = ['/', '/chapters/what-is-guest-port/', '/chapters/forwarding/', '/chapters/vlan/'];

test.each([...PROSE, ...CHAPTERS])('first view of %s', (path) => {
  expectWithin(`first view of ${path}`, sum(firstView(path)), 60_000);
});

/** Each product's switch, as a lab loads it. */
const PRODUCTS = readdirSync(join(projectRoot, 'src/lab/switches')).map((name) => name.replace('.ts', ''));

test('the lab of a chapter, with the engine', () => {
  const shared = firstView('/reference/rules/');
  const scripts = [...firstView('/chapters/forwarding/')].filter((path) => path.endsWith('.js') && !shared.has(path));
  const widget = withImports([...scripts, laterChunk(scripts, 'lab-widget')]);
  for (const product of PRODUCTS) {
    // Its switch and its words.
    const lab = [...widget, ...withImports(laterChunks(widget, product))];
    const added = new Set(lab.filter((path) => !shared.has(path)));
    expectWithin(`the lab of a chapter with ${product}`, sum(added), 51_000);
  }
  expectWithin('the parser of nft rules, for a lab that has some', gzipped(laterChunk(widget, 'parser')), Infinity);
});

test('the search: its texts, and what searches them', () => {
  const file = readdirSync(join(root, '_astro')).find((name) => /^search\..*\.json$/.test(name));
  expectWithin('what can be searched', gzipped(`/_astro/${file}`), 60_000);
  const shared = [...firstView('/reference/rules/')].filter((path) => path.endsWith('.js'));
  expectWithin('code that searches it', sum(withImports([laterChunk(shared, 'load')])), 10_000);
});

test('the glossary', () => {
  expectWithin('glossary page', gzipped('/reference/glossary/index.html'), 60_000);
});

/** A folder or a file each. */
const PROFILES = readdirSync(join(projectRoot, 'src/switch/profiles'))
  .map((name) => name.replace('.ts', ''))
  .filter((name) => name !== 'index');

test.each(PROFILES)('wire, switch and the profile %s', async (profile) => {
  const folder = join(projectRoot, 'src/switch');
  const isOther = (path: string): boolean => {
    const [, other] = /profiles\/([\w-]+)/.exec(path) ?? [];
    return other !== undefined && other !== profile;
  };
  const modules = [join(projectRoot, 'src/wire'), folder].flatMap(modulesOf).filter((path) => !isOther(path));
  expectWithin(`wire + switch + ${profile}`, await bundled(modules), 25_000);
});

/** Everything that is exported stays, which is more than any page gets; filters as far as they are imported. */
async function bundled(modules: readonly string[]): Promise<number> {
  const scratch = mkdtempSync(join(tmpdir(), 'engine-'));
  const entry = join(scratch, 'engine.ts');
  writeFileSync(entry, modules.map((path, index) => `export * as m${index} from ${JSON.stringify(path)};`).join('\n'));
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      target: 'es2023',
      minify: true,
      rolldownOptions: { input: entry, preserveEntrySignatures: 'strict' },
    },
  });
  rmSync(scratch, { recursive: true });
  const { code } = (built as Rolldown.RolldownOutput).output[0];
  return gzipSync(code, { level: 9 }).length;
}

function modulesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).split(sep).join('/'))
    .toSorted((a, b) => (relative(folder, a) < relative(folder, b) ? -1 : 1));
}
