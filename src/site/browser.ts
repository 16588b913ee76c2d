/**
 * A Chromium for the tests and for the book: the one that the environment names, Playwright's own, the system's, or one that
 * root may install.
 *
 * Playwright's download is never started from here: many networks refuse it. `--no-sandbox` is given to root only, for whom
 * Chromium does not start without it.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { chromium } from 'playwright';

/** What the search asks of the machine it runs on. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  /** Where Playwright would have put its own browser; null where it has none for this system. */
  readonly playwrightPath: string | null;
  isProgram(path: string): boolean;
  /** Runs a program of the system and tells whether it ended well. */
  run(program: string, args: readonly string[]): boolean;
  tell(message: string): void;
}

/** Sentences for the user, not for a developer: show the message, not the stack. */
export class BrowserError extends Error {}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const MAC_APPLICATIONS = ['Chromium', 'Google Chrome', 'Microsoft Edge'];
const WINDOWS_PROGRAMS = ['Chromium\\Application\\chrome', 'Google\\Chrome\\Application\\chrome'].concat(
  'Microsoft\\Edge\\Application\\msedge',
);
const WINDOWS_FOLDERS = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'];
const PACKAGES = ['chromium', 'fonts-noto-cjk'];

/** The path of a browser, or null. Installs one if nothing is found, the user is root, and apt-get is there. */
export function findBrowser(machine: Machine = thisMachine()): string | null {
  return named(machine) ?? installed(machine) ?? (install(machine) ? installed(machine) : null);
}

export function requireBrowser(machine: Machine = thisMachine()): string {
  const path = findBrowser(machine);
  if (path !== null) return path;
  throw new BrowserError(
    'Chromium系のブラウザーが見つかりません。Chromium、Google Chrome、Microsoft Edgeのどれかを入れるか、' +
      '環境変数CHROMIUMに実行ファイルのパスを指定してください。',
  );
}

export function launchArguments({ isRoot }: Pick<Machine, 'isRoot'> = thisMachine()): string[] {
  const quiet = ['quic', 'background-networking', 'component-update', 'sync'].map((name) => `--disable-${name}`);
  return [...(isRoot ? ['--no-sandbox'] : []), ...quiet, '--no-first-run'];
}

export function thisMachine(): Machine {
  return {
    env: process.env,
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    playwrightPath: playwrightPath(),
    isProgram,
    run: runQuietly,
    tell: (message) => void process.stderr.write(`${message}\n`),
  };
}

function named({ env, isProgram: exists }: Machine): string | null {
  const path = env['CHROMIUM'];
  if (path === undefined || path === '') return null;
  if (exists(path)) return path;
  throw new BrowserError(
    `環境変数CHROMIUMが指す${path}は、実行できるファイルではありません。正しいパスを指定するか、CHROMIUMを消してください。`,
  );
}

function installed(machine: Machine): string | null {
  const own = machine.playwrightPath === null ? [] : [machine.playwrightPath];
  const candidates = [...own, ...onPath(machine, NAMES), ...inUsualPlaces(machine)];
  return candidates.find((path) => machine.isProgram(path)) ?? null;
}

function onPath({ env, platform }: Machine, names: readonly string[]): string[] {
  const { delimiter, join } = platform === 'win32' ? win32 : posix;
  const suffix = platform === 'win32' ? '.exe' : '';
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name + suffix)));
}

function inUsualPlaces({ env, platform }: Machine): string[] {
  if (platform === 'darwin') {
    return ['/Applications', `${env['HOME'] ?? ''}/Applications`].flatMap((folder) =>
      MAC_APPLICATIONS.map((name) => `${folder}/${name}.app/Contents/MacOS/${name}`),
    );
  }
  if (platform === 'win32') {
    const folders = WINDOWS_FOLDERS.flatMap((name) => env[name] ?? []);
    return WINDOWS_PROGRAMS.flatMap((program) => folders.map((folder) => `${folder}\\${program}.exe`));
  }
  return [];
}

function install(machine: Machine): boolean {
  if (!machine.isRoot || !onPath(machine, ['apt-get']).some((path) => machine.isProgram(path))) return false;
  machine.tell('Chromiumが見つからないので、apt-getで入れます。数分かかることがあります。');
  return (
    machine.run('apt-get', ['update']) &&
    machine.run('apt-get', ['install', '-y', '--no-install-recommends', ...PACKAGES])
  );
}

function playwrightPath(): string | null {
  try {
    return chromium.executablePath() || null;
  } catch {
    return null;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function runQuietly(program: string, args: readonly string[]): boolean {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return true;
  process.stderr.write(`${program} ${args.join(' ')}\n${stdout ?? ''}${stderr ?? ''}`);
  return false;
}
