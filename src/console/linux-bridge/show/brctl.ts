/**
 * `brctl show` and `brctl showmacs`.
 *
 * Read first: bridge-utils 1.7.1 brctl/brctl_cmd.c, libbridge/libbridge_if.c. What surprises: columns are tabs, further ports
 * stand on lines of their own behind seven of them; addresses are sorted, VLANs are not told, so that they seem to repeat.
 */
import { LOCAL, STATIC } from '../../../switch/fdb.ts';
import { portsOf } from '../../../switch/profiles/linux-bridge/configuration.ts';
import { HOST_PORT } from '../../../switch/profile.ts';
import type { LinuxBridge } from '../../../switch/profiles/linux-bridge/linux-bridge.ts';
import { priorityOf } from './bridge-settings.ts';

export function showBridges(bridge: LinuxBridge, asked: readonly string[]): string {
  const { name, mac } = bridge.hostPort;
  const notOne = asked.find((each) => each !== name);
  if (notOne !== undefined) return `device ${notOne} is not a bridge!\n`;
  const id = `${priorityOf(bridge).toString(16).padStart(4, '0')}.${mac.replaceAll(':', '')}`;
  // scandir sorts by name.
  const ports = portsOf(bridge)
    .map((port) => port.name)
    .sort();
  return (
    'bridge name\tbridge id\t\tSTP enabled\tinterfaces\n' +
    `${name}\t\t${id}\tno\t\t${ports.join('\n\t\t\t\t\t\t\t')}\n`
  );
}

export function showMacs(bridge: LinuxBridge, nowMs: number): string {
  const rows = bridge.fdb
    .entries(nowMs)
    .filter(({ port }) => port !== HOST_PORT)
    .sort((a, b) => (a.mac < b.mac ? -1 : a.mac > b.mac ? 1 : 0))
    .map(({ mac, port, flags, ageMs }) => {
      const age = (flags & STATIC) === 0 ? ageMs / 1000 : 0;
      const timer = `${String(Math.floor(age)).padStart(4)}.${String(Math.floor((age % 1) * 100)).padStart(2, '0')}`;
      return `${String(port).padStart(3)}\t${mac}\t${(flags & LOCAL) === 0 ? 'no' : 'yes'}\t\t${timer}\n`;
    });
  return `port no\tmac addr\t\tis local?\tageing timer\n${rows.join('')}`;
}
