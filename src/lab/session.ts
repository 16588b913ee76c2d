/**
 * A lab and what has been done to it, so that any instant of it can be had again: by doing the same from the beginning.
 */
import type { Outcome } from '../outcome/refusal.ts';
import type { Action } from './action.ts';
import { Lab, SETTLE_LIMIT } from './lab.ts';
import type { Scenario } from './scenario.ts';
import type { SwitchMakers } from './switch-node.ts';

export class Session {
  readonly scenario: Scenario;
  readonly #makers: SwitchMakers;
  #actions: Action[] = [];
  lab: Lab;

  constructor(scenario: Scenario, makers: SwitchMakers) {
    this.scenario = scenario;
    this.#makers = makers;
    this.lab = new Lab(scenario, makers);
  }

  get actions(): readonly Action[] {
    return this.#actions;
  }

  /** Does something and lets it settle. A refused action changes nothing but the log. */
  act(action: Action): Outcome {
    this.#actions.push(action);
    const refused = this.lab.act(action);
    if (refused === null) this.lab.settle();
    return refused;
  }

  reset(): void {
    this.#actions = [];
    this.lab = new Lab(this.scenario, this.#makers);
  }

  /** The lab as it was when the event of this index had just been written. */
  at(eventIndex: number): Lab {
    const lab = new Lab(this.scenario, this.#makers);
    for (const action of this.#actions) {
      if (lab.log.length > eventIndex) break;
      if (lab.act(action) === null) lab.settle(SETTLE_LIMIT, eventIndex);
    }
    return lab;
  }
}
