/**
 * Draws a lab: functions over (selection, data). The document is the selection's own, so that the same code makes the
 * figure at build time, in the browser, on paper and in tests.
 */
import type { BaseType, Selection } from 'd3';
import type { Arrival, Leg } from '../lab/journey.ts';
import type { Box, GuestBox, OutsideBox, Picture, Point, Socket } from './layout.ts';
import { legPath, pointOnLeg } from './leg-path.ts';
import { VLAN_STYLES, vlanStyle } from './vlan-style.ts';

export interface Scene {
  readonly picture: Picture;
  readonly legs: readonly Leg[];
  readonly arrivals: readonly Arrival[];
  /** Nanoseconds since the lab began; Infinity: everything has happened. */
  readonly timeNs: number;
  /** Prefix of ids, so that several pictures stand on one page. */
  readonly id: string;
  /** What the picture shows, for those who do not see it. */
  readonly description: string;
  /** Numbered marks at places, for questions about the picture. */
  readonly marks?: readonly { readonly at: Point; readonly text: string }[];
}

type Svg = Selection<SVGSVGElement, unknown, BaseType, unknown>;
type Group = Selection<SVGGElement, unknown, BaseType, unknown>;

/** Draws everything anew where it changed; elements that stay keep their identity. */
export function drawDiagram(svg: Svg, scene: Scene): void {
  const { picture, id, description } = scene;
  svg.attr('viewBox', viewBox(picture)).attr('role', 'img').attr('aria-label', description).attr('class', 'gp-diagram');
  drawPatterns(svg, id);
  drawFrameOfHost(group(svg, 'host'), picture);
  drawWires(group(svg, 'wires'), picture);
  drawOutside(group(svg, 'outside'), picture.outside);
  drawSwitch(group(svg, 'switch'), picture);
  drawGuests(group(svg, 'guests'), picture.guests, scene);
  drawSockets(group(svg, 'sockets'), picture.sockets, id);
  drawUplinks(group(svg, 'uplinks'), picture.uplinks);
  drawCaptions(group(svg, 'captions'), picture);
  drawMarks(group(svg, 'marks'), scene.marks ?? []);
  drawRun(svg, scene);
  drawOutsideNames(group(svg, 'outside-names'), picture.outside);
}

/** A small lab is not blown up: its picture is as wide as any other. */
const MIN_WIDTH = 620;

function viewBox({ width, height }: Picture): string {
  const margin = Math.max(0, (MIN_WIDTH - width) / 2);
  return `${-margin} 0 ${width + 2 * margin} ${height}`;
}

/** Only what moves: the ways so far, the frames under way, who has got what. */
export function drawRun(svg: Svg, scene: Scene): void {
  const run = group(svg, 'run');
  drawLegs(child(run, 'legs'), scene);
  drawStops(child(run, 'stops'), scene);
  drawBadges(child(run, 'badges'), scene);
  drawTokens(child(run, 'tokens'), scene);
}

function group(svg: Svg, name: string): Group {
  return svg
    .selectChildren<SVGGElement, string>(`g.gp-${name}`)
    .data([name])
    .join('g')
    .attr('class', `gp-${name}`) as unknown as Group;
}

function child(parent: Group, name: string): Group {
  return parent
    .selectChildren<SVGGElement, string>(`g.gp-${name}`)
    .data([name])
    .join('g')
    .attr('class', `gp-${name}`) as unknown as Group;
}

// --- Patterns

function drawPatterns(svg: Svg, id: string): void {
  const defs = svg.selectChildren<SVGDefsElement, null>('defs').data([null]).join('defs');
  const patterns = defs
    .selectChildren<SVGPatternElement, (typeof VLAN_STYLES)[number]>('pattern')
    .data(VLAN_STYLES)
    .join('pattern')
    .attr('id', ({ index }) => `${id}-vlan-${index}`)
    .attr('width', 6)
    .attr('height', 6)
    .attr('patternUnits', 'userSpaceOnUse')
    .attr('patternTransform', ({ pattern }) => (pattern === 'stripes' ? 'rotate(45)' : null));
  patterns
    .selectChildren<SVGRectElement, (typeof VLAN_STYLES)[number]>('rect')
    .data((style) => [style])
    .join('rect')
    .attr('width', 6)
    .attr('height', 6)
    .attr('fill', ({ colour }) => colour);
  patterns
    .selectChildren<SVGPathElement, (typeof VLAN_STYLES)[number]>('path')
    .data((style) => [style])
    .join('path')
    .attr('d', ({ pattern }) => PATTERN_PATHS[pattern])
    .attr('fill', ({ light }) => light);
  const markers = defs
    .selectChildren<SVGMarkerElement, (typeof ARROWS)[number]>('marker')
    .data(ARROWS)
    .join('marker')
    .attr('id', ({ kind, index }) => `${id}-${kind}-${index}`)
    .attr('class', ({ kind, index }) => `gp-arrow gp-${kind} gp-vlan-${index}`)
    .attr('viewBox', '0 0 8 8')
    .attr('refX', 6)
    .attr('refY', 4)
    .attr('markerWidth', 4.2)
    .attr('markerHeight', 4.2)
    .attr('orient', 'auto');
  markers.selectChildren('path').data([null]).join('path').attr('d', 'M0 0L8 4L0 8Z');
}

/** Inside the switch's dark body lines are light, outside they are dark: an arrowhead for each. */
const ARROWS = [-1, ...VLAN_STYLES.map(({ index }) => index)].flatMap((index) => [
  { kind: 'relay', index } as const,
  { kind: 'link', index } as const,
]);

const PATTERN_PATHS = {
  stripes: 'M0 0H2V6H0Z',
  dots: 'M3 1.7A1.3 1.3 0 1 1 3 4.3A1.3 1.3 0 1 1 3 1.7Z',
  grid: 'M0 0H6V1.2H0ZM0 0V6H1.2V0Z',
  bars: 'M0 0H6V2H0Z',
  plain: '',
} as const;

// --- The standing parts

function drawFrameOfHost(g: Group, { host }: Picture): void {
  rect(g, 'frame', [host]).attr('rx', 12);
  text(g, 'label', [{ x: host.x + 12, y: host.y + 17, text: 'ホスト' }]);
}

function drawWires(g: Group, { wires }: Picture): void {
  g.selectChildren<SVGPolylineElement, readonly Point[]>('polyline')
    .data(wires)
    .join('polyline')
    .attr('points', (points) => points.map(({ x, y }) => `${x},${y}`).join(' '));
}

function drawOutside(g: Group, boxes: readonly OutsideBox[]): void {
  g.selectChildren<SVGGElement, OutsideBox>('g')
    .data(boxes, ({ name }) => name)
    .join('g')
    .attr('class', ({ kind }) => `gp-node gp-is-${kind}`)
    .selectChildren<SVGRectElement, OutsideBox>('rect')
    .data((box) => [box])
    .join('rect')
    .call(place)
    .attr('rx', ({ kind }) => (kind === 'server' ? 20 : 8));
}

/** Names stand above the lines that cross their boxes. */
function drawOutsideNames(g: Group, boxes: readonly OutsideBox[]): void {
  g.selectChildren<SVGGElement, OutsideBox>('g')
    .data(boxes, ({ name }) => name)
    .join('g')
    .attr('class', ({ kind }) => `gp-node gp-is-${kind}`)
    .selectChildren<SVGTextElement, OutsideBox>('text')
    .data((box) => [box])
    .join('text')
    .attr('x', ({ x, width }) => x + width / 2)
    .attr('y', ({ y, height }) => y + height / 2 + 4)
    .attr('text-anchor', 'middle')
    .text(({ label, name }) => `${label} ${name}`);
}

function drawSwitch(g: Group, { body }: Picture): void {
  rect(g, 'body', [body]).attr('rx', 8);
  text(g, 'name', [{ x: body.x + 14, y: body.y + body.height - 14, text: `${body.name}  ${body.label}` }]);
}

function drawGuests(g: Group, guests: readonly GuestBox[], { arrivals, timeNs }: Scene): void {
  const reached = new Map(
    arrivals.filter((arrival) => arrival.timeNs <= timeNs).map((arrival) => [arrival.node, arrival]),
  );
  const nodes = g
    .selectChildren<SVGGElement, GuestBox>('g')
    .data(guests, ({ name }) => name)
    .join('g')
    .attr('class', ({ name }) => `gp-node gp-guest${isTaken(reached.get(name)) ? ' is-reached' : ''}`);
  nodes
    .selectChildren<SVGPathElement, GuestBox>('path.gp-plug')
    .data((box) => [box])
    .join('path')
    .attr('class', 'gp-plug')
    .attr('d', plugPath);
  nodes
    .selectChildren<SVGPathElement, GuestBox>('path.gp-prongs')
    .data((box) => [box])
    .join('path')
    .attr('class', 'gp-prongs')
    .attr('d', prongsPath);
  nodes
    .selectChildren<SVGRectElement, GuestBox>('rect')
    .data((box) => [box])
    .join('rect')
    .call(place)
    .attr('rx', 9);
  nodes
    .selectChildren<SVGTextElement, { x: number; y: number; text: string; kind: string }>('text')
    .data(({ x, y, name, details }) => [
      { x: x + 12, y: y + 21, text: name, kind: 'name' },
      ...details.map((line, index) => ({ x: x + 12, y: y + 39 + index * 16, text: line, kind: 'detail' })),
    ])
    .join('text')
    .attr('class', ({ kind }) => `gp-${kind}`)
    .attr('x', ({ x }) => x)
    .attr('y', ({ y }) => y)
    .text((line) => line.text);
}

function isTaken(arrival: Arrival | undefined): boolean {
  return arrival !== undefined && arrival.reason === null;
}

function plugPath({ x, y, width, height }: Box): string {
  const middle = x + width / 2;
  return `M${middle - 16} ${y + height}h32v13h-32Z`;
}

function prongsPath({ x, y, width, height }: Box): string {
  const middle = x + width / 2;
  return `M${middle - 8} ${y + height + 13}v15M${middle + 8} ${y + height + 13}v15`;
}

function drawSockets(g: Group, sockets: readonly Socket[], id: string): void {
  const nodes = g
    .selectChildren<SVGGElement, Socket>('g')
    .data(sockets, ({ place: key }) => key)
    .join('g')
    .attr('class', ({ isUp }) => `gp-socket${isUp ? '' : ' is-down'}`);
  nodes
    .selectChildren<SVGRectElement, Socket>('rect.gp-edge')
    .data((socket) => [socket])
    .join('rect')
    .attr('class', ({ vid }) => `gp-edge gp-vlan-${vlanStyle(vid).index}`)
    .call(place)
    .attr('rx', 5)
    .attr('fill', ({ vid }) => (vid === 0 ? null : `url(#${id}-vlan-${vlanStyle(vid).index})`));
  nodes
    .selectChildren<SVGRectElement, Socket>('rect.gp-pill')
    .data((socket) => [socket])
    .join('rect')
    .attr('class', 'gp-pill')
    .attr('x', ({ x }) => x + 5)
    .attr('y', ({ y }) => y + 4)
    .attr('width', ({ width }) => width - 10)
    .attr('height', 18)
    .attr('rx', 9);
  nodes
    .selectChildren<SVGTextElement, Socket>('text')
    .data((socket) => [socket])
    .join('text')
    .attr('x', ({ x, width }) => x + width / 2)
    .attr('y', ({ y }) => y + 17)
    .attr('text-anchor', 'middle')
    .text(socketLabel);
}

function socketLabel({ port, vid, vids, isUp }: Socket): string {
  if (!isUp) return `${port}（断）`;
  if (vid !== 0) return `${port}:${vid}`;
  return vids.length === 0 ? port : `${port}:${vids.join(',')}`;
}

function drawUplinks(g: Group, uplinks: readonly Socket[]): void {
  const nodes = g
    .selectChildren<SVGGElement, Socket>('g')
    .data(uplinks, ({ place: key }) => key)
    .join('g');
  nodes.attr('class', ({ isUp }) => `gp-uplink${isUp ? '' : ' is-down'}`);
  nodes
    .selectChildren<SVGRectElement, Socket>('rect')
    .data((socket) => [socket])
    .join('rect')
    .call(place)
    .attr('rx', 6);
  nodes
    .selectChildren<SVGTextElement, Socket>('text')
    .data((socket) => [socket])
    .join('text')
    .attr('x', ({ x, width }) => x + width / 2)
    .attr('y', ({ y }) => y + 17)
    .attr('text-anchor', 'middle')
    .text(({ port, vids }) => (vids.length === 0 ? port : `${port}:${vids.join(',')}`));
}

/** Names of the plug, the socket and the way out, once each. */
function drawCaptions(g: Group, { guests, sockets, uplinks }: Picture): void {
  const captions = [
    ...guests
      .slice(0, 1)
      .map(({ x, y, width, height }) => ({ x: x + width / 2 + 22, y: y + height + 14, text: '仮想NIC' })),
    ...sockets.slice(0, 1).map(({ x, y, width }) => ({ x: x + width + 7, y: y + 18, text: 'ゲストポート' })),
    ...uplinks.slice(0, 1).map(({ x, y }) => ({ x: x - 76, y: y + 18, text: 'アップリンク' })),
  ];
  text(g, 'caption', captions);
}

function drawMarks(g: Group, marks: NonNullable<Scene['marks']>): void {
  const nodes = g
    .selectChildren<SVGGElement, (typeof marks)[number]>('g')
    .data(marks)
    .join('g')
    .attr('class', 'gp-mark');
  nodes
    .selectChildren<SVGCircleElement, (typeof marks)[number]>('circle')
    .data((mark) => [mark])
    .join('circle')
    .attr('cx', ({ at }) => at.x)
    .attr('cy', ({ at }) => at.y)
    .attr('r', 10);
  nodes
    .selectChildren<SVGTextElement, (typeof marks)[number]>('text')
    .data((mark) => [mark])
    .join('text')
    .attr('x', ({ at }) => at.x)
    .attr('y', ({ at }) => at.y + 4)
    .attr('text-anchor', 'middle')
    .text((mark) => mark.text);
}

// --- What moves

function drawLegs(g: Group, { legs, picture, timeNs, id }: Scene): void {
  const begun = legs.filter((leg) => leg.startNs <= timeNs && legPath(leg, picture) !== null);
  g.selectChildren<SVGPathElement, Leg>('path')
    .data(begun, legKey)
    .join('path')
    .attr('class', (leg) => `gp-leg gp-${leg.kind} gp-vlan-${vlanStyle(leg.vid).index}`)
    .attr('d', (leg) => legPath(leg, picture))
    .attr('stroke-dasharray', (leg) =>
      leg.kind === 'filtered' || leg.kind === 'dropped' ? '2 5' : vlanStyle(leg.vid).dash,
    )
    .attr('marker-end', (leg) => arrowOf(leg, id));
}

function arrowOf({ kind, vid }: Leg, id: string): string | null {
  return kind === 'relay' || kind === 'link' ? `url(#${id}-${kind}-${vlanStyle(vid).index})` : null;
}

function legKey({ from, to, frame, kind, event }: Leg): string {
  return `${kind} ${from} ${to} ${frame} ${event}`;
}

/** A cross where a copy was left out or lost; the words stand in the table. */
function drawStops(g: Group, { legs, picture, timeNs }: Scene): void {
  const stopped = legs.filter(({ kind, endNs }) => (kind === 'filtered' || kind === 'dropped') && endNs <= timeNs);
  g.selectChildren<SVGPathElement, Leg>('path')
    .data(stopped, legKey)
    .join('path')
    .attr('class', ({ kind }) => `gp-stop gp-${kind}`)
    .attr('d', (leg) => {
      const { x, y } = pointOnLeg(leg, picture, 1) ?? { x: -20, y: -20 };
      return `M${x - 6} ${y - 6}l12 12M${x + 6} ${y - 6}l-12 12`;
    });
}

function drawBadges(g: Group, { arrivals, picture, timeNs }: Scene): void {
  const latest = new Map(
    arrivals.filter((arrival) => arrival.timeNs <= timeNs).map((arrival) => [arrival.node, arrival]),
  );
  const shown = picture.guests.flatMap((guest) => {
    const arrival = latest.get(guest.name);
    return arrival === undefined ? [] : [{ guest, isGood: arrival.reason === null }];
  });
  const badges = g
    .selectChildren<SVGGElement, (typeof shown)[number]>('g')
    .data(shown, ({ guest }) => guest.name)
    .join('g')
    .attr('class', ({ isGood }) => `gp-badge ${isGood ? 'is-good' : 'is-bad'}`)
    .attr('transform', ({ guest }) => `translate(${guest.x + guest.width - 62},${guest.y - 10})`);
  badges.selectChildren('rect').data([null]).join('rect').attr('width', 70).attr('height', 20).attr('rx', 10);
  badges
    .selectChildren<SVGTextElement, (typeof shown)[number]>('text')
    .data((badge) => [badge])
    .join('text')
    .attr('x', 35)
    .attr('y', 14)
    .attr('text-anchor', 'middle')
    .text(({ isGood }) => (isGood ? '✓ 届いた' : '✕ 無視'));
}

/** A frame under way, as a small card that moves along its stretch. */
function drawTokens(g: Group, { legs, picture, timeNs }: Scene): void {
  const moving = legs.flatMap((leg) => {
    if (leg.startNs > timeNs || leg.endNs <= timeNs || leg.endNs === leg.startNs) return [];
    const at = pointOnLeg(leg, picture, (timeNs - leg.startNs) / (leg.endNs - leg.startNs));
    return at === null ? [] : [{ leg, at }];
  });
  const tokens = g
    .selectChildren<SVGGElement, (typeof moving)[number]>('g')
    .data(moving, ({ leg }) => legKey(leg))
    .join('g')
    .attr('class', ({ leg }) => `gp-token gp-vlan-${vlanStyle(leg.vid).index}`)
    .attr('transform', ({ at }) => `translate(${at.x - 17},${at.y - 9})`);
  tokens.selectChildren('rect').data([null]).join('rect').attr('width', 34).attr('height', 18).attr('rx', 4);
  tokens
    .selectChildren<SVGTextElement, (typeof moving)[number]>('text')
    .data((token) => [token])
    .join('text')
    .attr('x', 17)
    .attr('y', 13)
    .attr('text-anchor', 'middle')
    .text(({ leg }) => (leg.tag === null ? `#${leg.frame}` : `${leg.tag}`));
}

// --- Small parts

function place<E extends BaseType, D extends Box>(rects: Selection<E, D, BaseType, unknown>): void {
  rects
    .attr('x', ({ x }) => x)
    .attr('y', ({ y }) => y)
    .attr('width', ({ width }) => width)
    .attr('height', ({ height }) => height);
}

function rect<D extends Box>(
  g: Group,
  name: string,
  data: readonly D[],
): Selection<SVGRectElement, D, SVGGElement, unknown> {
  const rects = g
    .selectChildren<SVGRectElement, D>(`rect.gp-${name}`)
    .data(data)
    .join('rect')
    .attr('class', `gp-${name}`);
  rects.call(place);
  return rects as Selection<SVGRectElement, D, SVGGElement, unknown>;
}

interface Line extends Point {
  readonly text: string;
}

function text(g: Group, name: string, lines: readonly Line[]): void {
  g.selectChildren<SVGTextElement, Line>(`text.gp-${name}`)
    .data(lines)
    .join('text')
    .attr('class', `gp-${name}`)
    .attr('x', ({ x }) => x)
    .attr('y', ({ y }) => y)
    .text((line) => line.text);
}
