/**
 * `bridge`: its options and its objects.
 *
 * Read first: iproute2 6.1 bridge/bridge.c. What surprises: `-c` is colour, ranges of VLANs are `-com`; `-h` and a single
 * `-` print how it is used.
 */
import { Complaint, matches, Unmodelled, usage, wrongValue, type Arguments } from './arguments.ts';
import { readFdb } from './bridge-fdb.ts';
import { readLink } from './bridge-link.ts';
import { readMdb } from './bridge-mdb.ts';
import { readVlan } from './bridge-vlan.ts';
import type { Command, Subcommand } from './command.ts';
import type { Ground } from './ground.ts';
import { isColour, newForm } from './options.ts';
import type { Form } from './request.ts';

const USAGE = 'Usage: bridge [ OPTIONS ] OBJECT { COMMAND | help }';

/** In the order in which prefixes are tried; null: not modelled. */
const OBJECTS: readonly (readonly [string, Subcommand | null])[] = [
  ['link', readLink],
  ['fdb', readFdb],
  ['mdb', readMdb],
  ['vlan', readVlan],
  ['vni', null],
  ['monitor', null],
];

export function readBridge(words: Arguments, ground: Ground): Command {
  const form = readOptions(words);
  if (!words.more) words.fail(USAGE, 'incomplete', '', 'link, fdb, mdb, vlan');
  const object = words.take();
  for (const [name, read] of OBJECTS) {
    if (!matches(object.text, name)) continue;
    if (read === null) throw new Unmodelled(object);
    return read(words, ground, form);
  }
  if (matches(object.text, 'help')) usage(USAGE, object);
  const complaint = `Object "${object.text}" is unknown, try "bridge help".`;
  throw new Complaint(complaint, object.place, 'unknown-command', object.text, 'link, fdb, mdb, vlan');
}

function readOptions(words: Arguments): Form {
  const form = newForm();
  for (;;) {
    const word = words.peek;
    if (word === undefined || !word.text.startsWith('-')) return form;
    words.take();
    if (word.text === '--') return form;
    const option = word.text.startsWith('--') ? word.text.slice(1) : word.text;
    const is = (name: string): boolean => matches(option, name);
    if (is('-help')) usage(USAGE, word);
    else if (is('-Version')) throw new Unmodelled(word);
    else if (is('-stats') || is('-statistics')) [form.statistics, words.statistics] = [true, word];
    else if (is('-details')) form.details = true;
    else if (is('-oneline')) form.oneLine = true;
    else if (is('-timestamp')) continue;
    else if (is('-family')) readFamily(words);
    else if (option === '-4' || option === '-6') continue;
    else if (is('-netns')) throw new Unmodelled(words.value());
    else if (isColour(option)) continue;
    else if (is('-compressvlans')) form.compressVlans = true;
    else if (is('-force')) continue;
    else if (is('-json')) form.json = true;
    else if (is('-pretty')) form.pretty = true;
    else if (is('-batch')) throw new Unmodelled(word);
    else {
      const complaint = `Option "${option}" is unknown, try "bridge help".`;
      throw new Complaint(complaint, word.place, 'unknown-word', word.text, '-d, -s, -j, -p, -o, -compressvlans');
    }
  }
}

function readFamily(words: Arguments): void {
  if (!words.more) words.fail(USAGE, 'incomplete', '', 'inet, inet6');
  const family = words.take();
  if (family.text === 'help') usage(USAGE, family);
  if (family.text !== 'inet' && family.text !== 'inet6') wrongValue(family, 'invalid protocol family', 'inet, inet6');
}
