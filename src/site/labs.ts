/** Lab files for pages: read and checked when the site is built. */
import { readFileSync } from 'node:fs';
import { allSwitches } from '../console/switches.ts';
import { teachAll } from '../explain/all-words.ts';
import { tellProblem, tellRefusal, tellRules } from '../explain/problem.ts';
import { Lab } from '../lab/lab.ts';
import { readLabFile } from '../lab/lab-file.ts';
import type { Scenario } from '../lab/scenario.ts';
import { SetupRefused } from '../lab/switch-node.ts';
import { virtualSwitch } from '../lab/virtual-switch.ts';

/** `content/labs/NAME.yaml`; a file with a mistake stops the build and says where. `rules` go to its virtual switch. */
export function readLab(name: string, rules?: string): Scenario {
  const file = `content/labs/${name}.yaml`;
  const scenario = readLabFile(readFileSync(file, 'utf8'));
  if (!Array.isArray(scenario)) return rules === undefined ? scenario : withRules(scenario, rules);
  throw new Error(scenario.map((problem) => tellProblem(problem, file)).join('\n'));
}

/** The lab of a page; a switch that refuses its setting stops the build with the sentence of the refusal. */
export function openLab(scenario: Scenario): Lab {
  try {
    return new Lab(scenario, SWITCHES);
  } catch (error) {
    if (!(error instanceof SetupRefused)) throw error;
    throw new Error(`${scenario.id}.yaml ${error.node}: ${tellRefusal(error.refused)}`, { cause: error });
  }
}

teachAll();

const SWITCHES = allSwitches((problem, source) => {
  throw new Error(tellRules(problem, source));
});

function withRules(scenario: Scenario, rules: string): Scenario {
  const [name, spec] = virtualSwitch(scenario);
  return { ...scenario, switches: { ...scenario.switches, [name]: { ...spec, rules } } };
}
