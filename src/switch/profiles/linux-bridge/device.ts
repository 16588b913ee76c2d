/**
 * What `ip link` does to devices: the bridge that is made, ports that join and leave it, addresses, MTUs, promiscuous mode.
 *
 * Read first: br_if.c (br_add_if, br_del_if), br_fdb.c (br_fdb_changeaddr, br_fdb_change_mac_address).
 */
import { refusal, type Outcome } from '../../../outcome/refusal.ts';
import { isGroup, isZero, macHalves, type MacAddress } from '../../../wire/mac-address.ts';
import { HOST_PORT } from '../../profile.ts';
import { BridgePort } from './bridge-port.ts';
import { addLocal, addPort, removeLocal, removePort } from './configuration.ts';
import type { LinuxBridge } from './linux-bridge.ts';

export type DeviceChange =
  /** `ip link add BRIDGE [address MAC] type bridge`; without an address it has the lowest of its ports (LB-3). */
  | { readonly kind: 'create'; readonly bridge: string; readonly mac?: MacAddress }
  /** `ip link set PORT master BRIDGE`; null: `nomaster` */
  | { readonly kind: 'master'; readonly port: string; readonly bridge: string | null }
  /** `ip link set DEVICE [address MAC] [mtu N] [promisc on|off]` */
  | {
      readonly kind: 'device';
      readonly device: string;
      readonly mac?: MacAddress;
      readonly mtu?: number;
      readonly promisc?: boolean;
    };

/** Bytes; of a TAP device, and of a bridge. */
const MTU_MIN = 68;
const PORT_MTU_MAX = 65_521;
const BRIDGE_MTU_MAX = 65_535;

/** A live bridge takes changes to itself and its ports: a second one cannot be made. */
export function applyDeviceChange(bridge: LinuxBridge, change: DeviceChange): Outcome {
  if (change.kind === 'create') {
    const isSame = change.bridge === bridge.hostPort.name || deviceOf(bridge, change.bridge) !== undefined;
    return isSame ? refusal('EEXIST', 'dev', change.bridge, '') : refusal('unmodelled', 'type', 'bridge', '');
  }
  if (change.kind === 'master') return setMaster(bridge, change.port, change.bridge);
  const device = deviceOf(bridge, change.device);
  if (device === undefined) return refusal('ENODEV', 'dev', change.device, namesOf(bridge));
  return refuseDevice(device, change) ?? setDevice(bridge, device, change);
}

/** A port, br0, or a device that has left. */
function deviceOf(bridge: LinuxBridge, name: string): BridgePort | undefined {
  return bridge.departed.get(name) ?? bridge.ports.find((port) => port?.name === name);
}

function namesOf(bridge: LinuxBridge): string {
  const inside = bridge.ports.flatMap((port) => (port === undefined ? [] : [port.name]));
  return [...inside, ...bridge.departed.keys()].join(', ');
}

function setMaster(bridge: LinuxBridge, name: string, master: string | null): Outcome {
  const device = deviceOf(bridge, name);
  if (device === undefined) return refusal('ENODEV', 'dev', name, namesOf(bridge));
  const isInside = device.index !== HOST_PORT && !bridge.departed.has(name);
  if (master === null) {
    if (isInside) removePort(bridge, device);
    return null;
  }
  if (master !== bridge.hostPort.name) {
    const error = deviceOf(bridge, master) === undefined ? 'ENODEV' : 'EOPNOTSUPP';
    return refusal(error, 'master', master, bridge.hostPort.name);
  }
  if (device.index === HOST_PORT) return refusal('ELOOP', 'master', master, '');
  if (!isInside) addPort(bridge, name, device.mac, device.mtu);
  return null;
}

function refuseDevice(device: BridgePort, { mac, mtu }: DeviceChange & { kind: 'device' }): Outcome {
  if (mac !== undefined) {
    const [high, low] = macHalves(mac);
    if (isGroup(high) || isZero(high, low)) return refusal('EADDRNOTAVAIL', 'address', mac, '02:00:00:00:00:0a');
  }
  const most = device.index === HOST_PORT ? BRIDGE_MTU_MAX : PORT_MTU_MAX;
  if (mtu !== undefined && !(Number.isInteger(mtu) && mtu >= MTU_MIN && mtu <= most))
    return refusal('EINVAL', 'mtu', mtu, `${MTU_MIN}〜${most}`);
  return null;
}

function setDevice(bridge: LinuxBridge, device: BridgePort, change: DeviceChange & { kind: 'device' }): null {
  const { mac, mtu, promisc } = change;
  if (mac !== undefined) readdress(bridge, device, mac);
  if (mtu !== undefined) device.mtu = mtu;
  if (device.index !== HOST_PORT) return null;
  if (mtu !== undefined) bridge.hasOwnMtu = true;
  if (promisc !== undefined) bridge.isPromiscuous = promisc;
  return null;
}

/** The local entries follow the address; a device that has left has none. */
export function readdress(bridge: LinuxBridge, device: BridgePort, mac: MacAddress): void {
  const vids = bridge.departed.has(device.name) ? [] : [0, ...device.memberSet()];
  for (const vid of vids) removeLocal(bridge, device, vid);
  device.mac = mac;
  [device.macHigh, device.macLow] = macHalves(mac);
  for (const vid of vids) addLocal(bridge, device, vid);
}
