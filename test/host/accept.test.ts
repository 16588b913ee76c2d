/** Which frames a host takes in, and on which interface: `IpHost.receive` (GUEST-1). */
import { describe, expect, test } from 'vitest';
import { BROADCAST_MAC, mac } from '../../src/wire/mac-address.ts';
import {
  A_MAC,
  acquainted,
  arpRequest,
  at,
  B_MAC,
  c,
  ECHO,
  frame,
  guest,
  ipFrame,
  isSilent,
  router,
  RT_MAC,
  RT_OUTSIDE_MAC,
  s,
  sent,
  told,
  X_MAC,
} from './bench.ts';

const ask = { from: '192.0.2.50', to: '192.0.2.11' };

describe('destination MAC address', () => {
  test.each([A_MAC, BROADCAST_MAC])('GUEST-1: a frame to %s is taken in', (dst) => {
    const effects = guest().receive(0, frame({ dst }));
    expect(told(effects)).toEqual(['pass frame GUEST-1']);
    expect(effects.decisions[0]!.values).toMatchObject({ dst, etherType: 0x88b5 });
    expect(isSilent(effects)).toBe(true);
  });

  test.each([B_MAC, mac('00:00:00:00:00:00'), mac('00:00:5e:00:53:1a'), mac('01:00:5e:00:00:05')])(
    'GUEST-1: a frame to %s is not for this host, and nothing answers it',
    (dst) => {
      const effects = guest().receive(0, arpRequest(ask, { dst }));
      expect(told(effects)).toEqual(['drop not-for-me GUEST-1']);
      expect(effects.decisions[0]!.values).toEqual({ dst, mac: A_MAC });
      expect(isSilent(effects)).toBe(true);
    },
  );

  test('GUEST-1: each NIC goes by its own address', () => {
    const host = router();
    expect(told(host.receive(0, frame({ dst: RT_MAC, tags: [c(10)] })))).toEqual(['pass frame GUEST-1']);
    expect(told(host.receive(1, frame({ dst: RT_MAC })))).toEqual(['drop not-for-me GUEST-1']);
    expect(told(host.receive(1, frame({ dst: RT_OUTSIDE_MAC })))).toEqual(['pass frame GUEST-1']);
  });

  test('a NIC that the host does not have is read by nobody, and says so', () => {
    const effects = guest().receive(3, frame({}));
    expect([told(effects), isSilent(effects)]).toEqual([['pass no-interface GUEST-1'], true]);
  });

  test('GUEST-1: a frame that is no frame is told as malformed', () => {
    const effects = guest().receive(0, new Uint8Array(13));
    expect(told(effects)).toEqual(['drop malformed-header GUEST-1']);
    expect(effects.decisions[0]!.values).toEqual({ protocol: 'Ethernet', field: 'length', value: '13 B' });
  });
});

describe('tags', () => {
  test('GUEST-1: VID 0 is accepted as untagged, and the answer is untagged', () => {
    const host = guest();
    const answer = ['0 00:00:5e:00:53:0a > 00:00:5e:00:53:99 ARP 192.0.2.11 is-at 00:00:5e:00:53:0a'];
    expect(sent(host.receive(0, arpRequest(ask)))).toEqual(answer);
    expect(sent(host.receive(0, arpRequest(ask, { tags: [{ ...c(0), pcp: 5 }] })))).toEqual(answer);
    expect(sent(host.receive(0, arpRequest(ask, { tags: [s(0)] })))).toEqual(answer);
  });

  test.each([1, 10, 4095])('GUEST-1: VID %d without a VLAN interface goes nowhere', (vid) => {
    const effects = guest().receive(0, arpRequest(ask, { tags: [c(vid)] }));
    expect(told(effects)).toEqual(['drop no-vlan-interface GUEST-1']);
    expect(effects.decisions[0]!.values).toEqual({ vid });
    expect(isSilent(effects)).toBe(true);
  });

  test('GUEST-1: the VLAN interface of the tag answers, with that tag', () => {
    const host = router();
    const request = (vid: number, to: string): string[] =>
      sent(host.receive(0, arpRequest({ from: '192.0.2.50', to }, { tags: [c(vid)] })));
    expect(request(10, '192.0.2.1')).toEqual([
      '0 00:00:5e:00:53:01 > 00:00:5e:00:53:99 C10 ARP 192.0.2.1 is-at 00:00:5e:00:53:01',
    ]);
    expect(request(20, '198.51.100.1')).toEqual([
      '0 00:00:5e:00:53:01 > 00:00:5e:00:53:99 C20 ARP 198.51.100.1 is-at 00:00:5e:00:53:01',
    ]);
  });

  test('GUEST-1: a NIC that has VLAN interfaces only takes no untagged frame and no other VLAN', () => {
    const host = router();
    const toRouter = { from: '192.0.2.50', to: '192.0.2.1' };
    const untagged = host.receive(0, arpRequest(toRouter));
    expect([told(untagged), untagged.decisions[0]!.values]).toEqual([['drop no-vlan-interface GUEST-1'], {}]);
    expect(told(host.receive(0, arpRequest(toRouter, { tags: [c(30)] })))).toEqual(['drop no-vlan-interface GUEST-1']);
  });

  test('GUEST-1: an untagged interface and a VLAN interface can share a NIC', () => {
    const interfaces = [at(0, A_MAC, '192.0.2.11/24'), at(0, A_MAC, '198.51.100.11/24', 10)];
    const host = guest({ interfaces });
    const toVlan = { from: '198.51.100.50', to: '198.51.100.11' };
    expect(sent(host.receive(0, arpRequest(ask)))).toEqual([
      '0 00:00:5e:00:53:0a > 00:00:5e:00:53:99 ARP 192.0.2.11 is-at 00:00:5e:00:53:0a',
    ]);
    expect(sent(host.receive(0, arpRequest(toVlan, { tags: [c(10)] })))).toEqual([
      '0 00:00:5e:00:53:0a > 00:00:5e:00:53:99 C10 ARP 198.51.100.11 is-at 00:00:5e:00:53:0a',
    ]);
  });
});

describe('more than one tag, and the other kind', () => {
  // Linux 6.18 takes VID 0 off, finds VID 20 and drops the frame.
  test('GUEST-1: a tag of VLAN 20 behind one of VID 0 is a tag of VLAN 20', () => {
    const host = acquainted(guest(), { '192.0.2.50': X_MAC });
    const effects = host.receive(0, ipFrame({ payload: ECHO }, { tags: [c(0), c(20)] }));
    expect(told(effects)).toEqual(['drop no-vlan-interface GUEST-1']);
    expect(effects.decisions[0]!.values).toEqual({ vid: 20 });
  });

  test.each([[[c(0), c(0)]], [[s(0), c(0)]], [[c(0)]]])(
    'GUEST-1: VID 0 is looked through wherever it stands: %j',
    (tags) => {
      const host = acquainted(guest(), { '192.0.2.50': X_MAC });
      expect(told(host.receive(0, ipFrame({ payload: ECHO }, { tags })))).toEqual(['pass echo-request GUEST-7']);
    },
  );

  test('GUEST-1: VID 0 is looked through before and behind the tag of a VLAN interface', () => {
    const host = acquainted(router(), { '192.0.2.50': X_MAC });
    for (const tags of [
      [c(0), c(10)],
      [c(10), c(0)],
    ]) {
      const frameOf10 = ipFrame({ dst: '192.0.2.1', payload: ECHO }, { dst: RT_MAC, tags });
      expect(told(host.receive(0, frameOf10))).toEqual(['pass echo-request GUEST-7']);
    }
  });

  test('GUEST-1: a second tag behind that of a VLAN interface is not looked through', () => {
    const host = acquainted(router(), { '192.0.2.50': X_MAC });
    const frameOf20 = ipFrame({ dst: '192.0.2.1', payload: ECHO }, { dst: RT_MAC, tags: [c(10), c(20)] });
    const effects = host.receive(0, frameOf20);
    expect([told(effects), isSilent(effects)]).toEqual([['drop no-vlan-interface GUEST-1'], true]);
    expect(effects.decisions[0]!.values).toEqual({ vid: 20 });
  });

  // A VLAN interface of 802.1Q is none of 802.1ad (net/8021q: vlan_find_dev goes by protocol and VID).
  test('GUEST-1: an S-tag of VLAN 10 is not for the C-tag interface of VLAN 10', () => {
    const host = acquainted(router(), { '192.0.2.50': X_MAC });
    const effects = host.receive(0, ipFrame({ dst: '192.0.2.1', payload: ECHO }, { dst: RT_MAC, tags: [s(10)] }));
    expect(told(effects)).toEqual(['drop no-vlan-interface GUEST-1']);
    expect(effects.decisions[0]!.values).toEqual({ vid: 10, tpid: '802.1ad' });
  });
});
