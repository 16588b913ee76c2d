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
import type { HyperVChange } from '../switch/profiles/hyper-v/change.ts';
import type { LinuxBridgeChange } from '../switch/profiles/linux-bridge/change.ts';
import type { OpenVswitchChange } from '../switch/profiles/open-vswitch/change.ts';
import type { VmwareVssChange } from '../switch/profiles/vmware-vss/change.ts';
import type { SrIovChange } from '../switch/profiles/sr-iov/change.ts';
import type { Relay } from '../switch/relay.ts';
import { mac, type MacAddress } from '../wire/mac-address.ts';
import type { Scenario, SwitchSpec } from './scenario.ts';

/** A change in the words of the product whose switch it is for; a switch refuses what is for another product's. */
export type SwitchChange = LinuxBridgeChange | OpenVswitchChange | HyperVChange | VmwareVssChange | SrIovChange;

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

/** Which NIC a port is linked to, by its MAC address: what a product knows of the adapters that it connects. */
export type Attached = ReadonlyMap<string, MacAddress>;

/** Sets a switch up as a lab file says. Throws {@link SetupRefused} where the product does not accept it. */
export type SwitchMaker = (name: string, spec: SwitchSpec, attached: Attached) => SwitchNode;

/** The products that can be had here: a page loads those of its lab only. */
export type SwitchMakers = Readonly<Partial<Record<ProfileId, SwitchMaker>>>;

export function makeSwitches(scenario: Scenario, makers: SwitchMakers): Map<string, SwitchNode> {
  return new Map(
    Object.entries(scenario.switches).map(([name, spec]) => {
      const make = makers[spec.profile];
      if (make === undefined) throw new Error(`${name}: the profile ${spec.profile} is not loaded`);
      return [name, make(name, spec, attachedTo(name, scenario))];
    }),
  );
}

function attachedTo(node: string, { hosts, links }: Scenario): Attached {
  const nics = Object.entries(hosts).flatMap(([host, { nics: own }]) =>
    Object.entries(own).map(([nic, address]) => [`${host}.${nic}`, mac(address)] as const),
  );
  const macOf = new Map<string, MacAddress>(nics);
  const ends = links.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]);
  return new Map(
    ends.flatMap(([port, peer]) => {
      const address = macOf.get(peer);
      return port.startsWith(`${node}.`) && address !== undefined ? [[port.slice(node.length + 1), address]] : [];
    }),
  );
}
