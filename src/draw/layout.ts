/**
 * Where things stand in the picture of a lab: guests above their ports, the switch as a bar whose upper edge carries the
 * sockets, what lies beyond the uplink to the right. No drawing here.
 */
import type { PortState } from '../lab/port-state.ts';
import type { HostSpec, Scenario, SwitchSpec } from '../lab/scenario.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface GuestBox extends Box {
  readonly name: string;
  /** Two lines of small print: address, MAC address. */
  readonly details: readonly string[];
}

/** The socket in the switch's edge, and the plug in it. */
export interface Socket extends Box {
  /** `sw1.p1` */
  readonly place: string;
  readonly port: string;
  /** The node whose plug is in it; null: nothing is plugged in. */
  readonly guest: string | null;
  /** VLAN of untagged frames; 0: none. */
  readonly vid: number;
  readonly vids: readonly number[];
  readonly isUp: boolean;
}

export interface OutsideBox extends Box {
  readonly name: string;
  readonly label: string;
  readonly kind: 'switch' | 'router' | 'server';
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly host: Box;
  readonly guests: readonly GuestBox[];
  readonly sockets: readonly Socket[];
  readonly uplinks: readonly Socket[];
  readonly body: Box & { readonly name: string; readonly label: string };
  readonly outside: readonly OutsideBox[];
  readonly wires: readonly (readonly Point[])[];
  /** Where a frame is when it is at a place. */
  readonly places: Readonly<Record<string, Point>>;
}

const GUEST = { width: 132, height: 66, gap: 44 };
const PLUG_HEIGHT = 26;
const SOCKET = { width: 62, height: 26 };
const BODY_HEIGHT = 78;
const MARGIN = 22;
const TOP = 34;
const OUTSIDE = { width: 128, height: 42, gap: 28 };
const UPLINK = { width: 82, height: 26 };

export function layOut(scenario: Scenario, states: Readonly<Record<string, PortState>>, withOutside: boolean): Picture {
  const [name, spec] = Object.entries(scenario.switches).find(([, { profile }]) => profile !== 'ieee-8021q')!;
  const ends = endsOf(scenario);
  const guestPorts = portsOf(spec, 'guest');
  const guests = guestPorts.map((port, index) => guestBox(ends.get(`${name}.${port}`) ?? null, index, scenario));
  const bodyY = TOP + GUEST.height + PLUG_HEIGHT + SOCKET.height;
  const bodyWidth = Math.max(1, guestPorts.length) * (GUEST.width + GUEST.gap) - GUEST.gap + 24;
  const body = { x: MARGIN, y: bodyY, width: bodyWidth, height: BODY_HEIGHT, name, label: '仮想スイッチ' };
  const host = {
    x: 8,
    y: 8,
    width: bodyWidth + 2 * (MARGIN - 8),
    height: bodyY + BODY_HEIGHT + (portsOf(spec, 'uplink').length > 0 ? 34 : 6),
  };
  const socketOf = (port: string, box: Box): Socket => ({
    ...box,
    place: `${name}.${port}`,
    port,
    guest: ends.get(`${name}.${port}`) ?? null,
    ...(states[port] ?? { vid: 0, vids: [], isUp: true }),
  });
  const sockets = guestPorts.map((port, index) => {
    const middle = guests[index]!.x + GUEST.width / 2;
    return socketOf(port, { x: middle - SOCKET.width / 2, y: bodyY - SOCKET.height, ...SOCKET });
  });
  const uplinks = portsOf(spec, 'uplink').map((port, index) =>
    socketOf(port, {
      x: body.x + body.width - UPLINK.width - 18 - index * (UPLINK.width + 12),
      y: bodyY + BODY_HEIGHT,
      ...UPLINK,
    }),
  );
  const outside = withOutside ? outsideBoxes(scenario, host) : [];
  const places = placesOf(scenario, guests, [...sockets, ...uplinks], outside, ends);
  return {
    width: outside.length > 0 ? host.x + host.width + OUTSIDE.width + 60 : host.x + host.width + 8,
    height: host.y + host.height + 12,
    host,
    guests: guests.filter(({ name: guest }) => guest !== ''),
    sockets,
    uplinks,
    body,
    outside,
    wires: wiresOf(scenario, uplinks, outside),
    places,
  };
}

function portsOf(spec: SwitchSpec, role: 'guest' | 'uplink'): string[] {
  return Object.keys(spec.ports).filter((port) => spec.ports[port]!.role === role);
}

function nodeOf(place: string): string {
  return place.slice(0, place.lastIndexOf('.'));
}

/** `sw1.p1` → `VM-A`, both ways round. */
function endsOf({ links }: Scenario): Map<string, string> {
  return new Map(links.flatMap(([a, b]) => [[a, nodeOf(b)] as const, [b, nodeOf(a)] as const]));
}

function guestBox(name: string | null, index: number, { hosts }: Scenario): GuestBox {
  const spec: HostSpec | undefined = name === null ? undefined : hosts[name];
  const address = spec?.interfaces[0]?.address ?? '';
  const mac = spec === undefined ? '' : (Object.values(spec.nics)[0] ?? '');
  return {
    name: name ?? '',
    details: [address, mac].filter(Boolean),
    x: MARGIN + 12 + index * (GUEST.width + GUEST.gap),
    y: TOP,
    width: GUEST.width,
    height: GUEST.height,
  };
}

const OUTSIDE_LABELS = { switch: '物理スイッチ', router: 'ルーター', server: '外部サーバー' } as const;

/** Bottom up: the physical switch level with the uplink, router and server above it. */
function outsideBoxes({ switches, hosts }: Scenario, host: Box): OutsideBox[] {
  const nodes: [string, OutsideBox['kind']][] = [
    ...Object.entries(switches)
      .filter(([, { profile }]) => profile === 'ieee-8021q')
      .map(([name]): [string, 'switch'] => [name, 'switch']),
    ...Object.entries(hosts)
      .filter(([, { role }]) => role !== 'guest')
      .map(([name, { role }]): [string, OutsideBox['kind']] => [name, role === 'router' ? 'router' : 'server']),
  ];
  const x = host.x + host.width + 44;
  const bottom = host.y + host.height - OUTSIDE.height + 12;
  return nodes.map(([name, kind], index) => ({
    name,
    kind,
    label: OUTSIDE_LABELS[kind],
    x,
    y: bottom - index * (OUTSIDE.height + OUTSIDE.gap),
    width: OUTSIDE.width,
    height: OUTSIDE.height,
  }));
}

function placesOf(
  { hosts, switches }: Scenario,
  guests: readonly GuestBox[],
  sockets: readonly Socket[],
  outside: readonly OutsideBox[],
  ends: ReadonlyMap<string, string>,
): Record<string, Point> {
  const places: Record<string, Point> = {};
  // Links end at a socket's outer edge: above for guests, below for the uplink.
  for (const { place, x, y, width, height } of sockets) {
    const isUplink = Object.values(switches).some(({ ports }) => ports[place.split('.')[1]!]?.role === 'uplink');
    places[place] = { x: x + width / 2, y: isUplink ? y + height : y - 1 };
  }
  for (const [name, { nics }] of Object.entries(hosts)) {
    const box = guests.find((guest) => guest.name === name) ?? outside.find((other) => other.name === name);
    for (const nic of Object.keys(nics)) {
      if (box === undefined) continue;
      const isGuest = hosts[name]!.role === 'guest';
      places[`${name}.${nic}`] = isGuest
        ? { x: box.x + box.width / 2, y: box.y + box.height + 2 }
        : edgeTowards(
            box,
            outside.find((other) => other.name === ends.get(`${name}.${nic}`)),
          );
    }
  }
  for (const box of outside) {
    for (const port of Object.keys(switches[box.name]?.ports ?? {})) {
      const peer = outside.find((other) => other.name === ends.get(`${box.name}.${port}`));
      places[`${box.name}.${port}`] =
        peer === undefined ? { x: box.x, y: box.y + box.height / 2 } : edgeTowards(box, peer);
    }
  }
  return places;
}

/** The middle of the side that faces the other box; of the upper side where there is none. */
function edgeTowards(box: Box, other: Box | undefined): Point {
  const x = box.x + box.width / 2;
  return other !== undefined && other.y > box.y ? { x, y: box.y + box.height } : { x, y: box.y };
}

function wiresOf({ links }: Scenario, uplinks: readonly Socket[], outside: readonly OutsideBox[]): Point[][] {
  const boxes = new Map(outside.map((box) => [box.name, box]));
  return links.flatMap(([a, b]): Point[][] => {
    const uplink = uplinks.find(({ place }) => place === a || place === b);
    const first = boxes.get(nodeOf(a));
    const second = boxes.get(nodeOf(b));
    if (uplink !== undefined) {
      const end = first ?? second;
      if (end === undefined) return [];
      const start = { x: uplink.x + uplink.width / 2, y: uplink.y + uplink.height };
      const level = end.y + end.height / 2;
      return [[start, { x: start.x, y: level }, { x: end.x, y: level }]];
    }
    if (first === undefined || second === undefined) return [];
    return [[edgeTowards(first, second), edgeTowards(second, first)]];
  });
}
