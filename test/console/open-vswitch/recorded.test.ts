/**
 * Command lines as Open vSwitch 3.1.0 took them: what they leave of the configuration, and what the programs complained of.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OvsDatabase } from '../../../src/console/open-vswitch/database.ts';
import { parseCommand, type OvsAnswer } from '../../../src/console/open-vswitch/parser.ts';
import { isUnmodelled, type FlowProblem } from '../../../src/console/openflow/problem.ts';
import { mac } from '../../../src/wire/mac-address.ts';

interface Recorded {
  readonly line: string;
  readonly complaint?: string;
  readonly state?: OvsDatabase | null;
}

const { base, cases } = JSON.parse(
  readFileSync(new URL('../../fixtures/open-vswitch/commands-3.1.0.json', import.meta.url), 'utf8'),
) as { base: OvsDatabase; cases: readonly Recorded[] };

const CONTEXT = { macOf: () => mac('02:00:00:00:00:01') };

function answer(line: string): OvsAnswer | FlowProblem {
  return parseCommand(line, base, CONTEXT);
}

/** The real database has no order. */
function sorted({ settings, bridges }: OvsDatabase): OvsDatabase {
  return {
    settings,
    bridges: bridges.toSorted(byName).map((bridge) => ({
      ...bridge,
      ports: bridge.ports.toSorted(byName),
      mirrors: bridge.mirrors
        .map((mirror) => ({
          ...mirror,
          select_src_port: mirror.select_src_port.toSorted(),
          select_dst_port: mirror.select_dst_port.toSorted(),
        }))
        .toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)),
    })),
  };
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}

const MODELLED = cases.filter(({ line }) => {
  const got = answer(line);
  return !('complaint' in got) || !isUnmodelled(got);
});

describe('the recording', () => {
  it('has more than 170 lines that are taken and more than 170 that are refused; few are not modelled', () => {
    const refused = MODELLED.filter(({ complaint }) => complaint !== undefined).length;
    expect(refused).toBeGreaterThan(170);
    expect(MODELLED.length - refused).toBeGreaterThan(170);
    expect(cases.length - MODELLED.length).toBeLessThan(30);
  });
});

describe('each line', () => {
  it('that was refused is refused in the same words', () => {
    for (const { line, complaint } of MODELLED) {
      if (complaint === undefined) continue;
      const got = answer(line);
      expect('complaint' in got ? got.complaint : 'taken', line).toBe(complaint);
    }
  });

  it('that was taken leaves the same configuration', () => {
    for (const { line, complaint, state } of MODELLED) {
      if (complaint !== undefined) continue;
      const got = answer(line);
      if ('complaint' in got) expect.fail(`${line}: ${got.complaint}`);
      expect(sorted(got.database), line).toEqual(sorted(state ?? base));
    }
  });

  it('that changes nothing asks nothing of the switch', () => {
    for (const { line, complaint, state } of MODELLED) {
      if (complaint !== undefined || state !== null || !line.startsWith('ovs-vsctl')) continue;
      expect(answer(line), line).toMatchObject({ steps: [] });
    }
  });

  it('that is refused names its place', () => {
    for (const { line } of cases) {
      const got = answer(line);
      if (!('complaint' in got) || got.found === '') continue;
      expect(got.at, line).toBeLessThan(line.length);
      // Quotation marks around a word are the shell's.
      if (!/['"\\]/.test(line)) expect(line.slice(got.at, got.at + got.found.length), line).toBe(got.found);
    }
  });
});
