/**
 * Why a flow, or a command about flows, is not taken: with the tool's own complaint, its place, and what would be right.
 *
 * Three kinds of text are told apart: what is read; what the real tool would refuse (`complaint` is what it says); and what it
 * would take while this engine does not model it (`field` is `unmodelled`, and there is no complaint).
 */
import { malformed, type Malformed } from '../../wire/malformed.ts';

/**
 * `complaint`: the line that `ovs-ofctl` 3.1 prints, with its name in front; or `OFPT_ERROR: CODE` where it is the switch that
 * refuses what the tool has sent. Empty for what is not modelled.
 */
export interface FlowProblem extends Malformed {
  readonly complaint: string;
}

export function isUnmodelled(problem: FlowProblem): boolean {
  return problem.field === 'unmodelled';
}

/** Thrown inside the readers only: what they export answers {@link FlowProblem}. */
export class Refused extends Error {
  readonly problem: FlowProblem;
  constructor(problem: FlowProblem) {
    super(problem.complaint);
    this.problem = problem;
  }
}

/** A stretch of the text that was given. */
export interface Piece {
  readonly text: string;
  /** Character offset in the whole text. */
  readonly at: number;
}

/** `protocol`: the language that the text was taken for. */
export function refuse(protocol: string, piece: Piece, field: string, complaint: string, expected: string): never {
  throw new Refused({ ...malformed(protocol, field, piece.at, piece.text, expected), complaint });
}

/** What the tool would refuse. `field`: the word of the language that it was about; `expected`: what could stand there. */
export function wrong(piece: Piece, field: string, complaint: string, expected = ''): never {
  return refuse('openflow', piece, field, `ovs-ofctl: ${complaint}`, expected);
}

/** What the tool would send and the switch would refuse, with OpenFlow's code. */
export function refusedBySwitch(piece: Piece, field: string, code: string, expected = ''): never {
  return refuse('openflow', piece, field, `OFPT_ERROR: ${code}`, expected);
}

/** Valid on the real thing, not modelled here. */
export function unmodelled(piece: Piece): never {
  return refuse('openflow', piece, 'unmodelled', '', '');
}

/** The answer of a reader that throws {@link Refused} inside. */
export function answerOf<T>(read: () => T): T | FlowProblem {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refused) return error.problem;
    throw error;
  }
}
