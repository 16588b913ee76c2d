/**
 * What a Hyper-V switch says: every decision of scenarios that reach all of its reasons and rules has a verdict that its
 * reason may have, a rule that is known to yield it, a sentence with all its values, and its doubt where it is in doubt.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { HYPER_V_DOUBTS } from '../../src/explain/doubts/hyper-v.ts';
import { explainAll } from '../../src/explain/explain.ts';
import { sightingOf } from '../../src/explain/sightings.ts';
import type { Decision } from '../../src/outcome/decision.ts';
import type { DoubtKey } from '../../src/outcome/doubts.ts';
import { DOUBTS } from '../../src/switch/profiles/hyper-v/doubts.ts';
import { Audit } from './audit.ts';
import { BROADCAST, frame, guest, HOST } from './bench.ts';
import { HyperVBench, trunk } from './hyper-v-bench.ts';

const SWITCH = join(import.meta.dirname, '../../src/switch');
const FOLDER = readdirSync(join(SWITCH, 'profiles/hyper-v')).map((name) => `profiles/hyper-v/${name}`);
const SPEAKER = { product: 'hyper-v', node: 'vs1', naming: () => null } as const;

function namedIn(paths: readonly string[], call: 'reasonCode' | 'ruleCode'): string[] {
  const source = paths.map((path) => readFileSync(join(SWITCH, path), 'utf8')).join('\n');
  const named = [...source.matchAll(new RegExp(String.raw`${call}\('([\w.-]+)'\)`, 'g'))].map(([, id]) => id!);
  return [...new Set(named)].toSorted();
}

describe('the outcomes of a Hyper-V switch', () => {
  const audit = new Audit('hyper-v');
  const doubted = new Set<DoubtKey>();
  beforeAll(() => {
    for (const decisions of scenarios()) {
      audit.add(decisions);
      for (const { doubt } of decisions) if (doubt !== undefined) doubted.add(doubt);
    }
  });

  it.each(['verdict', 'no rule', 'foreign rule', 'missing value', 'unfilled sentence', 'long sentence'] as const)(
    'are told properly: %s',
    (fault) => {
      expect(audit.faults(fault)).toEqual([]);
    },
  );

  it('reach every reason that the relay and the profile can yield', () => {
    const yielded = namedIn(['relay.ts', ...FOLDER], 'reasonCode');
    expect(yielded.length).toBeGreaterThan(30);
    expect(yielded.filter((id) => ![...audit.reasons].some((reason) => reason === id))).toEqual([]);
  });

  it('reach every rule that the relay and the profile can cite', () => {
    const cited = namedIn(['relay.ts', ...FOLDER], 'ruleCode');
    expect(cited.length).toBeGreaterThan(20);
    expect(cited.filter((id) => ![...audit.rules].some((rule) => rule === id))).toEqual([]);
  });

  it('reach every doubt, and each has its sentence', () => {
    expect([...doubted].toSorted()).toEqual(Object.keys(DOUBTS).toSorted());
    expect(Object.keys(HYPER_V_DOUBTS).toSorted()).toEqual(Object.keys(DOUBTS).toSorted());
    for (const text of Object.values(HYPER_V_DOUBTS)) expect(text).toMatch(/。$/);
  });
});

function bench(): HyperVBench {
  return new HyperVBench({ p1: { vlan: 10 }, p2: {}, p3: { vlan: trunk([10, 20]) }, p4: {}, u1: {} });
}

function sentences(decisions: readonly Decision[]): string[] {
  return explainAll(decisions, SPEAKER).map(({ sentence }) => sentence);
}

describe('what is told of one frame', () => {
  it('of an untagged one in an Access port: the mode and the VLAN', () => {
    expect(sentences(bench().send('p1', frame(BROADCAST, guest(1))).decisions)).toEqual(
      expect.arrayContaining(['p1はAccessなので、タグなしのフレームをVLAN10として受け入れました。']),
    );
  });

  it('of an untagged one in an Untagged port: no VLAN', () => {
    expect(sentences(bench().send('p2', frame(BROADCAST, guest(2))).decisions)).toEqual(
      expect.arrayContaining([
        'p2はUntaggedなので、タグなしのフレームを受け入れました。',
        'p1が出せるのはVLAN10です。タグなしのフレームは出しません。',
      ]),
    );
  });

  it('HV-8, HV-9, HV-10, HV-24: of one that is not admitted: what would be', () => {
    const say = (port: string, tags: string): string | undefined => {
      const explained = explainAll(
        bench().send(port, frame(BROADCAST, guest(Number(port[1])), tags)).decisions,
        SPEAKER,
      );
      return explained.find(({ verdict }) => verdict === 'drop')?.sentence;
    };
    expect(say('p1', 'C10')).toBe('p1が受け入れるのはタグなしです。VLAN10のタグ付きは破棄します。');
    expect(say('p3', 'C30')).toBe('p3が受け入れるのはタグなしとVLAN10とVLAN20です。VLAN30のタグ付きは破棄します。');
    const isolated = bench();
    isolated.isolate('p4', 10, false);
    const { decisions } = isolated.send('p4', frame(BROADCAST, guest(4)));
    expect(sentences(decisions)).toContain('AllowUntaggedTrafficはFalseです。タグなしのフレームは破棄します。');
  });

  it('HV-25: of a name of pktmon’s that is not verified it is said so', () => {
    const { decisions } = bench().send('p1', frame(BROADCAST, guest(1), 'C10'));
    const drop = explainAll(decisions, SPEAKER).find(({ verdict }) => verdict === 'drop');
    expect(sightingOf(drop!, SPEAKER)).toEqual({
      name: 'UnauthorizedVLAN / InvalidVlanFormat / FilteredIsolationUntagged',
      isUnverified: true,
      command: 'pktmon start --capture',
    });
  });
});

/** Each yields the decisions about one frame. */
function* scenarios(): Generator<readonly Decision[]> {
  yield* ofSettings();
  yield* ofVlans();
  yield* ofTables();
  yield* ofMirrors();
}

const UDP_OFFER = `08004500001c00000000401100000000000000000000${'004300440008'}0000`;
const ROUTER = `0800450000180000000040010000c0000201c0000202`;

function* ofSettings(): Generator<readonly Decision[]> {
  const guarded = { DhcpGuard: 'On', RouterGuard: 'On', StormLimit: 1 };
  const subject = new HyperVBench({
    p1: { settings: guarded },
    p2: { mtu: 100 },
    p3: { settings: { EnabledState: 'Disabled' } },
    p4: { settings: { MacAddressSpoofing: 'On' } },
    u1: {},
    u2: {},
  });
  yield subject.send('p1', frame(BROADCAST, guest(1), '-', UDP_OFFER)).decisions;
  for (const type of ['05', '09']) {
    yield subject.send('p1', frame(BROADCAST, guest(1), '-', `${ROUTER}${type}000000`)).decisions;
  }
  for (const type of ['86', '89']) {
    yield subject.send('p1', frame(BROADCAST, guest(1), '-', `86dd60000000${'0004'}3aff${'0'.repeat(64)}${type}000000`))
      .decisions;
  }
  yield subject.send('p1', frame(BROADCAST, guest(1))).decisions;
  yield subject.send('p1', frame(BROADCAST, guest(1))).decisions;
  yield subject.send('p1', frame(guest(2), guest(1)).padEnd(300, '0')).decisions;
  yield subject.send('p3', frame(guest(2), guest(3))).decisions;
  yield subject.send('p2', frame(guest(2), '01:00:5e:00:00:01')).decisions;
  yield subject.send('p4', frame(guest(2), '00:00:00:00:00:00')).decisions;
  yield subject.send('p2', frame(guest(1), guest(1))).decisions;
  yield subject.send('p2', frame('01:80:c2:00:00:00', guest(2))).decisions;
  yield subject.send('p2', frame(BROADCAST, guest(2)).slice(0, 20)).decisions;
  yield subject.send(99, frame(BROADCAST, guest(2))).decisions;
  subject.change({ kind: 'link', port: 'u1', up: false });
  yield subject.send('u1', frame(BROADCAST, guest(0x77))).decisions;
  yield subject.send('p2', frame(BROADCAST, guest(2))).decisions;
}

function* ofVlans(): Generator<readonly Decision[]> {
  const many = Array.from({ length: 12 }, (_, index) => 10 * index + 10);
  const subject = new HyperVBench({
    host: { vlan: 20 },
    p1: { vlan: 10 },
    p2: {},
    p3: { vlan: trunk(many, 5) },
    p4: { vlan: { mode: 'Isolated', primary: 10, secondary: 200 } },
    p5: { vlan: { mode: 'Community', primary: 10, secondary: 201 } },
    p6: {},
    p7: {},
    u1: {},
  });
  subject.isolate('p6', 10, true);
  subject.isolate('p7', 10, false);
  yield subject.send('host', frame(BROADCAST, HOST, 'C0p5')).decisions;
  for (const number of [1, 2, 3, 4, 5, 6, 7]) {
    for (const tags of ['-', 'C0', 'C10p5', 'C77', 'S10', 'C4095']) {
      yield subject.send(`p${number}`, frame(BROADCAST, guest(number), tags)).decisions;
    }
  }
  yield subject.send('p4', frame(guest(5), guest(4))).decisions;
  yield subject.send('p1', frame(guest(4), guest(1))).decisions;
  for (const tags of ['-', 'C0p5', 'C10p5', 'C20', 'C77', 'S10', 'C4095']) {
    yield subject.send('u1', frame(BROADCAST, guest(0x77), tags)).decisions;
  }
}

function* ofTables(): Generator<readonly Decision[]> {
  const subject = new HyperVBench({ p1: {}, p2: {}, p3: { settings: { MacAddressSpoofing: 'On' } }, u1: {}, u2: {} });
  yield subject.send('u1', frame(BROADCAST, guest(0x77))).decisions;
  yield subject.send('u1', frame(BROADCAST, guest(0x77))).decisions;
  yield subject.send('u2', frame(guest(0x99), guest(0x77))).decisions;
  yield subject.send('p3', frame(guest(0x99), guest(0x76))).decisions;
  yield subject.send('p3', frame(guest(0x77), guest(1))).decisions;
  yield subject.send('u1', frame(guest(0x77), guest(0x75))).decisions;
  yield subject.send('p1', frame(guest(1), guest(1))).decisions;
  subject.nowMs = 300_000;
  yield subject.send('p1', frame(guest(0x77), guest(1))).decisions;
  subject.set('p3', 'MacAddressSpoofing', 'Off');
  yield subject.send('u1', frame(guest(0x99), guest(0x77))).decisions;
  for (let number = 0; number < 2048; number++) {
    subject.send('u1', frame(guest(1), `02:00:00:01:${(0x1000 + number).toString(16).replace(/..$/, ':$&')}`));
  }
  yield subject.send('u1', frame(guest(1), guest(0x70))).decisions;
  const lonely = new HyperVBench({ p1: { vlan: 10 }, p2: { vlan: 20 } });
  yield lonely.send('p1', frame(BROADCAST, guest(1))).decisions;
  yield lonely.send('p1', frame(guest(0x99), guest(1))).decisions;
}

function* ofMirrors(): Generator<readonly Decision[]> {
  const subject = new HyperVBench({
    p1: { settings: { PortMirroring: 'Source' } },
    p2: { settings: { PortMirroring: 'Destination' }, mtu: 100 },
    p3: {},
  });
  yield subject.send('p1', frame(guest(3), guest(1))).decisions;
  yield subject.send('p3', frame(guest(1), guest(3))).decisions;
  yield subject.send('p1', frame(guest(1), guest(1))).decisions;
  yield subject.send('p1', frame(guest(0x99), guest(1))).decisions;
  yield subject.send('p1', frame(guest(3), guest(1)).padEnd(300, '0')).decisions;
}
