/**
 * A random switch: how many ports, of which sizes, in which VLANs, states and with which flags; which options; which rules
 * of nftables, in nft's own language. A configuration that makes little sense is one that somebody will set up.
 */
import { parseRuleset } from '../../../src/console/nft/parser.ts';
import { Ieee8021q } from '../../../src/switch/profiles/ieee-8021q.ts';
import { PORT_FLAGS } from '../../../src/switch/profiles/linux-bridge/bridge-port.ts';
import { addPort, createBridge } from '../../../src/switch/profiles/linux-bridge/configuration.ts';
import { mac } from '../../../src/wire/mac-address.ts';
import { isMalformed } from '../../../src/wire/malformed.ts';
import { randomMatches, randomVerdict } from '../../console/nft/random-rules.ts';
import type { Random } from '../../random.ts';
import { HOST, portMac } from '../bench.ts';
import { flag, option, rules, someChange, take, vlan, type Configuration, type Step } from './configurations.ts';

const VIDS = [1, 10, 20, 4094];
const MTUS = [68, 100, 576, 1500, 1500, 9000];
const HOOKS = ['prerouting', 'input', 'forward', 'output', 'postrouting'];
const PORTS_MAX = 8;

export function randomConfiguration(random: Random): Configuration {
  const portCount = random.between(1, PORTS_MAX);
  const names = Array.from({ length: portCount }, (_, index) => `p${index + 1}`);
  if (random.chance(0.1)) return randomPhysicalSwitch(random, names);
  const mtus = names.map(() => random.pick(MTUS));
  const isPromiscuous = random.chance(0.15);
  const ruleset = random.chance(0.4) ? randomRuleset(random) : null;
  const steps: Step[] = [
    option('vlan_filtering', random.chance(0.65) ? 1 : 0),
    ...random.some(
      [
        option('vlan_protocol', '802.1ad'),
        option('vlan_default_pvid', random.pick([0, 10, 20])),
        option('ageing_time', random.pick([0, 100, 1000])),
        option('group_fwd_mask', random.below(0x2000) << 3),
        option('no_linklocal_learn', 1),
      ],
      0.25,
    ),
    ...Array.from({ length: random.below(12) }, () => randomVlan(random, random.pick([...names, 'br0']))),
    ...names.flatMap((name) => randomFlags(random, name)),
    ...(ruleset === null ? [] : [rules(ruleset)]),
  ];
  const isRestless = random.chance(0.3);
  return {
    name: `of ${portCount} ports`,
    portCount,
    // A change while it runs may load rules that rewrite.
    rewrites: isRestless || (ruleset?.includes(' set ') ?? false),
    make: () => {
      const bridge = createBridge('br0', mac(HOST));
      names.forEach((name, index) => addPort(bridge, name, mac(portMac(index + 1)), mtus[index]!));
      for (const step of steps) take(bridge, step, 0);
      bridge.isPromiscuous = isPromiscuous;
      return bridge;
    },
    ...(isRestless && { between: (dice: Random) => someChange(dice, portCount) }),
  };
}

function randomVlan(random: Random, port: string): Step {
  const flags = [...random.some(['pvid'] as const, 0.4), ...random.some(['untagged'] as const, 0.5)];
  return vlan(port, random.pick(VIDS), ...flags);
}

function randomFlags(random: Random, port: string): Step[] {
  return [
    ...random.some([...PORT_FLAGS], 0.12).map((name) => flag(port, name, isOnByDefault(name) ? 'off' : 'on')),
    ...(random.chance(0.1) ? [flag(port, 'state', random.below(5))] : []),
    ...(random.chance(0.08) ? [{ kind: 'link', port, up: false } as const] : []),
    ...(random.chance(0.1) ? [{ kind: 'vlan-state', port, first: 1, last: 1, state: random.below(5) } as const] : []),
    ...(random.chance(0.1)
      ? [{ kind: 'slave', port, attribute: 'group_fwd_mask', value: random.below(0x4000) << 2 } as const]
      : []),
    ...(random.chance(0.2)
      ? [{ kind: 'fdb', port, mac: mac('02:00:00:00:00:0b'), state: 'static', sticky: random.chance(0.5) } as const]
      : []),
  ];
}

function isOnByDefault(name: string): boolean {
  return name === 'learning' || name.endsWith('flood');
}

/** A chain for some of the hooks, with rules that nft would take. */
function randomRuleset(random: Random): string {
  const hooks = random.some(HOOKS, 0.5);
  const chains = hooks.map((hook) => {
    const policy = random.chance(0.85) ? 'accept' : 'drop';
    const lines = Array.from({ length: random.between(1, 5) }, () => randomRule(random));
    return ` chain ${hook} {\n  type filter hook ${hook} priority 0; policy ${policy};\n  ${lines.join('\n  ')}\n }\n`;
  });
  return tableWith(chains.join(''));
}

function randomRule(random: Random): string {
  for (;;) {
    const verdict = random.chance(0.1) ? 'ether daddr set 02:00:00:00:00:78' : randomVerdict(random);
    const rule = `${randomMatches(random)} ${verdict}`;
    if (!isMalformed(parseRuleset(tableWith(` chain c {\n  ${rule}\n }\n`)))) return rule;
  }
}

function tableWith(chains: string): string {
  return `table bridge f {\n chain foo {\n  vlan pcp 3 drop\n }\n${chains}}\n`;
}

function randomPhysicalSwitch(random: Random, names: readonly string[]): Configuration {
  const ports = names.map((name, index) => ({
    name,
    address: mac(portMac(index + 1)),
    native: random.pick([0, 10, 20]),
    tagged: random.some(VIDS, 0.4),
    linkUp: random.chance(0.9),
  }));
  return {
    name: `of ${names.length} ports, plain 802.1Q`,
    portCount: names.length,
    make: () => {
      const profile = new Ieee8021q();
      for (const { name, address, native, tagged, linkUp } of ports) {
        profile.addPort(name, address, native, tagged).linkUp = linkUp;
      }
      return profile;
    },
  };
}
