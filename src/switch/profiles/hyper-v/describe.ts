/** What a Hyper-V switch's trace says in PowerShell's words: modes, settings, and VLAN 0 where frames are untagged. */
import type { Values } from '../../../outcome/decision.ts';
import { formatMac } from '../../../wire/mac-address.ts';
import { VID_MAX, vidOf } from '../../../wire/dot1q.ts';
import {
  BY_PVID,
  BY_PVID_OTHER_TPID,
  BY_PVID_PRIORITY,
  describeRecord,
  portName,
  ranges,
  type Descriptions,
} from '../../describe.ts';
import type { TraceRecord } from '../../trace.ts';
import type { HyperVPort } from './hyper-v-port.ts';
import type { HyperV } from './hyper-v.ts';

const MESSAGES: Readonly<Record<number, string>> = {
  5: 'icmp-redirect',
  9: 'icmp-router-advertisement',
  134: 'icmpv6-router-advertisement',
  137: 'icmpv6-redirect',
};

const OWN: Descriptions<HyperV> = {
  'vlan-mismatch': ({ ports }, { port, values: [, tci] }) => ({ ...vlanOf(vidOf(tci)), ...admission(ports[port]!) }),
  'vlan-not-allowed': ({ ports }, { port, values: [vid] }) => ({ ...vlanOf(vid), members: members(ports[port]!) }),
  'port-disabled': () => ({ direction: 'both' }),
  'forged-src-mac': ({ ports }, { port, values: [high, low] }) => ({
    src: formatMac(high, low),
    allowed: formatMac(ports[port]!.assignedHigh, ports[port]!.assignedLow),
  }),
  'router-guard': (_, { values: [message] }) => ({ message: MESSAGES[message]! }),
  'storm-limit': (_, { values: [rate, limit] }) => ({ rate, limit }),
  'pvlan-blocked': ({ ports }, { port, values: [ingress] }) => ({
    inRole: modeOf(ports[ingress]!),
    outRole: modeOf(ports[port]!),
  }),
  'unknown-dst': (hyperV, { port, values: [high, low, vid] }) => ({
    dst: formatMac(high, low),
    ...(vid === 0 ? {} : { vid }),
    from: portName(hyperV, port),
  }),
  'unknown-not-flooded': (_, { values: [high, low] }) => ({
    dst: formatMac(high, low),
    condition: 'MacAddressSpoofing On',
  }),
  'split-horizon': (hyperV, { values: [ingress] }) => ({ ingress: portName(hyperV, ingress) }),
  'uplink-not-chosen': (hyperV, { values: [chosen] }) => ({ chosen: portName(hyperV, chosen) }),
  'entry-pinned': () => ({ entry: 'static' }),
  'table-full': (_, { values: [high, low, limit] }) => ({ src: formatMac(high, low), count: limit, limit }),
  'learning-off': () => ({ value: 'MacAddressSpoofing Off' }),
  'tag-popped': (_, { values: [vid] }) => ({ vid }),
  'pcp-reset': (_, { values: [pcp, isPopped] }) => (isPopped === 1 ? {} : { pcp, why: 'priority-tag-off', result: 0 }),
};

export function describe(hyperV: HyperV, record: TraceRecord): Values {
  if (record.stage === 'filter') return hyperV.ports[record.port]!.acls?.told(record) ?? {};
  const values = describeRecord(hyperV, record, OWN);
  if (record.reason !== null || record.stage !== 'vlan') return values;
  const how = HOW[record.values[0]];
  return how === undefined ? values : { ...values, how, mode: modeOf(hyperV.ports[record.port]!) };
}

/** How a frame without a VID got its VLAN. */
const HOW: Readonly<Record<number, string>> = {
  [BY_PVID]: 'mode',
  [BY_PVID_PRIORITY]: 'mode-priority',
  [BY_PVID_OTHER_TPID]: 'mode-other-tpid',
};

function modeOf(port: HyperVPort): string {
  return port.isExternal ? 'External' : port.isolation === null ? port.vlan.mode : 'IsolationMode Vlan';
}

/** A frame's VLAN, or that it is untagged; what is empty is not told. */
function vlanOf(vid: number): Values {
  return vid === 0 ? { vid: '', frame: 'pvid' } : { vid };
}

/** What the port takes in, or the setting that says it takes in nothing. */
function admission(port: HyperVPort): Values {
  if (port.isolation?.allowUntaggedTraffic === false) {
    return { knob: 'AllowUntaggedTraffic', value: 'False', accepts: '' };
  }
  const vids: number[] = [];
  for (let vid = 1; vid <= VID_MAX; vid++) if (port.admits(vid)) vids.push(vid);
  return { accepts: [...(port.admitsUntagged ? ['untagged'] : []), ...ranges(vids)] };
}

/** The VLANs whose frames may leave here; 0 is told as untagged. */
function members(port: HyperVPort): string[] {
  const vids = port.memberSet();
  return [...(vids[0] === 0 ? ['untagged'] : []), ...ranges(vids.filter((vid) => vid !== 0))];
}
