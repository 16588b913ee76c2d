/** The switch that a lab is about: the first that is a product's, and not the plain one outside. */
import type { Scenario, SwitchSpec } from './scenario.ts';

export function virtualSwitch({ switches }: Scenario): [name: string, spec: SwitchSpec] {
  return Object.entries(switches).find(([, { profile }]) => profile !== 'ieee-8021q')!;
}
