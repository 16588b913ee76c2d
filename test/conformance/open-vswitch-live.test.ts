/**
 * The engine's Open vSwitch beside a real one: random configurations, the same frames into both, the same bytes out of both.
 * Where Open vSwitch is not installed this is skipped, and a failure where the gate runs.
 */
import { describe, expect, it } from 'vitest';
import type { Step, Vector } from '../../src/conformance/vector.ts';
import { hasOracle } from '../oracle.ts';
import { compareLive } from './live/compare.ts';

const PAIRS = 2000;
const SEED = 20261124;

describe.skipIf(!hasOracle('ovs-vswitchd'))('a real Open vSwitch at work', () => {
  it(`does with ${PAIRS} frames what the engine does, byte for byte`, async () => {
    const { pairs, copies, configurations, mismatches } = await compareLive(PAIRS, SEED);
    process.stdout.write(`${pairs} frames in ${configurations} configurations, ${copies} copies, live\n`);
    expect(mismatches).toEqual([]);
    expect(pairs).toBeGreaterThanOrEqual(PAIRS);
    // Two switches that drop everything would agree, too.
    expect(copies).toBeGreaterThan(pairs);
  }, 180_000);

  it('a copy that differs in one bit is noticed', async () => {
    const { mismatches } = await compareLive(25, SEED, withOtherBit);
    expect(mismatches).not.toEqual([]);
  }, 60_000);
});

/** The last byte of the first copy that came out. */
function withOtherBit(vector: Vector): Vector {
  const index = vector.steps.findIndex((step) => step.op === 'inject' && Object.keys(step.expect).length > 0);
  const step = vector.steps[index] as Extract<Step, { op: 'inject' }>;
  const [port, [hex, ...more]] = Object.entries(step.expect)[0] as [string, string[]];
  const flipped = (Number.parseInt(hex!.slice(-2), 16) ^ 1).toString(16).padStart(2, '0');
  const egress = { ...step.expect, [port]: [hex!.slice(0, -2) + flipped, ...more] };
  return { ...vector, steps: vector.steps.with(index, { ...step, expect: egress }) };
}
