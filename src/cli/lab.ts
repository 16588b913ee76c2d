/**
 * `npm run lab -- FILE [--json]`: runs a lab file in the terminal and tells, hop by hop, what happens and why.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseRuleset } from '../console/nft/parser.ts';
import { explainAll, type Product } from '../explain/explain.ts';
import { namingOf } from '../explain/naming.ts';
import { tellProblem, tellRefusal, tellRules } from '../explain/problem.ts';
import { summarisePing } from '../explain/summary.ts';
import { CAPTURE_POINT_NAMES } from '../lab/capture-point.ts';
import type { Judged, LabEvent } from '../lab/event.ts';
import { Lab } from '../lab/lab.ts';
import { readLabFile } from '../lab/lab-file.ts';
import { SetupRefused } from '../lab/switch-node.ts';
import { toHex } from '../wire/bytes.ts';
import { formatEthernet, parseEthernet } from '../wire/ethernet.ts';
import { isMalformed } from '../wire/malformed.ts';

function main(args: readonly string[]): number {
  const file = args.find((arg) => !arg.startsWith('--'));
  if (file === undefined) {
    process.stderr.write('usage: npm run lab -- FILE [--json]\n');
    return 2;
  }
  const scenario = readLabFile(readFileSync(file, 'utf8'));
  if (Array.isArray(scenario)) {
    for (const problem of scenario) process.stderr.write(`${tellProblem(problem, basename(file))}\n`);
    return 1;
  }
  let rulesProblem = '';
  try {
    const lab = new Lab(scenario, (text) => {
      const ruleset = parseRuleset(text);
      if (!isMalformed(ruleset)) return ruleset;
      rulesProblem = tellRules(ruleset, text);
      return { error: 'rules', knob: 'rules', value: ruleset.found, expected: ruleset.expected };
    });
    const settled = lab.run(scenario.run);
    if (args.includes('--json')) printJson(lab);
    else printStory(lab);
    if (!settled) process.stdout.write('終わりが見えないので、ここで止めました。\n');
    return settled ? 0 : 1;
  } catch (error) {
    if (!(error instanceof SetupRefused)) throw error;
    process.stderr.write(`${basename(file)} ${error.node}: ${rulesProblem || tellRefusal(error.refused)}\n`);
    return 1;
  }
}

function printJson(lab: Lab): void {
  const events = lab.log.map((event) => ('bytes' in event ? { ...event, bytes: toHex(event.bytes) } : event));
  process.stdout.write(`${JSON.stringify(events, null, 1)}\n`);
}

function printStory(lab: Lab): void {
  process.stdout.write(`${lab.scenario.title}\n${lab.scenario.summary}\n`);
  for (const event of lab.log) {
    for (const line of tell(event, lab)) process.stdout.write(`${line}\n`);
  }
}

function tell(event: LabEvent, lab: Lab): string[] {
  const time = (event.timeNs / 1e9).toFixed(6);
  switch (event.kind) {
    case 'acted':
      return ['', `${time}  ▶ ${tellAction(event)}`];
    case 'seen': {
      const frame = parseEthernet(event.bytes);
      const arrow = event.direction === 'in' ? '→' : '←';
      const text = isMalformed(frame) ? `${event.bytes.length} B` : formatEthernet(frame);
      const point = `${event.point} ${CAPTURE_POINT_NAMES[event.point]}`;
      return [`${time}  ${point} ${arrow} ${event.place}  #${event.frame}  ${text}`];
    }
    case 'judged':
      return tellJudgement(event, lab);
    case 'ping':
      return [`${time}  ◆ ${summarisePing(event, event.to)}`];
  }
}

function tellAction(event: LabEvent & { kind: 'acted' }): string {
  if (event.refused !== null) return tellRefusal(event.refused);
  const { action } = event;
  switch (action.do) {
    case 'send':
      return `${action.from}が${action.frame.dst}へフレームを1枚送る`;
    case 'ping':
      return `${action.from}から${action.to}へping`;
    case 'wait':
      return `${action.seconds}秒待つ`;
    case 'change':
      return `${action.node}の設定を変える`;
  }
}

function tellJudgement(event: Judged, lab: Lab): string[] {
  const device = lab.scenario.switches[event.node];
  const product: Product = device?.profile ?? 'guest';
  const speaker = { product, node: event.node, naming: namingOf(lab.scenario) };
  return explainAll(event.decisions, speaker).map(({ verdict, stage, badge, sentence, rule, command }) => {
    const mark = { pass: '✓', note: '・', filtered: '－', drop: '✕' }[verdict];
    const see = verdict === 'drop' && command !== null ? `  〔${command}〕` : '';
    return `            ${event.node} ${mark} ${stage}／${badge}: ${sentence} [${rule ?? '—'}]${see}`;
  });
}

process.exitCode = main(process.argv.slice(2));
