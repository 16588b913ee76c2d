/**
 * VMware's virtual switches on a bench: adapters p1, p2 … with the addresses `guest(1)`, `guest(2)` …, uplinks vmnic0,
 * vmnic1 …, and every decision kept.
 */
import type { Decision } from '../../src/outcome/decision.ts';
import type { Outcome } from '../../src/outcome/refusal.ts';
import { CopyBatch } from '../../src/switch/copy-batch.ts';
import { FrameBatch } from '../../src/switch/frame-batch.ts';
import { applyChange, findPort, type VmwareVssChange } from '../../src/switch/profiles/vmware-vss/change.ts';
import { addAdapter, addUplink, createSwitch } from '../../src/switch/profiles/vmware-vss/configuration.ts';
import type { SwitchKind, Version } from '../../src/switch/profiles/vmware-vss/policy.ts';
import type { VmwareVss } from '../../src/switch/profiles/vmware-vss/vmware-vss.ts';
import { VNIC } from '../../src/switch/profiles/vmware-vss/vswitch-port.ts';
import { Relay } from '../../src/switch/relay.ts';
import { fromHex, toHex } from '../../src/wire/bytes.ts';
import { mac } from '../../src/wire/mac-address.ts';
import { frame, guest, tagsOf, type Sent } from './bench.ts';

export type Settings = Readonly<Record<string, string | number>>;

export interface VmwareSetup {
  readonly kind?: SwitchKind;
  readonly version?: Version;
  /** How many. */
  readonly uplinks?: number;
  readonly options?: Settings;
  readonly groups: Readonly<Record<string, Settings>>;
  /** The port group of p1, p2 … */
  readonly ports: readonly string[];
}

/** Padded to the wire's minimum, as it comes from a physical switch. */
export function wireFrame(dst: string, src: string, tags = '-', rest = '88b5cafe'): string {
  return frame(dst, src, tags, rest).padEnd(120, '0');
}

/** An address that is not on this host. */
export function stranger(number: number): string {
  return `0e:00:00:00:00:${number.toString(16).padStart(2, '0')}`;
}

export class VmwareBench {
  readonly profile: VmwareVss;
  readonly relay: Relay<VmwareVss>;
  nowMs = 0;

  constructor({ kind = 'vss', version = '8.0', uplinks = 1, options = {}, groups, ports }: VmwareSetup) {
    this.profile = createSwitch('vSwitch0', kind, version);
    this.relay = new Relay(this.profile);
    this.relay.trace.on = true;
    for (let number = 0; number < uplinks; number++)
      addUplink(this.profile, `vmnic${number}`, mac(`ee:00:00:00:01:0${number}`));
    for (const [option, value] of Object.entries(options)) this.must({ kind: 'vswitch', option, value });
    for (const [group, settings] of Object.entries(groups)) {
      this.must({ kind: 'port-group-add', group });
      for (const [setting, value] of Object.entries(settings)) this.set(group, setting, value);
    }
    ports.forEach((group, index) => addAdapter(this.profile, `p${index + 1}`, mac(guest(index + 1)), VNIC, group));
  }

  change(change: VmwareVssChange): Outcome {
    return applyChange(this.profile, change);
  }

  must(change: VmwareVssChange): void {
    const outcome = this.change(change);
    if (outcome !== null) throw new Error(JSON.stringify({ change, outcome }));
  }

  set(group: string, setting: string, value: string | number | null): void {
    this.must({ kind: 'port-group', group, setting, value });
  }

  link(port: string, up: boolean): void {
    this.must({ kind: 'link', port, up });
  }

  send(port: string, hex: string): Sent {
    const frames = new FrameBatch();
    const copies = new CopyBatch();
    frames.add(findPort(this.profile, port)?.index ?? 99, fromHex(hex)!);
    const from = this.relay.trace.end;
    this.relay.relay(frames, copies, this.nowMs);
    const egress: Record<string, string[]> = {};
    for (let copy = 0; copy < copies.count; copy++) {
      const { name } = this.profile.ports[copies.portOf(copy)]!;
      (egress[name] ??= []).push(toHex(copies.bytes(copy, frames)));
    }
    return { egress, decisions: this.relay.decisions(from) };
  }

  /** `p2 -, vmnic0 C10`: who got it, with which tags. */
  see(port: string, hex: string): string {
    return seen(this.send(port, hex));
  }

  /** The decision that cost the frame its only way, or a copy its life. */
  drop(port: string, hex: string): Decision | undefined {
    return this.send(port, hex).decisions.find(({ verdict }) => verdict === 'drop');
  }

  /** What was said about this port. */
  about(port: string, sent: Sent): string[] {
    return sent.decisions.flatMap(({ port: at, reason }) => (at === port && reason !== null ? [reason] : []));
  }
}

export function seen({ egress }: Sent): string {
  const copies = Object.keys(egress)
    .toSorted()
    .flatMap((name) => egress[name]!.map((hex) => `${name} ${tagsOf(hex)}`));
  return copies.length === 0 ? 'nothing' : copies.join(', ');
}

export function told(sent: Sent, reason: string): Decision {
  const found = sent.decisions.find((decision) => decision.reason === reason);
  if (found === undefined) throw new Error(`${reason} was not told: ${JSON.stringify(sent.decisions)}`);
  return found;
}
