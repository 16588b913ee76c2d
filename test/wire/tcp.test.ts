/** TCP: `src/wire/tcp.ts` against a recorded connection between Linux hosts and RFC 9293. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readUint16, toHex } from '../../src/wire/bytes.ts';
import { dstIpOf, parseIpv4Address, srcIpOf } from '../../src/wire/ipv4.ts';
import { isMalformed } from '../../src/wire/malformed.ts';
import {
  emitTcp,
  formatTcp,
  parseTcp,
  TCP_ACK,
  TCP_FIN,
  TCP_PSH,
  TCP_RST,
  TCP_SYN,
  TCP_URG,
  tcpHeaderSizeOf,
  type TcpSegment,
} from '../../src/wire/tcp.ts';
import { bits, bytes, tcpSegment } from './arbitraries.ts';
import { captured, readCaptures, type Captured } from './captures.ts';

const SRC = parseIpv4Address('192.0.2.11') as number;
const DST = parseIpv4Address('198.51.100.13') as number;
const NOTHING = new Uint8Array(0);

function parsed({ bytes: frame }: Captured): TcpSegment {
  const segment = parseTcp(frame.slice(34), srcIpOf(frame, 14), dstIpOf(frame, 14));
  if (isMalformed(segment)) throw new Error(`malformed: ${segment.field}`);
  return segment;
}

describe('what Linux sends', () => {
  test('a SYN: ports, numbers, flags, window, options', () => {
    const { options, ...fields } = parsed(captured('linux-stack', 'SYN to a closed port'));
    expect(fields).toEqual({
      srcPort: 40_002,
      dstPort: 81,
      sequence: 757_874_564,
      acknowledgement: 0,
      flags: TCP_SYN,
      window: 64_240,
      urgentPointer: 0,
      payload: NOTHING,
    });
    expect(toHex(options)).toBe('020405b40402080ad47cdb07000000000103030a');
  });

  test('the reset that answers it: number 0, acknowledging one more', () => {
    expect(parsed(captured('linux-stack', 'RST ACK'))).toEqual({
      srcPort: 81,
      dstPort: 40_002,
      sequence: 0,
      acknowledgement: 757_874_565,
      flags: TCP_RST | TCP_ACK,
      window: 0,
      urgentPointer: 0,
      options: NOTHING,
      payload: NOTHING,
    });
  });

  test('every recorded segment: the fields that tshark sees, and the same bytes again', () => {
    const segments = readCaptures('linux-stack').filter(({ tshark }) => tshark['tcp.srcport'] !== undefined);
    expect(segments.length).toBe(12);
    const flags = new Set<number>();
    for (const capture of segments) {
      const segment = parsed(capture);
      const { bytes: frame, tshark } = capture;
      flags.add(segment.flags);
      expect(tcpHeaderSizeOf(frame, 34)).toBe(Number(tshark['tcp.hdr_len']![0]));
      expect(segment.sequence).toBe(Number(tshark['tcp.seq_raw']![0]));
      expect(segment.acknowledgement).toBe(Number(tshark['tcp.ack_raw']![0]));
      expect(segment.flags).toBe(Number(tshark['tcp.flags']![0]));
      expect(toHex(emitTcp(segment, srcIpOf(frame, 14), dstIpOf(frame, 14)))).toBe(toHex(frame.subarray(34)));
    }
    const [syn, ack, psh, fin, rst] = [TCP_SYN, TCP_ACK, TCP_PSH, TCP_FIN, TCP_RST];
    expect(flags).toEqual(new Set([syn, syn | ack, ack, ack | psh, ack | fin, ack | rst]));
  });
});

describe('round trips', () => {
  test('fields to bytes to fields, for any segment and addresses', () => {
    fc.assert(
      fc.property(tcpSegment, bits(32), bits(32), (segment, src, dst) => {
        expect(parseTcp(emitTcp(segment, src, dst), src, dst)).toEqual(segment);
      }),
    );
  });

  test('any one bit that changes is found', () => {
    fc.assert(
      fc.property(tcpSegment, fc.nat(), (segment, random) => {
        const array = emitTcp(segment, SRC, DST);
        const bit = random % (array.length * 8);
        array[bit >>> 3]! ^= 0x80 >>> (bit & 7);
        expect(parseTcp(array, SRC, DST)).toMatchObject({ malformed: true });
      }),
    );
  });
});

describe('what is no TCP segment', () => {
  const segment = {
    srcPort: 1000,
    dstPort: 80,
    sequence: 1,
    acknowledgement: 2,
    flags: TCP_ACK,
    window: 3,
    urgentPointer: 0,
  };
  const good = emitTcp({ ...segment, options: new Uint8Array(4), payload: Uint8Array.of(7) }, SRC, DST);

  test.each(Array.from({ length: 20 }, (_, size) => size))('%d bytes: too short', (size) => {
    const problem = { malformed: true, protocol: 'tcp', field: 'length', at: 0, expected: '20 B' };
    expect(parseTcp(good.subarray(0, size), SRC, DST)).toEqual({ ...problem, found: `${size} B` });
  });

  test.each([0, 1, 4])('a data offset of %d words', (words) => {
    const array = Uint8Array.from(good);
    array[12] = words << 4;
    const problem = { malformed: true, protocol: 'tcp', field: 'data offset', at: 12, expected: '5〜15' };
    expect(parseTcp(array, SRC, DST)).toEqual({ ...problem, found: String(words) });
  });

  test.each([7, 15])('a data offset of %d words in a segment of 25 bytes', (words) => {
    const array = Uint8Array.from(good);
    array[12] = words << 4;
    expect(parseTcp(array, SRC, DST)).toMatchObject({ field: 'data offset', at: 12, found: String(words) });
  });

  test('a wrong checksum, and where it stands', () => {
    const array = Uint8Array.from(good);
    array[17]! ^= 1;
    const problem = {
      malformed: true,
      protocol: 'tcp',
      field: 'checksum',
      at: 16,
      expected: String(readUint16(good, 16)),
    };
    expect(parseTcp(array, SRC, DST)).toEqual({ ...problem, found: String(readUint16(array, 16)) });
  });

  test('a segment between other addresses has a wrong checksum', () => {
    expect(parseTcp(good, SRC, DST + 1)).toMatchObject({ field: 'checksum' });
  });

  test('any bytes are a segment or malformed', () => {
    fc.assert(
      fc.property(bytes(60), (array) => {
        const found = parseTcp(array, SRC, DST);
        if (isMalformed(found)) expect(['length', 'data offset', 'checksum']).toContain(found.field);
        else expect(array.length).toBe(20 + found.options.length + found.payload.length);
      }),
    );
  });
});

test.each([
  [TCP_SYN, 'tcp 1 > 2 [SYN] 3 B'],
  [TCP_SYN | TCP_ACK, 'tcp 1 > 2 [SYN ACK] 3 B'],
  [TCP_FIN | TCP_PSH | TCP_RST, 'tcp 1 > 2 [FIN RST PSH] 3 B'],
  [TCP_ACK | TCP_URG, 'tcp 1 > 2 [ACK URG] 3 B'],
  [0, 'tcp 1 > 2 [] 3 B'],
])('flags 0x%x are printed as %s', (flags, text) => {
  const numbers = { srcPort: 1, dstPort: 2, sequence: 0, acknowledgement: 0, window: 0, urgentPointer: 0 };
  expect(formatTcp({ ...numbers, flags, options: NOTHING, payload: new Uint8Array(3) })).toBe(text);
});

test('the urgent pointer of a segment with URG is kept', () => {
  const numbers = { srcPort: 1, dstPort: 2, sequence: 0, acknowledgement: 0, window: 0, urgentPointer: 5 };
  const array = emitTcp({ ...numbers, flags: TCP_URG, options: NOTHING, payload: NOTHING }, SRC, DST);
  expect(toHex(array.subarray(18, 20))).toBe('0005');
  expect(parseTcp(array, SRC, DST)).toMatchObject({ flags: TCP_URG, urgentPointer: 5 });
});
