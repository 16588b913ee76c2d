/**
 * Replays what a real Linux bridge did, byte for byte, and makes sure that a difference would be seen: recordings with a
 * planted error have to fail, in this process and on the command line.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check } from '../../src/conformance/check.ts';
import { readVectors, vectorFiles } from '../../src/conformance/files.ts';
import type { FdbRow, Step, Vector } from '../../src/conformance/vector.ts';

const ROOT = join(import.meta.dirname, '../..');
const RECORDINGS = join(import.meta.dirname, 'linux-bridge');
const FILES = vectorFiles(RECORDINGS);
const ALL = FILES.flatMap(readVectors);

describe('recordings of a real Linux bridge', () => {
  it.each(FILES.map((file) => [basename(file, '.json'), file] as const))(
    'every vector of family %s is reproduced byte for byte',
    (family, file) => {
      const vectors = readVectors(file);
      expect(vectors.length).toBeGreaterThan(0);
      expect(vectors.map((vector) => vector.family)).toEqual(vectors.map(() => family));
      expect(vectors.flatMap(check)).toEqual([]);
    },
  );

  it('there are 305 vectors with 6,216 injected frames, each vector under an id of its own', () => {
    expect(ALL.length).toBe(305);
    expect(ALL.flatMap(({ steps }) => steps).filter(({ op }) => op === 'inject').length).toBe(6216);
    expect(new Set(ALL.map(({ id }) => id)).size).toBe(305);
  });

  it('every vector says which kernel and tools it was recorded with', () => {
    for (const { id, version } of ALL) expect(version, id).toMatch(/^Linux 6\.1\.\d+ .*iproute2-6\.1/);
  });
});

describe('recordings of a real Open vSwitch', () => {
  const files = vectorFiles(join(import.meta.dirname, 'ovs'));
  const all = files.flatMap(readVectors);

  it.each(files.map((file) => [basename(file, '.json'), file] as const))(
    'every vector of family %s is reproduced byte for byte',
    (_, file) => {
      expect(readVectors(file).flatMap(check)).toEqual([]);
    },
  );

  it('there are 285 vectors with 7,284 injected frames, each vector under an id of its own', () => {
    expect(all.length).toBe(285);
    expect(all.flatMap(({ steps }) => steps).filter(({ op }) => op === 'inject').length).toBe(7284);
    expect(new Set(all.map(({ id }) => id)).size).toBe(285);
  });

  it('every vector says which version it was recorded with', () => {
    for (const { id, version } of all) expect(version, id).toMatch(/^Open vSwitch 3\.1\.\d+ \(dummy datapath\)$/);
  });
});

/** A copy of the vector whose step has another expectation. */
function withStep(vector: Vector, index: number, step: Step): Vector {
  return { ...vector, steps: vector.steps.with(index, step) };
}

/** The hexadecimal text with one bit of its last byte flipped. */
function withOtherByte(hex: string): string {
  return hex.slice(0, -2) + (Number.parseInt(hex.slice(-2), 16) ^ 1).toString(16).padStart(2, '0');
}

/** The first step of a kind that expects something. */
function stepOf<O extends Step['op']>(vector: Vector, op: O): [number, Extract<Step, { op: O }>] | null {
  const index = vector.steps.findIndex(
    (step) => step.op === op && 'expect' in step && Object.keys(step.expect).length > 0,
  );
  return index < 0 ? null : [index, vector.steps[index] as Extract<Step, { op: O }>];
}

function vectorWith<O extends Step['op']>(op: O): [Vector, number, Extract<Step, { op: O }>] {
  for (const vector of ALL) {
    const found = stepOf(vector, op);
    if (found !== null) return [vector, ...found];
  }
  throw new Error(`no vector expects something of ${op}`);
}

describe('a planted error in a recording', () => {
  it('of one byte of an expected frame is reported with id, step, expected and got', () => {
    const [vector, index, step] = vectorWith('inject');
    const [[port, hexes]] = Object.entries(step.expect) as [[string, string[]]];
    const wrong = { ...step.expect, [port]: [withOtherByte(hexes[0]!), ...hexes.slice(1)] };
    expect(check(withStep(vector, index, { ...step, expect: wrong }))).toEqual([
      { id: vector.id, step: index, expected: wrong, got: step.expect },
    ]);
  });

  it('is noticed in every vector that expects a frame', () => {
    const unnoticed = ALL.filter((vector) => {
      const found = stepOf(vector, 'inject');
      if (found === null) return false;
      const [index, step] = found;
      const [[port, hexes]] = Object.entries(step.expect) as [[string, string[]]];
      const expected = { ...step.expect, [port]: hexes.map(withOtherByte) };
      const [mismatch, ...more] = check(withStep(vector, index, { ...step, expect: expected }));
      return mismatch?.id !== vector.id || mismatch.step !== index || more.length > 0;
    });
    expect(unnoticed.map(({ id }) => id)).toEqual([]);
  });

  it('is noticed where a port is named that should stay silent, and where one is left out', () => {
    const [vector, index, step] = vectorWith('inject');
    const [[port]] = Object.entries(step.expect) as [[string, string[]]];
    const more = { ...step.expect, p99: ['00'] };
    const { [port]: _, ...less } = step.expect;
    expect(check(withStep(vector, index, { ...step, expect: more }))).toHaveLength(1);
    expect(check(withStep(vector, index, { ...step, expect: less }))).toHaveLength(1);
  });

  it('is noticed in the forwarding database', () => {
    const [vector, index, step] = vectorWith('fdb');
    const [first, ...rest] = step.expect as [FdbRow, ...FdbRow[]];
    const wrong = [{ ...first, port: 'p9' }, ...rest];
    expect(check(withStep(vector, index, { ...step, expect: wrong }))).toEqual([
      { id: vector.id, step: index, expected: wrong, got: step.expect },
    ]);
  });

  it('is noticed in the VLAN tables', () => {
    const [vector, index, step] = vectorWith('vlans');
    const wrong = { ...step.expect, br0: ['4094'] };
    expect(check(withStep(vector, index, { ...step, expect: wrong }))).toHaveLength(1);
  });

  it('is noticed where a change was refused or accepted the other way round', () => {
    const outcomes = ALL.flatMap((vector) =>
      vector.steps.flatMap((step, index) => {
        if (step.op !== 'set') return [];
        const ok = !(step.ok ?? true);
        return [{ ok, found: check(withStep(vector, index, { ...step, ok })).map((mismatch) => mismatch.step) }];
      }),
    );
    expect(outcomes.filter(({ ok }) => ok).length).toBeGreaterThan(0);
    expect(outcomes.filter(({ ok }) => !ok).length).toBeGreaterThan(50);
    expect(outcomes.filter(({ found }) => found.length !== 1)).toEqual([]);
  });

  it('does not depend on the order in which the ports of a flood, or the copies of a port, are listed', () => {
    const [vector, index, step] = vectorWith('inject');
    const reversed = Object.fromEntries(Object.entries(step.expect).toReversed());
    expect(check(withStep(vector, index, { ...step, expect: reversed }))).toEqual([]);
  });
});

describe('a recording that cannot be replayed', () => {
  const [vector] = ALL as [Vector, ...Vector[]];

  it('because nobody knows its system or its format is a mismatch', () => {
    expect(check({ ...vector, system: 'cardboard' })).toMatchObject([{ id: vector.id, step: -1, got: 'cardboard 1' }]);
    expect(check({ ...vector, format: 2 })).toMatchObject([{ id: vector.id, step: -1, got: 'linux-bridge 2' }]);
  });

  it('because the engine refuses its setup is a mismatch', () => {
    const setup = { ...vector.setup, vlans: [{ dev: 'p99', vid: 10 }] };
    expect(check({ ...vector, setup })).toMatchObject([{ id: vector.id, step: -1, expected: 'no exception' }]);
  });

  it('because its ruleset is no ruleset is a mismatch', () => {
    const setup = { ...vector.setup, nft: 'table bridge f { chain c { nonsense } }' };
    expect(check({ ...vector, setup })).toMatchObject([{ id: vector.id, step: -1, expected: 'no exception' }]);
  });

  it('because a step is of no known kind is a mismatch', () => {
    const step = { op: 'sleep' } as unknown as Step;
    expect(check({ ...vector, steps: [step] })).toEqual([
      { id: vector.id, step: 0, expected: 'a known op', got: 'sleep' },
    ]);
  });
});

function run(...args: string[]): { status: number | null; lines: string[]; complaint: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/cli/conformance.ts', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { status, lines: stdout.trimEnd().split('\n'), complaint: stderr };
}

describe('npm run conformance', () => {
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'conformance-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it('ends with 0 and "305 passed, 0 failed" on the recordings', () => {
    const { status, lines } = run(RECORDINGS);
    expect(lines).toEqual(['6216 frames', '305 passed, 0 failed']);
    expect(status).toBe(0);
  });

  it('takes single files as well', () => {
    const { status, lines } = run(FILES[0]!, FILES[1]!);
    const count = readVectors(FILES[0]!).length + readVectors(FILES[1]!).length;
    expect(lines.at(-1)).toBe(`${count} passed, 0 failed`);
    expect(status).toBe(0);
  });

  it('ends with 1 on a planted wrong vector and names id, step, expected and got', () => {
    const [vector, index, step] = vectorWith('inject');
    const [[port, hexes]] = Object.entries(step.expect) as [[string, string[]]];
    const wrong = { ...step.expect, [port]: hexes.map(withOtherByte) };
    const file = join(directory, 'planted', 'wrong.json');
    writeInto(file, [withStep(vector, index, { ...step, expect: wrong })]);
    const { status, lines } = run(join(directory, 'planted'), FILES[0]!);
    expect(lines.slice(0, 3)).toEqual([
      `${vector.id} step ${index}`,
      `  expected ${JSON.stringify(wrong)}`,
      `  got      ${JSON.stringify(step.expect)}`,
    ]);
    expect(lines.at(-1)).toBe(`${readVectors(FILES[0]!).length} passed, 1 failed`);
    expect(status).toBe(1);
  });

  it('ends with 1 where there is nothing to replay', () => {
    const empty = mkdtempSync(join(directory, 'empty-'));
    const { status, lines } = run(empty);
    expect(lines.at(-1)).toBe('0 passed, 0 failed');
    expect(status).toBe(1);
  });

  it('ends with 2 and says how it is called where no directory is given', () => {
    const { status, lines, complaint } = run();
    expect(complaint).toMatch(/^usage: /);
    expect(lines).toEqual(['']);
    expect(status).toBe(2);
  });
});

function writeInto(file: string, vectors: readonly Vector[]): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, JSON.stringify(vectors));
}
