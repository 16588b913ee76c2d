/** The console of Hyper-V: PowerShell with its module. */
import type { HyperV } from '../../switch/profiles/hyper-v/hyper-v.ts';
import type { Console } from '../console.ts';
import type { HyperVCommand, HyperVRequest } from './changes.ts';
import { importHyperV, type HyperVUntold } from './import.ts';
import { printHyperV } from './print.ts';
import { readHyperV } from './read.ts';
import { showHyperV } from './show.ts';

export const hyperVConsole: Console<HyperV, HyperVCommand, HyperVRequest, HyperVUntold> = {
  read: readHyperV,
  print: printHyperV,
  show: showHyperV,
  import: importHyperV,
};
