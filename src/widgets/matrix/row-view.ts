/** A row at work: stage by stage what each switch says, up to the stage at which they part; then, when asked, to the end. */
import { explainAll, type Explained } from '../../explain/explain.ts';
import { STAGE_NAMES } from '../../explain/stages.ts';
import {
  compare,
  stationOf,
  type Column,
  type ColumnOutcome,
  type Row,
  type RowOutcome,
} from '../../lab/comparison.ts';
import { STAGES, type Stage } from '../../outcome/decision.ts';
import { h } from '../dom.ts';
import { loadProducts } from '../products.ts';

interface Data {
  readonly row: Row;
  readonly columns: readonly Column[];
}

export async function runRow(root: HTMLElement): Promise<void> {
  const data = JSON.parse(root.querySelector('[data-part="data"]')!.textContent ?? '') as Data;
  const specs = data.columns.map(({ id, switch: spec }) => data.row.set[id] ?? spec);
  const outcome = compare(data.row, data.columns, await loadProducts(specs));
  const body = root.querySelector<HTMLElement>('[data-part="stages"]')!;
  show(body, data, outcome);
  root.setAttribute('data-ran', '');
}

function show(body: HTMLElement, { columns }: Data, { columns: outcomes, partsAt }: RowOutcome): void {
  const last = partsAt === null ? STAGES.length : STAGES.indexOf(partsAt) + 1;
  const told = outcomes.map((outcome) => ({ outcome, stages: explained(outcome, columns) }));
  const item = (stage: Stage): HTMLElement =>
    h(
      'li',
      { class: stage === partsAt ? 'gp-parts' : undefined },
      h('b', {}, STAGE_NAMES[stage]),
      stage === partsAt ? '（ここで分かれます）' : '',
      h('dl', {}, ...told.flatMap(({ outcome, stages }) => sayings(stage, outcome, stages, columns))),
    );
  const list = h('ol', { class: 'gp-stages' }, ...STAGES.slice(0, last).filter(isSaid).map(item));
  function isSaid(stage: Stage): boolean {
    return told.some(({ outcome }) => outcome.decisions.some((decision) => decision.stage === stage));
  }
  const rest = STAGES.slice(last).filter(isSaid);
  const more = h('button', { type: 'button', class: 'gp-button' }, '最後まで見る');
  more.addEventListener('click', () => {
    const items = rest.map(item);
    list.append(...items);
    more.remove();
    items[0]?.setAttribute('tabindex', '-1');
    items[0]?.focus();
  });
  body.replaceChildren(list, ...(rest.length > 0 ? [more] : []));
}

function explained({ column, decisions, ports }: ColumnOutcome, columns: readonly Column[]): Explained[] {
  const product = columns.find(({ id }) => id === column)!.switch.profile;
  return explainAll(decisions, { product, node: 'sw', naming: stationOf }, ports);
}

/** What one switch says at a stage; nothing where the frame never came to it. */
function sayings(
  stage: Stage,
  { column, decisions }: ColumnOutcome,
  stages: readonly Explained[],
  columns: readonly Column[],
): HTMLElement[] {
  const own = stages.filter((_, index) => decisions[index]!.stage === stage);
  const lostAt = decisions.find(({ verdict }) => verdict === 'drop')?.stage;
  const isOver = lostAt !== undefined && STAGES.indexOf(lostAt) < STAGES.indexOf(stage);
  const text = own.map(({ sentence }) => sentence).join('') || (isOver ? '（もう破棄しました）' : '通しました。');
  const { name } = columns.find(({ id }) => id === column)!;
  return [h('dt', {}, name), h('dd', {}, text)];
}
