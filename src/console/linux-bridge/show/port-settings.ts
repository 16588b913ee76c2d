/** A port's attributes by their names in `bridge link`: those that the profile models, and those that are as Linux makes them. */
import type { BridgePort, PortFlag } from '../../../switch/profiles/linux-bridge/bridge-port.ts';
import { isPortFlag } from '../../../switch/profiles/linux-bridge/configuration.ts';
import { USUAL_NUMBERS } from '../settings.ts';

/** What is not modelled is off (LB-2). */
export function isOn(port: BridgePort, name: string): boolean {
  return isPortFlag(name) && port[name satisfies PortFlag];
}

export function numberOf(port: BridgePort, name: string, usual = USUAL_NUMBERS[name]): number {
  return Number(port.idle.get(name) ?? usual);
}
