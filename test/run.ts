/**
 * `npm test`: everything that must hold, in one run. Prints the minutes of each area and closes with `N passed, M failed`.
 *
 * An area that found nothing to test has failed: a check that runs on nothing cannot fail otherwise. Oracles (tshark, later
 * Open vSwitch) may be missing on a developer's machine, and what they would have shown is counted as skipped and named;
 * with `CI=true` a missing one is a failure.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrowserError, requireBrowser } from '../src/site/browser.ts';
import { BuildError } from '../src/site/build.ts';
import { foldersOf, readPlaywright, readVitest, type Tally } from './run/reports.ts';
import { run, runQuietly } from './run/processes.ts';
import { builtSite, subPathSite } from './site/built-site.ts';

const started = performance.now();
const reports = mkdtempSync(join(tmpdir(), 'guestport-'));
const areas: [name: string, minutes: number, tally: Tally][] = [];

const CHECKS: readonly (readonly [name: string, program: string, ...args: string[]])[] = [
  ['types', '@astrojs/check/bin/astro-check.js', '--minimumFailingSeverity', 'error'],
  ['types of the engine, without a browser', 'typescript/bin/tsc', '--noEmit', '--project', 'tsconfig.engine.json'],
  ['lint', 'oxlint/bin/oxlint', '--deny-warnings'],
  ['format', 'prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
];

async function area(name: string, work: () => Promise<Tally>): Promise<void> {
  const start = performance.now();
  process.stdout.write(`\n— ${name}\n`);
  const tally = await work();
  areas.push([name, (performance.now() - start) / 60_000, tally]);
}

/** Checks with an exit code: one each. */
async function checks(): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, ...command] of CHECKS) {
    const isGood = await runQuietly(name, command);
    if (isGood) tally.passed++;
    else tally.failed++;
  }
  return tally;
}

/** Both builds, before anybody asks for them; without them nothing else can be seen. */
async function builds(): Promise<Tally> {
  try {
    await builtSite();
    await subPathSite();
    return { passed: 2, failed: 0, skipped: 0 };
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

async function browser(): Promise<Tally> {
  try {
    process.stdout.write(`${requireBrowser()}\n`);
    return { passed: 1, failed: 0, skipped: 0 };
  } catch (error) {
    if (!(error instanceof BrowserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

async function vitest(): Promise<Tally> {
  const report = join(reports, 'vitest.json');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run(['vitest/vitest.mjs', ...args]);
  process.stdout.write(`${foldersOf(report).join('\n')}\n`);
  return readVitest(report, code);
}

async function playwright(): Promise<Tally> {
  const report = join(reports, 'playwright.json');
  const args = ['test', '--config', 'test/e2e/playwright.config.ts', '--reporter=dot,json'];
  const code = await run(['playwright/cli.js', ...args], { PLAYWRIGHT_JSON_OUTPUT_NAME: report });
  return readPlaywright(report, code);
}

// The build first: it writes the types of the content, which a new clone does not have.
await area('build', builds);
await area('types, lint, format', checks);
await area('browser', browser);
await area('engine, content, built pages', vitest);
await area('pages in the browser', playwright);
rmSync(reports, { recursive: true });

const sum = (key: keyof Tally): number => areas.reduce((total, [, , tally]) => total + tally[key], 0);
process.stdout.write('\n');
for (const [name, minutes, { passed, failed, skipped }] of areas) {
  const rest = skipped === 0 ? '' : `, ${skipped} skipped`;
  process.stdout.write(`${minutes.toFixed(1).padStart(5)} min  ${name}: ${passed} passed, ${failed} failed${rest}\n`);
}
process.stdout.write(`${((performance.now() - started) / 60_000).toFixed(1).padStart(5)} min  altogether\n`);
if (sum('skipped') > 0) {
  process.stdout.write(`${sum('skipped')} skipped: a program to compare with is missing (tshark; see README)\n`);
}
process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
process.exitCode = sum('failed') === 0 ? 0 : 1;
