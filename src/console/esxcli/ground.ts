/** Which switch and port groups there are while lines are read: those of the switch at hand, and what earlier lines have made. */
import type { VmwareVss } from '../../switch/profiles/vmware-vss/vmware-vss.ts';
import {
  COMMUNITY,
  ISOLATED,
  NO_ROLE,
  PROMISCUOUS,
  ROLE_NAMES,
} from '../../switch/profiles/vmware-vss/private-vlans.ts';
import { VID_MAX } from '../../wire/dot1q.ts';
import type { Place } from '../console.ts';
import { Complaint } from '../powershell/complaint.ts';

export class Ground {
  /** Null: any. */
  readonly #switch: VmwareVss | null;
  readonly #names = new Set<string>();
  readonly #groups = new Set<string>();
  readonly #uplinks = new Set<string>();
  /** `100:101 isolated` */
  readonly privateVlans: string[];

  constructor(vmware: VmwareVss | undefined) {
    this.#switch = vmware ?? null;
    this.privateVlans = vmware === undefined ? [] : privateVlansOf(vmware);
    if (vmware === undefined) return;
    this.#names.add(vmware.name);
    for (const name of vmware.groups.keys()) this.#groups.add(name);
    for (const port of vmware.ports) if (port?.isUplink === true) this.#uplinks.add(port.name);
  }

  addSwitch(name: string): void {
    this.#names.add(name);
  }

  addGroup(name: string): void {
    this.#groups.add(name);
  }

  removeGroup(name: string): void {
    this.#groups.delete(name);
  }

  addUplink(name: string): void {
    this.#uplinks.add(name);
  }

  hasSwitch(name: string): boolean {
    return this.#switch !== null && this.#names.has(name);
  }

  hasGroup(name: string): boolean {
    return this.#switch !== null && this.#groups.has(name);
  }

  get groups(): readonly string[] {
    return [...this.#groups];
  }

  expectSwitch(name: string, place: Place): void {
    this.#expect(this.#names, name, place);
  }

  expectGroup(name: string, place: Place): void {
    this.#expect(this.#groups, name, place);
  }

  expectUplink(name: string, place: Place): void {
    this.#expect(this.#uplinks, name, place);
  }

  /** In what words the host complains of a name that it does not have is not known. */
  #expect(names: ReadonlySet<string>, name: string, place: Place): void {
    if (this.#switch === null || names.has(name)) return;
    throw new Complaint('', place, 'no-device', name, [...names].join(', '));
  }
}

/** Pairs of primary and secondary VLAN with the role; a primary one without others stands alone. */
export function privateVlansOf({ privateVlans }: VmwareVss): string[] {
  const vids = Array.from({ length: VID_MAX }, (_, index) => index + 1);
  const secondaries = vids.filter((vid) => [COMMUNITY, ISOLATED].some((role) => privateVlans.roleOf(vid) === role));
  const used = new Set(secondaries.map((vid) => privateVlans.primaryOf(vid)));
  return vids.flatMap((vid) => {
    const role = privateVlans.roleOf(vid);
    if (role === NO_ROLE || (role === PROMISCUOUS && used.has(vid))) return [];
    return [`${privateVlans.primaryOf(vid)}:${vid} ${ROLE_NAMES[role as 1 | 2 | 3]}`];
  });
}
