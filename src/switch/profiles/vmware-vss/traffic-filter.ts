/**
 * Traffic rules of a distributed switch at work. Loaded only where a switch has some.
 *
 * Read first: vSphere Networking, "Traffic Filtering and Marking Policy", "Qualifying Traffic for Filtering and Marking". What
 * surprises: a rule of a port group sees frames as the adapter does, so a VLAN that the switch tags for itself can be matched at
 * uplinks only; the mask of a MAC address has ones where bits do not count.
 */
import { AccessList, type AccessEntry } from '../../../filter/access-list.ts';
import { HAS_PORTS, hasAddress, hasMac, hasPort, hasProtocol, is, IS_IP } from '../../../filter/conditions.ts';
import type { Condition } from '../../../filter/conditions.ts';
import { IN, OUT } from '../../../filter/direction.ts';
import { FLOW_WORDS, newFlowKey } from '../../../filter/flow-key.ts';
import { readFrameKey } from '../../../filter/frame-key.ts';
import type { Values } from '../../../outcome/decision.ts';
import { reasonCode } from '../../../outcome/reasons.ts';
import { refusal, type Refusal } from '../../../outcome/refusal.ts';
import { ruleCode } from '../../../outcome/rules.ts';
import { TPID_C, VID_MAX } from '../../../wire/dot1q.ts';
import { parseIpPrefix } from '../../../filter/ip-prefix.ts';
import { parseMac, writeMac } from '../../../wire/mac-address.ts';
import { isMalformed } from '../../../wire/malformed.ts';
import type { FrameContext } from '../../frame-context.ts';
import { FILTER, type TraceRecord } from '../../trace.ts';
import type { IpQualifier, MacQualifier, TrafficFilter, TrafficKit, TrafficRule } from './traffic-rules.ts';
import type { VswitchPort } from './vswitch-port.ts';

const R = {
  aclDeny: reasonCode('acl-deny'),
  implicitAllow: reasonCode('implicit-allow'),
  pcpMarked: reasonCode('pcp-marked'),
} as const;

const VDS_4 = ruleCode('VDS-4');

/** In the place of a register, which no frame has: the kind of port. */
const SYSTEM = FLOW_WORDS.reg0;
const SYSTEMS: Readonly<Record<string, number>> = { virtualMachine: 0, management: 1 };
/** Which vmkernel adapter carries what is not modelled. */
const OTHER_SYSTEMS = new Set(['vmotion', 'faultTolerance', 'iSCSI', 'nfs', 'hbr', 'vsan', 'vdp']);
const [TCP, UDP] = [6, 17];
const PROTOCOLS: Readonly<Record<string, number>> = { tcp: TCP, udp: UDP, icmp: 1 };

export interface TrafficEntry extends AccessEntry {
  readonly action: TrafficRule['action'];
  readonly cos: number;
  readonly text: string;
}

export class RuleFilter implements TrafficFilter {
  readonly #list: AccessList<TrafficEntry>;
  readonly #key = newFlowKey();
  /** What the frame at hand is marked with; -1: nothing. */
  #marked = -1;

  constructor(entries: readonly TrafficEntry[]) {
    this.#list = new AccessList(entries);
  }

  get entries(): readonly TrafficEntry[] {
    return this.#list.entries;
  }

  refusesIn(context: FrameContext, port: VswitchPort): boolean {
    // An S-tag is payload.
    if (context.tpid !== TPID_C) context.putTagBack();
    this.#marked = -1;
    readFrameKey(this.#key, context, context.tpid !== 0, context.tci);
    const found = this.#decide(context, port, IN);
    if (found < 0) return false;
    const { action, cos } = this.#list.entries[found]!;
    if (action === 'drop') return true;
    if (action === 'tag') {
      this.#marked = cos;
      context.note(FILTER, R.pcpMarked, VDS_4, port.index, found, cos);
    }
    return false;
  }

  mark(context: FrameContext): void {
    if (this.#marked >= 0) context.tci = (context.tci & 0x1fff) | (this.#marked << 13);
  }

  refusesOut(context: FrameContext, port: VswitchPort): boolean {
    const isTagged = context.outTpid !== 0;
    readFrameKey(this.#key, context, isTagged, context.outTci);
    const found = this.#decide(context, port, OUT);
    if (found < 0) return false;
    const { action, cos } = this.#list.entries[found]!;
    if (action === 'drop') return true;
    if (action === 'tag' && isTagged) {
      context.outTci = (context.outTci & 0x1fff) | (cos << 13);
      context.note(FILTER, R.pcpMarked, VDS_4, port.index, found, cos);
    }
    return false;
  }

  /** The rule that decides, or -1; a refusal stands in the context. */
  #decide(context: FrameContext, port: VswitchPort, direction: number): number {
    const list = this.#list;
    this.#key[SYSTEM] = port.kind;
    const found = list.find(direction, this.#key);
    if (found < 0) {
      const count = context.trace.on ? list.countOf(direction) : 0;
      if (count > 0) context.note(FILTER, R.implicitAllow, VDS_4, port.index, count);
    } else if (list.entries[found]!.action === 'drop') {
      context.refuse(FILTER, R.aclDeny, VDS_4, port.index, found);
    } else {
      context.pass(FILTER, VDS_4, port.index, direction === IN ? 0 : 1);
    }
    return found;
  }

  told({ reason, values: [value, pcp] }: TraceRecord): Values {
    if (reason === null) return { hook: value === 0 ? 'ingress' : 'egress' };
    if (reason === 'implicit-allow') return { rules: value };
    const match = this.#list.entries[value]?.text ?? '';
    return { rule: value + 1, match, ...(reason === 'acl-deny' ? { action: 'drop' } : { pcp }) };
  }
}

// --- Reading

/** The list as a whole, as the API takes it. */
export const TRAFFIC_KIT: TrafficKit = {
  apply(profile, { on, name, rules }) {
    if (profile.kind === 'vss') return refusal('InvalidArgument', 'traffic-rules', name, 'kind vds');
    const group = on === 'group' ? profile.groups.get(name) : undefined;
    if (on === 'group' && group === undefined) {
      return refusal('NotFound', 'group', name, [...profile.groups.keys()].join(', '));
    }
    const port = on === 'port' ? profile.ports.find((each) => each?.name === name) : undefined;
    if (on === 'port' && port === undefined) {
      return refusal('NotFound', 'port', name, profile.ports.flatMap((each) => each?.name ?? []).join(', '));
    }
    const filter = rules === null ? null : readRules(rules, port?.isUplink ?? on === 'uplinks');
    if (filter !== null && 'error' in filter) return filter;
    if (group !== undefined) group.filter = filter;
    else if (port !== undefined) port.ownFilter = filter ?? undefined;
    else profile.uplinkFilter = filter;
    return null;
  },
};

/** `isUplink`: of what an uplink carries nobody knows which kind of system traffic it is. */
function readRules(rules: readonly TrafficRule[], isUplink: boolean): RuleFilter | Refusal {
  const entries: TrafficEntry[] = [];
  for (const [index, rule] of rules.entries()) {
    const entry = readRule(rule, rules.length - index, isUplink);
    if ('error' in entry) return entry;
    entries.push(entry);
  }
  return new RuleFilter(entries);
}

const WAYS = { ingress: IN, egress: OUT, both: IN | OUT };

function readRule(rule: TrafficRule, rank: number, isUplink: boolean): TrafficEntry | Refusal {
  const { action, direction, cos = -1, mac = {}, ip, system } = rule;
  if (!['allow', 'drop', 'tag'].includes(action)) return wrong('action', action, 'allow, drop, tag');
  if (!Object.hasOwn(WAYS, direction)) return wrong('direction', direction, 'ingress, egress, both');
  const isMarked = action === 'tag';
  const isPriority = Number.isInteger(cos) && cos >= 0 && cos <= 7;
  if (isMarked ? !isPriority : cos !== -1) return wrong('cos', rule.cos, isMarked ? '0〜7' : 'action tag');
  const byMac = readMac(mac);
  if ('error' in byMac) return byMac;
  const byIp = ip === undefined ? [] : readIp(ip);
  if ('error' in byIp) return byIp;
  const bySystem = system === undefined ? [] : readSystem(system, isUplink);
  if ('error' in bySystem) return bySystem;
  return {
    directions: WAYS[direction],
    conditions: [...byMac, ...byIp, ...bySystem],
    rank,
    action,
    cos,
    text: [textOf('mac', mac), textOf('ip', ip ?? {}), ...(system === undefined ? [] : [system])]
      .filter(Boolean)
      .join(', '),
  };
}

function readMac({ src, dst, vlan, type }: MacQualifier): Condition[] | Refusal {
  const conditions: Condition[] = [];
  for (const [name, field, text] of [
    ['src', 'eth_src', src],
    ['dst', 'eth_dst', dst],
  ] as const) {
    if (text === undefined) continue;
    const condition = macCondition(field, text);
    if (condition === null) return wrong(`mac.${name}`, text, '00:50:56:00:00:00/00:00:00:ff:ff:ff');
    conditions.push(condition);
  }
  if (vlan !== undefined) {
    if (!Number.isInteger(vlan) || vlan < 1 || vlan > VID_MAX) return wrong('mac.vlan', vlan, `1〜${VID_MAX}`);
    conditions.push([[is('vlan_tci', 0x1000 | vlan, 0x1fff)]]);
  }
  if (type !== undefined) {
    if (!Number.isInteger(type) || type < 0x0600 || type > 0xffff) return wrong('mac.type', type, '0x0600〜0xFFFF');
    conditions.push([[is('eth_type', type)]]);
  }
  return conditions;
}

function macCondition(field: 'eth_dst' | 'eth_src', text: string): Condition | null {
  const [address = '', wildcard = '00:00:00:00:00:00', ...rest] = text.split('/');
  const parsed = [address, wildcard].map((part) => parseMac(part));
  if (rest.length > 0 || parsed.some(isMalformed)) return null;
  const [value, ignored] = parsed.map((mac) => {
    const bytes = new Uint8Array(6);
    if (!isMalformed(mac)) writeMac(bytes, 0, mac);
    return bytes;
  });
  return hasMac(
    field,
    value!,
    ignored!.map((byte) => ~byte),
  );
}

function readIp({ src, dst, protocol, srcPort, dstPort }: IpQualifier): Condition[] | Refusal {
  const conditions: Condition[] = [IS_IP];
  for (const [end, text] of [
    ['src', src],
    ['dst', dst],
  ] as const) {
    if (text === undefined) continue;
    const prefix = parseIpPrefix(text);
    if (isMalformed(prefix)) return wrong(`ip.${end}`, text, '192.0.2.0/24, 2001:db8::/32');
    conditions.push(hasAddress(end, prefix));
  }
  const number = protocol === undefined ? -1 : protocolOf(protocol);
  if (Number.isNaN(number)) return wrong('ip.protocol', protocol, 'tcp, udp, icmp, 0〜255');
  if (number >= 0) conditions.push(hasProtocol(number));
  const ports = readPorts('srcPort', srcPort, 'tp_src');
  if ('error' in ports) return ports;
  const more = readPorts('dstPort', dstPort, 'tp_dst');
  if ('error' in more) return more;
  if (ports.length + more.length === 0) return conditions;
  if (number >= 0 && number !== TCP && number !== UDP) return wrong('ip.protocol', protocol, 'tcp, udp');
  return [...conditions, HAS_PORTS, ...ports, ...more];
}

function protocolOf(text: string): number {
  return PROTOCOLS[text.toLowerCase()] ?? (/^\d{1,3}$/.test(text) && Number(text) <= 255 ? Number(text) : Number.NaN);
}

function readPorts(knob: string, text: string | undefined, field: 'tp_src' | 'tp_dst'): Condition[] | Refusal {
  if (text === undefined) return [];
  const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const [low, high] = [Number(from), Number(to)];
  const isRange = from !== undefined && low <= high && high <= 0xffff;
  return isRange ? [hasPort(field, low, high)] : wrong(`ip.${knob}`, text, '80, 1024-65535');
}

function readSystem(system: string, isUplink: boolean): Condition[] | Refusal {
  if (isUplink || OTHER_SYSTEMS.has(system)) return refusal('unmodelled', 'system', system, '');
  if (!Object.hasOwn(SYSTEMS, system)) return wrong('system', system, Object.keys(SYSTEMS).join(', '));
  return [[[is('reg0', SYSTEMS[system]!)]]];
}

function wrong(knob: string, value: unknown, expected: string): Refusal {
  return refusal('InvalidArgument', knob, value ?? '', expected);
}

/** `ip dst 10.0.0.1 dstPort 80` */
function textOf(layer: string, qualifier: MacQualifier | IpQualifier): string {
  const given = Object.entries(qualifier).map(
    ([key, value]) => `${key} ${key === 'type' ? hexadecimal(value) : value}`,
  );
  return given.length === 0 ? '' : `${layer} ${given.join(' ')}`;
}

function hexadecimal(value: unknown): string {
  return `0x${Number(value).toString(16).padStart(4, '0')}`;
}
