/** What a Linux guest's stack calls each outcome, and where an administrator sees it. */
import type { Sighting } from './sighting.ts';
import type { ReasonId } from '../../outcome/reasons.ts';

export const GUEST: Readonly<Partial<Record<ReasonId, Sighting>>> = {
  'ring-full': { rules: [], name: null, command: 'ip -s link show' },
  'not-for-me': { rules: ['GUEST-1'], name: 'PACKET_OTHERHOST', command: 'ip -s link show dev <NIC>' },
  'no-vlan-interface': { rules: ['GUEST-1'], name: null, command: 'ip -d link show' },
  'not-my-ip': { rules: ['GUEST-8'], name: 'IpInAddrErrors', command: 'nstat -az' },
  'no-route': { rules: ['GUEST-2', 'GUEST-8'], name: 'ENETUNREACH', command: 'ip route get <宛先>' },
  'no-arp': { rules: ['GUEST-3', 'GUEST-6'], name: 'FAILED', command: 'ip neigh show' },
  'ttl-expired': { rules: ['GUEST-8'], name: 'ICMP 11/0', command: 'nstat -az' },
  'df-needed': { rules: [], name: 'ICMP 3/4', command: 'ip route get <宛先>' },
  'bad-checksum': { rules: ['GUEST-9'], name: 'InCsumErrors', command: 'nstat -az' },
  'no-listener': { rules: ['GUEST-9', 'GUEST-10'], name: 'UdpNoPorts / TcpOutRsts', command: 'nstat -az' },
  'unknown-protocol': { rules: ['GUEST-9'], name: 'ICMP 3/2', command: 'nstat -az' },
  'echo-ignored': { rules: ['GUEST-7'], name: null, command: 'sysctl net.ipv4.icmp_echo_ignore_broadcasts' },
  'guest-fw': { rules: ['GUEST-12'], name: null, command: 'nft list ruleset' },
  'icmp-rate-limited': { rules: ['GUEST-9'], name: null, command: 'sysctl net.ipv4.icmp_ratelimit' },
};
