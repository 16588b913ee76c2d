/**
 * Setting a Hyper-V switch up: its ports, their VLANs and flags, and what the switch as a whole takes from them.
 *
 * Read first: Set-VMNetworkAdapterVlan, Set-VMNetworkAdapterIsolation, NDIS_SWITCH_PORT_VLAN_MODE and
 * NDIS_SWITCH_PORT_PVLAN_MODE of the Windows driver kit. What surprises: a port of a private VLAN sends in one VLAN and
 * receives in others, so its PVID need not be among its VLANs; what was learned stays when a port's VLAN changes.
 */
import { STATIC } from '../../fdb.ts';
import { HOST_PORT } from '../../profile.ts';
import { refusal, type Outcome } from '../../../outcome/refusal.ts';
import { ruleCode } from '../../../outcome/rules.ts';
import { VID_COUNT, VID_MAX, VID_MIN } from '../../../wire/dot1q.ts';
import type { MacAddress } from '../../../wire/mac-address.ts';
import {
  ADMITTED,
  HyperVPort,
  MIRRORING_DESTINATION,
  MIRRORING_SOURCE,
  NOT_ADMITTED,
  type Isolation,
  type VlanSetting,
} from './hyper-v-port.ts';
import { HyperV } from './hyper-v.ts';

const RULES = {
  External: ruleCode('HV-7'),
  Access: ruleCode('HV-8'),
  Untagged: ruleCode('HV-9'),
  Trunk: ruleCode('HV-10'),
  Isolated: ruleCode('HV-11'),
  Community: ruleCode('HV-11'),
  Promiscuous: ruleCode('HV-11'),
  Isolation: ruleCode('HV-24'),
} as const;

// --- Ports

/** An adapter of a virtual machine; `assigned`: the address that Hyper-V gave it. */
export function addAdapter(hyperV: HyperV, name: string, assigned: MacAddress, mtu?: number): HyperVPort {
  return add(hyperV, new HyperVPort(hyperV.ports.length, name, assigned, false, mtu));
}

/** The adapter of the management OS: a port as any other. */
export function addManagementOs(hyperV: HyperV, name: string, assigned: MacAddress): HyperVPort {
  return add(hyperV, new HyperVPort(HOST_PORT, name, assigned, false));
}

/** A physical NIC: the external port, or a further member of its team. */
export function addUplink(hyperV: HyperV, name: string, mac: MacAddress, mtu?: number): HyperVPort {
  return add(hyperV, new HyperVPort(hyperV.ports.length, name, mac, true, mtu));
}

function add(hyperV: HyperV, port: HyperVPort): HyperVPort {
  hyperV.ports[port.index] = port;
  joinVlans(port);
  refresh(hyperV);
  return port;
}

// --- VLANs

/** Set-VMNetworkAdapterVlan. */
export function setVlan(hyperV: HyperV, port: HyperVPort, vlan: VlanSetting): Outcome {
  const refused = checkVlan(vlan);
  if (refused !== null) return refused;
  if (port.isolation !== null && vlan.mode !== 'Untagged') {
    return refusal('InvalidArgument', 'OperationMode', vlan.mode, 'IsolationMode None');
  }
  port.vlan = vlan;
  joinVlans(port);
  refresh(hyperV);
  return null;
}

/** Set-VMNetworkAdapterIsolation; null: IsolationMode None. */
export function setIsolation(hyperV: HyperV, port: HyperVPort, isolation: Isolation | null): Outcome {
  if (isolation !== null && port.vlan.mode !== 'Untagged') {
    return refusal('InvalidArgument', 'IsolationMode', 'Vlan', 'OperationMode Untagged');
  }
  const id = isolation?.defaultIsolationId ?? 0;
  const refused = id === 0 ? null : checkVid('DefaultIsolationID', id);
  if (refused !== null) return refused;
  port.isolation = isolation;
  joinVlans(port);
  refresh(hyperV);
  return null;
}

function checkVlan(vlan: VlanSetting): Outcome {
  switch (vlan.mode) {
    case 'Untagged':
      return null;
    case 'Access':
      return checkVid('VlanId', vlan.vlanId);
    case 'Trunk':
      return (
        checkList('AllowedVlanIdList', vlan.allowed) ??
        (vlan.native === 0 ? null : checkVid('NativeVlanId', vlan.native)) ??
        checkVids('PruneVlanIdArray', vlan.prune ?? [])
      );
    case 'Isolated':
    case 'Community':
      return checkVid('PrimaryVlanId', vlan.primary) ?? checkSecondaries('SecondaryVlanId', vlan, [vlan.secondary]);
    case 'Promiscuous':
      return checkVid('PrimaryVlanId', vlan.primary) ?? checkSecondaries('SecondaryVlanIdList', vlan, vlan.secondaries);
  }
}

function checkVid(knob: string, vid: number): Outcome {
  if (Number.isInteger(vid) && vid >= VID_MIN && vid <= VID_MAX) return null;
  return refusal('InvalidArgument', knob, vid, `${VID_MIN}〜${VID_MAX}`);
}

function checkList(knob: string, vids: readonly number[]): Outcome {
  return vids.length === 0 ? refusal('InvalidArgument', knob, '', `${VID_MIN}〜${VID_MAX}`) : checkVids(knob, vids);
}

function checkVids(knob: string, vids: readonly number[]): Outcome {
  for (const vid of vids) {
    const refused = checkVid(knob, vid);
    if (refused !== null) return refused;
  }
  return null;
}

function checkSecondaries(knob: string, { primary }: { primary: number }, vids: readonly number[]): Outcome {
  if (vids.includes(primary)) return refusal('InvalidArgument', knob, primary, `PrimaryVlanId ${primary}のほか`);
  return checkList(knob, vids);
}

/** Brings VLANs, PVID and rule of a port in line with its settings. */
function joinVlans(port: HyperVPort): void {
  for (let vid = 0; vid < VID_COUNT; vid++) port.leave(vid);
  port.pvid = 0;
  port.primary = 0;
  port.admitsUntagged = true;
  if (port.isExternal) joinAll(port);
  else if (port.isolation !== null) joinIsolated(port, port.isolation);
  else joinByMode(port, port.vlan);
}

function joinAll(port: HyperVPort): void {
  port.vlanRule = RULES.External;
  port.join(0, true, NOT_ADMITTED);
  for (let vid: number = VID_MIN; vid <= VID_MAX; vid++) port.join(vid, false, ADMITTED);
}

function joinIsolated(port: HyperVPort, { defaultIsolationId, allowUntaggedTraffic }: Isolation): void {
  port.vlanRule = RULES.Isolation;
  port.admitsUntagged = allowUntaggedTraffic;
  if (!allowUntaggedTraffic) return;
  port.pvid = defaultIsolationId;
  port.join(defaultIsolationId, true, NOT_ADMITTED);
}

function joinByMode(port: HyperVPort, vlan: VlanSetting): void {
  port.vlanRule = RULES[vlan.mode];
  switch (vlan.mode) {
    case 'Untagged':
      port.join(0, true, NOT_ADMITTED);
      return;
    case 'Access':
      port.pvid = vlan.vlanId;
      port.join(vlan.vlanId, true, NOT_ADMITTED);
      return;
    case 'Trunk':
      joinTrunk(port, vlan);
      return;
    default:
      joinPrivate(port, vlan);
  }
}

function joinTrunk(port: HyperVPort, { allowed, native, prune = [] }: VlanSetting & { mode: 'Trunk' }): void {
  port.pvid = native;
  port.admitsUntagged = !prune.includes(native);
  // The native VLAN need not be in the list (HV-10).
  if (port.admitsUntagged) port.join(native, true, NOT_ADMITTED);
  for (const vid of allowed) if (!prune.includes(vid)) port.join(vid, vid === native, ADMITTED);
}

/** NDIS_SWITCH_PORT_PVLAN_MODE: one VLAN to send in, one or more to receive. */
function joinPrivate(port: HyperVPort, vlan: VlanSetting & { mode: 'Isolated' | 'Community' | 'Promiscuous' }): void {
  port.primary = vlan.primary;
  port.pvid = vlan.mode === 'Promiscuous' ? vlan.primary : vlan.secondary;
  port.join(vlan.primary, true, NOT_ADMITTED);
  if (vlan.mode === 'Isolated') return;
  for (const vid of secondariesOf(vlan)) port.join(vid, true, NOT_ADMITTED);
}

function secondariesOf(vlan: VlanSetting): readonly number[] {
  if (vlan.mode === 'Promiscuous') return vlan.secondaries;
  return vlan.mode === 'Isolated' || vlan.mode === 'Community' ? [vlan.secondary] : [];
}

// --- The switch as a whole

/** Due after every change of a port. */
export function refresh(hyperV: HyperV): void {
  const ports = hyperV.ports.filter((port) => port !== undefined);
  hyperV.uplinks = ports.filter(({ isExternal }) => isExternal).map(({ index }) => index);
  hyperV.spoofingCount = ports.filter(({ macAddressSpoofing }) => macAddressSpoofing).length;
  const mirrors = new Set(ports.map(({ portMirroring }) => portMirroring));
  hyperV.hasObservers = mirrors.has(MIRRORING_SOURCE) && mirrors.has(MIRRORING_DESTINATION);
  shareTables(hyperV, ports);
  enterAssigned(hyperV, ports);
}

/** A private VLAN has one table with its secondaries, or answers from the primary would find nobody. */
function shareTables({ macTable }: HyperV, ports: readonly HyperVPort[]): void {
  for (let vid = 0; vid < VID_COUNT; vid++) macTable.tableOf[vid] = vid;
  for (const { vlan, primary } of ports.toReversed()) {
    for (const vid of primary === 0 ? [] : secondariesOf(vlan)) macTable.tableOf[vid] = primary;
  }
}

/** Of two adapters with one address in one VLAN the first has it. */
function enterAssigned({ macTable }: HyperV, ports: readonly HyperVPort[]): void {
  const { fdb, tableOf } = macTable;
  fdb.removeWhere((_, __, flags) => (flags & STATIC) !== 0);
  macTable.assignedCount = 0;
  for (const port of ports) {
    if (port.isExternal) continue;
    const { assignedHigh: high, assignedLow: low } = port;
    for (const table of new Set(port.memberSet().map((vid) => tableOf[vid]!))) {
      const slot = fdb.find(table, high, low, 0);
      if (slot >= 0 && (fdb.flagsAt(slot) & STATIC) !== 0) continue;
      fdb.put(table, high, low, port.index, STATIC, 0);
      macTable.assignedCount++;
    }
  }
}
