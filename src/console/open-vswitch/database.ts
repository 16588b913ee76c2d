/**
 * The configuration of Open vSwitch as data: what `ovs-vsctl` reads and writes. Only what is set stands in it, so that two
 * configurations that are the same are equal.
 */

export type Scalar = number | string | boolean;
/** A set in ascending order, or a map with its keys in order. */
export type Value = readonly Scalar[] | Readonly<Record<string, string>>;
export type Columns = Readonly<Record<string, Value>>;

export interface OvsDatabase {
  /** The one row of Open_vSwitch. */
  readonly settings: Columns;
  readonly bridges: readonly BridgeRow[];
}

export interface BridgeRow {
  readonly name: string;
  readonly columns: Columns;
  /** In the order of their making; the one with the bridge's name is its own. */
  readonly ports: readonly PortRow[];
  readonly mirrors: readonly MirrorRow[];
}

export interface PortRow {
  readonly name: string;
  readonly columns: Columns;
  /** Columns of its interface, which has the port's name. */
  readonly interface: Columns;
}

export interface MirrorRow {
  readonly columns: Columns;
  /** Names of ports. */
  readonly select_src_port: readonly string[];
  readonly select_dst_port: readonly string[];
  readonly output_port: string | null;
}

export const EMPTY_DATABASE: OvsDatabase = { settings: {}, bridges: [] };

/**
 * OpenFlow numbers of a bridge's ports: those asked for, and the lowest that are free for the others, in their order.
 */
export function portNumbers({ name, ports }: BridgeRow): Readonly<Record<string, number>> {
  const numbers: Record<string, number> = { [name]: LOCAL };
  const others = ports.filter((port) => port.name !== name);
  const taken = new Set<number>();
  for (const port of others) {
    const number = askedNumber(port);
    if (number === undefined || taken.has(number)) continue;
    numbers[port.name] = number;
    taken.add(number);
  }
  let next = 1;
  for (const port of others) {
    if (port.name in numbers) continue;
    while (taken.has(next)) next++;
    taken.add(next);
    numbers[port.name] = next;
  }
  return numbers;
}

const LOCAL = 0xfffe;

/** `ofport_request` */
export function askedNumber({ interface: columns }: PortRow): number | undefined {
  return (columns['ofport_request'] as readonly number[] | undefined)?.[0];
}
