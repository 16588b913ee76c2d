/**
 * Plays vectors on the engine's Open vSwitch: turns their setup vocabulary into changes.
 */
import { parseDeletion, parseFlows, type FlowContext } from '../console/openflow/parser.ts';
import type { OpenFlowVersion } from '../console/openflow/protocols.ts';
import type { FlowSelection } from '../filter/flow-selection.ts';
import { CopyBatch } from '../switch/copy-batch.ts';
import { STATIC } from '../switch/fdb.ts';
import { FrameBatch } from '../switch/frame-batch.ts';
import { applyChange, findPort, type OpenVswitchChange } from '../switch/profiles/open-vswitch/change.ts';
import { addPort, createBridge } from '../switch/profiles/open-vswitch/configuration.ts';
import type { MirrorColumns } from '../switch/profiles/open-vswitch/mirror.ts';
import type { OpenVswitch } from '../switch/profiles/open-vswitch/open-vswitch.ts';
import type { PortColumns } from '../switch/profiles/open-vswitch/ovs-port.ts';
import { Programs } from '../switch/profiles/open-vswitch/pipeline.ts';
import type { BridgeColumns } from '../switch/profiles/open-vswitch/settings.ts';
import { Relay } from '../switch/relay.ts';
import { fromHex, toHex } from '../wire/bytes.ts';
import { mac } from '../wire/mac-address.ts';
import type { Egress, FdbRow, SetStep, System } from './vector.ts';

const BRIDGE = 'br0';
const BRIDGE_MAC = 'ee:00:00:00:00:b0';
/** What one change takes on the recorder's stopped clock, in milliseconds. */
const SET_MS = 100;

interface EntryRequest {
  readonly mac: string;
  readonly port?: string;
  readonly vlan?: number;
  readonly del?: boolean;
}

type Columns = { readonly [K in keyof PortColumns]: PortColumns[K] | null };

/** Values of other_config are numbers and booleans in recordings, text in the database. */
type Loose = Readonly<Record<string, unknown>>;

export interface OvsSetup {
  readonly bridge: Loose;
  readonly ports: readonly (PortColumns & {
    readonly name: string;
    readonly ofport: number;
    readonly of_config?: readonly string[];
  })[];
  readonly local_port?: PortColumns;
  readonly global?: Loose;
  readonly fdb?: readonly EntryRequest[];
  readonly mirrors?: readonly MirrorColumns[];
  readonly flows?: readonly string[];
  /** Version in which flows are told to the switch; the engine knows one language. */
  readonly of_version?: string;
}

export type OvsSetStep = Omit<SetStep, 'fdb' | 'bridge'> &
  Columns & {
    readonly bridge?: Loose;
    readonly of_config?: readonly string[];
    readonly admin?: 'up' | 'down';
    readonly del?: boolean;
    readonly fdb?: EntryRequest;
    readonly flows?: readonly string[];
    readonly keep?: boolean;
    readonly del_flows?: readonly string[];
    readonly global?: Loose;
  };

const COLUMNS = ['tag', 'trunks', 'vlan_mode', 'cvlans', 'protected', 'other_config'] as const;

export class OpenVswitchSystem implements System {
  readonly relay: Relay<OpenVswitch>;
  readonly #device: OpenVswitch;
  readonly #version: OpenFlowVersion | undefined;
  readonly #frames = new FrameBatch();
  readonly #copies = new CopyBatch();
  #nowMs = 0;

  constructor(setup: OvsSetup) {
    this.#version = setup.of_version as OpenFlowVersion | undefined;
    this.#device = createBridge(BRIDGE, mac(BRIDGE_MAC), new Programs(), setup.local_port);
    this.#device.hasDummyDevices = true;
    this.relay = new Relay(this.#device);
    setup.ports.forEach(({ name, ofport }, index) => {
      addPort(this.#device, name, mac(`ee:00:00:00:01:${(index + 16).toString(16)}`), ofport);
    });
    this.#require([
      ...globalChanges(setup.global),
      { kind: 'bridge', columns: bridgeColumns(setup.bridge) },
      ...setup.ports.map((port): OpenVswitchChange => ({ kind: 'port', port: port.name, columns: columnsOf(port) })),
      ...setup.ports.flatMap(({ name, of_config = [] }) => configChanges(name, of_config)),
      ...(setup.mirrors === undefined ? [] : [{ kind: 'mirrors', mirrors: setup.mirrors } as const]),
      ...(setup.fdb ?? []).map(entryChange),
      ...(setup.flows === undefined ? [] : [this.#flowsChange(setup.flows, true)]),
    ]);
  }

  inject(port: string, hex: string): Egress {
    this.#frames.clear();
    this.#copies.clear();
    this.#frames.add(findPort(this.#device, port)?.index ?? 0xffff, fromHex(hex) ?? new Uint8Array(0));
    this.relay.relay(this.#frames, this.#copies, this.#nowMs);
    const egress: Record<string, string[]> = {};
    for (let copy = 0; copy < this.#copies.count; copy++) {
      const { name } = this.#device.ports[this.#copies.portOf(copy)]!;
      (egress[name] ??= []).push(toHex(this.#copies.bytes(copy, this.#frames)));
    }
    return egress;
  }

  advance(seconds: number): void {
    this.#nowMs += Math.round(seconds * 1000);
  }

  set(step: SetStep): boolean {
    const results = this.#changes(step as unknown as OvsSetStep).map(
      (change) => change !== null && applyChange(this.#device, change, this.#nowMs) === null,
    );
    this.#nowMs += SET_MS;
    return results.every(Boolean);
  }

  fdb(): FdbRow[] {
    return this.#device.fdb.entries(this.#nowMs).map(({ mac: address, vid, port, flags }) => ({
      mac: address,
      port: this.#device.ports[port]!.name,
      vlan: vid,
      ...((flags & STATIC) === 0 ? {} : { state: 'static' }),
    }));
  }

  vlans(): Record<string, string[]> {
    return {};
  }

  #changes(step: OvsSetStep): (OpenVswitchChange | null)[] {
    const { port, bridge, admin, del, fdb, flows, del_flows, of_config = [] } = step;
    return [
      ...(bridge === undefined ? [] : [{ kind: 'bridge', columns: bridgeColumns(bridge) } as const]),
      ...(port === undefined || Object.keys(columnsOf(step)).length === 0
        ? []
        : [{ kind: 'port', port, columns: columnsOf(step) } as const]),
      ...(port === undefined ? [] : configChanges(port, of_config)),
      ...(admin === undefined ? [] : [{ kind: 'link', port: port!, up: admin === 'up' } as const]),
      ...(del === true && port !== undefined ? [{ kind: 'del-port', port } as const] : []),
      ...(fdb === undefined ? [] : [entryChange(fdb)]),
      ...(step.fdb_flush ? [{ kind: 'fdb-flush' } as const] : []),
      ...(flows === undefined ? [] : [this.#flowsChange(flows, step.keep !== true)]),
      ...(del_flows === undefined ? [] : [this.#deletion(del_flows)]),
      ...globalChanges(step.global),
    ];
  }

  /** Null: `ovs-ofctl` refuses the text. */
  #flowsChange(texts: readonly string[], replaces: boolean): OpenVswitchChange | null {
    const commands = parseFlows(texts.join('\n'), this.#context());
    if (!Array.isArray(commands)) return null;
    return { kind: 'flows', flows: commands.flatMap((each) => (each.kind === 'add' ? [each.flow] : [])), replaces };
  }

  #deletion(texts: readonly string[]): OpenVswitchChange | null {
    const selections = texts.map((text) => parseDeletion(text, 'delete_strict', this.#context()));
    const problems = selections.filter((selection) => 'complaint' in selection);
    return problems.length > 0 ? null : { kind: 'del-flows', selections: selections as FlowSelection[] };
  }

  #context(): FlowContext {
    const named = this.#device.ports.flatMap((port) => (port === undefined ? [] : [[port.name, port.ofport] as const]));
    return {
      ports: Object.fromEntries(named),
      ...(this.#version === undefined ? {} : { version: this.#version }),
    };
  }

  #require(changes: readonly (OpenVswitchChange | null)[]): void {
    for (const change of changes) {
      if (change !== null && applyChange(this.#device, change, this.#nowMs) === null) continue;
      throw new Error(`the setup was refused: ${JSON.stringify(change)}`);
    }
  }
}

function columnsOf(source: PortColumns | Columns): Columns {
  const given = COLUMNS.flatMap((column) => (source[column] === undefined ? [] : [[column, source[column]]]));
  return Object.fromEntries(given) as Columns;
}

function bridgeColumns({ other_config, ...columns }: Loose): BridgeColumns {
  if (other_config === undefined) return columns as BridgeColumns;
  return { ...columns, other_config: textsOf(other_config as Loose) } as BridgeColumns;
}

function textsOf(values: Loose): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
}

function globalChanges(columns: Loose | undefined): OpenVswitchChange[] {
  const limit = (columns?.['other_config'] as Loose | undefined)?.['vlan-limit'];
  return limit === undefined ? [] : [{ kind: 'vlan-limit', limit: Number(limit) }];
}

function configChanges(port: string, words: readonly string[]): OpenVswitchChange[] {
  return words.map((word) => ({ kind: 'mod-port', port, word }));
}

function entryChange({ mac: address, port, vlan = 0, del }: EntryRequest): OpenVswitchChange {
  if (del === true) return { kind: 'fdb-del', vid: vlan, mac: mac(address) };
  return { kind: 'fdb', port: port!, vid: vlan, mac: mac(address) };
}
