/** 表で見る: the run as rows, as `StoryTable.astro` draws them; the row of the present moment is marked. */
import type { StoryRow } from '../../explain/story.ts';
import { h } from '../dom.ts';

const HEADS = ['時刻（µs）', '場所', 'フレーム', 'できごと'];

export function storyTable(rows: readonly StoryRow[], present: number | null): HTMLElement {
  const head = h('tr', {}, ...HEADS.map((text) => h('th', { scope: 'col' }, text)));
  const body = rows.map(({ event, time, place, frame, text }) =>
    h(
      'tr',
      { 'aria-current': event === present ? 'true' : undefined },
      h('td', { class: 'gp-number' }, time),
      h('th', { scope: 'row' }, place),
      h('td', {}, frame),
      h('td', {}, text),
    ),
  );
  return h('table', { class: 'gp-table' }, h('thead', {}, head), h('tbody', {}, ...body));
}
