/** What Open vSwitch's trace says in its own words: knobs as `ovs-vsctl` and `ovs-ofctl` print them, flows as text. */
import type { Flow } from '../../../filter/flow.ts';
import type { Value, Values } from '../../../outcome/decision.ts';
import { describeRecord, ranges, type Descriptions } from '../../describe.ts';
import { NO_PORT, type TraceRecord } from '../../trace.ts';
import { formatMac } from '../../../wire/mac-address.ts';
import type { OpenVswitch } from './open-vswitch.ts';
import { ACCESS, TUNNEL, VLAN_MODES, type OvsPort } from './ovs-port.ts';

const CT_FLAGS = ['new', 'est', 'rel', 'rpl', 'inv', 'trk'] as const;

const OWN: Descriptions<OpenVswitch> = {
  'port-disabled': (_, { values: [direction] }) => ({ direction: direction === 0 ? 'no-receive' : 'no-forward' }),
  'reserved-dst': (device) => ({ knob: 'other_config:forward-bpdu', value: String(device.forwardBpdu) }),
  'vlan-mismatch': (device, { port, values: [, vid] }) => ({
    tag: vid === 0 ? 'untagged' : `VLAN${vid}`,
    accepts: accepts(device.ports[port]!),
    mode: VLAN_MODES[device.ports[port]!.mode]!,
  }),
  'inner-vlan-not-allowed': (device, { port, values: [inner] }) => ({
    inner,
    cvlans: cvlansOf(device.ports[port]!),
  }),
  'tag-pushed': (_, { values: [vid] }) => ({ vid }),
  'tag-popped': (_, { values: [vid] }) => ({ vid }),
  isolated: () => ({ flag: 'protected' }),
  'flood-off': () => ({ flag: 'flood' }),
  'entry-pinned': () => ({ entry: 'static' }),
  'entry-evicted': (_, { values: [high, low, limit] }) => ({ mac: formatMac(high, low), limit }),
  'learning-off': (_, { port }) => (port === NO_PORT ? {} : { value: 'flood_vlans' }),
  'group-src': (_, { values: [high, low] }) => ({ src: formatMac(high, low) }),
  'filter-before-learning': (_, { values: [high, low] }) => ({ src: formatMac(high, low) }),
  'acl-deny': (device, { values: [number] }) => {
    const flow = flowOf(device, number);
    return { rule: number + 1, match: flow?.text ?? '', action: 'drop' };
  },
  'ct-invalid': (_, { values: [number] }) => ({ rule: number + 1, state: '+inv' }),
  'implicit-deny': (_, { values: [table, rules] }) => ({ table, rules, policy: 'drop' }),
  'too-deep': (_, { values: [count, depth] }) => ({ count, depth }),
  'connection-state': (_, { values: [state, zone] }) => ({
    state: CT_FLAGS.filter((_flag, bit) => ((state >> bit) & 1) === 1).map((flag) => `+${flag}`),
    zone,
  }),
};

export function describe(device: OpenVswitch, record: TraceRecord): Values {
  if (record.reason === null && record.stage === 'filter') {
    return { flow: record.values[0] + 1 };
  }
  return describeRecord(device, record, OWN);
}

function flowOf({ program }: OpenVswitch, number: number): Flow | undefined {
  return program?.tables.flows[number];
}

/** What an ingress port admits: untagged frames, VIDs of tags. */
function accepts(port: OvsPort): Value {
  if (port.mode === ACCESS) return ['untagged'];
  const tagged = port.memberSet().filter((vid) => vid !== 0);
  const takesUntagged = port.isMember(0) || VLAN_MODES[port.mode]!.startsWith('native');
  return [...(takesUntagged ? ['untagged'] : []), ...ranges(tagged)];
}

/** Inner VLANs that may leave by a port of the outer VLAN. */
function cvlansOf(port: OvsPort): Value {
  if (port.mode !== TUNNEL || port.cvlans === null) return ['untagged'];
  const vids = [...port.cvlans.keys()].filter((vid) => port.cvlans![vid] === 1);
  return [...(vids[0] === 0 ? ['untagged'] : []), ...ranges(vids.filter((vid) => vid !== 0))];
}
