/**
 * A bridge made of commands from nothing, as they would make it on a machine whose ports are there: VMs' TAP devices, which
 * are up. The bridge is not up until a command says so (`ip link add` leaves it down), and without an address of its own it
 * has the lowest of its ports (LB-3).
 */
import { refusal, type Refusal } from '../../outcome/refusal.ts';
import { applyChange, findPort, type LinuxBridgeChange } from '../../switch/profiles/linux-bridge/change.ts';
import { addPort, createBridge, portsOf, setLink } from '../../switch/profiles/linux-bridge/configuration.ts';
import { readdress } from '../../switch/profiles/linux-bridge/device.ts';
import type { LinuxBridge } from '../../switch/profiles/linux-bridge/linux-bridge.ts';
import { mac, type MacAddress } from '../../wire/mac-address.ts';

/** A device that is not in the bridge. */
interface Device {
  mac: MacAddress;
  mtu: number;
  isUp: boolean;
}

const MTU = 1500;
/** Of a bridge that has neither ports nor an address of its own. */
const NO_ADDRESS = mac('00:00:00:00:00:00');

export class Builder {
  /** Null until it is made. */
  bridge: LinuxBridge | null = null;
  readonly #devices = new Map<string, Device>();
  readonly #macOf: (device: string) => MacAddress;
  #followsPorts = false;

  /** `macOf`: addresses of devices that no command gives one. */
  constructor(macOf: (device: string) => MacAddress = inOrder()) {
    this.#macOf = macOf;
  }

  apply(change: LinuxBridgeChange): Refusal | null {
    const { bridge } = this;
    if (change.kind === 'create' && bridge === null) return this.#create(change);
    const name = change.kind === 'device' ? change.device : 'port' in change ? change.port : undefined;
    const isOutside = name !== undefined && (bridge === null || !isIn(bridge, name));
    if (isOutside && change.kind === 'device') return this.#setDevice(name, change);
    if (isOutside && change.kind === 'link') {
      this.#device(name).isUp = change.up;
      return null;
    }
    if (bridge === null) return refusal('ENODEV', 'dev', name ?? '', '');
    if (isOutside && change.kind === 'master') return this.#join(bridge, name, change);
    if (isOutside) return refusal('EOPNOTSUPP', 'dev', name, bridge.hostPort.name);
    const outcome = applyChange(bridge, change, 0);
    if (change.kind === 'device' && change.device === bridge.hostPort.name && change.mac !== undefined) {
      this.#followsPorts = false;
    }
    this.#followPorts();
    return outcome;
  }

  #create({ bridge: name, mac: address }: LinuxBridgeChange & { kind: 'create' }): null {
    this.#followsPorts = address === undefined;
    this.bridge = createBridge(name, address ?? NO_ADDRESS);
    setLink(this.bridge, this.bridge.hostPort, false);
    return null;
  }

  #device(name: string): Device {
    let device = this.#devices.get(name);
    if (device === undefined) {
      device = { mac: this.#macOf(name), mtu: MTU, isUp: true };
      this.#devices.set(name, device);
    }
    return device;
  }

  #setDevice(name: string, { mac: address, mtu }: LinuxBridgeChange & { kind: 'device' }): null {
    const device = this.#device(name);
    device.mac = address ?? device.mac;
    device.mtu = mtu ?? device.mtu;
    return null;
  }

  #join(bridge: LinuxBridge, name: string, change: LinuxBridgeChange & { kind: 'master' }): Refusal | null {
    if (change.bridge === null) return null;
    if (change.bridge !== bridge.hostPort.name)
      return refusal('EOPNOTSUPP', 'master', change.bridge, bridge.hostPort.name);
    const { mac: address, mtu, isUp } = this.#device(name);
    const port = addPort(bridge, name, address, mtu);
    if (!isUp) setLink(bridge, port, false);
    this.#followPorts();
    return null;
  }

  /** br_stp_recalculate_bridge_id */
  #followPorts(): void {
    if (this.bridge === null || !this.#followsPorts) return;
    const [lowest = NO_ADDRESS] = portsOf(this.bridge)
      .map((port) => port.mac)
      .sort();
    if (lowest !== this.bridge.hostPort.mac) readdress(this.bridge, this.bridge.hostPort, lowest);
  }
}

function isIn(bridge: LinuxBridge, name: string): boolean {
  return findPort(bridge, name) !== undefined || bridge.departed.has(name);
}

/** As libvirt does, addresses that no VM has: their first octet is fe. */
function inOrder(): () => MacAddress {
  let count = 0;
  return () => {
    count++;
    return mac(
      `fe:00:00:00:${(count >> 8).toString(16).padStart(2, '0')}:${(count & 0xff).toString(16).padStart(2, '0')}`,
    );
  };
}

export interface Built {
  /** Null where no command makes one. */
  readonly bridge: LinuxBridge | null;
  readonly refused: readonly { readonly change: LinuxBridgeChange; readonly refused: Refusal }[];
}

/** Every change is tried; what is refused changes nothing. */
export function buildBridge(changes: readonly LinuxBridgeChange[], macOf?: (device: string) => MacAddress): Built {
  const builder = new Builder(macOf);
  const refused = changes.flatMap((change) => {
    const outcome = builder.apply(change);
    return outcome === null ? [] : [{ change, refused: outcome }];
  });
  return { bridge: builder.bridge, refused };
}
