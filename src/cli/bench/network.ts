/**
 * The network of the benchmark: one Linux bridge with six access ports, two trunks and 1,000 known addresses, told in the
 * vocabulary of the recordings, so that the relay and the twin are set up from the same words.
 *
 * Every rule that both know is on. Guests at access ports are isolated from each other, so frames go between an access port
 * and a trunk, or between the trunks.
 */
import type { Setup } from '../../conformance/vector.ts';
import { fromHex } from '../../wire/bytes.ts';
import { Random } from '../../../test/random.ts';

export const STATIONS = 1000;
export const PORTS = 8;
const ACCESS_PORTS = 6;
const SEED = 1_000;

/** What a frame has to pass here; printed with the figures. */
export const RULES_ON: readonly string[] = [
  'source address check',
  'reserved addresses',
  'port state',
  'VLAN filtering with PVID, ingress and egress membership and a state for each VLAN',
  'locked ports',
  'learning and ageing',
  'isolated ports',
  'hairpin',
  'tag pushed and popped',
  'MTU',
];

/** A frame, and the port where it comes in. */
export interface Arrival {
  readonly port: number;
  readonly bytes: Uint8Array;
}

export function setup(): Setup {
  const numbers = Array.from({ length: PORTS }, (_, index) => index + 1);
  return {
    bridge: { vlan_filtering: 1, ageing_time: 30_000 },
    ports: numbers.map((number) => ({
      name: `p${number}`,
      mac: `ee:00:00:00:00:0${number}`,
      flags: { locked: 'on', ...(isAccess(number) ? { isolated: 'on' } : { hairpin: 'on' }) },
    })),
    vlans: numbers.flatMap((number) =>
      isAccess(number)
        ? [{ dev: `p${number}`, vid: number <= ACCESS_PORTS / 2 ? 10 : 20, pvid: true, untagged: true }]
        : [10, 20].map((vid) => ({ dev: `p${number}`, vid })),
    ),
    fdb: Array.from({ length: STATIONS }, (_, station) => ({
      mac: addressOf(station),
      dev: `p${portOf(station)}`,
      vlan: vidOf(station),
      state: 'dynamic',
    })),
  };
}

/** Frames of 64 bytes (FCS counted, tag not) from known addresses to known addresses. */
export function unicast(count: number): Arrival[] {
  const random = new Random(SEED);
  const arrivals: Arrival[] = [];
  while (arrivals.length < count) {
    const [from, to] = [random.below(STATIONS), random.below(STATIONS)];
    if (canReach(from, to)) arrivals.push(arrival(from, addressOf(to)));
  }
  return arrivals;
}

/** The same from known addresses to everybody. */
export function broadcast(count: number): Arrival[] {
  const random = new Random(SEED);
  return Array.from({ length: count }, () => arrival(random.below(STATIONS), 'ff:ff:ff:ff:ff:ff'));
}

/** UDP from port 40000 to port 514. */
const PAYLOAD = `08004500002e00004000401100000a0000010a000002${'9c400202001a0000'}${'00'.repeat(18)}`;

function arrival(station: number, dst: string): Arrival {
  const port = portOf(station);
  // Priority 3, so that a tag is more than its VID.
  const tag = isAccess(port) ? '' : `8100${(0x6000 | vidOf(station)).toString(16)}`;
  return { port, bytes: fromHex(dst + addressOf(station) + tag + PAYLOAD)! };
}

function isAccess(port: number): boolean {
  return port <= ACCESS_PORTS;
}

function portOf(station: number): number {
  return (station % PORTS) + 1;
}

function vidOf(station: number): number {
  const port = portOf(station);
  if (isAccess(port)) return port <= ACCESS_PORTS / 2 ? 10 : 20;
  return Math.floor(station / PORTS) % 2 === 0 ? 10 : 20;
}

function canReach(from: number, to: number): boolean {
  const [a, b] = [portOf(from), portOf(to)];
  return vidOf(from) === vidOf(to) && a !== b && !(isAccess(a) && isAccess(b));
}

function addressOf(station: number): string {
  const digits = station.toString(16).padStart(4, '0');
  return `02:00:00:00:${digits.slice(0, 2)}:${digits.slice(2)}`;
}
