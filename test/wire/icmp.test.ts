/** ICMP: `src/wire/icmp.ts` against frames of a Linux host and router, and RFC 792. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readUint16, toHex } from '../../src/wire/bytes.ts';
import { emitIcmp, formatIcmp, isEcho, parseIcmp, type IcmpMessage } from '../../src/wire/icmp.ts';
import { isMalformed } from '../../src/wire/malformed.ts';
import { bytes, icmpMessage } from './arbitraries.ts';
import { captured, readCaptures } from './captures.ts';

const PING_PAYLOAD = Uint8Array.from({ length: 56 }, (_, index) => index);

function parsed(note: string): IcmpMessage {
  const { bytes: frame } = captured('linux-stack', note);
  const message = parseIcmp(frame, 34);
  if (isMalformed(message)) throw new Error(`malformed: ${message.field}`);
  return message;
}

describe('what Linux sends', () => {
  test('an echo request and its reply: type, code, identifier, sequence number, payload', () => {
    const echo = { code: 0, identifier: 0x1234, sequence: 1, payload: PING_PAYLOAD };
    expect(parsed('echo request')).toEqual({ ...echo, type: 8 });
    expect(parsed('echo reply through a router')).toEqual({ ...echo, type: 0 });
  });

  test.each([
    ['time exceeded', 11, 0],
    ['network unreachable', 3, 0],
    ['port unreachable', 3, 3],
    ['protocol unreachable', 3, 2],
  ])('%s is type %d code %d and quotes the packet that it is about', (note, type, code) => {
    const { payload, ...fields } = parsed(note);
    expect(fields).toEqual({ type, code, identifier: 0, sequence: 0 });
    expect(payload[0]).toBe(0x45);
  });

  test('fields to the same bytes, for every recorded message', () => {
    const messages = readCaptures('linux-stack').filter(
      ({ tshark }) => tshark['icmp.type'] !== undefined && tshark['ip.hdr_len']![0] === '20',
    );
    expect(messages.length).toBe(10);
    for (const { bytes: frame } of messages) {
      const message = parseIcmp(frame, 34);
      if (isMalformed(message)) expect.unreachable(message.field);
      else expect(toHex(emitIcmp(message))).toBe(toHex(frame.subarray(34)));
    }
  });
});

describe('round trips', () => {
  test('fields to bytes to fields, for any message', () => {
    fc.assert(
      fc.property(icmpMessage, (message) => {
        expect(parseIcmp(emitIcmp(message))).toEqual(message);
      }),
    );
  });

  test('any one bit that changes is found by the checksum', () => {
    fc.assert(
      fc.property(icmpMessage, fc.nat(), (message, random) => {
        const array = emitIcmp(message);
        const bit = random % (array.length * 8);
        array[bit >>> 3]! ^= 0x80 >>> (bit & 7);
        expect(parseIcmp(array)).toMatchObject({ field: 'checksum' });
      }),
    );
  });

  test('what is parsed does not change with the buffer that it came from', () => {
    const array = emitIcmp({ type: 8, code: 0, identifier: 1, sequence: 2, payload: Uint8Array.of(3) });
    const message = parseIcmp(array) as IcmpMessage;
    array.fill(0xff);
    expect(message.payload).toEqual(Uint8Array.of(3));
  });
});

describe('what is no ICMP message', () => {
  test.each([0, 1, 2, 3, 4, 5, 6, 7])('%d bytes: too short', (size) => {
    const problem = { malformed: true, protocol: 'icmp', field: 'length', expected: '8 B', found: `${size} B` };
    expect(parseIcmp(new Uint8Array(size))).toEqual({ ...problem, at: 0 });
    expect(parseIcmp(new Uint8Array(34 + size), 34)).toEqual({ ...problem, at: 34 });
  });

  test('a wrong checksum, and where it stands', () => {
    const { bytes: frame } = captured('linux-stack', 'echo request');
    const expected = String(readUint16(frame, 36));
    frame[37]! ^= 1;
    const problem = { malformed: true, protocol: 'icmp', field: 'checksum', at: 36, expected };
    expect(parseIcmp(frame, 34)).toEqual({ ...problem, found: String(readUint16(frame, 36)) });
  });

  test('the messages whose checksum tshark calls bad', () => {
    const messages = readCaptures('randpkt').filter(
      ({ bytes: frame, tshark }) => frame.length >= 34 + 8 && tshark['icmp.checksum.status']?.[0] === '0',
    );
    expect(messages.length).toBeGreaterThan(3);
    for (const { bytes: frame } of messages) expect(parseIcmp(frame, 34)).toMatchObject({ field: 'checksum', at: 36 });
  });

  test('any bytes are a message or malformed in length or checksum', () => {
    fc.assert(
      fc.property(bytes(40), (array) => {
        const message = parseIcmp(array);
        if (isMalformed(message)) expect(message.field).toBe(array.length < 8 ? 'length' : 'checksum');
        else expect(emitIcmp(message).length).toBe(array.length);
      }),
    );
  });
});

test('types 0 and 8 are echo, no other is', () => {
  expect(Array.from({ length: 256 }, (_, type) => type).filter(isEcho)).toEqual([0, 8]);
});

test.each([
  [8, 0, 'echo request id 7 seq 9'],
  [0, 0, 'echo reply id 7 seq 9'],
  [3, 1, 'destination unreachable code 1'],
  [11, 0, 'time exceeded code 0'],
  [13, 0, 'type 13 code 0'],
])('type %d code %d is printed as "%s"', (type, code, text) => {
  expect(formatIcmp({ type, code, identifier: 7, sequence: 9, payload: new Uint8Array(0) })).toBe(text);
});
