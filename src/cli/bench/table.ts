/** The report as a table for a terminal. */
import { CONTROL_TOLERANCE, missed, type Report } from './measure.ts';
import type { Spread } from './rounds.ts';

/** `isJudged`: the figures are worth holding against the aims. */
export function table(report: Report, isJudged = true): string {
  const { unicast, writing, filling, control, trace, flood, acl, fdb, garbage } = report;
  const rows: [name: string, relay: string, twin: string, times: string][] = [
    ['', 'relay', 'twin', 'times (least to greatest)'],
    ['known unicast, a frame', ns(unicast.relayNs), ns(unicast.twinNs), times(unicast.ratio)],
    ['  and its copy written', ns(writing.relayNs), '', times(writing.ratio)],
    ['  and itself copied in', ns(filling.relayNs), '', times(filling.ratio)],
    ['broadcast, a copy', ns(flood.relayNsACopy), ns(flood.twinNsACopy), times(flood.ratio)],
    ['control: relay to relay', '', '', times(control.ratio)],
    ['trace on to trace off', '', '', times(trace.ratio)],
    [`${acl.rules} rules to none`, `${acl.nsARule.toFixed(1)} ns a rule`, '', times(acl.ratio)],
    [`FDB of ${fdb.entries} entries`, `${fdb.bytesAnEntry.toFixed(0)} B an entry`, '', ''],
    [
      'garbage collections',
      `${garbage.collections} in ${million(garbage.frames)}`,
      `${garbage.twin.collections} in ${million(garbage.twin.frames)}`,
      '',
    ],
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return [
    `${report.stations} addresses, ${report.ports} ports, ${report.rounds} interleaved rounds, medians, Node ${report.node}`,
    `on: ${report.rulesOn.join(', ')}`,
    '',
    ...lines.map((line) => line.trimEnd()),
    '',
    ...(isJudged ? verdict(report) : ['Quick: everything was done once, and no figure is judged.']),
    '',
  ].join('\n');
}

function verdict(report: Report): string[] {
  const failures = missed(report);
  const isSteady = Math.abs(report.control.ratio.median - 1) <= CONTROL_TOLERANCE;
  return [
    ...(isSteady ? [] : ['The machine is too busy: two equal relays differ by more than 15 %. Do not trust these.']),
    ...(failures.length === 0 ? ['All aims are met.'] : failures.map((failure) => `Missed: ${failure}`)),
  ];
}

function ns({ median }: Spread): string {
  return `${median < 100 ? median.toFixed(1) : median.toFixed(0)} ns`;
}

function times({ median, min, max }: Spread): string {
  return `${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})`;
}

function million(frames: number): string {
  return `${frames / 1e6} million`;
}
