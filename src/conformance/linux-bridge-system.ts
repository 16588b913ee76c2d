/**
 * Plays vectors on the engine's Linux bridge: turns their setup vocabulary into changes.
 */
import { parseRuleset } from '../console/nft/parser.ts';
import { runnable } from '../filter/evaluator.ts';
import { CopyBatch } from '../switch/copy-batch.ts';
import { LOCAL, STATIC, STICKY } from '../switch/fdb.ts';
import { FrameBatch } from '../switch/frame-batch.ts';
import type { BridgePort } from '../switch/profiles/linux-bridge/bridge-port.ts';
import { applyChange, findPort, type LinuxBridgeChange } from '../switch/profiles/linux-bridge/change.ts';
import { addPort, createBridge, removePort } from '../switch/profiles/linux-bridge/configuration.ts';
import type { LinuxBridge } from '../switch/profiles/linux-bridge/linux-bridge.ts';
import { Relay } from '../switch/relay.ts';
import { fromHex, toHex } from '../wire/bytes.ts';
import { mac } from '../wire/mac-address.ts';
import { isMalformed } from '../wire/malformed.ts';
import type { Egress, FdbRequest, FdbRow, SetStep, Setup, System, VlanRequest, VlanStateRequest } from './vector.ts';

const BRIDGE = 'br0';
const BRIDGE_MAC = 'ee:00:00:00:00:b0';
/** Options of a setup that are no options of `ip link … type bridge`. */
const PSEUDO_OPTIONS = new Set(['mac', 'link', 'fdb_flush']);

export class LinuxBridgeSystem implements System {
  readonly relay: Relay<LinuxBridge>;
  readonly #bridge: LinuxBridge;
  readonly #frames = new FrameBatch();
  readonly #copies = new CopyBatch();
  readonly #setup: Setup;
  #nowMs = 0;

  constructor(setup: Setup) {
    this.#setup = setup;
    this.#bridge = createBridge(BRIDGE, mac(String(setup.bridge['mac'] ?? BRIDGE_MAC)));
    this.relay = new Relay(this.#bridge);
    this.#require(bridgeChanges(setup.bridge));
    for (const { name, mac: address, mtu } of setup.ports) addPort(this.#bridge, name, mac(address), mtu);
    this.#require([
      ...setup.ports.flatMap(({ name, slave }) => slaveChanges(name, slave)),
      ...(setup.vlans ?? []).map(vlanChange),
      ...(setup.vlan_states ?? []).map(vlanStateChange),
      ...setup.ports.flatMap(({ name, flags }) => flagChanges(name, flags)),
      ...(setup.fdb ?? []).map(fdbChange),
      ...(setup.bridge['link'] === 'down' ? [{ kind: 'link', port: BRIDGE, up: false } as const] : []),
      ...(setup.nft === undefined ? [] : [this.#rulesChange(setup.nft)]),
    ]);
    this.#bridge.isPromiscuous = setup.promisc ?? false;
  }

  inject(port: string, hex: string): Egress {
    this.#frames.clear();
    this.#copies.clear();
    this.#frames.add(findPort(this.#bridge, port)?.index ?? 0xffff, fromHex(hex) ?? new Uint8Array(0));
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

  /** Every command of the step is tried, as the recording did; one refusal makes the step a refused one. */
  set(step: SetStep): boolean {
    const results = this.#changes(step).map((change) => change !== null && this.#apply(change));
    if (step.master !== undefined) this.#setMaster(step.port!, step.master);
    return results.every(Boolean);
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

  #changes(step: SetStep): (LinuxBridgeChange | null)[] {
    const { port } = step;
    return [
      ...bridgeChanges(step.bridge),
      ...(port === undefined ? [] : flagChanges(port, step.flags)),
      ...(port === undefined ? [] : slaveChanges(port, step.slave)),
      ...(step.link === undefined ? [] : [{ kind: 'link', port: port!, up: step.link === 'up' } as const]),
      ...(step.fdb_flush ? [{ kind: 'fdb-flush', ...(port === undefined ? {} : { port }) } as const] : []),
      ...(step.vlan === undefined ? [] : [vlanChange(step.vlan)]),
      ...(step.vlan_state === undefined ? [] : [vlanStateChange(step.vlan_state)]),
      ...(step.fdb === undefined ? [] : [fdbChange(step.fdb)]),
      ...(step.nft === undefined ? [] : [this.#rulesChange(step.nft)]),
    ];
  }

  #require(changes: readonly (LinuxBridgeChange | null)[]): void {
    for (const change of changes) {
      if (change === null || !this.#apply(change)) throw new Error(`the setup was refused: ${JSON.stringify(change)}`);
    }
  }

  #apply(change: LinuxBridgeChange): boolean {
    return applyChange(this.#bridge, change, this.#nowMs) === null;
  }

  #setMaster(name: string, joins: boolean): void {
    const present = findPort(this.#bridge, name);
    const { mac: address, mtu } = this.#setup.ports.find((port) => port.name === name)!;
    if (!joins) removePort(this.#bridge, present!);
    else addPort(this.#bridge, name, mac(address), mtu);
  }

  /** Null: `nft` refuses the text. */
  #rulesChange(text: string): LinuxBridgeChange | null {
    const ruleset = parseRuleset(text, this.#bridge.netfilter.ruleset);
    return isMalformed(ruleset) ? null : { kind: 'rules', ruleset: runnable(ruleset) };
  }
}

type Settings = Readonly<Record<string, string | number>>;

function bridgeChanges(options: Settings = {}): LinuxBridgeChange[] {
  return Object.entries(options)
    .filter(([option]) => !PSEUDO_OPTIONS.has(option))
    .map(([option, value]) => ({ kind: 'bridge', option, value }));
}

function flagChanges(port: string, flags: Settings = {}): LinuxBridgeChange[] {
  return Object.entries(flags).map(([flag, value]) => ({ kind: 'flag', port, flag, value }));
}

function slaveChanges(port: string, attributes: Settings = {}): LinuxBridgeChange[] {
  return Object.entries(attributes).map(([attribute, value]) => ({ kind: 'slave', port, attribute, value }));
}

/** Null: `bridge` itself refuses a range that does not ascend. */
function vlanChange({ dev, vid, del, pvid, untagged, self }: VlanRequest): LinuxBridgeChange | null {
  const range = vidRange(vid);
  if (range === null) return null;
  return {
    kind: 'vlan',
    port: dev,
    ...range,
    remove: del ?? false,
    pvid: pvid ?? false,
    untagged: untagged ?? false,
    self: self ?? false,
  };
}

function vlanStateChange({ dev, vid, state }: VlanStateRequest): LinuxBridgeChange | null {
  const range = vidRange(vid);
  return range === null ? null : { kind: 'vlan-state', port: dev, ...range, state };
}

function fdbChange({ dev, mac: address, vlan, state, sticky, replace, del }: FdbRequest): LinuxBridgeChange {
  return {
    kind: 'fdb',
    port: dev,
    mac: mac(address),
    ...(vlan === undefined ? {} : { vid: vlan }),
    state: state ?? 'static',
    sticky: sticky ?? false,
    replace: replace ?? false,
    remove: del ?? false,
  };
}

function vidRange(vid: number | string): { first: number; last: number } | null {
  const [first, last] = String(vid).split('-').map(Number);
  if (last !== undefined && first! >= last) return null;
  return { first: first!, last: last ?? first! };
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
