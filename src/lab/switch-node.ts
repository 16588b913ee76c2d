/**
 * A switch in a lab: a profile with its relay. How each product's switch is set up from a lab file stands in `switches/`, a
 * file a product.
 */
import type { Decision } from '../outcome/decision.ts';
import type { Outcome, Refusal } from '../outcome/refusal.ts';
import { CopyBatch } from '../switch/copy-batch.ts';
import type { Fdb } from '../switch/fdb.ts';
import { FrameBatch } from '../switch/frame-batch.ts';
import type { Port } from '../switch/port.ts';
import type { Profile, ProfileId } from '../switch/profile.ts';
import type { LinuxBridgeChange } from '../switch/profiles/linux-bridge/change.ts';
import type { SrIovChange } from '../switch/profiles/sr-iov/change.ts';
import type { Relay } from '../switch/relay.ts';
import type { Scenario, SwitchSpec } from './scenario.ts';

export type SwitchChange = LinuxBridgeChange | SrIovChange;

export interface Relayed {
  readonly copies: readonly { readonly port: string; readonly bytes: Uint8Array }[];
  readonly decisions: readonly Decision[];
}

export abstract class SwitchNode {
  readonly name: string;
  readonly spec: SwitchSpec;
  abstract readonly profile: Profile;
  abstract readonly relay: Relay;
  abstract readonly fdb: Fdb;
  readonly #frames = new FrameBatch();
  readonly #copies = new CopyBatch();

  constructor(name: string, spec: SwitchSpec) {
    this.name = name;
    this.spec = spec;
  }

  /** Whether VLANs mean anything to it as it is set now. */
  abstract get knowsVlans(): boolean;
  abstract change(change: SwitchChange, nowMs: number): Outcome;

  /** Whether what the table says of a VLAN counts as it is set now; 0: of untagged frames, or of no VLAN. */
  isInForce(vid: number): boolean {
    return (vid !== 0) === this.knowsVlans;
  }

  port(name: string): Port | undefined {
    return this.profile.ports.find((port) => port?.name === name);
  }

  /** One frame in: what came out, and why. */
  receive(port: string, bytes: Uint8Array, nowMs: number): Relayed {
    this.#frames.clear();
    this.#copies.clear();
    this.#frames.add(this.port(port)?.index ?? 0xffff, bytes);
    const from = this.relay.trace.end;
    this.relay.relay(this.#frames, this.#copies, nowMs);
    const copies = Array.from({ length: this.#copies.count }, (_, copy) => ({
      port: this.profile.ports[this.#copies.portOf(copy)]!.name,
      bytes: this.#copies.bytes(copy, this.#frames),
    }));
    return { copies, decisions: this.relay.decisions(from) };
  }
}

/** A lab file said something that the switch does not accept. */
export class SetupRefused extends Error {
  readonly node: string;
  readonly refused: Refusal;
  constructor(node: string, refused: Refusal) {
    super(`${node}: ${refused.knob} ${refused.value}`);
    this.node = node;
    this.refused = refused;
  }
}

/** Sets a switch up as a lab file says. Throws {@link SetupRefused} where the product does not accept it. */
export type SwitchMaker = (name: string, spec: SwitchSpec) => SwitchNode;

/** The products that can be had here: a page loads those of its lab only. */
export type SwitchMakers = Readonly<Partial<Record<ProfileId, SwitchMaker>>>;

export function makeSwitches({ switches }: Scenario, makers: SwitchMakers): Map<string, SwitchNode> {
  return new Map(
    Object.entries(switches).map(([name, spec]) => {
      const make = makers[spec.profile];
      if (make === undefined) throw new Error(`${name}: the profile ${spec.profile} is not loaded`);
      return [name, make(name, spec)];
    }),
  );
}
