/**
 * Random virtual switches of VMware, random frames: what leaves is, byte for byte, what the naive second implementation says;
 * nothing throws, the accounts balance, and every loss has its reason and its rule.
 */
import { describe, expect, it } from 'vitest';
import { REASON_NATURES } from '../../src/outcome/reason-natures.ts';
import { CopyBatch } from '../../src/switch/copy-batch.ts';
import { FrameBatch } from '../../src/switch/frame-batch.ts';
import { applyChange, findPort, type VmwareVssChange } from '../../src/switch/profiles/vmware-vss/change.ts';
import { addAdapter, addUplink, createSwitch } from '../../src/switch/profiles/vmware-vss/configuration.ts';
import type { SwitchKind } from '../../src/switch/profiles/vmware-vss/policy.ts';
import type { VmwareVss } from '../../src/switch/profiles/vmware-vss/vmware-vss.ts';
import { VNIC } from '../../src/switch/profiles/vmware-vss/vswitch-port.ts';
import { Relay } from '../../src/switch/relay.ts';
import { fromHex, toHex } from '../../src/wire/bytes.ts';
import { mac, macAt } from '../../src/wire/mac-address.ts';
import { Random } from '../random.ts';
import {
  NaiveVswitch,
  type NaiveConfiguration,
  type NaiveGroup,
  type NaivePort,
  type NaiveVlan,
} from '../twin/naive-vswitch.ts';
import { tagsToHex } from './bench.ts';

const SEED = 27_182;
const FRAMES = 20_000;
/** Frames through one random switch. */
const SHARE = 200;

const ADDRESSES = Array.from({ length: 8 }, (_, index) => `02000000000${index}`);
const STRANGERS = ['0e0000000001', '0e0000000002', '0e0000000003', '0e0000000004'];
const GROUPS = ['01005e000005', '01005e000006', '3333000000fb'];
const CONTROL = ['0180c2000000', '0180c2000001', '0180c200000e'];
const TAGS = [
  '-',
  '-',
  '-',
  'C10',
  'C10',
  'C20p3d',
  'C100',
  'C101',
  'C102p7',
  'C0',
  'C0p5',
  'C4095',
  'S10',
  'C10+C20',
  'S20+C10',
  'C1',
];
const PAYLOADS = [
  '88b5cafe',
  '88b5',
  '',
  '81',
  '8100',
  `0800450000${'1a'.repeat(8)}00000000c0000203c0000209`,
  '080600010800',
  `88b5${'5a'.repeat(1500)}`,
  `88b5${'5a'.repeat(1501)}`,
];

const PRIVATE = {
  100: { primary: 100, role: 'promiscuous' },
  101: { primary: 100, role: 'isolated' },
  102: { primary: 100, role: 'community' },
  103: { primary: 100, role: 'community' },
};

interface RandomSwitch {
  readonly kind: SwitchKind;
  readonly is: NaiveConfiguration;
}

function randomSwitch(random: Random): RandomSwitch {
  const kind = random.chance(0.5) ? 'vds' : 'vss';
  const uplinks = Array.from({ length: random.below(4) }, (_, index) => ({
    name: `vmnic${index}`,
    isUp: random.chance(0.85),
  }));
  const groups = Object.fromEntries(
    Array.from({ length: random.between(1, 5) }, (_, index) => [
      `G${index}`,
      randomGroup(
        random,
        kind,
        uplinks.map(({ name }) => name),
      ),
    ]),
  );
  const ports = Array.from({ length: random.between(1, 7) }, (_, index) =>
    randomPort(random, kind, index, Object.keys(groups)),
  );
  const is = {
    mtu: 1500,
    blocksGuestBpdu: random.chance(0.3),
    checksPromiscuous: random.chance(0.4),
    uplinks,
    privateVlans: kind === 'vds' ? PRIVATE : {},
    groups,
    ports,
  };
  return { kind, is };
}

function randomGroup(random: Random, kind: SwitchKind, uplinks: readonly string[]): NaiveGroup {
  const order = uplinks.toSorted(() => random.below(3) - 1);
  const teaming = random.pick(['portid', 'mac', 'iphash', 'explicit'] as const);
  const active = random.some(order, 0.7);
  const standby = order.filter((name) => !active.includes(name) && random.chance(0.6));
  const learning = { floods: random.chance(0.5), limit: random.pick([1, 2, 4096]), drops: random.chance(0.5) };
  return {
    vlan: randomVlan(random, kind),
    promiscuous: random.chance(0.4),
    macChanges: random.chance(0.5),
    forgedTransmits: random.chance(0.7),
    teaming,
    active,
    standby,
    learning: kind === 'vds' && random.chance(0.5) ? learning : null,
  };
}

function randomVlan(random: Random, kind: SwitchKind): NaiveVlan {
  const chance = random.below(10);
  if (chance < 5) return { kind: 'access', vid: random.pick([0, 10, 10, 20]) };
  if (kind === 'vss') return chance < 7 ? { kind: 'trunk', vids: span(0, 4094) } : { kind: 'access', vid: 10 };
  if (chance < 7) return { kind: 'trunk', vids: random.pick([span(0, 4094), span(10, 20), [0, 10], [20, 100, 101]]) };
  return { kind: 'private', secondary: random.pick([100, 101, 101, 102, 103]) };
}

function span(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function randomPort(random: Random, kind: SwitchKind, index: number, groups: readonly string[]): NaivePort {
  const initial = ADDRESSES[index]!;
  return {
    name: `p${index}`,
    group: random.pick(groups),
    initial,
    requested: random.chance(0.12) ? random.pick([...STRANGERS, ADDRESSES[7]!]) : initial,
    isUp: random.chance(0.95),
    isBlocked: kind === 'vds' && random.chance(0.05),
    wantsAll: random.chance(0.3),
    joined: random.chance(0.05)
      ? Array.from({ length: 33 }, (_, n) => `01005e0001${(n + 16).toString(16)}`)
      : random.some(GROUPS, 0.3),
  };
}

/** The same with the engine's own means. */
function make({ kind, is }: RandomSwitch): VmwareVss {
  const profile = createSwitch('vSwitch0', kind);
  const must = (change: VmwareVssChange): void => {
    const outcome = applyChange(profile, change);
    if (outcome !== null) throw new Error(JSON.stringify({ change, outcome }));
  };
  for (const [index, { name, isUp }] of is.uplinks.entries()) {
    addUplink(profile, name, mac(`ee:00:00:00:01:0${index}`));
    must({ kind: 'link', port: name, up: isUp });
  }
  must({ kind: 'vswitch', option: 'Net.BlockGuestBPDU', value: Number(is.blocksGuestBpdu) });
  must({ kind: 'vswitch', option: 'Net.ReversePathFwdCheckPromisc', value: Number(is.checksPromiscuous) });
  if (kind === 'vds')
    must({ kind: 'vswitch', option: 'private-vlans', value: '100:101 isolated, 100:102 community, 100:103 community' });
  for (const [group, spec] of Object.entries(is.groups)) {
    must({ kind: 'port-group-add', group });
    for (const [setting, value] of settingsOf(kind, spec)) must({ kind: 'port-group', group, setting, value });
  }
  for (const { name, group, initial, requested, isUp, isBlocked, wantsAll, joined } of is.ports) {
    addAdapter(profile, name, colons(initial), VNIC, group);
    must({ kind: 'guest-mac', port: name, mac: colons(requested) });
    must({ kind: 'guest-promiscuous', port: name, on: wantsAll });
    for (const address of joined) must({ kind: 'guest-multicast', port: name, mac: colons(address), joined: true });
    if (isBlocked) must({ kind: 'block', port: name, on: true });
    if (!isUp) must({ kind: 'link', port: name, up: false });
  }
  return profile;
}

function accept(isOn: boolean): string {
  return isOn ? 'accept' : 'reject';
}

function settingsOf(kind: SwitchKind, group: NaiveGroup): [string, string | number][] {
  const { vlan, promiscuous, macChanges, forgedTransmits, teaming, active, standby, learning } = group;
  const place: [string, string | number] =
    vlan.kind === 'access'
      ? ['vlan', vlan.vid]
      : vlan.kind === 'private'
        ? ['private-vlan', vlan.secondary]
        : ['trunk', vlan.vids.join(',')];
  return [
    vlan.kind === 'trunk' && kind === 'vss' ? ['vlan', 4095] : place,
    ['promiscuous', accept(promiscuous)],
    ['mac-changes', accept(macChanges)],
    ['forged-transmits', accept(forgedTransmits)],
    ['teaming', teaming],
    ['active', active.join(',')],
    ['standby', standby.join(', ')],
    ...(learning === null
      ? []
      : ([
          ['mac-learning', 'on'],
          ['unicast-flooding', learning.floods ? 'on' : 'off'],
          ['mac-limit', learning.limit],
          ['mac-limit-policy', learning.drops ? 'drop' : 'allow'],
        ] satisfies [string, string | number][])),
  ];
}

function colons(address: string): ReturnType<typeof mac> {
  return macAt(fromHex(address)!, 0);
}

/** A port and a frame in hexadecimal. */
function randomFrame(random: Random, { ports, uplinks, groups }: NaiveConfiguration): [string, string] {
  const from = random.pick([...ports, ...uplinks]);
  const adapter = ports.find((port) => port === from);
  const own = random.pick(adapter === undefined ? STRANGERS : [adapter.initial, adapter.requested]);
  const dst = random.pick([
    ...ADDRESSES.slice(0, ports.length),
    ...STRANGERS,
    'ffffffffffff',
    'ffffffffffff',
    ...GROUPS,
    ...CONTROL,
  ]);
  const src = random.chance(0.85) ? own : random.pick([...ADDRESSES, ...STRANGERS, ...GROUPS, '000000000000']);
  const isAccess = adapter !== undefined && groups[adapter.group]!.vlan.kind !== 'trunk';
  const tags = isAccess && random.chance(0.85) ? '-' : random.pick(TAGS);
  const hex = dst + src + tagsToHex(tags) + random.pick(PAYLOADS);
  const bytes = fromHex(random.chance(0.7) ? hex.padEnd(120, '0') : hex)!;
  if (random.chance(0.1) && bytes.length > 0) bytes[random.below(Math.min(bytes.length, 24))]! ^= 1 << random.below(8);
  return [from.name, toHex(random.chance(0.03) ? bytes.subarray(0, random.below(bytes.length)) : bytes)];
}

class Player {
  readonly profile: VmwareVss;
  readonly relay: Relay<VmwareVss>;
  readonly #frames = new FrameBatch();
  readonly #copies = new CopyBatch();

  constructor(profile: VmwareVss, isTold = true) {
    this.profile = profile;
    this.relay = new Relay(profile);
    this.relay.trace.on = isTold;
  }

  /** What leaves where; throws where something does not add up. */
  send(from: string, hex: string, nowMs: number): Record<string, string> {
    const { profile, relay } = this;
    const [frames, copies] = [this.#frames, this.#copies];
    frames.clear();
    copies.clear();
    const ingress = findPort(profile, from)!;
    frames.add(ingress.index, fromHex(hex)!);
    const before = { ...relay.tally };
    const start = relay.trace.end;
    relay.relay(frames, copies, nowMs);
    if (toHex(frames.frame(0)) !== hex) throw new Error('the frame was written to');
    const { frames: all, framesWithCopies, framesDropped, copies: made, delivered, copiesDropped } = relay.tally;
    const lost = framesDropped - before.framesDropped;
    const lostCopies = copiesDropped - before.copiesDropped;
    const isBalanced =
      all === before.frames + 1 &&
      lost + framesWithCopies - before.framesWithCopies === 1 &&
      made - before.copies === delivered - before.delivered + lostCopies &&
      delivered - before.delivered === copies.count &&
      (lost === 1) === (made === before.copies);
    if (!isBalanced) throw new Error('the accounts do not balance');
    const egress: Record<string, string> = {};
    for (let copy = 0; copy < copies.count; copy++) {
      const port = profile.ports[copies.portOf(copy)]!;
      if (port === ingress || !port.linkUp || port.isBlocked || port.isDeaf)
        throw new Error(`${port.name} must have nothing`);
      if (port.isUplink && ingress.isUplink) throw new Error('from uplink to uplink');
      if (egress[port.name] !== undefined) throw new Error(`${port.name} has it twice`);
      egress[port.name] = toHex(copies.bytes(copy, frames));
    }
    if (relay.trace.on) this.#checkTold(start, lost + lostCopies, egress);
    return egress;
  }

  #checkTold(start: number, losses: number, egress: Readonly<Record<string, string>>): void {
    const decisions = this.relay.decisions(start);
    const stray = decisions.find(({ verdict, port }) => verdict === 'filtered' && port !== null && port in egress);
    if (stray !== undefined) throw new Error(`${stray.port} was left out, and has it`);
    const drops = decisions.filter(({ verdict }) => verdict === 'drop');
    if (drops.length !== losses) throw new Error(`${drops.length} drops were told of ${losses}`);
    for (const { verdict, reason, rule, values } of decisions) {
      if (rule === null || (verdict === 'pass') !== (reason === null)) throw new Error(`${verdict} ${reason} ${rule}`);
      if (reason !== null) {
        const { kind, also } = REASON_NATURES[reason];
        if (verdict !== kind && verdict !== also) throw new Error(`${reason} told as a ${verdict}`);
      }
      for (const value of Object.values(values))
        if (value === undefined || Number.isNaN(value)) throw new Error(`${reason}: a value is missing`);
    }
  }
}

function play(seed: number, count: number, isTold = true): { hash: string; alive: number } {
  const random = new Random(seed);
  const configuration = randomSwitch(random);
  const player = new Player(make(configuration), isTold);
  const naive = new NaiveVswitch(configuration.is);
  let nowMs = 0;
  let hash = '';
  for (let index = 0; index < count; index++) {
    nowMs += random.chance(0.01) ? 300_000 : random.below(1000);
    const [from, hex] = randomFrame(random, configuration.is);
    const [egress, expected] = [player.send(from, hex, nowMs), naive.send(from, hex, nowMs)];
    const [is, should] = [egress, expected].map((each) => JSON.stringify(Object.entries(each).toSorted()));
    if (is !== should)
      throw new Error(
        `seed ${seed}, frame ${index} from ${from} ${hex}:\n${is}\n${should}\n${JSON.stringify(configuration.is, (key, value) => (key === 'vids' ? value.length : value))}`,
      );
    hash += is;
  }
  return { hash, alive: player.relay.tally.framesWithCopies };
}

describe(`${FRAMES.toLocaleString('en')} random frames through ${FRAMES / SHARE} random switches`, () => {
  it('leave as the naive second implementation says, the accounts balance, every loss is told', () => {
    let alive = 0;
    for (let index = 0; index < FRAMES / SHARE; index++) alive += play(SEED + index, SHARE).alive;
    expect(alive).toBeGreaterThan(FRAMES / 5);
    expect(alive).toBeLessThan((4 * FRAMES) / 5);
  });

  it('and the same without anybody listening, and once more', () => {
    const [told, silent, again] = [play(SEED, 500), play(SEED, 500, false), play(SEED, 500)];
    expect(silent.hash).toBe(told.hash);
    expect(again.hash).toBe(told.hash);
    expect(play(SEED + 1, 500).hash).not.toBe(told.hash);
  });
});

/** What happens to a switch between frames; refusals are its business. */
function someChange(random: Random, { ports, uplinks, groups }: NaiveConfiguration): VmwareVssChange {
  const port = random.pick(ports).name;
  const group = random.pick(Object.keys(groups));
  const setting = random.pick(['promiscuous', 'mac-changes', 'forged-transmits']);
  return random.pick<VmwareVssChange>([
    { kind: 'port-group', group, setting, value: random.pick(['accept', 'reject', null]) },
    { kind: 'port-group', group, setting: 'vlan', value: random.pick([0, 10, 20, 4095]) },
    { kind: 'port-group', group, setting: 'private-vlan', value: random.pick([100, 101, 102]) },
    { kind: 'port-group', group, setting: 'trunk', value: random.pick(['0-4094', '10,20', '100-103']) },
    { kind: 'port-group', group, setting: 'mac-learning', value: random.pick(['on', 'off']) },
    { kind: 'port-group', group, setting: 'mac-limit', value: random.below(4) },
    { kind: 'port-group', group, setting: 'teaming', value: random.pick(['portid', 'mac', 'iphash', 'explicit']) },
    { kind: 'vswitch', option: 'failback', value: random.pick(['yes', 'no']) },
    { kind: 'vswitch', option: 'standby', value: 'vmnic1' },
    { kind: 'connect', port, group },
    { kind: 'block', port, on: random.chance(0.3) },
    { kind: 'link', port: random.pick([port, ...uplinks.map(({ name }) => name)]), up: random.chance(0.7) },
    { kind: 'guest-mac', port, mac: colons(random.pick([...ADDRESSES, ...STRANGERS])) },
    { kind: 'guest-promiscuous', port, on: random.chance(0.5) },
    { kind: 'guest-multicast', port, mac: colons(random.pick(GROUPS)), joined: random.chance(0.5) },
    {
      kind: 'vswitch',
      option: 'private-vlans',
      value: random.pick(['100:101 isolated', '100:102 community, 100:101 community', '']),
    },
  ]);
}

describe('switches that are changed all the time', () => {
  it('throw nothing, account for everything, and send nothing where nothing may go', () => {
    for (let index = 0; index < 40; index++) {
      const random = new Random(SEED + 1000 + index);
      const configuration = randomSwitch(random);
      const player = new Player(make(configuration));
      for (let frame = 0; frame < 250; frame++) {
        if (random.chance(0.2)) applyChange(player.profile, someChange(random, configuration.is));
        const [from, hex] = randomFrame(random, configuration.is);
        player.send(from, hex, frame * 5000);
      }
    }
  });

  it('end as a switch that was set so from the beginning, however they came there', () => {
    const random = new Random(SEED + 5000);
    for (let index = 0; index < 30; index++) {
      const configuration = randomSwitch(random);
      const profile = make(configuration);
      const { is } = configuration;
      // There and back again: VLANs, policies, connections.
      const [group] = Object.keys(is.groups);
      for (let step = 0; step < 20; step++) {
        const change = someChange(random, is);
        if (change.kind === 'guest-mac' || change.kind === 'guest-promiscuous' || change.kind === 'connect')
          applyChange(profile, change);
      }
      for (const { name, group: home, requested, wantsAll } of is.ports) {
        applyChange(profile, { kind: 'connect', port: name, group: home });
        applyChange(profile, { kind: 'guest-mac', port: name, mac: colons(requested) });
        applyChange(profile, { kind: 'guest-promiscuous', port: name, on: wantsAll });
      }
      for (const [setting, value] of settingsOf(configuration.kind, is.groups[group!]!))
        applyChange(profile, { kind: 'port-group', group: group!, setting, value });
      const [fresh, moved] = [new Player(make(configuration)), new Player(profile)];
      for (let frame = 0; frame < 100; frame++) {
        const [from, hex] = randomFrame(random, is);
        expect(moved.send(from, hex, frame)).toEqual(fresh.send(from, hex, frame));
      }
    }
  });
});
