/** What a trace of these switches says, value by value. The layout of a record's integers belongs to its reason. */
import { describeRecord, portName, ranges, type Descriptions } from '../../describe.ts';
import { NO_PORT, type TraceRecord } from '../../trace.ts';
import type { Values } from '../../../outcome/decision.ts';
import { ruleCode, ruleOf } from '../../../outcome/rules.ts';
import { formatMac } from '../../../wire/mac-address.ts';
import { ISOLATED, ROLE_NAMES } from './private-vlans.ts';
import type { VmwareVss } from './vmware-vss.ts';
import type { VswitchPort } from './vswitch-port.ts';

/** How a frame got its VLAN: the first value of a passed classification. */
export const [AS_TAG, AS_GROUP, AS_NO_VLAN, AS_PRIORITY, AS_FOREIGN, AS_PRIVATE] = [0, 1, 2, 3, 4, 5] as const;
const HOW = ['tag', 'group', 'no-vlan', 'priority', 'foreign-tag', 'private-vlan'] as const;

const VDS_3 = ruleOf(ruleCode('VDS-3'));

const OWN: Descriptions<VmwareVss> = {
  'port-disabled': () => ({ direction: 'both' }),
  'bpdu-filter': () => ({ knob: 'Net.BlockGuestBPDU', value: 1 }),
  'vlan-mismatch': (profile, { port }) => ({ accepts: accepted(profile.ports[port]!) }),
  'forged-src-mac': (profile, { port, values: [high, low] }) => {
    const { effectiveHigh, effectiveLow } = profile.ports[port]!;
    return { src: formatMac(high, low), allowed: formatMac(effectiveHigh, effectiveLow) };
  },
  'mac-changed-rx': (profile, { port }) => {
    const { requested, mac } = profile.ports[port]!;
    return { effective: requested, initial: mac };
  },
  'mac-limit': (_, { values: [count, limit] }) => ({ count, limit }),
  'table-full': (_, { values: [high, low, count, limit] }) => ({ src: formatMac(high, low), count, limit }),
  'entry-pinned': () => ({ entry: 'static' }),
  'group-src': (_, { values: [high, low] }) => ({ src: formatMac(high, low) }),
  'learning-off': ({ name }) => ({ where: name }),
  'reverse-filter': (profile, { port, values: [high, low, uplink, chosen] }) => ({
    // A reflection is told by its source, a copy by another uplink than the receiver's by the receiver.
    ...(port === uplink ? { src: formatMac(high, low) } : { receiver: portName(profile, port) }),
    uplink: portName(profile, uplink),
    chosen: nameOrNone(profile, chosen),
  }),
  'unknown-dst': (profile, { port, values: [high, low, vid] }) => ({
    dst: formatMac(high, low),
    ...(vid === 0 ? {} : { vid }),
    from: portName(profile, port),
  }),
  'no-uplink': (_, { values: [high, low] }) => ({ dst: formatMac(high, low) }),
  'to-uplink': (_, { values: [high, low] }) => ({ dst: formatMac(high, low) }),
  'local-only': (profile, { values: [high, low, owner] }) => ({
    dst: formatMac(high, low),
    owner: portName(profile, owner),
  }),
  'unknown-not-flooded': (_, { rule, values: [high, low] }) => ({
    dst: formatMac(high, low),
    condition: rule === VDS_3 ? 'unicast-flooding' : 'uplink',
  }),
  'uplink-not-chosen': (profile, { values: [chosen] }) => ({ chosen: nameOrNone(profile, chosen) }),
  'split-horizon': (profile, { values: [ingress] }) => ({ ingress: portName(profile, ingress) }),
  'mcast-not-member': (_, { values: [high, low] }) => ({ group: formatMac(high, low) }),
  'tag-popped': (_, { values: [vid] }) => ({ vid }),
  'pvlan-blocked': (profile, { port, values: [role, vid] }) => {
    const egress = profile.ports[port]!;
    return { inRole: roleText(role, vid), outRole: roleText(egress.role, egress.wireVid) };
  },
  'uplink-failover': (profile, { port, values: [from] }) => ({
    from: portName(profile, from),
    to: portName(profile, port),
  }),
};

export function describe(profile: VmwareVss, record: TraceRecord): Values {
  if (record.stage === 'filter') return profile.ports[record.port]!.filter?.told(record) ?? {};
  if (record.reason !== null || record.stage !== 'vlan') return describeRecord(profile, record, OWN);
  const [how, vid, c, d] = record.values;
  const port: Values = record.port === NO_PORT ? {} : { port: portName(profile, record.port) };
  if (how === AS_PRIVATE) return { ...port, how: HOW[how], vid, role: ROLE_NAMES[c]!, secondary: d };
  return { ...port, how: HOW[how]!, ...(vid === 0 ? {} : { vid }), pcp: c };
}

function nameOrNone(profile: VmwareVss, index: number): string {
  return index === 0 ? 'none' : portName(profile, index);
}

/** `isolated`; a community is known by its number. */
function roleText(role: number, vid: number): string {
  return role === ISOLATED ? ROLE_NAMES[role]! : `${ROLE_NAMES[role]} ${vid}`;
}

function accepted(port: VswitchPort): string[] {
  if (!port.isTrunk) return ['untagged'];
  const tagged = ranges(port.memberSet().filter((vid) => vid !== 0));
  return port.isMember(0) ? ['untagged', ...tagged] : tagged;
}
