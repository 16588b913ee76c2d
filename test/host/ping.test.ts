/** A host sends echo requests and hears of them: `IpHost.ping` (GUEST-2, GUEST-7, GUEST-8). */
import { describe, expect, test } from 'vitest';
import type { IpHost } from '../../src/host/ip-host.ts';
import { emitIcmp } from '../../src/wire/icmp.ts';
import { emitUdp } from '../../src/wire/udp.ts';
import {
  A_MAC,
  acquainted,
  at,
  B_MAC,
  guest,
  ip,
  ipFrame,
  isSilent,
  NOTHING,
  packet,
  packetOf,
  router,
  RT_MAC,
  SV_MAC,
  sent,
  told,
  type PacketFields,
} from './bench.ts';

const B = ip('192.0.2.12');

function pinging(): IpHost {
  const host = acquainted(guest(), { '192.0.2.12': B_MAC, '192.0.2.1': RT_MAC });
  host.ping({ dst: B, identifier: 7, sequence: 9 });
  return host;
}

function icmp(type: number, code: number, payload = NOTHING, identifier = 7, sequence = 9): Uint8Array {
  return emitIcmp({ type, code, identifier, sequence, payload });
}

function reply(sequence: number): Uint8Array {
  return ipFrame({ src: '192.0.2.12', payload: icmp(0, 0, NOTHING, 7, sequence) });
}

/** The first 28 bytes of the echo request that VM-A sent, unless changed. */
function quote(fields: PacketFields = {}): Uint8Array {
  return packet({ src: '192.0.2.11', dst: '192.0.2.12', payload: icmp(8, 0), ...fields });
}

describe('which way', () => {
  test.each([
    ['192.0.2.12', '192.0.2.12'],
    ['192.0.2.254', '192.0.2.254'],
    ['198.51.100.13', '192.0.2.1'],
    ['203.0.113.80', '192.0.2.1'],
    ['8.8.8.8', '192.0.2.1'],
  ])('GUEST-2: to reach %s VM-A asks for %s', (dst, nextHop) => {
    const effects = guest().ping({ dst: ip(dst), identifier: 1, sequence: 1 });
    expect(sent(effects)).toEqual([`0 00:00:5e:00:53:0a > ff:ff:ff:ff:ff:ff ARP who-has ${nextHop} tell 192.0.2.11`]);
    const what = nextHop === dst ? 'route-direct' : 'route';
    expect(effects.decisions[0]).toMatchObject({ rule: 'GUEST-2', values: { what, dstIp: dst, nextHop } });
  });

  test('GUEST-2: the subnet is what the prefix length says, not the class of the address', () => {
    const host = guest({ interfaces: [at(0, A_MAC, '192.0.2.11/28')] });
    const nextHop = (dst: string): unknown =>
      host.ping({ dst: ip(dst), identifier: 1, sequence: 1 }).decisions[0]!.values['nextHop'];
    expect([nextHop('192.0.2.14'), nextHop('192.0.2.16')]).toEqual(['192.0.2.14', '192.0.2.1']);
  });

  test('GUEST-2: without a gateway another subnet is unreachable: no frame, no timer, told at once', () => {
    const effects = guest({ gateway: null }).ping({ dst: ip('198.51.100.13'), identifier: 1, sequence: 1 });
    expect([told(effects), isSilent(effects)]).toEqual([['drop no-route GUEST-2'], true]);
    expect(effects.decisions[0]!.values).toEqual({ dstIp: '198.51.100.13', gateway: 'none' });
    expect(effects.pings).toEqual([{ identifier: 1, sequence: 1, outcome: 'no-route', from: null, ttl: null }]);
  });

  test('GUEST-2: a gateway that is in no connected subnet is no way out', () => {
    const host = guest({ gateway: ip('198.51.100.1') });
    const effects = host.ping({ dst: ip('203.0.113.80'), identifier: 1, sequence: 1 });
    expect([told(effects), isSilent(effects)]).toEqual([['drop no-route GUEST-2'], true]);
    expect(effects.decisions[0]!.values['gateway']).toBe('198.51.100.1');
  });

  test('GUEST-2: the source is the address of the interface towards the next hop', () => {
    const host = acquainted(router(), { '203.0.113.80': SV_MAC });
    expect(sent(host.ping({ dst: ip('203.0.113.80'), identifier: 1, sequence: 1 }))).toEqual([
      '1 00:00:5e:00:53:02 > 00:00:5e:00:53:80 IPv4 203.0.113.1 > 203.0.113.80 proto 1 ttl 64 echo request id 1 seq 1',
    ]);
  });
});

describe('the request', () => {
  test('has 56 bytes of payload, TTL 64 and may not be fragmented, as that of ping(8)', () => {
    const { payload, ttl, dontFragment } = packetOf(
      acquainted(guest(), { '192.0.2.12': B_MAC }).ping({ dst: B, identifier: 7, sequence: 9 }),
    );
    expect([payload.length, ttl, dontFragment]).toEqual([64, 64, true]);
    expect(payload.slice(8)).toEqual(Uint8Array.from({ length: 56 }, (_, index) => index));
  });

  test('size, TTL and patience can be chosen', () => {
    const host = acquainted(guest(), { '192.0.2.12': B_MAC });
    const effects = host.ping({ dst: B, identifier: 7, sequence: 9, size: 300, ttl: 3, timeoutMs: 250 });
    expect([packetOf(effects).payload.length, packetOf(effects).ttl]).toEqual([308, 3]);
    expect(effects.timers).toEqual([{ afterMs: 250, timer: expect.any(String) }]);
  });

  test('every packet of a host has another identification', () => {
    const host = acquainted(guest(), { '192.0.2.12': B_MAC });
    const ids = [1, 2, 3].map((sequence) => packetOf(host.ping({ dst: B, identifier: 7, sequence })).identification);
    expect(new Set(ids).size).toBe(3);
  });
});

describe('what becomes of it', () => {
  test('GUEST-7: the reply ends it, and says who and with which TTL', () => {
    const host = pinging();
    const effects = host.receive(0, ipFrame({ src: '192.0.2.12', ttl: 63, payload: icmp(0, 0) }));
    expect(told(effects)).toEqual(['pass echo-reply GUEST-7']);
    expect(effects.pings).toEqual([{ identifier: 7, sequence: 9, outcome: 'reply', from: '192.0.2.12', ttl: 63 }]);
    expect(effects.cancelled).toHaveLength(1);
  });

  test('GUEST-7: a second reply, or one to another request, ends nothing', () => {
    const host = pinging();
    expect(host.receive(0, reply(8)).pings).toEqual([]);
    expect(host.receive(0, reply(9)).pings).toHaveLength(1);
    expect(host.receive(0, reply(9)).pings).toEqual([]);
  });

  test('without a reply it ends in a timeout after five seconds', () => {
    const host = acquainted(guest(), { '192.0.2.12': B_MAC });
    const { timers } = host.ping({ dst: B, identifier: 7, sequence: 9 });
    expect(timers).toEqual([{ afterMs: 5000, timer: expect.any(String) }]);
    const ended = host.timer(timers[0]!.timer);
    expect(ended.pings).toEqual([{ identifier: 7, sequence: 9, outcome: 'timeout', from: null, ttl: null }]);
    expect(host.timer(timers[0]!.timer).pings).toEqual([]);
  });

  test('a reply that comes after the timeout ends nothing', () => {
    const host = acquainted(guest(), { '192.0.2.12': B_MAC });
    host.timer(host.ping({ dst: B, identifier: 7, sequence: 9 }).timers[0]!.timer);
    expect(host.receive(0, ipFrame({ src: '192.0.2.12', payload: icmp(0, 0) })).pings).toEqual([]);
  });

  test.each([
    [11, 0, 'ttl-expired'],
    [3, 0, 'unreachable'],
    [3, 1, 'unreachable'],
    [3, 13, 'unreachable'],
  ])('GUEST-8: an error %d/%d that quotes it ends it as %s', (type, code, outcome) => {
    const host = pinging();
    const error = ipFrame({ src: '192.0.2.1', payload: icmp(type, code, quote(), 0, 0) });
    const effects = host.receive(0, error);
    expect(told(effects)).toEqual(['pass icmp-error GUEST-8']);
    expect(effects.decisions[0]!.values).toMatchObject({ from: '192.0.2.1', type, code });
    expect(effects.pings).toEqual([{ identifier: 7, sequence: 9, outcome, from: '192.0.2.1', ttl: null }]);
    expect(effects.cancelled).toHaveLength(1);
  });

  test('GUEST-8: an error finds its request behind a header with options', () => {
    const host = pinging();
    const quoted = quote({ options: Uint8Array.of(1, 1, 1, 0) });
    const effects = host.receive(0, ipFrame({ src: '192.0.2.1', payload: icmp(11, 0, quoted, 0, 0) }));
    expect(effects.pings).toHaveLength(1);
  });

  test.each([
    ['another request', quote({ payload: icmp(8, 0, NOTHING, 7, 10) })],
    ['nothing', NOTHING],
    ['half a header', quote().slice(0, 10)],
  ])('GUEST-8: an error that quotes %s ends nothing', (_, quoted) => {
    expect(pinging().receive(0, ipFrame({ payload: icmp(11, 0, quoted, 0, 0) })).pings).toEqual([]);
  });

  test('GUEST-8: a redirect says nothing about whether the request arrives', () => {
    expect(pinging().receive(0, ipFrame({ payload: icmp(5, 1, quote(), 0, 0) })).pings).toEqual([]);
  });
});

describe('a hand-made frame', () => {
  test('goes out as it is, from the NIC that was named', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(guest().transmit(0, bytes).emissions).toEqual([{ nic: 0, bytes }]);
  });
});

describe('what no neighbour is asked for', () => {
  // Linux: lo, at once.
  test.each(['192.0.2.11', '127.0.0.1'])('GUEST-2: a host reaches itself as %s without a frame', (dst) => {
    const effects = guest().ping({ dst: ip(dst), identifier: 1, sequence: 1 });
    expect(told(effects)).toEqual(['pass local GUEST-2', 'pass echo-request GUEST-7', 'pass echo-reply GUEST-7']);
    expect(effects.pings).toEqual([{ identifier: 1, sequence: 1, outcome: 'reply', from: dst, ttl: 64 }]);
    expect([isSilent(effects), effects.cancelled]).toEqual([true, []]);
  });

  // RFC 1812 5.2.4.3.
  test('GUEST-2: of two connected networks the one with the longer prefix is taken', () => {
    const interfaces = [at(0, A_MAC, '10.0.0.11/8'), at(1, B_MAC, '10.1.0.11/16')];
    const effects = guest({ interfaces }).ping({ dst: ip('10.1.0.12'), identifier: 1, sequence: 1 });
    expect(effects.emissions.map(({ nic }) => nic)).toEqual([1]);
  });

  // ping(8) wants -b: EACCES.
  test.each(['192.0.2.255', '255.255.255.255'])('GUEST-2: nothing is sent to the broadcast address %s', (dst) => {
    const effects = guest().ping({ dst: ip(dst), identifier: 1, sequence: 1 });
    expect([told(effects), isSilent(effects)]).toEqual([['drop broadcast-ping GUEST-2'], true]);
    expect(effects.pings).toEqual([{ identifier: 1, sequence: 1, outcome: 'broadcast', from: null, ttl: null }]);
  });
});

describe('what an error quotes', () => {
  test('GUEST-8: an error about a datagram of ours does not end a ping', () => {
    const [src, dst] = [ip('192.0.2.11'), ip('192.0.2.12')];
    // Length 9 stands where an echo has its identifier.
    const udp = emitUdp({ srcPort: 1, dstPort: 2, payload: Uint8Array.of(0) }, src, dst);
    const host = acquainted(guest(), { '192.0.2.12': B_MAC });
    host.ping({ dst: B, identifier: 9, sequence: (udp[6]! << 8) | udp[7]! });
    const quoted = quote({ protocol: 17, payload: udp });
    expect(host.receive(0, ipFrame({ payload: icmp(3, 3, quoted, 0, 0) })).pings).toEqual([]);
  });

  test('GUEST-8: an error about a request of somebody else does not end a ping', () => {
    const quoted = quote({ src: '192.0.2.77', dst: '203.0.113.80' });
    expect(pinging().receive(0, ipFrame({ payload: icmp(11, 0, quoted, 0, 0) })).pings).toEqual([]);
  });

  test.each([
    ['to another destination', quote({ dst: '203.0.113.80' })],
    ['from another source', quote({ src: '192.0.2.77' })],
    ['that is a reply', quote({ payload: icmp(0, 0) })],
  ])('GUEST-8: an error about an echo %s does not end a ping', (_, quoted) => {
    expect(pinging().receive(0, ipFrame({ payload: icmp(11, 0, quoted, 0, 0) })).pings).toEqual([]);
  });
});
