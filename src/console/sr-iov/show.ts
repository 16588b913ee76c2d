/** What the tools print of an SR-IOV NIC. The card's guests are no devices of the host: they are not shown. */
import { vfsOf, type EmbeddedSwitch } from '../../switch/profiles/sr-iov/embedded-switch.ts';
import { linkJson } from './link-json.ts';
import { countersOf, recordOf } from './link-record.ts';
import { linkFlags, linkText } from './link-text.ts';
import type { SrIovRequest } from './request.ts';

export function show(nic: EmbeddedSwitch, request: SrIovRequest): string {
  switch (request.show) {
    case 'ip link': {
      const counters = request.statistics ? countersOf(nic) : null;
      return request.json ? linkJson(recordOf(nic), counters) : linkText(recordOf(nic), counters);
    }
    case 'bridge link':
      return showMode(nic);
    case 'bridge fdb':
      return [...nic.pf.further, ...nic.pf.groups].map((address) => `${address} self permanent\n`).join('');
    case 'sysfs':
      return `${request.file === 'sriov_numvfs' ? vfsOf(nic).length : nic.nic.maxVfs}\n`;
  }
}

/** Nothing where the driver has no mode to tell: ixgbe without VFs. */
function showMode(nic: EmbeddedSwitch): string {
  if (!nic.nic.hasModeAlone && vfsOf(nic).length === 0) return '';
  const record = recordOf(nic);
  const flags = linkFlags(record).join(',');
  return `${record.index}: ${record.name}: <${flags}> mtu ${record.mtu} hwmode ${nic.isVepa ? 'VEPA' : 'VEB'} \n`;
}
