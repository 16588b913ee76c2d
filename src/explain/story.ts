/**
 * A run as rows of a table: when, where, which frame, what was decided. What the picture shows stands here in words, so that
 * nobody needs the picture.
 */
import { CAPTURE_POINT_NAMES } from '../lab/capture-point.ts';
import type { Judged, LabEvent, Seen } from '../lab/event.ts';
import type { Scenario } from '../lab/scenario.ts';
import { formatArp, parseArp } from '../wire/arp.ts';
import {
  ETHERTYPE_ARP,
  ETHERTYPE_EXPERIMENTAL,
  ETHERTYPE_IPV4,
  formatEtherType,
  parseEthernet,
} from '../wire/ethernet.ts';
import { ICMP_ECHO_REPLY, ICMP_ECHO_REQUEST, ICMP_TIME_EXCEEDED } from '../wire/icmp.ts';
import { formatIpv4Address, parseIpv4, PROTOCOL_ICMP } from '../wire/ipv4.ts';
import { isMalformed } from '../wire/malformed.ts';
import { namingOf } from './naming.ts';
import type { Naming } from './phrase.ts';
import { explain, explainAll, speakerOf, type Explained, type Speaker } from './explain.ts';
import { summarise, summarisePing } from './summary.ts';

export interface StoryRow {
  readonly event: number;
  readonly timeNs: number;
  /** Microseconds since the first thing in the story, as text. */
  readonly time: string;
  readonly place: string;
  readonly frame: string;
  readonly text: string;
}

/** One judgement of a switch, stage by stage, under the frame that it is about. */
export interface Reasoning {
  readonly frame: string;
  readonly speaker: Speaker;
  readonly stages: readonly Explained[];
}

export function reasoningOf(judgements: readonly Judged[], log: readonly LabEvent[], scenario: Scenario): Reasoning[] {
  const naming = namingOf(scenario);
  return judgements.map(({ node, frame, decisions, ports }) => {
    const seen = log.find((event): event is Seen => event.kind === 'seen' && event.frame === frame);
    const speaker = speakerOf(node, scenario);
    return {
      frame: seen === undefined ? '' : frameText(seen.bytes, naming),
      speaker,
      stages: explainAll(decisions, speaker, ports),
    };
  });
}

export function storyOf(log: readonly LabEvent[], scenario: Scenario): StoryRow[] {
  const naming = namingOf(scenario);
  const frames = new Map<number, string>();
  const origin = originOf(log);
  return log.flatMap((event): StoryRow[] => {
    const row = { event: event.index, timeNs: event.timeNs, time: microseconds(event.timeNs - origin) };
    if (event.kind === 'seen') {
      const frame = frameText(event.bytes, naming);
      frames.set(event.frame, frame);
      if (event.point === 'PD' || event.point === 'P0' || event.point === 'P5') return [];
      return [{ ...row, place: placeText(event), frame, text: pointText(event) }];
    }
    if (event.kind === 'judged') {
      const frame = event.frame === null ? '' : (frames.get(event.frame) ?? '');
      const speaker = speakerOf(event.node, scenario);
      const isSwitch = Object.hasOwn(scenario.switches, event.node);
      const text = isSwitch
        ? summarise(event, speaker)
        : event.decisions.map((decision) => explain(decision, speaker).sentence).join('');
      return text === '' ? [] : [{ ...row, place: event.node, frame, text }];
    }
    if (event.kind === 'ping') return [{ ...row, place: event.node, frame: '', text: summarisePing(event, event.to) }];
    return [];
  });
}

/** When the first frame was seen, or something was judged: what came before is waiting. */
export function originOf(log: readonly LabEvent[]): number {
  return log.find(({ kind }) => kind === 'seen' || kind === 'judged')?.timeNs ?? log.at(-1)?.timeNs ?? 0;
}

function microseconds(timeNs: number): string {
  return (timeNs / 1000).toLocaleString('en-US', { maximumFractionDigits: 1 });
}

function placeText({ place }: Seen): string {
  return place.endsWith('.eth0') ? place.slice(0, -'.eth0'.length) : place;
}

function pointText({ point, direction }: Seen): string {
  if (point === 'P1') return direction === 'out' ? '仮想NICから出ました。' : '仮想NICに届きました。';
  if (point === 'P2') return 'ゲストポートに入りました。';
  if (point === 'P3') return 'ゲストポートから出ました。';
  const verb = direction === 'in' ? 'に入りました。' : 'から出ました。';
  return `${CAPTURE_POINT_NAMES[point]}のポート${verb}`;
}

/** `VM-A → VM-B VLAN10 ARP` */
export function frameText(bytes: Uint8Array, naming: Naming): string {
  const frame = parseEthernet(bytes);
  if (isMalformed(frame)) return `${bytes.length}バイト`;
  const name = (mac: string): string => (mac === 'ff:ff:ff:ff:ff:ff' ? '全員' : (naming(mac) ?? mac));
  const tags = frame.tags.map(({ vid }) => ` VLAN${vid}のタグ`).join('');
  return `${name(frame.src)} → ${name(frame.dst)}${tags} ${contentText(frame.etherType, frame.payload)}`;
}

const ICMP_NAMES: Readonly<Record<number, string>> = {
  [ICMP_ECHO_REQUEST]: 'ping要求',
  [ICMP_ECHO_REPLY]: 'ping応答',
  [ICMP_TIME_EXCEEDED]: '時間超過',
};

function contentText(etherType: number, payload: Uint8Array): string {
  if (etherType === ETHERTYPE_ARP) {
    const arp = parseArp(payload);
    return isMalformed(arp) ? 'ARP' : `ARP（${formatArp(arp)}）`;
  }
  if (etherType === ETHERTYPE_EXPERIMENTAL) return '実験用のデータ';
  if (etherType !== ETHERTYPE_IPV4) return `種類${formatEtherType(etherType)}`;
  const packet = parseIpv4(payload);
  if (isMalformed(packet)) return 'IPv4';
  const kind =
    packet.protocol === PROTOCOL_ICMP ? (ICMP_NAMES[packet.payload[0]!] ?? 'ICMP') : `番号${packet.protocol}`;
  return `IPv4（${formatIpv4Address(packet.src)}から${formatIpv4Address(packet.dst)}へ、${kind}）`;
}
