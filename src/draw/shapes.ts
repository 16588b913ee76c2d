/** The joins that all parts of a picture are drawn with: groups that stay, boxes and lines of text that follow their data. */
import type { BaseType, Selection } from 'd3';
import type { Box, Point } from './layout.ts';

export type Svg = Selection<SVGSVGElement, unknown, BaseType, unknown>;
export type Group = Selection<SVGGElement, unknown, BaseType, unknown>;

export function group(svg: Svg, name: string): Group {
  return svg
    .selectChildren<SVGGElement, string>(`g.gp-${name}`)
    .data([name])
    .join('g')
    .attr('class', `gp-${name}`) as unknown as Group;
}

export function child(parent: Group, name: string): Group {
  return parent
    .selectChildren<SVGGElement, string>(`g.gp-${name}`)
    .data([name])
    .join('g')
    .attr('class', `gp-${name}`) as unknown as Group;
}

export function place<E extends BaseType, D extends Box>(rects: Selection<E, D, BaseType, unknown>): void {
  rects
    .attr('x', ({ x }) => x)
    .attr('y', ({ y }) => y)
    .attr('width', ({ width }) => width)
    .attr('height', ({ height }) => height);
}

export function rect<D extends Box>(
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

export function text(g: Group, name: string, lines: readonly Line[]): void {
  g.selectChildren<SVGTextElement, Line>(`text.gp-${name}`)
    .data(lines)
    .join('text')
    .attr('class', `gp-${name}`)
    .attr('x', ({ x }) => x)
    .attr('y', ({ y }) => y)
    .text((line) => line.text);
}
