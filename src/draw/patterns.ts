/** The hatchings of VLANs and the heads of arrows, defined once in each picture. */
import type { Svg } from './shapes.ts';
import { VLAN_STYLES } from './vlan-style.ts';

export function drawPatterns(svg: Svg, id: string): void {
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
