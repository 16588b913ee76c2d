/**
 * A change to an Open vSwitch bridge as data: one command of `ovs-vsctl`, `ovs-ofctl` or `ovs-appctl`, so that labs,
 * recordings and consoles can write it down, replay it and apply it in one place.
 */
import type { FlowSelection } from '../../../filter/flow-selection.ts';
import type { Flow } from '../../../filter/flow.ts';
import { refusal, type Outcome } from '../../../outcome/refusal.ts';
import type { MacAddress } from '../../../wire/mac-address.ts';
import * as configuration from './configuration.ts';
import type { MirrorColumns } from './mirror.ts';
import type { OpenVswitch } from './open-vswitch.ts';
import type { OvsPort, PortColumns } from './ovs-port.ts';
import type { BridgeColumns } from './settings.ts';

export type OpenVswitchChange =
  /** `ovs-vsctl set bridge BRIDGE COLUMN=VALUE`: the columns given replace what stood there. */
  | { readonly kind: 'bridge'; readonly columns: BridgeColumns }
  /** `ovs-vsctl set Open_vSwitch . other_config:vlan-limit=N` */
  | { readonly kind: 'vlan-limit'; readonly limit: number }
  /** `ovs-vsctl set port PORT COLUMN=VALUE`; an empty list clears a set, null a column. */
  | {
      readonly kind: 'port';
      readonly port: string;
      readonly columns: { readonly [K in keyof PortColumns]: PortColumns[K] | null };
    }
  /** `ovs-vsctl add-port`, with `ofport_request`. */
  | { readonly kind: 'add-port'; readonly port: string; readonly mac: MacAddress; readonly ofport: number | null }
  | { readonly kind: 'del-port'; readonly port: string }
  /** `ovs-ofctl mod-port BRIDGE PORT WORD` */
  | { readonly kind: 'mod-port'; readonly port: string; readonly word: string }
  /** `ip link set PORT up|down` */
  | { readonly kind: 'link'; readonly port: string; readonly up: boolean }
  /** `ovs-appctl fdb/add|del` */
  | { readonly kind: 'fdb'; readonly port: string; readonly vid: number; readonly mac: MacAddress }
  | { readonly kind: 'fdb-del'; readonly vid: number; readonly mac: MacAddress }
  | { readonly kind: 'fdb-flush' }
  /** `ovs-ofctl add-flows`; `replaces`: `del-flows` first. */
  | { readonly kind: 'flows'; readonly flows: readonly Flow[]; readonly replaces: boolean }
  /** `ovs-ofctl del-flows` */
  | { readonly kind: 'del-flows'; readonly selections: readonly FlowSelection[] }
  /** Mirrors replace those that were there. */
  | { readonly kind: 'mirrors'; readonly mirrors: readonly MirrorColumns[] };

/** Applies a change, or refuses it with nothing changed. `nowMs`: milliseconds since the lab began. */
export function applyChange(device: OpenVswitch, change: OpenVswitchChange, nowMs: number): Outcome {
  switch (change.kind) {
    case 'bridge':
      return configuration.setBridge(device, change.columns, nowMs);
    case 'vlan-limit':
      configuration.setVlanLimit(device, change.limit);
      return null;
    case 'port':
      return withPort(device, change.port, (port) => configuration.setColumns(device, port, change.columns));
    case 'add-port':
      return configuration.addPort(device, change.port, change.mac, change.ofport);
    case 'del-port':
      return withPort(device, change.port, (port) => configuration.removePort(device, port));
    case 'mod-port':
      return withPort(device, change.port, (port) => configuration.modifyPort(port, change.word));
    case 'link':
      return withPort(device, change.port, (port) => {
        port.linkUp = change.up;
        return null;
      });
    case 'fdb':
      return withPort(device, change.port, (port) =>
        configuration.addEntry(device, port, change.vid, change.mac, nowMs),
      );
    case 'fdb-del':
      return configuration.deleteEntry(device, change.vid, change.mac);
    case 'fdb-flush':
      configuration.flush(device);
      return null;
    case 'flows':
      configuration.setFlows(device, change.flows, change.replaces);
      return null;
    case 'del-flows':
      configuration.deleteFlows(device, change.selections);
      return null;
    case 'mirrors':
      return configuration.setMirrors(device, change.mirrors);
    default:
      return refusal('unmodelled', (change as { kind: string }).kind, '', '');
  }
}

export function findPort(device: OpenVswitch, name: string): OvsPort | undefined {
  return device.ports.find((port) => port?.name === name);
}

function withPort(device: OpenVswitch, name: string, then: (port: OvsPort) => Outcome): Outcome {
  const port = findPort(device, name);
  const names = device.ports.flatMap((each) => (each === undefined ? [] : [each.name]));
  return port === undefined ? refusal(`no row "${name}" in table Port`, 'port', name, names.join(', ')) : then(port);
}
