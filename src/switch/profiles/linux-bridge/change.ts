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
import type { LinuxBridge } from './linux-bridge.ts';

export type LinuxBridgeChange =
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
    }
  /** `ip link set … fdb_flush` */
  | { readonly kind: 'fdb-flush'; readonly port?: string }
  | { readonly kind: 'rules'; readonly ruleset: RunnableRuleset };

/** Applies a change. Refusals carry the kernel's error; `nowMs`: milliseconds since the lab began. */
export function applyChange(bridge: LinuxBridge, change: LinuxBridgeChange, nowMs: number): Outcome {
  switch (change.kind) {
    case 'bridge':
      return setBridgeOption(bridge, change.option, change.value, nowMs);
    case 'vlan':
      return withPort(bridge, change.port, (port) => changeVlans(bridge, port, change));
    case 'vlan-state':
      return withPort(bridge, change.port, (port) =>
        eachVid(change.first, change.last, (vid) => configuration.setVlanState(port, vid, stateNumber(change.state))),
      );
    case 'flag':
      return withPort(bridge, change.port, (port) => setFlag(bridge, port, change.flag, change.value));
    case 'slave':
      if (change.attribute !== 'group_fwd_mask')
        return refusal('unmodelled', change.attribute, change.value, 'group_fwd_mask');
      return withPort(bridge, change.port, (port) =>
        configuration.setPortGroupFwdMask(bridge, port, Number(change.value)),
      );
    case 'link':
      return withDevice(bridge, change.port, (device) => {
        configuration.setLink(bridge, device, change.up);
        return null;
      });
    case 'fdb':
      return withPort(bridge, change.port, (port) => changeFdb(bridge, port, change, nowMs));
    case 'fdb-flush':
      if (change.port !== undefined) {
        return withPort(bridge, change.port, (port) => {
          configuration.flushFdb(bridge, port);
          return null;
        });
      }
      configuration.flushFdb(bridge, null);
      return null;
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
  const names = bridge.ports.flatMap((each) => (each === undefined ? [] : [each.name]));
  return port === undefined ? refusal('ENODEV', 'dev', name, names.join(', ')) : then(port);
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
    'fdb_max_learned fdb_local_vlan_0'
  ).split(' '),
);
const UNMODELLED_FLAGS = new Set(
  (
    'guard root_block fastleave mcast_to_unicast neigh_suppress neigh_vlan_suppress vlan_tunnel mab backup_port ' +
    'mcast_router priority cost'
  ).split(' '),
);

function isOff(value: string | number): boolean {
  return value === 'off' || Number(value) === 0;
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
      return null;
    default:
      if (UNMODELLED_OPTIONS.has(option)) return isOff(value) ? null : refusal('unmodelled', option, value, '0');
      return refusal(
        'EINVAL',
        option,
        value,
        'vlan_filtering, vlan_protocol, vlan_default_pvid, ageing_time, group_fwd_mask',
      );
  }
}

function setFlag(bridge: LinuxBridge, port: BridgePort, flag: string, value: string | number): Outcome {
  if (flag === 'state') return configuration.setState(bridge, port, stateNumber(value));
  if (UNMODELLED_FLAGS.has(flag)) return isOff(value) ? null : refusal('unmodelled', flag, value, 'off');
  if (!configuration.isPortFlag(flag)) return refusal('EINVAL', flag, value, 'learning, flood, hairpin, isolated …');
  if (value !== 'on' && value !== 'off') return refusal('EINVAL', flag, value, 'on, off');
  configuration.setFlag(port, flag, value === 'on');
  return null;
}

function changeVlans(bridge: LinuxBridge, port: BridgePort, change: LinuxBridgeChange & { kind: 'vlan' }): Outcome {
  const { first, last, remove = false, pvid = false, untagged = false } = change;
  // br0 has no master to ask: without `self` the request reaches nobody.
  if (port.index === HOST_PORT && change.self !== true) return refusal('EOPNOTSUPP', 'dev', port.name, 'self');
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
  const { mac, vid, state, sticky, replace } = change;
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
