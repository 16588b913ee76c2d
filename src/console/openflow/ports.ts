/**
 * OpenFlow port numbers and names. A number is decimal, a reserved port has a name in any case, other names are those of the
 * bridge's ports. Read first: lib/ofp-port.c (ofputil_port_from_string, ofputil_format_port).
 */
import type { FlowPort } from '../../filter/flow.ts';
import { wholeNumber } from './numbers.ts';

/** OpenFlow port numbers by the ports' names. */
export type PortNumbers = Readonly<Record<string, number>>;

const RESERVED: Readonly<Record<string, number>> = {
  UNSET: 0xfff7,
  IN_PORT: 0xfff8,
  TABLE: 0xfff9,
  NORMAL: 0xfffa,
  FLOOD: 0xfffb,
  ALL: 0xfffc,
  CONTROLLER: 0xfffd,
  LOCAL: 0xfffe,
  ANY: 0xffff,
};

/** From here on no port of a switch has its number. */
export const PORT_MAX = 0xff00;
export const IN_PORT = 0xfff8;
export const CONTROLLER = 0xfffd;
export const LOCAL = 0xfffe;

/** OpenFlow 1.1 and later write reserved ports with 32 bits. */
const OFP11_MAX = 0xffffff00;
const OFP11_OFFSET = 0xffff0000;

/** Null: no port. */
export function readPort(text: string, ports: PortNumbers): number | null {
  const number = wholeNumber(text, 0xffffffff, 10);
  if (number !== null) {
    if (text.startsWith('-')) return null;
    if (number <= 0xffff) return number;
    return number < OFP11_MAX ? null : number - OFP11_OFFSET;
  }
  const name = text.toUpperCase();
  if (Object.hasOwn(RESERVED, name)) return RESERVED[name]!;
  if (name === 'NONE') return RESERVED['ANY']!;
  return namedPort(text, ports);
}

function namedPort(text: string, ports: PortNumbers): number | null {
  const name = text.startsWith('"') ? unquoted(text) : text;
  return name !== null && Object.hasOwn(ports, name) ? ports[name]! : null;
}

function unquoted(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

/** `names`: of ports, by number; without one the number is printed. What is not all letters and digits is quoted. */
export function portText(port: number, names: ReadonlyMap<number, string>): string {
  const reserved = Object.entries(RESERVED).find(([, number]) => number === port);
  if (reserved !== undefined) return reserved[0];
  const name = names.get(port);
  if (name === undefined) return String(port);
  return /^[A-Za-z][A-Za-z0-9]*$/.test(name) ? name : JSON.stringify(name);
}

const MODEL_PORTS: Readonly<Record<number, FlowPort>> = {
  0xfff8: 'in_port',
  0xfffa: 'normal',
  0xfffb: 'flood',
  0xfffc: 'all',
  0xfffd: 'controller',
  0xfffe: 'local',
};

export function modelPort(port: number): FlowPort {
  return MODEL_PORTS[port] ?? port;
}

export function portNumber(port: FlowPort): number {
  if (typeof port === 'number') return port;
  return port === 'none' ? RESERVED['ANY']! : RESERVED[port.toUpperCase()]!;
}
