/** Random Hyper-V switches, and what of one a host's administrator can see: everything that cmdlets set. */
import { applyChange, type HyperVChange } from '../../../src/switch/profiles/hyper-v/change.ts';
import { addAdapter, addManagementOs, addUplink } from '../../../src/switch/profiles/hyper-v/configuration.ts';
import type { VlanSetting } from '../../../src/switch/profiles/hyper-v/hyper-v-port.ts';
import { HyperV } from '../../../src/switch/profiles/hyper-v/hyper-v.ts';
import { formatMac } from '../../../src/wire/mac-address.ts';
import type { Random } from '../../random.ts';

/** Names that need quoting, in every way. */
const NAMES = ['web01', 'DB 2', "O'Brien", 'a "b" c', '$price', 'back`tick', 'サーバー', '’quoted’', 'x;y|z', '-dash'];

function vids(random: Random): number[] {
  const list = Array.from({ length: random.between(1, 6) }, () => random.between(1, 4094));
  const from = random.between(1, 4000);
  return random.chance(0.4) ? [...new Set([...list, from, from + 1, from + 2])] : [...new Set(list)];
}

export function randomVlan(random: Random): VlanSetting {
  const primary = random.between(1, 4094);
  const others = vids(random).filter((vid) => vid !== primary);
  const secondary = others[0] ?? (primary % 4094) + 1;
  return random.pick<VlanSetting>([
    { mode: 'Untagged' },
    { mode: 'Access', vlanId: primary },
    { mode: 'Trunk', allowed: vids(random), native: random.pick([0, 1, primary]) },
    { mode: random.pick(['Isolated', 'Community']), primary, secondary },
    { mode: 'Promiscuous', primary, secondaries: [secondary, ...others] },
  ]);
}

function randomChanges(random: Random, port: string): HyperVChange[] {
  const set = (setting: string, value: string | number): HyperVChange => ({ kind: 'adapter', port, setting, value });
  const isolation = { defaultIsolationId: random.pick([0, 10, 4094]), allowUntaggedTraffic: random.chance(0.5) };
  return random.some<HyperVChange>(
    [
      set('MacAddressSpoofing', 'On'),
      set('DhcpGuard', 'On'),
      set('RouterGuard', 'On'),
      set('IeeePriorityTag', 'On'),
      set('PortMirroring', random.pick(['Source', 'Destination'])),
      set('StormLimit', random.between(0, 5000)),
      { kind: 'adapter-vlan', port, vlan: randomVlan(random) },
      { kind: 'adapter-isolation', port, isolation },
    ],
    0.5,
  );
}

export function randomHyperV(random: Random): HyperV {
  const hyperV = new HyperV();
  const mac = () => formatMac(0x00155d, random.below(1 << 24));
  const names = NAMES.filter(() => random.chance(0.5)).slice(0, 6);
  const hasHost = random.chance(0.6);
  if (hasHost) addManagementOs(hyperV, random.pick(['vEthernet', 'Host Switch']), mac());
  for (const name of names) addAdapter(hyperV, name, mac());
  for (let number = random.pick([0, 1, 1, 2]); number > 0; number--) addUplink(hyperV, `Ethernet ${number}`, mac());
  for (const port of hyperV.ports) {
    if (port === undefined || port.isExternal) continue;
    for (const change of randomChanges(random, port.name)) applyChange(hyperV, change);
    if (port.index > 0 && random.chance(0.1)) applyChange(hyperV, { kind: 'link', port: port.name, up: false });
  }
  return hyperV;
}

function numbers(list: readonly number[]): number[] {
  return [...new Set(list)].toSorted((a, b) => a - b);
}

function sorted(vlan: VlanSetting): object {
  if (vlan.mode === 'Trunk') return { ...vlan, allowed: numbers(vlan.allowed) };
  return vlan.mode === 'Promiscuous' ? { ...vlan, secondaries: numbers(vlan.secondaries) } : vlan;
}

export function configurationOf(hyperV: HyperV): object {
  const ports = hyperV.ports.filter((port) => port !== undefined);
  return {
    uplinks: ports.filter(({ isExternal }) => isExternal).map(({ name }) => name),
    adapters: ports
      .filter(({ isExternal }) => !isExternal)
      .map((port) => ({
        name: port.name,
        isHost: port.index === 0,
        mac: formatMac(port.assignedHigh, port.assignedLow),
        flags: [port.macAddressSpoofing, port.dhcpGuard, port.routerGuard, port.ieeePriorityTag],
        mirroring: port.portMirroring,
        stormLimit: port.stormLimit,
        vlan: sorted(port.vlan),
        isolation: port.isolation,
        isConnected: port.linkUp,
      })),
  };
}
