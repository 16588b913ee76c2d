/** What the ports of a switch are set to, for pictures and tables. */
import { VID_MAX } from '../wire/dot1q.ts';
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
    // A port that carries every VLAN has none to tell apart.
    const vids = node.knowsVlans && port.vlanCount < VID_MAX ? port.memberSet() : [];
    states[port.name] = { vid: node.knowsVlans ? port.pvid : 0, vids, isUp: port.linkUp };
  }
  return states;
}
