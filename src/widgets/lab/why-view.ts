/** なぜ？: the stages of each judgement, as `WhyList.astro` draws them. */
import { doubtText } from '../../explain/doubts/doubts.ts';
import type { Explained, Speaker } from '../../explain/explain.ts';
import { recordedAs, sightingOf } from '../../explain/sightings.ts';
import type { Reasoning } from '../../explain/story.ts';
import { VERDICT_MARKS } from '../../explain/verdict-marks.ts';
import { h } from '../dom.ts';

export function whyLists(reasoning: readonly Reasoning[], base: string): HTMLElement[] {
  return reasoning.flatMap(({ frame, speaker, stages }) => [
    h('p', { class: 'gp-why-frame' }, frame),
    h('ol', { class: 'gp-why-list' }, ...stages.map((item) => whyItem(item, speaker, base))),
  ]);
}

function whyItem(item: Explained, speaker: Speaker, base: string): HTMLElement {
  const { verdict, stage, badge, sentence, rule, doubt } = item;
  const text = h('span', { class: 'gp-why-text' }, h('b', { class: 'gp-why-badge' }, badge), ` ${sentence} `);
  if (rule !== null) {
    const anchor = rule.toLowerCase().replaceAll('.', '-');
    text.append(h('a', { class: 'gp-rule', href: `${base}reference/rules/#${anchor}` }, rule));
  }
  if (doubt !== null) text.append(h('span', { class: 'gp-doubt' }, `近似：${doubtText(doubt, speaker.product)}`));
  const sighting = verdict === 'drop' ? sightingOf(item, speaker) : null;
  if (sighting !== null) {
    const see = h('span', { class: 'gp-why-see' }, '実機では');
    if (sighting.name !== null) see.append('「', h('code', {}, sighting.name), recordedAs(sighting));
    if (sighting.command === null) see.append(sighting.none ?? '');
    else see.append(h('code', {}, sighting.command), 'で確かめます。');
    text.append(see);
  }
  const mark = h('span', { class: 'gp-why-mark' }, VERDICT_MARKS[verdict].mark);
  return h('li', { class: `is-${verdict}` }, h('span', { class: 'gp-why-stage' }, mark, ` ${stage}`), text);
}
