/**
 * What a Linux bridge's trace says in Linux' own words: states and flags as `bridge` prints them, hooks and rules as `nft`
 * does.
 */
import { FLOOD_BROADCAST, FLOOD_MULTICAST } from '../../profile.ts';
import type { Values } from '../../../outcome/decision.ts';
import { describeRecord, portName, type Descriptions } from '../../describe.ts';
import { NO_PORT, type TraceRecord } from '../../trace.ts';
import { STATE_NAMES } from './bridge-port.ts';
import { HOOK_NAMES } from './netfilter.ts';
import type { LinuxBridge } from './linux-bridge.ts';

/** In state learning an address is learned, but no frame passes (LB-18, LB-28). */
const PASSING_STATES = ['forwarding'];

const OWN: Descriptions<LinuxBridge> = {
  'reserved-dst': (_, { values: [, , mask] }) => ({ knob: 'group_fwd_mask', value: `0x${mask.toString(16)}` }),
  'stp-state': (_, { values: [state] }) => ({ state: STATE_NAMES[state]!, allowed: PASSING_STATES }),
  'vlan-state': (_, { values: [vid, state] }) => ({ vid, state: STATE_NAMES[state]!, allowed: PASSING_STATES }),
  'acl-deny': (bridge, { values: [ruleId, hook] }) => {
    const rule = bridge.netfilter.evaluator?.rules[ruleId];
    return { hook: HOOK_NAMES[hook]!, rule: `${rule?.chain} ${rule?.number}`, match: rule?.text ?? '', action: 'drop' };
  },
  'implicit-deny': (bridge, { values: [chain, hook] }) => ({
    hook: HOOK_NAMES[hook]!,
    chain: bridge.netfilter.evaluator?.chainName(chain) ?? '',
    rules: bridge.netfilter.evaluator?.ruleCountOf(chain) ?? 0,
    policy: 'drop',
  }),
  isolated: () => ({ flag: 'isolated' }),
  'flood-off': (_, { values: [kind] }) => ({ flag: floodFlag(kind) }),
  'entry-pinned': () => ({ entry: 'sticky' }),
  'learning-off': (bridge, { port }) =>
    port === NO_PORT ? { where: portName(bridge, 0), value: 'ageing_time 0' } : { value: 'learning off' },
};

export function describe(bridge: LinuxBridge, record: TraceRecord): Values {
  if (record.reason === null && record.stage === 'filter') {
    return { ...describeRecord(bridge, record, OWN), hook: HOOK_NAMES[record.values[0]]! };
  }
  return describeRecord(bridge, record, OWN);
}

function floodFlag(kind: number): string {
  return kind === FLOOD_BROADCAST ? 'bcast_flood' : kind === FLOOD_MULTICAST ? 'mcast_flood' : 'flood';
}
