/** What moves: the ways so far, the frames under way, who has got what. */
import type { Leg } from '../lab/journey.ts';
import { legPath, pointOnLeg } from './leg-path.ts';
import type { Scene } from './scene.ts';
import { child, group, type Group, type Svg } from './shapes.ts';
import { vlanStyle } from './vlan-style.ts';

export function drawRun(svg: Svg, scene: Scene): void {
  const run = group(svg, 'run');
  drawLegs(child(run, 'legs'), scene);
  drawStops(child(run, 'stops'), scene);
  drawBadges(child(run, 'badges'), scene);
  drawTokens(child(run, 'tokens'), scene);
}

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
    .text(({ leg }) => (leg.tag === null ? '' : `${leg.tag}`));
  // An envelope; a tag covers its flap.
  tokens
    .selectChildren<SVGPathElement, (typeof moving)[number]>('path')
    .data((token) => (token.leg.tag === null ? [token] : []))
    .join('path')
    .attr('d', 'M2 3L17 12L32 3');
}
