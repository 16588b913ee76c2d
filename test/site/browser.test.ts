/** The order in which a browser is looked for, on machines that are not this one. */
import { describe, expect, test } from 'vitest';
import { BrowserError, findBrowser, launchArguments, requireBrowser, type Machine } from '../../src/site/browser.ts';

interface Fake {
  readonly files: readonly string[];
  readonly env?: Record<string, string>;
  readonly platform?: NodeJS.Platform;
  readonly isRoot?: boolean;
  readonly playwrightPath?: string | null;
  /** What running `apt-get install` puts there; null: it fails. */
  readonly afterInstall?: readonly string[] | null;
}

const OWN = '/cache/ms-playwright/chrome';

function machine(fake: Fake): Machine & { readonly commands: readonly string[] } {
  const files = new Set(fake.files);
  const commands: string[] = [];
  return {
    env: { PATH: '/usr/local/bin:/usr/bin', ...fake.env },
    platform: fake.platform ?? 'linux',
    isRoot: fake.isRoot ?? false,
    playwrightPath: fake.playwrightPath === undefined ? OWN : fake.playwrightPath,
    isProgram: (path) => files.has(path),
    commands,
    run: (program, args) => {
      commands.push([program, ...args].join(' '));
      for (const file of fake.afterInstall ?? []) files.add(file);
      return fake.afterInstall !== null;
    },
    tell: (message) => void commands.push(message),
  };
}

describe('order', () => {
  const everything = [OWN, '/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/local/bin/chromium-browser'];

  test('what the environment names comes first', () => {
    const files = [...everything, '/opt/mine'];
    expect(findBrowser(machine({ files, env: { CHROMIUM: '/opt/mine' } }))).toBe('/opt/mine');
  });

  test('an empty CHROMIUM is none', () => {
    expect(findBrowser(machine({ files: everything, env: { CHROMIUM: '' } }))).toBe(OWN);
  });

  test('what the environment names has to be there, whatever else is', () => {
    const fake = machine({ files: everything, env: { CHROMIUM: '/opt/gone' } });
    expect(() => findBrowser(fake)).toThrow(
      new BrowserError(
        '環境変数CHROMIUMが指す/opt/goneは、実行できるファイルではありません。正しいパスを指定するか、CHROMIUMを消してください。',
      ),
    );
  });

  test("Playwright's own, then the system's by name, then by folder", () => {
    expect(findBrowser(machine({ files: everything }))).toBe(OWN);
    expect(findBrowser(machine({ files: everything.slice(1) }))).toBe('/usr/bin/chromium');
    expect(findBrowser(machine({ files: everything.slice(2) }))).toBe('/usr/local/bin/chromium-browser');
    expect(findBrowser(machine({ files: ['/usr/bin/google-chrome-stable', '/usr/bin/microsoft-edge'] }))).toBe(
      '/usr/bin/google-chrome-stable',
    );
    expect(findBrowser(machine({ files: ['/usr/bin/microsoft-edge'], playwrightPath: null }))).toBe(
      '/usr/bin/microsoft-edge',
    );
  });

  test('usual places of macOS', () => {
    const files = ['/Users/me/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
    expect(findBrowser(machine({ files, platform: 'darwin', env: { HOME: '/Users/me' } }))).toBe(files[0]);
  });

  test('usual places of Windows', () => {
    const files = ['C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'];
    const env = { PATH: 'C:\\Windows;C:\\bin', 'ProgramFiles(x86)': 'C:\\Program Files (x86)' };
    expect(findBrowser(machine({ files, platform: 'win32', env }))).toBe(files[0]);
    expect(findBrowser(machine({ files: ['C:\\bin\\chromium.exe'], platform: 'win32', env }))).toBe(
      'C:\\bin\\chromium.exe',
    );
  });
});

describe('installing', () => {
  const afterInstall = ['/usr/bin/chromium'];

  test('root with apt-get gets one', () => {
    const fake = machine({ files: ['/usr/bin/apt-get'], isRoot: true, afterInstall });
    expect(findBrowser(fake)).toBe('/usr/bin/chromium');
    expect(fake.commands).toEqual([
      'Chromiumが見つからないので、apt-getで入れます。数分かかることがあります。',
      'apt-get update',
      'apt-get install -y --no-install-recommends chromium fonts-noto-cjk',
    ]);
  });

  test('nobody else does', () => {
    const notRoot = machine({ files: ['/usr/bin/apt-get'], afterInstall });
    const noApt = machine({ files: [], isRoot: true, afterInstall });
    expect([findBrowser(notRoot), findBrowser(noApt)]).toEqual([null, null]);
    expect([...notRoot.commands, ...noApt.commands]).toEqual([]);
  });

  test('nothing is installed beside a browser', () => {
    const fake = machine({ files: ['/usr/bin/apt-get', OWN], isRoot: true, afterInstall });
    findBrowser(fake);
    expect(fake.commands).toEqual([]);
  });

  test('a failure ends it', () => {
    const fake = machine({ files: ['/usr/bin/apt-get'], isRoot: true, afterInstall: null });
    expect(findBrowser(fake)).toBeNull();
    expect(fake.commands.slice(1)).toEqual(['apt-get update']);
  });
});

test('without any, one sentence says what to do', () => {
  expect(() => requireBrowser(machine({ files: [] }))).toThrow(
    new BrowserError(
      'Chromium系のブラウザーが見つかりません。Chromium、Google Chrome、Microsoft Edgeのどれかを入れるか、環境変数CHROMIUMに実行ファイルのパスを指定してください。',
    ),
  );
});

test('only root goes without the sandbox', () => {
  const common = [
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ];
  expect(launchArguments({ isRoot: true })).toEqual(['--no-sandbox', ...common]);
  expect(launchArguments({ isRoot: false })).toEqual(common);
});
