/** なぜ？: the stages of one judgement, as `WhyList.astro` draws them. */
import type { Explained } from '../../explain/explain.ts';
import { VERDICT_MARKS } from '../../explain/verdict-marks.ts';
import { h } from './dom.ts';

export function whyList(explained: readonly Explained[], base: string): HTMLElement {
  return h('ol', { class: 'gp-why-list' }, ...explained.map((item) => whyItem(item, base)));
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
    const see = h('span', { class: 'gp-why-see' }, '実機では ');
    if (productName !== null) see.append(h('code', {}, productName), ' ');
    see.append(command === null ? (noCommand ?? '') : h('code', {}, command));
    text.append(see);
  }
  const mark = h('span', { class: 'gp-why-mark' }, VERDICT_MARKS[verdict].mark);
  return h('li', { class: `is-${verdict}` }, h('span', { class: 'gp-why-stage' }, mark, ` ${stage}`), text);
}
