/** The line that a stretch of a journey takes through the picture. */
import type { Leg } from '../lab/journey.ts';
import type { Picture, Point } from './layout.ts';

/** Points of a cubic curve, or of a straight line as one. */
type Curve = readonly [Point, Point, Point, Point];
/** Corners of a wire. */
type Wire = readonly Point[];

/** SVG path data; null where the picture does not show one of the ends. */
export function legPath(leg: Leg, picture: Picture): string | null {
  const wire = wireOf(leg, picture);
  if (wire !== null) return wire.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('');
  const curve = curveOf(leg, picture);
  if (curve === null) return null;
  const [a, b, c, d] = curve;
  return `M${round(a.x)} ${round(a.y)}C${round(b.x)} ${round(b.y)} ${round(c.x)} ${round(c.y)} ${round(d.x)} ${round(d.y)}`;
}

/** `share` 0 to 1 of the way. */
export function pointOnLeg(leg: Leg, picture: Picture, share: number): Point | null {
  const wire = wireOf(leg, picture);
  if (wire !== null) return pointOnWire(wire, share);
  const curve = curveOf(leg, picture);
  if (curve === null) return null;
  const at = (pick: (point: Point) => number): number => {
    const [a, b, c, d] = curve.map(pick) as [number, number, number, number];
    const rest = 1 - share;
    return rest ** 3 * a + 3 * rest ** 2 * share * b + 3 * rest * share ** 2 * c + share ** 3 * d;
  };
  return { x: at(({ x }) => x), y: at(({ y }) => y) };
}

/** A link that the picture shows as a wire, in the direction of the frame. */
function wireOf({ kind, from, to }: Leg, { places, wires }: Picture): Wire | null {
  const [start, end] = [places[from], places[to]];
  if (kind !== 'link' || start === undefined || end === undefined) return null;
  const wire = wires.find((points) => isEnd(points[0]!, start) && isEnd(points.at(-1)!, end));
  if (wire !== undefined) return wire;
  return wires.find((points) => isEnd(points[0]!, end) && isEnd(points.at(-1)!, start))?.toReversed() ?? null;
}

function isEnd(a: Point, b: Point): boolean {
  return Math.abs(a.x - b.x) < 1 && Math.abs(a.y - b.y) < 1;
}

function pointOnWire(wire: Wire, share: number): Point {
  const lengths = wire.slice(1).map((point, index) => Math.hypot(point.x - wire[index]!.x, point.y - wire[index]!.y));
  let rest = share * lengths.reduce((sum, length) => sum + length, 0);
  for (const [index, length] of lengths.entries()) {
    const [a, b] = [wire[index]!, wire[index + 1]!];
    if (rest <= length) return { x: a.x + ((b.x - a.x) * rest) / length, y: a.y + ((b.y - a.y) * rest) / length };
    rest -= length;
  }
  return wire.at(-1)!;
}

function curveOf(leg: Leg, picture: Picture): Curve | null {
  const from = picture.places[leg.from];
  const to = picture.places[leg.to];
  if (from === undefined || to === undefined) return null;
  return isInside(leg, picture) ? insideCurve(leg, picture) : line(from, to);
}

function isInside({ from, kind }: Leg, { body }: Picture): boolean {
  return kind !== 'link' && from.startsWith(`${body.name}.`);
}

function line(from: Point, to: Point): Curve {
  return [from, from, to, to];
}

/** Through the switch's body: away from one edge, across, to the other. */
function insideCurve(leg: Leg, picture: Picture): Curve {
  const start = edgePoint(leg.from, picture);
  const inwards = ({ y }: Point): 1 | -1 => (y < middle(picture) ? 1 : -1);
  if (leg.from === leg.to) return line(start, { x: start.x + 14, y: start.y + 20 * inwards(start) });
  const edge = edgePoint(leg.to, picture);
  // What is left out stops inside, short of the socket.
  const isStopped = leg.kind === 'filtered' || leg.kind === 'dropped';
  const end = isStopped ? { x: edge.x, y: edge.y + 15 * inwards(edge) } : edge;
  const depth = Math.min(picture.body.height - 30, 22 + Math.abs(edge.x - start.x) / 12);
  const bend = (point: Point): Point => ({ x: point.x, y: point.y + depth * inwards(point) });
  return [start, bend(start), bend(end), end];
}

function middle({ body }: Picture): number {
  return body.y + body.height / 2;
}

/** Where a port touches the body. */
function edgePoint(place: string, { sockets, uplinks, body, places }: Picture): Point {
  const socket = sockets.find((candidate) => candidate.place === place);
  if (socket !== undefined) return { x: socket.x + socket.width / 2, y: body.y + 2 };
  const uplink = uplinks.find((candidate) => candidate.place === place);
  if (uplink !== undefined) return { x: uplink.x + uplink.width / 2, y: body.y + body.height - 2 };
  return places[place] ?? { x: body.x, y: body.y };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
