/**
 * Tests in the order in which nft prints them: what compares neighbouring bytes it has joined into one comparison before it
 * loaded the rule, and takes apart again, so that they stand together.
 *
 * Read first: nftables 1.0.6 src/optimize of rules in src/rule.c (stmt_reduce, payload_do_merge), src/payload.c
 * (payload_can_merge).
 */
import { isNameTest, type FieldTest, type Rule, type Test } from '../../filter/ruleset.ts';

interface Part {
  readonly test: FieldTest;
  /** In its stretch of tests. */
  readonly at: number;
}

/** One comparison, of one test or more; it stands where one of them stood. */
interface Joined {
  readonly parts: readonly Part[];
  readonly at: number;
}

/** `order`: of the rule; tests are joined only where nothing but tests is between them. Null: joined with another one. */
export function joinedTests({ tests }: Rule, order: string): (Test | null)[] {
  let from = 0;
  return order.split(/[^t]+/).flatMap((stretch) => {
    const some = tests.slice(from, from + stretch.length);
    from += stretch.length;
    return join(some);
  });
}

function join(tests: readonly Test[]): (Test | null)[] {
  const parts = tests.flatMap((test, at) => (isComparison(test) ? [{ test, at }] : []));
  const joined: (Test | null)[] = [...tests];
  for (const { parts: together, at } of groups(parts)) {
    if (together.length === 1) continue;
    for (const part of together) joined[part.at] = null;
    joined[at] = oneOf(together.map(({ test }) => test));
  }
  return joined;
}

/** Neighbouring fields as one. */
function oneOf(tests: readonly FieldTest[]): FieldTest {
  const [first] = tests;
  const { base, offset } = first!.field;
  const value = Uint8Array.from(tests.flatMap(({ intervals }) => [...intervals[0]!.low]));
  return {
    field: { base, offset, size: value.length },
    intervals: [{ low: value, high: value }],
    negated: first!.negated,
  };
}

/** Whole bytes of a packet, compared with one value. */
function isComparison(test: Test): test is FieldTest {
  if (isNameTest(test) || !['link', 'network', 'transport'].includes(test.field.base)) return false;
  const [only, more] = test.intervals;
  const isOne = only !== undefined && more === undefined && only.low.every((byte, at) => byte === only.high[at]);
  return isOne && test.mask === undefined && test.set === undefined && test.relation === undefined;
}

const BASES = ['link', 'network', 'transport'];

function groups(parts: readonly Part[]): Joined[] {
  const sorted = [...parts].sort(
    (a, b) =>
      BASES.indexOf(a.test.field.base) - BASES.indexOf(b.test.field.base) || a.test.field.offset - b.test.field.offset,
  );
  const result: Joined[] = [];
  for (const part of sorted) {
    const last = result.at(-1);
    if (last === undefined || !canJoin(last, part)) {
      result.push({ parts: [part], at: part.at });
      continue;
    }
    // What names the protocol above is not moved.
    result[result.length - 1] = { parts: [...last.parts, part], at: namesProtocol(part.test) ? part.at : last.at };
  }
  return result;
}

/** Bytes that are fast to load alone are joined only into what is fast as well. */
const FAST_SIZE = 4;
const REGISTER_SIZE = 16;

function canJoin({ parts }: Joined, { test }: Part): boolean {
  const { field: first } = parts[0]!.test;
  const { field: last } = parts.at(-1)!.test;
  const { field } = test;
  const isNext = last.base === field.base && last.offset + last.size === field.offset;
  if (!isNext || parts[0]!.test.negated !== test.negated) return false;
  const size = last.offset + last.size - first.offset;
  if (size + field.size > REGISTER_SIZE) return false;
  return size + field.size <= FAST_SIZE || field.base === 'link' || size > FAST_SIZE || field.size > FAST_SIZE;
}

/** EtherType, IP's protocol, IPv6's next header, ICMP's type. */
function namesProtocol({ field: { base, offset, size } }: FieldTest): boolean {
  if (base === 'link') return offset % 4 === 0 && offset >= 12 && size === 2;
  if (base === 'network') return size === 1 && (offset === 9 || offset === 6);
  return base === 'transport' && offset === 0 && size === 1;
}
