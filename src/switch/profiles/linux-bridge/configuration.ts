/**
 * Changing a Linux bridge while it runs: what `ip link`, `bridge vlan`, `bridge fdb` and `bridge link` do to the tables.
 *
 * Read first: br_vlan.c (__vlan_add, nbp_vlan_delete, __br_vlan_set_default_pvid), br_fdb.c (fdb_add_entry,
 * fdb_delete_local), br_stp_if.c. What surprises: adding a VLAN again without its flags clears them (LB-55); a new PVID
 * leaves the old VLAN as it was; without a VLAN, `bridge fdb add` makes an entry in each VLAN of the port; ports set to
 * blocking go straight back to forwarding while STP is off (LB-47).
 *
 * Every function returns null, or the kernel's refusal with nothing changed (except where the kernel itself leaves half:
 * it is said there).
 */
import { LOCAL, STATIC, STICKY } from '../../fdb.ts';
import { HOST_PORT } from '../../profile.ts';
import { refusal, type Outcome } from '../../../outcome/refusal.ts';
import { TPID_C, TPID_S, VID_MAX, VID_MIN } from '../../../wire/dot1q.ts';
import { isZero, macHalves, type MacAddress } from '../../../wire/mac-address.ts';
import { BLOCKING, BridgePort, DISABLED, FORWARDING, LEARNING, PORT_FLAGS, type PortFlag } from './bridge-port.ts';
import { LinuxBridge } from './linux-bridge.ts';

/** `ip link add NAME address MAC type bridge`: VLAN 1 and its own address are there from the beginning (LB-1, LB-32). */
export function createBridge(name: string, mac: MacAddress): LinuxBridge {
  const bridge = new LinuxBridge(name, mac);
  addLocal(bridge, bridge.hostPort, 0);
  addVlan(bridge, bridge.hostPort, bridge.defaultPvid, true, true);
  return bridge;
}

// --- Ports

/** `ip link set NAME master BRIDGE`. Who was there before starts from defaults, but for its link (LB-59). */
export function addPort(bridge: LinuxBridge, name: string, mac: MacAddress, mtu = 1500): BridgePort {
  const present = portsOf(bridge).find((port) => port.name === name);
  if (present !== undefined) return present;
  const old = bridge.departed.get(name);
  bridge.departed.delete(name);
  const port = new BridgePort(old?.index ?? bridge.ports.length, name, mac, mtu);
  port.linkUp = old?.linkUp ?? true;
  bridge.ports[port.index] = port;
  addLocal(bridge, port, 0);
  if (bridge.defaultPvid !== 0) addVlan(bridge, port, bridge.defaultPvid, true, true);
  if (!bridge.isUp || !port.linkUp) port.state = DISABLED;
  return port;
}

/** `ip link set NAME nomaster`. */
export function removePort(bridge: LinuxBridge, port: BridgePort): void {
  for (const vid of port.memberSet()) deleteVlan(bridge, port, vid);
  removeLocal(bridge, port, 0);
  bridge.fdb.removeWhere((_, held) => held === port.index);
  bridge.ports[port.index] = undefined;
  bridge.departed.set(port.name, port);
}

/** Carrier or admin state (LB-43). */
export function setLink(bridge: LinuxBridge, port: BridgePort, isUp: boolean): void {
  if (port.index === HOST_PORT) return setBridgeLink(bridge, isUp);
  if (port.linkUp === isUp) return;
  port.linkUp = isUp;
  if (!bridge.isUp || bridge.departed.has(port.name)) return;
  if (isUp) port.state = FORWARDING;
  else disable(bridge, port);
  selectStates(bridge);
}

function setBridgeLink(bridge: LinuxBridge, isUp: boolean): void {
  if (bridge.isUp === isUp) return;
  bridge.isUp = isUp;
  bridge.hostPort.linkUp = isUp;
  for (const port of portsOf(bridge)) {
    if (isUp && port.linkUp) port.state = FORWARDING;
    else if (!isUp && port.state !== DISABLED) disable(bridge, port);
  }
}

function disable(bridge: LinuxBridge, port: BridgePort): void {
  port.state = DISABLED;
  flushLearned(bridge, port, 0);
}

/** br_port_state_selection without STP: what blocks becomes forwarding at once (LB-47). */
function selectStates(bridge: LinuxBridge): void {
  for (const port of portsOf(bridge)) if (port.state === BLOCKING) port.state = FORWARDING;
}

/** `bridge link set dev P state N`. */
export function setState(bridge: LinuxBridge, port: BridgePort, state: number): Outcome {
  if (!Number.isInteger(state) || state < DISABLED || state > BLOCKING)
    return refusal('EINVAL', 'state', state, '0〜4');
  if (!port.linkUp || !bridge.isUp) return refusal('ENETDOWN', 'state', state, 'link up');
  port.state = state;
  selectStates(bridge);
  return null;
}

export function isPortFlag(name: string): name is PortFlag {
  return (PORT_FLAGS as readonly string[]).includes(name);
}

/** `bridge link set dev P FLAG on|off`. */
export function setFlag(port: BridgePort, flag: PortFlag, on: boolean): void {
  port[flag] = on;
}

/** `ip link set P type bridge_slave group_fwd_mask M`: only pause may not be forwarded (LB-23). */
export function setPortGroupFwdMask(bridge: LinuxBridge, port: BridgePort, mask: number): Outcome {
  if (!isMask(mask) || (mask & 0x0002) !== 0) {
    return refusal('EINVAL', 'group_fwd_mask', hex(mask), '0x0〜0xffff, not 0x2');
  }
  port.groupFwdMask = mask;
  checkCarrier(bridge, port);
  return null;
}

export function portsOf(bridge: LinuxBridge): BridgePort[] {
  return bridge.ports.filter((port): port is BridgePort => port !== undefined && port.index !== HOST_PORT);
}

// --- Bridge

/** `ip link set BRIDGE type bridge vlan_filtering 0|1`: the FDB is left alone (LB-33). */
export function setVlanFiltering(bridge: LinuxBridge, on: boolean): void {
  bridge.vlanFiltering = on;
}

export function setVlanProtocol(bridge: LinuxBridge, tpid: number): Outcome {
  if (tpid !== TPID_C && tpid !== TPID_S) return refusal('EINVAL', 'vlan_protocol', hex(tpid), '802.1Q, 802.1ad');
  bridge.vlanProtocol = tpid;
  return null;
}

/** `group_fwd_mask` of the bridge refuses STP, pause and LACP (LB-23). */
export function setGroupFwdMask(bridge: LinuxBridge, mask: number): Outcome {
  if (!isMask(mask) || (mask & 0x0007) !== 0) {
    return refusal('EINVAL', 'group_fwd_mask', hex(mask), '0x0〜0xffff, not 0x1, 0x2, 0x4');
  }
  bridge.groupFwdMask = mask;
  return null;
}

/** Milliseconds; 0 turns learning off. */
export function setAgeingTime(bridge: LinuxBridge, ageingTimeMs: number, nowMs: number): void {
  bridge.fdb.sweep(nowMs);
  bridge.fdb.ageingTimeMs = ageingTimeMs;
}

/** __br_vlan_set_default_pvid: only where the old default is still in force (LB-32). */
export function setDefaultPvid(bridge: LinuxBridge, pvid: number): Outcome {
  if (!Number.isInteger(pvid) || pvid < 0 || pvid > VID_MAX)
    return refusal('EINVAL', 'vlan_default_pvid', pvid, '0〜4094');
  const old = bridge.defaultPvid;
  for (const port of [bridge.hostPort, ...portsOf(bridge)]) {
    const hasDefault = old !== 0 && port.pvid === old && port.isUntagged(old);
    if (pvid === 0) {
      if (hasDefault) deleteVlan(bridge, port, old);
    } else if ((old === 0 || hasDefault) && !port.isMember(pvid)) {
      addVlan(bridge, port, pvid, true, true);
      if (old !== 0) deleteVlan(bridge, port, old);
    }
  }
  bridge.defaultPvid = pvid;
  return null;
}

// --- VLANs

/** `bridge vlan add dev P vid N [pvid] [untagged] [self]`: adding again sets both flags anew (LB-55). */
export function addVlan(bridge: LinuxBridge, port: BridgePort, vid: number, pvid: boolean, untagged: boolean): Outcome {
  if (!isVid(vid)) return refusal('EINVAL', 'vid', vid, `${VID_MIN}〜${VID_MAX}`);
  const isNew = !port.isMember(vid);
  if (isNew) addLocal(bridge, port, vid);
  port.join(vid, untagged, isNew ? FORWARDING : port.vlanState(vid));
  if (pvid) port.pvid = vid;
  else if (port.pvid === vid) port.pvid = 0;
  return null;
}

/** `bridge vlan del`: learned entries of port and VLAN go, static ones stay. A VLAN that is not there is no error. */
export function deleteVlan(bridge: LinuxBridge, port: BridgePort, vid: number): Outcome {
  if (!isVid(vid)) return refusal('EINVAL', 'vid', vid, `${VID_MIN}〜${VID_MAX}`);
  if (!port.isMember(vid)) return null;
  removeLocal(bridge, port, vid);
  flushLearned(bridge, port, vid);
  if (port.pvid === vid) port.pvid = 0;
  port.leave(vid);
  return null;
}

/** `bridge vlan set dev P vid N state S`. */
export function setVlanState(port: BridgePort, vid: number, state: number): Outcome {
  if (!port.isMember(vid)) return refusal('ENOENT', 'vid', vid, 'bridge vlan add');
  if (!Number.isInteger(state) || state < DISABLED || state > BLOCKING)
    return refusal('EINVAL', 'state', state, '0〜4');
  port.join(vid, port.isUntagged(vid), state);
  return null;
}

export function isVid(vid: number): boolean {
  return Number.isInteger(vid) && vid >= VID_MIN && vid <= VID_MAX;
}

// --- FDB

export type EntryState = 'static' | 'dynamic' | 'local';

export interface FdbRequest {
  readonly mac: MacAddress;
  readonly port: BridgePort;
  /** Absent: VID 0 and every VLAN of the port. */
  readonly vid?: number;
  readonly state?: EntryState;
  readonly sticky?: boolean;
  /** `bridge fdb replace` instead of `add`. */
  readonly replace?: boolean;
}

/** `bridge fdb add|replace MAC dev P master …`. Without a VLAN it may refuse halfway, as the kernel does. */
export function addFdbEntry(bridge: LinuxBridge, request: FdbRequest, nowMs: number): Outcome {
  const { port, vid } = request;
  const [high, low] = macHalves(request.mac);
  if (isZero(high, low)) return refusal('EINVAL', 'lladdr', request.mac, 'not 00:00:00:00:00:00');
  if (vid !== undefined) {
    if (!isVid(vid)) return refusal('EINVAL', 'vlan', vid, `${VID_MIN}〜${VID_MAX}`);
    if (!port.isMember(vid)) return refusal('EINVAL', 'vlan', vid, `bridge vlan add dev ${port.name} vid ${vid}`);
    return putEntry(bridge, request, high, low, vid, nowMs);
  }
  for (const each of [0, ...port.memberSet()]) {
    const refused = putEntry(bridge, request, high, low, each, nowMs);
    if (refused !== null) return refused;
  }
  return null;
}

/** fdb_add_entry. */
function putEntry(
  bridge: LinuxBridge,
  request: FdbRequest,
  high: number,
  low: number,
  vid: number,
  nowMs: number,
): Outcome {
  const { port, state = 'static', sticky = false, replace = false } = request;
  if (state === 'dynamic' && port.state !== LEARNING && port.state !== FORWARDING) {
    return refusal('EPERM', 'dev', port.name, 'state learning, forwarding');
  }
  if (port.index === HOST_PORT && state !== 'local') return refusal('EINVAL', 'dev', port.name, 'local');
  if (sticky && state === 'local') return refusal('EINVAL', 'sticky', 'sticky', 'static, dynamic');
  const flags = FLAGS_OF_STATE[state] | (sticky ? STICKY : 0);
  const slot = bridge.fdb.find(vid, high, low, nowMs);
  if (slot >= 0) {
    if (!replace) return refusal('EEXIST', 'lladdr', request.mac, 'replace');
    const isSame = bridge.fdb.portAt(slot) === port.index && bridge.fdb.flagsAt(slot) === flags;
    // A static or local request always differs from what the kernel reports of the entry; a dynamic one may not.
    if (isSame && state === 'dynamic') return null;
  }
  bridge.fdb.put(vid, high, low, port.index, flags, nowMs);
  return null;
}

const FLAGS_OF_STATE: Record<EntryState, number> = { static: STATIC, dynamic: 0, local: STATIC | LOCAL };

/** `bridge fdb del MAC dev P master [vlan N]`. */
export function deleteFdbEntry(
  bridge: LinuxBridge,
  mac: MacAddress,
  port: BridgePort,
  vid: number | undefined,
  nowMs: number,
): Outcome {
  const [high, low] = macHalves(mac);
  if (vid !== undefined && !port.isMember(vid))
    return refusal('EINVAL', 'vlan', vid, `bridge vlan add dev ${port.name}`);
  const vids = vid === undefined ? [0, ...port.memberSet()] : [vid];
  let found = false;
  for (const each of vids) {
    const slot = bridge.fdb.find(each, high, low, nowMs);
    if (slot < 0 || bridge.fdb.portAt(slot) !== port.index) continue;
    found = bridge.fdb.remove(each, high, low) || found;
  }
  return found ? null : refusal('ENOENT', 'lladdr', mac, 'bridge fdb show');
}

/**
 * br_port_carrier_check: any `ip link set P type bridge_slave …` tells the bridge that the device has changed, and a port
 * that was disabled by hand forwards again.
 */
export function checkCarrier(bridge: LinuxBridge, port: BridgePort): void {
  if (bridge.isUp && port.linkUp && port.state === DISABLED) port.state = FORWARDING;
}

/** `fdb_flush`: what was learned goes, static and local entries stay. Without a port: of all ports. */
export function flushFdb(bridge: LinuxBridge, port: BridgePort | null): void {
  if (port !== null) checkCarrier(bridge, port);
  bridge.fdb.removeWhere((_, held, flags) => (port === null || held === port.index) && (flags & STATIC) === 0);
}

/** Which entries a flush is about: those whose flags under the mask are `value`. */
export interface FlushFilter {
  readonly port?: BridgePort;
  readonly vid?: number;
  readonly mask: number;
  readonly value: number;
}

/** `bridge fdb flush`: unlike `fdb_flush` it spares nothing that its filter does not name (LB-44). */
export function flushEntries(bridge: LinuxBridge, { port, vid, mask, value }: FlushFilter): void {
  bridge.fdb.removeWhere(
    (entryVid, held, flags) =>
      (port === undefined || held === port.index) &&
      (vid === undefined || entryVid === vid) &&
      (flags & mask) === value,
  );
}

function flushLearned(bridge: LinuxBridge, port: BridgePort, vid: number): void {
  bridge.fdb.removeWhere(
    (entryVid, held, flags) => held === port.index && (flags & STATIC) === 0 && (vid === 0 || entryVid === vid),
  );
}

/** fdb_add_local: the switch's own address; what was learned under it gives way. */
export function addLocal(bridge: LinuxBridge, port: BridgePort, vid: number): void {
  const { macHigh, macLow } = port;
  const slot = bridge.fdb.find(vid, macHigh, macLow, 0);
  if (slot >= 0 && (bridge.fdb.flagsAt(slot) & LOCAL) !== 0) return;
  bridge.fdb.put(vid, macHigh, macLow, port.index, STATIC | LOCAL, 0);
}

/** fdb_delete_local: another port, or the bridge, may have the same address and takes the entry over. */
export function removeLocal(bridge: LinuxBridge, port: BridgePort, vid: number): void {
  const { macHigh, macLow } = port;
  const slot = bridge.fdb.find(vid, macHigh, macLow, 0);
  if (slot < 0 || bridge.fdb.portAt(slot) !== port.index || (bridge.fdb.flagsAt(slot) & LOCAL) === 0) return;
  const heir = [...portsOf(bridge), bridge.hostPort].find(
    (other) => other !== port && other.mac === port.mac && (vid === 0 || other.isMember(vid)),
  );
  if (heir === undefined) bridge.fdb.remove(vid, macHigh, macLow);
  else bridge.fdb.moveAt(slot, heir.index);
}

function isMask(mask: number): boolean {
  return Number.isInteger(mask) && mask >= 0 && mask <= 0xffff;
}

function hex(number: number): string {
  return `0x${number.toString(16)}`;
}
