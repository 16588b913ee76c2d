/** VLAN tags: `src/wire/dot1q.ts` (GEN-1, GEN-2). */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  deiOf,
  formatTag,
  isTpid,
  parseTag,
  parseVid,
  pcpOf,
  TAG_SIZE,
  tciOf,
  vid,
  vidOf,
  writeTag,
} from '../../src/wire/dot1q.ts';
import { tag } from './arbitraries.ts';
import { readCaptures } from './captures.ts';

describe('VLAN IDs', () => {
  test.each([1, 10, 4094, '1', '10', '4094', ' 10 ', '010'])('GEN-2: %j is usable', (text) => {
    expect(parseVid(text)).toBe(Number(text));
  });

  test.each([0, 4095, 4096, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '0', '4095', '', ' ', 'ten', '1e3', '0x10'])(
    'GEN-2: %j is not usable',
    (text) => {
      const problem = { malformed: true, protocol: 'dot1q', field: 'VID', at: 0, expected: '1〜4094' };
      expect(parseVid(text)).toEqual({ ...problem, found: String(text) });
    },
  );

  test.each(['+5', '-5', '5.0', '1 0', '１０', '10,20', '000010'])('%j is no whole number in ASCII digits', (text) => {
    expect(parseVid(text)).toMatchObject({ malformed: true, found: text });
  });

  test('a number in our own files that is wrong is an error', () => {
    expect(vid(4094)).toBe(4094);
    expect(() => vid(4095)).toThrow('not a VLAN ID: 4095');
  });
});

describe('tags', () => {
  test('GEN-1: 0x8100 and 0x88a8 are tags, no other of the 65536 values is', () => {
    const tpids = Array.from({ length: 0x10000 }, (_, type) => type).filter(isTpid);
    expect(tpids).toEqual([0x8100, 0x88a8]);
  });

  test('GEN-1: PCP is the upper three bits of the TCI, DEI the next, VID the lower twelve', () => {
    for (let tci = 0; tci < 0x10000; tci++) {
      const parts = { tpid: 0x8100, pcp: pcpOf(tci), dei: deiOf(tci), vid: vidOf(tci) };
      if (parts.pcp * 8192 + (parts.dei ? 4096 : 0) + parts.vid !== tci || tciOf(parts) !== tci) {
        expect.unreachable(`TCI ${tci}`);
      }
    }
    expect([pcpOf(0xa000), deiOf(0x1000), vidOf(0xffff)]).toEqual([5, true, 4095]);
  });

  test('the outermost tag of every recorded frame has the PCP, DEI and VID that tshark sees', () => {
    for (const { bytes, tshark } of readCaptures('bridge-tagged')) {
      const found = parseTag(bytes, 12);
      const isServiceTag = tshark['eth.type']![0] === '0x88a8';
      const [id, priority, dei] = isServiceTag
        ? [tshark['ieee8021ad.id'], tshark['ieee8021ad.priority'], tshark['ieee8021ad.dei']]
        : [tshark['vlan.id'], tshark['vlan.priority'], tshark['vlan.dei']];
      expect(found).toEqual({
        tpid: isServiceTag ? 0x88a8 : 0x8100,
        pcp: Number(priority![0]),
        dei: dei![0] === '1',
        vid: Number(id![0]),
      });
    }
  });

  test('a tag that is written is read back, and no other byte changes', () => {
    fc.assert(
      fc.property(tag, (written) => {
        const buffer = new Uint8Array(8).fill(0xaa);
        writeTag(buffer, 2, written);
        expect(parseTag(buffer, 2)).toEqual(written);
        expect([...buffer.subarray(0, 2), ...buffer.subarray(2 + TAG_SIZE)]).toEqual([0xaa, 0xaa, 0xaa, 0xaa]);
      }),
    );
  });

  test.each([
    [0, 'TPID', 12, '0 B'],
    [1, 'TPID', 12, '1 B'],
    [2, 'TCI', 14, '0 B'],
    [3, 'TCI', 14, '1 B'],
  ])('with %d of its four bytes there, a tag is malformed: its %s', (left, field, at, found) => {
    const bytes = Uint8Array.of(...new Uint8Array(12), ...[0x81, 0x00, 0x00].slice(0, left));
    const problem = { malformed: true, protocol: 'dot1q', expected: '2 B' };
    expect(parseTag(bytes, 12)).toEqual({ ...problem, field, at, found });
  });
});

test.each([
  [{ tpid: 0x8100, pcp: 0, dei: false, vid: 10 }, 'C10'],
  [{ tpid: 0x88a8, pcp: 3, dei: true, vid: 20 }, 'S20 p3 dei'],
  [{ tpid: 0x8100, pcp: 7, dei: false, vid: 0 }, 'C0 p7'],
  [{ tpid: 0x8100, pcp: 0, dei: true, vid: 4095 }, 'C4095 dei'],
])('%j is printed as %s', (value, text) => {
  expect(formatTag(value)).toBe(text);
});
