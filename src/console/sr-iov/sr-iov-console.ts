/** The console of an SR-IOV NIC: ip, bridge, ethtool and sysfs on its host. */
import type { SrIovChange } from '../../switch/profiles/sr-iov/change.ts';
import type { EmbeddedSwitch } from '../../switch/profiles/sr-iov/embedded-switch.ts';
import type { Console } from '../console.ts';
import { importLink, type UntoldCode } from './import.ts';
import { printNic } from './print.ts';
import { readCommands } from './read.ts';
import type { SrIovRequest } from './request.ts';
import { show } from './show.ts';

export const srIovConsole: Console<EmbeddedSwitch, SrIovChange, SrIovRequest, UntoldCode> = {
  read: readCommands,
  print: printNic,
  show,
  import: importLink,
};
