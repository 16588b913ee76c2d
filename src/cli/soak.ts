/**
 * `npm run soak [-- --scale 0.01] [--seed N] [PART…]`: what takes too long for the test command. Prints each figure and closes
 * with `N passed, M failed`, a part being one.
 *
 * A run takes seeds that no run has had before, unless it is given one; what fails names its seed, and `--seed` with the
 * seed of the whole run plays all of it again. At scale 1 a hundred million frames are sent, and
 * all of it takes about half an hour.
 */
import { parseArgs } from 'node:util';
import type { Part } from './soak/part.ts';
import { PARTS } from './soak/parts.ts';

const USAGE = `usage: npm run soak [-- --scale 0.01] [--seed N] [${PARTS.map(({ name }) => name).join('|')}…]\n`;
/** Seeds of the parts lie this far apart. */
const SEEDS_A_PART = 0x1000_0000;

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { scale: { type: 'string', default: '1' }, seed: { type: 'string' } },
  });
  const scale = Number(values.scale);
  const seed = Number(values.seed ?? Date.now() % SEEDS_A_PART);
  const parts = PARTS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const isKnown = positionals.every((wanted) => PARTS.some(({ name }) => name === wanted));
  if (!isKnown || !(scale > 0) || !Number.isInteger(seed)) {
    process.stderr.write(USAGE);
    return 2;
  }
  process.stdout.write(`scale ${scale}, seed ${seed}\n`);
  let [passed, failed] = [0, 0];
  for (const part of parts) {
    const missing = part.missing?.() ?? null;
    if (missing !== null) tell(`${part.name}: skipped, ${missing}`);
    else if (await soak(part, scale, seed + SEEDS_A_PART * PARTS.indexOf(part), tell)) passed++;
    else failed++;
  }
  tell(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** True: nothing was found. The first thing that is found ends the part. */
export async function soak(
  part: Part,
  scale: number,
  firstSeed: number,
  say: (line: string) => void,
): Promise<boolean> {
  const pieces = Math.max(1, Math.round((part.amount * scale) / part.piece));
  const begin = performance.now();
  for (let index = 0; index < pieces; index++) {
    try {
      await part.play(firstSeed + index);
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      say(`${part.name}: failed after ${count(index * part.piece)}\n${text}`);
      return false;
    }
  }
  const seconds = (performance.now() - begin) / 1000;
  say(`${part.name}: ${count(pieces * part.piece)} ${part.unit}, ${seconds.toFixed(1)} s`);
  return true;
}

function count(number: number): string {
  return number.toLocaleString('en');
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
