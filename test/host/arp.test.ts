/** A host asks and answers: ARP in `IpHost` (GUEST-3, GUEST-4, GUEST-5). */
import { describe, expect, test } from 'vitest';
import type { IpHost } from '../../src/host/ip-host.ts';
import { parseArp } from '../../src/wire/arp.ts';
import {
  A_MAC,
  acquainted,
  arpReply,
  arpRequest,
  B_MAC,
  c,
  frame,
  guest,
  ip,
  isSilent,
  router,
  sent,
  told,
  X_MAC,
  ZERO_MAC,
} from './bench.ts';

const B = ip('192.0.2.12');
const REQUEST = '0 00:00:5e:00:53:0a > ff:ff:ff:ff:ff:ff ARP who-has 192.0.2.12 tell 192.0.2.11';

function pingB(host: IpHost, sequence = 1): ReturnType<IpHost['ping']> {
  return host.ping({ dst: B, identifier: 1, sequence });
}

describe('asking', () => {
  test('GUEST-3: the first packet to an unknown neighbour makes a broadcast request, not the packet', () => {
    const effects = pingB(guest());
    expect(sent(effects)).toEqual([REQUEST]);
    expect(told(effects)).toEqual(['pass route-direct GUEST-2', 'pass arp-request GUEST-3']);
    expect(effects.timers.map(({ afterMs }) => afterMs)).toEqual([5000, 1000]);
  });

  test('GUEST-3: the target MAC address of a request is zero', () => {
    const { bytes } = pingB(guest()).emissions[0]!;
    expect(parseArp(bytes, 14)).toEqual({
      operation: 1,
      senderMac: A_MAC,
      senderIp: ip('192.0.2.11'),
      targetMac: ZERO_MAC,
      targetIp: B,
    });
  });

  test('GUEST-3: three requests one second apart, then the ping fails and nothing is waited for', () => {
    const host = guest();
    const first = pingB(host);
    const timer = first.timers.find(({ afterMs }) => afterMs === 1000)!.timer;
    const second = host.timer(timer);
    expect([sent(second), second.timers]).toEqual([[REQUEST], [{ afterMs: 1000, timer }]]);
    const third = host.timer(timer);
    expect([sent(third), third.timers]).toEqual([[REQUEST], [{ afterMs: 1000, timer }]]);
    const end = host.timer(timer);
    expect(isSilent(end)).toBe(true);
    expect(told(end)).toEqual(['drop no-arp GUEST-3']);
    expect(end.decisions[0]!.values).toEqual({ nextHop: '192.0.2.12', tries: 3 });
    expect(end.pings).toEqual([{ identifier: 1, sequence: 1, outcome: 'no-arp', from: null, ttl: null }]);
    // The ping's own timer is no longer needed, and comes to nothing should it ring.
    const ownTimer = first.timers.find(({ afterMs }) => afterMs === 5000)!.timer;
    expect(end.cancelled).toEqual([ownTimer]);
    expect([host.timer(ownTimer).pings, host.timer(timer).decisions]).toEqual([[], []]);
  });

  test('GUEST-3: after a failure the next packet asks again, three times', () => {
    const host = guest();
    const { timer } = pingB(host).timers[1]!;
    for (let second = 0; second < 3; second++) host.timer(timer);
    expect(sent(pingB(host, 2))).toEqual([REQUEST]);
    expect(sent(host.timer(timer))).toEqual([REQUEST]);
    expect(sent(host.timer(timer))).toEqual([REQUEST]);
    expect(told(host.timer(timer))).toEqual(['drop no-arp GUEST-3']);
  });

  test('GUEST-6: packets queue while one request is out, and all fail or all go together', () => {
    const failing = guest();
    const { timer } = pingB(failing, 1).timers[1]!;
    expect(sent(pingB(failing, 2))).toEqual([]);
    failing.timer(timer);
    failing.timer(timer);
    expect(failing.timer(timer).pings.map(({ sequence, outcome }) => [sequence, outcome])).toEqual([
      [1, 'no-arp'],
      [2, 'no-arp'],
    ]);

    const answered = guest();
    pingB(answered, 1);
    pingB(answered, 2);
    const effects = answered.receive(0, arpReply({ from: '192.0.2.12', fromMac: B_MAC, to: '192.0.2.11' }));
    expect(sent(effects)).toEqual([
      '0 00:00:5e:00:53:0a > 00:00:5e:00:53:0b IPv4 192.0.2.11 > 192.0.2.12 proto 1 ttl 64 echo request id 1 seq 1',
      '0 00:00:5e:00:53:0a > 00:00:5e:00:53:0b IPv4 192.0.2.11 > 192.0.2.12 proto 1 ttl 64 echo request id 1 seq 2',
    ]);
  });

  test('GUEST-3: the answer stops the asking', () => {
    const host = guest();
    const { timer } = pingB(host).timers[1]!;
    const effects = host.receive(0, arpReply({ from: '192.0.2.12', fromMac: B_MAC, to: '192.0.2.11' }));
    expect(effects.cancelled).toEqual([timer]);
    expect(told(effects)).toEqual(['pass arp-answer GUEST-4']);
    const late = host.timer(timer);
    expect([isSilent(late), late.decisions]).toEqual([true, []]);
  });

  test('GUEST-4: what is asked while waiting answers as well: a request of the awaited neighbour', () => {
    const host = guest();
    pingB(host);
    const effects = host.receive(0, arpRequest({ from: '192.0.2.12', fromMac: B_MAC, to: '192.0.2.11' }));
    expect(sent(effects)).toEqual([
      '0 00:00:5e:00:53:0a > 00:00:5e:00:53:0b IPv4 192.0.2.11 > 192.0.2.12 proto 1 ttl 64 echo request id 1 seq 1',
      '0 00:00:5e:00:53:0a > 00:00:5e:00:53:0b ARP 192.0.2.11 is-at 00:00:5e:00:53:0a',
    ]);
  });

  test('GUEST-3: a known neighbour is not asked for', () => {
    const host = acquainted(guest(), { '192.0.2.12': B_MAC });
    expect(sent(pingB(host))).toEqual([
      '0 00:00:5e:00:53:0a > 00:00:5e:00:53:0b IPv4 192.0.2.11 > 192.0.2.12 proto 1 ttl 64 echo request id 1 seq 1',
    ]);
  });
});

describe('answering', () => {
  test('GUEST-4: a request for its address is answered to the asker alone, who is learned', () => {
    const host = guest();
    const effects = host.receive(0, arpRequest({ from: '192.0.2.50', to: '192.0.2.11' }));
    expect(sent(effects)).toEqual(['0 00:00:5e:00:53:0a > 00:00:5e:00:53:99 ARP 192.0.2.11 is-at 00:00:5e:00:53:0a']);
    expect(told(effects)).toEqual(['pass arp-sender GUEST-4', 'pass arp-reply GUEST-4']);
    expect(host.neighbours.entries).toEqual([[ip('192.0.2.50'), X_MAC]]);
    expect(parseArp(effects.emissions[0]!.bytes, 14)).toEqual({
      operation: 2,
      senderMac: A_MAC,
      senderIp: ip('192.0.2.11'),
      targetMac: X_MAC,
      targetIp: ip('192.0.2.50'),
    });
  });

  test('GUEST-4: a request moves an entry that was there', () => {
    const host = acquainted(guest(), { '192.0.2.50': B_MAC });
    host.receive(0, arpRequest({ from: '192.0.2.50', fromMac: X_MAC, to: '192.0.2.11' }));
    expect(host.neighbours.find(ip('192.0.2.50'))).toBe(X_MAC);
  });

  test('GUEST-4: the answer goes to the sender that the packet names, not to the source of the frame', () => {
    const request = arpRequest({ from: '192.0.2.50', fromMac: X_MAC, to: '192.0.2.11' }, { src: B_MAC });
    expect(sent(guest().receive(0, request))).toEqual([
      '0 00:00:5e:00:53:0a > 00:00:5e:00:53:99 ARP 192.0.2.11 is-at 00:00:5e:00:53:0a',
    ]);
  });

  test('GUEST-4: a probe (sender 0.0.0.0) is answered and teaches nothing', () => {
    const host = guest();
    const effects = host.receive(0, arpRequest({ from: '0.0.0.0', to: '192.0.2.11' }));
    expect(sent(effects)).toEqual(['0 00:00:5e:00:53:0a > 00:00:5e:00:53:99 ARP 192.0.2.11 is-at 00:00:5e:00:53:0a']);
    expect(host.neighbours.entries).toEqual([]);
  });

  test('GUEST-4: a sender of another subnet is answered and learned', () => {
    const host = guest();
    const effects = host.receive(0, arpRequest({ from: '203.0.113.5', to: '192.0.2.11' }));
    expect(sent(effects)).toEqual(['0 00:00:5e:00:53:0a > 00:00:5e:00:53:99 ARP 192.0.2.11 is-at 00:00:5e:00:53:0a']);
    expect(host.neighbours.find(ip('203.0.113.5'))).toBe(X_MAC);
  });

  test('GUEST-4: an address of another interface is answered for, with the MAC address of this one', () => {
    const effects = router().receive(0, arpRequest({ from: '192.0.2.50', to: '203.0.113.1' }, { tags: [c(10)] }));
    expect(sent(effects)).toEqual([
      '0 00:00:5e:00:53:01 > 00:00:5e:00:53:99 C10 ARP 203.0.113.1 is-at 00:00:5e:00:53:01',
    ]);
  });

  test('GUEST-4: a request for somebody else is not answered', () => {
    const host = guest();
    const effects = host.receive(0, arpRequest({ from: '192.0.2.50', to: '192.0.2.12' }));
    expect([told(effects), isSilent(effects)]).toEqual([['pass arp-not-mine GUEST-4'], true]);
    expect(host.neighbours.entries).toEqual([]);
  });

  test('GUEST-4: what is no ARP packet is dropped', () => {
    const effects = guest().receive(0, frame({ etherType: 0x0806, payload: new Uint8Array(27) }));
    expect([told(effects), isSilent(effects)]).toEqual([['drop malformed-header GUEST-4'], true]);
    expect(effects.decisions[0]!.values).toEqual({ protocol: 'ARP', field: 'length', value: '27 B' });
  });
});

describe('announcements', () => {
  const announcement = { from: '192.0.2.12', fromMac: X_MAC, to: '192.0.2.12' };

  test.each([
    ['request', arpRequest(announcement)],
    ['reply', arpReply(announcement, { dst: 'ff:ff:ff:ff:ff:ff' as typeof A_MAC })],
  ])('GUEST-5: a gratuitous %s makes no entry for a stranger', (_, announced) => {
    const host = guest();
    const effects = host.receive(0, announced);
    expect([host.neighbours.entries, isSilent(effects)]).toEqual([[], true]);
  });

  test.each([
    ['request', arpRequest(announcement)],
    ['reply', arpReply(announcement, { dst: 'ff:ff:ff:ff:ff:ff' as typeof A_MAC })],
  ])('GUEST-5: a gratuitous %s changes the entry that is there', (_, announced) => {
    const host = acquainted(guest(), { '192.0.2.12': B_MAC });
    const effects = host.receive(0, announced);
    expect(host.neighbours.entries).toEqual([[B, X_MAC]]);
    expect(isSilent(effects)).toBe(true);
  });

  test('GUEST-5: any request of a known neighbour, for whomever, changes its entry', () => {
    const host = acquainted(guest(), { '192.0.2.12': B_MAC });
    host.receive(0, arpRequest({ from: '192.0.2.12', fromMac: X_MAC, to: '192.0.2.77' }));
    expect(host.neighbours.find(B)).toBe(X_MAC);
  });

  test('GUEST-5: an announcement of the awaited neighbour is an answer', () => {
    const host = guest();
    pingB(host);
    const effects = host.receive(0, arpReply({ ...announcement, fromMac: B_MAC }));
    expect(sent(effects)).toEqual([
      '0 00:00:5e:00:53:0a > 00:00:5e:00:53:0b IPv4 192.0.2.11 > 192.0.2.12 proto 1 ttl 64 echo request id 1 seq 1',
    ]);
  });

  test('GUEST-5: a reply to us that nobody asked for makes no entry', () => {
    const host = guest();
    host.receive(0, arpReply({ from: '192.0.2.60', to: '192.0.2.11' }));
    expect(host.neighbours.entries).toEqual([]);
  });

  test('GUEST-4: a packet that is neither request nor reply teaches nothing', () => {
    const host = guest();
    host.receive(0, arpReply({ operation: 7, from: '192.0.2.61', to: '192.0.2.11' }));
    expect(host.neighbours.entries).toEqual([]);
  });
});

describe('a sender that nobody can be', () => {
  // Linux 6.18 finds its own address as the sender's, answers nothing and learns nothing; so with the others.
  test.each(['192.0.2.11', '192.0.2.255', '255.255.255.255', '224.0.0.9', '127.0.0.1'])(
    'GUEST-5: who asks as %s is neither answered nor learned',
    (from) => {
      const host = guest();
      const effects = host.receive(0, arpRequest({ from, to: '192.0.2.11' }));
      expect([told(effects), isSilent(effects)]).toEqual([['drop martian-src GUEST-5'], true]);
      expect(effects.decisions[0]!.values).toEqual({ srcIp: from });
      expect(host.neighbours.entries).toEqual([]);
    },
  );
});

test('the router asks on the interface of the neighbour, with its VLAN', () => {
  const effects = router().ping({ dst: ip('198.51.100.13'), identifier: 1, sequence: 1 });
  expect(sent(effects)).toEqual([
    '0 00:00:5e:00:53:01 > ff:ff:ff:ff:ff:ff C20 ARP who-has 198.51.100.13 tell 198.51.100.1',
  ]);
});
