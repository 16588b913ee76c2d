/**
 * What is soaked: the same code as in the test command, with seeds that nobody has seen. Each piece has a seed of its own.
 */
import { parseRuleset } from '../../console/nft/parser.ts';
import { placeOf } from '../../console/nft/place.ts';
import { Evaluator } from '../../filter/evaluator.ts';
import { PacketView } from '../../filter/packet-view.ts';
import { HOOKS } from '../../filter/ruleset.ts';
import { readUint16 } from '../../wire/bytes.ts';
import { isMalformed } from '../../wire/malformed.ts';
import { compareLive } from '../../../test/conformance/live/compare.ts';
import { mutated } from '../../../test/console/nft/mutations.ts';
import { hasOracle } from '../../../test/oracle.ts';
import { Random } from '../../../test/random.ts';
import { differ, tell } from '../../../test/switch/differential.ts';
import { FdbPlay } from '../../../test/switch/fdb-model.ts';
import { CONFIGURATIONS } from '../../../test/switch/fuzz/configurations.ts';
import { randomConfiguration } from '../../../test/switch/fuzz/random-configuration.ts';
import { Run } from '../../../test/switch/fuzz/run.ts';
import { randomScenario } from '../../../test/switch/scenarios.ts';
import type { Part } from './part.ts';

/** Every second piece goes through one of the ten fixed switches, every other through a random one. */
const frames: Part = {
  name: 'frames',
  unit: 'random and broken frames through a switch, each accounted for',
  amount: 100_000_000,
  piece: 10_000,
  play(seed) {
    const random = new Random(seed);
    const configuration = random.chance(0.5) ? random.pick(CONFIGURATIONS) : randomConfiguration(random);
    new Run(configuration, seed).play(this.piece);
  },
};

const twin: Part = {
  name: 'twin',
  unit: 'random scenarios on the engine and on the naive twin',
  amount: 200_000,
  piece: 1,
  play(seed) {
    const scenario = randomScenario(new Random(seed));
    if (differ(scenario) !== null) throw new Error(tell(seed, scenario));
  },
};

const rules: Part = {
  name: 'rules',
  unit: 'broken nft rulesets, refused with a place or run',
  amount: 2_000_000,
  piece: 100,
  play(seed) {
    const random = new Random(seed);
    for (let left = this.piece; left > 0; left--) checkRuleset(mutated(random), random);
  },
};

function checkRuleset(source: string, random: Random): void {
  try {
    const answer = parseRuleset(source);
    if (!isMalformed(answer)) {
      const evaluator = new Evaluator(answer);
      const view = noiseView(random);
      for (const hook of HOOKS) evaluator.run(hook, view);
      return;
    }
    if (answer.at < 0 || answer.at > source.length) throw new Error(`the place ${answer.at} is outside`);
    const { line, column } = placeOf(source, answer.at);
    if (!(line >= 1 && column >= 1)) throw new Error(`the place is line ${line}, column ${column}`);
  } catch (error) {
    throw new Error(`seed ${random.seed}: ${String(error)}\n${JSON.stringify(source)}`, { cause: error });
  }
}

function noiseView(random: Random): PacketView {
  const view = new PacketView();
  view.bytes = random.bytes(random.between(14, 80));
  view.end = view.bytes.length;
  view.body = 12;
  view.network = 14;
  view.bytes[12] = random.pick([0x08, 0x86, 0x81]);
  view.bytes[13] = random.pick([0x00, 0x06, 0xdd]);
  view.protocol = readUint16(view.bytes, 12);
  view.inPort = 'p1';
  view.outPort = 'p2';
  view.locateTransport();
  return view;
}

const fdb: Part = {
  name: 'fdb',
  unit: 'steps of a forwarding database and of a Map',
  amount: 50_000_000,
  piece: 2000,
  play(seed) {
    new FdbPlay(seed, new Random(seed).pick([8, 200, 20_000])).play(this.piece);
  },
};

const live: Part = {
  name: 'live',
  unit: 'frames through a real Open vSwitch and through the engine, byte for byte',
  amount: 20_000,
  piece: 100,
  missing: () => (hasOracle('ovs-vswitchd') ? null : 'ovs-vswitchd is not installed'),
  async play(seed) {
    const { mismatches } = await compareLive(this.piece, seed);
    const [first] = mismatches;
    if (first !== undefined)
      throw new Error(`seed ${seed}: ${JSON.stringify(first.vector.setup)}\n${JSON.stringify(first.found[0])}`);
  },
};

export const PARTS: readonly Part[] = [frames, twin, rules, fdb, live];
