/** The recordings of real switches, replayed while the site is built: what the pages say about them has been seen to hold. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { check, frameCount } from '../conformance/check.ts';
import { readVectors, vectorFiles } from '../conformance/files.ts';
import type { Vector } from '../conformance/vector.ts';

/** Folders of recordings, seen from the project's root. */
const RECORDINGS = 'test/conformance';
const TOPICS = 'content/evidence/recordings.yaml';

export interface Replay {
  /** Which real switch. */
  readonly system: string;
  /** What these recordings are about, in Japanese. */
  readonly about: string;
  readonly vectors: number;
  readonly frames: number;
}

/** Replays everything, by topic. @throws Error when a recording is not reproduced, or its family has no topic. */
export function replayAll(): Replay[] {
  const families = Map.groupBy(
    vectorFiles(RECORDINGS).flatMap(readVectors),
    ({ system, family }) => `${system} ${family}`,
  );
  const topics = parse(readFileSync(TOPICS, 'utf8')) as Readonly<
    Record<string, { about: string; families: string[] }[]>
  >;
  const replays = Object.entries(topics).flatMap(([system, all]) =>
    all.map(({ about, families: names }) =>
      replay(
        system,
        about,
        names.flatMap((name) => take(families, `${system} ${name}`)),
      ),
    ),
  );
  if (families.size > 0) throw new Error(`${TOPICS}: no topic for ${[...families.keys()].join(', ')}`);
  return replays;
}

/** Takes a family out of the map, so that what is left at the end belongs nowhere. */
function take(families: Map<string, Vector[]>, name: string): Vector[] {
  const vectors = families.get(name);
  if (vectors === undefined) throw new Error(`${TOPICS}: there is no family ${name}, or it stands twice`);
  families.delete(name);
  return vectors;
}

function replay(system: string, about: string, vectors: readonly Vector[]): Replay {
  for (const { id, step } of vectors.flatMap(check)) throw new Error(`recording ${id} differs at step ${step}`);
  return {
    system,
    about,
    vectors: vectors.length,
    frames: vectors.reduce((sum, vector) => sum + frameCount(vector), 0),
  };
}
