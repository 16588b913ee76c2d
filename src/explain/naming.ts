/** Who owns a MAC address in a lab. */
import type { Scenario } from '../lab/scenario.ts';
import type { Naming } from './phrase.ts';

/** Hosts and switches by name; a router's second NIC is `RT（eth1）`. */
export function namingOf({ hosts, switches }: Scenario): Naming {
  const names = new Map<string, string>();
  for (const [name, { nics }] of Object.entries(hosts)) {
    Object.entries(nics).forEach(([nic, mac], index) => names.set(mac, index === 0 ? name : `${name}（${nic}）`));
  }
  for (const [name, { mac }] of Object.entries(switches)) names.set(mac, name);
  return (mac) => names.get(mac) ?? null;
}
