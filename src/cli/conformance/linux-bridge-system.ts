/**
 * Plays vectors on the engine's Linux bridge: translates their setup vocabulary, which is that of `ip` and `bridge`.
 */
import { parseRuleset } from '../../console/nft/parser.ts';
import { CopyBatch } from '../../switch/copy-batch.ts';
import { LOCAL, STATIC, STICKY } from '../../switch/fdb.ts';
import { FrameBatch } from '../../switch/frame-batch.ts';
import { HOST_PORT } from '../../switch/profile.ts';
import * as configuration from '../../switch/profiles/linux-bridge/configuration.ts';
import { BridgePort, STATE_NAMES } from '../../switch/profiles/linux-bridge/bridge-port.ts';
import type { LinuxBridge } from '../../switch/profiles/linux-bridge/linux-bridge.ts';
import { Relay } from '../../switch/relay.ts';
import { fromHex, toHex } from '../../wire/bytes.ts';
import { TPID_C, TPID_S } from '../../wire/dot1q.ts';
import { mac } from '../../wire/mac-address.ts';
import { isMalformed } from '../../wire/malformed.ts';
import type { Egress, FdbRequest, FdbRow, SetStep, Setup, System, VlanRequest, VlanStateRequest } from './vector.ts';

const BRIDGE = 'br0';
const BRIDGE_MAC = 'ee:00:00:00:00:b0';

export class LinuxBridgeSystem implements System {
  readonly relay: Relay<LinuxBridge>;
  readonly #bridge: LinuxBridge;
  readonly #frames = new FrameBatch();
  readonly #copies = new CopyBatch();
  readonly #setup: Setup;
  #nowMs = 0;

  constructor(setup: Setup) {
    this.#setup = setup;
    this.#bridge = configuration.createBridge(BRIDGE, mac(String(setup.bridge['mac'] ?? BRIDGE_MAC)));
    this.relay = new Relay(this.#bridge);
    this.#require(this.#setBridge({ ...setup.bridge, link: 'up' }));
    for (const { name, mac: address, mtu } of setup.ports) configuration.addPort(this.#bridge, name, mac(address), mtu);
    for (const { name, slave } of setup.ports) this.#require(this.#setSlave(name, slave ?? {}));
    for (const vlan of setup.vlans ?? []) this.#require(this.#setVlan(vlan));
    for (const state of setup.vlan_states ?? []) this.#require(this.#setVlanState(state));
    for (const { name, flags } of setup.ports) this.#require(this.#setFlags(name, flags ?? {}));
    for (const entry of setup.fdb ?? []) this.#require(this.#setFdb(entry));
    if (setup.bridge['link'] === 'down') configuration.setLink(this.#bridge, this.#bridge.hostPort, false);
    if (setup.nft !== undefined) this.#require(this.#setNft(setup.nft));
    this.#bridge.isPromiscuous = setup.promisc ?? false;
  }

  inject(port: string, hex: string): Egress {
    this.#frames.clear();
    this.#copies.clear();
    this.#frames.add(this.#port(port)?.index ?? 0xffff, fromHex(hex) ?? new Uint8Array(0));
    this.relay.relay(this.#frames, this.#copies, this.#nowMs);
    const egress: Record<string, string[]> = {};
    for (let copy = 0; copy < this.#copies.count; copy++) {
      const { name } = this.#bridge.ports[this.#copies.portOf(copy)]!;
      (egress[name] ??= []).push(toHex(this.#copies.bytes(copy, this.#frames)));
    }
    return egress;
  }

  advance(seconds: number): void {
    this.#nowMs += Math.round(seconds * 1000);
  }

  set(step: SetStep): boolean {
    const { port } = step;
    let ok = true;
    if (step.bridge) ok = this.#setBridge(step.bridge) && ok;
    if (port !== undefined) {
      ok = this.#setFlags(port, step.flags ?? {}) && ok;
      ok = this.#setSlave(port, step.slave ?? {}) && ok;
      if (step.link) configuration.setLink(this.#bridge, this.#port(port)!, step.link === 'up');
      if (step.master === false) configuration.removePort(this.#bridge, this.#port(port)!);
      if (step.master === true) this.#rejoin(port);
    }
    if (step.fdb_flush) configuration.flushFdb(this.#bridge, port === undefined ? null : this.#port(port)!);
    if (step.vlan) ok = this.#setVlan(step.vlan) && ok;
    if (step.vlan_state) ok = this.#setVlanState(step.vlan_state) && ok;
    if (step.fdb) ok = this.#setFdb(step.fdb) && ok;
    if (step.nft !== undefined) ok = this.#setNft(step.nft) && ok;
    return ok;
  }

  fdb(): FdbRow[] {
    return this.#bridge.fdb
      .entries(this.#nowMs)
      .filter(({ flags }) => (flags & LOCAL) === 0)
      .map(({ mac: address, vid, port, flags }) => ({
        mac: address,
        port: this.#bridge.ports[port]!.name,
        ...(vid === 0 ? {} : { vlan: vid }),
        ...((flags & STATIC) === 0 ? {} : { state: 'static' }),
        ...((flags & STICKY) === 0 ? {} : { flags: ['sticky'] }),
      }));
  }

  /** Runs of VLANs with the same flags, as `bridge -j vlan show` yields them; a port without VLANs is absent. */
  vlans(): Record<string, string[]> {
    const all: Record<string, string[]> = {};
    for (const port of this.#bridge.ports) {
      if (port === undefined) continue;
      const rows = vlanRows(port);
      if (rows.length > 0) all[port.name] = rows;
    }
    return all;
  }

  #require(ok: boolean): void {
    if (!ok) throw new Error('the setup was refused');
  }

  #port(name: string): BridgePort | undefined {
    return this.#bridge.ports.find((port) => port?.name === name);
  }

  #rejoin(name: string): void {
    const { mac: address, mtu } = this.#setup.ports.find((port) => port.name === name)!;
    configuration.addPort(this.#bridge, name, mac(address), mtu);
  }

  #setBridge(options: Readonly<Record<string, string | number>>): boolean {
    return Object.entries(options).every(([key, value]) => this.#setBridgeOption(key, value));
  }

  #setBridgeOption(key: string, value: string | number): boolean {
    const bridge = this.#bridge;
    switch (key) {
      case 'vlan_filtering':
        configuration.setVlanFiltering(bridge, Number(value) !== 0);
        return true;
      case 'vlan_protocol':
        return configuration.setVlanProtocol(bridge, value === '802.1ad' ? TPID_S : TPID_C) === null;
      case 'vlan_default_pvid':
        return configuration.setDefaultPvid(bridge, Number(value)) === null;
      case 'ageing_time':
        // Centiseconds (LB-1).
        configuration.setAgeingTime(bridge, Number(value) * 10, this.#nowMs);
        return true;
      case 'group_fwd_mask':
        return configuration.setGroupFwdMask(bridge, Number(value)) === null;
      case 'no_linklocal_learn':
        bridge.noLinklocalLearn = Number(value) !== 0;
        return true;
      case 'link':
        configuration.setLink(bridge, bridge.hostPort, value === 'up');
        return true;
      case 'fdb_flush':
        configuration.flushFdb(bridge, null);
        return true;
      case 'mac':
      case 'forward_delay':
        return true;
      case 'stp_state':
      case 'mcast_snooping':
        return Number(value) === 0;
      default:
        return false;
    }
  }

  #setFlags(name: string, flags: Readonly<Record<string, string | number>>): boolean {
    const port = this.#port(name)!;
    return Object.entries(flags).every(([flag, value]) => {
      if (flag === 'state') return configuration.setState(this.#bridge, port, stateNumber(value)) === null;
      if (!configuration.isPortFlag(flag)) return false;
      configuration.setFlag(port, flag, value === 'on');
      return true;
    });
  }

  #setSlave(name: string, attributes: Readonly<Record<string, string | number>>): boolean {
    return Object.entries(attributes).every(
      ([key, value]) =>
        key === 'group_fwd_mask' &&
        configuration.setPortGroupFwdMask(this.#bridge, this.#port(name)!, Number(value)) === null,
    );
  }

  #setVlan(request: VlanRequest): boolean {
    const port = this.#port(request.dev);
    const [first, last] = vidRange(request.vid);
    // br0 has no master to ask: without `self` the request reaches nobody.
    if (port === undefined || (port.index === HOST_PORT && request.self !== true)) return false;
    if (!configuration.isVid(first) || !configuration.isVid(last)) return false;
    // `bridge` itself wants a range to ascend, and one PVID at most.
    if (String(request.vid).includes('-') && first >= last) return false;
    if (request.pvid === true && first !== last && request.del !== true) return false;
    for (let vid = first; vid <= last; vid++) {
      const outcome = request.del
        ? configuration.deleteVlan(this.#bridge, port, vid)
        : configuration.addVlan(this.#bridge, port, vid, request.pvid ?? false, request.untagged ?? false);
      if (outcome !== null) return false;
    }
    return true;
  }

  #setVlanState({ dev, vid, state }: VlanStateRequest): boolean {
    const port = this.#port(dev)!;
    const [first, last] = vidRange(vid);
    for (let each = first; each <= last; each++) {
      if (configuration.setVlanState(port, each, stateNumber(state)) !== null) return false;
    }
    return true;
  }

  #setFdb(request: FdbRequest): boolean {
    const port = this.#port(request.dev);
    if (port === undefined) return false;
    const address = mac(request.mac);
    if (request.del) {
      return configuration.deleteFdbEntry(this.#bridge, address, port, request.vlan, this.#nowMs) === null;
    }
    const outcome = configuration.addFdbEntry(
      this.#bridge,
      {
        mac: address,
        port,
        ...(request.vlan === undefined ? {} : { vid: request.vlan }),
        state: request.state ?? 'static',
        sticky: request.sticky ?? false,
        replace: request.replace ?? false,
      },
      this.#nowMs,
    );
    return outcome === null;
  }

  #setNft(text: string): boolean {
    const ruleset = parseRuleset(text, this.#bridge.netfilter.ruleset);
    if (isMalformed(ruleset)) return false;
    this.#bridge.netfilter.load(ruleset);
    return true;
  }
}

function vidRange(vid: number | string): [number, number] {
  const [first, last = first] = String(vid).split('-').map(Number);
  return [first!, last!];
}

function stateNumber(state: string | number): number {
  const named = (STATE_NAMES as readonly string[]).indexOf(String(state));
  return named >= 0 ? named : Number(state);
}

function vlanRows(port: BridgePort): string[] {
  const runs: { first: number; last: number; flags: string }[] = [];
  for (const vid of port.memberSet()) {
    const flags = `${port.pvid === vid ? ' pvid' : ''}${port.isUntagged(vid) ? ' untagged' : ''}`;
    const run = runs.at(-1);
    if (run?.flags === flags && run.last + 1 === vid && port.pvid !== vid) run.last = vid;
    else runs.push({ first: vid, last: vid, flags });
  }
  return runs.map(({ first, last, flags }) => `${first}${first === last ? '' : `-${last}`}${flags}`);
}
