/**
 * Draws a lab: functions over (selection, data). The document is the selection's own, so that the same code makes the
 * figure at build time, in the browser, on paper and in tests.
 */
import type { Arrival } from '../lab/journey.ts';
import type { Box, GuestBox, OutsideBox, Picture, Point, Socket } from './layout.ts';
import { drawPatterns } from './patterns.ts';
import { drawRun } from './run.ts';
import type { Scene } from './scene.ts';
import { group, place, rect, text, type Group, type Svg } from './shapes.ts';
import { vlanStyle } from './vlan-style.ts';

/** Draws everything anew where it changed; elements that stay keep their identity. */
export function drawDiagram(svg: Svg, scene: Scene): void {
  const { picture, id, description } = scene;
  svg.attr('viewBox', viewBox(picture)).attr('role', 'img').attr('aria-label', description).attr('class', 'gp-diagram');
  drawPatterns(svg, id);
  drawFrameOfHost(group(svg, 'host'), picture);
  drawWires(group(svg, 'wires'), picture);
  drawOutside(group(svg, 'outside'), picture.outside);
  drawSwitch(group(svg, 'switch'), picture);
  drawGuests(group(svg, 'guests'), scene);
  drawSockets(group(svg, 'sockets'), picture.sockets, id);
  drawUplinks(group(svg, 'uplinks'), picture.uplinks);
  // Names would answer a question about the numbered places.
  if (scene.marks === undefined) drawCaptions(group(svg, 'captions'), picture);
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

function drawGuests(g: Group, { picture: { guests, sockets }, arrivals, timeNs }: Scene): void {
  const unplugged = new Set(sockets.flatMap(({ guest, isUp }) => (guest === null || isUp ? [] : [guest])));
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
    .attr('d', (box) => plugPath(box, unplugged.has(box.name)));
  nodes
    .selectChildren<SVGPathElement, GuestBox>('path.gp-prongs')
    .data((box) => [box])
    .join('path')
    .attr('class', 'gp-prongs')
    .attr('d', (box) => prongsPath(box, unplugged.has(box.name)));
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

/** Pulled out, the plug stands clear of its socket. */
function plugPath({ x, y, width, height }: Box, isOut: boolean): string {
  const middle = x + width / 2;
  return `M${middle - 16} ${y + height}h32v${isOut ? 6 : 13}h-32Z`;
}

function prongsPath({ x, y, width, height }: Box, isOut: boolean): string {
  const [middle, top, length] = [x + width / 2, y + height + (isOut ? 6 : 13), isOut ? 9 : 15];
  return `M${middle - 8} ${top}v${length}M${middle + 8} ${top}v${length}`;
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

/** The VLAN of untagged frames first, then the others, as many as there is room for. */
function socketLabel({ port, vid, vids, isUp }: Socket): string {
  if (!isUp) return `${port}（断）`;
  const others = vids.filter((other) => other !== vid);
  const all = vid === 0 ? others : [vid, ...others];
  if (all.length === 0) return port;
  const whole = `${port}:${all.join(',')}`;
  return whole.length <= LABEL_MAX ? whole : `${port}:${all[0]}他`;
}

const LABEL_MAX = 9;

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
    .text(socketLabel);
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
