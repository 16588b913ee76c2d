/**
 * `ip link show`.
 *
 * Read first: iproute2 6.1 ip/ipaddress.c, ipaddr_list_flush_or_save.
 */
import type { Word } from '../console.ts';
import { Complaint, duplicateOrGarbage, matches, Unmodelled, usage, type Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import type { Ground } from './ground.ts';
import { USAGE } from './ip-link-words.ts';
import type { Form } from './request.ts';

/** Filters of addresses, not of links. */
const ADDRESS_WORDS = new Set(
  (
    'to scope label group vrf dynamic permanent primary secondary temporary nodad optimistic dadfailed homeaddress deprecated ' +
    'tentative mngtmpaddr noprefixroute autojoin stable-privacy'
  ).split(' '),
);

export function readLinkRequest(words: Arguments, ground: Ground, form: Form): Command {
  let device: Word | null = null;
  let [up, master, kind] = [false, null as string | null, null as string | null];
  while (words.more) {
    const word = words.take();
    if (ADDRESS_WORDS.has(word.text.replace(/^-/, ''))) throw new Unmodelled(word);
    if (word.text === 'up') up = true;
    else if (word.text === 'master') master = ground.expectValue(words.value(), 'Device does not exist');
    else if (word.text === 'nomaster') master = '';
    else if (word.text === 'type') kind = words.value().text;
    else {
      if (word.text !== 'dev' && matches(word.text, 'help')) usage(USAGE, word);
      const value = word.text === 'dev' ? words.value() : word;
      if (device !== null) duplicateOrGarbage('dev', value);
      device = value;
    }
  }
  if (device !== null && !ground.has(device.text)) {
    const complaint = `Device "${device.text}" does not exist.`;
    throw new Complaint(complaint, device.place, 'no-device', device.text, ground.names);
  }
  return {
    request: {
      show: 'ip link',
      ...(device && { device: device.text }),
      up,
      ...(master !== null && { master }),
      ...(kind !== null && { kind }),
      form,
    },
  };
}
