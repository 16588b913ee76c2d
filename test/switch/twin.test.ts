/**
 * The engine against an independent second implementation: thousands of random scenarios, played on both, have to give
 * the same frames, the same refusals and the same tables. A scenario that does not is shrunk and told with its seed.
 */
import { describe, expect, it } from 'vitest';
import { LinuxBridgeSystem } from '../../src/conformance/linux-bridge-system.ts';
import type { Setup, System } from '../../src/conformance/vector.ts';
import { Random } from '../random.ts';
import { answer, differ, ENGINE, tell } from './differential.ts';
import { randomScenario } from './scenarios.ts';

const SEED = 20_261_123;
const SCENARIOS = 2500;

describe('the engine and the naive twin', () => {
  it(`agree on ${SCENARIOS} random scenarios from seed ${SEED} on`, () => {
    let frames = 0;
    let delivered = 0;
    let refused = 0;
    for (let index = 0; index < SCENARIOS; index++) {
      const seed = SEED + index;
      const scenario = randomScenario(new Random(seed));
      if (differ(scenario) !== null) expect.fail(tell(seed, scenario));
      const engine = ENGINE(scenario.setup);
      for (const step of scenario.steps) {
        const got = answer(engine, step);
        if (step.op === 'inject') {
          frames++;
          if ((got as unknown[]).length > 0) delivered++;
        } else if (step.op === 'set' && got === false) refused++;
      }
    }
    // Scenarios in which nothing gets through, or nothing is ever refused, would agree about nothing.
    expect(frames).toBeGreaterThan(SCENARIOS * 40);
    expect(delivered / frames).toBeGreaterThan(0.35);
    expect(delivered / frames).toBeLessThan(0.75);
    expect(refused).toBeGreaterThan(SCENARIOS / 10);
  });

  /** Faults that a bridge could have, each as a change to what the engine is told. */
  const FAULTS: [string, (setup: Setup) => System][] = [
    ['forgets the flag isolated', (setup) => new Deaf(setup, 'isolated')],
    ['forgets the flag hairpin', (setup) => new Deaf(setup, 'hairpin')],
    ['forgets the flag locked', (setup) => new Deaf(setup, 'locked')],
    ['does not notice that time passes', (setup) => new Timeless(setup)],
    ['is never promiscuous', (setup) => new LinuxBridgeSystem({ ...setup, promisc: false })],
  ];

  it.each(FAULTS)('would differ, and be told in a few steps, if the engine %s', (_, faulty) => {
    for (let seed = SEED; seed < SEED + SCENARIOS; seed++) {
      const scenario = randomScenario(new Random(seed));
      if (differ(scenario, faulty) === null) continue;
      const told = tell(seed, scenario, faulty);
      expect(told).toContain(`seed ${seed}`);
      expect(told.split('\n').length).toBeLessThan(12);
      return;
    }
    expect.fail('no scenario notices');
  });
});

class Deaf extends LinuxBridgeSystem {
  constructor(setup: Setup, flag: string) {
    const ports = setup.ports.map((port) => {
      const { [flag]: _, ...flags } = port.flags ?? {};
      return { ...port, flags };
    });
    super({ ...setup, ports });
  }
}

class Timeless extends LinuxBridgeSystem {
  override advance(): void {
    // Time stands still.
  }
}
