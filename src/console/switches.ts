/** Every product's switch, with the console that reads its rules: for programs that may be asked for any of them. */
import { runnable } from '../filter/evaluator.ts';
import type { SwitchMakers } from '../lab/switch-node.ts';
import { hyperVSwitch } from '../lab/switches/hyper-v.ts';
import { ieee8021qSwitch } from '../lab/switches/ieee-8021q.ts';
import { linuxBridges, type RuleParser } from '../lab/switches/linux-bridge.ts';
import { openVswitches } from '../lab/switches/open-vswitch.ts';
import { vmwareVss } from '../lab/switches/vmware-vss.ts';
import { srIovNic } from '../lab/switches/sr-iov.ts';
import { Programs } from '../switch/profiles/open-vswitch/pipeline.ts';
import type { Malformed } from '../wire/malformed.ts';
import { isMalformed } from '../wire/malformed.ts';
import { readFlowFile } from './openflow/flows.ts';
import { parseRuleset } from './nft/parser.ts';

/** `complain` is told of rules that cannot be read, before the lab is refused for them. */
export function allSwitches(complain: (problem: Malformed, source: string) => void = () => undefined): SwitchMakers {
  const parseRules: RuleParser = (source) => {
    const ruleset = parseRuleset(source);
    if (!isMalformed(ruleset)) return runnable(ruleset);
    complain(ruleset, source);
    return { error: 'rules', knob: 'rules', value: ruleset.found, expected: ruleset.expected };
  };
  return {
    'linux-bridge': linuxBridges(parseRules),
    'open-vswitch': openVswitches({ parse: readFlowFile, programs: () => new Programs() }),
    'hyper-v': hyperVSwitch,
    'vmware-vss': vmwareVss,
    'sr-iov': srIovNic,
    'ieee-8021q': ieee8021qSwitch,
  };
}
