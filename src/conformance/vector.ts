/**
 * Recordings of real switches, format 1: a setup, then steps whose outcome the real switch has shown.
 */

export interface Vector {
  readonly id: string;
  readonly format: number;
  readonly system: string;
  readonly version: string;
  readonly family: string;
  readonly title: string;
  readonly setup: Setup;
  readonly steps: readonly Step[];
}

export interface Setup {
  readonly bridge: Readonly<Record<string, string | number>>;
  readonly ports: readonly {
    readonly name: string;
    readonly mac: string;
    readonly mtu?: number;
    readonly flags?: Readonly<Record<string, string | number>>;
    readonly slave?: Readonly<Record<string, string | number>>;
  }[];
  readonly vlans?: readonly VlanRequest[];
  readonly vlan_states?: readonly VlanStateRequest[];
  readonly fdb?: readonly FdbRequest[];
  readonly nft?: string;
  readonly promisc?: boolean;
}

export interface VlanRequest {
  readonly dev: string;
  /** A number or `a-b`. */
  readonly vid: number | string;
  readonly pvid?: boolean;
  readonly untagged?: boolean;
  readonly self?: boolean;
  readonly del?: boolean;
}

export interface VlanStateRequest {
  readonly dev: string;
  readonly vid: number | string;
  readonly state: string | number;
}

export interface FdbRequest {
  readonly mac: string;
  readonly dev: string;
  readonly vlan?: number;
  readonly state?: 'static' | 'dynamic' | 'local';
  readonly sticky?: boolean;
  readonly replace?: boolean;
  readonly del?: boolean;
}

export interface SetStep {
  readonly op: 'set';
  readonly bridge?: Readonly<Record<string, string | number>>;
  readonly port?: string;
  readonly flags?: Readonly<Record<string, string | number>>;
  readonly slave?: Readonly<Record<string, string | number>>;
  readonly link?: 'up' | 'down';
  readonly master?: boolean;
  readonly fdb_flush?: boolean;
  readonly vlan?: VlanRequest;
  readonly vlan_state?: VlanStateRequest;
  readonly fdb?: FdbRequest;
  readonly nft?: string;
  /** `false`: the real tool or kernel refused. */
  readonly ok?: boolean;
}

/** Port name → frames in hexadecimal, in any order. */
export type Egress = Readonly<Record<string, readonly string[]>>;

export interface FdbRow {
  readonly mac: string;
  readonly port: string;
  readonly vlan?: number;
  readonly state?: string;
  readonly flags?: readonly string[];
}

export type Step =
  | {
      readonly op: 'inject';
      readonly port: string;
      readonly hex: string;
      readonly expect: Egress;
      readonly refused?: string;
    }
  | { readonly op: 'advance'; readonly seconds: number }
  | SetStep
  | { readonly op: 'fdb'; readonly expect: readonly FdbRow[] }
  | { readonly op: 'vlans'; readonly expect: Readonly<Record<string, readonly string[]>> };

/** A switch that vectors can be played on. */
export interface System {
  inject(port: string, hex: string): Egress;
  advance(seconds: number): void;
  /** False: refused. */
  set(step: SetStep): boolean;
  fdb(): FdbRow[];
  vlans(): Record<string, string[]>;
}

export interface Mismatch {
  readonly id: string;
  /** Index in the vector's steps. */
  readonly step: number;
  readonly expected: unknown;
  readonly got: unknown;
}

/** Plays a vector to its end; the mismatches of all its steps. */
export function play(vector: Vector, system: System): Mismatch[] {
  const mismatches: Mismatch[] = [];
  vector.steps.forEach((step, index) => {
    const [expected, got] = playStep(step, system);
    if (canonical(expected) !== canonical(got)) mismatches.push({ id: vector.id, step: index, expected, got });
  });
  return mismatches;
}

function playStep(step: Step, system: System): [expected: unknown, got: unknown] {
  switch (step.op) {
    case 'inject':
      // What the device refused never reached the switch; there is nothing to compare but the state, by later steps.
      return step.refused === undefined ? [step.expect, system.inject(step.port, step.hex)] : [{}, {}];
    case 'advance':
      system.advance(step.seconds);
      return [null, null];
    case 'set':
      return [step.ok ?? true, system.set(step)];
    case 'fdb':
      return [step.expect, system.fdb()];
    case 'vlans':
      return [step.expect, system.vlans()];
    default:
      return ['a known op', (step as { op: string }).op];
  }
}

/** Keys sorted, frames of a port sorted: the order in which a flood leaves says nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (Array.isArray(inner) && inner.every((item) => typeof item === 'string')) return inner.toSorted();
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
