/**
 * Open vSwitch: what it says about frames. That it does the right thing is shown by recordings and by a real one at work
 * (`test/conformance`); here every reason and rule is reached and told properly.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readVectors, vectorFiles } from '../../src/conformance/files.ts';
import { OpenVswitchSystem, type OvsSetup } from '../../src/conformance/open-vswitch-system.ts';
import { play } from '../../src/conformance/vector.ts';
import { explainAll } from '../../src/explain/explain.ts';
import type { Decision } from '../../src/outcome/decision.ts';
import type { ReasonId } from '../../src/outcome/reasons.ts';
import { Random } from '../random.ts';
import { randomConversation } from '../conformance/live/ovs-connections.ts';
import { randomScenario } from '../conformance/live/ovs-scenarios.ts';
import { Audit } from './audit.ts';

const FOLDER = join(import.meta.dirname, '../../src/switch/profiles/open-vswitch');
const [A, B, C] = ['02000000000a', '02000000000b', '02000000000c'];
const ALL = 'ffffffffffff';

/** A system whose decisions are kept. */
class Watched extends OpenVswitchSystem {
  decisions: Decision[] = [];

  constructor(about: OvsSetup) {
    super(about);
    this.relay.trace.on = true;
  }

  override inject(port: string, hex: string): ReturnType<OpenVswitchSystem['inject']> {
    const from = this.relay.trace.end;
    const egress = super.inject(port, hex);
    this.decisions = this.relay.decisions(from);
    return egress;
  }
}

function setup(ports: readonly object[], more: object = {}): OvsSetup {
  return {
    bridge: {},
    ports: ports.map((columns, index) => ({ name: `p${index + 1}`, ofport: index + 1, ...columns })),
    ...more,
  } as OvsSetup;
}

/** What is said about the last of some frames, each `PORT HEX`. */
function said(about: OvsSetup, ...frames: string[]): Decision[] {
  const system = new Watched(about);
  for (const text of frames) system.inject(...(text.split(' ') as [string, string]));
  return system.decisions;
}

function reasonOf(decisions: readonly Decision[], reason: ReasonId): Decision | undefined {
  return decisions.find((decision) => decision.reason === reason);
}

/** Name, frames, and what the last of them has to be said about. */
const CASES: readonly (readonly [title: string, setup: OvsSetup, frames: string[], reason: ReasonId, rule: string])[] =
  [
    [
      'OVS-1 (ovs-vswitchd.conf.db(5) fail_mode)',
      setup([{}, {}], { bridge: { fail_mode: 'secure' } }),
      [`p1 ${ALL}${A}88b5`],
      'implicit-deny',
      'OVS-1',
    ],
    ['OVS-10 (xlate_normal)', setup([{}]), [`p9 ${ALL}${A}88b5`], 'unknown-port', 'OVS-10'],
    ['OVS-11 (update_learning_table)', setup([{}, {}]), [`p1 ${ALL}01000000000188b5`], 'group-src', 'OVS-11'],
    ['OVS-12 (eth_addr_is_reserved)', setup([{}, {}]), [`p1 01000ccccccc${A}88b5`], 'reserved-dst', 'OVS-12'],
    ['OVS-13 (input_vid_is_valid)', setup([{ tag: 10 }, {}]), [`p1 ${ALL}${A}8100000a88b5`], 'vlan-mismatch', 'OVS-13'],
    ['OVS-14 (input_vid_is_valid)', setup([{ trunks: [10] }, {}]), [`p1 ${ALL}${A}88b5`], 'vlan-mismatch', 'OVS-14'],
    [
      'OVS-15 (input_vid_is_valid)',
      setup([{ tag: 10, vlan_mode: 'native-tagged', trunks: [20] }, {}]),
      [`p1 ${ALL}${A}8100001e88b5`],
      'vlan-mismatch',
      'OVS-15',
    ],
    [
      'OVS-16 (xbundle_allows_cvlan)',
      setup([{ tag: 10, vlan_mode: 'dot1q-tunnel', cvlans: [30] }, {}]),
      [`p1 ${ALL}${A}88b5`],
      'inner-vlan-not-allowed',
      'OVS-16',
    ],
    [
      'OVS-18 (xbundle_includes_vlan)',
      setup([{}, { tag: 10 }], { global: { other_config: { 'vlan-limit': 2 } } }),
      [`p1 ${ALL}${A}8100000a8100001e88b5`],
      'inner-vlan-not-allowed',
      'OVS-18',
    ],
    [
      'OVS-20 (mac_learning_may_learn)',
      setup([{}, {}], { bridge: { flood_vlans: [0] } }),
      [`p1 ${ALL}${A}88b5`],
      'learning-off',
      'OVS-20',
    ],
    [
      'OVS-22 (mac_learning_insert)',
      setup([{}, {}], { fdb: [{ mac: '02:00:00:00:00:0a', port: 'p2', vlan: 0 }] }),
      [`p1 ${ALL}${A}88b5`],
      'entry-pinned',
      'OVS-22',
    ],
    [
      'OVS-26 (learned port is input port)',
      setup([{}, {}]),
      [`p1 ${ALL}${A}88b5`, `p1 ${A}${B}88b5`],
      'same-port',
      'OVS-26',
    ],
    [
      'OVS-27 (xlate_normal_flood)',
      setup([{ tag: 10 }], { local_port: { tag: 20 } }),
      [`p1 ${ALL}${A}88b5`],
      'no-target',
      'OVS-27',
    ],
    [
      'OVS-30 (xbundle_includes_vlan)',
      setup([{ tag: 10 }, { tag: 20 }]),
      [`p1 ${ALL}${A}88b5`],
      'vlan-not-allowed',
      'OVS-30',
    ],
    [
      'OVS-31 (xlate_flow_is_protected)',
      setup([{ protected: true }, { protected: true }]),
      [`p1 ${ALL}${A}88b5`],
      'isolated',
      'OVS-31',
    ],
    [
      'OVS-32 (ovs-ofctl(8) no-receive)',
      setup([{ of_config: ['no-receive'] }, {}]),
      [`p1 ${ALL}${A}88b5`],
      'port-disabled',
      'OVS-32',
    ],
    [
      'OVS-32 (ovs-ofctl(8) no-forward)',
      setup([{}, { of_config: ['no-forward'] }]),
      [`p1 ${ALL}${A}88b5`],
      'port-disabled',
      'OVS-32',
    ],
    [
      'OVS-32 (ovs-ofctl(8) no-flood)',
      setup([{}, { of_config: ['no-flood'] }]),
      [`p1 ${ALL}${A}88b5`],
      'flood-off',
      'OVS-32',
    ],
    [
      'OVS-33 (netdev_dummy_send)',
      setup([{}, {}]),
      [`p1 ${ALL}${A}88b5${'00'.repeat(1501)}`],
      'mtu-exceeded',
      'OVS-33',
    ],
    [
      'OVS-34 (mirror_packet)',
      setup([{}, {}, {}], { mirrors: [{ select_all: true, output_port: 'p3' }] }),
      [`p1 ${ALL}${A}88b5`],
      'mirrored',
      'OVS-34',
    ],
    [
      'OVS-34 (xbundle_mirror_out)',
      setup([{}, {}], { mirrors: [{ select_all: true, output_port: 'p2' }] }),
      [`p2 ${ALL}${A}88b5`],
      'mirror-output',
      'OVS-34',
    ],
    [
      'OVS-26 (learned port is a mirror port)',
      setup([{}, {}], {
        mirrors: [{ select_src_port: ['p1'], output_port: 'p2' }],
        fdb: [{ mac: '02:00:00:00:00:0b', port: 'p2', vlan: 0 }],
      }),
      [`p1 ${B}${A}88b5`],
      'mirror-output',
      'OVS-26',
    ],
    ['OVS-37 (parse_vlan)', setup([{}, {}]), [`p1 ${ALL}${A}8100000a`], 'short-tagged', 'OVS-37'],
    [
      'ACL-O-1 (ovs-ofctl(8))',
      setup([{}, {}], { flows: ['in_port=2,actions=normal'] }),
      [`p1 ${ALL}${A}88b5`],
      'implicit-deny',
      'ACL-O-1',
    ],
    [
      'ACL-O-3 (ovs-actions(7) drop)',
      setup([{}, {}], { flows: ['in_port=1,actions=drop'] }),
      [`p1 ${ALL}${A}88b5`],
      'acl-deny',
      'ACL-O-3',
    ],
    [
      'ACL-O-3 (MAX_DEPTH)',
      setup([{}, {}], { flows: ['table=0,actions=output:2,resubmit(,0)'] }),
      [`p1 ${ALL}${A}88b5`],
      'too-deep',
      'ACL-O-3',
    ],
    [
      'ACL-O-4 (ovs-actions(7) output)',
      setup([{}, {}], { flows: ['actions=output:1'] }),
      [`p1 ${ALL}${A}88b5`],
      'same-port',
      'ACL-O-4',
    ],
    [
      'ACL-O-7 (ovs-fields(7) ct_state)',
      setup([{}, {}], { flows: ['ip,actions=ct(commit),normal', 'priority=0,actions=normal'] }),
      [`p1 ${B}${A}080045000014000100004011000000000000000000000000`],
      'connection-state',
      'ACL-O-7',
    ],
    [
      'ACL-O-9 (tcp_valid_new)',
      setup([{}, {}], { flows: ['ip,ct_state=-trk,actions=ct(table=1)', 'table=1,ct_state=+trk+inv,actions=drop'] }),
      [`p1 ${B}${A}08004500002800010000400600000a0000010a00000203e8005000000001000000015012ffff00000000`],
      'ct-invalid',
      'ACL-O-9',
    ],
    [
      'ACL-O-11 (xlate_normal)',
      setup([{}, {}], { flows: ['actions=drop'] }),
      [`p1 ${ALL}${A}88b5`],
      'filter-before-learning',
      'ACL-O-11',
    ],
    [
      'ACL-O-13 (xlate_output_action)',
      setup([{ tag: 10 }, { tag: 20 }], { flows: ['actions=output:2'] }),
      [`p1 ${B}${A}88b5`],
      'delivered',
      'ACL-O-13',
    ],
  ];

describe('Open vSwitch says', () => {
  it.each(CASES)('%s', (_, about, frames, reason, rule) => {
    expect(reasonOf(said(about, ...frames), reason)?.rule).toBe(rule);
  });

  it('OVS-39: a known address at a port that is down is lost there, and not flooded', () => {
    const system = new Watched(setup([{}, {}, {}]));
    system.relay.profile.hasDummyDevices = false;
    system.inject('p2', `${ALL}${B}88b5`);
    system.relay.profile.ports[2]!.linkUp = false;
    expect(system.inject('p1', `${B}${A}88b5`)).toEqual({});
    expect(reasonOf(system.decisions, 'link-down')).toMatchObject({ rule: 'OVS-39', verdict: 'drop', port: 'p2' });
  });

  it('OVS-21: who is silent longest at the port with most addresses makes room', () => {
    const system = new Watched(setup([{}, {}], { bridge: { other_config: { 'mac-table-size': 10 } } }));
    for (let station = 1; station <= 9; station++) system.inject('p1', `${ALL}0200000000${station}088b5`);
    system.inject('p2', `${ALL}${B}88b5`);
    system.inject('p2', `${ALL}${C}88b5`);
    expect(reasonOf(system.decisions, 'entry-evicted')?.values).toMatchObject({ mac: '02:00:00:00:00:10', limit: 10 });
    expect(system.fdb()).toHaveLength(10);
  });

  it('OVS-2: an address that has been silent for 300 s is not there', () => {
    const system = new Watched(setup([{}, {}, {}]));
    system.inject('p2', `${ALL}${B}88b5`);
    system.advance(299);
    expect(Object.keys(system.inject('p1', `${B}${A}88b5`))).toEqual(['p2']);
    system.advance(1);
    expect(Object.keys(system.inject('p1', `${B}${A}88b5`))).toHaveLength(3);
    expect(reasonOf(system.decisions, 'entry-expired')).toMatchObject({ rule: 'OVS-2' });
  });

  it('ACL-O-3: a frame that goes through tables without end is taken back everywhere', () => {
    const system = new Watched(setup([{}, {}], { flows: ['actions=output:2,resubmit(,0)'] }));
    expect(system.inject('p1', `${ALL}${A}88b5`)).toEqual({});
    expect(system.relay.tally).toMatchObject({ frames: 1, framesDropped: 1, copies: 0, delivered: 0 });
    expect([...system.relay.profile.ports[2]!.counters]).toEqual([0, 0, 0, 0, 0]);
  });

  it('a way that came to nothing beside one that did not is no loss', () => {
    const decisions = said(
      setup([{ tag: 10 }, {}], { flows: ['actions=output:2,normal'] }),
      `p1 ${ALL}${A}8100000a88b5`,
    );
    expect(reasonOf(decisions, 'vlan-mismatch')?.verdict).toBe('filtered');
    expect(decisions.filter(({ verdict }) => verdict === 'drop')).toEqual([]);
  });
});

describe('the outcomes of recordings and of random scenarios', () => {
  const audit = new Audit('open-vswitch');
  let frames = 0;
  beforeAll(() => {
    for (const vector of vectorFiles(join(import.meta.dirname, '../conformance/ovs')).flatMap(readVectors)) {
      const system = new Watched(vector.setup as unknown as OvsSetup);
      play(vector, {
        inject: (port, hex) => note(system, system.inject(port, hex)),
        advance: (seconds) => system.advance(seconds),
        set: (step) => system.set(step),
        fdb: () => system.fdb(),
        vlans: () => ({}),
      });
    }
    const random = new Random(4);
    for (let count = 0; count < 200; count++) {
      const scenario = count % 2 === 0 ? randomScenario(random, 'x', 20) : randomConversation(random, 'x');
      const system = new Watched(scenario.setup);
      for (const step of scenario.steps) if (step.op === 'inject') note(system, system.inject(step.port, step.hex));
    }
    for (const [, about, texts] of CASES) {
      const system = new Watched(about);
      for (const text of texts) note(system, system.inject(...(text.split(' ') as [string, string])));
    }
  });
  function note<T>(system: Watched, egress: T): T {
    frames++;
    audit.add(system.decisions);
    return egress;
  }

  it.each(['verdict', 'no rule', 'foreign rule', 'missing value', 'unfilled sentence', 'long sentence'] as const)(
    'no %s',
    (fault) => {
      expect(frames).toBeGreaterThan(9000);
      expect(audit.faults(fault)).toEqual([]);
    },
  );

  it.each(['reasonCode', 'ruleCode'] as const)('every id that the profile names by %s is reached', (call) => {
    const source = readdirSync(FOLDER).map((name) => readFileSync(join(FOLDER, name), 'utf8'));
    const named = [...source.join('\n').matchAll(new RegExp(String.raw`${call}\('([\w.-]+)'\)`, 'g'))].map(
      ([, id]) => id!,
    );
    const reached: ReadonlySet<string> = call === 'reasonCode' ? audit.reasons : audit.rules;
    // These are about time and links, and have tests of their own.
    const elsewhere = new Set(['link-down', 'entry-evicted', 'entry-expired', 'OVS-39', 'OVS-21', 'OVS-2']);
    expect(named.filter((id) => !reached.has(id) && !elsewhere.has(id))).toEqual([]);
  });

  it('a sentence names the flow that decided', () => {
    const decisions = said(setup([{}, {}], { flows: ['priority=9,in_port=1,actions=drop'] }), `p1 ${ALL}${A}88b5`);
    const told = explainAll(decisions, { product: 'open-vswitch', node: 'br0', naming: () => null });
    expect(told.find(({ reason }) => reason === 'acl-deny')?.sentence).toContain('in_port=1');
  });
});
