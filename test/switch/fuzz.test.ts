/**
 * A million random and broken frames through the relay: nothing throws, and whatever the bytes are, the accounts balance,
 * every loss has a reason, and no frame leaves where it must not.
 */
import { describe, expect, it } from 'vitest';
import { parseRuleset } from '../../src/console/nft/parser.ts';
import { CopyBatch } from '../../src/switch/copy-batch.ts';
import { LOCAL, type Fdb } from '../../src/switch/fdb.ts';
import { FrameBatch } from '../../src/switch/frame-batch.ts';
import type { Port } from '../../src/switch/port.ts';
import type { Profile } from '../../src/switch/profile.ts';
import { Ieee8021q } from '../../src/switch/profiles/ieee-8021q.ts';
import { BridgePort, FORWARDING } from '../../src/switch/profiles/linux-bridge/bridge-port.ts';
import { applyChange, type LinuxBridgeChange } from '../../src/switch/profiles/linux-bridge/change.ts';
import { addPort, createBridge } from '../../src/switch/profiles/linux-bridge/configuration.ts';
import { LinuxBridge } from '../../src/switch/profiles/linux-bridge/linux-bridge.ts';
import { Relay, Tally } from '../../src/switch/relay.ts';
import { Trace } from '../../src/switch/trace.ts';
import { isTpid, TPID_C } from '../../src/wire/dot1q.ts';
import { readUint16 } from '../../src/wire/bytes.ts';
import { mac, macHalves, isGroup, isZero } from '../../src/wire/mac-address.ts';
import { isMalformed } from '../../src/wire/malformed.ts';
import { Random } from '../random.ts';
import { HOST, portMac } from './bench.ts';
import { FrameFuzz } from './frame-fuzz.ts';

const SEED = 31_415;
const FRAMES = 1_000_000;
const BATCH = 256;
/** Each fourth batch is played frame by frame with tracing on: 250,000 frames. */
const TRACED_EVERY = 4;

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

const vlan = (port: string, vid: number, ...flags: ('pvid' | 'untagged')[]): LinuxBridgeChange => ({
  kind: 'vlan',
  port,
  first: vid,
  last: vid,
  self: true,
  pvid: flags.includes('pvid'),
  untagged: flags.includes('untagged'),
});
const flag = (port: string, name: string, value: string | number): LinuxBridgeChange => ({
  kind: 'flag',
  port,
  flag: name,
  value,
});
const option = (name: string, value: string | number): LinuxBridgeChange => ({ kind: 'bridge', option: name, value });

const VLANS = [
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
const FLAGS = [
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

function bridgeWith(changes: readonly LinuxBridgeChange[], isPromiscuous = false): LinuxBridge {
  const bridge = createBridge('br0', mac(HOST));
  for (let number = 1; number <= 6; number++)
    addPort(bridge, `p${number}`, mac(portMac(number)), number === 6 ? 100 : 1500);
  for (const change of changes) {
    const outcome = applyChange(bridge, change, 0);
    if (outcome !== null) throw new Error(JSON.stringify({ change, outcome }));
  }
  bridge.isPromiscuous = isPromiscuous;
  return bridge;
}

function rules(): LinuxBridgeChange {
  const ruleset = parseRuleset(RULESET);
  if (isMalformed(ruleset)) throw new Error(JSON.stringify(ruleset));
  return { kind: 'rules', ruleset };
}

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

interface Configuration {
  readonly name: string;
  readonly make: () => LinuxBridge | Ieee8021q;
  /** Rules may give a frame other addresses. */
  readonly rewrites?: boolean;
  /** What happens to it between batches. */
  readonly between?: (bridge: LinuxBridge, random: Random) => LinuxBridgeChange;
}

const AWARE = option('vlan_filtering', 1);
const CONFIGURATIONS: readonly Configuration[] = [
  { name: 'without VLANs', make: () => bridgeWith([]) },
  { name: 'VLAN-aware', make: () => bridgeWith([AWARE, ...VLANS]) },
  { name: '802.1ad', make: () => bridgeWith([AWARE, option('vlan_protocol', '802.1ad'), ...VLANS]) },
  { name: 'isolated, hairpin, locked', make: () => bridgeWith(FLAGS) },
  { name: 'VLAN-aware with all flags', make: () => bridgeWith([AWARE, ...VLANS, ...FLAGS]) },
  { name: 'promiscuous', make: () => bridgeWith([AWARE, ...VLANS], true) },
  { name: 'with an nft ruleset', rewrites: true, make: () => bridgeWith([rules()]) },
  {
    name: 'VLAN-aware with an nft ruleset',
    rewrites: true,
    make: () => bridgeWith([AWARE, ...VLANS, ...FLAGS, rules()]),
  },
  {
    name: 'changing all the time',
    rewrites: true,
    make: () => bridgeWith([AWARE, ...VLANS, rules()]),
    between: someChange,
  },
  { name: 'the plain 802.1Q switch', make: physicalSwitch },
];

function someChange(_: LinuxBridge, random: Random): LinuxBridgeChange {
  const port = `p${random.between(1, 6)}`;
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
    random.chance(0.5) ? rules() : { kind: 'rules', ruleset: { tables: [] } },
  ] satisfies LinuxBridgeChange[]);
}

/** Frames of one configuration on their way, with everything that has to hold of them. */
class Run {
  readonly #configuration: Configuration;
  readonly #profile: LinuxBridge | Ieee8021q;
  readonly #relay: Relay<LinuxBridge | Ieee8021q>;
  readonly #random: Random;
  readonly #fuzz: FrameFuzz;
  readonly #frames = new FrameBatch(BATCH, 1 << 16);
  readonly #single = new FrameBatch(1, 9000);
  readonly #copies = new CopyBatch(16);
  /** All copies so far in one number (FNV-1a). */
  hash = 0x811c9dc5;
  traced = 0;
  nowMs = 0;

  constructor(configuration: Configuration, seed: number) {
    this.#configuration = configuration;
    this.#profile = configuration.make();
    this.#relay = new Relay<LinuxBridge | Ieee8021q>(this.#profile, new Trace(1 << 12));
    this.#random = new Random(seed);
    this.#fuzz = new FrameFuzz(this.#random, 6);
  }

  get tally(): Tally {
    return this.#relay.tally;
  }

  play(count: number): void {
    for (let batch = 0; batch * BATCH < count; batch++) {
      this.#advance();
      this.#fuzz.fill(this.#frames, Math.min(BATCH, count - batch * BATCH));
      if (batch % TRACED_EVERY === 0) this.#playTraced();
      else this.#playBatch();
      if (batch % 64 === 0) this.#checkTable(this.#profile.fdb);
    }
    this.#checkTable(this.#profile.fdb);
  }

  #advance(): void {
    const { between } = this.#configuration;
    this.nowMs += this.#random.chance(0.02) ? 299_000 : this.#random.below(2000);
    if (between !== undefined)
      applyChange(this.#profile as LinuxBridge, between(this.#profile as LinuxBridge, this.#random), this.nowMs);
  }

  #playBatch(): void {
    this.#relay.trace.on = false;
    const before = Object.assign(new Tally(), this.tally);
    const bytes = this.#frames.bytes.slice();
    this.#copies.clear();
    this.#relay.relay(this.#frames, this.#copies, this.nowMs);
    if (Buffer.compare(bytes, this.#frames.bytes) !== 0) this.#fail('the ingress buffer was written to');
    if (this.tally.frames - before.frames !== this.#frames.count) this.#fail('not every frame was counted');
    if (this.tally.delivered - before.delivered !== this.#copies.count) this.#fail('copies and deliveries differ');
    this.#checkConservation();
    for (let copy = 0; copy < this.#copies.count; copy++) this.#checkCopy(this.#frames, copy);
  }

  #playTraced(): void {
    const { trace } = this.#relay;
    trace.on = true;
    for (let index = 0; index < this.#frames.count; index++) {
      this.#single.clear();
      this.#single.add(this.#frames.port[index]!, this.#frames.frame(index));
      this.#copies.clear();
      const before = Object.assign(new Tally(), this.tally);
      const from = trace.end;
      this.#relay.relay(this.#single, this.#copies, this.nowMs);
      this.traced++;
      if (Buffer.compare(this.#single.frame(0), this.#frames.frame(index)) !== 0)
        this.#fail('the ingress frame was written to');
      this.#checkConservation();
      this.#checkRecords(from, before);
      for (let copy = 0; copy < this.#copies.count; copy++) {
        this.#checkCopy(this.#single, copy);
        this.#checkBytes(copy);
      }
    }
  }

  #checkConservation(): void {
    const { frames, framesWithCopies, framesDropped, copies, delivered, copiesDropped } = this.tally;
    if (frames !== framesWithCopies + framesDropped) this.#fail('frames are not those with copies and those dropped');
    if (copies !== delivered + copiesDropped) this.#fail('copies are not those delivered and those dropped');
  }

  #checkRecords(from: number, before: Tally): void {
    const records = this.#relay.trace.read(from);
    if (records.length !== this.#relay.trace.end - from) this.#fail('the trace did not keep all records');
    const drops = records.filter(({ verdict }) => verdict === 'drop').length;
    const { framesDropped, copiesDropped, framesWithCopies, copies } = this.tally;
    if (framesDropped > before.framesDropped) {
      if (drops !== 1 || this.#copies.count > 0 || copies !== before.copies)
        this.#fail(`${drops} drops of a lost frame`);
    } else {
      if (framesWithCopies !== before.framesWithCopies + 1) this.#fail('a frame is neither lost nor has it copies');
      if (drops !== copiesDropped - before.copiesDropped) this.#fail(`${drops} drops, not one a dropped copy`);
    }
    for (const { verdict, reason, rule, frame, port } of records) {
      if (frame !== 0) this.#fail(`a record is about frame ${frame}`);
      if ((verdict === 'pass') !== (reason === null)) this.#fail(`a ${verdict} with reason ${reason}`);
      // A port that is not there is no product's rule.
      if (rule === null && reason !== 'unknown-port') this.#fail(`${verdict} ${reason} has no rule`);
      if (port !== 0xffff && this.#profile.ports[port] === undefined) this.#fail(`a record is about port ${port}`);
    }
    for (const { values } of this.#relay.decisions(from)) {
      for (const [name, value] of Object.entries(values)) {
        if (value === undefined || Number.isNaN(value)) this.#fail(`the value ${name} is ${String(value)}`);
      }
    }
  }

  /** A copy, as integers: where it leaves, in which VLAN, with which tag. */
  #checkCopy(frames: FrameBatch, copy: number): void {
    const index = this.#copies.frameOf(copy);
    const port = this.#profile.ports[this.#copies.portOf(copy)];
    const ingress = this.#profile.ports[frames.port[index]!];
    if (port === undefined || ingress === undefined) return this.#fail('a port is not there', frames, index);
    if (frames.length[index]! < 14) this.#fail('what is no frame was forwarded', frames, index);
    if (!port.linkUp || !ingress.linkUp) this.#fail(`${port.name} has no link`, frames, index);
    const mayReturn = port instanceof BridgePort && port.hairpin;
    if (port === ingress && !mayReturn) this.#fail(`${port.name} is where it came from`, frames, index);
    if (port instanceof BridgePort && port.index !== 0 && port.state !== FORWARDING)
      this.#fail(`${port.name} does not forward`);
    this.#checkVlan(frames, index, copy, port, ingress);
    this.#hash(index);
    this.#hash(port.index);
    this.#hash(this.#copies.tpidOf(copy));
    this.#hash(this.#copies.tciOf(copy));
    this.#hash(this.#copies.bodyOf(copy));
  }

  #checkVlan(frames: FrameBatch, index: number, copy: number, port: Port, ingress: Port): void {
    const [tpid, tci, body] = [this.#copies.tpidOf(copy), this.#copies.tciOf(copy), this.#copies.bodyOf(copy)];
    if (body !== 12 && body !== 16) this.#fail(`the body begins at ${body}`, frames, index);
    const own = ownTpid(this.#profile);
    if (own === 0) {
      // Tags are payload: what came leaves.
      const [came, cameTci] = [readUint16(frames.frame(index), 12), readUint16(frames.frame(index), 14)];
      const isSame = tpid === 0 ? body === 12 : body === 16 && tpid === came && tci === cameTci;
      if (!isSame) this.#fail('a tag was changed', frames, index);
      return;
    }
    const vid = vidOf(frames.frame(index), own, ingress);
    const isObserver = port.index === 0 && (this.#profile as LinuxBridge).isPromiscuous;
    if (!port.isMember(vid) && !isObserver) this.#fail(`${port.name} is not in VLAN ${vid}`, frames, index);
    if (port.isUntagged(vid) ? tpid !== 0 : tpid !== own || (tci & 0xfff) !== vid) {
      this.#fail(`left ${port.name} with tag ${tpid.toString(16)} ${tci.toString(16)} in VLAN ${vid}`, frames, index);
    }
  }

  /** The bytes of a copy: those of the frame, but for the one tag, and the addresses where rules rewrite them. */
  #checkBytes(copy: number): void {
    const frame = this.#single.frame(0);
    const bytes = this.#copies.bytes(copy, this.#single);
    const head = this.#copies.tpidOf(copy) === 0 ? 12 : 16;
    const body = this.#copies.bodyOf(copy);
    if (bytes.length !== frame.length + head - body) this.#fail(`${bytes.length} bytes left`, this.#single, 0);
    if (Buffer.compare(bytes.subarray(head), frame.subarray(body)) !== 0)
      this.#fail('the payload changed', this.#single, 0);
    const isSame = Buffer.compare(bytes.subarray(0, 12), frame.subarray(0, 12)) === 0;
    if (!isSame && this.#configuration.rewrites !== true) this.#fail('the addresses changed', this.#single, 0);
    for (const byte of bytes) this.#hash(byte);
  }

  #checkTable(fdb: Fdb): void {
    for (const { mac: address, flags, port, vid } of fdb.entries(this.nowMs)) {
      const [high, low] = macHalves(address);
      if (isGroup(high) || isZero(high, low)) this.#fail(`${address} was learned`);
      if (port === 0 && (flags & LOCAL) === 0) this.#fail(`${address} was learned from the host`);
      if (vid === 4095 || this.#profile.ports[port] === undefined)
        this.#fail(`an entry in VLAN ${vid} on port ${port}`);
    }
  }

  #hash(value: number): void {
    this.hash = Math.imul(this.hash ^ value, 0x01000193);
  }

  #fail(what: string, frames?: FrameBatch, index = 0): never {
    const which =
      frames === undefined ? '' : `: port ${frames.port[index]}, ${Buffer.from(frames.frame(index)).toString('hex')}`;
    throw new Error(
      `${this.#configuration.name}, seed ${this.#random.seed}, frame ${this.tally.frames}: ${what}${which}`,
    );
  }
}

/** The TPID that a switch takes for its own tag; 0: it knows no VLANs. */
function ownTpid(profile: Profile): number {
  if (!(profile instanceof LinuxBridge)) return TPID_C;
  return profile.vlanFiltering ? profile.vlanProtocol : 0;
}

/** Told a second time, without a look at how the switch does it. */
function vidOf(frame: Uint8Array, own: number, ingress: Port): number {
  const tagged = isTpid(own) && readUint16(frame, 12) === own ? readUint16(frame, 14) & 0x0fff : 0;
  return tagged === 0 ? ingress.pvid : tagged;
}

describe(`${FRAMES.toLocaleString('en')} random and broken frames`, () => {
  const share = FRAMES / CONFIGURATIONS.length;
  let played = 0;
  let traced = 0;

  it.each(CONFIGURATIONS.map((configuration, index) => [configuration.name, configuration, SEED + index] as const))(
    'on a bridge %s: nothing throws, the accounts balance, and every copy leaves where it may',
    (_, configuration, seed) => {
      const run = new Run(configuration, seed);
      run.play(share);
      played += run.tally.frames;
      traced += run.traced;
      // Frames that are all dropped would prove nothing, nor would frames that all pass.
      expect(run.tally.framesWithCopies).toBeGreaterThan(share / 20);
      expect(run.tally.framesDropped).toBeGreaterThan(share / 20);
    },
  );

  it('were all of them played, and more than 50,000 looked at one by one', () => {
    expect(played).toBe(FRAMES);
    expect(traced).toBeGreaterThan(50_000);
  });

  it.each(CONFIGURATIONS)('on a bridge $name: the same seed gives the same copies, byte for byte', (configuration) => {
    const hashes = [SEED, SEED, SEED + 1].map((seed) => {
      const run = new Run(configuration, seed);
      run.play(5000);
      return run.hash;
    });
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[2]).not.toBe(hashes[0]);
  });
});
