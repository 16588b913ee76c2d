/**
 * `npm run conformance -- DIR…`: replays recordings of real switches on the engine, byte for byte.
 *
 * Names each mismatch by vector id, step, expected and got; closes with `N passed, M failed`, a vector being one.
 */
import { existsSync } from 'node:fs';
import { check, frameCount } from '../conformance/check.ts';
import { readVectors, vectorFiles } from '../conformance/files.ts';

function main(paths: readonly string[]): number {
  if (paths.length === 0) {
    process.stderr.write('usage: npm run conformance -- DIR…\n');
    return 2;
  }
  const missing = paths.filter((path) => !existsSync(path));
  if (missing.length > 0) {
    process.stderr.write(`there is no ${missing.join(', ')}\n`);
    return 2;
  }
  let passed = 0;
  let failed = 0;
  let frames = 0;
  for (const vector of paths.flatMap(vectorFiles).flatMap(readVectors)) {
    const mismatches = check(vector);
    frames += frameCount(vector);
    if (mismatches.length === 0) passed++;
    else failed++;
    for (const { id, step, expected, got } of mismatches) {
      process.stdout.write(
        `${id} step ${step}\n  expected ${JSON.stringify(expected)}\n  got      ${JSON.stringify(got)}\n`,
      );
    }
  }
  process.stdout.write(`${frames} frames\n${passed} passed, ${failed} failed\n`);
  return passed > 0 && failed === 0 ? 0 : 1;
}

// A reader that has seen enough (`| head`) ends the telling.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

if (import.meta.main) process.exitCode = main(process.argv.slice(2));
