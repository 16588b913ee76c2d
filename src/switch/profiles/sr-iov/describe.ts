/** What an embedded switch's trace says: settings in the words of `ip link`, functions by their names. */
import type { Value, Values } from '../../../outcome/decision.ts';
import { TPID_S, vidOf } from '../../../wire/dot1q.ts';
import { formatMac } from '../../../wire/mac-address.ts';
import { describeRecord, portName, ranges, type Describe, type Descriptions } from '../../describe.ts';
import type { TraceRecord } from '../../trace.ts';
import type { EmbeddedSwitch } from './embedded-switch.ts';
import { NO_MAC, type NicFunction } from './nic-function.ts';

/** How a frame got its VLAN here: the first value of a passed classification. */
export const [UNTAGGED, TAGGED, PORT_VLAN, PORT_VLAN_OUTSIDE] = [0, 1, 2, 3] as const;
const HOW = ['untagged', 'tagged', 'port-vlan', 'port-vlan-outside'] as const;

/** Addresses that a sentence can hold. */
const ADDRESSES_MAX = 2;

const src: Describe<EmbeddedSwitch> = (_, { values: [high, low] }) => ({ src: formatMac(high, low) });
const dst: Describe<EmbeddedSwitch> = (_, { values: [high, low, vid] }) => ({
  dst: formatMac(high, low),
  ...(vid === 0 ? {} : { vid }),
});

const OWN: Descriptions<EmbeddedSwitch> = {
  'link-down': ({ functions }, { port }) => ({ link: functions[port]?.state === 'disable' ? 'state disable' : 'down' }),
  'reserved-dst': () => ({ knob: 'spoofchk', value: 'on' }),
  'reverse-filter': (nic, record) => ({
    ...src(nic, record),
    uplink: nic.wire.name,
    chosen: portName(nic, record.port),
  }),
  'vlan-mismatch': (nic, { port, values: [tpid, tci] }) => ({
    tpid: tpid === TPID_S ? '802.1ad' : '802.1Q',
    vid: vidOf(tci),
    accepts: acceptsOf(nic.functions[port]!),
  }),
  'vlan-not-allowed': (nic, { port, values: [vid] }) => ({
    frame: vid === 0 ? ['untagged'] : [String(vid)],
    members: membersOf(nic.functions[port]!),
  }),
  'forged-src-mac': (nic, record) => ({ ...src(nic, record), allowed: sourcesOf(nic, nic.functions[record.port]!) }),
  'unknown-dst': (nic, record) => ({
    ...dst(nic, record),
    from: nic.wire.name,
    ...(record.values[3] === 0 ? {} : { asker: portName(nic, record.values[3]) }),
  }),
  'local-only': (nic, { values: [high, low, owner] }) => ({ dst: formatMac(high, low), owner: portName(nic, owner) }),
  'mcast-not-member': (_, { values: [high, low] }) => ({ group: formatMac(high, low) }),
  'learning-off': () => ({ where: 'NIC' }),
  'to-uplink': dst,
};

export function describe(nic: EmbeddedSwitch, record: TraceRecord): Values {
  const values = describeRecord(nic, record, OWN);
  return record.reason === null && record.stage === 'vlan' ? { ...values, how: HOW[record.values[0]]! } : values;
}

/** What a function may send: behind a port VLAN, nothing that is tagged already. */
function acceptsOf(own: NicFunction): string[] {
  return own.hasPortVlan ? ['untagged'] : membersOf(own);
}

/** What a function gets, as it is inside the switch. */
function membersOf(own: NicFunction): string[] {
  return own.vlan === 0 ? ['untagged', ...ranges(own.memberSet())] : [String(own.vlan)];
}

function sourcesOf({ nic }: EmbeddedSwitch, own: NicFunction): Value {
  const all = (nic.checksAdminMac ? [own.adminMac] : own.addresses).filter((address) => address !== NO_MAC);
  return all.length === 1 ? all[0]! : all.slice(0, ADDRESSES_MAX);
}
