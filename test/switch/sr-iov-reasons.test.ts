/**
 * What the switch inside an SR-IOV NIC says, held against the vocabulary: verdicts, rules, doubts and sentences over random
 * configurations, and no reason and no rule of the profile that is never reached.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { SR_IOV_DOUBTS } from '../../src/explain/doubts/sr-iov.ts';
import { explainAll } from '../../src/explain/explain.ts';
import { SR_IOV } from '../../src/explain/products/sr-iov.ts';
import { SR_IOV_REASONS } from '../../src/explain/reasons/sr-iov.ts';
import type { Decision } from '../../src/outcome/decision.ts';
import type { ReasonId } from '../../src/outcome/reasons.ts';
import type { RuleId } from '../../src/outcome/rules.ts';
import { NIC_NAMES, NICS } from '../../src/switch/profiles/sr-iov/nic.ts';
import type { SrIovChange } from '../../src/switch/profiles/sr-iov/change.ts';
import { Audit } from './audit.ts';
import { BROADCAST, frame } from './bench.ts';
import { GROUP, PEER, PF_MAC, SrIovBench, vfMac, wired } from './sr-iov-bench.ts';

const SWITCH = join(import.meta.dirname, '../../src/switch');
const FILES = readdirSync(join(SWITCH, 'profiles/sr-iov')).map((name) => `profiles/sr-iov/${name}`);

function namedIn(call: 'reasonCode' | 'ruleCode'): string[] {
  const source = ['relay.ts', ...FILES].map((path) => readFileSync(join(SWITCH, path), 'utf8')).join('\n');
  return [...source.matchAll(new RegExp(String.raw`${call}\('([\w.-]+)'\)`, 'g'))].map(([, id]) => id!).toSorted();
}

describe('the outcomes of an SR-IOV NIC', () => {
  const audit = new Audit('sr-iov');
  const doubts = new Set<string>();
  beforeAll(() => {
    for (const decisions of scenarios()) {
      audit.add(decisions);
      for (const { doubt } of decisions) {
        if (doubt !== undefined) doubts.add(doubt);
      }
    }
  });

  it('have verdicts that their reasons may have, and rules', () => {
    expect(audit.faults('verdict')).toEqual([]);
    expect(audit.faults('no rule')).toEqual([]);
  });

  it('have rules under which such a NIC is known to do so', () => {
    expect(audit.faults('foreign rule')).toEqual([]);
  });

  it('have sentences with all their values, none too long', () => {
    expect(audit.faults('missing value')).toEqual([]);
    expect(audit.faults('unfilled sentence')).toEqual([]);
    expect(audit.faults('long sentence')).toEqual([]);
  });

  it('have every reason that the relay and the profile can yield', () => {
    const yielded = namedIn('reasonCode');
    expect(yielded.length).toBeGreaterThan(22);
    expect(yielded.filter((id) => !audit.reasons.has(id as ReasonId))).toEqual([]);
  });

  it('have every rule that the relay and the profile can cite', () => {
    const cited = namedIn('ruleCode');
    expect(cited.length).toBeGreaterThan(20);
    expect(cited.filter((id) => !audit.rules.has(id as RuleId))).toEqual([]);
  });

  it('have every doubt that some card names, and each is told', () => {
    const named = [...new Set(NIC_NAMES.flatMap((name) => Object.keys(NICS[name].doubts)))].toSorted();
    expect(Object.keys(SR_IOV_DOUBTS).toSorted()).toEqual(named);
    expect([...doubts].toSorted()).toEqual(named);
    for (const text of Object.values(SR_IOV_DOUBTS)) expect(text).toMatch(/。$/);
  });

  it('have words for all that can be said, and a command or a reason why there is none', () => {
    expect([...audit.reasons].filter((reason) => !(reason in SR_IOV_REASONS))).toEqual([]);
    for (const [, { command, none }] of Object.entries(SR_IOV)) expect(command === null).toBe(none !== undefined);
  });

  it('tell an untagged frame that a port VLAN keeps out as what it is', () => {
    const bench = new SrIovBench('ixgbe', [{ kind: 'vf-vlan', vf: 0, vlan: 100 }]);
    const { decisions } = bench.send('wire', wired(BROADCAST, PEER));
    const told = explainAll(decisions, { product: 'sr-iov', node: 'ens1f0', naming: () => null });
    expect(told.find(({ port }) => port === 'VF0')?.sentence).toBe(
      'VF0が受け取るのはVLAN100です。タグなしのフレームは渡しません。',
    );
  });
});

/** Each yields the decisions about one frame. */
function* scenarios(): Generator<readonly Decision[]> {
  for (const name of NIC_NAMES) {
    for (const setup of SETUPS) {
      const bench = new SrIovBench(name);
      for (const change of setup) bench.change(change);
      for (const [port, hex] of FRAMES) yield bench.send(port, hex).decisions;
    }
    // Without VFs.
    const alone = new SrIovBench(name, [], 0);
    yield alone.send('PF', frame(PEER, PF_MAC)).decisions;
  }
}

const set = (vf: number, setting: 'spoofchk' | 'trust' | 'state', value: string): SrIovChange => ({
  kind: 'vf-setting',
  vf,
  setting,
  value,
});
const promisc = (port: string): SrIovChange => ({ kind: 'request-mode', port, mode: 'promisc', on: true });
const on = [0, 1, 2].map((vf) => set(vf, 'spoofchk', 'on'));
const off = [0, 1, 2].map((vf) => set(vf, 'spoofchk', 'off'));
const further: SrIovChange[] = [
  set(0, 'trust', 'on'),
  { kind: 'request', port: 'VF0', what: 'unicast', mac: vfMac(7) },
];

const SETUPS: readonly (readonly SrIovChange[])[] = [
  [],
  on,
  off,
  [{ kind: 'hwmode', mode: 'vepa' }],
  [{ kind: 'vf-vlan', vf: 0, vlan: 100, qos: 3 }, { kind: 'vf-vlan', vf: 1, vlan: 100 }, ...on],
  [
    { kind: 'guest-tag', value: 'stack' },
    { kind: 'vf-vlan', vf: 0, vlan: 100 },
  ],
  [
    { kind: 'guest-tag', value: 'stack' },
    { kind: 'vf-vlan', vf: 0, vlan: 100, proto: '802.1ad' },
  ],
  [{ kind: 'vf-vlan', vf: 0, vlan: 0, qos: 3 }],
  [...[20, 22, 24, 30].map((vid): SrIovChange => ({ kind: 'request-vlan', port: 'VF0', vid })), ...on],
  [...further, ...on],
  [promisc('PF'), { kind: 'self-fdb', mac: vfMac(8) }],
  [promisc('VF1')],
  [promisc('VF1'), set(1, 'trust', 'on')],
  [promisc('VF1'), set(1, 'trust', 'on'), promisc('PF')],
  [{ kind: 'priv-flag', flag: 'vf-true-promisc-support', on: true }, promisc('VF1'), set(1, 'trust', 'on')],
  [set(0, 'state', 'disable'), { kind: 'link', port: 'VF2', up: false }],
  [{ kind: 'link', port: 'wire', up: false }],
  [{ kind: 'request', port: 'VF1', what: 'group', mac: GROUP }],
];

const DSTS = [vfMac(0), vfMac(1), vfMac(7), vfMac(8), PF_MAC, PEER, BROADCAST, GROUP, '01:80:c2:00:00:00'];
const TAGS = ['-', 'C0p2', 'C20', 'C100p1', 'S100', 'C4095', 'C100+C20'];
const FRAMES: readonly (readonly [port: string, hex: string])[] = [
  ...DSTS.flatMap((dst) =>
    TAGS.flatMap((tag) => [
      ['VF0', frame(dst, vfMac(0), tag)] as const,
      ['PF', frame(dst, PF_MAC, tag)] as const,
      ['wire', wired(dst, PEER, tag)] as const,
      ['wire', wired(dst, vfMac(0), tag)] as const,
    ]),
  ),
  ['VF0', frame(PEER, PEER)],
  ['VF0', frame(PEER, '00:00:00:00:00:00')],
  ['VF0', frame('01:80:c2:00:00:0e', vfMac(0), '-', '88cc0207')],
  ['VF0', frame('01:80:c2:00:00:01', vfMac(0), '-', '88080001')],
  ['wire', wired('01:80:c2:00:00:01', PEER, '-', '88080001')],
  ['VF0', frame(vfMac(1), vfMac(0), '-', `88b5${'00'.repeat(2000)}`)],
  ['wire', frame(vfMac(1), PEER)],
  ['wire', frame(vfMac(1), PEER).slice(0, 26)],
  ['VF9', frame(vfMac(1), PEER)],
];
