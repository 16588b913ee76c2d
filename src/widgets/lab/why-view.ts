/** なぜ？: the stages of each judgement, as `WhyList.astro` draws them. */
import type { Explained } from '../../explain/explain.ts';
import type { Reasoning } from '../../explain/story.ts';
import { VERDICT_MARKS } from '../../explain/verdict-marks.ts';
import { h } from './dom.ts';

export function whyLists(reasoning: readonly Reasoning[], base: string): HTMLElement[] {
  return reasoning.flatMap(({ frame, stages }) => [
    h('p', { class: 'gp-why-frame' }, frame),
    h('ol', { class: 'gp-why-list' }, ...stages.map((item) => whyItem(item, base))),
  ]);
}

function whyItem(
  { verdict, stage, badge, sentence, rule, productName, command, noCommand }: Explained,
  base: string,
): HTMLElement {
  const text = h('span', { class: 'gp-why-text' }, h('b', { class: 'gp-why-badge' }, badge), ` ${sentence} `);
  if (rule !== null) {
    const anchor = rule.toLowerCase().replaceAll('.', '-');
    text.append(h('a', { class: 'gp-rule', href: `${base}reference/rules/#${anchor}` }, rule));
  }
  if (verdict === 'drop' && (productName !== null || command !== null || noCommand !== null)) {
    const see = h('span', { class: 'gp-why-see' }, '実機では');
    if (productName !== null) see.append('「', h('code', {}, productName), '」と記録されます。');
    if (command === null) see.append(noCommand ?? '');
    else see.append(h('code', {}, command), 'で確かめます。');
    text.append(see);
  }
  const mark = h('span', { class: 'gp-why-mark' }, VERDICT_MARKS[verdict].mark);
  return h('li', { class: `is-${verdict}` }, h('span', { class: 'gp-why-stage' }, mark, ` ${stage}`), text);
}
