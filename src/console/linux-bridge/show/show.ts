/** A request → the text that the tool prints. */
import type { LinuxBridge } from '../../../switch/profiles/linux-bridge/linux-bridge.ts';
import type { LinuxRequest } from '../request.ts';
import { showBridges, showMacs } from './brctl.ts';
import { showFdb } from './bridge-fdb.ts';
import { showLinks } from './bridge-link.ts';
import { showVlans } from './bridge-vlan.ts';
import { showIpLink } from './ip-link.ts';
import { showRules } from './nft.ts';
import { USUAL, type Surroundings } from './surroundings.ts';

/** `nowMs`: milliseconds since the lab began. */
export function show(
  bridge: LinuxBridge,
  request: LinuxRequest,
  nowMs: number,
  surroundings: Surroundings = USUAL,
): string {
  switch (request.show) {
    case 'bridge vlan':
      return showVlans(bridge, request, surroundings);
    case 'bridge fdb':
      return showFdb(bridge, request, nowMs, surroundings);
    case 'bridge link':
      return showLinks(bridge, request, surroundings);
    case 'ip link':
      return showIpLink(bridge, request, surroundings);
    case 'brctl show':
      return showBridges(bridge, request.bridges);
    case 'brctl showmacs':
      return showMacs(bridge, nowMs);
    case 'nft list':
      return showRules(bridge, request);
  }
}
