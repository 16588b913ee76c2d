/** Bridges compared by what configuration has made of them, and bridges that commands make. */
import { expect } from 'vitest';
import { buildBridge } from '../../../src/console/linux-bridge/build.ts';
import { readCommands } from '../../../src/console/linux-bridge/read.ts';
import { LOCAL, STATIC, STICKY } from '../../../src/switch/fdb.ts';
import type { LinuxBridgeChange } from '../../../src/switch/profiles/linux-bridge/change.ts';
import type { LinuxBridge } from '../../../src/switch/profiles/linux-bridge/linux-bridge.ts';
import { meaning } from '../nft/meaning.ts';

/** Everything that configuration makes of a bridge, without port numbers and ages. */
export function stateOf(bridge: LinuxBridge): object {
  const nameOf = (index: number): string => bridge.ports[index]!.name;
  return {
    options: {
      vlanFiltering: bridge.vlanFiltering,
      vlanProtocol: bridge.vlanProtocol,
      defaultPvid: bridge.defaultPvid,
      groupFwdMask: bridge.groupFwdMask,
      noLinklocalLearn: bridge.noLinklocalLearn,
      isPromiscuous: bridge.isPromiscuous,
      isUp: bridge.isUp,
      hasOwnMtu: bridge.hasOwnMtu,
      ageingTimeMs: bridge.fdb.ageingTimeMs,
      idle: Object.fromEntries(bridge.idle),
    },
    ports: bridge.ports.flatMap((port) =>
      port === undefined
        ? []
        : [
            {
              ...port,
              index: 0,
              counters: 0,
              idle: Object.fromEntries(port.idle),
              vlans: port.memberSet().map((vid) => [vid, port.isUntagged(vid), port.vlanState(vid)]),
            },
          ],
    ),
    fdb: bridge.fdb
      .entries(0)
      .filter(({ flags }) => (flags & (STATIC | STICKY | LOCAL)) !== 0)
      .map(({ mac: address, vid, port, flags }) => [vid, address, nameOf(port), flags]),
    rules: meaning(bridge.netfilter.ruleset),
  };
}

/** All of it is understood, and nothing of it refused. */
export function builtBy(lines: readonly string[]): LinuxBridge {
  const answers = readCommands(lines.join('\n'));
  return built(
    answers.flatMap((answer) => {
      if (answer.kind !== 'change') expect.fail(`${answer.kind}: ${JSON.stringify(answer)}`);
      expect(answer.ignored).toEqual([]);
      return answer.changes;
    }),
  );
}

export function built(changes: readonly LinuxBridgeChange[]): LinuxBridge {
  const { bridge, refused } = buildBridge(changes);
  expect(refused).toEqual([]);
  return bridge!;
}
