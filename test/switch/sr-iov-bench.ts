/**
 * An SR-IOV NIC on a bench that tells what it decided. Its functions are `PF` and `VF0`, `VF1` …, its uplink is `wire`; tags
 * are written as in `bench.ts`.
 */
import { CopyBatch } from '../../src/switch/copy-batch.ts';
import { FrameBatch } from '../../src/switch/frame-batch.ts';
import { applyChange, type SrIovChange } from '../../src/switch/profiles/sr-iov/change.ts';
import { createSwitch } from '../../src/switch/profiles/sr-iov/configuration.ts';
import type { EmbeddedSwitch } from '../../src/switch/profiles/sr-iov/embedded-switch.ts';
import { NICS, type NicName } from '../../src/switch/profiles/sr-iov/nic.ts';
import { Relay } from '../../src/switch/relay.ts';
import type { Decision } from '../../src/outcome/decision.ts';
import type { Outcome } from '../../src/outcome/refusal.ts';
import { fromHex, toHex } from '../../src/wire/bytes.ts';
import { mac, type MacAddress } from '../../src/wire/mac-address.ts';
import { frame, tagsOf } from './bench.ts';

export const PF_MAC = mac('ee:00:00:00:00:f0');
export const PEER = mac('02:00:00:00:00:99');
export const GROUP = mac('01:00:5e:00:00:05');

/** The address of VF n, and of the guest that has it. */
export function vfMac(vf: number): MacAddress {
  return mac(`02:00:00:00:01:${vf.toString(16).padStart(2, '0')}`);
}

/** A frame as it comes from the wire: at least 60 bytes. */
export function wired(dst: string, src: string, tags = '-', rest = '88b5cafe'): string {
  return frame(dst, src, tags, rest).padEnd(120, '0');
}

export interface SrIovSent {
  /** Port → frames in hexadecimal. */
  readonly egress: Readonly<Record<string, readonly string[]>>;
  readonly decisions: readonly Decision[];
}

export class SrIovBench {
  readonly nic: EmbeddedSwitch;
  readonly relay: Relay<EmbeddedSwitch>;

  /** With three VFs whose administrative addresses are {@link vfMac}. */
  constructor(name: NicName, changes: readonly SrIovChange[] = [], vfs = 3) {
    this.nic = createSwitch(
      NICS[name],
      'ens1f0',
      { name: 'PF', mac: PF_MAC, mtu: 1500 },
      { name: 'wire', mac: mac('ee:00:00:00:00:f1') },
    );
    this.relay = new Relay(this.nic);
    this.relay.trace.on = true;
    this.must({ kind: 'numvfs', count: vfs });
    for (let vf = 0; vf < vfs; vf++) this.must({ kind: 'vf-mac', vf, mac: vfMac(vf) });
    this.must(...changes);
  }

  change(change: SrIovChange): Outcome {
    return applyChange(this.nic, change, (vf) => ({ name: `VF${vf}`, mac: vfMac(vf), mtu: 1500 }));
  }

  /** The error with which a change is refused; `done` where it is not. */
  tried(change: SrIovChange): string {
    return this.change(change)?.error ?? 'done';
  }

  must(...changes: readonly SrIovChange[]): void {
    for (const change of changes) {
      const refused = this.change(change);
      if (refused !== null) throw new Error(JSON.stringify({ change, refused }));
    }
  }

  send(port: string, hex: string): SrIovSent {
    const frames = new FrameBatch();
    const copies = new CopyBatch();
    const from = this.relay.trace.end;
    frames.add(this.nic.ports.find(({ name }) => name === port)?.index ?? 0xffff, fromHex(hex)!);
    this.relay.relay(frames, copies, 0);
    const egress: Record<string, string[]> = {};
    for (let copy = 0; copy < copies.count; copy++) {
      (egress[this.nic.ports[copies.portOf(copy)]!.name] ??= []).push(toHex(copies.bytes(copy, frames)));
    }
    return { egress, decisions: this.relay.decisions(from) };
  }

  /** `PF -, wire C10p3, VF1 -`: which ports, with which tags; `nothing` where no port has a copy. */
  see(port: string, hex: string): string {
    const { egress } = this.send(port, hex);
    const names = this.nic.ports.map(({ name }) => name).filter((name) => egress[name] !== undefined);
    const copies = names.flatMap((name) => egress[name]!.map((copy) => `${name} ${tagsOf(copy)}`));
    return copies.length === 0 ? 'nothing' : copies.join(', ');
  }

  /** The decision that cost the frame its last copy. */
  drop(port: string, hex: string): Decision | undefined {
    return this.send(port, hex).decisions.find(({ verdict }) => verdict === 'drop');
  }

  /** `forged-src-mac SR-8`: what cost the frame its last copy, and by which rule; `none` where nothing did. */
  lost(port: string, hex: string): string {
    const drop = this.drop(port, hex);
    return drop === undefined ? 'none' : `${drop.reason} ${drop.rule}`;
  }

  /** `PF mcast-not-member SR-3, …`: the ports that were left out. */
  left(port: string, hex: string): string {
    const filtered = this.send(port, hex).decisions.filter(({ verdict }) => verdict === 'filtered');
    return filtered.map(({ port: at, reason, rule }) => `${at} ${reason} ${rule}`).join(', ');
  }
}
