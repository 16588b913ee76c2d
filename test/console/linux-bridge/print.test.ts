/**
 * A bridge as commands, and the commands as a bridge: for random switches, which the fuzz test has set up and changed, what the
 * printed commands make is equal, and printing it again prints the same.
 */
import { describe, expect, it } from 'vitest';
import { printBridge } from '../../../src/console/linux-bridge/print.ts';
import type { LinuxBridgeChange } from '../../../src/switch/profiles/linux-bridge/change.ts';
import type { LinuxBridge } from '../../../src/switch/profiles/linux-bridge/linux-bridge.ts';
import { mac } from '../../../src/wire/mac-address.ts';
import { Random } from '../../random.ts';
import { builtBy, stateOf } from './states.ts';
import { CONFIGURATIONS, someChange, take } from '../../switch/fuzz/configurations.ts';
import { randomConfiguration } from '../../switch/fuzz/random-configuration.ts';

const SEED = Number(process.env['SEED'] ?? 4_711);
const COUNT = Number(process.env['COUNT'] ?? 300);

const VIDS = [1, 10, 20, 99];

/** What nobody does twice: entries in odd places, local ones deleted, addresses that change. */
function rareChange(random: Random, bridge: LinuxBridge): LinuxBridgeChange {
  const names = bridge.ports.flatMap((port) => (port === undefined ? [] : [port.name]));
  const port = random.pick(names);
  const known = bridge.fdb.entries(0).map(({ mac: address }) => address);
  const address = random.pick([...known, mac('02:00:00:00:00:0b'), mac('02:00:00:00:00:0c')]);
  const vid = random.chance(0.6) ? { vid: random.pick(VIDS) } : {};
  return random.pick<LinuxBridgeChange>([
    {
      kind: 'fdb',
      port,
      mac: address,
      ...vid,
      state: random.pick(['static', 'dynamic', 'local']),
      sticky: random.chance(0.3),
      replace: random.chance(0.7),
    },
    { kind: 'fdb', port, mac: address, ...vid, remove: true },
    { kind: 'fdb-flush', port, filter: { mask: random.below(8), value: random.below(8), ...vid } },
    { kind: 'device', device: port, mac: mac(`ee:00:00:00:00:0${random.below(10)}`) },
    { kind: 'device', device: port, mtu: random.pick([68, 1500, 9000]), promisc: random.chance(0.5) },
    { kind: 'vlan', port, first: 99, last: 99, self: port === 'br0', remove: random.chance(0.5) },
    { kind: 'flag', port, flag: random.pick(['guard', 'neigh_suppress', 'backup_port', 'mcast_router']), value: 0 },
    { kind: 'slave', port, attribute: random.pick(['proxy_arp', 'hairpin', 'mcast_fast_leave']), value: 'off' },
    { kind: 'bridge', option: random.pick(['forward_delay', 'mcast_snooping', 'stp_state']), value: 0 },
    { kind: 'master', port, bridge: random.pick(['br0', null]) },
  ]);
}

function expectRoundTrip(bridge: LinuxBridge): void {
  const lines = printBridge(bridge);
  const again = builtBy(lines);
  expect(stateOf(again), lines.join('\n')).toEqual(stateOf(bridge));
  expect(printBridge(again)).toEqual(lines);
}

describe('print, then read', () => {
  it.each(CONFIGURATIONS.filter(({ name }) => !name.includes('802.1Q switch')))('$name', ({ make }) => {
    expectRoundTrip(make() as LinuxBridge);
  });

  it(`gives an equal bridge for ${COUNT} random ones, seed ${SEED}`, () => {
    const random = new Random(SEED);
    for (let left = COUNT; left > 0; left--) {
      const configuration = randomConfiguration(random);
      const bridge = configuration.make() as LinuxBridge;
      if (bridge.id !== 'linux-bridge') continue;
      for (let steps = random.below(20); steps > 0; steps--) {
        const step = random.chance(0.5) ? someChange(random, configuration.portCount) : rareChange(random, bridge);
        take(bridge, step, 0);
      }
      expectRoundTrip(bridge);
    }
  });
});
