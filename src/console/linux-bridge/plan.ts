/** The list of commands while it is made, and the bridge that they have made so far. */
import { LOCAL, STATIC, STICKY } from '../../switch/fdb.ts';
import { HOST_PORT } from '../../switch/profile.ts';
import type { BridgePort } from '../../switch/profiles/linux-bridge/bridge-port.ts';
import type { LinuxBridgeChange } from '../../switch/profiles/linux-bridge/change.ts';
import type { LinuxBridge } from '../../switch/profiles/linux-bridge/linux-bridge.ts';
import { Builder } from './build.ts';
import { Ground } from './ground.ts';
import { readOn } from './read.ts';

/** What is to be made, and what the lines so far have made. */
export class Plan {
  readonly lines: string[] = [];
  readonly changes: LinuxBridgeChange[] = [];
  readonly target: LinuxBridge;
  readonly #builder = new Builder();
  readonly #ground = new Ground(undefined);

  constructor(target: LinuxBridge) {
    this.target = target;
  }

  get built(): LinuxBridge {
    return this.#builder.bridge!;
  }

  builtPort(name: string): BridgePort {
    return this.built.ports.find((port) => port?.name === name)!;
  }

  /** What a line makes is what the console reads in it. */
  line(text: string): void {
    this.lines.push(text);
    for (const answer of readOn(this.#ground, text)) {
      if (answer.kind !== 'change') continue;
      for (const change of answer.changes) this.#builder.apply(change);
      this.changes.push(...answer.changes);
    }
  }
}

/** Consecutive VIDs that are alike, as first and last. */
export function runsOf(
  vids: readonly number[],
  isSame: (a: number, b: number) => boolean,
): (readonly [first: number, last: number])[] {
  const runs: [number, number][] = [];
  for (const vid of vids) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] + 1 === vid && isSame(run[0], vid)) run[1] = vid;
    else runs.push([vid, vid]);
  }
  return runs;
}

export function rangeText(first: number, last: number): string {
  return first === last ? String(first) : `${first}-${last}`;
}

/** What configuration makes: nothing that was learned. */
export function isConfigured(flags: number): boolean {
  return (flags & (STATIC | STICKY | LOCAL)) !== 0;
}

export function selfOf(port: BridgePort): string {
  return port.index === HOST_PORT ? ' self' : '';
}
