/** Programs of the project's own packages, run by this Node: `node_modules/.bin` holds shell scripts on Windows. */
import { spawn, type StdioOptions } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../src/site/build.ts';

/** A file below `node_modules`, and its arguments. */
export type Command = readonly string[];

/** Runs it in the sight of the user; its exit code. */
export async function run(command: Command, env: Readonly<Record<string, string>> = {}): Promise<number> {
  return (await start(command, env, 'inherit')).code;
}

/** Runs it, and shows what it said only if it failed. */
export async function runQuietly(name: string, command: Command): Promise<boolean> {
  const { code, output } = await start(command, {}, ['ignore', 'pipe', 'pipe']);
  process.stdout.write(code === 0 ? `✓ ${name}\n` : `✗ ${name}\n${output}\n`);
  return code === 0;
}

async function start(
  [program = '', ...args]: Command,
  env: Readonly<Record<string, string>>,
  stdio: StdioOptions,
): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [join(projectRoot, 'node_modules', program), ...args], {
    cwd: projectRoot,
    env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1', ...env },
    stdio,
  });
  const pieces: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (piece: string) => pieces.push(piece));
  }
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done({ code: code ?? 1, output: pieces.join('') }));
  });
}
