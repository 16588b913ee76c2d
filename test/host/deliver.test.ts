/** What a host does with a packet for itself: `IpHost.receive` (GUEST-7, GUEST-9, GUEST-10). */
import { describe, expect, test } from 'vitest';
import { Effects } from '../../src/host/effects.ts';
import { readUint16, toHex } from '../../src/wire/bytes.ts';
import { checksum } from '../../src/wire/checksum.ts';
import { emitIcmp, parseIcmp } from '../../src/wire/icmp.ts';
import { BROADCAST_MAC } from '../../src/wire/mac-address.ts';
import { emitTcp, parseTcp, TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN, type TcpSegment } from '../../src/wire/tcp.ts';
import { emitUdp } from '../../src/wire/udp.ts';
import {
  A_MAC,
  acquainted,
  arpReply,
  at,
  B_MAC,
  c,
  ECHO,
  frame,
  guest,
  ip,
  ipFrame,
  isSilent,
  NOTHING,
  packet,
  packetOf,
  quoteOf,
  RT_MAC,
  router,
  sent,
  told,
  X_MAC,
  type PacketFields,
} from './bench.ts';

const SRC = ip('192.0.2.50');
const DST = ip('192.0.2.11');
const TO_X = '0 00:00:5e:00:53:0a > 00:00:5e:00:53:99 IPv4 192.0.2.11 > 192.0.2.50 proto';

/** VM-A, who knows 192.0.2.50, gets a packet from there. */
function receive(fields: PacketFields, outer: Parameters<typeof ipFrame>[1] = {}): Effects {
  return acquainted(guest(), { '192.0.2.50': X_MAC }).receive(0, ipFrame(fields, outer));
}

function udp(dstPort: number, dst = DST): Uint8Array {
  return emitUdp({ srcPort: 4000, dstPort, payload: Uint8Array.of(1, 2, 3) }, SRC, dst);
}

function tcp(fields: Partial<TcpSegment>): Uint8Array {
  const numbers = {
    srcPort: 4000,
    dstPort: 80,
    sequence: 1000,
    acknowledgement: 0,
    flags: TCP_SYN,
    window: 64_240,
    urgentPointer: 0,
  };
  return emitTcp({ ...numbers, options: NOTHING, payload: NOTHING, ...fields }, SRC, DST);
}

/** What VM-A answers a segment with. */
function reset(fields: Partial<TcpSegment>): TcpSegment | string {
  const effects = receive({ protocol: 6, payload: tcp(fields) });
  if (effects.emissions.length === 0) return 'silence';
  const { payload, src, dst, ttl } = packetOf(effects);
  expect([src, dst, ttl]).toEqual([DST, SRC, 64]);
  return parseTcp(payload, src, dst) as TcpSegment;
}

describe('echo requests', () => {
  test('GUEST-7: are answered with TTL 64, whatever theirs was', () => {
    const effects = receive({ ttl: 3, payload: ECHO });
    expect(sent(effects)).toEqual([`${TO_X} 1 ttl 64 echo reply id 1 seq 2`]);
    expect(told(effects)).toEqual(['pass echo-request GUEST-7']);
  });

  test('GUEST-7: the reply has the same identifier, sequence number and payload', () => {
    const reply = parseIcmp(packetOf(receive({ payload: ECHO })).payload);
    expect(reply).toEqual({
      type: 0,
      code: 0,
      identifier: 1,
      sequence: 2,
      payload: Uint8Array.from({ length: 24 }, (_, index) => index),
    });
  });

  // RFC 1122 3.2.2.6 and 3.2.1.6; as the captures of Linux have it, the reply may be fragmented.
  test('GUEST-7: the reply has the TOS of the request', () => {
    const fields = { dscp: 46, ecn: 2, dontFragment: false };
    expect(packetOf(receive({ dscp: 46, ecn: 2, payload: ECHO }))).toMatchObject(fields);
  });

  test('GUEST-7: the reply goes to the MAC address of the sender’s IP, not back along the frame', () => {
    const host = acquainted(guest(), { '192.0.2.50': B_MAC });
    expect(sent(host.receive(0, ipFrame({ payload: ECHO }, { src: X_MAC })))).toEqual([
      '0 00:00:5e:00:53:0a > 00:00:5e:00:53:0b IPv4 192.0.2.11 > 192.0.2.50 proto 1 ttl 64 echo reply id 1 seq 2',
    ]);
  });

  test('GUEST-7: the reply waits until the sender has been asked for', () => {
    const host = guest();
    expect(sent(host.receive(0, ipFrame({ payload: ECHO })))).toEqual([
      '0 00:00:5e:00:53:0a > ff:ff:ff:ff:ff:ff ARP who-has 192.0.2.50 tell 192.0.2.11',
    ]);
    expect(sent(host.receive(0, arpReply({ from: '192.0.2.50', to: '192.0.2.11' })))).toEqual([
      `${TO_X} 1 ttl 64 echo reply id 1 seq 2`,
    ]);
  });

  test('GUEST-2: the reply to another subnet goes by the gateway; without one it cannot go', () => {
    const host = acquainted(guest(), { '192.0.2.1': RT_MAC });
    const request = ipFrame({ src: '203.0.113.80', payload: ECHO });
    expect(sent(host.receive(0, request))).toEqual([
      '0 00:00:5e:00:53:0a > 00:00:5e:00:53:01 IPv4 192.0.2.11 > 203.0.113.80 proto 1 ttl 64 echo reply id 1 seq 2',
    ]);
    const effects = guest({ gateway: null }).receive(0, request);
    expect([told(effects), isSilent(effects)]).toEqual([['pass echo-request GUEST-7', 'drop no-route GUEST-2'], true]);
  });

  test('GUEST-7: a router answers for each of its addresses, from that address', () => {
    const host = acquainted(router(), { '192.0.2.50': X_MAC });
    const request = ipFrame({ dst: '203.0.113.1', payload: ECHO }, { dst: RT_MAC, tags: [c(10)] });
    expect(sent(host.receive(0, request))).toEqual([
      '0 00:00:5e:00:53:01 > 00:00:5e:00:53:99 C10 IPv4 203.0.113.1 > 192.0.2.50 proto 1 ttl 64 echo reply id 1 seq 2',
    ]);
  });

  test.each(['192.0.2.255', '255.255.255.255'])('GUEST-7: an echo request to %s is ignored', (dst) => {
    const effects = receive({ dst, payload: ECHO }, { dst: BROADCAST_MAC });
    expect([told(effects), isSilent(effects)]).toEqual([['drop echo-ignored GUEST-7'], true]);
    expect(effects.decisions[0]!.values['dstIp']).toBe(dst);
  });

  test('GUEST-7: an unasked reply is taken in and answered with nothing', () => {
    const reply = emitIcmp({ type: 0, code: 0, identifier: 5, sequence: 5, payload: NOTHING });
    const effects = receive({ payload: reply });
    expect([told(effects), isSilent(effects), effects.pings]).toEqual([['pass echo-reply GUEST-7'], true, []]);
  });

  test('padding behind the packet is not echoed', () => {
    const padded = Uint8Array.of(...packet({ payload: ECHO }), ...new Uint8Array(12).fill(0xff));
    const host = acquainted(guest(), { '192.0.2.50': X_MAC });
    const effects = host.receive(0, frame({ etherType: 0x0800, payload: padded }));
    expect(packetOf(effects).payload.length).toBe(ECHO.length);
  });
});

describe('ICMP that asks nothing of this host', () => {
  test.each([4, 5, 9, 13, 14, 200])('GUEST-9: type %d is taken in and answered with nothing', (type) => {
    const payload = emitIcmp({ type, code: 0, identifier: 1, sequence: 2, payload: packet({ payload: ECHO }) });
    const effects = receive({ payload });
    expect([isSilent(effects), effects.pings]).toEqual([true, []]);
    expect(effects.decisions.map(({ verdict }) => verdict)).toEqual(['pass']);
  });
});

describe('UDP', () => {
  test('GUEST-9: a closed port is answered with ICMP 3/3 that quotes the header and eight bytes', () => {
    const effects = receive({ protocol: 17, payload: udp(9) });
    expect(sent(effects)).toEqual([`${TO_X} 1 ttl 64 destination unreachable code 3`]);
    expect(told(effects)).toEqual(['drop no-listener GUEST-9']);
    expect(effects.decisions[0]!.values).toEqual({ protocol: 'UDP', dstPort: 9, reply: 'ICMP 3/3' });
    expect(toHex(quoteOf(effects))).toBe(toHex(packet({ protocol: 17, payload: udp(9) }).slice(0, 28)));
  });

  test('GUEST-9: a datagram without a checksum is as good as one with', () => {
    const payload = udp(9);
    payload[6] = payload[7] = 0;
    expect(sent(receive({ protocol: 17, payload }))).toEqual([`${TO_X} 1 ttl 64 destination unreachable code 3`]);
  });

  test('GUEST-9: the error comes from the address that was asked, also that of another interface', () => {
    const host = acquainted(router(), { '192.0.2.50': X_MAC });
    const payload = emitUdp({ srcPort: 4000, dstPort: 9, payload: NOTHING }, SRC, ip('203.0.113.1'));
    const request = ipFrame({ dst: '203.0.113.1', protocol: 17, payload }, { dst: RT_MAC, tags: [c(10)] });
    expect(sent(host.receive(0, request))).toEqual([
      '0 00:00:5e:00:53:01 > 00:00:5e:00:53:99 C10 IPv4 203.0.113.1 > 192.0.2.50 proto 1 ttl 64 destination unreachable code 3',
    ]);
  });

  test('GUEST-9: to broadcast nothing is answered', () => {
    const payload = udp(9, ip('192.0.2.255'));
    const effects = receive({ dst: '192.0.2.255', protocol: 17, payload }, { dst: BROADCAST_MAC });
    expect([told(effects), isSilent(effects)]).toEqual([['drop no-listener GUEST-9'], true]);
    expect(effects.decisions[0]!.values['reply']).toBe('');
  });
});

describe('other protocols and bad headers', () => {
  test.each([2, 89, 253])('GUEST-9: IP protocol %d is answered with ICMP 3/2', (protocol) => {
    const effects = receive({ protocol, payload: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9) });
    expect(sent(effects)).toEqual([`${TO_X} 1 ttl 64 destination unreachable code 2`]);
    expect(told(effects)).toEqual(['drop unknown-protocol GUEST-9']);
    expect(effects.decisions[0]!.values['protocol']).toBe(protocol);
  });

  test('GUEST-9: to broadcast nothing is answered', () => {
    const effects = receive({ dst: '192.0.2.255', protocol: 253 }, { dst: BROADCAST_MAC });
    expect([told(effects), isSilent(effects)]).toEqual([['drop unknown-protocol GUEST-9'], true]);
  });

  test('GUEST-9: a bad IP checksum is dropped in silence', () => {
    const bytes = ipFrame({ payload: ECHO });
    bytes[24]! ^= 1;
    const effects = acquainted(guest(), { '192.0.2.50': X_MAC }).receive(0, bytes);
    expect([told(effects), isSilent(effects)]).toEqual([['drop bad-checksum GUEST-9'], true]);
    expect(effects.decisions[0]!.values).toMatchObject({ protocol: 'IPv4', value: readUint16(bytes, 24) });
  });

  test('GUEST-9: a bad ICMP or TCP checksum is dropped in silence', () => {
    const echo = Uint8Array.from(ECHO);
    echo[2]! ^= 1;
    const segment = tcp({});
    segment[16]! ^= 1;
    for (const [protocol, payload, name] of [
      [1, echo, 'ICMP'],
      [6, segment, 'TCP'],
    ] as const) {
      const effects = receive({ protocol, payload });
      expect([told(effects), isSilent(effects)]).toEqual([['drop bad-checksum GUEST-9'], true]);
      expect(effects.decisions[0]!.values['protocol']).toBe(name);
    }
  });

  test.each([
    ['version', 0, 0x65, '6'],
    ['IHL', 0, 0x44, '4'],
    ['total length', 2, 0xff, String(0xff00 + 52)],
  ])('GUEST-9: a header with a wrong %s is dropped in silence', (field, where, value, found) => {
    const bytes = ipFrame({ payload: ECHO });
    bytes[14 + where] = value;
    const effects = acquainted(guest(), { '192.0.2.50': X_MAC }).receive(0, bytes);
    expect([told(effects), isSilent(effects)]).toEqual([['drop malformed-header GUEST-9'], true]);
    expect(effects.decisions[0]!.values).toEqual({ protocol: 'IPv4', field, value: found });
  });

  test('no error answers an error (RFC 1122 3.2.2)', () => {
    const host = acquainted(router(), { '192.0.2.50': X_MAC });
    const error = emitIcmp({ type: 3, code: 3, identifier: 0, sequence: 0, payload: packet({}) });
    const tags = [c(10)];
    const expired = host.receive(0, ipFrame({ dst: '203.0.113.80', ttl: 1, payload: error }, { dst: RT_MAC, tags }));
    expect([told(expired), isSilent(expired)]).toEqual([['drop ttl-expired GUEST-8'], true]);
  });

  test('no error is sent to 0.0.0.0 or to everybody (RFC 1122 3.2.2)', () => {
    for (const src of ['0.0.0.0', '255.255.255.255']) {
      expect(isSilent(receive({ src, protocol: 17, payload: udp(9) })), src).toBe(true);
    }
  });
});

describe('TCP without a listener', () => {
  const ports = { srcPort: 80, dstPort: 4000, window: 0, urgentPointer: 0, options: NOTHING, payload: NOTHING };

  test('GUEST-10: a SYN is answered with RST and ACK, number 0, acknowledging one more', () => {
    const answer = { ...ports, flags: TCP_RST | TCP_ACK, sequence: 0, acknowledgement: 1001 };
    expect(reset({ sequence: 1000 })).toEqual(answer);
    expect(told(receive({ protocol: 6, payload: tcp({}) }))).toEqual(['drop no-listener GUEST-10']);
  });

  test('GUEST-10: sequence numbers wrap around', () => {
    expect(reset({ sequence: 2 ** 32 - 1 })).toMatchObject({ acknowledgement: 0 });
  });

  test.each([
    ['payload', { flags: TCP_PSH, payload: Uint8Array.of(1, 2, 3) }, 1003],
    ['SYN and payload', { flags: TCP_SYN, payload: Uint8Array.of(1, 2, 3) }, 1004],
    ['FIN', { flags: TCP_FIN }, 1001],
    ['SYN and FIN', { flags: TCP_SYN | TCP_FIN }, 1002],
    ['no flag at all', { flags: 0 }, 1000],
  ])('GUEST-10: what is acknowledged counts %s (RFC 9293 3.10.7.1)', (_, fields, acknowledgement) => {
    expect(reset(fields)).toMatchObject({ flags: TCP_RST | TCP_ACK, sequence: 0, acknowledgement });
  });

  test.each([
    ['ACK', TCP_ACK],
    ['SYN ACK', TCP_SYN | TCP_ACK],
    ['FIN ACK', TCP_FIN | TCP_ACK],
    ['data', TCP_PSH | TCP_ACK],
  ])('GUEST-10: %s is answered with a plain RST whose number is what it acknowledged', (_, flags) => {
    const answer = { ...ports, flags: TCP_RST, sequence: 77_777, acknowledgement: 0 };
    expect(reset({ flags, acknowledgement: 77_777 })).toEqual(answer);
  });

  test.each([TCP_RST, TCP_RST | TCP_ACK, TCP_RST | TCP_SYN])(
    'GUEST-10: a reset (flags 0x%x) is never answered',
    (flags) => {
      expect(reset({ flags })).toBe('silence');
      const { decisions } = receive({ protocol: 6, payload: tcp({ flags }) });
      expect(decisions[0]).toMatchObject({ reason: 'no-listener', values: { dstPort: 80, reply: '' } });
    },
  );

  test('GUEST-10: a segment to a broadcast address is not answered', () => {
    const broadcast = ip('192.0.2.255');
    const numbers = {
      srcPort: 4000,
      dstPort: 80,
      sequence: 1,
      acknowledgement: 0,
      flags: TCP_SYN,
      window: 0,
      urgentPointer: 0,
    };
    const payload = emitTcp({ ...numbers, options: NOTHING, payload: NOTHING }, SRC, broadcast);
    const effects = receive({ dst: '192.0.2.255', protocol: 6, payload }, { dst: BROADCAST_MAC });
    expect([told(effects), isSilent(effects)]).toEqual([['drop no-listener GUEST-10'], true]);
  });

  test('GUEST-10: options do not count as data', () => {
    expect(reset({ options: Uint8Array.of(2, 4, 5, 180) })).toMatchObject({ acknowledgement: 1001 });
  });
});

describe('what is dropped in silence', () => {
  // RFC 1122 4.1.3.4; Linux 6.18 sends nothing (UdpInCsumErrors).
  test('GUEST-9: a bad UDP checksum is dropped in silence', () => {
    const payload = udp(9);
    payload[6]! ^= 0x55;
    const effects = receive({ protocol: 17, payload });
    expect([told(effects), isSilent(effects)]).toEqual([['drop bad-checksum GUEST-9'], true]);
    expect(effects.decisions[0]!.values['expected']).toBe(readUint16(udp(9), 6));
  });

  test('GUEST-9: a UDP header that is cut is dropped in silence', () => {
    const effects = receive({ protocol: 17, payload: udp(9).slice(0, 4) });
    expect([told(effects), isSilent(effects)]).toEqual([['drop malformed-header GUEST-9'], true]);
    expect(effects.decisions[0]!.values).toEqual({ protocol: 'UDP', field: 'length', value: '4 B' });
  });

  // Linux 6.18 waits for the other fragments. RFC 1122 3.2.2: no error about a fragment that is not the first.
  test.each([
    ['a datagram', 'first', { protocol: 17, moreFragments: true, payload: udp(9) }],
    ['a datagram', 'last', { protocol: 17, fragmentOffset: 128, payload: udp(9) }],
    ['an echo request', 'first', { moreFragments: true, payload: ECHO }],
    ['an echo request', 'last', { fragmentOffset: 128, payload: ECHO }],
    ['an unknown protocol', 'last', { protocol: 253, fragmentOffset: 128, payload: ECHO }],
  ])('GUEST-9: %s of which only the %s fragment comes is not answered', (_, __, fields) => {
    const effects = receive(fields);
    expect([told(effects), isSilent(effects)]).toEqual([['drop fragment GUEST-9'], true]);
  });

  // RFC 1122 3.2.2: no error about what came as a link-layer broadcast. Linux 6.18 sends none.
  test.each([
    [6, tcp({})],
    [17, udp(9)],
    [253, NOTHING],
  ])('GUEST-9: protocol %d in a frame to everybody is not answered', (protocol, payload) => {
    const effects = receive({ protocol, payload }, { dst: BROADCAST_MAC });
    expect([isSilent(effects), effects.decisions[0]!.values['reply']]).toEqual([true, '']);
  });

  test('GUEST-7: an echo request in a frame to everybody is answered, if its packet is for this host', () => {
    expect(sent(receive({ payload: ECHO }, { dst: BROADCAST_MAC }))).toHaveLength(1);
  });

  // RFC 1122 3.2.1.3: must be discarded in silence. Linux 6.18 does (martian source).
  test.each(['0.0.0.0', '255.255.255.255', '192.0.2.255', '224.0.0.9', '127.0.0.1', '192.0.2.11'])(
    'GUEST-7: an echo request from %s, which is no other host’s address, is not answered',
    (src) => {
      const effects = receive({ src, payload: ECHO });
      expect([told(effects), isSilent(effects)]).toEqual([['drop martian-src GUEST-9'], true]);
      expect(effects.decisions[0]!.values).toEqual({ srcIp: src });
    },
  );

  // DHCP: who has no address yet asks everybody from 0.0.0.0.
  test('GUEST-9: a datagram from 0.0.0.0 to everybody is taken in', () => {
    const payload = emitUdp({ srcPort: 68, dstPort: 67, payload: NOTHING }, 0, ip('255.255.255.255'));
    const effects = receive({ src: '0.0.0.0', dst: '255.255.255.255', protocol: 17, payload }, { dst: BROADCAST_MAC });
    expect([told(effects), isSilent(effects)]).toEqual([['drop no-listener GUEST-9'], true]);
  });
});

describe('networks of one and two addresses', () => {
  // They have no broadcast address (RFC 3021); Linux 6.18 answers both.
  test.each([
    ['198.51.100.21/32', '198.51.100.21'],
    ['198.51.100.21/31', '198.51.100.21'],
  ])('GUEST-7: a host with %s answers an echo request to %s', (network, dst) => {
    const host = guest({ interfaces: [at(0, A_MAC, network)], gateway: ip('198.51.100.20') });
    expect(told(host.receive(0, ipFrame({ src: '198.51.100.20', dst, payload: ECHO })))[0]).toBe(
      'pass echo-request GUEST-7',
    );
  });
});

describe('how a bad header is told', () => {
  test('GUEST-9: a bad IP checksum is told with the value that would have been right', () => {
    const bytes = ipFrame({ payload: ECHO });
    const right = readUint16(bytes, 24);
    bytes[24]! ^= 1;
    expect(guest().receive(0, bytes).decisions[0]!.values['expected']).toBe(right);
  });

  test('GUEST-9: a bad ICMP checksum is told with the value that would have been right', () => {
    const echo = Uint8Array.from(ECHO);
    echo[2]! ^= 1;
    expect(checksum(ECHO)).toBe(0);
    expect(receive({ payload: echo }).decisions[0]!.values['expected']).toBe(readUint16(ECHO, 2));
  });

  test('GUEST-9: an ICMP message that is too short is malformed, not badly summed', () => {
    expect(told(receive({ payload: ECHO.slice(0, 7) }))).toEqual(['drop malformed-header GUEST-9']);
  });

  test('GUEST-9: a TCP header that is too short is malformed, not badly summed', () => {
    expect(told(receive({ protocol: 6, payload: tcp({}).slice(0, 12) }))).toEqual(['drop malformed-header GUEST-9']);
  });

  test('GUEST-9: an unknown protocol to broadcast is told without an answer', () => {
    const effects = receive({ dst: '192.0.2.255', protocol: 253 }, { dst: BROADCAST_MAC });
    expect(effects.decisions[0]!.values['reply']).toBe('');
  });
});
