/** The table of behaviours across products: what each switch is expected to do with a frame, and what it does. */
import { describe, expect, it } from 'vitest';
import { allSwitches } from '../../src/console/switches.ts';
import { explainAll } from '../../src/explain/explain.ts';
import { compare } from '../../src/lab/comparison.ts';
import { readMatrix } from '../../src/site/matrix.ts';

const { columns, rows } = readMatrix();
const makers = allSwitches();

describe.each(rows.map((row) => [row.id, row] as const))('%s', (_, row) => {
  const { columns: outcomes, partsAt } = compare(row, columns, makers);

  it.each(columns.map(({ id }) => id))('%s does what is expected', (id) => {
    const found = outcomes.find(({ column }) => column === id);
    const expected = row.expect[id];
    if (expected === null) return expect(found).toBeUndefined();
    expect(found).toMatchObject(expected!);
  });

  it('every decision has its sentence', () => {
    for (const { column, decisions, ports } of outcomes) {
      const product = columns.find(({ id }) => id === column)!.switch.profile;
      for (const { sentence } of explainAll(decisions, { product, node: 'sw', naming: () => null }, ports)) {
        expect(sentence).not.toBe('');
      }
    }
  });

  it('the switches part where the first of them does something else', () => {
    const isSame = new Set(outcomes.map(({ outcome }) => outcome)).size === 1;
    expect(partsAt === null || partsAt === 'learning' || !isSame).toBe(true);
    if (!isSame) expect(partsAt).not.toBeNull();
  });
});

describe('the table', () => {
  it('has a row of its own for each question, and names all products in each', () => {
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    for (const { expect: expected } of rows) expect(Object.keys(expected)).toEqual(columns.map(({ id }) => id));
    expect(new Set(columns.map((column) => column.switch.profile)).size).toBe(5);
  });

  it('an outcome that is not expected is seen', () => {
    const [row] = rows;
    const { columns: outcomes } = compare(row!, columns, makers);
    expect(outcomes[0]!.outcome).not.toBe('drop no-target');
  });
});
