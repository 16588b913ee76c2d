/** Where the picture is wider than the screen, it is moved so that the frame of the moment is in sight. */
import { pointOnLeg } from '../../draw/leg-path.ts';
import type { Scene } from '../../draw/scene.ts';

/** Pixels between the frame and the edge of what is seen. */
const MARGIN = 60;

export function follow(stage: HTMLElement, svg: SVGSVGElement, { legs, picture, timeNs }: Scene): void {
  if (stage.scrollWidth <= stage.clientWidth || timeNs < 0) return;
  const latest = legs.findLast(({ endNs, kind }) => endNs <= timeNs && kind !== 'filtered');
  const point = latest === undefined ? null : pointOnLeg(latest, picture, 1);
  if (point === null) return;
  const box = svg.viewBox.baseVal;
  const x = ((point.x - box.x) / box.width) * svg.clientWidth;
  const [left, right] = [stage.scrollLeft + MARGIN, stage.scrollLeft + stage.clientWidth - MARGIN];
  if (x < left || x > right) stage.scrollLeft = x - stage.clientWidth / 2;
}
