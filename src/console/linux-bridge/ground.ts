/**
 * Which devices there are while command lines are read: those of the switch that the lines are for, and those that earlier
 * lines have made. Without a switch every name is taken for one.
 */
import { EMPTY_RULESET, type Ruleset } from '../../filter/ruleset.ts';
import type { LinuxBridge } from '../../switch/profiles/linux-bridge/linux-bridge.ts';
import type { Word } from '../console.ts';
import { Complaint, wrongValue } from './arguments.ts';

export class Ground {
  /** What nft adds to. */
  ruleset: Ruleset;
  /** The bridge that the lines are about, once it is known. */
  bridge: string | null;
  /** Null: any. */
  readonly #devices: Set<string> | null;

  constructor(bridge: LinuxBridge | undefined) {
    this.ruleset = bridge?.netfilter.ruleset ?? EMPTY_RULESET;
    this.bridge = bridge?.hostPort.name ?? null;
    this.#devices = bridge === undefined ? null : new Set(['lo', ...devicesOf(bridge)]);
  }

  add(device: string): void {
    this.#devices?.add(device);
  }

  /** ll_name_to_index. What surprises: `if7` is the device of index 7, whether there is one or not. */
  has(device: string): boolean {
    return this.#devices === null || this.#devices.has(device) || /^if\d/.test(device);
  }

  /** Whether a device is known to be something else than the bridge. */
  isPort(device: string): boolean {
    return this.bridge !== null && device !== this.bridge;
  }

  /** nodev, or with `message` the tool's other words for it; `%` is the name. */
  expect(word: Word, message = 'Cannot find device "%"'): string {
    if (this.has(word.text)) return word.text;
    throw new Complaint(
      message.replace('%', () => word.text),
      word.place,
      'no-device',
      word.text,
      this.names,
    );
  }

  /** Where the tool says what is wrong with the value of an option. */
  expectValue(word: Word, message: string): string {
    return this.has(word.text) ? word.text : wrongValue(word, message, this.names, 'no-device');
  }

  get names(): string {
    return [...(this.#devices ?? [])].join(', ');
  }
}

function devicesOf(bridge: LinuxBridge): string[] {
  return [...bridge.ports.flatMap((port) => (port === undefined ? [] : [port.name])), ...bridge.departed.keys()];
}
