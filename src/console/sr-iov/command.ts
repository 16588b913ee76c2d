/** What a parser of one tool makes of a command line, and the devices that it may name. */
import type { EmbeddedSwitch } from '../../switch/profiles/sr-iov/embedded-switch.ts';
import type { SrIovChange } from '../../switch/profiles/sr-iov/change.ts';
import type { Word } from '../console.ts';
import { Complaint } from '../linux-bridge/arguments.ts';
import type { SrIovRequest } from './request.ts';

export type Command = { readonly changes: readonly SrIovChange[] } | { readonly request: SrIovRequest };

/** The NIC that the lines are for; without one every name is taken for its PF's. */
export class Ground {
  readonly nic: EmbeddedSwitch | null;

  constructor(nic: EmbeddedSwitch | undefined) {
    this.nic = nic ?? null;
  }

  has(device: string): boolean {
    return this.nic === null || this.nic.device === device;
  }

  get names(): string {
    return this.nic?.device ?? '';
  }

  /** `%` in the message is the name. */
  expect({ text, place }: Word, message = 'Cannot find device "%"'): string {
    if (this.has(text)) return text;
    const complaint = message.replace('%', () => text);
    throw new Complaint(complaint, place, 'no-device', text, this.names);
  }
}
