/** A Hyper-V switch on a bench that tells what it decided. Port `pN` is an adapter with the address `guest(N)`, `uN` a physical NIC. */
import { applyChange, type HyperVChange } from '../../src/switch/profiles/hyper-v/change.ts';
import { addAdapter, addManagementOs, addUplink } from '../../src/switch/profiles/hyper-v/configuration.ts';
import type { HyperVPort, VlanSetting } from '../../src/switch/profiles/hyper-v/hyper-v-port.ts';
import { HyperV } from '../../src/switch/profiles/hyper-v/hyper-v.ts';
import type { Decision } from '../../src/outcome/decision.ts';
import type { Outcome } from '../../src/outcome/refusal.ts';
import { CopyBatch } from '../../src/switch/copy-batch.ts';
import { FrameBatch } from '../../src/switch/frame-batch.ts';
import { Relay } from '../../src/switch/relay.ts';
import { fromHex, toHex } from '../../src/wire/bytes.ts';
import { mac } from '../../src/wire/mac-address.ts';
import { guest, HOST, portMac, tagsOf } from './bench.ts';

/** A VLAN: untagged, an access VLAN, or as PowerShell sets it; and the settings of Set-VMNetworkAdapter. */
export interface PortSetup {
  readonly vlan?: number | VlanSetting;
  readonly mtu?: number;
  readonly settings?: Readonly<Record<string, string | number>>;
}

export interface Sent {
  /** `p2 -, u1 C10`: which ports, in their order, with which tags; the management OS is `host`. */
  readonly seen: string;
  /** By port, in hexadecimal. */
  readonly bytes: Readonly<Record<string, string>>;
  readonly decisions: readonly Decision[];
  readonly drop: Decision | undefined;
}

export class HyperVBench {
  readonly profile = new HyperV();
  readonly relay = new Relay(this.profile);
  /** What a frame leaves in the buffer stands behind the end of a shorter one. */
  readonly #frames = new FrameBatch();
  nowMs = 0;

  constructor(ports: Readonly<Record<string, PortSetup>>) {
    this.relay.trace.on = true;
    for (const [name, { mtu, vlan, settings = {} }] of Object.entries(ports)) {
      const number = Number(name.slice(1));
      if (name === 'host') addManagementOs(this.profile, name, mac(HOST));
      else if (name.startsWith('u')) addUplink(this.profile, name, mac(portMac(number)), mtu);
      else addAdapter(this.profile, name, mac(guest(number)), mtu);
      if (vlan !== undefined) this.#require(this.vlan(name, typeof vlan === 'number' ? access(vlan) : vlan));
      for (const [setting, value] of Object.entries(settings)) this.#require(this.set(name, setting, value));
    }
  }

  port(name: string): HyperVPort {
    return this.profile.ports.find((port) => port?.name === name)!;
  }

  set(port: string, setting: string, value: string | number): Outcome {
    return this.change({ kind: 'adapter', port, setting, value });
  }

  vlan(port: string, vlan: VlanSetting): Outcome {
    return this.change({ kind: 'adapter-vlan', port, vlan });
  }

  isolate(port: string, defaultIsolationId: number, allowUntaggedTraffic: boolean): Outcome {
    return this.change({ kind: 'adapter-isolation', port, isolation: { defaultIsolationId, allowUntaggedTraffic } });
  }

  change(change: HyperVChange): Outcome {
    return applyChange(this.profile, change);
  }

  #require(outcome: Outcome): void {
    if (outcome !== null) throw new Error(JSON.stringify(outcome));
  }

  send(port: string | number, hex: string): Sent {
    const frames = this.#frames;
    frames.clear();
    const copies = new CopyBatch();
    frames.add(typeof port === 'number' ? port : this.port(port).index, fromHex(hex)!);
    const from = this.relay.trace.end;
    this.relay.relay(frames, copies, this.nowMs);
    const all = Array.from({ length: copies.count }, (_, copy) => ({
      index: copies.portOf(copy),
      hex: toHex(copies.bytes(copy, frames)),
    })).toSorted((a, b) => a.index - b.index);
    const named = all.map(({ index, hex: bytes }) => [this.profile.ports[index]!.name, bytes] as const);
    const decisions = this.relay.decisions(from);
    return {
      seen: named.map(([name, bytes]) => `${name} ${tagsOf(bytes)}`).join(', ') || 'nothing',
      bytes: Object.fromEntries(named),
      decisions,
      drop: decisions.find(({ verdict }) => verdict === 'drop'),
    };
  }

  /** Which ports get the frame, and with which tags. */
  see(port: string, hex: string): string {
    return this.send(port, hex).seen;
  }

  /** `drop HV-4 forged-src-mac`, of what cost the frame its last copy. */
  fate(port: string, hex: string): string {
    const { drop, seen } = this.send(port, hex);
    return drop === undefined ? seen : `${drop.rule} ${drop.reason}`;
  }
}

export function access(vlanId: number): VlanSetting {
  return { mode: 'Access', vlanId };
}

export function trunk(allowed: readonly number[], native = 0, prune: readonly number[] = []): VlanSetting {
  return { mode: 'Trunk', allowed, native, ...(prune.length > 0 && { prune }) };
}
