/**
 * Port ACLs and extended ACLs of an adapter at work. Loaded only where a switch has some.
 *
 * Read first: Add-VMNetworkAdapterAcl ("longest match"), Add-VMNetworkAdapterExtendedAcl ("larger weights first"), "Packet Flow
 * through the Extensible Switch Data Path" (ACLs stand before the guards on the way in, and last on the way out).
 *
 * What surprises: nothing but IP can be matched by an extended ACL, so that denying everything leaves ARP alone (HV-18); what is
 * in no entry passes; the answer to what a stateful entry let pass is not looked up at all.
 */
import { AccessList } from '../../../filter/access-list.ts';
import { IN, OUT } from '../../../filter/direction.ts';
import { FLOW_WORDS, newFlowKey } from '../../../filter/flow-key.ts';
import { readFrameKey } from '../../../filter/frame-key.ts';
import { Sessions } from '../../../filter/sessions.ts';
import type { Values } from '../../../outcome/decision.ts';
import { reasonCode } from '../../../outcome/reasons.ts';
import { refusal, type Outcome } from '../../../outcome/refusal.ts';
import { ruleCode } from '../../../outcome/rules.ts';
import { TPID_C, vidOf } from '../../../wire/dot1q.ts';
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from '../../../wire/ethernet.ts';
import { formatMac } from '../../../wire/mac-address.ts';
import type { FrameContext } from '../../frame-context.ts';
import { FILTER, type TraceRecord } from '../../trace.ts';
import { readAcl, readExtendedAcl, type ExtendedEntry, type PortEntry } from './acl-entries.ts';
import type { AclChange, AclCriteria, AclKit, ExtendedAcl, PortAcls } from './acl.ts';
import type { HyperVPort } from './hyper-v-port.ts';

const R = {
  aclDeny: reasonCode('acl-deny'),
  connectionState: reasonCode('connection-state'),
  filterBeforeLearning: reasonCode('filter-before-learning'),
  implicitAllow: reasonCode('implicit-allow'),
} as const;

const HV = Object.freeze({
  16: ruleCode('HV-16'),
  17: ruleCode('HV-17'),
  18: ruleCode('HV-18'),
  19: ruleCode('HV-19'),
  23: ruleCode('HV-23'),
} as const);

/** What a list has to say about a frame. */
const [SILENT, ALLOWED, DENIED] = [0, 1, 2];

const EMPTY_PORT = new AccessList<PortEntry>([]);
const EMPTY_EXTENDED = new AccessList<ExtendedEntry>([]);

export class AccessControl implements PortAcls {
  /** As they were added. */
  portEntries: readonly PortEntry[] = [];
  extendedEntries: readonly ExtendedEntry[] = [];
  #macs = EMPTY_PORT;
  #ips = EMPTY_PORT;
  #meters = EMPTY_PORT;
  #extended = EMPTY_EXTENDED;
  /** Which of {@link portEntries} those of a list are. */
  readonly #numbers = new Map<PortEntry, number>();
  readonly #sessions = new Sessions();
  readonly #key = newFlowKey();
  /** What is looked up has been denied, or allowed, by this one. */
  #entry = -1;

  get isEmpty(): boolean {
    return this.portEntries.length === 0 && this.extendedEntries.length === 0;
  }

  setPort(entries: readonly PortEntry[]): void {
    this.portEntries = entries;
    this.#numbers.clear();
    entries.forEach((entry, number) => this.#numbers.set(entry, number));
    const listOf = (isIn: (entry: PortEntry) => boolean): AccessList<PortEntry> => new AccessList(entries.filter(isIn));
    this.#macs = listOf(({ isMac }) => isMac);
    this.#ips = listOf(({ isMac, action }) => !isMac && action !== 'Meter');
    this.#meters = listOf(({ action }) => action === 'Meter');
  }

  setExtended(entries: readonly ExtendedEntry[]): void {
    this.extendedEntries = entries;
    this.#extended = new AccessList(entries);
    this.#sessions.keep(entries);
  }

  // --- Of a frame

  refusesFromGuest(context: FrameContext, port: HyperVPort): boolean {
    const tagged = context.tpid === TPID_C ? vidOf(context.tci) : 0;
    if (!this.#refuses(context, port, OUT, tagged === 0 ? port.pvid : tagged)) return false;
    // It would have been learned behind the list only.
    const { srcHigh, srcLow } = context;
    if (port.macAddressSpoofing) context.note(FILTER, R.filterBeforeLearning, HV[23], port.index, srcHigh, srcLow);
    return true;
  }

  refusesToGuest(context: FrameContext, port: HyperVPort): boolean {
    return this.#refuses(context, port, IN, context.vid);
  }

  told({ reason, values: [value, number] }: TraceRecord): Values {
    switch (reason) {
      case null:
        return { hook: value === 0 ? 'Inbound' : 'Outbound' };
      case 'implicit-allow':
        return { rules: value };
      case 'connection-state':
        return { rule: value, limit: number };
      case 'filter-before-learning':
        return { src: formatMac(value, number) };
      default: {
        const entry = value === 1 ? this.extendedEntries[number] : this.portEntries[number];
        if (entry === undefined) return {};
        return { rule: 'weight' in entry ? entry.weight : number + 1, match: entry.text, action: 'drop' };
      }
    }
  }

  #refuses(context: FrameContext, port: HyperVPort, direction: number, vid: number): boolean {
    readFrameKey(this.#key, context, vid !== 0, vid);
    const byPort = this.#askPort(context, port, direction);
    const denier = this.#entry;
    const byExtended = this.#askExtended(context, port, direction);
    if (byPort === DENIED) {
      // That one denial is enough where another entry allows is a reading.
      const rule = byExtended === ALLOWED || this.#isSplit ? HV[19] : HV[16];
      return context.refuse(FILTER, R.aclDeny, rule, port.index, 0, denier);
    }
    if (byExtended === DENIED) {
      const rule = byPort === ALLOWED ? HV[19] : HV[17];
      return context.refuse(FILTER, R.aclDeny, rule, port.index, 1, this.#entry);
    }
    this.#accept(context, direction);
    return false;
  }

  /** MAC entries and IP entries do not agree. */
  #isSplit = false;

  #askPort(context: FrameContext, port: HyperVPort, direction: number): number {
    const mac = this.#macs.find(direction, this.#key);
    const ip = this.#ips.find(direction, this.#key);
    const byMac = mac < 0 ? SILENT : answerOf(this.#macs.entries[mac]!);
    const byIp = ip < 0 ? SILENT : answerOf(this.#ips.entries[ip]!);
    const entry = byMac === DENIED || ip < 0 ? this.#macs.entries[mac] : this.#ips.entries[ip];
    this.#isSplit = byMac !== byIp && byMac !== SILENT && byIp !== SILENT;
    if (entry !== undefined) {
      this.#entry = this.#numbers.get(entry)!;
      if (byMac === DENIED || byIp === DENIED) return DENIED;
      context.pass(FILTER, HV[16], port.index, hookOf(direction));
      return ALLOWED;
    }
    if (context.trace.on) {
      const count = this.#macs.countOf(direction) + this.#ips.countOf(direction);
      if (count > 0) context.note(FILTER, R.implicitAllow, HV[16], port.index, count);
    }
    return SILENT;
  }

  /** Sets {@link #entry} to the extended entry that decides. */
  #askExtended(context: FrameContext, port: HyperVPort, direction: number): number {
    const list = this.#extended;
    this.#entry = -1;
    if (list.entries.length === 0) return SILENT;
    const key = this.#key;
    const type = key[FLOW_WORDS.eth_type];
    if (type !== ETHERTYPE_IPV4 && type !== ETHERTYPE_IPV6) {
      if (context.trace.on && list.countOf(direction) > 0) context.pass(FILTER, HV[18], port.index, hookOf(direction));
      return SILENT;
    }
    const session = this.#sessions.answered(key, direction, context.nowMs) as ExtendedEntry | null;
    if (session !== null) {
      context.note(FILTER, R.connectionState, HV[18], port.index, session.weight, session.idleMs / 1000);
      return ALLOWED;
    }
    const found = list.find(direction, key);
    if (found < 0) {
      if (context.trace.on && list.countOf(direction) > 0) {
        context.note(FILTER, R.implicitAllow, HV[17], port.index, list.countOf(direction));
      }
      return SILENT;
    }
    this.#entry = found;
    if (list.entries[found]!.action === 'Deny') return DENIED;
    context.pass(FILTER, HV[17], port.index, hookOf(direction));
    return ALLOWED;
  }

  /** The frame passes: it is counted, and answers to it are expected. */
  #accept(context: FrameContext, direction: number): void {
    const meter = this.#meters.find(direction, this.#key);
    if (meter >= 0) {
      const entry = this.#meters.entries[meter]!;
      entry.packets++;
      entry.bytes += context.length;
    }
    if (this.#entry < 0) return;
    const entry = this.#extended.entries[this.#entry]!;
    if (entry.idleMs > 0) this.#sessions.open(this.#key, direction, entry, entry.idleMs, context.nowMs);
  }
}

/** How a passed list is told. */
function hookOf(direction: number): number {
  return direction === IN ? 0 : 1;
}

function answerOf({ action }: PortEntry): number {
  return action === 'Deny' ? DENIED : ALLOWED;
}

// --- Changes

export const ACL_KIT: AclKit = {
  change(port, change) {
    const lists = aclsOf(port) ?? new AccessControl();
    const refused = apply(lists, change);
    if (refused === null) port.acls = lists.isEmpty ? null : lists;
    return refused;
  },
};

/** The lists of an adapter that has some. */
export function aclsOf({ acls }: HyperVPort): AccessControl | null {
  return acls instanceof AccessControl ? acls : null;
}

function apply(lists: AccessControl, change: AclChange): Outcome {
  switch (change.kind) {
    case 'acl-add':
      return addAcl(lists, change);
    case 'acl-remove':
      return removeAcl(lists, change);
    case 'extended-acl-add':
      return addExtended(lists, change);
    case 'extended-acl-remove':
      return removeExtended(lists, change.weight, change.direction);
  }
}

function addAcl(lists: AccessControl, criteria: AclCriteria): Outcome {
  const entries = readAcl(criteria);
  if ('error' in entries) return entries;
  lists.setPort([...lists.portEntries, ...entries]);
  return null;
}

function removeAcl(lists: AccessControl, criteria: AclCriteria): Outcome {
  const wanted = readAcl(criteria);
  if ('error' in wanted) return wanted;
  const names = wanted.map(nameOf);
  const held = lists.portEntries.map(nameOf);
  if (!names.every((name) => held.includes(name))) {
    return refusal('ObjectNotFound', 'VMNetworkAdapterAcl', wanted[0]!.text, '');
  }
  lists.setPort(lists.portEntries.filter((_, index) => !names.includes(held[index]!)));
  return null;
}

/** What an entry is, however its addresses were written. */
function nameOf({ action, directions, conditions }: PortEntry): string {
  return JSON.stringify([action, directions, conditions], (_, value: unknown) =>
    value instanceof Uint8Array ? value.join('.') : value,
  );
}

function addExtended(lists: AccessControl, acl: ExtendedAcl): Outcome {
  const entry = readExtendedAcl(acl);
  if ('error' in entry) return entry;
  const same = lists.extendedEntries.find(
    ({ weight, directions }) => weight === entry.weight && directions === entry.directions,
  );
  if (same !== undefined) return refusal('InvalidArgument', 'Weight', acl.weight, `${acl.direction}で未使用の値`);
  lists.setExtended([...lists.extendedEntries, entry]);
  return null;
}

function removeExtended(lists: AccessControl, weight: number, direction: ExtendedAcl['direction']): Outcome {
  const way = direction === 'Inbound' ? IN : OUT;
  const kept = lists.extendedEntries.filter((entry) => entry.weight !== weight || entry.directions !== way);
  if (kept.length === lists.extendedEntries.length) {
    return refusal('ObjectNotFound', 'VMNetworkAdapterExtendedAcl', weight, weightsOf(lists, way));
  }
  lists.setExtended(kept);
  return null;
}

function weightsOf({ extendedEntries }: AccessControl, way: number): string {
  return extendedEntries.flatMap(({ weight, directions }) => (directions === way ? [weight] : [])).join(', ');
}
