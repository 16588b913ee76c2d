/**
 * The devices of a machine with one bridge, as the kernel tells about them: `lo`, the bridge, and its ports, TAP devices of VMs,
 * by number.
 *
 * What surprises: a TAP device never says that it is UP, its state is UNKNOWN; a bridge has a carrier while one of its ports
 * forwards; without an MTU of its own it has the smallest of its ports (LB-4).
 */
import { HOST_PORT } from '../../../switch/profile.ts';
import { FORWARDING, type BridgePort } from '../../../switch/profiles/linux-bridge/bridge-port.ts';
import { portsOf } from '../../../switch/profiles/linux-bridge/configuration.ts';
import type { LinuxBridge } from '../../../switch/profiles/linux-bridge/linux-bridge.ts';
import type { Surroundings } from './surroundings.ts';

export interface Device {
  readonly index: number;
  readonly name: string;
  /** Null: `lo`. */
  readonly port: BridgePort | null;
  readonly isBridge: boolean;
  /** In the bridge. */
  readonly isPort: boolean;
  readonly flags: readonly string[];
  readonly state: 'UP' | 'DOWN' | 'UNKNOWN';
  readonly mtu: number;
  readonly qdisc: string;
}

/** Everything that there is, by number; devices that have left the bridge as well. */
export function devicesOf(bridge: LinuxBridge, surroundings: Surroundings): Device[] {
  const all = [
    loopback(),
    ...[...bridge.ports, ...bridge.departed.values()].flatMap((port) =>
      port === undefined ? [] : [deviceOf(bridge, port, surroundings)],
    ),
  ];
  return all.sort((a, b) => a.index - b.index);
}

function loopback(): Device {
  return {
    index: 1,
    name: 'lo',
    port: null,
    isBridge: false,
    isPort: false,
    flags: ['LOOPBACK', 'UP', 'LOWER_UP'],
    state: 'UNKNOWN',
    mtu: 65_536,
    qdisc: 'noqueue',
  };
}

function deviceOf(bridge: LinuxBridge, port: BridgePort, { indexOf, qdisc }: Surroundings): Device {
  const isBridge = port.index === HOST_PORT;
  const hasCarrier = isBridge ? portsOf(bridge).some(({ state }) => state === FORWARDING) : true;
  const isUp = isBridge ? bridge.isUp : port.linkUp;
  return {
    index: indexOf(port.name, bridge),
    name: port.name,
    port,
    isBridge,
    isPort: !isBridge && bridge.ports[port.index] === port,
    flags: [
      ...(isUp && !hasCarrier ? ['NO-CARRIER'] : []),
      'BROADCAST',
      'MULTICAST',
      ...(isBridge && bridge.isPromiscuous ? ['PROMISC'] : []),
      ...(isUp ? ['UP'] : []),
      ...(isUp && hasCarrier ? ['LOWER_UP'] : []),
    ],
    state: !isUp || !hasCarrier ? 'DOWN' : isBridge ? 'UP' : 'UNKNOWN',
    mtu: isBridge ? bridgeMtu(bridge) : port.mtu,
    qdisc: isBridge ? (isUp ? 'noqueue' : 'noop') : qdisc,
  };
}

/** br_mtu_auto_adjust */
function bridgeMtu(bridge: LinuxBridge): number {
  if (bridge.hasOwnMtu) return bridge.hostPort.mtu;
  const mtus = portsOf(bridge).map(({ mtu }) => mtu);
  return mtus.length === 0 ? bridge.hostPort.mtu : Math.min(...mtus);
}
