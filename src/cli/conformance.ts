/**
 * `npm run conformance -- DIR…`: replays recordings of real switches on the engine, byte for byte.
 *
 * Names each mismatch by vector id, step, expected and got; closes with `N passed, M failed`, a vector being one.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LinuxBridgeSystem } from './conformance/linux-bridge-system.ts';
import { play, type Mismatch, type System, type Vector } from './conformance/vector.ts';

const SYSTEMS: Readonly<Record<string, (vector: Vector) => System>> = {
  'linux-bridge': (vector) => new LinuxBridgeSystem(vector.setup),
};

/** Every `.json` file at or below the path, in a stable order. */
export function vectorFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .toSorted()
    .flatMap((name) => vectorFiles(join(path, name)))
    .filter((file) => file.endsWith('.json'));
}

export function readVectors(file: string): Vector[] {
  return JSON.parse(readFileSync(file, 'utf8')) as Vector[];
}

/** What differs from the recording; a setup that the engine refuses, or a system that it does not know, is a mismatch. */
export function check(vector: Vector): Mismatch[] {
  const system = SYSTEMS[vector.system];
  if (system === undefined || vector.format !== 1) {
    return [
      { id: vector.id, step: -1, expected: 'a known system, format 1', got: `${vector.system} ${vector.format}` },
    ];
  }
  try {
    return play(vector, system(vector));
  } catch (error) {
    return [{ id: vector.id, step: -1, expected: 'no exception', got: String(error) }];
  }
}

function main(paths: readonly string[]): number {
  if (paths.length === 0) {
    process.stderr.write('usage: npm run conformance -- DIR…\n');
    return 2;
  }
  let passed = 0;
  let failed = 0;
  let frames = 0;
  for (const vector of paths.flatMap(vectorFiles).flatMap(readVectors)) {
    const mismatches = check(vector);
    frames += vector.steps.filter(({ op }) => op === 'inject').length;
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

if (import.meta.main) process.exitCode = main(process.argv.slice(2));
