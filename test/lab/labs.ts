/** Labs for tests: the site's own lab files, run with given actions, and the log in lines of text. */
import { readFileSync } from 'node:fs';
import { isMalformed } from '../../src/wire/malformed.ts';
import { formatArp, parseArp } from '../../src/wire/arp.ts';
import { ETHERTYPE_ARP, ETHERTYPE_IPV4, formatEthernet, parseEthernet } from '../../src/wire/ethernet.ts';
import { formatIcmp, parseIcmp } from '../../src/wire/icmp.ts';
import { parseIpv4, PROTOCOL_ICMP } from '../../src/wire/ipv4.ts';
import { toHex } from '../../src/wire/bytes.ts';
import type { Action } from '../../src/lab/action.ts';
import type { LabEvent, PingEnded, Seen } from '../../src/lab/event.ts';
import { Lab } from '../../src/lab/lab.ts';
import { readLabFile } from '../../src/lab/lab-file.ts';
import type { Scenario } from '../../src/lab/scenario.ts';
import type { SwitchMakers } from '../../src/lab/switch-node.ts';
import { hyperVSwitch } from '../../src/lab/switches/hyper-v.ts';
import { ieee8021qSwitch } from '../../src/lab/switches/ieee-8021q.ts';
import { linuxBridges } from '../../src/lab/switches/linux-bridge.ts';

export function labText(name: 't0' | 't1'): string {
  return readFileSync(new URL(`../../content/labs/${name}.yaml`, import.meta.url), 'utf8');
}

export function scenarioOf(text: string): Scenario {
  const scenario = readLabFile(text);
  if (Array.isArray(scenario)) throw new Error(JSON.stringify(scenario));
  return scenario;
}

export const T0 = scenarioOf(labText('t0'));
export const T1 = scenarioOf(labText('t1'));

/** These labs have no rules. */
export const noRules: SwitchMakers = {
  'linux-bridge': linuxBridges(() => ({ error: 'EINVAL', knob: 'rules', value: '', expected: 'none' })),
  'hyper-v': hyperVSwitch,
  'ieee-8021q': ieee8021qSwitch,
};

/** A lab in which these actions have been done, each after the last had settled. */
export function ranLab(scenario: Scenario, ...actions: Action[]): Lab {
  const lab = new Lab(scenario, noRules);
  if (!lab.run(actions)) throw new Error('no end');
  return lab;
}

export function ping(from: string, to: string, ttl?: number): Action {
  return { do: 'ping', from, to, ...(ttl === undefined ? {} : { ttl }) };
}

/** `P2 in sw1.p1 #1 00:00:5e:00:53:0a > ff:ff:ff:ff:ff:ff C10 ARP who-has …` */
export function sighting({ point, direction, place, frame, bytes }: Seen): string {
  return `${point} ${direction} ${place} #${frame} ${frameText(bytes)}`;
}

export function frameText(bytes: Uint8Array): string {
  const frame = parseEthernet(bytes);
  if (isMalformed(frame)) return `${bytes.length} B`;
  return `${formatEthernet(frame)} ${contentText(frame.etherType, frame.payload)}`.trimEnd();
}

function contentText(etherType: number, payload: Uint8Array): string {
  if (etherType === ETHERTYPE_ARP) {
    const arp = parseArp(payload);
    return isMalformed(arp) ? '?' : formatArp(arp);
  }
  if (etherType !== ETHERTYPE_IPV4) return '';
  const packet = parseIpv4(payload);
  if (isMalformed(packet) || packet.protocol !== PROTOCOL_ICMP) return '?';
  const icmp = parseIcmp(packet.payload);
  return isMalformed(icmp) ? '?' : `ttl ${packet.ttl} ${formatIcmp(icmp)}`;
}

export function isSeen(event: LabEvent): event is Seen {
  return event.kind === 'seen';
}

export function pingsOf({ log }: Lab): PingEnded[] {
  return log.filter((event) => event.kind === 'ping');
}

/** The log as text that is the same where the logs are the same, byte for byte. */
export function journal(log: readonly LabEvent[]): string {
  return JSON.stringify(log.map((event) => ('bytes' in event ? { ...event, bytes: toHex(event.bytes) } : event)));
}
