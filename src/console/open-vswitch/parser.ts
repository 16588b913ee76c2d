/**
 * A command line for Open vSwitch: `ovs-vsctl`, `ovs-ofctl` or `ovs-appctl`. What it does to the configuration, and to the
 * switches; or why nothing is done, with the program's own complaint.
 *
 * Commands that show something are refused as not modelled: they change nothing.
 */
import type { MacAddress } from '../../wire/mac-address.ts';
import type { Normalization } from '../openflow/flow-reader.ts';
import { answerOf, refuse, type FlowProblem, type Piece } from '../openflow/problem.ts';
import { runAppctl } from './appctl.ts';
import { stepsBetween, type OvsStep } from './changes.ts';
import { portNumbers, type OvsDatabase } from './database.ts';
import { runOfctl } from './ofctl.ts';
import { shellWords } from './shell-words.ts';
import { runVsctl } from './vsctl.ts';

export interface OvsContext {
  /** Hardware address of the device that becomes a port. */
  readonly macOf: (port: string) => MacAddress;
  /** OpenFlow numbers as the switch has given them; without it, as it would give them to ports in this order. */
  readonly portsOf?: (bridge: string) => Readonly<Record<string, number>> | null;
  /** What files that `add-flows` may name have in them. */
  readonly files?: Readonly<Record<string, string>>;
  /** Is told what `ovs-ofctl` writes into its log. */
  readonly onNormalized?: (change: Normalization) => void;
}

export interface OvsAnswer {
  readonly database: OvsDatabase;
  readonly steps: readonly OvsStep[];
}

/** One line; a comment or nothing does nothing. */
export function parseCommand(line: string, database: OvsDatabase, context: OvsContext): OvsAnswer | FlowProblem {
  return run({ text: line, at: 0 }, database, context);
}

/** Several lines; the first that is refused ends it, and nothing is done. */
export function parseScript(text: string, database: OvsDatabase, context: OvsContext): OvsAnswer | FlowProblem {
  let [now, at] = [database, 0];
  const steps: OvsStep[] = [];
  // A backslash at its end joins a line with the next.
  for (const line of text.replaceAll('\\\n', '  ').split('\n')) {
    const answer = run({ text: line, at }, now, context);
    if ('complaint' in answer) return answer;
    now = answer.database;
    steps.push(...answer.steps);
    at += line.length + 1;
  }
  return { database: now, steps };
}

const PROGRAMS = 'ovs-vsctl, ovs-ofctl, ovs-appctl';

function run(line: Piece, database: OvsDatabase, context: OvsContext): OvsAnswer | FlowProblem {
  const words = shellWords(line);
  if (words === null) {
    return answerOf(() =>
      refuse('shell', line, 'quotation', 'bash: unexpected EOF while looking for matching quote', ''),
    );
  }
  const isSudo = words[0]?.text === 'sudo';
  const [program, ...rest] = isSudo ? words.slice(1) : words;
  switch (program?.text) {
    case undefined:
      return { database, steps: [] };
    case 'ovs-vsctl': {
      const after = runVsctl(rest, database);
      if ('complaint' in after) return after;
      return { database: after, steps: stepsBetween(database, after, context.macOf) };
    }
    case 'ovs-ofctl': {
      const answer = runOfctl(rest, { ...context, portsOf: numbersIn(database, context) });
      if ('complaint' in answer) return answer;
      const { bridge, changes } = answer;
      return { database, steps: changes.map((change): OvsStep => ({ kind: 'change', bridge, change })) };
    }
    case 'ovs-appctl': {
      const answer = runAppctl(rest, {
        bridges: database.bridges.map(({ name }) => name),
        hasPort: (bridge, port) => Object.hasOwn(numbersIn(database, context)(bridge) ?? {}, port),
      });
      if ('complaint' in answer) return answer;
      const { bridges, changes } = answer;
      const steps = bridges.flatMap((bridge) => changes.map((change): OvsStep => ({ kind: 'change', bridge, change })));
      return { database, steps };
    }
    default: {
      const what = `bash: ${program!.text}: command not found`;
      return answerOf(() => refuse('shell', program!, 'program', what, PROGRAMS));
    }
  }
}

function numbersIn(
  { bridges }: OvsDatabase,
  { portsOf }: OvsContext,
): (bridge: string) => Readonly<Record<string, number>> | null {
  return (name) => {
    const bridge = bridges.find((each) => each.name === name);
    if (bridge === undefined) return null;
    return portsOf?.(name) ?? portNumbers(bridge);
  };
}
