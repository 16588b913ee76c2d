/**
 * The products of a lab, and no others: each comes with its switch and its words. Parser and evaluator of rules are a fifth
 * of a lab's weight: they come where a lab has rules.
 */
import { BRIDGE_REASONS } from '../../explain/reasons/bridge.ts';
import { teach } from '../../explain/words.ts';
import type { LabData } from './lab-data.ts';
import type { Scenario } from '../../lab/scenario.ts';
import type { SwitchChange, SwitchMaker, SwitchMakers } from '../../lab/switch-node.ts';
import type { RuleParser } from '../../lab/switches/linux-bridge.ts';
import type { Refusal } from '../../outcome/refusal.ts';
import type { ProfileId } from '../../switch/profile.ts';

interface Product {
  /** `hasRules`: the lab begins with some. */
  make(hasRules: boolean): Promise<SwitchMaker>;
  /** An administrator's rules, as the change that loads them. */
  rules(text: string): Promise<SwitchChange | Refusal>;
}

const PRODUCTS: Readonly<Record<ProfileId, Product>> = {
  'linux-bridge': {
    async make(hasRules) {
      teach('linux-bridge', { reasons: BRIDGE_REASONS, doubts: {} });
      const { linuxBridges } = await import('../../lab/switches/linux-bridge.ts');
      return linuxBridges(hasRules ? await nftParser() : () => ({ tables: [], start: unstartable }));
    },
    async rules(text) {
      const ruleset = (await nftParser())(text);
      return 'error' in ruleset ? ruleset : { kind: 'rules', ruleset };
    },
  },
  'ieee-8021q': {
    async make() {
      const { IEEE_8021Q_DOUBTS } = await import('../../explain/doubts/ieee-8021q.ts');
      teach('ieee-8021q', { reasons: BRIDGE_REASONS, doubts: IEEE_8021Q_DOUBTS });
      return (await import('../../lab/switches/ieee-8021q.ts')).ieee8021qSwitch;
    },
    rules: async (text) => ({ error: 'unmodelled', knob: 'rules', value: text, expected: '' }),
  },
  'sr-iov': {
    async make() {
      const { SR_IOV_REASONS } = await import('../../explain/reasons/sr-iov.ts');
      const { SR_IOV_DOUBTS } = await import('../../explain/doubts/sr-iov.ts');
      teach('sr-iov', { reasons: SR_IOV_REASONS, doubts: SR_IOV_DOUBTS });
      return (await import('../../lab/switches/sr-iov.ts')).srIovNic;
    },
    rules: async (text) => ({ error: 'unmodelled', knob: 'rules', value: text, expected: '' }),
  },
};

export async function loadSwitches({ switches }: Scenario): Promise<SwitchMakers> {
  const specs = Object.values(switches);
  const profiles = [...new Set(specs.map(({ profile }) => profile))];
  const made = profiles.map(async (profile) => {
    const hasRules = specs.some((spec) => spec.profile === profile && spec.rules !== '');
    return [profile, await PRODUCTS[profile].make(hasRules)] as const;
  });
  return Object.fromEntries(await Promise.all(made));
}

export async function rulesChange({ scenario, switch: name }: LabData, text: string): Promise<SwitchChange | Refusal> {
  return PRODUCTS[scenario.switches[name]!.profile].rules(text);
}

async function nftParser(): Promise<RuleParser> {
  const { parseRuleset } = await import('../../console/nft/parser.ts');
  const { runnable } = await import('../../filter/evaluator.ts');
  return (text) => {
    const ruleset = parseRuleset(text);
    return 'malformed' in ruleset
      ? { error: 'rules', knob: 'rules', value: ruleset.found, expected: ruleset.expected }
      : runnable(ruleset);
  };
}

function unstartable(): never {
  throw new Error('no rules to start');
}
