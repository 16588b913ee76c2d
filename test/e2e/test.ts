/**
 * The `test` of all browser runs: the built site on a port of its own, and the watch over every page of every context.
 * A test that wants another kind of browser window asks `open` for it, so that none goes unwatched.
 */
import { test as base, expect, type BrowserContextOptions, type Page } from 'playwright/test';
import { SUB_PATH, subPathSite } from '../site/built-site.ts';
import { basePath } from '../../src/site/address.ts';
import { distFolder } from '../../src/site/build.ts';
import { serve } from '../../src/site/static-server.ts';
import { watch, type Faults } from './watch.ts';

interface Fixtures {
  faults: Faults;
  /** A page in a context of its own. */
  open: (options?: BrowserContextOptions) => Promise<Page>;
}

interface WorkerFixtures {
  /** Which of the built sites. */
  stand: 'at a root' | 'below a path';
  /** With the base path, and a slash at its end. */
  siteUrl: string;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  stand: ['at a root', { scope: 'worker', option: true }],
  siteUrl: [
    async ({ stand }, use) => {
      const site =
        stand === 'at a root'
          ? await serve(distFolder(), { port: 0, base: basePath() })
          : await serve(await subPathSite(), { port: 0, base: SUB_PATH });
      await use(site.url);
      await site.close();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ siteUrl }, use) => use(siteUrl),
  faults: [
    async ({ context, siteUrl }, use) => {
      const faults = await watch(context, siteUrl);
      await use(faults);
      expect(faults.all()).toEqual([]);
    },
    { auto: true },
  ],
  open: async ({ browser, siteUrl, locale, viewport }, use) => {
    const closes: (() => Promise<void>)[] = [];
    const watched: Faults[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ baseURL: siteUrl, locale: locale ?? 'ja-JP', viewport, ...options });
      closes.push(async () => context.close());
      watched.push(await watch(context, siteUrl));
      return context.newPage();
    });
    for (const close of closes) await close();
    expect(watched.flatMap((faults) => faults.all())).toEqual([]);
  },
});

export { expect } from 'playwright/test';
