/** The count that the test command closes with: nothing that failed may be counted as anything else. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readPlaywright, readVitest } from './reports.ts';

const folder = mkdtempSync(join(tmpdir(), 'guestport-'));
afterAll(() => rmSync(folder, { recursive: true }));

function report(content: unknown): string {
  const file = join(folder, 'report.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

function vitestReport(...files: { status: string; tests: string[] }[]): string {
  const testResults = files.map(({ status, tests }, index) => ({
    name: `/x/test/a/${index}.test.ts`,
    status,
    startTime: 0,
    endTime: 60_000,
    assertionResults: tests.map((of) => ({ status: of })),
  }));
  return report({ testResults });
}

describe('vitest', () => {
  test.for([
    ['all well', [{ status: 'passed', tests: ['passed', 'passed'] }], 0, [2, 0, 0]],
    ['one failed', [{ status: 'failed', tests: ['passed', 'failed'] }], 1, [1, 1, 0]],
    ['a file that fell over before its first test', [{ status: 'failed', tests: [] }], 1, [0, 1, 0]],
    ['a file that fell over after its tests', [{ status: 'failed', tests: ['passed'] }], 1, [1, 1, 0]],
    ['skipped is not passed', [{ status: 'passed', tests: ['passed', 'skipped', 'pending', 'todo'] }], 0, [1, 0, 3]],
    ['well, but a bad end', [{ status: 'passed', tests: ['passed'] }], 1, [1, 1, 0]],
    ['nothing run', [], 0, [0, 1, 0]],
  ] as const)('%s', ([, files, code, [passed, failed, skipped]]) => {
    const tally = readVitest(vitestReport(...files.map(({ status, tests }) => ({ status, tests: [...tests] }))), code);
    expect(tally).toEqual({ passed, failed, skipped });
  });

  test('no report is a failure', () => {
    expect(readVitest(join(folder, 'none.json'), 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe('playwright', () => {
  const stats = { expected: 3, unexpected: 0, flaky: 0, skipped: 0 };
  test.for([
    ['all well', { stats, errors: [] }, 0, [3, 0, 0]],
    ['one failed', { stats: { ...stats, unexpected: 1 }, errors: [] }, 1, [3, 1, 0]],
    ['what passed at the second try has failed', { stats: { ...stats, flaky: 1 }, errors: [] }, 0, [3, 1, 0]],
    ['an error outside of tests', { stats, errors: [{ message: 'x' }] }, 1, [3, 1, 0]],
    ['nothing run', { stats: { ...stats, expected: 0 }, errors: [] }, 0, [0, 1, 0]],
    ['well, but a bad end', { stats, errors: [] }, 1, [3, 1, 0]],
  ] as const)('%s', ([, content, code, [passed, failed, skipped]]) => {
    expect(readPlaywright(report(content), code)).toEqual({ passed, failed, skipped });
  });

  test('no report is a failure', () => {
    expect(readPlaywright(join(folder, 'none.json'), 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});
