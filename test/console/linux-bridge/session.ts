/** A recorded session, and the same session on our console. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Builder } from '../../../src/console/linux-bridge/build.ts';
import { Ground } from '../../../src/console/linux-bridge/ground.ts';
import { kernelComplaint } from '../../../src/console/linux-bridge/kernel.ts';
import { readOn, type LinuxAnswer } from '../../../src/console/linux-bridge/read.ts';
import { show } from '../../../src/console/linux-bridge/show/show.ts';
import { USUAL, type Surroundings } from '../../../src/console/linux-bridge/show/surroundings.ts';
import { CopyBatch } from '../../../src/switch/copy-batch.ts';
import { FrameBatch } from '../../../src/switch/frame-batch.ts';
import { findPort } from '../../../src/switch/profiles/linux-bridge/change.ts';
import type { LinuxBridge } from '../../../src/switch/profiles/linux-bridge/linux-bridge.ts';
import { Relay } from '../../../src/switch/relay.ts';
import { fromHex } from '../../../src/wire/bytes.ts';

export interface Step {
  readonly run?: string;
  readonly out?: string;
  readonly err?: string;
  /** The port that a frame comes in by. */
  readonly inject?: string;
  readonly hex?: string;
  /** Seconds. */
  readonly advance?: number;
}

export interface Recording {
  readonly system: string;
  readonly tools: string;
  readonly taps: readonly string[];
  readonly steps: readonly Step[];
}

const FOLDER = join(import.meta.dirname, '../../fixtures/iproute2');
export const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length));

export function recordingOf(name: string): Recording {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as Recording;
}

/** Numbers of devices: the TAP devices were there before the bridge. */
function surroundingsOf({ taps }: Recording): Surroundings {
  return {
    ...USUAL,
    indexOf: (device) => (taps.includes(device) ? 2 + taps.indexOf(device) : device === 'lo' ? 1 : 2 + taps.length),
    qdisc: 'pfifo_fast',
    tap: { vnetHdr: false, persist: false },
    hasReceiveQueues: false,
  };
}

export class Session {
  readonly #builder = new Builder();
  readonly #ground = new Ground(undefined);
  readonly #surroundings: Surroundings;
  #relay: Relay | null = null;
  #nowMs = 0;

  constructor(recording: Recording) {
    this.#surroundings = surroundingsOf(recording);
  }

  get bridge(): LinuxBridge {
    return this.#builder.bridge!;
  }

  /** What we say to a step; null where there is nothing to say. */
  play({ run, inject, hex, advance }: Step): { out: string; err: string } | null {
    if (run !== undefined) return this.#run(run);
    if (advance !== undefined) this.#nowMs += advance * 1000;
    else this.#inject(inject!, hex!);
    return null;
  }

  #run(line: string): { out: string; err: string } {
    const [answer] = readOn(this.#ground, line);
    const bridge = this.#builder.bridge;
    if (answer?.kind === 'show')
      return { out: show(bridge!, answer.request, this.#nowMs, this.#surroundings), err: '' };
    return { out: '', err: this.#change(answer!) };
  }

  #change(answer: LinuxAnswer): string {
    if (answer.kind === 'wrong') return `${answer.complaint}\n`;
    if (answer.kind !== 'change') throw new Error(JSON.stringify(answer));
    for (const change of answer.changes) {
      const refused = this.#builder.apply(change);
      if (refused !== null) return `${kernelComplaint(change, refused)}\n`;
    }
    return '';
  }

  #inject(port: string, hex: string): void {
    const bridge = this.#builder.bridge!;
    this.#relay ??= new Relay(bridge);
    const frames = new FrameBatch();
    frames.add(findPort(bridge, port)!.index, fromHex(hex)!);
    this.#relay.relay(frames, new CopyBatch(), this.#nowMs);
  }
}

/** What depends on the clock of the machine, and what the model does not count. */
export function timeless(text: string): string {
  return text
    .replaceAll(/("(?:gc|forward_delay)_timer": ?)\d+\.\d\d/g, '$1-')
    .replaceAll(/((?:gc|forward_delay)_timer) +\d+\.\d\d/g, '$1 -')
    .replaceAll(/used \d+\/\d+ ((?:\w+ )*master \w+ (?:permanent|static))/g, 'used - $1')
    .replaceAll(/used \d+\//g, 'used -/')
    .replaceAll(/"used":\d+,"updated":\d+,("flags":\[[^\]]*\],"master":"\w+","state":"\w+")/g, '$1')
    .replaceAll(/"used":\d+/g, '"used":-')
    .replaceAll(/(\tno\t\t +\d+)\.\d\d/g, '$1');
}

/** Entries in any order: the kernel's is that of their making, which the model does not keep. */
export function withoutOrder(text: string): string {
  return text
    .replaceAll(/^\[ ?|\s*\]\s*$/g, '')
    .split(/\n(?! )|(?<=\}),(?=\{)/)
    .map((entry) => entry.trim())
    .sort()
    .join('\n');
}
