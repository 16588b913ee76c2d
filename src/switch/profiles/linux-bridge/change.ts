/**
 * A change to a Linux bridge as data: one command of `ip link`, `bridge vlan`, `bridge fdb`, `bridge link` or `nft`, so that
 * labs, recordings and consoles can write it down, replay it and apply it in one place.
 */
import type { RunnableRuleset } from '../../../filter/ruleset.ts';
import { refusal, type Outcome } from '../../../outcome/refusal.ts';
import { TPID_C, TPID_S } from '../../../wire/dot1q.ts';
import type { MacAddress } from '../../../wire/mac-address.ts';
import { HOST_PORT } from '../../profile.ts';
import { STATE_NAMES, type BridgePort } from './bridge-port.ts';
import * as configuration from './configuration.ts';
import { applyDeviceChange, type DeviceChange } from './device.ts';
import type { LinuxBridge } from './linux-bridge.ts';

export type LinuxBridgeChange =
  | DeviceChange
  /** `ip link set BRIDGE type bridge OPTION VALUE`; times in centiseconds, as there. */
  | { readonly kind: 'bridge'; readonly option: string; readonly value: string | number }
  /** `bridge vlan add|del dev PORT vid FIRST-LAST [pvid] [untagged] [self]` */
  | {
      readonly kind: 'vlan';
      readonly port: string;
      readonly first: number;
      readonly last: number;
      readonly remove?: boolean;
      readonly pvid?: boolean;
      readonly untagged?: boolean;
      readonly self?: boolean;
    }
  /** `bridge vlan set dev PORT vid FIRST-LAST state STATE` */
  | {
      readonly kind: 'vlan-state';
      readonly port: string;
      readonly first: number;
      readonly last: number;
      readonly state: string | number;
    }
  /** `bridge link set dev PORT FLAG on|off`, or `state N` */
  | { readonly kind: 'flag'; readonly port: string; readonly flag: string; readonly value: string | number }
  /** `ip link set PORT type bridge_slave ATTRIBUTE VALUE` */
  | { readonly kind: 'slave'; readonly port: string; readonly attribute: string; readonly value: string | number }
  /** `ip link set PORT up|down` */
  | { readonly kind: 'link'; readonly port: string; readonly up: boolean }
  | {
      readonly kind: 'fdb';
      readonly port: string;
      readonly mac: MacAddress;
      readonly vid?: number;
      readonly state?: configuration.EntryState;
      readonly sticky?: boolean;
      readonly replace?: boolean;
      readonly remove?: boolean;
      /** Into the table of the device itself, which the bridge's own is for br0 alone; absent: whichever fits. */
      readonly self?: boolean;
    }
  /** `ip link set … fdb_flush`; with `filter` `bridge fdb flush`, which takes every entry that it names. */
  | {
      readonly kind: 'fdb-flush';
      readonly port?: string;
      readonly filter?: Omit<configuration.FlushFilter, 'port'>;
    }
  | { readonly kind: 'rules'; readonly ruleset: RunnableRuleset };

/** Applies a change. Refusals carry the kernel's error; `nowMs`: milliseconds since the lab began. */
export function applyChange(bridge: LinuxBridge, change: LinuxBridgeChange, nowMs: number): Outcome {
  switch (change.kind) {
    case 'create':
    case 'master':
    case 'device':
      return applyDeviceChange(bridge, change);
    case 'bridge':
      return setBridgeOption(bridge, change.option, change.value, nowMs);
    case 'vlan':
      return withPort(bridge, change.port, (port) => changeVlans(bridge, port, change));
    case 'vlan-state':
      return withPort(bridge, change.port, (port) =>
        eachVid(change.first, change.last, (vid) => configuration.setVlanState(port, vid, stateNumber(change.state))),
      );
    case 'flag':
      return withSlave(bridge, change.port, (port) => setFlag(bridge, port, change.flag, change.value));
    case 'slave':
      return withSlave(bridge, change.port, (port) => setSlaveAttribute(bridge, port, change.attribute, change.value));
    case 'link':
      return withDevice(bridge, change.port, (device) => {
        configuration.setLink(bridge, device, change.up);
        return null;
      });
    case 'fdb':
      return withPort(bridge, change.port, (port) => changeFdb(bridge, port, change, nowMs));
    case 'fdb-flush':
      if (change.port === undefined) return flush(bridge, null, change);
      return withPort(bridge, change.port, (port) => flush(bridge, port, change));
    case 'rules':
      bridge.netfilter.load(change.ruleset);
      return null;
    default:
      // A change for another product's switch.
      return refusal('unmodelled', (change as { kind: string }).kind, '', '');
  }
}

export function findPort(bridge: LinuxBridge, name: string): BridgePort | undefined {
  return bridge.ports.find((port) => port?.name === name);
}

function withPort(bridge: LinuxBridge, name: string, then: (port: BridgePort) => Outcome): Outcome {
  const port = findPort(bridge, name);
  if (port !== undefined) return then(port);
  const names = bridge.ports.flatMap((each) => (each === undefined ? [] : [each.name]));
  // A device that is in no bridge has nobody to ask.
  return refusal(bridge.departed.has(name) ? 'EOPNOTSUPP' : 'ENODEV', 'dev', name, names.join(', '));
}

/** What only a port has: br0 has no master. */
function withSlave(bridge: LinuxBridge, name: string, then: (port: BridgePort) => Outcome): Outcome {
  return withPort(bridge, name, (port) => {
    if (port.index !== HOST_PORT) return then(port);
    const names = configuration.portsOf(bridge).map((each) => each.name);
    return refusal('EOPNOTSUPP', 'dev', name, names.join(', '));
  });
}

/** A port, or what was one: a device has a link outside the bridge, too. */
function withDevice(bridge: LinuxBridge, name: string, then: (device: BridgePort) => Outcome): Outcome {
  const departed = bridge.departed.get(name);
  return departed === undefined ? withPort(bridge, name, then) : then(departed);
}

/** What Linux knows and this profile does not; switched off it makes no difference. */
const UNMODELLED_OPTIONS = new Set(
  (
    'stp_state priority hello_time max_age mst_enabled group_address mcast_snooping mcast_querier mcast_router ' +
    'mcast_vlan_snooping vlan_stats_enabled vlan_stats_per_port nf_call_iptables nf_call_ip6tables nf_call_arptables ' +
    'fdb_max_learned fdb_local_vlan_0 mcast_query_use_ifaddr mcast_hash_elasticity mcast_hash_max mcast_stats_enabled ' +
    'mcast_last_member_count mcast_startup_query_count mcast_last_member_interval mcast_membership_interval ' +
    'mcast_querier_interval mcast_query_interval mcast_query_response_interval mcast_startup_query_interval ' +
    'mcast_igmp_version mcast_mld_version'
  ).split(' '),
);
const UNMODELLED_FLAGS = new Set(
  (
    'guard root_block fastleave mcast_to_unicast neigh_suppress neigh_vlan_suppress vlan_tunnel mab backup_port ' +
    'mcast_router priority cost'
  ).split(' '),
);

/** Of a port's attributes `ip link` has these by other names. */
const FLAG_OF_ATTRIBUTE: Readonly<Record<string, string>> = { mcast_fast_leave: 'fastleave' };
const UNMODELLED_ATTRIBUTES = new Set('proxy_arp proxy_arp_wifi'.split(' '));

function isOff(value: string | number): boolean {
  return value === 'off' || Number(value) === 0;
}

/** False for what Linux knows and this profile does not: applied it would be refused as unmodelled. */
export function isModelled(change: LinuxBridgeChange): boolean {
  if (change.kind === 'bridge') return !UNMODELLED_OPTIONS.has(change.option) || isOff(change.value);
  if (change.kind === 'flag') return !UNMODELLED_FLAGS.has(change.flag) || isOff(change.value);
  if (change.kind !== 'slave' || isOff(change.value)) return true;
  const { attribute } = change;
  return !UNMODELLED_ATTRIBUTES.has(attribute) && !UNMODELLED_FLAGS.has(FLAG_OF_ATTRIBUTE[attribute] ?? attribute);
}

function setBridgeOption(bridge: LinuxBridge, option: string, value: string | number, nowMs: number): Outcome {
  switch (option) {
    case 'vlan_filtering':
      configuration.setVlanFiltering(bridge, Number(value) !== 0);
      return null;
    case 'vlan_protocol':
      return configuration.setVlanProtocol(bridge, value === '802.1ad' ? TPID_S : value === '802.1Q' ? TPID_C : 0);
    case 'vlan_default_pvid':
      return configuration.setDefaultPvid(bridge, Number(value));
    case 'ageing_time':
      configuration.setAgeingTime(bridge, Number(value) * 10, nowMs);
      return null;
    case 'group_fwd_mask':
      return configuration.setGroupFwdMask(bridge, Number(value));
    case 'no_linklocal_learn':
      bridge.noLinklocalLearn = Number(value) !== 0;
      return null;
    case 'forward_delay':
      // Without STP nothing waits for it.
      bridge.idle.set(option, Number(value));
      return null;
    default:
      if (UNMODELLED_OPTIONS.has(option)) return setIdle(bridge.idle, option, value, '0');
      return refusal(
        'EINVAL',
        option,
        value,
        'vlan_filtering, vlan_protocol, vlan_default_pvid, ageing_time, group_fwd_mask',
      );
  }
}

/** Of a port's attributes those that are numbers. */
const NUMBERED = new Set(['mcast_router', 'priority', 'cost']);

/** What is switched off makes no difference. */
function setIdle(
  idle: Map<string, string | number>,
  name: string,
  value: string | number,
  expected: '0' | 'off',
): Outcome {
  if (!isOff(value)) return refusal('unmodelled', name, value, expected);
  idle.set(name, expected === 'off' && !NUMBERED.has(name) ? 'off' : 0);
  return null;
}

/** `ip link set P type bridge_slave …` tells the bridge that the device has changed, whatever it sets. */
function setSlaveAttribute(bridge: LinuxBridge, port: BridgePort, attribute: string, value: string | number): Outcome {
  if (attribute === 'group_fwd_mask') return configuration.setPortGroupFwdMask(bridge, port, Number(value));
  const outcome = UNMODELLED_ATTRIBUTES.has(attribute)
    ? setIdle(port.idle, attribute, value, 'off')
    : setFlag(bridge, port, FLAG_OF_ATTRIBUTE[attribute] ?? attribute, value);
  if (outcome === null) configuration.checkCarrier(bridge, port);
  return outcome;
}

function setFlag(bridge: LinuxBridge, port: BridgePort, flag: string, value: string | number): Outcome {
  if (flag === 'state') return configuration.setState(bridge, port, stateNumber(value));
  if (UNMODELLED_FLAGS.has(flag)) return setIdle(port.idle, flag, value, 'off');
  if (!configuration.isPortFlag(flag)) return refusal('EINVAL', flag, value, 'learning, flood, hairpin, isolated …');
  if (value !== 'on' && value !== 'off') return refusal('EINVAL', flag, value, 'on, off');
  configuration.setFlag(port, flag, value === 'on');
  return null;
}

function changeVlans(bridge: LinuxBridge, port: BridgePort, change: LinuxBridgeChange & { kind: 'vlan' }): Outcome {
  const { first, last, remove = false, pvid = false, untagged = false } = change;
  // br0 has no master to ask, a port nothing of its own: the request reaches nobody.
  if (port.index === HOST_PORT && change.self !== true) return refusal('EOPNOTSUPP', 'dev', port.name, 'self');
  if (port.index !== HOST_PORT && change.self === true) return refusal('EOPNOTSUPP', 'dev', port.name, 'master');
  for (const vid of [first, last]) {
    if (!configuration.isVid(vid)) return refusal('EINVAL', 'vid', vid, '1〜4094');
  }
  if (first > last) return refusal('EINVAL', 'vid', `${first}-${last}`, 'first < last');
  if (pvid && first !== last && !remove) return refusal('EINVAL', 'pvid', `${first}-${last}`, 'one vid');
  return eachVid(first, last, (vid) =>
    remove ? configuration.deleteVlan(bridge, port, vid) : configuration.addVlan(bridge, port, vid, pvid, untagged),
  );
}

function changeFdb(
  bridge: LinuxBridge,
  port: BridgePort,
  change: LinuxBridgeChange & { kind: 'fdb' },
  nowMs: number,
): Outcome {
  const { mac, vid, state, sticky, replace, self } = change;
  // The filter of a port's own device is no part of the bridge; br0 has no master to ask.
  if (self === true && port.index !== HOST_PORT) return refusal('unmodelled', 'dev', port.name, 'master');
  if (self === false && port.index === HOST_PORT) return refusal('EOPNOTSUPP', 'dev', port.name, 'self');
  if (change.remove === true) return configuration.deleteFdbEntry(bridge, mac, port, vid, nowMs);
  const request = {
    mac,
    port,
    ...(vid === undefined ? {} : { vid }),
    ...(state === undefined ? {} : { state }),
    ...(sticky === undefined ? {} : { sticky }),
    ...(replace === undefined ? {} : { replace }),
  };
  return configuration.addFdbEntry(bridge, request, nowMs);
}

function flush(
  bridge: LinuxBridge,
  port: BridgePort | null,
  { filter }: LinuxBridgeChange & { kind: 'fdb-flush' },
): null {
  if (filter === undefined) configuration.flushFdb(bridge, port);
  else configuration.flushEntries(bridge, { ...filter, ...(port !== null && { port }) });
  return null;
}

function eachVid(first: number, last: number, change: (vid: number) => Outcome): Outcome {
  for (let vid = first; vid <= last; vid++) {
    const outcome = change(vid);
    if (outcome !== null) return outcome;
  }
  return null;
}

/** A state's name or its number. */
function stateNumber(state: string | number): number {
  const named = (STATE_NAMES as readonly string[]).indexOf(String(state));
  return named >= 0 ? named : Number(state);
}
