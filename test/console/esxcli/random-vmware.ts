/** Random switches of VMware, and what of one commands set: everything but who is connected. */
import { applyChange, type VmwareVssChange } from '../../../src/switch/profiles/vmware-vss/change.ts';
import { addUplink, createSwitch, policyOf } from '../../../src/switch/profiles/vmware-vss/configuration.ts';
import { TEAMINGS, VERSIONS, type SwitchKind } from '../../../src/switch/profiles/vmware-vss/policy.ts';
import type { VmwareVss } from '../../../src/switch/profiles/vmware-vss/vmware-vss.ts';
import { formatMac } from '../../../src/wire/mac-address.ts';
import type { Random } from '../../random.ts';

/** Names that need quoting, in either shell. */
const GROUPS = ['VM Network', 'PG10', "O'Brien", 'a "b" c', '$price', 'back`tick', 'ポート', 'x;y|z', 'p\\q', '#1'];

export function randomVmware(random: Random, kind: SwitchKind): VmwareVss {
  const vmware = createSwitch(random.pick(['vSwitch0', 'DS 1', 'スイッチ']), kind, random.pick(VERSIONS));
  const uplinks = Array.from({ length: random.below(4) }, (_, index) => `vmnic${index}`);
  for (const uplink of uplinks) addUplink(vmware, uplink, formatMac(0x005056, random.below(1 << 24)));
  const apply = (change: VmwareVssChange): void => {
    const outcome = applyChange(vmware, change);
    if (outcome !== null) throw new Error(JSON.stringify({ change, outcome }));
  };
  const own = (option: string, value: string | number): void => apply({ kind: 'vswitch', option, value });
  if (random.chance(0.3)) own('mtu', random.between(1280, 9000));
  if (random.chance(0.3)) own('Net.BlockGuestBPDU', 1);
  if (random.chance(0.3)) own('Net.ReversePathFwdCheckPromisc', 1);
  if (kind === 'vds')
    own('private-vlans', random.pick(['', '100:101 isolated, 100:102 community', '7:7 promiscuous, 9:8 community']));
  for (const [setting, value] of randomPolicy(random, kind, uplinks, true)) own(setting, value);
  for (const group of GROUPS.filter(() => random.chance(0.4))) {
    apply({ kind: 'port-group-add', group });
    const [setting, value] = randomVlan(random, vmware);
    apply({ kind: 'port-group', group, setting, value });
    for (const [policy, to] of randomPolicy(random, kind, uplinks, false))
      apply({ kind: 'port-group', group, setting: policy, value: to });
  }
  return vmware;
}

function randomVlan(random: Random, { kind, privateVlans }: VmwareVss): [string, string | number] {
  const secondary = [101, 102, 100, 7, 8].find((vid) => privateVlans.roleOf(vid) !== 0 && random.chance(0.4));
  if (kind === 'vss') return ['vlan', random.pick([0, 1, 10, 4094, 4095])];
  if (secondary !== undefined) return ['private-vlan', secondary];
  return random.chance(0.5)
    ? ['vlan', random.pick([0, 1, 4094])]
    : ['trunk', random.pick(['0-4094', '5', '10-20,30', '0,7-9'])];
}

function randomPolicy(
  random: Random,
  kind: SwitchKind,
  uplinks: readonly string[],
  isSwitch: boolean,
): [string, string | number][] {
  const active = random.some(uplinks, 0.6);
  const all: [string, string | number][] = [
    ['promiscuous', random.pick(['accept', 'reject'])],
    ['mac-changes', random.pick(['accept', 'reject'])],
    ['forged-transmits', random.pick(['accept', 'reject'])],
    ['teaming', random.pick(TEAMINGS)],
    ['active', active.join(',')],
    ['standby', uplinks.filter((name) => !active.includes(name)).join(',')],
    ['failback', random.pick(['yes', 'no'])],
    ['notify-switches', random.pick(['yes', 'no'])],
    ['shaping', random.pick(['on', 'off'])],
    ['average-bandwidth', random.below(200_000)],
    ['peak-bandwidth', random.below(200_000)],
    ['burst-size', random.below(200_000)],
  ];
  const learning: [string, string | number][] = [
    ['mac-learning', random.pick(['on', 'off'])],
    ['unicast-flooding', random.pick(['on', 'off'])],
    ['mac-limit', random.pick([1, 4096])],
    ['mac-limit-policy', random.pick(['allow', 'drop'])],
  ];
  return random.some(kind === 'vds' && !isSwitch ? [...all, ...learning] : all, 0.4);
}

export function configurationOf(vmware: VmwareVss): object {
  const { name, kind, mtu, policy, groups, ports, blocksGuestBpdu, checksPromiscuous, privateVlans } = vmware;
  return {
    name,
    kind,
    mtu,
    policy,
    blocksGuestBpdu,
    checksPromiscuous,
    uplinks: ports.flatMap((port) => (port?.isUplink === true ? [port.name] : [])),
    privateVlans: [7, 8, 9, 100, 101, 102].map((vid) => [privateVlans.roleOf(vid), privateVlans.primaryOf(vid)]),
    groups: [...groups.values()].map((group) => ({
      name: group.name,
      vlan: group.vlan,
      policy: policyOf(vmware, group),
      // MAC learning is written down with all of security.
      overrides: kind === 'vss' ? group.overrides : null,
    })),
  };
}
