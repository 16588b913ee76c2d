/**
 * What iproute2 6.1 itself says to a line: generated lines, right and wrong, are run in a network namespace, and each complaint
 * has to be ours to the letter. What the kernel answers comes after the tool has read the line and is no complaint of its own.
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readCommands, type LinuxAnswer } from '../../../src/console/linux-bridge/read.ts';
import { addPort, createBridge } from '../../../src/switch/profiles/linux-bridge/configuration.ts';
import type { LinuxBridge } from '../../../src/switch/profiles/linux-bridge/linux-bridge.ts';
import { mac } from '../../../src/wire/mac-address.ts';
import { Random } from '../../random.ts';
import { hasNamespace, runInNamespace, type Run } from './namespace.ts';
import { rightLine, wrongLine } from './random-lines.ts';

const SEED = Number(process.env['SEED'] ?? 20_261);
const LINES = Number(process.env['LINES'] ?? 1500);

/** The switch of {@link SETUP}. */
function ground(): LinuxBridge {
  const bridge = createBridge('br0', mac('02:00:00:00:00:b0'));
  for (const number of [1, 2, 3]) addPort(bridge, `p${number}`, mac(`02:00:00:00:01:0${number}`));
  return bridge;
}

const isTool =
  spawnSync('ip', ['-V'], { encoding: 'utf8' }).stdout?.includes('iproute2-6.1') === true &&
  hasNamespace('ip', 'bridge');

/** The kernel's answer, of which the tool knows nothing while it reads. */
function isFromKernel(line: string): boolean {
  if (line === '' || line.startsWith('RTNETLINK answers: ') || line.startsWith('Warning: ')) return true;
  return /^Error: (?!argument|duplicate|either|invalid STP|device .* does not exist|any valid|an IP)/.test(line);
}

function told(answer: LinuxAnswer | undefined): string {
  return answer?.kind === 'wrong' ? answer.complaint : '';
}

function difference(
  line: string,
  answer: LinuxAnswer | undefined,
  { errors, out, status }: Run,
  mayStop: boolean,
): string | null {
  const [first = ''] = errors.split('\n');
  const ours = told(answer);
  const theirs = first === '' && status !== 0 ? out.split('\n')[0]! : first;
  if (ours === theirs) return null;
  if (ours === '' && isFromKernel(first)) return null;
  // What is not modelled is not always read to its end.
  if (answer?.kind === 'unmodelled' && mayStop) return null;
  return `${line}\n  they: ${theirs}\n  we:   ${ours} (${answer?.kind})`;
}

function differences(lines: readonly string[], mayStop: boolean): string[] {
  const answers = lines.map((line) => readCommands(line, ground())[0]);
  const runs = runInNamespace(lines);
  return lines.flatMap((line, index) => difference(line, answers[index], runs[index]!, mayStop) ?? []);
}

describe.skipIf(!isTool)('ip and bridge of iproute2 6.1', () => {
  const random = new Random(SEED);

  it(`take ${LINES} lines as we take them, seed ${SEED}`, () => {
    const lines = Array.from({ length: LINES }, () => rightLine(random));
    expect(differences(lines, false)).toEqual([]);
  });

  it(`complain of ${LINES} lines with mistakes as we do, seed ${SEED}`, () => {
    const lines = Array.from({ length: LINES }, () => wrongLine(random));
    expect(differences(lines, true)).toEqual([]);
  });
});
