/**
 * Which adapters a cmdlet is for: `-VMName`, `-ManagementOS`, or what comes out of the pipeline.
 *
 * A port stands for one adapter. Its name is that of the virtual machine; of one that has several, that of the adapter
 * (-VMNetworkAdapterName). An adapter that has Hyper-V's own name for it, in whatever language, is the machine's only one.
 */
import type { HyperV } from '../../switch/profiles/hyper-v/hyper-v.ts';
import type { HyperVPort } from '../../switch/profiles/hyper-v/hyper-v-port.ts';
import { HOST_PORT } from '../../switch/profile.ts';
import type { Argument, Bound } from '../powershell/binder.ts';
import { Complaint, Unmodelled } from '../powershell/complaint.ts';

const DEFAULT_NAMES = new Set([
  'network adapter',
  'ネットワーク アダプター',
  'netzwerkkarte',
  'carte réseau',
  'adaptador de red',
  '网络适配器',
]);

/** The port of a machine's adapter, or of one that is no machine's; '' where there is no name. */
export function portOf(vm: string, adapter: string): string {
  if (vm === '') return adapter;
  return adapter === '' || DEFAULT_NAMES.has(adapter.toLowerCase()) ? vm : adapter;
}

export class Ground {
  /** Null: any. */
  readonly #ports: readonly HyperVPort[] | null;
  /** What earlier lines have made. */
  readonly #added = new Set<string>();
  #managementOs: string | null;

  constructor(hyperV: HyperV | undefined) {
    this.#ports =
      hyperV === undefined ? null : (hyperV.ports.filter((port) => port?.isExternal === false) as HyperVPort[]);
    this.#managementOs = hyperV?.ports[HOST_PORT]?.name ?? null;
  }

  add(port: string): void {
    this.#added.add(port);
  }

  addManagementOs(port: string): void {
    this.#managementOs ??= port;
    this.#added.add(port);
  }

  /** Names are alike in whatever case. */
  find(name: string): string | null {
    const lower = name.toLowerCase();
    const all = [...(this.#ports ?? []).map((port) => port.name), ...this.#added];
    return all.find((each) => each.toLowerCase() === lower) ?? (this.#ports === null ? name : null);
  }

  get managementOs(): string | null {
    return this.#managementOs;
  }

  get machines(): string[] {
    const ports = (this.#ports ?? []).filter(({ index }) => index !== HOST_PORT).map(({ name }) => name);
    return [...ports, ...[...this.#added].filter((name) => name !== this.#managementOs)];
  }

  get isKnown(): boolean {
    return this.#ports !== null;
  }

  targets(cmdlet: string, bound: Bound, piped: readonly string[]): readonly string[] {
    const { arguments: given, set } = bound;
    const adapter = given.get('VMNetworkAdapterName') ?? given.get('Name');
    if (set === 'ManagementOS') return [this.#onManagementOs(cmdlet, adapter, given.get('ManagementOS')!)];
    if (set === 'ResourceObject' || set === 'VMObject') {
      const object = given.get('VMNetworkAdapter') ?? given.get('VM')!;
      if (object.items[0] !== '|') throw new Unmodelled(object.items[0]!, object.place);
      return piped;
    }
    const machines = given.get('VMName');
    if (machines === undefined) return this.machines;
    return machines.items.flatMap((name) => this.#machine(cmdlet, name, machines, adapter));
  }

  #machine(cmdlet: string, name: string, { place }: Argument, adapter: Argument | undefined): readonly string[] {
    if (/[*?[]/.test(name)) {
      if (name !== '*' || !this.isKnown) throw new Unmodelled(name, place);
      return this.machines;
    }
    const own = adapter?.items[0];
    if (own !== undefined && own !== '*' && portOf(name, own) !== name) {
      const port = this.find(own);
      if (port !== null) return [port];
      // What Hyper-V says of an adapter that is not there is not known to the letter.
      throw new Complaint('', adapter!.place, 'no-device', own, this.machines.join(', '));
    }
    const port = this.find(name);
    if (port !== null) return [port];
    // Known from many captures.
    const complaint = `${cmdlet} : Hyper-V was unable to find a virtual machine with name "${name}".`;
    throw new Complaint(complaint, place, 'no-device', name, this.machines.join(', '));
  }

  #onManagementOs(cmdlet: string, adapter: Argument | undefined, { place }: Argument): string {
    const name = adapter?.items[0];
    if (name === undefined || name === '*') {
      if (this.#managementOs !== null) return this.#managementOs;
      if (!this.isKnown) throw new Unmodelled('-ManagementOS', place);
      throw new Complaint('', place, 'no-device', '-ManagementOS', this.machines.join(', '));
    }
    const port = this.find(name);
    if (port !== null) return port;
    throw new Complaint('', adapter!.place, 'no-device', name, `${cmdlet} -VMName`);
  }
}
