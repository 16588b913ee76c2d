/** Where recordings lie on disk: JSON files, each an array of vectors. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Vector } from './vector.ts';

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
