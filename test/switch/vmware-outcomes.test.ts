/**
 * The vocabulary of outcomes against what VMware's switches say: proper verdicts, rules and sentences; every reason and
 * rule that the profile names is reached; every doubt has its words.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { VMWARE_VSS_DOUBTS } from '../../src/explain/doubts/vmware-vss.ts';
import { VMWARE_VDS, VMWARE_VSS } from '../../src/explain/products/vmware-vss.ts';
import { VMWARE_VSS_TEXTS } from '../../src/explain/reasons/vmware-vss.ts';
import type { Decision } from '../../src/outcome/decision.ts';
import type { DoubtKey } from '../../src/outcome/doubts.ts';
import type { ReasonId } from '../../src/outcome/reasons.ts';
import type { RuleId } from '../../src/outcome/rules.ts';
import { DOUBTS } from '../../src/switch/profiles/vmware-vss/doubts.ts';
import { mac } from '../../src/wire/mac-address.ts';
import { Audit } from './audit.ts';
import { BROADCAST, frame, guest } from './bench.ts';
import { stranger, VmwareBench, wireFrame } from './vmware-bench.ts';

const SWITCH = join(import.meta.dirname, '../../src/switch');
const FILES = [
  'relay.ts',
  ...readdirSync(join(SWITCH, 'profiles/vmware-vss')).map((name) => `profiles/vmware-vss/${name}`),
];

function namedIn(call: 'reasonCode' | 'ruleCode'): string[] {
  const source = FILES.map((path) => readFileSync(join(SWITCH, path), 'utf8')).join('\n');
  const found = [...source.matchAll(new RegExp(String.raw`${call}\('([\w.-]+)'\)`, 'g'))].map(([, id]) => id!);
  return [...new Set(found)].toSorted();
}

describe('the outcomes of VMware’s switches', () => {
  const audit = new Audit('vmware-vss');
  const doubted = new Set<DoubtKey>();
  beforeAll(() => {
    for (const decisions of [...standardScenarios(), ...distributedScenarios()]) {
      audit.add(decisions);
      for (const { doubt } of decisions) if (doubt !== undefined) doubted.add(doubt);
    }
  });

  it('every verdict is one that the reason may have', () => expect(audit.faults('verdict')).toEqual([]));

  it('every decision, a passed stage too, has the id of a rule', () => expect(audit.faults('no rule')).toEqual([]));

  it('every rule is one under which these switches are known to do so', () => {
    expect(audit.faults('foreign rule')).toEqual([]);
  });

  it('every sentence has a value for each of its places', () => {
    expect(audit.faults('missing value')).toEqual([]);
    expect(audit.faults('unfilled sentence')).toEqual([]);
  });

  it('no sentence is longer than 110 characters', () => expect(audit.faults('long sentence')).toEqual([]));

  it('reach every reason that the relay and the switches can yield', () => {
    const yielded = namedIn('reasonCode');
    expect(yielded.length).toBeGreaterThan(38);
    expect(yielded.filter((id) => !audit.reasons.has(id as ReasonId))).toEqual([]);
  });

  it('reach every rule that the relay and the switches can cite', () => {
    const cited = namedIn('ruleCode');
    expect(cited.length).toBeGreaterThan(25);
    expect(cited.filter((id) => !audit.rules.has(id as RuleId))).toEqual([]);
  });

  it('every reason has words of this product', () => {
    expect([...audit.reasons].filter((reason) => !Object.hasOwn(VMWARE_VSS_TEXTS, reason))).toEqual([]);
  });

  it('every doubt has its sentence and is met, and no sentence doubts what is not in doubt', () => {
    expect(Object.keys(VMWARE_VSS_DOUBTS).toSorted()).toEqual(Object.keys(DOUBTS).toSorted());
    expect([...doubted].toSorted()).toEqual(Object.keys(DOUBTS).toSorted());
    for (const sentence of Object.values(VMWARE_VSS_DOUBTS)) expect(sentence).toMatch(/。$/);
  });

  it('where there is no command that shows it, it says why', () => {
    const silent = [...Object.entries(VMWARE_VSS), ...Object.entries(VMWARE_VDS)].filter(
      ([, { command, none }]) => (command === null) !== (none !== undefined),
    );
    expect(silent).toEqual([]);
  });
});

const OUT = stranger(1);
const GROUP_MAC = '01:00:5e:00:00:05';

/** Each yields the decisions about one frame. */
function* standardScenarios(): Generator<readonly Decision[]> {
  const bench = new VmwareBench({
    uplinks: 2,
    options: { 'forged-transmits': 'accept' },
    groups: {
      A: { vlan: 10 },
      C: { vlan: 20 },
      D: {},
      G: { vlan: 4095 },
      X: { vlan: 10, 'forged-transmits': 'reject' },
      P: { vlan: 10, promiscuous: 'accept' },
    },
    ports: ['A', 'A', 'C', 'D', 'G', 'X', 'P'],
  });
  const send = (port: string, hex: string): readonly Decision[] => bench.send(port, hex).decisions;
  const wire = (dst: string, tags: string, src = OUT, uplink = 'vmnic0'): readonly Decision[] =>
    send(uplink, wireFrame(dst, src, tags));
  yield send('p9', frame(BROADCAST, guest(1)));
  yield send('p1', frame(BROADCAST, guest(1)).slice(0, 26));
  yield send('p4', frame(BROADCAST, guest(4), '-', '8100'));
  for (const dst of [guest(1), guest(2), guest(3), OUT, BROADCAST, GROUP_MAC]) yield send('p1', frame(dst, guest(1)));
  for (const dst of [OUT, BROADCAST]) yield send('p4', frame(dst, guest(4)));
  for (const last of ['00', '01', '0e']) yield send('p4', frame(`01:80:c2:00:00:${last}`, guest(4)));
  for (const tags of ['-', 'C10', 'C0p3', 'S10', 'C4095']) yield send('p5', frame(OUT, guest(5), tags));
  yield send('p1', frame(OUT, guest(1), 'C10'));
  yield send('p1', frame(OUT, guest(1), 'S20'));
  yield send('p4', frame(OUT, guest(4), 'S20'));
  yield send('p1', frame(OUT, GROUP_MAC));
  yield send('p6', frame(OUT, OUT));
  yield send('p1', frame(guest(2), guest(1), '-', `88b5${'00'.repeat(1501)}`));
  yield send('vmnic0', frame(BROADCAST, OUT));
  for (const tags of ['-', 'C10', 'C20', 'C0', 'S10', 'C4095', 'C99']) yield wire(BROADCAST, tags);
  yield wire('01:80:c2:00:00:00', '-');
  yield wire(guest(1), 'C10');
  yield wire(guest(1), 'C10', OUT, 'vmnic1');
  yield wire(guest(4), 'C0p3');
  yield wire(guest(3), 'C10');
  yield wire(stranger(2), 'C10');
  yield wire(stranger(2), '-');
  yield wire(BROADCAST, 'C10', guest(1));
  bench.must({ kind: 'guest-promiscuous', port: 'p7', on: true });
  yield wire(stranger(2), 'C10');
  yield send('p1', frame(guest(2), guest(1)));
  yield send('p1', frame(guest(1), guest(1)));
  bench.must({ kind: 'vswitch', option: 'Net.BlockGuestBPDU', value: 1 });
  yield send('p4', frame('01:80:c2:00:00:00', guest(4)));
  bench.must({ kind: 'guest-mac', port: 'p2', mac: mac(stranger(7)) });
  yield send('p1', frame(guest(2), guest(1)));
  bench.link('p2', false);
  yield send('p2', frame(BROADCAST, guest(2)));
  bench.must({ kind: 'vswitch', option: 'teaming', value: 'explicit' });
  yield send('p1', frame(OUT, guest(1)));
  yield send('p1', frame(BROADCAST, guest(1)));
  bench.link('vmnic0', false);
  yield send('p1', frame(BROADCAST, guest(1)));
  yield wire(BROADCAST, 'C10');
  bench.link('vmnic1', false);
  yield send('p1', frame(OUT, guest(1)));
  yield send('p3', frame(OUT, guest(3)));
  yield send('p3', frame(BROADCAST, guest(3)));

  const unconnected = new VmwareBench({ uplinks: 0, groups: { A: {} }, ports: ['A'] });
  yield unconnected.send('p1', frame(OUT, guest(1))).decisions;
  yield unconnected.send('p1', frame(BROADCAST, guest(1))).decisions;
}

function* distributedScenarios(): Generator<readonly Decision[]> {
  const learning = { vlan: 10, 'mac-learning': 'on', 'forged-transmits': 'accept', 'mac-limit': 1 };
  const bench = new VmwareBench({
    kind: 'vds',
    options: { 'private-vlans': '100:101 isolated, 100:102 community' },
    groups: {
      L: learning,
      M: { ...learning, 'mac-limit-policy': 'drop' },
      T: { trunk: '10,20-30,40,4094' },
      P: { 'private-vlan': 100 },
      I: { 'private-vlan': 101 },
      C: { 'private-vlan': 102 },
    },
    ports: ['L', 'L', 'M', 'T', 'P', 'I', 'I', 'C'],
  });
  const send = (port: string, hex: string): readonly Decision[] => bench.send(port, hex).decisions;
  const [nested, second] = [stranger(9), stranger(10)];
  for (const src of [nested, nested, second, guest(4), guest(1)]) yield send('p1', frame(OUT, src));
  yield send('p2', frame(OUT, nested));
  for (const src of [nested, second]) yield send('p3', frame(OUT, src));
  yield send('vmnic0', wireFrame(second, OUT, 'C10'));
  yield send('vmnic0', wireFrame(nested, OUT, 'C10'));
  bench.nowMs = 700_000;
  yield send('vmnic0', wireFrame(nested, OUT, 'C10'));
  for (const tags of ['-', 'C0p2', 'S10', 'C10', 'C99']) yield send('p4', frame(BROADCAST, guest(4), tags));
  yield send('p1', frame(BROADCAST, guest(1)));
  yield send('vmnic0', wireFrame(BROADCAST, OUT, 'C99'));
  for (const port of [5, 6, 7, 8]) yield send(`p${port}`, frame(BROADCAST, guest(port)));
  yield send('p6', frame(guest(7), guest(6)));
  yield send('p6', frame(OUT, guest(6)));
  for (const vid of [100, 101, 102]) yield send('vmnic0', wireFrame(BROADCAST, OUT, `C${vid}`));
  bench.must({ kind: 'block', port: 'p1', on: true });
  yield send('p1', frame(BROADCAST, guest(1)));
  yield send('p2', frame(BROADCAST, guest(2)));
  for (const number of [1, 2]) bench.must({ kind: 'block', port: `p${number}`, on: true });
  bench.link('vmnic0', false);
  yield send('p4', frame(stranger(3), guest(4), 'C10'));
}
