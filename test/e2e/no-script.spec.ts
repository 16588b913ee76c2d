/** Without JavaScript: the figures and their outcomes, every word of the text, and nothing that could be pressed in vain. */
import type { Page } from 'playwright/test';
import { distFolder } from '../../src/site/build.ts';
import { readPage } from '../site/pages.ts';
import { allPages } from './site-pages.ts';
import { expect, test } from './test.ts';

const READ = allPages.filter((path) => path !== 'book/');

/** Words in the main part that no reader sees, though nobody has hidden them on purpose. */
function unseen(): string[] {
  const hiddenOnPurpose =
    '[hidden], script, style, noscript, template, .sr-only, .gp-term-note, rp, svg title, svg desc';
  const walker = document.createTreeWalker(document.querySelector('main')!, NodeFilter.SHOW_TEXT);
  const missing: string[] = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.textContent!.trim();
    const parent = node.parentElement!;
    if (text === '' || parent.closest(hiddenOnPurpose) !== null) continue;
    if (!parent.checkVisibility({ visibilityProperty: true, opacityProperty: true })) missing.push(text);
  }
  return missing;
}

/** By clicks, from the outside in. */
async function openAll(page: Page): Promise<void> {
  for (const fold of await page.locator('main details').all()) {
    if (await fold.isVisible()) await fold.locator('> summary').click();
  }
}

for (const path of READ) {
  test(`/${path} is complete and has no dead control`, async ({ open }) => {
    const page = await open({ javaScriptEnabled: false });
    await page.goto(path);
    await expect(page.locator('main :is(button, input, select, textarea, [contenteditable]):visible')).toHaveCount(0);
    // What stands in the header works with scripts only, too.
    await expect(page.locator('header :is(button, input, select):visible')).toHaveCount(0);
    await openAll(page);
    expect(await page.evaluate(unseen)).toEqual([]);
    await expect(page.locator('main :is(button, input, select, textarea):visible')).toHaveCount(0);
  });
}

test('a lab shows its figure with the run, its outcome, its reasons and its story', async ({ open }) => {
  const page = await open({ javaScriptEnabled: false });
  await page.goto('chapters/forwarding/');
  const lab = page.locator('#lab-5-1');
  await expect(lab.locator('svg .gp-run').first()).toBeVisible();
  expect(await lab.locator('svg .gp-run *').count()).toBeGreaterThan(3);
  await expect(lab.locator('.gp-outcome')).toBeVisible();
  await expect(lab.locator('.gp-outcome')).toContainText('VM-B');
  for (const name of ['why', 'story', 'tables']) {
    const fold = lab.locator(`[data-part="${name}"]`);
    await expect(fold.locator('li, td').first()).toBeHidden();
    await fold.locator('> summary').click();
    await expect(fold.locator('li, td').first()).toBeVisible();
  }
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the page is ${colorScheme} where the system is`, async ({ open }) => {
    const page = await open({ javaScriptEnabled: false, colorScheme });
    await page.goto('chapters/vlan/');
    const [ground, ink] = await page.evaluate(() => {
      const { backgroundColor, color } = getComputedStyle(document.body);
      return [backgroundColor, color].map((it) =>
        (it.match(/[\d.]+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0),
      );
    });
    if (colorScheme === 'light') expect(ground).toBeGreaterThan(ink!);
    else expect(ground).toBeLessThan(ink!);
  });
}

test('every link of the site is in the page, not made by a script', async ({ open }) => {
  const page = await open({ javaScriptEnabled: false });
  await page.goto('');
  const wanted = [...readPage(distFolder(), '/').document.querySelectorAll('a[href]')].length;
  expect(await page.locator('a[href]').count()).toBe(wanted);
});
