/**
 * A million random and broken frames through the relay: nothing throws, every frame and every copy is accounted for, every
 * loss has a reason, and no frame leaves where it must not. Half of them go through ten switches that each look at one thing,
 * half through random ones.
 *
 * Faults are planted to see that each is noticed: a check that has never failed is none.
 */
import { reasonCode } from '../../src/outcome/reasons.ts';
import { describe, expect, it } from 'vitest';
import type { FrameBatch } from '../../src/switch/frame-batch.ts';
import type { CopyBatch } from '../../src/switch/copy-batch.ts';
import { FrameContext } from '../../src/switch/frame-context.ts';
import type { LinuxBridge } from '../../src/switch/profiles/linux-bridge/linux-bridge.ts';
import { Relay } from '../../src/switch/relay.ts';
import { Random } from '../random.ts';
import {
  bridgeWith,
  CONFIGURATIONS,
  FLAGS,
  VLAN_AWARE,
  type Configuration,
  type Switch,
} from './fuzz/configurations.ts';
import { randomConfiguration } from './fuzz/random-configuration.ts';
import { Run } from './fuzz/run.ts';

const SEED = 31_415;
const FRAMES = 1_000_000;
const FIXED_SHARE = FRAMES / 2 / CONFIGURATIONS.length;
/** Frames through one random switch. */
const RANDOM_SHARE = 1000;
const GROUPS = 10;
const RANDOM_SWITCHES = FRAMES / 2 / RANDOM_SHARE / GROUPS;

describe(`${FRAMES.toLocaleString('en')} random and broken frames`, () => {
  let played = 0;

  it.each(CONFIGURATIONS.map((configuration, index) => [configuration.name, configuration, SEED + index] as const))(
    'on a bridge %s: nothing throws, the accounts balance, and every copy leaves where it may',
    (_, configuration, seed) => {
      const run = new Run(configuration, seed);
      run.play(FIXED_SHARE);
      played += run.tally.frames;
      // Frames that are all dropped would prove nothing, nor would frames that all pass.
      expect(run.tally.framesWithCopies).toBeGreaterThan(FIXED_SHARE / 20);
      expect(run.tally.framesDropped).toBeGreaterThan(FIXED_SHARE / 20);
    },
  );

  it.each(Array.from({ length: GROUPS }, (_, group) => group))(
    `on ${RANDOM_SWITCHES} random switches: the same (group %i)`,
    (group) => {
      let [alive, lost] = [0, 0];
      for (let index = 0; index < RANDOM_SWITCHES; index++) {
        const seed = SEED + 1000 * (group + 1) + index;
        const run = new Run(randomConfiguration(new Random(seed)), seed);
        run.play(RANDOM_SHARE);
        played += run.tally.frames;
        alive += run.tally.framesWithCopies;
        lost += run.tally.framesDropped;
      }
      expect(alive).toBeGreaterThan((RANDOM_SWITCHES * RANDOM_SHARE) / 20);
      expect(lost).toBeGreaterThan((RANDOM_SWITCHES * RANDOM_SHARE) / 20);
    },
  );

  it('were all of them played, each one looked at by itself', () => {
    expect(FRAMES).toBe(1_000_000);
    expect(played).toBe(FRAMES);
  });

  it.each(CONFIGURATIONS)('on a bridge $name: the same seed gives the same copies, byte for byte', (configuration) => {
    const hashes = [SEED, SEED, SEED + 1].map((seed) => {
      const run = new Run(configuration, seed);
      run.play(2500);
      return run.hash;
    });
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[2]).not.toBe(hashes[0]);
  });
});

describe('random switches', () => {
  it('differ in ports, products, VLANs, MTUs, promiscuity and rules', () => {
    const all = Array.from({ length: 200 }, (_, index) => randomConfiguration(new Random(SEED + index)).make());
    const bridges = all.filter((profile): profile is LinuxBridge => profile.id === 'linux-bridge');
    const share = (holds: (bridge: LinuxBridge) => boolean): number => bridges.filter(holds).length / bridges.length;
    expect(new Set(all.map(({ ports }) => ports.length)).size).toBe(8);
    expect(all.length - bridges.length).toBeGreaterThan(5);
    const shares = [
      share(({ vlanFiltering }) => vlanFiltering),
      share(({ isPromiscuous }) => isPromiscuous),
      share(({ netfilter }) => netfilter.evaluator !== null),
      share(({ ports }) => ports.some((port) => port?.mtu === 68)),
      share(({ ports }) => ports.some((port) => port?.locked)),
      share(({ ports }) => ports.some((port) => port?.linkUp === false)),
      share(({ ports }) => ports.some((port) => port !== undefined && port.state !== 3)),
    ];
    for (const each of shares) {
      expect(each).toBeGreaterThan(0.05);
      expect(each).toBeLessThan(0.95);
    }
  });
});

/** A bridge of which one answer is wrong. */
function faulty(spoil: (bridge: LinuxBridge) => void): Configuration['make'] {
  return () => {
    const bridge = bridgeWith([...VLAN_AWARE, ...FLAGS]);
    spoil(bridge);
    return bridge;
  };
}

/** A relay that does something more behind each batch. */
function relayThat(
  spoil: (relay: Relay<Switch>, copies: CopyBatch, frames: FrameBatch) => void,
): NonNullable<Configuration['relay']> {
  class Spoilt extends Relay<Switch> {
    override relay(frames: FrameBatch, copies: CopyBatch, nowMs: number): void {
      super.relay(frames, copies, nowMs);
      spoil(this, copies, frames);
    }
  }
  return (profile, trace) => new Spoilt(profile, trace);
}

describe('a planted fault is noticed:', () => {
  const FAULTS: [string, Partial<Configuration>, RegExp][] = [
    [
      'an exception on some bytes',
      {
        make: faulty((bridge) => {
          const { admit } = bridge;
          bridge.admit = (context) => {
            if (context.length === 77) throw new Error('seventy-seven');
            return admit.call(bridge, context);
          };
        }),
      },
      /seventy-seven/,
    ],
    [
      'a copy goes back to where it came from',
      { make: faulty((bridge) => (bridge.exclude = (context, port) => port.index !== context.ingress)) },
      /is where it came from/,
    ],
    [
      'a copy leaves where it must not',
      { make: faulty((bridge) => (bridge.exclude = (context, port) => port.index === context.ingress)) },
      /is isolated/,
    ],
    [
      'a copy leaves in a VLAN that the port does not carry',
      {
        make: faulty((bridge) => {
          const { classify } = bridge;
          bridge.classify = (context) => {
            const isRefused = classify.call(bridge, context);
            if (context.vid === 20) context.vid = 10;
            return isRefused;
          };
        }),
      },
      /in VLAN 20/,
    ],
    [
      'a tag is left on',
      {
        make: faulty((bridge) => {
          bridge.encode = (context) => {
            context.outTpid = context.tpid;
            context.outTci = context.tci;
          };
        }),
      },
      /with tag/,
    ],
    [
      'a refusal without a reason',
      { make: faulty((bridge) => (bridge.admit = (context) => context.refuse(0, 0, 1, 1))) },
      /with reason null/,
    ],
    [
      'a refusal without a rule',
      { make: faulty((bridge) => (bridge.admit = (context) => context.refuse(0, 1, 0, 1))) },
      /has no rule/,
    ],
    [
      'a note told as a loss',
      { make: faulty((bridge) => (bridge.admit = (context) => context.refuse(0, reasonCode('learned'), 1, 1))) },
      /told as a drop/,
    ],
    [
      'the frame itself is written to',
      {
        make: faulty((bridge) => {
          const { lookUp } = bridge;
          bridge.lookUp = (context) => {
            context.bytes[context.start + 5]! ^= 1;
            return lookUp.call(bridge, context);
          };
        }),
      },
      /was written to/,
    ],
    [
      'tracing changes what happens',
      {
        make: faulty((bridge) => {
          const { proceed } = bridge;
          bridge.proceed = (context) =>
            context.trace.on && context.length > 90 ? context.refuse(0, 1, 1, 1) : proceed.call(bridge, context);
        }),
      },
      /another copy in the batch/,
    ],
    [
      'a group address is learned',
      { make: faulty((bridge) => bridge.fdb.put(0, 0x010000, 1, 1, 1, 0)) },
      /was learned/,
    ],
    [
      'a copy that nobody counted',
      { relay: relayThat(({ tally }) => tally.copies++) },
      /neither delivered nor dropped/,
    ],
    ['a frame counted twice', { relay: relayThat(({ tally }) => tally.frames++) }, /not counted once/],
    [
      'a lost frame that is not counted',
      { relay: relayThat(({ tally }) => (tally.framesDropped = 0)) },
      /neither lost nor alive/,
    ],
    [
      'a copy that is not handed over',
      { relay: relayThat((_, copies) => (copies.count = Math.max(0, copies.count - 1))) },
      /not those delivered/,
    ],
    [
      'a second drop of one frame',
      {
        relay: relayThat(({ trace }) => {
          if (trace.on) trace.add(0, 1, 3, 1, 1, 1, 0, 0, 0, 0);
        }),
      },
      /drops, with/,
    ],
    [
      'a port left out of a flood without a word',
      {
        make: faulty((bridge) => {
          const { exclude } = bridge;
          const { recordFiltered } = FrameContext.prototype;
          bridge.exclude = (context, port, flood) => {
            context.recordFiltered = port.index === 5 ? () => undefined : recordFiltered;
            return exclude.call(bridge, context, port, flood);
          };
        }),
      },
      /ports 0 1 2 3 4 5 6, accounted for: 0 1 2 3 4 6/,
    ],
  ];

  it.each(FAULTS)('%s', (_, fault, expected) => {
    const configuration: Configuration = {
      name: 'with a fault',
      portCount: 6,
      make: () => bridgeWith([...VLAN_AWARE, ...FLAGS]),
      ...fault,
    };
    expect(() => new Run(configuration, SEED).play(20_000)).toThrow(expected);
  });

  it('and without one there is nothing to notice', () => {
    new Run({ name: 'sound', portCount: 6, make: () => bridgeWith([...VLAN_AWARE, ...FLAGS]) }, SEED).play(20_000);
  });
});
