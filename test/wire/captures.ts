/** Recorded frames of other programs with what tshark says of each: `test/fixtures/wire/*.json`. */
import { readFileSync } from 'node:fs';
import type { TsharkValues } from './layers.ts';

export interface Captured {
  readonly note: string;
  readonly bytes: Uint8Array;
  /** tshark's fields. */
  readonly tshark: TsharkValues;
  readonly padding: string;
  readonly experts: readonly string[];
}

interface Row {
  readonly note: string;
  readonly hex: string;
  readonly tshark: TsharkValues;
  readonly padding: string;
  readonly experts: readonly string[];
}

export function readCaptures(name: 'linux-stack' | 'bridge-tagged' | 'randpkt'): Captured[] {
  const file = new URL(`../fixtures/wire/${name}.json`, import.meta.url);
  const { frames } = JSON.parse(readFileSync(file, 'utf8')) as { frames: Row[] };
  return frames.map(({ hex, ...row }) => ({ ...row, bytes: Uint8Array.from(Buffer.from(hex, 'hex')) }));
}

/** The first recorded frame with this note. */
export function captured(name: 'linux-stack' | 'bridge-tagged', note: string): Captured {
  const found = readCaptures(name).find((capture) => capture.note === note);
  if (found === undefined) throw new Error(`no capture '${note}'`);
  return found;
}
