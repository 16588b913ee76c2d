/** What the ports of a switch are set to, for pictures and tables. */
import type { SwitchNode } from './switch-node.ts';

export interface PortState {
  /** VLAN of untagged frames; 0: none, or a switch that knows no VLANs. */
  readonly vid: number;
  /** Every VLAN that the port is a member of. */
  readonly vids: readonly number[];
  readonly isUp: boolean;
}

export function portStates(node: SwitchNode): Record<string, PortState> {
  const states: Record<string, PortState> = {};
  for (const port of node.profile.ports) {
    if (port === undefined) continue;
    const vids = node.knowsVlans ? port.memberSet() : [];
    states[port.name] = { vid: node.knowsVlans ? port.pvid : 0, vids, isUp: port.linkUp };
  }
  return states;
}
