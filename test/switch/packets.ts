/** Packets for tests of access lists, from the type field on, in hexadecimal; checksums are not looked at and stay 0. */
function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0');
}

function ipv4(address: string): string {
  return address
    .split('.')
    .map((byte) => hex(Number(byte), 2))
    .join('');
}

export function ip4(src: string, dst: string, protocol: number, payload: string, fragment = 0): string {
  const size = 20 + payload.length / 2;
  return `08004500${hex(size, 4)}0000${hex(fragment, 4)}40${hex(protocol, 2)}0000${ipv4(src)}${ipv4(dst)}${payload}`;
}

/** Addresses in full: 32 hexadecimal digits. */
export function ip6(src: string, dst: string, protocol: number, payload: string): string {
  return `86dd60000000${hex(payload.length / 2, 4)}${hex(protocol, 2)}40${src}${dst}${payload}`;
}

export function udpPorts(from: number, to: number): string {
  return `${hex(from, 4)}${hex(to, 4)}00080000`;
}

export function tcpPorts(from: number, to: number, flags = 0x02): string {
  return `${hex(from, 4)}${hex(to, 4)}000000000000000050${hex(flags, 2)}ffff00000000`;
}

export function udp(src: string, dst: string, from: number, to: number): string {
  return ip4(src, dst, 17, udpPorts(from, to));
}

export function tcp(src: string, dst: string, from: number, to: number, flags = 0x02): string {
  return ip4(src, dst, 6, tcpPorts(from, to, flags));
}

/** Type 8: request, 0: reply. */
export function echo(src: string, dst: string, type: number, id = 7): string {
  return ip4(src, dst, 1, `${hex(type, 2)}000000${hex(id, 4)}0001`);
}

export const ARP = `0806000108000604000102000000000a${ipv4('10.0.0.1')}000000000000${ipv4('10.0.0.2')}`;
