/** What a host does with a packet for somebody else: drop it, or, as a router, pass it on (GUEST-8). */
import { describe, expect, test } from 'vitest';
import type { Effects } from '../../src/host/effects.ts';
import { toHex } from '../../src/wire/bytes.ts';
import { BROADCAST_MAC } from '../../src/wire/mac-address.ts';
import {
  acquainted,
  B_MAC,
  c,
  ECHO,
  guest,
  ip,
  ipFrame,
  isSilent,
  packet,
  packetOf,
  quoteOf,
  router,
  RT_MAC,
  sent,
  SV_MAC,
  told,
  X_MAC,
  type PacketFields,
} from './bench.ts';

const KNOWN = { '192.0.2.50': X_MAC, '198.51.100.13': B_MAC, '203.0.113.80': SV_MAC };

/** The router, who knows everybody, gets a packet on VLAN 10. */
function receive(fields: PacketFields, outer: Parameters<typeof ipFrame>[1] = {}): Effects {
  const frame = ipFrame({ payload: ECHO, ...fields }, { dst: RT_MAC, tags: [c(10)], ...outer });
  return acquainted(router(), KNOWN).receive(0, frame);
}

/** The frame with these bits in the second octet of its IP header (behind one tag), and a right checksum. */
function withEcn(fields: PacketFields, ecn: number): Uint8Array {
  const bytes = ipFrame({ payload: ECHO, ...fields }, { dst: RT_MAC, tags: [c(10)] });
  bytes[19]! |= ecn;
  let sum = ((bytes[28]! << 8) | bytes[29]!) - ecn;
  if (sum < 0) sum += 0xffff;
  bytes[28] = sum >>> 8;
  bytes[29] = sum;
  return bytes;
}

describe('a host that does not forward', () => {
  test('GUEST-8: drops a packet for another address in silence, though the frame was for it', () => {
    const host = acquainted(guest(), KNOWN);
    const effects = host.receive(0, ipFrame({ dst: '192.0.2.12', payload: ECHO }));
    expect([told(effects), isSilent(effects)]).toEqual([['drop not-my-ip GUEST-8'], true]);
    expect(effects.decisions[0]!.values).toEqual({ dstIp: '192.0.2.12', forward: 0 });
  });

  test.each(['192.0.2.254', '192.0.3.255', '192.0.2.0', '255.255.255.254'])('GUEST-8: %s is another address', (dst) => {
    expect(told(guest().receive(0, ipFrame({ dst, payload: ECHO })))).toEqual(['drop not-my-ip GUEST-8']);
  });
});

describe('a router', () => {
  test('GUEST-8: passes a packet on with one less TTL, between its own and the next MAC address', () => {
    const effects = receive({ dst: '203.0.113.80', ttl: 64 });
    expect(sent(effects)).toEqual([
      '1 00:00:5e:00:53:02 > 00:00:5e:00:53:80 IPv4 192.0.2.50 > 203.0.113.80 proto 1 ttl 63 echo request id 1 seq 2',
    ]);
    expect(told(effects)).toEqual(['pass forward GUEST-8']);
    expect(effects.decisions[0]!.values).toMatchObject({ dstIp: '203.0.113.80', nextHop: '203.0.113.80', ttl: 63 });
  });

  test('GUEST-8: goes from one VLAN to another on one NIC, with the other VLAN’s tag', () => {
    expect(sent(receive({ dst: '198.51.100.13' }))).toEqual([
      '0 00:00:5e:00:53:01 > 00:00:5e:00:53:0b C20 IPv4 192.0.2.50 > 198.51.100.13 proto 1 ttl 63 echo request id 1 seq 2',
    ]);
  });

  test('GUEST-8: changes nothing of a packet but TTL and checksum', () => {
    const fields = { dst: '203.0.113.80', dscp: 46, identification: 0xabcd, options: Uint8Array.of(1, 1, 1, 0) };
    const before = packet({ ...fields, payload: ECHO, ttl: 9 });
    const after = packetOf(receive({ ...fields, ttl: 9 }));
    expect(toHex(packet({ ...fields, payload: after.payload, ttl: 9 }))).toBe(toHex(before));
    expect(after).toMatchObject({ dscp: 46, identification: 0xabcd, ttl: 8, dontFragment: true });
  });

  test('GUEST-8: a fragment is passed on as the fragment that it is', () => {
    const after = packetOf(
      receive({ dst: '203.0.113.80', dontFragment: false, moreFragments: true, fragmentOffset: 1480 }),
    );
    expect(after).toMatchObject({ dontFragment: false, moreFragments: true, fragmentOffset: 1480 });
  });

  test('GUEST-8: what Ethernet padded is not passed on', () => {
    const bytes = ipFrame({ dst: '203.0.113.80', payload: ECHO }, { dst: RT_MAC, tags: [c(10)] });
    const effects = acquainted(router(), KNOWN).receive(0, Uint8Array.of(...bytes, ...new Uint8Array(20)));
    expect(effects.emissions[0]!.bytes.length).toBe(bytes.length - 4);
  });

  test('GUEST-8: asks for the next hop and then sends what waited', () => {
    const host = router();
    const effects = host.receive(0, ipFrame({ dst: '203.0.113.80', payload: ECHO }, { dst: RT_MAC, tags: [c(10)] }));
    expect(sent(effects)).toEqual([
      '1 00:00:5e:00:53:02 > ff:ff:ff:ff:ff:ff ARP who-has 203.0.113.80 tell 203.0.113.1',
    ]);
    expect(told(effects)).toEqual(['pass forward GUEST-8', 'pass arp-request GUEST-3']);
  });

  test('GUEST-2: hands on to its own gateway what is in none of its networks', () => {
    const host = acquainted(router({ gateway: ip('203.0.113.254') }), { '203.0.113.254': B_MAC });
    const effects = host.receive(0, ipFrame({ dst: '8.8.8.8', payload: ECHO }, { dst: RT_MAC, tags: [c(10)] }));
    expect(sent(effects)).toEqual([
      '1 00:00:5e:00:53:02 > 00:00:5e:00:53:0b IPv4 192.0.2.50 > 8.8.8.8 proto 1 ttl 63 echo request id 1 seq 2',
    ]);
  });
});

describe('what a router cannot pass on', () => {
  test.each([1, 0])('GUEST-8: TTL %d has expired: ICMP 11/0 to the sender', (ttl) => {
    const effects = receive({ dst: '203.0.113.80', ttl });
    expect(sent(effects)).toEqual([
      '0 00:00:5e:00:53:01 > 00:00:5e:00:53:99 C10 IPv4 192.0.2.1 > 192.0.2.50 proto 1 ttl 64 time exceeded code 0',
    ]);
    expect(told(effects)).toEqual(['drop ttl-expired GUEST-8']);
    expect(effects.decisions[0]!.values).toEqual({ ttl, hop: 'RT' });
  });

  test('GUEST-8: TTL 2 has not expired', () => {
    expect(packetOf(receive({ dst: '203.0.113.80', ttl: 2 })).ttl).toBe(1);
  });

  test('GUEST-8: a packet for the router itself may have TTL 1', () => {
    expect(told(receive({ dst: '192.0.2.1', ttl: 1 }))).toEqual(['pass echo-request GUEST-7']);
  });

  test('GUEST-8: no route: ICMP 3/0 to the sender', () => {
    const effects = receive({ dst: '8.8.8.8' });
    expect(sent(effects)).toEqual([
      '0 00:00:5e:00:53:01 > 00:00:5e:00:53:99 C10 IPv4 192.0.2.1 > 192.0.2.50 proto 1 ttl 64 destination unreachable code 0',
    ]);
    expect(told(effects)).toEqual(['drop no-route GUEST-8']);
    expect(effects.decisions[0]!.values).toEqual({ dstIp: '8.8.8.8', gateway: 'none' });
  });

  test('GUEST-3: nobody has the next hop: ICMP 3/1 to the sender after three requests', () => {
    const host = acquainted(router(), KNOWN);
    const frame = ipFrame({ dst: '203.0.113.99', payload: ECHO }, { dst: RT_MAC, tags: [c(10)] });
    const { timer } = host.receive(0, frame).timers[0]!;
    host.timer(timer);
    host.timer(timer);
    const end = host.timer(timer);
    expect(sent(end)).toEqual([
      '0 00:00:5e:00:53:01 > 00:00:5e:00:53:99 C10 IPv4 192.0.2.1 > 192.0.2.50 proto 1 ttl 64 destination unreachable code 1',
    ]);
    expect(end.pings).toEqual([]);
  });

  test('GUEST-8: an error quotes header and eight bytes as they came, with TTL, length and checksum', () => {
    const fields = { dst: '203.0.113.80', ttl: 1, payload: ECHO };
    expect(toHex(quoteOf(receive(fields)))).toBe(toHex(packet(fields).slice(0, 28)));
  });

  test('GUEST-8: the quoted header keeps its options, and eight bytes follow them', () => {
    const fields = { dst: '203.0.113.80', ttl: 1, options: Uint8Array.of(7, 7, 4, 0, 0, 0, 0, 0), payload: ECHO };
    expect(toHex(quoteOf(receive(fields)))).toBe(toHex(packet(fields).slice(0, 36)));
  });

  test('GUEST-8: a packet of less than eight bytes is quoted whole', () => {
    const fields = { dst: '203.0.113.80', ttl: 1, protocol: 253, payload: Uint8Array.of(1, 2, 3) };
    expect(toHex(quoteOf(receive(fields)))).toBe(toHex(packet(fields)));
  });

  test('GUEST-8: an error to a sender that cannot be reached is not sent', () => {
    expect(isSilent(receive({ src: '8.8.4.4', dst: '203.0.113.80', ttl: 1 }))).toBe(true);
  });

  test('GUEST-8: a packet in a frame to everybody is not passed on', () => {
    expect(isSilent(receive({ dst: '203.0.113.80' }, { dst: BROADCAST_MAC }))).toBe(true);
  });

  test('GUEST-8: an ICMP query other than echo gets its error', () => {
    const timestamp = Uint8Array.of(13, 0, 0xf2, 0xff, ...new Uint8Array(16));
    expect(sent(receive({ dst: '203.0.113.80', ttl: 1, payload: timestamp }))).toHaveLength(1);
  });
});

describe('what a router leaves alone, and what it leaves unsaid', () => {
  // RFC 3168 5; Linux 6.18 does so.
  test('GUEST-8: the ECN bits of a packet are passed on', () => {
    const effects = acquainted(router(), KNOWN).receive(0, withEcn({ dst: '203.0.113.80' }, 3));
    expect(told(effects)).toEqual(['pass forward GUEST-8']);
    expect(effects.emissions[0]!.bytes[15]).toBe(3);
  });

  test('GUEST-8: an error quotes the ECN bits as they came', () => {
    const bytes = withEcn({ dst: '203.0.113.80', ttl: 1 }, 2);
    const effects = acquainted(router(), KNOWN).receive(0, bytes);
    expect(told(effects)).toEqual(['drop ttl-expired GUEST-8']);
    expect(toHex(quoteOf(effects))).toBe(toHex(bytes.slice(18, 46)));
  });

  // RFC 2644. Linux 6.18 (bc_forwarding 0) takes it for one to itself, and ignores it.
  test('GUEST-8: the broadcast address of another network is not passed on', () => {
    const effects = receive({ dst: '203.0.113.255' });
    expect([told(effects), isSilent(effects)]).toEqual([['drop echo-ignored GUEST-7'], true]);
  });

  // RFC 1122 3.2.2: no error about a packet to a multicast address. Linux 6.18 sends none.
  test.each(['224.0.1.9', '0.0.0.1', '127.0.0.1'])('GUEST-8: a packet to %s has no route and no error', (dst) => {
    const effects = receive({ dst });
    expect([told(effects), isSilent(effects)]).toEqual([['drop not-my-ip GUEST-8'], true]);
  });

  test('GUEST-8: no error about a fragment that is not the first (RFC 1122 3.2.2)', () => {
    expect(isSilent(receive({ dst: '203.0.113.80', ttl: 1, fragmentOffset: 128 }))).toBe(true);
  });

  // Linux: ip_route_input comes before ip_forward.
  test('GUEST-8: with TTL 1 and no route it is unreachable, not expired', () => {
    const effects = receive({ dst: '8.8.8.8', ttl: 1 });
    expect(told(effects)).toEqual(['drop no-route GUEST-8']);
    expect(sent(effects).join()).toContain('destination unreachable code 0');
  });

  test.each(['0.0.0.0', '192.0.2.255', '198.51.100.1', '224.0.0.9', '127.0.0.1'])(
    'GUEST-9: a packet from %s is not passed on (RFC 1812 5.3.7)',
    (src) => {
      const effects = receive({ src, dst: '203.0.113.80' });
      expect([told(effects), isSilent(effects)]).toEqual([['drop martian-src GUEST-9'], true]);
    },
  );

  test('GUEST-8: what it carries is passed on with its own wrong checksum', () => {
    const payload = ECHO.slice();
    payload[2]! ^= 1;
    expect(toHex(packetOf(receive({ dst: '203.0.113.80', payload })).payload)).toBe(toHex(payload));
  });

  // As the captures of Linux have it; the old TOS bits stay (RFC 1812 4.3.2.5).
  test('GUEST-8: an error has precedence 6 and may be fragmented', () => {
    expect(packetOf(receive({ dst: '203.0.113.80', ttl: 1 }))).toMatchObject({ dscp: 48, ecn: 0, dontFragment: false });
    expect(packetOf(receive({ dst: '203.0.113.80', ttl: 1, dscp: 46, ecn: 3 }))).toMatchObject({ dscp: 54, ecn: 2 });
  });

  test.each([3, 4, 5, 11, 12, 19, 200])('GUEST-8: no error about an ICMP message of type %d', (type) => {
    expect(isSilent(receive({ dst: '203.0.113.80', ttl: 1, payload: Uint8Array.of(type, 0, 0, 0) }))).toBe(true);
  });
});
