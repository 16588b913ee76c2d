/** The Hyper-V switch, rule by rule: what Microsoft documents is quoted, what it does not is a doubt. */
import { describe, expect, it } from 'vitest';
import { BROADCAST, frame, guest, HOST, tagsToHex } from './bench.ts';
import type { VlanSetting } from '../../src/switch/profiles/hyper-v/hyper-v-port.ts';
import { access, HyperVBench, trunk } from './hyper-v-bench.ts';

const MULTICAST = '01:00:5e:00:00:05';
const OUTSIDER = guest(0x77);
const ON = { MacAddressSpoofing: 'On' } as const;

describe('ports and the table', () => {
  it('HV-1 (New-VMSwitch): VMs, the management OS and the physical NIC are ports of one switch', () => {
    const bench = new HyperVBench({ host: {}, p1: {}, p2: {}, u1: {} });
    expect(bench.see('p1', frame(BROADCAST, guest(1)))).toBe('host -, p2 -, u1 -');
    expect(bench.see('host', frame(BROADCAST, HOST))).toBe('p1 -, p2 -, u1 -');
    expect(bench.see('u1', frame(BROADCAST, OUTSIDER))).toBe('host -, p1 -, p2 -');
  });

  it('HV-1 (New-VMSwitch -SwitchType Internal, Private): without a physical NIC, or without the management OS too', () => {
    expect(new HyperVBench({ host: {}, p1: {}, p2: {} }).see('p1', frame(BROADCAST, guest(1)))).toBe('host -, p2 -');
    expect(new HyperVBench({ p1: {}, p2: {} }).see('p1', frame(BROADCAST, guest(1)))).toBe('p2 -');
  });

  it('HV-1: a frame at a port that the switch does not have is lost', () => {
    const bench = new HyperVBench({ p1: {}, p2: {} });
    expect(bench.send(9, frame(BROADCAST, guest(1))).drop).toMatchObject({ reason: 'unknown-port', rule: 'HV-1' });
    // A private switch has no port for the management OS.
    expect(bench.send(0, frame(BROADCAST, guest(1))).drop).toMatchObject({ reason: 'unknown-port', rule: 'HV-1' });
  });

  it('HV-1: a team is one external port: an adapter sends by one of its NICs, by another when that has no link', () => {
    const bench = new HyperVBench({ p1: {}, p2: {}, u3: {}, u4: {} });
    const { seen, decisions } = bench.send('p1', frame(BROADCAST, guest(1)));
    expect(seen).toBe('p2 -, u4 -');
    expect(decisions.find(({ reason }) => reason === 'uplink-not-chosen')).toMatchObject({
      port: 'u3',
      verdict: 'filtered',
      doubt: 'HV-1/uplink-not-chosen',
      values: { chosen: 'u4' },
    });
    expect(bench.see('p2', frame(BROADCAST, guest(2)))).toBe('p1 -, u3 -');
    bench.change({ kind: 'link', port: 'u4', up: false });
    expect(bench.see('p1', frame(BROADCAST, guest(1)))).toBe('p2 -, u3 -');
    bench.change({ kind: 'link', port: 'u3', up: false });
    expect(bench.see('p1', frame(BROADCAST, guest(1)))).toBe('p2 -');
  });

  it('HV-1: of three NICs those count that have a link', () => {
    const bench = new HyperVBench({ p1: {}, p2: {}, u3: {}, u4: {}, u5: {} });
    const uplinks = (): string[] => [1, 2].map((number) => bench.see(`p${number}`, frame(OUTSIDER, guest(number))));
    expect(uplinks()).toEqual(['u4 -', 'u5 -']);
    bench.change({ kind: 'link', port: 'u3', up: false });
    expect(uplinks()).toEqual(['u5 -', 'u4 -']);
  });

  it('HV-1, HV-2: an address that was seen on one NIC of a team is reached by the sender’s own', () => {
    const bench = new HyperVBench({ p1: {}, p2: {}, u3: {}, u4: {} });
    bench.send('u3', frame(BROADCAST, OUTSIDER));
    expect(bench.see('p1', frame(OUTSIDER, guest(1)))).toBe('u4 -');
    expect(bench.see('p2', frame(OUTSIDER, guest(2)))).toBe('u3 -');
    for (const port of ['u3', 'u4']) bench.change({ kind: 'link', port, up: false });
    expect(bench.fate('p1', frame(OUTSIDER, guest(1)))).toBe('HV-25 link-down');
  });

  it('HV-2 (John Howard, 2009): an adapter’s address is known before it has sent anything', () => {
    const bench = new HyperVBench({ p1: {}, p2: {}, u1: {} });
    const { seen, decisions } = bench.send('p1', frame(guest(2), guest(1)));
    expect(seen).toBe('p2 -');
    expect(decisions.map(({ reason, rule }) => `${reason} ${rule}`)).toContain('delivered HV-2');
  });

  it('HV-2 (Msvm_DynamicForwardingEntry.VlanId): an entry belongs to a VLAN', () => {
    const bench = new HyperVBench({ p1: { vlan: 10 }, p2: { vlan: 20 }, u1: {} });
    bench.send('u1', frame(BROADCAST, OUTSIDER, 'C20'));
    expect(bench.see('p2', frame(OUTSIDER, guest(2)))).toBe('u1 C20');
    const { decisions } = bench.send('p1', frame(OUTSIDER, guest(1)));
    expect(decisions.find(({ reason }) => reason === 'flooded')).toMatchObject({ rule: 'HV-5' });
    // The other adapter’s address, too, is known in its own VLAN only.
    expect(bench.see('p1', frame(guest(2), guest(1)))).toBe('u1 C10');
  });

  it('HV-2: what is behind the external port is learned, refreshed and moved', () => {
    const bench = new HyperVBench({ p1: {}, u2: {}, u3: {} });
    const told = (port: string): string | null | undefined =>
      bench.send(port, frame(guest(1), OUTSIDER)).decisions.find(({ stage }) => stage === 'learning')?.reason;
    expect([told('u2'), told('u2'), told('u3')]).toEqual(['learned', 'entry-refreshed', 'entry-moved']);
  });

  it('HV-2: an assigned address stays with its adapter, wherever it is seen', () => {
    const bench = new HyperVBench({ p1: {}, p2: {}, u1: {} });
    const { decisions } = bench.send('u1', frame(guest(2), guest(1)));
    expect(decisions.find(({ reason }) => reason === 'entry-pinned')).toMatchObject({ doubt: 'HV-2/entry-pinned' });
    expect(bench.see('p2', frame(guest(1), guest(2)))).toBe('p1 -');
  });

  it('HV-2: who moves from one adapter to another is found there', () => {
    const bench = new HyperVBench({ p1: {}, p2: { settings: ON }, p3: { settings: ON } });
    for (const port of ['p2', 'p3']) {
      bench.send(port, frame(BROADCAST, OUTSIDER));
      expect(bench.see('p1', frame(OUTSIDER, guest(1)))).toBe(`${port} -`);
    }
  });

  it('HV-2: of two adapters with one address in one VLAN the first has it', () => {
    const bench = new HyperVBench({ p1: {}, p2: { settings: { StaticMacAddress: guest(1) } }, p3: {} });
    expect(bench.see('p3', frame(guest(1), guest(3)))).toBe('p1 -');
    bench.vlan('p1', access(10));
    expect(bench.see('p3', frame(guest(1), guest(3)))).toBe('p2 -');
  });

  it('HV-2 (Get-VMSwitch, 2048 learnable addresses): beyond them senders are forwarded and not learned', () => {
    const bench = new HyperVBench({ p1: {}, u1: {} });
    for (let number = 0; number < 2048; number++) bench.send('u1', frame(guest(1), numbered(number)));
    const { seen, decisions } = bench.send('u1', frame(guest(1), OUTSIDER));
    expect(seen).toBe('p1 -');
    expect(decisions.find(({ stage }) => stage === 'learning')).toMatchObject({
      reason: 'table-full',
      doubt: 'HV-2/table-full',
      values: { count: 2048, limit: 2048 },
    });
    expect(bench.profile.fdb.size).toBe(2049);
    // Those that are there are still refreshed, and expired ones make room.
    bench.nowMs = 200_000;
    expect(bench.send('u1', frame(guest(1), numbered(5))).decisions.map(({ reason }) => reason)).toContain(
      'entry-refreshed',
    );
    bench.nowMs = 300_000;
    expect(bench.send('u1', frame(guest(1), OUTSIDER)).decisions.map(({ reason }) => reason)).toContain('learned');
    expect(bench.profile.fdb.size).toBe(3);
  });

  it('HV-21 (Msvm_TransparentBridgingService.AgingTime = 300): after 300 s without a frame an entry counts no more', () => {
    const bench = new HyperVBench({ p1: {}, p2: { settings: ON }, u1: {} });
    bench.send('u1', frame(guest(1), OUTSIDER));
    bench.nowMs = 299_999;
    expect(bench.see('p1', frame(OUTSIDER, guest(1)))).toBe('u1 -');
    bench.nowMs = 300_000;
    const { seen, decisions } = bench.send('p1', frame(OUTSIDER, guest(1)));
    expect(seen).toBe('p2 -, u1 -');
    expect(decisions.find(({ reason }) => reason === 'entry-expired')).toMatchObject({
      rule: 'HV-21',
      values: { age: 300, limit: 300 },
    });
    // Assigned addresses do not age.
    expect(bench.see('u1', frame(guest(1), OUTSIDER))).toBe('p1 -');
  });

  it('GEN-6: a frame for its own port goes nowhere', () => {
    const bench = new HyperVBench({ p1: {}, u1: {} });
    bench.send('u1', frame(BROADCAST, OUTSIDER));
    expect(bench.fate('u1', frame(OUTSIDER, guest(0x78)))).toBe('GEN-6 same-port');
    expect(bench.fate('p1', frame(guest(1), guest(1)))).toBe('GEN-6 same-port');
  });
});

/** One of many addresses. */
function numbered(number: number): string {
  const [high, low] = [number >> 8, number & 0xff].map((byte) => byte.toString(16).padStart(2, '0'));
  return `02:00:00:01:${high}:${low}`;
}

function spoofingBench(): HyperVBench {
  return new HyperVBench({ p1: {}, p2: { settings: ON }, p3: {}, u1: {} });
}

describe('MacAddressSpoofing', () => {
  it('HV-4 (Set-VMNetworkAdapter): “the port will only allow MAC addresses that are configured within Hyper-V management”', () => {
    const { drop, decisions } = spoofingBench().send('p1', frame(BROADCAST, OUTSIDER));
    expect(drop).toMatchObject({
      reason: 'forged-src-mac',
      rule: 'HV-4',
      values: { src: OUTSIDER, allowed: guest(1) },
    });
    expect(drop).not.toHaveProperty('doubt');
    expect(decisions.map(({ reason }) => reason)).not.toContain('learned');
    expect(spoofingBench().fate('p1', frame(BROADCAST, '06:00:00:00:00:01'))).toBe('HV-4 forged-src-mac');
  });

  it('HV-4: “all valid unicast MAC address values are allowed”, and the port is found under them', () => {
    const open = spoofingBench();
    const { seen, decisions } = open.send('p2', frame(BROADCAST, OUTSIDER));
    expect(seen).toBe('p1 -, p3 -, u1 -');
    expect(decisions.find(({ reason }) => reason === 'learned')).toMatchObject({ rule: 'HV-4', doubt: 'HV-4/learned' });
    expect(open.see('p1', frame(OUTSIDER, guest(1)))).toBe('p2 -');
    expect(open.see('u1', frame(OUTSIDER, guest(0x78)))).toBe('p2 -');
  });

  it('HV-4 (pktmon InvalidSourceMac): a group address is no source, with either setting and from outside', () => {
    for (const port of ['p1', 'p2', 'u1']) {
      expect(spoofingBench().fate(port, frame(guest(3), MULTICAST))).toBe('HV-4 invalid-src');
      expect(spoofingBench().fate(port, frame(guest(3), BROADCAST))).toBe('HV-4 invalid-src');
    }
  });

  it('HV-4, GEN-3: all zero is a stranger where strangers are, and no address where they are not', () => {
    const zero = '00:00:00:00:00:00';
    expect(spoofingBench().fate('p1', frame(BROADCAST, zero))).toBe('HV-4 forged-src-mac');
    for (const port of ['p2', 'u1']) {
      expect(spoofingBench().send(port, frame(BROADCAST, zero)).drop).toMatchObject({
        reason: 'invalid-src',
        rule: 'GEN-3',
        doubt: 'GEN-3',
      });
    }
  });

  it('HV-4 (John Howard, 2009): with Off nothing is learned on the port', () => {
    const { decisions } = spoofingBench().send('p1', frame(BROADCAST, guest(1)));
    expect(decisions.find(({ stage }) => stage === 'learning')).toMatchObject({ reason: 'learning-off', rule: 'HV-4' });
  });

  it('HV-4: a new StaticMacAddress is the one that may be used, and is known at once', () => {
    const changed = spoofingBench();
    expect(changed.set('p1', 'StaticMacAddress', '02-00-00-00-00-77')).toBeNull();
    expect(changed.fate('p1', frame(BROADCAST, guest(1)))).toBe('HV-4 forged-src-mac');
    expect(changed.see('p3', frame(OUTSIDER, guest(3)))).toBe('p1 -');
    expect(changed.see('p1', frame(guest(3), OUTSIDER))).toBe('p3 -');
  });

  it('HV-5: an unknown destination goes outside and to ports with spoofing On, from outside to these only', () => {
    const { seen, decisions } = spoofingBench().send('p1', frame(guest(0x99), guest(1)));
    expect(seen).toBe('p2 -, u1 -');
    expect(decisions.find(({ reason }) => reason === 'flooded')).toMatchObject({
      rule: 'HV-5',
      doubt: 'HV-5',
      values: { class: 'unknown-unicast', count: 2 },
    });
    expect(decisions.find(({ port, verdict }) => port === 'p3' && verdict === 'filtered')).toMatchObject({
      reason: 'unknown-not-flooded',
      rule: 'HV-5',
      values: { condition: 'MacAddressSpoofing On' },
    });
    expect(spoofingBench().see('u1', frame(guest(0x99), OUTSIDER))).toBe('p2 -');
  });

  it('HV-5: where nobody could have it, it is dropped', () => {
    const closed = new HyperVBench({ p1: {}, p2: {}, u1: {} });
    expect(closed.send('u1', frame(guest(0x99), OUTSIDER)).drop).toMatchObject({
      reason: 'unknown-dst',
      rule: 'HV-5',
      port: 'u1',
      values: { dst: guest(0x99), from: 'u1' },
    });
    // The sender itself does not count.
    const alone = new HyperVBench({ p1: { settings: ON }, p2: {} });
    expect(alone.fate('p1', frame(guest(0x99), guest(1)))).toBe('HV-5 unknown-dst');
    expect(alone.fate('p2', frame(guest(0x99), guest(2)))).toBe('p1 -');
  });
});

describe('broadcast, multicast and reserved addresses', () => {
  it('HV-6: to every port of the VLAN, not back', () => {
    const bench = new HyperVBench({ host: { vlan: 10 }, p1: { vlan: 10 }, p2: { vlan: 20 }, p3: { vlan: 10 }, u1: {} });
    for (const dst of [BROADCAST, MULTICAST, '01:80:c2:00:00:10']) {
      const { seen, decisions } = bench.send('p1', frame(dst, guest(1)));
      expect(seen).toBe('host -, p3 -, u1 C10');
      expect(decisions.find(({ reason }) => reason === 'ingress-port')).toMatchObject({ rule: 'HV-6', port: 'p1' });
    }
  });

  it('HV-6: a flood that finds no port is a loss', () => {
    expect(new HyperVBench({ p1: { vlan: 10 }, p2: { vlan: 20 } }).fate('p1', frame(BROADCAST, guest(1)))).toBe(
      'HV-6 no-target',
    );
  });

  it.each(['00', '01', '02', '03', '0e', '0f'])(
    'HV-21 (pktmon BridgeReserved): 01:80:c2:00:00:%s is dropped and teaches nothing',
    (last) => {
      const bench = new HyperVBench({ p1: {}, p2: { settings: ON }, u1: {} });
      for (const port of ['p1', 'u1']) {
        const { drop, decisions } = bench.send(
          port,
          frame(`01:80:c2:00:00:${last}`, port === 'p1' ? guest(1) : OUTSIDER),
        );
        expect(drop).toMatchObject({ reason: 'reserved-dst', rule: 'HV-21', doubt: 'HV-21/reserved-dst' });
        expect(decisions).toHaveLength(1);
      }
    },
  );

  it('HV-21: no frame goes from one physical NIC to another', () => {
    const bench = new HyperVBench({ p1: {}, u2: {}, u3: {} });
    const { seen, decisions } = bench.send('u2', frame(BROADCAST, OUTSIDER));
    expect(seen).toBe('p1 -');
    expect(decisions.find(({ reason }) => reason === 'split-horizon')).toMatchObject({
      port: 'u3',
      doubt: 'HV-21/split-horizon',
      values: { ingress: 'u2' },
    });
    expect(bench.fate('u3', frame(OUTSIDER, guest(0x78)))).toBe('HV-21 split-horizon');
  });
});

describe('VLAN modes', () => {
  it('HV-8 (Set-VMNetworkAdapterVlan -Access -VlanId 10): untagged in, tagged outside, untagged back', () => {
    const bench = new HyperVBench({ p1: { vlan: 10 }, p2: { vlan: 10 }, p3: { vlan: 20 }, p4: {}, u1: {} });
    const { bytes, decisions } = bench.send('p1', frame(BROADCAST, guest(1)));
    expect(bytes).toEqual({ p2: frame(BROADCAST, guest(1)), u1: frame(BROADCAST, guest(1), 'C10') });
    expect(
      decisions.filter(({ verdict }) => verdict === 'filtered').map(({ port, rule }) => `${port} ${rule}`),
    ).toEqual(['p1 HV-6', 'p3 HV-8', 'p4 HV-9']);
    expect(decisions.find(({ reason }) => reason === 'tag-pushed')).toMatchObject({ rule: 'HV-8', port: 'u1' });
    const back = bench.send('u1', frame(guest(1), OUTSIDER, 'C10p3'));
    expect(back.bytes).toEqual({ p1: frame(guest(1), OUTSIDER) });
    expect(back.decisions.map(({ reason }) => reason)).toEqual(expect.arrayContaining(['tag-popped', 'pcp-reset']));
    expect(bench.fate('u1', frame(BROADCAST, OUTSIDER, 'C30'))).toBe('HV-6 no-target');
  });

  it.each(['C10', 'C20', 'C4095', 'C10+C20'])(
    'HV-8, HV-9: a guest’s own tag (%s) is refused where the mode is not Trunk, its own VLAN’s included',
    (tags) => {
      const bench = new HyperVBench({ p1: { vlan: 10 }, p2: {}, u1: {} });
      for (const [port, rule] of [
        ['p1', 'HV-8'],
        ['p2', 'HV-9'],
      ] as const) {
        const { drop, decisions } = bench.send(port, frame(BROADCAST, guest(Number(port[1])), tags));
        expect(drop).toMatchObject({ reason: 'vlan-mismatch', rule, doubt: `${rule}/vlan-mismatch` });
        expect(decisions.some(({ stage }) => stage === 'learning')).toBe(false);
      }
    },
  );

  it('HV-9 (“no tag”): only untagged traffic of the wire reaches an Untagged port', () => {
    const bench = new HyperVBench({ p1: {}, p2: {}, u1: {} });
    expect(bench.see('p1', frame(BROADCAST, guest(1)))).toBe('p2 -, u1 -');
    expect(bench.see('u1', frame(BROADCAST, OUTSIDER))).toBe('p1 -, p2 -');
    expect(bench.see('u1', frame(BROADCAST, OUTSIDER, 'C1'))).toBe('nothing');
  });

  it('HV-10 (-Trunk -AllowedVlanIdList 10,20 -NativeVlanId 30): listed VLANs tagged, the native one untagged', () => {
    const bench = new HyperVBench({ p1: { vlan: trunk([10, 20], 30) }, p2: { vlan: 10 }, p3: { vlan: 30 }, u1: {} });
    expect(bench.send('p1', frame(BROADCAST, guest(1), 'C10p0')).bytes).toEqual({
      p2: frame(BROADCAST, guest(1)),
      u1: frame(BROADCAST, guest(1), 'C10'),
    });
    expect(bench.see('p1', frame(BROADCAST, guest(1)))).toBe('p3 -, u1 C30');
    expect(bench.see('p2', frame(BROADCAST, guest(2)))).toBe('p1 C10, u1 C10');
    expect(bench.see('p3', frame(BROADCAST, guest(3)))).toBe('p1 -, u1 C30');
    expect(bench.see('u1', frame(guest(1), OUTSIDER, 'C20'))).toBe('p1 C20');
    expect(bench.see('u1', frame(guest(1), OUTSIDER, 'C30'))).toBe('p1 -');
    expect(bench.fate('p1', frame(BROADCAST, guest(1), 'C40'))).toBe('HV-10 vlan-mismatch');
    expect(bench.fate('p1', frame(BROADCAST, guest(1), 'C4095'))).toBe('HV-10 vlan-mismatch');
    // The native VLAN is not in the list, so its tag is not admitted.
    expect(bench.fate('p1', frame(BROADCAST, guest(1), 'C30'))).toBe('HV-10 vlan-mismatch');
    expect(bench.see('u1', frame(BROADCAST, OUTSIDER, 'C40'))).toBe('nothing');
  });

  it('HV-10: NativeVlanId 0 means untagged on the wire', () => {
    const bench = new HyperVBench({ p1: { vlan: trunk([10]) }, p2: {}, u1: {} });
    expect(bench.see('p1', frame(BROADCAST, guest(1)))).toBe('p2 -, u1 -');
    expect(bench.see('u1', frame(BROADCAST, OUTSIDER))).toBe('p1 -, p2 -');
  });

  it('HV-10: a native VLAN that is in the list passes tagged and untagged, and leaves untagged', () => {
    const bench = new HyperVBench({ p1: { vlan: trunk([10, 20], 10) }, p2: { vlan: 10 }, u1: {} });
    expect(bench.see('p1', frame(BROADCAST, guest(1), 'C10'))).toBe('p2 -, u1 C10');
    expect(bench.see('p1', frame(BROADCAST, guest(1)))).toBe('p2 -, u1 C10');
    expect(bench.see('p2', frame(BROADCAST, guest(2)))).toBe('p1 -, u1 C10');
  });

  it('HV-10 (NDIS_SWITCH_PORT_PROPERTY_VLAN PruneVlanIdArray): what is pruned is blocked although it is allowed', () => {
    const bench = new HyperVBench({ p1: { vlan: trunk([10, 20], 30, [20, 30]) }, p2: { vlan: 20 }, u1: {} });
    expect(bench.fate('p1', frame(BROADCAST, guest(1), 'C20'))).toBe('HV-10 vlan-mismatch');
    expect(bench.see('p2', frame(BROADCAST, guest(2)))).toBe('u1 C20');
    expect(bench.send('p1', frame(BROADCAST, guest(1))).drop).toMatchObject({
      rule: 'HV-10',
      reason: 'vlan-mismatch',
      values: { frame: 'pvid', accepts: ['10'] },
    });
  });

  it('HV-7: the external port carries every VLAN from 1 to 4094, and untagged frames as VLAN 0', () => {
    const bench = new HyperVBench({ p1: { vlan: trunk([1, 4094], 0) }, u1: {} });
    for (const tag of ['-', 'C1', 'C4094']) expect(bench.see('u1', frame(BROADCAST, OUTSIDER, tag))).toBe(`p1 ${tag}`);
    expect(bench.fate('u1', frame(BROADCAST, OUTSIDER, 'C4095'))).toBe('HV-7 vlan-mismatch');
    expect(bench.port('u1').vlanCount).toBe(4095);
  });

  it('HV-7: an S-tag is payload: the frame counts as untagged and keeps it', () => {
    const bench = new HyperVBench({ p1: { vlan: 10 }, p2: { vlan: 10 }, u1: {} });
    const { bytes, decisions } = bench.send('p1', frame(BROADCAST, guest(1), 'S20'));
    expect(bytes).toEqual({
      p2: frame(BROADCAST, guest(1), 'S20'),
      u1: frame(BROADCAST, guest(1), 'C10+S20'),
    });
    expect(decisions.find(({ stage, verdict }) => stage === 'vlan' && verdict === 'pass')).toMatchObject({
      rule: 'HV-7',
      doubt: 'HV-7',
    });
  });

  it('a known destination whose port no longer carries the VLAN: dropped', () => {
    const bench = new HyperVBench({ p1: { vlan: 20 }, p2: { vlan: trunk([10, 20]), settings: ON }, u1: {} });
    bench.send('p2', frame(BROADCAST, OUTSIDER, 'C20'));
    bench.vlan('p2', access(10));
    expect(bench.send('p1', frame(OUTSIDER, guest(1))).drop).toMatchObject({
      reason: 'vlan-not-allowed',
      rule: 'HV-8',
      values: { vid: 20, members: ['10'] },
    });
    bench.vlan('p2', { mode: 'Untagged' });
    expect(bench.send('p1', frame(OUTSIDER, guest(1))).drop).toMatchObject({
      rule: 'HV-9',
      values: { members: ['untagged'] },
    });
    bench.vlan('p2', trunk([10]));
    expect(bench.fate('p1', frame(OUTSIDER, guest(1)))).toBe('HV-10 vlan-not-allowed');
  });
});

function community(secondary: number): VlanSetting {
  return { mode: 'Community', primary: 10, secondary };
}

/** Access VLAN 10, trunk 10 and 20 without a native VLAN, one port that may use any address, and the outside. */
function mixedBench(): HyperVBench {
  return new HyperVBench({
    p1: { vlan: 10 },
    p2: { vlan: 10 },
    p3: { vlan: trunk([10, 20]) },
    p4: { vlan: 10, settings: ON },
    p5: {},
    u1: {},
  });
}

describe('frames on which switches differ', () => {
  it.each([
    ['source multicast', 'p1', guest(2), MULTICAST, '-', 'HV-4 invalid-src'],
    ['source zero', 'p1', guest(2), '00:00:00:00:00:00', '-', 'HV-4 forged-src-mac'],
    ['tagged with the access VLAN on its access port', 'p1', guest(2), guest(1), 'C10', 'HV-8 vlan-mismatch'],
    ['VID 0 on an access port', 'p1', guest(2), guest(1), 'C0', 'p2 -'],
    ['VID 4095 on an access port', 'p1', guest(2), guest(1), 'C4095', 'HV-8 vlan-mismatch'],
    ['VID 4095 on a trunk', 'p3', guest(2), guest(3), 'C4095', 'HV-10 vlan-mismatch'],
    ['untagged on a trunk without a native VLAN', 'p3', BROADCAST, guest(3), '-', 'p5 -, u1 -'],
    ['unknown unicast from a VM', 'p1', guest(0x99), guest(1), '-', 'p4 -, u1 C10'],
    ['unknown unicast from outside', 'u1', guest(0x99), OUTSIDER, 'C10', 'p4 -'],
    ['destination on the ingress port', 'p1', guest(1), guest(1), '-', 'GEN-6 same-port'],
    ['bridge group address', 'p1', '01:80:c2:00:00:00', guest(1), '-', 'HV-21 reserved-dst'],
    ['pause', 'p1', '01:80:c2:00:00:01', guest(1), '-', 'HV-21 reserved-dst'],
    ['LLDP', 'p1', '01:80:c2:00:00:0e', guest(1), '-', 'HV-21 reserved-dst'],
    ['another tag type', 'p1', guest(2), guest(1), 'S10', 'p2 S10'],
  ])('%s', (_, port, dst, src, tags, fate) => {
    expect(mixedBench().fate(port, frame(dst, src, tags))).toBe(fate);
  });
});

describe('private VLANs (NDIS_SWITCH_PORT_PVLAN_MODE)', () => {
  const isolated = { mode: 'Isolated', primary: 10, secondary: 200 } as const;
  const bench = (): HyperVBench =>
    new HyperVBench({
      p1: { vlan: isolated },
      p2: { vlan: isolated },
      p3: { vlan: community(201) },
      p4: { vlan: community(201) },
      p5: { vlan: community(202) },
      p6: { vlan: { mode: 'Promiscuous', primary: 10, secondaries: [200, 201, 202] } },
      p7: { vlan: { mode: 'Promiscuous', primary: 10, secondaries: [200] } },
      p8: { vlan: 10 },
      u1: {},
    });

  it('HV-11: isolated sends in its secondary VLAN and receives the primary, so it meets promiscuous ports only', () => {
    expect(bench().see('p1', frame(BROADCAST, guest(1)))).toBe('p6 -, p7 -, u1 C200');
  });

  it('HV-11: community meets its own community and those promiscuous ports that list it', () => {
    expect(bench().see('p3', frame(BROADCAST, guest(3)))).toBe('p4 -, p6 -, u1 C201');
    expect(bench().see('p5', frame(BROADCAST, guest(5)))).toBe('p6 -, u1 C202');
  });

  it('HV-11: promiscuous sends in the primary VLAN, which all receive', () => {
    expect(bench().see('p6', frame(BROADCAST, guest(6)))).toBe('p1 -, p2 -, p3 -, p4 -, p5 -, p7 -, p8 -, u1 C10');
  });

  it('HV-11: known destinations are no way around', () => {
    for (const [from, to, fate] of [
      [1, 2, 'HV-11 pvlan-blocked'],
      [1, 3, 'HV-11 pvlan-blocked'],
      [3, 5, 'HV-11 pvlan-blocked'],
      [5, 7, 'HV-11 pvlan-blocked'],
      [1, 6, 'p6 -'],
      [6, 1, 'p1 -'],
      [3, 4, 'p4 -'],
      [6, 7, 'p7 -'],
      [6, 8, 'p8 -'],
      [1, 8, 'HV-8 vlan-not-allowed'],
    ] as const) {
      expect([from, to, bench().fate(`p${from}`, frame(guest(to), guest(from)))]).toEqual([from, to, fate]);
    }
  });

  it('HV-11: it says which two modes do not go together', () => {
    expect(bench().send('p1', frame(guest(3), guest(1))).drop).toMatchObject({
      port: 'p3',
      values: { inRole: 'Isolated', outRole: 'Community' },
      doubt: 'HV-11/pvlan-blocked',
    });
  });

  it('HV-11: outside, the tag is the VLAN that a port sends in; who answers in the primary VLAN finds it', () => {
    const outside = bench();
    expect(outside.see('u1', frame(guest(1), OUTSIDER, 'C10'))).toBe('p1 -');
    // The isolated port of another host: nobody but promiscuous ports receives it, and answers find the way out.
    expect(outside.see('u1', frame(BROADCAST, guest(0x78), 'C200'))).toBe('p6 -, p7 -');
    expect(outside.see('p6', frame(guest(0x78), guest(6)))).toBe('u1 C10');
    expect(outside.fate('u1', frame(guest(1), guest(0x78), 'C200'))).toBe('HV-11 vlan-not-allowed');
  });

  it('HV-11: the guest side is untagged', () => {
    expect(bench().send('p1', frame(BROADCAST, guest(1), 'C200')).drop).toMatchObject({
      reason: 'vlan-mismatch',
      doubt: 'HV-11/vlan-mismatch',
      values: { accepts: ['untagged'] },
    });
  });

  it('HV-11: of two primaries that claim a secondary the first port’s has it', () => {
    const both = new HyperVBench({
      p1: { vlan: { mode: 'Isolated', primary: 10, secondary: 200 } },
      p2: { vlan: { mode: 'Promiscuous', primary: 20, secondaries: [200] } },
    });
    expect(both.profile.macTable.tableOf[200]).toBe(10);
  });
});

function isolationBench(): HyperVBench {
  return new HyperVBench({ p1: {}, p2: { vlan: 10 }, u1: {} });
}

describe('Set-VMNetworkAdapterIsolation', () => {
  it('HV-24 (AllowUntaggedTraffic, DefaultIsolationID): untagged frames are those of the default isolation ID', () => {
    const allowed = isolationBench();
    expect(allowed.isolate('p1', 10, true)).toBeNull();
    expect(allowed.see('p1', frame(BROADCAST, guest(1)))).toBe('p2 -, u1 C10');
    expect(allowed.see('p2', frame(guest(1), guest(2)))).toBe('p1 -');
    expect(allowed.send('p1', frame(BROADCAST, guest(1), 'C10')).drop).toMatchObject({
      rule: 'HV-24',
      reason: 'vlan-mismatch',
      doubt: 'HV-24/vlan-mismatch',
      values: { accepts: ['untagged'] },
    });
  });

  it('HV-24 (pktmon FilteredIsolationUntagged): without AllowUntaggedTraffic nothing untagged passes', () => {
    const closed = isolationBench();
    expect(closed.isolate('p1', 10, false)).toBeNull();
    expect(closed.send('p1', frame(BROADCAST, guest(1))).drop).toMatchObject({
      rule: 'HV-24',
      reason: 'vlan-mismatch',
      values: { knob: 'AllowUntaggedTraffic', value: 'False', frame: 'pvid' },
    });
    expect(closed.send('p2', frame(BROADCAST, guest(2))).decisions).toContainEqual(
      expect.objectContaining({ port: 'p1', reason: 'vlan-not-allowed', rule: 'HV-24' }),
    );
  });

  it('HV-24, HV-7: not together with a VLAN mode', () => {
    const both = isolationBench();
    expect(both.isolate('p2', 20, true)).toMatchObject({ error: 'InvalidArgument', knob: 'IsolationMode' });
    expect(both.see('p2', frame(BROADCAST, guest(2)))).toBe('u1 C10');
    both.isolate('p1', 20, true);
    expect(both.vlan('p1', access(10))).toMatchObject({ error: 'InvalidArgument', knob: 'OperationMode' });
    expect(both.change({ kind: 'adapter-isolation', port: 'p1', isolation: null })).toBeNull();
    expect(both.vlan('p1', access(10))).toBeNull();
    expect(both.see('p1', frame(BROADCAST, guest(1)))).toBe('p2 -, u1 C10');
  });
});

describe('IeeePriorityTag', () => {
  it('HV-12 (Set-VMNetworkAdapter -IeeePriorityTag): Off resets the priority that a guest asks for, On keeps it', () => {
    const bench = new HyperVBench({ p1: { vlan: trunk([10]) }, p2: { vlan: trunk([10]) }, u1: {} });
    const { bytes, decisions } = bench.send('p1', frame(guest(2), guest(1), 'C10p5d'));
    expect(bytes).toEqual({ p2: frame(guest(2), guest(1), 'C10d') });
    expect(decisions.find(({ reason }) => reason === 'pcp-reset')).toMatchObject({
      rule: 'HV-12',
      values: { pcp: 5, result: 0 },
    });
    bench.set('p1', 'IeeePriorityTag', 'On');
    expect(bench.send('p1', frame(guest(2), guest(1), 'C10p5d')).bytes).toEqual({
      p2: frame(guest(2), guest(1), 'C10p5d'),
    });
  });

  it('HV-12: what comes from outside keeps its priority', () => {
    const bench = new HyperVBench({ p1: { vlan: trunk([10]) }, u1: {} });
    expect(bench.see('u1', frame(guest(1), OUTSIDER, 'C10p5'))).toBe('p1 C10p5');
  });

  it('HV-12: a tag with VID 0 carries a priority and counts as none', () => {
    const bench = new HyperVBench({ p1: { vlan: 10 }, p2: { vlan: 10 }, p3: {}, u1: {} });
    const { seen, decisions } = bench.send('p1', frame(BROADCAST, guest(1), 'C0p5'));
    expect(seen).toBe('p2 -, u1 C10');
    expect(decisions.find(({ stage, verdict }) => stage === 'vlan' && verdict === 'pass')).toMatchObject({
      rule: 'HV-12',
      doubt: 'HV-12/pass',
    });
    expect(bench.see('p3', frame(BROADCAST, guest(3), 'C0p5'))).toBe('u1 -');
    for (const port of ['p1', 'p3']) bench.set(port, 'IeeePriorityTag', 'On');
    expect(bench.see('p1', frame(BROADCAST, guest(1), 'C0p5'))).toBe('p2 -, u1 C10p5');
    expect(bench.see('p3', frame(BROADCAST, guest(3), 'C0p5'))).toBe('u1 C0p5');
    expect(bench.see('u1', frame(guest(3), OUTSIDER, 'C0p5'))).toBe('p3 -');
  });
});

const IP = (protocol: string, rest: string, offset = '0000'): string =>
  `08004500${(20 + rest.length / 2).toString(16).padStart(4, '0')}0000${offset}40${protocol}0000c0000201c0000202${rest}`;
const IP6 = (next: string, rest: string): string =>
  `86dd60000000${(rest.length / 2).toString(16).padStart(4, '0')}${next}ff${'20010db8'.padEnd(32, '1')}${'20010db8'.padEnd(32, '2')}${rest}`;
const UDP = (from: number, to: number): string =>
  `${from.toString(16).padStart(4, '0')}${to.toString(16).padStart(4, '0')}00080000`;

describe('guards', () => {
  const ports = {
    p1: { settings: { DhcpGuard: 'On', RouterGuard: 'On' } },
    p2: {},
    u1: {},
  } as const;
  const fate = (rest: string, tags = '-'): string =>
    new HyperVBench(ports).fate('p1', frame(BROADCAST, guest(1), tags, rest));
  const PASSED = 'p2 -, u1 -';

  it('HV-13 (“DHCP offers are blocked from the port”): server messages, IPv4 and IPv6', () => {
    expect(fate(IP('11', UDP(67, 68)))).toBe('HV-13 dhcp-guard');
    expect(fate(IP6('11', UDP(547, 546)))).toBe('HV-13 dhcp-guard');
  });

  it('HV-13: requests, relays and other ports pass', () => {
    for (const rest of [
      IP('11', UDP(68, 67)),
      IP('11', UDP(67, 67)),
      IP('06', UDP(67, 68)),
      IP6('11', UDP(67, 68)),
      IP6('11', UDP(547, 547)),
      IP6('11', UDP(100, 546)),
      IP('11', UDP(100, 68)),
      IP('11', UDP(67, 68)).replace('080045', '080055'),
    ]) {
      expect(fate(rest)).toBe(PASSED);
    }
  });

  it('HV-13: what comes to the guarded port passes, and other ports are free', () => {
    const bench = new HyperVBench(ports);
    const offer = IP('11', UDP(67, 68));
    expect(bench.see('p2', frame(guest(1), guest(2), '-', offer))).toBe('p1 -');
    expect(bench.see('u1', frame(guest(1), OUTSIDER, '-', offer))).toBe('p1 -');
  });

  it('HV-13: behind IPv4 options and IPv6 extension headers; not in a later fragment, which has no header', () => {
    const options = `080046000020000000004011${'0000c0000201c0000202'}01010101${UDP(67, 68)}`;
    expect(fate(options)).toBe('HV-13 dhcp-guard');
    expect(fate(IP('11', UDP(67, 68), '0010'))).toBe(PASSED);
    expect(fate(IP6('00', `1100010400000000${UDP(547, 546)}`))).toBe('HV-13 dhcp-guard');
    expect(fate(IP6('2c', `1100000000000000${UDP(547, 546)}`))).toBe('HV-13 dhcp-guard');
    expect(fate(IP6('2c', `1100000800000000${UDP(547, 546)}`))).toBe(PASSED);
    expect(fate(IP6('33', `1101000000000000000000${'00'.repeat(1)}${UDP(547, 546)}`))).toBe('HV-13 dhcp-guard');
  });

  it('HV-13: through the one tag that the switch sees, no further', () => {
    const tagged = new HyperVBench({ p1: { vlan: trunk([10]), settings: { DhcpGuard: 'On' } }, u1: {} });
    const offer = IP('11', UDP(67, 68));
    const sent = (tags: string): string => tagged.fate('p1', frame(BROADCAST, guest(1), tags, offer));
    expect(sent('C10')).toBe('HV-13 dhcp-guard');
    expect(sent('C10+C20')).toBe('u1 C10+C20');
    expect(sent('S20')).toBe('u1 S20');
  });

  it.each([
    ['01', '05', 'icmp-redirect'],
    ['01', '09', 'icmp-router-advertisement'],
  ])('HV-14 (-RouterGuard): ICMPv4, protocol %s type %s', (protocol, type, message) => {
    const { drop } = new HyperVBench(ports).send('p1', frame(BROADCAST, guest(1), '-', IP(protocol, `${type}000000`)));
    expect(drop).toMatchObject({ reason: 'router-guard', rule: 'HV-14', values: { message } });
    expect(drop).not.toHaveProperty('doubt');
  });

  it.each([
    ['86', 'icmpv6-router-advertisement'],
    ['89', 'icmpv6-redirect'],
  ])('HV-14 (-RouterGuard): ICMPv6 type %s', (type, message) => {
    const bench = new HyperVBench(ports);
    const send = (rest: string): unknown => bench.send('p1', frame(BROADCAST, guest(1), '-', rest)).drop?.values;
    expect(send(IP6('3a', `${type}000000`))).toMatchObject({ message });
    expect(send(IP6('00', `3a00000000000000${type}000000`))).toMatchObject({ message });
    expect(send(IP6('3c', `2b000000000000003a00000000000000${type}000000`))).toMatchObject({ message });
  });

  it('HV-14: other messages pass, and what comes to the port', () => {
    for (const rest of [IP('01', '08000000'), IP6('3a', '87000000'), IP6('3a', '85000000'), IP('3a', '86000000')]) {
      expect(fate(rest)).toBe(PASSED);
    }
    const bench = new HyperVBench(ports);
    expect(bench.see('u1', frame(guest(1), OUTSIDER, '-', IP6('3a', '86000000')))).toBe('p1 -');
  });

  it('HV-14: headers that are cut off anywhere, or have no end, do no harm', () => {
    const bench = new HyperVBench(ports);
    const whole = frame(BROADCAST, guest(1), '-', IP6('00', `3c00${'00'.repeat(6)}3a00${'00'.repeat(6)}86000000`));
    for (const each of [whole, frame(BROADCAST, guest(1), '-', IP('11', UDP(67, 68)))]) {
      expect(bench.see('p1', `${each}${'00'.repeat(4)}`)).toBe('nothing');
      // The rest of a header may stand in the buffer, but it is no part of the frame.
      const needed = each === whole ? whole.length - 6 : each.length - 8;
      for (let end = 28; end < needed; end += 2) expect(bench.see('p1', each.slice(0, end))).toBe(PASSED);
    }
    const tooLong = IP6('00', `3aff${'00'.repeat(6)}86000000`);
    expect(bench.see('p1', frame(BROADCAST, guest(1), '-', tooLong))).toBe(PASSED);
    const endless = IP6('00', '0000000000000000'.repeat(20));
    expect(bench.see('p1', frame(BROADCAST, guest(1), '-', endless))).toBe(PASSED);
    for (const rest of ['0800', '08004f', '080045', IP('01', ''), IP('11', '0043'), IP6('11', '0223'), IP6('3a', '')]) {
      expect(bench.see('p1', frame(BROADCAST, guest(1), '-', rest))).toBe(PASSED);
    }
  });

  it('HV-23 (“Packet Flow …”): guards come before the VLAN and the source are looked at', () => {
    const bench = new HyperVBench({ p1: { vlan: 10, settings: { DhcpGuard: 'On' } }, u1: {} });
    expect(bench.fate('p1', frame(BROADCAST, OUTSIDER, 'C99', IP('11', UDP(67, 68))))).toBe('HV-13 dhcp-guard');
  });
});

function limitedBench(): HyperVBench {
  return new HyperVBench({ p1: { settings: { StormLimit: 3 } }, p2: {}, u1: {} });
}

describe('StormLimit', () => {
  it('HV-3 (broadcast, multicast and unknown unicast frames that the VM may send a second): the excess is dropped', () => {
    const limited = limitedBench();
    const send = (dst: string): string => limited.fate('p1', frame(dst, guest(1)));
    expect([BROADCAST, MULTICAST, guest(0x99)].map(send)).toEqual(['p2 -, u1 -', 'p2 -, u1 -', 'u1 -']);
    expect(limited.send('p1', frame(BROADCAST, guest(1))).drop).toMatchObject({
      reason: 'storm-limit',
      rule: 'HV-3',
      doubt: 'HV-3/storm-limit',
      values: { rate: 4, limit: 3 },
    });
    // What is for one port is not counted, nor what others send.
    expect(send(guest(2))).toBe('p2 -');
    expect(limited.see('p2', frame(BROADCAST, guest(2)))).toBe('p1 -, u1 -');
    expect(limited.see('u1', frame(BROADCAST, OUTSIDER))).toBe('p1 -, p2 -');
  });

  it('HV-3: each second of the lab’s clock begins anew', () => {
    const limited = limitedBench();
    const passed = [0, 300, 999, 999, 1000, 1001, 1002, 1999, 2000].map((nowMs) => {
      limited.nowMs = nowMs;
      return limited.see('p1', frame(BROADCAST, guest(1))) === 'nothing' ? 0 : 1;
    });
    expect(passed).toEqual([1, 1, 1, 0, 1, 1, 1, 0, 1]);
  });

  it('HV-3: 0 is no limit', () => {
    const free = limitedBench();
    free.set('p1', 'StormLimit', '0');
    for (let count = 0; count < 10; count++) expect(free.see('p1', frame(BROADCAST, guest(1)))).toBe('p2 -, u1 -');
  });
});

describe('PortMirroring', () => {
  const source = { settings: { PortMirroring: 'Source' } };
  const mirror = { settings: { PortMirroring: 'Destination' } };

  it('HV-15 (Set-VMNetworkAdapter -PortMirroring): what a source sends and receives is copied to all destinations', () => {
    const bench = new HyperVBench({ p1: source, p2: {}, p3: {}, p4: mirror, p5: mirror, u1: {} });
    const { seen, bytes, decisions } = bench.send('p1', frame(guest(2), guest(1)));
    expect(seen).toBe('p2 -, p4 -, p5 -');
    expect(bytes['p4']).toBe(frame(guest(2), guest(1)));
    expect(decisions.filter(({ reason }) => reason === 'mirrored')).toMatchObject([
      { port: 'p4', rule: 'HV-15', doubt: 'HV-15' },
      { port: 'p5', rule: 'HV-15' },
    ]);
    expect(bench.see('p2', frame(guest(1), guest(2)))).toBe('p1 -, p4 -, p5 -');
    expect(bench.see('p2', frame(guest(3), guest(2)))).toBe('p3 -');
  });

  it('HV-15: whatever the forwarding decision is', () => {
    const bench = new HyperVBench({ p1: source, p2: {}, p3: mirror, u1: {} });
    expect(bench.see('p1', frame(guest(0x99), guest(1)))).toBe('p3 -, u1 -');
    const alone = new HyperVBench({ p1: source, p2: {}, p3: mirror });
    const { seen, decisions } = alone.send('p1', frame(guest(0x99), guest(1)));
    expect(seen).toBe('p3 -');
    expect(decisions.find(({ reason }) => reason === 'unknown-dst')).toMatchObject({ verdict: 'filtered' });
    // A frame for its own port is no loss where the mirror has it.
    const back = alone.send('p1', frame(guest(1), guest(1)));
    expect(back.seen).toBe('p3 -');
    expect(back.decisions.at(-1)).toMatchObject({ reason: 'ingress-port', verdict: 'filtered', rule: 'GEN-6' });
  });

  it('HV-15: one that has the frame already gets no second copy', () => {
    const bench = new HyperVBench({ p1: source, p2: mirror, u1: {} });
    const { seen, decisions } = bench.send('p1', frame(BROADCAST, guest(1)));
    expect(seen).toBe('p2 -, u1 -');
    expect(decisions.map(({ reason }) => reason)).not.toContain('mirrored');
    expect(bench.see('p1', frame(guest(2), guest(1)))).toBe('p2 -');
  });

  it('HV-15: the destination has to carry the VLAN; a trunk gets the copy tagged', () => {
    const vlan = 10;
    const bench = new HyperVBench({
      p1: { ...source, vlan },
      p2: { vlan },
      p3: mirror,
      p4: { ...mirror, vlan: trunk([10, 20]) },
    });
    expect(bench.see('p1', frame(guest(2), guest(1)))).toBe('p2 -, p4 C10');
  });

  it('HV-15, GEN-6: a destination does not get back what it sent', () => {
    const bench = new HyperVBench({ p1: source, p2: mirror, p3: mirror });
    expect(bench.see('p2', frame(guest(1), guest(2)))).toBe('p1 -, p3 -');
  });

  it('HV-15: what was refused on its way in was not received', () => {
    const bench = new HyperVBench({ p1: source, p2: mirror });
    expect(bench.fate('p1', frame(BROADCAST, OUTSIDER))).toBe('HV-4 forged-src-mac');
  });

  it('HV-15: without a source, or without a destination, nobody is asked', () => {
    const bench = new HyperVBench({ p1: {}, p2: {}, p3: mirror });
    expect(bench.profile.hasObservers).toBe(false);
    bench.set('p1', 'PortMirroring', 'Source');
    expect(bench.profile.hasObservers).toBe(true);
    bench.set('p3', 'PortMirroring', 'None');
    expect(bench.profile.hasObservers).toBe(false);
  });
});

/** Padded to this many bytes; tags come on top. */
function sized(size: number, dst: string, tags = '-'): string {
  return frame(dst, guest(1), tags).padEnd(2 * size + tagsToHex(tags).length, '0');
}

describe('ports that do not forward', () => {
  it('HV-25 (pktmon NicDisabled): a disabled port neither sends nor receives', () => {
    const bench = new HyperVBench({ p1: {}, p2: { settings: { EnabledState: 'Disabled' } }, u1: {} });
    expect(bench.send('p2', frame(BROADCAST, guest(2))).drop).toMatchObject({
      reason: 'port-disabled',
      rule: 'HV-25',
      doubt: 'HV-25',
    });
    expect(bench.fate('p1', frame(guest(2), guest(1)))).toBe('HV-25 port-disabled');
    expect(bench.see('p1', frame(BROADCAST, guest(1)))).toBe('u1 -');
    expect(bench.set('p2', 'EnabledState', 'Enabled')).toBeNull();
    expect(bench.see('p1', frame(guest(2), guest(1)))).toBe('p2 -');
  });

  it('HV-25: nor does one without a link', () => {
    const bench = new HyperVBench({ p1: {}, p2: {}, u1: {} });
    for (const port of ['p2', 'u1']) bench.change({ kind: 'link', port, up: false });
    expect(bench.fate('p2', frame(BROADCAST, guest(2)))).toBe('HV-25 link-down');
    expect(bench.fate('p1', frame(guest(2), guest(1)))).toBe('HV-25 link-down');
    expect(bench.fate('p1', frame(BROADCAST, guest(1)))).toBe('HV-6 no-target');
  });

  it('HV-22 (pktmon MTUMismatch; jumbo setting 1514): the header counts, a tag does not', () => {
    const bench = new HyperVBench({ p1: {}, p2: {}, p3: { mtu: 1000, vlan: trunk([10]) }, u1: { mtu: 9000 } });
    expect(bench.see('p1', sized(1514, guest(2)))).toBe('p2 -');
    expect(bench.send('p1', sized(1515, guest(2))).drop).toMatchObject({
      reason: 'mtu-exceeded',
      rule: 'HV-22',
      doubt: 'HV-22',
      values: { length: 1515, limit: 1514 },
    });
    // One copy is lost, the other goes on.
    expect(bench.see('p1', sized(9014, BROADCAST))).toBe('u1 -');
    const tagged = frame(guest(3), OUTSIDER, 'C10').padEnd(2 * 1018, '0');
    expect(bench.see('u1', tagged)).toBe('p3 C10');
    expect(bench.fate('u1', `${tagged}00`)).toBe('HV-22 mtu-exceeded');
  });

  it('GEN-1: what is too short for a header is no frame', () => {
    expect(new HyperVBench({ p1: {}, p2: {} }).fate('p1', frame(BROADCAST, guest(1)).slice(0, 26))).toBe(
      'GEN-1 malformed-header',
    );
  });
});

function plainBench(): HyperVBench {
  return new HyperVBench({ p1: {}, p2: {}, u1: {} });
}

describe('settings that are refused', () => {
  it.each([
    ['p1', 'MacAddressSpoofing', 'on', 'On, Off'],
    ['p1', 'PortMirroring', 'Both', 'None, Source, Destination'],
    ['p1', 'StormLimit', '-1', '0〜999999999'],
    ['p1', 'EnabledState', 'Off', 'Enabled, Disabled'],
    ['p1', 'StaticMacAddress', '01-00-5E-00-00-01', '00-15-5D-00-53-0A'],
    ['p1', 'StaticMacAddress', 'none', '00-15-5D-00-53-0A'],
    ['p1', 'SpoofGuard', 'On', 'MacAddressSpoofing, DhcpGuard, RouterGuard, PortMirroring …'],
  ])('HV-3: %s %s %s', (port, setting, value, expected) => {
    expect(plainBench().set(port, setting, value)).toEqual({
      error: 'InvalidArgument',
      knob: setting,
      value,
      expected,
    });
  });

  it('HV-20: bandwidth is no forwarding decision and is not modelled; switched off it makes no difference', () => {
    expect(plainBench().set('p1', 'MaximumBandwidth', 100_000_000)).toMatchObject({ error: 'unmodelled' });
    expect(plainBench().set('p1', 'MaximumBandwidth', 0)).toBeNull();
    expect(plainBench().set('p1', 'AllowTeaming', 'Off')).toBeNull();
  });

  it('HV-7: a physical NIC has no settings of adapters, and what is not there has none', () => {
    for (const port of ['u1', 'p9']) {
      expect(plainBench().set(port, 'DhcpGuard', 'On')).toEqual({
        error: 'ObjectNotFound',
        knob: 'VMNetworkAdapter',
        value: port,
        expected: 'p1, p2',
      });
      expect(plainBench().vlan(port, access(10))).toMatchObject({ error: 'ObjectNotFound' });
    }
    expect(plainBench().change({ kind: 'link', port: 'p9', up: false })).toMatchObject({ expected: 'p1, p2, u1' });
  });

  it.each([
    [access(0), 'VlanId', '0'],
    [access(4095), 'VlanId', '4095'],
    [trunk([]), 'AllowedVlanIdList', ''],
    [trunk([10, 4095]), 'AllowedVlanIdList', '4095'],
    [trunk([10], 4095), 'NativeVlanId', '4095'],
    [trunk([10], 0, [0]), 'PruneVlanIdArray', '0'],
    [{ mode: 'Isolated', primary: 0, secondary: 200 } as const, 'PrimaryVlanId', '0'],
    [{ mode: 'Isolated', primary: 10, secondary: 10 } as const, 'SecondaryVlanId', '10'],
    [{ mode: 'Community', primary: 10, secondary: 1.5 } as const, 'SecondaryVlanId', '1.5'],
    [{ mode: 'Promiscuous', primary: 10, secondaries: [] } as const, 'SecondaryVlanIdList', ''],
    [{ mode: 'Promiscuous', primary: 10, secondaries: [200, 10] } as const, 'SecondaryVlanIdList', '10'],
  ])('HV-8, HV-10, HV-11: %j', (vlan, knob, value) => {
    const untouched = plainBench();
    expect(untouched.vlan('p1', vlan)).toMatchObject({ error: 'InvalidArgument', knob, value });
    expect(untouched.see('p1', frame(BROADCAST, guest(1)))).toBe('p2 -, u1 -');
  });

  it('HV-24: an isolation ID that is no VLAN', () => {
    expect(plainBench().isolate('p1', 4095, true)).toMatchObject({ knob: 'DefaultIsolationID', value: '4095' });
  });

  it('a change that is for another product', () => {
    const foreign = { kind: 'fdb-flush' } as unknown as Parameters<HyperVBench['change']>[0];
    expect(plainBench().change(foreign)).toMatchObject({ error: 'unmodelled', knob: 'fdb-flush' });
  });
});
