/**
 * A lab on paper: which nodes there are, how they are set and joined, and what is sent. `content/labs/*.yaml` are these;
 * `lab-file.ts` reads and checks them.
 */
import type { ProfileId } from '../switch/profile.ts';
import type { Action } from './action.ts';

export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** One or two sentences: what can be seen here. */
  readonly summary: string;
  readonly switches: Readonly<Record<string, SwitchSpec>>;
  readonly hosts: Readonly<Record<string, HostSpec>>;
  /** Pairs of `NODE.PORT`. */
  readonly links: readonly (readonly [string, string])[];
  /** The run that a reader sees who does nothing. */
  readonly run: readonly Action[];
}

export interface SwitchSpec {
  readonly profile: ProfileId;
  readonly mac: string;
  /** Options of the switch as a whole, in the product's words. */
  readonly options: Readonly<Record<string, string | number>>;
  /** Port groups, profiles and the like: settings that several ports share, in the product's words. */
  readonly groups: Readonly<Record<string, Readonly<Record<string, string | number>>>>;
  readonly ports: Readonly<Record<string, PortSpec>>;
  /** Rules in the product's own language; empty: none. */
  readonly rules: string;
}

export interface PortSpec {
  readonly mac: string;
  /** What the port is for: decides the capture points and the place in the picture. */
  readonly role: 'guest' | 'uplink' | 'physical';
  /** Access port: the one VLAN, untagged. */
  readonly vlan?: number;
  /** Trunk: the VLANs that are carried tagged. */
  readonly trunk?: readonly number[];
  /** Trunk: the VLAN of untagged frames. */
  readonly native?: number;
  readonly mtu?: number;
  /** One of the switch's groups. */
  readonly group?: string;
  /** Flags in the product's words. */
  readonly flags: Readonly<Record<string, string>>;
}

export interface HostSpec {
  readonly role: 'guest' | 'router' | 'server';
  /** NIC name → MAC address. */
  readonly nics: Readonly<Record<string, string>>;
  readonly interfaces: readonly InterfaceSpec[];
  readonly gateway?: string;
}

export interface InterfaceSpec {
  readonly nic: string;
  /** VLAN sub-interface. */
  readonly vlan?: number;
  /** `192.0.2.11/24` */
  readonly address: string;
}
