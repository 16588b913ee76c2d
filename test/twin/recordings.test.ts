/**
 * The twins against the recordings of a real Linux bridge: an oracle, and a baseline of a benchmark, has to be right itself.
 * All families pass but those with nftables, which they do not have. A machine without a C compiler skips the C twin, unless
 * `CI` is true.
 */
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readVectors, vectorFiles } from '../../src/conformance/files.ts';
import { play, type Mismatch, type Vector } from '../../src/conformance/vector.ts';
import { hasOracle } from '../oracle.ts';
import { askProgram, C_TWIN, CTwinSystem } from './c-twin.ts';
import { compile, findCompiler } from './compiled.ts';
import { NaiveSystem } from './naive-bridge.ts';

/** The plain and the VLAN families, and how many vectors each has; of `gaps`, two of eight have rules. */
const FAMILIES: Readonly<Record<string, number>> = {
  ageing: 10,
  'flood-flags': 5,
  flooding: 4,
  gaps: 6,
  hairpin: 3,
  'import-selftests': 6,
  'ingress-filter': 2,
  isolated: 3,
  ivl: 1,
  'learning-off': 3,
  learning: 7,
  'local-vlan': 2,
  local: 5,
  locked: 6,
  'mac-move': 5,
  'port-state': 6,
  pvid: 5,
  qinq: 5,
  'random-chaos': 36,
  'random-flags': 24,
  'random-plain': 15,
  'random-qinq': 15,
  'random-vlan': 42,
  'reserved-mc': 12,
  size: 3,
  'src-filter': 3,
  'static-fdb': 14,
  vid0: 2,
  vid4095: 1,
  'vlan-access': 2,
  'vlan-native': 2,
  'vlan-runtime': 4,
  'vlan-state': 1,
  'vlan-trunk': 5,
  'vlan-unaware': 1,
};

function hasRules({ setup, steps }: Vector): boolean {
  return setup.nft !== undefined || steps.some((step) => step.op === 'set' && step.nft !== undefined);
}

const ALL = vectorFiles(join(import.meta.dirname, '../conformance/linux-bridge')).map((file) => ({
  family: basename(file, '.json'),
  vectors: readVectors(file),
}));
const PLAIN = ALL.map(({ family, vectors }) => ({ family, vectors: vectors.filter((vector) => !hasRules(vector)) }));

describe('the naive twin and the recordings', () => {
  it.each(PLAIN.filter(({ vectors }) => vectors.length > 0))(
    'agree on every vector of $family without rules',
    ({ family, vectors }) => {
      expect(vectors.length).toBe(FAMILIES[family]);
      for (const vector of vectors) expect(play(vector, new NaiveSystem(vector.setup)), vector.id).toEqual([]);
    },
  );

  it('meet on 266 vectors with 5,346 frames; what is left out has rules of nftables', () => {
    const played = PLAIN.flatMap(({ vectors }) => vectors);
    expect(played.length).toBe(266);
    expect(Object.values(FAMILIES).reduce((sum, count) => sum + count)).toBe(266);
    expect(played.flatMap(({ steps }) => steps).filter(({ op }) => op === 'inject').length).toBe(5346);
    const left = ALL.flatMap(({ family, vectors }) => (vectors.some(hasRules) ? [family] : []));
    expect(left).toEqual(['acl-nft', 'gaps', 'random-acl']);
  });

  it('would differ where a byte of a recording were another', () => {
    const unnoticed = PLAIN.flatMap(({ vectors }) => vectors).filter((vector) => {
      const index = vector.steps.findIndex((step) => step.op === 'inject' && Object.keys(step.expect).length > 0);
      const step = vector.steps[index];
      if (step?.op !== 'inject') return false;
      const expected = Object.fromEntries(
        Object.entries(step.expect).map(([port, hexes]) => [port, hexes.map((hex) => `${hex}00`)]),
      );
      const planted = { ...vector, steps: vector.steps.with(index, { ...step, expect: expected }) };
      return play(planted, new NaiveSystem(vector.setup)).length !== 1;
    });
    expect(unnoticed.map(({ id }) => id)).toEqual([]);
  });
});

/** Played twice: once to collect what is asked, once with the answers of the one run of the program. */
function playInC(vectors: readonly Vector[], spoil: (answer: string) => string = (answer) => answer): Mismatch[][] {
  const lines = vectors.flatMap((vector) => {
    const collecting = new CTwinSystem(vector.setup, null);
    play(vector, collecting);
    return collecting.lines;
  });
  const answers = askProgram(compile(C_TWIN)!, lines).map(spoil);
  expect(answers.length).toBe(lines.length);
  const rest = answers.values();
  return vectors.map((vector) => play(vector, new CTwinSystem(vector.setup, rest)));
}

describe.runIf(findCompiler() !== null || hasOracle('cc'))('the C twin and the recordings', () => {
  const played = PLAIN.flatMap(({ vectors }) => vectors);

  it('agree on every vector without rules', () => {
    expect(playInC(played).flat()).toEqual([]);
    expect(played.length).toBe(266);
  });

  it('would differ where the program answered otherwise', () => {
    const spoilt = playInC(played, (answer) => (answer.startsWith('0 ') ? answer.replace(/ $/, '00 ') : answer));
    const withCopies = played.filter(({ steps }) =>
      steps.some((step) => step.op === 'inject' && Object.keys(step.expect).length > 0),
    );
    expect(spoilt.filter((mismatches) => mismatches.length > 0).length).toBe(withCopies.length);
  });
});
