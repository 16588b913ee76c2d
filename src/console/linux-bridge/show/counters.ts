/**
 * `RX:` and `TX:` of `ip -s link`.
 *
 * What surprises: they count from the host's point of view, so that what a VM sent is RX of its TAP device, and what the bridge
 * gives up to the host is RX of br0, without its Ethernet header (br_pass_frame_up).
 */
import { RX_BYTES, RX_DROPPED, RX_FRAMES, TX_BYTES, TX_FRAMES } from '../../../switch/port.ts';
import type { Device } from './devices.ts';

export interface Counters {
  readonly rx: { readonly bytes: number; readonly packets: number; readonly dropped: number };
  readonly tx: { readonly bytes: number; readonly packets: number };
}

const HEADER_SIZE = 14;

export function countersOf({ port, isBridge }: Device): Counters {
  if (port === null) return { rx: { bytes: 0, packets: 0, dropped: 0 }, tx: { bytes: 0, packets: 0 } };
  const { counters } = port;
  const received = { bytes: counters[RX_BYTES]!, packets: counters[RX_FRAMES]! };
  const sent = { bytes: counters[TX_BYTES]!, packets: counters[TX_FRAMES]! };
  // The bridge's own port is the model's port to the host: its ways are turned round.
  if (isBridge) {
    return { rx: { bytes: sent.bytes - HEADER_SIZE * sent.packets, packets: sent.packets, dropped: 0 }, tx: received };
  }
  return { rx: { ...received, dropped: counters[RX_DROPPED]! }, tx: sent };
}

const WIDTHS = ['*X errors:', 'packets', 'errors', 'dropped', 'heartbt', 'overrun', 'compressed'].map(
  (name) => name.length,
);

/** print_stats64: columns as wide as their widest number. */
export function counterText({ rx, tx }: Counters): string {
  const received = [rx.bytes, rx.packets, 0, rx.dropped, 0, 0];
  const sent = [tx.bytes, tx.packets, 0, 0, 0, 0];
  const widths = WIDTHS.map((width, at) =>
    Math.max(width, String(received[at] ?? 0).length, String(sent[at] ?? 0).length),
  );
  const head = (way: string, names: readonly string[]): string => {
    const cells = names.map((name, at) => name.padStart(at === 0 ? widths[0]! - 4 : widths[at]!));
    return `    ${way}: ${cells.join(' ')} ${' '.repeat(widths[6]!)}`;
  };
  const row = (values: readonly number[]): string =>
    `    ${values.map((value, at) => `${String(value).padStart(widths[at]!)} `).join('')}`;
  return [
    head('RX', ['bytes', 'packets', 'errors', 'dropped', 'missed', 'mcast']),
    row(received),
    head('TX', ['bytes', 'packets', 'errors', 'dropped', 'carrier', 'collsns']),
    row(sent),
  ].join('\n');
}
