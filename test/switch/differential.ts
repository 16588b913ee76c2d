/**
 * A scenario played on two systems: where they first differ, and the smallest scenario that still does, told with its seed.
 */
import { LinuxBridgeSystem } from '../../src/conformance/linux-bridge-system.ts';
import type { Egress, Setup, Step, System } from '../../src/conformance/vector.ts';
import { NaiveSystem } from '../twin/naive-bridge.ts';
import type { Scenario } from './scenarios.ts';

export interface Difference {
  readonly step: number;
  readonly engine: unknown;
  readonly naive: unknown;
}

export type Make = (setup: Setup) => System;
export const ENGINE: Make = (setup) => new LinuxBridgeSystem(setup);
export const NAIVE: Make = (setup) => new NaiveSystem(setup);

export function answer(system: System, step: Step): unknown {
  if (step.op === 'inject') return sorted(system.inject(step.port, step.hex));
  if (step.op === 'set') return system.set(step);
  if (step.op === 'fdb') return system.fdb();
  if (step.op === 'vlans') return Object.entries(system.vlans()).toSorted(byName);
  system.advance(step.seconds);
  return null;
}

/** The order of ports, and of frames at one port, says nothing. */
function sorted(egress: Egress): [string, string[]][] {
  return Object.entries(egress)
    .map(([port, hexes]): [string, string[]] => [port, hexes.toSorted()])
    .toSorted(byName);
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** The first step that the two answer differently; an exception is an answer. */
export function differ({ setup, steps }: Scenario, engine = ENGINE, naive = NAIVE): Difference | null {
  const [one, other] = [engine(setup), naive(setup)];
  for (const [step, each] of steps.entries()) {
    const [a, b] = [outcome(one, each), outcome(other, each)];
    if (JSON.stringify(a) !== JSON.stringify(b)) return { step, engine: a, naive: b };
  }
  return null;
}

function outcome(system: System, step: Step): unknown {
  try {
    return answer(system, step);
  } catch (error) {
    return String(error);
  }
}

/** Removes steps, then parts of the setup, as long as the two still differ. */
function shrink(scenario: Scenario, stillFails: (smaller: Scenario) => boolean): Scenario {
  let best = scenario;
  const take = (smaller: Scenario): boolean => {
    let fails = false;
    try {
      fails = stillFails(smaller);
    } catch {
      // A setup without what it needs is no scenario.
    }
    if (fails) best = smaller;
    return fails;
  };
  for (let size = best.steps.length; size >= 1; size = Math.floor(size / 2)) {
    for (let at = best.steps.length - size; at >= 0; at -= size) {
      take({ ...best, steps: best.steps.toSpliced(at, size) });
    }
  }
  for (const key of ['vlans', 'fdb'] as const) {
    for (let at = (best.setup[key]?.length ?? 0) - 1; at >= 0; at--) {
      const less = [...best.setup[key]!].toSpliced(at, 1);
      take({ ...best, setup: { ...best.setup, [key]: less } });
    }
  }
  for (const option of Object.keys(best.setup.bridge)) {
    const { [option]: _, ...bridge } = best.setup.bridge;
    take({ ...best, setup: { ...best.setup, bridge } });
  }
  for (const { name } of best.setup.ports) {
    const plain = best.setup.ports.map((port) => (port.name === name ? { name, mac: port.mac } : port));
    take({ ...best, setup: { ...best.setup, ports: plain } });
    const without = best.setup.ports.filter((port) => port.name !== name);
    take({ ...best, setup: { ...best.setup, ports: without } });
  }
  take({ ...best, setup: { ...best.setup, promisc: false } });
  return best;
}

/** `scenario` differs. */
export function tell(seed: number, scenario: Scenario, engine = ENGINE, naive = NAIVE): string {
  const small = shrink(scenario, (smaller) => differ(smaller, engine, naive) !== null);
  const { step, engine: got, naive: expected } = differ(small, engine, naive)!;
  return [
    `seed ${seed}, step ${step} of the shrunk scenario`,
    `  setup ${JSON.stringify(small.setup)}`,
    ...small.steps.slice(0, step + 1).map((each) => `  ${JSON.stringify({ ...each, expect: undefined })}`),
    `  engine ${JSON.stringify(got)}`,
    `  naive  ${JSON.stringify(expected)}`,
  ].join('\n');
}
