/**
 * A comparison with bytes of a packet as nft lists it: the fields of the protocol that it takes them for, as many as fit, and
 * the rest as bytes. What it has joined is taken apart so; what it is wrong about looks odd: behind a tag it looks for the
 * frame's first bytes in the tag, and `vlan id 10 ether daddr 02:00:00:00:00:0a` is listed with `vlan pcp 0 vlan dei 0 …`.
 *
 * Read first: nftables 1.0.6 src/payload.c (payload_expr_expand, get_stacked_desc).
 */
import type { FieldTest } from '../../filter/ruleset.ts';
import { TAG_SIZE } from '../../wire/dot1q.ts';
import { FIELDS, rawSpec, type FieldSpec, type Protocol } from './fields.ts';
import type { Layers, Located } from './print-match.ts';
import { toBytes } from './values.ts';

export interface Piece {
  readonly test: FieldTest;
  readonly located: Located;
}

/** Bytes; in the table of fields a tag's stand behind it. */
const ETHER_SIZE = 14;

export function expand(test: FieldTest, layers: Layers): Piece[] {
  const { field, intervals } = test;
  const [protocol, origin] = headerOf(test, layers);
  const value = intervals[0]!.low.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
  const end = 8 * (field.offset + field.size);
  const slice = (at: number, bits: number): bigint => (value >> BigInt(end - at - bits)) & ((1n << BigInt(bits)) - 1n);
  const pieces: Piece[] = [];
  let at = 8 * field.offset;
  const fields = protocol === null ? [] : fieldsInOrder(protocol);
  for (const [name, spec] of fields) {
    if (firstBit(spec) + origin !== at || spec.bits > end - at) continue;
    pieces.push({ test: pieceOf(test, spec, slice(at, spec.bits)), located: { protocol, name, spec } });
    at += spec.bits;
  }
  if (at < end) {
    const spec = rawSpec(field.base as 'link', at / 8, (end - at) / 8);
    pieces.push({ test: pieceOf(test, spec, slice(at, end - at)), located: locatedBytes(spec) });
  }
  return pieces;
}

/** The protocol whose fields are looked for, and by how many bits they stand behind where the table has them. */
function headerOf(
  { field: { base, offset } }: FieldTest,
  { hasTag, network, transport }: Layers,
): readonly [protocol: Protocol | null, origin: number] {
  if (base === 'network') return [network, 0];
  if (base === 'transport') return [transport, 0];
  if (hasTag && offset < TAG_SIZE) return ['vlan', -8 * ETHER_SIZE];
  if (offset < ETHER_SIZE) return ['ether', 0];
  if (!hasTag) return [null, 0];
  return ['vlan', 8 * TAG_SIZE * Math.floor((offset - ETHER_SIZE) / TAG_SIZE)];
}

/** Bytes without a field; of a transport header that nobody knows ports are called so. */
function locatedBytes(spec: FieldSpec): Located {
  const port = Object.entries(FIELDS.th).find(([, each]) => each.offset === spec.offset && each.size === spec.size);
  if (spec.base !== 'transport' || port === undefined) return { protocol: null, name: '', spec };
  return { protocol: 'th', name: port[0], spec: port[1] };
}

function pieceOf({ negated }: FieldTest, spec: FieldSpec, value: bigint): FieldTest {
  const bytes = toBytes(value, spec);
  const field = { base: spec.base, offset: spec.offset, size: spec.size };
  return { field, intervals: [{ low: bytes, high: bytes }], negated };
}

function firstBit({ offset, size, bits, shift }: FieldSpec): number {
  return 8 * offset + 8 * size - shift - bits;
}

/** Of fields in one place the first of the table comes first. */
function fieldsInOrder(protocol: Protocol): [string, FieldSpec][] {
  return Object.entries(FIELDS[protocol]).sort(([, a], [, b]) => firstBit(a) - firstBit(b));
}
