/** Random scenarios on the real Open vSwitch and on the engine: what differs. */
import { OpenVswitchSystem, type OvsSetup } from '../../../src/conformance/open-vswitch-system.ts';
import { play, type Mismatch, type Vector } from '../../../src/conformance/vector.ts';
import { Random } from '../../random.ts';
import { randomConversation } from './ovs-connections.ts';
import { OvsDaemon, type Scenario } from './ovs-daemon.ts';
import { randomScenario } from './ovs-scenarios.ts';

/** Frames of one configuration. */
const FRAMES = 25;
/** How many scenarios a daemon is asked before a fresh one takes over. */
const SCENARIOS_A_DAEMON = 400;

export interface Comparison {
  /** Frames, each put through both switches in the same configuration. */
  pairs: number;
  /** Copies that came out of the real one. */
  copies: number;
  configurations: number;
  readonly mismatches: { readonly vector: Vector; readonly found: readonly Mismatch[] }[];
}

/** At least so many pairs; every third scenario is about connections. `tamper`: a planted fault. */
export async function compareLive(
  pairs: number,
  seed: number,
  tamper: (vector: Vector) => Vector = (vector) => vector,
): Promise<Comparison> {
  const random = new Random(seed);
  const comparison: Comparison = { pairs: 0, copies: 0, configurations: 0, mismatches: [] };
  while (comparison.pairs < pairs) {
    const daemon = await OvsDaemon.start();
    try {
      for (let count = 0; count < SCENARIOS_A_DAEMON && comparison.pairs < pairs; count++) {
        const id = `live/${seed}/${comparison.configurations}`;
        const scenario = count % 3 === 2 ? randomConversation(random, id) : randomScenario(random, id, FRAMES);
        add(comparison, scenario, tamper(await daemon.record(scenario)));
      }
    } finally {
      daemon.stop();
    }
  }
  return comparison;
}

function add(comparison: Comparison, scenario: Scenario, vector: Vector): void {
  comparison.configurations++;
  for (const step of vector.steps) {
    if (step.op !== 'inject') continue;
    comparison.pairs++;
    comparison.copies += Object.values(step.expect).flat().length;
  }
  const found = play(vector, new OpenVswitchSystem(scenario.setup as OvsSetup));
  if (found.length > 0) comparison.mismatches.push({ vector, found });
}
