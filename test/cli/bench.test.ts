/**
 * The benchmark's own tests. Nothing here is timed: both sides do the same work, a side that does not is told, no frame leaves
 * garbage behind, and the report has its fields.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { RelaySide, TwinSide } from '../../src/cli/bench/contestants.ts';
import { missed, QUICK, type Report } from '../../src/cli/bench/measure.ts';
import { broadcast, setup, STATIONS, unicast } from '../../src/cli/bench/network.ts';
import { ratio, spread } from '../../src/cli/bench/rounds.ts';
import { difference } from '../../src/cli/bench/same-work.ts';
import { table } from '../../src/cli/bench/table.ts';
import type { Setup } from '../../src/conformance/vector.ts';

const ROOT = join(import.meta.dirname, '../..');
const FRAMES = 1024;

function compare(forRelay: Setup, forTwin: Setup): string | null {
  const arrivals = unicast(FRAMES);
  return difference(new RelaySide('relay', forRelay, arrivals), new TwinSide('twin', forTwin, arrivals));
}

describe('the two sides of the benchmark', () => {
  it('send every frame out by the same ports, byte for byte, and learn the same', () => {
    expect(compare(setup(), setup())).toBeNull();
    const toAll = broadcast(FRAMES);
    expect(difference(new RelaySide('relay', setup(), toAll), new TwinSide('twin', setup(), toAll))).toBeNull();
  });

  it('are told apart where one of them forwards a frame that the other does not', () => {
    const { vlans = [], ...rest } = setup();
    const less = { ...rest, vlans: vlans.filter(({ dev, vid }) => dev !== 'p8' || vid !== 20) };
    expect(compare(setup(), less)).toMatch(/^frame \d+: relay p\d [0-9a-f]+, twin $/);
  });

  it('are told apart where one of them leaves a tag on', () => {
    const { vlans = [], ...rest } = setup();
    const tagged = { ...rest, vlans: vlans.map((vlan) => (vlan.dev === 'p1' ? { ...vlan, untagged: false } : vlan)) };
    expect(compare(setup(), tagged)).toMatch(/^frame \d+: relay p1 /);
  });

  it('are told apart where frames go nowhere', () => {
    const { ports, ...rest } = setup();
    const apart = { ...rest, ports: ports.map((port) => ({ ...port, flags: { isolated: 'on' } })) };
    expect(compare(apart, apart)).toBe('frame 0 goes nowhere');
  });

  it('know 1,000 addresses, and all traffic is known unicast with one copy a frame, tagged and untagged both ways', () => {
    const relay = new RelaySide('relay', setup(), unicast(FRAMES));
    expect(relay.system.fdb()).toHaveLength(STATIONS);
    const sightings = relay.sightings();
    expect(sightings.every((copies) => copies.length === 1)).toBe(true);
    const { tally } = relay.system.relay;
    expect([tally.frames, tally.delivered, tally.framesDropped]).toEqual([FRAMES, FRAMES, 0]);
    const ways = unicast(FRAMES).map(({ bytes }, index) => bytes.length - sightings[index]![0]!.hex.length / 2);
    for (const way of [-4, 0, 4]) expect(ways.filter((each) => each === way).length).toBeGreaterThan(FRAMES / 20);
  });

  it('with a batch filled, copies written or a trace kept, do the same still', () => {
    const arrivals = unicast(FRAMES);
    const options = [{}, { isFilling: true }, { isWriting: true }, { isTraced: true }];
    const sides = options.map((option) => new RelaySide('relay', setup(), arrivals, option));
    expect(sides.map((side) => side.pass())).toEqual(sides.map(() => FRAMES));
    for (const side of sides) expect(side.sightings()).toEqual(sides[0]!.sightings());
    expect(sides.map((side) => side.system.relay.trace.end > 0)).toEqual([false, false, false, true]);
  });
});

describe('medians', () => {
  it('are those of the rounds, and a ratio is taken within a round', () => {
    expect(spread([5, 1, 9])).toEqual({ median: 5, min: 1, max: 9 });
    expect(ratio([30, 60, 10], [1, 2, 1])).toEqual({ median: 30, min: 10, max: 30 });
  });
});

describe('npm run bench -- --quick --json', () => {
  let report: Report;
  beforeAll(() => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['src/cli/bench.ts', '--quick', '--json'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    report = JSON.parse(stdout) as Report;
  });

  it('prints a report with all its fields, and nothing else', () => {
    const times = { median: expect.any(Number), min: expect.any(Number), max: expect.any(Number) };
    expect(report).toEqual({
      node: process.version,
      rounds: QUICK.rounds,
      stations: 1000,
      ports: 8,
      rulesOn: expect.arrayContaining(['locked ports', 'isolated ports', 'MTU']),
      unicast: { relayNs: times, twinNs: times, ratio: times, aim: 30 },
      writing: { relayNs: times, ratio: times },
      filling: { relayNs: times, ratio: times },
      control: { ratio: times, tolerance: 0.15 },
      trace: { ratio: times },
      flood: { copiesAFrame: expect.any(Number), relayNsACopy: times, twinNsACopy: times, ratio: times },
      acl: { rules: 10, ratio: times, nsARule: expect.any(Number) },
      fdb: { entries: expect.any(Number), bytesAnEntry: expect.any(Number) },
      garbage: {
        frames: QUICK.garbageFrames,
        collections: 0,
        twin: { frames: 100_000, collections: expect.any(Number) },
      },
    });
    expect(report.flood.copiesAFrame).toBeGreaterThan(2);
    expect(report.fdb.entries).toBeGreaterThanOrEqual(1000);
  });

  it('a million frames leave nothing to collect, a hundred thousand of the twin do', () => {
    expect(report.garbage.collections).toBe(0);
    expect(report.garbage.twin.collections).toBeGreaterThan(0);
  });

  it('an aim that is missed is told', () => {
    const at = (median: number): Report['unicast'] => ({ ...report.unicast, ratio: { median, min: 0, max: 99 } });
    const { garbage } = report;
    expect(missed({ ...report, unicast: at(30) })).toEqual([]);
    expect(missed({ ...report, unicast: at(29.9) })).toEqual(['29.9 times the twin, aim 30']);
    expect(missed({ ...report, unicast: at(40), garbage: { ...garbage, collections: 1 } })).toHaveLength(1);
    const blind = { ...garbage, twin: { ...garbage.twin, collections: 0 } };
    expect(missed({ ...report, unicast: at(40), garbage: blind })).toHaveLength(1);
  });

  it('the table says which rules are on, and whether the machine was quiet enough', () => {
    const steady = { ...report, control: { ...report.control, ratio: { median: 1.1, min: 1, max: 2 } } };
    expect(table(steady)).toContain('locked ports');
    expect(table(steady)).not.toContain('too busy');
    const shaky = { ...report, control: { ...report.control, ratio: { median: 0.8, min: 0, max: 2 } } };
    expect(table(shaky)).toContain('too busy');
  });
});
