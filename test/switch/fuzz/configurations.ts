/**
 * The switches that fuzzed frames are sent through: ten that each look at one thing, and random ones (`random-configuration.ts`). A
 * configuration is data, so that the same switch can be built twice.
 */
import { parseRuleset } from '../../../src/console/nft/parser.ts';
import { runnable } from '../../../src/filter/evaluator.ts';
import { EMPTY_RULESET } from '../../../src/filter/ruleset.ts';
import type { Profile } from '../../../src/switch/profile.ts';
import { Ieee8021q } from '../../../src/switch/profiles/ieee-8021q.ts';
import { applyChange, findPort, type LinuxBridgeChange } from '../../../src/switch/profiles/linux-bridge/change.ts';
import { addPort, createBridge, removePort } from '../../../src/switch/profiles/linux-bridge/configuration.ts';
import type { LinuxBridge } from '../../../src/switch/profiles/linux-bridge/linux-bridge.ts';
import { Relay } from '../../../src/switch/relay.ts';
import type { Trace } from '../../../src/switch/trace.ts';
import { mac } from '../../../src/wire/mac-address.ts';
import { isMalformed } from '../../../src/wire/malformed.ts';
import type { Random } from '../../random.ts';
import { HOST, portMac } from '../bench.ts';

export type Switch = LinuxBridge | Ieee8021q;

/** A command, or a port that leaves the bridge or joins it. */
export type Step =
  | LinuxBridgeChange
  | { readonly kind: 'leave'; readonly port: string }
  | { readonly kind: 'join'; readonly port: string };

export interface Configuration {
  readonly name: string;
  /** Each call makes the same switch again. */
  readonly make: () => Switch;
  /** Ports besides the host's. */
  readonly portCount: number;
  /** Rules may give a frame other addresses. */
  readonly rewrites?: boolean;
  /** What happens to it between batches. */
  readonly between?: (random: Random) => Step;
  /** Where a fault is planted in the relay itself. */
  readonly relay?: (profile: Switch, trace: Trace) => Relay<Switch>;
}

/** Refusals are the switch's business. */
export function take(profile: Profile, step: Step, nowMs: number): void {
  const bridge = profile as LinuxBridge;
  if (step.kind === 'leave') {
    const port = findPort(bridge, step.port);
    if (port !== undefined) removePort(bridge, port);
  } else if (step.kind === 'join') {
    addPort(bridge, step.port, mac(portMac(Number(step.port.slice(1)))));
  } else {
    applyChange(bridge, step, nowMs);
  }
}

const PORT_COUNT = 6;

const RULESET = `table bridge f {
  set s {
    type ether_addr
    elements = { 02:00:00:00:00:0b, 02:00:00:00:00:0c }
  }
  chain sub {
    ether type arp return
    tcp dport { 22, 80 } drop
    udp sport 53-67 accept
  }
  chain pre {
    type filter hook prerouting priority 0; policy accept;
    ether saddr 02:00:00:00:00:0d drop
    ip6 nexthdr tcp ether saddr set 02:00:00:00:00:77
    vlan id 10-20 vlan pcp 3 drop
  }
  chain in {
    type filter hook input priority 0; policy accept;
    meta pkttype multicast drop
  }
  chain fwd {
    type filter hook forward priority 0; policy accept;
    ether saddr @s jump sub
    ip saddr 192.0.2.0/24 counter
    arp operation request oifname "p3" drop
    meta l4proto { tcp, udp } ether daddr set 02:00:00:00:00:78
    icmpv6 type 135 drop
  }
  chain out {
    type filter hook output priority 10; policy drop;
    ether daddr & 01:00:00:00:00:00 == 01:00:00:00:00:00 accept
  }
  chain post {
    type filter hook postrouting priority 0; policy accept;
    ip frag-off & 0x1fff != 0 drop
  }
}
`;

export const vlan = (port: string, vid: number, ...flags: ('pvid' | 'untagged')[]): LinuxBridgeChange => ({
  kind: 'vlan',
  port,
  first: vid,
  last: vid,
  self: port === 'br0',
  pvid: flags.includes('pvid'),
  untagged: flags.includes('untagged'),
});
export const flag = (port: string, name: string, value: string | number): LinuxBridgeChange => ({
  kind: 'flag',
  port,
  flag: name,
  value,
});
export const option = (name: string, value: string | number): LinuxBridgeChange => ({
  kind: 'bridge',
  option: name,
  value,
});

const VLANS: readonly LinuxBridgeChange[] = [
  vlan('p1', 10, 'pvid', 'untagged'),
  vlan('p2', 20, 'pvid', 'untagged'),
  vlan('p3', 10),
  vlan('p3', 20),
  vlan('p4', 10, 'pvid', 'untagged'),
  vlan('p4', 20),
  vlan('p5', 10, 'untagged'),
  vlan('p5', 20, 'untagged'),
  vlan('br0', 10),
  vlan('br0', 20, 'pvid', 'untagged'),
];
export const FLAGS: readonly LinuxBridgeChange[] = [
  flag('p1', 'isolated', 'on'),
  flag('p2', 'isolated', 'on'),
  flag('p2', 'hairpin', 'on'),
  flag('p3', 'hairpin', 'on'),
  flag('p4', 'locked', 'on'),
  flag('p4', 'learning', 'off'),
  flag('p5', 'flood', 'off'),
  flag('p5', 'mcast_flood', 'off'),
  flag('p6', 'bcast_flood', 'off'),
  flag('p6', 'state', 'learning'),
];

export function bridgeWith(changes: readonly LinuxBridgeChange[], isPromiscuous = false): LinuxBridge {
  const bridge = createBridge('br0', mac(HOST));
  for (let number = 1; number <= PORT_COUNT; number++)
    addPort(bridge, `p${number}`, mac(portMac(number)), number === 6 ? 100 : 1500);
  for (const change of changes) {
    const outcome = applyChange(bridge, change, 0);
    if (outcome !== null) throw new Error(JSON.stringify({ change, outcome }));
  }
  bridge.isPromiscuous = isPromiscuous;
  return bridge;
}

/** A ruleset as the change that loads it. */
export function rules(text: string): LinuxBridgeChange {
  const ruleset = parseRuleset(text);
  if (isMalformed(ruleset)) throw new Error(JSON.stringify(ruleset));
  return { kind: 'rules', ruleset: runnable(ruleset) };
}

const RULES = rules(RULESET);
const NO_RULES: LinuxBridgeChange = { kind: 'rules', ruleset: runnable(EMPTY_RULESET) };

function physicalSwitch(): Ieee8021q {
  const profile = new Ieee8021q();
  profile.addPort('p1', mac(portMac(1)), 10, []);
  profile.addPort('p2', mac(portMac(2)), 20, []);
  profile.addPort('p3', mac(portMac(3)), 0, [10, 20]);
  profile.addPort('p4', mac(portMac(4)), 10, [20]);
  profile.addPort('p5', mac(portMac(5)), 0, [20]).linkUp = false;
  profile.addPort('p6', mac(portMac(6)), 0, []);
  return profile;
}

const AWARE = option('vlan_filtering', 1);
export const VLAN_AWARE: readonly LinuxBridgeChange[] = [AWARE, ...VLANS];
const FIXED: readonly Omit<Configuration, 'portCount'>[] = [
  { name: 'without VLANs', make: () => bridgeWith([]) },
  { name: 'VLAN-aware', make: () => bridgeWith([...VLAN_AWARE]) },
  { name: '802.1ad', make: () => bridgeWith([AWARE, option('vlan_protocol', '802.1ad'), ...VLANS]) },
  { name: 'isolated, hairpin, locked', make: () => bridgeWith(FLAGS) },
  { name: 'VLAN-aware with all flags', make: () => bridgeWith([...VLAN_AWARE, ...FLAGS]) },
  { name: 'promiscuous', make: () => bridgeWith([...VLAN_AWARE], true) },
  { name: 'with an nft ruleset', rewrites: true, make: () => bridgeWith([RULES]) },
  {
    name: 'VLAN-aware with an nft ruleset',
    rewrites: true,
    make: () => bridgeWith([...VLAN_AWARE, ...FLAGS, RULES]),
  },
  {
    name: 'changing all the time',
    rewrites: true,
    make: () => bridgeWith([...VLAN_AWARE, RULES]),
    between: (random) => someChange(random),
  },
  { name: 'the plain 802.1Q switch', make: physicalSwitch },
];

/** Each looks at one thing. */
export const CONFIGURATIONS: readonly Configuration[] = FIXED.map((fixed) => ({ ...fixed, portCount: PORT_COUNT }));

export function someChange(random: Random, portCount = PORT_COUNT): Step {
  const port = `p${random.between(1, portCount)}`;
  return random.pick([
    option('vlan_filtering', random.below(2)),
    option('vlan_protocol', random.pick(['802.1Q', '802.1ad'])),
    option('ageing_time', random.pick([0, 100, 30_000])),
    option('group_fwd_mask', random.below(0x2000) << 3),
    flag(port, random.pick(['hairpin', 'isolated', 'locked', 'learning', 'flood']), random.pick(['on', 'off'])),
    flag(port, 'state', random.below(4)),
    { kind: 'link', port: random.chance(0.1) ? 'br0' : port, up: random.chance(0.7) },
    { kind: 'vlan', port, first: 10, last: 20, remove: random.chance(0.5) },
    { kind: 'fdb-flush', port },
    { kind: 'fdb-flush' },
    random.chance(0.5) ? RULES : NO_RULES,
    { kind: 'vlan-state', port, first: 10, last: 10, state: random.below(5) },
    { kind: 'leave', port },
    { kind: 'join', port },
    { kind: 'join', port },
  ] satisfies Step[]);
}
