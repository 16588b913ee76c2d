/**
 * `ip link show`.
 *
 * Read first: iproute2 6.1 ip/ipaddress.c (print_linkinfo, print_stats64), ip/iplink_bridge_slave.c.
 */
import { STATE_NAMES, type BridgePort } from '../../../switch/profiles/linux-bridge/bridge-port.ts';
import type { LinuxBridge } from '../../../switch/profiles/linux-bridge/linux-bridge.ts';
import type { LinuxRequest } from '../request.ts';
import { nameMembers } from './bridge-link.ts';
import { bridgeId, bridgeMembers, priorityOf } from './bridge-settings.ts';
import { countersOf, counterText, type Counters } from './counters.ts';
import { devicesOf, type Device } from './devices.ts';
import { isOn, numberOf } from './port-settings.ts';
import type { Surroundings } from './surroundings.ts';
import {
  hex,
  hexPair,
  jsonText,
  member,
  nested,
  objectOf,
  onOffPair,
  pair,
  plain,
  textOf,
  timerPair,
  type Member,
} from './writer.ts';

type Request = LinuxRequest & { show: 'ip link' };

export function showIpLink(bridge: LinuxBridge, request: Request, surroundings: Surroundings): string {
  const { form } = request;
  const devices = devicesOf(bridge, surroundings).filter((device) => isAsked(bridge, device, request));
  if (form.brief) return brief(devices, form.json, form.pretty);
  const links = devices.map((device) => membersOf(bridge, device, request, surroundings));
  if (form.json) return jsonText(links.map(objectOf), form.pretty);
  const newline = form.oneLine ? '\\' : '\n';
  return links.map((link) => `${textOf(link).replaceAll('\n', newline)}\n`).join('');
}

function isAsked(bridge: LinuxBridge, device: Device, { device: name, up, master, kind }: Request): boolean {
  if (name !== undefined && device.name !== name) return false;
  if (up && !device.flags.includes('UP')) return false;
  if (master === '' && device.isPort) return false;
  if (master !== undefined && master !== '' && !(device.isPort && master === bridge.hostPort.name)) return false;
  return kind === undefined || kindsOf(device).includes(kind);
}

function kindsOf({ isBridge, isPort, port }: Device): string[] {
  if (isBridge) return ['bridge'];
  return [...(port === null ? [] : ['tun']), ...(isPort ? ['bridge_slave'] : [])];
}

const NO_MAC = '00:00:00:00:00:00';

function macOf({ port }: Device): string {
  return port?.mac ?? NO_MAC;
}

/** `-br` */
function brief(devices: readonly Device[], json: boolean, pretty: boolean): string {
  if (json) {
    const all = devices.map((device) => ({
      ifname: device.name,
      operstate: device.state,
      address: macOf(device),
      flags: device.flags,
    }));
    return jsonText(all, pretty);
  }
  const lines = devices.map(
    (device) => `${device.name.padEnd(16)} ${device.state.padEnd(14)} ${macOf(device)} <${device.flags.join(',')}> \n`,
  );
  return lines.join('');
}

function membersOf(bridge: LinuxBridge, device: Device, { form }: Request, surroundings: Surroundings): Member[] {
  const isLoopback = device.port === null;
  return [
    ...nameMembers(device),
    pair('mtu', device.mtu),
    pair('qdisc', device.qdisc),
    ...(device.isPort ? [pair('master', bridge.hostPort.name)] : []),
    pair('operstate', device.state, 'state'),
    pair('linkmode', 'DEFAULT', 'mode'),
    pair('group', 'default'),
    member('txqlen', 1000, 'qlen 1000'),
    member('link_type', isLoopback ? 'loopback' : 'ether', `\n    link/${isLoopback ? 'loopback' : 'ether'} `),
    member('address', macOf(device), macOf(device)),
    member('broadcast', isLoopback ? NO_MAC : 'ff:ff:ff:ff:ff:ff', ` brd ${isLoopback ? NO_MAC : 'ff:ff:ff:ff:ff:ff'}`),
    ...(form.details ? detailMembers(bridge, device, surroundings) : []),
    ...(form.statistics ? statisticMembers(countersOf(device)) : []),
  ];
}

const GSO_SIZE = 65_536;
const LOOPBACK_TSO_SIZE = 524_280;

function detailMembers(bridge: LinuxBridge, device: Device, surroundings: Surroundings): Member[] {
  const { isBridge, isPort, port } = device;
  const promiscuity = isBridge ? (bridge.isPromiscuous ? 1 : 0) : isPort ? 1 : 0;
  return [
    member('promiscuity', promiscuity, ` promiscuity ${promiscuity} `),
    member('allmulti', isPort ? 1 : 0, ` allmulti ${isPort ? 1 : 0} `),
    pair('min_mtu', port === null ? 0 : 68, 'minmtu'),
    pair('max_mtu', port === null ? 0 : isBridge ? 65_535 : 65_521, 'maxmtu'),
    ...(port === null ? [] : [nested('linkinfo', linkInfo(bridge, device, surroundings))]),
    pair('inet6_addr_gen_mode', 'eui64', 'addrgenmode'),
    pair('num_tx_queues', 1, 'numtxqueues'),
    ...(surroundings.hasReceiveQueues ? [pair('num_rx_queues', 1, 'numrxqueues')] : []),
    pair('gso_max_size', GSO_SIZE),
    pair('gso_max_segs', 65_535),
    pair('tso_max_size', port === null ? LOOPBACK_TSO_SIZE : GSO_SIZE),
    pair('tso_max_segs', 65_535),
    pair('gro_max_size', GSO_SIZE),
  ];
}

function linkInfo(bridge: LinuxBridge, { port, isBridge, isPort }: Device, surroundings: Surroundings): Member[] {
  if (isBridge) {
    return [member('info_kind', 'bridge', '\n    bridge '), nested('info_data', bridgeMembers(bridge))];
  }
  const { vnetHdr, persist } = surroundings.tap;
  const tap = [
    pair('type', 'tap'),
    onOffPair('pi', false),
    onOffPair('vnet_hdr', vnetHdr),
    member('multi_queue', false, ''),
    onOffPair('persist', persist),
  ];
  return [
    member('info_kind', 'tun', '\n    tun '),
    nested('info_data', tap),
    ...(isPort
      ? [
          member('info_slave_kind', 'bridge', '\n    bridge_slave '),
          nested('info_slave_data', slaveMembers(bridge, port!, surroundings)),
        ]
      : []),
  ];
}

function slaveMembers(bridge: LinuxBridge, port: BridgePort, { cost }: Surroundings): Member[] {
  const flag = (name: string): Member => onOffPair(name, isOn(port, name));
  const id = bridgeId(priorityOf(bridge), bridge.hostPort.mac);
  const number = 0x8000 | port.index;
  return [
    pair('state', STATE_NAMES[port.state]!),
    pair('priority', numberOf(port, 'priority')),
    pair('cost', numberOf(port, 'cost', cost)),
    ...['hairpin', 'guard', 'root_block', 'fastleave', 'learning', 'flood'].map(flag),
    hexPair('id', number, 'port_id'),
    hexPair('no', port.index, 'port_no'),
    pair('designated_port', number),
    pair('designated_cost', 0),
    pair('bridge_id', id, 'designated_bridge'),
    pair('root_id', id, 'designated_root'),
    ...['hold_timer', 'message_age_timer', 'forward_delay_timer'].map((name) => timerPair(name, 0)),
    ...['topology_change_ack', 'config_pending'].map((name) => pair(name, 0)),
    ...['proxy_arp', 'proxy_arp_wifi'].map(flag),
    pair('multicast_router', numberOf(port, 'mcast_router'), 'mcast_router'),
    plain(`mcast_fast_leave ${isOn(port, 'fastleave') ? 'on' : 'off'} `),
    ...['mcast_flood', 'bcast_flood', 'mcast_to_unicast', 'neigh_suppress'].map(flag),
    hexPair('group_fwd_mask', port.groupFwdMask),
    pair('group_fwd_mask_str', maskText(port.groupFwdMask)),
    ...['vlan_tunnel', 'isolated', 'locked'].map(flag),
  ];
}

const MASK_NAMES: Readonly<Record<number, string>> = { 0: 'stp', 2: 'lacp', 14: 'lldp' };

function maskText(mask: number): string {
  const bits = Array.from({ length: 16 }, (_, bit) => bit).filter((bit) => ((mask >> bit) & 1) === 1);
  return bits.length === 0 ? '0x0' : bits.map((bit) => MASK_NAMES[bit] ?? hex(1 << bit)).join(',');
}

function statisticMembers(counters: Counters): Member[] {
  const { rx, tx } = counters;
  const stats = {
    rx: { bytes: rx.bytes, packets: rx.packets, errors: 0, dropped: rx.dropped, over_errors: 0, multicast: 0 },
    tx: { bytes: tx.bytes, packets: tx.packets, errors: 0, dropped: 0, carrier_errors: 0, collisions: 0 },
  };
  return [member('stats64', stats, `\n${counterText(counters)}`)];
}
