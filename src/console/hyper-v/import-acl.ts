/** ACL entries as Get-VMNetworkAdapterAcl and Get-VMNetworkAdapterExtendedAcl give them to ConvertTo-Json. */
import type { Properties } from '../powershell/objects.ts';
import type { ExtendedAcl, HyperVAclChange, PortAcl } from './changes.ts';
import { numberOf, textOf, truth, wordOf } from './property.ts';

/** In JSON, `Both` is kept as two entries; numbers begin with 1. */
export function importPortAcl(of: Properties, port: string): HyperVAclChange | null {
  const direction = wordOf(of, 'direction', ['', 'Inbound', 'Outbound', 'Both']);
  const action = wordOf(of, 'action', ['', 'Allow', 'Deny', 'Meter']);
  if (direction === null || direction === '' || action === null || action === '') return null;
  const acl: PortAcl = {
    direction: direction as PortAcl['direction'],
    action: action as PortAcl['action'],
    ...sideOf(of, 'local'),
    ...sideOf(of, 'remote'),
  };
  return { kind: 'port-acl-add', port, acl };
}

export function importExtendedAcl(of: Properties, port: string): HyperVAclChange | null {
  const direction = wordOf(of, 'direction', ['', 'Inbound', 'Outbound']);
  const action = wordOf(of, 'action', ['', 'Allow', 'Deny']);
  const weight = numberOf(of, 'weight');
  if (direction === null || direction === '' || action === null || action === '' || weight === null) return null;
  const isolationId = numberOf(of, 'isolationid');
  const acl: ExtendedAcl = {
    direction: direction as ExtendedAcl['direction'],
    action: action as ExtendedAcl['action'],
    localIp: textOf(of, 'localipaddress'),
    remoteIp: textOf(of, 'remoteipaddress'),
    localPort: textOf(of, 'localport'),
    remotePort: textOf(of, 'remoteport'),
    protocol: textOf(of, 'protocol').toUpperCase(),
    weight,
    stateful: truth(of, 'stateful'),
    idleSessionTimeout: numberOf(of, 'idlesessiontimeout'),
    isolationId: isolationId === 0 ? null : isolationId,
  };
  return { kind: 'port-extended-acl-add', port, acl };
}

/** An entry has one address a side, and its type: Mac is 1, any MAC address 7. */
function sideOf(of: Properties, side: 'local'): Pick<PortAcl, 'localIp' | 'localMac'>;
function sideOf(of: Properties, side: 'remote'): Pick<PortAcl, 'remoteIp' | 'remoteMac'>;
function sideOf(of: Properties, side: string): Record<string, string> {
  const type = textOf(of, `${side}addresstype`).toLowerCase();
  const isMac = ['1', '7', 'mac', 'wildcardmac'].includes(type);
  const address = textOf(of, `${side}address`) || textOf(of, `${side}ipaddress`) || textOf(of, `${side}macaddress`);
  return { [`${side}Ip`]: isMac ? '' : address, [`${side}Mac`]: isMac ? address : '' };
}
