/** Random SR-IOV NICs, and frames that have something to do with them. */
import { FrameBatch } from '../../src/switch/frame-batch.ts';
import type { SrIovChange } from '../../src/switch/profiles/sr-iov/change.ts';
import { fromHex } from '../../src/wire/bytes.ts';
import { mac, type MacAddress } from '../../src/wire/mac-address.ts';
import type { Random } from '../random.ts';
import { BROADCAST, frame } from './bench.ts';
import { FrameFuzz } from './frame-fuzz.ts';
import { GROUP, PEER, PF_MAC, vfMac } from './sr-iov-bench.ts';

export const VFS = 5;
const OTHER_GROUP = mac('01:00:5e:7f:0f:05');
const ZERO = mac('00:00:00:00:00:00');
const ADDRESSES = [...Array.from({ length: VFS }, (_, vf) => vfMac(vf)), vfMac(30), PEER, PF_MAC];
const VLANS = [0, 10, 20, 30];

/** One change, good or bad. */
export function randomChange(random: Random): SrIovChange {
  const vf = random.below(VFS + 1);
  const port = random.pick(['PF', 'wire', ...Array.from({ length: VFS }, (_, index) => `VF${index}`)]);
  const onOff = random.pick(['on', 'off']);
  const address = (): MacAddress => random.pick([...ADDRESSES, ZERO, GROUP]);
  const changes: readonly (() => SrIovChange)[] = [
    () => ({
      kind: 'vf-vlan',
      vf,
      vlan: random.pick([...VLANS, 4095, 5000]),
      qos: random.below(9),
      proto: random.pick(['802.1Q', '802.1ad']),
    }),
    () => ({ kind: 'vf-vlan', vf, vlan: random.pick(VLANS) }),
    () => ({ kind: 'vf-mac', vf, mac: address() }),
    () => ({ kind: 'vf-setting', vf, setting: random.pick(['spoofchk', 'trust', 'query_rss']), value: onOff }),
    () => ({ kind: 'vf-setting', vf, setting: 'trust', value: 'on' }),
    () => ({
      kind: 'vf-setting',
      vf,
      setting: 'state',
      value: random.pick(['auto', 'auto', 'enable', 'disable', 'on']),
    }),
    () => ({ kind: 'vf-rate', vf, max: random.below(20_000), min: random.below(3) }),
    () => ({
      kind: 'request',
      port,
      what: random.pick(['address', 'unicast', 'group']),
      mac: address(),
      remove: random.chance(0.2),
    }),
    () => ({ kind: 'request', port, what: 'group', mac: random.pick([GROUP, OTHER_GROUP]) }),
    () => ({ kind: 'request-vlan', port, vid: random.pick([10, 20, 30, 4095]), remove: random.chance(0.2) }),
    () => ({ kind: 'request-mode', port, mode: random.pick(['promisc', 'allmulticast']), on: onOff === 'on' }),
    () => ({ kind: 'self-fdb', mac: address(), remove: random.chance(0.2) }),
    () => ({ kind: 'priv-flag', flag: 'vf-true-promisc-support', on: onOff === 'on' }),
    () => ({ kind: 'guest-tag', value: random.pick(['drop', 'stack']) }),
    () => ({ kind: 'hwmode', mode: random.pick(['veb', 'veb', 'vepa', 'bridge']) }),
    () => ({ kind: 'link', port, up: port === 'wire' ? random.chance(0.8) : random.chance(0.6) }),
    () => ({ kind: 'numvfs', count: random.chance(0.1) ? random.below(VFS + 1) : VFS }),
  ];
  return random.pick(changes)();
}

const DSTS = [...ADDRESSES, BROADCAST, GROUP, OTHER_GROUP, '01:80:c2:00:00:00', '01:80:c2:00:00:01', ZERO];
const TAGS = ['-', '-', '-', 'C0p5', 'C10', 'C10p3d', 'C20', 'C4095', 'S10', 'S20', 'C10+C20', 'S10+C20'];
const PAYLOADS = [
  '88b5cafe',
  '88cc0207',
  '88080001',
  '0800450000',
  '8100',
  `88b5${'00'.repeat(1496)}`,
  `88b5${'00'.repeat(1600)}`,
];

/** Frames between the switch's own addresses, and noise. */
export class SrIovFrames {
  readonly #random: Random;
  readonly #noise: FrameFuzz;

  constructor(random: Random) {
    this.#random = random;
    this.#noise = new FrameFuzz(random, VFS + 1);
  }

  load(batch: FrameBatch, count: number): void {
    if (this.#random.chance(0.25)) return this.#noise.fill(batch, count);
    batch.clear();
    for (let left = count; left > 0; left--) this.#add(batch);
  }

  #add(batch: FrameBatch): void {
    const random = this.#random;
    const port = random.below(VFS + 2);
    const owner = port === 0 ? PF_MAC : port === 1 ? PEER : vfMac(port - 2);
    const src = random.chance(0.85) ? owner : random.pick([...ADDRESSES, ZERO, GROUP]);
    const hex = frame(
      random.pick(DSTS),
      src,
      random.pick(TAGS),
      random.chance(0.7) ? PAYLOADS[0] : random.pick(PAYLOADS),
    );
    batch.add(port, fromHex(random.chance(0.95) ? hex.padEnd(120, '0') : hex)!);
  }
}
