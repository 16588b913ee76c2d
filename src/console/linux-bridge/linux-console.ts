/**
 * The Linux bridge's console: `ip link`, `bridge`, `brctl show` and `nft`, as on Debian 12 (iproute2 6.1, bridge-utils 1.7.1,
 * nftables 1.0.6).
 */
import type { LinuxBridgeChange } from '../../switch/profiles/linux-bridge/change.ts';
import type { LinuxBridge } from '../../switch/profiles/linux-bridge/linux-bridge.ts';
import type { Console } from '../console.ts';
import { importOutput } from './import/import.ts';
import type { UntoldCode } from './import/untold.ts';
import { printBridge } from './print.ts';
import { readCommands } from './read.ts';
import type { LinuxRequest } from './request.ts';
import { show } from './show/show.ts';

export const linuxConsole: Console<LinuxBridge, LinuxBridgeChange, LinuxRequest, UntoldCode> = {
  read: readCommands,
  print: printBridge,
  show,
  import: importOutput,
};
