/** Whole frames that other programs made: our parsers see what tshark saw, our emitters make the same bytes again. */
import { describe, expect, test } from 'vitest';
import { toHex } from '../../src/wire/bytes.ts';
import { isMalformed } from '../../src/wire/malformed.ts';
import { readCaptures, type Captured } from './captures.ts';
import { dissect, emitLayers, tsharkView, type Layers, type TsharkValues } from './layers.ts';

const CAPTURES = [...readCaptures('linux-stack'), ...readCaptures('bridge-tagged')];

function layersOf({ bytes, note }: Captured): Layers {
  const layers = dissect(bytes);
  if (isMalformed(layers)) throw new Error(`${note}: ${layers.protocol} ${layers.field}`);
  return layers;
}

/** What cannot be told of a frame alone: a quoted message's checksum, and what tshark makes of a fragment's content. */
function comparable(values: TsharkValues, isFragment: boolean): TsharkValues {
  const entries = Object.entries(values).flatMap(([field, list]): [string, string[]][] => {
    if (isFragment && /^(udp|tcp|icmp)\./.test(field)) return [];
    return [[field, field.endsWith('checksum.status') && field !== 'ip.checksum.status' ? list.slice(0, 1) : list]];
  });
  return Object.fromEntries(entries);
}

describe('bytes to fields', () => {
  test.each(CAPTURES)('$note', (capture) => {
    const layers = layersOf(capture);
    const isFragment = capture.tshark['ip.flags.mf']?.[0] === '1';
    const ours = comparable(tsharkView(layers), isFragment);
    const tshark = comparable(capture.tshark, isFragment);
    // Sent without a checksum: tshark says 3 (not present), we only say that it is no error.
    if (capture.note === 'UDP without checksum') tshark['udp.checksum.status'] = ['1'];
    expect(ours).toEqual(tshark);
    expect(toHex(layers.padding)).toBe(capture.padding);
  });
});

describe('fields to the same bytes', () => {
  // A datagram without a checksum gets one here.
  test.each(CAPTURES.filter(({ note }) => note !== 'UDP without checksum'))('$note', (capture) => {
    expect(toHex(emitLayers(layersOf(capture)))).toBe(toHex(capture.bytes));
  });
});

test('the recordings hold every protocol, both kinds of tag, and more than one tag', () => {
  const fields = new Set(CAPTURES.flatMap(({ tshark }) => Object.keys(tshark)));
  for (const field of ['arp.opcode', 'icmp.type', 'udp.srcport', 'tcp.srcport', 'vlan.id', 'ieee8021ad.id']) {
    expect(fields).toContain(field);
  }
  expect(CAPTURES.some(({ tshark }) => tshark['vlan.id']?.length === 2)).toBe(true);
});
