/**
 * Random scenarios for a Linux bridge, in the vocabulary of the recordings: a setup, then frames, changes and pauses.
 *
 * Left out is what the naive twin does not model or does otherwise than the kernel: a state, `group_fwd_mask` or a flush
 * for a port that is disabled or not there, joining without a link or twice, two ports with one address, `fdb add` that
 * is refused halfway or for other reasons than being there, states of VLANs together with a port in state learning, tags
 * of the host that are cut off, and lengths near the MTU limit where it is open which tag counts.
 */
import type { SetStep, Setup, Step, VlanRequest } from '../../src/conformance/vector.ts';
import type { Random } from '../random.ts';
import { BROADCAST, frame, guest, HOST, portMac } from './bench.ts';

export interface Scenario {
  readonly setup: Setup;
  readonly steps: readonly Step[];
}

const VIDS = [1, 10, 20, 30, 4094];
const FLAGS = ['learning', 'flood', 'mcast_flood', 'bcast_flood', 'hairpin', 'isolated', 'locked'];
const MTUS = [100, 576, 1500];
const STATES = ['disabled', 'listening', 'learning', 'forwarding', 'blocking'];

/** What the generator knows of a port while the scenario goes on. */
interface Port {
  readonly name: string;
  readonly mac: string;
  readonly mtu: number;
  isMember: boolean;
  isUp: boolean;
  isDisabled: boolean;
}

export function randomScenario(random: Random): Scenario {
  return new Generator(random).scenario();
}

class Generator {
  readonly #random: Random;
  #ports: Port[] = [];
  #isDown = false;
  /** States belong to VLANs in this scenario; otherwise ports may be in state learning. */
  #hasVlanStates = false;

  constructor(random: Random) {
    this.#random = random;
  }

  scenario(): Scenario {
    const random = this.#random;
    this.#ports = Array.from({ length: random.between(2, 6) }, (_, index) => ({
      name: `p${index + 1}`,
      mac: portMac(index + 1),
      mtu: random.chance(0.2) ? random.pick(MTUS) : 1500,
      isMember: true,
      isUp: true,
      isDisabled: false,
    }));
    const setup = this.#setup();
    const steps: Step[] = [];
    for (let left = random.between(30, 60); left > 0; left--) {
      if (random.chance(0.25)) steps.push(...this.#between());
      steps.push({ op: 'inject', ...this.#inject(), expect: {} });
    }
    steps.push({ op: 'fdb', expect: [] }, { op: 'vlans', expect: {} });
    return { setup, steps };
  }

  #setup(): Setup {
    const random = this.#random;
    const isAware = random.chance(0.7);
    this.#isDown = random.chance(0.02);
    this.#hasVlanStates = random.chance(0.5);
    const bridge: Record<string, string | number> = {
      vlan_filtering: isAware ? 1 : 0,
      ...(random.chance(0.2) && { vlan_protocol: '802.1ad' }),
      ...(random.chance(0.4) && { vlan_default_pvid: random.pick([0, 0, 10, 20]) }),
      ...(random.chance(0.3) && { ageing_time: random.pick([0, 100, 500, 1000]) }),
      ...(random.chance(0.15) && { group_fwd_mask: random.below(0x2000) << 3 }),
      ...(random.chance(0.1) && { no_linklocal_learn: 1 }),
      ...(this.#isDown && { link: 'down' }),
    };
    return {
      bridge,
      ports: this.#ports.map((port) => this.#portSetup(port)),
      vlans: random.chance(0.85) ? Array.from({ length: random.between(1, 10) }, () => this.#vlan(0.1)) : [],
      fdb: random.some(VIDS, 0.3).map((_, index) => ({
        mac: guest(0x20 + index),
        dev: random.pick(this.#ports).name,
        ...(random.chance(0.3) && { sticky: true }),
      })),
      promisc: random.chance(0.1),
    };
  }

  #portSetup({ name, mac, mtu }: Port): Setup['ports'][number] {
    const random = this.#random;
    const flags: Record<string, string> = {};
    if (random.chance(0.4)) for (const flag of random.some(FLAGS, 0.25)) flags[flag] = this.#onOff(flag);
    const slave = random.chance(0.1) ? { group_fwd_mask: (random.below(0x4000) << 2) | random.below(2) } : undefined;
    return { name, mac, mtu, flags, ...(slave !== undefined && { slave }) };
  }

  /** Mostly away from the default. */
  #onOff(flag: string): string {
    const isOnByDefault = flag === 'learning' || flag.endsWith('flood');
    return isOnByDefault === this.#random.chance(0.7) ? 'off' : 'on';
  }

  #vlan(deletes: number): VlanRequest {
    const random = this.#random;
    const dev = random.chance(0.12) ? 'br0' : random.pick(this.#ports).name;
    const isRange = random.chance(0.1);
    return {
      dev,
      vid: isRange ? random.pick(['10-20', '1-30', '20-40']) : random.pick(VIDS),
      ...(random.chance(deletes) ? { del: true } : { pvid: !isRange && random.chance(0.4) }),
      untagged: random.chance(0.4),
      self: dev === 'br0',
    };
  }

  /** What happens between two frames. A pause that lets entries expire is followed by a look at the table. */
  #between(): Step[] {
    const random = this.#random;
    const choice = random.below(10);
    if (choice < 2) return [{ op: 'fdb', expect: [] }];
    if (choice < 3) return [{ op: 'vlans', expect: {} }];
    if (choice < 5)
      return [{ op: 'advance', seconds: random.pick([0.001, 0.5, 0.999, 1, 4.999, 5, 10, 299.999, 300]) }];
    const change = this.#change();
    return change === null
      ? []
      : [
          { op: 'fdb', expect: [] },
          { op: 'set', ...change },
        ];
  }

  #change(): Omit<SetStep, 'op'> | null {
    const random = this.#random;
    const port = random.pick(this.#ports);
    switch (random.below(12)) {
      case 0:
        return { bridge: { vlan_filtering: random.below(2) } };
      case 1:
        return { bridge: { vlan_protocol: random.pick(['802.1Q', '802.1ad']) } };
      case 2:
        return { bridge: { vlan_default_pvid: random.pick([0, 1, 10, 20]) } };
      case 3:
        return { bridge: { ageing_time: random.pick([0, 100, 500, 1000, 30_000]) } };
      case 4:
        return { bridge: { group_fwd_mask: random.chance(0.3) ? random.below(8) : random.below(0x2000) << 3 } };
      case 5:
        return { vlan: this.#vlan(0.35) };
      case 6:
        if (!this.#hasVlanStates) return null;
        return { vlan_state: { dev: port.name, vid: random.pick(VIDS), state: random.pick(STATES) } };
      case 7:
        return this.#changeLink(port);
      case 8:
        return this.#changeFdb(port);
      case 9:
        return this.#changeState(port);
      case 10:
        return port.isDisabled
          ? null
          : { fdb_flush: true, ...(random.chance(0.7) && port.isMember && { port: port.name }) };
      default: {
        const flag = random.pick(FLAGS);
        return { port: port.name, flags: { [flag]: random.pick(['on', 'off']) } };
      }
    }
  }

  #changeLink(port: Port): Omit<SetStep, 'op'> | null {
    if (this.#isDown) return null;
    if (!port.isMember || (port.isUp && this.#random.chance(0.3))) {
      port.isMember = !port.isMember;
      port.isDisabled = false;
      return { port: port.name, master: port.isMember };
    }
    port.isUp = !port.isUp;
    port.isDisabled = !port.isUp;
    return { port: port.name, link: port.isUp ? 'up' : 'down' };
  }

  #changeState(port: Port): Omit<SetStep, 'op'> | null {
    if (!port.isUp || !port.isMember || this.#isDown) return null;
    const state = this.#random.pick(STATES);
    if (state === 'learning' && this.#hasVlanStates) return null;
    port.isDisabled = state === 'disabled';
    return { port: port.name, flags: { state } };
  }

  #changeFdb(port: Port): Omit<SetStep, 'op'> | null {
    const random = this.#random;
    const mac = random.chance(0.1) ? '01:00:5e:00:00:05' : guest(random.pick([10, 11, 12, 0x20, 0x21]));
    const hasVlan = random.chance(0.6);
    const where = { mac, dev: port.name, ...(hasVlan && { vlan: random.pick(VIDS) }) };
    if (random.chance(0.3)) return { fdb: { ...where, del: true } };
    return { fdb: { ...where, sticky: random.chance(0.2), replace: !hasVlan || random.chance(0.4) } };
  }

  // --- Frames

  #inject(): { port: string; hex: string } {
    const random = this.#random;
    const isHost = random.chance(0.08);
    const port = random.pick(this.#ports);
    const tags = this.#tags();
    const depth = tags === '-' ? 0 : tags.split('+').length;
    const hex = frame(this.#dst(), isHost ? HOST : this.#src(port), tags, this.#rest());
    return { port: isHost ? 'br0' : port.name, hex: this.#sized(hex, depth, isHost) };
  }

  #src(port: Port): string {
    const random = this.#random;
    const choice = random.below(100);
    if (choice < 3) return random.pick(['01:00:5e:00:00:01', BROADCAST, '33:33:00:00:00:01']);
    if (choice < 5) return '00:00:00:00:00:00';
    if (choice < 9) return random.pick([HOST, ...this.#ports.map(({ mac }) => mac)]);
    // Mostly each port has its own guests, now and then one moves.
    return guest(choice < 75 ? 10 + (Number(port.name.slice(1)) % 3) : random.pick([10, 11, 12, 13, 0x20, 0x21]));
  }

  #dst(): string {
    const random = this.#random;
    const choice = random.below(100);
    if (choice < 20) return BROADCAST;
    if (choice < 28) return random.pick(['01:00:5e:00:00:05', '33:33:00:00:00:01', '01:80:c2:00:00:10']);
    if (choice < 38) return `01:80:c2:00:00:0${random.below(16).toString(16)}`;
    if (choice < 45) return random.pick([HOST, ...this.#ports.map(({ mac }) => mac)]);
    if (choice < 47) return '00:00:00:00:00:00';
    return guest(random.pick([10, 11, 12, 13, 0x20, 0x21, 0x63]));
  }

  #tags(): string {
    const random = this.#random;
    const depth = random.pick([0, 0, 0, 1, 1, 1, 1, 2, 2, 3]);
    if (depth === 0) return '-';
    return Array.from({ length: depth }, () => {
      const vid = random.chance(0.25) ? random.pick([0, 0, 4095, 99]) : random.pick(VIDS);
      const pcp = random.chance(0.3) ? `p${random.between(1, 7)}` : '';
      return `${random.chance(0.75) ? 'C' : 'S'}${vid}${pcp}${random.chance(0.1) ? 'd' : ''}`;
    }).join('+');
  }

  #rest(): string {
    const random = this.#random;
    const type = random.pick(['88b5', '88b5', '0800', '0806', '86dd', '9100', '9200', '0040']);
    return type + Buffer.from(random.bytes(random.pick([4, 4, 8, 46]))).toString('hex');
  }

  /** Now and then another length. */
  #sized(hex: string, depth: number, isHost: boolean): string {
    const random = this.#random;
    const choice = random.below(100);
    if (choice < 4)
      return hex.slice(0, 2 * (isHost ? Math.max(20 + 4 * depth, 14) : random.between(0, 24 + 4 * depth)));
    if (choice < 7) {
      const limit = random.pick(MTUS) + 18;
      const isExact = depth < 2 && !isHost;
      const off = isExact ? random.pick([-4, -1, 0, 1, 4, 5]) : random.pick([-40, 40]);
      return hex.padEnd(2 * (limit + off), '0').slice(0, 2 * (limit + off));
    }
    return hex;
  }
}
