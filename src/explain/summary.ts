/**
 * What happened in one breath: the sentence under a figure. Made of the decisions that a reader asks about first: where the
 * frame went and why, what was left out for a reason worth telling, what was lost.
 */
import type { Judged, LabEvent, PingEnded } from '../lab/event.ts';
import type { Scenario } from '../lab/scenario.ts';
import { virtualSwitch } from '../lab/virtual-switch.ts';
import type { Decision } from '../outcome/decision.ts';
import type { ReasonId } from '../outcome/reasons.ts';
import { explainAll, speakerOf, type Speaker } from './explain.ts';

/** That a frame does not go back where it came from, or to a host nobody asked about, goes without saying. */
const UNREMARKABLE: ReadonlySet<ReasonId> = new Set(['ingress-port', 'host-excluded', 'host-not-in-vlan']);
const MAIN: ReadonlySet<ReasonId> = new Set([
  'flooded',
  'delivered',
  'to-host',
  'to-uplink',
  'hairpinned',
  'promiscuous-copy',
  'mirrored',
  'uplink-failover',
]);

/** Of a switch's judgement. */
export function summarise({ decisions, ports }: Judged, speaker: Speaker): string {
  // A frame without any way out names all the ports that were left out in one sentence.
  const isLost = decisions.some(({ reason }) => reason === 'no-target');
  return explainAll(decisions, speaker, ports)
    .filter((_, index) => isTold(decisions[index]!, isLost))
    .map(({ sentence }) => sentence)
    .join('');
}

function isTold({ verdict, reason }: Decision, isLost: boolean): boolean {
  if (reason === null || (isLost && verdict === 'filtered')) return false;
  return verdict === 'drop' || (verdict === 'filtered' && !UNREMARKABLE.has(reason)) || MAIN.has(reason);
}

const PING_OUTCOMES: Readonly<Record<PingEnded['outcome'], string>> = {
  reply: '{node}から{to}へのpingに返事が届きました。',
  unreachable: '{node}から{to}へのpingは、{from}から「届けられない」と返されました。',
  'ttl-expired': '{node}から{to}へのpingは、{from}でTTLが切れました。',
  'no-route': '{node}から{to}へは経路がないので、pingを送れませんでした。',
  broadcast: '{to}はブロードキャストなので、{node}はpingを送りませんでした。',
  'no-arp': '{node}から{to}へのpingは、次に渡す相手のMACアドレスが分からず、送れませんでした。',
  timeout: '{node}から{to}へのpingに返事が届きませんでした。',
};

/** Of a ping that has ended; `to` in the words of the reader who sent it. */
export function summarisePing({ node, outcome, from }: PingEnded, to: string): string {
  return PING_OUTCOMES[outcome]
    .replace('{node}', node)
    .replace('{to}', to)
    .replace('{from}', from ?? '');
}

/**
 * Of a whole run: pings by how they ended, hand-made frames by what the first switch did with each. An aim is named in the
 * words that the reader used.
 */
export function outcomeText(log: readonly LabEvent[], scenario: Scenario): string {
  const [virtual] = virtualSwitch(scenario);
  const pings = log.filter((event) => event.kind === 'ping');
  if (pings.length > 0) {
    const asked = log.flatMap((event) =>
      event.kind === 'acted' && event.action.do === 'ping' ? [event.action.to] : [],
    );
    return pings.map((ping, index) => summarisePing(ping, asked[index] ?? ping.to)).join('');
  }
  const speaker = speakerOf(virtual, scenario);
  const starts = log.flatMap((event, index) => (event.kind === 'acted' && event.action.do === 'send' ? [index] : []));
  return starts
    .map((start, index) => {
      const part = log.slice(start, starts[index + 1]);
      const judged = part.find((event): event is Judged => event.kind === 'judged' && event.node === virtual);
      return judged === undefined ? '' : summarise(judged, speaker);
    })
    .join('');
}
