/**
 * The vocabulary of outcomes against what the switches really say: every decision of the recordings, and of scenarios
 * made for what the recordings do not reach, has a verdict that its reason may have, a rule that the product is known by,
 * and a sentence with all its values. And the other way round: no reason and no rule of a profile is never reached.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readVectors, vectorFiles } from '../../src/conformance/files.ts';
import { play } from '../../src/conformance/vector.ts';
import { explain, explainAll } from '../../src/explain/explain.ts';
import type { Decision } from '../../src/outcome/decision.ts';
import type { ReasonId } from '../../src/outcome/reasons.ts';
import type { RuleId } from '../../src/outcome/rules.ts';
import { CopyBatch } from '../../src/switch/copy-batch.ts';
import { FrameBatch } from '../../src/switch/frame-batch.ts';
import { Ieee8021q } from '../../src/switch/profiles/ieee-8021q.ts';
import { Relay } from '../../src/switch/relay.ts';
import { fromHex } from '../../src/wire/bytes.ts';
import { mac } from '../../src/wire/mac-address.ts';
import { Audit } from './audit.ts';
import { Bench, BROADCAST, frame, guest, portMac, ports, ruleset } from './bench.ts';

const SWITCH = join(import.meta.dirname, '../../src/switch');

/** Ids that source files name in calls of `reasonCode` or `ruleCode`. */
function namedIn(paths: readonly string[], call: 'reasonCode' | 'ruleCode'): string[] {
  const source = paths.map((path) => readFileSync(join(SWITCH, path), 'utf8')).join('\n');
  return [...source.matchAll(new RegExp(String.raw`${call}\('([\w.-]+)'\)`, 'g'))].map(([, id]) => id!).toSorted();
}

const LINUX_BRIDGE_FILES = readdirSync(join(SWITCH, 'profiles/linux-bridge')).map(
  (name) => `profiles/linux-bridge/${name}`,
);

function itTellsEverythingProperly(audit: Audit): void {
  it('every verdict is one that the reason may have', () => {
    expect(audit.faults('verdict')).toEqual([]);
  });

  it('every decision, a passed stage too, has the id of a rule', () => {
    expect(audit.faults('no rule')).toEqual([]);
  });

  it('every rule is one under which the product, or all switches, are known to do so', () => {
    expect(audit.faults('foreign rule')).toEqual([]);
  });

  it('every sentence has a value for each of its places', () => {
    expect(audit.faults('missing value')).toEqual([]);
    expect(audit.faults('unfilled sentence')).toEqual([]);
  });

  it('no sentence is longer than 110 characters', () => {
    expect(audit.faults('long sentence')).toEqual([]);
  });
}

describe('the outcomes of the recordings', () => {
  const audit = new Audit('linux-bridge');
  let sent = 0;
  beforeAll(() => {
    for (const vector of vectorFiles(join(import.meta.dirname, '../conformance/linux-bridge')).flatMap(readVectors)) {
      const bench = new Bench(vector.setup);
      play(vector, {
        inject: (port, hex) => {
          const { egress, decisions } = bench.send(port, hex);
          audit.add(decisions);
          sent++;
          return egress;
        },
        advance: (seconds) => bench.advance(seconds),
        set: (step) => bench.set(step),
        fdb: () => bench.fdb(),
        vlans: () => bench.vlans(),
      });
    }
  });

  it('are those of all 6,216 frames and of more than 60 kinds', () => {
    expect(sent).toBe(6216);
    expect(audit.triples.size).toBeGreaterThan(60);
  });

  itTellsEverythingProperly(audit);

  describe('and of hand-made scenarios', () => {
    const handMade = new Audit('linux-bridge');
    beforeAll(() => {
      for (const decisions of linuxBridgeScenarios()) handMade.add(decisions);
    });

    itTellsEverythingProperly(handMade);

    it('reach every reason that the relay and the Linux bridge can yield', () => {
      const yielded = namedIn(['relay.ts', ...LINUX_BRIDGE_FILES], 'reasonCode');
      expect(yielded.length).toBeGreaterThan(35);
      const reached = new Set<string>([...audit.reasons, ...handMade.reasons]);
      expect(yielded.filter((id) => !reached.has(id))).toEqual([]);
    });

    it('reach every rule that the relay and the Linux bridge can cite', () => {
      const cited = namedIn(['relay.ts', ...LINUX_BRIDGE_FILES], 'ruleCode');
      expect(cited.length).toBeGreaterThan(35);
      const reached = new Set<string>([...audit.rules, ...handMade.rules]);
      expect(cited.filter((id) => !reached.has(id))).toEqual([]);
    });

    it('reach the combinations that the recordings do not', () => {
      expect([...handMade.triples.keys()].filter((triple) => !audit.triples.has(triple)).toSorted()).toEqual([
        'drop acl-deny ACL-N-2',
        'drop malformed-header GEN-1',
        'note learning-off LB-40',
        'pass filter ACL-N-2',
      ]);
    });
  });
});

/** Each yields the decisions about one frame. */
function* linuxBridgeScenarios(): Generator<readonly Decision[]> {
  const toAll = frame(BROADCAST, guest(10));
  const plain = new Bench({});
  yield plain.send('p1', toAll.slice(0, 26)).decisions;

  const neverLearns = new Bench({ bridge: { ageing_time: 0 } });
  yield neverLearns.send('p1', toAll).decisions;

  const closed = new Bench({
    nft: ruleset('input', 'ether saddr 02:00:00:00:00:0a drop'),
  });
  yield closed.send('p1', toAll).decisions;
  yield closed.send('p1', frame(BROADCAST, guest(11))).decisions;

  const unplugged = new Bench({});
  unplugged.change({ port: 'p1', link: 'down' });
  yield unplugged.send('p1', toAll).decisions;

  // A port that admits three separate VLANs, and one whose members are told: the longest lists that sentences have to hold.
  const vlans = [1, 10, 20, 30, 40].map((vid) => ({ dev: 'p1', vid }));
  const many = new Bench({ bridge: { vlan_filtering: 1 }, vlans: [...vlans, { dev: 'p2', vid: 99 }] });
  yield many.send('p1', frame(BROADCAST, guest(10), 'C99')).decisions;
  yield many.send('p2', frame(BROADCAST, guest(11), 'C99')).decisions;
}

describe('the outcomes of the plain 802.1Q switch', () => {
  const audit = new Audit('ieee-8021q');
  beforeAll(() => {
    for (const decisions of ieeeScenarios()) audit.add(decisions);
  });

  itTellsEverythingProperly(audit);

  it('reach every reason that the relay and the switch can yield', () => {
    const yielded = namedIn(['relay.ts', 'profiles/ieee-8021q.ts'], 'reasonCode');
    expect(yielded.length).toBeGreaterThan(18);
    expect(yielded.filter((id) => !audit.reasons.has(id as ReasonId))).toEqual([]);
  });

  it('reach every rule that the relay and the switch can cite', () => {
    const cited = namedIn(['relay.ts', 'profiles/ieee-8021q.ts'], 'ruleCode');
    expect(cited.length).toBeGreaterThan(11);
    expect(cited.filter((id) => !audit.rules.has(id as RuleId))).toEqual([]);
  });
});

/** p1 access 10, p2 trunk 10 and 20 without a native VLAN, p3 native 20. Each yields the decisions about one frame. */
function* ieeeScenarios(): Generator<readonly Decision[]> {
  const profile = new Ieee8021q();
  const p1 = profile.addPort('p1', mac(portMac(1)), 10, []);
  const p2 = profile.addPort('p2', mac(portMac(2)), 0, [10, 20]);
  const p3 = profile.addPort('p3', mac(portMac(3)), 20, []);
  const relay = new Relay(profile);
  relay.trace.on = true;

  /** Padded to the wire's minimum. */
  function send(port: number, dst: string, src: string, tags = '-'): readonly Decision[] {
    return sendRaw(port, frame(dst, src, tags).padEnd(120, '0'));
  }

  function sendRaw(port: number, hex: string): readonly Decision[] {
    const frames = new FrameBatch();
    frames.add(port, fromHex(hex)!);
    const from = relay.trace.end;
    relay.relay(frames, new CopyBatch(), 0);
    return relay.decisions(from);
  }

  yield send(p1.index, BROADCAST, guest(10));
  yield send(p1.index, BROADCAST, guest(10));
  yield send(p2.index, guest(10), guest(11), 'C10p5');
  yield send(p1.index, guest(11), guest(10));
  yield send(p2.index, BROADCAST, guest(10), 'C10');
  yield send(p2.index, guest(11), guest(12), 'C10');
  yield send(p2.index, guest(99), guest(12), 'C20');
  yield send(p3.index, guest(98), guest(13), 'C0p3');
  yield send(p2.index, BROADCAST, guest(12));
  yield send(p2.index, BROADCAST, guest(12), 'C4095');
  yield send(p1.index, BROADCAST, guest(12), 'C20');
  yield send(p1.index, BROADCAST, '01:00:5e:00:00:01');
  yield send(p1.index, '01:80:c2:00:00:01', guest(12));
  yield send(p1.index, '01:80:c2:00:00:0e', guest(12));
  yield sendRaw(p1.index, frame(BROADCAST, guest(12)));
  yield sendRaw(p1.index, frame(BROADCAST, guest(12)).slice(0, 26));
  yield send(77, BROADCAST, guest(12));
  p2.linkUp = false;
  yield send(p2.index, BROADCAST, guest(12), 'C10');
  yield send(p1.index, BROADCAST, guest(10));
}

describe('what is told of one frame', () => {
  it('with br0 promiscuous, a frame back to its ingress port is filtered by a reason that may filter', () => {
    const audit = new Audit('linux-bridge');
    const bench = new Bench({ promisc: true });
    bench.send('p1', frame(BROADCAST, guest(10)));
    audit.add(bench.send('p1', frame(guest(10), guest(11))).decisions);
    expect(audit.faults('verdict')).toEqual([]);
  });

  it('LB-18: of a port in state learning it is not said that frames pass in state learning', () => {
    const bench = new Bench({ ports: ports(3, { p1: { state: '2' } }) });
    const drop = bench.drop('p1', frame(BROADCAST, guest(10)));
    expect(drop).toMatchObject({ rule: 'LB-18', values: { state: 'learning', allowed: ['forwarding'] } });
  });

  it('LB-35: of an egress port in state learning it is not said that frames pass in state learning', () => {
    const bench = new Bench({ ports: ports(2, { p2: { state: '2' } }) });
    const told = bench.send('p1', frame(BROADCAST, guest(10))).decisions.find(({ reason }) => reason === 'stp-state');
    expect(told).toMatchObject({ rule: 'LB-35', values: { state: 'learning', allowed: ['forwarding'] } });
  });

  it('LB-28: of a VLAN in state learning it is not said that frames pass in state learning', () => {
    const setup = { bridge: { vlan_filtering: 1 }, vlan_states: [{ dev: 'p1', vid: 1, state: 'learning' }] };
    const drop = new Bench(setup).drop('p1', frame(BROADCAST, guest(10)));
    expect(drop).toMatchObject({ rule: 'LB-28', values: { state: 'learning', allowed: ['forwarding'] } });
  });

  it('LB-27: of a frame with a priority tag it is not said that it is untagged', () => {
    const bench = new Bench({ bridge: { vlan_filtering: 1, vlan_default_pvid: 0 } });
    const drop = bench.drop('p1', frame(BROADCAST, guest(10), 'C0p5'));
    const { sentence } = explain(drop!, { product: 'linux-bridge', node: 'br0', naming: () => null });
    expect(sentence).not.toContain('タグなしのフレーム');
  });

  it('LB-26: of a frame with a tag of the other kind neither', () => {
    const bench = new Bench({ bridge: { vlan_filtering: 1, vlan_default_pvid: 0 } });
    const drop = bench.drop('p1', frame(BROADCAST, guest(10), 'S10'));
    expect(drop).toMatchObject({ reason: 'no-pvid', values: { frame: 'other-tpid' } });
  });

  it('a flood without a target names some ports and counts the rest, however many the bridge has', () => {
    const bench = new Bench({ ports: ports(20, { p1: { isolated: 'on' } }) });
    for (let number = 2; number <= 20; number++) bench.change({ port: `p${number}`, flags: { isolated: 'on' } });
    const { decisions } = bench.send('p1', frame(guest(11), guest(10)));
    const told = explainAll(decisions, { product: 'linux-bridge', node: 'br0', naming: () => null });
    const { sentence } = told.find(({ reason }) => reason === 'no-target')!;
    expect(sentence).toMatch(/p2（隔離ポートどうし）.*、ほか\d+個です。$/);
    expect(sentence.length).toBeLessThanOrEqual(110);
  });
});
