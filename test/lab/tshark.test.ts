/** Every frame that the standard lab's hosts send, at every capture point: tshark has no remark on any of them. */
import { beforeAll, describe, expect, test } from 'vitest';
import { hasOracle } from '../oracle.ts';
import type { TsharkField } from '../wire/layers.ts';
import { dissectWithTshark, type Dissected } from '../wire/tshark.ts';
import { toHex } from '../../src/wire/bytes.ts';
import type { Seen } from '../../src/lab/event.ts';
import { frameText, isSeen, ping, ranLab, T1 } from './labs.ts';

const LAB = ranLab(
  T1,
  ping('VM-A', 'VM-B'),
  ping('VM-A', 'VM-C'),
  ping('VM-A', 'SV'),
  ping('VM-A', '192.0.2.99'),
  ping('VM-A', '198.51.100.99'),
  ping('VM-A', '8.8.8.8'),
  ping('VM-A', 'SV', 1),
  { do: 'send', from: 'VM-A', frame: { dst: 'VM-B', ip: { src: 'VM-A', dst: 'VM-B' } } },
  { do: 'send', from: 'VM-A', frame: { dst: 'RT', ip: { src: 'VM-A', dst: 'SV' } } },
);

/** One sighting of each different sequence of bytes. */
function distinct(sightings: readonly Seen[]): Seen[] {
  return [...new Map(sightings.map((seen) => [toHex(seen.bytes), seen])).values()];
}

function firstValues(dissected: readonly Dissected[], field: TsharkField): Set<string> {
  return new Set(dissected.map(({ values }) => values[field]?.[0]).filter((value) => value !== undefined));
}

describe.skipIf(!hasOracle('tshark'))('agreement with tshark', () => {
  const seen = distinct(LAB.log.filter(isSeen));
  let dissected: readonly Dissected[] = [];
  beforeAll(() => {
    dissected = dissectWithTshark(seen.map(({ bytes }) => bytes));
  });

  test('there is no remark but that a TTL of 1 is small, and nothing malformed', () => {
    expect(seen.length).toBeGreaterThan(40);
    seen.forEach((sighting, index) => {
      const { experts, isMalformed } = dissected[index]!;
      const text = `${sighting.point} ${sighting.place} ${frameText(sighting.bytes)} ${toHex(sighting.bytes)}`;
      expect(
        experts.filter((remark) => remark !== '"Time To Live" only 1'),
        text,
      ).toEqual([]);
      expect(isMalformed, text).toBe(false);
    });
  });

  test('every header checksum is good, and every ICMP checksum of a whole message', () => {
    const checksums = dissected.flatMap(({ values }) => [
      ...(values['ip.checksum.status'] ?? []),
      ...(values['icmp.checksum.status']?.slice(0, 1) ?? []),
    ]);
    expect(checksums.length).toBeGreaterThan(40);
    expect(new Set(checksums)).toEqual(new Set(['1']));
  });

  test('among them are requests, replies, errors of three kinds, ARP both ways, and both VLANs', () => {
    expect(firstValues(dissected, 'icmp.type')).toEqual(new Set(['0', '3', '8', '11']));
    expect(firstValues(dissected, 'icmp.code')).toEqual(new Set(['0', '1']));
    expect(firstValues(dissected, 'arp.opcode')).toEqual(new Set(['1', '2']));
    expect(firstValues(dissected, 'vlan.id')).toEqual(new Set(['10', '20']));
  });
});
