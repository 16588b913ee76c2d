/**
 * How the matches of flows lie to each other: bit by bit, for a match is nothing but bits that have to be 0 or 1.
 */
import type { FlowField, FlowTest } from './flow.ts';

type Tests = readonly FlowTest[];

/** Whether every packet that `inner` matches is matched by `outer` too, as far as the bits that they name tell. */
export function isWithin(inner: Tests, outer: Tests): boolean {
  return outer.every((wanted) => {
    const given = testOf(inner, wanted.field);
    if (given === undefined) return wanted.mask.every((byte) => byte === 0);
    return wanted.mask.every((mask, at) => (given.mask[at]! & mask) === mask && agree(given, wanted, at));
  });
}

/** Whether no bit is asked to be 0 by one and 1 by the other. */
export function canBothMatch(one: Tests, other: Tests): boolean {
  return one.every((test) => {
    const its = testOf(other, test.field);
    return its === undefined || test.mask.every((_, at) => agree(test, its, at));
  });
}

export function isSameMatch(one: Tests, other: Tests): boolean {
  return isWithin(one, other) && isWithin(other, one);
}

function testOf(tests: Tests, field: FlowField): FlowTest | undefined {
  return tests.find((test) => test.field === field);
}

/** In the bits that both name. */
function agree(one: FlowTest, other: FlowTest, at: number): boolean {
  return ((one.value[at]! ^ other.value[at]!) & one.mask[at]! & other.mask[at]!) === 0;
}
