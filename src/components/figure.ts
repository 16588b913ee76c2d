/** Figures at build time: the widget's drawing code over a document that is not a browser's. */
import { select } from 'd3';
import { parseHTML } from 'linkedom';
import { drawDiagram } from '../draw/diagram.ts';
import type { Scene } from '../draw/scene.ts';

export function figureMarkup(scene: Scene): string {
  const { document } = parseHTML('<!doctype html><body><svg xmlns="http://www.w3.org/2000/svg"></svg></body>');
  const svg = select(document.querySelector('svg') as unknown as SVGSVGElement);
  drawDiagram(svg as Parameters<typeof drawDiagram>[0], scene);
  return svg.node()!.outerHTML;
}
