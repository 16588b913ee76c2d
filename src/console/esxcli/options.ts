/**
 * The words of one esxcli command, and its complaints.
 *
 * Known from captures: `Error: Unknown command or namespace …` and `Error: Missing required parameter -v|--vswitch-name`, which is
 * printed before the text that tells how the command is used. Best reading: `Error: Invalid option …`. What esxcli says of values
 * that it does not take, and of names that the host does not have, is not known: those complaints are empty.
 *
 * Values follow after a blank or `=`, for short options as for long ones.
 */
import type { Place, Word } from '../console.ts';
import { Complaint } from '../powershell/complaint.ts';
import { behind } from '../shell.ts';
import type { CommandOf, OptionOf } from './commands.ts';

export interface Given {
  readonly option: OptionOf;
  readonly value: string;
  readonly place: Place;
}

const TRUE = new Set(['true', 'yes', 'y', 't', 'on', '1']);
const FALSE = new Set(['false', 'no', 'n', 'f', 'off', '0']);

export function readOptions(command: CommandOf, words: readonly Word[], end: Place): ReadonlyMap<string, Given> {
  const given = new Map<string, Given>();
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const [, name = '', attached] = /^(--?[A-Za-z][\w-]*)(?:=([\s\S]*))?$/.exec(word.text) ?? [];
    const option = command.options.find(({ long, short }) => name === `--${long}` || name === `-${short}`);
    if (option === undefined) {
      const complaint = `Error: Invalid option ${name === '' ? word.text : name}`;
      throw new Complaint(complaint, word.place, 'unknown-word', word.text, optionNames(command.options));
    }
    if (given.has(option.long)) throw new Complaint('', word.place, 'duplicate', word.text, `--${option.long}`);
    if (option.type === 'flag') {
      given.set(option.long, { option, value: attached ?? 'true', place: word.place });
      continue;
    }
    const next = attached === undefined ? words[++index] : undefined;
    if (attached === undefined && next === undefined) {
      throw new Complaint('', behind(word), 'incomplete', '', `--${option.long}`);
    }
    const place = next?.place ?? word.place;
    given.set(option.long, { option, value: valueOf(option, attached ?? next!.text, place), place });
  }
  const missing = command.options.find(({ long, isRequired }) => isRequired === true && !given.has(long));
  if (missing !== undefined) {
    const complaint = `Error: Missing required parameter -${missing.short}|--${missing.long}`;
    throw new Complaint(complaint, end, 'missing', '', `--${missing.long}`);
  }
  return given;
}

function valueOf({ type }: OptionOf, value: string, place: Place): string {
  if (type === 'number') {
    if (/^-?\d{1,12}$/.test(value)) return String(Number(value));
    throw new Complaint('', place, 'bad-value', value, '0, 1, 2 …');
  }
  if (type === 'bool') {
    const lower = value.toLowerCase();
    if (TRUE.has(lower) || FALSE.has(lower)) return TRUE.has(lower) ? 'true' : 'false';
    throw new Complaint('', place, 'bad-value', value, 'true, false');
  }
  if (typeof type === 'string') return value;
  if (type.includes(value)) return value;
  throw new Complaint('', place, 'bad-value', value, type.join(', '));
}

function optionNames(options: readonly OptionOf[]): string {
  return options.map(({ long }) => `--${long}`).join(', ');
}
