/** A host of a lab file as a host with a stack. */
import { IpHost, type NetworkInterface } from '../host/ip-host.ts';
import { parseIpv4Address, parseIpv4Network } from '../wire/ipv4.ts';
import { mac } from '../wire/mac-address.ts';
import { isMalformed } from '../wire/malformed.ts';
import type { HostSpec } from './scenario.ts';

export function makeHost(name: string, spec: HostSpec): IpHost {
  const nics = Object.keys(spec.nics);
  const interfaces = spec.interfaces.map(({ nic, vlan, address }): NetworkInterface => {
    const network = parseIpv4Network(address);
    if (isMalformed(network)) throw new Error(`${name}: ${address}`);
    return { nic: nics.indexOf(nic), mac: mac(spec.nics[nic]!), vlan: vlan ?? null, network };
  });
  const gateway = spec.gateway === undefined ? null : parseIpv4Address(spec.gateway);
  return new IpHost({
    name,
    interfaces,
    gateway: typeof gateway === 'number' ? gateway : null,
    forwards: spec.role === 'router',
  });
}
