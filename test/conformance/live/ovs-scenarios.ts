/**
 * Random configurations of Open vSwitch and frames to put through them. What Open vSwitch itself leaves to chance is left
 * out: overlapping flows of equal priority, DEI in floods, who goes when ports tie for most addresses (ACL-O-2, OVS-38).
 */
import type { OvsSetup } from '../../../src/conformance/open-vswitch-system.ts';
import type { Step } from '../../../src/conformance/vector.ts';
import { toHex } from '../../../src/wire/bytes.ts';
import type { Random } from '../../random.ts';
import type { Scenario } from './ovs-daemon.ts';

const VIDS = [10, 20, 30, 99];
const STATIONS = ['0a', '0b', '0c', '0d', '0e'].map((end) => `0200000000${end}`);
const ODD_SOURCES = ['000000000000', '010000000001', 'ffffffffffff'];
const ODD_DESTINATIONS = [
  'ffffffffffff',
  'ffffffffffff',
  '01005e010203',
  '0180c2000000',
  '0180c2000001',
  '0180c200000e',
  '0180c2000010',
  '01000ccccccc',
  '01000ccdcdcd',
  '00e02b000004',
  '02000000eeee',
];
const IPS = ['0a000001', '0a000002', '0a000103', 'c0a80001'];
const MODES = ['access', 'trunk', 'native-tagged', 'native-untagged', 'dot1q-tunnel'];

export function randomScenario(random: Random, id: string, frames: number): Scenario {
  const setup = randomSetup(random);
  const names = [...setup.ports.map(({ name }) => name), ...(random.chance(0.2) ? ['br0'] : [])];
  const steps: Step[] = [];
  let sent = 0;
  while (sent < frames) {
    const kind = random.below(20);
    if (kind === 0) steps.push({ op: 'advance', seconds: random.pick([1, 7, 40, 310]) });
    else if (kind === 1) steps.push(randomChange(random, setup));
    else if (kind === 2) steps.push({ op: 'fdb', expect: [] });
    else {
      steps.push({ op: 'inject', port: random.pick(names), hex: randomFrame(random), expect: {} });
      sent++;
    }
  }
  steps.push({ op: 'fdb', expect: [] });
  return { id, setup, steps };
}

type PortSetup = OvsSetup['ports'][number];

function randomSetup(random: Random): OvsSetup {
  const count = random.between(3, 6);
  const isPlain = random.chance(0.2);
  const ports = Array.from({ length: count }, (_, index): PortSetup => {
    const base = { name: `p${index + 1}`, ofport: index + 1 };
    if (isPlain) return base;
    const words = random.some(['no-flood', 'no-forward', 'no-receive'], 0.05);
    return { ...base, ...randomColumns(random), ...(words.length === 0 ? {} : { of_config: words }) };
  });
  const withFlows = random.chance(0.4);
  return {
    bridge: randomBridge(random),
    ports,
    ...(random.chance(0.15) ? { local_port: { tag: random.pick(VIDS) } } : {}),
    ...(random.chance(0.3) ? { global: { other_config: { 'vlan-limit': random.below(4) } } } : {}),
    ...(random.chance(0.3) ? { fdb: randomEntries(random, ports) } : {}),
    ...(random.chance(0.25) ? { mirrors: randomMirrors(random, ports, withFlows) } : {}),
    ...(withFlows ? randomFlows(random, count) : {}),
  };
}

function randomBridge(random: Random): OvsSetup['bridge'] {
  const other_config = {
    ...(random.chance(0.2) ? { 'forward-bpdu': 'true' } : {}),
    ...(random.chance(0.3) ? { 'mac-aging-time': random.pick([5, 15, 30, 300, 9999]) } : {}),
  };
  return {
    ...(random.chance(0.1) ? { flood_vlans: random.some([0, ...VIDS], 0.4) } : {}),
    ...(Object.keys(other_config).length === 0 ? {} : { other_config }),
  };
}

function randomColumns(random: Random): Omit<PortSetup, 'name' | 'ofport'> {
  const mode = random.chance(0.4) ? undefined : random.pick(MODES);
  const other_config = {
    ...(random.chance(0.15) ? { 'priority-tags': random.pick(['never', 'if-nonzero', 'always', 'true', 'no']) } : {}),
    ...(random.chance(0.1) ? { 'qinq-ethtype': random.pick(['802.1q', '802.1ad']) } : {}),
  };
  const trunks = random.some([0, ...VIDS, 4095], 0.4);
  const cvlans = random.some([0, 20, 30], 0.5);
  return {
    ...(random.chance(0.6) ? { tag: random.pick([...VIDS, 0]) } : {}),
    ...(random.chance(0.4) && trunks.length > 0 ? { trunks } : {}),
    ...(mode === undefined ? {} : { vlan_mode: mode }),
    ...(mode === 'dot1q-tunnel' && random.chance(0.4) && cvlans.length > 0 ? { cvlans } : {}),
    ...(random.chance(0.15) ? { protected: true } : {}),
    ...(Object.keys(other_config).length === 0 ? {} : { other_config }),
  };
}

function randomEntries(random: Random, ports: readonly PortSetup[]): NonNullable<OvsSetup['fdb']> {
  return random.some(STATIONS, 0.3).map((station) => ({
    mac: station.match(/../g)!.join(':'),
    port: random.pick(ports).name,
    vlan: random.pick([0, ...VIDS]),
  }));
}

function randomMirrors(
  random: Random,
  ports: readonly PortSetup[],
  withFlows: boolean,
): NonNullable<OvsSetup['mirrors']> {
  const names = ports.map(({ name }) => name);
  const output = random.pick(names);
  const others = names.filter((name) => name !== output);
  // A frame is mirrored once, at the first port that is selected: of several targets of a flood that is left to chance.
  const [sources, targets, vids] = [random.some(others, 0.4), [random.pick(others)], random.some(VIDS, 0.4)];
  return [
    {
      ...(!withFlows && random.chance(0.4) ? { select_all: true } : {}),
      ...(sources.length > 0 ? { select_src_port: sources } : {}),
      ...(random.chance(0.6) ? { select_dst_port: targets } : {}),
      ...(random.chance(0.3) && vids.length > 0 ? { select_vlan: vids } : {}),
      ...(random.chance(0.7) ? { output_port: output } : { output_vlan: 99 }),
    },
  ];
}

function randomChange(random: Random, setup: OvsSetup): Step {
  const port = random.pick(setup.ports).name;
  switch (random.below(4)) {
    case 0:
      return { op: 'set', fdb_flush: true };
    case 1: {
      const columns = randomColumns(random);
      const { tag = null, trunks = [], vlan_mode = null, cvlans = [], protected: isProtected = false } = columns;
      return { op: 'set', port, tag, trunks, vlan_mode, cvlans, protected: isProtected } as unknown as Step;
    }
    case 2:
      return {
        op: 'set',
        port,
        of_config: [random.pick(['no-flood', 'flood', 'no-forward', 'forward', 'receive'])],
      } as Step;
    default:
      return {
        op: 'set',
        fdb: { mac: random.pick(STATIONS).match(/../g)!.join(':'), port, vlan: random.pick([0, ...VIDS]) },
      } as unknown as Step;
  }
}

// --- Flows

/** Some words exist only in newer versions of the protocol, others mean something else there. */
const ONLY_13 = /push_vlan|tcp_flags|set_field/;
const ONLY_10 = /mod_vlan|strip_vlan/;

function randomFlows(random: Random, ports: number): Pick<OvsSetup, 'flows' | 'of_version'> {
  const flows = flowTexts(random, ports);
  const isNew = random.chance(0.4);
  const fitting = flows.filter((flow) => !(isNew ? ONLY_10 : ONLY_13).test(flow));
  return { flows: fitting, ...(isNew ? { of_version: 'OpenFlow13' } : {}) };
}

function flowTexts(random: Random, ports: number): string[] {
  const count = random.between(1, 9);
  const flows = Array.from({ length: count }, (_, index) => {
    const table = random.pick([0, 0, 0, 1, 2]);
    const match = randomMatch(random, ports);
    return `table=${table},priority=${100 - index}${match},actions=${randomActions(random, ports, table, match)}`;
  });
  return [...flows, `priority=0,actions=${random.pick(['normal', 'normal', 'drop', 'resubmit(,1)'])}`];
}

function randomMatch(random: Random, ports: number): string {
  const station = (): string => random.pick(STATIONS).match(/../g)!.join(':');
  const tests = [
    () => `in_port=${random.between(1, ports)}`,
    () => `dl_src=${station()}`,
    () => `dl_dst=${station()}`,
    () => 'dl_dst=01:00:00:00:00:00/01:00:00:00:00:00',
    () => `dl_vlan=${random.pick([...VIDS, 0, 0xffff])}`,
    () => `dl_vlan_pcp=${random.below(8)}`,
    () => random.pick(['vlan_tci=0x0000', 'vlan_tci=0x1000/0x1000', 'vlan_tci=0x000a/0x0fff']),
    () =>
      random.pick(['ip', 'arp', 'tcp', 'udp', 'icmp', 'dl_type=0x88b5', 'ipv6', 'dl_type=0x05ff', 'dl_type=0x8100']),
    () => `ip,nw_src=${random.pick(['10.0.0.1', '10.0.0.0/24', '10.0.0.0/255.0.255.0'])}`,
    () => `ip,nw_dst=${random.pick(['10.0.0.2', '10.0.0.0/8'])}`,
    () => `tcp,tp_dst=${random.pick([22, 80, 0])}`,
    () => `udp,tp_src=${random.pick([53, 68, 0])}`,
    () => `icmp,icmp_type=${random.pick([0, 8])}`,
    () => `ip,nw_tos=${random.pick([0, 32])}`,
    () => `ip,nw_ttl=${random.pick([1, 64])}`,
    () => `ip,ip_frag=${random.pick(['no', 'yes', 'first', 'later', 'not_later'])}`,
    () => `arp,arp_op=${random.between(1, 2)}`,
    () => `arp,arp_spa=10.0.0.${random.between(1, 2)}`,
    () => `tcp,tcp_flags=${random.pick(['+syn', '+ack', '-syn'])}`,
  ];
  const chosen = random.pick([0, 1, 1, 2]);
  const texts = Array.from({ length: chosen }, () => random.pick(tests)());
  // Two tests of one field would overwrite each other.
  const first = texts[0];
  return first === undefined ? '' : `,${texts.length > 1 && canJoin(first, texts[1]!) ? texts.join(',') : first}`;
}

function namesIn(text: string): string[] {
  return text.split(',').map((test) => test.split('=')[0]!);
}

function canJoin(a: string, b: string): boolean {
  const protocols = /^(ip|arp|tcp|udp|icmp|ipv6|dl_type|nw_|tp_|icmp_|arp_|ip_frag|tcp_flags)/;
  if (protocols.test(a) && protocols.test(b)) return false;
  const vlan = /vlan/;
  return !(vlan.test(a) && vlan.test(b)) && !namesIn(a).some((name) => namesIn(b).includes(name));
}

function randomActions(random: Random, ports: number, table: number, match: string): string {
  const station = (): string => random.pick(STATIONS).match(/../g)!.join(':');
  const port = (): number => random.between(1, ports);
  const makers = [
    () => 'normal',
    () => 'normal',
    () => `output:${port()}`,
    () => `output:${port()}`,
    () => 'flood',
    () => 'all',
    () => 'local',
    () => 'in_port',
    () => `mod_vlan_vid:${random.pick(VIDS)}`,
    () => `mod_vlan_pcp:${random.below(8)}`,
    () => 'strip_vlan',
    () => `push_vlan:${random.pick(['0x8100', '0x88a8'])}`,
    () => `mod_dl_src:${station()}`,
    () => `mod_dl_dst:${station()}`,
    () => `resubmit(,${random.between(table, 2)})`,
    () => `resubmit(${port()},${random.between(0, 2)})`,
    () => `mod_nw_src:10.0.0.${random.between(1, 9)}`,
    () => `mod_nw_dst:10.0.0.${random.between(1, 9)}`,
    () => `mod_nw_tos:${random.pick([0, 32, 64])}`,
    () => `mod_tp_dst:${random.pick([80, 8080])}`,
    () => 'dec_ttl',
  ];
  if (random.chance(0.12)) return 'drop';
  const list = Array.from({ length: random.between(1, 4) }, () => random.pick(makers)());
  // Without a match on the type `ovs-ofctl` refuses to write into a packet.
  const mayWrite = /,(ip|tcp|udp)\b/.test(match);
  const mayWritePorts = /,(tcp|udp)\b/.test(match);
  const fitting = list.filter(
    (action) => (mayWrite || !/^(mod_nw|dec_ttl)/.test(action)) && (mayWritePorts || !action.startsWith('mod_tp')),
  );
  return [...fitting, ...(fitting.length < list.length ? ['normal'] : [])].join(',');
}

// --- Frames

function randomFrame(random: Random): string {
  const dst = random.chance(0.35) ? random.pick(ODD_DESTINATIONS) : random.pick(STATIONS);
  const src = random.chance(0.06) ? random.pick(ODD_SOURCES) : random.pick(STATIONS);
  const tags = Array.from({ length: random.pick([0, 0, 0, 1, 1, 1, 2, 2, 3]) }, () => randomTag(random)).join('');
  const frame = dst + src + tags + randomContent(random);
  if (random.chance(0.03)) return frame.slice(0, 2 * random.between(14, Math.max(14, frame.length / 2)));
  return random.chance(0.02) ? frame + '00'.repeat(random.pick([1400, 1450, 1486, 1487, 1500])) : frame;
}

function randomTag(random: Random): string {
  const tpid = random.pick(['8100', '8100', '8100', '88a8', '9100']);
  const tci = (random.pick([0, 0, 3, 7]) << 13) | random.pick([...VIDS, ...VIDS, 0, 1, 4095]);
  return tpid + tci.toString(16).padStart(4, '0');
}

function randomContent(random: Random): string {
  const kind = random.below(10);
  if (kind < 3) return `88b5${toHex(random.bytes(random.between(0, 20)))}`;
  if (kind === 3) {
    const [sender, target] = [random.pick(STATIONS), random.pick(STATIONS)];
    const operation = random.pick(['0001', '0002', '0003', '0100']);
    return `0806000108000604${operation}${sender}${random.pick(IPS)}${target}${random.pick(IPS)}`;
  }
  if (kind === 4)
    return `${random.pick(['0004', '0026', '0100'])}aaaa03000000${random.pick(['0800', '88b5', '0003'])}0102`;
  if (kind === 5) return `86dd${randomIpv6(random)}`;
  return `0800${randomIpv4(random)}`;
}

function hex16(value: number): string {
  return value.toString(16).padStart(4, '0');
}

function randomTransport(random: Random, protocol: number): string {
  const [from, to] = [hex16(random.pick([53, 68, 1000])), hex16(random.pick([22, 53, 80]))];
  if (protocol === 6) {
    const flags = random.pick(['5002', '5012', '5010', '5004', '4002', 'f002']);
    return `${from}${to}0000000100000001${flags}ffff${random.pick(['0000', '1234'])}0000`;
  }
  if (protocol === 17) return `${from}${to}000c${random.pick(['0000', '4321', 'ffff'])}61626364`;
  if (protocol === 1) return `${random.pick(['0800', '0000', '0301'])}ffff00010001`;
  return '0102030405060708';
}

function randomIpv4(random: Random): string {
  const protocol = random.pick([1, 6, 6, 17, 17, 47]);
  const content = randomTransport(random, protocol);
  const total = 20 + content.length / 2 + (random.chance(0.05) ? random.pick([-30, -1, 1, 40]) : 0);
  const head = random.chance(0.05) ? random.pick(['44', '46', '4f', '65', '55']) : '45';
  const fragment = random.chance(0.1) ? random.pick(['2000', '2001', '0010', '4000', '8000']) : '0000';
  const [tos, ttl] = [random.pick(['00', '20', '03']), random.pick(['40', '01', '00'])];
  const bytes = `${head}${tos}${hex16(Math.max(0, total))}0001${fragment}${ttl}${protocol.toString(16).padStart(2, '0')}`;
  return `${bytes}${random.pick(['0000', 'beef'])}${random.pick(IPS)}${random.pick(IPS)}${content}`;
}

function randomIpv6(random: Random): string {
  const protocol = random.pick([6, 17, 58, 0, 44]);
  const inner = random.pick([6, 17]);
  const extension = `${inner.toString(16).padStart(2, '0')}${random.pick(['00', '01', '05'])}000104000000`;
  const content =
    protocol === 0 || protocol === 44 ? extension + randomTransport(random, inner) : randomTransport(random, protocol);
  const size = hex16(content.length / 2 + (random.chance(0.1) ? random.pick([-3, 4]) : 0));
  const address = (): string => `20010db8${'0'.repeat(23)}${random.between(1, 3)}`;
  return `60000000${size}${protocol.toString(16).padStart(2, '0')}40${address()}${address()}${content}`;
}
