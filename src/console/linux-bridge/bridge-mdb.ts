/**
 * `bridge mdb`: read to the letter, and told as not modelled: the bridge here has no multicast database.
 *
 * Read first: iproute2 6.1 bridge/mdb.c. Where the profile gets one, {@link MdbRequest} is what a change is to be made of.
 */
import type { Word } from '../console.ts';
import {
  Complaint,
  duplicate,
  leadingInteger,
  leadingShort,
  linkAddress,
  matches,
  usage,
  type Arguments,
} from './arguments.ts';
import type { Command } from './command.ts';
import type { Ground } from './ground.ts';
import type { Form } from './request.ts';
import { isIpAddress } from './ip-address.ts';

const USAGE = 'Usage: bridge mdb { add | del } dev DEV port PORT grp GROUP [src SOURCE] [permanent | temp] [vid VID]';

/** `bridge mdb add|del dev DEVICE port PORT grp GROUP [src SOURCE] [permanent] [vid VID]` */
export interface MdbRequest {
  readonly remove: boolean;
  readonly device: string;
  readonly port: string;
  /** An IPv4, IPv6 or MAC address as it was written. */
  readonly group: string;
  readonly source?: string;
  readonly permanent: boolean;
  /** 0: none. */
  readonly vid: number;
}

export function readMdb(words: Arguments, ground: Ground, _form: Form): Command {
  const verb = words.more ? words.take() : null;
  if (verb === null) return showMdb(words, ground, words.last);
  const is = (name: string): boolean => matches(verb.text, name);
  if (is('add') || is('delete')) {
    readMdbRequest(words, ground, !is('add'));
    words.unmodelled ??= verb;
    return { changes: [] };
  }
  if (is('show') || is('lst') || is('list')) return showMdb(words, ground, verb);
  if (is('help')) usage(USAGE, verb);
  const complaint = `Command "${verb.text}" is unknown, try "bridge mdb help".`;
  throw new Complaint(complaint, verb.place, 'unknown-command', verb.text, 'add, del, show');
}

function readMdbRequest(words: Arguments, ground: Ground, remove: boolean): MdbRequest {
  const parts: { dev: Word | null; port: Word | null; grp: Word | null; src: Word | null } = {
    dev: null,
    port: null,
    grp: null,
    src: null,
  };
  let permanent = false;
  let vid = 0;
  while (words.more) {
    const word = words.take();
    if (Object.hasOwn(parts, word.text)) parts[word.text as keyof typeof parts] = words.value();
    else if (word.text === 'permanent') permanent = !remove;
    else if (word.text === 'vid') vid = leadingShort(words.value().text);
    else if (matches(word.text, 'help')) usage(USAGE, word);
    else if (word.text !== 'temp') words.ignored.push(word);
  }
  const { dev, port, grp, src } = parts;
  if (dev === null || grp === null || port === null) {
    const missing = dev === null ? 'dev' : port === null ? 'port' : 'grp';
    const complaint = 'Device, group address and port name are required arguments.';
    return words.fail(complaint, 'missing', '', missing);
  }
  ground.expect(dev);
  ground.expect(port);
  // ll_addr_a2n complains by itself before, and leaves of the word what stands before the first colon.
  if (!isIpAddress(grp.text) && linkAddress(grp).length !== 6) wrongAddress(grp, 'address', grp.text.split(':', 1)[0]!);
  if (src !== null && !isIpAddress(src.text)) wrongAddress(src, 'source address', src.text);
  const source = src === null ? {} : { source: src.text };
  return { remove, device: dev.text, port: port.text, group: grp.text, ...source, permanent, vid };
}

function wrongAddress(word: Word, what: string, shown: string): never {
  const complaint = `Invalid ${what} "${shown}"`;
  throw new Complaint(complaint, word.place, 'bad-value', word.text, '239.1.2.3');
}

function showMdb(words: Arguments, ground: Ground, verb: Word): Command {
  let device: Word | null = null;
  let vid = 0;
  while (words.more) {
    const word = words.take();
    if (word.text === 'dev') {
      const value = words.value();
      if (device !== null) duplicate('dev', value);
      device = value;
    } else if (word.text === 'vid') {
      const value = words.value();
      if (vid !== 0) duplicate('vid', value);
      vid = leadingInteger(value.text);
    } else words.ignored.push(word);
  }
  if (device !== null) ground.expect(device);
  words.unmodelled ??= verb;
  return { changes: [] };
}
