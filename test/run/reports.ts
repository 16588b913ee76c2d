/** What the two runners report, as counts. */
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { projectRoot } from '../../src/site/build.ts';

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

interface PlaywrightReport {
  readonly stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  readonly errors: readonly { message?: string }[];
}

/** A file that fell over before its first test counts as one failure, and so does a run that reported none but ended badly. */
export function readVitest(file: string, code: number): Tally {
  const report = read<VitestReport>(file);
  if (report === null) return { passed: 0, failed: 1, skipped: 0 };
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  for (const { status, assertionResults } of report.testResults) {
    const of = (...wanted: string[]): number => assertionResults.filter((test) => wanted.includes(test.status)).length;
    tally.passed += of('passed');
    tally.failed += Math.max(of('failed'), status === 'passed' ? 0 : 1);
    tally.skipped += of('skipped', 'pending', 'disabled', 'todo');
  }
  return settled(tally, code);
}

export function readPlaywright(file: string, code: number): Tally {
  const report = read<PlaywrightReport>(file);
  if (report === null) return { passed: 0, failed: 1, skipped: 0 };
  const { expected, unexpected, flaky, skipped } = report.stats;
  // What passes at the second try has failed.
  return settled({ passed: expected, failed: unexpected + flaky + report.errors.length, skipped }, code);
}

/** Nothing run, or a bad end without a failure told, is a failure. */
function settled(tally: Tally, code: number): Tally {
  return tally.failed === 0 && (code !== 0 || tally.passed === 0) ? { ...tally, failed: 1 } : tally;
}

function read<T>(file: string): T | null {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : null;
}

/** Minutes by folder of `test`; files run side by side, so they add up to more than the clock showed. */
export function foldersOf(file: string): string[] {
  const minutes = new Map<string, number>();
  for (const { name, startTime, endTime } of read<VitestReport>(file)?.testResults ?? []) {
    const folder = relative(projectRoot, name).split(/[/\\]/).slice(0, 2).join('/');
    minutes.set(folder, (minutes.get(folder) ?? 0) + (endTime - startTime) / 60_000);
  }
  return [...minutes]
    .toSorted(([, a], [, b]) => b - a)
    .map(([folder, spent]) => `${spent.toFixed(2).padStart(6)} min  ${folder}`);
}
