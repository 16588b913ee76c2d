/**
 * The Linux bridge, rule by rule: a table of what each kind of VLAN port makes of each kind of tag (its form is that of Open
 * vSwitch's test "VLAN handling"), then one test for each rule, above all for what the recordings do not reach.
 *
 * The expectations are derived from the rules; the naive second implementation has to agree with each row.
 */
import { describe, expect, it } from 'vitest';
import type { Setup } from '../../src/conformance/vector.ts';
import { RX_BYTES, RX_DROPPED, RX_FRAMES, TX_BYTES, TX_FRAMES } from '../../src/switch/port.ts';
import { findPort } from '../../src/switch/profiles/linux-bridge/change.ts';
import { NaiveSystem } from '../twin/naive-bridge.ts';
import { Bench, BROADCAST, frame, guest, HOST, portMac, ports, ruleset, seen } from './bench.ts';

/** [ingress port, tags of the frame, who gets it with which tags] */
type Row = readonly [port: string, tags: string, expected: string];

function itHandles(setup: Setup, rows: readonly Row[]): void {
  it.each(rows)('in at %s with tags %s: out at %s', (port, tags, expected) => {
    const hex = frame(BROADCAST, guest(10), tags);
    expect(new Bench(setup).see(port, hex)).toBe(expected);
    expect(seen(new NaiveSystem(setup).inject(port, hex)), 'the naive bridge').toBe(expected);
  });
}

describe('LB-26 to LB-31, LB-60: on a VLAN-aware bridge a broadcast goes', () => {
  /** Access 10, access 20, trunk, trunk with a native VLAN, hybrid with two untagged VLANs, no VLAN; br0 tagged in 10. */
  const setup: Setup = {
    bridge: { vlan_filtering: 1, vlan_default_pvid: 0 },
    ports: ports(6),
    vlans: [
      { dev: 'p1', vid: 10, pvid: true, untagged: true },
      { dev: 'p2', vid: 20, pvid: true, untagged: true },
      { dev: 'p3', vid: 10 },
      { dev: 'p3', vid: 20 },
      { dev: 'p4', vid: 10, pvid: true, untagged: true },
      { dev: 'p4', vid: 20 },
      { dev: 'p5', vid: 10, untagged: true },
      { dev: 'p5', vid: 20, pvid: true, untagged: true },
      { dev: 'p5', vid: 30 },
      { dev: 'br0', vid: 10, self: true },
    ],
  };
  itHandles(setup, [
    ['p1', '-', 'p3 C10, p4 -, p5 -, br0 C10'],
    ['p1', 'C0', 'p3 C10, p4 -, p5 -, br0 C10'],
    ['p1', 'C0p5', 'p3 C10p5, p4 -, p5 -, br0 C10p5'],
    ['p1', 'C0p5d', 'p3 C10p5d, p4 -, p5 -, br0 C10p5d'],
    ['p1', 'C10', 'p3 C10, p4 -, p5 -, br0 C10'],
    ['p1', 'C10p5', 'p3 C10p5, p4 -, p5 -, br0 C10p5'],
    ['p1', 'C20', 'nothing'],
    ['p1', 'C20p5', 'nothing'],
    ['p1', 'C30', 'nothing'],
    ['p1', 'C4095', 'nothing'],
    ['p1', 'S20', 'p3 C10+S20, p4 S20, p5 S20, br0 C10+S20'],
    ['p1', 'S20p5', 'p3 C10+S20p5, p4 S20p5, p5 S20p5, br0 C10+S20p5'],
    ['p1', 'S0', 'p3 C10+S0, p4 S0, p5 S0, br0 C10+S0'],
    ['p1', 'S4095', 'p3 C10+S4095, p4 S4095, p5 S4095, br0 C10+S4095'],
    ['p1', 'C10+C20', 'p3 C10+C20, p4 C20, p5 C20, br0 C10+C20'],
    ['p1', 'C0+C0', 'p3 C10+C0, p4 C0, p5 C0, br0 C10+C0'],
    ['p1', 'C0p5+C20p3', 'p3 C10p5+C20p3, p4 C20p3, p5 C20p3, br0 C10p5+C20p3'],
    ['p1', 'C20+S10', 'nothing'],
    ['p1', 'C4095+C10', 'nothing'],
    ['p2', '-', 'p3 C20, p4 C20, p5 -'],
    ['p2', 'C0', 'p3 C20, p4 C20, p5 -'],
    ['p2', 'C0p5', 'p3 C20p5, p4 C20p5, p5 -'],
    ['p2', 'C0p5d', 'p3 C20p5d, p4 C20p5d, p5 -'],
    ['p2', 'C10', 'nothing'],
    ['p2', 'C10p5', 'nothing'],
    ['p2', 'C20', 'p3 C20, p4 C20, p5 -'],
    ['p2', 'C20p5', 'p3 C20p5, p4 C20p5, p5 -'],
    ['p2', 'C30', 'nothing'],
    ['p2', 'C4095', 'nothing'],
    ['p2', 'S20', 'p3 C20+S20, p4 C20+S20, p5 S20'],
    ['p2', 'S20p5', 'p3 C20+S20p5, p4 C20+S20p5, p5 S20p5'],
    ['p2', 'C10+C20', 'nothing'],
    ['p2', 'C20+S10', 'p3 C20+S10, p4 C20+S10, p5 S10'],
    ['p3', '-', 'nothing'],
    ['p3', 'C0', 'nothing'],
    ['p3', 'C0p5', 'nothing'],
    ['p3', 'C10', 'p1 -, p4 -, p5 -, br0 C10'],
    ['p3', 'C10p5', 'p1 -, p4 -, p5 -, br0 C10p5'],
    ['p3', 'C20', 'p2 -, p4 C20, p5 -'],
    ['p3', 'C20p5', 'p2 -, p4 C20p5, p5 -'],
    ['p3', 'C30', 'nothing'],
    ['p3', 'C4095', 'nothing'],
    ['p3', 'S20', 'nothing'],
    ['p3', 'S20p5', 'nothing'],
    ['p3', 'C10+C20', 'p1 C20, p4 C20, p5 C20, br0 C10+C20'],
    ['p3', 'C20+S10', 'p2 S10, p4 C20+S10, p5 S10'],
    ['p3', 'C0+C10', 'nothing'],
    ['p4', '-', 'p1 -, p3 C10, p5 -, br0 C10'],
    ['p4', 'C0', 'p1 -, p3 C10, p5 -, br0 C10'],
    ['p4', 'C0p5', 'p1 -, p3 C10p5, p5 -, br0 C10p5'],
    ['p4', 'C10', 'p1 -, p3 C10, p5 -, br0 C10'],
    ['p4', 'C10p5', 'p1 -, p3 C10p5, p5 -, br0 C10p5'],
    ['p4', 'C20', 'p2 -, p3 C20, p5 -'],
    ['p4', 'C20p5', 'p2 -, p3 C20p5, p5 -'],
    ['p4', 'C30', 'nothing'],
    ['p4', 'C4095', 'nothing'],
    ['p4', 'S20', 'p1 S20, p3 C10+S20, p5 S20, br0 C10+S20'],
    ['p4', 'S20p5', 'p1 S20p5, p3 C10+S20p5, p5 S20p5, br0 C10+S20p5'],
    ['p4', 'C0+C0', 'p1 C0, p3 C10+C0, p5 C0, br0 C10+C0'],
    ['p4', 'C0p5+C20p3', 'p1 C20p3, p3 C10p5+C20p3, p5 C20p3, br0 C10p5+C20p3'],
    ['p4', 'C20+S10', 'p2 S10, p3 C20+S10, p5 S10'],
    ['p5', '-', 'p2 -, p3 C20, p4 C20'],
    ['p5', 'C0', 'p2 -, p3 C20, p4 C20'],
    ['p5', 'C0p5', 'p2 -, p3 C20p5, p4 C20p5'],
    ['p5', 'C10', 'p1 -, p3 C10, p4 -, br0 C10'],
    ['p5', 'C10p5', 'p1 -, p3 C10p5, p4 -, br0 C10p5'],
    ['p5', 'C20', 'p2 -, p3 C20, p4 C20'],
    ['p5', 'C20p5', 'p2 -, p3 C20p5, p4 C20p5'],
    ['p5', 'C30', 'nothing'],
    ['p5', 'C4095', 'nothing'],
    ['p5', 'S20', 'p2 S20, p3 C20+S20, p4 C20+S20'],
    ['p5', 'S20p5', 'p2 S20p5, p3 C20+S20p5, p4 C20+S20p5'],
    ['p6', '-', 'nothing'],
    ['p6', 'C0', 'nothing'],
    ['p6', 'C0p5', 'nothing'],
    ['p6', 'C10', 'nothing'],
    ['p6', 'C20p5', 'nothing'],
    ['p6', 'C4095', 'nothing'],
    ['p6', 'S20', 'nothing'],
    ['br0', '-', 'nothing'],
    ['br0', 'C0p5', 'nothing'],
    ['br0', 'C10', 'p1 -, p3 C10, p4 -, p5 -'],
    ['br0', 'C10p5', 'p1 -, p3 C10p5, p4 -, p5 -'],
    ['br0', 'C20', 'nothing'],
    ['br0', 'C4095', 'nothing'],
    ['br0', 'S20', 'nothing'],
    ['br0', 'C10+C20', 'p1 C20, p3 C10+C20, p4 C20, p5 C20'],
  ]);
});

describe('LB-25: on a bridge that knows no VLANs a broadcast goes', () => {
  /** The VLAN tables are there, and nobody asks them. */
  const setup: Setup = {
    bridge: { vlan_default_pvid: 0 },
    ports: ports(3),
    vlans: [{ dev: 'p2', vid: 20, pvid: true, untagged: true }],
  };
  itHandles(
    setup,
    ['-', 'C0', 'C0p5', 'C10', 'C10p5d', 'C20', 'C4095', 'S0', 'S20p5', 'C10+C20', 'S10+C20p3', 'C0+C0'].map(
      (tags): Row => ['p1', tags, `p2 ${tags}, p3 ${tags}, br0 ${tags}`],
    ),
  );
});

describe('LB-26, LB-33: on an 802.1ad bridge a broadcast goes', () => {
  /** Customers 100 and 200, a trunk, and a trunk with native 100. */
  const setup: Setup = {
    bridge: { vlan_filtering: 1, vlan_protocol: '802.1ad', vlan_default_pvid: 0 },
    ports: ports(4),
    vlans: [
      { dev: 'p1', vid: 100, pvid: true, untagged: true },
      { dev: 'p2', vid: 200, pvid: true, untagged: true },
      { dev: 'p3', vid: 100 },
      { dev: 'p3', vid: 200 },
      { dev: 'p4', vid: 100, pvid: true, untagged: true },
      { dev: 'p4', vid: 200 },
    ],
  };
  itHandles(setup, [
    ['p1', '-', 'p3 S100, p4 -'],
    ['p1', 'C0p5', 'p3 S100+C0p5, p4 C0p5'],
    ['p1', 'C10p5', 'p3 S100+C10p5, p4 C10p5'],
    ['p1', 'C4095', 'p3 S100+C4095, p4 C4095'],
    ['p1', 'C10+C20', 'p3 S100+C10+C20, p4 C10+C20'],
    ['p1', 'S0p5', 'p3 S100p5, p4 -'],
    ['p1', 'S0p5+C10p3', 'p3 S100p5+C10p3, p4 C10p3'],
    ['p1', 'S100', 'p3 S100, p4 -'],
    ['p1', 'S200', 'nothing'],
    ['p1', 'S4095', 'nothing'],
    ['p2', 'C10', 'p3 S200+C10, p4 S200+C10'],
    ['p3', '-', 'nothing'],
    ['p3', 'C10', 'nothing'],
    ['p3', 'S100+C10', 'p1 C10, p4 C10'],
    ['p3', 'S200p6+C10', 'p2 C10, p4 S200p6+C10'],
    ['p4', 'C10', 'p1 C10, p3 S100+C10'],
    ['p4', 'S200+S100', 'p2 S100, p3 S200+S100'],
  ]);
});

const toAll = frame(BROADCAST, guest(10));
/** Without a default VLAN, so that an entry made by hand is one entry (LB-55). */
const PLAIN: Partial<Setup> = { bridge: { vlan_default_pvid: 0 } };
/** Two access ports each in VLANs 10 and 20, a trunk; no default VLAN. */
const AWARE: Partial<Setup> = {
  bridge: { vlan_filtering: 1, vlan_default_pvid: 0 },
  ports: ports(5),
  vlans: [
    { dev: 'p1', vid: 10, pvid: true, untagged: true },
    { dev: 'p2', vid: 10, pvid: true, untagged: true },
    { dev: 'p3', vid: 20, pvid: true, untagged: true },
    { dev: 'p4', vid: 20, pvid: true, untagged: true },
    { dev: 'p5', vid: 10 },
    { dev: 'p5', vid: 20 },
  ],
};

describe('what enters at all', () => {
  it('GEN-1: a frame of 13 bytes is no frame: dropped, teaches nothing and is not counted by the port', () => {
    const bench = new Bench({});
    expect(bench.drop('p1', toAll.slice(0, 26))).toMatchObject({ reason: 'malformed-header', rule: 'GEN-1' });
    expect(bench.fdb()).toEqual([]);
    expect(findPort(bench.relay.profile, 'p1')!.counters[RX_FRAMES]).toBe(0);
  });

  it('GEN-5: a frame of 14 bytes is bridged, nothing is padded', () => {
    const bench = new Bench({});
    const short = toAll.slice(0, 28);
    expect(bench.inject('p1', short)).toEqual({ p2: [short], p3: [short], br0: [short] });
  });

  it.each(['9100', '9200', '88e7'])('GEN-1: TPID 0x%s is an EtherType like any other', (type) => {
    const bench = new Bench(AWARE);
    const hex = frame(BROADCAST, guest(10), '-', `${type}0014cafe`);
    expect(bench.inject('p1', hex)).toEqual({ p2: [hex], p5: [frame(BROADCAST, guest(10), 'C10', `${type}0014cafe`)] });
  });

  it('LB-10: a group or all-zero source is refused before anything else is asked', () => {
    const bench = new Bench({ ports: ports(3, { p1: { state: '0' } }) });
    for (const src of ['01:00:5e:00:00:01', BROADCAST, '00:00:00:00:00:00', '03:00:00:00:00:01']) {
      expect(bench.drop('p1', frame('01:80:c2:00:00:0e', src))).toMatchObject({ reason: 'invalid-src', rule: 'LB-10' });
    }
    expect(bench.fdb()).toEqual([]);
  });

  it.each([
    ['disabled', '0', 'LB-12', false],
    ['listening', '1', 'LB-12', false],
    ['learning', '2', 'LB-18', true],
  ] as const)('LB-12, LB-18: a port in state %s drops what comes in', (state, number, rule, learns) => {
    const bench = new Bench({ ports: ports(3, { p1: { state: number } }) });
    expect(bench.drop('p1', toAll)).toMatchObject({ reason: 'stp-state', rule, values: { state } });
    expect(bench.fdb()).toEqual(learns ? [{ mac: guest(10), port: 'p1' }] : []);
    expect(bench.see('p2', frame(BROADCAST, guest(11)))).toBe('p3 -, br0 -');
  });

  it('LB-47: a port that is set to blocking forwards again at once', () => {
    const bench = new Bench({ ports: ports(3, { p1: { state: '4' } }) });
    expect(bench.see('p1', toAll)).toBe('p2 -, p3 -, br0 -');
  });

  it('LB-51: a tagged frame of 19 bytes is dropped, also where nobody asks for tags; of 20 bytes it passes', () => {
    for (const bridge of [{}, { vlan_filtering: 1 }]) {
      const bench = new Bench({ bridge });
      for (const tags of ['C1', 'S1']) {
        const whole = frame(BROADCAST, guest(10), tags, '88b5cafe');
        expect(whole.length / 2).toBe(20);
        expect(bench.drop('p1', whole.slice(0, -2))).toMatchObject({ reason: 'short-tagged', rule: 'LB-51' });
        expect(bench.fdb()).toEqual([]);
      }
      expect(bench.see('p1', frame(BROADCAST, guest(10), 'C1'))).not.toBe('nothing');
    }
  });

  it('LB-51: the copy for br0 is received once more, and an exposed tag of a short frame is dropped there', () => {
    const bench = new Bench({ bridge: { vlan_filtering: 1 } });
    // 24 bytes in, 20 and then 16 behind the outer tags: p2 sees what br0 does not.
    const twice = frame(BROADCAST, guest(10), 'C1+C2', '88b5');
    expect(bench.see('p1', twice)).toBe('p2 C2, p3 C2');
    expect(bench.drop('p1', twice)).toMatchObject({ reason: 'short-tagged', rule: 'LB-51', port: 'br0' });
    expect(bench.see('p1', `${twice}cafe`)).toBe('p2 C2, p3 C2, br0 C2');
  });
});

const reserved = (last: number): string => `01:80:c2:00:00:0${last.toString(16)}`;

/** Which of 01:80:c2:00:00:00 to :0f a bridge with these settings forwards. */
function through(bridge: Setup['bridge']): number[] {
  const bench = new Bench({ bridge });
  return Array.from({ length: 16 }, (_, last) => last).filter(
    (last) => bench.see('p1', frame(reserved(last), guest(10))) !== 'nothing',
  );
}

describe('reserved addresses', () => {
  const TRAPPED = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

  it('LB-20: with STP off, 01:80:c2:00:00:00 is flooded', () => {
    expect(new Bench({}).see('p1', frame(reserved(0), guest(10)))).toBe('p2 -, p3 -, br0 -');
  });

  it('LB-21: pause is dropped whatever the masks are, and never teaches', () => {
    const slave = { group_fwd_mask: 0xfffd };
    const bench = new Bench({
      bridge: { group_fwd_mask: 0xfff8 },
      ports: ports(3).map((port) => ({ ...port, slave })),
    });
    expect(bench.drop('p1', frame(reserved(1), guest(10)))).toMatchObject({ reason: 'pause', rule: 'LB-21' });
    expect(bench.fdb()).toEqual([]);
  });

  it('LB-22, LB-52: :02 to :0f are not forwarded, count as dropped by the port, and teach their source', () => {
    const bench = new Bench({});
    for (const last of TRAPPED) {
      const { egress, decisions } = bench.send('p1', frame(reserved(last), guest(last)));
      expect(egress).toEqual({});
      expect(decisions).toMatchObject([
        { reason: 'learned', rule: 'LB-52' },
        { verdict: 'drop', reason: 'reserved-dst', rule: 'LB-22' },
      ]);
    }
    expect(bench.fdb().map(({ mac }) => mac)).toEqual(TRAPPED.map(guest));
    expect(findPort(bench.relay.profile, 'p1')!.counters[RX_DROPPED]).toBe(14);
  });

  it.each(TRAPPED.filter((last) => last > 2))(
    'LB-22: bit %i of the bridge mask lets that address through, and no other',
    (bit) => {
      const bench = new Bench({ bridge: { group_fwd_mask: 1 << bit } });
      const passed = TRAPPED.filter((last) => bench.see('p1', frame(reserved(last), guest(10))) !== 'nothing');
      expect(passed).toEqual([bit]);
    },
  );

  it('LB-22, LB-23: the mask of the ingress port counts as well, for LACP too; that of an egress port does not', () => {
    const [p1, ...others] = ports(3);
    const bench = new Bench({ ports: [{ ...p1!, slave: { group_fwd_mask: 0x0004 } }, ...others] });
    expect(bench.see('p1', frame(reserved(2), guest(10)))).toBe('p2 -, p3 -, br0 -');
    expect(bench.see('p2', frame(reserved(2), guest(11)))).toBe('nothing');
    expect(bench.see('p1', frame(reserved(3), guest(10)))).toBe('nothing');
  });

  it('LB-23: the bridge refuses bits 0, 1 and 2 of its mask, a port only bit 1; a refusal changes nothing', () => {
    const bench = new Bench({});
    for (const mask of [1, 2, 4, 0x4001, 0x1_0000, -1]) {
      expect(bench.change({ bridge: { group_fwd_mask: mask } }), String(mask)).toBe(false);
    }
    expect(bench.relay.profile.groupFwdMask).toBe(0);
    expect(bench.change({ bridge: { group_fwd_mask: 0xfff8 } })).toBe(true);
    expect(bench.change({ port: 'p1', slave: { group_fwd_mask: 0xfffd } })).toBe(true);
    for (const mask of [2, 0xffff, 0x1_0000, -1]) {
      expect(bench.change({ port: 'p1', slave: { group_fwd_mask: mask } }), String(mask)).toBe(false);
    }
    expect(findPort(bench.relay.profile, 'p1')!.groupFwdMask).toBe(0xfffd);
  });

  it('LB-24: :0b, :0c, :0d and :0f are forwarded if the bridge filters VLANs and its protocol is 802.1ad, not by one alone', () => {
    expect(through({ vlan_filtering: 1, vlan_protocol: '802.1ad' })).toEqual([0, 11, 12, 13, 15]);
    expect(through({ vlan_protocol: '802.1ad' })).toEqual([0]);
    expect(through({ vlan_filtering: 1 })).toEqual([0]);
  });

  it('GEN-4: 01:80:c2:00:00:10, :20 and :2f are ordinary multicast', () => {
    const bench = new Bench({});
    for (const last of ['10', '20', '2f']) {
      expect(bench.see('p1', frame(`01:80:c2:00:00:${last}`, guest(10)))).toBe('p2 -, p3 -, br0 -');
    }
  });

  it.each([
    ['learning is off on the port', { ports: ports(3, { p1: { learning: 'off' } }) }],
    ['no_linklocal_learn is set', { bridge: { no_linklocal_learn: 1 } }],
    ['the port is disabled', { ports: ports(3, { p1: { state: '0' } }) }],
    ['the port listens', { ports: ports(3, { p1: { state: '1' } }) }],
    ['the port has no PVID', { bridge: { vlan_filtering: 1, vlan_default_pvid: 0 } }],
    [
      'the VLAN is blocked on the port',
      { bridge: { vlan_filtering: 1 }, vlan_states: [{ dev: 'p1', vid: 1, state: 'blocking' }] },
    ],
  ] satisfies [string, Partial<Setup>][])('LB-52: a trapped frame teaches nothing where %s', (_, setup) => {
    const bench = new Bench(setup);
    expect(bench.see('p1', frame(reserved(14), guest(10)))).toBe('nothing');
    expect(bench.fdb()).toEqual([]);
  });

  it.each(['learning', 'forwarding'])('LB-52: it teaches where the VLAN on the port is in state %s', (state) => {
    const bench = new Bench({ bridge: { vlan_filtering: 1 }, vlan_states: [{ dev: 'p1', vid: 1, state }] });
    bench.inject('p1', frame(reserved(14), guest(10)));
    expect(bench.fdb()).toEqual([{ mac: guest(10), port: 'p1', vlan: 1 }]);
  });

  it('LB-52: it is learned in the VLAN of its tag, or of the PVID', () => {
    const bench = new Bench({ bridge: { vlan_filtering: 1 }, vlans: [{ dev: 'p1', vid: 20 }] });
    bench.inject('p1', frame(reserved(14), guest(10), 'C20'));
    bench.inject('p1', frame(reserved(14), guest(11), 'C0'));
    bench.inject('p1', frame(reserved(14), guest(12), 'S20'));
    bench.inject('p1', frame(reserved(14), guest(13), 'C30'));
    expect(bench.fdb().map(({ mac, vlan }) => [mac, vlan])).toEqual([
      [guest(11), 1],
      [guest(12), 1],
      [guest(10), 20],
    ]);
  });

  it('LB-53: on a locked port one trapped frame unlocks its source', () => {
    const bench = new Bench({ ports: ports(3, { p1: { locked: 'on' } }) });
    expect(bench.drop('p1', toAll)).toMatchObject({ reason: 'locked', rule: 'LB-15' });
    bench.inject('p1', frame(reserved(14), guest(10)));
    expect(bench.see('p1', toAll)).toBe('p2 -, p3 -, br0 -');
  });

  it('LB-22, ACL-N-14: with policy drop on input an EAPOL frame does not teach, an LLDP frame does', () => {
    const bench = new Bench({
      nft: ruleset('input', '', 'drop'),
    });
    expect(bench.drop('p1', frame(reserved(3), guest(10)))).toMatchObject({ reason: 'implicit-deny', port: 'p1' });
    expect(bench.fdb()).toEqual([]);
    expect(bench.drop('p1', frame(reserved(14), guest(11)))).toMatchObject({ reason: 'reserved-dst' });
    expect(bench.fdb()).toEqual([{ mac: guest(11), port: 'p1' }]);
  });

  it('ACL-N-14: prerouting does not see trapped frames', () => {
    const bench = new Bench({
      nft: ruleset('prerouting', '', 'drop'),
    });
    bench.inject('p1', frame(reserved(14), guest(10)));
    expect(bench.fdb()).toEqual([{ mac: guest(10), port: 'p1' }]);
  });
});

describe("the switch's own addresses", () => {
  it('LB-5: a frame to br0 or to a port goes to the host and nowhere else, from whichever port', () => {
    const bench = new Bench({});
    for (const dst of [HOST, portMac(1), portMac(2), portMac(3)]) {
      expect(bench.see('p1', frame(dst, guest(10)))).toBe('br0 -');
    }
  });

  it('LB-40: a source that is an own address teaches nothing and is forwarded', () => {
    const bench = new Bench({});
    const { egress, decisions } = bench.send('p1', frame(BROADCAST, portMac(2)));
    expect(seen(egress)).toBe('p2 -, p3 -, br0 -');
    expect(decisions).toContainEqual(expect.objectContaining({ reason: 'own-src', rule: 'LB-40' }));
    expect(bench.fdb()).toEqual([]);
  });

  it("LB-54: br0's address is its own only in VLANs of br0, a port's only in VLANs of that port", () => {
    const bench = new Bench(AWARE);
    expect(bench.see('p1', frame(HOST, guest(10)))).toBe('p2 -, p5 C10');
    expect(bench.see('p1', frame(portMac(3), guest(10)))).toBe('p2 -, p5 C10');
    expect(bench.drop('p1', frame(portMac(2), guest(10)))).toMatchObject({ reason: 'host-not-in-vlan', rule: 'LB-54' });
    bench.change({ vlan: { dev: 'br0', vid: 10, self: true } });
    expect(bench.see('p1', frame(HOST, guest(10)))).toBe('br0 C10');
    expect(bench.see('p1', frame(portMac(2), guest(10)))).toBe('br0 C10');
  });

  it("LB-5: an address that two ports share stays the switch's own when one of them leaves", () => {
    const shared = ports(3).map((port) => (port.name === 'p3' ? { ...port, mac: portMac(2) } : port));
    const bench = new Bench({ ports: shared });
    bench.change({ port: 'p2', master: false });
    expect(bench.see('p1', frame(portMac(2), guest(10)))).toBe('br0 -');
    bench.change({ port: 'p3', master: false });
    expect(bench.see('p1', frame(portMac(2), guest(10)))).toBe('nothing');
    expect(bench.send('p1', frame(portMac(2), guest(10))).decisions.at(-1)).toMatchObject({ reason: 'no-target' });
  });

  it('LB-3, LB-5: br0 keeps the address that it has from a port when that port leaves', () => {
    const bench = new Bench({ bridge: { mac: portMac(1) } });
    bench.change({ port: 'p1', master: false });
    expect(bench.see('p2', frame(portMac(1), guest(10)))).toBe('br0 -');
  });

  it('LB-54: in a VLAN, a shared address is handed over only to a port that is in the VLAN', () => {
    const shared = ports(3).map((port) => (port.name === 'p3' ? { ...port, mac: portMac(2) } : port));
    const vlans = [1, 2, 3].map((number) => ({ dev: `p${number}`, vid: 10 }));
    const setup = {
      bridge: { vlan_filtering: 1 },
      ports: shared,
      vlans: [...vlans, { dev: 'br0', vid: 10, self: true }],
    };
    const to = frame(portMac(2), guest(10), 'C10');
    const bench = new Bench(setup);
    bench.change({ vlan: { dev: 'p2', vid: 10, del: true } });
    expect(bench.see('p1', to)).toBe('br0 C10');
    bench.change({ vlan: { dev: 'p3', vid: 10, del: true } });
    expect(bench.see('p1', to)).toBe('nothing');
    expect(bench.send('p1', to).decisions.some(({ reason }) => reason === 'flooded')).toBe(true);
  });
});

describe('learning and ageing', () => {
  it('LB-1, LB-41: an entry lives for 300 s, to the millisecond', () => {
    const bench = new Bench({});
    bench.inject('p1', toAll);
    bench.advance(299.999);
    expect(bench.see('p2', frame(guest(10), guest(11)))).toBe('p1 -');
    bench.advance(0.001);
    expect(bench.see('p2', frame(guest(10), guest(11)))).toBe('p1 -, p3 -');
    expect(bench.fdb()).toEqual([{ mac: guest(11), port: 'p2' }]);
  });

  it('LB-41: an entry that is no longer used is told when it is missed', () => {
    const bench = new Bench({ bridge: { ageing_time: 1000 } });
    bench.inject('p1', toAll);
    bench.advance(12.5);
    const { decisions } = bench.send('p2', frame(guest(10), guest(11)));
    expect(decisions).toContainEqual(
      expect.objectContaining({ reason: 'entry-expired', values: { mac: guest(10), age: 12, limit: 10 } }),
    );
  });

  it('LB-40: with ageing_time 0 nothing is learned, and everything goes on being flooded', () => {
    const bench = new Bench({ bridge: { ageing_time: 0 } });
    const { decisions } = bench.send('p1', toAll);
    expect(decisions).toContainEqual(expect.objectContaining({ reason: 'learning-off', rule: 'LB-40' }));
    expect(bench.fdb()).toEqual([]);
    expect(bench.see('p2', frame(guest(10), guest(11)))).toBe('p1 -, p3 -');
  });

  it('LB-40: setting ageing_time to 0 makes what was learned vanish, static entries stay', () => {
    const bench = new Bench({ ...PLAIN, fdb: [{ dev: 'p3', mac: guest(30) }] });
    bench.inject('p1', toAll);
    bench.change({ bridge: { ageing_time: 0 } });
    expect(bench.fdb()).toEqual([{ mac: guest(30), port: 'p3', state: 'static' }]);
  });

  it('LB-40, LB-42: a static entry moves and stays static; a sticky one stays where it is', () => {
    const bench = new Bench({
      ...PLAIN,
      fdb: [
        { dev: 'p1', mac: guest(20) },
        { dev: 'p1', mac: guest(21), sticky: true },
      ],
    });
    bench.inject('p2', frame(BROADCAST, guest(20)));
    const { decisions } = bench.send('p2', frame(BROADCAST, guest(21)));
    expect(decisions).toContainEqual(expect.objectContaining({ reason: 'entry-pinned', rule: 'LB-40' }));
    expect(bench.fdb()).toEqual([
      { mac: guest(20), port: 'p2', state: 'static' },
      { mac: guest(21), port: 'p1', state: 'static', flags: ['sticky'] },
    ]);
  });

  it('LB-57: traffic to a host does not refresh its entry, traffic from it does, even where the frame is dropped', () => {
    const bench = new Bench({});
    bench.inject('p1', toAll);
    bench.advance(200);
    bench.inject('p2', frame(guest(10), guest(11)));
    bench.inject('p1', frame(guest(12), guest(12)));
    bench.advance(100);
    expect(bench.fdb()).toMatchObject([{ mac: guest(11) }, { mac: guest(12) }]);
    expect(bench.drop('p1', frame(guest(12), guest(12)))).toMatchObject({ reason: 'same-port', rule: 'LB-35' });
    bench.advance(200);
    expect(bench.fdb()).toMatchObject([{ mac: guest(12) }]);
  });

  it('LB-57: learning off keeps an entry and no longer refreshes or moves it', () => {
    const bench = new Bench({});
    bench.inject('p1', toAll);
    bench.change({ port: 'p1', flags: { learning: 'off' } });
    bench.change({ port: 'p2', flags: { learning: 'off' } });
    bench.advance(200);
    bench.inject('p1', toAll);
    bench.inject('p2', toAll);
    expect(bench.fdb()).toEqual([{ mac: guest(10), port: 'p1' }]);
    bench.advance(100);
    expect(bench.fdb()).toEqual([]);
  });

  it('LB-57: a sticky dynamic entry ages', () => {
    const bench = new Bench({ ...PLAIN, fdb: [{ dev: 'p1', mac: guest(10), state: 'dynamic', sticky: true }] });
    expect(bench.fdb()).toEqual([{ mac: guest(10), port: 'p1', flags: ['sticky'] }]);
    bench.advance(300);
    expect(bench.fdb()).toEqual([]);
  });

  it('LB-33: VLAN-aware and unaware entries live side by side, and only those of the present mode count', () => {
    const bench = new Bench({});
    bench.inject('p1', toAll);
    bench.change({ bridge: { vlan_filtering: 1 } });
    expect(bench.see('p2', frame(guest(10), guest(11)))).toBe('p1 -, p3 -');
    bench.inject('p3', toAll);
    expect(bench.see('p2', frame(guest(10), guest(11)))).toBe('p3 -');
    bench.change({ bridge: { vlan_filtering: 0 } });
    expect(bench.see('p2', frame(guest(10), guest(11)))).toBe('p1 -');
  });

  it('LB-34: in one VLAN a guest is known, in the other it is flooded for', () => {
    const bench = new Bench(AWARE);
    bench.inject('p1', toAll);
    expect(bench.see('p2', frame(guest(10), guest(11)))).toBe('p1 -');
    expect(bench.see('p3', frame(guest(10), guest(12)))).toBe('p4 -, p5 C20');
  });

  it('LB-58: an all-zero destination is unknown unicast, an entry for a multicast address is ignored', () => {
    const group = '01:00:5e:00:00:05';
    const bench = new Bench({ fdb: [{ dev: 'p3', mac: group }] });
    expect(bench.see('p1', frame('00:00:00:00:00:00', guest(10)))).toBe('p2 -, p3 -');
    expect(bench.see('p1', frame(group, guest(10)))).toBe('p2 -, p3 -, br0 -');
  });
});

describe('locked ports', () => {
  const LOCKED = { ports: ports(3, { p1: { locked: 'on' } }) };

  it('LB-15: admit a source with an entry on this port, dynamic or static', () => {
    for (const state of ['static', 'dynamic'] as const) {
      const bench = new Bench({ ...LOCKED, fdb: [{ dev: 'p1', mac: guest(10), state }] });
      expect(bench.see('p1', toAll)).toBe('p2 -, p3 -, br0 -');
    }
  });

  it("LB-15: refuse a source without an entry, with one on another port, and the switch's own addresses", () => {
    const bench = new Bench({ ...LOCKED, ...PLAIN, fdb: [{ dev: 'p2', mac: guest(11) }] });
    for (const src of [guest(10), guest(11), portMac(1), portMac(2), HOST]) {
      expect(bench.drop('p1', frame(BROADCAST, src))).toMatchObject({ reason: 'locked', rule: 'LB-15' });
    }
    expect(bench.fdb()).toEqual([{ mac: guest(11), port: 'p2', state: 'static' }]);
  });

  it('LB-15: refuse an entry that has outlived the ageing time', () => {
    const bench = new Bench({ ...LOCKED, fdb: [{ dev: 'p1', mac: guest(10), state: 'dynamic' }] });
    bench.advance(300);
    expect(bench.drop('p1', toAll)).toMatchObject({ reason: 'locked' });
  });

  it('LB-15: an authorisation holds in its VLAN only', () => {
    const bench = new Bench({
      ...LOCKED,
      bridge: { vlan_filtering: 1 },
      vlans: [{ dev: 'p1', vid: 10 }],
      fdb: [{ dev: 'p1', mac: guest(10), vlan: 10 }],
    });
    expect(bench.see('p1', frame(BROADCAST, guest(10), 'C10'))).toBe('nothing');
    expect(bench.drop('p1', frame(BROADCAST, guest(10), 'C10'))).toMatchObject({ reason: 'no-target' });
    expect(bench.drop('p1', toAll)).toMatchObject({ reason: 'locked', values: { vid: 1 } });
  });

  it('LB-53: a guest that is seen at an open port takes its entry there, and the locked port keeps it out', () => {
    const bench = new Bench({ ...LOCKED, fdb: [{ dev: 'p1', mac: guest(10) }] });
    bench.inject('p2', toAll);
    expect(bench.drop('p1', toAll)).toMatchObject({ reason: 'locked' });
  });

  it('LB-15: what is flooded to a locked port arrives', () => {
    expect(new Bench(LOCKED).see('p2', toAll)).toBe('p1 -, p3 -, br0 -');
  });
});

describe('where copies go', () => {
  const GATES = [
    ['flood', guest(99)],
    ['mcast_flood', '01:00:5e:00:00:05'],
    ['bcast_flood', BROADCAST],
  ] as const;

  it.each(GATES)('LB-36: %s off keeps its own class out of a port, and neither of the others', (flag) => {
    const bench = new Bench({ ports: ports(3, { p3: { [flag]: 'off' } }) });
    for (const [gate, dst] of GATES) {
      const reaches = /\bp3\b/.test(bench.see('p1', frame(dst, guest(10))));
      expect([gate, reaches]).toEqual([gate, gate !== flag]);
    }
  });

  it.each(GATES)('LB-49: frames of the host respect %s off only where it is about unknown unicast', (flag, dst) => {
    const bench = new Bench({ ports: ports(2, { p2: { [flag]: 'off' } }) });
    expect(bench.see('br0', frame(dst, HOST))).toBe(flag === 'flood' ? 'p1 -' : 'p1 -, p2 -');
  });

  it('LB-36: flood off does not keep known unicast out', () => {
    const bench = new Bench({ ports: ports(3, { p1: { flood: 'off', mcast_flood: 'off', bcast_flood: 'off' } }) });
    bench.inject('p1', toAll);
    expect(bench.see('p2', frame(guest(10), guest(11)))).toBe('p1 -');
  });

  it('LB-34, LB-37: the host gets broadcast and multicast, unknown unicast only if br0 is promiscuous', () => {
    for (const promisc of [false, true]) {
      const bench = new Bench({ promisc });
      expect(bench.see('p1', toAll)).toBe('p2 -, p3 -, br0 -');
      expect(bench.see('p1', frame('33:33:00:00:00:01', guest(10)))).toBe('p2 -, p3 -, br0 -');
      expect(bench.see('p1', frame(guest(99), guest(10)))).toBe(promisc ? 'p2 -, p3 -, br0 -' : 'p2 -, p3 -');
    }
  });

  it('LB-50: a promiscuous br0 sees known unicast between others, also what goes no further', () => {
    const bench = new Bench({ promisc: true });
    bench.inject('p1', toAll);
    expect(bench.see('p2', frame(guest(10), guest(11)))).toBe('p1 -, br0 -');
    expect(bench.see('p1', frame(guest(10), guest(12)))).toBe('br0 -');
  });

  it('LB-31, LB-50: a promiscuous br0 sees VLANs that it is not in, tags as inside the VLAN, but not what ingress refuses', () => {
    const bench = new Bench({ ...AWARE, promisc: true });
    expect(bench.see('p1', toAll)).toBe('p2 -, p5 C10, br0 C10');
    expect(bench.see('p5', frame(BROADCAST, guest(11), 'C30'))).toBe('nothing');
  });

  it('LB-31: br0 sees VLANs that it is in, with or without the tag as its own flag says', () => {
    for (const untagged of [false, true]) {
      const bench = new Bench({ ...AWARE, vlans: [...AWARE.vlans!, { dev: 'br0', vid: 10, self: true, untagged }] });
      expect(bench.see('p1', toAll)).toBe(`p2 -, p5 C10, br0 ${untagged ? '-' : 'C10'}`);
      expect(bench.see('p3', frame(BROADCAST, guest(11)))).toBe('p4 -, p5 C20');
    }
  });

  it('LB-35: known unicast to where it may not go is dropped and never flooded', () => {
    const cases: [Partial<Setup>, string, string][] = [
      [{ ports: ports(3, { p1: { isolated: 'on' }, p2: { isolated: 'on' } }) }, 'isolated', 'LB-38'],
      [{ ports: ports(3, { p1: { state: '1' } }) }, 'stp-state', 'LB-35'],
    ];
    for (const [setup, reason, rule] of cases) {
      const bench = new Bench({ ...setup, fdb: [{ dev: 'p1', mac: guest(10) }] });
      expect(bench.drop('p2', frame(guest(10), guest(11)))).toMatchObject({ reason, rule, port: 'p1' });
    }
  });

  it('LB-30, LB-55: deleting a VLAN keeps a static entry, and frames to it are dropped', () => {
    const bench = new Bench({ ...AWARE, fdb: [{ dev: 'p2', mac: guest(20), vlan: 10 }] });
    bench.inject('p2', frame(BROADCAST, guest(21)));
    bench.change({ vlan: { dev: 'p2', vid: 10, del: true } });
    expect(bench.fdb()).toEqual([{ mac: guest(20), port: 'p2', vlan: 10, state: 'static' }]);
    expect(bench.drop('p1', frame(guest(20), guest(10)))).toMatchObject({ reason: 'vlan-not-allowed', rule: 'LB-30' });
  });

  it.each(['disabled', 'listening', 'learning', 'blocking'])(
    'LB-28, LB-35: a VLAN in state %s lets nothing out, learns only while learning',
    (state) => {
      const bench = new Bench({ ...AWARE, vlan_states: [{ dev: 'p1', vid: 10, state }] });
      expect(bench.see('p2', frame(BROADCAST, guest(11)))).toBe('p5 C10');
      expect(bench.drop('p1', toAll)).toMatchObject({
        reason: 'vlan-state',
        rule: 'LB-28',
        values: { vid: 10, state },
      });
      expect(bench.fdb().some(({ mac }) => mac === guest(10))).toBe(state === 'learning');
    },
  );

  it('LB-38: two isolated ports do not reach each other, each reaches the others and the host', () => {
    const bench = new Bench({ ports: ports(3, { p1: { isolated: 'on' }, p2: { isolated: 'on' } }) });
    expect(bench.see('p1', toAll)).toBe('p3 -, br0 -');
    expect(bench.see('p3', frame(BROADCAST, guest(12)))).toBe('p1 -, p2 -, br0 -');
    expect(bench.see('br0', frame(BROADCAST, HOST))).toBe('p1 -, p2 -, p3 -');
  });

  it('LB-39, LB-56: a hairpin port gets its own floods and unicast back, an isolated one does not', () => {
    const bench = new Bench({ ports: ports(3, { p1: { hairpin: 'on' } }) });
    expect(bench.see('p1', toAll)).toBe('p1 -, p2 -, p3 -, br0 -');
    expect(bench.see('p1', frame(guest(10), guest(10)))).toBe('p1 -');
    expect(bench.see('p1', frame(guest(99), guest(10)))).toBe('p1 -, p2 -, p3 -');
    bench.change({ port: 'p1', flags: { isolated: 'on' } });
    expect(bench.see('p1', toAll)).toBe('p2 -, p3 -, br0 -');
    expect(bench.drop('p1', frame(guest(10), guest(10)))).toMatchObject({ reason: 'isolated', rule: 'LB-56' });
  });

  it.each([
    ['an untagged frame', '-', 0, 1518],
    ['an untagged frame', '-', 1, 1518],
    ['a C-tagged frame', 'C1', 0, 1522],
    ['a C-tagged frame', 'C1', 1, 1522],
    ['an S-tagged frame', 'S1', 0, 1522],
    // Here the S-tag is payload: the one tag that is not counted is the PVID's.
    ['an S-tagged frame', 'S1', 1, 1518],
  ])('LB-45: with MTU 1500, %s (%s; vlan_filtering %i) leaves with up to %i bytes', (_, tags, filtering, limit) => {
    const bench = new Bench({ bridge: { vlan_filtering: filtering } });
    const hex = frame(BROADCAST, guest(10), tags);
    expect(bench.inject('p1', hex.padEnd(2 * limit, '0'))).toHaveProperty('p2');
    const { egress, decisions } = bench.send('p1', hex.padEnd(2 * limit + 2, '0'));
    expect(seen(egress)).toMatch(/^br0/);
    expect(decisions).toContainEqual(
      expect.objectContaining({ reason: 'mtu-exceeded', values: { port: 'p2', length: 1519, limit: 1518 } }),
    );
  });

  it("LB-45: the egress port's MTU counts, each for itself; the host gets its copy", () => {
    const [p1, p2, p3] = ports(3);
    const bench = new Bench({
      ports: [
        { ...p1!, mtu: 100 },
        { ...p2!, mtu: 1500 },
        { ...p3!, mtu: 9000 },
      ],
    });
    const jumbo = toAll.padEnd(2 * 9018, '0');
    const { egress, decisions } = bench.send('p1', jumbo);
    expect(seen(egress)).toBe('p3 -, br0 -');
    expect(decisions.filter(({ verdict }) => verdict === 'drop')).toMatchObject([
      { reason: 'mtu-exceeded', rule: 'LB-45', port: 'p2', values: { length: 9018, limit: 1518 } },
    ]);
  });
});

describe('links', () => {
  it('LB-43: a port that loses its link forgets what it learned, keeps what was entered, and drops what is for it', () => {
    const bench = new Bench({ ...PLAIN, fdb: [{ dev: 'p1', mac: guest(20) }] });
    bench.inject('p1', toAll);
    bench.change({ port: 'p1', link: 'down' });
    expect(bench.fdb()).toEqual([{ mac: guest(20), port: 'p1', state: 'static' }]);
    expect(bench.drop('p2', frame(guest(20), guest(11)))).toMatchObject({ reason: 'link-down', rule: 'LB-43' });
    expect(bench.see('p2', frame(guest(10), guest(11)))).toBe('p3 -');
    bench.change({ port: 'p1', link: 'up' });
    expect(bench.see('p2', frame(guest(20), guest(11)))).toBe('p1 -');
  });

  it('LB-43: on a port without a link nothing comes in', () => {
    const bench = new Bench({});
    bench.change({ port: 'p1', link: 'down' });
    expect(bench.drop('p1', toAll)).toMatchObject({ reason: 'link-down', rule: 'LB-43' });
  });

  it('a bridge that is down forwards, delivers and learns nothing, and works as before when it is up again', () => {
    const bench = new Bench({ ...PLAIN, fdb: [{ dev: 'p3', mac: guest(30) }] });
    bench.inject('p1', toAll);
    bench.change({ port: 'p2', link: 'down' });
    bench.change({ port: 'br0', link: 'down' });
    expect(bench.fdb()).toEqual([{ mac: guest(30), port: 'p3', state: 'static' }]);
    expect(bench.see('p1', toAll)).toBe('nothing');
    expect(bench.see('p1', frame(HOST, guest(10)))).toBe('nothing');
    expect(bench.see('br0', frame(BROADCAST, HOST))).toBe('nothing');
    expect(bench.fdb()).toHaveLength(1);
    // A port whose link changes meanwhile is not awakened by that.
    bench.change({ port: 'p2', link: 'up' });
    expect(bench.see('p2', toAll)).toBe('nothing');
    bench.change({ port: 'p3', link: 'down' });
    bench.change({ port: 'br0', link: 'up' });
    expect(bench.see('p1', toAll)).toBe('p2 -, br0 -');
  });

  it('LB-59: a port that leaves and joins again starts from defaults', () => {
    const bench = new Bench({
      ...AWARE,
      bridge: { vlan_filtering: 1, vlan_default_pvid: 7 },
      fdb: [{ dev: 'p1', mac: guest(20), vlan: 10 }],
    });
    bench.change({ port: 'p1', flags: { isolated: 'on', learning: 'off' } });
    bench.change({ port: 'p1', master: false });
    expect(bench.fdb()).toEqual([]);
    expect(bench.vlans()).not.toHaveProperty('p1');
    expect(bench.see('p2', frame(BROADCAST, guest(11)))).toBe('p5 C10');
    bench.change({ port: 'p1', master: true });
    expect(bench.vlans()['p1']).toEqual(['7 pvid untagged']);
    expect(findPort(bench.relay.profile, 'p1')).toMatchObject({ isolated: false, learning: true });
  });
});

describe("the host's own frames", () => {
  it('LB-49: teach nothing, even pause goes out, and what is for a port leaves by that port', () => {
    const bench = new Bench({});
    expect(bench.see('br0', frame('01:80:c2:00:00:01', guest(10)))).toBe('p1 -, p2 -, p3 -');
    expect(bench.see('br0', frame('01:80:c2:00:00:0e', guest(10)))).toBe('p1 -, p2 -, p3 -');
    expect(bench.see('br0', frame(portMac(2), guest(10)))).toBe('p2 -');
    expect(bench.fdb()).toEqual([]);
  });

  it('LB-49: a frame of the host to br0 itself does not come back', () => {
    expect(new Bench({}).drop('br0', frame(HOST, HOST))).toMatchObject({ reason: 'same-port', rule: 'LB-35' });
  });

  it("LB-60: on a VLAN-aware bridge they need br0's PVID or its membership", () => {
    const bench = new Bench(AWARE);
    expect(bench.drop('br0', frame(BROADCAST, HOST))).toMatchObject({ reason: 'no-pvid', rule: 'LB-60' });
    expect(bench.drop('br0', frame(BROADCAST, HOST, 'C10'))).toMatchObject({ reason: 'vlan-mismatch', rule: 'LB-60' });
    bench.change({ vlan: { dev: 'br0', vid: 20, self: true, pvid: true, untagged: true } });
    expect(bench.see('br0', frame(BROADCAST, HOST))).toBe('p3 -, p4 -, p5 C20');
    expect(bench.see('br0', frame(BROADCAST, HOST, 'C0p5'))).toBe('p3 -, p4 -, p5 C20p5');
  });

  it("LB-51: a cut tag of the host's own VLAN protocol is dropped by a VLAN-aware bridge", () => {
    const cut = frame(BROADCAST, HOST, 'C1', '88b5');
    expect(new Bench({ bridge: { vlan_filtering: 1 } }).drop('br0', cut)).toMatchObject({ reason: 'short-tagged' });
    expect(new Bench({}).see('br0', cut)).toBe('p1 C1, p2 C1, p3 C1');
  });
});

const hook = (name: string, rules: string, policy = 'accept'): Partial<Setup> => ({
  nft: ruleset(name, rules, policy),
});

const counted = (bench: Bench): number => bench.relay.profile.netfilter.evaluator!.rules[0]!.packets;

describe('rules of an administrator', () => {
  it('ACL-N-1: forward and postrouting run once for each copy that leaves a port', () => {
    for (const name of ['forward', 'postrouting']) {
      const bench = new Bench({ ports: ports(4), ...hook(name, 'counter') });
      bench.inject('p1', toAll);
      expect(counted(bench), name).toBe(3);
    }
  });

  it("ACL-N-1: output runs for copies of the host's frames, forward does not; for postrouting there is no difference", () => {
    for (const [name, count] of [
      ['output', 3],
      ['forward', 0],
      ['postrouting', 3],
      ['input', 0],
      ['prerouting', 0],
    ] as const) {
      const bench = new Bench(hook(name, 'counter'));
      bench.inject('br0', frame(BROADCAST, HOST));
      expect(counted(bench), name).toBe(count);
    }
  });

  it("ACL-N-2: forward cannot stop the host's copy, input not those of the ports", () => {
    expect(new Bench(hook('forward', '', 'drop')).see('p1', toAll)).toBe('br0 -');
    expect(new Bench(hook('input', '', 'drop')).see('p1', toAll)).toBe('p2 -, p3 -');
  });

  it('ACL-N-2: a denial at input names the rule and costs one copy', () => {
    const bench = new Bench(hook('input', 'ether saddr 02:00:00:00:00:0a drop;'));
    const { decisions } = bench.send('p1', toAll);
    expect(decisions.filter(({ verdict }) => verdict === 'drop')).toMatchObject([
      { reason: 'acl-deny', rule: 'ACL-N-2', port: 'br0', values: { hook: 'input', rule: 'c 1' } },
    ]);
    expect(bench.relay.tally).toMatchObject({ copies: 3, delivered: 2, copiesDropped: 1, framesWithCopies: 1 });
  });

  it('ACL-N-5, LB-13, LB-16: prerouting drops before learning, forward after it', () => {
    for (const [name, learned] of [
      ['prerouting', 0],
      ['forward', 1],
    ] as const) {
      const bench = new Bench(hook(name, '', 'drop'));
      bench.inject('p1', toAll);
      expect(bench.fdb(), name).toHaveLength(learned);
    }
  });

  it('LB-13: prerouting comes before the VLAN check and the locked port', () => {
    const bench = new Bench({ ...AWARE, ...hook('prerouting', '', 'drop') });
    expect(bench.drop('p1', frame(BROADCAST, guest(10), 'C4095'))).toMatchObject({ reason: 'implicit-deny' });
  });

  it('ACL-N-7: on a VLAN-aware bridge forward sees the tag that will leave, prerouting the one that came', () => {
    const forward = new Bench({ ...AWARE, ...hook('forward', 'vlan id 10 drop;') });
    expect(forward.see('p1', toAll)).toBe('p2 -');
    expect(forward.see('p5', frame(BROADCAST, guest(11), 'C10'))).toBe('p1 -, p2 -');
    const prerouting = new Bench({ ...AWARE, ...hook('prerouting', 'vlan id 10 drop;') });
    expect(prerouting.see('p1', toAll)).toBe('p2 -, p5 C10');
    expect(prerouting.see('p5', frame(BROADCAST, guest(11), 'C10'))).toBe('nothing');
  });

  it('a source that prerouting rewrites is the one that is learned, and the one that leaves', () => {
    const bench = new Bench(hook('prerouting', 'ether saddr set 02:00:00:00:00:63;'));
    expect(bench.inject('p1', toAll)['p2']).toEqual([frame(BROADCAST, guest(99))]);
    expect(bench.fdb()).toEqual([{ mac: guest(99), port: 'p1' }]);
  });

  it('a destination that prerouting rewrites is the one that is looked up', () => {
    const bench = new Bench(hook('prerouting', 'ether daddr set 02:00:00:00:00:0b;'));
    bench.inject('p3', frame(BROADCAST, guest(11)));
    expect(bench.see('p1', toAll)).toBe('p3 -');
  });

  it('a rule of forward rewrites one copy and leaves the others alone', () => {
    const bench = new Bench(hook('forward', 'oifname "p2" ether saddr set 02:00:00:00:00:63;'));
    expect(bench.inject('p1', toAll)).toEqual({ p2: [frame(BROADCAST, guest(99))], p3: [toAll], br0: [toAll] });
  });

  it('a rewritten copy keeps its tags and its payload', () => {
    const bench = new Bench({ ...AWARE, ...hook('prerouting', 'ether saddr set 02:00:00:00:00:63;') });
    expect(bench.inject('p1', frame(BROADCAST, guest(10), 'C0p5+S7', '88b5cafe0102'))).toEqual({
      p2: [frame(BROADCAST, guest(99), 'S7', '88b5cafe0102')],
      p5: [frame(BROADCAST, guest(99), 'C10p5+S7', '88b5cafe0102')],
    });
  });

  it('rules that were taken away no longer apply', () => {
    const bench = new Bench(hook('forward', '', 'drop'));
    expect(bench.change({ nft: 'flush ruleset' })).toBe(true);
    expect(bench.see('p1', toAll)).toBe('p2 -, p3 -, br0 -');
  });
});

describe('counters', () => {
  it('a port counts frames and bytes as they come and as they leave, tags included', () => {
    const bench = new Bench(AWARE);
    bench.inject('p1', frame(BROADCAST, guest(10), 'C10', '88b5cafe'));
    bench.inject('p1', frame(BROADCAST, guest(10), 'C20', '88b5cafe'));
    const of = (name: string): number[] => [...findPort(bench.relay.profile, name)!.counters];
    expect(of('p1')[RX_FRAMES]).toBe(2);
    expect(of('p1')[RX_BYTES]).toBe(40);
    expect(of('p2')[TX_FRAMES]).toBe(1);
    expect(of('p2')[TX_BYTES]).toBe(16);
    expect(of('p5')[TX_BYTES]).toBe(20);
    expect(of('p3')).toEqual([0, 0, 0, 0, 0]);
  });
});
