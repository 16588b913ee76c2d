/** What `Lab.astro` hands to the widget, as JSON in the page. */
import type { Action } from '../../lab/action.ts';
import type { Scenario } from '../../lab/scenario.ts';

export interface LabData {
  readonly id: string;
  readonly title: string;
  readonly scenario: Scenario;
  readonly before: readonly Action[];
  readonly run: readonly Action[];
  readonly outside: boolean;
  readonly switch: string;
  readonly acl: { readonly label: string; readonly rules: string; readonly isOn?: boolean } | null;
  readonly board: { readonly ports: readonly string[]; readonly vids: readonly number[] } | null;
  readonly autorun: boolean;
}
