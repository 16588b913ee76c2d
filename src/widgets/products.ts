/**
 * The products that are shown, and no others: each comes with its switch and its words. Parser and evaluator of rules are a fifth
 * of a lab's weight: they come where a lab has rules.
 */
import { teach, type Words } from '../explain/words.ts';
import type { SwitchSpec } from '../lab/scenario.ts';
import type { SwitchChange, SwitchMaker, SwitchMakers } from '../lab/switch-node.ts';
import type { RuleParser } from '../lab/switches/linux-bridge.ts';
import type { FlowKit } from '../lab/switches/open-vswitch.ts';
import type { Refusal } from '../outcome/refusal.ts';
import type { ProfileId } from '../switch/profile.ts';

interface Product {
  readonly words: () => Promise<{ readonly WORDS: Words }>;
  /** `hasRules`: the lab has some, from the beginning or to be switched on. */
  make(hasRules: boolean): Promise<SwitchMaker>;
  /** An administrator's rules, as the change that loads them; absent: it has none that are text. */
  rules?(text: string): Promise<SwitchChange | Refusal>;
}

const PRODUCTS: Readonly<Record<ProfileId, Product>> = {
  'linux-bridge': {
    words: () => import('../explain/words/linux-bridge.ts'),
    async make(hasRules) {
      const { linuxBridges } = await import('../lab/switches/linux-bridge.ts');
      return linuxBridges(hasRules ? await nftParser() : () => ({ tables: [], start: unstartable }));
    },
    async rules(text) {
      const ruleset = (await nftParser())(text);
      return 'error' in ruleset ? ruleset : { kind: 'rules', ruleset };
    },
  },
  'open-vswitch': {
    words: () => import('../explain/words/open-vswitch.ts'),
    async make(hasRules) {
      const { openVswitches } = await import('../lab/switches/open-vswitch.ts');
      return openVswitches(hasRules ? await flowKit() : null);
    },
    async rules(text) {
      // Without rules of an administrator there is still the one that a bridge starts with.
      const flows = (await flowKit()).parse(text === '' ? 'priority=0,actions=NORMAL' : text, new Map());
      return 'error' in flows ? flows : { kind: 'flows', flows, replaces: true };
    },
  },
  'vmware-vss': {
    words: () => import('../explain/words/vmware-vss.ts'),
    // No lab file can have lists yet: what runs them would come here, as with the products above.
    make: async () => (await import('../lab/switches/vmware-vss.ts')).vmwareSwitches(null),
  },
  'hyper-v': {
    words: () => import('../explain/words/hyper-v.ts'),
    make: async () => (await import('../lab/switches/hyper-v.ts')).hyperVSwitches(null),
  },
  'sr-iov': {
    words: () => import('../explain/words/sr-iov.ts'),
    make: async () => (await import('../lab/switches/sr-iov.ts')).srIovNic,
  },
  'ieee-8021q': {
    words: () => import('../explain/words/ieee-8021q.ts'),
    make: async () => (await import('../lab/switches/ieee-8021q.ts')).ieee8021qSwitch,
  },
};

/** `opensFlows`: flows will be written although there are none at first. */
export async function loadProducts(specs: readonly SwitchSpec[], opensFlows = false): Promise<SwitchMakers> {
  const profiles = [...new Set(specs.map(({ profile }) => profile))];
  const made = profiles.map(async (profile) => {
    const { words, make } = PRODUCTS[profile];
    const own = specs.filter((spec) => spec.profile === profile);
    const hasRules = opensFlows || own.some(({ rules, options }) => rules !== '' || options['fail_mode'] === 'secure');
    const [{ WORDS }, maker] = await Promise.all([words(), make(hasRules)]);
    teach(profile, WORDS);
    return [profile, maker] as const;
  });
  return Object.fromEntries(await Promise.all(made));
}

export async function rulesChange(profile: ProfileId, text: string): Promise<SwitchChange | Refusal> {
  const { rules } = PRODUCTS[profile];
  return rules?.(text) ?? { error: 'unmodelled', knob: 'rules', value: text, expected: '' };
}

async function nftParser(): Promise<RuleParser> {
  const { parseRuleset } = await import('../console/nft/parser.ts');
  const { runnable } = await import('../filter/evaluator.ts');
  return (text) => {
    const ruleset = parseRuleset(text);
    return 'malformed' in ruleset
      ? { error: 'rules', knob: 'rules', value: ruleset.found, expected: ruleset.expected }
      : runnable(ruleset);
  };
}

async function flowKit(): Promise<FlowKit> {
  const { readFlowFile } = await import('../console/openflow/flows.ts');
  const { Programs } = await import('../switch/profiles/open-vswitch/pipeline.ts');
  return { parse: readFlowFile, programs: () => new Programs() };
}

function unstartable(): never {
  throw new Error('no rules to start');
}
