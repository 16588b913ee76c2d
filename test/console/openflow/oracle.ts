/**
 * `ovs-ofctl parse-flows` of Open vSwitch 3.1: the tool itself, without any switch. It reads a file of flows, complains of the
 * first that it does not take, or prints all of them as they come out of a message.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenFlowVersion } from '../../../src/console/openflow/protocols.ts';
import { hasOracle } from '../../oracle.ts';

const PROGRAM = 'ovs-ofctl';

/** Another version prints, and takes, other things. */
export function isThere(): boolean {
  return hasOracle(PROGRAM) && spawnSync(PROGRAM, ['--version'], { encoding: 'utf8' }).stdout.includes(' 3.1.');
}

export type Answer =
  /** Of the line, which counts from 1. */
  | { readonly kind: 'complaint'; readonly line: number; readonly text: string }
  /** Nothing that OpenFlow allows can say all of them. */
  | { readonly kind: 'no-format' }
  | { readonly kind: 'printed'; readonly flows: readonly string[] };

export class Oracle {
  readonly #folder = mkdtempSync(join(tmpdir(), 'guestport-flows-'));

  /** The file is `flows.txt`. */
  ask(flows: readonly string[], version: OpenFlowVersion): Answer {
    writeFileSync(join(this.#folder, 'flows.txt'), `${flows.join('\n')}\n`);
    const { stdout, stderr } = spawnSync(PROGRAM, ['-O', version, 'parse-flows', 'flows.txt'], {
      cwd: this.#folder,
      encoding: 'utf8',
    });
    const text = /^ovs-ofctl: .*$/m.exec(stderr)?.[0];
    if (text === 'ovs-ofctl: no usable protocol') return { kind: 'no-format' };
    if (text !== undefined)
      return { kind: 'complaint', line: Number(/^ovs-ofctl: flows\.txt:(\d+)/.exec(text)![1]), text };
    return {
      kind: 'printed',
      flows: stdout
        .split('\n')
        .filter((line) => line.includes('FLOW_MOD'))
        .map(asDumped),
    };
  }

  close(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/**
 * `OFPT_FLOW_MOD (xid=0x1): ADD table:1 ip cookie:0x5 idle:5 actions=drop` as dump-flows would print it,
 * `cookie=0x5, table=1, idle_timeout=5, ip actions=drop`; or the error with which a switch would refuse it.
 */
function asDumped(line: string): string {
  const code = /\*\*\*decode error: (\w+)/.exec(line);
  if (code !== null) return `OFPT_ERROR: ${code[1]}`;
  const [, head, actions] = /: ADD (.*?) ?(actions=.*)$/.exec(line)!;
  // Table 255 is none in particular.
  const words = head!.split(' ').filter((word) => !['', 'reset_counts', 'table:255'].includes(word));
  const value = (name: string): string | undefined =>
    words.find((word) => word.startsWith(`${name}:`))?.slice(name.length + 1);
  const told = (name: string, as: string): string[] => (value(name) === undefined ? [] : [`${as}=${value(name)}`]);
  const match = words.find((word) => !/^(?:cookie|table|idle|hard):/.test(word));
  const parts = [
    ...told('cookie', 'cookie'),
    ...told('table', 'table'),
    ...told('idle', 'idle_timeout'),
    ...told('hard', 'hard_timeout'),
  ];
  return [...parts, match === undefined ? actions! : `${match} ${actions}`].join(', ');
}
