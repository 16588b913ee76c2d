/**
 * axe on every page, in both themes, on a desk and on a telephone, and with the labs at work. What WCAG demands must hold;
 * best practices are printed.
 */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import { findLab, openFold, part, wakeLabs } from './lab.ts';
import { allPages, BOOK } from './site-pages.ts';
import { expect, test } from './test.ts';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const SIZES = { desk: { width: 1280, height: 800 }, telephone: { width: 360, height: 700 } } as const;

interface Found {
  readonly violations: readonly string[];
  readonly advice: readonly string[];
}

async function inspect(page: Page): Promise<Found> {
  // Legacy mode leaves the page's own windows alone.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .withTags([...WCAG, 'best-practice'])
    .analyze();
  const told = violations.map(({ id, tags, nodes }) => ({
    isLaw: tags.some((tag) => WCAG.includes(tag)),
    text: `${id}: ${nodes.length} × ${nodes[0]?.target.join(' ')} ${nodes[0]?.any[0]?.message ?? ''}`,
  }));
  return {
    violations: told.filter(({ isLaw }) => isLaw).map(({ text }) => text),
    advice: told.filter(({ isLaw }) => !isLaw).map(({ text }) => text),
  };
}

async function expectAccessible(page: Page, state: string): Promise<void> {
  const { violations, advice } = await inspect(page);
  expect.soft(violations, state).toEqual([]);
  for (const text of advice) process.stdout.write(`  advice (${state}): ${text}\n`);
}

/** `prefers-reduced-motion`: colours are measured where they stay, not on their way. */
async function setUp(page: Page, path: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto(path);
}

async function inBothThemes(page: Page, state: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
    await expectAccessible(page, `${state}, ${colorScheme}`);
  }
}

for (const path of allPages.filter((it) => it !== BOOK)) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    test(`/${path} on a ${size}, light and dark, as it comes and opened`, async ({ page }) => {
      await page.setViewportSize(viewport);
      await setUp(page, path);
      const hasFolds = (await page.locator('main details').count()) > 0;
      // On a telephone nothing stands there that is gone when everything is opened.
      if (!hasFolds || size === 'desk') await inBothThemes(page, 'as it comes');
      if (!hasFolds) return;
      await wakeLabs(page);
      await inBothThemes(page, 'everything opened');
    });
  }
}

test('the book, which is light paper whatever the theme', async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto(BOOK);
  await expectAccessible(page, 'as it comes');
});

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`a lab at work on a ${size}: predicted, asked why, set otherwise, a mistake, sent by hand`, async ({ page }) => {
    test.setTimeout(120_000);
    await page.setViewportSize(viewport);
    await setUp(page, 'chapters/forwarding/');
    const lab = await findLab(page, '5-1');
    await lab.getByRole('radio').first().check();
    await lab.getByRole('button', { name: '予想して送る' }).click();
    for (const name of ['why', 'story', 'tables', 'send']) await openFold(lab, name);
    await inBothThemes(page, 'after the run');
    await lab.getByLabel('p1のPVID').fill('5000');
    await lab.getByLabel('p1のPVID').press('Enter');
    await part(lab, 'send').getByLabel('種類').selectOption('frame');
    await part(lab, 'send').getByLabel('宛先MAC').fill('x');
    await part(lab, 'send').getByRole('button', { name: '送る' }).click();
    await expect(lab.locator('.gp-error:visible')).toHaveCount(2);
    await inBothThemes(page, 'with mistakes');
    await part(lab, 'back').click();
    await inBothThemes(page, 'at an earlier moment');
  });

  test(`the search and the choice of places on a ${size}`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await setUp(page, 'chapters/what-is-guest-port/');
    await page.locator('gp-points input').first().check();
    await page.getByRole('button', { name: '答え合わせ' }).click();
    await inBothThemes(page, 'answered');
    await page.getByRole('button', { name: '検索' }).click();
    await page.getByRole('searchbox').fill('げすと');
    await expect(page.locator('.gp-search-hits a').first()).toBeVisible();
    await inBothThemes(page, 'searching');
  });
}

test.describe('canary', () => {
  for (const [rule, plant] of [
    ['image-alt', (): void => document.querySelector('main')!.append(document.createElement('img'))],
    [
      'color-contrast',
      (): void => {
        const pale = document.createElement('p');
        pale.textContent = 'pale';
        pale.style.cssText = 'color: #aaa; background: #fff';
        document.querySelector('.sl-markdown-content')!.append(pale);
      },
    ],
    ['label', (): void => document.querySelector('main')!.append(document.createElement('input'))],
    ['target-size', (): void => plantSmallTargets()],
  ] as const) {
    test(`${rule} is found`, async ({ page }) => {
      await setUp(page, 'reference/sources/');
      await page.evaluate(() => {
        const global = globalThis as unknown as { plantSmallTargets: () => void };
        global.plantSmallTargets = () => {
          const box = document.createElement('div');
          for (const letter of 'abc') {
            const button = document.createElement('button');
            button.textContent = letter;
            button.style.cssText = 'width: 10px; height: 10px; padding: 0; border: 0; margin: 0';
            box.append(button);
          }
          document.querySelector('main')!.append(box);
        };
      });
      await page.evaluate(plant);
      const { violations } = await inspect(page);
      expect(violations.filter((text) => text.startsWith(`${rule}:`))).toHaveLength(1);
    });
  }
});

declare function plantSmallTargets(): void;
