/**
 * `npm run lab -- FILE [--profile P] [--json]`: runs a lab file in the terminal and tells, hop by hop, what happens and why.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { allSwitches } from '../console/switches.ts';
import { teachAll } from '../explain/all-words.ts';
import { explainAll, speakerOf } from '../explain/explain.ts';
import { sightingOf } from '../explain/sightings.ts';
import { tellProblem, tellRefusal, tellRules } from '../explain/problem.ts';
import { summarisePing } from '../explain/summary.ts';
import { CAPTURE_POINT_NAMES } from '../lab/capture-point.ts';
import type { Judged, LabEvent } from '../lab/event.ts';
import { Lab } from '../lab/lab.ts';
import { checkScenario, readLabFile } from '../lab/lab-file.ts';
import type { Problem } from '../lab/problem.ts';
import type { Scenario } from '../lab/scenario.ts';
import { SetupRefused } from '../lab/switch-node.ts';
import { toHex } from '../wire/bytes.ts';
import { formatEthernet, parseEthernet } from '../wire/ethernet.ts';
import { isMalformed } from '../wire/malformed.ts';

const USAGE = 'usage: npm run lab -- FILE [--profile P] [--json]\n';

interface Options {
  readonly file: string;
  readonly isJson: boolean;
  /** In place of the profile that the file gives its virtual switch. */
  readonly profile: string | null;
}

/** A mistake in the options is told; null then. */
function readOptions(args: readonly string[]): Options | null {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    strict: false,
    options: { json: { type: 'boolean' }, profile: { type: 'string' }, pcapng: { type: 'string' } },
  });
  const [file] = positionals;
  const unknown = Object.keys(values).find((name) => !['json', 'profile', 'pcapng'].includes(name));
  if (values['pcapng'] !== undefined) process.stderr.write('--pcapngはまだ使えません。--jsonで記録を取り出せます。\n');
  else if (unknown !== undefined) process.stderr.write(`--${unknown}という指定はありません。\n${USAGE}`);
  else if (file === undefined || positionals.length > 1) process.stderr.write(USAGE);
  else {
    const profile = typeof values['profile'] === 'string' ? values['profile'] : null;
    return { file, isJson: values['json'] === true, profile };
  }
  return null;
}

function main(args: readonly string[]): number {
  const options = readOptions(args);
  return options === null ? 2 : runFile(options);
}

function runFile({ file, isJson, profile }: Options): number {
  const text = readText(file);
  if (text === null) {
    process.stderr.write(`「${file}」を開けません。ファイルの場所と名前を確かめます。\n`);
    return 1;
  }
  const read = readLabFile(text);
  const scenario = Array.isArray(read) || profile === null ? read : withProfile(read, profile);
  if (Array.isArray(scenario)) {
    for (const problem of scenario) process.stderr.write(`${tellProblem(problem, basename(file))}\n`);
    return 1;
  }
  let rulesProblem = '';
  try {
    const makers = allSwitches((problem, source) => {
      rulesProblem = tellRules(problem, source);
    });
    const lab = new Lab(scenario, makers);
    const settled = lab.run(scenario.run);
    if (isJson) printJson(lab);
    else printStory(lab);
    if (!settled) process.stdout.write('終わりが見えないので、ここで止めました。\n');
    return settled ? 0 : 1;
  } catch (error) {
    if (!(error instanceof SetupRefused)) throw error;
    process.stderr.write(`${basename(file)} ${error.node}: ${rulesProblem || tellRefusal(error.refused)}\n`);
    return 1;
  }
}

/** The scenario with another product in the place of its virtual switches; the physical ones stay. */
function withProfile(scenario: Scenario, profile: string): Scenario | Problem[] {
  const entries = Object.entries(scenario.switches).map(([name, spec]) => [
    name,
    spec.profile === 'ieee-8021q' ? spec : { ...spec, profile },
  ]);
  return checkScenario({ ...scenario, switches: Object.fromEntries(entries) });
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
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
  const speaker = speakerOf(event.node, lab.scenario);
  return explainAll(event.decisions, speaker, event.ports).map((item) => {
    const { verdict, stage, badge, sentence, rule } = item;
    const command = sightingOf(item, speaker)?.command ?? null;
    const mark = { pass: '✓', note: '・', filtered: '－', drop: '✕' }[verdict];
    const see = verdict === 'drop' && command !== null ? `  〔${command}〕` : '';
    return `            ${event.node} ${mark} ${stage}／${badge}: ${sentence} [${rule ?? '—'}]${see}`;
  });
}

// A reader that has seen enough (`| head`) ends the telling.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
teachAll();
process.exitCode = main(process.argv.slice(2));
