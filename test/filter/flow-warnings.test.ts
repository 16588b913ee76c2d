/**
 * Warnings about flows, against brute force: on a few bits of a few fields every packet that can exist is tried.
 */
import { describe, expect, it } from 'vitest';
import { parseFlows } from '../../src/console/openflow/parser.ts';
import { implies, isPossible, literalsOf } from '../../src/filter/flow-bits.ts';
import { flowWarnings } from '../../src/filter/flow-warnings.ts';
import { FLOW_FIELDS, type Flow, type FlowField, type FlowTest } from '../../src/filter/flow.ts';
import { Random } from '../random.ts';

/** Values of fields; those that are missing are of no interest. */
type Packet = Readonly<Partial<Record<FlowField, number>>>;

/** Which packets there are, in the words of ovs-fields(7) and ovs-ofctl(8). */
function exists(packet: Packet): boolean {
  const { ct_state: state = 0, ct_mark: mark = 0, vlan_tci: tci = 0, ip_frag: frag = 0 } = packet;
  const { tp_dst: port = 0, tp_src: source = 0, eth_type: type = 0, ip_proto: protocol = 0 } = packet;
  const has = (flag: number): boolean => (state & flag) !== 0;
  const [isNew, isEst, isRpl, isInv, isTrk] = [has(1), has(2), has(8), has(16), has(32)];
  if (!isTrk && (state !== 0 || mark !== 0)) return false;
  if (isInv && state !== 48) return false;
  if (isNew && (isEst || isRpl)) return false;
  if ((tci & 0x1000) === 0 && tci !== 0) return false;
  if (frag === 2) return false;
  if (frag !== 0 && (port !== 0 || source !== 0)) return false;
  if (type === 0x86dd && frag === 3 && protocol !== 44) return false;
  const isIcmp = (type === 0x0800 && protocol === 1) || (type === 0x86dd && protocol === 58);
  return !(isIcmp && (port > 255 || source > 255));
}

/** Bits that are tried, by field; of some fields whole values. */
interface Space {
  readonly bits: Readonly<Partial<Record<FlowField, readonly number[]>>>;
  readonly values: Readonly<Partial<Record<FlowField, readonly number[]>>>;
}

const SPACES: readonly Space[] = [
  {
    bits: { ct_state: [1, 2, 4, 8, 16, 32], ct_mark: [1], vlan_tci: [1, 0x1000, 0x2000], ip_frag: [1, 2], tp_dst: [1] },
    values: {},
  },
  {
    bits: { ip_frag: [1, 2], tp_src: [1, 0x100], tp_dst: [0x200], ct_state: [1, 32] },
    values: { eth_type: [0x0800, 0x86dd, 0x0806], ip_proto: [1, 6, 44, 58] },
  },
];

function packetsOf({ bits, values }: Space): Packet[] {
  let packets: Packet[] = [{}];
  for (const [field, masks] of Object.entries(bits)) {
    for (const mask of masks) {
      packets = packets.flatMap((packet) => {
        const value = packet[field as FlowField] ?? 0;
        return [
          { ...packet, [field]: value },
          { ...packet, [field]: value | mask },
        ];
      });
    }
  }
  for (const [field, all] of Object.entries(values)) {
    packets = packets.flatMap((packet) => all.map((value) => ({ ...packet, [field]: value })));
  }
  return packets.filter(exists);
}

function testOf(field: FlowField, value: number, mask: number): FlowTest {
  const size = FLOW_FIELDS[field] / 8;
  const bytes = (number: number): Uint8Array =>
    Uint8Array.from({ length: size }, (_, at) => (number >>> (8 * (size - 1 - at))) & 0xff);
  return { field, value: bytes(value & mask), mask: bytes(mask) };
}

function randomMatch({ bits, values }: Space, random: Random): FlowTest[] {
  const tests: FlowTest[] = [];
  for (const [field, masks] of Object.entries(bits) as [FlowField, number[]][]) {
    if (random.chance(0.5)) continue;
    const mask = random.some(masks, 0.5).reduce((all, one) => all | one, 0);
    if (mask !== 0) tests.push(testOf(field, random.word(), mask));
  }
  for (const [field, all] of Object.entries(values) as [FlowField, number[]][]) {
    if (random.chance(0.7)) tests.push(testOf(field, random.pick(all), 2 ** FLOW_FIELDS[field] - 1));
  }
  return tests;
}

function numberOf(bytes: Uint8Array): number {
  return bytes.reduce((all, byte) => all * 256 + byte, 0);
}

function isMatched(packet: Packet, match: readonly FlowTest[]): boolean {
  return match.every(({ field, value, mask }) => {
    return (packet[field]! & numberOf(mask)) >>> 0 === numberOf(value);
  });
}

describe.each([0, 1])('in space %i', (index) => {
  const space = SPACES[index]!;
  const packets = packetsOf(space);

  it('there are packets, and fewer than bits would allow', () => {
    expect(packets.length).toBeGreaterThan(100);
    expect(packets.every(exists)).toBe(true);
  });

  it('whether a packet exists that a match, or two matches, want is decided as brute force does, seed 41', () => {
    const random = new Random(41 + index);
    let [impossible, disjoint, within] = [0, 0, 0];
    for (let round = 0; round < 600; round++) {
      const one = randomMatch(space, random);
      const other = randomMatch(space, random);
      const [first, second] = [one, other].map(literalsOf);
      const matched = packets.filter((packet) => isMatched(packet, one));
      const both = matched.filter((packet) => isMatched(packet, other));
      const text = JSON.stringify([one, other]);
      expect(isPossible(first!), text).toBe(matched.length > 0);
      expect(isPossible([...first!, ...second!]), text).toBe(both.length > 0);
      expect(implies(first!, second!), text).toBe(both.length === matched.length);
      if (matched.length === 0) impossible++;
      else if (both.length === 0) disjoint++;
      else if (both.length === matched.length) within++;
    }
    for (const count of [impossible, disjoint, within]) expect(count).toBeGreaterThan(10);
  });

  it('warnings about tables of flows are those of brute force, seed 43', () => {
    const random = new Random(43 + index);
    const kinds = new Map<string, number>();
    for (let round = 0; round < 60; round++) {
      const flows = Array.from({ length: 5 }, (): Flow => ({
        table: random.below(2),
        priority: random.pick([10, 10, 20, 30]),
        cookie: '0x0',
        match: randomMatch(space, random),
        actions: [{ kind: 'output', port: random.below(2) }],
        text: '',
      }));
      const warnings = flowWarnings(flows);
      expect(new Set(warnings.map(toldOf(flows)))).toEqual(new Set(bruteForce(flows, packets)));
      for (const { kind } of warnings) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    expect([...kinds.keys()]).toEqual(expect.arrayContaining(['ambiguous', 'impossible', 'shadowed']));
  });
});

type Warning = ReturnType<typeof flowWarnings>[number];

const toldOf =
  (flows: readonly Flow[]) =>
  (warning: Warning): string => {
    const other = 'by' in warning ? warning.by : 'other' in warning ? warning.other : null;
    const at = flows.indexOf(warning.flow);
    // Among flows of one priority that cover it, which is named is of no interest.
    if (warning.kind === 'shadowed') return `shadowed ${at}`;
    return `${warning.kind} ${at}${other === null ? '' : ` ${flows.indexOf(other)}`}`;
  };

function bruteForce(flows: readonly Flow[], packets: readonly Packet[]): string[] {
  const matched = flows.map((flow) => new Set(packets.filter((packet) => isMatched(packet, flow.match))));
  const told: string[] = [];
  const isReplaced = flows.map((flow, index) => flows.findIndex((later, at) => at > index && isSameWords(flow, later)));
  for (const [index, flow] of flows.entries()) {
    if (isReplaced[index]! >= 0) {
      told.push(`replaced ${index} ${isReplaced[index]}`);
      continue;
    }
    if (matched[index]!.size === 0) {
      told.push(`impossible ${index}`);
      continue;
    }
    for (const [at, other] of flows.entries()) {
      if (at === index || isReplaced[at]! >= 0 || matched[at]!.size === 0 || other.table !== flow.table) continue;
      const shared = [...matched[index]!].filter((packet) => matched[at]!.has(packet)).length;
      const isCovering = shared === matched[index]!.size;
      if (other.priority > flow.priority && isCovering) told.push(`shadowed ${index}`);
      const differs = JSON.stringify(flow.actions) !== JSON.stringify(other.actions);
      if (at > index && other.priority === flow.priority && differs && shared > 0)
        told.push(`ambiguous ${index} ${at}`);
    }
  }
  return told;
}

function isSameWords(one: Flow, other: Flow): boolean {
  return one.table === other.table && one.priority === other.priority && wordsOf(one) === wordsOf(other);
}

function wordsOf({ match }: Flow): string {
  const words = match.map(({ field, value, mask }) => `${field}${value}/${mask}`);
  return words.sort().join(' ');
}

// --- As an administrator writes them

function warned(...lines: string[]): string[] {
  const commands = parseFlows(lines.join('\n'));
  if ('complaint' in commands) expect.fail(JSON.stringify(commands));
  const flows = commands.flatMap((command) => (command.kind === 'add' ? [command.flow] : []));
  return flowWarnings(flows).map((warning) => {
    const other = 'by' in warning ? warning.by : 'other' in warning ? warning.other : null;
    const [at, otherAt] = [flows.indexOf(warning.flow), other === null ? -1 : flows.indexOf(other)];
    return `${at + 1} ${warning.kind}${otherAt < 0 ? '' : ` ${otherAt + 1}`}`;
  });
}

describe('ACL-O-2 (ovs-ofctl(8)): "it is unspecified which of overlapping flows of equal priority is taken"', () => {
  it('of two that a packet can match both, with different actions', () => {
    expect(warned('priority=10,in_port=1,actions=drop', 'priority=10,ip,actions=normal')).toEqual(['1 ambiguous 2']);
  });

  it.each([
    ['other actions would be the same', 'priority=10,in_port=1,actions=drop', 'priority=10,ip,actions=drop'],
    ['no packet is both', 'priority=10,in_port=1,actions=drop', 'priority=10,in_port=2,actions=normal'],
    ['priorities differ', 'priority=10,in_port=1,actions=drop', 'priority=9,ip,actions=normal'],
    ['tables differ', 'priority=10,in_port=1,actions=drop', 'table=1,priority=10,ip,actions=normal'],
    ['a fragment has no ports', 'tcp,tp_dst=80,actions=drop', 'ip,ip_frag=yes,actions=normal'],
    ['no connection is new and established', 'ct_state=+trk+new,actions=drop', 'ct_state=+trk+est,actions=normal'],
  ])('not where %s', (_, ...lines) => {
    expect(warned(...lines)).toEqual([]);
  });

  it('the same action in two spellings is the same', () => {
    const lines = ['in_port=1,actions=set_field:1->reg0', 'ip,actions=load:1->NXM_NX_REG0[]'];
    expect(warned(...lines)).toEqual([]);
  });
});

describe('a flow that no packet matches', () => {
  it.each([
    ['ct_state=+new-trk'],
    ['ct_state=+trk+new+est'],
    ['ct_state=+inv+est'],
    ['ct_state=-trk,ct_mark=5'],
    ['tcp,ip_frag=first,tp_dst=80'],
    ['reg0=1,vlan_tci=0x0005'],
  ])('%s', (match) => {
    expect(warned(`${match},actions=drop`)).toEqual(['1 impossible']);
  });

  // ACL-O-7: "+new" is a bit; that the packet has been tracked follows from it and need not be said.
  it.each([['ct_state=+new'], ['ct_state=+trk+new'], ['tcp,ip_frag=first'], ['vlan_tci=0x0000']])(
    'but not %s',
    (match) => {
      expect(warned(`${match},actions=drop`)).toEqual([]);
    },
  );
});

describe('a flow that another one always comes before', () => {
  it('is told with the highest that covers it', () => {
    expect(
      warned('priority=30,ip,actions=drop', 'priority=20,actions=normal', 'priority=10,tcp,tp_dst=80,actions=output:1'),
    ).toEqual(['3 shadowed 1']);
  });

  it('by what follows from its match, too', () => {
    expect(warned('priority=20,ct_state=+trk,actions=drop', 'priority=10,ct_state=+est,actions=normal')).toEqual([
      '2 shadowed 1',
    ]);
    expect(
      warned('priority=20,dl_vlan_pcp=3,actions=drop', 'priority=10,vlan_tci=0x700a/0xffff,actions=normal'),
    ).toEqual(['2 shadowed 1']);
    expect(warned('priority=20,vlan_tci=0/0x1000,actions=drop', 'priority=10,dl_vlan=0xffff,actions=normal')).toEqual([
      '2 shadowed 1',
    ]);
  });

  it('not by one of lower or equal priority, of another table, or that leaves something', () => {
    expect(warned('priority=10,actions=drop', 'priority=20,ip,actions=normal')).toEqual([]);
    expect(warned('priority=20,actions=drop', 'table=1,priority=10,ip,actions=normal')).toEqual([]);
    expect(warned('priority=20,tcp,actions=drop', 'priority=10,ip,actions=normal')).toEqual([]);
  });

  it('is another matter than one whose place was taken', () => {
    expect(warned('priority=5,ip,actions=drop', 'ip,priority=5,actions=normal')).toEqual(['1 replaced 2']);
  });
});
