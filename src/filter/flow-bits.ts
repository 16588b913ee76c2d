/**
 * Matches of flows as bits that have to be 0 or 1, and what is true of the bits of every packet: a packet that no connection
 * tracker has seen has no connection, a fragment has no ports. With these laws it can be decided whether a packet exists that
 * two flows match, or that one matches and another does not.
 *
 * Each law says of one bit what follows for another, and all of them are Horn clauses (no two bits that have to be 1 stand in
 * one): following them from what is given finds a contradiction if there is one.
 * Read first: ovs-fields(7), "Connection Tracking Fields", "IPv4/v6 Fragment Bitmask Field"; ovs-ofctl(8), set-frags `normal`.
 */
import { FLOW_FIELDS, type FlowField, type FlowTest } from './flow.ts';

/** A bit and the value it has: the bit's number, doubled, plus the value. */
export type Literal = number;

type Tests = readonly FlowTest[];

/** Number of each field's least significant bit. */
const FIRST_BIT = new Map<FlowField, number>();
let bits = 0;
for (const [field, width] of Object.entries(FLOW_FIELDS) as [FlowField, number][]) {
  FIRST_BIT.set(field, bits);
  bits += width;
}

/** `bit`: 0 is the least significant one. */
function literal(field: FlowField, bit: number, value: 0 | 1): Literal {
  return 2 * (FIRST_BIT.get(field)! + bit) + value;
}

function opposite(one: Literal): Literal {
  return one ^ 1;
}

// --- Laws

const LAWS = new Map<Literal, Literal[]>();

/** If the first, then the second; and the other way round, if not the second, then not the first. */
function law(first: Literal, second: Literal): void {
  for (const [from, to] of [
    [first, second],
    [opposite(second), opposite(first)],
  ] as const) {
    LAWS.set(from, [...(LAWS.get(from) ?? []), to]);
  }
}

const [NEW, EST, RPL, INV, TRK] = [0, 1, 3, 4, 5];
const CT_FIELDS = ['ct_state', 'ct_zone', 'ct_mark'] as const;
for (const field of CT_FIELDS) {
  for (let bit = 0; bit < FLOW_FIELDS[field]; bit++) {
    if (field !== 'ct_state' || bit !== TRK) law(literal(field, bit, 1), literal('ct_state', TRK, 1));
  }
}
for (let bit = 0; bit < FLOW_FIELDS.ct_state; bit++) {
  if (bit !== INV && bit !== TRK) law(literal('ct_state', INV, 1), literal('ct_state', bit, 0));
}
law(literal('ct_state', NEW, 1), literal('ct_state', EST, 0));
law(literal('ct_state', NEW, 1), literal('ct_state', RPL, 0));

/** A TCI that has a bit is that of a tag. */
const TAG_PRESENT = 12;
for (let bit = 0; bit < FLOW_FIELDS.vlan_tci; bit++) {
  if (bit !== TAG_PRESENT) law(literal('vlan_tci', bit, 1), literal('vlan_tci', TAG_PRESENT, 1));
}

const [FRAGMENT, LATER] = [0, 1];
law(literal('ip_frag', LATER, 1), literal('ip_frag', FRAGMENT, 1));
for (const field of ['tp_src', 'tp_dst'] as const) {
  for (let bit = 0; bit < 16; bit++) law(literal('ip_frag', FRAGMENT, 1), literal(field, bit, 0));
}

/** Bits that are 0 in every packet. */
const ALWAYS: readonly Literal[] = [
  ...range(8, 16).map((bit) => literal('arp_op', bit, 0)),
  ...range(12, 16).map((bit) => literal('tcp_flags', bit, 0)),
  ...range(2, 8).map((bit) => literal('ip_frag', bit, 0)),
];

function range(low: number, end: number): number[] {
  return Array.from({ length: end - low }, (_, index) => low + index);
}

// --- Matches

export function literalsOf(tests: Tests): Literal[] {
  return tests.flatMap(({ field, value, mask }) => {
    const width = FLOW_FIELDS[field];
    return range(0, width).flatMap((bit) => {
      const at = mask.length - 1 - (bit >> 3);
      if (((mask[at]! >> (bit & 7)) & 1) === 0) return [];
      return [literal(field, bit, ((value[at]! >> (bit & 7)) & 1) as 0 | 1)];
    });
  });
}

/** Whether a packet can have all of these bits. */
export function isPossible(given: readonly Literal[]): boolean {
  const known = new Set<Literal>();
  const left = [...given, ...ALWAYS, ...lawsOfType(given)];
  for (;;) {
    const next = left.pop();
    if (next === undefined) return true;
    if (known.has(opposite(next))) return false;
    if (known.has(next)) continue;
    known.add(next);
    left.push(...(LAWS.get(next) ?? []));
  }
}

/** What follows from type and protocol together, which a match can only ask for whole. */
function lawsOfType(given: readonly Literal[]): Literal[] {
  const known = new Set(given);
  const is = (field: FlowField, value: number): boolean => wholeOf(field, value).every((one) => known.has(one));
  const isIcmp = (is('eth_type', 0x0800) && is('ip_proto', 1)) || (is('eth_type', 0x86dd) && is('ip_proto', 58));
  const high = range(8, 16);
  // Of an IPv6 packet's later fragments no more is known than that they are fragments.
  const isLaterIpv6 = is('eth_type', 0x86dd) && known.has(literal('ip_frag', LATER, 1));
  return [
    ...(isIcmp ? high.flatMap((bit) => [literal('tp_src', bit, 0), literal('tp_dst', bit, 0)]) : []),
    ...(isLaterIpv6 ? wholeOf('ip_proto', 44) : []),
  ];
}

function wholeOf(field: FlowField, value: number): Literal[] {
  return range(0, FLOW_FIELDS[field]).map((bit) => literal(field, bit, ((value >> bit) & 1) as 0 | 1));
}

/** Whether every packet that has the `inner` bits has the `outer` ones too. */
export function implies(inner: readonly Literal[], outer: readonly Literal[]): boolean {
  const known = new Set(inner);
  return outer.every((one) => known.has(one) || !isPossible([...inner, opposite(one)]));
}
