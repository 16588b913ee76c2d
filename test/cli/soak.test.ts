/** The soak in small: every part runs, what is found is told with its seed, and the last line counts the parts. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { soak } from '../../src/cli/soak.ts';
import { hasOracle } from '../oracle.ts';
import { PARTS } from '../../src/cli/soak/parts.ts';

const ROOT = join(import.meta.dirname, '../..');

function run(...args: string[]): { status: number | null; lines: string[]; complaint: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/cli/soak.ts', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { status, lines: stdout.trimEnd().split('\n'), complaint: stderr };
}

describe('npm run soak', () => {
  it('runs every part, prints how much it has done, and ends with "5 passed, 0 failed", or says what it cannot do here', () => {
    const { status, lines } = run('--scale', '0.0001', '--seed', '7');
    expect(lines[0]).toBe('scale 0.0001, seed 7');
    const isLive = hasOracle('ovs-vswitchd');
    expect(lines.slice(1, isLive ? -1 : -2).map((line) => line.replace(/,? [\d.]+ s$/, ''))).toEqual(
      ['frames: 10,000', 'twin: 20', 'rules: 200', 'fdb: 6,000', ...(isLive ? ['live: 100'] : [])].map(
        (figure, index) => `${figure} ${PARTS[index]!.unit}`,
      ),
    );
    if (!isLive) expect(lines.at(-2)).toBe('live: skipped, ovs-vswitchd is not installed');
    expect(lines.at(-1)).toBe(`${isLive ? 5 : 4} passed, 0 failed`);
    expect(status).toBe(0);
  });

  it('runs the parts that are named', () => {
    expect(run('--scale', '0.0001', 'fdb', 'rules').lines.at(-1)).toBe('2 passed, 0 failed');
  });

  it.each([[['nothing']], [['--scale', 'much']], [['--seed', 'x']]])('%j is answered with how it is called', (args) => {
    const { status, complaint } = run(...args);
    expect(status).toBe(2);
    expect(complaint).toContain('usage: npm run soak');
  });
});

describe('a hundred million frames', () => {
  it('are what scale 1 sends', () => {
    expect(PARTS.find(({ name }) => name === 'frames')?.amount).toBe(100_000_000);
  });
});

describe('what a part finds', () => {
  it('ends it, and is told with how far it had come', async () => {
    const lines: string[] = [];
    const seeds: number[] = [];
    const part = {
      name: 'planted',
      unit: 'pieces',
      amount: 100,
      piece: 10,
      play(seed: number): void {
        seeds.push(seed);
        if (seed === 1003) throw new Error(`seed ${seed} is unlucky`);
      },
    };
    expect(await soak(part, 1, 1000, (line) => lines.push(line))).toBe(false);
    expect(seeds).toEqual([1000, 1001, 1002, 1003]);
    expect(lines.join('\n')).toMatch(/^planted: failed after 30\nError: seed 1003 is unlucky\n/);
    expect(await soak(part, 0.2, 1000, (line) => lines.push(line))).toBe(true);
    expect(lines.at(-1)).toMatch(/^planted: 20 pieces, \d+\.\d s$/);
  });
});
