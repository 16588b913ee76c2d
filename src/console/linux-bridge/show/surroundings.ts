/**
 * What a machine's answers show besides the bridge: numbers of devices, what the ports are, which queues they have. The model
 * has none of it; these are the usual ones of a Debian 12 host with libvirt, and a test gives those of its recording.
 */
import type { LinuxBridge } from '../../../switch/profiles/linux-bridge/linux-bridge.ts';

export interface Surroundings {
  /** ifindex */
  readonly indexOf: (device: string, bridge: LinuxBridge) => number;
  /** Of a port that is up. */
  readonly qdisc: string;
  /** As the STP engine reckons it from the port's speed. */
  readonly cost: number;
  /** The TAP devices behind the ports. */
  readonly tap: { readonly vnetHdr: boolean; readonly persist: boolean };
  /** Kernels with packet steering tell how many receive queues there are. */
  readonly hasReceiveQueues: boolean;
}

const LOOPBACK_INDEX = 1;

export const USUAL: Surroundings = {
  indexOf: (device, bridge) =>
    device === 'lo' ? LOOPBACK_INDEX : 2 + (bridge.ports.find((port) => port?.name === device)?.index ?? 0),
  qdisc: 'fq_codel',
  cost: 100,
  tap: { vnetHdr: true, persist: true },
  hasReceiveQueues: true,
};
