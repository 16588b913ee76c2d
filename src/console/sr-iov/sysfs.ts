/**
 * `echo N > /sys/class/net/PF/device/sriov_numvfs`, or through `tee`, and `cat` of it.
 *
 * Read first: drivers/pci/iov.c, sriov_numvfs_store (kstrtou16 with base 0).
 */
import type { SrIovChange } from '../../switch/profiles/sr-iov/change.ts';
import type { Place, Word } from '../console.ts';
import { Complaint, Unmodelled } from '../linux-bridge/arguments.ts';
import type { Command as Line } from '../shell.ts';
import type { Command, Ground } from './command.ts';

const PATH = /^\/sys\/class\/net\/([^/]+)\/device\/(sriov_numvfs|sriov_totalvfs)$/;
const U16_MAX = 0xffff;

/** Null: the line is none of these. */
export function readSysfs({ words, shell, end }: Line, ground: Ground): Command | null {
  const [program, first] = words;
  if (program!.text === 'cat' && shell === null) {
    if (words.length !== 2) throw new Unmodelled(program!);
    return { request: { show: 'sysfs', file: fileOf(first!, ground, 'cat: ') } };
  }
  if (program!.text !== 'echo' || shell === null || (shell.text !== '>' && shell.text !== '|')) return null;
  const value = first!;
  const rest = words.slice(2).map(({ text }) => text);
  const isTee = shell.text === '|' && rest.length > 0 && /^(?:sudo )?tee (?:-a )?\S+$/.test(rest.join(' '));
  if (value === undefined || !(isTee || (shell.text === '>' && words.length === 3))) throw new Unmodelled(shell);
  const file = fileOf(words.at(-1)!, ground, isTee ? 'tee: ' : '-bash: ');
  if (file === 'sriov_totalvfs') {
    throw new Complaint(
      `-bash: ${words.at(-1)!.text}: Permission denied`,
      words.at(-1)!.place,
      'bad-value',
      file,
      'sriov_numvfs',
    );
  }
  return { changes: [numVfs(value, end)] };
}

function fileOf(word: Word, ground: Ground, who: string): 'sriov_numvfs' | 'sriov_totalvfs' {
  const [, device, file] = PATH.exec(word.text) ?? [];
  if (device === undefined) throw new Unmodelled(word);
  if (ground.has(device)) return file as 'sriov_numvfs';
  throw new Complaint(`${who}${word.text}: No such file or directory`, word.place, 'no-device', device, ground.names);
}

function numVfs(word: Word, end: Place): SrIovChange {
  const isNumber = /^\+?(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.test(word.text);
  const digits = word.text.replace('+', '');
  const count = isNumber ? Number(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits) : Number.NaN;
  if (isNumber && count <= U16_MAX) return { kind: 'numvfs', count };
  const error = isNumber ? 'Numerical result out of range' : 'Invalid argument';
  const place = word.text === '' ? end : word.place;
  throw new Complaint(`-bash: echo: write error: ${error}`, place, 'bad-value', word.text, `0〜${U16_MAX}`);
}
