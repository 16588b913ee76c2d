/**
 * What an entry of an access list asks of a packet: conditions that all have to hold, each a choice of tests.
 *
 * What surprises: an address says which version of IP the packet has to be, so "TCP" alone is a choice of two; a port says that
 * the packet is no fragment, since fragments have no ports here.
 */
import { FLOW_FIELDS, type FlowField, type FlowTest } from './flow.ts';
import { prefixesOfRange } from './prefixes.ts';

/** Tests that hold together. */
export type Tests = readonly FlowTest[];
/** Alternatives, of which one has to hold. */
export type Condition = readonly Tests[];

const [TYPE_IPV4, TYPE_IPV6] = [0x0800, 0x86dd];
const [TCP, UDP] = [6, 17];

export const IS_IP: Condition = [[is('eth_type', TYPE_IPV4)], [is('eth_type', TYPE_IPV6)]];

/** The field under the mask, or as a whole. */
export function is(field: FlowField, value: number, mask = 2 ** FLOW_FIELDS[field] - 1): FlowTest {
  return { field, value: bytesOf(field, value), mask: bytesOf(field, mask) };
}

export function hasMac(
  field: 'eth_dst' | 'eth_src',
  value: Uint8Array,
  mask = new Uint8Array(6).fill(0xff),
): Condition {
  return [[{ field, value: value.map((byte, at) => byte & mask[at]!), mask }]];
}

/** `type`: EtherType of the address's version; `length`: leading bits that count. */
export function hasAddress(
  end: 'src' | 'dst',
  { type, bytes, length }: { readonly type: number; readonly bytes: Uint8Array; readonly length: number },
): Condition {
  const mask = bytes.map((_, at) => 0xff << Math.max(0, Math.min(8, 8 * at + 8 - length)));
  const field = `${type === TYPE_IPV4 ? 'ip' : 'ipv6'}_${end}` as const;
  const tests = [is('eth_type', type), { field, value: bytes.map((byte, at) => byte & mask[at]!), mask }];
  return [length === 0 ? tests.slice(0, 1) : tests];
}

export function hasProtocol(protocol: number): Condition {
  return IS_IP.map((tests) => [...tests, is('ip_proto', protocol)]);
}

export const HAS_PORTS: Condition = [TCP, UDP].flatMap(hasProtocol);

export function hasPort(field: 'tp_src' | 'tp_dst', low: number, high: number): Condition {
  const whole = is('ip_frag', 0);
  return prefixesOfRange(low, high, 16).map(({ mask, value }) => [whole, is(field, value, mask)]);
}

/**
 * All conditions as alternatives that each are one list of tests, a field no more than once; none: they contradict each other.
 */
export function alternativesOf(conditions: readonly Condition[]): Tests[] {
  let found: Tests[] = [[]];
  for (const condition of conditions) {
    found = found.flatMap((tests) => condition.flatMap((more) => joined(tests, more) ?? []));
  }
  return found;
}

/** Wrapped, since it stands in a flatMap; null: no packet has both. */
function joined(tests: Tests, more: Tests): [Tests] | null {
  const both = [...tests];
  for (const test of more) {
    const at = both.findIndex(({ field }) => field === test.field);
    if (at < 0) both.push(test);
    else {
      const { field, value, mask } = both[at]!;
      if (value.some((byte, i) => ((byte ^ test.value[i]!) & mask[i]! & test.mask[i]!) !== 0)) return null;
      both[at] = {
        field,
        value: value.map((byte, i) => byte | test.value[i]!),
        mask: mask.map((byte, i) => byte | test.mask[i]!),
      };
    }
  }
  return [both];
}

function bytesOf(field: FlowField, value: number): Uint8Array {
  const size = Math.ceil(FLOW_FIELDS[field] / 8);
  return Uint8Array.from({ length: size }, (_, at) => Math.floor(value / 256 ** (size - 1 - at)) & 0xff);
}
