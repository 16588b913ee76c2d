/** Where a frame can be seen, and with which tag: capture points P0 to P6 and PD in the standard lab. */
import { describe, expect, test } from 'vitest';
import { CAPTURE_POINT_NAMES, CAPTURE_POINTS } from '../../src/lab/capture-point.ts';
import type { Seen } from '../../src/lab/event.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { parseEthernet } from '../../src/wire/ethernet.ts';
import { isMalformed } from '../../src/wire/malformed.ts';
import { frameText, isSeen, ping, ranLab, T1 } from './labs.ts';

/** `P4 out sw1.u1 10`: where, and the VID on the wire (`-`: untagged). */
function where({ point, direction, place, bytes }: Seen): string {
  const frame = parseEthernet(bytes);
  const vid = isMalformed(frame) ? '?' : frame.tags.map((tag) => tag.vid).join('+') || '-';
  return `${point} ${direction} ${place} ${vid}`;
}

/** Everywhere that a frame with this text was seen. */
function sightings({ log }: Lab, text: string): string[] {
  return log
    .filter(isSeen)
    .filter(({ bytes }) => frameText(bytes).includes(text))
    .map(where);
}

/** Every frame that was seen at a place. */
function heardAt({ log }: Lab, place: string): string[] {
  return log.filter(isSeen).flatMap((seen) => (seen.place === place ? [frameText(seen.bytes)] : []));
}

describe('VM-A pings VM-B, on the same switch and VLAN', () => {
  const lab = ranLab(T1, ping('VM-A', 'VM-B'));

  test('the ARP request goes everywhere in VLAN 10, tagged beyond the uplink', () => {
    expect(sightings(lab, 'who-has 192.0.2.12')).toEqual([
      'P0 out VM-A.eth0 -',
      'P1 out VM-A.eth0 -',
      'P2 in sw1.p1 -',
      'P3 out sw1.p2 -',
      'P4 out sw1.u1 10',
      'P5 out sw1.u1 10',
      'P1 in VM-B.eth0 -',
      'P0 in VM-B.eth0 -',
      'P6 in PSW.g1 10',
      'P6 out PSW.g2 10',
      'P5 out PSW.g2 10',
      'P5 in RT.eth0 10',
    ]);
  });

  test.each([
    ['is-at 00:00:5e:00:53:0b', 'VM-B', 'p2', 'p1', 'VM-A'],
    ['echo request', 'VM-A', 'p1', 'p2', 'VM-B'],
    ['echo reply', 'VM-B', 'p2', 'p1', 'VM-A'],
  ])('%s: P0, P1, P2, P3, P1, P0, untagged, and nowhere else', (text, from, ingress, egress, to) => {
    expect(sightings(lab, text)).toEqual([
      `P0 out ${from}.eth0 -`,
      `P1 out ${from}.eth0 -`,
      `P2 in sw1.${ingress} -`,
      `P3 out sw1.${egress} -`,
      `P1 in ${to}.eth0 -`,
      `P0 in ${to}.eth0 -`,
    ]);
  });

  test('nothing is lost', () => {
    expect(lab.log.filter(isSeen).filter(({ point }) => point === 'PD')).toEqual([]);
  });
});

describe('VM-A pings the server, by way of the router', () => {
  const lab = ranLab(T1, ping('VM-A', 'SV'));

  test('the request is tagged from the uplink to the router, and untagged behind it', () => {
    expect(sightings(lab, 'echo request')).toEqual([
      'P0 out VM-A.eth0 -',
      'P1 out VM-A.eth0 -',
      'P2 in sw1.p1 -',
      'P4 out sw1.u1 10',
      'P5 out sw1.u1 10',
      'P6 in PSW.g1 10',
      'P6 out PSW.g2 10',
      'P5 out PSW.g2 10',
      'P5 in RT.eth0 10',
      'P5 out RT.eth1 -',
      'P5 in SV.eth0 -',
    ]);
  });

  test('the reply comes the same way, and loses its tag at VM-A’s port', () => {
    expect(sightings(lab, 'echo reply')).toEqual([
      'P5 out SV.eth0 -',
      'P5 in RT.eth1 -',
      'P5 out RT.eth0 10',
      'P6 in PSW.g2 10',
      'P6 out PSW.g1 10',
      'P5 out PSW.g1 10',
      'P4 in sw1.u1 10',
      'P3 out sw1.p1 -',
      'P1 in VM-A.eth0 -',
      'P0 in VM-A.eth0 -',
    ]);
  });

  test('VM-B hears the question for the gateway and nothing of the ping; VM-C hears nothing', () => {
    const question = '00:00:5e:00:53:0a > ff:ff:ff:ff:ff:ff ARP who-has 192.0.2.1 tell 192.0.2.11';
    expect(new Set(heardAt(lab, 'VM-B.eth0'))).toEqual(new Set([question]));
    expect(heardAt(lab, 'VM-C.eth0')).toEqual([]);
    expect(heardAt(lab, 'sw1.p3')).toEqual([]);
  });
});

describe('VM-A pings VM-C, in another VLAN of the same switch', () => {
  const lab = ranLab(T1, ping('VM-A', 'VM-C'));

  test('the request leaves with tag 10 and comes back with tag 20', () => {
    expect(sightings(lab, 'echo request')).toEqual([
      'P0 out VM-A.eth0 -',
      'P1 out VM-A.eth0 -',
      'P2 in sw1.p1 -',
      'P4 out sw1.u1 10',
      'P5 out sw1.u1 10',
      'P6 in PSW.g1 10',
      'P6 out PSW.g2 10',
      'P5 out PSW.g2 10',
      'P5 in RT.eth0 10',
      'P5 out RT.eth0 20',
      'P6 in PSW.g2 20',
      'P6 out PSW.g1 20',
      'P5 out PSW.g1 20',
      'P4 in sw1.u1 20',
      'P3 out sw1.p3 -',
      'P1 in VM-C.eth0 -',
      'P0 in VM-C.eth0 -',
    ]);
  });
});

describe('PD, where a frame ends', () => {
  test('a frame that its switch refuses is seen at P2 and at PD, on the same port', () => {
    const lab = ranLab(T1, { do: 'send', from: 'VM-A', frame: { dst: 'VM-B', tag: { vid: 20 } } });
    expect(lab.log.filter(isSeen).map(where)).toEqual([
      'P0 out VM-A.eth0 20',
      'P1 out VM-A.eth0 20',
      'P2 in sw1.p1 20',
      'PD in sw1.p1 20',
    ]);
  });

  test('GUEST-1: a frame that is not for the guest reaches its NIC but not its inside', () => {
    const strange = { do: 'send', from: 'VM-A', frame: { dst: '00:00:5e:00:53:77' } } as const;
    const lab = ranLab(T1, strange);
    const atB = lab.log.filter(isSeen).filter(({ place }) => place === 'VM-B.eth0');
    expect(atB.map(({ point }) => point)).toEqual(['P1', 'PD']);
  });

  test('GUEST-8: a packet whose TTL runs out ends at the router', () => {
    const lab = ranLab(T1, ping('VM-A', 'SV', 1));
    expect(
      lab.log
        .filter(isSeen)
        .filter(({ point }) => point === 'PD')
        .map(where),
    ).toEqual(['PD in RT.eth0 10']);
  });

  test('what a port does not get in a flood is no loss', () => {
    const lab = ranLab(T1, { do: 'send', from: 'VM-A', frame: { dst: 'ff:ff:ff:ff:ff:ff' } });
    expect(lab.log.filter(isSeen).filter(({ point }) => point === 'PD')).toEqual([]);
  });
});

test('every capture point has a name, and they are the eight that pages speak of', () => {
  expect(CAPTURE_POINTS).toEqual(['P0', 'P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'PD']);
  expect(Object.keys(CAPTURE_POINT_NAMES)).toEqual([...CAPTURE_POINTS]);
  expect(new Set(Object.values(CAPTURE_POINT_NAMES)).size).toBe(8);
});
