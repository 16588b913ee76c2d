/**
 * A Linux bridge as the commands that make it from nothing. A second bridge is built along, by the very lines that are
 * printed, and a line is printed only where the two still differ: so the list is short, and what it makes is what was asked.
 *
 * The order is not free. An entry without a VLAN alone can only be made while its port has no VLANs (LB-55), entries in a VLAN
 * only while the port has it, and anything that `ip` sets on a port starts one again that was stopped by hand.
 */
import { PORT_FLAGS, type BridgePort } from '../../switch/profiles/linux-bridge/bridge-port.ts';
import { portsOf } from '../../switch/profiles/linux-bridge/configuration.ts';
import type { LinuxBridgeChange } from '../../switch/profiles/linux-bridge/change.ts';
import type { LinuxBridge } from '../../switch/profiles/linux-bridge/linux-bridge.ts';
import { TPID_S } from '../../wire/dot1q.ts';
import { rulesetCommands } from '../nft/print.ts';
import { Plan, rangeText, runsOf } from './plan.ts';
import { planEntries } from './print-entries.ts';

export function printBridge(bridge: LinuxBridge): string[] {
  return planOf(bridge).lines;
}

/** The same as changes; loading rules is one for each of nft's commands. */
export function bridgeChanges(bridge: LinuxBridge): LinuxBridgeChange[] {
  return planOf(bridge).changes;
}

function planOf(bridge: LinuxBridge): Plan {
  const plan = new Plan(bridge);
  planBridge(plan);
  for (const port of portsOf(bridge)) planPort(plan, port);
  planEntries(plan);
  for (const port of portsOf(bridge)) planSettings(plan, port);
  for (const port of [bridge.hostPort, ...portsOf(bridge)]) planVlanStates(plan, port);
  for (const command of rulesetCommands(bridge.netfilter.ruleset)) plan.line(`nft ${quoted(command)}`);
  return plan;
}

function planBridge(plan: Plan): void {
  const { target } = plan;
  const { name, mac } = target.hostPort;
  plan.line(['ip link add name', name, 'address', mac, 'type bridge', ...optionsOf(target)].join(' '));
  const words = [
    ...(target.hasOwnMtu ? ['mtu', target.hostPort.mtu] : []),
    ...(target.isPromiscuous ? ['promisc on'] : []),
    ...(target.isUp ? ['up'] : []),
  ];
  if (words.length > 0) plan.line(['ip link set dev', name, ...words].join(' '));
}

/** Centiseconds, as `ip` wants them. */
const AGEING_TIME = 30_000;

function optionsOf(bridge: LinuxBridge): string[] {
  const ageing = bridge.fdb.ageingTimeMs / 10;
  return [
    ...(bridge.vlanFiltering ? ['vlan_filtering 1'] : []),
    ...(bridge.vlanProtocol === TPID_S ? ['vlan_protocol 802.1ad'] : []),
    ...(bridge.defaultPvid === 1 ? [] : [`vlan_default_pvid ${bridge.defaultPvid}`]),
    ...(ageing === AGEING_TIME ? [] : [`ageing_time ${ageing}`]),
    ...(bridge.groupFwdMask === 0 ? [] : [`group_fwd_mask 0x${bridge.groupFwdMask.toString(16)}`]),
    ...(bridge.noLinklocalLearn ? ['no_linklocal_learn 1'] : []),
    ...[...bridge.idle].map(([option, value]) => `${option} ${value}`),
  ];
}

const MTU = 1500;

function planPort(plan: Plan, { name, mac, mtu, linkUp }: BridgePort): void {
  const size = mtu === MTU ? [] : ['mtu', mtu];
  const master = plan.target.hostPort.name;
  plan.line(['ip link set dev', name, 'address', mac, ...size, 'master', master, linkUp ? 'up' : 'down'].join(' '));
}

function planSettings(plan: Plan, port: BridgePort): void {
  const built = plan.builtPort(port.name);
  const flags = PORT_FLAGS.filter((flag) => port[flag] !== built[flag]).map((flag) => `${flag} ${onOff(port[flag])}`);
  const idle = [...port.idle].filter(([name]) => !IP_ONLY.has(name));
  const settings = [
    ...flags,
    ...idle.map(([name, value]) => (name === 'backup_port' ? 'nobackup_port' : `${name} ${value}`)),
  ];
  if (settings.length > 0) plan.line(`bridge link set dev ${port.name} ${settings.join(' ')}`);
  const attributes = [
    ...(port.groupFwdMask === built.groupFwdMask ? [] : [`group_fwd_mask 0x${port.groupFwdMask.toString(16)}`]),
    ...[...port.idle].filter(([name]) => IP_ONLY.has(name)).map(([name, value]) => `${name} ${value}`),
  ];
  if (attributes.length > 0) plan.line(`ip link set dev ${port.name} type bridge_slave ${attributes.join(' ')}`);
  if (port.state !== built.state) plan.line(`bridge link set dev ${port.name} state ${port.state}`);
}

/** Attributes that `bridge link` has no word for. */
const IP_ONLY = new Set(['proxy_arp', 'proxy_arp_wifi']);

function onOff(isOn: boolean): string {
  return isOn ? 'on' : 'off';
}

function planVlanStates(plan: Plan, port: BridgePort): void {
  const built = plan.builtPort(port.name);
  const different = port.memberSet().filter((vid) => port.vlanState(vid) !== built.vlanState(vid));
  for (const [first, last] of runsOf(different, (a, b) => port.vlanState(a) === port.vlanState(b))) {
    plan.line(`bridge vlan set dev ${port.name} vid ${rangeText(first, last)} state ${port.vlanState(first)}`);
  }
}

/** For a shell: between single quotes where there is anything that it would read. */
function quoted(text: string): string {
  return /^[\w .:/@=,+-]*$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
