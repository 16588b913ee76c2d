/** Browser runs: `playwright test -c test/e2e/playwright.config.ts`. The browser is the one that the project finds anyway. */
import { defineConfig } from 'playwright/test';
import { launchArguments, requireBrowser } from '../../src/site/browser.ts';

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../.cache/e2e',
  globalSetup: './build.ts',
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  // A run that passes the second time has not passed.
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    launchOptions: { executablePath: requireBrowser(), args: launchArguments() },
    locale: 'ja-JP',
    viewport: { width: 1280, height: 800 },
  },
});
