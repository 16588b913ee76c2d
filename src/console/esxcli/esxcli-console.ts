/** The console of VMware's switches: esxcli on the host, PowerCLI beside it. */
import type { VmwareVss } from '../../switch/profiles/vmware-vss/vmware-vss.ts';
import type { Console } from '../console.ts';
import type { EsxcliRequest, VmwareCommand } from './changes.ts';
import { importVmware, type EsxcliUntold } from './import.ts';
import { printVmware } from './print.ts';
import { readVmware } from './read.ts';
import { showVmware } from './show.ts';

export const esxcliConsole: Console<VmwareVss, VmwareCommand, EsxcliRequest, EsxcliUntold> = {
  read: readVmware,
  print: printVmware,
  show: showVmware,
  import: importVmware,
};
