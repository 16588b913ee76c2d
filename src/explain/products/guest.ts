/** What a Linux guest's stack calls each outcome, and where an administrator sees it. */
import type { Sighting } from './sighting.ts';
import type { ReasonId } from '../../outcome/reasons.ts';

export const GUEST: Readonly<Partial<Record<ReasonId, Sighting>>> = {
  'ring-full': { name: null, command: 'ip -s link show' },
  'not-for-me': { name: 'PACKET_OTHERHOST', command: 'ip -s link show dev <NIC>' },
  'no-vlan-interface': { name: null, command: 'ip -d link show' },
  'not-my-ip': { name: 'IpInAddrErrors', command: 'nstat -az' },
  'no-route': { name: 'ENETUNREACH', command: 'ip route get <宛先>' },
  'no-arp': { name: 'FAILED', command: 'ip neigh show' },
  'ttl-expired': { name: 'ICMP 11/0', command: 'nstat -az' },
  'df-needed': { name: 'ICMP 3/4', command: 'ip route get <宛先>' },
  'bad-checksum': { name: 'InCsumErrors', command: 'nstat -az' },
  'no-listener': { name: 'UdpNoPorts / TcpOutRsts', command: 'nstat -az' },
  'unknown-protocol': { name: 'ICMP 3/2', command: 'nstat -az' },
  'echo-ignored': { name: null, command: 'sysctl net.ipv4.icmp_echo_ignore_broadcasts' },
  'martian-src': { name: null, command: 'sysctl net.ipv4.conf.all.log_martians' },
  fragment: { name: 'IpReasmReqds', command: 'nstat -az' },
  'broadcast-ping': { name: 'EACCES', command: 'ping -b' },
  'guest-fw': { name: null, command: 'nft list ruleset' },
  'icmp-rate-limited': { name: null, command: 'sysctl net.ipv4.icmp_ratelimit' },
};
