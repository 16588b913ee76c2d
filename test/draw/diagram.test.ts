/**
 * Pictures of labs against golden ones: the same drawing code as on pages, over a document that is not a browser's. A picture
 * that differs is written beside its golden as `NAME-changed.svg`; look at both, and move it over if it is right.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { select } from 'd3';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { drawDiagram } from '../../src/draw/diagram.ts';
import { layOut } from '../../src/draw/layout.ts';
import { drawRun } from '../../src/draw/run.ts';
import type { Scene } from '../../src/draw/scene.ts';
import type { Action } from '../../src/lab/action.ts';
import { arrivalsOf, journeyOf } from '../../src/lab/journey.ts';
import { portStates } from '../../src/lab/port-state.ts';
import type { Scenario } from '../../src/lab/scenario.ts';
import { ping, ranLab, T0, T1 } from '../lab/labs.ts';

const GOLDEN = join(import.meta.dirname, '../golden');
type Svg = Parameters<typeof drawDiagram>[0];

function emptySvg(): Svg {
  const { document } = parseHTML('<!doctype html><body><svg xmlns="http://www.w3.org/2000/svg"></svg></body>');
  return select(document.querySelector('svg') as unknown as SVGSVGElement) as unknown as Svg;
}

function sceneOf(scenario: Scenario, actions: readonly Action[], rest: Partial<Scene> & { outside?: boolean }): Scene {
  const lab = ranLab(scenario, ...actions);
  return {
    picture: layOut(scenario, portStates(lab.switches.get('sw1')!), rest.outside ?? false),
    legs: journeyOf(lab.log),
    arrivals: arrivalsOf(lab.log, (host) => lab.hosts.has(host)),
    timeNs: Infinity,
    id: 'lab',
    description: 'a picture',
    ...rest,
  };
}

/** An element a line, numbers to three decimals: what differs is seen in a diff. */
function markupOf(svg: Svg): string {
  return svg
    .node()!
    .outerHTML.replaceAll(/-?\d+\.\d{4,}/g, (number) => String(Number(Number(number).toFixed(3))))
    .replaceAll('><', '>\n<');
}

function drawn(scene: Scene): string {
  const svg = emptySvg();
  drawDiagram(svg, scene);
  return `${markupOf(svg)}\n`;
}

const broadcast: Action = { do: 'send', from: 'VM-A', frame: { dst: 'ff:ff:ff:ff:ff:ff' } };
const down: Action = { do: 'change', node: 'sw1', change: { kind: 'link', port: 'p2', up: false } };

const SCENES: Readonly<Record<string, () => Scene>> = {
  't0-before': () => sceneOf(T0, [], { timeNs: -1 }),
  't0-flooded': () => sceneOf(T0, T0.run, {}),
  't0-under-way': () => {
    const scene = sceneOf(T0, T0.run, {});
    return { ...scene, timeNs: scene.legs[0]!.startNs + 1 };
  },
  't1-flooded': () => sceneOf(T1, T1.run, {}),
  't1-broadcast-outside': () => sceneOf(T1, [broadcast], { outside: true }),
  't1-ping-through-router': () => sceneOf(T1, [ping('VM-A', 'VM-C')], { outside: true }),
  't1-link-down': () => sceneOf(T1, [down, broadcast], {}),
  't1-marks': () => sceneOf(T1, [], { timeNs: -1, marks: [{ at: { x: 40, y: 60 }, text: '1' }] }),
};

describe('golden pictures', () => {
  test.for(Object.entries(SCENES))('%s', ([name, scene]) => {
    const file = join(GOLDEN, `${name}.svg`);
    const changed = join(GOLDEN, `${name}-changed.svg`);
    const markup = drawn(scene());
    if (!existsSync(file) || readFileSync(file, 'utf8') !== markup) writeFileSync(changed, markup);
    else rmSync(changed, { force: true });
    expect(markup).toBe(existsSync(file) ? readFileSync(file, 'utf8') : '');
  });

  test('a picture with one line moved by a hair would be seen', () => {
    const golden = readFileSync(join(GOLDEN, 't0-flooded.svg'), 'utf8');
    const scene = SCENES['t0-flooded']!();
    const body = { ...scene.picture.body, x: scene.picture.body.x + 0.01 };
    expect(drawn({ ...scene, picture: { ...scene.picture, body } })).not.toBe(golden);
  });
});

describe('drawing again', () => {
  test('is the same as drawing once, and elements stay who they were', () => {
    const scene = SCENES['t1-broadcast-outside']!();
    const svg = emptySvg();
    drawDiagram(svg, { ...scene, timeNs: -1 });
    const guest = svg.select('.gp-guest').node();
    drawDiagram(svg, scene);
    expect(svg.select('.gp-guest').node()).toBe(guest);
    expect(`${markupOf(svg)}\n`).toBe(drawn(scene));
  });

  test('only what moves changes between two moments, and back again it is as before', () => {
    const scene = SCENES['t1-broadcast-outside']!();
    const svg = emptySvg();
    drawDiagram(svg, { ...scene, timeNs: -1 });
    const before = markupOf(svg);
    drawRun(svg, { ...scene, timeNs: scene.legs[0]!.startNs + 1 });
    expect(svg.selectAll('.gp-token').size()).toBe(1);
    expect(markupOf(svg)).not.toBe(before);
    drawRun(svg, { ...scene, timeNs: -1 });
    expect(markupOf(svg)).toBe(before);
  });
});

describe('what every picture holds to', () => {
  test.for(Object.entries(SCENES))(
    '%s: a name for those who do not see it, ids that exist, no broken numbers',
    ([, scene]) => {
      const { document } = parseHTML(`<!doctype html><body>${drawn(scene())}</body>`);
      const svg = document.querySelector('svg')!;
      expect([svg.getAttribute('role'), svg.getAttribute('aria-label')]).toEqual(['img', 'a picture']);
      const ids = new Set([...svg.querySelectorAll('[id]')].map(({ id }) => id));
      const used = [...svg.outerHTML.matchAll(/url\(#([^)]+)\)/g)].map(([, id]) => id!);
      expect(used.filter((id) => !ids.has(id))).toEqual([]);
      expect(svg.outerHTML).not.toMatch(/NaN|undefined|null|Infinity/);
    },
  );

  test('a VLAN is told by colour, by pattern and by number', () => {
    const { document } = parseHTML(`<!doctype html><body>${drawn(SCENES['t1-flooded']!())}</body>`);
    const sockets = [...document.querySelectorAll('.gp-socket')];
    expect(sockets.map(({ textContent }) => textContent!.trim())).toEqual(['p1:10', 'p2:10', 'p3:20']);
    const fills = sockets.map((socket) => socket.querySelector('.gp-edge')!.getAttribute('fill'));
    expect(fills[0]).toBe(fills[1]);
    expect(fills[0]).not.toBe(fills[2]);
  });
});
