/**
 * なぜ？: on the way the judgement at hand, at the end all that a reader asks about first. What tells the reasons comes when
 * the fold is opened; until then the server's own list stands, as long as it is about this run.
 */
import { reasoningOf } from '../../explain/story.ts';
import { judgementsOf } from '../../lab/egress.ts';
import type { Judged, LabEvent } from '../../lab/event.ts';
import type { Scenario } from '../../lab/scenario.ts';
import { part } from '../dom.ts';
import type { whyLists } from './why-view.ts';

interface Moment {
  /** Where in the log the run begins. */
  readonly start: number;
  /** Null: the end. */
  readonly timeNs: number | null;
  /** The run is the one that the server has told. */
  readonly isServed: boolean;
}

export class WhyFold {
  readonly #root: HTMLElement;
  readonly #switch: string;
  readonly #scenario: Scenario;
  readonly #served: readonly Node[];
  #whyLists: typeof whyLists | null = null;

  constructor(root: HTMLElement, name: string, scenario: Scenario) {
    this.#root = root;
    this.#switch = name;
    this.#scenario = scenario;
    this.#served = [...part(root, 'why-body').childNodes];
  }

  async load(): Promise<void> {
    this.#whyLists = (await import('./why-view.ts')).whyLists;
  }

  show(log: readonly LabEvent[], { start, timeNs, isServed }: Moment): void {
    const told = judgementsOf(log, this.#switch, start);
    const shown = timeNs === null ? told : this.#judgedUntil(log, start, timeNs);
    const count = shown.reduce((sum, { decisions }) => sum + decisions.length, 0);
    part(this.#root, 'why-count').textContent = told.length === 0 ? '（送ると見えます）' : `${count}件の判断を見る`;
    const base = document.documentElement.dataset['base'] ?? '/';
    const served = isServed ? this.#served : [];
    const lists = this.#whyLists?.(reasoningOf(shown, log, this.#scenario), base) ?? served;
    part(this.#root, 'why-body').replaceChildren(...lists);
  }

  /** The last judgement of the switch up to then. */
  #judgedUntil(log: readonly LabEvent[], start: number, timeNs: number): Judged[] {
    const last = log.findLast(
      (event): event is Judged =>
        event.kind === 'judged' && event.node === this.#switch && event.index >= start && event.timeNs <= timeNs,
    );
    return last === undefined ? [] : [last];
  }
}
