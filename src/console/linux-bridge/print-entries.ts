/** The VLANs of ports and the entries of the FDB as commands, in the order in which they can be made. */
import { LOCAL, STATIC, STICKY, type FdbEntry } from '../../switch/fdb.ts';
import type { BridgePort } from '../../switch/profiles/linux-bridge/bridge-port.ts';
import type { LinuxBridge } from '../../switch/profiles/linux-bridge/linux-bridge.ts';
import { isConfigured, rangeText, runsOf, selfOf, type Plan } from './plan.ts';

/** By VLAN and address. */
type Entries = ReadonlyMap<string, FdbEntry>;

export function planEntries(plan: Plan): void {
  const target = entriesOf(plan.target);
  const bare = differences(plan, target).filter(({ vid, entry }) => vid === 0 && !comesWithVlans(plan, target, entry));
  const names = new Set(bare.map(({ port }) => port));
  for (const name of names) leaveVlans(plan, name);
  for (const difference of bare) planEntry(plan, difference);
  const borrowed = planVlans(plan, target);
  for (const entry of target.values()) if (entry.vid === 0) planEverywhere(plan, target, entry);
  for (const difference of differences(plan, target)) planEntry(plan, difference);
  for (const { port, vid } of borrowed) plan.line(`bridge vlan del dev ${port} vid ${vid}`);
}

function entriesOf(bridge: LinuxBridge): Entries {
  const entries = bridge.fdb.entries(0).filter(({ flags }) => isConfigured(flags));
  return new Map(entries.map((entry) => [keyOf(entry), entry]));
}

function keyOf({ vid, mac }: Pick<FdbEntry, 'vid' | 'mac'>): string {
  return `${vid} ${mac}`;
}

interface Difference {
  readonly vid: number;
  readonly mac: string;
  /** Of the entry that is to be made or, where there is to be none, of the one that is to go. */
  readonly port: string;
  /** Null: to be deleted. */
  readonly entry: FdbEntry | null;
}

function differences(plan: Plan, target: Entries): Difference[] {
  const built = entriesOf(plan.built);
  const found: Difference[] = [];
  for (const [key, entry] of built) {
    if (!target.has(key)) found.push({ ...entry, port: nameOf(plan.built, entry), entry: null });
  }
  for (const [key, entry] of target) {
    const present = built.get(key);
    const port = nameOf(plan.target, entry);
    const isSame = present?.flags === entry.flags && nameOf(plan.built, present) === port;
    if (!isSame) found.push({ ...entry, port, entry });
  }
  return found;
}

function nameOf(bridge: LinuxBridge, { port }: FdbEntry): string {
  return bridge.ports[port]!.name;
}

function planEntry(plan: Plan, { vid, mac, port, entry }: Difference): void {
  const self = port === plan.target.hostPort.name;
  const into = self ? 'self' : 'master';
  const vlan = vid === 0 ? '' : ` vlan ${vid}`;
  if (entry === null) plan.line(`bridge fdb del ${mac} dev ${port} ${into}${vlan}`);
  else {
    const verb = entriesOf(plan.built).has(keyOf(entry)) ? 'replace' : 'add';
    plan.line(`bridge fdb ${verb} ${mac} dev ${port} ${into} ${stateOf(entry)}${vlan}`);
  }
}

function stateOf({ flags }: FdbEntry): string {
  const state = (flags & LOCAL) !== 0 ? 'permanent' : (flags & STATIC) !== 0 ? 'static' : 'dynamic';
  return (flags & STICKY) !== 0 ? `${state} sticky` : state;
}

/** Whether one command without a VLAN makes the entry and its like in every VLAN of the port (LB-55). */
function comesWithVlans(plan: Plan, target: Entries, entry: FdbEntry | null): boolean {
  if (entry === null) return false;
  const built = entriesOf(plan.built);
  const vids = [0, ...plan.target.ports[entry.port]!.memberSet()];
  return vids.every((vid) => {
    const like = target.get(keyOf({ vid, mac: entry.mac }));
    return like?.port === entry.port && like.flags === entry.flags && !built.has(keyOf(like));
  });
}

function planEverywhere(plan: Plan, target: Entries, entry: FdbEntry): void {
  if (entriesOf(plan.built).has(keyOf(entry)) || !comesWithVlans(plan, target, entry)) return;
  const port = plan.target.ports[entry.port]!;
  const into = port === plan.target.hostPort ? 'self' : 'master';
  plan.line(`bridge fdb add ${entry.mac} dev ${port.name} ${into} ${stateOf(entry)}`);
}

// --- VLANs

/** Every VLAN that the port has by itself. */
function leaveVlans(plan: Plan, name: string): void {
  const port = plan.builtPort(name);
  for (const [first, last] of runsOf(port.memberSet(), () => true)) {
    plan.line(`bridge vlan del dev ${name} vid ${rangeText(first, last)}${selfOf(port)}`);
  }
}

/** VLANs as they are to be, and those that a port needs only while an entry is made; these are answered. */
function planVlans(plan: Plan, target: Entries): { port: string; vid: number }[] {
  const borrowed: { port: string; vid: number }[] = [];
  for (const port of plan.target.ports) {
    if (port === undefined) continue;
    planMembership(plan, port);
    for (const { vid } of [...target.values()].filter((entry) => entry.port === port.index)) {
      if (vid === 0 || port.isMember(vid) || plan.builtPort(port.name).isMember(vid)) continue;
      plan.line(`bridge vlan add dev ${port.name} vid ${vid}${selfOf(port)}`);
      borrowed.push({ port: `${port.name}${selfOf(port)}`, vid });
    }
  }
  return borrowed;
}

function planMembership(plan: Plan, port: BridgePort): void {
  const { name } = port;
  const built = plan.builtPort(name);
  const self = selfOf(port);
  const flags = (vid: number): string => `${port.isUntagged(vid) ? ' untagged' : ''}${self}`;
  const surplus = built.memberSet().filter((vid) => !port.isMember(vid));
  // A new PVID takes the place of the old one by itself.
  const isRight = (vid: number): boolean =>
    built.isMember(vid) && built.isUntagged(vid) === port.isUntagged(vid) && (built.pvid !== vid || port.pvid !== 0);
  const plain = port.memberSet().filter((vid) => vid !== port.pvid && !isRight(vid));
  for (const [first, last] of runsOf(surplus, () => true)) {
    plan.line(`bridge vlan del dev ${name} vid ${rangeText(first, last)}${self}`);
  }
  for (const [first, last] of runsOf(plain, (a, b) => port.isUntagged(a) === port.isUntagged(b))) {
    plan.line(`bridge vlan add dev ${name} vid ${rangeText(first, last)}${flags(first)}`);
  }
  const { pvid } = port;
  if (pvid === 0 || (built.pvid === pvid && built.isUntagged(pvid) === port.isUntagged(pvid))) return;
  plan.line(`bridge vlan add dev ${name} vid ${pvid} pvid${flags(pvid)}`);
}
