/**
 * `bridge link show`.
 *
 * Read first: iproute2 6.1 bridge/link.c (print_linkinfo, print_protinfo).
 */
import { STATE_NAMES, type BridgePort } from '../../../switch/profiles/linux-bridge/bridge-port.ts';
import type { LinuxBridge } from '../../../switch/profiles/linux-bridge/linux-bridge.ts';
import type { LinuxRequest } from '../request.ts';
import { devicesOf, type Device } from './devices.ts';
import { isOn, numberOf } from './port-settings.ts';
import type { Surroundings } from './surroundings.ts';
import { jsonText, member, objectOf, onOffPair, pair, plain, textOf, type Member } from './writer.ts';

type Request = LinuxRequest & { show: 'bridge link' };

export function showLinks(bridge: LinuxBridge, { form, device }: Request, surroundings: Surroundings): string {
  const links = devicesOf(bridge, surroundings)
    .filter(({ name, isPort }) => isPort && (device === undefined || device === name))
    .map((each) => membersOf(bridge, each, form.details, surroundings));
  if (form.json) return jsonText(links.map(objectOf), form.pretty);
  const newline = form.oneLine ? '\\' : '\n';
  return links.map((link) => `${textOf(link).replaceAll('\n', newline)}\n`).join('');
}

function membersOf(bridge: LinuxBridge, device: Device, details: boolean, { cost }: Surroundings): Member[] {
  const { port } = device;
  return [
    ...nameMembers(device),
    pair('mtu', device.mtu),
    pair('master', bridge.hostPort.name),
    pair('state', STATE_NAMES[port!.state]!),
    pair('priority', numberOf(port!, 'priority')),
    pair('cost', numberOf(port!, 'cost', cost)),
    ...(details ? detailMembers(port!) : []),
  ];
}

/** `4: p1: <BROADCAST,…> ` */
export function nameMembers({ index, name, flags }: Device): Member[] {
  return [
    member('ifindex', index, `${index}: `),
    member('ifname', name, `${name}: `),
    member('flags', flags, `<${flags.join(',')}> `),
  ];
}

function detailMembers(port: BridgePort): Member[] {
  const flag = (name: string): Member => onOffPair(name, isOn(port, name));
  return [
    plain('\n    '),
    ...['hairpin', 'guard', 'root_block', 'fastleave', 'learning', 'flood', 'mcast_flood', 'bcast_flood'].map(flag),
    pair('mcast_router', numberOf(port, 'mcast_router')),
    ...['mcast_to_unicast', 'neigh_suppress', 'vlan_tunnel', 'isolated', 'locked'].map(flag),
  ];
}
