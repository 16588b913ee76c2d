/**
 * Add-VMNetworkAdapterAcl, Add-VMNetworkAdapterExtendedAcl and their opposites, as plain data.
 *
 * Read first: their pages in the reference (HV-16, HV-17). IP and MAC criteria do not mix in an entry, meters count IP only.
 * What the cmdlets say to values that they do not take is not known.
 */
import { isMalformed } from '../../wire/malformed.ts';
import { parseMac } from '../../wire/mac-address.ts';
import type { Argument, Bound } from '../powershell/binder.ts';
import { Complaint } from '../powershell/complaint.ts';
import type { ExtendedAcl, PortAcl } from './changes.ts';

const IP_NAMES = ['LocalIPAddress', 'RemoteIPAddress'] as const;
const MAC_NAMES = ['LocalMacAddress', 'RemoteMacAddress'] as const;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!\/|$)|(?=\/|$))){4}(?:\/(?:3[0-2]|[12]?\d))?$/;
const IPV6 = /^(?=.*:)[0-9a-f:.]{2,45}(?:\/(?:12[0-8]|1[01]\d|\d?\d))?$/i;

/** One entry for every pair of addresses: arrays are taken as that many commands. */
export function readPortAcls({ arguments: given, end }: Bound): PortAcl[] {
  const [ip, mac] = [IP_NAMES, MAC_NAMES].map((names) => names.find((name) => given.has(name)));
  if (ip === undefined && mac === undefined) {
    throw new Complaint('', end, 'missing', '', [...IP_NAMES, ...MAC_NAMES].map((name) => `-${name}`).join(', '));
  }
  if (ip !== undefined && mac !== undefined) {
    throw new Complaint('', given.get(mac)!.place, 'conflict', `-${mac}`, `-${ip}`);
  }
  const action = given.get('Action')!;
  if (mac !== undefined && action.items[0] === 'Meter') {
    throw new Complaint('', action.place, 'conflict', 'Meter', IP_NAMES.map((name) => `-${name}`).join(', '));
  }
  const items = (name: string, read: (text: string) => string | null, example: string): readonly string[] => {
    const argument = given.get(name);
    return argument === undefined ? [''] : argument.items.map((text) => valueOf(argument, text, read, example));
  };
  const base = {
    direction: given.get('Direction')!.items[0] as PortAcl['direction'],
    action: action.items[0] as PortAcl['action'],
  };
  return items('LocalIPAddress', prefix, '192.0.2.0/24').flatMap((localIp) =>
    items('RemoteIPAddress', prefix, '192.0.2.0/24').flatMap((remoteIp) =>
      items('LocalMacAddress', hyphenated, '00-15-5D-00-53-0A').flatMap((localMac) =>
        items('RemoteMacAddress', hyphenated, '00-15-5D-00-53-0A').map((remoteMac) => ({
          ...base,
          localIp,
          remoteIp,
          localMac,
          remoteMac,
        })),
      ),
    ),
  );
}

export function readExtendedAcl({ arguments: given }: Bound): ExtendedAcl {
  const text = (name: string, read: (text: string) => string | null, example: string): string => {
    const argument = given.get(name);
    return argument === undefined ? '' : valueOf(argument, argument.items[0]!, read, example);
  };
  const number = (name: string): number | null => {
    const argument = given.get(name);
    return argument === undefined ? null : Number(argument.items[0]);
  };
  return {
    direction: given.get('Direction')!.items[0] as ExtendedAcl['direction'],
    action: given.get('Action')!.items[0] as ExtendedAcl['action'],
    localIp: text('LocalIPAddress', prefix, '192.0.2.0/24'),
    remoteIp: text('RemoteIPAddress', prefix, '192.0.2.0/24'),
    localPort: text('LocalPort', portRange, '49152-49182'),
    remotePort: text('RemotePort', portRange, '49152-49182'),
    protocol: text('Protocol', protocol, 'TCP, UDP, 1'),
    weight: number('Weight')!,
    stateful: given.get('Stateful')?.items[0] === 'true',
    idleSessionTimeout: number('IdleSessionTimeout'),
    isolationId: number('IsolationID'),
  };
}

function valueOf({ place }: Argument, text: string, read: (text: string) => string | null, example: string): string {
  const value = read(text.trim());
  if (value !== null) return value;
  throw new Complaint('', place, 'bad-value', text, `${example}, ANY`);
}

function any(text: string): 'ANY' | null {
  return text.toUpperCase() === 'ANY' || text === '*' ? 'ANY' : null;
}

function prefix(text: string): string | null {
  return any(text) ?? (IPV4.test(text) || IPV6.test(text) ? text.toLowerCase() : null);
}

function hyphenated(text: string): string | null {
  const mac = parseMac(text);
  return any(text) ?? (isMalformed(mac) ? null : mac.toUpperCase().replaceAll(':', '-'));
}

function portRange(text: string): string | null {
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const isGood = first !== undefined && Number(last) <= 0xffff && Number(first) <= Number(last);
  return any(text) ?? (isGood ? text : null);
}

function protocol(text: string): string | null {
  const upper = text.toUpperCase();
  if (upper === 'TCP' || upper === 'UDP') return upper;
  return any(text) ?? (/^\d{1,3}$/.test(text) && Number(text) <= 255 ? String(Number(text)) : null);
}
