/**
 * What is measured, and what the figures are held against. Times are nanoseconds; a ratio is taken within each round, and
 * given as its median with the least and the greatest.
 */
import type { Setup } from '../../conformance/vector.ts';
import { RelaySide, TwinSide, type Contestant } from './contestants.ts';
import { countGarbage, type Garbage } from './garbage.ts';
import { broadcast, PORTS, RULES_ON, setup, STATIONS, unicast } from './network.ts';
import { playRounds, ratio, spread, type Pace, type Spread, type Timing } from './rounds.ts';
import { difference } from './same-work.ts';

/** The relay is to be this many times as fast as the twin. */
export const AIM_RATIO = 30;
/** Two relays that do the same may differ by this much before the machine is too busy to measure anything. */
export const CONTROL_TOLERANCE = 0.15;
export const GARBAGE_FRAMES = 20_000_000;
const UNICAST_FRAMES = 4096;
const BROADCAST_FRAMES = 256;

/** Ten rules that no frame of the traffic matches, so that all are looked at, once a copy. */
const ACL_RULES = [
  'ether saddr 02:00:00:00:ff:01 drop',
  'ether daddr 02:00:00:00:ff:02 drop',
  'ether type arp drop',
  'vlan id 30 drop',
  'ip saddr 192.0.2.0/24 drop',
  'ip daddr 198.51.100.1 drop',
  'ip protocol icmp drop',
  'tcp dport { 22, 80 } drop',
  'udp dport 67-68 drop',
  'udp sport 53 drop',
];
const ACL = `table bridge f {\n chain c {\n  type filter hook forward priority 0; policy accept;\n  ${ACL_RULES.join('\n  ')}\n }\n}\n`;

export interface Effort extends Pace {
  readonly garbageFrames: number;
}

export const FULL: Effort = {
  rounds: 15,
  millisecondsEach: 40,
  warmUpMilliseconds: 300,
  garbageFrames: GARBAGE_FRAMES,
};
/** For a test: everything is done once, and the times mean nothing. */
export const QUICK: Effort = { rounds: 1, millisecondsEach: 0, warmUpMilliseconds: 0, garbageFrames: 1_000_000 };

export interface Report {
  readonly node: string;
  readonly rounds: number;
  readonly stations: number;
  readonly ports: number;
  readonly rulesOn: readonly string[];
  /** Known unicast: a frame lies in a batch, its copy stands in another as port, tag and place of the body. */
  readonly unicast: { readonly relayNs: Spread; readonly twinNs: Spread; readonly ratio: Spread; readonly aim: number };
  /** The same with each copy's bytes written into the next switch's batch. */
  readonly writing: { readonly relayNs: Spread; readonly ratio: Spread };
  /** The same with each frame's bytes copied into its own batch before. */
  readonly filling: { readonly relayNs: Spread; readonly ratio: Spread };
  /** A second relay against the first. */
  readonly control: { readonly ratio: Spread; readonly tolerance: number };
  /** Tracing on against off. */
  readonly trace: { readonly ratio: Spread };
  /** Broadcast, each copy counted. */
  readonly flood: {
    readonly copiesAFrame: number;
    readonly relayNsACopy: Spread;
    readonly twinNsACopy: Spread;
    readonly ratio: Spread;
  };
  /** With rules of nftables against without. */
  readonly acl: { readonly rules: number; readonly ratio: Spread; readonly nsARule: number };
  readonly fdb: { readonly entries: number; readonly bytesAnEntry: number };
  readonly garbage: Garbage;
}

/** Throws where the two sides do not do the same work. */
export function measure(effort: Effort): Report {
  const network = setup();
  const [known, toAll] = [unicast(UNICAST_FRAMES), broadcast(BROADCAST_FRAMES)];
  const relay = new RelaySide('relay', network, known);
  const twin = new TwinSide('twin', network, known);
  const floodingRelay = new RelaySide('relay, broadcast', network, toAll);
  const floodingTwin = new TwinSide('twin, broadcast', network, toAll);
  requireSameWork(relay, twin);
  requireSameWork(floodingRelay, floodingTwin);
  const writing = new RelaySide('relay, writing', network, known, { isWriting: true });
  const filling = new RelaySide('relay, filling', network, known, { isFilling: true, isWriting: true });
  const control = new RelaySide('relay again', network, known);
  const traced = new RelaySide('relay, traced', network, known, { isTraced: true });
  const withRules = new RelaySide('relay, ten rules', withAcl(network), known);
  // The pair first and by itself: code that has also run rules and traces is compiled for all of that.
  const pair = playRounds([relay, twin, control, writing, filling], effort);
  const variants = playRounds([relay, traced, withRules, floodingRelay, floodingTwin], effort);
  const copiesAFrame = floodingTwin.sightings().flat().length / BROADCAST_FRAMES;
  const aCopy = (contestant: Contestant): Spread =>
    spread(timingOf(variants, contestant).map((ns) => ns / copiesAFrame));
  const { fdb } = relay.system.relay.profile;
  return {
    node: process.version,
    rounds: effort.rounds,
    stations: STATIONS,
    ports: PORTS,
    rulesOn: RULES_ON,
    unicast: {
      relayNs: nsOf(pair, relay),
      twinNs: nsOf(pair, twin),
      ratio: times(pair, twin, relay),
      aim: AIM_RATIO,
    },
    writing: { relayNs: nsOf(pair, writing), ratio: times(pair, twin, writing) },
    filling: { relayNs: nsOf(pair, filling), ratio: times(pair, twin, filling) },
    control: { ratio: times(pair, control, relay), tolerance: CONTROL_TOLERANCE },
    trace: { ratio: times(variants, traced, relay) },
    flood: {
      copiesAFrame,
      relayNsACopy: aCopy(floodingRelay),
      twinNsACopy: aCopy(floodingTwin),
      ratio: times(variants, floodingTwin, floodingRelay),
    },
    acl: {
      rules: ACL_RULES.length,
      ratio: times(variants, withRules, relay),
      nsARule: (nsOf(variants, withRules).median - nsOf(variants, relay).median) / ACL_RULES.length,
    },
    fdb: { entries: fdb.size, bytesAnEntry: fdb.bytesPerEntry },
    garbage: countGarbage(effort.garbageFrames),
  };
}

/** What is missed, told; nothing: all aims are met. */
export function missed({ unicast: { ratio: reached }, garbage }: Report): string[] {
  return [
    ...(reached.median >= AIM_RATIO ? [] : [`${reached.median.toFixed(1)} times the twin, aim ${AIM_RATIO}`]),
    ...(garbage.collections === 0 ? [] : [`${garbage.collections} garbage collections, aim 0`]),
    ...(garbage.twin.collections > 0 ? [] : ['the twin is said to leave no garbage: the counter does not count']),
  ];
}

type Timings = ReadonlyMap<Contestant, Timing>;

function timingOf(timings: Timings, contestant: Contestant): Timing {
  return timings.get(contestant)!;
}

function times(timings: Timings, one: Contestant, other: Contestant): Spread {
  return ratio(timingOf(timings, one), timingOf(timings, other));
}

function nsOf(timings: Timings, contestant: Contestant): Spread {
  return spread(timingOf(timings, contestant));
}

function withAcl(network: Setup): Setup {
  return { ...network, nft: ACL };
}

function requireSameWork(relay: RelaySide, twin: TwinSide): void {
  const found = difference(relay, twin);
  if (found !== null) throw new Error(`${relay.name} and ${twin.name} do not do the same work: ${found}`);
}
